"""Search: a table of queries in three languages, the query language, filters, order, a claim's life."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ledgers import NOON, article, claim, fill, save, table

from crypto_nlp.errors import QueryError, StoreError
from crypto_nlp.search import (
    Filters,
    alert,
    corrections,
    count_claims,
    disagreements,
    due,
    find_claims,
    iterate_claims,
    show_claim,
    told,
)
from crypto_nlp.store import Store, open_store

TABLE = table()
CASES = [(lang, case) for lang, cases in TABLE["queries"].items() for case in cases]
FIELDS = (
    "claim_id type measure subject value_low value_high unit bound per when condition source sources modality "
    "negated details "
    "gloss lang anchor sentence start end confidence article_url article_title feed published stories mentions "
    "first_seen last_seen"
).split()


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with open_store(tmp_path_factory.mktemp("search") / "ledger.db") as store:
        fill(store, TABLE["claims"])
        yield store


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["claim_id"] for row in rows]


@pytest.mark.parametrize(("lang", "case"), CASES, ids=[f"{lang}: {case['q']}" for lang, case in CASES])
def test_query_finds_what_it_must_and_nothing_that_it_must_not(ledger: Store, lang: str, case: dict[str, Any]) -> None:
    found = set(ids(find_claims(ledger, case["q"], limit=None, lang=lang)))
    assert not set(case.get("find", [])) - found
    assert not set(case.get("not", [])) & found


def test_the_table_has_forty_queries_in_each_language() -> None:
    assert all(len(cases) >= 40 for cases in TABLE["queries"].values())
    assert len(CASES) >= 120


def test_rows_have_the_promised_keys_and_plain_values(ledger: Store) -> None:
    (row,) = find_claims(ledger, "subject:mara-holdings", lang="ru")
    assert list(row) == FIELDS
    assert row["value_low"] == 692
    assert isinstance(row["value_low"], int)
    assert row["gloss"] == "MARA Holdings добыла 692 BTC в июле 2024 года."
    assert row["sources"] == ["mara-holdings"]
    assert row["negated"] is False
    assert row["article_url"] == "https://example.org/mara"
    assert row["published"] == row["first_seen"] == row["last_seen"]


def test_sql_view_agrees_with_rows(ledger: Store) -> None:
    with ledger.reading() as connection:
        views = {row["claim_id"]: dict(row) for row in connection.execute("SELECT * FROM claim_v1")}
    rows = {row["claim_id"]: row for row in iterate_claims(ledger)}
    assert list(views["duma"]) == FIELDS
    assert set(views) == set(rows) == set(TABLE["claims"])
    assert {claim_id: row["sentence"] for claim_id, row in rows.items()} == {
        claim_id: view["sentence"] for claim_id, view in views.items()
    }


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ('"pension', "quotation mark is left open"),
        ("«пенсия", "quotation mark is left open"),
        ("(miners", "parenthesis is left open"),
        ("miners)", "closing parenthesis"),
        ("miners AND", "no words after it"),
        ("OR miners", "OR needs a word on both sides"),
        ("miners AND AND ban", "AND needs a word"),
        ("NOT", "no words after it"),
        ("()", "no words after it"),
        ("*", "only at the end of a word"),
        ("pen*sion", "only at the end of a word"),
        ("nothing:here", "no field “nothing”"),
        ("when:soon", "is no time"),
        ("… !?", "only marks"),
        ("gloss:…", "needs a word or figure"),
        (" ".join(["word"] * 65), "more than 64"),
    ],
)
def test_broken_query_gets_a_sentence(ledger: Store, query: str, said: str) -> None:
    with pytest.raises(QueryError) as caught:
        find_claims(ledger, query)
    assert said in str(caught.value)
    assert "fts5" not in str(caught.value).lower()
    assert "sqlite" not in str(caught.value).lower()


@pytest.mark.parametrize(
    "query",
    [
        "'; DROP TABLE claims; --",
        "a^b",
        "NEAR(a b)",
        "rank:",
        '""',
        "-",
        "{subject}:x",
        "1/2",
        "🚀",
        "a:b:c d",
        "\\",
        "%_",
        "ﷺ",
    ],
)
def test_odd_queries_never_reach_sqlite(ledger: Store, query: str) -> None:
    with contextlib.suppress(QueryError):
        assert len(find_claims(ledger, query)) <= len(TABLE["claims"])


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(types=("security",)), {"wazirx"}),
        (Filters(types=("security", "supply")), {"wazirx", "mined"}),
        (Filters(measures=("profit",)), {"miners-13", "tether"}),
        (Filters(subjects=("BTC",), types=("price",)), {"price"}),
        (Filters(subjects=("Пенсионные фонды",)), {"pensions"}),
        (Filters(subjects=("btc",), types=("supply",)), {"mined"}),
        (Filters(sources=("vaneck",)), {"miners-13"}),
        (Filters(sources=("VanEck", "برنشتاين")), {"miners-13", "bernstein"}),
        (Filters(jurisdictions=("RU",)), {"duma", "tax", "rouble"}),
        (Filters(jurisdictions=("ru", "CN")), {"duma", "tax", "rouble", "china"}),
        (Filters(actor_kinds=("pension_fund",)), {"pensions", "wisconsin"}),
        (Filters(assets=("BTC",), types=("adoption",)), {"pensions", "salvador"}),
        (Filters(langs=("ar",), types=("network",)), {"halving"}),
        (Filters(modalities=("plan",)), {"tax", "rouble"}),
        (Filters(units=("USD",), min_value=38e9), {"miners-38", "stablecoins"}),
        (Filters(units=("USD",), min_value=1e9, max_value=5e9), {"fine", "inflow"}),
        (Filters(units=("PH/s",), min_value=600_000), {"hashrate"}),
        (Filters(units=("PH/s",), min_value=800_000), set()),
        (Filters(since=date(2024, 8, 3), until=date(2024, 8, 4)), {"merge", "halving"}),
        (Filters(when_since=date(2026, 1, 1)), {"miners-38"}),
        (Filters(when_since=date(2025, 2, 1), when_until=date(2025, 12, 31)), {"rouble", "miners-38"}),
        (Filters(details=(("stage", "done"),)), {"fine", "sec"}),
        (Filters(types=("price",), subjects=("ETH",)), set()),
    ],
)
def test_filters(ledger: Store, filters: Filters, found: set[str]) -> None:
    assert set(ids(find_claims(ledger, filters=filters, limit=None))) == found
    assert count_claims(ledger, filters=filters) == len(found)
    assert Filters.from_json(filters.as_json()) == filters


def test_filters_and_query_hold_together(ledger: Store) -> None:
    assert ids(find_claims(ledger, "майнинг", Filters(types=("regulation",), jurisdictions=("CN",)))) == ["china"]


@pytest.mark.parametrize(
    "filters",
    [
        Filters(min_value=2, max_value=1),
        Filters(since=date(2024, 2, 1), until=date(2024, 1, 1)),
        Filters(units=("USD", "EUR"), min_value=1),
        Filters(details=(("x'y", "z"),)),
    ],
)
def test_filters_that_contradict_themselves_are_refused(ledger: Store, filters: Filters) -> None:
    with pytest.raises(QueryError):
        find_claims(ledger, filters=filters)


def test_order(ledger: Store) -> None:
    assert ids(find_claims(ledger, sort="newest", limit=2)) == ["rouble", "tether"]
    assert ids(find_claims(ledger, filters=Filters(units=("USD",)), sort="value", limit=2)) == [
        "stablecoins",
        "miners-38",
    ]
    with pytest.raises(QueryError, match="no order"):
        find_claims(ledger, sort="beauty")


def test_misspelling_is_said(ledger: Store) -> None:
    assert corrections(ledger, "penshion funds") == {"penshion": ("pension",)}
    assert corrections(ledger, "pension funds") == {}


def test_exact_subject_comes_first_then_stories_then_sources(tmp_path: Path) -> None:
    with open_store(tmp_path / "ledger.db") as store:
        for place, (claim_id, subject, source) in enumerate(
            [
                ("aside", "companies", None),
                ("aside", "companies", None),
                ("named", "pension-funds", "vaneck"),
                ("plain", "pension-funds", None),
                ("often", "pension-funds", None),
                ("often", "pension-funds", None),
            ]
        ):
            text = f"T\n{claim_id} {place}: companies copy pension funds"
            found = claim(text, "companies copy", claim_id, subject=subject, source=source)
            save(store, article(text, url=f"https://example.org/{place}"), [found])
        assert ids(find_claims(store, "pension funds")) == ["often", "named", "plain", "aside"]
        assert ids(find_claims(store, "companies"))[0] == "aside"
        assert ids(find_claims(store, sort="stories", limit=2)) == ["often", "aside"]


def test_row_shows_the_mention_that_the_filter_asks_for(tmp_path: Path) -> None:
    with open_store(tmp_path / "ledger.db") as store:
        for lang, word in (("en", "miners"), ("ru", "майнеры")):
            text = f"T\n{word} 5"
            confidence = 0.9 if lang == "en" else 0.5
            save(
                store,
                article(text, url=f"https://example.org/{lang}", lang=lang),
                [claim(text, "5", confidence=confidence)],
            )
        assert find_claims(store)[0]["lang"] == "en"
        (row,) = find_claims(store, filters=Filters(langs=("ru",)))
        assert (row["lang"], row["anchor"], row["mentions"]) == ("ru", "5", 2)


def figures(store: Store) -> None:
    """Three figures for miners' revenue in 2027, two of them from one source; a fact of 2027; another year."""
    given = [
        ("f13", 13.9e9, "2027", "forecast", "vaneck", 1),
        ("f38", 38e9, "2027", "forecast", "bernstein", 2),
        ("f20", 20e9, "2027", "forecast", "vaneck", 3),
        ("fact", 15e9, "2027", "fact", None, 9),
        ("other", 9e9, "2030", "forecast", "vaneck", 4),
    ]
    for claim_id, value, when, modality, source, month in given:
        text = f"T\nRevenue will be {value:g} dollars"
        found = claim(text, f"{value:g}", claim_id, value=(value, "USD"), when=when, modality=modality, source=source)
        published = NOON.replace(year=2028 if claim_id == "fact" else 2024, month=month)
        save(store, article(text, url=f"https://example.org/{claim_id}", published=published), [found])


