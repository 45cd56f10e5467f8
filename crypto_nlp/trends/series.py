"""Series over time: how many claims, stories and sources a period has, and what figures they give.

A period in which nothing was read is a gap (every number None), not a zero. Figures are put into one unit where that
is exact and refused with a reason where it is not; a range counts by its middle, and figures that are only a floor or
a ceiling make series of their own.
"""

# ruff: noqa: S608 - SQL is put together from our own constants; values are always parameters.
from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from crypto_nlp.errors import QueryError
from crypto_nlp.records import plain
from crypto_nlp.search.filters import Condition, Filters, joined, of_mention
from crypto_nlp.search.find import NO_FILTERS, select
from crypto_nlp.store.instants import to_utc
from crypto_nlp.store.measures import factor_of
from crypto_nlp.trends.periods import SPANS, first_day, next_first_day, period_of, periods_between

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Sequence

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


@dataclass(slots=True)
class _Figures:
    """What a cell collects before it is counted: the figures by claim, so that each claim counts once."""

    values: dict[int, float] = field(default_factory=dict)
    stories: set[int] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)

    def counted(self, factor: float) -> _Cell:
        values = [value / factor for value in self.values.values()]
        return _Cell(len(values), len(self.stories), len(self.sources), values)


class _Kind(NamedTuple):
    """What must agree before figures are put together."""

    unit: str
    base_unit: str
    per: str | None
    change: str | None


# Column of _Kind, how a value of it is said, and what to do where there are several.
_MUST_AGREE = (
    ("base_unit", "in {}", "choose one with --unit"),
    ("per", "per {}", "add per:{} to the query to choose one"),
    ("change", "{}", "add change:{} to the query to choose one"),
)
_Key = tuple[str, str | None]


def trend(store: Store, question: Question) -> Trend:
    """The series that ``question`` asks for.

    Raises:
        QueryError: a word of the question is unknown, or its figures cannot be put into one unit.
        StoreError: the database cannot be read.
    """
    _check(question)
    with store.reading() as connection:
        zone = _zone(connection, question.tz)
        rows = _Rows(connection, question, zone)
        cells = rows.cells()
        spans = list(_spans(question, cells))
        covered = rows.covered(spans, zone)
    groups = sorted({group for _, group in cells}, key=lambda group: (group is not None, group or "")) or [None]
    found = [_row(question, period, group, cells, covered) for group in groups for period in spans]
    unit = "percent" if question.of == "share" else rows.unit
    return Trend(question, tuple(found), unit, rows.per, rows.notes)


def _check(question: Question) -> None:
    for given, known, what in (
        (question.by, SPANS, "span"),
        (question.of, MEASURES, "measure of a trend"),
        (question.time, ("published", "when"), "time"),
    ):
        if given not in known:
            message = f"There is no {what} “{given}”: use one of {', '.join(known)}."
            raise QueryError(message)


def _zone(connection: sqlite3.Connection, tz: str) -> ZoneInfo:
    """The time zone; SQL gets the function ``local_day(utc text)``, the day on which an instant falls there."""
    try:
        zone = ZoneInfo(tz)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        message = f"There is no time zone “{tz}”: use a name such as Europe/Moscow, Asia/Dubai or UTC."
        raise QueryError(message) from None

    def local_day(text: str) -> str:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).astimezone(zone).date().isoformat()

    connection.create_function("local_day", 1, local_day, deterministic=True)
    return zone


def _local(filters: Filters, zone: ZoneInfo) -> Filters:
    """``filters`` whose bare dates begin and end with the days of ``zone``."""
    since, until = filters.since, filters.until
    if since and not isinstance(since, datetime):
        since = datetime.combine(since, time(), tzinfo=zone)
    if until and not isinstance(until, datetime):
        until = datetime.combine(until + timedelta(days=1), time(), tzinfo=zone)
    return replace(filters, since=since, until=until)


