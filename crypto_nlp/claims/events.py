"""Claims without a figure: a verb or noun of the type's own, where no figure of the type says more.

One event a clause and type: of the triggers that stand close together (*passed a bill that bans*), the weightiest
counts; those of another clause make a claim of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crypto_nlp.claims.figures import contexts_fit
from crypto_nlp.claims.subjects import Subject, choose
from crypto_nlp.rules.triggers import TriggerHit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crypto_nlp.claims.scene import Document, Found, Place, Scene

_SAME_MOVE = 9.0  # words within which two triggers of a type tell of one move
_FIGURE_MOVE = 16.0  # words within which a figure of the type belongs to the same move


@dataclass(frozen=True, slots=True)
class Event:
    """A trigger that states a claim by itself."""

    found: Found
    hit: TriggerHit
    subject: Subject


def events(document: Document, scene: Scene, figured: Sequence[tuple[str, Place]]) -> list[Event]:
    """The events of a sentence by place; ``figured`` are type and place of the claims that its figures made."""
    chosen: list[Event] = []
    for event in sorted(_candidates(document, scene), key=_worth):
        type_name, place = event.hit.type, event.found.place
        if any(t == type_name and scene.distance(p, place) <= _FIGURE_MOVE for t, p in figured):
            continue
        if any(e.hit.type == type_name and scene.distance(e.found.place, place) <= _SAME_MOVE for e in chosen):
            continue
        chosen.append(event)
    return sorted(chosen, key=lambda e: e.found.start)


def _worth(event: Event) -> tuple[float, int, int]:
    """Sort key: heavier triggers first, then longer ones, then those that come first."""
    place = event.found.place
    return (-event.hit.trigger.weight, place.first - place.last, place.first)


def _candidates(document: Document, scene: Scene) -> list[Event]:
    found_events = []
    for found in scene.triggers:
        hit = found.hit
        if not isinstance(hit, TriggerHit) or not hit.trigger.event or not contexts_fit(document, scene, hit):
            continue
        frame = document.types[hit.type].frame
        if hit.trigger.measure not in frame.valueless:
            continue
        subject = choose(document, scene, frame.subject, hit, found.place, None)
        if subject is not None:
            found_events.append(Event(found, hit, subject))
    return found_events
