"""The number rules of one language, compiled from its ``numbers.yaml`` and ``units.yaml``.

The shape of the files is in :mod:`crypto_nlp.rules.number_files`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from crypto_nlp.errors import RulesError
from crypto_nlp.records import Bound, Per
from crypto_nlp.rules.number_files import Context, Fraction, Multiple, Numbers, Signs, Units
from crypto_nlp.rules.number_words import Atom, Scale, atoms_of, glued_proclitics, prefixes_of, scales_of
from crypto_nlp.rules.phrases import Phrases
from crypto_nlp.rules.unit_phrases import (
    Unit,
    adjectives_of,
    bare_units,
    glued_codes,
    units_after,
    units_before,
)
from crypto_nlp.rules.yaml import read
from crypto_nlp.text import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.resources.abc import Traversable


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Phrases that must, or must not, stand around a form."""

    after: Phrases[bool] | None
    before: Phrases[bool] | None
    not_after: Phrases[bool] | None
    not_before: Phrases[bool] | None


@dataclass(frozen=True, slots=True)
class Part:
    """A share in words (``value`` in percent) or a multiple (``value`` in times)."""

    value: Decimal
    unit: str
    scales: bool
    definite: bool
    around: Surroundings


@dataclass(frozen=True, slots=True, eq=False)
class NumberRules:
    """Everything that :func:`crypto_nlp.mentions.quantities.read` knows of a language."""

    lang: str
    decimal: str
    spaces: bool
    conjunction: str
    proclitics: re.Pattern[str] | None
    letters: frozenset[str]
    articles: frozenset[str]
    ands: frozenset[str]
    atoms: dict[str, Atom]
    scales: dict[str, Scale]
    scale_stems: tuple[tuple[str, Scale], ...]
    prefixes: tuple[tuple[str, int], ...]
    adjectives: tuple[tuple[str, Unit], ...]
    folds: tuple[str, ...]
    tails: Phrases[Decimal]
    parts: Phrases[Part]
    denominators: dict[str, int]
    share_joins: Phrases[bool]
    share_bases: frozenset[int]
    share_of_bases: frozenset[int]
    share_ordinals: Phrases[int]
    multiples: Phrases[Part]
    times: Phrases[bool]
    times_in: Phrases[bool]
    bounds_before: Phrases[Bound]
    bounds_distant: Phrases[Bound]
    bound_verbs: Phrases[Bound]
    bounds_split: dict[str, Phrases[Bound]]
    negations: Phrases[bool]
    comparing: frozenset[str]
    windows_before: Phrases[bool]
    windows_after: Phrases[bool]
    bounds_after: Phrases[Bound]
    fillers: Phrases[bool]
    prepositions: Phrases[bool]
    function_words: Phrases[bool]
    adjective_endings: tuple[str, ...]
    adjective_count: int
    adding: frozenset[str]
    rates_after: Phrases[Per]
    rates_close: Phrases[Per]
    rates_before: Phrases[Per]
    rates_not_after: Phrases[bool]
    rates_not_before: dict[Per, Phrases[bool]]
    between: Phrases[bool]
    span: Phrases[bool]
    start: Phrases[bool]
    joins: Phrases[bool]
    to: Phrases[bool]
    changes: Phrases[bool]
    limit: Phrases[bool]
    lower: Phrases[bool]
    ellipsis: Phrases[bool]
    against: Phrases[bool]
    given_to: Phrases[bool]
    levels: Phrases[bool]
    apart_before: Phrases[bool]
    apart_after: Phrases[bool]
    months: Phrases[bool]
    ages_before: Phrases[bool]
    ages_after: Phrases[bool]
    terms: Phrases[bool]
    month_first: bool
    ordinal_endings: frozenset[str]
    persons: Phrases[bool]
    durable: Phrases[bool]
    units_after: Phrases[Unit]
    units_before: Phrases[Unit]
    duals: Phrases[Unit]
    bare: Phrases[Unit]
    wrappers: Phrases[bool]
    codes: frozenset[str]
    populations: frozenset[str]
    tickers: frozenset[str]
    not_tickers: frozenset[str]
    glued: re.Pattern[str] | None


