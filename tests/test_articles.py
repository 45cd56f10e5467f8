"""From entries, pages, PDFs and plain text to articles."""

from __future__ import annotations

import io
import re
import time
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from servers import page

from crypto_nlp.articles import (
    canonical_url,
    from_entry,
    from_html,
    from_pdf,
    from_text,
    identify_language,
    needs_page,
    read_page,
    supported_languages,
)
from crypto_nlp.articles.clean import clean_text, html_to_text, is_teaser
from crypto_nlp.errors import InputError, ParseError
from crypto_nlp.records import Entry, Feed

NOW = datetime(2026, 11, 2, 22, 30, tzinfo=UTC)
FEED = Feed("desk", "https://news.example/feed", "en", "The Desk", timezone="Asia/Dubai")
BODY = (
    "Bitcoin miners sold 500 coins in October, the company said on Monday.",
    "The network's hash rate rose 12% over the month while fees fell to a new low for the year.",
    "Analysts said that the sales would cover the cost of new machines and of the site in Texas.",
)
FULL = "".join(f"<p>{line}</p>" for line in BODY)


def entry(**fields: object) -> Entry:
    defaults: dict[str, object] = {
        "guid": "1",
        "url": "https://news.example/a",
        "title": "Miners sell",
        "published": None,
    }
    return Entry(**(defaults | fields))  # type: ignore[arg-type]


# Addresses


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://News.Example:443/a?utm_source=x&id=3&UTM_medium=y#top", "https://news.example/a?id=3"),
        ("http://news.example:80", "http://news.example/"),
        ("http://news.example:8080/a?b=1&a=2", "http://news.example:8080/a?b=1&a=2"),
        ("https://news.example/a?ref=rss&from=twitter&from_page=2", "https://news.example/a?from_page=2"),
        ("https://news.example/a?ref=chapter-2&fbclid=1", "https://news.example/a?ref=chapter-2"),
        ("https://me:pw@news.example/a", "https://news.example/a"),
        ("https://news.example/#entry-12ab", "https://news.example/#entry-12ab"),
        ("http://[::1]:8000/a", "http://[::1]:8000/a"),
        ("http://[bad", "http://[bad"),
    ],
)
def test_canonical_urls(url: str, expected: str) -> None:
    assert canonical_url(url) == expected
    assert canonical_url(expected) == expected


# Text


def test_html_fragments() -> None:
    html = (
        "<div>One\n two<br>three <b>fo</b>ur</div><script>x()</script><style>y</style><ul><li>a</li><li>b</li></ul>"
        "<table><tr><th>Coin</th><th>Price</th></tr><tr><td>BTC</td><td>61 200</td></tr></table>tail &amp; end"
    )
    assert html_to_text(html) == "One two\nthree four\na\nb\nCoin | Price\nBTC | 61 200\ntail & end"
    assert html_to_text("plain &lt; text") == "plain < text"
    assert html_to_text("") == ""


@pytest.mark.parametrize(
    "footer",
    [
        "The post Miners sell appeared first on The Desk.",
        "Запись Майнеры продают впервые появилась The Desk.",
        "ظهرت المقالة المعدنون يبيعون أولاً على الموقع.",
    ],
)
def test_footers_of_blog_software_go(footer: str) -> None:
    assert html_to_text(f"<p>Text.</p><p>{footer}</p>") == "Text."


def test_deep_and_hostile_html() -> None:
    assert "end" in html_to_text("<div>" * 50_000 + "end") or html_to_text("<div>" * 50_000 + "end") == ""
    assert html_to_text("<p>a&#xD800;b&#0;c\x00d</p>").startswith("a")
    assert "data:" not in html_to_text(f'<p>x<img src="data:image/png;base64,{"A" * 100_000}">y</p>')


def test_nothing_invisible_is_kept() -> None:
    assert clean_text("a\u202eb\u2066c\ufeff\x07d\r\ne\u200bf\n\n\n  g  ") == "abc d\nef\ng"
    assert clean_text("نص\u200f عربي\u200c") == "نص\u200f عربي\u200c"


