"""EDTF dates as a person says them: ``2024-Q3`` is *in the third quarter of 2024*, ``../2027`` is *by 2027*."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from crypto_nlp.rules.gloss import GlossWords

_POINT = re.compile(r"(?P<y>\d{4})(?:-(?:Q(?P<q>[1-4])|(?P<m>\d\d)(?:-(?P<d>\d\d))?))?")
_HALVES = {("01", "06"): 1, ("07", "12"): 2}
_MONTHS = 12


class _Point(NamedTuple):
    """A day, month, quarter, half or year."""

    kind: str
    year: str
    month: int = 0
    day: int = 0
    nth: int = 0


@lru_cache(maxsize=4096)
def _parse(text: str) -> _Point | None:
    match = _POINT.fullmatch(text.rstrip("?~%"))
    if match is None or not 1 <= int(match["m"] or 1) <= _MONTHS:
        return None
    if match["q"]:
        return _Point("quarter", match["y"], nth=int(match["q"]))
    if match["d"]:
        return _Point("day", match["y"], int(match["m"]), int(match["d"]))
    if match["m"]:
        return _Point("month", match["y"], int(match["m"]))
    return _Point("year", match["y"])


def phrase(when: str, words: GlossWords, *, ahead: bool, standing: bool = False) -> str:
    """``when`` as an adverbial. Unreadable EDTF stands as it is.

    ``ahead``: what starts then has not happened yet; ``standing``: what ends then was so all the time (*until*).
    """
    first, slash, last = when.partition("/")
    start, end = _parse(first), _parse(last)
    if not slash:
        return _say(start, words, "in") if start else f"({when})"
    if start and last == "..":
        return _fill(words.when["from" if ahead else "since"], words, start)
    if end and first == "..":
        return _fill(words.when["until" if standing else "by"], words, end)
    if start is None or end is None:
        return f"({when})"
    return _between(start, end, words)


def _between(start: _Point, end: _Point, words: GlossWords) -> str:
    half = _HALVES.get((f"{start.month:02}", f"{end.month:02}"))
    kinds = (start.kind, end.kind)
    if half and kinds == ("month", "month") and start.year == end.year:
        return _say(_Point("half", start.year, nth=half), words, "in")
    if start == end:
        return _say(start, words, "in")
    pattern = "between"
    if start.year == end.year and kinds == ("day", "day"):
        pattern = "days" if start.month == end.month else "days_of_year"
    elif start.year == end.year and kinds == ("month", "month"):
        pattern = "months"
    return _fill(words.when[pattern], words, start, end)


def _fill(pattern: str, words: GlossWords, start: _Point, end: _Point | None = None) -> str:
    def bare(match: re.Match[str]) -> str:
        point = end if match[1] == "b" and end else start
        return _say(point, words, match[2])

    filled = re.sub(r"\{([ab]):(\w+)\}", bare, pattern)
    last = end or start
    return filled.format(
        d=start.day, e=last.day, y=last.year, month=_of(words.months, start.month), until=_of(words.months, last.month)
    )


def _say(point: _Point, words: GlossWords, case: str) -> str:
    pattern = words.points[case][point.kind]
    return pattern.format(
        d=point.day, y=point.year, month=_of(words.months, point.month), nth=_of(words.ordinals, point.nth)
    )


def _of(table: dict[str, tuple[str, ...]], number: int) -> dict[str, str]:
    """The forms of a month or ordinal, by case."""
    return {case: forms[number - 1] for case, forms in table.items() if 0 < number <= len(forms)}
