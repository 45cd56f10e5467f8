"""The grammar of single times: regular expressions over the codes of items, each with the builder of its meaning.

One grammar serves all languages, whose orders of words hardly clash; where they do, the builder asks for the language.
The codes stand in :mod:`crypto_nlp.rules.times`; numbers are ``0`` (1 to 31), ``4`` (like a year), ``9`` (other whole
numbers), ``K`` and ``@`` are Q3 and H1, ``+`` is FY24, ``Z`` a date like 15.03.2024.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crypto_nlp.mentions import time_builders as build
from crypto_nlp.mentions.time_builders import Context, Found, Moment
from crypto_nlp.mentions.time_words import Item

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_NUM = "(?:n[c-]?n|[n019])"
_UNIT = "[yJUIQHhaE]"
_SPAN = f"(?:(?P<n>{_NUM})-?(?P<u>{_UNIT})|(?P<v>V))"
_SPAN_OR_ONE = f"(?:(?:(?P<n>{_NUM})-?)?(?P<u>{_UNIT})|(?P<v>V))"
# A year after a day, month or quarter: a number, "last year", "of the year", العام الماضي.
_YEAR = r"(?:,?(?P<y4>4)y?|[Oif]?A?(?P<yr>y?4y?|[TLNR]y|y[TLNR]|~)|(?P<this>[Of]A?y))"
_DUAL = r"(?:[/(-]?(?P<m2>[Mm])\)?)?\.?"  # آذار/مارس
_FISCAL = r"(?:\+|Fy?4(?:[-/][04])?|F0|4[-/]0F?)"
_OF_YEAR = rf"(?:[,(]?O?(?:(?P<fy>{_FISCAL})|{_YEAR}))?"

# (the codes that a match may begin with, the pattern, the builder). The longest match wins, then the first.
_GRAMMAR: tuple[tuple[str, str, Callable[[Found], Moment | None]], ...] = (
    ("IWw0o", rf"(?:I?[Ww],?i?)?(?P<d>[0o])[Of]?J?(?P<m>[Mm]){_DUAL}(?:{_YEAR}|(?P<r>[LTN]))?", build.day_month),
    ("WwMm", rf"(?:[Ww],?)?(?P<m>[Mm])\.?(?P<d>[0o]){_YEAR}?", build.month_day),
    (
        "sfvBO0o",
        rf"(?P<lead>[sfvBO])?A?(?P<d1>[0o])(?P<join>[-tcu])A?(?P<d2>[0o])[Of]?(?P<m>[Mm]){_DUAL}{_YEAR}?",
        build.day_range,
    ),
    ("BMm", rf"(?P<lead>B)?(?P<m>[Mm])\.?(?P<d1>0)(?P<join>[-tc])(?P<d2>0){_YEAR}?", build.day_range),
    ("IWw40", r"(?:I?[Ww],?i?)?(?:(?P<ymd>4-0-0)|0[/-]0[/-]4)", build.numeric),
    ("IWwZ", r"(?:I?[Ww],?i?)?(?P<z>Z)y?", build.dotted),
    ("JMm", rf"J?(?P<m>[Mm]){_DUAL}(?:{_YEAR}|(?P<r>[LTN]))?", build.month),
    ("LTN", rf"(?P<r>[LTN])J?(?P<m>[Mm]){_DUAL}(?:{_YEAR})?", build.month),
    ("0oQK", rf"(?:(?:[0o])-?Q\.?|Qo|K){_OF_YEAR}", build.quarter),
    ("lLQ", rf"(?:[lL]Q|Q[lL]){_YEAR}", build.last_quarter),
    ("Q", r"Ql", build.last_quarter),
    ("0oH@", rf"(?:(?:[0o])-?H|Ho|@)(?:[Of]?(?P<m>[Mm]))?{_OF_YEAR}", build.half),
    ("+F4", r"\+|Fy?4(?:[-/][04])?|F0|4[-/]0F", build.fiscal),
    ("ALTN", r"A?(?P<r>[LTN])F", build.fiscal_relative),
    ("ALTNR", rf"A?(?P<r>[LTNR])(?P<u>{_UNIT})", build.relative_unit),
    ("yJUIQHhaE", rf"(?P<u>{_UNIT})(?P<r>[LTNR])", build.relative_unit),
    ("~", r"(?P<z>~)", build.relative_word),
    ("viOAlLN", rf"[viO]?A?[lLN]-?{_SPAN}", build.window),
    ("viAl", rf"[vi]?A?l(?P<u>{_UNIT})", build.window),
    ("viyJUIQa", rf"[vi]?(?P<u>{_UNIT})l", build.window),
    ("visyJUIQHhaE", rf"[vis]?(?P<u>{_UNIT})A?(?P<n>{_NUM})[LlN]", build.window),
    ("visn019V", rf"[vis]?{_SPAN}[LlN]", build.window),
    ("vi", rf"[vi]A?{_SPAN}", build.bare_window),
    ("vi", r"[vi](?P<u>[yJUI])n?", build.bare_window),
    ("n019yJUIQhaEV", rf"{_SPAN_OR_ONE}g", build.ago),
    ("z", rf"z{_SPAN_OR_ONE}n?", build.ago),
    ("j", rf"j{_SPAN_OR_ONE}", build.ahead),
    ("An019yJUIQV", rf"A?{_SPAN_OR_ONE}[eu]", build.earlier),
    ("D", r"(?P<d>D)(?:R|(?:,?I?W)?)", build.day_word),
    ("W", r"W,?(?P<d>D)", build.day_word),
    ("&", r"&", build.night),
    ("LTNIWw", r"(?:(?P<r>[LTN])|I)?(?P<w>[Ww])", build.weekday),
    ("IWw", r"I?(?P<w>[Ww])(?P<r>[LTN])", build.weekday),
    ("E", r"E", build.weekend),
    ("LTNS^", rf"(?:(?P<r>[LTN])A?)?(?P<s>[S^])(?:{_YEAR})?", build.season),
    ("S^", r"(?P<s>[S^])(?P<r>[LTN])", build.season),
    ("viAon019", rf"[vi]?A?(?P<o>o)?(?P<n>{_NUM})(?P<u>J){_YEAR}?", build.months_of_year),
    ("viJ", rf"[vi]?(?P<u>J)(?P<n>{_NUM})(?P<o>o){_YEAR}?", build.months_of_year),
    ("y4", r"y(?P<y>4)y?", build.year_alone),
    ("4", r"(?P<y>4)y", build.year_alone),
    ("y4", r"y?(?P<a>4)(?P<join>[-/c])(?P<b>[40])y?", build.years),
    ("viAQ", r"[vi]?A?Q", build.the_quarter),
    ("Y", r"(?P<z>Y)", build.to_date),
    ("C", r"C", build.then),
    ("ARP", r"A?(?:RP|PR)", build.same_period),
    ("AID", r"A?[ID]R", build.same_day),
    ("!", r"(?P<z>!)", build.compared),
)
_BY_FIRST: dict[str, list[tuple[re.Pattern[str], Callable[[Found], Moment | None]]]] = {}
for _firsts, _pattern, _builder in _GRAMMAR:
    for _first in _firsts:
        _BY_FIRST.setdefault(_first, []).append((re.compile(_pattern), _builder))


def reduce(items: Sequence[Item], context: Context) -> list[Item]:
    """The items with every single time replaced by one item of code ``X`` that holds its :class:`Moment`."""
    codes = "".join(item.code for item in items)
    reduced: list[Item] = []
    at = 0
    while at < len(items):
        length, moment = _longest(items, codes, at, context)
        if moment is None:
            reduced.append(items[at])
            at += 1
        else:
            last = items[at + length - 1]
            reduced.append(Item("X", moment, items[at].start, last.end, items[at].form))
            at += length
    return reduced


def _longest(items: Sequence[Item], codes: str, at: int, context: Context) -> tuple[int, Moment | None]:
    best: tuple[int, Moment | None] = 0, None
    for pattern, builder in _BY_FIRST.get(codes[at], ()):
        match = pattern.match(codes, at)
        if match and match.end() - at > best[0]:
            moment = builder(Found(items, match, context))
            if moment is not None:
                best = match.end() - at, moment
    return best
