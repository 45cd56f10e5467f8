"""Who or what a claim is about: the nearest name that the frame allows, else what the sentence refers back to.

The order is that of a reader: a name in the clause of the trigger, a word that stands for a name (*the company*), what
the sentences before were about, the headline, and last the group that the words themselves imply.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crypto_nlp.claims.reference import resolve
from crypto_nlp.records import CueKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crypto_nlp.claims.scene import Document, Place, Scene
    from crypto_nlp.records import Name
    from crypto_nlp.rules.claims import SubjectRule
    from crypto_nlp.rules.triggers import TriggerHit

_BEHIND = 3.0  # a name after the trigger is further off than one before it
_RANK = 2.0  # by how much a less fitting kind is further off
_SPEAKER = 12.0  # who tells is seldom what it is about
_FADE = 0.02
_LOOK_BACK = 3  # sentences


@dataclass(frozen=True, slots=True)
class Subject:
    """The id, how well it fits (0 to 1), and the name where one was read."""

    id: str
    fit: float
    name: Name | None = None


def choose(
    document: Document, scene: Scene, rule: SubjectRule, hit: TriggerHit, trigger: Place, figure: Place | None
) -> Subject | None:
    """The best subject for a claim of ``hit`` at ``trigger``, or None where the frame allows none."""
    kinds = rule.by_measure.get(hit.trigger.measure, rule.kinds)
    near = _nearest(document, scene, rule, kinds, trigger, figure)
    if near is not None:
        return near
    referred = _referred(document, scene, kinds, trigger)
    if referred is not None:
        return referred
    if hit.trigger.subject:
        return Subject(hit.trigger.subject, 0.85)
    for context, group in rule.by_context.items():
        if scene.has((context,), hit.type) or (hit.type, context) in document.contexts:
            return Subject(group, 0.8)
    if rule.topic:
        topic = _topic(document, scene, rule, kinds)
        if topic is not None:
            return topic
    return Subject(rule.default, 0.65) if rule.default else None


def allowed(name: Name, kinds: tuple[str, ...]) -> int | None:
    """The rank of the first of ``kinds`` (``kind`` or ``kind:tag``) that ``name`` is, or None."""
    for rank, spec in enumerate(kinds):
        kind, _, tag = spec.partition(":")
        if name.kind == kind and (not tag or tag in name.tags or tag == name.id or tag in name.id.split("-")):
            return rank
    return None


def _nearest(
    document: Document, scene: Scene, rule: SubjectRule, kinds: tuple[str, ...], trigger: Place, figure: Place | None
) -> Subject | None:
    best: tuple[float, Name] | None = None
    for name in scene.names:
        rank = allowed(name, kinds)
        if rank is None or "demonym" in name.tags or not name.tags.isdisjoint(rule.not_tagged):
            continue
        place = scene.place(name.start, name.end)
        words = scene.distance(place, trigger)
        if place.first >= trigger.last:
            words += _BEHIND
        if figure is not None:
            words = min(words, scene.distance(place, figure) + (_BEHIND + 1.0 if place.first >= figure.last else 1.0))
        words += _RANK * rank
        if document.attribution.is_holder(name):
            words += _SPEAKER
        if best is None or words < best[0]:
            best = (words, name)
    return Subject(best[1].id, 1.0 / (1.0 + _FADE * best[0]), best[1]) if best else None


def _referred(document: Document, scene: Scene, kinds: tuple[str, ...], trigger: Place) -> Subject | None:
    words = [c for c in scene.cues if c.kind is CueKind.REFERENCE]
    words.sort(key=lambda c: scene.distance(scene.place(c.start, c.end), trigger))
    for cue in words:
        name = resolve(cue, document.names, cue.start)
        if name is not None and allowed(name, kinds) is not None:
            return Subject(name.id, 0.9, name)
    return None


def _topic(document: Document, scene: Scene, rule: SubjectRule, kinds: tuple[str, ...]) -> Subject | None:
    for name in _earlier(document, scene):
        fits = allowed(name, kinds) is not None and name.tags.isdisjoint((*rule.not_tagged, "demonym"))
        if fits and not document.attribution.is_holder(name):
            return Subject(name.id, 0.75, name)
    return None


def _earlier(document: Document, scene: Scene) -> Iterator[Name]:
    """Names of the sentences before, nearest sentence first and in each from its beginning; then of the headline."""
    for back in range(1, _LOOK_BACK + 1):
        if scene.index - back >= 0:
            yield from document.scenes[scene.index - back].names
    if scene.index > _LOOK_BACK:
        yield from document.scenes[0].names
