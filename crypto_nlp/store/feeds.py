"""What is known of feeds, their entries and their hosts between two runs."""

# ruff: noqa: S608 - SQL is put together from our own constants; values are always parameters.
from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crypto_nlp.records import Entry
from crypto_nlp.store.instants import from_utc, to_utc
from crypto_nlp.store.values import FeedState, HostState, PendingEntry

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

_TIMES = ("validators_since", "next_check", "last_check", "last_success")
_COLUMNS = (
    "url",
    "name",
    "etag",
    "last_modified",
    *_TIMES,
    "last_outcome",
    "failures",
    "hint",
    "moved_to",
    "moved_seen",
    "gone",
    "details",
)


def feed_state(connection: sqlite3.Connection, url: str) -> FeedState | None:
    """The state of the feed at ``url``, or None where it was never asked."""
    row = connection.execute("SELECT * FROM feeds WHERE url = ?", (url,)).fetchone()
    return _state(row) if row else None


def feed_states(connection: sqlite3.Connection) -> list[FeedState]:
    """Every feed ever asked, by name."""
    return [_state(row) for row in connection.execute("SELECT * FROM feeds ORDER BY name, url")]


def _state(row: sqlite3.Row) -> FeedState:
    fields: dict[str, Any] = {column: row[column] for column in _COLUMNS}
    for column in _TIMES:
        fields[column] = from_utc(row[column]) if row[column] else None
    return FeedState(**fields | {"gone": bool(row["gone"]), "details": json.loads(row["details"])})


def put_feed(connection: sqlite3.Connection, state: FeedState) -> int:
    """Write ``state`` whole; returns the feed's row id."""
    fields: dict[str, Any] = {column: getattr(state, column) for column in _COLUMNS}
    for column in _TIMES:
        fields[column] = to_utc(fields[column]) if fields[column] else None
    fields |= {"gone": int(state.gone), "details": json.dumps(dict(state.details), ensure_ascii=False, sort_keys=True)}
    names = ", ".join(_COLUMNS)
    updates = ", ".join(f"{column} = excluded.{column}" for column in _COLUMNS[1:])
    marks = ", ".join("?" * len(_COLUMNS))
    row = connection.execute(
        f"INSERT INTO feeds ({names}) VALUES ({marks}) ON CONFLICT (url) DO UPDATE SET {updates} RETURNING id",
        [fields[column] for column in _COLUMNS],
    ).fetchone()
    return int(row["id"])


def put_entries(connection: sqlite3.Connection, feed: int, entries: Iterable[Entry], now: datetime) -> int:
    """Queue the entries that are new or changed since this feed last gave them; returns how many."""
    queued = 0
    for entry in entries:
        payload = _dump(entry)
        digest = hashlib.sha256(payload.encode()).hexdigest()[:32]
        queued += connection.execute(
            "INSERT INTO entries (feed, guid, url, entry, hash, seen) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (feed, guid) DO UPDATE SET url = excluded.url, entry = excluded.entry, hash = excluded.hash, "
            "state = 'pending', attempts = 0, next_try = NULL, error = NULL WHERE hash <> excluded.hash",
            (feed, entry.guid, entry.url, payload, digest, to_utc(now)),
        ).rowcount
    return queued


def pending_entries(connection: sqlite3.Connection, feed_url: str, now: datetime) -> list[PendingEntry]:
    """The queued entries of a feed whose turn has come, oldest first."""
    rows = connection.execute(
        "SELECT e.id, e.entry, e.attempts FROM entries e JOIN feeds f ON f.id = e.feed "
        "WHERE f.url = ? AND e.state = 'pending' AND (e.next_try IS NULL OR e.next_try <= ?) ORDER BY e.id",
        (feed_url, to_utc(now)),
    )
    return [PendingEntry(row["id"], _load(row["entry"]), row["attempts"]) for row in rows]


def entry_done(connection: sqlite3.Connection, entry_id: int) -> None:
    """The entry is stored: its content need not be kept twice, and it comes back only if the feed changes it."""
    connection.execute("UPDATE entries SET state = 'done', entry = '', error = NULL WHERE id = ?", (entry_id,))


def entry_failed(connection: sqlite3.Connection, entry_id: int, error: str, next_try: datetime | None) -> None:
    """The entry could not be stored: to be tried again at ``next_try``, or never (None) unless the feed changes it."""
    connection.execute(
        "UPDATE entries SET state = ?, attempts = attempts + 1, error = ?, next_try = ? WHERE id = ?",
        ("pending" if next_try else "failed", error, to_utc(next_try) if next_try else None, entry_id),
    )


def _dump(entry: Entry) -> str:
    fields = asdict(entry)
    for key in ("published", "updated"):
        fields[key] = fields[key].isoformat() if fields[key] else None
    return json.dumps(fields, ensure_ascii=False, sort_keys=True)


def _load(payload: str) -> Entry:
    fields = json.loads(payload)
    for key in ("published", "updated"):
        fields[key] = datetime.fromisoformat(fields[key]) if fields[key] else None
    return Entry(**fields)


def host_state(connection: sqlite3.Connection, host: str) -> HostState:
    """What is known of ``host``; an unknown host is free."""
    row = connection.execute("SELECT * FROM hosts WHERE host = ?", (host,)).fetchone()
    if not row:
        return HostState(host)
    until = from_utc(row["hold_until"]) if row["hold_until"] else None
    return HostState(host, until, row["reason"], row["failures"], json.loads(row["details"]))


def put_host(connection: sqlite3.Connection, state: HostState) -> None:
    """Write ``state`` whole."""
    values: Sequence[Any] = (
        state.host,
        to_utc(state.hold_until) if state.hold_until else None,
        state.reason,
        state.failures,
        json.dumps(dict(state.details), ensure_ascii=False, sort_keys=True),
    )
    connection.execute("INSERT OR REPLACE INTO hosts VALUES (?, ?, ?, ?, ?)", values)
