"""Resolves *the company*, *he*, ведомство, الصندوق to the name of the same document that they stand for.

Of the names before the words, the nearest sentence with one of the right kind decides; within it the first such name,
since that is mostly its subject (the centring rule: what a sentence is about goes on being spoken of).
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from crypto_nlp.records import Cue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crypto_nlp.records import Name, Sentence

_BODIES = frozenset(
    ("regulator", "central_bank", "ministry", "government", "parliament", "court", "police", "tax_service",
     "prosecutor", "international", "party", "military", "statistics", "religious")
)  # fmt: skip
_NO_COMPANY = _BODIES | {"outlet", "pension_fund", "sovereign_fund", "endowment", "university", "protocol", "hacker"}
# The tags that each referring word may stand for, best first: an earlier group that any name before meets shuts out
# the later ones.
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
# *The exchange* may be a house of which nothing is known, but not one that is known for another trade.
_TRADES = frozenset(("exchange", "miner", "bank", "asset_manager", "research", "data", "analytics"))
_OF_A_TRADE = frozenset(("exchange", "miner", "bank"))
_MOST = 200  # names before a word that are looked at: enough for any text, and a bound for hostile ones
_FAR = 6  # sentences back beyond which nobody would still say "the company"


def resolve(word: Cue | str, names: Sequence[Name], position: int, sentences: Sequence[Sentence] = ()) -> Name | None:
    """The name that a referring word at ``position`` stands for, or None.

    Args:
        word: the cue, or its sense (``company person regulator …``).
        names: all names of the document in order of place.
        position: where the word stands; only names that end before it count.
        sentences: the document's sentences; without them the last fitting name counts.
    """
    sense = word.sense if isinstance(word, Cue) else word
    stop = bisect_right(names, position, key=lambda n: n.end)
    before = names[max(0, stop - _MOST) : stop]
    for fits in _tests(sense):
        found = _nearest(before, fits, position, sentences)
        if found is None:
            continue
        return found
    return next((n for fits in _tests(sense) for n in _of_title(names, stop, sentences) if fits(n)), None)


def _of_title(names: Sequence[Name], stop: int, sentences: Sequence[Sentence]) -> Sequence[Name]:
    """The names of the first sentence: what the whole text is about."""
    if not sentences:
        return ()
    return names[: min(stop, bisect_right(names, sentences[0].end, key=lambda n: n.end), _MOST)]


def _nearest(before: Sequence[Name], fits: _Test, position: int, sentences: Sequence[Sentence]) -> Name | None:
    """The first fitting name of the nearest sentence that holds one."""
    place = bisect_right(sentences, position, key=lambda s: s.start) - 1
    best: Name | None = None
    best_place = -1
    for name in reversed(before):
        at = bisect_right(sentences, name.start, key=lambda s: s.start) - 1
        if (best is not None and at != best_place) or place - at > _FAR:
            break
        if fits(name):
            best, best_place = name, at
            if not sentences:
                break
    return best


def _tests(sense: str) -> list[_Test]:
    if sense == "person":
        return [_Test(kinds=("person",))]
    if sense == "asset":
        return [_Test(kinds=("asset",))]
    if sense == "country":
        return [_Test(kinds=("country",))]
    if sense in ("bill", "report", "funds"):
        return [_Test(kinds=("group",), identity=i) for i in ("etfs", "funds")] if sense == "funds" else []
    if sense == "thing":
        return [_Test(kinds=("organisation",)), _Test(kinds=("group", "country"))]
    tests = [_Test(kinds=("organisation",), tags=tags) for tags in _WANTED.get(sense, ())]
    if sense in _COMPANY_LIKE:
        other = _TRADES - frozenset().union(*_WANTED[sense]) if sense in _OF_A_TRADE else frozenset()
        tests.append(_Test(kinds=("organisation",), without=_NO_COMPANY | other))
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
