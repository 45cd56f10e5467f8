"""Spans of a calendar: the label of the one that a day falls in, and all of them between two."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SPANS = ("day", "week", "month", "quarter", "year")


def period_of(day: date, by: str) -> str:
    """``2024-08-12``, ``2024-W33`` (ISO), ``2024-08``, ``2024-Q3`` or ``2024``."""
    match by:
        case "day":
            return day.isoformat()
        case "week":
            year, week, _ = day.isocalendar()
            return f"{year:04d}-W{week:02d}"
        case "month":
            return f"{day:%Y-%m}"
        case "quarter":
            return f"{day.year:04d}-Q{(day.month + 2) // 3}"
        case _:
            return f"{day.year:04d}"


def periods_between(first: date, last: date, by: str) -> Iterator[str]:
    """The labels of all periods from the one of ``first`` to the one of ``last``."""
    step = {"day": 1, "week": 7, "month": 27, "quarter": 80, "year": 360}[by]
    previous = ""
    day = first
    while day < last:
        label = period_of(day, by)
        if label != previous:
            yield label
        previous = label
        day += timedelta(days=step)
    label = period_of(last, by)
    if label != previous:
        yield label


def first_day(period: str) -> date:
    """The first day of a labelled period."""
    if "W" in period:
        return date.fromisocalendar(int(period[:4]), int(period[6:]), 1)
    if "Q" in period:
        return date(int(period[:4]), 3 * int(period[6:]) - 2, 1)
    parts = [int(part) for part in period.split("-")]
    return date(parts[0], *[*parts[1:], 1, 1][:2])


def next_first_day(period: str) -> date:
    """The day after the last one of a labelled period."""
    day = first_day(period)
    if "W" in period:
        return day + timedelta(days=7)
    months = {4: 12, 10: 0}.get(len(period), 3 if "Q" in period else 1)
    if not months:
        return day + timedelta(days=1)
    month = day.month - 1 + months
    return date(day.year + month // 12, month % 12 + 1, 1)
