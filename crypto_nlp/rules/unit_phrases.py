"""Units of a language, compiled to phrases that stand before or behind a figure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from crypto_nlp.rules.number_files import Ambiguous, Numbers, Signs, Units
from crypto_nlp.text import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator

UnitKind = Literal["percent", "basis", "money", "asset", "physical", "span", "noun", "times", "unread"]


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


def units_after(units: Units, signs: Signs, numbers: Numbers) -> Iterator[tuple[str, Unit]]:
    """Every phrase that may stand behind a figure, with its unit; of two equal ones the first counts."""
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


def units_before(units: Units, signs: Signs) -> Iterator[tuple[str, Unit]]:
    """Every currency sign, code and word that may stand before a figure."""
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


def adjectives_of(units: Units) -> Iterator[tuple[str, Unit]]:
    """Stems of adjectives that are compounded with a number: двух-летн-ий."""
    for name, span in units.spans.items():
        yield from ((normalise(stem), Unit("span", name)) for stem in span.adjective)


def bare_units(units: Units) -> Iterator[tuple[str, Unit]]:
    """Units that count one where only a bound word stands before them."""
    for name, span in units.spans.items():
        yield from ((form, Unit("span", name)) for form in span.bare)
    for unit, forms in units.physical.items():
        yield from ((form, Unit("physical", unit)) for form in forms if form in units.bare_physical)


def glued_codes(before: list[tuple[str, Unit]]) -> re.Pattern[str] | None:
    """Currency codes written together with the digits (``RUB2mn``), as the folded text has them."""
    codes = {normalise(form).lstrip("=") for form, _ in before}
    letters = sorted((re.escape(c) for c in codes if c.isalpha() and 2 <= len(c) <= 4), key=len, reverse=True)
    return re.compile(rf"({'|'.join(letters)})(?=\d)") if letters else None
