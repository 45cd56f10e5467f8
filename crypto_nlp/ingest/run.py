"""`ingest` and its sample: what is due is fetched, what is new is read, and each outcome is recorded."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from importlib import resources
from pathlib import Path
from types import FrameType

from crypto_nlp.errors import InputError
from crypto_nlp.feeds.addresses import Resolver, resolve
from crypto_nlp.feeds.hosts import GAP_SECONDS, HostQueue
from crypto_nlp.feeds.http import RESPONSE_SECONDS, Fetcher
from crypto_nlp.feeds.parse import parse_feed
from crypto_nlp.feeds.sources import Settings
from crypto_nlp.ingest.crawl import Crawler, FeedJob, PageJob
from crypto_nlp.ingest.extractor import Extractor, InStory, as_read
from crypto_nlp.ingest.report import IngestReport, Progress
from crypto_nlp.ingest.session import Session
from crypto_nlp.ingest.states import fresh_state
from crypto_nlp.ingest.writer import Writer, utc_now
from crypto_nlp.records import Feed
from crypto_nlp.store import Store

THREADS = 16
SAMPLE_PUBLISHER = "crypto-nlp sample"


def run_ingest(
    store: Store,
    feeds: Sequence[Feed],
    settings: Settings,
    extract: Extractor,
    *,
    rules_hash: str = "",
    model: str = "",
    force: bool = False,
    full_text: bool = True,
    allow_private_hosts: bool = False,
    named: bool = False,
    progress: Callable[[Progress], None] | None = None,
    clock: Callable[[], datetime] = utc_now,
    gap: float = GAP_SECONDS,
    threads: int = THREADS,
    jobs: int = 1,
    in_story: InStory = as_read,
    resolver: Resolver = resolve,
    seconds: float = RESPONSE_SECONDS,
) -> IngestReport:
    """Read the feeds that are due, fetch their articles, extract and store claims.

    Args:
        store: an open, writable store.
        feeds: those to read, in the order in which they are asked.
        settings: contact and platforms.
        extract: claims of (text, language, local date); called for supported languages only.
        rules_hash: names the rules by which ``extract`` works; kept with every mention.
        model: names its model, or is empty.
        force: ask feeds that are not due too, conditionally all the same.
        full_text: read the pages of entries that hold a summary only.
        allow_private_hosts: feeds, and pages on a feed's own host and port, may be at private addresses.
        named: the user named these feeds one by one; with ``force`` a feed that was gone is asked again.
        progress: called in this thread whenever something was finished.
        clock: the present moment, aware.
        gap: seconds between two requests to a host. For benchmarks alone; everybody else is polite.
        threads: how many hosts may be asked at once.
        jobs: how many processes extract where there is a backlog, this one among them; with more than one, ``extract``
            must be picklable and the program's main module importable.
        in_story: gives what was read the identity that it has in the article's story (`Reader.in_story`).
        resolver: addresses of a host name.
        seconds: the deadline of one response.

    Returns:
        the report; `failed` where something failed, which is no exception. ``interrupted`` after Ctrl-C, which
        finishes the article in hand; a second Ctrl-C raises KeyboardInterrupt at once.

    Raises:
        StoreError: the database cannot be written, or another ingest is at work on it.
    """
    started = time.monotonic()
    report = IngestReport()
    with store.ingest_lock(), _stop_on_interrupt() as stopped:
        report.run_id = store.start_run("ingest", clock())
        fetcher = Fetcher(contact=settings.contact, resolver=resolver, seconds=seconds)
        hosts: HostQueue[FeedJob | PageJob] = HostQueue(gap=gap, platforms=settings.platforms)
        crawler = Crawler(fetcher, hosts, clock=clock, threads=threads)
        writer = Writer(store, extract, report.run_id, rules_hash, model, in_story)
        session = Session(
            store,
            writer,
            crawler,
            hosts,
            report,
            clock,
            full_text=full_text,
            private=allow_private_hosts,
            progress=progress,
            jobs=jobs,
        )
        finished = False
        try:
            session.start(feeds, stopped, force=force, revive=force and named)
            while crawler.outstanding and not stopped.is_set():
                result = crawler.get(timeout=0.2)
                session.backlog.store_ready()
                if result is not None:
                    session.handle(result, stopped)
            if not stopped.is_set():
                session.backlog.store_all()
            finished = True
        finally:
            session.backlog.close(at_once=not finished or stopped.is_set())
            crawler.close()
            fetcher.close()
            report.requests = fetcher.requests
            report.seconds = time.monotonic() - started
            report.interrupted = stopped.is_set()
            _finish(store, report, clock())
    return report


def _finish(store: Store, report: IngestReport, now: datetime) -> None:
    counts = {key: value for key, value in report.as_record().items() if key != "run_id"}
    store.finish_run(report.run_id, report.outcome, counts, now)


@contextmanager
def _stop_on_interrupt() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C sets; the second raises KeyboardInterrupt. Signals reach the main thread only."""
    stopped = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stopped
        return

    def stop(_signal: int, _frame: FrameType | None) -> None:
        if stopped.is_set():
            raise KeyboardInterrupt
        stopped.set()

    previous = signal.signal(signal.SIGINT, stop)
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, previous)


def sample_files() -> list[Path]:
    """The sample feeds that ship with the package, by name. Raises InputError where there are none."""
    folder = Path(str(resources.files("crypto_nlp"))) / "data" / "sample"
    files = sorted(folder.glob("*.xml"))
    if not files:
        msg = f"The sample feeds are missing from {folder}; install crypto-nlp again."
        raise InputError(msg)
    return files


def run_sample(
    store: Store,
    extract: Extractor,
    *,
    rules_hash: str = "",
    model: str = "",
    files: Sequence[Path] | None = None,
    progress: Callable[[Progress], None] | None = None,
    clock: Callable[[], datetime] = utc_now,
    in_story: InStory = as_read,
) -> IngestReport:
    """Read the sample feeds that ship with the package, without any network, as `run_ingest` reads real ones.

    The file's name is the feed's language (``ar.xml``, or ``sample-ar.xml``) where the feed itself says none.
    """
    started = time.monotonic()
    report = IngestReport()
    with store.ingest_lock(), _stop_on_interrupt() as stopped:
        report.run_id = store.start_run("ingest --sample", clock())
        writer = Writer(store, extract, report.run_id, rules_hash, model, in_story)
        session = Session(store, writer, None, None, report, clock, full_text=False, private=False, progress=progress)
        try:
            chosen = list(files) if files is not None else sample_files()
            session.feeds_total = len(chosen)
            for path in chosen:
                if stopped.is_set():
                    break
                address = f"https://sample.invalid/{path.stem}.xml"
                parsed = parse_feed(path.read_bytes(), url=address, now=clock())
                language = parsed.language or path.stem.rpartition("-")[2]
                feed = Feed(
                    name=parsed.title or path.stem, url=address, language=language, title=parsed.title or path.stem
                )
                session.read_local(feed, parsed, fresh_state(feed), stopped)
        finally:
            report.seconds = time.monotonic() - started
            report.interrupted = stopped.is_set()
            _finish(store, report, clock())
    return report
