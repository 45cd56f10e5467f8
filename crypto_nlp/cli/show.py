"""`show`: one claim with its whole life."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from crypto_nlp.cli.options import Command, settings_of
from crypto_nlp.cli.output import write_object, write_text
from crypto_nlp.cli.parameters import LANGUAGE
from crypto_nlp.display import one_line, printable


@click.command(cls=Command, formats=("table", "json", "jsonl"))
@click.argument("claim_id")
@click.option("--gloss", "lang", type=LANGUAGE, default="en", show_default=True, help="The language of the glosses.")
@click.pass_context
def command(context: click.Context, /, claim_id: str, lang: str) -> None:
    """Show one claim: its slots, every place where it was read, its stories, other figures for the same thing.

    The beginning of an id will do where it is unambiguous.

    \b
    crypto-nlp show 3f2a9c
    """
    from crypto_nlp.search import show_claim  # noqa: PLC0415 - after `--help`
    from crypto_nlp.store import open_store  # noqa: PLC0415

    settings = settings_of(context)
    with open_store(settings.database(), read_only=True) as store:
        shown = show_claim(store, claim_id, lang=lang)
    form = settings.row_format()
    if form == "table":
        write_text(settings, "\n".join(_lines(shown, lang)))
    else:
        write_object(settings, shown, indent=2 if form == "json" else None)


def _lines(shown: dict[str, Any], lang: str) -> Iterator[str]:
    claim = shown["claim"]
    yield one_line(shown["glosses"].get(lang) or shown["glosses"].get("en") or claim_id_of(shown))
    yield ""
    if claim is None:
        yield "Every place where this claim was read has since changed."
    else:
        yield from _slots(claim)
    yield ""
    yield f"Read in {len(shown['places'])} places, {len(shown['stories'])} stories:"
    for place in shown["places"]:
        yield from _place(place)
    for row in shown["sources"]:
        yield f"  {row['source']}: {row['mentions']} times, {row['first_seen'][:10]} to {row['last_seen'][:10]}"
    if shown["other_figures"]:
        yield ""
        yield "Other figures for the same thing:"
        yield from (f"  {one_line(row['gloss'])}  [{row['claim_id']}]" for row in shown["other_figures"])
    for changed in shown["changed"]:
        figures = ", ".join(
            f"{row['value_low']} {row['unit']} ({row['first_seen'][:10]})" for row in changed["figures"]
        )
        yield f"{changed['source']} gave different figures: {figures}"


def claim_id_of(shown: dict[str, Any]) -> str:
    """The id of a shown claim."""
    return str(shown["claim_id"])


def _slots(claim: dict[str, Any]) -> Iterator[str]:
    for slot in ("claim_id", "type", "measure", "subject", "value", "bound", "per", "when", "condition", "modality"):
        value = _value(claim) if slot == "value" else claim[slot]
        if value not in (None, ""):
            yield f"  {slot:10} {one_line(str(value))}"
    if claim["negated"]:
        yield "  negated    yes"
    for slot, value in claim["details"].items():
        yield f"  {slot:10} {one_line(str(value))}"


def _value(claim: dict[str, Any]) -> str | None:
    low, high = claim["value_low"], claim["value_high"]
    if low is None:
        return None
    number = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    return f"{number} {claim['unit']}"


def _place(place: dict[str, Any]) -> Iterator[str]:
    at = place["start"] - place["sentence_start"]
    anchor = str(place["anchor"])
    sentence = str(place["sentence"])
    marked = f"{sentence[:at]}[{anchor}]{sentence[at + len(anchor) :]}"
    page = f", page {place['page']}" if place["page"] else ""
    gone = ", no longer there" if place["vanished"] else ""
    twin = ", possibly a translation" if place["possible_translation"] else ""
    where = place["feed"] or place["publisher"] or ""
    day = (place["published"] or place["fetched"])[:10]
    yield f"  {day}  {one_line(where)}: {one_line(place['article_title'])}{page}{gone}{twin}"
    yield f"    {one_line(place['article_url'])}"
    yield f"    {' '.join(printable(marked).split())}"
