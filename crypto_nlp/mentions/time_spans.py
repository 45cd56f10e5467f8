"""Builders of spans: last week, over the past three months, two years ago, a year earlier, that day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crypto_nlp.mentions import time_calendar as cal
from crypto_nlp.mentions.time_moments import OFFSET, Found, Moment, fixed, number

if TYPE_CHECKING:
    from crypto_nlp.mentions.time_words import Item

_LONGEST = 200  # more units than that are no window of news


def _counted(found: Found) -> tuple[int, str]:
    """The number and unit of a span."""
    if found.has("v"):
        count, unit = found.value("v")
        return int(count), str(unit)
    return number(found), str(found.value("u"))


def _is_singular(found: Found) -> bool:
    """Whether a unit without a number is one unit: *week*, not *weeks*."""
    return found.item("u").form not in found.context.rules.plural


_LATER = frozenset(("спустя", "позже", "позднее"))


def relative_unit(found: Found) -> Moment | None:
    """Last week, this month, العام الماضي, в прошлом квартале; after *the*, *last* counts back from today."""
    word, unit = found.item("r"), found.value("u")
    if found.match.start("u") < found.match.start("r") and found.lang != "ar":
        return None  # gained a quarter this year
    if word.code == "R":
        return Moment("same", unit=unit)
    if word.value == "following" and unit != "half" and _is_singular(found):
        return Moment("following", unit=unit, count=1)
    if unit == "day" and word.code == "L" and found.item("u").form.startswith("сут"):
        return Moment("window", unit=unit, count=1)  # за минувшие сутки
    if unit in ("day", "hour", "half") or not _is_singular(found):
        return None
    return _relative(found, word, str(unit))


def _relative(found: Found, word: Item, unit: str) -> Moment:
    if word.value == "previous" and unit in ("month", "quarter", "year"):
        return Moment("shift", unit=unit, count=-1, base=True)
    if found.lang == "en" and found.said[0] == "A" and word.code == "L" and word.value is None:
        return Moment("window", unit=unit, count=1)
    return fixed(cal.unit(found.context.published, unit, OFFSET[word.code]))


def relative_word(found: Found) -> Moment | None:
    """Прошлогодний."""
    unit, offset = found.value("z")
    return fixed(cal.unit(found.context.published, unit, offset))


def window(found: Found) -> Moment | None:
    """Over the past three months; خلال الأشهر الثلاثة الماضية; over the next two years."""
    count, unit = _counted(found)
    single = not found.has("n") and not found.has("v")
    last_behind = found.lang == "en" and found.said[-1] == "L"  # $230 a day last week
    if not _is_span(found, count, unit) or (single and not _is_singular(found)) or last_behind:
        return None
    if found.has("n") and found.match.start("u") < found.match.start("n") and _is_singular(found):
        return None  # شهر 7 is July
    if single and found.lang == "ar" and unit == "day":
        return None  # آخر يوم is the last day
    if single and found.lang == "ru" and _is_russian_plural(found):
        return None
    if single and found.lang == "ru" and found.said[0] != "v":
        return fixed(cal.unit(found.context.published, unit, -1))  # в прошедшем году
    return Moment("window", unit=unit, count=-count if "N" in found.said else count)


def _is_russian_plural(found: Found) -> bool:
    """Whether a Russian adjective stands in the plural: *последние недели*; but *сутки* has no singular."""
    adjective = next(item for item in found.span() if item.code in "lLN")
    return adjective.form.endswith(("ие", "их", "ими")) and not found.item("u").form.startswith("сут")


def bare_window(found: Found) -> Moment | None:
    """A span with only a preposition: *in 24 hours*, *за сутки*, خلال أسبوع; not *over a year*, *в 5 лет*."""
    count, unit = _counted(found)
    lead = found.span()[0]
    single = not found.has("n") and not found.has("v")
    if not _is_span(found, count, unit) or (single and not _is_singular(found)):
        return None
    if lead.code == "i" and (lead.value != "span" or (single and found.lang == "en")):
        return None
    following = found.next
    named = following is not None and (following.code == "*" or following.form.startswith("ال"))
    if single and (found.span()[-1].definite or (named and found.lang == "ar")):
        return None  # في الشهر is a rate, في شهر رمضان a month
    if found.lang == "en" and "1" in found.said and lead.code == "v":
        return None  # over a year is more than a year
    if single and lead.value not in ("one", "span"):
        return None
    return Moment("window", unit=unit, count=count, rel="?")


def _is_span(found: Found, count: int, unit: str) -> bool:
    """Whether a counted span may be a window; what follows may make it a distance (*in the two years before*)."""
    following = "".join(item.code for item in found.items[found.match.end() : found.match.end() + 2])
    if re.match(r",?d|t[Mm04oWDpA]", following):
        return False  # the three months to June
    if found.after and found.after in "egrLTNRlo4MmWw" + ("" if found.lang == "ar" else "u"):
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
    return Moment("ago", unit=unit, count=-count, rel=found.said[0])


def since_span(found: Found) -> Moment | None:
    """منذ شهرين: for two months now."""
    count, unit = _counted(found)
    if found.lang != "ar" or unit == "hour" or (found.after and found.after in "LlNMm4"):
        return None
    return Moment("ago", unit=unit, count=-count, rel="since")


def before_last(found: Found) -> Moment | None:
    """العام قبل الماضي: the year before last."""
    return fixed(cal.unit(found.context.published, str(found.value("u")), -2))


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


def later(found: Found) -> Moment | None:
    """Месяц спустя, двумя днями позже: forward from the time that the text speaks of."""
    count, unit = _counted(found)
    if (
        found.lang != "ru"
        or unit not in ("day", "month", "year")
        or found.items[found.match.end() - 1].form not in _LATER
    ):
        return None
    if not found.has("n") and not found.has("v") and not _is_singular(found):
        return None
    return Moment("shift", unit=unit, count=count)


def the_quarter(found: Found) -> Moment | None:
    """The quarter just reported, where no other is spoken of."""
    item = found.span()[-1]
    if (found.after and found.after in "OolgedfLTNR") or (found.lang == "ar" and not item.definite):
        return None
    if [item.code for item in found.items[found.match.end() : found.match.end() + 2]] == [",", "d"]:
        return None  # за квартал, завершившийся 31 декабря
    if found.lang == "en" and "A" not in found.said:
        return None
    amount = found.before is not None and (
        found.before.code == "?" or found.before.form in found.context.rules.not_years
    )
    if amount:
        return None  # انكمشت بمقدار الربع
    return Moment("same", unit="quarter", rel="?")


def to_date(found: Found) -> Moment | None:
    """Year to date."""
    start = cal.unit(found.context.published, found.value("z")).first
    return Moment("fixed", stretch=cal.day(start), unit="since")


def then(_found: Found) -> Moment | None:
    """Since then."""
    return Moment("then", unit="since")


def at_that_time(found: Found) -> Moment | None:
    """*Тогда* at the head of a sentence: the time last spoken of."""
    opens = found.before is None or found.before.code in ".\n"
    return Moment("same") if opens else None


def same_period(_found: Found) -> Moment | None:
    """The same period."""
    return Moment("same")


def same_day(_found: Found) -> Moment | None:
    """That day."""
    return Moment("same", unit="day")


def next_day(found: Found) -> Moment | None:
    """اليوم التالي, اليوم السابق: the day after or before the one last spoken of."""
    count = {"following": 1, "previous": -1}.get(found.value("r") or "")
    return Moment("following", unit="day", count=count) if count else None


def compared(found: Found) -> Moment | None:
    """Year on year."""
    return Moment("shift", unit=found.value("z"), count=-1, base=True, rel="compared")
