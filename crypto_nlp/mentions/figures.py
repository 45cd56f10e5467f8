"""One figure at a place of the text: a number with its unit, a share, a multiple or a span.

Not yet bound, rate or range.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from crypto_nlp.mentions import measures, shares
from crypto_nlp.mentions.literals import exactly, settle
from crypto_nlp.mentions.numerals import Number, number_at, scale_at
from crypto_nlp.mentions.scan import DASHES
from crypto_nlp.rules.numbers import NumberRules
from crypto_nlp.rules.unit_phrases import Unit

if TYPE_CHECKING:
    from crypto_nlp.mentions.scan import Scan

_ONE = Decimal(1)
_OPENING = frozenset(("(", "«", '"', ":", "[", ""))
_VULGAR = frozenset("½¼¾⅓⅔⅛")
_MILLION = Decimal(1_000_000)
_HUNDRED = Decimal(100)
_HUNDREDTH = Decimal("0.01")
_SMALLER = {"year": ("month", _ONE, Decimal(12)), "hour": ("minute", _ONE, Decimal(60))}
PERCENT = Unit("percent", "percent")
TIMES = Unit("times", "times")
NOTHING = Unit("unread", "")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure at ``tokens[first:last]``.

    ``unit`` is None for a bare number, of kind ``unread`` for what must stay unread.

    ``marked`` is true where a currency stands before it, ``near`` false where words part it from the noun that it
    counts,
    ``wants_bound`` where it counts only behind a bound word (*less than a year*).
    """

    first: int
    last: int
    number: Number
    unit: Unit | None
    marked: bool = False
    near: bool = True
    fraction: bool = False
    negative: bool = False
    wants_bound: bool = False

    @property
    def kind(self) -> str:
        """The kind of its unit, or ``""``."""
        return self.unit.kind if self.unit else ""

    def value(self, scan: Scan) -> Decimal | None:
        """The value in full in its unit, or None where its separators leave it undecided."""
        rules = scan.rules
        coefficient = settle(
            self.number.reading, self.kind or None, rules.decimal, scan.habits, scaled=self.number.scale != 1
        )
        if coefficient is None:
            return None
        value = self.number.value(coefficient) * (self.unit.factor if self.unit else 1)
        return -value if self.negative else value


@lru_cache(maxsize=1 << 16)
def may_begin(rules: NumberRules, form: str) -> bool:
    """Whether a figure may begin with a word of this form: the only test that every token of a text has to pass."""
    first = form[:1]
    if first.isdecimal() or form in rules.atoms or form in rules.articles or first in _VULGAR:
        return True
    if any(form.endswith(fold) or fold in form for fold in rules.folds) or (first in "xх" and form[1:].isdecimal()):
        return True
    tables = (rules.parts, rules.multiples, rules.share_ordinals, rules.duals, rules.bare)
    if any(table.begins(form) for table in tables):
        return True
    return any(form.startswith(prefix) for prefix, _ in rules.prefixes)


def figure_at(scan: Scan, at: int) -> Figure | None:
    """The figure whose number begins at token ``at``; a currency or sign before it belongs to it."""
    number = shares.scaled_part(scan, at)
    if number is None:
        if (found := _whole_figure(scan, at)) is not None:
            return found
        prefix = measures.before(scan, at)
        number = number_at(scan, at, money=prefix is not None)
    else:
        prefix = measures.before(scan, at)
    if number is None:
        return _bare(scan, at)
    if prefix is None and (share := shares.share_of(scan, number)) is not None:
        number = shares.scaled_share(scan, share)
        if number is None:
            return _shared(share)
    figure = _marked(scan, number, *prefix) if prefix is not None else _measured(scan, number)
    if number.weak and figure.kind in ("", "noun"):
        return _bare(scan, at) or _one_behind(scan, at)
    return _signed(scan, figure)


