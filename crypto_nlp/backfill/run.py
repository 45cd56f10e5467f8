"""`backfill`: the parts of an archive, each read, extracted and written by one process."""

from __future__ import annotations

import re
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from crypto_nlp.articles import from_html, from_text, identify_language, supported_languages
from crypto_nlp.backfill.parts import Counts, Row, counts_of, read_part, sweep, write_part
from crypto_nlp.backfill.plan import PART_SIZES, Part, Plan, Shard, Source, cut, settle
from crypto_nlp.backfill.records import Bad, Found, Record, read
from crypto_nlp.errors import CryptoNlpError, InputError, ParseError, RulesError
from crypto_nlp.ingest import Description, Extractor, WorkerDied, Workers, read_document
from crypto_nlp.records import Article

# What is listed one by one; beyond it, records are counted, and stand in their parts.
LISTED = 1000
# A document that broke the extractor keeps its text, without claims.
BROKEN = "No claims could be read from this document ({}); please report it with its place."


@dataclass(slots=True)
class BackfillReport:
    """What a run did: parts by outcome (``made stood elsewhere failed``), and what this share's parts hold."""

    parts: Counter[str] = field(default_factory=Counter)
    counts: Counts = field(default_factory=Counts)
    seconds: float = 0.0
    errors: list[dict[str, str]] = field(default_factory=list)

    @property
    def failed(self) -> bool:
        """Whether a part or a record could not be read."""
        return bool(self.parts["failed"] or self.counts.bad)

    def fail(self, place: str, message: str) -> None:
        """List what could not be read, as far as the list goes."""
        if len(self.errors) < LISTED:
            self.errors.append({"place": place, "message": message})

    def as_record(self) -> dict[str, Any]:
        """The object that `backfill --format json` prints."""
        counts = self.counts
        return {
            "parts": {name: self.parts[name] for name in ("made", "stood", "elsewhere", "failed")},
            "documents": counts.documents,
            "claims": counts.claims,
            "passed_over": counts.passed_over,
            "bad": counts.bad,
            "other_languages": counts.other_languages,
            "seconds": round(self.seconds, 3),
            "errors": self.errors,
        }


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes parts; other processes can be sent it."""

    folder: Path
    extract: Extractor
    made: datetime

    def __call__(self, part: Part) -> Counts:
        """Read, extract and write one part; what it holds."""
        return write_part(self.folder / part.file, map(self._row, read(part)))

    def _row(self, record: Record) -> Row | None:
        if record is None:
            return None
        if isinstance(record, Bad):
            return Row(record.place, problem=record.why)
        try:
            article = article_of(record, self.made)
        except (InputError, ParseError) as error:
            return Row(record.place, record.id, problem=str(error))
        try:
            return Row(record.place, record.id, article, tuple(self._claims(article)))
        except RulesError:
            # Wrong rule files are wrong for every document.
            raise
        except Exception as error:  # noqa: BLE001 - one document that breaks the extractor is told, not the end
            return Row(record.place, record.id, article, problem=BROKEN.format(type(error).__name__))

    def _claims(self, article: Article) -> Sequence[Any]:
        if article.lang not in supported_languages():
            return ()
        return self.extract(article.text, article.lang, article.local_date)


def article_of(found: Found, made: datetime) -> Article:
    """The article of an archived document, made as `add` makes it. Raises InputError and ParseError."""
    code = _code(found.lang)
    if code in supported_languages():
        return _article(found, made, code)
    article = _article(found, made, None)
    # Its archive says another language, or none that is one: the text decides, and the word counts as a feed's does.
    return replace(article, lang=identify_language(article.text, (code,))) if code else article


def _code(lang: str | None) -> str | None:
    """The language's code of two letters in ``EN``, ``en-US`` or ``en_GB``; None for what is no such code."""
    code = re.split("[-_]", (lang or "").strip().casefold(), maxsplit=1)[0]
    return code if re.fullmatch("[a-z]{2}", code) else None


def _article(found: Found, made: datetime, lang: str | None) -> Article:
    fetched = found.fetched or made
    said = Description(title=found.title, lang=lang, published=found.published, publisher=found.publisher)
    if not found.kind and isinstance(found.body, bytes):
        return read_document(found.body, found.url, said, fetched, found.content_type)
    given: dict[str, Any] = {name: getattr(said, name) for name in ("title", "lang", "published", "publisher")}
    if found.kind == "html":
        return from_html(found.body, url=found.url, fetched=fetched, **given)
    return from_text(found.body, url=found.url, fetched=fetched, **given)