def test_life_of_a_claim(tmp_path: Path) -> None:
    with open_store(tmp_path / "ledger.db") as store:
        figures(store)
        text = "T\nRevenue will be 13.9 bn dollars, again"
        again = claim(text, "13.9", "f13", value=(13.9e9, "USD"), when="2027", modality="forecast", source="vaneck")
        save(store, article(text, url="https://example.org/again"), [again])
        life = show_claim(store, "f13")
        assert life["claim"]["claim_id"] == "f13"
        assert [place["article_url"] for place in life["places"]] == [
            "https://example.org/f13",
            "https://example.org/again",
        ]
        assert [story["articles"] for story in life["stories"]] == [
            ["https://example.org/f13"],
            ["https://example.org/again"],
        ]
        assert life["sources"] == [
            {
                "source": "vaneck",
                "first_seen": "2024-01-12T12:00:00Z",
                "last_seen": "2024-08-12T12:00:00Z",
                "mentions": 2,
            }
        ]
        assert set(ids(life["other_figures"])) == {"f38", "f20", "fact"}
        (changed,) = life["changed"]
        assert changed["source"] == "vaneck"
        assert [figure["claim_id"] for figure in changed["figures"]] == ["f13", "f20"]
        assert show_claim(store, "oth")["claim_id"] == "other"
        with pytest.raises(QueryError, match="Several claims begin with f"):
            show_claim(store, "f")
        with pytest.raises(QueryError, match="There is no claim nowhere"):
            show_claim(store, "nowhere")


