# ruff: noqa: S608 - SQL is put together from our own constants; values are always parameters.
"""What the pages ask the ledger beyond a search: facets, the health of feeds, one article. SELECT only."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any

from crypto_nlp.search import Filters
from crypto_nlp.search.filters import Condition, joined
from crypto_nlp.search.find import claim_ids, select
from crypto_nlp.search.rows import claim_rows
from crypto_nlp.store import Store

# Facet -> the column that it counts; those of a mention count each claim once a value.
_OF_CLAIM = {"type": "c.type", "subject": "c.subject"}
_OF_MENTION = {"modality": "m.modality", "lang": "a.lang", "source": "m.source", "feed": "a.feed"}
FACETS = (*_OF_CLAIM, *_OF_MENTION)
_VALUES = 12
_LATEST = 50


def facets(store: Store, query: str, filters: Filters) -> dict[str, list[tuple[str, int]]]:
    """Facet -> its most frequent values among the claims found, each with the number of claims."""
    with store.reading() as connection:
        chosen = select(connection, query, filters)
        return {name: _facet(connection, name, chosen.source, chosen.where, chosen.shown) for name in FACETS}


def _facet(
    connection: sqlite3.Connection, name: str, source: str, where: Condition, shown: tuple[Condition, ...]
) -> list[tuple[str, int]]:
    column = _OF_CLAIM.get(name) or _OF_MENTION[name]
    if name in _OF_MENTION:
        source += " JOIN mentions m ON m.claim = c.id AND m.vanished IS NULL JOIN articles a ON a.id = m.article"
        where = joined([where, *shown])
    rows = connection.execute(
        f"SELECT {column} AS value, count(DISTINCT c.id) AS claims FROM {source} "
        f"WHERE {where.sql} AND {column} IS NOT NULL AND {column} <> 'unnamed' "
        "GROUP BY value ORDER BY claims DESC, value LIMIT ?",
        (*where.parameters, _VALUES),
    )
    return [(str(row["value"]), int(row["claims"])) for row in rows]


def found(
    store: Store, query: str, filters: Filters, *, sort: str, lang: str, limit: int, offset: int
) -> list[dict[str, Any]]:
    """One page of claim rows, each with ``sentence_start`` beside what is promised."""
    with store.reading() as connection:
        ids, shown = claim_ids(connection, query, filters, sort=sort, limit=limit, offset=offset)
        return list(claim_rows(connection, ids, lang, shown, beside=("sentence_start",)))


def feeds(store: Store) -> list[dict[str, Any]]:
    """Every feed ever asked, by name: its state, and how many articles, claims and waiting or failed entries it has."""
    with store.reading() as connection:
        return [_feed(row) for row in connection.execute(_FEEDS + " ORDER BY f.name, f.url")]


_FEEDS = """
SELECT f.name, f.url, f.last_check, f.last_success, f.last_outcome, f.next_check, f.failures, f.hint, f.moved_to,
  f.gone, f.details,
  (SELECT count(*) FROM articles a WHERE a.feed = f.name) AS articles,
  (SELECT count(DISTINCT m.claim) FROM mentions m JOIN articles a ON a.id = m.article
   WHERE a.feed = f.name AND m.vanished IS NULL) AS claims,
  (SELECT count(*) FROM entries e WHERE e.feed = f.id AND e.state = 'pending') AS waiting,
  (SELECT count(*) FROM entries e WHERE e.feed = f.id AND e.state = 'failed') AS failed,
  (SELECT max(a.published) FROM articles a WHERE a.feed = f.name) AS newest
FROM feeds f
"""


def _feed(row: sqlite3.Row) -> dict[str, Any]:
    plain = {key: row[key] for key in row.keys() if key != "details"}  # noqa: SIM118 - a Row iterates over its values
    return plain | {"gone": bool(row["gone"]), "message": json.loads(row["details"]).get("message")}


def feed(store: Store, url: str) -> Mapping[str, Any] | None:
    """One feed: its state, its latest articles, the entries that could not be read, and its articles by day."""
    with store.reading() as connection:
        row = connection.execute(f"{_FEEDS} WHERE f.url = ?", (url,)).fetchone()
        if row is None:
            return None
        latest = connection.execute(
            "SELECT a.url, a.title, a.lang, a.published, a.fetched, a.revision, "
            "(SELECT count(DISTINCT m.claim) FROM mentions m WHERE m.article = a.id AND m.vanished IS NULL) AS claims "
            "FROM articles a WHERE a.feed = ? ORDER BY a.seen DESC, a.id DESC LIMIT ?",
            (row["name"], _LATEST),
        )
        troubles = connection.execute(
            "SELECT e.url, e.error, e.attempts, e.next_try, e.state FROM entries e JOIN feeds f ON f.id = e.feed "
            "WHERE f.url = ? AND e.error IS NOT NULL ORDER BY e.id DESC LIMIT ?",
            (url, _LATEST),
        )
        by_day = connection.execute(
            "SELECT substr(a.seen, 1, 10) AS day, count(*) AS articles FROM articles a WHERE a.feed = ? "
            "GROUP BY day ORDER BY day",
            (row["name"],),
        )
        return {
            "feed": _feed(row),
            "latest": [dict(each) for each in latest],
            "troubles": [dict(each) for each in troubles],
            "by_day": {each["day"]: each["articles"] for each in by_day},
        }


def article(store: Store, url: str) -> Mapping[str, Any] | None:
    """An article with its present text and the claims read from it, in their order; None where there is none."""
    stored = store.article(url)
    if stored is None:
        return None
    with store.reading() as connection:
        rows = connection.execute(
            'SELECT c.claim_id, c.gloss, m.start, m.end_ AS "end" FROM mentions m JOIN claims c ON c.id = m.claim '
            "WHERE m.article = ? AND m.revision = ? AND m.vanished IS NULL ORDER BY m.start, m.end_, m.id",
            (stored.id, stored.revision),
        )
        claims = [dict(row) | {"gloss": json.loads(row["gloss"])} for row in rows]
    kept = stored.article
    return {
        "url": kept.url,
        "title": kept.title,
        "lang": kept.lang,
        "feed": kept.feed,
        "published": kept.published.isoformat() if kept.published else None,
        "revision": stored.revision,
        "text": stored.text,
        "claims": claims,
    }
