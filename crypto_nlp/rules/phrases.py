"""Phrases looked up at a place of a text: from a token onwards, or ending before it; the longest wins.

The lines are written as for :mod:`crypto_nlp.lexicon`. Where that finds phrases over a whole text, this answers for
the few
places at which a figure stands, and a form that begins no phrase costs one look into a dictionary.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from crypto_nlp.lexicon import Slot, compile_phrase
from crypto_nlp.morphology import keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crypto_nlp.text import Token

T = TypeVar("T")
_Pattern = tuple[tuple[Slot, ...], T]


class Phrases(Generic[T]):
    """Phrases of one language without gaps, each with a payload; of two equal ones the first stands."""

    def __init__(self, lang: str, phrases: Iterable[tuple[str, T]]) -> None:
        """Compile ``phrases``; ValueError where one is empty or holds a gap."""
        self.lang = lang
        patterns: list[_Pattern[T]] = []
        for phrase, payload in phrases:
            slots = compile_phrase(phrase, lang)
            if any(slot.gap for slot in slots):
                message = f"a phrase of the number rules may hold no gap: {phrase!r}"
                raise ValueError(message)
            patterns.append((slots, payload))
        patterns.sort(key=lambda p: -len(p[0]))
        self._patterns = patterns
        self._first: dict[str, tuple[_Pattern[T], ...]] = {}
        self._last: dict[str, tuple[_Pattern[T], ...]] = {}
        self._index: tuple[dict[str, list[int]], dict[str, list[int]]] = ({}, {})
        self._prefixed: tuple[list[tuple[str, int]], list[tuple[str, int]]] = ([], [])
        for number, (slots, _) in enumerate(patterns):
            for side, slot in enumerate((slots[0], slots[-1])):
                for word in slot.forms | slot.lemmas:
                    self._index[side].setdefault(word, []).append(number)
                self._prefixed[side].extend((prefix, number) for prefix in slot.prefixes)

    def begins(self, form: str) -> bool:
        """Whether any phrase begins with a word of this form."""
        return bool(self._candidates(form, 0, self._first))

    def at(self, tokens: Sequence[Token], at: int) -> tuple[int, T] | None:
        """The index after the longest phrase that begins with ``tokens[at]``, and its payload."""
        if at >= len(tokens):
            return None
        form = tokens[at].form
        candidates = self._first.get(form)
        if candidates is None:
            candidates = self._candidates(form, 0, self._first)
        for slots, payload in candidates:
            last = self._forward(slots, tokens, at) if len(slots) > 1 else at + 1
            if last:
                return last, payload
        return None

    def before(self, tokens: Sequence[Token], at: int) -> tuple[int, T] | None:
        """The index of the first token of the longest phrase that ends with ``tokens[at - 1]``, and its payload."""
        if at <= 0 or not self._last.get(tokens[at - 1].form, True):
            return None
        return next(self.all_before(tokens, at), None)

    def all_before(self, tokens: Sequence[Token], at: int) -> Iterator[tuple[int, T]]:
        """Every phrase that ends with ``tokens[at - 1]``, the longest first."""
        if at <= 0:
            return
        for slots, payload in self._candidates(tokens[at - 1].form, 1, self._last):
            first = self._backward(slots, tokens, at - 1)
            if first >= 0:
                yield first, payload

    def _candidates(self, form: str, side: int, memo: dict[str, tuple[_Pattern[T], ...]]) -> tuple[_Pattern[T], ...]:
        found = memo.get(form)
        if found is None:
            form_keys = keys(form, self.lang)
            numbers: set[int] = set()
            for key in (form, *form_keys):
                numbers.update(self._index[side].get(key, ()))
                numbers.update(n for prefix, n in self._prefixed[side] if key.startswith(prefix))
            kept = [self._patterns[n] for n in sorted(numbers)]
            found = tuple(p for p in kept if p[0][-side].matches(form, form_keys))
            memo[form] = found
        return found

    def _forward(self, slots: tuple[Slot, ...], tokens: Sequence[Token], at: int) -> int:
        at += 1
        for slot in slots[1:]:
            if at < len(tokens) and tokens[at].form == "-":
                at += 1
            if at >= len(tokens) or not slot.matches(tokens[at].form, keys(tokens[at].form, self.lang)):
                return 0
            at += 1
        return at

    def _backward(self, slots: tuple[Slot, ...], tokens: Sequence[Token], at: int) -> int:
        for slot in reversed(slots[:-1]):
            at -= 1
            if at >= 0 and tokens[at].form == "-":
                at -= 1
            if at < 0 or not slot.matches(tokens[at].form, keys(tokens[at].form, self.lang)):
                return -1
        return at
