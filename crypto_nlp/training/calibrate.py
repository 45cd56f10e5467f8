"""Weights that make probabilities of scores: logistic regression, fitted by Newton's method, and how well it tells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

RULES = ("figure", "event", "said", "figure score", "event score")
WITH_MODEL = (*RULES, "same", "nothing")
_RIDGE = 1.0
_ROUNDS = 50
_BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim of the rules: its features, whether gold has it, its language and its document."""

    features: Mapping[str, float]
    right: bool
    lang: str
    document: int


def fit(judged: Sequence[Judged], names: Sequence[str]) -> dict[str, float]:
    """Weights for the features called ``names`` that make what happened most likely, held small by a ridge."""
    import numpy as np  # noqa: PLC0415 - comes with onnxruntime

    if not judged:
        return {}
    rows = np.array([[j.features.get(name, 0.0) for name in names] for j in judged])
    right = np.array([float(j.right) for j in judged])
    weights = np.zeros(len(names))
    for _ in range(_ROUNDS):
        chances = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (right - chances) - _RIDGE * weights
        bend = (rows * (chances * (1 - chances))[:, None]).T @ rows + _RIDGE * np.eye(len(names))
        weights = weights + np.linalg.solve(bend, slope)
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}


def chance(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    """The probability that these weights give."""
    total = sum(weight * features.get(name, 0.0) for name, weight in weights.items())
    return min(0.99, max(0.01, 1 / (1 + math.exp(-total))))


def left_out(judged: Sequence[Judged], names: Sequence[str], folds: Sequence[frozenset[int]]) -> list[float]:
    """The probability of each claim under weights fitted on the documents of the other folds."""
    found = [0.0] * len(judged)
    for fold in folds:
        weights = fit([j for j in judged if j.document not in fold], names)
        for n, one in enumerate(judged):
            if one.document in fold:
                found[n] = chance(weights, one.features)
    return found


def brier(chances: Sequence[float], right: Sequence[bool]) -> float:
    """The mean squared error of the probabilities."""
    return sum((c - r) ** 2 for c, r in zip(chances, right, strict=True)) / len(right) if right else 0.0


def log_loss(chances: Sequence[float], right: Sequence[bool]) -> float:
    """The mean of minus the logarithm of what was given to what happened."""
    kept = [min(0.999, max(0.001, c)) for c in chances]
    return -sum(math.log(c if r else 1 - c) for c, r in zip(kept, right, strict=True)) / len(right) if right else 0.0


def ranking(chances: Sequence[float], right: Sequence[bool]) -> float:
    """How often a wrong claim has the lower probability of a wrong and a right one (the area under the ROC curve)."""
    good = [c for c, r in zip(chances, right, strict=True) if r]
    bad = [c for c, r in zip(chances, right, strict=True) if not r]
    wins = sum((g > b) + 0.5 * (g == b) for g in good for b in bad)
    return wins / (len(good) * len(bad)) if good and bad else 0.5


def reliability(chances: Sequence[float], right: Sequence[bool]) -> list[dict[str, float]]:
    """By band of probability: from, to, claims, the mean said, the share that was right."""
    rows = []
    for low, high in pairwise(_BINS):
        held = [(c, r) for c, r in zip(chances, right, strict=True) if low <= c < high]
        if held:
            said, was = (sum(column) / len(held) for column in zip(*held, strict=True))
            rows.append({"from": low, "to": high, "claims": len(held), "said": round(said, 3), "was": round(was, 3)})
    return rows


def error_of(rows: Sequence[Mapping[str, float]]) -> float:
    """The expected calibration error: how far said and was are apart, over all bands."""
    total = sum(row["claims"] for row in rows)
    return sum(row["claims"] * abs(row["said"] - row["was"]) for row in rows) / total if total else 0.0
