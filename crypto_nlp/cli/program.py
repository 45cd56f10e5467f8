"""The program: its commands, loaded when they run, and the one place where errors become sentences and exit codes."""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from crypto_nlp import __version__
from crypto_nlp.cli.options import Group, Settings
from crypto_nlp.errors import CryptoNlpError

INTERRUPTED = 130

# Name -> (module and, where it is not called `command`, the function; what `--help` says).
# Written out here so that `--help` imports none of the modules.
COMMANDS: dict[str, tuple[str, str]] = {
    "ingest": ("ingest", "Read the feeds that are due into the ledger."),
    "add": ("add", "Put a report or page into the ledger."),
    "extract": ("extract", "Claims from text, HTML, PDF or JSON Lines."),
    "explain": ("explain", "Everything read from a text, and why."),
    "search": ("search", "Find claims by words in any language."),
    "show": ("show", "Show one claim with its whole life."),
    "trends": ("trends", "Draw claims and figures over time."),
    "disagreements": ("disagreements", "List the figures that contradict each other."),
    "due": ("disagreements:due", "List the forecasts whose time has come."),
    "alerts": ("alerts", "Tell what saved searches newly find."),
    "digest": ("digest", "Write what is new, repeated, disputed and falling due."),
    "serve": ("serve", "Open the ledger in a browser."),
    "backfill": ("backfill", "Extract claims from a large archive into Parquet."),
    "import": ("backfill:load", "Bring what backfill wrote into the ledger."),
    "reextract": ("reextract", "Bring stored articles up to the present rules."),
    "review": ("review", "Ask a person about doubtful claims."),
    "feeds": ("feeds", "The list of feeds, and how each of them does."),
    "evaluate": ("evaluate", "Score claims against gold."),
    "models": ("models", "The models that say how sure claims are, and training one."),
    "db": ("db", "Care of the database."),
}


class Program(Group):
    """The root group. Commands are imported when they are asked for; no exception leaves it as a traceback."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names of the commands, in the order in which a user meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import the command's module and return the command."""
        if cmd_name not in COMMANDS:
            return None
        place, _, name = COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(import_module(f"crypto_nlp.cli.{place}"), name or "command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """List the commands from the table above."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, (_, said) in COMMANDS.items()])

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - click's signature
        **extra: Any,
    ) -> Any:
        """Run, and exit with a code; with ``standalone_mode`` off, let exceptions out."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        settings = Settings()
        try:
            outcome = super().main(args, prog_name, complete_var, standalone_mode=False, obj=settings, **extra)
        except Exception as error:  # noqa: BLE001 - the last handler: whatever it is, the user gets a sentence
            fail(error, settings)
        sys.exit(outcome if isinstance(outcome, int) else 0)


def fail(error: Exception, settings: Settings) -> NoReturn:
    """Say what went wrong in one sentence on stderr and leave with the exit code that belongs to it."""
    if settings.verbosity > 1 and not isinstance(error, click.ClickException):
        import traceback  # noqa: PLC0415 - wanted only here

        traceback.print_exception(error)
    if isinstance(error, click.exceptions.Abort):
        click.echo("Interrupted; nothing half-written was kept.", err=True)
        sys.exit(INTERRUPTED)
    if isinstance(error, click.ClickException):
        error.show()
        sys.exit(error.exit_code)
    from crypto_nlp.display import one_line  # noqa: PLC0415 - `--help` does not need it

    click.echo(f"Error: {one_line(sentence_for(error))}", err=True)
    sys.exit(error.exit_code if isinstance(error, CryptoNlpError) else 1)


def sentence_for(error: Exception) -> str:
    """What to tell the user about ``error``."""
    if isinstance(error, CryptoNlpError):
        return str(error)
    if isinstance(error, UnicodeError):
        return f"The input is not UTF-8 text ({error}): convert it first, or name its kind with --input."
    if isinstance(error, OSError) and error.strerror:
        place = f"{error.filename}: " if error.filename else ""
        hint = " Free some space and run the command again." if error.errno == errno.ENOSPC else ""
        return f"{place}{error.strerror}.{hint}"
    if isinstance(error, MemoryError):
        return "There is not enough memory for this input: give it in smaller pieces."
    return (
        f"crypto-nlp met a fault of its own ({type(error).__name__}: {error}). Nothing half-written was kept; "
        "please report it with what `-vv` prints."
    )


@click.group(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    no_args_is_help=True,
)
@click.version_option(__version__, "-V", "--version", prog_name="crypto-nlp", message="%(prog)s %(version)s")
def cli() -> None:
    """A ledger of claims: who said which crypto figure, for when, on what condition, in which words.

    Reads news and reports in Arabic, English and Russian, keeps each checkable statement with the exact words that it
    was read from, and counts in how many stories and by how many named sources it is said.
    """


def main() -> None:
    """Run the program with the arguments of this process."""
    for stream in (sys.stdout, sys.stderr):
        # News text holds every script; a terminal in another encoding gets escapes instead of an error.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    cli.main(prog_name="crypto-nlp")
