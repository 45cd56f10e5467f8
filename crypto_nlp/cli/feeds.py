"""`feeds`: the list of feeds, and how each of them does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crypto_nlp.cli.options import Group, Settings, settings_of
from crypto_nlp.cli.output import atomic_file, write_rows, write_text
from crypto_nlp.display import one_line
from crypto_nlp.errors import FeedsFileError

if TYPE_CHECKING:
    from crypto_nlp.feeds.discover import FoundFeed
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


@command.command()
@click.argument("url")
@click.option("--title", help="What to call it (default: what the feed calls itself).")
@click.option("--language", metavar="LANG", help="Its language (default: what the feed says).")
@click.option("--topic", "topics", multiple=True, help="What it is about; can be given several times.")
@click.option(
    "--timezone", default="UTC", show_default=True, metavar="ZONE", help="The zone of dates that come without one."
)
@click.option("--allow-private-hosts", is_flag=True, help="The feed may be at a private address.")
@click.pass_context
def add(
    context: click.Context,
    /,
    *,
    url: str,
    title: str | None,
    language: str | None,
    topics: tuple[str, ...],
    timezone: str,
    allow_private_hosts: bool,
) -> None:
    """Add a feed to your list; the feed is asked for what you do not say.

    Where you have no list of your own yet, ./feeds.yaml is made as a copy of the packaged one.
    """
    from crypto_nlp.feeds.editing import add_feeds  # noqa: PLC0415 - after `--help`
    from crypto_nlp.records import Feed  # noqa: PLC0415

    settings = settings_of(context)
    if not title or not language:
        found = _ask(settings, url, allow_private_hosts=allow_private_hosts)[0]
        url, title, language = found.url, title or found.title, language or found.language
    if not title or not language:
        message = "The feed does not say its title or its language: give --title and --language."
        raise FeedsFileError(message)
    path = _own_file(settings)
    add_feeds(path, [Feed(name=title, url=url, language=language, title=title, topics=topics, timezone=timezone)])
    settings.say(f"{path}: added {one_line(title)}.")


@command.command()
@click.argument("name")
@click.pass_context
def remove(context: click.Context, /, name: str) -> None:
    """Take the feed with this name, title or address out of your list; what was read from it stays in the ledger."""
    from crypto_nlp.feeds.editing import remove_feed  # noqa: PLC0415 - after `--help`

    settings = settings_of(context)
    path = _own_file(settings)
    remove_feed(path, name)
    settings.say(f"{path}: removed {name}.")


@command.command()
@click.argument("url")
@click.option("--allow-private-hosts", is_flag=True, help="The site may be at a private address.")
@click.pass_context
def discover(context: click.Context, /, *, url: str, allow_private_hosts: bool) -> None:
    """Find the feeds of a site."""
    settings = settings_of(context)
    found = _ask(settings, url, allow_private_hosts=allow_private_hosts)
    columns = ("url", "title", "language", "entries")
    write_rows(settings, ({column: getattr(one, column) for column in columns} for one in found), columns)


@command.command("import")
@click.argument("opml", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--language", default="en", show_default=True, metavar="LANG", help="The language of feeds that name none."
)
@click.pass_context
def import_(context: click.Context, /, opml: Path, language: str) -> None:
    """Add the feeds of an OPML file to your list; those that stand there already are left as they are."""
    from crypto_nlp.feeds.editing import add_feeds  # noqa: PLC0415 - after `--help`
    from crypto_nlp.feeds.opml import read_opml  # noqa: PLC0415
    from crypto_nlp.feeds.sources import read_feeds_file  # noqa: PLC0415

    settings = settings_of(context)
    feeds = read_opml(opml, language=language)
    path = _own_file(settings)
    before = len(read_feeds_file(path).feeds) if path.is_file() else 0
    after = len(add_feeds(path, feeds).feeds)
    settings.say(f"{path}: {after - before} of {len(feeds)} feeds added.")


@command.command()
@click.pass_context
def export(context: click.Context, /) -> None:
    """Write the list as OPML; passwords and keys in addresses are left out."""
    from crypto_nlp.feeds.opml import write_opml  # noqa: PLC0415 - after `--help`

    settings = settings_of(context)
    write_text(settings, write_opml(_listed(settings).feeds))


def _ask(settings: Settings, url: str, *, allow_private_hosts: bool) -> tuple[FoundFeed, ...]:
    """The feeds at ``url``; raises FetchError or ParseError where there are none."""
    from crypto_nlp.feeds.discover import discover as find  # noqa: PLC0415 - after `--help`
    from crypto_nlp.feeds.http import Fetcher  # noqa: PLC0415
    from crypto_nlp.feeds.sources import load_feeds  # noqa: PLC0415

    # A list that is still to be made has no contact yet.
    new = settings.feeds is not None and not settings.feeds.exists()
    contact = "" if new else load_feeds(settings.feeds).settings.contact
    with Fetcher(contact=contact) as fetcher:
        return find(fetcher, url, allow_private_hosts=allow_private_hosts)


def _own_file(settings: Settings) -> Path:
    """The list that may be changed: the one named, else ./feeds.yaml, made as a copy of the packaged list."""
    from crypto_nlp.feeds.sources import ENVIRONMENT, packaged_file  # noqa: PLC0415 - after `--help`

    named = settings.feeds or os.environ.get(ENVIRONMENT)
    path = Path(named or "feeds.yaml")
    if not named and not path.exists():
        with atomic_file(path) as stream:
            stream.write(packaged_file().read_text(encoding="utf-8"))
        settings.say(f"{path} is your own list now, a copy of the packaged one.")
    return path
