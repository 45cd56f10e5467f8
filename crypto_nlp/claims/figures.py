"""Which part does a figure play? Every trigger near it bids; the best bid that finds a subject makes the claim.

A bid is the trigger's weight, discounted by its distance from the figure (see :mod:`crypto_nlp.claims.scene`), so a
measure named in the same clause beats a verb in the next one. Hard conditions come first: the class of the unit, the
side on which the figure stands, the contexts that a trigger needs or forbids.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass, replace
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING

from crypto_nlp.claims.scene import Found, Place, is_native
from crypto_nlp.claims.subjects import OBJECT_REACH, Subject, allowed, choose, is_elsewhere
from crypto_nlp.records import CueKind
from crypto_nlp.rules.claims import Trigger
from crypto_nlp.rules.grammar import grammar
from crypto_nlp.rules.triggers import ClauseHit, TriggerHit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crypto_nlp.claims.scene import Document, Scene
    from crypto_nlp.records import Name, Quantity
    from crypto_nlp.rules.claims import Frame, SubjectRule, UnitClass
    from crypto_nlp.rules.triggers import Hit

MINIMAL_BID = 0.28
_TAG = "tag"  # *tag:miner* is a context that a name with this tag gives
_CRYPTO = "crypto"  # the context that a name of the field gives as well as any word
_FADE = 0.085  # how fast a bid fades with each word between
_TURN = 9.0  # words within which a verb of change governs a figure
_GROWS = 0.4
_OF_WHAT = 2.0  # words from a noun of change to what it is a change of
_BARE = 0.75  # a move of a price, where the text names another measure that moves
_NEXT_CLAUSE = 4.0  # and one behind an *and* belongs to what comes next
_TOLD_BESIDES = 3.0  # words in a relative clause behind the figure: *2,000 wallets that made a bet lost money*
_AFTER = 2.0  # words by which a trigger behind the figure is further off than one before it
_CROSSED = 2.5  # words by which another figure of the same class in between adds
_NEEDED = 1.12  # a trigger whose context stands there knows more than one that takes any
_GAPPED = 7  # tokens between two figures of which the second leaves its verb out
_CLOSE_BEHIND = 2  # tokens from a figure to its verb behind it: *was 14% weaker*
PRICES = "price"
_TO_A_DOLLAR = {"KRW": 1_000, "IDR": 10_000, "VND": 10_000, "IRR": 10_000, "UZS": 10_000, "LBP": 10_000, "JPY": 100}
_COMPOUND = 3  # words
_RANKED = frozenset(("market_size", "population"))
_CLAUSE_MARKS = frozenset(",،;؛")
_SPOKEN_OF = 6  # sentences
_LEAST_SUM = 1000  # of a number without a currency
_LAST_YEAR = 2101
MOVES = "price_change"  # the type whose words of change turn the figures of all
_SIGNS = {
    "up": TriggerHit(MOVES, f"{MOVES}/sign", Trigger(measure="up", say=("+",), change="up", units=("percent",))),
    "down": TriggerHit(MOVES, f"{MOVES}/sign", Trigger(measure="down", say=("-",), change="down", units=("percent",))),
}
_FIRST, _LAST = itemgetter(0), itemgetter(1)  # of a place
_BEGINS = attrgetter("place.first")
_CURRENCIES = frozenset(
    "USD EUR GBP RUB AED SAR EGP CNY JPY KRW INR TRY NGN BRL CHF CAD AUD HKD SGD KZT UAH BYN ARS MXN ZAR IDR VND THB "
    "PKR IRR QAR KWD BHD OMR JOD LBP MAD DZD TND IQD SYP LYD ILS SEK NOK DKK PLN CZK HUF RON BGN GEL AMD AZN UZS KGS "
    "TJS MDL MYR PHP TWD NZD CLP COP PEN VES UYU BOB PYG KES GHS ETB XAF XOF".split()
)
_CLASSES: dict[str, UnitClass] = {
    "percent": "percent",
    "basis_point": "basis_point",
    "count": "count",
    "times": "times",
    **dict.fromkeys(("year", "month", "week", "day", "hour", "minute", "second"), "time"),
    **dict.fromkeys(("W", "kW", "MW", "GW", "TW"), "power"),
    **dict.fromkeys(("kWh", "MWh", "GWh", "TWh"), "energy"),
    **dict.fromkeys(("H/s", "kH/s", "MH/s", "GH/s", "TH/s", "PH/s", "EH/s", "ZH/s"), "hashrate"),
}


def unit_class(unit: str) -> UnitClass:
    """The class of a unit: ``money`` for ISO 4217, ``asset`` for any other ticker."""
    return _CLASSES.get(unit) or ("money" if unit in _CURRENCIES else "asset")


@dataclass(frozen=True, slots=True)
class Bid:
    """A trigger's claim on a figure."""

    score: float
    found: Found
    hit: TriggerHit
    subject: Subject
    change: str | None = None


