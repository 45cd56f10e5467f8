"""The number rules of one language, compiled from its ``numbers.yaml`` and ``units.yaml``.

The shape of the files is in :mod:`crypto_nlp.rules.number_files`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from crypto_nlp.errors import RulesError
from crypto_nlp.records import Bound, Per
from crypto_nlp.rules.number_files import Ambiguous, Context, Fraction, Magnitude, Multiple, Numbers, Signs, Units
from crypto_nlp.rules.phrases import Phrases
from crypto_nlp.rules.yaml import read
from crypto_nlp.text import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.resources.abc import Traversable

AtomKind = Literal["one", "ten", "teen", "tens", "hundreds", "hundred", "dozen", "magnitude", "whole", "mixed"]
UnitKind = Literal["percent", "basis", "money", "asset", "physical", "span", "noun", "times", "unread"]


@dataclass(frozen=True, slots=True)
class Atom:
    """A number word.

    ``joined`` where the conjunction is written with it, ``alone`` where it may stand for one of its kind.
    """

    kind: AtomKind
    value: Decimal
    joined: bool = False
    clitic: bool = False
    weak: bool = False
    bounded: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """A magnitude behind a number; ``glued`` where it must touch the digits or follow a currency."""

    value: int
    glued: bool = False
    ordinal: bool = False
    dotted: bool = False


@dataclass(frozen=True, slots=True)
class Unit:
    """What a figure is of. ``choices`` decides by the text where one word names several currencies."""

    kind: UnitKind
    unit: str
    factor: Decimal = Decimal(1)
    counted: str | None = None
    choices: Choice | None = None
    capitals: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Currencies of one word: a cue for one of them (and no other) in the text decides, else ``default``."""

    default: str | None
    cues: tuple[tuple[str, re.Pattern[str]], ...]


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
    windows_before: Phrases[bool]
    windows_after: Phrases[bool]
    bounds_after: Phrases[Bound]
    fillers: Phrases[bool]
    prepositions: Phrases[bool]
    function_words: Phrases[bool]
    adjective_endings: tuple[str, ...]
    adjective_count: int
    rates_after: Phrases[Per]
    rates_close: Phrases[Per]
    rates_before: Phrases[Per]
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
    apart_before: Phrases[bool]
    apart_after: Phrases[bool]
    months: Phrases[bool]
    ages_before: Phrases[bool]
    ages_after: Phrases[bool]
    month_first: bool
    ordinal_endings: frozenset[str]
    persons: Phrases[bool]
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

    before = list(_units_before(units, signs))
    ranges, apart, shares = numbers.ranges, numbers.apart, numbers.shares
    return NumberRules(
        lang=lang,
        decimal=numbers.decimal,
        spaces=numbers.spaces,
        conjunction=normalise(numbers.conjunction),
        proclitics=_glued_proclitics(numbers.proclitics),
        letters=frozenset(p for p in map(normalise, numbers.proclitics) if len(p) == 1),
        articles=frozenset(map(normalise, numbers.articles)),
        ands=frozenset(map(normalise, numbers.ands)),
        atoms=_atoms(numbers),
        scales=_scales(numbers.magnitudes, numbers.definite),
        scale_stems=tuple(
            (normalise(f[:-1]), Scale(m.value, ordinal=True))
            for m in numbers.magnitudes
            for f in m.ordinal
            if f[-1] == "*"
        ),
        prefixes=_prefixes(numbers.prefixes),
        adjectives=tuple(_adjectives(units)),
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
        windows_before=table(apart.windows_before),
        windows_after=table(apart.windows_after),
        bounds_distant=Phrases(lang, ((p, Bound(b)) for b, limit in numbers.limits.items() for p in limit.distant)),
        bounds_after=Phrases(lang, ((p, Bound(b)) for b, limit in numbers.limits.items() for p in limit.after)),
        fillers=table(numbers.fillers),
        prepositions=table(numbers.prepositions),
        function_words=table(numbers.function_words),
        adjective_endings=tuple(map(normalise, numbers.adjective_endings)),
        adjective_count=numbers.adjectives,
        rates_close=Phrases(lang, ((p, Per(name)) for name, rate in numbers.rates.items() for p in rate.close)),
        rates_after=Phrases(lang, ((p, Per(name)) for name, rate in numbers.rates.items() for p in rate.after)),
        rates_before=Phrases(lang, ((p, Per(name)) for name, rate in numbers.rates.items() for p in rate.before)),
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
        apart_before=table(apart.before),
        apart_after=table(apart.after),
        months=table(apart.months),
        ages_before=table(apart.ages_before),
        ages_after=table(apart.ages_after),
        month_first=apart.month_first,
        ordinal_endings=frozenset(map(normalise, apart.ordinal_endings)),
        persons=table(apart.persons),
        units_after=Phrases(lang, _units_after(units, signs, numbers)),
        units_before=Phrases(lang, before),
        duals=Phrases(lang, ((f, Unit("span", name)) for name, span in units.spans.items() for f in span.dual)),
        bare=Phrases(lang, _bare(units)),
        wrappers=table(units.wrappers),
        codes=frozenset(c.lower() for c in signs.codes),
        populations=frozenset(signs.populations),
        tickers=frozenset(t.lower() for t in signs.tickers),
        not_tickers=frozenset(t.lower() for t in signs.not_tickers),
        glued=_glued_codes(before),
    )


