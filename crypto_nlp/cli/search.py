"""`search`: claims by words and filters."""

from __future__ import annotations

from typing import Any

import click

from crypto_nlp.cli.options import Command, settings_of
from crypto_nlp.cli.output import write_rows
from crypto_nlp.cli.parameters import LANGUAGE, filter_options, now, selection

COLUMNS = (
    *("claim_id", "type", "measure", "subject", "value_low", "value_high", "unit", "bound", "per", "when"),
    *("condition", "source", "sources", "modality", "negated", "details", "gloss", "lang", "anchor", "sentence"),
    *("start", "end", "confidence", "article_url", "article_title", "feed", "published", "stories", "mentions"),
    *("first_seen", "last_seen"),
)
SHOWN = ("gloss", "sources", "stories", "published", "claim_id")


@click.command(cls=Command)
@click.argument("query", default="")
@filter_options()
@click.option(
    "--sort", type=click.Choice(["relevance", "newest", "stories", "value"]), default="relevance", show_default=True
)
@click.option("--limit", type=click.IntRange(0), default=20, show_default=True, help="At most so many; 0 for all.")
@click.option("--gloss", "lang", type=LANGUAGE, default="en", show_default=True, help="The language of the glosses.")
@click.option(
    "--save",
    metavar="NAME",
    help="Keep this search under NAME, for `--saved NAME` here, in trends and digests, and for `alerts`.",
)
@click.pass_context
def command(context: click.Context, /, sort: str, limit: int, lang: str, save: str | None, **options: Any) -> None:
    """Find claims by words in any of the three languages, whatever language they were read in.

    QUERY takes words in any inflection, "phrases", AND, OR, NOT, prefix* and field:value; figures may be written in
    any way. Without QUERY the filters list.

    \b
    crypto-nlp search "pension funds"
    crypto-nlp search "пенсионные фонды" --since 30d --sort newest
    crypto-nlp search --type regulation --jurisdiction RU --format csv -o russia.csv
    crypto-nlp search miners --type earnings --save miners
    """
    from crypto_nlp.search import begin, corrections, iterate_claims  # noqa: PLC0415 - after `--help`
    from crypto_nlp.store import open_store  # noqa: PLC0415

    settings = settings_of(context)
    with open_store(settings.database(), read_only=save is None) as store:
        query, filters = selection(store, options)
        mended = corrections(store, query) if query else {}
        found = iterate_claims(store, query, filters, sort=sort, limit=limit or None, lang=lang)
        count = write_rows(settings, found, COLUMNS, SHOWN)
        if save:
            store.save_search(save, query, filters.as_json(), now())
            begin(store, save)  # alerts begin with what is read after this
            settings.say(f"Kept as {save}.")
    for word, instead in mended.items():
        settings.say(f"Nothing holds {word!r}; searched for {', '.join(instead)}.")
    if not count:
        settings.say("No claim matches; try fewer words or filters.")
