"""Figures as a person writes them: magnitude, unit in the form that the number asks for, bound and rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crypto_nlp.records import Bound
from crypto_nlp.rules.gloss import Unit

if TYPE_CHECKING:
    from crypto_nlp.records import Per, Value
    from crypto_nlp.rules.gloss import GlossWords

_DECIMALS = 3
_SYMBOL_ONLY = Unit()
_RU_FRACTION, _RU_FEW, _RU_MANY = 1, 1, 2
_AR_ONE, _AR_TENS, _AR_FEW, _AR_TWO, _AR_SINGLE = 0, 1, 2, 3, 4
_AR_TWO_OF = 2
_AR_BARE = {_AR_TENS: 4, _AR_TWO: 5}  # the magnitude where no noun follows: مليونا, مليونين


class _Count(NamedTuple):
    """A written number and the form of a noun that it asks for; ``alone`` where the noun says the number (سنتين)."""

    text: str
    form: int
    alone: bool = False


def agree(number: float, lang: str) -> int:
    """The index of the form that a noun takes behind ``number``: see :class:`crypto_nlp.rules.gloss.Unit`."""
    whole = float(number).is_integer()
    if lang == "ru":
        return _russian(int(number)) if whole else _RU_FRACTION
    if lang == "ar":
        return _arabic(int(number)) if whole else _AR_ONE
    return 0 if number == 1 else 1


def _russian(number: int) -> int:
    last, tens = number % 10, number % 100
    if last == 1 and tens != 11:
        return 0
    return _RU_FEW if 2 <= last <= 4 and not 12 <= tens <= 14 else _RU_MANY


def _arabic(number: int) -> int:
    if number == 2:
        return _AR_TWO
    last = number % 100
    if 3 <= last <= 10:
        return _AR_FEW
    return _AR_TENS if last >= 11 else _AR_ONE


def digits(number: float, words: GlossWords) -> str:
    """``number`` with the marks of the language and no more decimals than it has."""
    text = (
        f"{number:,.6f}".rstrip("0").rstrip(".") if abs(number) >= 1e-6 or number == 0 else f"{number:.12f}".rstrip("0")
    )
    if abs(number) < words.smallest_grouped:
        text = text.replace(",", "")
    return text.replace(",", "\0").replace(".", words.decimal).replace("\0", words.thousands)


def _count(number: float, words: GlossWords, lang: str, *, noun: bool) -> _Count:
    """``number`` in figures, with a magnitude where that leaves few decimals."""
    for size in sorted(words.magnitudes, reverse=True):
        scaled = round(number / size, 9)
        places = 1 if size < 1e6 else _DECIMALS
        if abs(scaled) >= 1 and round(scaled, places) == scaled:
            forms = words.magnitudes[size]
            index = agree(scaled, lang)
            if lang == "ar":
                form = forms[_AR_BARE.get(index, index)] if not noun else forms[index]
                silent = scaled in (1, 2)
                return _Count(form if silent else f"{digits(scaled, words)} {form}", _AR_ONE)
            after = _RU_MANY if lang == "ru" else 1
            return _Count(f"{digits(scaled, words)} {forms[min(index, len(forms) - 1)]}", after)
    return _Count(digits(number, words), agree(number, lang), lang == "ar" and number in (1, 2))


def amount(number: float, unit: Unit, words: GlossWords, lang: str, *, gent: bool = False) -> str:
    """A number with its unit: *$13.9 billion*, ``11 سنة``, ``5 долларов`` (``gent``: in the Russian genitive)."""
    if unit.sign:
        return unit.sign + _count(number, words, lang, noun=False).text
    if unit.symbol:
        return _count(number, words, lang, noun=False).text + unit.symbol
    if not unit.forms:
        return _count(number, words, lang, noun=False).text
    count = _count(number, words, lang, noun=True)
    form = count.form
    if gent and lang == "ru" and form < _RU_MANY:
        form = form if form == _RU_FRACTION and not float(number).is_integer() else (_RU_MANY if form else _RU_FRACTION)
    if count.alone and number == 1 and len(unit.forms) > _AR_SINGLE:
        return unit.forms[_AR_SINGLE]
    noun = unit.forms[min(form, len(unit.forms) - 1)]
    return noun if count.alone and number == _AR_TWO_OF and len(unit.forms) > _AR_TWO else f"{count.text} {noun}"


def unit_of(value: Value, words: GlossWords) -> Unit:
    """How the unit of ``value`` is written; a symbol that the language has no word for stands as it is."""
    if value.unit == "count":
        return _SYMBOL_ONLY
    return words.units.get(value.unit) or Unit(forms=(value.unit,))


def phrase(
    value: Value, bound: Bound | None, per: Per | None, words: GlossWords, lang: str, *, unit: Unit, by: bool = False
) -> str:
    """A value with bound and rate, as it stands behind a verb, or (``by``) as the measure of a change."""
    patterns = words.bounds
    if by and value.unit == "times":
        patterns = words.bounds_times
    elif by:
        patterns = words.bounds_by
    kind = bound or Bound.EXACT
    if value.low != value.high:
        kind = Bound.RANGE
    elif kind is Bound.RANGE:
        kind = Bound.EXACT
    low = unit if unit.sign or (unit.symbol and lang != "ru") else Unit()
    pattern = patterns[kind]
    said = pattern.format(
        x=amount(value.high, unit, words, lang),
        gent=amount(value.high, unit, words, lang, gent=True) if "{gent}" in pattern else "",
        low=amount(value.low, low, words, lang) if "{low}" in pattern else "",
    )
    return f"{said} {words.per[per]}" if per else said
