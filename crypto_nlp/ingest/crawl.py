"""Fetching in threads: feeds and pages, each host one request at a time, results handed over one by one."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crypto_nlp.articles import Page, read_page
from crypto_nlp.errors import CryptoNlpError, FetchError, ParseError
from crypto_nlp.feeds.addresses import Origin
from crypto_nlp.feeds.charset import decode
from crypto_nlp.feeds.hosts import HostQueue, Slot
from crypto_nlp.feeds.http import ACCEPT_FEED, ACCEPT_PAGE, Fetcher, Response, Validators
from crypto_nlp.feeds.outcomes import Problem, problem_of
from crypto_nlp.feeds.parse import ParsedFeed, parse_feed
from crypto_nlp.feeds.robots import Robots
from crypto_nlp.records import Feed
from crypto_nlp.store import PendingEntry

# Results that wait for the writer; beyond this the fetching threads wait, so that memory stays flat.
BACKLOG = 48
CLOSE_SECONDS = 2.0
_PAGES = ("text/html", "application/xhtml", "text/plain", "application/xml", "text/xml")


@dataclass(frozen=True, slots=True)
class FeedJob:
    """A feed to ask for at ``url`` (its own address, or where it moved to for good)."""

    feed: Feed
    url: str
    validators: Validators
    trusted: frozenset[Origin]


@dataclass(frozen=True, slots=True)
class PageJob:
    """The page of an entry."""

    feed: Feed
    pending: PendingEntry
    trusted: frozenset[Origin]

    @property
    def url(self) -> str:
        """The page's address."""
        return self.pending.entry.url


@dataclass(frozen=True, slots=True)
class FeedResult:
    """What became of a feed: an answer with (for a 200) its entries, or a problem.

    Neither where its host is on hold.
    """

    job: FeedJob
    response: Response | None = None
    parsed: ParsedFeed | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class PageResult:
    """What became of a page: the page, or a problem. Neither where its host is on hold."""

    job: PageJob
    page: Page | None = None
    problem: Problem | None = None


Result = FeedResult | PageResult
_PASSING = frozenset({"dns", "connect", "tls", "timeout", "protocol", "truncated", "encoding"})


