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

_OF_A_PERSON = 1_000_000  # money; above it a sum is that of all together
_MEMBERS = 14.0  # words between a group and the sum that says who is in it
_LOST = 5  # tokens from a verb to the sum that was lost or made


def predicated(document: Document, scene: Scene, place: Place, offers: Sequence[Bid]) -> Sequence[Bid]:
    """Bids, best first, for the figure at ``place``: what a verb says of people goes before how they are counted.

    ``gives_way`` of a frame names the types whose words, behind the figure in its clause, say what its people did:
    *2,000 traders lost* tells of losses, not of how many traders there are.
    """
    offers = [b for b in offers if not _is_bare(document, scene, place, b)]
    ways = document.types[offers[0].hit.type].frame.gives_way if offers else ()
    for bid in offers if ways else ():
        at = bid.found.place.first
        behind = bid.hit.type in ways and at >= place.last and not scene.is_parted(place.last, at)
        if (
            behind
            and _tells(scene, bid)
            and not any(place.last <= scene.place(q.start, q.end).first < at for q in scene.quantities)
        ):
            return [bid, *(b for b in offers if b is not bid)]
    return offers


def _is_bare(document: Document, scene: Scene, place: Place, bid: Bid) -> bool:
    """Whether one plain verb behind people says what they lost or made and no more: *2,000 traders lost access*."""
    words = bid.found.place
    if not document.types[bid.hit.type].frame.thresholds or words.first < place.last or words.last - words.first > 1:
        return False
    return bid.hit.trigger.weight <= 1.0 and not _tells(scene, bid)


def _tells(scene: Scene, bid: Bid) -> bool:
    """Whether a verb says what people lost or made: *lost money*, *made over $500*, and not *lost their keys*."""
    words = bid.found.place
    sums = [scene.place(q.start, q.end) for q in scene.quantities if unit_class(q.value.unit) in ("money", "asset")]
    told = (*sums, *scene.context_places("outcome", bid.hit.type))
    return bid.hit.trigger.weight > 1.0 or any(words.first <= p.first <= words.last + _LOST for p in told)


def without_thresholds(
    document: Document, scene: Scene, won: Sequence[tuple[Quantity, Bid]]
) -> list[tuple[Quantity, Bid]]:
    """The claims of figures without the sums that only say who belongs to a share or count of people beside them."""

    def defines(quantity: Quantity, bid: Bid) -> bool:
        bounded = quantity.bound in (Bound.MIN, Bound.MAX) and unit_class(quantity.value.unit) in ("money", "asset")
        if not bounded or not document.types[bid.hit.type].frame.thresholds or quantity.value.high > _OF_A_PERSON:
            return False
        place = scene.place(quantity.outer_start, quantity.end)
        return not scene.has(["together"], bid.hit.type) and any(
            other.hit.type == bid.hit.type
            and unit_class(one.value.unit) in ("percent", "count")
            and _is_near(scene, scene.place(one.start, one.end), place)
            for one, other in won
        )

    return [(q, b) for q, b in won if not defines(q, b)]


def _is_near(scene: Scene, one: Place, other: Place) -> bool:
    low, high = sorted((one, other))
    return scene.distance(one, other) <= _MEMBERS and not scene.is_parted(low.last, high.first)
