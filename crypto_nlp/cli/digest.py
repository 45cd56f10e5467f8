"""`digest`: what a desk asks in the morning."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from crypto_nlp.cli.extraction import rule_folders
from crypto_nlp.cli.options import Command, Settings, settings_of
from crypto_nlp.cli.output import destination
from crypto_nlp.cli.parameters import DAYS, LANGUAGE, filter_options, now, selection
from crypto_nlp.errors import InputError

if TYPE_CHECKING:
    from crypto_nlp.digest import Request
    from crypto_nlp.store import Store

FORMATS = ("md", "html", "json", "csv", "tsv", "atom", "jsonld", "eml")
_DEFAULT_DAYS = 7
_LINES = 10


@click.command(cls=Command, formats=FORMATS)
@click.argument("query", default="")
@filter_options(article_language=False, when=DAYS)
@click.option("--lang", type=LANGUAGE, default="en", show_default=True, help="The language of the digest.")
@click.option(
    "--limit", type=click.IntRange(0), help="Lines a list; 0 for all (default: 10, all in formats for programs)."
)
@click.option(
    "--due-within",
    type=click.IntRange(0),
    default=180,
    show_default=True,
    metavar="DAYS",
    help="Forecasts due so far ahead.",
)
@click.option("--tz", default="UTC", show_default=True, metavar="ZONE", help="The time zone of days.")
@click.option(
    "--digits",
    type=click.Choice(["latin", "arabic"]),
    default="latin",
    show_default=True,
    help="Figures in the digest's own words.",
)
@click.option("--title", default="", help="A title of your own.")
@click.option(
    "--templates",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="A folder with your own digest.html or digest.md (jinja2).",
)
@click.pass_context
def command(context: click.Context, /, templates: Path | None, limit: int | None, tz: str, **options: Any) -> None:
    """Write a digest: what is new, what is most repeated, which figures disagree, which forecasts fall due.

    Without --since it covers the seven days up to the newest article. QUERY and filters narrow it.

    \b
    crypto-nlp digest --since 7d --format html -o digest.html
    crypto-nlp digest --since 2024-08-01 --until 2024-08-31 --lang ar --format md
    """
    from crypto_nlp.digest import build, write  # noqa: PLC0415 - after `--help`
    from crypto_nlp.digest.write import COMPLETE, SUFFIXES  # noqa: PLC0415
    from crypto_nlp.store import open_store  # noqa: PLC0415

    settings = settings_of(context)
    suffix = settings.output.suffix.lower() if settings.output else ""
    form = settings.format or SUFFIXES.get(suffix, "md")
    lines = limit if limit is not None else (0 if form in COMPLETE else _LINES)
    with open_store(settings.database(), read_only=True) as store:
        request = _request(store, zone_of(tz), lines or None, options | {"folders": rule_folders(settings)})
        digest = build(store, request)
        with destination(settings) as stream:
            write(digest, form, stream, templates)
    _say(settings, form)


def _say(settings: Settings, form: str) -> None:
    if settings.output:
        settings.say(f"Wrote {settings.output} ({form}).")


def zone_of(name: str) -> ZoneInfo:
    """The time zone called ``name``. Raises InputError where there is none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        message = f"{name!r} is no time zone: use a name such as Europe/Moscow or Asia/Dubai."
        raise InputError(message) from None


def _request(store: Store, zone: ZoneInfo, limit: int | None, options: dict[str, Any]) -> Request:
    from crypto_nlp.digest import Request  # noqa: PLC0415 - after `--help`
    from crypto_nlp.digest.queries import newest_article  # noqa: PLC0415

    query, filters = selection(store, options)
    newest = newest_article(store) or now()
    until = _end(filters.until, zone) if filters.until else _end(newest.astimezone(zone).date(), zone)
    since = _start(filters.since, zone) if filters.since else until - timedelta(days=_DEFAULT_DAYS)
    if filters.since and not filters.until:
        # To the end of the day: the same command gives the same bytes all day long, as long as nothing is ingested.
        until = max(until, _end(now().astimezone(zone).date(), zone))
    if since >= until:
        message = "The digest's span is empty: --since must come before --until."
        raise InputError(message)
    options["due_days"] = options.pop("due_within")
    sample = store.setting("sample") is not None
    open_ended = replace(filters, since=None, until=None)
    return Request(
        query=query, since=since, until=until, filters=open_ended, limit=limit, tz=zone.key, sample=sample, **options
    )


def _start(bound: date | datetime, zone: ZoneInfo) -> datetime:
    if isinstance(bound, datetime):
        return bound
    return datetime.combine(bound, time(), tzinfo=zone).astimezone(UTC)


def _end(bound: date | datetime, zone: ZoneInfo) -> datetime:
    """A day means the whole day: its end is the start of the next."""
    return bound if isinstance(bound, datetime) else _start(bound + timedelta(days=1), zone)
