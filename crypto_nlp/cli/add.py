"""`add`: a report or page as an article of the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

import click

from crypto_nlp.cli.extraction import extractor, rule_folders, with_names
from crypto_nlp.cli.ingest import refuse_sample
from crypto_nlp.cli.options import Command, Settings, model_option, settings_of
from crypto_nlp.cli.output import write_rows
from crypto_nlp.cli.parameters import DAY, LANGUAGE, now
from crypto_nlp.display import one_line

if TYPE_CHECKING:
    from crypto_nlp.ingest import Added, Description
    from crypto_nlp.store import Store

COLUMNS = ("url", "title", "lang", "published", "pages", "status", "claims_new", "claims_seen")


@click.command(cls=Command)
@click.argument("sources", nargs=-1, required=True, metavar="FILE|URL...")
@click.option("--published", type=DAY, help="The day of publishing (default: what the document says, else today).")
@click.option("--title", default="", help="Its title (default: what the document says).")
@click.option("--publisher", help="Who published it.")
@click.option("--lang", type=LANGUAGE, help="Its language (default: recognised).")
@click.option("--allow-private-hosts", is_flag=True, help="The address may be a private one.")
@model_option
@click.pass_context
def command(
    context: click.Context,
    /,
    *,
    sources: tuple[str, ...],
    published: date | None,
    title: str,
    publisher: str | None,
    lang: str | None,
    allow_private_hosts: bool,
) -> None:
    """Put reports or pages (PDF, HTML, text) into the ledger, with revisions and claims like any article.

    Evidence in a PDF carries its page; a scanned PDF is refused. Exit code 1 where a document could not be read.

    \b
    crypto-nlp add report.pdf --published 2024-08-12 --publisher "Example Research"
    """
    from crypto_nlp.ingest import Description  # noqa: PLC0415 - after `--help`
    from crypto_nlp.store import open_store  # noqa: PLC0415

    settings = settings_of(context)
    moment = datetime.combine(published, time(), tzinfo=UTC) if published else None
    said = Description(title=title, lang=lang, published=moment, publisher=publisher)
    failed: list[str] = []
    with open_store(settings.database()) as store:
        refuse_sample(store, settings.database())
        found = _add(settings, store, sources, said, private=allow_private_hosts)
        write_rows(settings, _rows(found, failed), COLUMNS)
    for message in failed:
        click.echo(f"Error: {one_line(message)}", err=True)
    if failed:
        context.exit(1)


def _add(
    settings: Settings, store: Store, sources: tuple[str, ...], said: Description, *, private: bool
) -> Iterator[Added]:
    from crypto_nlp.feeds.http import Fetcher  # noqa: PLC0415 - after `--help`
    from crypto_nlp.ingest import Writer, add_documents  # noqa: PLC0415
    from crypto_nlp.pipeline import model_name, rules_digest  # noqa: PLC0415

    folders = rule_folders(settings)
    with store.ingest_lock(), Fetcher() as fetcher:
        run = store.start_run("add", now())
        counts = {"stored": 0, "failed": 0}
        reader = extractor(folders, settings.model)
        digest = rules_digest(folders)
        writer = Writer(
            with_names(store, folders), reader, run, digest, model_name(settings.model), in_story=reader.in_story
        )
        for added in add_documents(sources, writer, fetcher, said, now=now(), allow_private_hosts=private):
            counts["failed" if added.error else "stored"] += 1
            yield added
        store.finish_run(run, "partial" if counts["failed"] else "done", counts, now())


def _rows(found: Iterator[Added], failed: list[str]) -> Iterator[dict[str, Any]]:
    for added in found:
        if added.article is None or added.outcome is None:
            failed.append(str(added.error))
            continue
        article, outcome = added.article, added.outcome
        yield {
            "url": article.url,
            "title": article.title,
            "lang": article.lang,
            "published": article.published.isoformat() if article.published else None,
            "pages": len(article.pages) or None,
            "status": outcome.status,
            "claims_new": outcome.claims_new,
            "claims_seen": outcome.claims_seen,
        }
