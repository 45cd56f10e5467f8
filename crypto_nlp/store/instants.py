"""Instants and spans of time: how the database writes them, and which days an EDTF expression covers."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta, timezone

_PART = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(\d{2})(?:-(\d{2}))?))?$")


def to_utc(instant: datetime) -> str:
    """``instant`` (aware; naive is taken as UTC) as ``2024-08-12T09:30:00Z``, which sorts as text."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def from_utc(text: str, offset_minutes: int | None = None) -> datetime:
    """The instant written by :func:`to_utc`, in its own UTC offset where one is given."""
    instant = datetime.fromisoformat(text)
    return instant.astimezone(timezone(timedelta(minutes=offset_minutes))) if offset_minutes is not None else instant


def offset_minutes(instant: datetime) -> int:
    """The UTC offset of ``instant`` in minutes; 0 where it has none."""
    offset = instant.utcoffset()
    return int(offset.total_seconds() // 60) if offset else 0


def span_of(when: str | None) -> tuple[date | None, date | None]:
    """First and last day of an EDTF expression (``2027``, ``2024-Q3``, ``../2027``); None is an open end.

    What is not such an expression is open on both sides: it can be shown but not compared.
    """
    if not when:
        return None, None
    first, slash, last = when.partition("/")
    if not slash:
        return _part(first)
    return _part(first)[0], _part(last)[1]


def _part(text: str) -> tuple[date | None, date | None]:
    match = _PART.match(text.strip("?~% "))
    if not match:
        return None, None
    year, quarter, month, day = (int(group) if group else 0 for group in match.groups())
    try:
        if quarter:
            month = 3 * quarter
            return date(year, month - 2, 1), date(year, month, monthrange(year, month)[1])
        if day:
            return date(year, month, day), date(year, month, day)
        if month:
            return date(year, month, 1), date(year, month, monthrange(year, month)[1])
        return date(year, 1, 1), date(year, 12, 31)
    except ValueError:
        return None, None
