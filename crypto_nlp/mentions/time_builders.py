"""What each pattern of the grammar of times means: from a match over items to a :class:`Moment`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from crypto_nlp.mentions import time_calendar as cal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crypto_nlp.mentions.time_calendar import Stretch
    from crypto_nlp.mentions.time_words import Item
    from crypto_nlp.rules.times import TimeRules


@dataclass(frozen=True, slots=True)
class Moment:
    """A time within one expression.

    ``kind``: ``fixed`` (``stretch`` holds it) · ``day month quarter half season`` (``number``, ``day``; ``year`` or ``rel`` may say
    which) · ``weekday`` · ``window`` (``count`` units back; ahead where negative) · ``same`` (the ``unit`` last spoken of, or the
    period where ``unit`` is empty) · ``shift`` (``count`` units from the time last spoken of) · ``then``.
    ``year`` is a number, ``"same"``, or None; ``rel`` is a code of last, this, next, or empty.
    """

    kind: str
    number: int = 0
    day: int = 0
    year: int | str | None = None
    rel: str = ""
    part: str = ""
    unit: str = ""
    count: int = 0
    stretch: Stretch | None = None
    weekday: bool = False
    base: bool = False
    strong: bool = True  # false for four digits that only their surroundings make a year


class Context(NamedTuple):
    """What a builder may ask."""

    rules: TimeRules
    published: date
    fiscal_april: bool


class Found(NamedTuple):
    """A match of a pattern over the items of a text, with what a builder may ask."""

    items: Sequence[Item]
    match: re.Match[str]
    context: Context

    @property
    def said(self) -> str:
        """The codes that matched."""
        return self.match.group()

    @property
    def lang(self) -> str:
        """The language of the text."""
        return self.context.rules.lang

    @property
    def before(self) -> Item | None:
        """The item before the match."""
        return self.items[self.match.start() - 1] if self.match.start() else None

    @property
    def after(self) -> str:
        """The code of the item after the match, empty at the end."""
        return self.items[self.match.end()].code if self.match.end() < len(self.items) else ""

    def has(self, group: str) -> bool:
        """Whether the pattern has this group and it took part."""
        return group in self.match.re.groupindex and self.match.group(group) is not None

    def item(self, group: str) -> Item:
        """The first item of a group."""
        return self.items[self.match.start(group)]

    def value(self, group: str) -> Any:
        """The value of a group's first item."""
        return self.item(group).value

    def span(self, group: str | int = 0) -> Sequence[Item]:
        """The items of a group, of the whole match by default."""
        return self.items[slice(*self.match.span(group))]

    @property
    def rel(self) -> str:
        """The code of the word for last, this or next beside the head, if there is one."""
        return self.item("r").code if self.has("r") else ""


_OFFSET = {"L": -1, "l": -1, "T": 0, "N": 1}
_LONGEST = 200  # more units than that are no window of news
_SATURDAY = 6


def _number(found: Found) -> int:
    """The count in group ``n``; tens and ones add up; 1 where there is none."""
    return sum(item.value for item in found.span("n") if item.code in "n019") if found.has("n") else 1


def _counted(found: Found) -> tuple[int, str]:
    """The number and unit of a span."""
    if found.has("v"):
        count, unit = found.value("v")
        return int(count), str(unit)
    return _number(found), str(found.value("u"))


def _is_singular(found: Found) -> bool:
    """Whether a unit without a number is one unit: *week*, not *weeks*."""
    form = found.item("u").form
    return not {form, form[1:], form.removeprefix("ال")}.isdisjoint(found.context.rules.singular)


def _year(found: Found) -> int | str | None:
    """The year that the pattern's year names, None where there is none."""
    if found.has("y4"):
        return int(found.value("y4"))
    if found.has("this"):
        return found.context.published.year
    if not found.has("yr"):
        return None
    codes = {item.code: item for item in found.span("yr")}
    if "4" in codes:
        return int(codes["4"].value)
    if "~" in codes:
        unit, offset = codes["~"].value
        return found.context.published.year + int(offset) if unit == "year" else None
    if "R" in codes:
        return "same"
    return found.context.published.year + next(_OFFSET[code] for code in codes if code in _OFFSET)


