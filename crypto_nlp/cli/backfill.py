"""`backfill` and `import`: archives into Parquet, and from there into the ledger."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crypto_nlp.cli.extraction import extractor, rule_folders, with_names
from crypto_nlp.cli.ingest import SOME_FAILED, refuse_sample
from crypto_nlp.cli.options import Command, Settings, cores, model_option, settings_of
from crypto_nlp.cli.output import write_object, write_text
from crypto_nlp.cli.parameters import now
from crypto_nlp.display import one_line
from crypto_nlp.errors import InputError

if TYPE_CHECKING:
    from crypto_nlp.backfill import Shard

_TOLD = 20


class _Share(click.ParamType["Shard"]):
    """This machine's share of the work: ``2/5``."""

    name = "I/N"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Shard:
        """The share meant."""
        from crypto_nlp.backfill import Shard  # noqa: PLC0415 - after `--help`

        found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", str(value).strip())
        if not found or not 1 <= int(found[1]) <= int(found[2]):
            self.fail(f"{value!r} is no share: the second of five machines gives 2/5.", param, ctx)
        return Shard(int(found[1]), int(found[2]))


@click.command(cls=Command, formats=("table", "json"))
@click.argument("sources", nargs=-1, required=True, metavar="SRC...")
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="DIR",
    help="Where the parts go; a folder that several machines share will do.",
)
@click.option("--workers", type=click.IntRange(1, 256), metavar="N", help="Processes (default: one a core).")
@click.option(
    "--shard", type=_Share(), metavar="I/N", help="Only every N-th part, from the I-th on: one machine's share."
)
@model_option
@click.pass_context
def command(
    context: click.Context,
    /,
    *,
    sources: tuple[str, ...],
    folder: Path,
    workers: int | None,
    shard: Shard | None,
) -> None:
    """Extract claims from an archive (JSON Lines, Parquet, WARC; files, folders, patterns) into Parquet.

    The work is cut in numbered parts, each written whole or not at all; the same command goes on where it was stopped.
    Exit code 3 says that some records could not be read, and they are listed. Needs the extra `backfill`.

    \b
    crypto-nlp backfill archive/ --out parts/
    crypto-nlp backfill 'archive/*.warc.gz' --out /shared/parts --shard 2/5
    crypto-nlp import parts/
    """
    _want_extra()
    from crypto_nlp.backfill import find_sources, run_backfill  # noqa: PLC0415 - after `--help`
    from crypto_nlp.pipeline import model_name, rules_digest  # noqa: PLC0415

    settings = settings_of(context)
    folders = rule_folders(settings)
    with _progress(settings, "parts") as progress:
        report = run_backfill(
            find_sources(sources, folder),
            folder,
            extractor(folders, settings.model),
            now=now(),
            rules_hash=rules_digest(folders),
            model=model_name(settings.model),
            workers=workers or cores(),
            shard=shard,
            progress=lambda done, total, _: progress(done, total),
        )
    record = report.as_record()
    _list(settings, record["errors"], record["bad"] + record["parts"]["failed"])
    _tell(
        settings,
        record,
        f"parts: {_counts(record['parts'])}\n"
        f"documents: {record['documents']}, passed over: {record['passed_over']}, bad: {record['bad']}, "
        f"in other languages: {record['other_languages']}\n"
        f"claims: {record['claims']}\n{record['seconds']:.1f} s",
    )
    if report.failed:
        context.exit(SOME_FAILED)


@click.command(cls=Command, formats=("table", "json"))
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False), metavar="DIR")
@click.option("--no-text", is_flag=True, help="Keep the sentences that claims were read from, not the whole texts.")
@model_option
@click.pass_context
def load(context: click.Context, /, *, folder: Path, no_text: bool) -> None:
    """Bring what `backfill` wrote to DIR into the ledger.

    What the ledger has already is passed over, so that a stopped import goes on and a second one changes nothing.
    Exit code 3 says that some parts or records could not be read, and they are listed. Needs the extra `backfill`.

    \b
    crypto-nlp import parts/ --db archive.db
    """
    _want_extra()
    from crypto_nlp.backfill import run_import  # noqa: PLC0415 - after `--help`
    from crypto_nlp.pipeline import model_name, rules_digest  # noqa: PLC0415
    from crypto_nlp.store import open_store  # noqa: PLC0415

    settings = settings_of(context)
    folders = rule_folders(settings)
    reader = extractor(folders, settings.model)
    with open_store(settings.database()) as store, _progress(settings, "parts") as progress:
        refuse_sample(store, settings.database())
        report = run_import(
            with_names(store, folders),
            folder,
            reader,
            rules_hash=rules_digest(folders),
            model=model_name(settings.model),
            now=now,
            in_story=reader.in_story,
            keep_text=not no_text,
            progress=progress,
        )
    if report.other_rules:
        settings.say(
            "The parts were read by other rules or another model; `crypto-nlp reextract` brings them up to date."
        )
    if report.parts["missing"]:
        settings.say(f"{report.parts['missing']} parts are not made yet: import again when they are.")
    record = report.as_record()
    _list(settings, record["errors"], record["articles"]["failed"] + record["parts"]["failed"])
    claims = record["claims"]
    _tell(
        settings,
        record,
        f"parts: {_counts(record['parts'])}\narticles: {_counts(record['articles'])}\n"
        f"claims: {claims['new']} new, {claims['seen_again']} seen again\n"
        f"in other languages: {record['other_languages']}",
    )
    if report.failed:
        context.exit(SOME_FAILED)


def _want_extra() -> None:
    from crypto_nlp.backfill import extra_is_there  # noqa: PLC0415 - after `--help`

    if not extra_is_there():
        message = "Archives need pyarrow and warcio: install them with `pip install 'crypto-nlp[backfill]'`."
        raise InputError(message)


@contextmanager
def _progress(settings: Settings, what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal; elsewhere, with -v, a line a part."""
    if settings.verbosity < 0 or not sys.stderr.isatty():
        yield lambda done, total: settings.say(f"{done} of {total} {what}", level=1)
        return
    from rich.console import Console  # noqa: PLC0415 - only a person at a terminal waits for it
    from rich.progress import Progress as Bar  # noqa: PLC0415

    with Bar(*Bar.get_default_columns(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _list(settings: Settings, errors: list[dict[str, str]], count: int) -> None:
    """What could not be read, on stderr; a long list is broken off, JSON has more of it and the parts have all."""
    shown = errors if settings.verbosity > 0 else errors[:_TOLD]
    for error in shown:
        click.echo(one_line(f"{error['place']}: {error['message']}"), err=True)
    if count > len(shown):
        click.echo(f"and {count - len(shown)} more; the column `problem` of the parts has them all.", err=True)


def _tell(settings: Settings, record: dict[str, Any], text: str) -> None:
    if settings.format == "json":
        write_object(settings, record, indent=None)
    else:
        write_text(settings, text)


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.items())
