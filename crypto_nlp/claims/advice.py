"""What a model thinks of the figures, deeds and sayings of a text, as the rules may hear it.

Rules decide what is possible and read every value; advice only weighs between what they hold possible.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NOTHING = "none"  # the label of what plays a part in no claim
NOBODY = ""  # the id that stands for no name of the sentence and the one before


@dataclass(frozen=True, slots=True)
class Answer:
    """The probabilities for one figure, deed or saying: of each claim type, of each modality, that it is denied.

    ``subjects`` and ``sources`` are those of the names nearby by id; :data:`NOBODY` is none of them.
    """

    types: Mapping[str, float]
    modality: Mapping[str, float] = field(default_factory=dict)
    negated: float = 0.0
    subjects: Mapping[str, float] = field(default_factory=dict)
    sources: Mapping[str, float] = field(default_factory=dict)


class Advice:
    """The answers for the spots of a text, found by place."""

    def __init__(self, answers: Iterable[tuple[int, int, Answer]] = ()) -> None:
        self._answers = sorted(answers, key=lambda a: a[:2])  # none overlaps another
        self._starts = [start for start, _, _ in self._answers]

    def about(self, start: int, end: int) -> Answer | None:
        """The answer for the first spot that touches ``start:end``, or None where the model was not asked."""
        at = max(0, bisect_right(self._starts, start) - 1)
        for low, high, answer in self._answers[at : at + 2]:
            if low < end and start < high:
                return answer
        return None
