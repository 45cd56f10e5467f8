"""`import`: the parts of a backfill into a ledger, by the same writer as every other article."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from crypto_nlp.backfill.parts import Row, read_part, unsupported
from crypto_nlp.backfill.plan import Plan, part_file, read_plan
from crypto_nlp.backfill.run import LISTED
from crypto_nlp.errors import InputError
from crypto_nlp.ingest import ExtractionError, Extractor, InStory, Writer
from crypto_nlp.records import Article, Claim
from crypto_nlp.store import SaveOutcome, Store


@dataclass(slots=True)
class ImportReport:
    """What a run did: parts (``read missing failed``), articles as ingest counts them, claims, and what failed.

    ``other_languages`` are those among the articles that are in no language that claims are read in.
    ``other_rules`` is true where the parts were made by other rules than the present ones.
    """

    run_id: int = 0
    parts: Counter[str] = field(default_factory=Counter)
    articles: Counter[str] = field(default_factory=Counter)
    claims_new: int = 0
    claims_seen_again: int = 0
    other_languages: int = 0
    errors: list[dict[str, str]] = field(default_factory=list)
    other_rules: bool = False

    @property
    def failed(self) -> bool:
        """Whether a part, a record or an article failed."""
        return bool(self.parts["failed"] or self.articles["failed"])

    def fail(self, place: str, message: str) -> None:
        """List what failed, as far as the list goes."""
        if len(self.errors) < LISTED:
            self.errors.append({"place": place, "message": message})

    def as_record(self) -> dict[str, Any]:
        """The object that `import --format json` prints."""
        return {
            "run_id": self.run_id,
            "parts": {name: self.parts[name] for name in ("read", "missing", "failed")},
            "articles": {name: self.articles[name] for name in ("new", "updated", "unchanged", "failed")},
            "claims": {"new": self.claims_new, "seen_again": self.claims_seen_again},
            "other_languages": self.other_languages,
            "errors": self.errors,
        }


@dataclass(frozen=True, slots=True)
class _Loader:
    """Saves rows. ``present`` names the rules and the model that this program would read with."""

    store: Store
    writer: Writer
    present: tuple[str, str]
    keep_text: bool

    def save(self, row: Row) -> SaveOutcome | None:
        """Store the article of a row; None where the ledger has it already, or a later text of it.

        Raises:
            ExtractionError: the document broke the extractor.
        """
        if row.article is None or self._stands(row.article):
            return None
        read: Future[list[Claim]] = Future()
        if row.problem:
            read.set_exception(ExtractionError(row.problem))
        else:
            read.set_result(list(row.claims))
        return self.writer.save(row.article, keep_text=self.keep_text, read=read)

    def _stands(self, article: Article) -> bool:
        """Whether the ledger knows this text, or a later one.

        An archive may hold one address many times: imported again, its older texts must not become new revisions. And
        the claims of a text that stands give way to those of the present rules only: of two other rules nobody can
        tell which are older, and `reextract` brings either up to date.
        """
        stored = self.writer.known(article.canonical_url, article.url)
        if stored is None:
            return False
        if stored.article.content_hash == article.content_hash:
            made_by = (self.writer.rules_hash, self.writer.model)
            return made_by != self.present or (stored.rules_hash, stored.model) == self.present
        return stored.article.fetched > article.fetched or self.store.has_revision(stored.id, article.content_hash)


def run_import(
    store: Store,
    folder: Path,
    extract: Extractor,
    *,
    rules_hash: str,
    model: str,
    now: Callable[[], datetime],
    in_story: InStory,
    keep_text: bool = True,
    progress: Callable[[int, int], None] | None = None,
) -> ImportReport:
    """Bring the standing parts of a backfill into ``store``, in their order; what it knows already is passed over.

    Articles are saved whole, some at a time: a stopped run goes on where it was. ``rules_hash`` and ``model`` name the
    present rules and model; ``extract`` reads a text whose day the ledger knows better than the archive; ``progress``
    is told parts done and all parts.

    Raises:
        InputError: the folder is no backfill's.
        StoreError: the database cannot be written, or an ingest is at work on it.
    """
    plan = read_plan(folder)
    if plan is None:
        message = f"{folder} holds no backfill: name the folder that `crypto-nlp backfill --out` wrote."
        raise InputError(message)
    report = ImportReport(other_rules=(plan.rules, plan.model) != (rules_hash, model))
    with store.ingest_lock():
        report.run_id = store.start_run("import", now())
        outcome = "interrupted"
        try:
            writer = Writer(store, extract, report.run_id, plan.rules, plan.model, in_story)
            loader = _Loader(store, writer, (rules_hash, model), keep_text)
            _parts(loader, folder, plan, report, progress)
            outcome = "partial" if report.failed else "done"
        finally:
            counts = {key: value for key, value in report.as_record().items() if key != "run_id"}
            store.finish_run(report.run_id, outcome, counts, now())
    return report


def _parts(
    loader: _Loader, folder: Path, plan: Plan, report: ImportReport, progress: Callable[[int, int], None] | None
) -> None:
    for number in range(plan.parts):
        path = folder / part_file(number)
        if not path.exists():
            report.parts["missing"] += 1
            continue
        try:
            for rows in read_part(path):
                _save(loader, rows, report)
        except InputError as error:
            report.parts["failed"] += 1
            report.fail(path.name, str(error))
        else:
            report.parts["read"] += 1
        if progress is not None:
            progress(number + 1, plan.parts)


def _save(loader: _Loader, rows: list[Row], report: ImportReport) -> None:
    """Some articles in one transaction; counted when it stands."""
    told: list[tuple[str, str]] = []
    outcomes: list[SaveOutcome | None] = []
    with loader.store.transaction():
        for row in rows:
            try:
                outcome = loader.save(row)
            except ExtractionError:
                told.append((row.place, row.problem))
            else:
                if row.problem:
                    told.append((row.place, row.problem))
                else:
                    outcomes.append(outcome)
    report.other_languages += sum(map(unsupported, rows))
    for outcome in outcomes:
        report.articles[outcome.status if outcome else "unchanged"] += 1
        report.claims_new += outcome.claims_new if outcome else 0
        report.claims_seen_again += outcome.claims_seen if outcome else 0
    for place, problem in told:
        report.articles["failed"] += 1
        report.fail(place, problem)
