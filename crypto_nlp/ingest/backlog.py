"""Articles on their way into the store: claims are read ahead in other processes, stored here in the order of arrival.

Without other processes an article is read and stored when it comes. With them the program is never idle while it
waits: it reads texts itself that no process has begun. Either way the store gets the same articles in the same order.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from crypto_nlp.errors import ParseError
from crypto_nlp.ingest.ahead import AHEAD, WORTH_STARTING, done_here
from crypto_nlp.ingest.extractor import Extractor
from crypto_nlp.ingest.workers import Workers
from crypto_nlp.records import Article, Claim, Feed
from crypto_nlp.store import PendingEntry


@dataclass(slots=True)
class Draft:
    """An article to be stored, or why there is none. ``done`` takes its entry off the queue."""

    feed: Feed
    item: PendingEntry
    article: Article | None = None
    error: ParseError | None = None
    done: bool = True
    claims: Future[list[Claim]] | None = None


class Backlog:
    """The drafts that wait, oldest first. ``store`` is called for each, in this thread."""

    def __init__(
        self, store: Callable[[Draft], Any], extract: Extractor, wants: Callable[[Article], bool], *, jobs: int = 1
    ) -> None:
        self._store = store
        self._extract = extract
        self._wants = wants
        self._workers = Workers(extract, jobs - 1) if jobs > 1 else None
        self._at_work = False
        self._drafts: deque[Draft] = deque()

    def put(self, draft: Draft, expected: int) -> None:
        """Take a draft; ``expected`` says how many articles are known to wait behind it."""
        if self._workers is None or not (self._at_work or expected >= WORTH_STARTING):
            self._store(draft)
            return
        self._at_work = True
        if draft.article is not None and self._wants(draft.article):
            draft.claims = self._workers.submit(draft.article.text, draft.article.lang, draft.article.local_date)
        self._drafts.append(draft)
        self.store_ready()
        while len(self._drafts) > self._workers.count * AHEAD:
            self._help()
            self.store_ready()

    def store_ready(self) -> None:
        """Store the oldest drafts as far as they have been read."""
        while self._drafts and (self._drafts[0].claims is None or self._drafts[0].claims.done()):
            self._store_first()

    def store_all(self) -> None:
        """Store every draft, whatever it takes."""
        while self._drafts:
            self._help()
            self.store_ready()

    def holds(self, *urls: str) -> bool:
        """Whether an article with one of these addresses waits to be stored."""
        waiting = (draft.article for draft in self._drafts if draft.article is not None)
        return any(article.url in urls or article.canonical_url in urls for article in waiting)

    def close(self, *, at_once: bool = False) -> None:
        """End the processes; drafts that were not stored stay in the feed's queue for the next run."""
        self._drafts.clear()
        if self._workers is not None:
            self._workers.close(at_once=at_once)

    def _help(self) -> None:
        """Read the oldest text that no process has begun; where there is none, wait for the oldest draft."""
        for draft in self._drafts:
            if draft.claims is not None and draft.claims.cancel():
                draft.claims = _read(self._extract, draft.article)
                return
        if self._drafts:
            self._store_first()

    def _store_first(self) -> None:
        # Taken off after it is stored: Ctrl-C in between leaves it with the next run.
        self._store(self._drafts[0])
        self._drafts.popleft()


def _read(extract: Extractor, article: Article | None) -> Future[list[Claim]]:
    if article is None:
        nothing: Future[list[Claim]] = Future()
        nothing.set_result([])
        return nothing
    return done_here(extract, (article.text, article.lang, article.local_date))
