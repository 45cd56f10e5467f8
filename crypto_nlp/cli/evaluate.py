"""`evaluate`: claims against gold."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import click

from crypto_nlp.cli.extraction import rule_folders
from crypto_nlp.cli.options import Command, model_option, settings_of
from crypto_nlp.cli.output import write_object, write_text


@click.command(cls=Command, formats=("table", "json"))
@click.argument("gold", type=click.Path(path_type=Path, dir_okay=False), metavar="GOLD.jsonl")
@click.option(
    "--predicted",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Score these claims, made by `extract`, instead of extracting now.",
)
@click.option(
    "--misses", type=click.IntRange(0), default=0, metavar="N", help="Print up to N misses, inventions and wrong slots."
)
@model_option
@click.pass_context
def command(context: click.Context, /, gold: Path, predicted: Path | None, misses: int) -> None:
    """Score claims against gold: precision, recall and F1 by type and language, and how often each slot is right.

    A claim finds a gold claim where type and place agree; it is right where measure, value, subject, source, time,
    modality and negation agree too.

    \b
    crypto-nlp evaluate gold.jsonl --misses 20
    """
    from crypto_nlp.evaluate import read_documents, read_gold, report, score  # noqa: PLC0415 - after `--help`

    settings = settings_of(context)
    documents = read_gold(gold)
    answers = read_documents(predicted) if predicted else _extract(documents, rule_folders(settings), settings.model)
    result = score(documents, answers)
    if settings.format == "json" or (settings.output and settings.output.suffix == ".json"):
        write_object(settings, result.as_record(), indent=None)
    else:
        write_text(settings, report(result, misses))


def _extract(documents: dict[str, Any], folders: tuple[Path, ...], model: str) -> dict[str, Any]:
    from crypto_nlp.pipeline import extract  # noqa: PLC0415 - reads the rules

    found = {}
    for name, document in documents.items():
        published = date.fromisoformat(document["published"]) if document.get("published") else None
        claims = extract(document["text"], document["lang"], published, rules=folders, model=model)
        found[name] = {"id": name, "lang": document["lang"], "claims": [claim.as_record() for claim in claims]}
    return found