def load(folder: Traversable, lang: str) -> NumberRules:
    """The number rules in ``folder`` (``data/languages/<lang>``).

    The signs of all languages stand in its parent's ``units.yaml``.

    Raises:
        RulesError: a file is missing, does not fit its shape, or gives a number word two meanings.
    """
    numbers: Numbers = read(folder / "numbers.yaml", Numbers)
    units: Units = read(folder / "units.yaml", Units)
    signs: Signs = read(_parent(folder) / "units.yaml", Signs)
    try:
        return _compile(lang, numbers, units, signs)
    except ValueError as error:
        message = f"{folder / 'numbers.yaml'}:1: {error}"
        raise RulesError(message) from error


def _parent(folder: Traversable) -> Traversable:
    parent = getattr(folder, "parent", None)
    if parent is None:
        message = f"{folder}: the number rules must be read from a folder on disk"
        raise RulesError(message)
    found: Traversable = parent
    return found


def _compile(lang: str, numbers: Numbers, units: Units, signs: Signs) -> NumberRules:
    def table(phrases: Iterable[str]) -> Phrases[bool]:
        return Phrases(lang, ((phrase, True) for phrase in phrases))

    before = list(units_before(units, signs))
    ranges, apart, shares = numbers.ranges, numbers.apart, numbers.shares
    return NumberRules(
        lang=lang,
        decimal=numbers.decimal,
        spaces=numbers.spaces,
        conjunction=normalise(numbers.conjunction),
        proclitics=glued_proclitics(numbers.proclitics),
        letters=frozenset(p for p in map(normalise, numbers.proclitics) if len(p) == 1),
        articles=frozenset(map(normalise, numbers.articles)),
        ands=frozenset(map(normalise, numbers.ands)),
        atoms=atoms_of(numbers),
        scales=scales_of(numbers.magnitudes, numbers.definite),
        scale_stems=tuple(
            (normalise(f[:-1]), Scale(m.value, ordinal=True))
            for m in numbers.magnitudes
            for f in m.ordinal
            if f[-1] == "*"
        ),
        prefixes=prefixes_of(numbers.prefixes),
        adjectives=tuple(adjectives_of(units)),
        folds=tuple(map(normalise, numbers.fold)),
        tails=Phrases(lang, ((form, Decimal(str(t.add))) for t in numbers.tails for form in t.forms)),
        parts=Phrases(lang, _parts(lang, numbers.fractions)),
        denominators={normalise(f): n for n, forms in numbers.parts.items() for f in forms},
        share_joins=Phrases(lang, [(j, True) for j in shares.joins] + [(j, False) for j in shares.of]),
        share_bases=frozenset(shares.bases),
        share_of_bases=frozenset(shares.of_bases),
        share_ordinals=Phrases(lang, _share_ordinals(numbers)),
        multiples=Phrases(lang, _multiples(lang, numbers.multiples)),
        times=table(numbers.times),
        times_in=table(numbers.times_in),
        bounds_before=Phrases(
            lang,
            ((p, Bound(b)) for b, limit in numbers.limits.items() for p in limit.before + limit.verbs + limit.distant),
        ),
        bound_verbs=Phrases(lang, ((p, Bound(b)) for b, limit in numbers.limits.items() for p in limit.verbs)),
        bounds_split=_split(lang, numbers),
        negations=table(numbers.negations),
        comparing=frozenset(map(normalise, numbers.comparing)),
        windows_before=table(apart.windows_before),
        windows_after=table(apart.windows_after),
        bounds_distant=Phrases(lang, ((p, Bound(b)) for b, limit in numbers.limits.items() for p in limit.distant)),
        bounds_after=Phrases(lang, ((p, Bound(b)) for b, limit in numbers.limits.items() for p in limit.after)),
        fillers=table(numbers.fillers),
        prepositions=table(numbers.prepositions),
        function_words=table(numbers.function_words),
        adjective_endings=tuple(map(normalise, numbers.adjective_endings)),
        adjective_count=numbers.adjectives,
        adding=frozenset(map(normalise, numbers.adding)),
        rates_close=Phrases(lang, ((p, Per(name)) for name, rate in numbers.rates.items() for p in rate.close)),
        rates_after=Phrases(lang, ((p, Per(name)) for name, rate in numbers.rates.items() for p in rate.after)),
        rates_before=Phrases(lang, ((p, Per(name)) for name, rate in numbers.rates.items() for p in rate.before)),
        rates_not_after=table(numbers.rates_not_after),
        rates_not_before={Per(name): table(rate.not_before) for name, rate in numbers.rates.items()},
        between=table(ranges.between),
        span=table(ranges.span),
        start=table(ranges.start),
        joins=table(ranges.joins),
        to=table(ranges.to),
        changes=table(ranges.changes),
        limit=table(ranges.limit),
        lower=table(ranges.lower),
        ellipsis=table(ranges.ellipsis),
        against=table(ranges.against),
        given_to=table(ranges.given_to),
        levels=table(ranges.levels),
        apart_before=table(apart.before),
        apart_after=table(apart.after),
        months=table(apart.months),
        ages_before=table(apart.ages_before),
        ages_after=table(apart.ages_after),
        terms=table(apart.terms),
        month_first=apart.month_first,
        ordinal_endings=frozenset(map(normalise, apart.ordinal_endings)),
        persons=table(apart.persons),
        durable=table(apart.durable),
        units_after=Phrases(lang, units_after(units, signs, numbers)),
        units_before=Phrases(lang, before),
        duals=Phrases(lang, ((f, Unit("span", name)) for name, span in units.spans.items() for f in span.dual)),
        bare=Phrases(lang, bare_units(units)),
        wrappers=table(units.wrappers),
        codes=frozenset(c.lower() for c in signs.codes),
        populations=frozenset(signs.populations),
        tickers=frozenset(t.lower() for t in signs.tickers),
        not_tickers=frozenset(t.lower() for t in signs.not_tickers),
        glued=glued_codes(before),
    )


