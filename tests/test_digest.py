"""The digest: its sections, three languages, eight formats, safety against hostile text, and the same bytes twice."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_string
from email.policy import default
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import small_ledger

from crypto_nlp.digest import FORMATS, Request, build, write
from crypto_nlp.digest.charts import columns, dots
from crypto_nlp.digest.figures import figure
from crypto_nlp.digest.words import LANGUAGES, plural, words
from crypto_nlp.errors import InputError
from crypto_nlp.rules.spoken import written as reader_name
from crypto_nlp.search import Filters
from crypto_nlp.store import open_store

SINCE, UNTIL = datetime(2024, 8, 19, tzinfo=UTC), datetime(2024, 8, 26, tzinfo=UTC)
EVER = datetime(2024, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_ledger.build(tmp_path_factory.mktemp("digest") / "ledger.db")


def written(ledger: Path, form: str, templates: Path | None = None, **options: Any) -> str:
    filters = Filters(types=options.pop("types", ()))
    request = Request(**({"since": SINCE, "until": UNTIL, "due_days": 1300, "filters": filters} | options))
    stream = io.StringIO()
    with open_store(ledger, read_only=True) as store:
        write(build(store, request), form, stream, templates)
    return stream.getvalue()


def sections(ledger: Path, **options: Any) -> dict[str, list[str]]:
    read = json.loads(written(ledger, "json", limit=None, **options))
    return {
        section["key"]: [claim["claim_id"] for group in section["groups"] for claim in group["claims"]]
        for section in read["sections"]
    }


def test_sections_answer_the_questions_of_a_desk(ledger: Path) -> None:
    found = sections(ledger)
    assert set(found["new"]) == {"claim-139", "claim-38", "claim-pension", "claim-mining"}
    assert found["repeated"] == ["claim-139", "claim-pension"]
    assert found["disagree"] == ["claim-139", "claim-38"]
    assert found["due"] == ["claim-139", "claim-38"]
    assert found["russia"] == ["claim-mining"]
    assert found["pension_funds"] == ["claim-pension"]


def test_types_and_span_narrow_the_digest(ledger: Path) -> None:
    assert sections(ledger, types=("adoption",))["new"] == ["claim-pension"]
    assert sections(ledger, types=("adoption",))["disagree"] == []
    later = sections(ledger, since=datetime(2024, 8, 22, tzinfo=UTC))
    assert later["new"] == []
    assert set(later["repeated"]) == {"claim-139", "claim-pension"}
    assert sections(ledger, due_days=30)["due"] == []
    assert sections(ledger, query="пенсионные фонды")["new"] == ["claim-pension"]


def test_counts_and_speakers_stand_in_the_row(ledger: Path) -> None:
    read = json.loads(written(ledger, "json"))
    row = next(c for s in read["sections"] for g in s["groups"] for c in g["claims"] if c["claim_id"] == "claim-139")
    assert (row["stories"], row["mentions"], row["sources"]) == (2, 2, ["matthew-sigel", "vaneck"])
    assert row["first_seen"] < row["last_seen"]
    assert "sentence_start" not in row


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_same_input_same_bytes(ledger: Path, form: str, lang: str) -> None:
    first = written(ledger, form, lang=lang)
    assert first == written(ledger, form, lang=lang)
    assert len(first) > 500


@pytest.mark.parametrize("form", FORMATS)
def test_no_control_or_override_characters_leave_the_program(ledger: Path, form: str) -> None:
    text = written(ledger, form, since=EVER)
    if form == "eml":
        parts = message_from_string(text, policy=default).iter_parts()
        text += "".join(part.get_content() for part in parts)
    assert "60,000" in text
    assert not set(text) & set("\x00\x1b\u202e\u202c")


class Page(HTMLParser):
    """What the tests look at in a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.ids: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for name, value in attrs if name == "id" and value]

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def page_of(text: str) -> Page:
    page = Page()
    page.feed(text)
    return page


@pytest.mark.parametrize(("lang", "direction"), [("en", "ltr"), ("ar", "rtl"), ("ru", "ltr")])
def test_page_says_its_language_and_that_of_its_evidence(ledger: Path, lang: str, direction: str) -> None:
    page = page_of(written(ledger, "html", lang=lang))
    assert page.all("html") == [{"lang": lang, "dir": direction}]
    quotes = {(quote["lang"], quote["dir"]) for quote in page.all("blockquote")}
    assert quotes <= {("en", "ltr"), ("ru", "ltr"), ("ar", "rtl")}
    assert len(quotes) > 1


