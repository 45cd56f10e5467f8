"""Phrases compiled once and found in one pass over the tokens of a text.

A phrase of the rules is a line of words. A word stands for all its inflections (see :mod:`crypto_nlp.morphology`);
``=word`` for that very form (an Arabic *and* written with it aside), ``stem*`` for every form that begins so, ``a|b``
for either (hyphenated or not), ``...`` for up to four words that no punctuation parts, ``..N`` for up to N. A short
name in guillemets is one word of a gap: *اشترت «كوين بيس» منصة*. Hyphens are as good as spaces, in the phrase and in
the text.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from crypto_nlp.morphology import keys, lemma, without_conjunction
from crypto_nlp.text import Token, normalise, tokenize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

T = TypeVar("T")
_GAP = re.compile(r"\.\.(\.|\d+)$")
_DEFAULT_GAP = 4
_STOPS = frozenset('.,;:!?؛،؟()«»“”"\n—–')
_OPENER, _CLOSER = "«", "»"
_QUOTED = 4  # tokens of a name in guillemets; more are somebody's words


class Slot(NamedTuple):
    """One place of a pattern: any of these surface forms, lemmas or prefixes; or a gap of up to ``gap`` words."""

    forms: frozenset[str]
    lemmas: frozenset[str]
    prefixes: tuple[str, ...]
    gap: int = 0

    def matches(self, form: str, form_keys: frozenset[str]) -> bool:
        """Whether a word with these keys may stand here."""
        if form in self.forms or not self.lemmas.isdisjoint(form_keys):
            return True
        if self.forms and without_conjunction(form) in self.forms:
            return True
        return bool(self.prefixes) and any(k.startswith(self.prefixes) for k in (form, *form_keys))


class Match(NamedTuple, Generic[T]):
    """A phrase found: half-open indices into the tokens, and what the rules say of it."""

    first: int
    last: int
    payload: T


class _Places:
    """Which patterns a word may stand in, at one place of theirs; remembered for each word."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.known: dict[str, frozenset[int]] = {}
        self._by_form: defaultdict[str, list[int]] = defaultdict(list)
        self._by_lemma: defaultdict[str, list[int]] = defaultdict(list)
        self._by_prefix: defaultdict[str, list[int]] = defaultdict(list)

    def add(self, slot: Slot, number: int) -> None:
        """Let ``slot`` be that place of the pattern ``number``."""
        for form in slot.forms:
            self._by_form[form].append(number)
        for word in slot.lemmas:
            self._by_lemma[word].append(number)
        for prefix in slot.prefixes:
            self._by_prefix[prefix].append(number)

    def patterns(self, form: str) -> frozenset[int]:
        """The numbers of the patterns: what :meth:`Slot.matches` says, asked of all of them at once."""
        found = self.known.get(form)
        if found is None:
            form_keys = keys(form, self.lang)
            numbers = [*self._by_form.get(form, ()), *self._by_form.get(without_conjunction(form), ())]
            for key in form_keys:
                numbers.extend(self._by_lemma.get(key, ()))
                for end in range(1, len(key) + 1) if self._by_prefix else ():
                    numbers.extend(self._by_prefix.get(key[:end], ()))
            found = self.known[form] = frozenset(numbers) if numbers else _NOWHERE
        return found


_NOWHERE: frozenset[int] = frozenset()
_Start = tuple[tuple[int, ...], frozenset[int]]


class _Remembered(dict[str, "_Start | None"]):
    """Word -> what may begin with it, made when a word first comes: nothing is quicker than a dictionary's own look."""

    def __init__(self, make: Callable[[str], _Start | None]) -> None:
        self._make = make

    def __missing__(self, form: str) -> _Start | None:
        made = self[form] = self._make(form)
        return made


