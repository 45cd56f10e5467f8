"""Series over time: how many claims, stories and sources a period has, and what figures they give.

A period in which nothing was read is a gap (every number None), not a zero. Figures are put into one unit where that
is exact and refused with a reason where it is not; a range counts by its middle, and figures that are only a floor or
a ceiling make series of their own.
"""

# ruff: noqa: S608 - SQL is put together from our own constants; values are always parameters.
from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crypto_nlp.errors import QueryError
from crypto_nlp.records import plain
from crypto_nlp.search.filters import Condition, Filters, joined, of_mention
from crypto_nlp.search.find import NO_FILTERS, select
from crypto_nlp.store.measures import factor_of
from crypto_nlp.trends.periods import SPANS, first_day, period_of, periods_between

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable

    from crypto_nlp.store import Store

COUNTS = ("count", "stories", "sources", "share")
FIGURES: dict[str, Callable[[list[float]], float]] = {
    "mean": statistics.fmean,
    "median": statistics.median,
    "min": min,
    "max": max,
}
MEASURES = (*COUNTS, *FIGURES)
_MENTION_SLOTS = {"source": "m.source", "lang": "a.lang", "feed": "a.feed", "modality": "m.modality"}
_CLAIM_SLOTS = {slot: f"c.{slot}" for slot in ("type", "measure", "subject", "unit", "bound", "per", "condition")}
_NAMED = "m.source IS NOT NULL AND m.source <> 'unnamed'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a series is of. ``time`` is ``published`` or ``when``; ``tz`` an IANA name that sets the days."""

    by: str = "month"
    of: str = "count"
    group_by: str | None = None
    filters: Filters = NO_FILTERS
    query: str = ""
    time: str = "published"
    tz: str = "UTC"


@dataclass(frozen=True, slots=True)
class Trend:
    """Rows ``period, group, value, claims, stories, sources`` by group and period, and what the values are in."""

    question: Question
    rows: tuple[dict[str, Any], ...]
    unit: str | None = None
    per: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Cell:
    claims: int = 0
    stories: int = 0
    sources: int = 0
    values: list[float] = field(default_factory=list)


_Key = tuple[str, str | None]


def trend(store: Store, question: Question) -> Trend:
    """The series that ``question`` asks for.

    Raises:
        QueryError: a word of the question is unknown, or its figures cannot be put into one unit.
        StoreError: the database cannot be read.
    """
    _check(question)
    with store.reading() as connection:
        _days(connection, question.tz)
        rows = _Rows(connection, question)
        unit, per = rows.unit() if question.of in FIGURES else (None, None)
        cells = rows.cells(unit)
        covered = rows.covered()
    groups = sorted({group for _, group in cells}, key=lambda group: (group is not None, group or "")) or [None]
    spans = list(_spans(question, cells))
    found = [_row(question, spans_at, group, cells, covered) for group in groups for spans_at in spans]
    return Trend(question, tuple(found), "percent" if question.of == "share" else unit, per, rows.notes)


def _check(question: Question) -> None:
    for given, known, what in (
        (question.by, SPANS, "span"),
        (question.of, MEASURES, "measure of a trend"),
        (question.time, ("published", "when"), "time"),
    ):
        if given not in known:
            message = f"There is no {what} “{given}”: use one of {', '.join(known)}."
            raise QueryError(message)


def _days(connection: sqlite3.Connection, tz: str) -> None:
    """Give SQL the function ``local_day(utc text)``: the day on which an instant falls in ``tz``."""
    try:
        zone = ZoneInfo(tz)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"There is no time zone “{tz}”: use a name such as Europe/Moscow, Asia/Dubai or UTC."
        raise QueryError(message) from None

    def local_day(text: str) -> str:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).astimezone(zone).date().isoformat()

    connection.create_function("local_day", 1, local_day, deterministic=True)


