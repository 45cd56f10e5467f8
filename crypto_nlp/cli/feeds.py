"""`feeds`: the list of feeds, and how each of them does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from crypto_nlp.cli.options import Group, Settings, settings_of
from crypto_nlp.cli.output import write_rows

if TYPE_CHECKING:
    from crypto_nlp.feeds.sources import FeedList
    from crypto_nlp.records import Feed
    from crypto_nlp.store import FeedState

COLUMNS = ("name", "url", "title", "language", "topics", "timezone", "store_text")
HEALTH = ("name", "url", "outcome", "reason", "hint", "last_success", "last_check", "next_check", "failures", "gone")


@click.group("feeds", cls=Group)
def command() -> None:
    """The list of feeds, and how each of them does."""


def _listed(settings: Settings) -> FeedList:
    from crypto_nlp.feeds.sources import load_feeds  # noqa: PLC0415 - after `--help`

    listed = load_feeds(settings.feeds)
    if listed.path is None:
        settings.say("This is the packaged list of feeds; name your own with --feeds.")
    return listed


@command.command("list")
@click.pass_context
def list_(context: click.Context, /) -> None:
    """Print the feeds that `ingest` reads."""
    settings = settings_of(context)
    listed = _listed(settings)
    write_rows(settings, (_row(feed) for feed in listed.feeds), COLUMNS, ("name", "language", "topics", "url"))


def _row(feed: Feed) -> dict[str, Any]:
    from crypto_nlp.feeds.sources import mask_secrets  # noqa: PLC0415 - after `--help`

    row = {column: getattr(feed, column) for column in COLUMNS}
    return row | {"url": mask_secrets(feed.url), "topics": list(feed.topics)}


@command.command()
@click.pass_context
def check(context: click.Context, /) -> None:
    """Say for each feed when it last answered, how, and when it is next due."""
    from crypto_nlp.store import open_store  # noqa: PLC0415 - after `--help`

    settings = settings_of(context)
    listed = _listed(settings)
    with open_store(settings.database(), read_only=True) as store:
        rows = list(_health(listed.feeds, {state.url: state for state in store.feed_states()}))
    write_rows(settings, rows, HEALTH, ("name", "outcome", "last_success", "next_check", "failures", "hint"))


def _health(feeds: tuple[Feed, ...], states: dict[str, FeedState]) -> Iterator[dict[str, Any]]:
    from crypto_nlp.feeds.sources import mask_secrets  # noqa: PLC0415 - after `--help`

    for feed in feeds:
        state = states.get(feed.url)
        row: dict[str, Any] = {"name": feed.name, "url": mask_secrets(feed.url), "outcome": "never asked"}
        if state is not None:
            row |= {
                "outcome": state.last_outcome,
                "reason": state.details.get("message"),
                "hint": state.hint,
                "last_success": _instant(state.last_success),
                "last_check": _instant(state.last_check),
                "next_check": _instant(state.next_check),
                "failures": state.failures,
                "gone": state.gone,
            }
        yield {column: row.get(column) for column in HEALTH}


def _instant(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
