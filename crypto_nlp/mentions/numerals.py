"""Numbers without their units: digits with magnitudes, number words, and the two together."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from crypto_nlp.mentions.literals import Reading, exactly, read_literal
from crypto_nlp.mentions.scan import DASHES

if TYPE_CHECKING:
    from crypto_nlp.mentions.scan import Scan
    from crypto_nlp.rules.number_words import Atom, Scale

_ONE = Decimal(1)
_THOUSAND = Decimal(1000)
_UNSAID = Decimal(-1)
_VULGAR = {"½": "0.5", "¼": "0.25", "¾": "0.75", "⅓": "0.333333", "⅔": "0.666667", "⅛": "0.125"}
_REH = re.compile(r"ر(\d+)")  # wire copy writes 1.5 as 5ر1, the fraction first


@dataclass(frozen=True, slots=True)
class Number:
    """A number at ``tokens[first:last]``: ``reading`` times ``scale``, and ``extra`` on top.

    ``digits`` is true where it begins with digits, ``weak`` where it is only *one*, ``bounded`` where it counts only
    behind a
    bound word, ``ordinal`` for *millionth*.
    """

    first: int
    last: int
    reading: Reading
    scale: Decimal = _ONE
    extra: Decimal = Decimal(0)
    digits: bool = True
    weak: bool = False
    bounded: bool = False
    ordinal: bool = False

    def value(self, coefficient: Decimal) -> Decimal:
        """The number, its literal settled as ``coefficient``."""
        return coefficient * self.scale + self.extra

    @property
    def scaled(self) -> bool:
        """Whether a magnitude is part of it."""
        return self.scale != 1


def number_at(scan: Scan, at: int, *, money: bool = False) -> Number | None:
    """The number that begins at token ``at``.

    ``money`` where a currency stands before it, so that ``m`` is a million.
    """
    number = _coefficient(scan, at)
    if number is None:
        return None
    number = _tail(scan, number)
    return _continued(scan, _scaled(scan, number, money=money))


def _coefficient(scan: Scan, at: int) -> Number | None:
    if scan.is_digits(at):
        return _digits(scan, at)
    form = scan.form(at)
    if form in _VULGAR:
        return Number(at, at + 1, exactly(Decimal(_VULGAR[form])))
    atom = scan.rules.atoms.get(form)
    if atom is None:
        return _article(scan, at)
    if atom.kind in ("hundred", "dozen") and scan.rules.articles:
        return None  # several hundred, a few dozen
    if atom.kind in ("magnitude", "whole", "mixed"):
        return _whole(at, atom)
    value, last = _below_thousand(scan, at)
    return Number(at, last, exactly(value), digits=False, weak=atom.weak and last == at + 1)


def _article(scan: Scan, at: int) -> Number | None:
    """*A million*: the article counts one before a magnitude or a hundred."""
    rules = scan.rules
    if scan.form(at) not in rules.articles:
        return None
    following = scan.form(at + 1)
    atom = rules.atoms.get(following)
    if atom is not None and atom.kind in ("hundred", "dozen"):
        value, last = _below_thousand(scan, at + 1)
        return Number(at, last, exactly(value), digits=False)
    scale = rules.scales.get(following)
    if scale is not None and not scale.glued and not scale.ordinal:
        return Number(at, at + 1, exactly(_ONE), digits=False, weak=True)
    return None


def _whole(at: int, atom: Atom) -> Number:
    """A million by itself, two million in one word, one and a half."""
    if atom.kind == "mixed":
        return Number(at, at + 1, exactly(atom.value), digits=False)
    scale = _ONE
    while scale * 1000 <= atom.value:
        scale *= 1000
    return Number(at, at + 1, exactly(atom.value / scale), scale, digits=False, bounded=atom.bounded)


def _digits(scan: Scan, at: int) -> Number | None:
    """A literal, its groups joined where spaces part them."""
    form, last = scan.form(at), at + 1
    if re.fullmatch(r"[1-9]\d{0,2}", form):
        while scan.grouping_gap(last - 1) and re.fullmatch(r"\d{3}(?:[.,٫]\d{1,2})?", scan.form(last)):
            form += scan.form(last)
            last += 1
            if not form.isdecimal():
                break
        if last > at + 1:
            return Number(at, last, exactly(Decimal(re.sub("[,٫]", ".", form))))
        if _spaced(scan, at):
            return Number(at, at + 2, Reading(None, None))
    if scan.touch(at) and (match := _REH.fullmatch(scan.form(at + 1))) and form.isdecimal():
        return Number(at, at + 2, exactly(Decimal(f"{match[1]}.{form}")))
    if scan.touch(at) and scan.form(at + 1) in _VULGAR and form.isdecimal():
        return Number(at, at + 2, exactly(Decimal(form) + Decimal(_VULGAR[scan.form(at + 1)])))
    reading = read_literal(form)
    return Number(at, last, reading) if reading is not None else None


def _spaced(scan: Scan, at: int) -> bool:
    """Whether a plain space parts two numbers that may be groups of one where the language does not group so.

    Never guess.
    """
    if not re.fullmatch(r"\d{3}", scan.form(at + 1)) or not scan.is_digits(at + 1):
        return False
    return scan.view.original[scan.tokens[at].end : scan.tokens[at + 1].start] == " "


@dataclass(slots=True)
class _Parts:
    """The parts of a number below a thousand as its words come in; below zero what has not come yet."""

    hundreds: Decimal = _UNSAID
    tens: Decimal = _UNSAID
    ones: Decimal = _UNSAID

    def total(self) -> Decimal:
        return sum((max(part, Decimal(0)) for part in (self.hundreds, self.tens, self.ones)), Decimal(0))

    def take(self, atom: Atom) -> None:
        """Add a word that fits."""
        if atom.kind == "one":
            self.ones = atom.value
        elif atom.kind == "ten" and self.ones >= 0:
            self.tens = atom.value  # خمسة عشر
        elif atom.kind in ("ten", "tens"):
            self.tens = atom.value
            self.ones = max(self.ones, Decimal(0)) if atom.kind == "ten" else self.ones
        elif atom.kind == "teen":
            self.tens, self.ones = atom.value, Decimal(0)
        elif atom.kind == "hundreds":
            self.hundreds = atom.value
        elif atom.kind == "hundred":
            self.hundreds, self.ones = (self.ones * 100 if self.ones > 0 else Decimal(100)), _UNSAID
        elif atom.kind == "dozen":
            self.ones = self.ones * atom.value if self.ones > 0 else atom.value

    def fits(self, atom: Atom, *, joins: bool) -> bool:
        """Whether a word may go on; ``joins`` where the language writes "and" together with it."""
        if atom.clitic and not atom.joined:
            return False
        linked = atom.joined or not joins
        if atom.kind == "one":
            return self.ones < 0 and linked and not (joins and self.tens >= 0)
        if atom.kind in ("tens", "teen"):
            return self.tens < 0 and linked and (self.ones < 0 or (joins and atom.kind == "tens"))
        if atom.kind == "ten":
            return self.tens < 0 and (self.ones >= 0 if joins and not atom.joined else self.ones < 0)
        if atom.kind in ("hundred", "dozen"):
            return self.hundreds < 0 and self.tens < 0 <= self.ones and not atom.joined
        return False


def _below_thousand(scan: Scan, at: int) -> tuple[Decimal, int]:
    """The number words from ``at`` that make one number below a thousand, and where they end."""
    rules, last = scan.rules, at
    parts = _Parts()
    while True:
        here = last
        if last > at and scan.form(here) in DASHES:
            here += 1
        if last > at and parts.hundreds >= 0 and scan.form(here) in rules.ands:
            here += 1
        atom = rules.atoms.get(scan.form(here))
        if atom is None or atom.kind in ("magnitude", "whole", "mixed"):
            break
        if not atom.joined and _reads_joined(scan, here):
            atom = replace(atom, joined=True)
        if last > at and not parts.fits(atom, joins=bool(rules.conjunction)):
            break
        parts.take(atom)
        last = here + 1
    return parts.total(), last


def _reads_joined(scan: Scan, at: int) -> bool:
    """Whether a number word may as well be another with "and" before it: واحد is also وأحد, in ثلاثمئة وأحد عشر."""
    rules, form = scan.rules, scan.form(at)
    if not rules.conjunction or form[:1] != rules.conjunction or form[1:] not in rules.atoms:
        return False
    following = rules.atoms.get(scan.form(at + 1))
    return following is not None and following.kind == "ten" and not following.joined


def _tail(scan: Scan, number: Number) -> Number:
    """*And a half* after the coefficient or the magnitude."""
    found = scan.rules.tails.at(scan.tokens, number.last)
    if found is None:
        return number
    last, add = found
    if number.scaled:
        again = scan.rules.scales.get(scan.form(last))  # تريليون ونصف تريليون
        last += again is not None and again.value == number.scale
        return replace(number, last=last, extra=number.extra + add * number.scale)
    sure = number.reading.sure
    return number if sure is None else replace(number, last=last, reading=exactly(sure + add))


def scale_at(scan: Scan, at: int) -> tuple[int, Scale] | None:
    """The magnitude at a token and the index after it, its full stop and a hyphen before it included."""
    here = at + 1 if scan.form(at) == "-" and scan.touch(at) else at
    form = scan.form(here)
    scale = scan.rules.scales.get(form)
    if scale is None:
        scale = next((s for stem, s in scan.rules.scale_stems if form.startswith(stem)), None)
    return (here + 1, scale) if scale is not None else None


def _scaled(scan: Scan, number: Number, *, money: bool) -> Number:
    """``number`` with the magnitudes behind it."""
    while (found := scale_at(scan, number.last)) is not None:
        last, scale = found
        glued = scan.touch(number.last - 1) and scan.form(number.last) != "-"
        if scale.glued and not _abbreviated(scan, number, scale, last, glued=glued, money=money):
            break
        value = Decimal(scale.value)
        if number.scaled and value <= number.scale:
            break
        number = replace(
            number, last=last, scale=number.scale * value, ordinal=scale.ordinal, weak=False, bounded=False
        )
        if scale.ordinal:
            break
        if scale.dotted and scan.form(last) == "." and scan.touch(last - 1) and _goes_on(scan, last + 1):
            number = replace(number, last=last + 1)
        number = _tail(scan, number)
    return number


def _abbreviated(scan: Scan, number: Number, scale: Scale, last: int, *, glued: bool, money: bool) -> bool:
    """Whether a one-letter magnitude is meant: ``$5m``, ``7.4m``; not ``NGC 7318b``, nor ``5м`` without a currency.

    A letter that is a word besides stands on the number: ``$90к``, but *$200 000 к концу года* has a preposition.
    """
    sure = number.reading.sure
    small = sure is not None and sure < _THOUSAND
    if money:
        return glued or (small and scan.rules.function_words.at(scan.tokens, number.last) is None)
    unit = scan.rules.units_after.at(scan.tokens, last)
    if unit is not None and unit[1].kind == "money":
        return glued
    return glued and not scale.marked and small


def _goes_on(scan: Scan, at: int) -> bool:
    """Whether the sentence goes on at ``at``, so that the full stop before it belongs to an abbreviation."""
    if at >= len(scan.tokens) or scan.form(at) == "\n":
        return False
    if not scan.original(at)[:1].isupper():
        return True
    form, rules = scan.form(at), scan.rules
    return form in rules.codes or form in rules.tickers or rules.units_after.at(scan.tokens, at) is not None


def _continued(scan: Scan, number: Number) -> Number:
    """A smaller part behind a magnitude: *one million six hundred thousand*, مليون و300 ألف, 2 млн 300 тыс."""
    while number.scaled and not number.ordinal:
        rules = scan.rules
        at = number.last
        joined = False
        if rules.conjunction and scan.form(at) == rules.conjunction and scan.touch(at):
            at, joined = at + 1, True
        elif scan.form(at) in rules.ands:
            at += 1
        part = _coefficient(scan, at)
        if part is None or (at == number.last and rules.conjunction and not _joined(scan, at)):
            return number
        scaled = _scaled(scan, part, money=False)
        if (larger := _larger(number, scaled, joined=joined)) is not None:
            return larger
        if not _smaller(number, scaled) or not _may_follow(number, scaled, joined=joined):
            return number
        sure = scaled.reading.sure
        if sure is None:
            return number
        number = replace(number, last=scaled.last, extra=number.extra + scaled.value(sure), ordinal=scaled.ordinal)
        if not scaled.scaled:
            return number
    return number


def _larger(number: Number, part: Number, *, joined: bool) -> Number | None:
    """ألف ومئتا مليون: a thousand and hundreds, of which together the magnitude behind them counts; in words only."""
    first, second = number.reading.sure, part.reading.sure
    if first is None or second is None or number.digits or part.weak or part.extra or not (joined or not part.digits):
        return None
    if not (part.scaled and part.scale > number.scale and 0 < second < number.scale) or number.extra:
        return None
    return replace(part, first=number.first, reading=exactly(number.value(first) + second), digits=False)


def _may_follow(number: Number, part: Number, *, joined: bool) -> bool:
    """Whether a smaller part is one number with what stands before: *5 million and two banks* is not."""
    if part.scaled:
        return True
    return joined if part.digits else not number.digits


def _joined(scan: Scan, at: int) -> bool:
    atom = scan.rules.atoms.get(scan.form(at))
    return (atom is not None and atom.joined) or _reads_joined(scan, at)


def _smaller(number: Number, part: Number) -> bool:
    """Whether ``part`` may stand behind ``number`` as its smaller end: below the last magnitude of it."""
    sure = part.reading.sure
    if sure is None or part.weak or part.bounded or sure != sure.to_integral_value():
        return False  # 5 тыс. 0,5 тыс. are two numbers
    lowest = number.scale
    while number.extra and number.extra % lowest:
        lowest /= 1000
        if lowest < 1:
            return False
    return 0 < part.value(sure) < lowest
