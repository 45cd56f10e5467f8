"""A sentence as the model reads it: names, figures and times by their kind, what is asked about by a mark.

What is asked about are *spots*: every figure, every trigger that states a claim by itself, every word of saying. That
the model sees ``[organisation]`` and ``[money]`` where a reader sees a name and a sum is what lets it learn from few
texts: exchanging one name or figure for another changes nothing that it reads.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from crypto_nlp.claims.figures import unit_class
from crypto_nlp.records import CueKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crypto_nlp.records import Cue, Name, Quantity, Sentence, Time

_UNITS = ("money", "percent", "basis_point", "count", "times", "time", "power", "energy", "hashrate", "asset")
FIGURES = tuple(f"[{unit}]" for unit in _UNITS)
EVENT, SAID = "[event]", "[said]"
SPOTS = (*FIGURES, EVENT, SAID)
_NAMES = {
    "asset": "[coin]",
    "organisation": "[organisation]",
    "person": "[person]",
    "country": "[country]",
    "region": "[region]",
    "group": "[group]",
}
NAMED = tuple(_NAMES.values())
_A_NAME = re.compile("|".join(re.escape(placeholder) for placeholder in NAMED))
_WHEN = "[when]"
PLACEHOLDERS = (*SPOTS, *NAMED, _WHEN)
_UNASKED = {f"[{unit}]": unit.replace("_", " ") for unit in _UNITS}
_LEFT = 240  # characters of the sentence before that are worth reading


class Spot(NamedTuple):
    """Something to ask about: its characters, and ``figure``, ``event`` or ``said``."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence for the model: ``before`` and ``text`` with placeholders, and the spots of ``text`` by place.

    ``names`` are those that have a placeholder in ``before`` and ``text``, in the order of their placeholders.
    """

    before: str
    text: str
    spots: tuple[Spot, ...]
    names: tuple[Name, ...] = ()


class _Piece(NamedTuple):
    start: int
    end: int
    placeholder: str
    spot: Spot | None
    keeps_words: bool
    name: Name | None = None


class Page:
    """A text with everything found in it, from which sentences are marked when they are asked about.

    ``events`` are the characters of the triggers that state a claim without a figure.
    """

    def __init__(
        self,
        text: str,
        sentences: Sequence[Sentence],
        mentions: tuple[Sequence[Quantity], Sequence[Time], Sequence[Name], Sequence[Cue]],
        events: Iterable[tuple[int, int]],
    ) -> None:
        self.text = text
        self.sentences = sentences
        self._pieces = _apart(_pieces(*mentions, events))
        self._starts = [piece.start for piece in self._pieces]
        self._sentence_starts = [sentence.start for sentence in sentences]

    def mark(self, index: int) -> Marked:
        """The sentence with this index as the model reads it."""
        sentence = self.sentences[index]
        before = ""
        earlier: tuple[Name, ...] = ()
        if index:
            before = self._written(self.sentences[index - 1], asked=False)[-_LEFT:]
            earlier = self._names(self.sentences[index - 1])
            earlier = earlier[len(earlier) - len(_A_NAME.findall(before)) :]
        spots = tuple(p.spot for p in self._within(sentence) if p.spot is not None)
        return Marked(before, self._written(sentence, asked=True), spots, (*earlier, *self._names(sentence)))

    def sentence_at(self, offset: int) -> int:
        """The index of the sentence that holds ``offset``."""
        return max(0, bisect_left(self._sentence_starts, offset + 1) - 1)

    def _names(self, sentence: Sentence) -> tuple[Name, ...]:
        return tuple(p.name for p in self._within(sentence) if p.name is not None)

    def _within(self, sentence: Sentence) -> Sequence[_Piece]:
        first, last = (bisect_left(self._starts, at) for at in (sentence.start, sentence.end))
        return [p for p in self._pieces[first:last] if p.end <= sentence.end]

    def _written(self, sentence: Sentence, *, asked: bool) -> str:
        """The sentence with its placeholders; where it is not asked about, its figures are plain words."""
        parts: list[str] = []
        at = sentence.start
        for piece in self._within(sentence):
            placeholder = piece.placeholder if asked or piece.spot is None else _UNASKED.get(piece.placeholder, "")
            parts += [_plain(self.text[at : piece.start]), " ", placeholder, " "]
            at = piece.start if piece.keeps_words else piece.end
        parts.append(_plain(self.text[at : sentence.end]))
        return "".join(parts)


def _plain(text: str) -> str:
    """``text`` without brackets, so that nothing written by an author is taken for a placeholder."""
    return text.replace("[", "(").replace("]", ")")


def _pieces(
    quantities: Sequence[Quantity],
    times: Sequence[Time],
    names: Sequence[Name],
    cues: Sequence[Cue],
    events: Iterable[tuple[int, int]],
) -> Iterator[tuple[int, _Piece]]:
    """Everything that is written otherwise, with its rank: of two that overlap the one with the lower rank stays."""
    starts = [quantity.start for quantity in quantities]  # in order, none overlapping another
    for name in names:
        if name.kind in _NAMES:
            at = bisect_left(starts, name.start + 1) - 1
            spoken_for = at >= 0 and name.end <= quantities[at].end
            # The words of a group may well be those of a deed, which comes first then.
            group = name.kind == "group"
            rank = 6 if group else 2 if spoken_for else 0
            yield rank, _Piece(name.start, name.end, _NAMES[name.kind], None, group, name)
    for quantity in quantities:
        spot = Spot(quantity.start, quantity.end, "figure")
        written = f"[{unit_class(quantity.value.unit)}]"
        yield 1, _Piece(*spot[:2], written, spot, keeps_words=False)
    for start, end in events:
        yield 3, _Piece(start, end, EVENT, Spot(start, end, "event"), keeps_words=True)
    for cue in cues:
        if cue.kind is CueKind.ATTRIBUTION:
            yield 4, _Piece(cue.start, cue.end, SAID, Spot(cue.start, cue.end, "said"), keeps_words=True)
    for time in times:
        yield 5, _Piece(time.start, time.end, _WHEN, None, keeps_words=False)


def _apart(ranked: Iterable[tuple[int, _Piece]]) -> list[_Piece]:
    """The pieces by place, none overlapping another."""
    taken: list[_Piece] = []
    starts: list[int] = []
    for _, piece in sorted(ranked, key=lambda r: (r[0], r[1].start, -r[1].end)):
        at = bisect_left(starts, piece.start)
        clear = at == 0 or taken[at - 1].end <= piece.start
        if clear and (at == len(taken) or piece.end <= taken[at].start) and piece.end > piece.start:
            taken.insert(at, piece)
            starts.insert(at, piece.start)
    return taken
