"""Numbers in digits: which of point and comma parts thousands and which the fraction.

A literal has up to two readings. Grouping, language, what stands behind the figure and what the rest of the text does
decide
between them; where they do not, there is no number, since a guess may be wrong by a thousand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PLAIN = re.compile(r"\d+")
_THOUSANDS = re.compile(r"\d{1,3}(?P<mark>[.,٬])\d{3}(?:(?P=mark)\d{3})*")
_INDIAN = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}")
_GROUPED = re.compile(rf"(?P<whole>{_THOUSANDS.pattern}|{_INDIAN.pattern})(?P<point>[.,٫])(?P<part>\d+)")
_FRACTION = re.compile(r"(?P<whole>\d+)(?P<point>[.,٫])(?P<part>\d+)")
_TEN = Decimal(10)
_DAY_OR_CLOCK = re.compile(r"\d\d?\.\d\d")  # 15.05 and 10.30 tell nothing of how the text writes fractions


@dataclass(frozen=True, slots=True)
class Reading:
    """A literal as a fraction and as grouped thousands; None where it cannot be that. ``mark`` is the sign in doubt."""

    fraction: Decimal | None
    grouped: Decimal | None
    mark: str = ""

    @property
    def doubtful(self) -> bool:
        """Whether both readings are possible."""
        return self.fraction is not None and self.grouped is not None

    @property
    def sure(self) -> Decimal | None:
        """The one reading, or None where there are two."""
        if self.doubtful:
            return None
        return self.fraction if self.fraction is not None else self.grouped


def exactly(value: Decimal) -> Reading:
    """A number that leaves no doubt."""
    return Reading(value, None)


def read_literal(form: str) -> Reading | None:
    """The readings of a folded number token, or None where it is no number (``1.2.3``, ``15.05.2024``)."""
    thousands = _THOUSANDS.fullmatch(form)
    if (match := _GROUPED.fullmatch(form)) and match["point"] not in match["whole"]:
        return exactly(Decimal(f"{_bare(match['whole'])}.{match['part']}"))
    if _PLAIN.fullmatch(form) or _INDIAN.fullmatch(form):
        return exactly(Decimal(_bare(form)))
    fraction = _FRACTION.fullmatch(form)
    if fraction is None:
        return exactly(Decimal(_bare(form))) if thousands else None
    number, mark = Decimal(f"{fraction['whole']}.{fraction['part']}"), fraction["point"]
    if thousands and mark != "٫" and not form.startswith("0"):
        return Reading(number, Decimal(form.replace(mark, "")), mark)
    return exactly(number)


def _bare(grouped: str) -> str:
    return re.sub(r"[.,٬]", "", grouped)


@dataclass(frozen=True, slots=True)
class Habits:
    """What a text shows of its own separators: the marks that can only have parted a fraction, or only thousands."""

    fraction: frozenset[str]
    grouping: frozenset[str]

    def decide(self, mark: str) -> str:
        """``fraction``, ``grouped`` or, where the text shows neither or both, nothing."""
        other = "," if mark == "." else "."
        fraction = mark in self.fraction or other in self.grouping
        grouped = mark in self.grouping or other in self.fraction
        if fraction == grouped:
            return ""
        return "fraction" if fraction else "grouped"


def habits(forms: Iterable[str]) -> Habits:
    """The habits that the number tokens of a text show."""
    fraction: set[str] = set()
    grouping: set[str] = set()
    for form in forms:
        if match := _GROUPED.fullmatch(form):
            whole, point = match["whole"], match["point"]
            if point in whole:
                grouping.add(point)
            else:
                fraction.add(point)
                grouping.update(c for c in whole if c in ".,")
        elif (match := _FRACTION.fullmatch(form)) and match["point"] in ".,":
            long = len(match["part"]) != 3 or form.startswith("0") or len(match["whole"]) > 3
            if long and not _DAY_OR_CLOCK.fullmatch(form):
                fraction.add(match["point"])
        elif match := _THOUSANDS.fullmatch(form):
            grouping.add(match["mark"])
    return Habits(frozenset(fraction), frozenset(grouping))


def settle(reading: Reading, kind: str | None, language: str, shown: Habits, *, scaled: bool) -> Decimal | None:
    """The value of ``reading`` before a unit of ``kind`` (None: none), or None where it cannot be decided.

    ``scaled`` is true before a magnitude; ``language`` is its decimal sign, or ``either``.
    """
    if not reading.doubtful:
        return reading.sure
    if language == ".":
        return reading.grouped if reading.mark == "," else reading.fraction
    habit = shown.decide(reading.mark)
    if kind == "money" and language == "either" and not scaled and _is_sum(reading):
        return reading.grouped
    if scaled:
        choice = "fraction" if reading.mark in (language, ".") else habit
    elif kind == "noun":
        choice = "grouped"  # things that are counted come whole
    elif kind in ("percent", "basis", "physical"):
        choice = "fraction" if reading.mark in (language, ".") else habit
    elif kind == "asset":
        choice = _asset(reading, language, habit)
    elif kind == "money" and language == "either" and (reading.mark == "," or _is_round(reading)):
        choice = "grouped"  # three places behind the sign are no cents
    else:
        choice = habit or ("grouped" if reading.mark == "," and language == "either" else "")
    if not choice:
        return None
    return reading.fraction if choice == "fraction" else reading.grouped


def _is_round(reading: Reading) -> bool:
    """Whether the grouped reading ends in noughts, with which nobody ends a fraction: 13.800."""
    return reading.grouped is not None and reading.grouped % 100 == 0


def _is_sum(reading: Reading) -> bool:
    """Whether a sum is meant in full: it has hundredths, so that 21,800 dollars are thousands whatever stands beside.

    Below ten it may as well be a coin's price: 1,234.
    """
    return reading.mark == "," and reading.fraction is not None and reading.fraction >= _TEN


def _asset(reading: Reading, language: str, habit: str) -> str:
    """Amounts of crypto have fractions of any length, so only the language's own sign or the text decides."""
    if habit:
        return habit
    if reading.mark in (language, "."):
        return "fraction"
    return "grouped" if language == "either" else ""