def test_disagreements_and_forecasts_that_fall_due(tmp_path: Path) -> None:
    with open_store(tmp_path / "ledger.db") as store:
        figures(store)
        (widest,) = disagreements(store)
        assert (widest["low"], widest["high"], widest["spread"]) == (13900000000, 38000000000, 2.734)
        assert set(ids(widest["claims"])) == {"f13", "f38", "f20", "fact"}
        assert disagreements(store, Filters(sources=("bernstein",))) == []
        fallen = due(store, date(2028, 1, 1))
        assert [item["claim"]["claim_id"] for item in fallen] == ["f13", "f38", "f20"]
        assert ids(fallen[0]["facts"]) == ["fact"]
        assert due(store, date(2027, 6, 1)) == []
        assert due(store, date(2028, 1, 1), since=date(2028, 1, 1)) == []


def test_page_of_a_pdf(tmp_path: Path) -> None:
    with open_store(tmp_path / "ledger.db") as store:
        text = "T\nfirst page\nsecond page says 5"
        save(store, article(text, pages=(0, text.index("second"))), [claim(text, "5")])
        assert show_claim(store, "c1")["places"][0]["page"] == 2


def test_the_same_day_in_another_language_may_be_a_translation(tmp_path: Path) -> None:
    with open_store(tmp_path / "ledger.db") as store:
        told = [("a", "en", 12), ("b", "ru", 12), ("c", "ru", 14), ("d", "ru", 14), ("e", None, 15), ("f", "en", 15)]
        for name, lang, day in told:
            text = f"{name}\nfigure {name} 5"
            published = NOON.replace(day=day)
            save(
                store,
                article(text, url=f"https://example.org/{name}", lang=lang, published=published),
                [claim(text, "5")],
            )
        life = show_claim(store, "c1")
        assert [place["possible_translation"] for place in life["places"]] == [True, True, False, False, False, False]
        assert [story["possible_translation"] for story in life["stories"]] == [True, True, False, False, False, False]
        assert (life["claim"]["stories"], life["claim"]["mentions"]) == (6, 6)
        # What has vanished is no translation, and leaves none.
        save(store, article("b\nno figure", url="https://example.org/b", lang="ru", published=NOON.replace(day=12)))
        assert not any(place["possible_translation"] for place in show_claim(store, "c1")["places"])