def _shared(share: shares.Share) -> Figure:
    number = Number(share.first, share.last, exactly(share.value), digits=False)
    unit = PERCENT if share.unit == "percent" else TIMES
    return Figure(share.first, share.last, number, unit, fraction=unit is PERCENT)


def _whole_figure(scan: Scan, at: int) -> Figure | None:
    """What is a figure in itself: a dual (عامين), a share or multiple in words, a compound (двухлетний)."""
    dual = scan.rules.duals.at(scan.tokens, at)
    if dual is not None:
        last, unit = dual
        tail = scan.rules.tails.at(scan.tokens, last)
        last, value = (tail[0], 2 + tail[1]) if tail is not None else (last, Decimal(2))
        return Figure(at, last, Number(at, last, exactly(value), digits=False), unit)
    if (share := shares.share_at(scan, at)) is not None:
        return _shared(share)
    return _compound(scan, at)


def _compound(scan: Scan, at: int) -> Figure | None:
    """``двухлетний``: a number and a unit of time in one adjective."""
    form = scan.form(at)
    for prefix, value in scan.rules.prefixes:
        if not form.startswith(prefix):
            continue
        rest = form[len(prefix) :]
        unit = next((unit for stem, unit in scan.rules.adjectives if rest.startswith(stem)), None)
        if unit is not None:
            return Figure(at, at + 1, Number(at, at + 1, exactly(Decimal(value)), digits=False), unit)
    return None


def _bare(scan: Scan, at: int) -> Figure | None:
    """A unit that counts one where a bound word stands before it."""
    found = scan.rules.bare.at(scan.tokens, at)
    if found is None:
        return None
    last, unit = found
    tail = scan.rules.tails.at(scan.tokens, last) if scan.rules.conjunction else None
    if tail is not None:  # شهرا ونصف الشهر
        return Figure(at, tail[0], Number(at, tail[0], exactly(1 + tail[1]), digits=False), unit)
    return Figure(at, last, Number(at, last, exactly(_ONE), digits=False), unit, wants_bound=True)


def _one_behind(scan: Scan, at: int) -> Figure | None:
    """``سنتا واحدا``: the number one behind its unit."""
    rules = scan.rules
    found = rules.units_after.before(scan.tokens, at) if rules.conjunction else None
    if found is None or found[1].kind not in ("money", "asset", "span", "physical"):
        return None
    unit = measures.settle(scan, found[1])
    number = Number(at, at + 1, exactly(_ONE), digits=False)
    return Figure(found[0], at + 1, number, unit) if unit is not None else None


def _marked(scan: Scan, number: Number, first: int, unit: Unit) -> Figure:
    """A figure behind its currency; the currency's name behind it as well is taken in (``$5 USD``)."""
    behind = measures.behind(scan, number.last)
    if behind is not None and behind.near and behind.unit.kind == unit.kind and behind.unit.unit == unit.unit:
        return Figure(first, behind.last, number, unit, marked=True)
    return Figure(first, number.last, number, unit, marked=True)


def _measured(scan: Scan, number: Number) -> Figure:
    """A figure with what stands behind it."""
    found = measures.behind(scan, number.last) or _behind_bound(scan, number)
    if found is None:
        return Figure(number.first, number.last, number, None)
    unit = found.unit
    if unit.kind == "span" and number.scale >= _MILLION:
        return Figure(number.first, number.last, number, None)  # 89,6 млн годом ранее
    if unit.kind == "money" and not number.scaled and (scale := scale_at(scan, found.last)) and not scale[1].glued:
        scaled = replace(number, last=scale[0], scale=Decimal(scale[1].value))  # 4$ مليار
        return Figure(number.first, scale[0], scaled, unit)
    if unit.kind == "times":
        return _times(scan, *_and_half(scan, number, found.last), unit)
    if unit.kind == "span" and (tail := scan.rules.tails.at(scan.tokens, found.last)) is not None:
        sure = number.reading.sure
        if sure is not None:
            longer = replace(number, reading=exactly(sure + tail[1]))
            return Figure(number.first, tail[0], longer, unit)
    return _with_smaller(scan, Figure(number.first, found.last, number, unit, near=found.near))


