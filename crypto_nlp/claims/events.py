"""Claims without a figure: a verb or noun of the type's own, where no figure of the type says more.

One event a clause and type: of the triggers that stand close together (*passed a bill that bans*), the weightiest
counts; those of another clause make a claim of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crypto_nlp.claims.details import BODY_TAGS, nearest_slot
from crypto_nlp.claims.figures import contexts_fit, has_object
from crypto_nlp.claims.subjects import Subject, choose
from crypto_nlp.morphology import is_attribute
from crypto_nlp.records import CueKind
from crypto_nlp.rules.grammar import grammar
from crypto_nlp.rules.triggers import TriggerHit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crypto_nlp.claims.figures import Bid
    from crypto_nlp.claims.scene import Document, Found, Place, Scene
    from crypto_nlp.records import Name
    from crypto_nlp.rules.claims import UnitClass

_ACTING = frozenset(("organisation", "country", "region"))
_OWN = frozenset(("buys", "holds", "sells", "fine", "sue", "settle", "sentence", "investigate", "license"))
_SAME_MOVE = 9.0  # words within which two triggers of a type tell of one move
_ONE_PHRASE = 3.0
_OFFICE = 4  # tokens
_ACT = 18.0  # words from the act of passing a rule to what the rule does
_NOUN_WITH_PARTICIPLE = 2  # tokens
_PARTED = frozenset(",;،؛")
_FIGURE_MOVE = 16.0  # words within which a figure of the type belongs to the same move


@dataclass(frozen=True, slots=True)
class Event:
    """A trigger that states a claim by itself."""

    found: Found
    hit: TriggerHit
    subject: Subject


def events(document: Document, scene: Scene, figured: Sequence[tuple[Bid, UnitClass, Place]]) -> list[Event]:
    """The events of a sentence by place; ``figured`` are bid, class of unit and place of the claims of its figures."""
    chosen: list[Event] = []
    candidates = _by_actor(scene, _candidates(document, scene))
    for event in sorted(candidates, key=_worth):
        if any(_is_figured(document, scene, event, *f) for f in figured):
            continue
        if any(_is_same_move(document, scene, event, e) for e in chosen):
            continue
        chosen.append(event)
    found = [_referring(document, scene, e) for e in _enacted(scene, chosen, candidates)]
    return sorted(found, key=lambda e: e.found.start)


def _by_actor(scene: Scene, events: list[Event]) -> list[Event]:
    """Without the rules that are a house's own (*PayPal lets customers buy*), and without a state's as a business."""
    houses = [e.found.place for e in events if e.hit.type == "adoption"]
    rules = [e.found.place for e in events if e.hit.type == "regulation"]
    if not houses or not rules:
        return events
    kept = []
    for event in events:
        others = {"adoption": rules, "regulation": houses}.get(event.hit.type)
        near = others and any(scene.distance(event.found.place, o) <= _ONE_PHRASE for o in others)
        if (
            near
            and event.hit.trigger.measure not in _OWN
            and _is_house(scene, event) == (event.hit.type == "regulation")
        ):
            continue
        kept.append(event)
    return kept


def _is_house(scene: Scene, event: Event) -> bool:
    """Whether a company or bank, and no country or body, stands before the words as what does it."""
    actor = _behind(scene, event) if grammar(scene.text.lang).order == "verb_first" else None
    for name in scene.names if actor is None else ():
        place = scene.place(name.start, name.end)
        if place.first > event.found.place.first:
            break
        if name.kind in _ACTING and not scene.is_oblique(place):
            actor = name
    return actor is not None and actor.kind == "organisation" and BODY_TAGS.isdisjoint(actor.tags)


def _behind(scene: Scene, event: Event) -> Name | None:
    """The name right behind a verb that comes first, perhaps with its office: *رفض مساهمو «X»*, *سمح بنك «X»*."""
    first = event.found.place.first
    for name in scene.names:
        place = scene.place(name.start, name.end)
        if first < place.first <= first + _OFFICE:
            return name if name.kind in _ACTING and not scene.is_oblique(place) else None
    return None


def _referring(document: Document, scene: Scene, event: Event) -> Event:
    """An act that says no more than *the law takes effect* is about what the text said first that the law does."""
    if not event.hit.trigger.act:
        document.moves.setdefault(event.hit.type, event.hit)
        return event
    said = document.moves.get(event.hit.type)
    if said is None or not _names_no_rule(scene, event):
        return event
    return replace(event, hit=said)


def _names_no_rule(scene: Scene, event: Event) -> bool:
    """Whether only a word such as *the law*, *the document* stands for the rule."""
    places = [scene.place(c.start, c.end) for c in scene.cues if c.kind is CueKind.REFERENCE and c.sense == "bill"]
    near = [p for p in places if scene.distance(p, event.found.place) <= _ONE_PHRASE]
    objects = {n.kind for n in scene.names if n.kind in ("asset", "group")}
    return bool(near) and not objects


def _enacted(scene: Scene, chosen: list[Event], candidates: list[Event]) -> list[Event]:
    """What a law does joined to the act of passing it: *passed a law that bans* is a ban, told by *passed*."""
    joined: list[Event] = []
    taken: list[Event] = []
    for event in sorted(chosen, key=lambda e: e.found.start):
        act = None if event.hit.trigger.act else _act_for(scene, event, candidates)
        if act is None or act in taken:
            joined.append(event)
            continue
        taken.append(act)
        joined.append(replace(event, found=act.found))
    return [e for e in joined if e not in taken]


def _act_for(scene: Scene, event: Event, candidates: list[Event]) -> Event | None:
    """The nearest act of the event's type, where nothing but the name of the rule stands between."""
    acts = [
        (scene.distance(c.found.place, event.found.place), -len(c.found.place), c.found.start, c)
        for c in candidates
        if c.hit.trigger.act and c.hit.type == event.hit.type
    ]
    near = [a for a in acts if a[0] <= _ACT]
    return min(near, key=lambda a: a[:3])[3] if near else None


