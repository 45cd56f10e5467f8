"""`ingest`: the feeds that are due, read into the ledger."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

import click

from crypto_nlp.cli.alerts import tell_after_ingest
from crypto_nlp.cli.extraction import extractor, with_names
from crypto_nlp.cli.options import Command, Settings, jobs_option, model_option, settings_of
from crypto_nlp.cli.output import atomic_file, write_object, write_text
from crypto_nlp.cli.parameters import now
from crypto_nlp.display import one_line
from crypto_nlp.errors import StoreError

if TYPE_CHECKING:
    from crypto_nlp.feeds.sources import FeedList
    from crypto_nlp.ingest import IngestReport, Progress
    from crypto_nlp.store import Store

SAMPLE_DB = Path("crypto_nlp-sample.db")
SOME_FAILED = 3
INTERRUPTED = 130


class _Options(TypedDict):
    force: bool
    full_text: bool
    allow_private_hosts: bool
    jobs: int


@click.command(cls=Command, formats=("table", "json"))
@click.option("--feed", "names", multiple=True, metavar="NAME", help="Only this feed; can be given several times.")
@click.option(
    "--sample", is_flag=True, help="Read the made-up sample feeds that ship with the program, without network."
)
@click.option("--force", is_flag=True, help="Ask feeds that are not due too, conditionally all the same.")
@click.option("--no-full-text", is_flag=True, help="Do not fetch the pages of entries that hold a summary only.")
@click.option(
    "--allow-private-hosts",
    is_flag=True,
    help="Feeds that you named, and pages on their host and port, may be at private addresses.",
)
@jobs_option
@click.option(
    "--alerts",
    metavar="FILE|URL",
    help="Afterwards, add what saved searches newly find to this JSON Lines file, or post it as JSON to this https "
    "address; - prints it on stderr.",
)
@click.option(
    "--metrics",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Afterwards, write the run and the state of the feeds to this file, for Prometheus.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object: the same as --format json.")
@model_option
@click.pass_context
def command(
    context: click.Context,
    /,
    *,
    names: tuple[str, ...],
    sample: bool,
    force: bool,
    no_full_text: bool,
    allow_private_hosts: bool,
    jobs: int,
    alerts: str | None,
    metrics: Path | None,
    as_json: bool,
) -> None:
    """Read the feeds that are due, fetch their articles, extract claims and store them.

    Run it as often as you like: only what is due is asked for. One bad feed never stops the run; exit code 3 says that
    some feeds or articles failed, and they are listed.

    \b
    crypto-nlp ingest --sample
    crypto-nlp ingest --feeds feeds.yaml --json
    """
    settings = settings_of(context)
    if sample:
        report = _sample(settings)
    else:
        options = _Options(
            force=force,
            full_text=not no_full_text,
            allow_private_hosts=allow_private_hosts,
            jobs=jobs,
        )
        report = _real(settings, names, options)
    _tell(settings, report, as_json=as_json)
    path = settings.database(SAMPLE_DB) if sample else settings.database()
    if metrics:
        _measure(path, report, metrics)
    if alerts:
        tell_after_ingest(settings, path, alerts)
    if report.interrupted:
        context.exit(INTERRUPTED)
    if report.failed:
        context.exit(SOME_FAILED)


def _sample(settings: Settings) -> IngestReport:
    from crypto_nlp.ingest import run_sample  # noqa: PLC0415 - after `--help`
    from crypto_nlp.pipeline import model_name, rules_digest  # noqa: PLC0415
    from crypto_nlp.store import open_store  # noqa: PLC0415

    folders = tuple(folder.resolve() for folder in settings.rules)
    path = settings.database(SAMPLE_DB)
    with open_store(path) as store:
        if not is_sample(store) and any(run["command"] != "ingest --sample" for run in store.runs(1)):
            message = f"{path} holds real articles, and sample data is never mixed in: name another file with --db."
            raise StoreError(message)
        store.set_setting("sample", "1")
        with _progress(settings) as progress:
            reader = extractor(folders, settings.model)
            report = run_sample(
                with_names(store, folders),
                reader,
                rules_hash=rules_digest(folders),
                model=model_name(settings.model),
                progress=progress,
                in_story=reader.in_story,
            )
    settings.say(f"This is sample data, made up to show the program; it is in {path}.")
    return report


def refuse_sample(store: Store, path: Path) -> None:
    """Raise StoreError where the database holds sample data."""
    if is_sample(store):
        message = f"{path} holds sample data, and real articles are never mixed into it: name another file with --db."
        raise StoreError(message)


def is_sample(store: Store) -> bool:
    """Whether the database was made by `ingest --sample`."""
    return store.setting("sample") is not None


def _real(settings: Settings, names: tuple[str, ...], options: _Options) -> IngestReport:
    from crypto_nlp.feeds.sources import load_feeds  # noqa: PLC0415 - after `--help`
    from crypto_nlp.ingest import run_ingest  # noqa: PLC0415
    from crypto_nlp.pipeline import model_name, rules_digest  # noqa: PLC0415
    from crypto_nlp.store import open_store  # noqa: PLC0415

    listed: FeedList = load_feeds(settings.feeds)
    if listed.path is None:
        settings.say("Reading the packaged list of feeds; name your own with --feeds.")
    chosen = listed.named(names)
    folders = tuple(dict.fromkeys(folder.resolve() for folder in (*listed.settings.rules, *settings.rules)))
    path = settings.database()
    with open_store(path) as store:
        refuse_sample(store, path)
        with _progress(settings) as progress:
            reader = extractor(folders, settings.model)
            return run_ingest(
                with_names(store, folders),
                chosen.feeds,
                listed.settings,
                reader,
                rules_hash=rules_digest(folders),
                model=model_name(settings.model),
                named=bool(names),
                progress=progress,
                in_story=reader.in_story,
                **options,
            )


@contextmanager
def _progress(settings: Settings) -> Iterator[Callable[[Progress], None] | None]:
    """A bar on a terminal; nothing elsewhere."""
    if settings.verbosity < 0 or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - only a person at a terminal waits for it
    from rich.progress import Progress as Bar  # noqa: PLC0415

    with Bar(*Bar.get_default_columns(), console=Console(stderr=True), transient=True) as bar:
        feeds = bar.add_task("feeds", total=None)
        articles = bar.add_task("articles", total=None)

        def show(state: Progress) -> None:
            doing = one_line(state.doing)[:40]
            bar.update(feeds, completed=state.feeds_done, total=state.feeds_total, description=f"feeds: {doing}")
            bar.update(articles, completed=state.articles_done, total=state.articles_total)

        yield show


def _tell(settings: Settings, report: IngestReport, *, as_json: bool) -> None:
    for note in report.notes:
        settings.say(one_line(note))
    for error in report.errors:
        hint = f" {error.hint}" if error.hint else ""
        click.echo(one_line(f"{error.feed}: {error.url}: {error.message}{hint}"), err=True)
    record = report.as_record()
    if as_json or settings.format == "json":
        write_object(settings, record, indent=None)
        return
    feeds, articles, claims = record["feeds"], record["articles"], record["claims"]
    write_text(
        settings,
        f"feeds: {_counts(feeds)}\narticles: {_counts(articles)}\n"
        f"claims: {claims['new']} new, {claims['seen_again']} seen again\n"
        f"{record['requests']} requests in {record['seconds']:.1f} s",
    )


def _measure(path: Path, report: IngestReport, target: Path) -> None:
    from crypto_nlp.ingest.metrics import exposition  # noqa: PLC0415 - for those who ask for it
    from crypto_nlp.store import open_store  # noqa: PLC0415

    with open_store(path, read_only=True) as store:
        states = store.feed_states()
    files = (path, path.with_name(f"{path.name}-wal"))
    size = sum(file.stat().st_size for file in files if file.exists())
    with atomic_file(target) as stream:
        stream.write(exposition(report, states, now=now(), database_bytes=size))


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in counts.items())
