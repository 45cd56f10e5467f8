"""The options that every command takes, before or after its name, and the command classes that carry them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])
DB_VARIABLE = "CRYPTO_NLP_DB"
DEFAULT_DB = Path("crypto_nlp.db")
ROW_FORMATS = ("table", "json", "jsonl", "csv", "tsv")
_BY_SUFFIX = {".json": "json", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".tsv": "tsv"}


@dataclass(slots=True)
class Settings:
    """What the shared options said; the last one on the line wins."""

    db: Path | None = None
    feeds: Path | None = None
    rules: tuple[Path, ...] = ()
    format: str | None = None
    output: Path | None = None
    verbosity: int = 0
    model: str = "default"

    def database(self, default: Path = DEFAULT_DB) -> Path:
        """The database to use: ``--db``, else CRYPTO_NLP_DB, else ``default``."""
        named = os.environ.get(DB_VARIABLE)
        return self.db or (Path(named) if named else default)

    def row_format(self) -> str:
        """How rows are printed: as asked, else by the file's suffix, else for a terminal or for a pipe."""
        if self.format:
            return self.format
        if self.output:
            return _BY_SUFFIX.get(self.output.suffix.lower(), "jsonl")
        return "table" if sys.stdout.isatty() else "jsonl"

    def say(self, message: str, *, level: int = 0) -> None:
        """Print a message for a person on stderr, unless ``-q``; ``level`` 1 and 2 want ``-v`` and ``-vv``."""
        if self.verbosity >= level:
            click.echo(message, err=True)


def model_option(function: Function) -> Function:
    """The option of the commands that extract."""
    return click.option(
        "--model",
        metavar="PATH|ID|none",
        callback=_keep("model"),
        expose_value=False,
        help="What says how sure claims are: a folder, a model that ships, or none (default: as `models list` says).",
    )(function)


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


# Each process holds the rules of three languages in memory.
MOST_JOBS = 4


def jobs_option(function: Function) -> Function:
    """The option of the commands that extract what waits in the ledger, in several processes; makes ``jobs``."""
    return click.option(
        "--jobs",
        type=click.IntRange(1, 64),
        default=lambda: min(cores(), MOST_JOBS),
        metavar="N",
        help=f"Processes that extract where many articles wait (default: one a core, at most {MOST_JOBS}).",
    )(function)


def settings_of(context: click.Context) -> Settings:
    """The settings of this run, made on first use."""
    return context.find_root().ensure_object(Settings)


def _keep(field: str) -> Callable[[click.Context, click.Parameter, Any], Any]:
    def keep(context: click.Context, _: click.Parameter, value: Any) -> Any:
        if value is not None:
            setattr(settings_of(context), field, value)
        return value

    return keep


def _add_rules(context: click.Context, _: click.Parameter, value: tuple[Path, ...]) -> tuple[Path, ...]:
    if value:
        settings = settings_of(context)
        settings.rules = (*settings.rules, *value)
    return value


def _verbosity(context: click.Context, _: click.Parameter, value: int) -> int:
    if value:
        settings_of(context).verbosity = value
    return value


def _quiet(context: click.Context, _: click.Parameter, value: bool) -> bool:  # noqa: FBT001 - click's signature
    if value:
        settings_of(context).verbosity = -1
    return value


def shared_options(formats: tuple[str, ...], *, folder: bool = False) -> list[click.Option]:
    """The options of every command; ``formats`` are those that its output knows, ``folder``: it is a folder."""
    output = click.Path(path_type=Path, dir_okay=folder, file_okay=not folder)
    return [
        click.Option(
            ["--db"],
            type=click.Path(path_type=Path),
            metavar="FILE",
            callback=_keep("db"),
            expose_value=False,
            help=f"The database (default: ${DB_VARIABLE}, else {DEFAULT_DB}).",
        ),
        click.Option(
            ["--feeds"],
            type=click.Path(path_type=Path),
            metavar="FILE",
            callback=_keep("feeds"),
            expose_value=False,
            help="The list of feeds (default: $CRYPTO_NLP_FEEDS, ./feeds.yaml, the packaged list).",
        ),
        click.Option(
            ["--rules"],
            type=click.Path(path_type=Path, exists=True, file_okay=False),
            metavar="DIR",
            multiple=True,
            callback=_add_rules,
            expose_value=False,
            help="A folder with your own claim types and names; can be given several times.",
        ),
        click.Option(
            ["--format"],
            metavar="FORMAT",
            callback=_keep("format"),
            expose_value=False,
            help=f"How results are written: {', '.join(formats)}.",
        ),
        click.Option(
            ["-o", "--output"],
            type=output,
            metavar="DIR" if folder else "FILE",
            callback=_keep("output"),
            expose_value=False,
            help="The folder for what is made." if folder else "Write results to FILE, whole or not at all.",
        ),
        click.Option(
            ["-q", "--quiet"], is_flag=True, callback=_quiet, expose_value=False, help="Say nothing but errors."
        ),
        click.Option(
            ["-v", "--verbose"],
            count=True,
            callback=_verbosity,
            expose_value=False,
            help="Say more; -vv shows where an error came from.",
        ),
    ]


class _Shared(click.Command):
    """What commands and groups have in common: the shared options, shown under a heading of their own."""

    formats: tuple[str, ...] = ROW_FORMATS

    def __init__(
        self, *args: Any, formats: tuple[str, ...] | None = None, folder: bool = False, **keywords: Any
    ) -> None:
        super().__init__(*args, **keywords)
        self.formats = formats or ROW_FORMATS
        self.shared = shared_options(self.formats, folder=folder)
        self.params = [*self.params, *self.shared]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the command's own options first and those that every command has after them."""
        own: list[tuple[str, str]] = []
        everywhere: list[tuple[str, str]] = []
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None and isinstance(param, click.Option):
                (everywhere if param in self.shared else own).append(record)
        if own:
            with formatter.section("Options"):
                formatter.write_dl(own)
        with formatter.section("Everywhere"):
            formatter.write_dl(everywhere)


class Command(_Shared):
    """A command that prints results. A ``--format`` that it does not know is wrong usage, wherever it was written."""

    def invoke(self, ctx: click.Context) -> Any:
        """Check the output format, then run."""
        chosen = settings_of(ctx).format
        if chosen is not None and chosen not in self.formats:
            message = f"{chosen!r} is no format of {ctx.command_path}: choose {', '.join(self.formats)}."
            raise click.BadParameter(message, ctx=ctx, param_hint="--format")
        return super().invoke(ctx)


class Group(_Shared, click.Group):
    """A command with commands below it."""

    command_class = Command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Options, then the commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)
