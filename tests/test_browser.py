"""What a person does with the HTML digest and the served pages, in a real browser and three languages."""

from __future__ import annotations

import csv
import os
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import browser
import pytest
import serving

LANGUAGES = ("en", "ar", "ru")
DIRECTIONS = {"en": "ltr", "ar": "rtl", "ru": "ltr"}
# The same search, asked in each language of the sample.
QUERIES = {"en": "pension funds", "ar": "صناديق التقاعد", "ru": "пенсионные фонды"}
BROKEN = "data:text/html,<html><img src=x><input></html>"

pytestmark = pytest.mark.skipif(
    browser.chromium() is None, reason="Chromium is not installed: apt-get install chromium"
)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample feeds, read by the program."""
    path = tmp_path_factory.mktemp("sample") / "sample.db"
    done = serving.run("ingest", "--sample", "--db", str(path))
    assert done.returncode == 0, done.stderr
    return path


@pytest.fixture(scope="module")
def digests(sample: Path) -> dict[str, Path]:
    """The HTML digest in each language."""
    found = {}
    for lang in LANGUAGES:
        found[lang] = sample.with_name(f"digest-{lang}.html")
        done = serving.run("digest", "--db", str(sample), "--lang", lang, "--format", "html", "-o", str(found[lang]))
        assert done.returncode == 0, done.stderr
    return found


@pytest.fixture(scope="module")
def site(sample: Path) -> Iterator[str]:
    """The address of the ledger's pages."""
    pytest.importorskip("datasette", reason="the pages need the extra `serve`: pip install 'crypto-nlp[serve]'")
    with serving.serving(sample) as url:
        yield f"{url}sample/-/"


@pytest.fixture(scope="module")
def whole(sample: Path) -> Iterator[str]:
    """The same with whole articles."""
    pytest.importorskip("datasette", reason="the pages need the extra `serve`: pip install 'crypto-nlp[serve]'")
    with serving.serving(sample, "--full-text") as url:
        yield f"{url}sample/-/"


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[browser.Browser]:
    program = browser.chromium()
    assert program is not None
    running = browser.Browser(program, tmp_path_factory.mktemp("chromium"))
    yield running
    running.close()


@pytest.fixture
def tab(chromium: browser.Browser) -> Iterator[browser.Tab]:
    opened = chromium.tab()
    opened.size(1100, 900)
    yield opened
    opened.call("Page.close")


@pytest.fixture(scope="module")
def axe() -> Path:
    """axe-core, where the environment names it or npm has put it."""
    named = os.environ.get("AXE_JS", "node_modules/axe-core/axe.min.js")
    path = serving.ROOT / named
    if not path.is_file():
        pytest.skip("axe-core is not installed: npm install axe-core, or name axe.min.js in AXE_JS")
    return path


