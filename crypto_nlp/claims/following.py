"""Figures that take their part from another figure: translations, bases, growth, lists, what a change leads to.

Each function gives the bid of a figure won before (see :mod:`crypto_nlp.claims.figures`), where grammar makes this
figure another value of the same thing, and None where it does not.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from crypto_nlp.claims.figures import MOVES, PRICES, Bid, gapped, is_level, is_too_much, same_class, turn_of, unit_class
from crypto_nlp.claims.moments import in_comparison
from crypto_nlp.claims.scene import Found, Place
from crypto_nlp.claims.subjects import Subject, allowed, choose, is_elsewhere
from crypto_nlp.rules.claims import Trigger
from crypto_nlp.rules.grammar import grammar
from crypto_nlp.rules.triggers import ClauseHit, TriggerHit

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from crypto_nlp.claims.scene import Document, Scene
    from crypto_nlp.records import Name, Quantity

_BRIDGE = 4  # tokens between a figure and its translation
_COORDINATED = 14.0  # words within which a figure without a trigger of its own goes on with the one before
_LEVEL = TriggerHit(PRICES, f"{PRICES}/level", Trigger(measure="price", say=("to",), units=("money",)))
_OPENING = frozenset(",،(")
_PAIR = 2
_PRICE = 7  # tokens between what was bought and for how much


def paid(document: Document, scene: Scene, quantity: Quantity, won: Sequence[tuple[Quantity, Bid]]) -> Bid | None:
    """The bid of the coins or shares before it, of which a sum is the price: *added 319 BTC to its stash for $20m*."""
    if not won or unit_class(quantity.value.unit) != "money":
        return None
    other, bid = won[-1]
    at = scene.place(quantity.outer_start, quantity.end).first - 1
    end = scene.place(other.start, other.end).last
    if not end <= at < end + _PRICE or scene.text.tokens[at].form not in grammar(scene.text.lang).paid:
        return None
    counts = unit_class(other.value.unit) in ("asset", "count") and bid.change is None
    takes = counts and _takes(document, bid, quantity, given_again=True)
    return replace(bid, score=bid.score * 0.95) if takes else None


def inherited(
    document: Document, scene: Scene, quantity: Quantity, before: Sequence[tuple[Quantity, Bid]]
) -> Bid | None:
    """The bid that the figure before won, where grammar makes this figure another value of the same thing.

    That is so for a translation (*2.6 billion yuan ($394 million)*), for *X, or about Y*, and for the base of a
    comparison (*to 7.4m from 8.8m*).
    """
    if not before:
        return None
    place = scene.place(quantity.start, quantity.end)
    other, bid = before[-1]
    linked = _translates(scene, scene.place(other.outer_start, other.outer_end), place)
    end = scene.place(other.outer_start, other.outer_end).last
    compared = (
        same_class(other, quantity) and in_comparison(scene, place) and not _is_measured(scene, bid.hit, end, place)
    )
    if not (linked or compared) or not _takes(document, bid, quantity, given_again=linked):
        return None
    return replace(
        bid, score=bid.score * 0.95, change=bid.change if linked and other.value.unit == quantity.value.unit else None
    )


def _is_measured(scene: Scene, hit: TriggerHit, first: int, place: Place) -> bool:
    """Whether a measure other than that of ``hit`` stands between the token ``first`` and a figure."""
    return any(
        isinstance(f.hit, TriggerHit)
        and (f.hit.type, f.hit.trigger.measure) != (hit.type, hit.trigger.measure)
        and f.hit.trigger.weight >= 1.0
        and not (f.hit.trigger.event or is_level(f.hit) or f.hit.type == PRICES)
        and first <= f.place.first
        and f.place.last <= place.first
        for f in scene.triggers
    )


def grown(document: Document, scene: Scene, quantity: Quantity, won: Sequence[tuple[Quantity, Bid]]) -> Bid | None:
    """The bid that the figure won won, where this one only says by how much that is more: *$2.2bn, up 21% from 2023*.

    A move of a price stays what it is, for a price has no growth of its own.
    """
    place = scene.place(quantity.start, quantity.end)
    turn = turn_of(scene, quantity, place)
    if not won or turn is None or not isinstance(turn.hit, TriggerHit):
        return None
    other, bid = won[-1]
    end = scene.place(other.outer_start, other.outer_end).last
    outer = scene.place(quantity.outer_start, quantity.end)  # *more than threefold* is one figure
    bare = (
        end <= turn.place.first
        and min(outer.first, turn.place.first) - end <= _BRIDGE
        and max(outer.first - turn.place.last, turn.place.first - outer.last) <= 1
        and not any(
            end <= f.place.first < place.first and isinstance(f.hit, TriggerHit) and f.hit.trigger.change is None
            for f in scene.triggers
        )
    ) or _is_apposed(scene, end, outer, turn.place)
    frame = document.types[bid.hit.type].frame
    if not bare or same_class(other, quantity) or "change" not in frame.details:
        return None
    if not _takes(
        document, bid, quantity, given_again=True
    ):  # *earned* takes sums, and what was earned grows in percent
        return None
    return replace(bid, score=bid.score * 0.9, change=turn.hit.trigger.change)


def _is_apposed(scene: Scene, end: int, outer: Place, turn: Place) -> bool:
    """Whether a change stands by itself behind a comma, and its clause has no coin that might have moved.

    So in *earned $86m from hosting in the quarter, down 12%*, and in *a fifth less than a year before*.
    """
    first = min(outer.first, turn.first)
    gap = max(outer.first - turn.last, turn.first - outer.last)
    opened = scene.text.tokens[first - 1].form in _OPENING or scene.text.tokens[first - 2].form in _OPENING
    if first <= end or not opened or gap > 1 or scene.is_parted(end, first):
        return False
    between = [scene.place(n.start, n.end) for n in scene.names if n.kind == "asset"]
    return all(scene.is_oblique(p) for p in between if end <= p.first < first)


def reached(document: Document, scene: Scene, quantity: Quantity, won: Sequence[tuple[Quantity, Bid]]) -> Bid | None:
    """The level to which the change before it led: *fell 18%, to $2.60*, *from $1bn to $430m*; of a price a price."""
    if not won:
        return None
    other, bid = won[-1]
    words = grammar(document.text.lang)
    if same_class(other, quantity):
        ranged = _only(scene, words.to, other, quantity) and _follows(scene, words.from_, other)
        return replace(bid, score=bid.score * 0.95) if ranged and _takes(document, bid, quantity) else None
    turned = other.value.unit in ("percent", "times") and (bid.change or bid.hit.trigger.change)
    if not turned or not _only(scene, words.to | words.from_, other, quantity):
        return None
    hit = _LEVEL if bid.hit.type == MOVES else bid.hit
    if hit.type not in document.types:
        return None
    level = replace(bid, hit=hit, score=bid.score * 0.95, change=None)
    return level if _takes(document, level, quantity) else None


def _only(scene: Scene, words: Collection[str], one: Quantity, other: Quantity) -> bool:
    """Whether only one of ``words``, perhaps with a comma and a bound, stands between two figures: *, to about*."""
    after, before = scene.place(one.start, one.end).last, scene.place(other.start, other.end).first
    between = [t.form for t in scene.text.tokens[after:before]]
    first = 1 if between[:1] == [","] else 0
    about = grammar(scene.text.lang).about
    return between[first : first + 1] != [] and between[first] in words and about.issuperset(between[first + 1 :])


def _follows(scene: Scene, words: Collection[str], quantity: Quantity) -> bool:
    """Whether one of ``words``, perhaps with a bound, stands right before a figure."""
    at = scene.place(quantity.start, quantity.end).first - 1
    while at > scene.first and scene.text.tokens[at].form in grammar(scene.text.lang).about:
        at -= 1
    return at >= scene.first and scene.text.tokens[at].form in words


def is_level_reached(scene: Scene, quantity: Quantity) -> bool:
    """Whether a share is that to which something moved and not by how much: *dominance rose to 57%*."""
    at = scene.place(quantity.outer_start, quantity.end).first - 1  # before its bound: *by up to 20%* is no level
    return at >= scene.first and scene.text.tokens[at].form in grammar(scene.text.lang).to


def coordinated(
    document: Document, scene: Scene, quantity: Quantity, before: Sequence[tuple[Quantity, Bid]]
) -> Bid | None:
    """The bid of the nearest figure before with the same class of unit: *fines of X, and of up to Y for firms*."""
    turn = turn_of(scene, quantity, scene.place(quantity.start, quantity.end))
    for at, (other, bid) in reversed(list(enumerate(before))):
        # What only tells of the figure's growth does not part it from the next: *$86m, down 12%, and $410m in total*.
        chain = [q for q, b in before[at:] if b.hit is bid.hit]
        near = (
            scene.distance(scene.place(chain[-1].start, chain[-1].end), scene.place(quantity.start, quantity.end))
            <= _COORDINATED
        )
        if turn is not None and is_elsewhere(scene, bid.hit.type, turn.place):
            continue
        if near and same_class(other, quantity) and _takes(document, bid, quantity):
            one, place = scene.place(other.start, other.end), scene.place(quantity.start, quantity.end)
            rule = document.types[bid.hit.type].frame.subject
            subject = gapped(scene, rule, bid.subject, bid.found.place, [one], place) or bid.subject
            return replace(bid, score=bid.score * 0.8, subject=subject)
    return None


def carried(document: Document, scene: Scene, quantity: Quantity) -> Bid | None:
    """The last claim of the document that takes such a figure, where a word refers back: *the total*."""
    place = scene.place(quantity.start, quantity.end)
    words = [f for f in scene.clauses if isinstance(f.hit, ClauseHit) and f.hit.kind == "carry"]
    word = next(
        (f for f in words if f.place.last <= place.first and scene.distance(f.place, place) <= _COORDINATED), None
    )
    if word is None:
        return None
    turn = turn_of(scene, quantity, place)
    change = turn.hit.trigger.change if turn and isinstance(turn.hit, TriggerHit) else None
    for bid in reversed(document.bids[-3:]):
        if bid.hit.trigger.change is None and _takes(document, bid, quantity):
            subject = _share_of(document, scene, bid, word, place)
            return replace(bid, score=bid.score * 0.8, found=word, change=change, subject=subject)
    return None


def _share_of(document: Document, scene: Scene, bid: Bid, word: Found, place: Place) -> Subject:
    """Whose part of the total it is, where the words name one (*на эфирные фонды пришлось $630 млн*)."""
    rule = document.types[bid.hit.type].frame.subject
    if scene.text.tokens[word.place.first].form not in grammar(scene.text.lang).shared or not any(
        allowed(n, rule.kinds) is not None for n in scene.names
    ):
        return bid.subject
    return choose(document, scene, rule, bid.hit, word.place, place) or bid.subject


def completed(document: Document, scene: Scene, won: Sequence[tuple[Quantity, Bid]]) -> list[tuple[Quantity, Bid]]:
    """The figures with those before them that they only give again: *4.25m Kenyans, or 8.5% of all, own crypto*."""
    whole = list(won)
    for one, other in reversed(list(pairwise(scene.quantities))):
        at = next((n for n, (q, _) in enumerate(whole) if (q.start, q.end) == (other.start, other.end)), None)
        if at is None or any((q.start, q.end) == (one.start, one.end) for q, _ in whole):
            continue
        bid = whole[at][1]
        place, after = scene.place(one.outer_start, one.outer_end), scene.place(other.start, other.end)
        behind = bid.found.place.first >= after.last
        if behind and _translates(scene, place, after) and _takes(document, bid, one, given_again=True):
            whole.insert(at, (one, replace(bid, score=bid.score * 0.9)))
    return whole


def in_turn(document: Document, scene: Scene, won: Sequence[tuple[Quantity, Bid]]) -> list[tuple[Quantity, Bid]]:
    """The figures with the names in their order where the sentence says *respectively*: *X and Y gained 4% and 7%*."""
    stated = any(isinstance(f.hit, ClauseHit) and f.hit.kind == "respectively" for f in scene.clauses)
    paired = list(won)
    for kind in {unit_class(q.value.unit) for q, _ in won}:
        slots = [n for n, (q, _) in enumerate(won) if unit_class(q.value.unit) == kind]
        rule = document.types[won[slots[0]][1].hit.type].frame.subject
        names = [n for n in scene.names if n.end <= won[slots[0]][0].start and allowed(n, rule.kinds) is not None]
        names = names[-len(slots) :]
        if len(slots) < 2 or len(names) != len(slots):
            continue
        if not stated and not _in_pairs(scene, names, [won[n] for n in slots]):
            continue
        first = won[slots[0]][1]
        for at, name in zip(slots, names, strict=True):
            quantity, bid = won[at]
            said = first if stated and _takes(document, first, quantity) else bid
            paired[at] = (quantity, replace(said, subject=Subject(name.id, bid.subject.fit, name)))
    return paired


def _in_pairs(scene: Scene, names: Sequence[Name], figures: Sequence[tuple[Quantity, Bid]]) -> bool:
    """Whether two names and two figures stand side by side around one verb: *X and Y cut their staff by 4% and 7%*."""
    if len(figures) != _PAIR or figures[0][1].hit != figures[1][1].hit:
        return False
    one, other = (scene.place(n.start, n.end) for n in names)
    low, high = (scene.place(q.start, q.end) for q, _ in figures)
    bound = figures[1][0].outer_start
    until = scene.place(bound, figures[1][0].end).first if bound < figures[1][0].start else high.first
    joins, gaps = grammar(scene.text.lang).and_, ((one.last, other.first), (low.last, until))
    return all(b - a == 1 and scene.text.tokens[a].form in joins for a, b in gaps)


def _takes(document: Document, bid: Bid, quantity: Quantity, *, given_again: bool = False) -> bool:
    """Whether a bid's words take such a figure; one ``given_again`` in another unit is what its measure takes."""
    frame = document.types[bid.hit.type].frame
    kind = unit_class(quantity.value.unit)
    units = frame.measures[bid.hit.trigger.measure]
    allowed = units if given_again else bid.hit.trigger.units or units
    counted = bid.hit.trigger.counted
    if counted and kind == "count" and quantity.counted is not None and quantity.counted not in counted:
        return False
    return kind in allowed and not is_too_much(frame, quantity)


def _translates(scene: Scene, one: Place, other: Place) -> bool:
    """Whether only *or*, a bracket or a comma stands between two figures, and no *to*: *fell 18% to about $52,000*."""
    between = range(one.last, other.first)
    forms = [scene.text.tokens[at].form for at in between]
    if not 0 < len(forms) <= _BRIDGE or ";" in forms:
        return False
    joins = [f.place.first for f in scene.clauses_of("or") if f.place.first in between]
    words, opening = grammar(scene.text.lang), next((at for at in between if scene.text.tokens[at].form != ","), -1)
    leads = opening not in joins and scene.text.tokens[opening].form in words.to | words.from_
    return (forms[0] in ("(", "[") or bool(joins)) and not leads
