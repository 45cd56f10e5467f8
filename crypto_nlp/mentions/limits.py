"""Bounds, rates and changes: the words around a figure that say how it limits what it counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crypto_nlp.mentions.scan import DASHES
from crypto_nlp.records import Bound, Per

if TYPE_CHECKING:
    from crypto_nlp.mentions.scan import Scan

_CLAUSE_END = frozenset('.;!?\n:()«»"“”؛؟')
_SENTENCE_END = frozenset(".!?\n؟")
_PAIR = frozenset((",", "،", ")", *DASHES))
_OPPOSITE = {Bound.MIN: Bound.MAX, Bound.MAX: Bound.MIN, Bound.EXACT: Bound.EXACT}
_DISTANT_WORDS = 9
_CHANGE_WORDS = 14
_DENIAL_WORDS = 4
_NAME_WORDS = 4
_RATES = frozenset(("под",))  # кредит под 5%
_RATE_WORDS = 7
_RATE_GAP = 4
_TIMELESS = frozenset(("past", "over", "top", "around"))


def bound_before(
    scan: Scan, first: int, kind: str, previous: int, *, near: bool, compared: bool
) -> tuple[Bound, int] | None:
    """The bound whose words end before token ``first``, with the index of their first token.

    ``previous`` is where the figure before ends: behind it *to* leads to the end of a change and is no bound.
    With ``near`` nothing may stand between the bound and the figure; ``compared`` where the figure before is a share or
    multiple, which may be told of what follows.
    """
    found = _near(scan, first, kind, previous)
    if found is None:
        return None if near else _distant(scan, first, kind) or _split(scan, first)
    bound, start = found
    if compared and start == previous and _compares(scan, start, first):
        return None  # 44% more than $68m compares, and bounds nothing
    if bound is Bound.ABOUT:
        outer = _near(scan, start, kind, previous)
        if outer is not None and outer[0] in (Bound.MIN, Bound.MAX) and scan.form(outer[1]) not in _TIMELESS:
            return outer
    return found


def _compares(scan: Scan, start: int, first: int) -> bool:
    """Whether words of a bound compare the figure before them with the one behind: *44% more than the $68m*."""
    led = scan.rules.prepositions.at(scan.tokens, start) is not None
    return not led and scan.form(first - 1) in scan.rules.comparing


def _near(scan: Scan, first: int, kind: str, previous: int) -> tuple[Bound, int] | None:
    rules, tokens = scan.rules, scan.tokens
    at = first
    for _ in range(4):
        found = rules.bounds_before.before(tokens, at)
        if found is not None and kind == "percent" and scan.form(found[0]) in _RATES:
            return None
        if found is not None and not (kind == "span" and scan.form(found[0]) in _TIMELESS and found[0] + 1 == at):
            return _denied(scan, *found, kind)
        limit = rules.limit.before(tokens, at)
        if limit is not None:
            if not _paired(scan, previous, limit[0]) and not changing(
                scan, limit[0], clause=scan.form(limit[0] - 1) != ","
            ):
                return Bound.MAX, limit[0]
            at = limit[0]
            continue
        lower = rules.lower.before(tokens, at)
        if lower is not None:
            of = previous == lower[0]  # 13% от 2,4 млн
            return (Bound.MIN, lower[0]) if kind in ("money", "percent", "physical") and not of else None
        skipped = rules.fillers.before(tokens, at) or rules.prepositions.before(tokens, at)
        if skipped is None or (kind == "span" and rules.fillers.before(tokens, at) is None):
            return None
        at = skipped[0]
    return None


def _denied(scan: Scan, start: int, bound: Bound, kind: str) -> tuple[Bound, int]:
    """*Will not exceed $5m* and *does not take more than a year* are upper bounds."""
    if start and bound is not Bound.ABOUT and scan.rules.negations.at(scan.tokens, start - 1) is not None:
        return _OPPOSITE[bound], start - 1
    verb = any(
        table.at(scan.tokens, start) is not None for table in (scan.rules.bound_verbs, scan.rules.bounds_distant)
    )
    if bound is Bound.MIN and (verb or kind == "span"):
        for at in range(start - 1, max(start - 1 - _DENIAL_WORDS, -1), -1):
            if not scan.form(at)[:1].isalpha():
                break
            if scan.rules.negations.at(scan.tokens, at) is not None:
                return Bound.MAX, at
    return bound, start


def _distant(scan: Scan, first: int, kind: str) -> tuple[Bound, int] | None:
    """A verb of exceeding with its subject between it and the figure, as Arabic has it."""
    rules, tokens = scan.rules, scan.tokens
    quoted = _name_before(scan, first)
    for at in range(first - 1, max(first - _DISTANT_WORDS, -1), -1):
        form = scan.form(at)
        if at in quoted:
            continue
        if form in _CLAUSE_END or form in (",", "،") or form[:1].isdecimal():
            return None
        found = rules.bounds_distant.at(tokens, at)
        if found is not None:
            longer = rules.bounds_distant.at(tokens, at - 1) if at else None
            if longer is not None and longer[0] >= found[0]:
                return longer[1], at - 1
            return _denied(scan, at, found[1], kind)
    return None


def _name_before(scan: Scan, first: int) -> range:
    """The tokens of a short name in guillemets right before ``first``: تجاوزت قيمة «إنفيديا» 3 تريليونات."""
    if scan.form(first - 1) == "»":
        for at in range(first - 2, max(first - 2 - _NAME_WORDS, -1), -1):
            if scan.form(at) == "«":
                return range(at, first)
    return range(0)


def _split(scan: Scan, first: int) -> tuple[Bound, int] | None:
    """A verb whose preposition stands right before the figure, its subject between the two: يزيد العدد على."""
    verbs = scan.rules.bounds_split.get(scan.form(first - 1))
    if verbs is None:
        return None
    for at in range(first - 2, max(first - 2 - _DISTANT_WORDS, -1), -1):
        if not scan.form(at)[:1].isalpha():
            return None
        found = verbs.at(scan.tokens, at)
        if found is not None:
            longer = verbs.at(scan.tokens, at - 1) if at else None
            return (longer[1], at - 1) if longer is not None and longer[0] >= found[0] else (found[1], at)
    return None


def bound_after(scan: Scan, last: int, *, fraction: bool) -> tuple[Bound, int] | None:
    """The bound whose words begin at token ``last``, with the index after them.

    Behind a share its noun may come first.
    """
    at = last + 1 if scan.form(last) == "-" and scan.touch(last) else last
    found = scan.rules.bounds_after.at(scan.tokens, at)
    if found is None and fraction and scan.form(last)[:1].isalpha():
        found = scan.rules.bounds_after.at(scan.tokens, last + 1)
    if found is None or scan.is_digits(found[0]) or scan.rules.units_before.at(scan.tokens, found[0]) is not None:
        return None  # $5m plus $2m
    longer = scan.rules.bounds_before.at(scan.tokens, at)
    if longer is not None and longer[0] > found[0]:
        return None  # مليون مدقق وأكثر من 34 مليون إيثر
    return found[1], found[0]


def changing(scan: Scan, at: int, *, clause: bool = False) -> bool:
    """Whether a word of change stands a little before ``at`` in its sentence: then *to* names a target and not a limit.

    With ``clause`` a comma ends the search.
    """
    rules, tokens = scan.rules, scan.tokens
    for here in range(at - 1, max(at - 1 - _CHANGE_WORDS, -1), -1):
        if scan.form(here) in _SENTENCE_END or (clause and scan.form(here) in (",", "،")):
            return False
        if rules.changes.at(tokens, here) is not None:
            return True
    return False


def _paired(scan: Scan, previous: int, at: int) -> bool:
    """Whether only a comma or dash stands between the figure before and *to*: *fell 5%, to $68,000*."""
    return previous >= 0 and all(scan.form(here) in _PAIR for here in range(previous, at))


def rate_after(scan: Scan, last: int) -> tuple[Per, int] | None:
    """The rate behind a figure, with the index after it: right behind it or after a few plain words."""
    rules, tokens = scan.rules, scan.tokens
    close = rules.rates_close.at(tokens, last)
    if close is not None and _rate_stands(scan, close[1], close[0]):
        return close[1], close[0]
    for at in range(last, last + _RATE_GAP + 1):
        found = rules.rates_after.at(tokens, at)
        if found is not None:
            spanned = at > last and rules.rates_not_after.before(tokens, at) is not None  # in a day
            return (found[1], found[0]) if _rate_stands(scan, found[1], found[0]) and not spanned else None
        form = scan.form(at)
        if not form[:1].isalpha() and form not in DASHES - {"–", "—"}:
            return None
        if rules.bounds_before.at(tokens, at) is not None or form in rules.atoms:
            return None
    return None


def rate_before(scan: Scan, first: int) -> tuple[Per, int] | None:
    """The rate that an adjective or adverb before a figure makes of it: *annual revenue of*, إيرادات سنوية قدرها."""
    rules, tokens = scan.rules, scan.tokens
    for at in range(first - 1, max(first - 1 - _RATE_WORDS, -1), -1):
        form = scan.form(at)
        if form in _CLAUSE_END or form in (",", "،") or form[:1].isdecimal() or (form in DASHES and not scan.touch(at)):
            return None
        found = rules.rates_before.at(tokens, at)
        if found is not None:
            return (found[1], at) if _rate_stands(scan, found[1], found[0]) else None
    return None


def _rate_stands(scan: Scan, per: Per, last: int) -> bool:
    """Whether the word behind the rate lets it be one: *a year ago* is none."""
    return scan.rules.rates_not_before[per].at(scan.tokens, last) is None