class Crawler:
    """Threads that fetch. `put` jobs, `get` results; one result comes for each job."""

    def __init__(
        self, fetcher: Fetcher, hosts: HostQueue[FeedJob | PageJob], *, clock: Callable[[], datetime], threads: int
    ) -> None:
        self._fetcher = fetcher
        self._hosts = hosts
        self._robots = Robots(fetcher)
        self._clock = clock
        self._results: queue.Queue[Result | BaseException] = queue.Queue(BACKLOG)
        self._held: set[str] = set()
        # Parsers hold the interpreter's lock: one at a time they are done sooner than all at once.
        self._parsing = threading.Lock()
        self._stopped = threading.Event()
        self.outstanding = 0
        self._wanted = threads
        self._threads: list[threading.Thread] = []

    def put(self, job: FeedJob | PageJob) -> None:
        """Queue a job for its host."""
        self.outstanding += 1
        self._hosts.put(job.url, job)
        if len(self._threads) < min(self._wanted, self.outstanding):
            thread = threading.Thread(target=self._work, name=f"fetch-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def get(self, timeout: float) -> Result | None:
        """The next result, or None after ``timeout`` seconds without one.

        A fault of the program itself is raised here.
        """
        try:
            result = self._results.get(timeout=timeout)
        except queue.Empty:
            return None
        if isinstance(result, BaseException):
            raise result
        self.outstanding -= 1
        return result

    def hold(self, url: str) -> None:
        """Send nothing more to the host of ``url`` in this run; its queued jobs come back empty-handed."""
        self._held.add(self._hosts.key(url))

    def held(self, url: str) -> bool:
        """True where `hold` was called for the host."""
        return self._hosts.key(url) in self._held

    def close(self) -> None:
        """Drop what is queued and wait for the threads, at most two seconds."""
        self._stopped.set()
        self._hosts.close()
        # Threads that wait for a slow server are left to end with the program: Ctrl-C must not take half a minute.
        end = time.monotonic() + CLOSE_SECONDS
        for thread in self._threads:
            while thread.is_alive() and time.monotonic() < end:
                self._drain()
                thread.join(0.02)

    def _drain(self) -> None:
        while not self._results.empty():
            try:
                self._results.get_nowait()
            except queue.Empty:
                return

    def _work(self) -> None:
        while taken := self._hosts.take():
            job, slot = taken
            result: Result | BaseException
            try:
                result = self._feed(job, slot) if isinstance(job, FeedJob) else self._page(job, slot)
            except BaseException as error:  # noqa: BLE001 - carried to the main thread, which raises it
                result = error
            finally:
                slot.release()
            if self._stopped.is_set():
                return
            self._results.put(result)

    def _feed(self, job: FeedJob, slot: Slot) -> FeedResult:
        if self.held(job.url):
            return FeedResult(job)
        try:
            response = self._fetcher.fetch(
                job.url, accept=ACCEPT_FEED, validators=job.validators, trusted=job.trusted, turn=slot.turn
            )
            problem = problem_of(response, self._clock())
            if problem is not None:
                self._hold_for(problem, response.url)
                return FeedResult(job, response, problem=problem)
            if response.status == 304:
                return FeedResult(job, response)
            with self._parsing:
                parsed = parse_feed(
                    response.body,
                    url=response.url,
                    now=self._clock(),
                    content_type=response.headers.get("content-type", ""),
                    zone=job.feed.timezone,
                )
        except (FetchError, ParseError) as error:
            return FeedResult(job, problem=_problem(error))
        # The body is read; kept with the result it could fill the memory while the writer is busy.
        return FeedResult(job, replace(response, body=b""), parsed)

    def _page(self, job: PageJob, slot: Slot) -> PageResult:
        if self.held(job.url):
            return PageResult(job)
        try:
            rules = self._robots.rules(job.url, trusted=job.trusted, turn=slot.turn)
            if rules.crawl_delay:
                self._hosts.slow(job.url, rules.crawl_delay)
            if not rules.allow(job.url):
                return PageResult(job, problem=_robots_problem(reachable=rules.reachable))
            response = self._fetcher.fetch(job.url, accept=ACCEPT_PAGE, trusted=job.trusted, turn=slot.turn)
            problem = problem_of(response, self._clock())
            if problem is not None:
                self._hold_for(problem, response.url)
                return PageResult(job, problem=problem)
            with self._parsing:
                return PageResult(job, _read(response, job.feed.timezone))
        except (FetchError, ParseError) as error:
            return PageResult(job, problem=_problem(error))

    def _hold_for(self, problem: Problem, url: str) -> None:
        if problem.hold:
            self.hold(url)


def _read(response: Response, zone: str) -> Page:
    kind = response.headers.get("content-type", "text/html").lower()
    if not kind.startswith(_PAGES) or response.body.startswith(b"%PDF-"):
        msg = (
            f"The address leads to {kind.partition(';')[0] or 'something'} and not to a web page; `crypto-nlp add` "
            "reads reports."
        )
        raise ParseError(msg, kind="no_page", url=response.url)
    return read_page(decode(response.body, kind), url=response.url, zone=zone)


def _problem(error: CryptoNlpError) -> Problem:
    kind = getattr(error, "kind", "parse")
    return Problem(kind, str(error), getattr(error, "hint", ""), passing=kind in _PASSING)


def _robots_problem(*, reachable: bool) -> Problem:
    if reachable:
        return Problem(
            "robots", "The site's robots.txt keeps programs off this page; the entry's own text is used.", passing=False
        )
    return Problem(
        "robots",
        "The site's robots.txt cannot be had, so its pages are left alone; it will be asked again later.",
        hold=timedelta(),
    )
