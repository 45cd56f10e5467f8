"""The model card: what the model is, what it was made from, what it is worth, and what it gets wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_KINDS = {"figure": "figures", "event": "deeds without a figure", "said": "words of saying"}
_LANGUAGES = {"ar": "Arabic", "en": "English", "ru": "Russian"}

_CARD = """\
# {name}

Says for each figure, deed and saying of a sentence which type of claim it plays a part in, or none; how it is meant;
whether it is denied; and which of the names nearby is its subject and which its source. It reads no values.

- {parameters} parameters, int8 ONNX of {size} MB, begun from {base}.
- Data: {documents} gold documents in Arabic, English and Russian ({sentences} sentences with something to ask about),
  {lessons} more such sentences that were written for it to learn from, and drawn sentences from the trigger words in
  `crypto_nlp/data/claims`. All are the project's own. Nothing else was read.
- Licence: Apache-2.0, like the project.
- Plan: {plan}.
- Made again by `crypto-nlp models train --name {name} -o models/{name}` with the `train` extra; seeded, on a processor.
- Names, figures and times reach the model only as their kinds, so exchanging one for another changes nothing.

{unseen}Everything below is from {folds}-fold cross-validation by document. The rules were written by people who had
seen this gold, the model's answers are for documents that it had not seen: the comparison favours the rules. A little
of their knowledge reaches the model too, through the trigger words that it reads first.

## Claims found, three ways

{found}

*Both*: the model may take away a claim of the rules when it is sure of another type or of none.

## Labels

{spots}

## Beyond the type

Share of claims on which a slot is right, of those claims of the rules that gold has; subjects where one of the names
nearby is the right one.

{heads}

## Confidence

{confidence}

## Learning curve

Share of labels that are right in the first fold, by the number of documents learnt from.

{curve}

## What it gets wrong

The types that it knows least, by the share of labels that are right: {weakest}. Rare types are mostly taken for common
ones. Where a sentence has no word that was in its gold, it goes by the kind of figure alone. It sees twenty word pieces
on either side of what it is asked about, and knows nothing of types that a user adds.
"""


_UNSEEN = """\
## On text that is kept apart

{documents} further documents, from which the model did not learn; `tests/gold/README.md` says who has read them.
`calibration.json` is fitted here, and measured by folds.

{found}

{heads}

{confidence}

"""


def write(name: str, metrics: Mapping[str, Any], made: Mapping[str, Any]) -> str:
    """The card as Markdown."""
    return _CARD.format(
        name=name,
        parameters=f"{metrics['parameters']:,}",
        size=f"{metrics['bytes'] / 1e6:.2f}",
        base=made["base"] or "random weights",
        documents=metrics["documents"],
        sentences=metrics["sentences"],
        lessons=metrics["lessons"],
        folds=metrics["folds"],
        plan=", ".join(f"{key} {value}" for key, value in made["plan"].items()),
        found="\n".join(_found(metrics["found"])),
        spots="\n".join(_spots(metrics["spots"])),
        heads="\n".join(_heads(metrics["heads"])),
        confidence="\n".join(confidence_table(metrics["confidence"])),
        curve="\n".join(_curve(metrics["curve"])),
        weakest=_weakest(metrics["spots"]),
        unseen=_unseen(metrics.get("unseen")),
    )


def _unseen(unseen: Mapping[str, Any] | None) -> str:
    if unseen is None:
        return ""
    return _UNSEEN.format(
        documents=unseen["documents"],
        found="\n".join(_found(unseen["found"])),
        heads="\n".join(_heads(unseen["heads"])),
        confidence="\n".join(confidence_table(unseen["confidence"])),
    )


def _table(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> list[str]:
    names = list(head)
    lines = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    return lines + [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]


def _found(found: Mapping[str, Any]) -> list[str]:
    head = ["", *(f"{way} {rate}" for way in found for rate in ("P", "R", "F1"))]
    rows = []
    for row in found["rules"]:
        cells = [found[way].get(row, {}).get(rate, 0.0) for way in found for rate in ("p", "r", "f1")]
        rows.append([_LANGUAGES.get(row, row), *(f"{cell:.3f}" for cell in cells)])
    return _table(head, rows)


def _spots(spots: Mapping[str, Any]) -> list[str]:
    names = _KINDS | _LANGUAGES
    return _table(
        ("spots", "number", "labelled rightly"),
        ((names.get(row, row), cell["spots"], f"{cell['right']:.3f}") for row, cell in spots.items()),
    )


def _heads(heads: Mapping[str, Any]) -> list[str]:
    return _table(
        ("slot", "claims", "rules", "model"),
        ((slot, told["claims"], f"{told['rules']:.3f}", f"{told['model']:.3f}") for slot, told in heads.items()),
    )


def confidence_table(ways: Mapping[str, Any]) -> list[str]:
    """How well each way of making a confidence tells right claims from wrong ones, and the reliability of each."""
    lines = _table(
        ("", "claims", "Brier", "log loss", "AUC", "calibration error"),
        ((way, t["claims"], t["brier"], t["log_loss"], t["auc"], t["error"]) for way, t in ways.items()),
    )
    for way, t in ways.items():
        lines += ["", f"Reliability, {way}:", ""]
        lines += _table(
            ("confidence", "claims", "mean confidence", "share right"),
            ((f"{r['from']} to {r['to']}", r["claims"], r["said"], r["was"]) for r in t["reliability"]),
        )
    return lines


def _curve(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    kinds = list(_KINDS)
    return _table(
        ("documents", *(_KINDS[kind] for kind in kinds)),
        ((row["documents"], *(row.get(kind, "") for kind in kinds)) for row in rows),
    )


def _weakest(spots: Mapping[str, Any]) -> str:
    types = {row.removeprefix("type "): cell for row, cell in spots.items() if row.startswith("type ")}
    worst = sorted(types, key=lambda name: (types[name]["right"], name))[:5]
    return ", ".join(f"{name} ({types[name]['right']:.2f} of {types[name]['spots']})" for name in worst)
