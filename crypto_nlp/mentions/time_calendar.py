"""Stretches of the calendar as EDTF with their first and last days, and the arithmetic that times of news need."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import NamedTuple

_YEAR = re.compile(r"\b(\d{4})(?=$|[-/])")
_SEASON_MONTHS = {1: (3, 5), 2: (6, 8), 3: (9, 11), 4: (12, 14)}  # winter ends in the next year
_MONTHS_OF = {"month": 1, "quarter": 3, "half": 6, "year": 12, "decade": 120}


class Stretch(NamedTuple):
    """A closed stretch of days; ``edtf`` is how it is written, in the precision in which it was said."""

    edtf: str
    first: date
    last: date

    @property
    def start(self) -> str:
        """The EDTF of its beginning: of an interval the first part."""
        return self.edtf.partition("/")[0]

    @property
    def stop(self) -> str:
        """The EDTF of its end: of an interval the second part."""
        return self.edtf.rpartition("/")[2]


def day(when: date) -> Stretch:
    """One day."""
    return Stretch(when.isoformat(), when, when)


def month(year: int, number: int) -> Stretch:
    """One month; ``number`` may run over the year's end either way."""
    year, number = year + (number - 1) // 12, (number - 1) % 12 + 1
    last = calendar.monthrange(year, number)[1]
    return Stretch(f"{year:04}-{number:02}", date(year, number, 1), date(year, number, last))


def quarter(year: int, number: int) -> Stretch:
    """One quarter; ``number`` may run over the year's end either way."""
    year, number = year + (number - 1) // 4, (number - 1) % 4 + 1
    return Stretch(f"{year:04}-Q{number}", month(year, number * 3 - 2).first, month(year, number * 3).last)


def months(year: int, first: int, last: int) -> Stretch:
    """Months ``first`` to ``last``, counted from January of ``year``."""
    return between(month(year, first), month(year, last))


def half(year: int, number: int) -> Stretch:
    """The first or second half of a year; ``number`` may run over the year's end either way."""
    year, number = year + (number - 1) // 2, (number - 1) % 2 + 1
    return months(year, number * 6 - 5, number * 6)


def season(year: int, number: int) -> Stretch:
    """Spring (1) to winter (4) of the northern half; winter takes the year of its December."""
    return months(year, *_SEASON_MONTHS[number])


def year(number: int) -> Stretch:
    """One year."""
    return Stretch(f"{number:04}", date(number, 1, 1), date(number, 12, 31))


def week(of: date) -> Stretch:
    """Monday to Sunday around a day."""
    monday = of - timedelta(days=of.weekday())
    return days(monday, monday + timedelta(days=6))


def days(first: date, last: date) -> Stretch:
    """From one day to another; one and the same day is written alone."""
    return Stretch(f"{first}/{last}" if first != last else first.isoformat(), first, last)


def between(a: Stretch, b: Stretch) -> Stretch:
    """From the beginning of ``a`` to the end of ``b``, each as precise as it was said."""
    return Stretch(f"{a.start}/{b.stop}" if a.edtf != b.edtf else a.edtf, a.first, b.last)


def add_months(when: date, count: int) -> date:
    """The same day ``count`` months on, or the month's last where it has no such day."""
    index = when.year * 12 + when.month - 1 + count
    number, at = divmod(index, 12)
    number = min(max(number, date.min.year), date.max.year)
    return date(number, at + 1, min(when.day, calendar.monthrange(number, at + 1)[1]))


def add(when: date, count: int, unit: str) -> date:
    """``when`` plus ``count`` units; hours count as the days that they reach into."""
    if unit in _MONTHS_OF:
        return add_months(when, count * _MONTHS_OF[unit])
    size = {"day": 1, "week": 7, "weekend": 7}.get(unit)
    span = count * size if size else (abs(count) + 23) // 24 * (1 if count > 0 else -1)
    return when + timedelta(days=span)


def unit(of: date, name: str, offset: int = 0) -> Stretch:
    """The calendar unit ``offset`` after (before, if negative) the one that holds the day ``of``."""
    if name == "weekend":
        saturday = of - timedelta(days=of.weekday() - 5 - 7 * offset)
        return days(saturday, saturday + timedelta(days=1))
    if name == "decade":
        start = of.year - of.year % 10 + 10 * offset
        return between(year(start), year(start + 9))
    made = {
        "year": lambda: year(of.year + offset),
        "half": lambda: half(of.year, (of.month - 1) // 6 + 1 + offset),
        "quarter": lambda: quarter(of.year, (of.month - 1) // 3 + 1 + offset),
        "month": lambda: month(of.year, of.month + offset),
        "week": lambda: week(of + timedelta(days=7 * offset)),
    }
    return made[name]() if name in made else day(of + timedelta(days=offset))


def shift_years(stretch: Stretch, count: int) -> Stretch:
    """The same stretch ``count`` years on: 2021-Q3 becomes 2020-Q3."""
    first, last = add_months(stretch.first, 12 * count), add_months(stretch.last, 12 * count)
    if stretch.last.day == calendar.monthrange(stretch.last.year, stretch.last.month)[1]:
        last = last.replace(day=calendar.monthrange(last.year, last.month)[1])
    written = _YEAR.sub(lambda m: f"{int(m.group()) + count:04}", stretch.edtf)
    if "-02-29" in written:
        written = written.replace("-02-29", "-02-28")
    return Stretch(written, first, last)


def weekday(of: date, number: int, offset: int) -> date:
    """The weekday ``number`` (Monday 1): the last at or before ``of`` (0), strictly before (−1) or after it (1)."""
    back = (of.isoweekday() - number) % 7
    if offset < 0:
        return of - timedelta(days=back or 7)
    return of - timedelta(days=back) if offset == 0 else of + timedelta(days=7 - back)


def months_to(end: date, count: int) -> Stretch:
    """The ``count`` months that end with the month of ``end``."""
    last = end.year * 12 + end.month - 1
    first = last - count + 1
    return months(first // 12, first % 12 + 1, first % 12 + count)


def full_year(number: int) -> int:
    """``24`` and ``2024`` as 2024."""
    return number if number > 99 else 2000 + number