def _is_one_month(found: Found) -> bool:
    """Whether a second name of the month names the same month."""
    return not found.has("m2") or bool(found.value("m2") == found.value("m"))


def _fixed(stretch: Stretch) -> Moment:
    return Moment("fixed", stretch=stretch)


def day_month(found: Found) -> Moment | None:
    """17 January 2025; الأول من سبتمبر; 1 сентября следующего года."""
    if not _is_one_month(found):
        return None
    weekday = next((item.value for item in found.span() if item.code in "Ww"), 0)
    return Moment("day", found.value("m"), found.value("d"), _year(found), found.rel, count=weekday)


def month_day(found: Found) -> Moment | None:
    """January 17, 2025: English alone writes so."""
    return None if found.lang != "en" or found.after in ("%", "M", "$") else day_month(found)


def day_range(found: Found) -> Moment | None:
    """14–20 October 2024; с 14 по 20 октября."""
    first, last = found.value("d1"), found.value("d2")
    listed = found.match.group("join") == "c" and not (found.has("lead") and found.match.group("lead") == "B")
    if not first < last or listed or not _is_one_month(found):
        return None
    return Moment("days", found.value("m"), first, _year(found), count=last)


def month(found: Found) -> Moment | None:
    """March 2024; last October; شهر مارس الماضي."""
    if not _is_one_month(found):
        return None
    year = _year(found)
    if year is None and not found.rel and found.match.group("m") == "m" and not _is_beside_time(found):
        return None
    return Moment("month", found.value("m"), year=year, rel=found.rel)


def _is_beside_time(found: Found) -> bool:
    """Whether a word that may be no month stands after a preposition or another word of time."""
    before = found.before
    beside = before is not None and (before.code in "isubftBvkOpJzcA-/dLTN" or before.form.endswith("'s"))
    return found.said[0] == "J" or beside


def numeric(found: Found) -> Moment | None:
    """2024-03-15; 15/03/2024; English 3/15/2024. Left unread where day and month cannot be told apart."""
    numbers = [item.value for item in found.span() if item.code in "40"]
    if found.has("ymd"):
        year, month, day = numbers
    elif found.lang == "en" and "/" in found.said:
        month, day, year = numbers
        if day <= 12 and day != month:
            return None
        if month > 12:
            month, day = day, month
    else:
        day, month, year = numbers
    try:
        return _fixed(cal.day(date(year, month, day)))
    except ValueError:
        return None


def dotted(found: Found) -> Moment | None:
    """15.03.2024."""
    return _fixed(cal.day(found.value("z")))


def quarter(found: Found) -> Moment | None:
    """Q3 2024; the third quarter; الربع الأول من عام 2024; II квартал этого года."""
    return _numbered(found, "quarter", 4)


def half(found: Found) -> Moment | None:
    """The first half of the year; النصف الأول; второе полугодие; the second half of March."""
    after = "".join(item.code for item in found.items[found.match.end() : found.match.end() + 3])
    if re.match(r"[Of]?A?[IUJh]", after):
        return None  # the second half of the day
    if found.has("m"):
        return Moment("month", found.value("m"), year=_year(found))
    return _numbered(found, "half", 2)


