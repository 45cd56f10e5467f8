"""Search: a table of queries in three languages, the query language, filters, order, a claim's life."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from ledgers import NOON, article, claim, fill, save, table

from crypto_nlp.errors import QueryError
from crypto_nlp.search import (
    Filters,
    corrections,
    count_claims,
    disagreements,
    due,
    find_claims,
    iterate_claims,
    show_claim,
)
from crypto_nlp.store import Store, open_store

TABLE = table()
CASES = [(lang, case) for lang, cases in TABLE["queries"].items() for case in cases]
FIELDS = (
    "claim_id type measure subject value_low value_high unit bound per when condition source sources modality negated details "
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
