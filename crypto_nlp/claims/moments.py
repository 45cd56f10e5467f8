"""For when a claim is: the time of its own clause, by the rules for ``when`` in docs/claims.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crypto_nlp.records import CueKind
from crypto_nlp.rules.triggers import ClauseHit

if TYPE_CHECKING:
    from crypto_nlp.claims.scene import Place, Scene
    from crypto_nlp.records import Time

_CROSSED = 7.0  # a time beyond another figure is that figure's
_REACH = 45.0
_SPEECH = 3.0  # a weekday this near to the verb of speaking is the day of speaking


def choose(scene: Scene, place: Place, trigger: Place, *, figure: bool) -> Time | None:
    """The time of the claim at ``place``, or None where its clause gives none."""
    compared = figure and in_comparison(scene, place)
    rivals = [scene.place(q.start, q.end) for q in scene.quantities]
    rivals = [r for r in rivals if r != place]
    best: tuple[float, Time] | None = None
    for time in scene.times:
        at = scene.place(time.start, time.end)
        if time.kind == "now" or not time.when or (time.base and not compared):
            continue
        if time.weekday and _of_speech(scene, at):
            continue
        if _in_condition(scene, time):
            continue
        words = min(scene.distance(at, place), scene.distance(at, trigger) + 1.0)
        low, high = sorted((at, place))
        words += _CROSSED * sum(1 for r in rivals if low.last <= r.first and r.last <= high.first)
        if compared and not time.base and at.first < place.first:
            words += 2 * _CROSSED
        if words <= _REACH and (best is None or words < best[0]):
            best = (words, time)
    return best[1] if best else None


def in_comparison(scene: Scene, place: Place) -> bool:
    """Whether the figure at ``place`` is the base of a comparison: *against $1.6bn in the second quarter*."""
    for found in scene.clauses:
        if isinstance(found.hit, ClauseHit) and found.hit.kind == "comparand" and found.place.last <= place.first:
            between = scene.distance(found.place, place)
            if between <= 4.0:
                return True
    return False


def _of_speech(scene: Scene, at: Place) -> bool:
    return any(
        scene.distance(scene.place(c.start, c.end), at) <= _SPEECH for c in scene.cues if c.kind is CueKind.ATTRIBUTION
    )


def _in_condition(scene: Scene, time: Time) -> bool:
    return any(c.kind is CueKind.CONDITION and c.scope_start <= time.start < c.scope_end for c in scene.cues)
