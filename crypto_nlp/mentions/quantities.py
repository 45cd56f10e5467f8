"""Reads every quantity of a text: figures with unit, bound, rate and range, at their exact places.

A reader of rules: it runs only where a digit or a number word stands, looks at the few tokens around it, and leaves
unread what
grouping, language and context do not decide. Nothing here knows a language; the words come from
``data/languages/<lang>``.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from crypto_nlp.mentions.apart import is_apart
from crypto_nlp.mentions.ellipsis import carry_units
from crypto_nlp.mentions.figures import Figure, figure_at, may_begin
from crypto_nlp.mentions.limits import bound_after, bound_before, rate_after, rate_before
from crypto_nlp.mentions.ranges import Joined, join
from crypto_nlp.mentions.scan import Scan, scan
from crypto_nlp.records import Bound, Per, Quantity, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crypto_nlp.rules.numbers import NumberRules
    from crypto_nlp.rules.unit_phrases import Unit
    from crypto_nlp.text import Text

_RATED = frozenset(("", "money", "asset", "physical", "noun", "percent"))
_COMPARED = frozenset(("percent", "basis", "times"))
_COUNT = "count"
_SUBJECT_WORDS = 6
_DIGIT = re.compile(r"\d")


def read(view: Text, rules: NumberRules) -> tuple[Quantity, ...]:
    """The quantities of ``view`` in order of place; offsets are code points of the original text.

    A quantity never spans a line break. What cannot be decided (``1,234`` where a comma may be either) is left out.
    """
    if not _DIGIT.search(view.folded.text) and not any(may_begin(rules, token.form) for token in view.tokens):
        return ()
    seen = scan(view, rules)
    found: list[Quantity] = []
    previous: tuple[Joined, Quantity] | None = None
    for item in carry_units(seen, _items(seen)):
        quantity = _finish(seen, item, previous)
        if quantity is not None:
            found.append(quantity)
            previous = (item, quantity)
    return tuple(found)


def _items(seen: Scan) -> Iterator[Joined]:
    """Every figure or range, none overlapping another."""
    at, reached, count, rules = 0, 0, len(seen.tokens), seen.rules
    while at < count:
        figure = figure_at(seen, at) if may_begin(rules, seen.tokens[at].form) else None
        if figure is None:
            at += 1
            continue
        if _said_again(seen, figure):
            at = figure.last
            continue
        items = join(seen, figure)
        for item in items:
            if item.first >= reached and not is_apart(seen, item.figure, item.end):
                yield item
                reached = item.last
        at = max(items[-1].last, at + 1)


def _said_again(seen: Scan, figure: Figure) -> bool:
    """Whether a verb of multiplying gets its number behind its subject: *ستتضاعف القدرة أربع مرات* is four times."""
    if figure.kind != "times" or figure.number.digits or figure.last != figure.first + 1 or not seen.rules.conjunction:
        return False
    for at in range(figure.last, min(figure.last + _SUBJECT_WORDS, len(seen.tokens))):
        if not seen.form(at)[:1].isalnum():
            return False
        if not may_begin(seen.rules, seen.form(at)):
            continue
        again = figure_at(seen, at)
        if again is not None:
            return again.kind == "times" and again.last > again.number.last
    return False


def _finish(seen: Scan, item: Joined, previous: tuple[Joined, Quantity] | None) -> Quantity | None:
    """The quantity of an item with bound and rate, or None: its value is undecided or it lacks the bound it needs."""
    figure = item.figure
    low, high = item.values(seen)
    if low is None or high is None:
        return None
    first, last = item.first, item.last
    bound, outer_first, outer_last = _bounded(seen, item, previous)
    if (figure.wants_bound or figure.number.bounded) and bound is Bound.EXACT and outer_first == first:
        return None
    per: Per | None = None
    if figure.kind in _RATED and not figure.fraction:
        per, outer_first, outer_last = _rated(seen, figure, outer_first, outer_last)
    if item.ranged:
        bound = Bound.RANGE
    elif bound is Bound.EXACT and previous is not None and _converted(seen, previous[0], item):
        bound = previous[1].bound
    start, end = seen.tokens[first].start, seen.tokens[last - 1].end
    return Quantity(
        start=start,
        end=end,
        text=seen.view.original[start:end],
        value=_value(low, high, figure.unit),
        bound=bound,
        per=per,
        counted=figure.unit.counted if figure.unit else None,
        outer_start=seen.tokens[outer_first].start,
        outer_end=seen.tokens[outer_last - 1].end,
        fraction=figure.fraction,
        ordinal=figure.number.ordinal,
    )


def _value(low: Decimal, high: Decimal, unit: Unit | None) -> Value:
    return Value(float(low), float(high), unit.unit if unit else _COUNT)


def _bounded(seen: Scan, item: Joined, previous: tuple[Joined, Quantity] | None) -> tuple[Bound, int, int]:
    """The bound of an item and the tokens that its words reach over."""
    first, last = item.first, item.last
    near = item.figure.wants_bound
    ended, compared = (previous[0].last, previous[0].figure.kind in _COMPARED) if previous else (-1, False)
    before = bound_before(seen, first, item.figure.kind, ended, near=near, compared=compared)
    after = bound_after(seen, last, fraction=item.figure.fraction)
    if after is None and (inner := bound_after(seen, item.figure.number.last, fraction=False)) is not None:
        after = (inner[0], last) if inner[1] <= last else None  # четыре с лишним года
    outer_first = before[1] if before else first
    if after is not None and (before is None or before[0] in (Bound.EXACT, Bound.ABOUT)):
        return after[0], outer_first, after[1]
    return (before[0] if before else Bound.EXACT), outer_first, last


def _rated(seen: Scan, figure: Figure, first: int, last: int) -> tuple[Per | None, int, int]:
    after = rate_after(seen, last)
    if after is not None:
        return after[0], first, after[1]
    if figure.kind == "percent":
        return None, first, last
    before = rate_before(seen, first)
    return (before[0] if before else None), first, last


def _converted(seen: Scan, before: Joined, item: Joined) -> bool:
    """Whether the item only gives the sum before it in another currency: ``over Rs 1,965 crore ($235 million)``."""
    money = before.figure.kind in ("money", "asset") and item.figure.kind == "money"
    opened = seen.form(before.last) == "(" and item.first == before.last + 1
    return money and opened and seen.form(item.last) == ")"
