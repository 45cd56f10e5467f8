"""What is still to come: verbs in the future tense, a headline's bare infinitive, and what a bill would do."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from crypto_nlp.morphology import is_future
from crypto_nlp.records import Cue, CueKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crypto_nlp.records import Sentence
    from crypto_nlp.rules.cues import CueRules
    from crypto_nlp.text import Text

_MAX_HEADLINE = 12  # words before a bare *to* in a headline
_BILL_LASTS = 3  # sentences for which a text goes on telling what a bill would do
_BULLETS = "•·▪-*—–"


def future_verbs(view: Text, sentence: Sentence, rules: CueRules) -> list[tuple[int, str]]:
    """Token indices of verbs in the future tense, each with ``future`` or, for a deed, ``plans``."""
    if rules.lang not in ("ru", "ar"):
        return []
    first, last = view.between(sentence.start, sentence.end)
    found: list[tuple[int, str]] = []
    for at in range(first, last):
        form = view.tokens[at].form
        if not is_future(form, rules.lang) or _is_no_verb(form, rules):
            continue
        deed = rules.deeds.occurs(view.forms[at : at + 1])
        found.append((at, "plans" if deed else "future"))
    return found


def _is_no_verb(form: str, rules: CueRules) -> bool:
    word = form[1:] if form[0] in "وف" and rules.lang == "ar" else form
    return word in rules.future_not or bool(rules.future_not_prefix and word.startswith(rules.future_not_prefix))


def headline_plan(view: Text, first: int, last: int, rules: CueRules) -> int | None:
    """The token *to* of *Russia to ban mining* in the headline ``first:last``, or None."""
    verbs = {m.first + first for m in rules.infinitives.find(view.forms[first:last])}
    for at in range(first + 1, min(last - 1, first + _MAX_HEADLINE)):
        if view.tokens[at].form == "to" and at + 1 in verbs and view.tokens[at - 1].form not in rules.not_infinitive:
            return at
    return None


def of_bills(view: Text, sentences: Sequence[Sentence], cues: Sequence[Cue], rules: CueRules) -> Iterator[Cue]:
    """The cues, and a hedge of sense ``bill`` or ``under_bill`` where a sentence goes on telling what a bill would do.

    There a future tense, *the bill* or *the document*, and the bullet of a list say so.
    """
    states = _bill_states(view, sentences, rules)
    starts = [s.start for s in sentences]
    for place, sentence in enumerate(sentences):
        if states[place] and view.original[sentence.start] in _BULLETS:
            at = sentence.start
            yield Cue(at, at + 1, view.original[at], CueKind.HEDGE, "bill", at, sentence.end)
    for cue in cues:
        yield cue
        place = bisect_right(starts, cue.start) - 1
        if place < 0 or not states[place]:
            continue
        if cue.kind is CueKind.FORECAST and cue.sense == "future":
            yield replace(cue, kind=CueKind.HEDGE, sense="under_bill")
        elif cue.kind is CueKind.REFERENCE and cue.sense == "bill":
            yield replace(cue, kind=CueKind.HEDGE, sense="bill")


def _bill_states(view: Text, sentences: Sequence[Sentence], rules: CueRules) -> list[bool]:
    """For each sentence, whether a sentence shortly before it spoke of a bill, and none since of a law."""
    starts = [s.start for s in sentences]
    last: dict[int, str] = {}
    covered = 0
    for match in sorted(rules.topics.find(view.forms), key=lambda m: (m.first, -m.last)):
        if match.last <= covered:
            continue
        covered = match.last
        last[bisect_right(starts, view.tokens[match.first].start) - 1] = match.payload
    states: list[bool] = []
    age = _BILL_LASTS + 1
    for place in range(len(sentences)):
        topic = last.get(place)
        states.append(age <= _BILL_LASTS and topic != "law")
        age = 1 if topic == "bill" else _BILL_LASTS + 1 if topic == "law" else age + 1
    return states
