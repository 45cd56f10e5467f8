"""`disagreements` and `due`: figures that contradict each other, and forecasts whose time has come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import click

from crypto_nlp.cli.options import Command, settings_of
from crypto_nlp.cli.output import write_rows
from crypto_nlp.cli.parameters import DAY, LANGUAGE, filter_options, selection

DISAGREEMENT = ("type", "measure", "subject", "when", "unit", "per", "low", "high", "spread", "stories", "claims")
DUE = ("due", "claim_id", "gloss", "sources", "stories", "facts")


@click.command("disagreements", cls=Command)
@click.argument("query", default="")
@filter_options()
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="At most so many.")
@click.option("--gloss", "lang", type=LANGUAGE, default="en", show_default=True, help="The language of the glosses.")
@click.pass_context
def command(context: click.Context, /, limit: int, lang: str, **options: Any) -> None:
    """List the things for which the figures given differ most, the widest first.

    \b
    crypto-nlp disagreements --type earnings --since 30d
    """
    from crypto_nlp.search import disagreements  # noqa: PLC0415 - after `--help`
    from crypto_nlp.store import open_store  # noqa: PLC0415

    settings = settings_of(context)
    with open_store(settings.database(), read_only=True) as store:
        query, filters = selection(store, options)
        found = disagreements(store, filters, query=query, limit=limit, lang=lang)
    table = settings.row_format() in ("table", "csv", "tsv")
    if not write_rows(settings, (_brief(row, "claims") if table else row for row in found), DISAGREEMENT):
        settings.say("No figures disagree here.")


@click.command("due", cls=Command)
@click.argument("query", default="")
@filter_options()
@click.option("--from", "first", type=DAY, help="Not due before this date.")
@click.option("--by", "last", type=DAY, help="Due by this date (default: today).")
@click.option("--limit", type=click.IntRange(0), default=50, show_default=True, help="At most so many; 0 for all.")
@click.option("--gloss", "lang", type=LANGUAGE, default="en", show_default=True, help="The language of the glosses.")
@click.pass_context
def due(
    context: click.Context, /, first: date | None, last: date | None, limit: int, lang: str, **options: Any
) -> None:
    """List forecasts and plans whose time has come, the latest first, with the facts known since on the same thing.

    \b
    crypto-nlp due --from 2024-07-01 --by 2024-12-31
    """
    from crypto_nlp.search import due as find  # noqa: PLC0415 - after `--help`
    from crypto_nlp.store import open_store  # noqa: PLC0415

    settings = settings_of(context)
    today = last or datetime.now(UTC).date()
    with open_store(settings.database(), read_only=True) as store:
        query, filters = selection(store, options)
        found = find(store, today, since=first, filters=filters, query=query, limit=limit or None, lang=lang)
    table = settings.row_format() in ("table", "csv", "tsv")
    if not write_rows(settings, _flat(found) if table else found, DUE):
        settings.say("Nothing falls due in this span.")


def _flat(found: list[dict[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for row in found:
        yield row["claim"] | {"due": row["due"], "facts": [fact["gloss"] for fact in row["facts"]]}


def _brief(row: Mapping[str, Any], key: str) -> dict[str, Any]:
    """``row`` with the claims under ``key`` as their ids."""
    return dict(row) | {key: [claim["claim_id"] for claim in row[key]]}
