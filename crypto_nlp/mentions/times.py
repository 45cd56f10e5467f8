"""Reads times and resolves them to EDTF against the day of publishing.

Three passes: tokens become items (:mod:`.time_words`), items single times (:mod:`.time_grammar`), and these, with the
prepositions around them, expressions (:mod:`.time_phrases`). Here each expression gets its calendar: a month without a
year is the nearest that the clause allows, *that day* is the day last spoken of, *a year earlier* counts from the
sentence's own time.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from crypto_nlp.mentions import time_calendar as cal
from crypto_nlp.mentions import time_grammar, time_phrases, time_resolve
from crypto_nlp.mentions.time_hints import Hints
from crypto_nlp.mentions.time_moments import Context, Moment
from crypto_nlp.mentions.time_words import items as read_items
from crypto_nlp.records import Time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crypto_nlp.mentions.time_calendar import Stretch
    from crypto_nlp.mentions.time_phrases import Expression
    from crypto_nlp.mentions.time_words import Item
    from crypto_nlp.rules.times import TimeRules
    from crypto_nlp.text import Text

_YEAR = 366
_LONG = 5  # years that news without a tense does not look back over
_DAY = len("2024-01-01")
_LOOSE = frozenset(("day", "days", "month", "quarter", "half", "season"))
_CODES_OF_TIME = frozenset("MmWwSDKZ+~V&CY!E@yJUQHRPGI^4haLTN_")


def read(view: Text, rules: TimeRules, published: date) -> tuple[Time, ...]:
    """Every time in the text, in order of place, none inside another.

    ``when`` is EDTF; it is empty for *now* and for a comparison whose base the text does not name (*year on year*).
    """
    items = read_items(view, rules)
    if not any(item.code in _CODES_OF_TIME for item in items):
        return ()
    fiscal_april = any(token.form in rules.april_year for token in view.tokens)
    context = Context(rules, published, fiscal_april)
    reduced = time_phrases.parts(time_grammar.reduce(items, context), context)
    reader = _Reader(view, rules, published, items)
    return tuple(filter(None, map(reader.time, time_phrases.expressions(reduced, context))))


class _Reader:
    """Resolves the expressions of one text in order; keeps what later ones refer back to."""

    def __init__(self, view: Text, rules: TimeRules, published: date, items: Sequence[Item]) -> None:
        self._view = view
        self._published = published
        self._hints = Hints(view, rules, items)
        self._last: dict[str, Stretch] = {}  # the time last spoken of, by unit and at all ("")
        self._sentence_time: Stretch | None = None
        self._sentence_end = -1

    def time(self, said: Expression) -> Time | None:
        """The time of one expression, or None where it refers to nothing."""
        if said.start >= self._sentence_end:
            self._sentence_time = None
            self._sentence_end = self._hints.sentence_end(said.start)
        if said.kind == "now":
            return self._time(said, "", "now")
        base = said.moment.base or self._hints.is_base(said)
        stretch, other = self._stretches(said)
        if stretch is None:
            return self._time(said, "", "point", base=True) if said.moment.rel == "compared" else None
        when, kind = self._written(said, stretch, other)
        if not base:
            self._remember(stretch if other is None else cal.between(stretch, other))
        return self._time(said, when, kind, base=base)

    def _stretches(self, said: Expression) -> tuple[Stretch | None, Stretch | None]:
        """The calendar of the expression's time, and of its second where it has two."""
        if said.other is None:
            return self._resolve(said.moment, said), None
        if said.kind == "ended":
            end = self._resolve(said.other, said)
            return (_ended(end, said.moment) if end else None), None
        first, second = said.moment, said.other
        last = self._resolve(second, said)
        if last is None:
            return None, None
        if first.year is None and not first.rel and first.kind not in ("fixed", "weekday"):
            return self._opening(first, said, last), last
        begin = self._resolve(first, said)
        if begin and second.year is None and second.kind in _LOOSE:
            last = time_resolve.nearest(second, begin.last, lambda: "future", "future") or last
        return (begin, last) if begin and begin.first <= last.last else (None, None)

    def _time(self, said: Expression, when: str, kind: str, *, base: bool = False) -> Time:
        text = self._view.original[said.start : said.end]
        weekday = said.moment.weekday and said.kind == "point"
        return Time(said.start, said.end, text, when, kind, weekday=weekday, base=base)

    def _remember(self, stretch: Stretch) -> None:
        self._last[""] = stretch
        length = (stretch.last - stretch.first).days
        if length:
            self._last["period"] = stretch
        unit = "day" if length == 0 else "week" if length < 8 else "month" if length < 32 else ""
        unit = unit or ("quarter" if length < 93 else "half" if length < 185 else "year" if length < 367 else "")
        if unit:
            self._last[unit] = stretch
        known = self._sentence_time
        told = known is not None and len(known.edtf) == _DAY and _is_period(stretch)
        if known is None or told:  # *reported on Friday … for the quarter*: the quarter is what it is about
            self._sentence_time = stretch

    def _written(self, said: Expression, stretch: Stretch, other: Stretch | None) -> tuple[str, str]:
        """EDTF and kind of the whole expression."""
        start = stretch.start
        if said.moment.part == "start" and len(stretch.edtf) in (4, 7):
            start = stretch.first.isoformat()
        if said.kind == "since":
            begins = said.lean == "since" and stretch.first == stretch.last and self._hints.begins(said)
            if stretch.first > self._published or begins:
                return stretch.edtf, "point"  # с 1 июля 2027 года; с 1 января ввели запрет
            return f"{start}/..", "since"
        if said.kind in ("until", "by"):
            past = said.kind == "by" and (stretch.last < self._published or self._hints.opens_past(said))
            return (stretch.edtf, "point") if past else (f"../{stretch.stop}", "until")
        if other is not None:
            return f"{start}/{other.stop}", "between"
        return stretch.edtf, "window" if said.kind == "ended" else said.kind

    def _resolve(self, moment: Moment, said: Expression) -> Stretch | None:
        """The calendar of one moment."""
        if moment.stretch is not None:
            return self._fixed(moment, said)
        if moment.kind in _LOOSE:
            return self._loose(moment, said)
        if moment.kind == "then":
            return self._last.get("")
        by_kind = {"weekday": self._weekday, "window": self._window, "same": self._same, "following": self._following}
        return by_kind.get(moment.kind, self._moved)(moment, said)

    def _fixed(self, moment: Moment, said: Expression) -> Stretch | None:
        stretch = moment.stretch
        spoken = self._last.get(moment.unit) if moment.unit in ("month", "quarter") else None
        ends = moment.rel == "running" and moment.part == "end"
        if stretch and spoken and ends and spoken.last < self._published:
            return (
                spoken if self._hints.direction(said) != "future" else stretch
            )  # made 400 in June; at the month's end
        early = self._published.month <= 3 and said.kind not in ("until", "by", "since")
        if stretch and moment.rel == "running" and moment.unit == "year" and moment.part == "end" and early:
            return cal.year(stretch.first.year - 1) if self._hints.direction(said) != "future" else stretch
        return stretch

    def _opening(self, first: Moment, said: Expression, last: Stretch) -> Stretch | None:
        """The beginning of a span that ends with ``last``: of one that ends years ahead, the next such day or month."""
        if (last.first - self._published).days > _YEAR:
            near = time_resolve.nearest(first, self._published, lambda: self._hints.direction(said), said.lean)
            return near if near is not None and near.first <= last.last else _before(first, last)
        return _before(first, last)

    def _loose(self, moment: Moment, said: Expression) -> Stretch | None:
        year, lean = moment.year, said.lean
        if said.kind == "by" and self._hints.opens_past(said):
            lean = "past"
        if year == "same":
            known = self._last.get("year") or self._last.get("")
            year = self._last[""].first.year if "" in self._last else known.first.year if known else None
        known = self._sentence_time
        if year is None and known and moment.kind != "season" and _is_period(known) and self._hints.is_base(said):
            return time_resolve.nearest(moment, known.first - timedelta(days=1), lambda: "past", "past")
        if isinstance(year, int):
            stretch = time_resolve.in_year(moment, year)
        else:
            stretch = time_resolve.nearest(moment, self._published, lambda: self._hints.direction(said), lean)
        return cal.week(stretch.first) if stretch and moment.unit == "week_of" else stretch

    def _weekday(self, moment: Moment, said: Expression) -> Stretch:
        offset = {"L": -1, "l": -1, "N": 1}.get(moment.rel, 0)
        if moment.rel == "T":
            monday = cal.week(self._published).first
            return cal.day(monday + timedelta(days=moment.number - 1))
        today = self._published.isoweekday() == moment.number
        ahead = said.lean == "future" or self._hints.direction(said, left_only=True) == "future"
        if not moment.rel and ahead and not today:
            offset = 1
        return cal.day(cal.weekday(self._published, moment.number, offset))

    def _window(self, moment: Moment, said: Expression) -> Stretch | None:
        if moment.unit == "quarter" and moment.count == 1:
            return self._reported_quarter()
        count = moment.count
        if moment.rel == "?" and moment.unit != "hour":
            told = self._hints.direction(said, far=True)
            long = _LONG if self._hints.tell_past else 2 * _LONG
            if not told and moment.unit == "year" and count >= long:
                return None  # *covers 1.2 GW over 15 years* says how long and not when
            count = -count if told == "future" else count
        moved = cal.add(self._published, -count, moment.unit)
        return cal.days(*sorted((moved, self._published)))

    def _reported_quarter(self) -> Stretch:
        return self._last.get("quarter") or cal.unit(self._published, "quarter", -1)

    def _same(self, moment: Moment, _said: Expression) -> Stretch | None:
        if moment.unit == "quarter" and moment.rel == "?":
            found: Stretch | None = self._reported_quarter()
        else:
            found = self._last.get(moment.unit or "period")  # *the same period* is no day on which somebody spoke
            last = self._last.get("")
            found = found or (last if not moment.unit else None)
            if found is None and last and moment.unit in ("year", "month", "quarter", "week"):
                found = cal.unit(last.first, moment.unit)
        if found and moment.count:
            return cal.shift_years(found, moment.count)
        if found and isinstance(moment.year, int):
            return cal.shift_years(found, moment.year - found.last.year)
        return found

    def _following(self, moment: Moment, _said: Expression) -> Stretch | None:
        """The day, month or year right after or before the one last spoken of; after none, the next one."""
        known = self._last.get(moment.unit) or (self._last.get("") if moment.unit != "day" else None)
        if known is None and moment.unit == "day":
            return None
        day = known.last if known is not None else self._published
        if moment.unit == "day":
            return cal.day(day + timedelta(days=moment.count))
        return cal.unit(day, moment.unit, moment.count)

    def _moved(self, moment: Moment, said: Expression) -> Stretch | None:
        """A year ago, a week earlier, через два года."""
        known = self._sentence_time
        if moment.rel == "compared" and (known is None or not _is_period(known)):
            return None
        if moment.kind == "shift" and known is None and moment.unit in ("year", "quarter", "month"):
            known = self._last.get("")
        if moment.kind == "shift" and known is None and moment.unit == "day":
            known = self._last.get("day")
        if moment.unit == "quarter" and moment.kind == "shift":
            quarter = known if known and "Q" in known.edtf else self._reported_quarter()
            return cal.unit(quarter.first, "quarter", moment.count)
        told = known is not None and (_is_period(known) or (moment.rel == "z" and self._hints.is_base(said)))
        spoken = moment.kind == "shift" or (moment.kind == "ago" and told)
        if spoken and known and moment.unit == "year" and "/.." not in known.edtf:
            return cal.shift_years(known, moment.count)
        if moment.kind == "ahead" and known is None and self._hints.direction(said) == "past":
            known = self._last.get("day") or (self._last.get("") if moment.unit in ("month", "year") else None)
            if known is None:
                return None
        if known is None and moment.kind == "shift" and moment.count > 0:
            return None  # *a month later* than nothing
        exact = known is not None and (_is_period(known) or len(known.edtf) == len("2024-01-01"))
        day = known.first if known and exact and moment.kind != "ago" else self._published
        moved = cal.add(day, moment.count, moment.unit)
        unit = {"year": "year", "decade": "year", "month": "month", "quarter": "quarter", "half": "month"}
        quarters = moment.unit == "month" and moment.count % 3 == 0 and moment.kind != "ago"
        quarters = quarters and known is not None and "Q" in known.edtf  # three months before the second quarter
        return cal.unit(moved, "quarter" if quarters else unit.get(moment.unit, "day"))


def _is_period(stretch: Stretch) -> bool:
    """Whether a time is a month, quarter or half, as reports speak of."""
    return "Q" in stretch.edtf or 27 <= (stretch.last - stretch.first).days < 185


def _before(moment: Moment, last: Stretch) -> Stretch | None:
    """The beginning of a span that takes its year from the end: January–March 2024, 28 December to 3 January 2025."""
    same = time_resolve.in_year(moment, last.last.year)
    if same and same.first <= last.last:
        return same
    return time_resolve.in_year(moment, last.last.year - 1)


def _ended(end: Stretch, whole: Moment) -> Stretch:
    """The weeks, months, quarters or years that end with ``end``."""
    if whole.unit == "hour":
        return cal.days(cal.add(end.last, -whole.count, "hour"), end.last)
    if whole.unit in ("week", "day"):
        length = whole.count * (7 if whole.unit == "week" else 1)
        return cal.days(end.last - timedelta(days=length - 1), end.last)
    size = {"month": 1, "quarter": 3, "year": 12}[whole.unit]
    return cal.months_to(end.last, size * whole.count)