# --- number words ---------------------------------------------------------------------------------------------------


def _atoms(numbers: Numbers) -> dict[str, Atom]:
    """Every number word that may begin a number, with its proclitics where the language writes them together."""
    weak = {normalise(w) for w in numbers.weak}
    banned = {normalise(w) for w in numbers.apart.forms}
    found: dict[str, Atom] = {}
    for form, atom in _plain_atoms(numbers, weak):
        for variant, joined, clitic in _variants(form, numbers):
            if variant in banned or (clitic and form in banned):
                continue
            known = found.get(variant)
            new = Atom(atom.kind, atom.value, joined, clitic, atom.weak, atom.bounded)
            if (
                known is not None
                and not clitic
                and (known.kind, known.value) != (new.kind, new.value)
                and not known.clitic
            ):
                message = f"the number word {variant!r} has two meanings: {known.value} and {new.value}"
                raise ValueError(message)
            if known is None or (known.clitic and not clitic):
                found[variant] = new
    return found


def _plain_atoms(numbers: Numbers, weak: set[str]) -> Iterator[tuple[str, Atom]]:
    def each(kind: AtomKind, table: dict[int, list[str]]) -> Iterator[tuple[str, Atom]]:
        for value, forms in table.items():
            for form in map(normalise, forms):
                yield form, Atom(kind, Decimal(value), weak=form in weak)

    for value, forms in numbers.ones.items():
        kind: AtomKind = "one" if value < 10 else "ten" if value == 10 else "teen"
        yield from each(kind, {value: forms})
    yield from each("tens", numbers.tens)
    yield from each("hundreds", numbers.hundreds)
    yield from each("hundred", {100: numbers.hundred})
    yield from each("dozen", numbers.dozens)
    for mixed, forms in numbers.mixed.items():
        for form in map(normalise, forms):
            yield form, Atom("mixed", Decimal(str(mixed)))
    for m in numbers.magnitudes:
        yield from each("magnitude", {m.value: m.alone})
        for form in map(normalise, m.bounded):
            yield form, Atom("magnitude", Decimal(m.value), bounded=True)
        yield from each("whole", {2 * m.value: m.dual})
        for form in map(normalise, m.half):
            yield form, Atom("whole", Decimal(m.value) / 2)


def _variants(form: str, numbers: Numbers) -> Iterator[tuple[str, bool, bool]]:
    """(spelling, whether "and" is joined to it, whether anything is); proclitics as ``و``, ``ب``, ``ال``, ``لل``."""
    yield form, False, False
    ands = [normalise(numbers.conjunction)] if numbers.conjunction else []
    others = [normalise(p) for p in numbers.proclitics if normalise(p) not in ands]
    for other in others:
        yield other + form, False, True
    for conjunction in ands:
        yield conjunction + form, True, False
        for other in others:
            yield conjunction + other + form, True, True


def _scales(magnitudes: list[Magnitude], article: str) -> dict[str, Scale]:
    """Form -> magnitude, also with the article that a language writes together with its noun (ربع المليار)."""
    found: dict[str, Scale] = {}
    for m in magnitudes:
        plain = Scale(m.value)
        kinds = [
            (m.alone + m.bounded + m.after, plain),
            (m.dotted, Scale(m.value, dotted=True)),
            (m.glued, Scale(m.value, glued=True)),
            (m.ordinal, Scale(m.value, ordinal=True)),
        ]
        for forms, scale in kinds:
            for form in map(normalise, forms):
                known = found.setdefault(form, scale)
                if known.value != m.value:
                    message = f"the magnitude {form!r} has two meanings: {known.value} and {m.value}"
                    raise ValueError(message)
                if article and scale is plain:
                    found.setdefault(normalise(article) + form, known)
    return found