def bids(document: Document, scene: Scene, quantity: Quantity) -> list[Bid]:
    """All bids for ``quantity`` above the least worth having, best first; equal bids in the order of the rules."""
    place = scene.place(quantity.start, quantity.end)
    rivals = [scene.place(q.start, q.end) for q in scene.quantities if q is not quantity and same_class(q, quantity)]
    turn = turn_of(scene, quantity, place)
    level = None if turn else level_of(scene, place)
    change = turn.hit.trigger.change if turn and isinstance(turn.hit, TriggerHit) else None
    offers: list[Bid] = []
    for found in scene.triggers:
        hit = found.hit
        if not isinstance(hit, TriggerHit) or (hit.trigger.event and not hit.trigger.units):
            continue
        if found.place.first >= place.last and _has_own(scene, found.place, place, rivals):
            continue
        if hit.type in _RANKED and _is_ranking(scene, found.place):
            continue
        unfit = _is_far(scene, found, hit.trigger, place) or not _fits(document, scene, hit, quantity)
        if unfit or not _may_bid(document, scene, found, hit, quantity):
            continue
        if turn is not None and is_elsewhere(scene, hit.type, turn.place):
            continue
        score = _score(scene, found, hit.trigger, place, rivals, turn, level)
        if score < MINIMAL_BID:
            continue
        frame = document.types[hit.type].frame
        subject = _counted_asset(frame, quantity) or choose(
            document, scene, frame.subject, hit, found.place, place, unit_class(quantity.value.unit)
        )
        if subject is None or not _change_fits(hit, frame, quantity, change):
            continue
        subject = gapped(scene, frame.subject, subject, found.place, rivals, place) or subject
        offers.append(Bid(score * subject.fit, found, hit, subject, change))
    if turn is not None and any(_is_what_turns(document, scene, b, turn) for b in offers):
        offers = [replace(b, score=b.score * _BARE) if b.hit.trigger.change else b for b in offers]
    return sorted(offers, key=lambda b: (-b.score, b.found.start, b.hit.rule))


def _may_bid(document: Document, scene: Scene, found: Found, hit: TriggerHit, quantity: Quantity) -> bool:
    if within_condition(scene, found.start):
        return False  # *if the fund has not sold, its loss is $40m*
    return has_object(scene, hit.trigger, found.place) and not _is_within(document, scene, found, quantity)


def within_condition(scene: Scene, offset: int) -> bool:
    """Whether the place stands in an *if* clause."""
    return any(c.kind is CueKind.CONDITION and c.scope_start <= offset < c.scope_end for c in scene.cues)


def _is_within(document: Document, scene: Scene, found: Found, quantity: Quantity) -> bool:
    """Whether the word is only a part of what another type says in more: *cap* in *market cap*, شراء in مراكز شراء."""
    place = found.place
    if grammar(scene.text.lang).cases or place.last - place.first >= _COMPOUND:
        return False
    # Triggers stand by place, so that only those need a look that begin a few words before.
    low = bisect_left(scene.triggers, place.last - _COMPOUND, key=_BEGINS)
    high = bisect_right(scene.triggers, place.first, key=_BEGINS)
    return any(
        isinstance(f.hit, TriggerHit)
        and isinstance(found.hit, TriggerHit)
        and f.hit.type != found.hit.type
        and not f.hit.trigger.event
        and f.hit.trigger.weight >= 1.0
        and place.last - place.first < f.place.last - f.place.first <= _COMPOUND
        and f.place.first <= place.first
        and place.last <= f.place.last
        and not f.start <= quantity.start < f.end
        and _fits(document, scene, f.hit, quantity)
        for f in scene.triggers[low:high]
    )


