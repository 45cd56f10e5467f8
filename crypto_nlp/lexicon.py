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
from crypto_nlp.text import normalise, tokenize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

T = TypeVar("T")
_GAP = re.compile(r"\.\.(\.|\d+)$")
_DEFAULT_GAP = 4
_STOPS = frozenset('.,;:!?؛،؟()«»“”"\n—–')
_OPENER, _CLOSER = "«", "»"
_QUOTED = 4  # tokens of a name in guillemets; more are somebody's words
_MOST_WORDS = 1 << 17  # remembered by one lexicon; a language has fewer that are written more than once


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


class Remembered(dict[str, T]):
    """Word -> what is known of it, made when the word first comes: nothing is quicker than a dictionary's own look."""

    def __init__(self, make: Callable[[str], T]) -> None:
        self._make = make

    def __missing__(self, form: str) -> T:
        """Make and keep what is known of ``form``; all is forgotten before it grows without end."""
        if len(self) >= _MOST_WORDS:
            self.clear()
        made = self[form] = self._make(form)
        return made


class _Slots:
    """The different slots of all phrases, by number, and in which of them a word may stand."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.fitting = Remembered(self._fitting)
        self._numbers: dict[Slot, int] = {}
        self._by_form: defaultdict[str, list[int]] = defaultdict(list)
        self._by_lemma: defaultdict[str, list[int]] = defaultdict(list)
        self._by_prefix: defaultdict[str, list[int]] = defaultdict(list)

    def number(self, slot: Slot) -> int:
        """The number of ``slot``, the same for slots that take the same words."""
        known = self._numbers.get(slot)
        if known is not None:
            return known
        number = self._numbers[slot] = len(self._numbers)
        for form in slot.forms:
            self._by_form[form].append(number)
        for word in slot.lemmas:
            self._by_lemma[word].append(number)
        for prefix in slot.prefixes:
            self._by_prefix[prefix].append(number)
        return number

    def _fitting(self, form: str) -> frozenset[int]:
        """What :meth:`Slot.matches` says, asked of all slots at once."""
        numbers = [*self._by_form.get(form, ()), *self._by_form.get(without_conjunction(form), ())]
        for key in keys(form, self.lang):
            numbers.extend(self._by_lemma.get(key, ()))
            for end in range(1, len(key) + 1) if self._by_prefix else ():
                numbers.extend(self._by_prefix.get(key[:end], ()))
        return frozenset(numbers) if numbers else _NOWHERE


_NOWHERE: frozenset[int] = frozenset()


class _Node:
    """How phrases with the same beginning go on.

    ``ends`` are the numbers of the phrases that end here, ``words`` what follows at once by the number of its slot,
    ``gaps`` what follows behind up to so many words.
    """

    __slots__ = ("ends", "gaps", "words")

    def __init__(self) -> None:
        self.ends: list[int] = []
        self.words: dict[int, _Node] = {}
        self.gaps: dict[int, _Node] = {}


def _joined(nodes: Sequence[_Node]) -> _Node:
    """One node that goes on as each of ``nodes`` does."""
    if len(nodes) == 1:
        return nodes[0]
    joined = _Node()
    joined.ends = [number for node in nodes for number in node.ends]
    joined.words = _joined_by_key([node.words for node in nodes])
    joined.gaps = _joined_by_key([node.gaps for node in nodes])
    return joined


def _joined_by_key(tables: Iterable[dict[int, _Node]]) -> dict[int, _Node]:
    following: defaultdict[int, list[_Node]] = defaultdict(list)
    for table in tables:
        for key, node in table.items():
            following[key].append(node)
    return {key: _joined(nodes) for key, nodes in following.items()}


class Lexicon(Generic[T]):
    """Phrases of one language, each with a payload.

    They make one tree, whose branches are slots: phrases that begin alike are followed together, and most words of a
    text begin none.
    """

    def __init__(self, lang: str, phrases: Iterable[tuple[str, T]]) -> None:
        """Compile ``phrases``; equal phrases keep all their payloads."""
        self.lang = lang
        self._slots = _Slots(lang)
        self._root = _Node()
        self._branches: dict[frozenset[int], _Node] = {}
        self._payloads: list[T] = []
        self._starts = Remembered(self._begun)
        for phrase, payload in phrases:
            for variant in spelt_out(phrase):
                self._add(compile_phrase(variant, lang), payload)

    def _add(self, slots: tuple[Slot, ...], payload: T) -> None:
        node = self._root
        for slot in slots:
            if slot.gap:
                node = node.gaps.setdefault(slot.gap, _Node())
            else:
                node = node.words.setdefault(self._slots.number(slot), _Node())
        node.ends.append(len(self._payloads))
        self._payloads.append(payload)

    def _begun(self, form: str) -> _Node | None:
        """Where one is in the tree behind a first word ``form``."""
        words = self._root.words
        slots = frozenset(slot for slot in self._slots.fitting[form] if slot in words)
        if slots and slots not in self._branches:  # the forms of one word share it
            self._branches[slots] = _joined([words[slot] for slot in slots])
        return self._branches.get(slots)

    def find(self, forms: Sequence[str]) -> list[Match[T]]:
        """Every phrase in the tokens with these ``forms``, also where they overlap, by place and by order of rules."""
        return list(self._matches(forms))

    def occurs(self, forms: Sequence[str]) -> bool:
        """Whether any phrase stands in the tokens with these ``forms``."""
        return next(self._matches(forms), None) is not None

    def _matches(self, forms: Sequence[str]) -> Iterator[Match[T]]:
        payloads = self._payloads
        for at, node in enumerate(map(self._starts.__getitem__, forms)):
            if node is None:
                continue
            found: dict[int, int] = {}
            self._follow(node, forms, at + 1, found)
            for number in sorted(found):
                yield Match(at, found[number], payloads[number])

    def longest(self, forms: Sequence[str]) -> list[Match[T]]:
        """The phrases of :meth:`find` without those that lie inside, or overlap and begin after, a longer one."""
        kept: list[Match[T]] = []
        covered: set[int] = set()
        spans: set[tuple[int, int]] = set()
        for match in sorted(self.find(forms), key=lambda m: (m.first - m.last, m.first)):
            span = (match.first, match.last)
            if span in spans or covered.isdisjoint(range(*span)):
                kept.append(match)
                spans.add(span)
                covered.update(range(*span))
        return sorted(kept, key=lambda m: (m.first, m.last))

    def _follow(self, node: _Node, forms: Sequence[str], at: int, found: dict[int, int]) -> None:
        """Note in ``found`` where the phrases end that have come to ``node`` before the token ``at``."""
        for number in node.ends:
            found.setdefault(number, at)  # with gaps several places will do: the nearest comes first
        if node.words:
            self._follow_word(node.words, forms, at, found)
        for width, behind in node.gaps.items():
            here = at
            for _ in range(width + 1):
                self._follow(behind, forms, here, found)
                here = _next_word(forms, here)
                if not here:
                    break

    def _follow_word(self, words: dict[int, _Node], forms: Sequence[str], at: int, found: dict[int, int]) -> None:
        if at < len(forms) and forms[at] == "-":
            at += 1
        if at >= len(forms):
            return
        fitting = self._slots.fitting[forms[at]]
        if not fitting.isdisjoint(words):
            for slot in fitting:
                if slot in words:
                    self._follow(words[slot], forms, at + 1, found)


def _next_word(forms: Sequence[str], at: int) -> int:
    """The index behind the word, or the short name in guillemets, at ``at``; 0 where none stands there."""
    if at >= len(forms):
        return 0
    form = forms[at]
    if form == _OPENER:
        inside = range(at + 1, min(at + 2 + _QUOTED, len(forms)))
        return next((i + 1 for i in inside if forms[i] == _CLOSER), 0)
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
