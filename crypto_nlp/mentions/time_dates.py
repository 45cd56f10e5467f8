"""Builders of dates: days, months, quarters, halves, seasons, years, weekdays."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from crypto_nlp.mentions import time_calendar as cal
from crypto_nlp.mentions.time_moments import OFFSET, Found, Moment, fixed, number
from crypto_nlp.morphology import is_genitive

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crypto_nlp.mentions.time_calendar import Stretch
    from crypto_nlp.mentions.time_moments import Context
    from crypto_nlp.mentions.time_words import Item

_ABBREVIATED = 4  # letters of an abbreviated month or quarter: sept., нояб., кв.
_SATURDAY = 6
_LAST_DAY = 31


def _year(found: Found) -> int | str | None:
    """The year that the pattern's year names, None where there is none."""
    this = found.context.published.year
    if found.has("y4") or found.has("this"):
        return int(found.value("y4")) if found.has("y4") else this
    codes = {item.code: item for item in found.span("yr")} if found.has("yr") else {}
    if "4" in codes:
        return int(codes["4"].value)
    if "~" in codes:
        unit, offset = codes["~"].value
        return this + int(offset) if unit == "year" else None
    if "R" in codes:
        return "same"
    return next((this + OFFSET[code] for code in codes if code in OFFSET), None)


def _is_one_month(found: Found) -> bool:
    """Whether a second name of the month names the same month."""
    other = next((found.value(group) for group in ("m2", "m3") if found.has(group)), None)
    return other is None or bool(other == found.value("m"))


def day_month(found: Found) -> Moment | None:
    """17 January 2025; الأول من سبتمبر; 1 сентября следующего года."""
    if not _is_one_month(found):
        return None
    if not _is_dot_meant(found) or not _is_day(found):
        return None
    weekday = next((item.value for item in found.span() if item.code in "Ww"), 0)
    return Moment("day", found.value("m"), found.value("d"), _year(found), found.rel, count=weekday)


def _is_day(found: Found) -> bool:
    """Whether the number may be a day: العشرين من يناير with its article, but no *first week of March*."""
    if found.item("d").code == "n":
        return found.lang == "ar" and found.item("d").definite and int(found.value("d")) <= _LAST_DAY
    before = found.before
    return found.lang != "ar" or before is None or before.code not in "UJQHy" or found.item("d").code != "o"


def month_day(found: Found) -> Moment | None:
    """January 17, 2025: English alone writes so."""
    return None if found.lang != "en" or found.after in ("%", "M", "$") else day_month(found)


def day_range(found: Found) -> Moment | None:
    """14–20 October 2024; с 14 по 20 октября."""
    first, last = found.value("d1"), found.value("d2")
    listed = found.match.group("join") == "c" and not (found.has("lead") and found.match.group("lead") == "B")
    night = found.match.group("join") == "i"  # в ночь с 9 на 10 марта
    if night and (not found.has("lead") or last != first + 1):
        return None
    listed = listed and last != first + 1  # 7 and 8 August are one span, 7 and 18 August are none
    if not first < last or listed or not _is_one_month(found):
        return None
    return Moment("days", found.value("m"), first, _year(found), count=last)


def month(found: Found) -> Moment | None:
    """March 2024; last October; شهر مارس الماضي."""
    if not _is_one_month(found):
        return None
    year = _year(found)
    if not _is_dot_meant(found):
        return None
    if year is None and not found.rel and found.match.group("m") == "m" and not _is_beside_time(found):
        return None
    return Moment("month", found.value("m"), year=year, rel=found.rel)


def _is_dot_meant(found: Found) -> bool:
    """Whether a full stop before the year belongs to an abbreviation (*сент. 2024*) and ends no sentence."""
    said = found.said
    dot = said.find(".")
    return dot < 0 or len(found.span()[dot - 1].form) <= _ABBREVIATED


def month_number(found: Found) -> Moment | None:
    """شهر 7 الماضي: a month by its number."""
    if found.lang != "ar" or not 1 <= found.value("d") <= 12:
        return None
    return Moment("month", found.value("d"), year=_year(found), rel=found.rel)


def day_of_month(found: Found) -> Moment | None:
    """The 14th of this month; 13 الجاري."""
    short = "J" not in found.said
    if short and (found.lang != "ar" or not found.span()[-1].form.startswith("ال")):
        return None
    if found.lang == "en" and found.before is not None and found.before.code == "1":
        return None  # a fifth this month
    rel = found.rel or found.item("r2").code
    month = cal.unit(found.context.published, "month", OFFSET[rel])
    if found.value("d") > month.last.day:
        return None
    return fixed(cal.day(month.first.replace(day=found.value("d"))))


def _is_beside_time(found: Found) -> bool:
    """Whether a word that may be no month stands after a preposition or another word of time."""
    before = found.before
    beside = before is not None and (before.code in "isubftBvkOpJzcA-/dLTN" or before.form.endswith("'s"))
    return found.said[0] == "J" or beside or found.item("m").form.endswith("'s")


def numeric(found: Found) -> Moment | None:
    """2024-03-15; 15/03/2024; English 3/15/2024. Left unread where day and month cannot be told apart."""
    numbers = [item.value for item in found.span() if item.code in "40"]
    if found.has("ymd"):
        year, month, day = numbers
    elif found.lang == "en" and "/" in found.said:
        month, day, year = numbers
        if month > 12:
            month, day = day, month
        elif day <= 12 and day != month:
            return None
    else:
        day, month, year = numbers
    try:
        return fixed(cal.day(date(year, month, day)))
    except ValueError:
        return None