def test_page_needs_nothing_from_elsewhere(ledger: Path) -> None:
    text = written(ledger, "html")
    page = page_of(text)
    assert not {"script", "link", "img", "iframe", "object", "form"} & {tag for tag, _ in page.tags}
    assert not [
        tag for tag, attributes in page.tags if any(name.startswith("on") or name == "src" for name in attributes)
    ]
    assert "url(" not in text
    assert "@import" not in text
    assert len(page.ids) == len(set(page.ids))
    inner = {a["href"][1:] for a in page.all("a") if (a["href"] or "").startswith("#")}  # type: ignore[index]
    assert inner <= set(page.ids)
    assert all(svg.get("aria-label") for svg in page.all("svg"))
    assert page.all("svg")


def test_hostile_titles_show_as_text(ledger: Path) -> None:
    page = page_of(written(ledger, "html"))
    assert "Miners & <b>machines</b>" in page.text
    assert not page.all("b")
    markdown = written(ledger, "md")
    assert "Miners &amp; &lt;b\\>machines" in markdown


def test_lines_link_to_the_passage(ledger: Path) -> None:
    hrefs = [a["href"] or "" for a in page_of(written(ledger, "html")).all("a")]
    assert any(href.startswith("https://news.example/en/1#:~:text=Miners%20will%20earn") for href in hrefs)


def test_lists_are_cut_and_say_so(ledger: Path) -> None:
    assert "and 1 claim more" in written(ledger, "md", limit=1)
    assert " more" not in written(ledger, "md", limit=None)


def test_arabic_digits_where_the_reader_wants_them(ledger: Path) -> None:
    arabic = page_of(written(ledger, "html", lang="ar", digits="arabic"))
    assert "٢٠٢٤-٠٨-١٩" in arabic.text
    assert "$13.9 billion" in arabic.text or "13.9 مليار دولار" in arabic.text  # evidence stays as it was written
    assert "٢٠٢٤" not in written(ledger, "html", lang="ar")


@pytest.mark.parametrize(
    ("lang", "digits", "label"),
    [
        ("en", "latin", "$13.9 billion"),
        ("ar", "latin", "13.9 مليار دولار"),
        ("ar", "arabic", "١٣.٩ مليار دولار"),
        ("ru", "latin", "13,9 млрд долларов"),
    ],
)
def test_figures_of_charts_are_in_the_readers_language(ledger: Path, lang: str, digits: str, label: str) -> None:
    chart = written(ledger, "html", lang=lang, digits=digits).partition('id="disagree-1"')[2].partition("</svg>")[0]
    assert f">{label}</text>" in chart
    assert ('direction="rtl"' in chart) is (lang == "ar")


def test_figures_say_bound_and_rate() -> None:
    row = {"value_low": 2, "value_high": 3, "unit": "year", "bound": "range", "per": None}
    assert [figure(row, lang) for lang in LANGUAGES] == ["2 to 3 years", "ما بين 2 و3 سنوات", "от 2 до 3 лет"]
    row = {"value_low": 38e9, "value_high": 38e9, "unit": "USD", "bound": "about", "per": "year"}
    assert [figure(row, lang) for lang in LANGUAGES] == [
        "about $38 billion a year",
        "نحو 38 مليار دولار سنويا",
        "около 38 млрд долларов в год",
    ]
    assert figure(row | {"value_low": None}, "en") == ""


def test_times_are_said_in_words() -> None:
    week = "2024-08-12/2024-08-18"
    assert [words(lang).when(week) for lang in LANGUAGES] == [
        "from 12 to 18 August 2024",
        "من 12 إلى 18 أغسطس 2024",
        "с 12 по 18 августа 2024 года",
    ]
    assert words("en").when("../2027", ahead=True) == "by 2027"
    assert words("ar", "arabic").when("2024-11-01") == "في ١ نوفمبر ٢٠٢٤"
    assert words("en").when("2024-H2") == "2024-H2"


def test_charts_have_a_caption(ledger: Path) -> None:
    page = written(ledger, "html")
    assert "<figcaption>New claims by day of publishing</figcaption>" in page
    assert "<figcaption>Figures given for the same thing</figcaption>" in page
    assert page.count("<figure>") == page.count("<svg")


def test_dates_keep_their_order_between_arabic_words(ledger: Path) -> None:
    assert "من \u200e2024-08-19 إلى \u200e2024-08-25" in written(ledger, "md", lang="ar")
    assert "\u200e" not in written(ledger, "md", lang="ru")


