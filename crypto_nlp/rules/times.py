"""What ``data/languages/<lang>/times.yaml`` says: the words of time, each with its code in the grammar."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crypto_nlp.errors import RulesError
from crypto_nlp.morphology import inflect
from crypto_nlp.rules.yaml import Strict, read
from crypto_nlp.text import normalise, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from importlib.resources.abc import Traversable

Words = list[str]
Numbered = dict[int, list[str]]


class SpanWords(Strict):
    """Words that say a number of units at once: *fortnight*, *полгода*, *شهرين*."""

    count: int
    unit: str
    words: Words


class RelativeWords(Strict):
    """Words that name a calendar unit by its distance from the day of publishing: *прошлогодний* is year −1."""

    unit: str
    offset: int
    words: Words


class Hints(Strict):
    """Words in the same clause that tell past from future, or that make a time the base of a comparison."""

    future: Words
    past: Words
    compared: Words
    first: Words
    april_year: Words
    compared_figures: Words
    compared_next: Words
    not_future: Words
    begin: Words
    future_before: Words
    verb_leads: Words


class TimesFile(Strict):
    """The file as it is written."""

    months: Numbered
    weak_months: Numbered
    weekdays: Numbered
    weak_weekdays: Numbered
    seasons: Numbered
    weak_seasons: Numbered
    units: dict[str, Words]
    spans: list[SpanWords]
    days: Numbered
    nights: Words
    numbers: Numbered
    one: Words
    ordinals: Numbered
    relative: list[RelativeWords]
    start: Words
    middle: Words
    end: Words
    last: Words
    previous: Words
    past: Words
    this: Words
    next: Words
    following: Words
    same: Words
    the: Words
    of: Words
    at: Words
    at_span: Words
    year_leads: Words
    since: Words
    since_event: Words
    until: Words
    by: Words
    since_or_from: Words
    to: Words
    between: Words
    over: Words
    over_one: Words
    as_of: Words
    ago: Words
    about: Words
    before: Words
    earlier: Words
    later: Words
    after: Words
    and_: Words
    period: Words
    ended: Words
    fiscal: Words
    now: Words
    then: Words
    at_that_time: Words
    to_date: dict[str, Words]
    compared: dict[str, Words]
    hints: Hints
    not_years: Words
    no_time: Words
    through: Words
    plural: Words
    counting: Words
    other_months: Words


# The code of each category: one character, so that the grammar is regular expressions over strings of codes.
CODES = {
    "months": "M",
    "weak_months": "m",
    "weekdays": "W",
    "weak_weekdays": "w",
    "seasons": "S",
    "weak_seasons": "^",
    "spans": "V",
    "days": "D",
    "nights": "&",
    "numbers": "n",
    "one": "1",
    "ordinals": "o",
    "relative": "~",
    "last": "L",
    "previous": "L",
    "past": "l",
    "this": "T",
    "next": "N",
    "following": "N",
    "same": "R",
    "the": "A",
    "of": "O",
    "at_span": "i",
    "at": "i",
    "year_leads": "q",
    "since_event": "s",
    "since": "s",
    "until": "u",
    "by": "b",
    "since_or_from": "f",
    "to": "t",
    "between": "B",
    "over_one": "v",
    "over": "v",
    "as_of": "k",
    "ago": "g",
    "about": "?",
    "before": "z",
    "earlier": "e",
    "later": "r",
    "after": "j",
    "and_": "c",
    "period": "P",
    "ended": "d",
    "fiscal": "F",
    "other_months": "*",
    "now": "G",
    "then": "C",
    "at_that_time": "_",
    "to_date": "Y",
    "compared": "!",
}
UNIT_CODES = {
    "year": "y",
    "half": "H",
    "quarter": "Q",
    "month": "J",
    "week": "U",
    "day": "I",
    "hour": "h",
    "weekend": "E",
    "decade": "a",
}
_VALUES = {
    "one": 1,
    "previous": "previous",
    "following": "following",
    "since_event": "event",
    "at_span": "span",
    "over_one": "one",
}
PARTS = ("start", "middle", "end")
# Categories whose single words take every form of their lemma where the language inflects by lexeme (Russian).
_INFLECTED = frozenset(
    "months weak_months weekdays weak_weekdays weak_seasons units spans days numbers ordinals relative start middle end"
    " last previous past this next following same period ended fiscal to_date".split()
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a word or phrase says: its ``code`` in the grammar and the value it carries there."""

    code: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class TimeRules:
    """The words of time of one language, folded.

    ``words`` maps a form to its meaning, ``phrases`` a first form to the phrases that begin so, longest first. The
    rest are sets of forms: hints of the clause; ``not_years``, after which four digits are no year; ``through``, the
    words of ``to`` that alone name a last day; ``plural``, units that need a number; ``counting``, units before which
    four digits count.
    """

    lang: str
    words: Mapping[str, Meaning]
    phrases: Mapping[str, tuple[tuple[tuple[str, ...], Meaning], ...]]
    future: frozenset[str]
    past: frozenset[str]
    compared: frozenset[str]
    first: frozenset[str]
    april_year: frozenset[str]
    compared_figures: frozenset[str]
    compared_next: frozenset[str]
    not_future: frozenset[str]
    begin: frozenset[str]
    future_before: frozenset[str]
    verb_leads: frozenset[str]
    not_years: frozenset[str]
    through: frozenset[str]
    plural: frozenset[str]
    counting: frozenset[str]
    strangers: set[str] = field(default_factory=set, compare=False, repr=False)  # forms seen that are no words of time