def dotted(found: Found) -> Moment | None:
    """15.03.2024."""
    return fixed(cal.day(found.value("z")))


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
    if not _is_dot_meant(found):
        return None
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
            return fixed(cal.quarter(fiscal.first.year, (fiscal.first.month + 2) // 3 + number - 1))
        start = fiscal.first.month + (number - 1) * 6
        return fixed(cal.months(fiscal.first.year, start, start + 5))
    return Moment(kind, number, year=year)


def quarters(found: Found) -> Moment | None:
    """The first and second quarters of 2024."""
    first, last = (found.value("a"), found.value("b")) if found.has("a") else (found.value("a2"), found.value("b2"))
    year = _year(found)
    if not 1 <= first < last <= 4 or year == "same":
        return None
    today = found.context.published
    if year is None:
        year = today.year if cal.quarter(today.year, last).first <= today else today.year - 1
    return fixed(cal.between(cal.quarter(int(year), first), cal.quarter(int(year), last)))


def month_quarter(found: Found) -> Moment | None:
    """The June quarter: the one that ends with June."""
    number, rest = divmod(found.value("m"), 3)
    ranged = found.before is not None and found.before.code == "-"  # the April-June quarter
    return None if rest or ranged or found.lang != "en" else Moment("quarter", number)


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
    """FY24; FY 2022-23; fiscal 2024; السنة المالية 2023."""
    if "F" not in found.said and found.said != "+":
        return None
    if found.lang != "en" and (found.said == "F0" or "y" not in found.said):
        return None
    return fixed(_fiscal(_fiscal_year(found.span()), found.context))


def fiscal_relative(found: Found) -> Moment | None:
    """This financial year."""
    today = found.context.published
    current = today.year + 1 if found.context.fiscal_april and today.month >= 4 else today.year
    return fixed(_fiscal(current + OFFSET[found.rel], found.context))


def day_word(found: Found) -> Moment | None:
    """Yesterday; أمس الثلاثاء; сегодня; *накануне обвала* is a preposition."""
    offset = found.value("d")
    following = found.next
    if found.lang == "ru" and offset == -1 and following and is_genitive(following.form):
        return None
    rate = found.lang == "ar" and offset == 0 and found.before is not None and found.before.code == "i"
    if found.said[-1] == "R":
        return Moment("same", unit="day")
    return None if rate else fixed(cal.day(found.context.published + timedelta(days=offset)))


def night(found: Found) -> Moment | None:
    """Overnight."""
    return fixed(cal.days(found.context.published - timedelta(days=1), found.context.published))


def weekday(found: Found) -> Moment | None:
    """On Friday; в минувшую пятницу; الجمعة الماضية."""
    item = found.item("w")
    if found.has("r") and found.match.start("r") > found.match.start("w") and found.lang != "ar":
        return None  # on Monday next week
    led = found.before is not None and found.before.code in "isubk"
    if item.code == "w" and not found.rel and not led:
        return None
    if found.before is not None and (found.before.code == "o" or found.before.form in found.context.rules.plural):
        return None  # the first Tuesday of September; أيام الأحد
    return Moment("weekday", item.value, rel=found.rel, weekday=True)


def weekend(found: Found) -> Moment | None:
    """Over the weekend: the last that has begun."""
    if found.lang == "ru" and (found.before is None or found.before.code not in "iv"):
        return None
    today = found.context.published
    return fixed(cal.unit(today, "weekend", 0 if today.isoweekday() >= _SATURDAY else -1))


def season(found: Found) -> Moment | None:
    """Spring 2024; летом; this summer."""
    item, year = found.item("s"), _year(found)
    if found.has("r") and found.match.start("r") > found.match.start("s") and found.lang != "ar":
        return None
    before = "".join(i.code for i in found.items[max(0, found.match.start() - 2) : found.match.start()])
    led = bool(re.search(r"[isubvpkzc]A?$", before))
    if year is None and not found.rel and item.code == "^" and not led:
        return None
    return Moment("season", item.value, year=year, rel=found.rel)


def months_of_year(found: Found) -> Moment | None:
    """The first nine months of 2024; за девять месяцев 2024 года."""
    count, year = number(found), _year(found)
    told = found.has("o")
    if (year is None and not told) or (told and found.value("o") != 1) or not 1 <= count <= 12 or year == "same":
        return None
    today = found.context.published
    if year is None:
        year = today.year if count <= today.month else today.year - 1
    return fixed(cal.months(int(year), 1, count))


def year_alone(found: Found) -> Moment | None:
    """2024 год; عام 2024; the year 2024; not 2024 years."""
    comma = found.said.find(",")
    if comma > 0 and found.span()[comma].end != found.item("y").start:
        return None
    counts = any(item.form in found.context.rules.counting for item in found.span() if item.code == "y")
    return None if found.said[0] == "4" and counts else fixed(cal.year(found.value("y")))


def years(found: Found) -> Moment | None:
    """2019–2023; عامي 2026 و2027; в 2024–2026 годах."""
    first, last = found.value("a"), found.value("b")
    if found.match.group("b") == "0":  # 2023/24
        last += first - first % 100
        if last != first + 1:
            return None
        if found.context.fiscal_april:
            return fixed(_fiscal(last, found.context))
    listed = found.match.group("join") == "c" and "y" not in found.said
    return None if not first < last <= first + 40 or listed else fixed(cal.between(cal.year(first), cal.year(last)))
