"""From the numbers that the network gives for each token of a window to an answer about its spot.

One head serves all questions: its first columns, read at the spot, are the labels of types; then the modalities and
the denial, read there too; the last two are read at the tokens of names, and say which of them is the subject and
which the source. At the spot itself these two stand for none of the names.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crypto_nlp.records import Modality

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crypto_nlp.records import Name

MODALITIES = tuple(str(modality) for modality in Modality)
HEADS = (*MODALITIES, "negated", "subject", "source")
NOBODY = ""  # the id that stands for no name nearby


@dataclass(frozen=True, slots=True)
class Answer:
    """The probabilities for one figure, deed or saying: of each claim type, of each modality, that it is denied.

    ``subjects`` and ``sources`` are those of the names nearby by id; :data:`NOBODY` is none of them.
    """

    types: Mapping[str, float]
    modality: Mapping[str, float]
    negated: float
    subjects: Mapping[str, float]
    sources: Mapping[str, float]


def answer(
    here: Sequence[float],
    pointing: Sequence[Sequence[float]],
    at: int,
    tokens: Sequence[tuple[int, int]],
    names: Sequence[Name],
    labels: Sequence[str],
) -> Answer:
    """The answer for the spot at token ``at``; ``tokens`` pair a name's token with its place in ``names``.

    ``here`` are all columns at the spot, ``pointing`` the last two at every token.
    """
    kinds, moods, (denied, *_) = here[: len(labels)], here[len(labels) : -3], here[-3:]
    return Answer(
        dict(zip(labels, _softmax(kinds), strict=True)),
        dict(zip(MODALITIES, _softmax(moods), strict=True)),
        1.0 / (1.0 + math.exp(-denied)),
        _pointed(pointing, at, tokens, names, -2),
        _pointed(pointing, at, tokens, names, -1),
    )


def _pointed(
    scores: Sequence[Sequence[float]], at: int, tokens: Sequence[tuple[int, int]], names: Sequence[Name], column: int
) -> dict[str, float]:
    """The probability of each name by id; a name that stands there twice has the sum of both."""
    places = [(at, NOBODY), *((token, names[n].id) for token, n in tokens)]
    found: dict[str, float] = {}
    for (_, name), share in zip(places, _softmax([scores[token][column] for token, _ in places]), strict=True):
        found[name] = found.get(name, 0.0) + share
    return found


def _softmax(scores: Sequence[float]) -> list[float]:
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    total = sum(powers)
    return [power / total for power in powers]
