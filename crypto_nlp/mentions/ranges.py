"""Two figures that belong together: the ends of a range, or the ends of a change that share a unit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from crypto_nlp.mentions.apart import is_year
from crypto_nlp.mentions.ellipsis import noun_follows
from crypto_nlp.mentions.figures import NOTHING, Figure, figure_at, may_begin
from crypto_nlp.mentions.limits import changing
from crypto_nlp.mentions.scan import DASHES
from crypto_nlp.records import Bound

if TYPE_CHECKING:
    from crypto_nlp.mentions.scan import Scan

_SMALL = Decimal(1000)
_CLEARLY = 2  # times by which a range would fall
_NEAR = Decimal(20)  # beyond it the two ends of "from 900 to 1,2 million" may be of different magnitudes
_UNLIKE_YEARS = frozenset(("percent", "basis", "physical", "times", "span"))
Opener = Literal["between", "span", "start", ""]


@dataclass(frozen=True, slots=True)
class Joined:
    """A figure by itself, or with ``end`` the range from it to that."""

    figure: Figure
    end: Figure | None = None

    @property
    def first(self) -> int:
        """The index of its first token."""
        return self.figure.first

    @property
    def last(self) -> int:
        """The index after its last token."""
        return self.end.last if self.end else self.figure.last

    @property
    def ranged(self) -> bool:
        """Whether it is a range."""
        return self.end is not None

    def values(self, scan: Scan) -> tuple[Decimal | None, Decimal | None]:
        """Low and high, None where undecided."""
        low = self.figure.value(scan)
        return low, self.end.value(scan) if self.end else low


def join(scan: Scan, figure: Figure) -> list[Joined]:
    """``figure`` with the figure that its connector leads to: one range, two figures that share a unit, or itself."""
    found = _connected(scan, figure)
    if found is None:
        return [Joined(figure)]
    second, connector = found
    opener = _opener(scan, figure.first)
    ranged = _is_range(scan, figure, second, connector, opener)
    dated = connector in ("to", "limit") and _is_when(scan, figure, second)
    shared = None if dated else _share(figure, second, down=not ranged)
    if shared is None:
        alone = replace(figure, unit=figure.unit)
        return [Joined(alone)] if figure.unit is not None else [Joined(second)]
    low, high = shared
    if ranged and _ascending(scan, low, high):
        return [Joined(low, high)]
    if _is_score(scan, low, high, connector) or _is_clock(second, connector, opener):
        return [Joined(replace(f, unit=NOTHING)) for f in (figure, second)]
    if connector in ("to", "limit") and (
        figure.unit is None or (second.unit is None and not noun_follows(scan, second.last))
    ):
        return [Joined(low), Joined(high)]
    return [Joined(figure)]


def _is_when(scan: Scan, first: Figure, second: Figure) -> bool:
    """*Rose in 2026 to 150 thousand dollars*: the year says when, and shares neither unit nor magnitude."""
    if second.unit is None and is_year(scan, second) and (first.number.scaled or first.kind in _UNLIKE_YEARS):
        return True  # 15% до 2030
    if first.unit is not None or not is_year(scan, first):
        return False
    low, high = first.value(scan), second.value(scan)
    return second.number.scaled or (low is not None and high is not None and high > _NEAR * low)


def _is_score(scan: Scan, first: Figure, second: Figure, connector: str) -> bool:
    """``279-136``: votes or goals."""
    bare = first.unit is None and second.unit is None and first.number.digits
    return bare and connector == "dash" and not _ascending(scan, first, second)


def _is_clock(second: Figure, connector: str, opener: Opener) -> bool:
    """С 10 до 18 часов."""
    return connector == "limit" and opener == "start" and second.unit is not None and second.unit.unit == "hour"


def _connected(scan: Scan, figure: Figure) -> tuple[Figure, str] | None:
    """The figure behind the connector that stands behind ``figure``, and what the connector is."""
    rules, tokens, at = scan.rules, scan.tokens, figure.last
    if scan.form(at) in DASHES:
        tight = scan.touch(at - 1) and scan.touch(at)
        spaced = not scan.touch(at - 1) and not scan.touch(at) and scan.form(at) != "-"
        if not (tight or spaced):
            return None
        connector, last = ("dash" if tight else "spaced"), at + 1
    else:
        for name, table in (("to", rules.to), ("limit", rules.limit), ("joins", rules.joins)):
            found = table.at(tokens, at)
            if found is not None:
                connector, last = name, found[0]
                break
        else:
            return _joined_word(scan, figure)
    second = _second(scan, last)
    return (second, connector) if second is not None else None


def _second(scan: Scan, at: int) -> Figure | None:
    """The figure at ``at``, a currency before its number passed over, and so is *just* or *about*."""
    bound = scan.rules.bounds_before.at(scan.tokens, at)
    small = bound if bound is not None and bound[1] is Bound.ABOUT else scan.rules.fillers.at(scan.tokens, at)
    at = small[0] if small is not None and scan.form(at) not in scan.rules.articles else at
    for ahead in range(min(4, len(scan.tokens) - at)):
        if not may_begin(scan.rules, scan.tokens[at + ahead].form):
            continue
        figure = figure_at(scan, at + ahead)
        if figure is not None:
            return figure if figure.first <= at and not figure.wants_bound else None
    return None


def _joined_word(scan: Scan, figure: Figure) -> tuple[Figure, str] | None:
    """The second end where "and" is written together with it: بين أربعة وخمسة مليارات."""
    atom = scan.rules.atoms.get(scan.form(figure.last))
    if atom is None or not atom.joined:
        return None
    second = figure_at(scan, figure.last)
    return (second, "joins") if second is not None else None


def _opener(scan: Scan, first: int) -> Opener:
    """What opens the pair before its first figure; a bound word between is passed over."""
    rules, tokens = scan.rules, scan.tokens
    passed = rules.bounds_before.before(tokens, first)
    for at in (first, passed[0] if passed else first):
        if rules.between.before(tokens, at) is not None:
            return "between"
        if rules.span.before(tokens, at) is not None:
            return "span"
        if rules.start.before(tokens, at) is not None:
            return "start"
    return ""


def _is_range(scan: Scan, figure: Figure, second: Figure, connector: str, opener: Opener) -> bool:
    if connector == "dash":
        return True
    if connector == "spaced":
        return figure.unit is None and figure.number.digits
    if connector == "joins":
        return opener in ("between", "span")
    if opener in ("between", "span"):
        return True
    if connector != "to":
        return False
    return not changing(scan, figure.first, clause=True) or (opener == "" and _alike(scan, figure, second))


def _alike(scan: Scan, low: Figure, high: Figure) -> bool:
    """Whether two figures are so near each other that *raise $750m to $850m* can only be a range."""
    bottom, top = low.value(scan), high.value(scan)
    return bottom is not None and top is not None and bottom < top <= 2 * bottom


def _ascending(scan: Scan, low: Figure, high: Figure) -> bool:
    bottom, top = low.value(scan), high.value(scan)
    return bottom is not None and top is not None and bottom < top


def _share(first: Figure, second: Figure, *, down: bool) -> tuple[Figure, Figure] | None:
    """Both figures with the unit and magnitude that one of them leaves out, or None where they do not go together.

    ``down`` is true where the second may be the smaller one.
    """
    if second.unit is None and first.unit is not None:
        if _in_words(first) or (first.kind == "percent" and second.number.scaled):
            return None
        second = replace(second, unit=first.unit)
    elif first.unit is None:
        first = replace(first, unit=second.unit)
    if _unit(first) != _unit(second):
        return None
    return _share_scale(first, second, down=down)


def _in_words(figure: Figure) -> bool:
    """Whether a share or multiple is its own unit: *fell by a third to 112bn*, *halved to 480,000*."""
    return not figure.number.digits and figure.kind in ("percent", "times")


def _unit(figure: Figure) -> tuple[str, str, str | None] | None:
    unit = figure.unit
    return (unit.kind, unit.unit, unit.counted) if unit else None


def _share_scale(first: Figure, second: Figure, *, down: bool) -> tuple[Figure, Figure] | None:
    """*From 2 to 3 million*.

    The magnitude of the second is that of the first too, where the two are near each other.
    """
    bottom, top = first.number.reading.sure, second.number.reading.sure
    if first.number.scaled or not second.number.scaled:
        return first, second
    if bottom is None or top is None or not bottom:
        return None
    if bottom >= _SMALL or (first.marked and second.marked and down):
        return first, second
    both_marked = first.marked and second.marked
    far = max(bottom, top) > _NEAR * min(bottom, top)
    if bottom >= _CLEARLY * top and not down and not both_marked:
        return first, second  # between 50 and 10 thousand: with the magnitude the range would fall
    if far or both_marked or (bottom >= top and not down):
        return None  # *between 60 and 50 thousand* may mean either
    return replace(first, number=replace(first.number, scale=second.number.scale)), second
