"""Units that a figure leaves out because the figure before it has named them: *$272m, of which 61m*.

$1,5 млрд, прибыль — 380 млн.

A unit is carried on within one sentence only, from the last sum of money or crypto, to a number with a magnitude
behind which no noun stands, or to a level behind its preposition (*ether at 3,436*). Words that name a population in
between (*users*, *wallets*) end it: then the number counts those.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crypto_nlp.mentions.apart import is_year
from crypto_nlp.mentions.scan import DASHES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crypto_nlp.mentions.ranges import Joined
    from crypto_nlp.mentions.scan import Scan

_SENTENCE_END = frozenset(".!?\n؟")
_ORDER = 20
_LEVEL = 100  # below it a bare number is rather a day, a share or a count
_CARRIED = frozenset(("money", "asset"))
_MEASURED = _CARRIED | {"physical"}


def carry_units(scan: Scan, items: Iterable[Joined]) -> Iterator[Joined]:
    """``items`` with the units that they share with the money before them in the same sentence."""
    last: Joined | None = None
    before: Joined | None = None
    for item in items:
        kept, parted = item, _is_part(scan, before, item)
        of = before if parted else last
        if of is not None and item.figure.unit is None and (parted or _carries(scan, of, item)):
            unit = of.figure.unit
            end = replace(item.end, unit=unit) if item.end else None
            kept = replace(item, figure=replace(item.figure, unit=unit), end=end)
        if kept.figure.kind in _CARRIED:
            last = kept
        before = kept
        yield kept


def _is_part(scan: Scan, before: Joined | None, item: Joined) -> bool:
    """*50 MW, 30 of which*, 1000 BTC, 600 из них: the number is of what the figure right before it counts."""
    if before is None or before.figure.kind not in _MEASURED or _ends(scan, before.last, item.first):
        return False
    alike = before.figure.number.scaled == item.figure.number.scaled
    return alike and scan.rules.ellipsis.at(scan.tokens, item.last) is not None


def _carries(scan: Scan, last: Joined, item: Joined) -> bool:
    number = (item.end or item.figure).number
    if _ends(scan, last.last, item.first):
        return False
    if not number.scaled or not last.figure.number.scaled:
        return _is_level(scan, last, item)
    rules, tokens = scan.rules, scan.tokens
    bound = rules.bounds_before.before(tokens, item.first)
    for at in (item.first, bound[0] if bound else item.first):
        if rules.ellipsis.before(tokens, at) is not None:
            return True
    if noun_follows(scan, item.last):
        return False
    return scan.form(item.first - 1) in DASHES or not _population(scan, last.last, item.first)


def _is_level(scan: Scan, last: Joined, item: Joined) -> bool:
    """A price that leaves out its currency: *bitcoin at $104,800 and ether at 3,436*; a year is none."""
    if _is_against(scan, last, item):
        return True
    if last.figure.kind != "money" or noun_follows(scan, item.last) or _population(scan, last.last, item.first):
        return False
    value = item.figure.value(scan)
    long = value is not None and value >= _LEVEL and (item.figure.number.scaled or not is_year(scan, item.figure))
    rules, tokens = scan.rules, scan.tokens
    bound = rules.bounds_before.before(tokens, item.first)
    return long and any(
        rules.levels.before(tokens, at) is not None for at in (item.first, bound[0] if bound else item.first)
    )


def _is_against(scan: Scan, last: Joined, item: Joined) -> bool:
    """*156 BTC in May, against 269 in April*: the amount compared is of the same asset, and of the same order."""
    if last.figure.kind != "asset" or item.ranged or last.ranged or noun_follows(scan, item.last):
        return False
    value, before = item.figure.value(scan), last.figure.value(scan)
    alike = value is not None and before is not None and 0 < before <= value * _ORDER and value <= before * _ORDER
    if not alike or is_year(scan, item.figure):
        return False
    return scan.rules.against.before(scan.tokens, item.first) is not None


def noun_follows(scan: Scan, at: int) -> bool:
    """Whether the word at ``at`` may be what a number before it counts."""
    form = scan.form(at)
    return form[:1].isalpha() and scan.rules.function_words.at(scan.tokens, at) is None


def _ends(scan: Scan, first: int, last: int) -> bool:
    """Whether a sentence ends between two figures; a full stop inside a word or number does not end one."""
    for at in range(first, last):
        form = scan.form(at)
        if form in _SENTENCE_END and not (form == "." and scan.touch(at)):
            return True
    return False


def _population(scan: Scan, first: int, last: int) -> bool:
    rules = scan.rules
    for at in range(first, last):
        found = rules.units_after.at(scan.tokens, at)
        given = found is not None and rules.given_to.before(scan.tokens, at) is not None
        if found is not None and found[1].counted in rules.populations and not given:
            return True
    return False
