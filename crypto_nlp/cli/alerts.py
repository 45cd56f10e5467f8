"""`alerts`: what saved searches find that they had not found when they last told."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crypto_nlp.cli.options import Command, Settings, settings_of
from crypto_nlp.cli.output import atomic_file, write_rows
from crypto_nlp.cli.parameters import LANGUAGE
from crypto_nlp.cli.search import COLUMNS as CLAIM
from crypto_nlp.display import json_text, one_line
from crypto_nlp.errors import QueryError, StoreError

if TYPE_CHECKING:
    from crypto_nlp.search import Alert
    from crypto_nlp.store import Store

COLUMNS = ("search", *CLAIM)
SHOWN = ("search", "gloss", "sources", "published", "claim_id")
KEPT = ("name", "query", "filters", "saved")


@click.command(cls=Command)
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--list", "listing", is_flag=True, help="List the saved searches instead.")
@click.option("--forget", metavar="NAME", help="Forget this saved search instead.")
@click.option("--peek", is_flag=True, help="Do not count these claims as told; they come again next time.")
@click.option("--gloss", "lang", type=LANGUAGE, default="en", show_default=True, help="The language of the glosses.")
@click.pass_context
def command(
    context: click.Context, /, *, names: tuple[str, ...], listing: bool, forget: str | None, peek: bool, lang: str
) -> None:
    """Tell the claims that saved searches find and have not told before: all saved searches, or those named.

    A search saved by `search --save` begins with what is read after that. `ingest --alerts FILE` does the same after
    each run.

    \b
    crypto-nlp search "pension funds" --save pensions
    crypto-nlp alerts
    crypto-nlp alerts pensions --format json -o new.json
    """
    from crypto_nlp.store import open_store  # noqa: PLC0415 - after `--help`

    settings = settings_of(context)
    with open_store(settings.database(), read_only=listing or peek) as store:
        if listing:
            write_rows(settings, store.saved_searches(), KEPT)
        elif forget:
            _forget(settings, store, forget)
        else:
            _tell(settings, store, names, lang, peek=peek)


def _forget(settings: Settings, store: Store, name: str) -> None:
    if not store.delete_search(name):
        message = f"There is no saved search {name!r}: `crypto-nlp alerts --list` shows them."
        raise StoreError(message)
    settings.say(f"Forgot {name}.")


def _tell(settings: Settings, store: Store, names: tuple[str, ...], lang: str, *, peek: bool) -> None:
    from crypto_nlp.search import told  # noqa: PLC0415 - after `--help`

    chosen = names or tuple(kept["name"] for kept in store.saved_searches())
    if not chosen:
        settings.say("No search is saved yet: keep one with `crypto-nlp search QUERY --save NAME`.")
    found = list(_found(settings, store, chosen, lang, strict=bool(names)))
    count = write_rows(settings, _rows(found), COLUMNS, SHOWN)
    if not peek:
        # Only now: what could not be written is told again rather than never.
        for alert in found:
            told(store, alert)
    if chosen and not count:
        settings.say("Nothing new.")


def _found(settings: Settings, store: Store, names: Iterable[str], lang: str, *, strict: bool) -> Iterator[Alert]:
    """The alerts of these searches; one that is no longer understood is said, and raised only where it was named."""
    from crypto_nlp.search import alert  # noqa: PLC0415 - after `--help`

    for name in names:
        try:
            yield alert(store, name, lang=lang)
        except QueryError as error:
            if strict:
                raise
            settings.say(f"{one_line(name)}: {one_line(str(error))}")


def _rows(found: Iterable[Alert]) -> Iterator[dict[str, Any]]:
    for alert in found:
        for row in alert.rows:
            yield {"search": alert.name} | row


def tell_after_ingest(settings: Settings, path: Path, target: str) -> int:
    """Tell what saved searches newly find: to a JSON Lines file, a web address, or on stderr where ``target`` is ``-``.

    Returns how many claims were told. A file that was there grows; it holds whole lines whatever happens.
    """
    from crypto_nlp.ingest.webhook import is_webhook, post_alerts  # noqa: PLC0415 - after `--help`
    from crypto_nlp.search import told  # noqa: PLC0415 - after `--help`
    from crypto_nlp.store import open_store  # noqa: PLC0415

    with open_store(path) as store:
        names = [kept["name"] for kept in store.saved_searches()]
        found = list(_found(settings, store, names, "en", strict=False))
        rows = list(_rows(found))
        if target == "-":
            for row in rows:
                click.echo(
                    one_line(f"{row['search']}: {row['gloss']} [{row['claim_id']}] {row['article_url']}"), err=True
                )
        elif rows and is_webhook(target):
            post_alerts(target, rows)
        elif rows:
            _append(Path(target), rows)
        for alert in found:
            told(store, alert)
    return len(rows)


def _append(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    with atomic_file(path) as stream:
        if path.is_file():
            with path.open(encoding="utf-8", newline="") as old:
                shutil.copyfileobj(old, stream)
        stream.writelines(json_text(row) + "\n" for row in rows)