def test_axe_sees_what_is_wrong(tab: browser.Tab, axe: Path) -> None:
    tab.goto(BROKEN)
    assert {line.partition(":")[0] for line in tab.axe(axe)} >= {"html-has-lang", "image-alt", "label"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_in_the_digest(
    tab: browser.Tab, axe: Path, digests: dict[str, Path], lang: str, *, dark: bool
) -> None:
    tab.dark(on=dark)
    tab.goto(digests[lang].as_uri())
    assert tab.axe(axe) == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_in_the_pages(tab: browser.Tab, axe: Path, site: str, lang: str, *, dark: bool) -> None:
    tab.dark(on=dark)
    tab.goto(f"{site}search?hl={lang}&q={QUERIES[lang]}")
    found = tab.axe(axe)
    tab.follow(".gloss a")
    found += tab.axe(axe)
    tab.goto(f"{site}feeds?hl={lang}")
    found += tab.axe(axe)
    tab.follow("td a")
    found += tab.axe(axe)
    tab.goto(f"{site}search?hl={lang}&q=nofield:1")
    assert found + tab.axe(axe) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing_in_a_whole_article(tab: browser.Tab, axe: Path, whole: str, lang: str) -> None:
    tab.goto(f"{whole}search?hl={lang}&q={QUERIES[lang]}")
    tab.follow(".gloss a")
    tab.follow(".meta a[href*='/-/article']")
    assert tab.js("document.querySelectorAll('mark').length") > 0, "the claims are marked in the text"
    assert tab.axe(axe) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_link_finds_the_passage_in_a_long_article(tab: browser.Tab, digests: dict[str, Path], lang: str) -> None:
    tab.goto(digests[lang].as_uri())
    first = "document.querySelector('#repeated ~ .claims .claim')"
    sentence = tab.js(f"{first}.querySelector('blockquote').innerText")
    filler = "".join(f"<p>{number}</p>" for number in range(300))
    tab.answer("https://sample.example/*", f"<meta charset=utf-8>{filler}<p id=said>{sentence}</p>{filler}")
    tab.follow("#repeated ~ .claims .meta a")
    seen = (
        "(() => { const at = document.getElementById('said').getBoundingClientRect();"
        "return at.top >= 0 && at.bottom <= innerHeight; })()"
    )
    for _ in range(50):
        if tab.js(seen):
            break
        time.sleep(0.1)
    assert tab.js("scrollY") > 0
    assert tab.js(seen), "the browser scrolls to the sentence"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_digest_reads_right(tab: browser.Tab, digests: dict[str, Path], lang: str) -> None:
    tab.goto(digests[lang].as_uri())
    assert tab.js("document.documentElement.lang + ' ' + document.documentElement.dir") == f"{lang} {DIRECTIONS[lang]}"
    quoted = tab.js("[...document.querySelectorAll('blockquote')].map(e => [e.lang, getComputedStyle(e).direction])")
    assert {tuple(pair) for pair in quoted} == {("ar", "rtl"), ("en", "ltr"), ("ru", "ltr")}
    assert tab.js("document.querySelectorAll('script, link[rel=stylesheet], iframe').length") == 0
    assert tab.js("document.documentElement.scrollWidth <= innerWidth"), "nothing runs out of the page"
    tab.size(360, 800)
    assert tab.js("document.documentElement.scrollWidth <= innerWidth"), "nor out of a telephone's"
    assert tab.js("[...document.querySelectorAll('mark')].every(e => e.innerText.trim())")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_digest_links_to_the_passage(tab: browser.Tab, digests: dict[str, Path], lang: str) -> None:
    tab.goto(digests[lang].as_uri())
    tab.answer("https://sample.example/*", "<html lang=en><title>the article</title>")
    wanted = str(tab.js("document.querySelector('.meta a').href"))
    tab.follow(".meta a")
    assert tab.js("document.title") == "the article"
    assert tab.js("location.href") == wanted.partition("#")[0]
    assert urlsplit(wanted).fragment.startswith(":~:text=")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_search_filter_claim_link(tab: browser.Tab, site: str, lang: str) -> None:
    """The way of a reader: search, narrow down, open a claim, go to its source."""
    tab.goto(f"{site}search?hl={lang}")
    assert tab.js("document.documentElement.lang + ' ' + document.documentElement.dir") == f"{lang} {DIRECTIONS[lang]}"
    every = tab.js("document.querySelectorAll('.claim').length")
    tab.write("input[name=q]", QUERIES[lang])
    tab.follow("form button")
    few = tab.js("document.querySelectorAll('.claim').length")
    assert 0 < few < every
    assert tab.js("document.querySelector('input[name=q]').value") == QUERIES[lang]

    tab.choose("select[name=lang]", "ar")
    tab.follow("form button")
    assert tab.js("[...document.querySelectorAll('.claim blockquote')].map(e => e.lang).join()").strip("ar,") == ""
    assert 0 < tab.js("document.querySelectorAll('.claim').length") <= few

    gloss = tab.text(".gloss a")
    tab.follow(".gloss a")
    assert tab.text("h1") == gloss
    assert "/-/claim/" in tab.js("location.pathname")
    assert tab.text("blockquote mark") in tab.text("blockquote")
    languages = set(tab.js("[...document.querySelectorAll('.claim blockquote')].map(e => e.lang)"))
    assert "ar" in languages
    assert len(languages) > 1, "the same claim, as each language says it"
    assert tab.js("getComputedStyle(document.querySelector('blockquote[lang=ar]')).direction") == "rtl"
    assert tab.js("document.querySelectorAll('svg[role=img]').length") >= 1

    tab.answer("https://sample.example/*", "<html lang=en><title>the article</title>")
    source = str(tab.js("document.querySelector('.meta a').href"))
    tab.follow(".meta a")
    assert tab.js("document.title") == "the article"
    assert source.startswith(str(tab.js("location.href")))
    assert unquote(urlsplit(source).fragment).startswith(":~:text=")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_facet_and_its_removal(tab: browser.Tab, site: str, lang: str) -> None:
    tab.goto(f"{site}search?hl={lang}")
    counted = int(tab.text(".facet li span"))
    tab.follow(".facet li a")
    assert tab.js("document.querySelector('.chosen') !== null")
    assert str(counted) in tab.text("#results")
    tab.follow(".chosen a")
    assert tab.js("document.querySelector('.chosen') === null")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_csv_downloads(tab: browser.Tab, chromium: browser.Browser, site: str, lang: str) -> None:
    tab.goto(f"{site}search?hl={lang}&q={QUERIES[lang]}")
    shown = tab.js("document.querySelectorAll('.claim').length")
    tab.click("a[download]")
    path = chromium.download()
    for _ in range(50):
        if path.exists():
            break
        time.sleep(0.1)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    path.unlink()
    assert len(rows) == shown
    assert any(row["subject"] == "pension-funds" for row in rows)


def test_keyboard_alone_is_enough(tab: browser.Tab, site: str) -> None:
    tab.goto(f"{site}search?hl=en")
    tab.press("Tab")
    assert tab.js("document.activeElement.className") == "skip"
    assert tab.js("document.activeElement.getBoundingClientRect().left >= 0"), "what is focused is seen"
    for _ in range(20):
        if tab.js("document.activeElement.name") == "q":
            break
        tab.press("Tab")
    tab.call("Input.insertText", text="13.9 billion")
    with tab.loading():
        tab.press("Enter")
    assert "13.9" in tab.text(".gloss")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_fit_a_telephone(tab: browser.Tab, site: str, lang: str) -> None:
    tab.size(360, 800)
    for page in ("search", "feeds"):
        tab.goto(f"{site}{page}?hl={lang}")
        assert tab.js("document.documentElement.scrollWidth <= innerWidth")
        tab.follow(".gloss a" if page == "search" else "td a")
        assert tab.js("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_change_language(tab: browser.Tab, site: str, lang: str) -> None:
    tab.goto(f"{site}search?hl=en&type=price&q=bitcoin")
    found = tab.js("document.querySelectorAll('.claim').length")
    tab.follow(f"nav a[hreflang={lang}]")
    assert tab.js("document.documentElement.dir") == DIRECTIONS[lang]
    assert tab.js("document.querySelectorAll('.claim').length") == found > 0


def test_tables_of_datasette_read_right(tab: browser.Tab, site: str) -> None:
    tab.goto(site.removesuffix("-/") + "claim_v1?lang=ar")
    cell = "td.col-sentence div"
    assert tab.js(f"getComputedStyle(document.querySelector('{cell}')).direction") == "rtl"
    assert tab.js(f"document.querySelector('{cell} mark').innerText.length > 0")
    tab.follow("td.col-claim_id a")
    assert "/-/claim/" in tab.js("location.pathname")