@pytest.mark.parametrize(
    "text", ["A start…", "A start...", "A start […]", "Text. Read more »", "Текст. Читать далее", "نص اقرأ المزيد"]
)
def test_teasers(text: str) -> None:
    assert is_teaser(text)


def test_what_needs_its_page() -> None:
    assert needs_page(entry(summary="Short."))
    assert needs_page(entry(summary=BODY[0] + "…", content=FULL + "<p>Read more</p>"))
    assert not needs_page(entry(summary="Short.", content=FULL * 2))
    assert not needs_page(entry(summary=FULL * 9))
    assert not needs_page(entry(url="https://news.example/#entry-1", summary="Short."))


# Entries


def test_an_entry_with_its_text() -> None:
    published = datetime(2026, 11, 2, 1, 0, tzinfo=timezone(timedelta(hours=3)))
    article = from_entry(entry(content=FULL, published=published), FEED, fetched=NOW)
    assert article.text == "\n".join(("Miners sell", *BODY))
    assert article.title == "Miners sell"
    assert (article.lang, article.feed, article.publisher) == ("en", "desk", "The Desk")
    assert article.local_date == date(2026, 11, 2)  # by its own offset; in UTC it is still the first
    assert article.content_hash == from_entry(entry(content=f" {FULL}\n"), FEED, fetched=NOW).content_hash


def test_an_entry_without_a_date_has_the_day_of_the_feeds_zone() -> None:
    article = from_entry(entry(content=FULL), FEED, fetched=NOW)
    assert article.published is None
    assert article.local_date == date(2026, 11, 3)


def test_a_text_without_a_title_is_called_by_its_first_words() -> None:
    article = from_entry(entry(title="", content=FULL), FEED, fetched=NOW)
    assert article.title == BODY[0]
    assert article.text == "\n".join(BODY)
    long = "word " * 60
    assert from_entry(entry(title="", summary=long), FEED, fetched=NOW).title.endswith("word…")


def test_a_title_that_the_text_starts_with_stands_once() -> None:
    article = from_entry(entry(content=f"<h1>MINERS SELL!</h1>{FULL}"), FEED, fetched=NOW)
    assert article.text.count("\n") == 3


def test_an_entry_of_nothing() -> None:
    with pytest.raises(ParseError, match="neither text nor title"):
        from_entry(entry(title=""), FEED, fetched=NOW)


def test_the_page_wins_where_it_says_more() -> None:
    read = read_page(page("Miners sell", *BODY).decode(), url="https://news.example/a")
    assert from_entry(entry(summary="Short."), FEED, fetched=NOW, page=read).text.endswith(BODY[-1])
    longer = "<p>" + " ".join(BODY * 3) + "</p>"
    assert from_entry(entry(content=longer), FEED, fetched=NOW, page=read).text.count(BODY[0]) == 3


# Pages


def test_what_a_page_says_of_itself() -> None:
    head = (
        '<link rel="canonical" href="/b"><meta property="article:published_time" content="2026-10-26T10:00:00+03:00">'
        '<meta property="og:title" content="A &amp; B"><meta property="og:site_name" content="The Desk">'
    )
    read = read_page(page("Other", *BODY, head=head).decode(), url="https://www.news.example/a?x=1")
    assert (read.canonical, read.title, read.publisher, read.language) == (
        "https://www.news.example/b",
        "A & B",
        "The Desk",
        "en",
    )
    assert read.published is not None
    assert read.published.isoformat() == "2026-10-26T10:00:00+03:00"
    assert "About" not in read.text


@pytest.mark.parametrize(
    "href", ["https://elsewhere.example/a", "/", "https://news.example", "javascript:x", "", "http://["]
)
def test_a_canonical_address_that_is_a_mistake(href: str) -> None:
    read = read_page(
        page("T", *BODY, head=f'<link rel="canonical" href="{href}">').decode(), url="https://news.example/a"
    )
    assert read.canonical == ""


@pytest.mark.parametrize(
    ("html", "kind"), [("", "empty_page"), (" \n", "empty_page"), ("<html><body></body></html>", "no_text")]
)
def test_pages_without_text(html: str, kind: str) -> None:
    with pytest.raises(ParseError) as caught:
        read_page(html, url="https://news.example/a")
    assert caught.value.kind == kind


