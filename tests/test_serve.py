"""The served pages, asked over HTTP: search, claims, feeds, CSV and JSON, and what must not get out or in."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from importlib.metadata import entry_points
from pathlib import Path

import httpx2
import ledgers
import pytest
import serving
import small_ledger
import yaml

from crypto_nlp.store import FeedState, open_store
from crypto_nlp.trends import named_trends

pytest.importorskip("datasette", reason="the pages need the extra `serve`: pip install 'crypto-nlp[serve]'")

from crypto_nlp.digest.records import COLUMNS
from crypto_nlp.digest.words import LANGUAGES
from crypto_nlp.rules.load import claim_types
from crypto_nlp.search import Filters
from crypto_nlp.serve import exports, queries, views
from crypto_nlp.serve.asked import asked, parameters_of
from crypto_nlp.serve.page import said

BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
FEED = "https://news.example/feed.xml"
BROKEN = "https://broken.example/feed.xml"


def _ledger(path: Path) -> Path:
    small_ledger.build(path)
    with open_store(path) as store:
        store.save_feed(
            FeedState(
                url=FEED, name="Example News", last_check=ledgers.NOON, last_success=ledgers.NOON, last_outcome="ok"
            ),
            now=ledgers.NOON,
        )
        store.save_feed(
            FeedState(
                url=BROKEN,
                name="Broken <i>feed</i>",
                last_check=ledgers.NOON,
                last_outcome="http_403",
                failures=3,
                hint="set a contact",
                details={"message": "The host refuses."},
            ),
            now=ledgers.NOON,
        )
        text = "<script>alert(1)</script>\n<img src=x onerror=alert(2)> Price of \u202ebitcoin\u2069 was $1,234."
        price = ledgers.claim(
            text, "$1,234", "claim-evil", type="price", measure="price", subject="BTC", value=(1234, "USD")
        )
        ledgers.save(store, ledgers.article(text, url="javascript:alert(3)", feed="<b>evil</b>"), [price])
    return path


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _ledger(tmp_path_factory.mktemp("serve") / "ledger.db")


@pytest.fixture(scope="module")
def site(database: Path) -> Iterator[httpx2.Client]:
    with serving.serving(database) as url, httpx2.Client(base_url=url, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def whole(database: Path) -> Iterator[httpx2.Client]:
    with serving.serving(database, "--full-text") as url, httpx2.Client(base_url=url, timeout=30) as client:
        yield client


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("query", ["pension funds", "пенсионным фондам", "صناديق التقاعد"])
def test_search_reads_any_language(site: httpx2.Client, query: str) -> None:
    found = site.get("ledger/-/search.json", params={"q": query}).json()
    assert [row["claim_id"] for row in found] == ["claim-pension"]
    assert list(found[0]) == list(COLUMNS)
    page = site.get("ledger/-/search", params={"q": query}).text
    assert "claim-pension" in page
    assert "claim-mining" not in page
    table = site.get("ledger/claim_v1.json", params={"_search": query, "_shape": "objects"}).json()
    assert [row["claim_id"] for row in table["rows"]] == ["claim-pension"]


@pytest.mark.parametrize(
    ("asked_for", "found"),
    [
        ({"type": "earnings"}, {"claim-139", "claim-38"}),
        ({"type": "earnings", "min_value": "20e9"}, {"claim-38"}),
        ({"subject": "Russia"}, {"claim-mining"}),
        ({"source": "vaneck"}, {"claim-139"}),
        ({"until": "2024-07-31"}, {"claim-price"}),
        ({"jurisdiction": "RU", "type": "regulation"}, {"claim-mining"}),
    ],
)
def test_filters(site: httpx2.Client, asked_for: dict[str, str], found: set[str]) -> None:
    assert {row["claim_id"] for row in site.get("ledger/-/search.json", params=asked_for).json()} == found


def test_facets_count_claims(site: httpx2.Client) -> None:
    page = site.get("ledger/-/search", params={"hl": "en"}).text
    assert 'hl=en&amp;type=earnings"><bdi>Earnings and costs</bdi></a> <span>2</span>' in page
    assert 'hl=en&amp;lang=ar"><bdi>Arabic</bdi></a> <span>2</span>' in page


def test_counts_are_made_once_for_a_state_of_the_ledger(tmp_path: Path) -> None:
    path = small_ledger.build(tmp_path / "counted.db")
    with open_store(path) as writer, open_store(path, read_only=True) as reader:
        first = queries.counts(reader, "", Filters())
        assert (first.total, dict(first.facets["lang"])) == (5, {"ar": 2, "en": 3, "ru": 2})
        statements: list[str] = []
        reader.connection.set_trace_callback(statements.append)
        assert queries.counts(reader, "", Filters()) is first
        assert statements == []
        few = queries.counts(reader, "", Filters(types=("earnings",)))
        assert (few.total, dict(few.facets["subject"])) == (2, {"bitcoin-miners": 2})
        assert sum("FROM claims c" in sql for sql in statements) == 1, "all counts come from one reading"
        text = "Bitcoin miners earned $1 million."
        ledgers.save(writer, ledgers.article(text, url="https://news.example/new"), [ledgers.claim(text, "$1 million")])
        assert queries.counts(reader, "", Filters()).total == 6


def test_no_facets_are_tried(site: httpx2.Client) -> None:
    assert "suggested-facets" not in site.get("ledger/claim_v1").text


MANY = 1234


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx2.Client]:
    path = tmp_path_factory.mktemp("crowded") / "crowded.db"
    with open_store(path) as store:
        lines = [f"Bitcoin miners earned ${i} million in {1000 + i}." for i in range(1, MANY + 1)]
        text = "\n".join(lines)
        found = [
            ledgers.claim(text, f"${i} million in {1000 + i}", f"claim-{i}", value=(i * 1e6, "USD"), per="year")
            for i in range(1, MANY + 1)
        ]
        ledgers.save(store, ledgers.article(text), found)
    with serving.serving(path) as url, httpx2.Client(base_url=url, timeout=30) as client:
        yield client


@pytest.mark.parametrize(
    ("address", "rows"),
    [
        ("claim_v1.csv?_stream=1", MANY),
        ("claim_v1.csv?_stream=1&type=earnings&_sort=claim_id", MANY),
        ("claim_v1.csv?_stream=on&type=price", 0),
        ("claim_v1.csv?_stream=1&_search=miner+earned", MANY),
        ("claim_v1.csv?_stream=1&value_low__lte=5000000", 5),
        ("mention_v1.csv?_stream=1&_dl=1", MANY),
        ("article_v1.csv?_stream=1", 1),
        ("miner-revenue.csv", MANY),
        ("-/search.csv", MANY),
    ],
)
def test_csv_is_whole(crowded: httpx2.Client, address: str, rows: int) -> None:
    answer = crowded.get(f"crowded/{address}")
    assert answer.status_code == 200
    found = _rows(answer.text)
    assert len({tuple(row.values()) for row in found}) == len(found) == rows
    downloaded = "attachment" in answer.headers.get("content-disposition", "")
    assert downloaded is ("_stream" not in address or "_dl" in address)


def test_csv_in_one_pass_keeps_what_datasette_offers(crowded: httpx2.Client) -> None:
    few = crowded.get("crowded/claim_v1.csv?_stream=1&_col=claim_id&_col=value_low&_sort_desc=value_low").text
    assert few.splitlines()[:2] == ["claim_id,value_low", f"claim-{MANY},1234000000.0"]
    assert crowded.get("crowded/claim_v1.csv?_stream=1&_header=off").text.startswith("claim-")
    assert crowded.get("crowded/claim_v1.csv?_stream=1&_search=nofield:1").status_code == 400
    assert len(_rows(crowded.get("crowded/claim_v1.csv").text)) < MANY, "a page is a page"


def test_claim_page_marks_its_evidence(site: httpx2.Client) -> None:
    page = site.get("ledger/-/claim/claim-139", params={"hl": "ru"}).text
    assert '<html lang="ru" dir="ltr">' in page
    assert '<blockquote lang="ar" dir="rtl">' in page
    assert "<mark>13.9 مليار دولار</mark>" in page
    assert "<mark>$13.9 billion</mark>" in page
    assert "ВанЭк" in page
    assert "/ledger/-/claim/claim-38" in page, "another figure for the same thing"
    assert page.count("<svg") == 2
    assert '<span class="tag">прогноз</span>' in page, "a forecast is seen to be one"
    shown = site.get("ledger/-/claim/claim-139.json").json()
    assert [row["claim_id"] for row in shown["other_figures"]] == ["claim-38"]
    places = _rows(site.get("ledger/-/claim/claim-139.csv").text)
    assert {row["lang"] for row in places} == {"en", "ar"}


@pytest.mark.parametrize(
    ("lang", "figures", "measure", "subject"),
    [
        ("en", ("$13.9 billion", "$38 billion"), "profit", "Bitcoin miners"),
        ("ar", ("13.9 مليار دولار", "38 مليار دولار"), "الأرباح", "معدنو البيتكوين"),
        ("ru", ("13,9 млрд долларов", "38 млрд долларов"), "прибыль", "Майнеры биткоина"),
    ],
)
def test_claim_page_speaks_its_readers_language(
    site: httpx2.Client, lang: str, figures: tuple[str, str], measure: str, subject: str
) -> None:
    page = site.get("ledger/-/claim/claim-139", params={"hl": lang}).text
    own, other = figures
    for part in (own, measure, subject):
        assert f"<dd><bdi>{part}</bdi></dd>" in page
    assert f"<td><bdi>{other}</bdi></td>" in page
    chart = page.partition('id="others"')[2].partition("</svg>")[0]
    assert f">{own}</text>" in chart
    assert ('direction="rtl"' in chart) is (lang == "ar"), "a label reads as its language does"
    assert "USD" not in page.partition("<main")[2]


def test_a_claim_read_in_many_places_shows_a_few_and_holds_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "often.db"
    with open_store(path) as store:
        for day in range(1, 10):
            text = f"Day {day}\nMiners earned $5 million, they say on day {day}."
            published = ledgers.NOON.replace(day=day)
            found = ledgers.article(text, url=f"https://news.example/{day}", published=published)
            ledgers.save(store, found, [ledgers.claim(text, "$5 million", "claim-often", value=(5e6, "USD"))])
    with serving.serving(path) as url, httpx2.Client(base_url=url, timeout=30) as client:
        page = client.get("often/-/claim/claim-often", params={"hl": "en"}).text
    before, _, inside = page.partition("<details>")
    inside = inside.partition("</details>")[0]
    assert (before.count("<mark>"), inside.count("<mark>")) == (6, 3)
    assert "<summary>Other places: 3</summary>" in inside


def test_details_are_named(site: httpx2.Client) -> None:
    page = site.get("ledger/-/claim/claim-mining", params={"hl": "ru"}).text
    for part in ("легализация", "Россия", "подписано", "майнинг"):
        assert f"<dd><bdi>{part}</bdi></dd>" in page
    assert "legalise" not in page.partition("<dl>")[2].partition("</dl>")[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_whatever_a_claim_may_say_has_a_name(lang: str) -> None:
    table = said(lang).table
    for name, kind in claim_types().items():
        if name == "no_claim":
            continue
        assert set(kind.frame.measures) <= set(table["measure"]), name
        assert set(kind.frame.details) <= set(table["facet"]), name
        told = [(each.slot, each.value) for each in kind.frame.settled]
        told += [pair for words in kind.words.values() for trigger in words.triggers for pair in trigger.set.items()]
        told += [
            (slot, value) for words in kind.words.values() for slot, values in words.slots.items() for value in values
        ]
        for slot, value in told:
            if value and slot in {"stage", "object"}:
                assert value in table[slot], (name, slot)


def test_pages_take_the_readers_language(site: httpx2.Client) -> None:
    page = site.get("ledger/-/search", headers={"accept-language": "ar-EG,en;q=0.5"}).text
    assert '<html lang="ar" dir="rtl">' in page
    assert '<html lang="en" dir="ltr">' in site.get("ledger/-/search", headers={"accept-language": "fr"}).text


def test_feeds_say_how_they_do(site: httpx2.Client) -> None:
    states = {row["url"]: row["state"] for row in site.get("ledger/-/feeds.json").json()}
    assert states == {FEED: "well", BROKEN: "failing"}
    assert {row["name"]: row["articles"] for row in _rows(site.get("ledger/-/feeds.csv").text)}["Example News"] == "4"
    page = site.get("ledger/-/feed", params={"url": BROKEN, "hl": "en"}).text
    assert "The host refuses." in page
    assert "set a contact" in page
    assert "Broken &lt;i&gt;feed&lt;/i&gt;" in page
    assert "Miners &amp; &lt;b&gt;machines&lt;/b&gt;" in site.get("ledger/-/feed", params={"url": FEED}).text
    assert site.get("ledger/-/feed", params={"url": "https://no.example/"}).status_code == 404


def test_ready_questions(site: httpx2.Client) -> None:
    for name in named_trends():
        answer = site.get(f"ledger/{name}.json")
        assert answer.status_code == 200, answer.text
        assert "claim_id" in answer.json()["columns"]
    moves = site.get("ledger/russian-regulation.json", params={"_shape": "objects"}).json()["rows"]
    assert [(row["stage"], row["claim_id"]) for row in moves] == [("signed", "claim-mining")]
    assert "Russia: regulatory moves by stage" in site.get("ledger/-/search", params={"hl": "en"}).text


PAGES = (
    *("ledger/-/search?q=bitcoin", "ledger/-/claim/claim-evil", "ledger/-/claim/claim-price", "ledger/-/feeds"),
    *(
        "ledger/claim_v1",
        "ledger/mention_v1",
        "ledger/article_v1",
        "ledger/claim_v1?_search=bitcoin",
        "ledger/articles",
    ),
    "ledger?sql=select+sentence,+article_title,+article_url+from+claim_v1",
)


@pytest.mark.parametrize("page", PAGES)
def test_hostile_text_is_text(site: httpx2.Client, page: str) -> None:
    answer = site.get(page)
    assert answer.status_code == 200
    assert not set(BIDI) & set(answer.text)
    assert "<script>alert" not in answer.text
    assert "<img src=x" not in answer.text
    assert 'href="javascript:' not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_whole_article_is_text_too(whole: httpx2.Client) -> None:
    answer = whole.get("ledger/-/article", params={"url": "javascript:alert(3)"})
    assert answer.status_code == 200
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    assert "<mark>$1,234</mark>" in answer.text
    assert not set(BIDI) & set(answer.text)


@pytest.mark.parametrize(
    "address", ["ledger/-/search.csv", "ledger/claim_v1.csv?_stream=1", "ledger/claim_v1.csv?_dl=1"]
)
def test_csv_runs_in_no_spreadsheet(site: httpx2.Client, address: str) -> None:
    answer = site.get(address)
    rows = {row["claim_id"]: row for row in _rows(answer.text)}
    assert len(rows) == 6
    assert rows["claim-price"]["sentence"].startswith("'=SUM(A1)")
    assert rows["claim-price"]["article_title"] == "'=HYPERLINK(1)"
    assert float(rows["claim-139"]["value_low"]) == 13.9e9
    assert rows["claim-pension"]["sentence"].startswith(("Pension", "بدأت"))
    assert not set(BIDI) & set(answer.text)
    assert ("attachment" in answer.headers.get("content-disposition", "")) is ("_stream" not in address)


SECRETS = (
    "select text from revisions",
    "select r.text from articles a join revisions r on r.article = a.id",
    "select entry from entries",
    "with t as (select * from revisions) select text from t",
)


@pytest.mark.parametrize("sql", SECRETS)
def test_whole_texts_stay_in(site: httpx2.Client, sql: str) -> None:
    answer = site.get("ledger.json", params={"sql": sql})
    assert answer.status_code == 200
    assert all(value is None for row in answer.json()["rows"] for value in row)


def test_whole_texts_only_where_asked_for(site: httpx2.Client, whole: httpx2.Client) -> None:
    article = {"url": "https://news.example/ru/1"}
    refused = site.get("ledger/-/article", params=article)
    assert refused.status_code == 403
    assert "--full-text" in refused.text
    assert "Прибыль майнеров" in whole.get("ledger/-/article", params=article).text
    assert whole.get("ledger/-/article.json", params=article).json()["text"].startswith("Прибыль")
    texts = whole.get("ledger.json", params={"sql": "select text from revisions"}).json()["rows"]
    assert all(text for (text,) in texts)
    assert whole.get("ledger/-/article", params={"url": "https://no.example/"}).status_code == 404
    assert site.get("ledger.db").status_code in (403, 404)
    assert "/-/article?" in whole.get("ledger/-/claim/claim-38").text
    assert "/-/article?" not in site.get("ledger/-/claim/claim-38").text


WRITES = (
    "delete from claims",
    "insert into settings values ('a', 'b')",
    "attach database '/etc/hostname' as other",
    "pragma writable_schema = on",
    "with t as (select 1) delete from claims",
    "with t as (select 1) update sqlite_master set sql = ''",
)


@pytest.mark.parametrize("sql", WRITES)
def test_nothing_writes(database: Path, site: httpx2.Client, sql: str) -> None:
    before = hashlib.sha256(database.read_bytes()).hexdigest()
    assert site.get("ledger.json", params={"sql": sql}).status_code == 400
    for address in ("ledger", "ledger.json", "ledger/-/search", "ledger/claims", "ledger/miner-revenue"):
        assert site.post(address, data={"sql": sql}).status_code == 405
    assert hashlib.sha256(database.read_bytes()).hexdigest() == before


def test_only_its_own_name_is_answered(site: httpx2.Client) -> None:
    assert site.get("", headers={"host": "rebound.example"}).status_code == 421
    assert site.get("", headers={"host": "localhost:1"}).status_code == 200


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("search?q=nofield:1", 400, "There is no field"),
        ("search?page=0", 400, "is no page"),
        ("search?since=yesterday", 400, "is no date"),
        ("search?min_value=much", 400, "is no figure"),
        ("search.csv?q=nofield:1", 400, "There is no field"),
        ("claim/none", 404, "There is no claim"),
        ("claim/none.json", 404, "There is no claim"),
        ("search?q=zzzzqqqq&hl=en", 200, "No claim matches"),
        ("search?page=9&hl=en", 200, "No claim matches"),
    ],
)
def test_mistakes_are_sentences(site: httpx2.Client, address: str, status: int, said: str) -> None:
    answer = site.get(f"ledger/-/{address}")
    assert answer.status_code == status
    assert said in answer.text
    assert site.get("other/-/search").status_code == 404


def test_our_pages_load_nothing_from_elsewhere(site: httpx2.Client) -> None:
    answer = site.get("ledger/-/search")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text
    assert site.get("-/crypto-nlp.css").headers["content-type"].startswith("text/css")


def test_datasette_alone_shows_the_same(database: Path) -> None:
    if not any(each.value == "crypto_nlp.serve" for each in entry_points(group="datasette")):
        pytest.skip("the program is run from the tree, not installed")
    command = [sys.executable, "-m", "datasette", str(database), "--get", "/ledger/-/claim/claim-139?hl=en"]
    done = subprocess.run(command, env=serving.environment(), capture_output=True, text=True, check=True)
    assert "<mark>$13.9 billion</mark>" in done.stdout


def test_an_older_ledger_is_guarded_as_well(database: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.db"
    old.write_bytes(database.read_bytes())
    with sqlite3.connect(old) as connection:
        connection.execute("PRAGMA user_version = 0")
    connection.close()
    refused = serving.run("serve", "--db", str(old))
    assert (refused.returncode, "crypto-nlp db migrate" in refused.stderr) == (1, True)
    if not any(each.value == "crypto_nlp.serve" for each in entry_points(group="datasette")):
        pytest.skip("the program is run from the tree, not installed")

    def get(address: str) -> str:
        command = [sys.executable, "-m", "datasette", str(old), "--get", address]
        done = subprocess.run(command, env=serving.environment(), capture_output=True, text=True, check=False)
        return done.stdout

    assert "crypto-nlp db migrate" in get("/old/-/search")
    assert {text for (text,) in json.loads(get("/old.json?sql=select+text+from+revisions"))["rows"]} == {None}


def test_command_says_what_is_wrong(database: Path, tmp_path: Path) -> None:
    missing = serving.run("serve", "--db", str(tmp_path / "none.db"))
    assert (missing.returncode, "There is no database" in missing.stderr) == (1, True)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        busy = serving.run("serve", "--db", str(database), "--port", str(taken.getsockname()[1]))
    assert (busy.returncode, "choose another with --port" in busy.stderr) == (1, True)
    program = (
        "import sys; sys.modules['datasette'] = None; from crypto_nlp.cli import main; sys.argv[1:] = ['serve']; main()"
    )
    bare = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ},
        cwd=serving.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (bare.returncode, "pip install 'crypto-nlp[serve]'" in bare.stderr) == (1, True)


def test_cells_may_come_in_any_pieces() -> None:
    table = b'a,b\r\n"=1+1\r\nnext","say ""hi"""\r\n-5,@x\r\n'
    whole = exports.SafeCells()
    wanted = whole.feed(table) + whole.flush()
    assert list(csv.reader(io.StringIO(wanted.decode()))) == [["a", "b"], ["'=1+1 next", 'say "hi"'], ["-5", "'@x"]]
    for size in (1, 2, 3, 7):
        cells = exports.SafeCells()
        parts = [cells.feed(table[at : at + size]) for at in range(0, len(table), size)]
        assert b"".join(parts) + cells.flush() == wanted