def _is_figured(document: Document, scene: Scene, event: Event, bid: Bid, unit: UnitClass, place: Place) -> bool:
    """Whether a figure near the event belongs to the same move: of its type, and such as its measure can have."""
    if event.hit.type in document.types[bid.hit.type].frame.covers:
        return scene.distance(bid.found.place, event.found.place) <= 1
    if bid.hit.type != event.hit.type or scene.distance(place, event.found.place) > _FIGURE_MOVE:
        return False
    measure = event.hit.trigger.measure
    if bid.hit.trigger.measure == measure:
        return True
    low, high = sorted((bid.found.place, event.found.place))
    if (
        grammar(scene.text.lang).joined_and
        and scene.is_joined(low.last, high.first + 1)
        and bid.found.place != event.found.place
    ):
        return False  # *builds a reserve and closes 130 exchanges* are two deeds
    return unit in document.types[bid.hit.type].frame.measures[measure]


def _is_same_move(document: Document, scene: Scene, one: Event, other: Event) -> bool:
    """Whether two triggers tell of one move: close together, and not two deeds on two objects (*bans X, taxes Y*)."""
    if one.hit.type != other.hit.type:
        return False
    words = scene.distance(one.found.place, other.found.place)
    if words > _SAME_MOVE:
        return False
    if _are_two(scene, one, other):
        return False
    vague = min(one.hit.trigger.weight, other.hit.trigger.weight) < 1.0
    return vague or words <= _ONE_PHRASE or _object(document, scene, one) == _object(document, scene, other)


def _are_two(scene: Scene, one: Event, other: Event) -> bool:
    """Whether two are dealt with in two clauses: *the CFTC sued BitMEX, and the DoJ charged its founder*."""
    low, high = sorted((one.found.place, other.found.place))
    names = (one.subject.name, other.subject.name)
    if one.subject.id == other.subject.id or any(n is None or n.start < scene.sentence.start for n in names):
        return False
    between = {t.form for t in scene.text.tokens[low.last : high.first]}
    return not between.isdisjoint(_PARTED) and scene.is_joined(low.last, high.first)


def _object(document: Document, scene: Scene, event: Event) -> tuple[str, str | None]:
    slot = nearest_slot(document, scene, event.hit.type, "object", event.found.place)
    return event.hit.trigger.measure, slot


def _worth(event: Event) -> tuple[float, int, int]:
    """Sort key: heavier triggers first, then longer ones, then those that come first."""
    place = event.found.place
    return (-event.hit.trigger.weight, place.first - place.last, place.first)


def _describes(scene: Scene, place: Place) -> bool:
    """Whether a participle only says what kind of thing its noun is: *the convicted one*, *on licensed exchanges*."""
    tokens, words = scene.text.tokens, grammar(scene.text.lang)
    if place.last == place.first + 1 < scene.last and is_attribute(tokens[place.first].form, scene.text.lang):
        return tokens[place.last].form[:1].isalpha()  # *регулируемую инфраструктуру*
    before = tokens[place.first - 1].form if place.first > scene.first else ""
    if not words.determiners or place.last - place.first > _NOUN_WITH_PARTICIPLE or place.first >= scene.last - 1:
        return False
    word, after = tokens[place.first].form, tokens[place.first + 1].form
    described = place.first == scene.first or before in words.determiners
    return described and word.endswith("ed") and after[:1].isalpha() and after not in words.function_words


def _candidates(document: Document, scene: Scene) -> list[Event]:
    found_events = []
    for found in scene.triggers:
        hit = found.hit
        if not isinstance(hit, TriggerHit) or not hit.trigger.event or not contexts_fit(document, scene, hit):
            continue
        frame = document.types[hit.type].frame
        if not has_object(scene, hit.trigger, found.place) or _describes(scene, found.place):
            continue
        if hit.trigger.measure not in frame.valueless:
            continue
        subject = choose(document, scene, frame.subject, hit, found.place, None)
        if subject is not None:
            found_events.append(Event(found, hit, subject))
    return found_events
