"""Reports and pages that a person puts into the ledger by hand: files and addresses, PDF, HTML or text."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crypto_nlp.articles import from_html, from_pdf, from_text
from crypto_nlp.errors import FetchError, InputError, ParseError
from crypto_nlp.feeds.addresses import Origin, Resolver, origin_of, resolve
from crypto_nlp.feeds.http import Fetcher
from crypto_nlp.feeds.outcomes import problem_of
from crypto_nlp.feeds.sources import Settings, mask_secrets
from crypto_nlp.ingest.report import IngestReport
from crypto_nlp.ingest.writer import ExtractionError, Extractor, Writer, utc_now
from crypto_nlp.records import Article
from crypto_nlp.store import Store

MAX_FILE = 64 * 1024 * 1024
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Given:
    """What the person says about a document; it wins over what the document says of itself."""

    title: str = ""
    lang: str | None = None
    published: datetime | None = None
    publisher: str | None = None


def read_document(body: bytes, *, url: str, fetched: datetime, given: Given, content_type: str = "") -> Article:
    """The article in ``body``: a PDF and HTML are known by their first bytes, anything else is text.

    Raises:
        InputError: it is empty, scanned, encrypted or broken.
        ParseError: an HTML page without an article.
    """
    fields = {"url": url, "fetched": fetched, "title": given.title, "lang": given.lang}
    dated = {"published": given.published, "publisher": given.publisher}
    if body[:1024].lstrip().startswith(b"%PDF-"):
        return from_pdf(body, **fields, **dated)  # type: ignore[arg-type]
    if _HTML.match(body[:8192]) or "html" in content_type.lower():
        return from_html(body, **fields, **dated, content_type=content_type)  # type: ignore[arg-type]
    if b"\0" in body[:8192] and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        msg = f"{url} is neither PDF, HTML nor text; save it as one of these and add that."
        raise InputError(msg)
    return from_text(body, **fields, **dated)  # type: ignore[arg-type]


def add_documents(
    store: Store,
    sources: Sequence[str],
    extract: Extractor,
    *,
    given: Given | None = None,
    settings: Settings | None = None,
    rules_hash: str = "",
    model: str = "",
    clock: Callable[[], datetime] = utc_now,
    resolver: Resolver = resolve,
) -> IngestReport:
    """Put files and addresses into the ledger as articles, with revisions and claims as from a feed.

    An address that the user names may be private, as a feed may; what it redirects to may not. One that fails is
    recorded in the report and the others go on.

    Raises:
        StoreError: the database cannot be written, or an ingest is at work on it.
    """
    started = time.monotonic()
    report = IngestReport()
    given = given or Given()
    settings = settings or Settings()
    with store.ingest_lock(), Fetcher(contact=settings.contact, resolver=resolver) as fetcher:
        report.run_id = store.start_run("add", clock())
        writer = Writer(store, extract, report.run_id, rules_hash, model)
        try:
            for source in sources:
                _add(source, writer, fetcher, given, report, clock(), keep_text=settings.store_text == "full")
        finally:
            report.requests = fetcher.requests
            report.seconds = time.monotonic() - started
            counts = {key: value for key, value in report.as_record().items() if key != "run_id"}
            store.finish_run(report.run_id, report.outcome, counts, clock())
    return report


def _add(
    source: str, writer: Writer, fetcher: Fetcher, given: Given, report: IngestReport, now: datetime, *, keep_text: bool
) -> None:
    try:
        outcome = writer.save(_read(source, fetcher, given, now), keep_text=keep_text)
    except (InputError, FetchError, ParseError, ExtractionError) as error:
        report.articles["failed"] += 1
        report.fail("add", source, getattr(error, "kind", "input"), str(error))
    else:
        report.articles[outcome.status] += 1
        report.claims_new += outcome.claims_new
        report.claims_seen_again += outcome.claims_seen


def _read(source: str, fetcher: Fetcher, given: Given, now: datetime) -> Article:
    if _ADDRESS.match(source):
        response = fetcher.fetch(source, trusted=frozenset({_origin(source)}))
        problem = problem_of(response, now)
        if problem is not None:
            raise FetchError(problem.message, kind=problem.kind, url=source, hint=problem.hint)
        kind = response.headers.get("content-type", "")
        return read_document(response.body, url=response.url, fetched=now, given=given, content_type=kind)
    path = Path(source)
    try:
        if path.stat().st_size > MAX_FILE:
            msg = f"{path} is larger than {MAX_FILE // 1048576} MiB; add the part of it that matters."
            raise InputError(msg)
        body = path.read_bytes()
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}; check its name and permissions."
        raise InputError(msg) from error
    return read_document(body, url=path.resolve().as_uri(), fetched=now, given=given)


def _origin(url: str) -> Origin:
    try:
        return origin_of(url)
    except ValueError as error:
        msg = f"{mask_secrets(url)} is no address that can be asked for: {error}."
        raise InputError(msg) from error