def _is_what_turns(document: Document, scene: Scene, bid: Bid, turn: Found) -> bool:
    """Whether a measure of its own is what the verb or noun of change is about: *volume fell*, *a fall in volume*."""
    near = scene.distance(bid.found.place, turn.place) <= (
        _TURN if bid.found.place.first < turn.place.first else _OF_WHAT
    )
    return near and bid.hit.trigger.change is None and "change" in document.types[bid.hit.type].frame.details


def _counted_asset(frame: Frame, quantity: Quantity) -> Subject | None:
    """The asset that the figure counts, where the type is about how much of an asset there is."""
    if frame.counts_subject and unit_class(quantity.value.unit) == "asset":
        return Subject(quantity.value.unit, 1.0)
    return None


def gapped(
    scene: Scene, rule: SubjectRule, subject: Subject, trigger: Place, rivals: list[Place], place: Place
) -> Subject | None:
    """The name before a figure whose verb is left out: *ETH lost 6%, XRP 16% and DOGE 9%*."""
    before = [
        r
        for r in rivals
        if r.last <= place.first and (trigger.last <= r.first or 0 <= trigger.first - r.last <= _CLOSE_BEHIND)
    ]
    if subject.name is None or not before:
        return None
    end = max(r.last for r in before)
    if place.first - end > _GAPPED:
        return None
    for name in scene.names:
        at = scene.place(name.start, name.end)
        if end <= at.first < place.first and name.kind == subject.name.kind and not scene.is_compared(at):
            fits = allowed(name, rule.kinds) is not None and "demonym" not in name.tags
            if fits and not scene.is_oblique(at) and name.id != subject.id:
                return replace(subject, id=name.id, name=name)
    return None


def understood(document: Document, scene: Scene, quantity: Quantity) -> Quantity | None:
    """A bare number with the unit that the reader adds: *a target of 181,000*, *سيناريوها 181 ألفا*.

    It is that of the money or crypto before it in the sentence, else the document's last currency before it; a number
    behind one that counts something counts the same.
    """
    value = quantity.value
    if value.unit != "count" or quantity.counted is not None or quantity.ordinal or value.high < _LEAST_SUM:
        return None
    scaled = not quantity.text[-1:].isdigit()
    if not scaled and quantity.text.isdigit() and value.high < _LAST_YEAR:
        return None
    unit = None
    for other in scene.quantities:
        if other.start >= quantity.start:
            break
        kind = unit_class(other.value.unit)
        if kind in ("money", "asset"):
            unit = other.value.unit
        elif kind == "count" and other.counted is not None:
            unit = ""
    if unit is None:
        unit = _currency(document, scene)
    return replace(quantity, value=replace(value, unit=unit)) if unit else None


def _currency(document: Document, scene: Scene) -> str | None:
    """The currency of the last sum in the sentences before ``scene``, else of the next one in it or behind it."""
    before = document.scenes[max(0, scene.index - _SPOKEN_OF) : scene.index]
    sums = (
        *(q for other in reversed(before) for q in reversed(other.quantities)),
        *(q for other in document.scenes[scene.index : scene.index + 2] for q in other.quantities),
    )
    return next((q.value.unit for q in sums if q.value.unit in _CURRENCIES), None)


def read_signs(document: Document) -> None:
    """Let a written sign in a sentence on an asset say what a verb of change would: *ETH (-4.1%)*, *BTC +3%*."""
    if MOVES not in document.types:
        return
    for scene in document.scenes:
        for quantity in scene.quantities:
            change = _sign(scene, quantity) if quantity.value.unit == "percent" else None
            if change and any(n.kind == "asset" for n in scene.names):
                first = scene.place(quantity.start, quantity.end).first
                found = Found(quantity.start, quantity.start, Place(first, first), _SIGNS[change])
                insort(scene.triggers, found, key=_BEGINS)