class Lexicon(Generic[T]):
    """Phrases of one language, each with a payload.

    Most words begin a phrase (*the*, *to*) without going on as it does. So the patterns are looked up by their first
    word and by their second, and only those that both allow are compared word by word.
    """

    def __init__(self, lang: str, phrases: Iterable[tuple[str, T]]) -> None:
        """Compile ``phrases``; equal phrases keep all their payloads."""
        self.lang = lang
        self._patterns: list[tuple[tuple[Slot, ...], T]] = []
        self._first = _Places(lang)
        self._second = _Places(lang)
        self._starts = _Remembered(self._patterns_from)
        for phrase, payload in phrases:
            for variant in spelt_out(phrase):
                self._add(compile_phrase(variant, lang), payload)

    def _add(self, slots: tuple[Slot, ...], payload: T) -> None:
        number = len(self._patterns)
        self._patterns.append((slots, payload))
        self._first.add(slots[0], number)
        if not self._is_open(number):
            self._second.add(slots[1], number)

    def _is_open(self, number: int) -> bool:
        """Whether the word behind the first may be any: the pattern ends before it or has a gap there."""
        slots = self._patterns[number][0]
        return len(slots) == 1 or slots[1].gap > 0

    def _patterns_from(self, form: str) -> _Start | None:
        """The patterns that may begin with ``form``: those that any word may follow, and the others."""
        numbers = self._first.patterns(form)
        is_open = frozenset(filter(self._is_open, numbers))
        return (tuple(sorted(is_open)), numbers - is_open) if numbers else None

    def find(self, tokens: Sequence[Token]) -> list[Match[T]]:
        """Every phrase in ``tokens``, also where they overlap, by place and then by length."""
        return list(self._matches(tokens))

    def occurs(self, tokens: Sequence[Token]) -> bool:
        """Whether any phrase stands in ``tokens``."""
        return next(self._matches(tokens), None) is not None

    def _matches(self, tokens: Sequence[Token]) -> Iterator[Match[T]]:
        starts, seconds, count = self._starts, self._second.known, len(tokens)
        begun = [(at, start) for at, token in enumerate(tokens) if (start := starts[token.form]) is not None]
        for at, (alone, closed) in begun:
            numbers: Sequence[int] = alone
            if closed:
                behind = at + 2 if at + 1 < count and tokens[at + 1].form == "-" else at + 1
                if behind < count:
                    follows = seconds.get(tokens[behind].form)
                    both = closed & (self._second.patterns(tokens[behind].form) if follows is None else follows)
                    if both:
                        numbers = sorted((*alone, *both))
            for number in numbers:
                slots, payload = self._patterns[number]
                last = self._rest(slots, 1, tokens, at + 1) if len(slots) > 1 else at + 1
                if last > 0:
                    yield Match(at, last, payload)

    def longest(self, tokens: Sequence[Token]) -> list[Match[T]]:
        """The phrases of :meth:`find` without those that lie inside, or overlap and begin after, a longer one."""
        kept: list[Match[T]] = []
        covered: set[int] = set()
        spans: set[tuple[int, int]] = set()
        for match in sorted(self.find(tokens), key=lambda m: (m.first - m.last, m.first)):
            span = (match.first, match.last)
            if span in spans or covered.isdisjoint(range(*span)):
                kept.append(match)
                spans.add(span)
                covered.update(range(*span))
        return sorted(kept, key=lambda m: (m.first, m.last))

    def _rest(self, slots: tuple[Slot, ...], slot: int, tokens: Sequence[Token], at: int) -> int:
        """The index after the match of ``slots[slot:]`` at ``at``, or 0."""
        while slot < len(slots):
            here = slots[slot]
            if here.gap:
                return self._gap(slots, slot, tokens, at)
            if at < len(tokens) and tokens[at].form == "-":
                at += 1
            if at >= len(tokens):
                return 0
            form = tokens[at].form
            if not here.matches(form, keys(form, self.lang)):
                return 0
            at += 1
            slot += 1
        return at

    def _gap(self, slots: tuple[Slot, ...], slot: int, tokens: Sequence[Token], at: int) -> int:
        for _ in range(slots[slot].gap + 1):
            last = self._rest(slots, slot + 1, tokens, at)
            if last:
                return last
            at = _next_word(tokens, at)
            if not at:
                return 0
        return 0


def _next_word(tokens: Sequence[Token], at: int) -> int:
    """The index behind the word, or the short name in guillemets, at ``at``; 0 where none stands there."""
    if at >= len(tokens):
        return 0
    form = tokens[at].form
    if form == _OPENER:
        inside = range(at + 1, min(at + 2 + _QUOTED, len(tokens)))
        return next((i + 1 for i in inside if tokens[i].form == _CLOSER), 0)
    return 0 if form in _STOPS else at + 1


def spelt_out(phrase: str) -> Iterator[str]:
    """``phrase`` for each of its hyphenated choices, which are several words: *ETF|bitcoin-ETF buys* is two phrases."""
    words = phrase.split()
    for at, word in enumerate(words):
        choices = word.split("|")
        split = [c for c in choices if "-" in c.strip("=-") and not c.endswith("*")]
        if len(choices) == 1 or not split:
            continue
        whole = "|".join(c for c in choices if c not in split)
        for choice in (*([whole] if whole else []), *(_hyphenated(c) for c in split)):
            yield from spelt_out(" ".join((*words[:at], choice, *words[at + 1 :])))
        return
    yield phrase


def _hyphenated(choice: str) -> str:
    """The words of a hyphenated choice, each taken as exactly as the whole."""
    exact = "=" if choice.startswith("=") else ""
    return " ".join(exact + part for part in choice.removeprefix("=").split("-") if part)


def compile_phrase(phrase: str, lang: str) -> tuple[Slot, ...]:
    """The slots of a phrase; raises ValueError where it is empty or begins or ends with a gap."""
    slots: list[Slot] = []
    for word in phrase.split():
        gap = _GAP.match(word)
        if gap:
            width = _DEFAULT_GAP if gap.group(1) == "." else int(gap.group(1))
            slots.append(Slot(frozenset(), frozenset(), (), width))
        else:
            slots.extend(_slots_of(word, lang))
    if not slots or slots[0].gap or slots[-1].gap:
        message = f"a phrase must begin and end with a word: {phrase!r}"
        raise ValueError(message)
    return tuple(slots)


def _slots_of(word: str, lang: str) -> list[Slot]:
    """The slots of one word of a phrase; ``pump.fun`` or ``13-f`` makes several."""
    choices = word.split("|") if len(word) > 1 else [word]
    if len(choices) == 1 and word[:1] != "=" and word[-1:] != "*":
        forms = [t.form for t in tokenize(word) if t.form != "-"]
        return [Slot(frozenset(), _lemmas(f, lang), ()) for f in forms]
    exact: set[str] = set()
    lemmas: set[str] = set()
    prefixes: set[str] = set()
    for choice in choices:
        if choice.startswith("="):
            exact.add(normalise(choice[1:]))
        elif choice.endswith("*") and len(choice) > 1:
            prefixes.add(normalise(choice[:-1]))
        else:
            lemmas.update(_lemmas(normalise(choice), lang))
    return [Slot(frozenset(exact), frozenset(lemmas), tuple(sorted(prefixes)))]


def _lemmas(form: str, lang: str) -> frozenset[str]:
    """The keys of a word of a rule: its lemma and, since a dictionary may not know it (биткоин), itself."""
    return frozenset((lemma(form, lang), form) if lang == "ru" else (lemma(form, lang),))
