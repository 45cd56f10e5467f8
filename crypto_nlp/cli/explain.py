"""`explain`: everything that was read from a text, and why."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crypto_nlp.cli.extraction import Document, documents, rule_folders
from crypto_nlp.cli.options import Command, model_option, settings_of
from crypto_nlp.cli.output import write_rows, write_text
from crypto_nlp.cli.parameters import DAY
from crypto_nlp.display import one_line, printable

if TYPE_CHECKING:
    from crypto_nlp.records import Analysis

_COLOURS = {"quantity": "green", "time": "cyan", "name": "yellow", "cue": "magenta"}
_LONGEST_NAME = 255


@click.command(cls=Command, formats=("table", "json", "jsonl"))
@click.argument("text", default="-")
@click.option("--lang", metavar="LANG", help="The language of the text: ar, en or ru (default: recognised).")
@click.option(
    "--published", type=DAY, help="The day of publishing, from which *yesterday* is counted (default: today)."
)
@click.option("--input", "kind", type=click.Choice(["text", "jsonl"]), help="What the file is (default: by its name).")
@model_option
@click.pass_context
def command(
    context: click.Context,
    /,
    text: str,
    lang: str | None,
    published: date | None,
    kind: str | None,
) -> None:
    """Show everything read from TEXT (or a file, or - for standard input): figures, times, names, cues, claims.

    Claims name the rules that fired, and a figure that became no claim says why.

    \b
    crypto-nlp explain "VanEck expects miners to earn $13.9 billion a year by 2027."
    """
    from crypto_nlp.pipeline import analyse  # noqa: PLC0415 - reads the rules

    settings = settings_of(context)
    given = _given(text, kind, lang, published)
    folders = rule_folders(settings)
    found = ((one, analyse(one.text, one.lang, one.published, rules=folders, model=settings.model)) for one in given)
    if settings.row_format() == "table":
        text = "\n\n".join("\n".join(_lines(analysis)) for _, analysis in found)
        coloured = settings.output is None and sys.stdout.isatty()
        write_text(settings, text if coloured else click.unstyle(text))
    else:
        write_rows(settings, (_record(document, analysis) for document, analysis in found), ())


def _given(text: str, kind: str | None, lang: str | None, published: date | None) -> Iterator[Document]:
    if text == "-" or (len(text) <= _LONGEST_NAME and Path(text).is_file()):
        return documents([text], kind or "auto", lang, published)
    return iter([Document("-", text, lang, published)])


def _record(document: Document, analysis: Analysis) -> dict[str, Any]:
    """What CLI.md promises for one document."""
    text = analysis.text
    return {
        "id": document.id,
        "lang": analysis.lang,
        "sentences": [{"start": one.start, "end": one.end} for one in analysis.sentences],
        "quantities": [
            {"start": one.start, "end": one.end, "text": one.text}
            | one.value.as_record()
            | {"bound": one.bound, "per": one.per}
            for one in analysis.quantities
        ],
        "times": [{"start": one.start, "end": one.end, "text": one.text, "when": one.when} for one in analysis.times],
        "names": [
            {"start": one.start, "end": one.end, "text": one.text, "id": one.id, "kind": one.kind}
            for one in analysis.names
        ],
        "cues": [{"start": one.start, "end": one.end, "text": one.text, "kind": one.kind} for one in analysis.cues],
        "claims": [claim.as_record() | {"rules": list(claim.rules)} for claim in analysis.claims],
        "rejected": [
            {"start": start, "end": end, "text": text[start:end], "reason": reason}
            for start, end, reason in analysis.rejected
        ],
    }


def _lines(analysis: Analysis) -> Iterator[str]:
    yield _coloured(analysis)
    yield ""
    for one in analysis.quantities:
        value = f"{one.value.low:,.15g}" + (f" to {one.value.high:,.15g}" if one.value.high != one.value.low else "")
        per = f" per {one.per}" if one.per else ""
        yield _line("quantity", one.text, f"{value} {one.value.unit}, {one.bound}{per}")
    for time in analysis.times:
        yield _line("time", time.text, time.when or time.kind)
    for name in analysis.names:
        yield _line("name", name.text, f"{name.id} ({name.kind})")
    for cue in analysis.cues:
        yield _line("cue", cue.text, cue.kind)
    for claim in analysis.claims:
        yield ""
        yield click.style(one_line(claim.gloss.get(analysis.lang or "en") or claim.gloss.get("en", "")), bold=True)
        yield f"  {claim.type}/{claim.measure}, {claim.modality}, {claim.confidence:.2f}, {claim.claim_id}"
        yield f"  rules: {', '.join(claim.rules)}"
    for start, end, reason in analysis.rejected:
        yield ""
        yield f"no claim: {one_line(analysis.text[start:end])}: {reason}"


def _line(kind: str, text: str, said: str) -> str:
    return f"{click.style(f'{kind:9}', fg=_COLOURS[kind])} {one_line(text)}  ->  {one_line(said)}"


def _coloured(analysis: Analysis) -> str:
    """The text with its mentions coloured; where two overlap, the first in this order shows."""
    kinds: list[str | None] = [None] * len(analysis.text)
    spans: list[tuple[str, int, int]] = [
        *(("quantity", one.start, one.end) for one in analysis.quantities),
        *(("time", time.start, time.end) for time in analysis.times),
        *(("name", name.start, name.end) for name in analysis.names),
        *(("cue", cue.start, cue.end) for cue in analysis.cues),
    ]
    for kind, first, last in spans:
        for place in range(first, last):
            kinds[place] = kinds[place] or kind
    pieces: list[str] = []
    start = 0
    for end in range(1, len(kinds) + 1):
        if end == len(kinds) or kinds[end] != kinds[start]:
            piece, kind_here = printable(analysis.text[start:end]), kinds[start]
            pieces.append(click.style(piece, fg=_COLOURS[kind_here]) if kind_here else piece)
            start = end
    return "".join(pieces)
