"""The vectors of English glosses, one a claim and encoder, as little-endian 32-bit floats."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable


def missing(connection: sqlite3.Connection, encoder: str, limit: int) -> list[tuple[int, str]]:
    """Up to ``limit`` (row id, English gloss) of claims that have no vector of ``encoder`` made of that gloss."""
    rows = connection.execute(
        "SELECT c.id, json_extract(c.gloss, '$.en') AS english FROM claims c "
        "LEFT JOIN vectors v ON v.encoder = ? AND v.claim = c.id "
        "WHERE c.mentions > 0 AND english IS NOT NULL AND v.gloss IS NOT english ORDER BY c.id LIMIT ?",
        (encoder, limit),
    )
    return [(row[0], row[1]) for row in rows]


def put(connection: sqlite3.Connection, encoder: str, rows: Iterable[tuple[int, str, bytes]]) -> None:
    """Keep (row id, gloss, vector); a claim that has gone since is passed over."""
    connection.executemany(
        "INSERT OR REPLACE INTO vectors (encoder, claim, gloss, vector) SELECT ?, id, ?, ? FROM claims WHERE id = ?",
        ((encoder, gloss, vector, claim) for claim, gloss, vector in rows),
    )