def _prefixes(prefixes: dict[int, list[str]]) -> tuple[tuple[str, int], ...]:
    pairs = [(normalise(form), value) for value, forms in prefixes.items() for form in forms]
    return tuple(sorted(pairs, key=lambda p: -len(p[0])))


def _glued_proclitics(proclitics: list[str]) -> re.Pattern[str] | None:
    """Whatever is written together with digits behind it, in a language that has proclitics."""
    if not proclitics:
        return None
    return re.compile(r"[^\W\d_a-z]+(?=\d)")  # letters of such a script make no model names with digits


# --- shares and multiples -------------------------------------------------------------------------------------------


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
            yield from ((f"{form} {part}", value) for part in numbers.shares.parts)


# --- units ----------------------------------------------------------------------------------------------------------


def _units_after(units: Units, signs: Signs, numbers: Numbers) -> Iterator[tuple[str, Unit]]:
    yield from ((form, Unit("times", "times")) for form in numbers.times)
    yield from ((form, Unit("percent", "percent")) for form in units.percent)
    yield from ((form, Unit("basis", "basis_point")) for form in units.basis_point)
    yield from ((form, Unit("unread", "")) for form in units.unread)
    cent = Decimal("0.01")
    for code, currency in units.currencies.items():
        yield from ((form, Unit("money", code)) for form in currency.names)
        yield from ((form, Unit("money", code, cent)) for form in currency.hundredth)
    for word in units.ambiguous:
        choice = _choice(word)
        yield from ((form, Unit("money", "", choices=choice)) for form in word.names)
        yield from ((form, Unit("money", "", cent, choices=choice)) for form in word.hundredth)
    for code, forms in signs.after.items():
        yield from (
            (form, Unit("money" if len(code) == 3 and code not in ("BTC", "ETH") else "asset", code)) for form in forms
        )
    yield from _physical(units, signs)
    for ticker, forms in units.assets.items():
        yield from ((form, Unit("asset", ticker)) for form in forms)
    for spec, forms in units.thousandths.items():
        ticker, _, factor = spec.partition(":")
        yield from ((form, Unit("asset", ticker, Decimal(factor))) for form in forms)
    for name, span in units.spans.items():
        yield from ((form, Unit("span", name)) for form in span.names)
    for counted, forms in units.nouns.items():
        yield from ((form, Unit("noun", "count", counted=counted)) for form in forms)


def _physical(units: Units, signs: Signs) -> Iterator[tuple[str, Unit]]:
    for table in (signs.physical, units.physical):
        for unit, forms in table.items():
            yield from ((form, Unit("physical", unit)) for form in forms)


def _units_before(units: Units, signs: Signs) -> Iterator[tuple[str, Unit]]:
    for code, forms in signs.before.items():
        kind: UnitKind = "asset" if code in ("BTC", "ETH") else "money"
        yield from ((form, Unit(kind, code, capitals=form.isalpha() and form.isascii())) for form in forms)
    for code, currency in units.currencies.items():
        yield from ((form, Unit("money", code)) for form in currency.before)
    for word in units.ambiguous:
        yield from (
            (f, Unit("money", "", choices=_choice(word)))
            for f in word.names
            if not f.strip("=").isalpha() or len(f) == 1
        )


def _choice(word: Ambiguous) -> Choice:
    cues = []
    for code, phrases in word.cues.items():
        parts = "|".join(re.escape(normalise(p)) for p in phrases)
        cues.append((code, re.compile(rf"(?<!\w)(?:و|ف)?(?:ال|بال|لل|ب|ل)?(?:{parts})")))
    return Choice(word.default, tuple(cues))


def _adjectives(units: Units) -> Iterator[tuple[str, Unit]]:
    """Stems of adjectives that are compounded with a number: двух-летн-ий."""
    for name, span in units.spans.items():
        yield from ((normalise(stem), Unit("span", name)) for stem in span.adjective)


def _bare(units: Units) -> Iterator[tuple[str, Unit]]:
    """Units that count one where only a bound word stands before them."""
    for name, span in units.spans.items():
        yield from ((form, Unit("span", name)) for form in span.bare)
    for unit, forms in units.physical.items():
        yield from ((form, Unit("physical", unit)) for form in forms if form in units.bare_physical)


def _glued_codes(before: list[tuple[str, Unit]]) -> re.Pattern[str] | None:
    """Currency codes written together with the digits (``RUB2mn``), as the folded text has them."""
    codes = {normalise(form).lstrip("=") for form, _ in before}
    letters = sorted((re.escape(c) for c in codes if c.isalpha() and 2 <= len(c) <= 4), key=len, reverse=True)
    return re.compile(rf"({'|'.join(letters)})(?=\d)") if letters else None
