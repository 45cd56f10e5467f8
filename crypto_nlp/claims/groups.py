"""Shares and counts of people: what their verb says of them, and the sums that only say which of them are meant.

*3% of wallets made more than $10,000* states one thing, the 3%; the sum is a threshold (rule 16 of docs/claims.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crypto_nlp.claims.figures import unit_class
from crypto_nlp.records import Bound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crypto_nlp.claims.figures import Bid
    from crypto_nlp.claims.scene import Document, Place, Scene
    from crypto_nlp.records import Quantity

_OF_A_PERSON = 10_000_000  # money; above it a sum is that of all together
_MEMBERS = 14.0  # words between a group and the sum that says who is in it


def predicated(document: Document, scene: Scene, place: Place, offers: Sequence[Bid]) -> Sequence[Bid]:
    """Bids, best first, for the figure at ``place``: what a verb says of people goes before how they are counted.

    ``gives_way`` of a frame names the types whose words, behind the figure in its clause, say what its people did:
    *2,000 traders lost* tells of losses, not of how many traders there are.
    """
    ways = document.types[offers[0].hit.type].frame.gives_way if offers else ()
    for bid in offers if ways else ():
        at = bid.found.place.first
        behind = bid.hit.type in ways and at >= place.last and not scene.is_parted(place.last, at)
        if behind and not any(place.last <= scene.place(q.start, q.end).first < at for q in scene.quantities):
            return [bid, *(b for b in offers if b is not bid)]
    return offers


def is_threshold(document: Document, scene: Scene, quantity: Quantity, bid: Bid) -> bool:
    """Whether a sum only says who belongs to the share or count of people beside it in the clause."""
    frame = document.types[bid.hit.type].frame
    bounded = quantity.bound in (Bound.MIN, Bound.MAX) and unit_class(quantity.value.unit) in ("money", "asset")
    if (
        not (frame.thresholds and bounded)
        or quantity.value.high > _OF_A_PERSON
        or scene.has(["together"], bid.hit.type)
    ):
        return False
    place = scene.place(quantity.outer_start, quantity.end)
    for other in scene.quantities:
        at = scene.place(other.start, other.end)
        low, high = sorted((at, place))
        share = other.value.unit == "percent" or (other.value.unit == "count" and other.value.high != 1)
        near = scene.distance(at, place) <= _MEMBERS and not scene.is_parted(low.last, high.first)
        if share and near:
            return True
    return False
