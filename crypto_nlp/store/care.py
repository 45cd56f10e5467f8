"""Care of a database: looking for damage, mending what follows from the rest, copies, and taking texts out again."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from crypto_nlp.errors import StoreError
from crypto_nlp.store import articles
from crypto_nlp.store import claims as ledger
from crypto_nlp.store.connection import translated
from crypto_nlp.store.instants import to_utc
from crypto_nlp.store.names import relearn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crypto_nlp.store.ledger import Store

_MEND = "`crypto-nlp db check --mend` makes it anew from the mentions."
_RESTORE = "Restore the latest copy made by `crypto-nlp db backup`."
_SHOWN = 5
_BATCH = 500
# So many search documents are made anew and compared, spread over the whole database.
_SAMPLE = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: its ``kind``, where, and how to mend it."""

    kind: str
    message: str
    remedy: str


def check(store: Store) -> list[Finding]:
    """Everything wrong with the database, worst first; empty where all is well.

    Looks for damaged pages, rows that point nowhere, claims without evidence, offsets at which the stored text no
    longer holds the anchor, counts that do not follow from the mentions, and a search index out of step.
    """
    with store.reading() as connection:
        try:
            damage = [row[0] for row in connection.execute("PRAGMA integrity_check(20)")]
        except sqlite3.DatabaseError as error:
            damage = [str(error)]
        if damage != ["ok"]:
            said = "; ".join(line.strip() for line in damage[:_SHOWN])
            return [Finding("damaged", f"The file is damaged: {said}.", _RESTORE)]
        return [*_orphans(connection), *_evidence(connection), *_counts(connection), *_index(connection)]


def _orphans(connection: sqlite3.Connection) -> Iterator[Finding]:
    broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    if broken:
        tables = ", ".join(sorted({f"{row[0]} -> {row[2]}" for row in broken}))
        yield Finding("orphans", f"{len(broken)} rows point at rows that are not there ({tables}).", _RESTORE)


def _evidence(connection: sqlite3.Connection) -> Iterator[Finding]:
    bare = [
        row[0]
        for row in connection.execute(
            "SELECT claim_id FROM claims c WHERE NOT EXISTS (SELECT 1 FROM mentions WHERE claim = c.id) ORDER BY "
            "claim_id"
        )
    ]
    if bare:
        yield Finding("no_evidence", f"{len(bare)} claims have no mention: {_some(bare)}.", _MEND)
    moved = [
        row[0]
        for row in connection.execute(
            "SELECT DISTINCT a.url FROM mentions m JOIN articles a ON a.id = m.article "
            "JOIN revisions r ON r.article = m.article AND r.revision = m.revision "
            "WHERE r.text IS NOT NULL AND (substr(r.text, m.start + 1, m.end_ - m.start) <> m.anchor "
            "OR substr(r.text, m.sentence_start + 1, m.sentence_end - m.sentence_start) <> m.sentence) ORDER BY a.url"
        )
    ]
    if moved:
        yield Finding(
            "offsets",
            f"{len(moved)} articles have mentions whose offsets do not hold their words: {_some(moved)}.",
            "`crypto-nlp reextract` reads them anew; `crypto-nlp db forget URL` removes one.",
        )


def _counts(connection: sqlite3.Connection) -> Iterator[Finding]:
    wrong = [
        row[0]
        for row in connection.execute(
            "SELECT c.claim_id FROM claims c LEFT JOIN (SELECT claim, count(*) AS n, count(DISTINCT story) AS s, "
            "min(seen) AS f, max(seen) AS l FROM mentions WHERE vanished IS NULL GROUP BY claim) m ON m.claim = c.id "
            "WHERE c.mentions <> coalesce(m.n, 0) OR c.stories <> coalesce(m.s, 0) OR c.first_seen IS NOT m.f "
            "OR c.last_seen IS NOT m.l ORDER BY c.claim_id"
        )
    ]
    if wrong:
        yield Finding(
            "counts", f"{len(wrong)} claims have counts that do not follow from their mentions: {_some(wrong)}.", _MEND
        )


