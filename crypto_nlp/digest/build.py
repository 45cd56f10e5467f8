"""From a question and an open database to a digest: which sections there are, with which lines."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crypto_nlp.digest import charts, queries
from crypto_nlp.digest.model import Digest, Group, Line, Request, Section
from crypto_nlp.digest.queries import Filter
from crypto_nlp.digest.words import Words, words

_NEWEST_FIRST = "c.last_seen DESC, c.stories DESC, c.claim_id"
_SOONEST_FIRST = "c.when_end, c.stories DESC, c.claim_id"
_BY_VALUE = "c.base_low, c.base_high, c.claim_id"
_MAX_DOTS = 12
_MIN_DAYS = 3
_MAX_DAYS = 92


def build(connection: sqlite3.Connection, request: Request) -> Digest:
    """The digest that ``request`` asks for; its lines are read while it is written: keep ``connection`` open."""
    builder = _Builder(connection, request, words(request.lang, request.digits))
    return builder.digest()


class _Builder:
    def __init__(self, connection: sqlite3.Connection, request: Request, said: Words) -> None:
        self.connection = connection
        self.request = request
        self.words = said
        self.zone = ZoneInfo(request.tz)
        types = queries.of_types(request.types)
        self.new = queries.first_seen(request.since, request.until) & types
        self.active = queries.active(request.since, request.until) & types

    def digest(self) -> Digest:
        request = self.request
        last = request.until - timedelta(seconds=1)
        first_day, last_day = (moment.astimezone(self.zone).date().isoformat() for moment in (request.since, last))
        articles = queries.articles_between(self.connection, request.since, request.until)
        claims = queries.count(self.connection, self.active)
        return Digest(
            request=request,
            title=request.title or self.words.say("title"),
            period=self.words.say("period", since=first_day, until=last_day),
            summary=self.words.say(
                "read",
                claims=self.words.count("claims", claims),
                articles=self.words.count("articles", articles),
            ),
            sections=(
                self.newest(),
                self.listed("repeated", self.active & queries.REPEATED),
                self.disagreeing(),
                self.due(),
                self.listed("russia", self.active & queries.RUSSIA, _NEWEST_FIRST),
                self.listed("pension_funds", self.active & queries.PENSION_FUNDS, _NEWEST_FIRST),
            ),
        )

    def section(self, key: str, *groups: Group, chart: str = "") -> Section:
        return Section(key, self.words.section(key), tuple(group for group in groups if group.total), chart)

    def group(self, key: str, heading: str, chosen: Filter, order: str = queries.BEST_FIRST) -> Group:
        return Group(heading, key, queries.count(self.connection, chosen), lambda: self.lines(chosen, order))

    def lines(self, chosen: Filter, order: str) -> Iterator[Line]:
        for row in queries.rows(self.connection, chosen, self.request.lang, order, self.request.limit):
            yield self.line(row)

    def line(self, row: dict[str, Any]) -> Line:
        return Line(row, self.words.write(str(row["gloss"])), tuple(display_name(name) for name in row["sources"]))

    def listed(self, key: str, chosen: Filter, order: str = queries.BEST_FIRST) -> Section:
        return self.section(key, self.group(key, "", chosen, order))

    def newest(self) -> Section:
        types = queries.types_by_count(self.connection, self.new)
        groups = [
            self.group(f"new-{type_}", self.words.type(type_), self.new & queries.of_types([type_])) for type_ in types
        ]
        return self.section("new", *groups, chart=self.days_chart())

    def days_chart(self) -> str:
        first, last = (moment.astimezone(self.zone).date() for moment in (self.request.since, self.request.until))
        length = (last - first).days
        if not _MIN_DAYS <= length <= _MAX_DAYS:
            return ""
        counted = queries.by_day(self.connection, self.new, self.zone)
        days = [first + timedelta(days=i) for i in range(length + 1)]
        points = [(self.words.write(f"{day:%m-%d}"), counted.get(day, 0)) for day in days]
        text = ", ".join(f"{label} {count}" for label, count in points if count)
        return charts.columns(points, self.words.say("chart_days", text=text))

    def due(self) -> Section:
        first = self.request.since.astimezone(self.zone).date()
        last = self.request.until.astimezone(self.zone).date() + timedelta(days=self.request.due_days)
        chosen = queries.due(first.isoformat(), last.isoformat()) & queries.of_types(self.request.types)
        return self.listed("due", chosen, _SOONEST_FIRST)

    def disagreeing(self) -> Section:
        things = queries.disagreements(self.connection, self.active, self.request.limit)
        return self.section("disagree", *(self.disagreement(i, thing) for i, thing in enumerate(things, 1)))

    def disagreement(self, number: int, thing: queries.Thing) -> Group:
        subject = display_name(thing.subject)
        heading = f"{subject}: {self.words.type(thing.type)} ({self.words.count('figures', thing.figures)})"
        group = self.group(f"disagree-{number}", heading, thing.chosen, _BY_VALUE)
        return replace(group, chart=self.values_chart(group))

    def values_chart(self, group: Group) -> str:
        lines = list(group.lines())
        units = {line.row["unit"] for line in lines}
        if not 1 < len(lines) <= _MAX_DOTS or len(units) > 1:
            return ""
        points = [(self.words.write(figure(line.row)), line.row["value_low"], line.row["value_high"]) for line in lines]
        text = ", ".join(label for label, _, _ in points)
        return charts.dots(points, self.words.say("chart_values", text=text))


def figure(row: dict[str, Any] | Any) -> str:
    """A claim's value as a short label: ``13.9bn USD``, ``2 - 3 year``."""
    low, high = _short(row["value_low"]), _short(row["value_high"])
    number = low if low == high else f"{low}–{high}"
    return f"{number}%" if row["unit"] == "percent" else f"{number} {row['unit']}"


def _short(number: float) -> str:
    for size, letters in ((1e12, "tn"), (1e9, "bn"), (1e6, "m")):
        if abs(number) >= size:
            return f"{number / size:.4g}{letters}"
    return f"{number:,.6g}"


def display_name(name: str) -> str:
    """An id as a reader would write it: ``matthew-sigel`` becomes *Matthew Sigel*, a ticker stays as it is."""
    if not name.islower():
        return name
    return " ".join(word if word in ("of", "and", "the") else word[:1].upper() + word[1:] for word in name.split("-"))
