"""Resolves *the company*, *he*, ведомство, الصندوق to the name of the same document that they stand for.

Of the names before the words, the nearest sentence with one of the right kind decides; within it the first such name, since that is
mostly its subject (the centring rule: what a sentence is about goes on being spoken of).
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from crypto_nlp.records import Cue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crypto_nlp.records import Name, Sentence

_BODIES = frozenset(
    ("regulator", "central_bank", "ministry", "government", "parliament", "court", "police", "tax_service", "prosecutor",
     "international", "party", "military", "statistics", "religious")
)  # fmt: skip
_NO_COMPANY = _BODIES | {"outlet", "pension_fund", "sovereign_fund", "endowment", "university", "protocol", "hacker"}
# The tags that each referring word may stand for, best first: an earlier group that any name before meets shuts out the later.
_WANTED: dict[str, tuple[frozenset[str], ...]] = {
    "exchange": (frozenset(("exchange", "broker", "platform", "launchpad", "dex")),),
    "miner": (frozenset(("miner", "mining")),),
    "manager": (frozenset(("asset_manager", "issuer", "etf_issuer", "fund_manager", "hedge_fund", "manager")),),
    "bank": (frozenset(("bank", "central_bank", "investment_bank")),),
    "central_bank": (frozenset(("central_bank",)),),
    "regulator": (frozenset(("regulator", "central_bank", "police", "tax_service", "statistics")), _BODIES),
    "ministry": (frozenset(("ministry", "tax_service", "regulator", "central_bank", "police")), _BODIES),
    "government": (frozenset(("government",)),),
    "parliament": (frozenset(("parliament",)),),
    "court": (frozenset(("court",)),),
    "fund": (
        frozenset(
            ("pension_fund", "sovereign_fund", "endowment", "fund", "hedge_fund", "etf", "trust", "university", "vc")
        ),
    ),
    "research": (frozenset(("research", "analytics", "data", "bank", "broker", "think_tank", "university")),),
}
_COMPANY_LIKE = frozenset(("company", "exchange", "miner", "manager", "bank", "fund", "research"))
_FAR = 6  # sentences back beyond which nobody would still say "the company"


def resolve(
    word: Cue | str, names: Sequence[Name], position: int, sentences: Sequence[Sentence] = (), title: bool = True
) -> Name | None:
    """The name that a referring word at ``position`` stands for, or None.

    Args:
        word: the cue, or its sense (``company person regulator …``).
        names: all names of the document in order of place.
        position: where the word stands; only names that end before it count.
        sentences: the document's sentences; without them the last fitting name counts.
        title: whether names of the first sentence count where no other fits.
    """
    sense = word.sense if isinstance(word, Cue) else word
    before = [n for n in names if n.end <= position]
    starts = [s.start for s in sentences]
    place = bisect_right(starts, position) - 1
    for fits in _tests(sense):
        fitting = [n for n in before if fits(n)]
        if not starts:
            return fitting[-1] if fitting else None
        found = _nearest(fitting, starts, place, title=title)
        if found:
            return found
    return None


def _nearest(fitting: list[Name], starts: list[int], place: int, *, title: bool) -> Name | None:
    """The first fitting name of the nearest sentence that holds one."""
    best: Name | None = None
    best_place = -1
    for name in reversed(fitting):
        at = bisect_right(starts, name.start) - 1
        if best is not None and at != best_place:
            break
        best, best_place = name, at
    if (
        best is None
        or (best_place == 0 and place > 0 and not title)
        or place - best_place > max(_FAR, 0 if best_place else 99)
    ):
        return None
    return best


def _tests(sense: str) -> list[_Test]:
    if sense == "person":
        return [_Test(kinds=("person",))]
    if sense == "asset":
        return [_Test(kinds=("asset",))]
    if sense == "country":
        return [_Test(kinds=("country",))]
    if sense in ("bill", "report"):
        return []
    if sense == "thing":
        return [_Test(kinds=("organisation",)), _Test(kinds=("group", "country"))]
    tests = [_Test(kinds=("organisation",), tags=tags) for tags in _WANTED.get(sense, ())]
    if sense in _COMPANY_LIKE:
        tests.append(_Test(kinds=("organisation",), without=_NO_COMPANY))
    if sense == "fund":
        tests.append(_Test(kinds=("group",), identity="fund"))
    return tests


class _Test:
    """Whether a name is of the kind and carries one of the tags (or none of the unwanted)."""

    def __init__(
        self,
        kinds: tuple[str, ...],
        tags: frozenset[str] = frozenset(),
        without: frozenset[str] = frozenset(),
        identity: str = "",
    ) -> None:
        self.kinds, self.tags, self.without, self.identity = kinds, tags, without, identity

    def __call__(self, name: Name) -> bool:
        if name.kind not in self.kinds or (self.identity and self.identity not in name.id):
            return False
        return not name.tags & self.without and (not self.tags or bool(name.tags & self.tags))