def _index(connection: sqlite3.Connection) -> Iterator[Finding]:
    missing = connection.execute(
        "SELECT count(*) FROM claims c WHERE c.mentions > 0 AND NOT EXISTS (SELECT 1 FROM search_content WHERE "
        "id = c.id)"
    ).fetchone()[0]
    extra = connection.execute(
        "SELECT count(*) FROM search_content s WHERE NOT EXISTS (SELECT 1 FROM claims WHERE id = s.id AND mentions > 0)"
    ).fetchone()[0]
    step = max(1, connection.execute("SELECT count(*) FROM claims").fetchone()[0] // _SAMPLE)
    stale = 0
    for (row,) in connection.execute("SELECT id FROM claims WHERE mentions > 0 AND id % ? = 0", (step,)).fetchall():
        held = connection.execute("SELECT * FROM search WHERE rowid = ?", (row,)).fetchone()
        wanted = ledger.document_of(connection, row)
        stale += bool(held and wanted and tuple(held) != wanted[:5])
    if missing or extra or stale:
        message = (
            f"The search index is out of step: {missing} claims missing, {extra} too many, {stale} of a sample "
            "out of date."
        )
        yield Finding("index", message, _MEND)


def _some(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def mend(store: Store) -> None:
    """Make anew what follows from the mentions: counts, representative mentions, names and the search index."""
    with store.transaction() as connection:
        connection.execute("DELETE FROM claims WHERE NOT EXISTS (SELECT 1 FROM mentions WHERE claim = claims.id)")
        ledger.recount(connection)
        connection.execute("DELETE FROM words")
        relearn(connection, ledger.names_in(connection), store.names)
        ledger.rebuild_index(connection)


def backup(store: Store, target: Path) -> None:
    """Copy the database to ``target`` as it stands at one instant, while others may go on writing; whole or not at all.

    Raises:
        StoreError: ``target`` is the database itself, or cannot be written.
    """
    if target.exists() and target.samefile(store.path):
        message = f"{target} is the database itself: name another file for the copy."
        raise StoreError(message)
    partial = target.with_name(f".{target.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        with translated(target):
            copy = sqlite3.connect(partial)
            try:
                # In one step: a copy in several would begin again whenever an ingest writes.
                store.connection.backup(copy, pages=-1)
                copy.execute("PRAGMA journal_mode = DELETE")
            finally:
                copy.close()
        partial.replace(target)
    except OSError as error:
        message = f"The copy {target} cannot be written ({error.strerror}): choose another place."
        raise StoreError(message) from error
    finally:
        partial.unlink(missing_ok=True)


def vacuum(store: Store) -> tuple[int, int]:
    """Put the index and the file in good order and give free space back; returns the size before and after in bytes."""
    if store.read_only:
        message = f"The database {store.path} was opened for reading only."
        raise StoreError(message)
    with translated(store.path):
        connection = store.connection
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        before = store.path.stat().st_size
        connection.execute("INSERT INTO search (search) VALUES ('optimize')")
        connection.execute("VACUUM")
        connection.execute("ANALYZE")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return before, store.path.stat().st_size


def prune(store: Store, before: date, *, text_only: bool, now: datetime) -> dict[str, int]:
    """Take out what was published before a day: whole articles with their mentions, or (``text_only``) their texts.

    Claims that stood nowhere else go with their articles; with ``text_only`` claims and evidence stay. Returns how many
    ``articles`` and ``claims`` were touched. Each batch is a transaction: an interrupted prune is finished by the next.
    """
    limit = to_utc(datetime.combine(before, time(), tzinfo=UTC))
    counts = {"articles": 0, "claims": 0}
    while True:
        with store.transaction() as connection:
            rows = connection.execute(
                "SELECT id FROM articles WHERE seen < ? AND (pruned IS NULL OR NOT ?) ORDER BY id LIMIT ?",
                (limit, text_only, _BATCH),
            ).fetchall()
            for (article,) in rows:
                if text_only:
                    articles.drop_text(connection, article, to_utc(now))
                else:
                    counts["claims"] += articles.forget(connection, article)
        counts["articles"] += len(rows)
        if len(rows) < _BATCH:
            return counts


def forget(store: Store, url: str) -> dict[str, int]:
    """Remove the article(s) at ``url`` with revisions, mentions and queued content; counts ``articles`` and ``claims``.

    Raises:
        StoreError: there is no such article.
    """
    with store.transaction() as connection:
        rows = connection.execute("SELECT id FROM articles WHERE canonical_url = ? OR url = ?", (url, url)).fetchall()
        if not rows:
            message = f"There is no article at {url} in {store.path}: give the URL as `crypto-nlp show` prints it."
            raise StoreError(message)
        claims = sum(articles.forget(connection, article) for (article,) in rows)
    return {"articles": len(rows), "claims": claims}
