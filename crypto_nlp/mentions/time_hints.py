"""What the clause around a time says: past or future, and whether the time is only the base of a comparison."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from crypto_nlp.morphology import tense

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crypto_nlp.mentions.time_phrases import Expression
    from crypto_nlp.mentions.time_words import Item
    from crypto_nlp.rules.times import TimeRules
    from crypto_nlp.text import Text

_BREAKS = frozenset(".;:\n,")
_LEFT, _FAR, _RIGHT, _BASE, _FIRST = 10, 16, 8, 7, 6  # words looked at; with what stands between them
_ARABIC_FUTURE = re.compile(r"[وف]?س[يتن]\w{3,}$")
_RANKED = 13  # words from a superlative to the time since which it is one
_FIGURES = frozenset("049#n$%")
_SENTENCE = 40  # words
_WAS = frozenset(("كان", "كانت", "كانوا"))
_ROUGHLY = frozenset("نحو حوالي قرابة زهاء about around nearly roughly some около почти примерно".split())


class Hints:
    """The clauses of one text."""

    def __init__(self, view: Text, rules: TimeRules, items: Sequence[Item]) -> None:
        self._rules = rules
        self._items = items
        self._starts = [item.start for item in items]
        self._ends = [
            item.end
            for item, after in zip(items, [*items[1:], None], strict=True)
            if item.code == "\n"
            or (item.code == "." and (after is None or _begins(view.original, item.end, after.start)))
        ]

    @property
    def tell_past(self) -> bool:
        """Whether the forms of the language's verbs tell a past, so that without one none is spoken of."""
        return self._rules.lang != "ar"

    def sentence_end(self, at: int) -> int:
        """Where the sentence that holds the offset ``at`` ends."""
        index = bisect_left(self._ends, at + 1)
        return self._ends[index] if index < len(self._ends) else self._items[-1].end + 1

    def direction(self, said: Expression, *, left_only: bool = False, far: bool = False) -> str:
        """``future``, ``past`` or ``""`` by the nearest telling word before the time in its clause, else after it."""
        first, last = bisect_left(self._starts, said.start), bisect_left(self._starts, said.end)
        found = self._told(range(first - 1, max(-1, first - 1 - (_FAR if far else _LEFT)), -1))
        if found or left_only:
            return found
        return self._told(range(last, min(last + _RIGHT, len(self._items)))) or self._past_before(first)

    def opens_past(self, said: Expression) -> bool:
        """Whether the time opens its clause and what follows is past: *К 15 ноября в реестре числилось*."""
        first, last = bisect_left(self._starts, said.start), bisect_left(self._starts, said.end)
        while first and self._items[first - 1].start == self._items[first - 1].end:  # its proclitics
            first -= 1
        if first and self._items[first - 1].code not in _BREAKS:
            return False
        return self._told(range(last, min(last + _RIGHT, len(self._items)))) == "past"

    def _past_before(self, first: int) -> str:
        """``past`` where an Arabic sentence began with كان: it holds for all that is joined to it."""
        if self._rules.lang != "ar":
            return ""
        for at in range(first - 1, max(-1, first - 1 - _SENTENCE), -1):
            if self._items[at].code in ".\n":
                break
            if self._items[at].form.removeprefix("و") in _WAS:
                return "past"
        return ""

    def _told(self, words: Iterable[int]) -> str:
        passed = 0  # figures and marks between them are no words: *could climb to between $120K and $150K within*
        for at in words:
            item = self._items[at]
            if item.code in _BREAKS or passed >= _LEFT:
                break
            if item.code in "xq" and (told := self._tense(at)):
                return told
            passed += item.code not in "049#n$%-"
        return ""

    def _tense(self, at: int) -> str:
        """What one word says of past and future; a participle after *be* is still to come."""
        rules, form = self._rules, self._items[at].form
        before = self._items[at - 1] if at else None
        if before is not None and before.form in rules.future_before:
            return "future"
        if form in rules.future:
            return "future"
        if form in rules.past:
            return "past"
        if rules.lang == "ru":
            return {"futr": "future", "past": "past"}.get(tense(form), "")
        if rules.lang == "ar":
            bare = form[1:] if form[:1] in ("و", "ف") else form
            return "future" if bare in rules.future or self._is_arabic_future(form, before) else ""
        return "past" if form.endswith("ed") and len(form) > 4 else ""

    def _is_arabic_future(self, form: str, before: Item | None) -> bool:
        """Whether a word with س is a verb: after و or ف, or where a clause begins; names (سيتشوان) stand elsewhere."""
        if not _ARABIC_FUTURE.match(form) or form in self._rules.not_future:
            return False
        opens = before is None or before.code in _BREAKS or before.code == "c" or before.form in self._rules.verb_leads
        return form[0] != "س" or opens

    def begins(self, said: Expression) -> bool:
        """Whether the clause tells of something that began then: *с 1 января ввели*."""
        first, last = bisect_left(self._starts, said.start), bisect_left(self._starts, said.end)
        last += last < len(self._items) and self._items[last].code == ","  # ранее, с 1 января, ограничения ввели
        before = range(first - 1, max(-1, first - 1 - _LEFT), -1)
        return any(self._is_begin(side) for side in (before, range(last, min(last + _RIGHT, len(self._items)))))

    def _is_begin(self, words: Iterable[int]) -> bool:
        for at in words:
            if self._items[at].code in _BREAKS:
                return False
            if self._items[at].form in self._rules.begin:
                return True
        return False

    def is_base(self, said: Expression) -> bool:
        """Whether the time is that of the figure compared with: *from 12% in 2023*, *the lowest since May*."""
        first = bisect_left(self._starts, said.start)
        rules, figure, ranged = self._rules, False, False
        ranked = said.kind == "since" or (said.kind == "window" and said.moment.rel == "?")
        far = _RANKED if ranked and rules.lang == "ar" else _BASE  # أكبر عملية شراء للعملة تنفذها الشركة منذ يوليو
        for distance, i in enumerate(range(first - 1, max(-1, first - 1 - far), -1)):
            item = self._items[i]
            if item.code in _BREAKS:
                return False
            counted = self._is_counted(i + 1, first)
            figure = figure or item.code in _FIGURES
            ranged = ranged or (item.code in "tu" and counted)  # from 10% to 12% in 2023: no base
            if ranked and distance < max(_FIRST, far - 1) and item.form in rules.first:
                return True
            if item.form in rules.compared and (figure or distance <= 2):
                return True
            if item.form in rules.compared_next and not figure and distance <= 2:
                return True
            rise = distance <= 1 and i > 0 and self._items[i - 1].code in _FIGURES  # up 12% from June
            beside = counted or rise or (not distance and said.moment.kind in ("ago", "shift"))
            if item.form in rules.compared_figures and beside and not ranged and said.kind not in ("since", "window"):
                return True
        return False

    def _is_counted(self, at: int, end: int) -> bool:
        """Whether a figure stands at ``at`` and before ``end``, perhaps with a bound: *from about 12% in 2023*."""
        at += at < end and self._items[at].form in _ROUGHLY
        return at < end and self._items[at].code in _FIGURES


def _begins(text: str, end: int, start: int) -> bool:
    """Whether a full stop before the word at ``start`` ends a sentence: white space and no small letter follow."""
    return end < start and not text[start].islower()