def test_text_is_cut_at_its_claims() -> None:
    claims = [
        {"start": 2, "end": 4, "claim_id": "a"},
        {"start": 3, "end": 5, "claim_id": "b"},
        {"start": 5, "end": 6, "claim_id": "c"},
    ]
    cut = views.pieces("0123456789", claims)
    assert "".join(piece for piece, _ in cut) == "0123456789"
    assert [pair for pair in cut if pair[1]] == [("23", "a"), ("5", "c")]


def test_addresses_read_back() -> None:
    filters = Filters(types=("price", "supply"), langs=("ar",), since=date(2024, 8, 1), min_value=5e9)
    pairs = [*parameters_of(filters), ("q", "a&b"), ("sort", "newest"), ("page", "3"), ("hl", "ru")]
    wanted = asked(pairs)
    assert wanted.filters == filters
    assert asked(httpx2.QueryParams(wanted.address()).multi_items()) == wanted
    assert "page" not in wanted.with_value("lang", "en")
    assert "since" not in wanted.without("since")


def test_words_say_the_same_things_in_every_language() -> None:
    folder = serving.ROOT / "crypto_nlp" / "serve" / "words"
    tables = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in folder.glob("*.yaml")}
    shapes = {
        lang: json.dumps(
            {key: sorted(said) if isinstance(said, dict) else "" for key, said in table.items()}, sort_keys=True
        )
        for lang, table in tables.items()
    }
    assert set(shapes) == {"ar", "en", "ru"}
    assert len(set(shapes.values())) == 1
    assert set(tables["en"]["question"]) == set(named_trends())
