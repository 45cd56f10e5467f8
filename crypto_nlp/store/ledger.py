"""The store: one open database and everything that the other rooms ask of it."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from crypto_nlp.errors import StoreError
from crypto_nlp.store import articles, feeds, lock, mentions, reviews, saved, stories, vectors
from crypto_nlp.store import claims as ledger
from crypto_nlp.store.connection import BUSY_SECONDS, connect, translated
from crypto_nlp.store.instants import to_utc
from crypto_nlp.store.names import packaged
from crypto_nlp.store.values import Extraction, Story

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime

    from crypto_nlp.records import Article, Claim, Entry
    from crypto_nlp.store.reviews import Review
    from crypto_nlp.store.values import FeedState, HostState, PendingEntry, SaveOutcome, StoredArticle, StoryCandidate


def open_store(path: str | Path, *, read_only: bool = False, busy_seconds: float = BUSY_SECONDS) -> Store:
    """Open the database at ``path``; a writable one is made or brought up to date.

    Raises:
        StoreError: it is missing (read-only), locked, not SQLite, another program's, damaged, or from a newer version.
    """
    return Store(Path(path), connect(Path(path), read_only=read_only, busy_seconds=busy_seconds), read_only=read_only)


class Store:
    """An open database. Close it, or use it as a context manager. Not to be shared between threads."""

    def __init__(self, path: Path, connection: sqlite3.Connection, *, read_only: bool) -> None:
        """Wrap an open connection; :func:`open_store` is the way in."""
        self.path = path
        self.connection = connection
        self.read_only = read_only
        self._bulk = False
        self.names: Callable[[str], Iterable[str]] = packaged
        """Gives the names of a canonical id; set it where a user's own rules add names to those that ship."""

    def __enter__(self) -> Self:
        """Return the store itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the store."""
        self.close()

    def close(self) -> None:
        """Close the connection; what a transaction had not finished is undone."""
        with translated(self.path):
            self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of the block's writes or none; inside another transaction, a part of that one.

        Raises:
            StoreError: the database is locked, read-only, full or damaged, or was opened read-only.
        """
        if self.read_only:
            message = f"The database {self.path} was opened for reading only."
            raise StoreError(message)
        if self.connection.in_transaction:
            yield self.connection
            return
        with translated(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection for SELECTs, its errors as sentences."""
        with translated(self.path):
            yield self.connection

    def ingest_lock(self) -> AbstractContextManager[None]:
        """Held for a whole ingest (or reextract); StoreError where another one is at work on this database."""
        return lock.exclusive(self.path)

    # Runs and settings

    def start_run(self, command: str, now: datetime) -> int:
        """A new row in ``runs``; its id."""
        with self.transaction() as connection:
            cursor = connection.execute("INSERT INTO runs (command, started) VALUES (?, ?)", (command, to_utc(now)))
            return int(cursor.lastrowid or 0)

    def finish_run(self, run_id: int, outcome: str, counts: Mapping[str, Any], now: datetime) -> None:
        """Record how a run ended (``done``, ``partial``, ``interrupted``, ``failed``) and what it counted."""
        with self.transaction() as connection:
            connection.execute(
                "UPDATE runs SET finished = ?, outcome = ?, counts = ? WHERE id = ?",
                (to_utc(now), outcome, json.dumps(dict(counts), ensure_ascii=False), run_id),
            )

    def runs(self, limit: int = 20) -> list[dict[str, Any]]:
        """The latest runs, newest first."""
        with self.reading() as connection:
            rows = connection.execute("SELECT * FROM runs ORDER BY id DESC LIMIT ?", (limit,)).fetchall()
        return [dict(row) | {"counts": json.loads(row["counts"])} for row in rows]

    def setting(self, key: str) -> str | None:
        """The value kept under ``key``, or None."""
        with self.reading() as connection:
            row = connection.execute("SELECT value FROM settings WHERE key = ?", (key,)).fetchone()
        return str(row["value"]) if row else None

    def set_setting(self, key: str, value: str) -> None:
        """Keep ``value`` under ``key``."""
        with self.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, value))

    # Feeds, entries and hosts

    def feed_state(self, url: str) -> FeedState | None:
        """The state of the feed at ``url``, or None where it was never asked."""
        with self.reading() as connection:
            return feeds.feed_state(connection, url)

    def feed_states(self) -> list[FeedState]:
        """The state of every feed ever asked, by name."""
        with self.reading() as connection:
            return feeds.feed_states(connection)

    def save_feed(self, state: FeedState, entries: Iterable[Entry] = (), *, now: datetime) -> int:
        """Write a feed's state and queue its new or changed entries, in one transaction; how many were queued.

        Validators and entries go together, so that a run killed between the two never forgets an entry behind a 304.
        """
        with self.transaction() as connection:
            return feeds.put_entries(connection, feeds.put_feed(connection, state), entries, now)

    def pending_entries(self, feed_url: str, now: datetime) -> list[PendingEntry]:
        """The queued entries of a feed whose turn has come, in the order in which the feed gave them."""
        with self.reading() as connection:
            return feeds.pending_entries(connection, feed_url, now)

    def entry_done(self, entry_id: int) -> None:
        """Take an entry off the queue; ``save_article(entry_id=…)`` does it in the article's own transaction."""
        with self.transaction() as connection:
            feeds.entry_done(connection, entry_id)

    def entry_failed(self, entry_id: int, error: str, next_try: datetime | None) -> None:
        """Record why an entry could not be stored, and when to try again (None: not before the feed changes it)."""
        with self.transaction() as connection:
            feeds.entry_failed(connection, entry_id, error, next_try)

    def host_state(self, host: str) -> HostState:
        """Until when ``host`` wants no requests; an unknown host is free."""
        with self.reading() as connection:
            return feeds.host_state(connection, host)

    def save_host(self, state: HostState) -> None:
        """Write what is known of a host."""
        with self.transaction() as connection:
            feeds.put_host(connection, state)

    # Articles, claims and stories

    def story_candidates(self, lang: str | None, bands: Sequence[int]) -> list[StoryCandidate]:
        """The stories of ``lang`` that share a band with a text; the caller compares whole signatures and chooses."""
        with self.reading() as connection:
            return stories.story_candidates(connection, lang, bands)

    def story_key(self, story_id: int) -> str | None:
        """The content hash of the article that a story begins with; it stays when that article goes or is revised."""
        with self.reading() as connection:
            return stories.story_key(connection, story_id)

    def precedes_story(self, article: Article, story_id: int) -> bool:
        """Whether ``article`` is earlier than the one that the story begins with; equals go by their texts."""
        with self.reading() as connection:
            return stories.precedes(connection, article, story_id)

    def story_readings(self, story_id: int) -> list[tuple[date, list[tuple[int, Claim]]]]:
        """For each article of a story its day, and the rows of its claims with the claims as they were read there."""
        with self.reading() as connection:
            found = stories.readings(connection, story_id)
            days = dict(connection.execute("SELECT id, local_date FROM articles WHERE story = ?", (story_id,)))
        return [(date.fromisoformat(days[article]), read) for article, read in found.items()]

    def begin_story(
        self, story_id: int, article: Article, signature: bytes, bands: Sequence[int], renamed: Mapping[int, str]
    ) -> None:
        """Let a story begin with ``article``, which is not stored yet; ``renamed`` gives its statements their ids."""
        story = Story(story_id=story_id, signature=signature, bands=tuple(bands))
        with self.transaction() as connection:
            stories.begin_with(connection, story_id, article, story, renamed)

    def article(self, url: str) -> StoredArticle | None:
        """The article with this canonical (or fetched) address, with its present text, or None."""
        with self.reading() as connection:
            return articles.find(connection, url)

    def has_revision(self, article_id: int, content_hash: str) -> bool:
        """Whether the article once said exactly this."""
        with self.reading() as connection:
            found = connection.execute(
                "SELECT 1 FROM revisions WHERE article = ? AND content_hash = ? LIMIT 1", (article_id, content_hash)
            )
            return found.fetchone() is not None

    def save_article(
        self,
        article: Article,
        claims: Sequence[Claim],
        *,
        run_id: int | None,
        rules_hash: str,
        model: str = "",
        story_id: int | None = None,
        story_signature: bytes | None = None,
        story_bands: Sequence[int] = (),
        keep_text: bool = True,
        entry_id: int | None = None,
        now: datetime | None = None,
    ) -> SaveOutcome:
        """Store an article with its claims in one transaction.

        A changed ``content_hash`` makes a new revision; mentions are compared, and what is gone is marked, not
        deleted. An article already stored keeps its story. ``story_id`` None starts a new story with
        ``story_signature`` and ``story_bands`` (signed 64-bit integers, one for each band). ``keep_text`` false stores
        the evidence only. What vanishes is marked with ``now`` (by default when the article was fetched). What people
        rejected or corrected stays so.

        Raises:
            StoreError: the database cannot be written, or a claim has no ``claim_id``.
        """
        made = Extraction(
            run_id=run_id,
            rules_hash=rules_hash,
            model=model,
            keep_text=keep_text,
            names=self.names,
            now=now,
            bulk=self._bulk,
        )
        story = Story(story_id=story_id, signature=story_signature, bands=tuple(story_bands))
        with self.transaction() as connection:
            outcome = articles.save(connection, article, claims, made, story)
            if entry_id is not None:
                feeds.entry_done(connection, entry_id)
            return outcome

    def stale_articles(self, rules_hash: str, model: str = "") -> Iterator[StoredArticle]:
        """Articles whose kept text was read by other rules or another model, in the order of their rows.

        Saving each with ``save_article`` takes it off this list, so that a stopped reextract goes on where it was.
        Texts that were pruned or never kept are passed over.
        """
        with self.transaction() as connection:
            maker = articles.maker_of(connection, rules_hash, model)
        last = 0
        while True:
            with self.reading() as connection:
                batch = articles.stale(connection, maker, last, limit=50)
            if not batch:
                return
            yield from batch
            last = batch[-1].id

    @contextmanager
    def bulk_load(self) -> Iterator[None]:
        """Save any number of articles in one transaction; counts and the search index are made at the end, in one go.

        All of it or nothing is kept: what an exception or a kill interrupts leaves the database as it was.
        """
        with self.transaction() as connection:
            self._bulk = True
            try:
                yield
            finally:
                self._bulk = False
            ledger.recount(connection)
            ledger.rebuild_index(connection)

    # Reviews and saved searches

    def save_review(self, review: Review) -> None:
        """Keep a person's answer about a claim, and hide or correct the mention that it is about."""
        with self.transaction() as connection:
            reviews.put_review(connection, review)
            mentions.take_review(connection, review, self.names)

    def reviews(self, article_url: str | None = None) -> list[Review]:
        """All answers (about one article), oldest first."""
        with self.reading() as connection:
            return reviews.reviews(connection, article_url)

    def save_search(self, name: str, query: str, filters: Mapping[str, Any], now: datetime) -> None:
        """Keep a search under ``name``; ``filters`` are plain JSON (``Filters.as_json()``)."""
        with self.transaction() as connection:
            saved.put_search(connection, name, query, filters, now)

    def saved_search(self, name: str) -> tuple[str, dict[str, Any]]:
        """The query and the filters kept under ``name``.

        Raises:
            StoreError: there is none.
        """
        found = {each["name"]: each for each in self.saved_searches()}
        if name not in found:
            known = ", ".join(found) or "none yet"
            message = (
                f"There is no saved search “{name}” (saved: {known}): keep one with `crypto-nlp search QUERY "
                "--save NAME`."
            )
            raise StoreError(message)
        return found[name]["query"], found[name]["filters"]

    def saved_searches(self) -> list[dict[str, Any]]:
        """Every saved search: ``name query filters saved``, by name."""
        with self.reading() as connection:
            return saved.searches(connection)

    def delete_search(self, name: str) -> bool:
        """Forget a saved search and what it has told; False where there was none."""
        with self.transaction() as connection:
            return saved.delete_search(connection, name)

    def put_told(self, name: str, claim_ids: Iterable[str]) -> None:
        """Remember that the saved search ``name`` has told these claims."""
        with self.transaction() as connection:
            saved.put_told(connection, name, claim_ids)

    # Vectors of glosses

    def without_vector(self, encoder: str, limit: int) -> list[tuple[int, str]]:
        """Up to ``limit`` (row id, English gloss) of claims of whose gloss ``encoder`` has no vector yet."""
        with self.reading() as connection:
            return vectors.missing(connection, encoder, limit)

    def put_vectors(self, encoder: str, rows: Iterable[tuple[int, str, bytes]]) -> None:
        """Keep vectors, each with the row id of its claim and the gloss that it was made of, in one transaction."""
        with self.transaction() as connection:
            vectors.put(connection, encoder, rows)
