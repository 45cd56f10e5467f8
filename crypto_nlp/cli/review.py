"""`review`: a person's answers about doubtful claims."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crypto_nlp.cli.extraction import rule_folders
from crypto_nlp.cli.options import Group, settings_of
from crypto_nlp.cli.output import write_rows
from crypto_nlp.cli.parameters import now
from crypto_nlp.display import one_line, printable
from crypto_nlp.errors import InputError

if TYPE_CHECKING:
    from crypto_nlp.records import Claim
    from crypto_nlp.review import Doubt
    from crypto_nlp.store import Store

_KEYS = {"a": "accept", "r": "reject", "c": "correct", "s": "skip", "q": "quit"}
_ASK = "[a]ccept  [r]eject  [c]orrect  [s]kip  [q]uit"


@click.group("review", cls=Group, invoke_without_command=True)
@click.option(
    "--below",
    type=click.FloatRange(0, 1),
    default=1.0,
    show_default=True,
    help="Ask about claims less certain than this.",
)
@click.option("--limit", type=click.IntRange(1), help="Ask about so many at most.")
@click.pass_context
def command(context: click.Context, /, below: float, limit: int | None) -> None:
    """Walk through doubtful claims, the least certain first: accept, reject or correct each with one key.

    Answers survive every new reading of the article and can be exported as gold.

    \b
    crypto-nlp review --below 0.6
    crypto-nlp review export -o gold.jsonl
    """
    if context.invoked_subcommand is not None:
        return
    from crypto_nlp.review import doubtful  # noqa: PLC0415 - after `--help`
    from crypto_nlp.store import open_store  # noqa: PLC0415

    settings = settings_of(context)
    with open_store(settings.database()) as store:
        doubts = doubtful(store, below=below, limit=limit)
        answered = 0
        for number, doubt in enumerate(doubts, 1):
            _show(doubt, number, len(doubts))
            if not _ask(store, doubt, rule_folders(settings)):
                break
            answered += 1
    settings.say(f"{answered} of {len(doubts)} doubtful claims seen." if doubts else "No claim waits for review.")


@command.command()
@click.pass_context
def export(context: click.Context, /) -> None:
    """Write the answers as gold (JSON Lines), ready for `evaluate`.

    Claims that nobody has answered about are marked optional and count neither way.
    """
    from crypto_nlp.review import export as gold  # noqa: PLC0415 - after `--help`
    from crypto_nlp.store import open_store  # noqa: PLC0415

    settings = settings_of(context)
    settings.format = settings.format or "jsonl"
    with open_store(settings.database(), read_only=True) as store:
        if not write_rows(settings, gold(store), ("id", "lang", "published", "title")):
            settings.say("Nobody has answered yet: run `crypto-nlp review` first.")


def _show(doubt: Doubt, number: int, total: int) -> None:
    claim = doubt.claim
    at = claim.start - claim.sentence_start
    before, after = claim.sentence[:at], claim.sentence[at + len(claim.anchor) :]
    marked = f"{printable(before)}{click.style(printable(claim.anchor), reverse=True)}{printable(after)}"
    gloss = claim.gloss.get("en") or f"{claim.type}/{claim.measure} {claim.subject}"
    click.echo(f"\n{number} of {total}  {one_line(doubt.title)}  ({claim.confidence:.2f})")
    click.echo(" ".join(marked.split()))
    click.echo(click.style(one_line(gloss), bold=True))
    slots = (("source", claim.source), ("when", claim.when), ("modality", claim.modality), *claim.details.items())
    click.echo("  " + ", ".join(f"{name} {one_line(str(value))}" for name, value in slots if value))


def _ask(store: Store, doubt: Doubt, folders: tuple[Path, ...]) -> bool:
    """Put one question and keep the answer; false to stop."""
    from crypto_nlp.review import answer  # noqa: PLC0415 - after `--help`

    verdict = _key()
    if verdict == "quit":
        return False
    if verdict == "accept":
        store.save_review(answer(doubt, "accept", now()))
    elif verdict == "reject":
        store.save_review(answer(doubt, "reject", now()))
    elif verdict == "correct":
        correction = _correction(doubt, folders)
        if correction is not None:
            store.save_review(answer(doubt, "correct", now(), correction))
    return True


def _key() -> str:
    click.echo(_ASK)
    while True:
        # At a terminal one key is enough; a script answers with lines.
        pressed = click.getchar() if sys.stdin.isatty() else sys.stdin.readline()
        if not pressed:
            return "quit"
        verdict = _KEYS.get(pressed.strip()[:1].lower())
        if verdict:
            return verdict
        if pressed.strip():
            click.echo(_ASK)


def _correction(doubt: Doubt, folders: tuple[Path, ...]) -> Claim | None:
    """Ask for slots until an empty line; None where nothing was changed."""
    from crypto_nlp.review import corrected  # noqa: PLC0415 - after `--help`

    changes: dict[str, str] = {}
    while True:
        line = click.prompt("slot=value (empty line when done)", default="", show_default=False)
        if not line:
            break
        slot, _, value = line.partition("=")
        try:
            corrected(doubt, changes | {slot.strip(): value}, folders)
        except InputError as error:
            click.echo(one_line(str(error)))
        else:
            changes[slot.strip()] = value
    return corrected(doubt, changes, folders) if changes else None
