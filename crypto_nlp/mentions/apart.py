"""Numbers that are no figures.

Years, days of a month, times of day, articles of a law, list numbers, ages, models, scores.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crypto_nlp.mentions.figures import Figure
    from crypto_nlp.mentions.scan import Scan

_YEARS = range(1900, 2100)
_DAYS = range(1, 32)
_GROWN = 15
_CENTURY = 100
_PEOPLE = frozenset(("person", "adult"))
_LARGE = 10000
_ROUND = 20
_SIGNS = frozenset("#№@_'")
_POINTS = frozenset((".", ",", "٫", "،"))
_TRUSTED = frozenset(("money", "percent", "basis", "physical", "times"))


def is_apart(scan: Scan, figure: Figure, end: Figure | None = None) -> bool:
    """Whether the number (of a range: the one that begins it) is no figure, by its shape and by the words around it."""
    if end is not None and (_aged(scan, end) or _window(scan, end) or _dated(scan, end)):
        return True
    if figure.kind == "unread" or any(test(scan, figure) for test in (_torn, _ordinal, _aged, _window)):
        return True
    if figure.kind in _TRUSTED:
        return False
    rules, tokens = scan.rules, scan.tokens
    if any(test(scan, figure) for test in (_listed, _dated, is_year, _model)):
        return True
    if rules.apart_before.before(tokens, figure.first) is not None or _listed_with(scan, figure):
        return True
    bare = figure.unit is None and not figure.number.scaled
    return bare and (rules.apart_after.at(tokens, figure.last) is not None or not _plausible(scan, figure))


def _plain(figure: Figure) -> int | None:
    """The whole number that a figure of digits alone shows, or None."""
    number = figure.number
    sure = number.reading.sure
    if not number.digits or number.scaled or sure is None or sure != sure.to_integral_value():
        return None
    return int(sure)


def _torn(scan: Scan, figure: Figure) -> bool:
    """Whether the number is a piece of something longer."""
    return figure.number.digits and (_torn_before(scan, figure) or _torn_behind(scan, figure))


def _torn_before(scan: Scan, figure: Figure) -> bool:
    """``S-19``, ``v2.5``, ``.5``, ``'24``: the digits go on something."""
    first = figure.number.first
    before = scan.form(first - 1)
    if not first or not scan.touch(first - 1):
        return False
    if before in _SIGNS or before in _POINTS or (before == "/" and figure.kind not in _TRUSTED):
        return True
    if before == "-" and scan.touch(first - 2) and scan.form(first - 2)[:1].isalpha():
        return not figure.marked and figure.kind not in ("percent", "money")
    return False


def _torn_behind(scan: Scan, figure: Figure) -> bool:
    """``13F``, ``259-ФЗ``, ``21Shares``, ``660 .76``: something goes on behind the digits."""
    last = figure.number.last
    after, touches = scan.form(last), scan.touch(last - 1)
    if not touches:
        return after in _POINTS and scan.touch(last) and scan.is_digits(last + 1)
    if figure.kind == "noun" and after.isascii() and scan.original(last)[:1].isupper():
        return True
    if figure.last > last or figure.marked:
        return False
    if after[:1].isalpha():
        return not figure.number.scaled
    return after == "-" and scan.touch(last) and scan.form(last + 1)[:1].isalpha() and figure.unit is None


def _window(scan: Scan, figure: Figure) -> bool:
    """A span that only says when: *the past three months*, *a year ago*."""
    if figure.kind != "span":
        return False
    rules, tokens = scan.rules, scan.tokens
    ends = rules.to.at(tokens, figure.last)  # the nine months to December
    return (
        rules.windows_before.before(tokens, figure.first) is not None
        or rules.windows_after.at(tokens, figure.last) is not None
        or (ends is not None and rules.months.at(tokens, ends[0]) is not None)
    )


def _ordinal(scan: Scan, figure: Figure) -> bool:
    """``15th``, ``2-й``."""
    at = figure.number.last
    if not figure.number.digits or figure.last > at:
        return False
    if scan.form(at) == "-" and scan.touch(at - 1):
        at += 1
    return scan.form(at) in scan.rules.ordinal_endings and scan.touch(at - 1)


def _listed(scan: Scan, figure: Figure) -> bool:
    """``1.`` or ``2)`` at the beginning of a line, ``[3]``."""
    first, last = figure.number.first, figure.number.last
    value = _plain(figure)
    if value is None:
        return False
    if scan.form(first - 1) == "[" and scan.form(last) == "]":
        return True
    opens = first == 0 or scan.form(first - 1) == "\n"
    return opens and value < 100 and scan.form(last) in (".", ")") and scan.touch(last - 1) and not scan.touch(last)


def _listed_with(scan: Scan, figure: Figure) -> bool:
    """*Blocks 863,001 and 863,004*: the second of two numbers under one noun that makes them no figures."""
    rules, tokens = scan.rules, scan.tokens
    joined = rules.joins.before(tokens, figure.first)
    at = joined[0] - 1 if joined is not None else -1
    if figure.unit is not None or at < 1 or not scan.is_digits(at):
        return False
    return rules.apart_before.before(tokens, at) is not None


def _dated(scan: Scan, figure: Figure) -> bool:
    """A day beside the name of its month."""
    value = _plain(figure)
    if value is None or value not in _DAYS or figure.kind not in ("", "noun"):
        return False
    rules, tokens = scan.rules, scan.tokens
    last = figure.number.last
    if scan.form(last) == "-" or scan.form(last) in rules.ordinal_endings:
        last += 1
    if scan.form(last) in ("of", "من"):
        last += 1
    if rules.months.at(tokens, last) is not None:
        return True
    if not rules.month_first:
        return False
    first = figure.number.first - 1 if scan.form(figure.number.first - 1) == "." else figure.number.first
    return rules.months.before(tokens, first) is not None


