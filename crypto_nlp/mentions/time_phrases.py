"""The second pass of the grammar: prepositions, parts and ranges around single times make expressions."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from crypto_nlp.mentions import time_calendar as cal
from crypto_nlp.mentions.time_moments import Context, Found, Moment
from crypto_nlp.mentions.time_words import Item

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_UNIT = "[yJUQHE]"
_REACH = 9
_POINT_LEADS = frozenset(("before", "ahead of"))
_X = "[X4]"  # four digits alone are a year only in company


class Expression(NamedTuple):
    """A whole expression: its kind, its time and, for a span, the second.

    ``kind`` is one of :class:`crypto_nlp.records.Time`'s, or ``by`` or ``ended``, which the reader makes one of them.
    ``lean`` says which way a bare month or day leans: ``future`` (until, by), ``from``, ``past``, or empty.
    """

    kind: str
    moment: Moment
    other: Moment | None
    start: int
    end: int
    lean: str = ""


def parts(items: Sequence[Item], context: Context) -> list[Item]:
    """Joins *end of*, *mid-*, مطلع to the time after them; *the end of the year* is a time of its own."""
    codes = "".join(item.code for item in items)
    done: list[Item] = []
    at = 0
    while at < len(items):
        for pattern, build in _PARTS if codes[at] in _PART_FIRST else ():
            match = pattern.match(codes, at)
            moment = build(Found(items, match, context)) if match else None
            if match and moment:
                done.append(Item("X", moment, items[at].start, items[match.end() - 1].end, items[at].form))
                at = match.end()
                break
        else:
            done.append(items[at])
            at += 1
    return done


def expressions(items: Sequence[Item], context: Context) -> list[Expression]:
    """The expressions in the reduced items, in order."""
    codes = "".join(item.code for item in items)
    read: list[Expression] = []
    at = 0
    while at < len(items):
        length = 0
        for pattern, build in _BY_FIRST.get(codes[at], ()):
            match = pattern.match(codes, at)
            if match and (expression := build(Found(items, match, context))):
                read.append(expression)
                length = match.end() - at
                break
        at += length or 1
    return read


def moment_of(item: Item) -> Moment:
    """The moment of an ``X``, or the year of four bare digits."""
    if isinstance(item.value, Moment):
        return item.value
    return Moment("fixed", stretch=cal.year(int(item.value)))


def _part_of(found: Found) -> Moment | None:
    """Early March, end of 2025, نهاية العام المقبل."""
    moment = moment_of(found.item("x"))
    if moment.kind in ("shift", "then", "window"):
        return None
    return replace(moment, part=str(found.item("p").value))


def _part_of_unit(found: Found) -> Moment | None:
    """The end of the year, начало месяца: of the one that is running."""
    unit = found.item("u")
    after = found.next
    if found.lang == "ar" and not unit.definite:
        return None
    if found.lang == "en" and "O" in found.said and "A" not in found.said[1:]:
        return None
    if after and after.code == "O" and found.lang == "en":
        return None  # the start of the year of
    part = str(found.item("p").value)
    stretch = cal.unit(found.context.published, str(unit.value))
    return Moment("fixed", stretch=stretch, part=part, unit=str(unit.value), rel="running")


def _unit_part(found: Found) -> Moment | None:
    """Year-end: English alone turns the order round."""
    return _part_of_unit(found) if found.lang == "en" else None


_PART_FIRST = frozenset("ApyJQ")
_PARTS = (
    (re.compile(r"A?(?P<p>p)[O\-]?A?(?P<x>X|y?4)"), _part_of),
    (re.compile(r"(?P<u>[yJQ])-?(?P<p>p)-?(?P<x>[X4])"), _part_of),
    (re.compile(rf"A?(?P<p>p)O?A?(?P<u>{_UNIT})"), _part_of_unit),
    (re.compile(r"(?P<u>[yJQ])-?(?P<p>p)"), _unit_part),
)


def _point(found: Found) -> Expression | None:
    item = found.item("x")
    moment = moment_of(item)
    before = found.before
    lean = "from" if before is not None and before.code == "f" else ""
    kind = {"window": "window", "then": "since"}.get(moment.kind, "point")
    if moment.unit == "since" or moment.rel == "since":
        kind = "since"
    if moment.stretch and "/" in moment.stretch.edtf and moment.kind == "fixed" and moment.unit == "range":
        kind = "between"
    if before is not None and before.code == "i" and not lean:
        lean = "in"
    return Expression(kind, moment, None, item.start, item.end, lean)


def _bare_year(found: Found) -> Expression | None:
    """In 2024, the 2021 bull run, (2021): four digits that their surroundings make a year."""
    item = found.item("x")
    after = found.next
    before = found.items[found.match.start("x") - 1] if found.match.start("x") else None
    if before is not None and before.form in found.context.rules.not_years:
        return None
    counts = after is not None and (after.code in "$%#09n" or after.form in found.context.rules.counting)
    if counts or _is_decimal(found):
        return None
    near = 1990 <= int(item.value) <= found.context.published.year + 30
    weak = found.said[0] in "OA(q"
    if weak and not near:
        return None
    return Expression("point", moment_of(item), None, item.start, item.end)


def _is_decimal(found: Found) -> bool:
    """Whether a comma and more digits are glued on: 2002،29."""
    glued = found.items[found.match.end() : found.match.end() + 2]
    return len(glued) == 2 and glued[0].code == "," and glued[0].end == glued[1].start and glued[1].code in "049#"


def _of_year(found: Found) -> Expression | None:
    after = found.next
    goes_on = (
        after is not None
        and after.code == "x"
        and after.form not in found.context.rules.past | found.context.rules.future
    )
    return None if goes_on else _bare_year(found)


def _since(found: Found) -> Expression | None:
    """Since X, since its launch on X; the gap only after words that begin from an event."""
    lead, item = found.span()[0], found.item("x")
    gap = found.match.group("gap")
    if gap and (lead.value != "event" or "n" in gap):
        return None
    moment = moment_of(item)
    if moment.kind in ("window", "then", "shift") or moment.base:
        return None
    lean = "past" if lead.value == "event" else "since"
    return Expression("since", moment, None, lead.start, item.end, lean)


def _until(found: Found) -> Expression | None:
    lead, item = found.span()[0], found.item("x")
    moment = moment_of(item)
    clock = ":" in found.said and lead.form in _POINT_LEADS  # before 10:00 UTC on Tuesday
    if clock or moment.kind in ("window", "shift", "then"):
        return None
    kind = "by" if lead.code == "b" else "until"
    if lead.code == "z" and moment.kind == "fixed" and moment.unit == "ago":
        return None
    return Expression(kind, moment, None, lead.start, item.end, "future")


def _through(found: Found) -> Expression | None:
    """*Through the end of 2026*: up to then, where no other time begins it."""
    lead, item = found.span()[0], found.item("x")
    moment = moment_of(item)
    if lead.form not in found.context.rules.through or moment.kind in ("window", "shift", "then", "same"):
        return None
    return Expression("by", moment, None, lead.start, item.end, "future")


def _by_end(found: Found) -> Expression | None:
    """بنهاية العام: with its proclitic, behind what is to be reached, the end is a deadline, unless it has passed."""
    lead, item = found.span()[0], found.item("x")
    moment = moment_of(item)
    before = "".join(i.code for i in found.items[max(0, found.match.start() - _REACH) : found.match.start()])
    figure = bool(re.search(r"[049#n][^.,;]*$", before))  # the price at the end of the year is another thing
    if lead.start != lead.end or moment.part != "end" or not figure:
        return None
    return Expression("by", moment, None, item.start, item.end)


def _as_of(found: Found) -> Expression | None:
    item = found.item("x")
    return Expression("point", moment_of(item), None, item.start, item.end)


def _between(found: Found) -> Expression | None:
    first, last = moment_of(found.item("a")), moment_of(found.item("b"))
    solid = ("day", "month", "quarter", "fixed", "season", "half", "weekday")
    if first.kind not in solid or last.kind not in solid or first.unit == "since":
        return None
    if "-" in found.match.group("join") and not _alike(first, last):
        return None
    outer = found.item("y") if found.has("y") else None
    if outer is not None and isinstance(outer.value, Moment) and outer.value.stretch is not None:
        year = outer.value.stretch.first.year
        first = replace(first, year=first.year or year)
        last = replace(last, year=last.year or year)
    return Expression("between", first, last, found.span()[0].start, found.item("b").end)


def _alike(first: Moment, last: Moment) -> bool:
    """Whether two times with a dash between them are the ends of one span."""
    if first.kind != last.kind or first.weekday:
        return False
    if first.kind == "fixed" and first.stretch and last.stretch:
        return len(first.stretch.edtf) == len(last.stretch.edtf) and first.stretch.first < last.stretch.first
    return first.number != last.number or first.day != last.day


def _ended(found: Found) -> Expression | None:
    """The three months ended 30 June; the year to April; the week to Friday."""
    end = moment_of(found.item("x"))
    unit = found.item("u")
    counts = [i.value for i in found.items[found.match.start() : found.match.start("x")] if i.code in "n019"]
    count = sum(counts) if counts else 1
    if end.kind not in ("day", "month", "fixed", "weekday") or unit.value not in (
        "month",
        "quarter",
        "year",
        "week",
        "day",
        "hour",
    ):
        return None
    if found.match.group("join")[0] in "tu" and not (counts or "A" in found.said):
        return None
    whole = Moment("ended", unit=str(unit.value), count=count)
    return Expression("ended", whole, end, found.span()[0].start, found.item("x").end)


def _same_of(found: Found) -> Expression | None:
    """The same period last year: the time last spoken of, in that year."""
    same, year = moment_of(found.item("x")), moment_of(found.item("b"))
    before = year.kind == "shift" and year.unit == "year"  # the year before
    if same.kind != "same" or not (before or (year.stretch is not None and len(year.stretch.edtf) == len("2024"))):
        return None
    number = year.stretch.first.year if year.stretch is not None else None
    moved = replace(same, year=number, count=year.count if before else 0, base=True)
    return Expression("point", moved, None, found.item("x").start, found.item("b").end)


def _week_of(found: Found) -> Expression | None:
    moment = moment_of(found.item("x"))
    if found.item("u").value != "week" or moment.kind not in ("day", "days", "fixed"):
        return None
    whole = moment if moment.kind == "days" else replace(moment, unit="week_of")
    return Expression("point", whole, None, found.span()[0].start, found.item("x").end)


def _apposed(found: Found) -> Expression | None:
    """За неделю с 5 по 11 августа: the days say which week."""
    span, item = moment_of(found.item("a")), found.item("x")
    if span.kind != "window" or moment_of(item).kind != "days":
        return None
    return Expression("point", moment_of(item), None, item.start, item.end)


def _and_year(found: Found) -> Expression | None:
    """In 2021 and 2022."""
    if found.before is None or found.before.code not in "4X":
        return None
    moment = moment_of(found.before)
    listed = moment.stretch is not None and len(moment.stretch.edtf) == len("2021")
    return _bare_year(found) if listed else None


def _now(found: Found) -> Expression | None:
    item = found.span()[0]
    return Expression("now", Moment("now"), None, item.start, item.end)


_TABLE: tuple[tuple[str, str, Callable[[Found], Expression | None]], ...] = (
    ("B", rf"BA?(?P<a>{_X})(?P<join>c)A?(?P<b>{_X})", _between),
    ("X", rf"(?P<y>X)[sf](?P<a>{_X})(?P<join>,?c?[tub])A?(?P<b>X)", _between),
    ("sf", rf"[sf]A?(?P<a>{_X})(?P<join>,?c?[tub])A?(?P<b>{_X})", _between),
    ("X", r"(?P<a>X)(?P<join>-|t)A?(?P<b>X)", _between),
    ("AnX019yJUQIh", r"A?(?:n|[019])?A?(?P<u>[yJUQIh])F?(?:n|[019])?(?P<join>,?d|t|u)[i,-]?A?(?P<x>X)", _ended),
    ("X", r"(?P<x>X)[Oif]?A?(?P<b>[X4])", _same_of),
    ("U", r"(?P<u>U)[OA]*(?P<x>X)", _week_of),
    ("X", r"(?P<a>X)(?P<x>X)", _apposed),
    ("c", r"c(?P<x>4)", _and_year),
    ("s", rf"s(?P<gap>[xAiOo'\"]{{0,10}}?)A?(?P<x>{_X})", _since),
    ("ubz", rf"[ubz](?:[09]:[09#]x{{0,2}})?[Ai]*(?P<x>{_X})", _until),
    ("t", r"tA?(?P<x>X)", _through),
    ("i", r"i(?P<x>X)", _by_end),
    ("k", rf"kA?(?P<x>{_X})", _as_of),
    ("X", r"(?P<x>X)", _point),
    ("ibkvtfq", r"[ibkvtfq]A?(?P<x>4)", _bare_year),
    ("A", r"A(?P<x>4)(?=x)", _bare_year),
    ("(", r"\((?P<x>4)\)", _bare_year),
    ("O", r"O(?P<x>4)", _of_year),
    ("G", r"G", _now),
)
_BY_FIRST: dict[str, list[tuple[re.Pattern[str], Callable[[Found], Expression | None]]]] = {}
for _firsts, _pattern, _build in _TABLE:
    for _first in _firsts:
        _BY_FIRST.setdefault(_first, []).append((re.compile(_pattern), _build))
