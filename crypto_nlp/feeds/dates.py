"""Dates of feeds, with their own offset kept: RFC 822, ISO 8601, and what publishers write in their own languages."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_tz
from zoneinfo import ZoneInfo

_ISO = re.compile(
    r"^(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{0,2})?$",
    re.IGNORECASE,
)
_NUMERIC = re.compile(
    r"^(\d{1,2})[./](\d{1,2})[./](\d{4})(?:[\s,T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_WORDS = re.compile(
    r"(\d{1,2})[\s.\-]+([^\W\d_]{2,}(?:\s[^\W\d_]{2,})?)[\s.,\-]+(\d{4})(?:\D{1,6}?(\d{1,2}):(\d{2})(?::(\d{2}))?)?\s*([+-]\d{2}:?\d{2}|[A-Z]{2,5})?"
)
_OFFSET = re.compile(r"(?:[+-]\d{2}:?\d{2}|\s[A-Z]{1,5})(?:\s*\([^)]*\))?$")
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,})\.?\s+(\d{1,2}),?\s+(\d{4})(?:\D{1,6}?(\d{1,2}):(\d{2})(?::(\d{2}))?)?")
# Abbreviations that RFC 822 does not list and that feeds of our languages carry, in minutes east.
_ZONES = {"MSK": 180, "MSD": 240, "AST": 180, "GST": 240, "CET": 60, "CEST": 120, "EET": 120, "EEST": 180, "BST": 60}
_MONTHS = (
    ("jan", "янв", "يناير", "كانون الثاني"),
    ("feb", "фев", "فبراير", "شباط"),
    ("mar", "мар", "مارس", "آذار"),
    ("apr", "апр", "أبريل", "ابريل", "نيسان"),
    ("may", "мая", "май", "مايو", "أيار"),
    ("jun", "июн", "يونيو", "حزيران"),
    ("jul", "июл", "يوليو", "تموز"),
    ("aug", "авг", "أغسطس", "اغسطس", "آب"),
    ("sep", "сен", "سبتمبر", "أيلول"),
    ("oct", "окт", "أكتوبر", "اكتوبر", "تشرين الأول"),
    ("nov", "ноя", "نوفمبر", "تشرين الثاني"),
    ("dec", "дек", "ديسمبر", "كانون الأول"),
)
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_OLDEST = 1995
_FUTURE = timedelta(hours=36)
_MAX_TEXT = 80


def parse_date(text: str, *, zone: str = "UTC") -> datetime | None:
    """The aware instant that ``text`` gives, with its own offset; without one it is read in ``zone``.

    None if it is no date.
    """
    text = " ".join(text.translate(_DIGITS).split())
    if not 6 <= len(text) <= _MAX_TEXT:
        return None
    try:
        return _iso(text, zone) or _rfc822(text, zone) or _local(text, zone)
    except (ValueError, OverflowError):
        return None


def plausible(instant: datetime | None, now: datetime) -> datetime | None:
    """``instant`` unless no article can carry it: before 1995, or more than a day and a half from now on."""
    if instant is None or instant.year < _OLDEST:
        return None
    # Counted back from it, in its own zone: an instant of the year 9999 may have none in another, and none later.
    return instant if instant - _FUTURE <= now else None


def _zone(text: str | None, zone: str) -> tzinfo:
    if not text:
        return ZoneInfo(zone)
    upper = text.upper()
    if upper in {"Z", "UTC", "GMT"}:
        return UTC
    if upper in _ZONES:
        return timezone(timedelta(minutes=_ZONES[upper]))
    if upper[0] not in "+-":
        return ZoneInfo(zone)
    digits = upper[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:4])
    return timezone(timedelta(minutes=-minutes if upper[0] == "-" else minutes))


def _iso(text: str, zone: str) -> datetime | None:
    if not (match := _ISO.match(text)):
        return None
    year, month, day = (int(part or 1) for part in match.groups()[:3])
    hour, minute, second = (int(part or 0) for part in match.groups()[3:6])
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=_zone(match.group(7), zone))


def _rfc822(text: str, zone: str) -> datetime | None:
    parts = parsedate_tz(text)
    if parts is None or not re.search(r"[A-Za-z]{3}", text):
        return None
    year, month, day, hour, minute, second = parts[:6]
    offset = parts[9]
    last = text.rsplit(" ", 1)[-1].strip("()")
    if last.upper() in _ZONES:
        info = _zone(last, zone)
    elif offset is None or not _OFFSET.search(text):
        info = _zone(None, zone)
    else:
        info = timezone(timedelta(seconds=offset))
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=info)


def _local(text: str, zone: str) -> datetime | None:
    if match := _NUMERIC.match(text):
        day, month, year, *clock, offset = match.groups()
        return _build(year, int(month), day, clock, offset, zone)
    if (match := _WORDS.search(text)) and (month_number := _month(text[match.start(2) :])):
        day, _, year, *clock, offset = match.groups()
        return _build(year, month_number, day, clock, offset, zone)
    if (match := _MONTH_FIRST.search(text)) and (month_number := _month(match.group(1))):
        _, day, year, *clock = match.groups()
        return _build(year, month_number, day, clock, None, zone)
    return None


def _build(year: str, month: int, day: str, clock: list[str | None], offset: str | None, zone: str) -> datetime:
    hour, minute, second = (int(part or 0) for part in clock)
    return datetime(int(year), month, int(day), hour, minute, min(second, 59), tzinfo=_zone(offset, zone))


def _month(word: str) -> int | None:
    lowered = word.lower()
    for number, names in enumerate(_MONTHS, start=1):
        if lowered.startswith(names):
            return number
    return None
