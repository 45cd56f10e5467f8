"""`extract`: claims from documents, without a database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crypto_nlp.cli.extraction import KINDS, Document, documents, rule_folders
from crypto_nlp.cli.options import Command, model_option, settings_of
from crypto_nlp.cli.output import write_rows
from crypto_nlp.cli.parameters import DAY

if TYPE_CHECKING:
    from crypto_nlp.records import Claim

COLUMNS = (
    *("id", "lang", "type", "measure", "anchor", "subject", "value_low", "value_high", "unit", "bound", "per", "when"),
    *("condition", "source", "modality", "negated", "details", "sentence", "start", "end", "confidence", "gloss"),
    "claim_id",
)
SHOWN = ("gloss", "source", "anchor", "confidence")


@click.command(cls=Command)
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--lang", metavar="LANG", help="The language of the text: ar, en or ru (default: recognised).")
@click.option(
    "--published", type=DAY, help="The day of publishing, from which *yesterday* is counted (default: today)."
)
@click.option(
    "--input", "kind", type=click.Choice(KINDS), default="auto", show_default=True, help="What the files are."
)
@model_option
@click.pass_context
def command(
    context: click.Context,
    /,
    files: tuple[str, ...],
    lang: str | None,
    published: date | None,
    kind: str,
) -> None:
    """Extract claims from text, HTML, PDF or JSON Lines documents; FILE may be - for standard input.

    Piped, each document is one JSON object with its claims; a table, CSV and TSV have a row a claim.

    \b
    crypto-nlp extract report.pdf
    echo "Bitcoin miners lost $335 million in 2023." | crypto-nlp extract --lang en -
    """
    settings = settings_of(context)
    found = _read(documents(files or ("-",), kind, lang, published), rule_folders(settings), settings.model)
    if settings.row_format() in ("json", "jsonl"):
        write_rows(settings, (_record(document, *read) for document, read in found), ())
        return
    rows = (_row(document, read[0], claim) for document, read in found for claim in read[1])
    if not write_rows(settings, rows, COLUMNS, SHOWN):
        settings.say("No claim was found.")


Read = tuple[str | None, "tuple[Claim, ...]"]


def _read(given: Iterator[Document], folders: tuple[Path, ...], model: str) -> Iterator[tuple[Document, Read]]:
    from crypto_nlp.pipeline import analyse  # noqa: PLC0415 - reads the rules

    for document in given:
        analysis = analyse(document.text, document.lang, document.published, rules=folders, model=model)
        yield document, (analysis.lang, analysis.claims)


def _record(document: Document, lang: str | None, claims: tuple[Claim, ...]) -> dict[str, Any]:
    """What CLAIMS.md promises for one document; the text itself where the program made it, and the page in a PDF."""
    records = []
    for claim in claims:
        record = claim.as_record()
        if document.pages:
            record["page"] = sum(start <= claim.start for start in document.pages)
        records.append(record)
    head: dict[str, Any] = {"id": document.id, "lang": lang}
    return head | ({"text": document.text} if document.shown else {}) | {"claims": records}


def _row(document: Document, lang: str | None, claim: Claim) -> dict[str, Any]:
    record = claim.as_record()
    value = record.pop("value") or {"low": None, "high": None, "unit": None}
    figures = {"value_low": value["low"], "value_high": value["high"], "unit": value["unit"]}
    return {"id": document.id, "lang": lang} | record | figures
