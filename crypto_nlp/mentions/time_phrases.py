"""The second pass of the grammar: prepositions, parts and ranges around single times make expressions."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from crypto_nlp.mentions import time_calendar as cal
from crypto_nlp.mentions.time_builders import Context, Moment
from crypto_nlp.mentions.time_words import Item

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_UNIT = "[yJUQHE]"
_X = "[X4]"  # four digits alone are a year only in company


class Expression(NamedTuple):
    """A whole expression: ``kind`` as in :class:`crypto_nlp.records.Time`, its time and, for a span, the second.

    ``lean`` says which way a bare month or day leans: ``future`` (until, by), ``from``, or empty. ``first``/``last`` are
    the expression's range in the items of the text.
    """

    kind: str
    moment: Moment
    other: Moment | None
    start: int
    end: int
    lean: str = ""


def parts(items: Sequence[Item], context: Context) -> list[Item]:
    """Joins *end of*, *mid-*, مطلع to the time after them; *the end of the year* is a time of its own."""
    return _substitute(items, _PARTS, context)


def expressions(items: Sequence[Item], context: Context) -> list[Expression]:
    """The expressions in the reduced items, in order."""
    codes = "".join(item.code for item in items)
    found: list[Expression] = []
    at = 0
    while at < len(items):
        length = 0
        for pattern, build in _BY_FIRST.get(codes[at], ()):
            match = pattern.match(codes, at)
            if match and (expression := build(items, match, context)):
                found.append(expression)
                length = match.end() - at
                break
        at += length or 1
    return found


def moment_of(item: Item) -> Moment:
    """The moment of an ``X``, or the year of four bare digits."""
    if isinstance(item.value, Moment):
        return item.value
    return Moment("fixed", stretch=cal.year(int(item.value)))


def _substitute(
    items: Sequence[Item],
    table: Sequence[tuple[re.Pattern[str], Callable[[Sequence[Item], re.Match[str], Context], Moment | None]]],
    context: Context,
) -> list[Item]:
    codes = "".join(item.code for item in items)
    done: list[Item] = []
    at = 0
    while at < len(items):
        for pattern, build in table:
            match = pattern.match(codes, at)
            moment = build(items, match, context) if match else None
            if match and moment:
                last = items[match.end() - 1]
                done.append(Item("X", moment, items[at].start, last.end, items[at].form))
                at = match.end()
                break
        else:
            done.append(items[at])
            at += 1
    return done


def _part_of(items: Sequence[Item], match: re.Match[str], context: Context) -> Moment | None:
    """Early March, end of 2025, نهاية العام المقبل."""
    moment = moment_of(items[match.start("x")])
    if moment.kind in ("shift", "then", "window"):
        return None
    return replace(moment, part=str(items[match.start("p")].value))


def _part_of_unit(items: Sequence[Item], match: re.Match[str], context: Context) -> Moment | None:
    """The end of the year, начало месяца: of the one that is running."""
    unit = items[match.start("u")]
    after = items[match.end()] if match.end() < len(items) else None
    if context.rules.lang == "ar" and not unit.definite:
        return None
    if context.rules.lang == "en" and "O" in match.group() and "A" not in match.group()[1:]:
        return None
    if after and after.code == "O" and context.rules.lang == "en":
        return None  # the start of the year of
    part = str(items[match.start("p")].value)
    stretch = cal.unit(context.published, str(unit.value))
    return Moment("fixed", stretch=stretch, part=part, unit=str(unit.value), rel="running")


_PARTS = (
    (re.compile(r"A?(?P<p>p)[O\-]?A?(?P<x>X|y?4)"), _part_of),
    (re.compile(r"(?P<u>[yJQ])-?(?P<p>p)-?(?P<x>[X4])"), _part_of),
    (re.compile(rf"A?(?P<p>p)O?A?(?P<u>{_UNIT})"), _part_of_unit),
    (re.compile(r"(?P<u>[yJQ])-?(?P<p>p)"), lambda i, m, c: _part_of_unit(i, m, c) if c.rules.lang == "en" else None),
)


def _point(items: Sequence[Item], match: re.Match[str], context: Context) -> Expression | None:
    item = items[match.start("x")]
    moment = moment_of(item)
    before = items[match.start() - 1] if match.start() else None
    lean = "from" if before is not None and before.code == "f" else ""
    kind = {"window": "window", "then": "since"}.get(moment.kind, "point")
    if moment.unit == "since":
        kind = "since"
    if moment.stretch and "/" in moment.stretch.edtf and moment.kind == "fixed" and moment.unit == "range":
        kind = "between"
    if before is not None and before.code == "i" and not lean:
        lean = "in"
    return Expression(kind, moment, None, item.start, item.end, lean)


def _bare_year(items: Sequence[Item], match: re.Match[str], context: Context) -> Expression | None:
    """In 2024, the 2021 bull run, (2021): four digits that their surroundings make a year."""
    item = items[match.start("x")]
    after = items[match.end()] if match.end() < len(items) else None
    before = items[match.start("x") - 1] if match.start("x") else None
    if before is not None and before.form in context.rules.not_years:
        return None
    if after is not None and after.code in "$%#09n":
        return None
    near = 1990 <= int(item.value) <= context.published.year + 30
    weak = "x" in match.re.groupindex and match.group()[0] in "OA("
    if weak and not near:
        return None
    return Expression("point", moment_of(item), None, item.start, item.end)


def _of_year(items: Sequence[Item], match: re.Match[str], context: Context) -> Expression | None:
    after = items[match.end()] if match.end() < len(items) else None
    goes_on = after is not None and after.code == "x" and after.form not in context.rules.past | context.rules.future
    return None if goes_on else _bare_year(items, match, context)


def _since(items: Sequence[Item], match: re.Match[str], context: Context) -> Expression | None:
    """Since X, since its launch on X; the gap only after words that begin from an event."""
    lead, item = items[match.start()], items[match.start("x")]
    gap = match.group("gap")
    if gap and (lead.value != "event" or "n" in gap):
        return None
    moment = moment_of(item)
    if moment.kind in ("window", "then", "shift") or moment.base:
        return None
    return Expression("since", moment, None, lead.start, item.end, "since")


def _until(items: Sequence[Item], match: re.Match[str], context: Context) -> Expression | None:
    lead, item = items[match.start()], items[match.start("x")]
    moment = moment_of(item)
    if moment.kind in ("window", "shift", "then"):
        return None
    kind = "by" if lead.code == "b" else "until"
    if lead.code == "z" and moment.kind == "fixed" and moment.unit == "ago":
        return None
    return Expression(kind, moment, None, lead.start, item.end, "future")


def _as_of(items: Sequence[Item], match: re.Match[str], context: Context) -> Expression | None:
    item = items[match.start("x")]
    return Expression("point", moment_of(item), None, item.start, item.end)


def _between(items: Sequence[Item], match: re.Match[str], context: Context) -> Expression | None:
    first, last = moment_of(items[match.start("a")]), moment_of(items[match.start("b")])
    solid = ("day", "month", "quarter", "fixed", "season", "half", "weekday")
    if first.kind not in solid or last.kind not in solid or first.unit == "since":
        return None
    if "-" in match.group("join") and not _alike(first, last):
        return None
    outer = items[match.start("y")] if "y" in match.re.groupindex and match.group("y") else None
    if outer is not None and isinstance(outer.value, Moment) and outer.value.stretch is not None:
        year = outer.value.stretch.first.year
        first = replace(first, year=first.year or year)
        last = replace(last, year=last.year or year)
    return Expression("between", first, last, items[match.start()].start, items[match.start("b")].end)


def _alike(first: Moment, last: Moment) -> bool:
    """Whether two times with a dash between them are the ends of one span."""
    if first.kind != last.kind or first.weekday:
        return False
    if first.kind == "fixed" and first.stretch and last.stretch:
        return len(first.stretch.edtf) == len(last.stretch.edtf) and first.stretch.first < last.stretch.first
    return first.number != last.number or first.day != last.day


def _ended(items: Sequence[Item], match: re.Match[str], context: Context) -> Expression | None:
    """The three months ended 30 June; the year to April; the week to Friday."""
    end = moment_of(items[match.start("x")])
    unit = items[match.start("u")]
    counts = [i.value for i in items[match.start() : match.start("x")] if i.code in "n019"]
    count = sum(counts) if counts else 1
    if end.kind not in ("day", "month", "fixed", "weekday") or unit.value not in ("month", "quarter", "year", "week"):
        return None
    if match.group("join")[0] in "tu" and not (counts or "A" in match.group()):
        return None
    whole = Moment("ended", unit=str(unit.value), count=count)
    return Expression("ended", whole, end, items[match.start()].start, items[match.start("x")].end)


def _same_of(items: Sequence[Item], match: re.Match[str], context: Context) -> Expression | None:
    """The same period last year: the time last spoken of, in that year."""
    same, year = moment_of(items[match.start("x")]), moment_of(items[match.start("b")])
    if same.kind != "same" or year.stretch is None or len(year.stretch.edtf) != 4:
        return None
    moved = replace(same, year=year.stretch.first.year, base=True)
    return Expression("point", moved, None, items[match.start("x")].start, items[match.start("b")].end)


def _week_of(items: Sequence[Item], match: re.Match[str], context: Context) -> Expression | None:
    moment = moment_of(items[match.start("x")])
    if items[match.start("u")].value != "week" or moment.kind not in ("day", "days", "fixed"):
        return None
    whole = moment if moment.kind == "days" else replace(moment, unit="week_of")
    return Expression("point", whole, None, items[match.start()].start, items[match.start("x")].end)


def _now(items: Sequence[Item], match: re.Match[str], context: Context) -> Expression | None:
    item = items[match.start()]
    return Expression("now", Moment("now"), None, item.start, item.end)


_TABLE: tuple[tuple[str, str, Callable[[Sequence[Item], re.Match[str], Context], Expression | None]], ...] = (
    ("B", rf"BA?(?P<a>{_X})(?P<join>c)A?(?P<b>{_X})", _between),
    ("X", rf"(?P<y>X)[sf](?P<a>{_X})(?P<join>,?c?[tub])A?(?P<b>X)", _between),
    ("sf", rf"[sf]A?(?P<a>{_X})(?P<join>,?c?[tub])A?(?P<b>{_X})", _between),
    ("X", r"(?P<a>X)(?P<join>-|t)A?(?P<b>X)", _between),
    ("AnX019yJUQ", rf"A?(?:n|[019])?A?(?P<u>[yJUQ])(?:n|[019])?(?P<join>d|t|u)[i,]?A?(?P<x>X)", _ended),
    ("X", r"(?P<x>X)[Oif]?A?(?P<b>[X4])", _same_of),
    ("U", r"(?P<u>U)[OA]*(?P<x>X)", _week_of),
    ("s", rf"s(?P<gap>[xAiO']{{0,4}}?)A?(?P<x>{_X})", _since),
    ("ubz", rf"[ubz][Ai]*(?P<x>{_X})", _until),
    ("k", rf"kA?(?P<x>{_X})", _as_of),
    ("X", r"(?P<x>X)", _point),
    ("ibkvtf", r"[ibkvtf]A?(?P<x>4)", _bare_year),
    ("A", r"A(?P<x>4)(?=x)", _bare_year),
    ("(", r"\((?P<x>4)\)", _bare_year),
    ("O", r"O(?P<x>4)", _of_year),
    ("G", r"G", _now),
)
_BY_FIRST: dict[str, list[tuple[re.Pattern[str], Callable[..., Expression | None]]]] = {}
for _firsts, _pattern, _build in _TABLE:
    for _first in _firsts:
        _BY_FIRST.setdefault(_first, []).append((re.compile(_pattern), _build))
