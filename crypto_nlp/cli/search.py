"""`search`: claims by words and filters."""

from __future__ import annotations

from typing import Any

import click

from crypto_nlp.cli.options import Command, Settings, settings_of
from crypto_nlp.cli.output import write_rows
from crypto_nlp.cli.parameters import LANGUAGE, filter_options, now, selection

ENCODER_VARIABLE = "CRYPTO_NLP_ENCODER"
COLUMNS = (
    *("claim_id", "type", "measure", "subject", "value_low", "value_high", "unit", "bound", "per", "when"),
    *("condition", "source", "sources", "modality", "negated", "details", "gloss", "lang", "anchor", "sentence"),
    *("start", "end", "confidence", "article_url", "article_title", "feed", "published", "stories", "mentions"),
    *("first_seen", "last_seen"),
)
NEAREST = (*COLUMNS, "similarity")
SHOWN = ("gloss", "sources", "stories", "published", "claim_id")


@click.command(cls=Command)
@click.argument("query", default="")
@filter_options()
@click.option(
    "--sort", type=click.Choice(["relevance", "newest", "stories", "value"]), default="relevance", show_default=True
)
@click.option(
    "--limit", type=click.IntRange(0, 2**31), default=20, show_default=True, help="At most so many; 0 for all."
)
@click.option("--gloss", "lang", type=LANGUAGE, default="en", show_default=True, help="The language of the glosses.")
@click.option(
    "--save",
    metavar="NAME",
    help="Keep this search under NAME, for `--saved NAME` here, in trends and digests, and for `alerts`.",
)
@click.option("--semantic", is_flag=True, help="Rank all claims by how near their meaning is to QUERY's.")
@click.option("--like", metavar="CLAIM_ID", help="Rank all claims by how near their meaning is to this one's.")
@click.option(
    "--encoder",
    metavar="PATH|ID",
    envvar=ENCODER_VARIABLE,
    show_envvar=True,
    help="What makes the vectors for --semantic and --like: a folder, or an id on the Hugging Face Hub.",
)
@click.pass_context
def command(
    context: click.Context,
    /,
    sort: str,
    limit: int,
    lang: str,
    save: str | None,
    semantic: bool,  # noqa: FBT001 - Click passes by name
    like: str | None,
    encoder: str | None,
    **options: Any,
) -> None:
    """Find claims by words in any of the three languages, whatever language they were read in.

    QUERY takes words in any inflection, "phrases", AND, OR, NOT, prefix* and field:value; figures may be written in
    any way. Without QUERY the filters list.

    \b
    crypto-nlp search "pension funds"
    crypto-nlp search "пенсионные фонды" --since 30d --sort newest
    crypto-nlp search --type regulation --jurisdiction RU --format csv -o russia.csv
    crypto-nlp search miners --type earnings --save miners
    crypto-nlp search "who is leaving crypto" --semantic --encoder ./multilingual-e5-small
    """
    from crypto_nlp.search import begin, corrections, iterate_claims  # noqa: PLC0415 - after `--help`
    from crypto_nlp.store import open_store  # noqa: PLC0415

    settings = settings_of(context)
    if semantic or like:
        _refuse_beside(context, "sort", "save")
        if semantic and like:
            message = "--semantic compares with QUERY and --like with a claim: give one of them."
            raise click.UsageError(message)
        _nearest(settings, options, like, encoder, limit or None, lang)
        return
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


def _refuse_beside(context: click.Context, *names: str) -> None:
    for name in names:
        if context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE:
            message = f"--{name} does not go with --semantic and --like, which rank by meaning."
            raise click.UsageError(message)


def _nearest(
    settings: Settings, options: dict[str, Any], like: str | None, encoder: str | None, limit: int | None, lang: str
) -> None:
    """Search by meaning; glosses that have no vector yet get one first."""
    from crypto_nlp.semantic import load_encoder, make_vectors, nearest  # noqa: PLC0415 - after `--help`
    from crypto_nlp.store import open_store  # noqa: PLC0415

    loaded = load_encoder(encoder)
    with open_store(settings.database()) as store:
        query, filters = selection(store, options)
        if like and query:
            message = "--like compares with a claim: leave QUERY out."
            raise click.UsageError(message)
        made = make_vectors(store, loaded, lambda count: settings.say(f"{count} vectors made", level=1))
        if made:
            settings.say(f"Made the vectors of {made} claims; they are kept for the next search.")
        found = nearest(store, loaded, text=query, like=like, filters=filters, limit=limit, lang=lang)
        if not write_rows(settings, found, NEAREST, ("similarity", *SHOWN)):
            settings.say("No claim is left by these filters.")