def _behind_bound(scan: Scan, number: Number) -> measures.Measure | None:
    """Четыре с лишним года: the unit behind a bound that stands right behind the number."""
    bound = scan.rules.bounds_after.at(scan.tokens, number.last)
    found = measures.behind(scan, bound[0]) if bound is not None and scan.rules.spaces else None
    return found if found is not None and found.near else None


def _and_half(scan: Scan, number: Number, last: int) -> tuple[Number, int]:
    """ثلاث مرات ونصف: what is added behind the word *times*, where the language writes "and" together with it."""
    tail, sure = scan.rules.tails.at(scan.tokens, last), number.reading.sure
    if tail is None or sure is None or not scan.rules.conjunction or number.scaled:
        return number, last
    return replace(number, reading=exactly(sure + tail[1])), tail[0]


def _smaller_unit(figure: Figure) -> tuple[str, Decimal, Decimal] | None:
    """The unit, with its factor, of which so many make the figure's: months of a year, kopecks of a rouble."""
    unit = figure.unit
    if unit is not None and unit.kind == "money" and unit.factor == 1:
        return unit.unit, _HUNDREDTH, _HUNDRED
    return _SMALLER.get(unit.unit) if unit is not None and unit.kind == "span" else None


def _with_smaller(scan: Scan, figure: Figure) -> Figure:
    """*Eleven years and eight months* is one span, in years to the hundredth; so are 4 рубля 50 копеек one sum."""
    whole = figure.number.reading.sure
    smaller = _smaller_unit(figure)
    if smaller is None or whole is None or (figure.number.scaled and figure.kind == "span"):
        return figure
    rules, at = scan.rules, figure.last
    linked = rules.joins.at(scan.tokens, at)
    number = number_at(scan, linked[0] if linked is not None else at)
    found = measures.behind(scan, number.last) if number is not None else None
    unit, factor, size = smaller
    if number is None or found is None or (found.unit.unit, found.unit.factor) != (unit, factor):
        return figure
    part = number.reading.sure
    if part is None or not 0 < part < size or number.scaled:
        return figure
    total = (figure.number.value(whole) + part / size).quantize(_HUNDREDTH)
    whole_number = replace(figure.number, reading=exactly(total), scale=_ONE, extra=Decimal(0))
    return Figure(figure.first, found.last, whole_number, figure.unit)


def _times(scan: Scan, number: Number, last: int, unit: Unit) -> Figure:
    """*2.5 times*; where the language says *in … times*, without the preposition it is how often and stays unread."""
    rules = scan.rules
    form = scan.form(last - 1)
    if form in ("x", "х") and (last != number.last + 1 or not scan.touch(last - 2)):
        return Figure(number.first, number.last, number, None)
    if form in ("x", "х") or form.startswith(rules.folds or ("\n",)):
        return Figure(number.first, last, number, unit)
    if rules.lang == "ru" or rules.times_in.begins("в"):
        opener = rules.times_in.before(scan.tokens, number.first)
        return Figure(opener[0], last, number, unit) if opener else Figure(number.first, last, number, NOTHING)
    return Figure(number.first, last, number, unit)


def _signed(scan: Scan, figure: Figure) -> Figure:
    """``figure`` with a minus right before it; a dash between words or figures is none."""
    at = figure.first - 1
    if at < 0 or scan.form(at) not in DASHES or not scan.touch(at) or figure.kind in ("", "noun", "span"):
        return figure
    sign, before_it = scan.original(at), scan.form(at - 1)
    opened = before_it in _OPENING
    if (scan.touch(at - 1) and not opened) or sign == "—" or (sign == "–" and not before_it):
        return figure
    if sign != "−" and figure.kind not in ("percent", "basis") and not opened:
        return figure
    return replace(figure, first=at, negative=True)