PIECES = [
    *("<p>", "</p>", "<div>", "<table>", "<td>", "<!--", "-->", "<![CDATA[", "&#xD800;", "&#x110000;", "&", "<", "]]>"),
    *("words of a sentence. ", "\x00", "<script>", "<svg>", "<math>", "<template>", "<?x", "</"),
]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_html_is_a_page_or_an_error(pieces: list[str]) -> None:
    html = "".join(pieces)
    html_to_text(html)
    try:
        read_page(html, url="https://news.example/a")
    except ParseError:
        return


# Languages

RU = "Биткоин вырос на пять процентов за день, сообщил банк в понедельник, а эфир подешевел до минимума."
AR = "ارتفع سعر البيتكوين بنسبة كبيرة خلال اليوم وفق ما ذكره البنك يوم الاثنين بينما تراجع الإيثر."


def test_supported_languages_are_the_folders() -> None:
    assert set(supported_languages()) >= {"ar", "en", "ru"}


@pytest.mark.parametrize(
    ("text", "declared", "expected"),
    [
        (RU, ["en"], "ru"),
        (AR, ["en"], "ar"),
        (BODY[1], ["ar"], "en"),
        (RU + " Bitcoin ETF by BlackRock and Fidelity, NYSE Arca", ["ru"], "ru"),
        ("BTC ETF", ["en"], "en"),
        ("Эфир", ["ru"], "ru"),
        ("12345", [], None),
        ("12345", ["ru"], "ru"),
        (
            "Ціна біткоїна зросла на п’ять відсотків за день, повідомив банк, а ефір подешевшав до мінімуму. " * 3,
            ["ru"],
            "uk",
        ),
        (
            "Der Preis von Bitcoin stieg am Montag um fünf Prozent, teilte die Bank mit, und Ether fiel stark. " * 3,
            ["en"],
            "de",
        ),
        ("قیمت بیت کوین روز دوشنبه پنج درصد افزایش یافت و بانک مرکزی گفت که این روند ادامه دارد. " * 4, ["ar"], "fa"),
        ("比特币价格在周一上涨了百分之五，银行表示，以太坊则跌至新低。" * 5, ["en"], "zh"),
    ],
)
def test_languages(text: str, declared: list[str], expected: str | None) -> None:
    assert identify_language(text, declared) == expected


# Documents


def test_html_documents() -> None:
    article = from_html(page("Miners sell", *BODY), url="https://news.example/a", fetched=NOW, publisher="Desk")
    assert article.text == "\n".join(("Miners sell", *BODY))
    assert (article.lang, article.publisher) == ("en", "Desk")


def test_text_documents() -> None:
    article = from_text("Заголовок\r\n\r\n" + RU, url="file:///a.txt", fetched=NOW)
    assert article.text == f"Заголовок\n{RU}"
    assert article.lang == "ru"
    assert from_text(RU.encode("cp1251"), url="file:///a.txt", fetched=NOW).text == RU
    with pytest.raises(InputError, match="holds no text"):
        from_text(b" \n ", url="a.txt", fetched=NOW)


# PDF