def _numbered(found: Found, kind: str, most: int) -> Moment | None:
    """A quarter or half by its number, its year where one is said."""
    said = next(item for item in found.span() if item.code in "o0Kl@L")
    year = _year(found)
    if said.code in "K@":
        number, own = said.value
        year = own or year
    else:
        number = most if said.code in "lL" else said.value
    if not 1 <= number <= most:
        return None
    if found.has("fy"):
        fiscal = _fiscal(_fiscal_year(found.span("fy")), found.context)
        if kind == "quarter":
            return _fixed(cal.quarter(fiscal.first.year, (fiscal.first.month + 2) // 3 + number - 1))
        start = fiscal.first.month + (number - 1) * 6
        return _fixed(cal.months(fiscal.first.year, start, start + 5))
    return Moment(kind, number, year=year)


def last_quarter(found: Found) -> Moment | None:
    """The last quarter of 2024; الربع الأخير."""
    year = _year(found)
    if year is None and found.said != "Ql":
        return None
    return Moment("quarter", 4, year=year)


def _fiscal(year: int, context: Context) -> Stretch:
    """The fiscal year that ends in ``year``: April to March in India, else the calendar year."""
    return cal.months(year - 1, 4, 15) if context.fiscal_april else cal.year(year)


def _fiscal_year(said: Sequence[Item]) -> int:
    """The year in which a fiscal year ends: of *2022-23* and *2023/24* the second."""
    numbers = [int(item.value) for item in said if item.code in "4+0"]
    first = cal.full_year(numbers[0])
    return first + 1 if len(numbers) > 1 and (first + 1) % 100 == numbers[1] % 100 else first


def fiscal(found: Found) -> Moment | None:
    """FY24; FY 2022-23; fiscal 2024."""
    return _fixed(_fiscal(_fiscal_year(found.span()), found.context))


def fiscal_relative(found: Found) -> Moment | None:
    """This financial year."""
    today = found.context.published
    current = today.year + 1 if found.context.fiscal_april and today.month >= 4 else today.year
    return _fixed(_fiscal(current + _OFFSET[found.rel], found.context))


def relative_unit(found: Found) -> Moment | None:
    """Last week, this month, العام الماضي, в прошлом квартале; after *the*, *last* counts back from today."""
    word, unit = found.item("r"), found.value("u")
    if word.code == "R":
        return Moment("same", unit=unit)
    if unit in ("day", "hour", "half"):
        return None
    if word.value == "previous" and unit == "quarter":
        return Moment("shift", unit="quarter", count=-1, base=True)
    if found.lang == "en" and found.said[0] == "A" and word.code == "L" and word.value is None:
        return Moment("window", unit=unit, count=1)
    return _fixed(cal.unit(found.context.published, unit, _OFFSET[word.code]))


def relative_word(found: Found) -> Moment | None:
    """Прошлогодний."""
    unit, offset = found.value("z")
    return _fixed(cal.unit(found.context.published, unit, offset))


def window(found: Found) -> Moment | None:
    """Over the past three months; خلال الأشهر الثلاثة الماضية; over the next two years."""
    count, unit = _counted(found)
    single = not found.has("n") and not found.has("v")
    if not _is_span(found, count, unit) or (single and not _is_singular(found)):
        return None
    if single and found.lang == "ru" and found.said[0] != "v":
        return _fixed(cal.unit(found.context.published, unit, -1))  # в прошедшем году
    return Moment("window", unit=unit, count=-count if "N" in found.said else count)


def bare_window(found: Found) -> Moment | None:
    """A span with only a preposition: *in 24 hours*, *за сутки*, خلال أسبوع; not *over a year*, *в 5 лет*."""
    count, unit = _counted(found)
    lead = found.span()[0]
    single = not found.has("n") and not found.has("v")
    if not _is_span(found, count, unit) or (single and not _is_singular(found)):
        return None
    if lead.code == "i" and lead.value != "span":
        return None
    if found.lang == "en" and (single or "1" in found.said):
        return None  # over a year is more than a year
    return Moment("window", unit=unit, count=count, rel="?")


def _is_span(found: Found, count: int, unit: str) -> bool:
    """Whether a counted span may be a window; what follows may make it a distance (*in the two years before*)."""
    if found.after and found.after in "egr" + ("" if found.lang == "ar" else "u"):
        return False
    return 0 < count <= _LONGEST and unit not in ("half", "weekend") and not (unit == "hour" and count < 12)


def ago(found: Found) -> Moment | None:
    """Two weeks ago is a day, three months ago a month, a year ago a year."""
    count, unit = _counted(found)
    before_time = found.said[0] == "z" and found.after and found.after in "4MmWLTN0osbuf"
    if before_time or (unit == "hour" and count < 24):
        return None
    if not found.has("n") and not found.has("v") and not _is_singular(found):
        return None
    return Moment("ago", unit=unit, count=-count)


def ahead(found: Found) -> Moment | None:
    """Через год, بعد عامين: from the day of the sentence where it names one, else from the day of publishing."""
    count, unit = _counted(found)
    if found.after and (found.after in "frj" or (found.lang == "ar" and found.after in "xLlO")):
        return None
    if not found.has("n") and not found.has("v") and not _is_singular(found):
        return None
    return None if unit == "hour" else Moment("ahead", unit=unit, count=count)


def earlier(found: Found) -> Moment | None:
    """A year earlier, годом ранее: back from the time that the sentence speaks of."""
    count, unit = _counted(found)
    if found.said[-1] == "u" and found.after and found.after not in ".,;:)\n":
        return None  # a year before the halving
    if unit == "hour" or (not found.has("n") and not found.has("v") and not _is_singular(found)):
        return None
    return Moment("shift", unit=unit, count=-count, base=unit in ("year", "quarter", "month"))


def day_word(found: Found) -> Moment | None:
    """Yesterday; أمس الثلاثاء; сегодня."""
    offset = found.value("d")
    rate = found.lang == "ar" and offset == 0 and found.before is not None and found.before.code == "i"
    if found.said[-1] == "R":
        return Moment("same", unit="day")
    return None if rate else _fixed(cal.day(found.context.published + timedelta(days=offset)))


def night(found: Found) -> Moment | None:
    """Overnight."""
    return _fixed(cal.days(found.context.published - timedelta(days=1), found.context.published))


def weekday(found: Found) -> Moment | None:
    """On Friday; в минувшую пятницу; الجمعة الماضية."""
    item = found.item("w")
    led = found.before is not None and found.before.code in "isubk"
    if item.code == "w" and not found.rel and not led:
        return None
    return Moment("weekday", item.value, rel=found.rel, weekday=True)


def weekend(found: Found) -> Moment | None:
    """Over the weekend: the last that has begun."""
    today = found.context.published
    return _fixed(cal.unit(today, "weekend", 0 if today.isoweekday() >= _SATURDAY else -1))


def season(found: Found) -> Moment | None:
    """Spring 2024; летом; this summer."""
    item, year = found.item("s"), _year(found)
    before = "".join(i.code for i in found.items[max(0, found.match.start() - 2) : found.match.start()])
    led = bool(re.search(r"[isubvpkzc]A?$", before))
    if year is None and not found.rel and item.code == "^" and not led:
        return None
    return Moment("season", item.value, year=year, rel=found.rel)


def months_of_year(found: Found) -> Moment | None:
    """The first nine months of 2024; за девять месяцев 2024 года."""
    count, year = _number(found), _year(found)
    told = found.has("o")
    if (year is None and not told) or (told and found.value("o") != 1) or not 1 <= count <= 12 or year == "same":
        return None
    today = found.context.published
    if year is None:
        year = today.year if count <= today.month else today.year - 1
    return _fixed(cal.months(int(year), 1, count))


def year_alone(found: Found) -> Moment | None:
    """2024 год; عام 2024; the year 2024; not 2024 years."""
    counts = any(item.form in found.context.rules.counting for item in found.span() if item.code == "y")
    return None if found.said[0] == "4" and counts else _fixed(cal.year(found.value("y")))


def years(found: Found) -> Moment | None:
    """2019–2023; عامي 2026 و2027; в 2024–2026 годах."""
    first, last = found.value("a"), found.value("b")
    if found.match.group("b") == "0":  # 2023/24
        last += first - first % 100
        if last != first + 1:
            return None
    listed = found.match.group("join") == "c" and "y" not in found.said
    return None if not first < last <= first + 40 or listed else _fixed(cal.between(cal.year(first), cal.year(last)))


def the_quarter(found: Found) -> Moment | None:
    """The quarter just reported, where no other is spoken of."""
    item = found.span()[-1]
    if (found.after and found.after in "Oolgedf") or (found.lang == "ar" and not item.definite):
        return None
    if found.lang == "en" and "A" not in found.said:
        return None
    return Moment("same", unit="quarter", rel="?")


def to_date(found: Found) -> Moment | None:
    """Year to date."""
    start = cal.unit(found.context.published, found.value("z")).first
    return Moment("fixed", stretch=cal.day(start), unit="since")


def then(_found: Found) -> Moment | None:
    """Since then."""
    return Moment("then", unit="since")


def same_period(_found: Found) -> Moment | None:
    """The same period."""
    return Moment("same")


def same_day(_found: Found) -> Moment | None:
    """That day."""
    return Moment("same", unit="day")


def compared(found: Found) -> Moment | None:
    """Year on year."""
    return Moment("shift", unit=found.value("z"), count=-1, base=True, rel="compared")
