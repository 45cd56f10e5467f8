"""`trends`: series over time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crypto_nlp.cli.options import Command, Settings, settings_of
from crypto_nlp.cli.output import write_rows
from crypto_nlp.cli.parameters import filter_options, selection

if TYPE_CHECKING:
    from crypto_nlp.store import Store
    from crypto_nlp.trends import Question, Trend

COLUMNS = ("period", "group", "value", "claims", "stories", "sources")
_OF = ("count", "stories", "sources", "share", "mean", "median", "min", "max")
_BY = ("day", "week", "month", "quarter", "year")


@click.command(cls=Command)
@click.argument("query", default="")
@filter_options()
@click.option("--by", type=click.Choice(_BY), help="The length of a period (default: month).")
@click.option("--of", type=click.Choice(_OF), help="What is drawn (default: count); share is of all stories read.")
@click.option(
    "--group-by", metavar="SLOT", help="A series for each value of this slot, such as measure, source or stage."
)
@click.option(
    "--time", type=click.Choice(["published", "when"]), help="Periods go by publishing time or the claim's own."
)
@click.option("--tz", default="UTC", show_default=True, metavar="ZONE", help="The time zone of days.")
@click.option("--name", "named", metavar="NAME", help="A ready question; `--name list` prints them.")
@click.option(
    "--plot",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Draw to a .svg, .png or .html file (needs the extra `charts`).",
)
@click.option("--title", default="", help="A title for the picture.")
@click.pass_context
def command(context: click.Context, /, named: str | None, plot: Path | None, title: str, **options: Any) -> None:
    """Series over time: how many claims, stories and sources a period has, and what figures they give.

    A span in which nothing was ingested is a gap, not a zero.

    \b
    crypto-nlp trends --type regulation --jurisdiction RU --by quarter --group-by stage
    crypto-nlp trends --type price --subject BTC --of median --by week --unit USD
    crypto-nlp trends --name russian-regulation --plot russia.svg
    """
    from crypto_nlp.store import open_store  # noqa: PLC0415 - after `--help`
    from crypto_nlp.trends import draw, named_trends, trend  # noqa: PLC0415

    settings = settings_of(context)
    if named == "list":
        rows = ({"name": name, "shows": shows} for name, (shows, _) in named_trends().items())
        write_rows(settings, rows, ("name", "shows"))
        return
    with open_store(settings.database(), read_only=True) as store:
        found = trend(store, _question(store, named, options))
    if plot:
        draw(found, plot, title)
        settings.say(f"Drawn to {plot}.")
        if settings.output is None and settings.format is None:
            return
    if not write_rows(settings, found.rows, COLUMNS):
        settings.say("No claim matches; try fewer words or filters.")
    _say_notes(settings, found)


def _question(store: Store, named: str | None, options: dict[str, Any]) -> Question:
    """What was asked: a ready question, with whatever the options say in place of its own."""
    from crypto_nlp.trends import Question, named_trend  # noqa: PLC0415 - after `--help`

    query, filters = selection(store, options)
    asked = {"query": query} if query else {}
    asked |= {name: value for name, value in options.items() if value}
    if not named:
        return Question(filters=filters, **asked)
    ready = named_trend(named)
    return replace(ready, filters=ready.filters.and_then(filters), **asked)


def _say_notes(settings: Settings, found: Trend) -> None:
    from crypto_nlp.trends import sparkline  # noqa: PLC0415 - after `--help`

    if settings.row_format() == "table" and settings.output is None:
        for group in dict.fromkeys(row["group"] for row in found.rows):
            line = sparkline(row for row in found.rows if row["group"] == group)
            settings.say(f"{group or ''} {line}".strip())
    if found.unit:
        settings.say(f"Values are in {found.unit}{f' per {found.per}' if found.per else ''}.")
    for note in found.notes:
        settings.say(note)
