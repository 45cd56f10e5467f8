"""One run's decisions: what to ask, what to do with each answer, and what to write down about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event

from crypto_nlp.articles import Page, canonical_url, from_entry, needs_page
from crypto_nlp.articles.build import entry_text
from crypto_nlp.errors import ParseError
from crypto_nlp.feeds.addresses import Origin, origin_of
from crypto_nlp.feeds.hosts import HostQueue
from crypto_nlp.feeds.outcomes import MAX_HOLD, Problem
from crypto_nlp.feeds.parse import ParsedFeed
from crypto_nlp.feeds.schedule import after_failure, is_due
from crypto_nlp.feeds.sources import mask_secrets
from crypto_nlp.ingest.backlog import Backlog, Draft
from crypto_nlp.ingest.crawl import Crawler, FeedJob, FeedResult, PageJob, PageResult, Result
from crypto_nlp.ingest.report import IngestReport, Progress
from crypto_nlp.ingest.states import address, after_answer, after_problem, fresh_state, validators
from crypto_nlp.ingest.writer import ExtractionError, Writer
from crypto_nlp.records import Entry, Feed
from crypto_nlp.store import FeedState, HostState, PendingEntry, SaveOutcome, Store

# After so many tries a page that cannot be had is given up, until the feed changes its entry.
MAX_ATTEMPTS = 5
# A summary shorter than this says too little to be stored in place of a page that may come back.
SHORT_SUMMARY = 80
_REFUSED = "private_address"  # an outcome


class Session:
    """The state of one run; used by one thread, the one that writes."""

    def __init__(
        self,
        store: Store,
        writer: Writer,
        crawler: Crawler | None,
        hosts: HostQueue[FeedJob | PageJob] | None,
        report: IngestReport,
        clock: Callable[[], datetime],
        *,
        full_text: bool,
        private: bool,
        progress: Callable[[Progress], None] | None,
        jobs: int = 1,
    ) -> None:
        self._store = store
        self._writer = writer
        self._crawler = crawler
        self._hosts = hosts
        self._report = report
        self._clock = clock
        self._full_text = full_text
        self._private = private
        self._progress = progress
        self._states: dict[str, FeedState] = {}
        self.feeds_total = 0
        self._articles_total = 0
        self._articles_left = 0
        self.backlog = Backlog(self._store_draft, writer.extract, writer.wants, jobs=jobs)

    # Feeds

    def start(self, feeds: Sequence[Feed], stopped: Event, *, force: bool, revive: bool) -> None:
        """Queue what is due: feeds, and the entries of others that wait for another try."""
        self.feeds_total = len(feeds)
        now = self._clock()
        waiting: list[Feed] = []
        for feed in feeds:
            state = replace(self._store.feed_state(feed.url) or fresh_state(feed), name=feed.name)
            self._states[feed.url] = state
            # What was refused for want of --allow-private-hosts was never asked, so that nobody waits for it now.
            allowed = self._private and state.last_outcome == _REFUSED
            asked = revive if state.gone else (force or allowed or is_due(state.next_check, now))
            if asked and not self._on_hold(address(state), now):
                self._put(FeedJob(feed, address(state), validators(state, now), self._trusted(feed)))
            else:
                self._report.feeds["not_due"] += 1
                waiting.append(feed)
        # After the feeds, as in a run that asks all of them: where the last run was killed, articles arrive in the
        # order in which they would have.
        for feed in waiting:
            self._dispatch(feed, stopped)
        self._tell("asking the feeds")

    def handle(self, result: Result, stopped: Event) -> None:
        """Write down one result and queue what follows from it."""
        if isinstance(result, PageResult):
            self._page(result)
        else:
            self._feed(result, stopped)

    def read_local(self, feed: Feed, parsed: ParsedFeed, state: FeedState, stopped: Event) -> None:
        """Store the entries of a feed that lies on this machine."""
        self._states[feed.url] = state
        now = self._clock()
        queued = self._store.save_feed(replace(state, last_check=now, last_success=now), parsed.entries, now=now)
        self._report.articles["unchanged"] += len(parsed.entries) - queued
        self._report.feeds["ok"] += 1
        self._dispatch(feed, stopped)

    def _feed(self, result: FeedResult, stopped: Event) -> None:
        feed, now = result.job.feed, self._clock()
        state = self._states[feed.url]
        if result.problem is not None:
            self._feed_failed(feed, state, result.problem, now, url=result.job.url)
        elif result.response is None:
            self._report.feeds["not_due"] += 1
        else:
            parsed = result.parsed
            kept = self._may_move(result)
            state = after_answer(state, result.response, parsed, now, keep_move=kept)
            if parsed is not None and not parsed.complete:
                self._broken_off(feed, state, parsed, now)
            else:
                entries = parsed.entries if parsed else ()
                queued = self._store.save_feed(state, entries, now=now)
                self._report.articles["unchanged"] += len(entries) - queued
                self._report.feeds["ok" if parsed is not None else "not_modified"] += 1
            if state.details.get("moved") and not self._states[feed.url].details.get("moved"):
                self._report.notes.append(
                    f"{feed.name} has moved for good: from {mask_secrets(feed.url)} to {mask_secrets(address(state))}."
                )
            self._states[feed.url] = state
        self._dispatch(feed, stopped)
        self._tell(feed.name)

    def _feed_failed(self, feed: Feed, state: FeedState, problem: Problem, now: datetime, *, url: str) -> None:
        state = after_problem(state, problem, now)
        self._states[feed.url] = state
        self._store.save_feed(state, now=now)
        if problem.hold is not None:
            self._hold(url, problem, now)
        self._report.feeds["failed"] += 1
        self._report.fail(feed.name, url, problem.kind, problem.message, problem.hint)

    def _broken_off(self, feed: Feed, state: FeedState, parsed: ParsedFeed, now: datetime) -> None:
        """Half a document: its whole entries are kept, the feed counts as failed and is asked again for all of it."""
        problem = Problem(
            "truncated", "The feed breaks off in the middle; its whole entries were read, it will be asked for again."
        )
        state = after_problem(replace(state, failures=self._states[feed.url].failures), problem, now)
        queued = self._store.save_feed(state, parsed.entries, now=now)
        self._report.articles["unchanged"] += len(parsed.entries) - queued
        self._report.feeds["failed"] += 1
        self._report.fail(feed.name, feed.url, problem.kind, problem.message)

    def _may_move(self, result: FeedResult) -> bool:
        """A move counts only to a host that had to be public: a private one is never remembered."""
        moved = result.response.permanent_url if result.response else None
        if not moved:
            return False
        return origin_of(moved) not in result.job.trusted

    # Entries

    def _dispatch(self, feed: Feed, stopped: Event) -> None:
        """Send the waiting entries of a feed on their way: to the page queue, or straight into the store."""
        pending = self._store.pending_entries(feed.url, self._clock())
        self._articles_total += len(pending)
        self._articles_left += len(pending)
        for item in pending:
            if stopped.is_set():
                return
            known = self._known_elsewhere(feed, item)
            page = self._full_text and self._crawler is not None and needs_page(item.entry)
            if not known and page and not self._on_hold(item.entry.url, self._clock()):
                self._put(PageJob(feed, item, self._trusted(feed)))
                continue
            self._articles_left -= 1
            if not known and not page:
                self._save(feed, item, None)

    def _known_elsewhere(self, feed: Feed, item: PendingEntry) -> bool:
        """True, and done, where another feed brought this article, or this feed brought it under another guid."""
        entry = item.entry
        addresses = (entry.url, canonical_url(entry.url))
        if self.backlog.holds(*addresses):
            self.backlog.store_all()
        stored = self._writer.known(*addresses)
        if stored is None:
            return False
        known = stored.article
        other_feed = known.feed is not None and known.feed != feed.name
        shifted = known.guid != entry.guid and known.title == entry.title and known.published == entry.published
        if not other_feed and not (shifted and entry.updated is None):
            return False
        self._store.entry_done(item.id)
        self._report.articles["unchanged"] += 1
        return True

    def _page(self, result: PageResult) -> None:
        job, now = result.job, self._clock()
        entry, problem = job.pending.entry, result.problem
        self._articles_left -= 1
        if problem is None:
            if result.page is not None:
                self._save(job.feed, job.pending, result.page)
        else:
            if problem.hold:
                self._hold(job.url, problem, now)
            self._page_failed(job, entry, problem, now)
        self._tell(job.feed.name)

    def _page_failed(self, job: PageJob, entry: Entry, problem: Problem, now: datetime) -> None:
        """Without its page an article is its summary.

        Where that says little, it waits for the page as long as that may come.
        """
        again = (problem.passing or problem.hold is not None) and job.pending.attempts + 1 < MAX_ATTEMPTS
        enough = len(entry_text(entry)) >= SHORT_SUMMARY
        if problem.kind == "robots" and enough:
            self._save(job.feed, job.pending, None)
            return
        if enough or (not again and entry_text(entry)):
            self._save(job.feed, job.pending, None, done=not again)
        next_try = None
        if again:
            next_try = max(after_failure(entry.url, now, job.pending.attempts + 1), now + (problem.hold or timedelta()))
        if again or not entry_text(entry):
            self._store.entry_failed(job.pending.id, problem.kind, next_try)
        self._report.articles["failed"] += 1
        self._report.fail(job.feed.name, entry.url, problem.kind, problem.message, problem.hint)

    def _save(self, feed: Feed, item: PendingEntry, page: Page | None, *, done: bool = True) -> None:
        draft = Draft(feed, item, done=done)
        try:
            draft.article = from_entry(item.entry, feed, fetched=self._clock(), page=page)
        except ParseError as error:
            draft.error = error
        self.backlog.put(draft, self._articles_left)
        if not done:
            # Its entry waits for another try, which must not be written down before the article is.
            self.backlog.store_all()

    def _store_draft(self, draft: Draft) -> None:
        feed, item = draft.feed, draft.item
        if draft.article is None:
            kind, message = (draft.error.kind, str(draft.error)) if draft.error else ("parse", "It cannot be read.")
            self._store.entry_failed(item.id, kind, None)
            self._failed(feed, item.entry, kind, message)
            return
        try:
            outcome = self._writer.save(
                draft.article,
                keep_text=feed.store_text == "full",
                entry_id=item.id if draft.done else None,
                read=draft.claims,
            )
        except ExtractionError as error:
            self._failed(feed, item.entry, "extract", str(error))
        else:
            self._count(outcome)
        self._tell(feed.name)

    def _failed(self, feed: Feed, entry: Entry, kind: str, message: str) -> None:
        self._report.articles["failed"] += 1
        self._report.fail(feed.name, entry.url, kind, message)

    def _count(self, outcome: SaveOutcome) -> None:
        self._report.articles[outcome.status] += 1
        self._report.claims_new += outcome.claims_new
        self._report.claims_seen_again += outcome.claims_seen

    # Hosts

    def _trusted(self, feed: Feed) -> frozenset[Origin]:
        return frozenset({origin_of(feed.url)}) if self._private else frozenset()

    def _put(self, job: FeedJob | PageJob) -> None:
        if self._crawler is not None:
            self._crawler.put(job)

    def _on_hold(self, url: str, now: datetime) -> bool:
        if self._hosts is None or self._crawler is None:
            return False
        if self._crawler.held(url):
            return True
        until = self._store.host_state(self._hosts.key(url)).hold_until
        # A hold that lies further ahead than any may last is left over from a clock that was set back.
        return until is not None and now < until <= now + MAX_HOLD + timedelta(hours=1)

    def _hold(self, url: str, problem: Problem, now: datetime) -> None:
        if self._hosts is None or problem.hold is None:
            return
        key = self._hosts.key(url)
        known = self._store.host_state(key)
        until = max(now + problem.hold, known.hold_until or now) if problem.hold else known.hold_until
        until = min(until, now + MAX_HOLD) if until else None
        self._store.save_host(HostState(key, until, problem.kind, known.failures + 1, known.details))

    def _tell(self, doing: str) -> None:
        if self._progress is None:
            return
        feeds = sum(self._report.feeds.values())
        articles = self._report.articles["new"] + self._report.articles["updated"] + self._report.articles["failed"]
        self._progress(Progress(feeds, self.feeds_total, articles, max(self._articles_total, articles), doing))
