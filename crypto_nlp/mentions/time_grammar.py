"""The grammar of single times: regular expressions over the codes of items, each with the builder of its meaning.

One grammar serves all languages, whose orders of words hardly clash; where they do, the builder asks for the language.
The codes stand in :mod:`crypto_nlp.rules.times`; numbers are ``0`` (1 to 31), ``4`` (like a year), ``9`` (other whole
numbers), ``K`` and ``@`` are Q3 and H1, ``+`` is FY24, ``Z`` a date like 15.03.2024.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crypto_nlp.mentions import time_dates as dates
from crypto_nlp.mentions import time_spans as spans
from crypto_nlp.mentions.time_moments import Context, Found, Moment
from crypto_nlp.mentions.time_words import Item

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_NUM = "(?:n[c-]?n|[n019])"
_UNIT = "[yJUIQHhaE]"
_SPAN = f"(?:(?P<n>{_NUM})-?(?P<u>{_UNIT})|(?P<v>V))"
_SPAN_OR_ONE = f"(?:(?:(?P<n>{_NUM})-?)?(?P<u>{_UNIT})|(?P<v>V))"
# A year after a day, month or quarter: a number, "last year", "of the year", العام الماضي.
_YEAR = r"(?:\.?,?(?P<y4>4)y?|[Oif]?A?(?P<yr>y?4y?|[TLNR]y|y[TLNR]|~)|(?P<this>[Of]A?y))"
_DUAL = r"(?:/?(?P<m2>[Mm])|\((?P<m3>[Mm])\))?"  # آذار/مارس
_FISCAL = r"(?:\+|Fy?4(?:[-/][04])?|F0|4[-/]0F?)"
_OF_YEAR = rf"(?:[,(]?O?(?:(?P<fy>{_FISCAL})|{_YEAR}))?"

# (the codes that a match may begin with, the pattern, the builder). The longest match wins, then the first.
_GRAMMAR: tuple[tuple[str, str, Callable[[Found], Moment | None]], ...] = (
    ("IWw0on", rf"(?:I?[Ww],?i?)?(?P<d>[0on])[Of]?J?(?P<m>[Mm]){_DUAL}(?:{_YEAR}|(?P<r>[LTN]))?", dates.day_month),
    ("WwMm", rf"(?:[Ww],?)?(?P<m>[Mm])\.?(?P<d>[0o]){_YEAR}?", dates.month_day),
    (
        "sfvBO0o",
        rf"(?P<lead>[sfvBO])?A?(?P<d1>[0o])(?P<join>-|t|c?u|c|i)A?(?P<d2>[0o])[Of]?(?P<m>[Mm]){_DUAL}{_YEAR}?",
        dates.day_range,
    ),
    ("BMm", rf"(?P<lead>B)?(?P<m>[Mm])\.?(?P<d1>0)(?P<join>[-tc])(?P<d2>0){_YEAR}?", dates.day_range),
    ("IWw40", r"(?:I?[Ww],?i?)?(?:(?P<ymd>4-0-0)|0[/-]0[/-]4)", dates.numeric),
    ("IWwZ", r"(?:I?[Ww],?i?)?(?P<z>Z)y?", dates.dotted),
    ("JMm", rf"J?(?P<m>[Mm]){_DUAL}(?:{_YEAR}|(?P<r>[LTN]))?", dates.month),
    ("J", rf"J(?P<d>0)(?:{_YEAR}|(?P<r>[LTN]))", dates.month_number),
    ("IW0o", r"(?:I?W)?(?P<d>[0o])(?P<r>[TLN])", dates.day_of_month),
    ("I0o", r"I?(?P<d>[0o])[Of]?(?:J(?P<r>[LTN])|(?P<r2>[LTN])J)", dates.day_of_month),
    ("LTN", rf"(?P<r>[LTN])J?(?P<m>[Mm]){_DUAL}(?:{_YEAR})?", dates.month),
    ("0oQK", rf"(?:[0o]-?Q|Qo|K){_OF_YEAR}", dates.quarter),
    ("AlLQ", rf"(?:A?[lL]Q|Q[lL]){_YEAR}", dates.last_quarter),
    ("0oQ", rf"(?:(?P<a>[0o])[c-](?P<b>[0o])-?Q|Q(?P<a2>o)c(?P<b2>o)){_YEAR}?", dates.quarters),
    ("MmA", r"A?(?P<m>[Mm])-?Q", dates.month_quarter),
    ("Q", r"Ql", dates.last_quarter),
    ("0oH@", rf"(?:(?:[0o])-?H|Ho|@)(?:[Of]?(?P<m>[Mm]))?{_OF_YEAR}", dates.half),
    ("+Fy4", r"\+|[Fy]?[Fy]4(?:[-/][04])?|F0|4[-/]0F|4Fy", dates.fiscal),
    ("ALTN", r"A?(?P<r>[LTN])F", dates.fiscal_relative),
    ("ALTNR", rf"A?(?P<r>[LTNR])(?P<u>{_UNIT})", spans.relative_unit),
    ("yJUIQHhaE", rf"(?P<u>{_UNIT})(?P<r>[LTNR])", spans.relative_unit),
    ("yJU", r"(?P<u>[yJU])zL", spans.before_last),
    ("~", r"(?P<z>~)", spans.relative_word),
    ("viOAlLN", rf"[viO]?A?[lLN]-?{_SPAN}", spans.window),
    ("viAl", rf"[vi]?A?l(?P<u>{_UNIT})", spans.window),
    ("viyJUIa", r"[vi]?(?P<u>[yJUIa])l", spans.window),
    ("visyJUIQHhaE", rf"[vis]?(?P<u>{_UNIT})A?(?P<n>{_NUM})[LlN]", spans.window),
    ("visn019V", rf"[vis]?{_SPAN}[LlN]", spans.window),
    ("vi", rf"[vi]A?{_SPAN}", spans.bare_window),
    ("vi", r"[vi](?P<u>[yJUI])n?", spans.bare_window),
    ("n019yJUIQhaEV", rf"{_SPAN_OR_ONE}g", spans.ago),
    ("z", rf"z[?]?{_SPAN_OR_ONE}n?", spans.ago),
    ("s", rf"s[?]?{_SPAN}", spans.since_span),
    ("j", rf"j[?]?{_SPAN_OR_ONE}", spans.ahead),
    ("An019yJUIQV", rf"A?{_SPAN_OR_ONE}[eu]", spans.earlier),
    ("An019yJUIV", rf"A?{_SPAN_OR_ONE}[rj]", spans.later),
    ("ID", r"I?(?P<d>D)(?:R|(?:,?I?W)?)", dates.day_word),
    ("W", r"W,?(?P<d>D)", dates.day_word),
    ("&", r"&", dates.night),
    ("LTNIWw", r"(?:(?P<r>[LTN])|I)?(?P<w>[Ww])", dates.weekday),
    ("IWw", r"I?(?P<w>[Ww])(?P<r>[LTN])", dates.weekday),
    ("E", r"E", dates.weekend),
    ("LTNS^", rf"(?:(?P<r>[LTN])A?)?(?P<s>[S^])(?:{_YEAR})?", dates.season),
    ("S^", r"(?P<s>[S^])(?P<r>[LTN])", dates.season),
    ("viAon019", rf"[vi]?A?(?P<o>o)?(?P<n>{_NUM})(?P<u>J){_YEAR}?", dates.months_of_year),
    ("viJ", rf"[vi]?(?P<u>J)(?P<n>{_NUM})(?P<o>o){_YEAR}?", dates.months_of_year),
    ("y4", r"y,?(?P<y>4)y?", dates.year_alone),
    ("4", r"(?P<y>4)y", dates.year_alone),
    ("y4", r"y?(?P<a>4)(?P<join>[-/c])(?P<b>[40])y?", dates.years),
    ("viAQ", r"[vi]?A?Q", spans.the_quarter),
    ("Y", r"(?P<z>Y)", spans.to_date),
    ("C", r"C", spans.then),
    ("_", r"_", spans.at_that_time),
    ("ARP", rf"A?(?:RP|PR|R{_NUM}[yJUI])", spans.same_period),
    ("AID", r"A?[ID]R", spans.same_day),
    ("ID", r"[ID](?P<r>[NL])", spans.next_day),
    ("!", r"(?P<z>!)", spans.compared),
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