class _Rows:
    """The SELECTs of one question."""

    def __init__(self, connection: sqlite3.Connection, question: Question) -> None:
        self.connection = connection
        self.question = question
        self.notes: tuple[str, ...] = ()
        chosen = select(connection, question.query, question.filters)
        seen = "substr(m.seen, 1, 10)" if question.tz == "UTC" else "local_day(m.seen)"
        day = seen if question.time == "published" else "coalesce(c.when_start, c.when_end)"
        conditions = [Condition("m.vanished IS NULL"), *chosen.shown]
        if question.time == "when":
            conditions.append(Condition("(c.when_start IS NOT NULL OR c.when_end IS NOT NULL)"))
        group, values = self._group()
        self.columns = f"{_label(day, question.by)} AS period, {group} AS grp"
        self.where = joined([chosen.where, *conditions])
        self.source = f"{chosen.source} JOIN mentions m ON m.claim = c.id JOIN articles a ON a.id = m.article"
        self.parameters = (*values, *self.where.parameters)

    def _group(self) -> tuple[str, tuple[str, ...]]:
        slot = self.question.group_by
        if slot is None:
            return "NULL", ()
        slot = slot.replace("-", "_")
        column = _MENTION_SLOTS.get(slot) or _CLAIM_SLOTS.get(slot)
        if column:
            return column, ()
        if slot == "when":
            return "c.when_", ()
        if self.connection.execute("SELECT 1 FROM slots WHERE slot = ?", (slot,)).fetchone():
            return "json_extract(c.details, ?)", (f"$.{slot}",)
        slots = [row[0] for row in self.connection.execute("SELECT slot FROM slots")]
        known = ", ".join(sorted({*_MENTION_SLOTS, *_CLAIM_SLOTS, "when", *slots}))
        message = f"There is no slot “{slot}” to group by: use one of {known}."
        raise QueryError(message)

    def unit(self) -> tuple[str | None, str | None]:
        """The one unit and rate of all figures asked for; the unit is the first asked for, else the most frequent."""
        rows = self.connection.execute(
            "SELECT c.unit, c.base_unit, c.per, json_extract(c.details, '$.change') AS change, count(DISTINCT "
            "c.id) AS n "
            f"FROM {self.source} WHERE {self.where.sql} AND c.base_low IS NOT NULL GROUP BY 1, 2, 3, 4",
            self.where.parameters,
        ).fetchall()
        for column, said, remedy in (
            ("base_unit", "in {}", "choose one with --unit"),
            ("per", "per {}", "add per:{} to the query to choose one"),
            ("change", "{}", "add change:{} to the query to choose one"),
        ):
            found = Counter[str]()
            for row in rows:
                found[row[column] or "nothing"] += row["n"]
            if len(found) > 1:
                names = sorted(found, key=lambda name: (-found[name], name))
                several = " and ".join(said.format(name) for name in names[:4])
                message = (
                    f"These figures cannot be put into one unit: some are {several}; "
                    f"{remedy.format(next(name for name in names if name != 'nothing'))}."
                )
                raise QueryError(message)
        units = Counter[str]()
        for row in rows:
            units[row["unit"]] += row["n"]
        if not units:
            return None, None
        asked = self.question.filters.units
        return (asked[0] if asked else units.most_common(1)[0][0]), rows[0]["per"]

    def cells(self, unit: str | None) -> dict[_Key, _Cell]:
        """Every (period, group) with something in it."""
        if self.question.of in FIGURES:
            return self._figures(factor_of(unit)[0] if unit else 1.0)
        rows = self.connection.execute(
            f"SELECT {self.columns}, count(DISTINCT m.claim), count(DISTINCT m.story), "
            f"count(DISTINCT CASE WHEN {_NAMED} THEN m.source END) "
            f"FROM {self.source} WHERE {self.where.sql} GROUP BY period, grp",
            self.parameters,
        )
        return {(row[0], _text(row[1])): _Cell(row[2], row[3], row[4]) for row in rows}

    def _figures(self, factor: float) -> dict[_Key, _Cell]:
        rows = self.connection.execute(
            f"SELECT {self.columns}, c.id, c.base_low, c.base_high, c.bound, m.story, "
            f"CASE WHEN {_NAMED} THEN m.source END FROM {self.source} WHERE {self.where.sql} AND c.base_low IS "
            "NOT NULL",
            self.parameters,
        )
        seen: defaultdict[_Key, tuple[dict[int, float], set[int], set[str]]] = defaultdict(lambda: ({}, set(), set()))
        for period, group, claim, low, high, bound, story, source in rows:
            apart = bound if bound in ("min", "max") else None
            name = " · ".join(part for part in (_text(group), apart) if part) or None
            figures, stories, sources = seen[period, name]
            figures[claim] = (low + high) / 2 / factor
            stories.add(story)
            sources |= {source} if source else set()
        if any(key[1] and key[1].endswith(("min", "max")) for key in seen):
            self.notes = ("Figures that are only a floor (min) or a ceiling (max) are series of their own.",)
        return {
            key: _Cell(len(figures), len(stories), len(sources), list(figures.values()))
            for key, (figures, stories, sources) in seen.items()
        }

    def covered(self) -> dict[str, int]:
        """Every period in which anything was read (in the feeds and languages asked for), with its stories."""
        filters = self.question.filters
        reading = Filters(langs=filters.langs, feeds=filters.feeds)
        day = "substr(a.seen, 1, 10)" if self.question.tz == "UTC" else "local_day(a.seen)"
        where = joined(of_mention(self.connection, reading))
        rows = self.connection.execute(
            f"SELECT {_label(day, self.question.by)} AS period, count(DISTINCT a.story) FROM articles a "
            f"WHERE {where.sql} GROUP BY period",
            where.parameters,
        )
        return {_named_week(row[0], self.question.by): row[1] for row in rows}


