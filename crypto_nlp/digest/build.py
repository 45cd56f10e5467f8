"""From a question and an open store to a digest: which sections there are, with which lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crypto_nlp.digest import charts, queries
from crypto_nlp.digest.model import Digest, Group, Line, Request, Section
from crypto_nlp.digest.queries import Choice
from crypto_nlp.digest.words import Words, words
from crypto_nlp.rules.spoken import written
from crypto_nlp.search import disagreements
from crypto_nlp.store import Store

_MAX_DOTS = 12
_MIN_DAYS = 3
_MAX_DAYS = 92
# The widest disagreements of a digest that lists everything else in full.
_MANY = 50


def build(store: Store, request: Request) -> Digest:
    """The digest that ``request`` asks for; its lines are read while it is written, so keep ``store`` open.

    Raises:
        InputError: digests are not written in the language asked for.
        QueryError: the query or a filter cannot be understood.
        StoreError: the database cannot be read.
    """
    return _Builder(store, request, words(request.lang, request.digits)).digest()


class _Builder:
    def __init__(self, store: Store, request: Request, said: Words) -> None:
        self.store = store
        self.request = request
        self.words = said
        self.zone = ZoneInfo(request.tz)
        self.all = Choice(request.query, request.filters)
        self.new = self.all.also(queries.first_seen(request.since, request.until))
        inside = replace(request.filters, since=request.since, until=request.until)
        self.active = Choice(request.query, inside)

    def digest(self) -> Digest:
        request = self.request
        last = request.until - timedelta(seconds=1)
        first_day, last_day = (moment.astimezone(self.zone).date().isoformat() for moment in (request.since, last))
        articles = queries.articles_between(self.store, request.since, request.until)
        return Digest(
            request=request,
            title=request.title or self.words.say("title"),
            period=self.words.say("period", since=self.words.date(first_day), until=self.words.date(last_day)),
            summary=self.words.say(
                "read",
                claims=self.words.count("claims", queries.count(self.store, self.active)),
                articles=self.words.count("articles", articles),
            ),
            sections=(
                self.newest(),
                self.listed("repeated", self.active.also(queries.REPEATED), queries.BEST_FIRST),
                self.disagreeing(),
                self.due(),
                self.listed("russia", self.active.also(queries.RUSSIA), queries.NEWEST_FIRST),
                self.listed("pension_funds", self.active.also(queries.PENSION_FUNDS), queries.NEWEST_FIRST),
            ),
        )

    def section(self, key: str, *groups: Group, chart: str = "") -> Section:
        return Section(key, self.words.section(key), tuple(group for group in groups if group.total), chart)

    def group(self, key: str, heading: str, choice: Choice, order: str) -> Group:
        return Group(heading, key, queries.count(self.store, choice), lambda: self.lines(choice, order))

    def lines(self, choice: Choice, order: str) -> Iterator[Line]:
        for row in queries.rows(self.store, choice, self.request.lang, order, self.request.limit):
            names = tuple(self.written(name) for name in row["sources"])
            yield Line(row, self.words.write(str(row["gloss"])), names)

    def written(self, name: str) -> str:
        return written(name, self.request.lang, self.request.folders)

    def listed(self, key: str, choice: Choice, order: str) -> Section:
        return self.section(key, self.group(key, "", choice, order))

    def newest(self) -> Section:
        types = queries.types_by_count(self.store, self.new)
        groups = [
            self.group(f"new-{name}", self.words.type(name), self.new.of_type(name), queries.BEST_FIRST)
            for name in types
        ]
        return self.section("new", *groups, chart=self.days_chart())

    def days_chart(self) -> str:
        last = self.request.until - timedelta(seconds=1)
        first_day, last_day = (moment.astimezone(self.zone).date() for moment in (self.request.since, last))
        length = (last_day - first_day).days + 1
        if not _MIN_DAYS <= length <= _MAX_DAYS:
            return ""
        counted = queries.by_day(self.store, self.new, self.zone)
        days = [first_day + timedelta(days=i) for i in range(length)]
        points = [(self.words.write(f"{day:%m-%d}"), counted.get(day, 0)) for day in days]
        text = ", ".join(f"{label} {count}" for label, count in points if count)
        return charts.columns(points, self.words.say("chart_days", text=text))

    def due(self) -> Section:
        first = self.request.since.astimezone(self.zone).date()
        last = self.request.until.astimezone(self.zone).date() + timedelta(days=self.request.due_days)
        return self.listed("due", self.all.also(queries.due(first, last)), queries.SOONEST_FIRST)

    def disagreeing(self) -> Section:
        request = self.request
        found = disagreements(self.store, self.active.filters, query=request.query, limit=request.limit or _MANY)
        return self.section("disagree", *(self.disagreement(i, thing) for i, thing in enumerate(found, 1)))

    def disagreement(self, number: int, thing: Mapping[str, Any]) -> Group:
        ids = [str(row["claim_id"]) for row in thing["claims"]]
        figures = self.words.count("figures", len(ids))
        when = f"{self.words.table['comma']}{self.words.when(thing['when'])}" if thing["when"] else ""
        heading = f"{self.written(thing['subject'])}: {self.words.type(thing['type'])}{when} ({figures})"
        choice = self.all.also(queries.with_ids(ids))
        few = tuple(self.lines(choice, queries.BY_VALUE)) if len(ids) <= _MAX_DOTS else ()
        return Group(
            heading,
            f"disagree-{number}",
            len(ids),
            lambda: iter(few) if few else self.lines(choice, queries.BY_VALUE),
            self.values_chart(few),
        )

    def values_chart(self, lines: tuple[Line, ...]) -> str:
        units = {line.row["unit"] for line in lines}
        if len(lines) < 2 or len(units) > 1:
            return ""
        points = [(self.words.figure(line.row), line.row["value_low"], line.row["value_high"]) for line in lines]
        text = ", ".join(label for label, _, _ in points)
        return charts.dots(points, self.words.say("chart_values", text=text))