def pdf(*pages: list[str]) -> bytes:
    """A PDF of lines in Helvetica, as old programs write it."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        # Parentheses do not occur in the lines, so nothing needs escaping.
        shown = " ".join(f"({line}) Tj 0 -14 Td" for line in lines)
        stream = f"BT /F1 11 Tf 60 760 Td {shown} ET"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        box = "/MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R {box} /Contents {len(objects)} 0 R >>")
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    trailer = f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF"
    return out + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}{trailer}".encode("latin-1")


def report_pages() -> list[list[str]]:
    return [
        [
            "Quarterly report of Northfield Mining 2026",
            f"Northfield Mining sold {number}00 bitcoin in {month}, as the com-",
            "pany said in a letter to its shareholders on Monday, and it",
            f"does not plan to sell more this year, part {number} of the letter.",
            "Coin 2025 2026",
            "Bitcoin 2,650 2,150",
            f"{coin} 120 140",
            f"Page {number} of 4",
        ]
        for number, (month, coin) in enumerate(
            [("October", "Ether"), ("May", "Solana"), ("June", "Monero"), ("July", "Dash")], start=1
        )
    ]


def test_pdf_text_is_mended_and_its_furniture_gone() -> None:
    article = from_pdf(pdf(*report_pages()), url="file:///report.pdf", fetched=NOW, title="Letter")
    assert article.text.startswith(
        "Letter\nNorthfield Mining sold 100 bitcoin in October, as the company said in a letter to its shareholders on "
        "Monday, and it does not plan to sell more this year, part 1 of the letter.\n"
        "Coin 2025 2026\nBitcoin 2,650 2,150\nEther 120 140\n"
    )
    assert "Quarterly report" not in article.text
    assert "Page" not in article.text


def test_pdf_pages_are_known() -> None:
    article = from_pdf(pdf(*report_pages()), url="file:///report.pdf", fetched=NOW, title="Letter")
    assert len(article.pages) == 4
    for number, start in enumerate(article.pages, start=1):
        end = article.pages[number] if number < 4 else len(article.text)
        assert f"part {number} of" in article.text[start:end]
    untitled = from_pdf(pdf(*report_pages()), url="file:///report.pdf", fetched=NOW)
    assert untitled.text[untitled.pages[1] :].startswith("Northfield")


@pytest.mark.parametrize("lang", ["en", "ru", "ar"])
def test_pdf_printed_by_a_browser(lang: str) -> None:
    import yaml

    events = yaml.safe_load((Path(__file__).parent / "story_texts.yaml").read_text(encoding="utf-8"))["events"][lang]
    document = (Path(__file__).parent / "pdf" / f"{lang}.pdf").read_bytes()
    article = from_pdf(document, url=f"file:///{lang}.pdf", fetched=NOW)
    assert article.lang == lang
    assert len(article.pages) == 2
    assert "html" not in article.text
    read = article.text.replace(" %", "%").replace("\n", " ")
    for event in events:
        for text in (event["first"]["text"], event["own"]["text"]):
            for sentence in re.split(r"(?<=[^0-9]\.) ", text):
                assert sentence.strip(". ") in read


def test_pdf_whose_arabic_stands_backwards() -> None:
    document = (Path(__file__).parent / "pdf" / "ar-mirrored.pdf").read_bytes()
    article = from_pdf(document, url="file:///a.pdf", fetched=NOW)
    assert "شركة الشمال للتعدين تبيع 500 بيتكوين" in article.text
    assert "34 مليون دولار" in article.text


def test_pdfs_that_cannot_be_read() -> None:
    writer = PdfWriter()
    writer.add_blank_page(612, 792)
    scanned = io.BytesIO()
    writer.write(scanned)
    with pytest.raises(InputError, match="pictures of pages and no text"):
        from_pdf(scanned.getvalue(), url="scan.pdf", fetched=NOW)
    locked = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(*report_pages()))))
    locked.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    locked.write(out)
    with pytest.raises(InputError, match="is encrypted"):
        from_pdf(out.getvalue(), url="locked.pdf", fetched=NOW)
    for broken in (b"", b"%PDF-1.7", b"hello", pdf(*report_pages())[:300]):
        with pytest.raises(InputError, match=r"no PDF that can be read|no text"):
            from_pdf(broken, url="broken.pdf", fetched=NOW)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_mutated_pdfs(data: st.DataObject) -> None:
    document = bytearray(pdf(*report_pages()[:1]))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(document) - 1))
        document[at : at + data.draw(st.integers(0, 8))] = data.draw(
            st.sampled_from([b"", b"(", b">>", b"<<", b"\xff", b"99999999", b" R", b"/"])
        )
    try:
        from_pdf(bytes(document), url="x.pdf", fetched=NOW)
    except InputError:
        return


@pytest.mark.parametrize(
    "html",
    [
        "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">" + "Some words of a sentence. " * 9,
        "<div>" * 100_000,
        "<table><tr><td>" * 20_000,
        "<!--" * 200_000,
        "<" * 1_000_000,
    ],
)
def test_pages_that_take_parsers_minutes(html: str) -> None:
    started = time.monotonic()
    html_to_text(html)
    with suppress(ParseError):
        read_page(f"<html><body>{html}", url="https://news.example/a")
    assert time.monotonic() - started < 15
