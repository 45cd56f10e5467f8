"""`db`: care of the database."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from crypto_nlp.cli.options import Group, settings_of
from crypto_nlp.cli.output import write_object, write_rows
from crypto_nlp.cli.parameters import DAY, now
from crypto_nlp.errors import StoreError

MIB = 1 << 20


@click.group("db", cls=Group)
def command() -> None:
    """Care of the database: check, backup, vacuum, migrate, prune, forget."""


@command.command()
@click.option("--mend", is_flag=True, help="Make counts, names and the search index anew from the mentions.")
@click.pass_context
def check(context: click.Context, /, *, mend: bool) -> None:
    """Look for damage: bad pages, claims without evidence, offsets that no longer hold, an index out of step.

    Exit code 1 where something is wrong; each finding says how to mend it.
    """
    from crypto_nlp.store import care, open_store  # noqa: PLC0415 - after `--help`

    settings = settings_of(context)
    path = settings.database()
    _must_exist(path)
    with open_store(path, read_only=not mend) as store:
        if mend:
            care.mend(store)
        findings = care.check(store)
    rows = [{"kind": one.kind, "message": one.message, "remedy": one.remedy} for one in findings]
    write_rows(settings, rows, ("kind", "message", "remedy"))
    if findings:
        message = f"{path}: {len(findings)} findings."
        raise StoreError(message)
    settings.say(f"{path} is sound.")


@command.command()
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.pass_context
def backup(context: click.Context, /, target: Path) -> None:
    """Copy the database to FILE as it stands at one instant, while others may go on writing."""
    from crypto_nlp.store import care, open_store  # noqa: PLC0415 - after `--help`

    settings = settings_of(context)
    with open_store(settings.database(), read_only=True) as store:
        care.backup(store, target)
    settings.say(f"Copied to {target}.")


@command.command()
@click.pass_context
def vacuum(context: click.Context, /) -> None:
    """Give free space back and put the search index in good order."""
    from crypto_nlp.store import care, open_store  # noqa: PLC0415 - after `--help`

    settings = settings_of(context)
    _must_exist(settings.database())
    with open_store(settings.database()) as store:
        before, after = care.vacuum(store)
    settings.say(f"{before / MIB:.1f} MiB before, {after / MIB:.1f} MiB after.")


@command.command()
@click.pass_context
def migrate(context: click.Context, /) -> None:
    """Bring an older database up to this program's tables."""
    from crypto_nlp.store import open_store  # noqa: PLC0415 - after `--help`

    settings = settings_of(context)
    _must_exist(settings.database())
    with open_store(settings.database()):
        pass
    settings.say(f"{settings.database()} is up to date.")


@command.command()
@click.option(
    "--before", type=DAY, required=True, help="What was published before this date, or a span such as 1y ago."
)
@click.option("--text-only", is_flag=True, help="Take out the articles' texts; keep claims and their sentences.")
@click.pass_context
def prune(context: click.Context, /, *, before: date, text_only: bool) -> None:
    """Take out old articles with their claims, or their texts alone.

    Stored texts belong to their publishers: keep them no longer than you need.
    """
    from crypto_nlp.store import care, open_store  # noqa: PLC0415 - after `--help`

    settings = settings_of(context)
    _must_exist(settings.database())
    with open_store(settings.database()) as store:
        write_object(settings, care.prune(store, before, text_only=text_only, now=now()), indent=None)


@command.command()
@click.argument("url")
@click.pass_context
def forget(context: click.Context, /, url: str) -> None:
    """Remove the article at URL with every revision and mention of it."""
    from crypto_nlp.store import care, open_store  # noqa: PLC0415 - after `--help`

    settings = settings_of(context)
    _must_exist(settings.database())
    with open_store(settings.database()) as store:
        write_object(settings, care.forget(store, url), indent=None)


def _must_exist(path: Path) -> None:
    """Care is for a database that is there; none is made for it."""
    if not path.exists():
        message = f"There is no database at {path}: run `crypto-nlp ingest` first, or name another with --db."
        raise StoreError(message)