def _sign(scene: Scene, quantity: Quantity) -> str | None:
    before = scene.text.original[max(0, quantity.start - 1) : quantity.start]
    return "up" if before == "+" else "down" if quantity.value.low < 0 else None


def same_class(one: Quantity, other: Quantity) -> bool:
    """Whether the units of two figures are of one class."""
    return unit_class(one.value.unit) == unit_class(other.value.unit)


def _fits(document: Document, scene: Scene, hit: TriggerHit, quantity: Quantity) -> bool:
    trigger = hit.trigger
    allowed: Sequence[str] = trigger.units or document.types[hit.type].frame.measures[trigger.measure]
    kind = unit_class(quantity.value.unit)
    frame = document.types[hit.type].frame
    if kind not in allowed or abs(quantity.value.high) < frame.floor.get(kind, 0) or is_too_much(frame, quantity):
        return False
    if trigger.counted and quantity.value.unit == "count" and (quantity.counted or "") not in trigger.counted:
        return False
    return contexts_fit(document, scene, hit)


def has_object(scene: Scene, trigger: Trigger, place: Place) -> bool:
    """Whether a name such as ``trigger`` takes as its object stands right behind ``place``, if it asks for one."""
    if not trigger.object:
        return True
    return any(
        allowed(n, trigger.object) is not None and 0 <= scene.place(n.start, n.end).first - place.last <= OBJECT_REACH
        for n in scene.names
    )


def contexts_fit(document: Document, scene: Scene, hit: TriggerHit) -> bool:
    """Whether the contexts that a trigger needs stand where it needs them, and those that it forbids do not."""

    def stands(name: str) -> bool:
        where, _, bare = name.rpartition(":")
        around = document.around(scene)
        if where.endswith(_TAG):
            return any(bare in n.tags for n in (scene.names if where == _TAG else around.names))
        if bare == _CRYPTO and any(is_native(n) for n in (around.names if where else _coins(scene))):
            return True
        return (hit.type, bare) in around.contexts if where else scene.has((bare,), hit.type)

    trigger = hit.trigger
    return (not trigger.needs or any(map(stands, trigger.needs))) and not any(map(stands, trigger.unless))


def _coins(scene: Scene) -> list[Name]:
    """The coins that a sentence names, and what stands in it as no subject does (*put $75m into FTX*)."""
    return [n for n in scene.names if n.kind == "asset" or scene.is_oblique(scene.place(n.start, n.end))]


def _is_far(scene: Scene, found: Found, trigger: Trigger, place: Place) -> bool:
    """Whether a trigger is too far from a figure for any bid, whatever else helps it: the first and cheapest test."""
    words = scene.distance(found.place, place)
    best = _NEEDED * trigger.weight / (1.0 + _FADE * _GROWS * words)
    return words > trigger.reach or best < 0.99 * MINIMAL_BID


def _score(
    scene: Scene,
    found: Found,
    trigger: Trigger,
    place: Place,
    rivals: list[Place],
    turn: Found | None,
    level: Found | None,
) -> float:
    behind = found.place.first >= place.last
    if (trigger.side == "after" and behind) or (trigger.side == "before" and not behind):
        return 0.0
    words = scene.distance(found.place, place) + (_AFTER if behind else 0.0)
    if words > trigger.reach:
        return 0.0
    low, high = sorted((found.place, place))
    if behind and scene.is_joined(low.last, high.first):
        words += _NEXT_CLAUSE
    if behind and scene.relatives(place.last, found.place.first):
        words += _TOLD_BESIDES
    words += _CROSSED * max(0, bisect_right(rivals, high.first, key=_LAST) - bisect_left(rivals, low.last, key=_FIRST))
    turn = turn or (level if not is_level(found.hit) and _is_head(scene, found, level) else None)
    if turn is not None and trigger.change is None and found.place.last <= turn.place.first < place.first:
        words *= (
            _GROWS  # what a verb of change stands behind is what has changed: *trading volume on the venue fell 10%*
        )
    sure = _NEEDED if trigger.needs else 1.0
    return sure * trigger.weight / (1.0 + _FADE * words)


def _is_ranking(scene: Scene, trigger: Place) -> bool:
    """Whether a measure only ranks something: *the second largest by market value fell 13%*."""
    words = grammar(scene.text.lang).ranked_by
    return any(t.form in words for t in scene.text.tokens[max(scene.first, trigger.first - 2) : trigger.first])


