"""From scenes to claims: figures first, then events, then what named sources say where nothing else was claimed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crypto_nlp.claims import details, figures, following, groups, moments, mood, statements
from crypto_nlp.claims.events import events
from crypto_nlp.claims.figures import unit_class
from crypto_nlp.claims.subjects import remember
from crypto_nlp.records import Claim, CueKind, Modality, Value
from crypto_nlp.rules.grammar import grammar

if TYPE_CHECKING:
    from crypto_nlp.claims.events import Event
    from crypto_nlp.claims.figures import Bid
    from crypto_nlp.claims.mood import Mood
    from crypto_nlp.claims.scene import Document, Place, Scene
    from crypto_nlp.claims.subjects import Subject
    from crypto_nlp.records import Quantity, Time
    from crypto_nlp.rules.claims import Frame
    from crypto_nlp.rules.triggers import TriggerHit

Rejected = tuple[int, int, str]
_COUNTRY = "@jurisdiction"
_COINS = frozenset({None, "coin", "token", "unit"})
_SAME = ("type", "measure", "subject", "when", "modality", "negated")
_OBJECT = "object"
_NO_COUNTRY = "INTL"
_VAGUE = "crypto"  # the object of a rule that the words leave open
_COUNTED_COINS = frozenset({"BTC", "ETH"})  # what *325 coins* bought or held are, where the text says so
_LEVELS = frozenset(("price", "market_cap", "tvl", "open_interest", "hashrate", "difficulty"))  # at one moment
_ASIDE = "it stands in an aside to readers (a newsletter, a ticket, a subscription)"
_SILENT = "no words of a claim type stand in its sentence"
_DEFINES = "it only says which of a group are meant"
_SURE = 0.62  # a bid that no reference back outdoes


def read(document: Document) -> tuple[list[Claim], list[Rejected]]:
    """The claims of a document by place, and why its other figures made none."""
    claims: list[Claim] = []
    rejected: list[Rejected] = []
    silent: list[Scene] = []
    figures.read_signs(document)
    for scene in document.scenes:
        made, refused = _read_scene(document, scene)
        claims.extend(made)
        rejected.extend(refused)
        if not made:
            silent.append(scene)
    topic = statements.topic(document, claims)
    for scene in silent:
        claims.extend(statements.read(document, scene, topic))
    return sorted(claims, key=lambda c: (c.start, c.end, c.type)), rejected


def _read_scene(document: Document, scene: Scene) -> tuple[list[Claim], list[Rejected]]:
    made: list[Claim | None] = []
    refused: list[Rejected] = []
    won: list[tuple[Quantity, Bid]] = []
    if not (scene.triggers or scene.clauses_of("carry")) or scene.is_aside:
        why = _ASIDE if scene.is_aside else _SILENT
        return [], [(q.start, q.end, why) for q in scene.quantities]
    for quantity in scene.quantities:
        bid, reason = _best(document, scene, quantity, won)
        whole = figures.understood(document, scene, quantity)
        if whole is not None:
            better, _ = _best(document, scene, whole, won)
            if better is not None and (bid is None or (better.score >= bid.score and not _counts(document, bid))):
                quantity, bid = whole, better  # noqa: PLW2901 - the same figure with its unit
        if bid is None:
            refused.append((quantity.start, quantity.end, reason))
            continue
        won.append((quantity, bid))
    won = following.in_turn(document, scene, following.completed(document, scene, won))
    kept = groups.without_thresholds(document, scene, won)
    taken = {q.start for q, _ in kept}
    dropped = [(q.start, q.end, _DEFINES) for q, _ in won if q.start not in taken]
    refused = [r for r in refused if r[0] not in taken] + dropped
    won = kept
    for quantity, bid in won:
        made.append(_from_figure(document, scene, quantity, bid))
        document.subjects.append(bid.subject)
        document.bids.append(bid)
        remember(document, bid.hit, bid.subject)
    for event in events(
        document, scene, [(b, unit_class(q.value.unit), p) for q, b in won for p in _places(scene, q, b)]
    ):
        if not figures.within_condition(scene, event.found.start):
            made.append(_from_event(document, scene, event))
            document.subjects.append(event.subject)
            remember(document, event.hit, event.subject)
    return _once([c for c in made if c is not None]), refused


def _counts(document: Document, bid: Bid) -> bool:
    """Whether the type counts coins, so that a bare number needs no currency: *another 2.6 million has been burned*."""
    return document.types[bid.hit.type].frame.counts_subject


def _once(claims: list[Claim]) -> list[Claim]:
    """The claims without the events that a sentence tells again, perhaps in vaguer words (*outlawed mining, a ban*)."""
    kept: list[Claim] = []
    for claim in claims:
        if claim.value is not None or not any(_is_again(claim, c) for c in kept):
            kept.append(claim)
    return kept


def _is_again(claim: Claim, told: Claim) -> bool:
    same = all(getattr(claim, slot) == getattr(told, slot) for slot in _SAME) and told.value is None
    one, other = claim.details.get(_OBJECT), told.details.get(_OBJECT)
    return same and one in (other, _VAGUE)


def _best(
    document: Document, scene: Scene, quantity: Quantity, won: list[tuple[Quantity, Bid]]
) -> tuple[Bid | None, str]:
    """The bid that wins a figure, or the reason why none does."""
    if figures.within_condition(scene, quantity.start):
        return None, "it stands in a condition"
    place = scene.place(quantity.start, quantity.end)
    offers = groups.predicated(document, scene, place, figures.bids(document, scene, quantity))
    bid = (
        following.inherited(document, scene, quantity, won)
        or following.paid(document, scene, quantity, won)
        or following.reached(document, scene, quantity, won)
        or following.grown(document, scene, quantity, won)
    )
    if bid is None and (not offers or offers[0].score < _SURE):
        bid = following.carried(document, scene, quantity)
    bid = bid or (offers[0] if offers else following.coordinated(document, scene, quantity, won))
    if bid is None:
        return None, "no words near it say what such a figure measures"
    if not document.types[bid.hit.type].frame.claim:
        return None, f"it only defines or sizes something else ({bid.hit.rule})"
    return bid, ""


def _places(scene: Scene, quantity: Quantity, bid: Bid) -> tuple[Place, Place]:
    return scene.place(quantity.start, quantity.end), bid.found.place


def _from_figure(document: Document, scene: Scene, quantity: Quantity, bid: Bid) -> Claim | None:
    place = scene.place(quantity.start, quantity.end)
    dated = document.types[bid.hit.type].frame.dated
    level = bid.hit.trigger.measure in _LEVELS and not (bid.change or quantity.value.unit == "times")
    today = document.published.isoformat()
    time = moments.choose(scene, place, bid.found.place, figure=True, dated=dated, level=level, today=today)
    slots = details.fill(document, scene, bid.hit, bid.found.place, bid.subject, place)
    frame = document.types[bid.hit.type].frame
    moved = bid.change is not None and not following.is_level_reached(scene, quantity)
    if moved and bid.hit.trigger.change is None and "change" in frame.details:
        slots["change"] = str(bid.change)
    feeling = mood.read(
        document,
        scene,
        (quantity.start, quantity.end),
        (bid.found.start, bid.found.end),
        time,
        figure=True,
        type_name=bid.hit.type,
    )
    return _claim(
        document,
        scene,
        bid.hit,
        (quantity.start, quantity.end),
        (bid.found.start, bid.found.end),
        bid.subject,
        slots,
        time,
        feeling,
        quantity,
        bid.score,
    )


def _from_event(document: Document, scene: Scene, event: Event) -> Claim | None:
    place = event.found.place
    time = moments.choose(scene, place, place, figure=False)
    slots = details.fill(document, scene, event.hit, place, event.subject)
    span = (event.found.start, event.found.end)
    feeling = mood.read(document, scene, span, span, time, figure=False, type_name=event.hit.type)
    return _claim(
        document,
        scene,
        event.hit,
        span,
        span,
        event.subject,
        slots,
        time,
        feeling,
        None,
        event.hit.trigger.weight * 0.8,
    )


def _claim(
    document: Document,
    scene: Scene,
    hit: TriggerHit,
    span: tuple[int, int],
    trigger: tuple[int, int],
    about: Subject,
    slots: dict[str, str],
    time: Time | None,
    feeling: Mood,
    quantity: Quantity | None,
    score: float,
) -> Claim | None:
    frame = document.types[hit.type].frame
    if any(slot not in slots for slot in frame.required):
        return None
    subject = about.id
    if subject == _COUNTRY:
        if "jurisdiction" not in slots:
            country = details.jurisdiction(document, scene, scene.place(*span))
            if country is None:
                return None
            slots = {**slots, "jurisdiction": country}
        subject = (
            document.jurisdictions.get(slots.get("jurisdiction", ""), slots.get("body", ""))
            or next((n.id for n in scene.names if n.jurisdiction == slots["jurisdiction"] == _NO_COUNTRY), None)
            or slots["jurisdiction"].lower()
        )
    elif hit.trigger.measure in frame.subject.national and "jurisdiction" in slots:
        country = document.jurisdictions.get(slots["jurisdiction"], "")
        if country and subject in (frame.subject.default, country):
            subject = country
            slots = {slot: value for slot, value in slots.items() if slot != "jurisdiction"}
    text = document.text.original
    speaker = document.attribution.source_at(*span)
    sentence = scene.sentence
    modality = (
        Modality(hit.trigger.modality)
        if hit.trigger.modality and feeling.modality is Modality.FACT
        else feeling.modality
    )
    slots = details.settle(frame, hit.trigger.measure, about, modality, slots)
    return Claim(
        type=hit.type,
        measure=hit.trigger.measure,
        subject=subject,
        anchor=text[span[0] : span[1]],
        start=span[0],
        end=span[1],
        sentence=text[sentence.start : sentence.end],
        sentence_start=sentence.start,
        sentence_end=sentence.end,
        value=_value(frame, quantity, subject, slots) if quantity else None,
        bound=quantity.bound if quantity else None,
        per=moments.rate(scene, trigger, quantity, hit.type) if quantity else None,
        when=_when(hit, time, span),
        condition=feeling.condition,
        source=speaker.source,
        modality=modality,
        negated=hit.trigger.negated or (feeling.negated and not _denies_itself(scene.text.lang, hit, feeling, trigger)),
        details=slots,
        confidence=round(min(0.99, max(0.05, score)), 3),
        rules=(hit.rule,),
    )


def _value(frame: Frame, quantity: Quantity, subject: str, slots: dict[str, str]) -> Value:
    """The figure as the claim states it: a loss without its minus, coins in the unit of their asset."""
    value = quantity.value
    if value.low < 0 and ("change" in frame.details or "down" in frame.measures):
        low, high = sorted((abs(value.low), abs(value.high)))
        value = Value(low, high, value.unit)
    coins = value.unit == "count" and quantity.counted in _COINS and subject.isupper()
    if coins and frame.counts_subject:
        return Value(value.low, value.high, subject)
    asset = slots.get("asset", "")
    held = value.unit == "count" and quantity.counted == "coin" and asset in _COUNTED_COINS
    return Value(value.low, value.high, asset) if held else value


def _denies_itself(lang: str, hit: TriggerHit, feeling: Mood, trigger: tuple[int, int]) -> bool:
    """Whether the only denial is part of the words that state the claim (*would not offer* is a refusal).

    A denial that stands in a gap of theirs (*платежным средством монеты не считаются*) denies.
    """
    bare = grammar(lang).not_
    return any(
        cue.kind is CueKind.NEGATION
        and trigger[0] <= cue.start
        and cue.end <= trigger[1]
        and (cue.text.lower() != bare or any(bare in re.split(r"[ |=]+", phrase) for phrase in hit.trigger.say))
        for cue in feeling.cues
    )


def _when(hit: TriggerHit, time: Time | None, span: tuple[int, int]) -> str | None:
    """The time as the type writes it: what is put off *until X* is for X, not for any time before.

    An event from which something is reckoned (منذ الدمج في 2022) happened then.
    """
    if time is None:
        return None
    if time.start <= span[0] and span[1] <= time.end:
        return time.when.removesuffix("/..")
    return time.when.removeprefix("../") if hit.trigger.measure == "delay" else time.when
