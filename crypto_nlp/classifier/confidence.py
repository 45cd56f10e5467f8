"""From the score of the rules, and what the model thinks of the claim, to the probability that the claim is one.

The weights are fitted by `crypto-nlp models train` on predictions for documents that the model had not seen, and stand
in ``calibration.json``: ``rules`` for claims that no model was asked about, ``model`` for the others.
"""

from __future__ import annotations

import json
import logging
import math
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from crypto_nlp.classifier.model import CHOSEN, DEFAULT, NONE, SHIPPED, load, shelf
from crypto_nlp.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crypto_nlp.classifier.answers import Answer
    from crypto_nlp.classifier.marks import Marked, Page
    from crypto_nlp.classifier.model import Model
    from crypto_nlp.records import Claim

Features = dict[str, float]
_STATEMENT, _SAID = "statement", "said"
_LEAST = 1e-4
_log = logging.getLogger("crypto_nlp")


@dataclass(frozen=True, slots=True)
class Judge:
    """What makes confidences: weights with a model, and without one; ``model`` is None where rules stand alone."""

    rules: Mapping[str, float]
    with_model: Mapping[str, float]
    model: Model | None = None

    def confident(self, claims: Sequence[Claim], page: Page) -> list[Claim]:
        """The claims, each with the probability that its type and place are right; nothing else is changed."""
        answers = asked(self.model, claims, page) if self.model is not None and claims else [None] * len(claims)
        return [
            replace(claim, confidence=self.probability(features(claim, answer), known=answer is not None))
            for claim, answer in zip(claims, answers, strict=True)
        ]

    def probability(self, given: Features, *, known: bool) -> float:
        """The probability for a claim's features; its bare score where there are no weights."""
        weights = self.with_model if known else self.rules
        if not weights:
            return round(given["score"], 3)
        total = sum(weight * given.get(name, 0.0) for name, weight in weights.items())
        return round(min(0.99, max(0.01, 1.0 / (1.0 + math.exp(-total)))), 3)


def features(claim: Claim, answer: Answer | None) -> Features:
    """What a confidence is made from. ``answer`` is the model's for the claim's spot, where it was asked."""
    kind = _SAID if claim.type == _STATEMENT else "figure" if claim.value is not None else "event"
    found: Features = {"score": claim.confidence, kind: 1.0, f"{kind} score": _logit(claim.confidence)}
    if answer is not None:
        found["same"] = math.log(max(answer.types.get(claim.type, 0.0), _LEAST))
        found["nothing"] = math.log(max(answer.types.get(NONE, 0.0), _LEAST))
    return found


def _logit(share: float) -> float:
    share = min(0.99, max(0.01, share))
    return math.log(share / (1.0 - share))


def asked(model: Model, claims: Sequence[Claim], page: Page) -> list[Answer | None]:
    """The model's answer for each claim, None where its anchor is no spot or its type is a user's own.

    Only the spots of claims are asked about, all of a document together.
    """
    places: dict[int, dict[int, list[int]]] = {}
    marked: dict[int, Marked] = {}
    for number, claim in enumerate(claims):
        index = page.sentence_at(claim.start)
        if index not in marked:
            marked[index] = page.mark(index)
        spot = _spot_of(claim, marked[index])
        if spot is not None and claim.type in model.labels:
            places.setdefault(index, {}).setdefault(spot, []).append(number)
    answers = model.ask([marked[index] for index in places], [list(spots) for spots in places.values()])
    found: list[Answer | None] = [None] * len(claims)
    for spots, of_sentence in zip(places.values(), answers, strict=True):
        for numbers, answer in zip(spots.values(), of_sentence, strict=True):
            for number in numbers:
                found[number] = answer
    return found


def _spot_of(claim: Claim, sentence: Marked) -> int | None:
    touching = (n for n, spot in enumerate(sentence.spots) if spot.start < claim.end and claim.start < spot.end)
    return next(touching, None)


@cache
def judge(name: str = DEFAULT) -> Judge:
    """The judge with the model called ``name``, or with none; a model that cannot be used is told of in one line."""
    name = CHOSEN if name == DEFAULT else name
    if name != NONE:
        try:
            model = load(name)
            weights = json.loads((model.folder / "calibration.json").read_text(encoding="utf-8"))
            return Judge(weights["rules"], weights["model"], model)
        except ModelError as error:
            _log.warning("%s Rules go on alone.", error)
    return Judge(_rules_alone(), {})


def _rules_alone() -> Mapping[str, float]:
    """The weights for rules alone, which need no model but stand beside the one that ships."""
    try:
        read = json.loads((shelf() / SHIPPED / "calibration.json").read_text(encoding="utf-8"))["rules"]
        return {str(name): float(weight) for name, weight in read.items()}
    except (OSError, ValueError, KeyError, AttributeError):
        return {}
