"""How far an *if* clause goes: from its subordinator to the comma, the apodosis or the end of the sentence."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from crypto_nlp.mentions.clauses import COMMAS, HARD
from crypto_nlp.morphology import is_finite, is_nominative, is_past

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crypto_nlp.lexicon import Match
    from crypto_nlp.mentions.clauses import Frame
    from crypto_nlp.rules.cues import Mark
    from crypto_nlp.text import Text

_ENDS = frozenset((*COMMAS, *HARD, ".", "!", "?", "؟", "\n", "»", "”", ")", "—", "–"))
_OPENING = frozenset((*COMMAS, *HARD, "—", "–", "-", "«", "“", '"', "("))
_LONGEST = 120  # tokens of a condition
_SHORTEST = 3  # words of a nominal condition: "in case of approval"
_THEN = frozenset(("то", "теперь", "сейчас"))
_UNREAL = frozenset(("бы", "б"))


def extent(view: Text, frame: Frame, match: Match[Mark], shuts: Sequence[int]) -> tuple[int, int]:
    """The token range of the clause that the subordinator ``match`` opens."""
    first = match.first
    last = _end(view, frame, match.last, shuts)
    fronted = first == frame.first or view.tokens[first - 1].form in _OPENING or first - 1 == frame.first
    if fronted and view.lang == "ru" and last == _stop(view, frame, match.last):
        last = _nominal(view, frame, match.last, last)
    return first, max(last, match.last)


def is_contrast(view: Text, frame: Frame, first: int, last: int) -> bool:
    """Whether a Russian *if* only sets one figure of the past against another: *если в мае было 40%, то в июне — 58%*.

    ``first`` and ``last`` are the tokens of the clause; a figure stands in it and behind its *then*.
    """
    if view.lang != "ru" or last + 1 >= frame.last or view.tokens[last].form not in COMMAS:
        return False
    clause = [t.form for t in view.tokens[first:last]]
    rest = [t.form for t in view.tokens[last + 1 : frame.last]]
    past = any(is_finite(f, "ru") and is_past(f, "ru") for f in clause) and _UNREAL.isdisjoint(clause)
    told = any(f[0].isdigit() for f in clause) and any(f[0].isdigit() for f in rest)
    ahead = any(is_finite(f, "ru") and not is_past(f, "ru") for f in rest)  # *если вырос, то сложность увеличится*
    return past and told and not ahead and not _THEN.isdisjoint(rest[:1])


def _end(view: Text, frame: Frame, at: int, shuts: Sequence[int]) -> int:
    stop = _stop(view, frame, at)
    apodosis = tuple(frame.grammar["apodosis"])
    shut = set(shuts[bisect_left(shuts, at) : bisect_left(shuts, stop)])
    for i in range(at, stop):
        if i in shut or (apodosis and i > at and view.tokens[i].form.startswith(apodosis)):
            return i
    return stop


def _stop(view: Text, frame: Frame, at: int) -> int:
    """The first mark that ends the clause; marks in parentheses do not, nor does the comma of *при условии, что*."""
    if at + 1 < frame.last and view.tokens[at].form in COMMAS and frame.has(at + 1, "complement"):
        at += 1
    depth = 0
    last = min(frame.last, at + _LONGEST)
    for i in range(at, last):
        form = view.tokens[i].form
        if form in "([":
            depth += 1
        elif form in ")]" and depth:
            depth -= 1
        elif form in _ENDS and not depth and (form != "." or i == frame.last - 1):
            return i
    return last


def _nominal(view: Text, frame: Frame, at: int, last: int) -> int:
    """The end of *В случае пробоя $95 тыс.* where no comma parts it from the main clause: its figure, or the verb."""
    finite = [i for i in range(at, last) if is_finite(view.tokens[i].form, view.lang)]
    if not finite or finite[0] - at < _SHORTEST or view.tokens[at - 1].form not in frame.grammar["nominal_conditions"]:
        return last
    digits = [i for i in range(at, finite[0]) if view.tokens[i].form[0].isdigit()]
    named = [i for i in range(at + 1, finite[0]) if is_nominative(view.tokens[i].form)]
    if digits and not (named and named[0] < digits[0]):
        end = digits[-1] + 1
        while end < finite[0] and view.tokens[end].form in frame.grammar["scales"]:
            end += 1
        return end
    return named[0] if named else max(at + 1, finite[0] - 1)