def is_year(scan: Scan, figure: Figure) -> bool:
    """Four digits that may be a year, without anything that a year cannot have."""
    value = _plain(figure)
    number = figure.number
    if value is None or value not in _YEARS or number.last != number.first + 1 or len(scan.form(number.first)) != 4:
        return False
    if figure.kind == "noun":
        return not figure.near or (scan.rules.month_first and _opened(scan, number.first))
    return figure.kind in ("", "span", "asset")


def _model(scan: Scan, figure: Figure) -> bool:
    """*Windows 11*, *WATCH GT 5*: a bare number behind a name, in Latin letters where the text is in others."""
    number, at = figure.number, figure.number.first - 1
    value = number.reading.sure
    if figure.unit is not None or number.scaled or value is None or at < 1 or number.last != number.first + 1:
        return False
    if not number.digits or value >= _LARGE or scan.touch(at):
        return False
    word = scan.original(at)
    name = word[:1].isupper() and word[:1].isascii()
    opens = scan.form(at - 1) in (".", "\n", "!", "?", ":", "«", "“", '"')
    return name and not (opens and scan.rules.month_first)


def _opened(scan: Scan, first: int) -> bool:
    """Whether an English article or preposition stands before a number: *the 2022 transactions* are those of a year."""
    return scan.rules.function_words.before(scan.tokens, first) is not None


def _aged(scan: Scan, figure: Figure) -> bool:
    """Ages: *aged 35*, *35-year-old*, *Name, 32, was*, 35-летний Иван."""
    rules, tokens = scan.rules, scan.tokens
    if figure.kind not in ("", "span"):
        return False
    if not figure.number.scaled and rules.ages_before.before(tokens, figure.first) is not None:
        return rules.terms.at(tokens, figure.last) is None
    hyphen = scan.form(figure.number.last) == "-"
    if rules.ages_after.at(tokens, figure.number.last + hyphen) is not None or _of_person(scan, figure):
        return True
    if figure.kind == "span":
        return _aged_compound(scan, figure)
    value = _plain(figure)
    if value is None or figure.unit is not None or value not in range(15, 100):
        return False
    commas = scan.form(figure.first - 1) == "," and scan.form(figure.last) == ","
    return commas and figure.first >= 2 and scan.original(figure.first - 2)[:1].isupper()


def _of_person(scan: Scan, figure: Figure) -> bool:
    """Британец до 35 лет, мужчина 44 лет: the years of those who are named right before them."""
    rules, tokens = scan.rules, scan.tokens
    sure = figure.number.reading.sure
    if figure.unit is None or figure.unit.unit != "year" or sure is None or not _GROWN <= sure < _CENTURY:
        return False
    limit = rules.limit.before(tokens, figure.first)
    named = rules.units_after.before(tokens, limit[0] if limit is not None else figure.first)
    return named is not None and named[1].counted in _PEOPLE


def _aged_compound(scan: Scan, figure: Figure) -> bool:
    """``57-летний``, ``двадцатилетний``: an age unless a short span, or before something that lasts."""
    rules, tokens = scan.rules, scan.tokens
    hyphened = figure.number.digits and figure.last > figure.number.last and scan.form(figure.last - 2) == "-"
    compound = hyphened or (not figure.number.digits and scan.form(figure.first) not in rules.atoms)
    if not (rules.adjectives and compound) or figure.last >= len(tokens) or not scan.form(figure.last)[:1].isalpha():
        return False
    if scan.original(figure.last)[:1].isupper():
        return True
    for at in range(figure.last, figure.last + 3):
        if rules.durable.at(tokens, at) is not None:
            return False
        if rules.persons.at(tokens, at) is not None:
            return True
    years = figure.unit is not None and figure.unit.unit == "year"
    return years and (figure.number.reading.sure or 0) >= _GROWN


def _of_some(scan: Scan, figure: Figure) -> bool:
    """Whether the number is a part or the whole: 65 из 94, *250 people, 60 of whom*, *56 members out of 60*."""
    rules, tokens = scan.rules, scan.tokens
    joined = rules.share_joins.at(tokens, figure.last)
    if joined is not None and scan.is_digits(joined[0]):
        return True
    parted = rules.ellipsis.at(tokens, figure.last) or rules.ellipsis.before(tokens, figure.first)
    if parted is not None:
        return True
    joined = rules.share_joins.before(tokens, figure.first)
    part = rules.units_after.before(tokens, joined[0]) if joined is not None else None
    return part is not None and part[1].kind == "noun" and scan.is_digits(part[0] - 1)


def _plausible(scan: Scan, figure: Figure) -> bool:
    """Whether a bare number may be a figure: a large one, or a small one before a noun that no list holds."""
    number, rules = figure.number, scan.rules
    value = figure.value(scan)
    if value is None:
        return False
    if number.scaled or (number.digits and (value >= 100 or value != value.to_integral_value())):
        return True
    following = scan.form(figure.last)
    bounded = value >= _ROUND and rules.bounds_after.at(scan.tokens, figure.last) is not None
    if bounded or (number.digits and _of_some(scan, figure)):  # двести с лишним компаний
        return True
    if not following[:1].isalpha() or scan.touch(figure.last - 1):
        return False
    if rules.function_words.at(scan.tokens, figure.last) is not None or scan.original(figure.last)[:1].isupper():
        return False
    return value >= (Decimal(2) if number.digits else Decimal(10))