def load(folder: Traversable, lang: str) -> TimeRules:
    """The rules of ``lang``; ``folder`` holds one folder for each language.

    Raises:
        RulesError: the file is missing or faulty; the message begins with the file.
    """
    path = folder / lang / "times.yaml"
    file: TimesFile = read(path, TimesFile)
    words: dict[str, Meaning] = {}
    derived: dict[str, Meaning] = {}
    phrases: dict[str, list[tuple[tuple[str, ...], Meaning]]] = {}
    for category, entry, meaning in _entries(file, str(path)):
        forms = tuple(t.form for t in tokenize(entry.removeprefix("=")))
        if len(forms) > 1:
            phrases.setdefault(forms[0], []).append((forms, meaning))
            continue
        words.setdefault(forms[0], meaning)
        if category in _INFLECTED and not entry.startswith("="):
            for form in inflect(forms[0], lang):
                derived.setdefault(form, meaning)
    hints = file.hints
    return TimeRules(
        lang=lang,
        words=derived | words,
        phrases={first: tuple(sorted(found, key=lambda p: -len(p[0]))) for first, found in phrases.items()},
        future=_forms(hints.future, lang),
        past=_forms(hints.past, lang),
        compared=_folded(hints.compared),
        first=_forms(hints.first, lang),
        april_year=_folded(hints.april_year),
        compared_figures=_folded(hints.compared_figures),
        compared_next=_folded(hints.compared_next),
        not_future=_folded(hints.not_future),
        begin=_forms(hints.begin, lang),
        future_before=_folded(hints.future_before),
        verb_leads=_folded(hints.verb_leads),
        not_years=_folded(file.not_years),
        through=_folded(file.through),
        plural=_folded(file.plural),
        counting=_forms(file.counting, lang),
        strangers=set(_folded(file.no_time)),
    )


def _entries(file: TimesFile, name: str) -> Iterator[tuple[str, str, Meaning]]:
    """Every entry with its category and meaning."""
    for category, code in CODES.items():
        content = getattr(file, category)
        if category == "spans":
            for span in content:
                yield from ((category, w, Meaning(code, (span.count, _unit(span.unit, name)))) for w in span.words)
        elif category == "relative":
            for one in content:
                yield from ((category, w, Meaning(code, (_unit(one.unit, name), one.offset))) for w in one.words)
        elif isinstance(content, dict):
            for key, words in content.items():
                yield from ((category, w, Meaning(code, key)) for w in words)
        else:
            yield from ((category, w, Meaning(code, _VALUES.get(category))) for w in content)
    for part in PARTS:
        yield from ((part, w, Meaning("p", part)) for w in getattr(file, part))
    for unit, words in file.units.items():
        yield from (("units", w, Meaning(UNIT_CODES[_unit(unit, name)], unit)) for w in words)


def _unit(unit: str, name: str) -> str:
    if unit not in UNIT_CODES:
        message = f"{name}:1: {unit!r} is no unit of time; take one of {', '.join(UNIT_CODES)}."
        raise RulesError(message)
    return unit


def _forms(words: Iterable[str], lang: str) -> frozenset[str]:
    return frozenset(form for word in words for form in inflect(word, lang))


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(normalise(word) for word in words)
