"""The clauses of a sentence: where a modal word or an attribution stops.

A boundary is a mark (``;`` ``:``) or a word that begins a clause of its own (*while*, *which*, *after*). Commas alone
part too many things to be boundaries; those who need them ask for them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crypto_nlp.records import Sentence
    from crypto_nlp.rules.cues import CueRules
    from crypto_nlp.text import Text, Token

COMMAS = frozenset(",،")
HARD = frozenset(";:؛")
_PARTING = frozenset(("contrast", "relative", "subordinate"))


class Role(NamedTuple):
    """A word of the frame (:class:`crypto_nlp.rules.cues.CuesFile`): token indices and what it does."""

    first: int
    last: int
    role: str


class Frame:
    """The function words and clause boundaries of one sentence, as token indices into the text."""

    def __init__(self, view: Text, sentence: Sentence, rules: CueRules) -> None:
        self.first, self.last = view.between(sentence.start, sentence.end)
        self.tokens: Sequence[Token] = view.tokens
        self.grammar = rules.grammar
        found = rules.frame.find(view.forms[self.first : self.last])
        self.roles = [Role(m.first + self.first, m.last + self.first, m.payload) for m in found]
        self._starts = [r.first for r in self.roles]
        marks = [i for i in range(self.first, self.last) if self.tokens[i].form in HARD and not self.is_clock(i)]
        words = [r.first for r in self.roles if r.role in _PARTING and self._parts(r)]
        self.bounds: list[int] = sorted({*marks, *words})
        self._marks = marks

    def is_clock(self, at: int) -> bool:
        """Whether the colon is that of ``10:30``."""
        near = self.tokens[at - 1 : at + 2]
        return len(near) == 3 and near[0].form[-1:].isdigit() and near[2].form[:1].isdigit() and near[1].form == ":"

    def _parts(self, role: Role) -> bool:
        """Whether the word begins a clause: a contrast only after a comma or at the start (in Arabic anywhere)."""
        if role.role == "subordinate" and role.last < self.last and self.tokens[role.last].form.endswith("ing"):
            return False
        if role.role != "contrast" or role.first == self.first:
            return True
        return (
            self.tokens[role.first - 1].form in {*COMMAS, "-", "—", "–"}
            or "\u0600" <= self.tokens[role.first].form[0] <= "\u06ff"
        )

    def clause(self, at: int) -> tuple[int, int]:
        """The half-open token range of the clause around token ``at``."""
        place = bisect_right(self.bounds, at)
        left = self.bounds[place - 1] if place else self.first
        right = self.bounds[place] if place < len(self.bounds) else self.last
        return left, right

    def marks_around(self, at: int) -> tuple[int, int]:
        """The token range between the ``;`` and ``:`` around ``at``; a colon after it opens what is said."""
        place = bisect_left(self._marks, at)
        left = self._marks[place - 1] + 1 if place else self.first
        after = (m for m in self._marks[place:] if self.tokens[m].form != ":")
        return left, next(after, self.last)

    def wide_end(self, at: int) -> int:
        """Where the reach of a verb at ``at`` ends that also governs relative clauses: at a mark or a contrast."""
        for bound in self.bounds[bisect_right(self.bounds, at) :]:
            if not self.has(bound, "relative") and self.tokens[bound].form != ":":
                return bound
        return self.last

    def within(self, first: int, last: int) -> list[Role]:
        """The frame words that begin in ``first:last``."""
        return self.roles[bisect_left(self._starts, first) : bisect_left(self._starts, last)]

    def has(self, at: int, role: str) -> bool:
        """Whether a frame word of that role begins at token ``at``."""
        return any(r.role == role for r in self.within(at, at + 1))

    def comma(self, first: int, last: int) -> int:
        """The first comma in ``first:last`` that parts no digits and no parenthesis, or ``last``."""
        depth = 0
        for at in range(first, last):
            form = self.tokens[at].form
            depth += (form in "([") - (form in ")]")
            if form in COMMAS and depth <= 0:
                return at
        return last