def _has_own(scene: Scene, trigger: Place, place: Place, rivals: list[Place]) -> bool:
    """Whether words behind a figure open the next clause, with a figure of their own: *$648m, EBITDA was $179m*."""
    between = [t.form for t in scene.text.tokens[place.last : trigger.first]]
    if _CLAUSE_MARKS.isdisjoint(between) or ")" in between:
        return False
    behind = next((r for r in rivals if trigger.last <= r.first), None)
    return behind is not None and scene.distance(trigger, behind) <= scene.distance(place, trigger) + _AFTER


def _change_fits(hit: TriggerHit, frame: Frame, quantity: Quantity, change: str | None) -> bool:
    """A price_change needs a direction; so does a growth figure given in ``times`` or percent of an amount."""
    if hit.trigger.change is not None:
        return hit.trigger.change == (change or hit.trigger.change)
    return not (
        quantity.value.unit == "times" and "change" in frame.details and change is None and not quantity.counted
    )


def turn_of(scene: Scene, quantity: Quantity, place: Place) -> Found | None:
    """The verb or noun of change that governs the figure: the nearest one in its clause."""
    if quantity.value.unit not in ("percent", "times", "basis_point"):
        return None
    nearest: tuple[float, Found] | None = None
    outer = scene.place(quantity.outer_start, quantity.end)  # *lost more than a tenth* compares nothing
    for found in scene.triggers:
        if not isinstance(found.hit, TriggerHit) or found.hit.trigger.change is None:
            continue
        behind = found.place.first >= place.last
        words = scene.distance(found.place, place) + (_AFTER if behind else 0.0)
        if words <= _TURN and not _parted(scene, found.place, outer) and (nearest is None or words < nearest[0]):
            nearest = (words, found)
    return nearest[1] if nearest else None


def level_of(scene: Scene, place: Place) -> Found | None:
    """The verb that brings whatever is spoken of to a figure (*climbed to*, *hit*): the nearest one before it."""
    nearest: tuple[float, Found] | None = None
    for found in scene.triggers:
        if not is_level(found.hit) or found.place.first >= place.first:
            continue
        words = scene.distance(found.place, place)
        if words <= _TURN and (nearest is None or words < nearest[0]):
            nearest = (words, found)
    if nearest is None or _has_object(scene, nearest[1].place, place):
        return None
    return nearest[1]


def _is_head(scene: Scene, found: Found, level: Found | None) -> bool:
    """Whether no measure stands nearer to the verb than ``found``, which is its subject then."""
    return level is not None and not any(
        isinstance(f.hit, TriggerHit) and not is_level(f.hit) and found.place.last < f.place.last <= level.place.first
        for f in scene.triggers
    )


def _has_object(scene: Scene, verb: Place, place: Place) -> bool:
    """Whether another measure stands between a verb and a figure: *inflows lifted assets to $20bn*."""
    return any(
        isinstance(f.hit, TriggerHit)
        and not is_level(f.hit)
        and verb.last <= f.place.first
        and f.place.last <= place.first
        for f in scene.triggers
    )


def is_level(hit: Hit) -> bool:
    """Whether a word says at what level a measure stands or moves to."""
    return (
        isinstance(hit, TriggerHit)
        and not hit.trigger.event
        and (hit.trigger.change is not None or (hit.type == PRICES and hit.trigger.weight < 1.0))
    )


def _parted(scene: Scene, one: Place, other: Place) -> bool:
    """Whether a comparison opens between two places: *rose from 12%* is no change of 12%."""
    low, high = sorted((one, other))
    return any(
        isinstance(f.hit, ClauseHit) and f.hit.kind in ("comparand", "base") and low.last <= f.place.first < high.first
        for f in scene.clauses
    )


def is_too_much(frame: Frame, quantity: Quantity) -> bool:
    """Whether a figure is beyond what any of its type can be; a currency of which a dollar buys many goes further."""
    unit = quantity.value.unit
    return quantity.value.high > frame.ceiling.get(unit_class(unit), math.inf) * _TO_A_DOLLAR.get(unit, 1)