def run_backfill(
    sources: Sequence[Source],
    folder: Path,
    extract: Extractor,
    *,
    now: datetime,
    rules_hash: str = "",
    model: str = "",
    workers: int = 1,
    shard: Shard | None = None,
    sizes: dict[str, int] | None = None,
    progress: Callable[[int, int, Part], None] | None = None,
) -> BackfillReport:
    """Make the parts of this share that do not stand yet.

    Args:
        sources: the files of the archive; every machine must name the same ones.
        folder: where the parts go; shared by all machines.
        extract: claims of (text, language, local date); picklable where there are several ``workers``.
        now: stands in for the day of fetching where a document has none.
        rules_hash: names the rules by which ``extract`` works.
        model: names its model, or is empty.
        workers: processes that make parts.
        shard: this machine's share.
        sizes: how large parts are, by kind of file (bytes, or rows in Parquet).
        progress: called in this thread with parts done, all of this share's, and the part just made.

    Raises:
        InputError: the folder is another backfill's, or cannot be written.
    """
    started = time.monotonic()
    sizes = PART_SIZES | (sizes or {})
    parts = cut(sources, sizes)
    files = tuple((source.name, source.size) for source in sources)
    plan = settle(folder, Plan(now, len(parts), rules_hash, model, files, sizes))
    sweep(folder)
    share = shard or Shard()
    mine = [part for part in parts if share.has(part.number)]
    report = BackfillReport()
    report.parts["elsewhere"] = len(parts) - len(mine)
    missing = [part for part in mine if not (folder / part.file).exists()]
    report.parts["stood"] = len(mine) - len(missing)
    try:
        for part, made in _made(Maker(folder, extract, plan.made), missing, workers):
            _note(report, part, made)
            if progress is not None:
                progress(len(mine) - len(missing) + report.parts["made"] + report.parts["failed"], len(mine), part)
    finally:
        sweep(folder)
        report.seconds = time.monotonic() - started
    _count(report, folder, mine)
    return report


def _made(maker: Maker, parts: Sequence[Part], workers: int) -> Iterator[tuple[Part, Future[Counts]]]:
    """Each part with its outcome, as they are done; with one worker in this process."""
    if workers < 2 or len(parts) < 2:
        for part in parts:
            future: Future[Counts] = Future()
            try:
                future.set_result(maker(part))
            except Exception as error:  # noqa: BLE001 - told where the outcome is taken
                future.set_exception(error)
            yield part, future
        return
    pool = Workers(maker, min(workers, len(parts)))
    finished = False
    try:
        waiting = deque((part, pool.submit(part)) for part in parts)
        while waiting:
            part, future = waiting.popleft()
            with suppress(Exception):
                future.result()
            yield part, future
        finished = True
    finally:
        pool.close(at_once=not finished)


def _note(report: BackfillReport, part: Part, made: Future[Counts]) -> None:
    error = made.exception()
    if error is None:
        report.parts["made"] += 1
    elif isinstance(error, OSError) and not isinstance(error, CryptoNlpError) and _is_read(error, part):
        report.parts["failed"] += 1
        report.fail(part.source.name, f"It cannot be read ({error.strerror}): run the same command again.")
    elif isinstance(error, WorkerDied):
        report.parts["failed"] += 1
        message = "Two processes that read this part were ended (out of memory?): run again with fewer --workers."
        report.fail(f"{part.source.name}: {part.file}", message)
    else:
        raise error


def _is_read(error: OSError, part: Part) -> bool:
    """Whether reading failed; where writing did (a full disk), no other part would fare better."""
    return error.filename is not None and str(error.filename) == part.source.name


def _count(report: BackfillReport, folder: Path, parts: Sequence[Part]) -> None:
    """What the share's standing parts hold, and the records in them that could not be read."""
    for part in parts:
        path = folder / part.file
        if not path.exists():
            continue
        counts = counts_of(path)
        report.counts += counts
        if counts.bad and len(report.errors) < LISTED:
            for row in (row for batch in read_part(path) for row in batch if row.problem):
                report.fail(row.place, row.problem)
