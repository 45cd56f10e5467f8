"""The model card: what the model is, what it was made from, what it is worth, and what it gets wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_KINDS = {"figure": "figures", "event": "deeds without a figure", "said": "words of saying"}
_LANGUAGES = {"ar": "Arabic", "en": "English", "ru": "Russian"}


def write(name: str, metrics: Mapping[str, Any], made: Mapping[str, Any]) -> str:
    """The card as Markdown."""
    base = made["base"] or "nothing: random weights"
    command = f"crypto-nlp models train --name {name} -o models/{name}"
    parts = [
        f"# {name}",
        "",
        "Says for each figure, deed and saying of a sentence which type of claim it plays a part in, or none. It reads no "
        "values and changes no claim; it makes the `confidence` of a claim, and so the order in which `review` asks.",
        "",
        f"- Parameters: {metrics['parameters']:,}; int8 ONNX of {metrics['bytes'] / 1e6:.2f} MB; begun from {base}.",
        f"- Data: {metrics['documents']} gold documents in Arabic, English and Russian ({metrics['sentences']} sentences "
        "with something to ask about) and drawn sentences from the trigger words in `crypto_nlp/data/claims`. Both are "
        "the project's own. No other text was used.",
        "- Licence: Apache-2.0, like the project.",
        f"- Plan: {', '.join(f'{key} {value}' for key, value in made['plan'].items())}.",
        f"- Made again by `{command}` (with `crypto-nlp[train]`); seeded, on a processor.",
        "- Names, figures and times reach the model only as their kinds, so exchanging them changes nothing.",
        "",
        f"All figures are from {metrics['folds']}-fold cross-validation by document. The rules were written by people "
        "who had seen this gold, the model's answers are for documents that it had not seen: the comparison favours the "
        "rules.",
        "",
        "## Claims found, three ways",
        "",
        *_found(metrics["found"]),
        "",
        "*Both*: the model may take away a claim of the rules when it is sure of another type or of none.",
        "",
        "## Labels of spots",
        "",
        *_spots(metrics["spots"]),
        "",
        "## Confidence",
        "",
        *confidence_table(metrics["confidence"]),
        "",
        "## Learning curve",
        "",
        *_curve(metrics["curve"]),
        "",
        "## What it gets wrong",
        "",
        f"The types that it knows least, by the share of spots labelled rightly: {_weakest(metrics['spots'])}. Rare types "
        "are mostly taken for common ones. A sentence without a word that its gold held is read by its figures' kinds "
        "alone. It sees twenty word pieces on either side of what it is asked about, and nothing of types that a user "
        "adds.",
    ]
    return "\n".join(parts) + "\n"


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
