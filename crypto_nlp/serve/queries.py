# ruff: noqa: S608 - SQL is put together from our own constants; values are always parameters.
"""What the pages ask the ledger beyond a search: facets, the health of feeds, one article. SELECT only."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crypto_nlp.search import Filters
from crypto_nlp.search.filters import joined
from crypto_nlp.search.find import claim_ids, select
from crypto_nlp.search.rows import claim_rows
from crypto_nlp.store import Store

_FACETS_OF_CLAIM = ("type", "subject")
_FACETS_OF_MENTION = ("modality", "lang", "source", "feed")
FACETS = (*_FACETS_OF_CLAIM, *_FACETS_OF_MENTION)
_VALUES = 12
_LATEST = 50
_REMEMBERED = 64
# The counts of a search, by the state of the ledger's file in which they were made; the oldest are forgotten.
_counted: OrderedDict[tuple[Any, ...], Counts] = OrderedDict()
_counting = threading.Lock()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many claims a search finds, and facet -> its most frequent values, each with the number of claims."""

    total: int
    facets: Mapping[str, tuple[tuple[str, int], ...]]


def counts(store: Store, query: str, filters: Filters) -> Counts:
    """The counts of a search; those of a ledger that has not changed since are not made again."""
    # The state is read first: what is written meanwhile makes another state, and is counted at the next visit.
    key = (_state(store.path), query, filters)
    with _counting:
        if key in _counted:
            _counted.move_to_end(key)
            return _counted[key]
    made = _count(store, query, filters)
    with _counting:
        _counted[key] = made
        while len(_counted) > _REMEMBERED:
            _counted.popitem(last=False)
    return made


def _state(path: Path) -> tuple[Any, ...]:
    """What changes whenever the database does: every commit writes to its file or to the log beside it."""
    stamps = []
    for name in (path, path.with_name(path.name + "-wal")):
        try:
            found = name.stat()
            stamps.append((found.st_ino, found.st_mtime_ns, found.st_size))
        except FileNotFoundError:
            stamps.append((0, 0, 0))
    return (str(path), *stamps)


def _count(store: Store, query: str, filters: Filters) -> Counts:
    with store.reading() as connection:
        chosen = select(connection, query, filters)
        shown = joined(chosen.shown)
        # The claims are found once and counted by everything; a claim counts once for a value of its mentions.
        of_claim = [f"SELECT '{name}', {name}, count(*) FROM chosen GROUP BY 2" for name in _FACETS_OF_CLAIM]
        of_mention = [
            f"SELECT '{name}', {name}, count(DISTINCT id) FROM places GROUP BY 2" for name in _FACETS_OF_MENTION
        ]
        rows = connection.execute(
            "WITH chosen AS MATERIALIZED (SELECT c.id AS id, c.type AS type, c.subject AS subject "
            f"FROM {chosen.source} WHERE {chosen.where.sql}), "
            "places AS MATERIALIZED (SELECT c.id AS id, m.modality AS modality, a.lang AS lang, m.source AS source, "
            "a.feed AS feed FROM chosen c CROSS JOIN mentions m ON m.claim = c.id JOIN articles a ON a.id = m.article "
            f"WHERE m.vanished IS NULL AND {shown.sql}) "
            "SELECT '' AS facet, '' AS value, count(*) AS claims FROM chosen UNION ALL "
            + " UNION ALL ".join((*of_claim, *of_mention)),
            (*chosen.where.parameters, *shown.parameters),
        )
        found: dict[str, list[tuple[str, int]]] = {"": [], **{name: [] for name in FACETS}}
        for row in rows:
            if row["value"] not in (None, "unnamed"):
                found[row["facet"]].append((str(row["value"]), int(row["claims"])))
    total = found.pop("")[0][1]
    return Counts(total, {name: _most(values) for name, values in found.items()})


def _most(values: list[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(values, key=lambda each: (-each[1], each[0]))[:_VALUES])


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
