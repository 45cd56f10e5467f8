"""What the readers of the feed formats have in common.

Entries as they were written, before anything is decided about them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

_SPACE = re.compile(r"\s+")
_TAG = re.compile(r"<[^<>]{1,2000}>")
# Parsers compare each attribute of a tag with all others; no honest tag is that long but for a picture inside it.
_HUGE_TAG = re.compile(r"<[^<>]{16384,}>?")
_REFERENCE = re.compile(r"&#(?:[xX]0*([0-9a-fA-F]{4,})|0*(\d{5,})|[xX]?0+);?")
MAX_ENTRIES = 2000
MAX_TITLE = 1000
MAX_GUID = 2048


@dataclass(frozen=True, slots=True)
class Hints:
    """How often a feed wants to be read: minutes between two reads, and hours (UTC) in which not to come."""

    ttl_minutes: float | None = None
    skip_hours: frozenset[int] = frozenset()


NO_HINTS = Hints()


@dataclass(frozen=True, slots=True)
class RawEntry:
    """One item; texts are HTML. ``link`` is absolute or empty; ``raw_date`` is the date as it was written."""

    guid: str
    link: str
    title: str
    published: datetime | None
    updated: datetime | None
    raw_date: str
    summary: str
    content: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class RawFeed:
    """A document; ``complete`` is false where it broke off."""

    title: str
    entries: tuple[RawEntry, ...]
    language: str | None = None
    hints: Hints = NO_HINTS
    complete: bool = True
    left_out: int = 0


def safe_markup(markup: str) -> str:
    """``markup`` without tags of absurd length, which parsers take minutes over, and with safe references."""
    return safe_references(_HUGE_TAG.sub(" ", markup))


def safe_references(markup: str) -> str:
    """``markup`` with references to what is no character (surrogates, beyond Unicode, NUL) replaced by U+FFFD.

    feedparser raises on them (its issue 599), and lxml builds names and texts from them that cannot be read.
    """
    return _REFERENCE.sub(_safe_reference, markup) if "&#" in markup else markup


def _safe_reference(match: re.Match[str]) -> str:
    digits = match.group(2)
    number = int(match.group(1), 16) if match.group(1) else int(digits[:9]) if digits else 0
    fine = 0 < number < 0xD800 or 0xDFFF < number < 0x110000
    return match.group(0) if fine and not (digits and len(digits) > 9) else "\ufffd"


def as_text(value: Any) -> str:
    """``value`` if it is a string, a number as a string, else nothing."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else ""


def one_line(text: str) -> str:
    """A title or guid on one line: entities and tags resolved, control and direction characters out."""
    # Imported where it is needed: html.unescape is pure, and its table takes a while to build.
    from html import unescape  # noqa: PLC0415

    plain = unescape(_TAG.sub(" ", unescape(text[: MAX_TITLE * 4])))
    return _SPACE.sub(" ", visible(plain)).strip()[:MAX_TITLE]


_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_INVISIBLE = {ord(char): None for char in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u00ad\u200b"}


def visible(text: str) -> str:
    """``text`` without characters that change how other text is shown: controls, direction overrides, soft hyphens."""
    return _CONTROL.sub(" ", text.translate(_INVISIBLE))


def link_in(value: str, base: str) -> str:
    """``value`` as an absolute http(s) address, or nothing."""
    value = _SPACE.sub("", value) if len(value) < 4096 else ""
    if not value:
        return ""
    try:
        joined = urljoin(base, value)
        parts = urlsplit(joined)
        usable = parts.scheme.lower() in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return ""
    return joined if usable else ""