def _label(day: str, by: str) -> str:
    """SQL for the label of the period that ``day`` (SQL for ISO text) falls in; of a week, its Monday."""
    match by:
        case "day":
            return day
        case "week":
            return f"date({day}, 'weekday 0', '-6 days')"
        case "month":
            return f"substr({day}, 1, 7)"
        case "quarter":
            return f"substr({day}, 1, 4) || '-Q' || ((substr({day}, 6, 2) + 2) / 3)"
        case _:
            return f"substr({day}, 1, 4)"


def _named_week(label: str, by: str) -> str:
    return period_of(date.fromisoformat(label), "week") if by == "week" and "W" not in label else label


def _text(group: Any) -> str | None:
    return None if group is None else str(group)


def _spans(question: Question, cells: dict[_Key, _Cell]) -> Iterable[str]:
    """All periods from the first to the last: those asked for, else those with something in them."""
    found = sorted({_named_week(period, question.by) for period, _ in cells})
    published = question.time == "published"
    since = question.filters.since if published else question.filters.when_since
    until = question.filters.until if published else question.filters.when_until
    first = since or (first_day(found[0]) if found else None)
    last = until or (first_day(found[-1]) if found else None)
    if first is None or last is None:
        return ()
    start, end = (bound.date() if isinstance(bound, datetime) else bound for bound in (first, last))
    return periods_between(start, end, question.by)


def _row(
    question: Question, period: str, group: str | None, cells: dict[_Key, _Cell], covered: dict[str, int]
) -> dict[str, Any]:
    label = first_day(period).isoformat() if question.by == "week" else period
    cell = cells.get((label, group))
    row: dict[str, Any] = {
        "period": period,
        "group": group,
        "value": None,
        "claims": None,
        "stories": None,
        "sources": None,
    }
    if cell is None:
        if question.time == "published" and period not in covered:
            return row
        cell = _Cell()
    return row | {
        "value": _value(question.of, cell, covered.get(period, 0)),
        "claims": cell.claims,
        "stories": cell.stories,
        "sources": cell.sources,
    }


def _value(of: str, cell: _Cell, read: int) -> float | int | None:
    match of:
        case "count":
            return cell.claims
        case "stories":
            return cell.stories
        case "sources":
            return cell.sources
        case "share":
            return round(100 * cell.stories / read, 4) if read else None
        case _:
            return plain(_tidy(FIGURES[of](cell.values))) if cell.values else None


def _tidy(number: float) -> float:
    """Without the last bits that a conversion of units leaves."""
    return float(f"{number:.12g}")


def sparkline(rows: Iterable[dict[str, Any]]) -> str:
    """The values of one series as a line of eight heights, a gap as a space."""
    values = [row["value"] for row in rows]
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    width = (high - low) or 1
    return "".join(" " if value is None else "▁▂▃▄▅▆▇█"[round(7 * (value - low) / width)] for value in values)