class _Rows:
    """The SELECTs of one question."""

    def __init__(self, connection: sqlite3.Connection, question: Question, zone: ZoneInfo) -> None:
        self.connection = connection
        self.question = question
        self.notes: tuple[str, ...] = ()
        self.unit: str | None = None
        self.per: str | None = None
        chosen = select(connection, question.query, _local(question.filters, zone))
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

    def cells(self) -> dict[_Key, _Cell]:
        """Every (period, group) with something in it."""
        if self.question.of in FIGURES:
            return self._figures()
        rows = self.connection.execute(
            f"SELECT {self.columns}, count(DISTINCT m.claim), count(DISTINCT m.story), "
            f"count(DISTINCT CASE WHEN {_NAMED} THEN m.source END) "
            f"FROM {self.source} WHERE {self.where.sql} GROUP BY period, grp",
            self.parameters,
        )
        return {(row[0], _text(row[1])): _Cell(row[2], row[3], row[4]) for row in rows}

    def _figures(self) -> dict[_Key, _Cell]:
        rows = self.connection.execute(
            f"SELECT {self.columns}, c.id, c.base_low, c.base_high, c.bound, m.story, "
            f"CASE WHEN {_NAMED} THEN m.source END, c.unit, c.base_unit, c.per, json_extract(c.details, '$.change') "
            f"FROM {self.source} WHERE {self.where.sql} AND c.base_low IS NOT NULL",
            self.parameters,
        )
        seen: defaultdict[_Key, _Figures] = defaultdict(_Figures)
        kinds: dict[_Kind, set[int]] = defaultdict(set)
        for period, group, claim, low, high, bound, story, source, *kind in rows:
            apart = bound if bound in {"min", "max"} else None
            cell = seen[period, " · ".join(part for part in (_text(group), apart) if part) or None]
            cell.values[claim] = (low + high) / 2
            cell.stories.add(story)
            if source:
                cell.sources.add(source)
            kinds[_Kind(*kind)].add(claim)
            if apart:
                self.notes = ("Figures that are only a floor (min) or a ceiling (max) are series of their own.",)
        factor = self._one_unit({kind: len(claims) for kind, claims in kinds.items()})
        return {key: cell.counted(factor) for key, cell in seen.items()}

    def _one_unit(self, kinds: dict[_Kind, int]) -> float:
        """Choose the unit (the first asked for, else the most frequent); how many base units it is."""
        for column, said, remedy in _MUST_AGREE:
            found = Counter[str]()
            for kind, count in kinds.items():
                found[getattr(kind, column) or "nothing"] += count
            if len(found) > 1:
                names = sorted(found, key=lambda name: (-found[name], name))
                several = " and ".join(said.format(name) for name in names[:4])
                choice = remedy.format(next(name for name in names if name != "nothing"))
                message = f"These figures cannot be put into one unit: some are {several}; {choice}."
                raise QueryError(message)
        if not kinds:
            return 1.0
        units = Counter[str]()
        for kind, count in kinds.items():
            units[kind.unit] += count
        asked = self.question.filters.units
        self.unit = asked[0] if asked else min(units, key=lambda unit: (-units[unit], unit))
        self.per = next(iter(kinds)).per
        return factor_of(self.unit)[0]

    def covered(self, spans: Sequence[str], zone: ZoneInfo) -> dict[str, int]:
        """The periods in which anything was read (in the feeds and languages asked for), with how many stories.

        Stories are counted only for a share; otherwise each period is 1, by one look into the index.
        """
        filters = self.question.filters
        where = joined(of_mention(self.connection, Filters(langs=filters.langs, feeds=filters.feeds)))
        what = "count(DISTINCT a.story)" if self.question.of == "share" else "EXISTS (SELECT 1"
        close = ")" if what.startswith("EXISTS") else ""
        sql = f"SELECT {what} FROM articles a WHERE a.seen >= ? AND a.seen < ? AND {where.sql}{close}"
        found: dict[str, int] = {}
        for period in spans:
            bounds = [
                to_utc(datetime.combine(day, time(), tzinfo=zone))
                for day in (first_day(period), next_first_day(period))
            ]
            count = self.connection.execute(sql, (*bounds, *where.parameters)).fetchone()[0]
            if count:
                found[period] = count
        return found


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
