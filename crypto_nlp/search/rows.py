"""Claim rows as the command line promises them: a claim with its representative mention."""

# ruff: noqa: S608 - SQL is put together from our own constants; values are always parameters.
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crypto_nlp.records import plain
from crypto_nlp.search.filters import Condition, joined

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence

NAMED = "source IS NOT NULL AND source <> 'unnamed'"
_BATCH = 400
_COLUMNS = """
SELECT c.id AS row, c.claim_id, c.type, c.measure, c.subject,
  coalesce(m.value_low, c.value_low) AS value_low, coalesce(m.value_high, c.value_high) AS value_high,
  coalesce(m.unit, c.unit) AS unit, coalesce(m.bound, c.bound) AS bound, coalesce(m.per, c.per) AS per,
  coalesce(m.when_, c.when_) AS "when", m.condition, m.source, m.modality, c.negated,
  json_patch(c.details, m.details) AS details, c.gloss, a.lang, m.anchor, m.sentence, m.start, m.end_ AS "end",
  m.confidence, a.url AS article_url, a.title AS article_title, a.feed, a.published, c.stories, c.mentions,
  c.first_seen, c.last_seen, m.sentence_start
"""
_FIELDS = (
    *("claim_id", "type", "measure", "subject", "value_low", "value_high", "unit", "bound", "per", "when", "condition"),
    *("source", "sources", "modality", "negated", "details", "gloss", "lang", "anchor", "sentence", "start", "end"),
    *(
        "confidence",
        "article_url",
        "article_title",
        "feed",
        "published",
        "stories",
        "mentions",
        "first_seen",
        "last_seen",
    ),
)


def claim_rows(
    connection: sqlite3.Connection,
    ids: Sequence[int],
    lang: str = "en",
    shown: Sequence[Condition] = (),
    beside: Sequence[str] = (),
) -> Iterator[dict[str, Any]]:
    """The rows of these claims, in the order of ``ids``; a batch is read at a time.

    Where ``shown`` sets conditions on the mention, the best mention that meets them stands for the claim.
    ``beside`` names columns of the mention wanted beside those promised.
    """
    if shown:
        condition = joined(shown)
        chosen = (
            "(SELECT m.id FROM mentions m JOIN articles a ON a.id = m.article WHERE m.claim = c.id AND "
            "m.vanished IS NULL "
            f"AND {condition.sql} ORDER BY m.confidence DESC, m.seen, m.id LIMIT 1)"
        )
    else:
        condition, chosen = Condition("1"), "c.mention"
    parameters = condition.parameters if shown else ()
    for start in range(0, len(ids), _BATCH):
        batch = ids[start : start + _BATCH]
        marks = ", ".join("?" * len(batch))
        rows = connection.execute(
            f"{_COLUMNS} FROM claims c JOIN mentions m ON m.id = {chosen} JOIN articles a ON a.id = m.article "
            f"WHERE c.id IN ({marks})",
            (*parameters, *batch),
        )
        found = {row["row"]: row for row in rows}
        sources = sources_of(connection, batch)
        for claim in batch:
            if claim in found:
                row = claim_row(found[claim], sources.get(claim, []), lang)
                yield row | {column: found[claim][column] for column in beside}


def claim_row(row: sqlite3.Row, sources: Sequence[str], lang: str) -> dict[str, Any]:
    """One row with plain JSON values; the gloss in ``lang`` where there is one."""
    glosses = json.loads(row["gloss"])
    special = {
        "value_low": number(row["value_low"]),
        "value_high": number(row["value_high"]),
        "negated": bool(row["negated"]),
        "details": json.loads(row["details"]),
        "gloss": glosses.get(lang) or glosses.get("en") or next(iter(glosses.values()), ""),
        "sources": list(sources),
    }
    return {field: special[field] if field in special else row[field] for field in _FIELDS}


def number(value: float | None) -> float | int | None:
    """A figure as JSON shows it: whole numbers without a fraction."""
    return None if value is None else plain(value)


def sources_of(connection: sqlite3.Connection, claims: Sequence[int]) -> dict[int, list[str]]:
    """The named sources of each claim, by name."""
    marks = ", ".join("?" * len(claims))
    found: dict[int, list[str]] = {}
    for row in connection.execute(
        f"SELECT DISTINCT claim, source FROM mentions WHERE claim IN ({marks}) AND vanished IS NULL AND {NAMED} "
        "ORDER BY claim, source",
        tuple(claims),
    ):
        found.setdefault(row["claim"], []).append(row["source"])
    return found