def test_alerts_tell_each_new_claim_once(tmp_path: Path) -> None:
    with open_store(tmp_path / "ledger.db") as store:
        text = "T\nminers earn 5, banks pay 6, miners earn 7"
        store.save_search("mine", "miners", Filters(types=("earnings",)).as_json(), NOON)
        glosses = {"5": "miners five", "6": "banks six", "7": "miners seven"}
        claims = [claim(text, value, f"c{value}", gloss={"en": gloss}) for value, gloss in glosses.items()]
        claims = [replace(found, subject="companies", sentence="", details={}) for found in claims]
        save(store, article(text), claims[:2])
        first = alert(store, "mine")
        assert ids(first.rows) == ["c5"]
        assert alert(store, "mine") == first
        told(store, first)
        assert alert(store, "mine").rows == []
        save(store, article(text, url="https://example.org/2"), claims)
        assert ids(alert(store, "mine").rows) == ["c7"]
        with pytest.raises(StoreError, match="no saved search"):
            alert(store, "other")


def test_search_and_trends_are_light() -> None:
    heavy = (
        "spacy",
        "transformers",
        "onnxruntime",
        "torch",
        "pymorphy3",
        "pydantic",
        "sqlite_utils",
        "rich",
        "rapidfuzz",
    )
    code = f"import sys, crypto_nlp.search, crypto_nlp.trends; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_russian_query_loads_no_dictionary(ledger: Store) -> None:
    code = (
        "import sys; from crypto_nlp.store import open_store; from crypto_nlp.search import find_claims\n"
        f"rows = find_claims(open_store({str(ledger.path)!r}, read_only=True), 'пенсионных фондов')\n"
        "print([row['claim_id'] for row in rows], 'pymorphy3' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['pensions', 'wisconsin'] False"
