"""Saved searches, and which claims each has told."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crypto_nlp.store.instants import to_utc

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping
    from datetime import datetime


def put_search(
    connection: sqlite3.Connection, name: str, query: str, filters: Mapping[str, Any], now: datetime
) -> None:
    """Keep a search; one that had the name goes, with what it has told."""
    delete_search(connection, name)
    connection.execute(
        "INSERT INTO saved_searches VALUES (?, ?, ?, ?)",
        (name, query, json.dumps(dict(filters), ensure_ascii=False, sort_keys=True), to_utc(now)),
    )


def searches(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Every saved search: ``name query filters saved``, by name."""
    rows = connection.execute("SELECT * FROM saved_searches ORDER BY name").fetchall()
    return [dict(row) | {"filters": json.loads(row["filters"])} for row in rows]


def delete_search(connection: sqlite3.Connection, name: str) -> bool:
    """Forget a search and what it has told; False where there was none."""
    connection.execute("DELETE FROM told WHERE search = ?", (name,))
    return connection.execute("DELETE FROM saved_searches WHERE name = ?", (name,)).rowcount > 0


def put_told(connection: sqlite3.Connection, name: str, claim_ids: Iterable[str]) -> None:
    """Remember that ``name`` has told these claims."""
    connection.executemany("INSERT OR IGNORE INTO told VALUES (?, ?)", ((name, claim) for claim in claim_ids))