@pytest.mark.parametrize(("form", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_cells_are_safe_against_formulas(ledger: Path, form: str, delimiter: str) -> None:
    rows = list(csv.DictReader(io.StringIO(written(ledger, form, since=EVER)), delimiter=delimiter))
    price = next(row for row in rows if row["claim_id"] == "claim-price")
    assert price["gloss"].startswith("'=")
    assert price["article_title"] == "'=HYPERLINK(1)"
    assert price["value_low"] == "60000"
    assert not [cell for row in rows for cell in row.values() if cell[:1] in {"=", "+", "@"}]


def test_atom_can_be_followed(ledger: Path) -> None:
    import feedparser

    text = written(ledger, "atom", lang="ru")
    parsed = feedparser.parse(text)
    assert not parsed.bozo
    ids = [entry.id for entry in parsed.entries]
    assert len(ids) == len(set(ids)) == 4
    assert "urn:crypto-nlp:claim:claim-139" in ids
    assert all(entry.link.startswith("https://") for entry in parsed.entries)
    ET.fromstring(text)  # noqa: S314 - our own


def test_jsonld_quotes_the_article(ledger: Path) -> None:
    graph = json.loads(written(ledger, "jsonld"))["@graph"]
    claim = next(one for one in graph if one["@id"].endswith("claim-38"))
    assert claim["@type"] == "Claim"
    assert claim["appearance"]["@type"] == "Quotation"
    assert claim["appearance"]["isPartOf"]["url"] == "https://news.example/ru/1"
    assert claim["appearance"]["inLanguage"] == "ru"


# What schema.org says of the types and properties in use: type -> what it is a kind of, and property -> the types
# that have it, with what its value may be.
KINDS = {
    "Claim": ("CreativeWork",),
    "Quotation": ("CreativeWork",),
    "NewsArticle": ("Article", "CreativeWork"),
    "Organization": (),
}
PROPERTIES: dict[str, tuple[set[str], set[str]]] = {
    "name": ({"Organization"}, {"Text"}),
    "url": ({"CreativeWork", "Organization"}, {"URL"}),
    "text": ({"CreativeWork"}, {"Text"}),
    "headline": ({"CreativeWork"}, {"Text"}),
    "keywords": ({"CreativeWork"}, {"Text", "URL", "DefinedTerm"}),
    "inLanguage": ({"CreativeWork"}, {"Text", "Language"}),
    "creditText": ({"CreativeWork"}, {"Text"}),
    "dateCreated": ({"CreativeWork"}, {"Date", "DateTime"}),
    "dateModified": ({"CreativeWork"}, {"Date", "DateTime"}),
    "datePublished": ({"CreativeWork"}, {"Date", "DateTime"}),
    "publisher": ({"CreativeWork"}, {"Organization", "Person"}),
    "isPartOf": ({"CreativeWork"}, {"CreativeWork", "URL"}),
    "appearance": ({"Claim"}, {"CreativeWork"}),
}


def faults(node: dict[str, Any]) -> list[str]:
    """What the vocabulary does not know of a node and of those in it."""
    kind = node["@type"]
    known = {kind, *KINDS[kind]}
    found = []
    for name, given in node.items():
        if name in ("@type", "@id"):
            continue
        of, wanted = PROPERTIES[name]
        if not of & known:
            found.append(f"{kind} has no {name}")
        for value in given if isinstance(given, list) else [given]:
            if isinstance(value, dict):
                found += faults(value)
                fits = bool(wanted & {value["@type"], *KINDS[value["@type"]]})
            elif wanted & {"Date", "DateTime"}:
                fits = datetime.fromisoformat(value).tzinfo is not None
            else:
                fits = isinstance(value, str) and bool(value) and (bool(wanted - {"URL"}) or "://" in value)
            if not fits:
                found.append(f"{kind}.{name} is {value!r}")
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
def test_jsonld_keeps_to_the_vocabulary(ledger: Path, lang: str) -> None:
    read = json.loads(written(ledger, "jsonld", lang=lang, since=EVER))
    assert read["@context"] == "https://schema.org"
    assert {node["@type"] for node in read["@graph"]} == {"Claim"}
    assert len({node["@id"] for node in read["@graph"]}) == len(read["@graph"]) == 5
    assert [fault for node in read["@graph"] for fault in faults(node)] == []
    assert faults({"@type": "Claim", "headline": ""}) == ["Claim.headline is ''"], "faults are seen"


def test_mail_has_text_and_page(ledger: Path) -> None:
    message = message_from_string(written(ledger, "eml", lang="ar"), policy=default)
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "text/html"]
    assert "نشرة الادعاءات" in str(message["Subject"])
    assert not message.defects
    assert [part.get_content().strip() for part in message.iter_parts()] == [
        written(ledger, form, lang="ar").strip() for form in ("md", "html")
    ]
    assert max(len(line) for line in written(ledger, "eml", lang="ar").splitlines()) <= 78
    body = message.get_body(("html",))
    assert body is not None
    assert '<html lang="ar" dir="rtl">' in body.get_content()


def test_mail_is_written_piece_by_piece(ledger: Path) -> None:
    class Pieces(io.StringIO):
        longest = 0

        def write(self, text: str) -> int:
            self.longest = max(self.longest, len(text))
            return super().write(text)

    stream = Pieces()
    with open_store(ledger, read_only=True) as store:
        digest = build(store, Request(since=SINCE, until=UNTIL))
        write(replace(digest, summary="long " * 100_000), "eml", stream)
    assert len(stream.getvalue()) > 10 * stream.longest


def test_own_templates_are_used_and_escaped(ledger: Path, tmp_path: Path) -> None:
    own = "{% for s in digest.sections %}{% for g in s.groups %}{% for l in g.lines() %}{{ l.row.article_title }}\n"
    (tmp_path / "digest.html").write_text(own + "{% endfor %}{% endfor %}{% endfor %}", encoding="utf-8")
    assert "Miners &amp; &lt;b&gt;machines&lt;/b&gt;" in written(ledger, "html", tmp_path)
    assert written(ledger, "md", tmp_path).startswith("# Claims digest")


@pytest.mark.parametrize(
    ("template", "message"), [("{% if %}", "digest.html:1"), ("{{ nothing }}", "cannot be filled in")]
)
def test_a_wrong_template_gets_a_sentence(ledger: Path, tmp_path: Path, template: str, message: str) -> None:
    (tmp_path / "digest.html").write_text(template, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        written(ledger, "html", tmp_path)


def test_words_are_the_same_in_every_language() -> None:
    def keys(table: dict[str, Any], above: str = "") -> set[str]:
        found: set[str] = set()
        for name, value in table.items():
            found |= keys(value, f"{above}{name}.") if isinstance(value, dict) and above != "count." else {above + name}
        return found

    english = keys(words("en").table)
    assert all(keys(words(lang).table) == english for lang in LANGUAGES)
    with pytest.raises(InputError, match="not in 'fr'"):
        words("fr")


def test_names_are_written_as_a_reader_would(ledger: Path) -> None:
    assert "said by Matthew Sigel, VanEck" in written(ledger, "md")
    assert "المصدر: ماثيو سيجل، فان إيك" in written(ledger, "md", lang="ar")
    assert reader_name("BTC", "en") == "BTC"
    assert [reader_name("bitcoin-miners", lang) for lang in LANGUAGES] == [
        "Bitcoin miners",
        "معدنو البيتكوين",
        "Майнеры биткоина",
    ]
    assert reader_name("nobody-of-note", "ru") == "Nobody of Note"


def test_plural_forms() -> None:
    assert [plural("ru", n) for n in (1, 2, 5, 11, 21, 22, 112)] == ["one", "few", "many", "many", "one", "few", "many"]
    assert [plural("ar", n) for n in (0, 1, 2, 3, 10, 11, 99, 100, 103)] == [
        *("zero", "one", "two", "few", "few", "many", "many", "other", "few"),
    ]
    assert [plural("en", n) for n in (0, 1, 2)] == ["other", "one", "other"]
    assert words("ru").count("stories", 21) == "21 сюжет"
    assert words("ar").count("stories", 2) == "قصتان"


def test_charts_say_what_they_show() -> None:
    assert columns([("08-19", 0)], "none") == ""
    drawn = columns([("08-19", 2), ("08-20", 4)], 'by "day" <i>')
    assert 'aria-label="by &quot;day&quot; &lt;i&gt;"' in drawn
    assert drawn.count("<rect") == 2
    assert ">0</text>" not in columns([("08-19", 2), ("08-20", 0)], "t"), "nought is seen without a figure"
    wide = dots([("a label of forty letters, more or less...", 1, 2), ("b", 3, 3)], "t")
    assert float(wide.partition('<text x="')[2].partition('"')[0]) > 240, "labels have the room that they take"
    assert dots([("a", 1, 2), ("b", 3, 3)], "t").count("<circle") == 3
    assert dots([("a", -1, 2)], "t") == ""
