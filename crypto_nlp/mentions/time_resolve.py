"""The calendar of a single time whose year is not said: the nearest that the words around it allow."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from crypto_nlp.mentions import time_calendar as cal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crypto_nlp.mentions.time_calendar import Stretch
    from crypto_nlp.mentions.time_moments import Moment

_NEAR = timedelta(days=62)  # so near ahead, a bare month or day may be meant without a word about the future
_LEANS = {"future": 6.0, "from": 3.0}  # how much farther the future may be for *until* and *from* to mean it
# Likewise where the clause speaks of the future: of *in March*, *on 5 March* more surely than of *the March halving*.
_TOLD_AHEAD, _TOLD_NAMED, _TOLD_MONTH = 12.0, 3.0, 1.5


def in_year(moment: Moment, year: int) -> Stretch | None:
    """The day, month, quarter, half or season in a given year; None for a day that this year has not."""
    if moment.kind == "month":
        return cal.month(year, moment.number)
    if moment.kind == "quarter":
        return cal.quarter(year, moment.number)
    if moment.kind == "half":
        return cal.half(year, moment.number)
    if moment.kind == "season":
        return cal.season(year, moment.number)
    try:
        first = date(year, moment.number, moment.day)
        last = date(year, moment.number, moment.count) if moment.kind == "days" else first
    except ValueError:
        return None
    return cal.days(first, last)


def nearest(moment: Moment, published: date, direction: Callable[[], str], lean: str) -> Stretch | None:
    """The time in the year that is meant, seen from ``published``.

    ``direction`` is asked only where both past and future are possible; it answers ``past``, ``future`` or ``""``.
    """
    near = [s for s in _candidates(moment, published.year) if s]
    if moment.kind == "day" and moment.count:
        named = [s for s in near if s.first.isoweekday() == moment.count]
        near = named or near
    past = [s for s in near if s.first <= published]
    ahead = [s for s in near if s.last >= published]
    if moment.rel == "T":
        return next((s for s in near if s.first.year == published.year), None)
    if moment.rel in ("L", "l"):
        past = [s for s in past if s.last < published]
        return past[-1] if past else None
    if moment.rel == "N":
        ahead = [s for s in ahead if s.first > published]
        return ahead[0] if ahead else None
    if not past or not ahead:
        return past[-1] if past else ahead[0] if ahead else None
    return _nearer(moment, (past[-1], ahead[0]), published, direction, lean)


def _candidates(moment: Moment, year: int) -> Iterator[Stretch | None]:
    for offset in range(-6, 7):
        yield in_year(moment, year + offset)


def _told(moment: Moment, lean: str) -> float:
    if lean in ("in", "from") or moment.kind in ("day", "days"):
        return _TOLD_AHEAD
    return _TOLD_MONTH if moment.kind == "month" else _TOLD_NAMED


def _nearer(
    moment: Moment, both: tuple[Stretch, Stretch], published: date, direction: Callable[[], str], lean: str
) -> Stretch:
    past, ahead = both
    if past.edtf == ahead.edtf:
        return past
    behind, before = published - past.last, ahead.first - published
    if lean in _LEANS and lean != "from":
        return ahead if before < behind * _LEANS[lean] else past
    told = "past" if lean == "past" else direction()
    if told == "past":
        return past
    if told == "future":
        return ahead if before < max(behind, timedelta(days=1)) * _told(moment, lean) else past
    if lean == "from":
        return ahead if before < behind * _LEANS[lean] else past
    return ahead if before <= _NEAR and before * 4 < behind else past
