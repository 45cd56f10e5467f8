"""Databases of every released schema, stored with data in them, open and become what a new database is.

``tests/old/ledger-N.db.gz`` was written when schema N was current and is never written again; a new schema adds a file.
"""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from ledgers import NOON, article, claim, save

from crypto_nlp.search import find_claims
from crypto_nlp.store import check, mend, open_store
from crypto_nlp.store.schema import VERSION

OLD = sorted(Path(__file__).with_name("old").glob("ledger-*.db.gz"))


def test_every_schema_has_its_database() -> None:
    assert [path.name for path in OLD] == [f"ledger-{version}.db.gz" for version in range(1, VERSION + 1)]


@pytest.mark.parametrize("stored", OLD, ids=lambda path: path.name)
def test_old_database_opens_with_its_data(stored: Path, tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    path.write_bytes(gzip.decompress(stored.read_bytes()))
    with open_store(path) as old, open_store(tmp_path / "new.db") as new:
        wanted = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name"
        assert [tuple(row) for row in old.connection.execute(wanted)] == [
            tuple(row) for row in new.connection.execute(wanted)
        ]
        mend(old)  # word keys may have changed since
        assert check(old) == []
        assert {row["claim_id"] for row in find_claims(old)} == {"pensions", "miners-13", "halving", "duma"}
        assert [row["claim_id"] for row in find_claims(old, "صناديق التقاعد")] == ["pensions"]
        assert [pending.entry.guid for pending in old.pending_entries("https://example.org/feed", NOON)] == ["g"]
        assert [review.verdict for review in old.reviews()] == ["accept"]
        assert old.saved_search("mine") == ("miners", {})
        text = "Title\nMiners earned $5 bn."
        assert save(old, article(text, url="https://example.org/new"), [claim(text, "$5 bn")]).claims_new == 1
        assert check(old) == []


def test_what_a_saved_search_had_told_by_row_ids_is_not_told_again(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    path.write_bytes(gzip.decompress(OLD[1].read_bytes()))
    with closing(sqlite3.connect(path)) as old, old:
        old.execute("INSERT INTO settings VALUES ('alert:mine', '2')")
    with open_store(path) as store:
        told = store.connection.execute("SELECT search, claim_id FROM told ORDER BY claim_id").fetchall()
        assert [tuple(row) for row in told] == [("mine", "miners-13"), ("mine", "pensions")]
        assert store.setting("alert:mine") is None