def _around(lang: str, context: Context) -> Surroundings:
    def table(phrases: list[str]) -> Phrases[bool] | None:
        return Phrases(lang, ((p, True) for p in phrases)) if phrases else None

    return Surroundings(
        table(context.after), table(context.before), table(context.not_after), table(context.not_before)
    )


def _split(lang: str, numbers: Numbers) -> dict[str, Phrases[Bound]]:
    """Preposition -> the verbs that bound a figure with it."""
    pairs: dict[str, list[tuple[str, Bound]]] = {}
    for name, limit in numbers.limits.items():
        for preposition, verbs in limit.split.items():
            pairs.setdefault(normalise(preposition), []).extend((verb, Bound(name)) for verb in verbs)
    return {preposition: Phrases(lang, found) for preposition, found in pairs.items()}


def _parts(lang: str, fractions: list[Fraction]) -> Iterator[tuple[str, Part]]:
    for fraction in fractions:
        value = Decimal(str(fraction.percent))
        part = Part(value, "percent", fraction.scales, fraction.definite, _around(lang, fraction))
        yield from ((form, part) for form in fraction.forms)


def _multiples(lang: str, multiples: list[Multiple]) -> Iterator[tuple[str, Part]]:
    for multiple in multiples:
        unit = "percent" if multiple.percent else "times"
        part = Part(Decimal(str(multiple.times)), unit, scales=False, definite=False, around=_around(lang, multiple))
        yield from ((form, part) for form in multiple.forms)


def _share_ordinals(numbers: Numbers) -> Iterator[tuple[str, int]]:
    """``каждый пятый``, ``пятая часть``: an ordinal with its lead or its noun."""
    for value, forms in numbers.shares.ordinals.items():
        for form in forms:
            yield from ((f"{lead} {form}", value) for lead in numbers.shares.leads)
            if value >= numbers.shares.parts_from:
                yield from ((f"{form} {part}", value) for part in numbers.shares.parts)
