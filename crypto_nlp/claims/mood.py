"""Whether a claim has happened, will, is planned or may be; whether it is denied; and on what condition it hangs.

The cues of the sentence decide by their scope and side. A figure about the future is a forecast whether the text says *will* or
*could*; a deed (an event, or a figure of a rule, a holding or a deal) that will happen is a plan, and one that may happen is
possible. What a bill would do is possible too (the reader of cues marks the future tense of such a text as ``bill``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crypto_nlp.mentions.clauses import COMMAS
from crypto_nlp.records import CueKind, Modality

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from crypto_nlp.claims.scene import Document, Scene
    from crypto_nlp.records import Cue, Time
    from crypto_nlp.text import Text

_DEEDS = frozenset(("regulation", "adoption", "funding", "security"))
_STRONG = frozenset(("considers", "proposes", "rumour", "bill"))
_BACKWARD = frozenset(("may", "future", "would", "plans", "considers", "obliged", "not", "bill"))
_JOINING = frozenset(("and", "but", "or", "и", "но", "или", "to", "from", "against", "while", "а"))
_NEGATED_REACH = 7  # tokens from a negation to the words that it denies
_REPORTED = frozenset(("says", "data", "denies", "warns"))


class Mood(NamedTuple):
    """How a claim is meant; ``cues`` are the ones that decided."""

    modality: Modality = Modality.FACT
    negated: bool = False
    condition: str | None = None
    cues: tuple[Cue, ...] = ()


class Target(NamedTuple):
    """A claim as its mood is read: anchor and trigger offsets, whether it has a figure, whether it tells of a deed, when it is."""

    anchor: tuple[int, int]
    trigger: tuple[int, int]
    figure: bool
    deed: bool
    future: bool = False


def read(  # noqa: PLR0913 - what the frames know of a claim when they ask
    document: Document,
    scene: Scene,
    anchor: tuple[int, int],
    trigger: tuple[int, int],
    time: Time | None,
    *,
    figure: bool,
    type_name: str = "",
) -> Mood:
    """The mood of a claim of a document: its anchor and trigger as character offsets, its time, whether it has a figure."""
    target = Target(anchor, trigger, figure, not figure or type_name in _DEEDS, is_future(time, document.published))
    return judge(scene.text, scene.cues, target)


def judge(view: Text, cues: Sequence[Cue], target: Target) -> Mood:
    """The mood of a claim, from the cues of its sentence."""
    governing = [c for c in cues if _governs(view, c, target)]
    modality, decided = _modality(governing, cues, target)
    negation = next((c for c in cues if c.kind is CueKind.NEGATION and _denies(view, c, cues, target)), None)
    condition = _condition(view, cues, target, modality)
    used = (*decided, *(c for c in (negation, condition) if c is not None))
    quoted = view.original[condition.scope_start : condition.scope_end] if condition else None
    return Mood(modality, negation is not None, quoted, used)


def is_future(time: Time | None, published: date) -> bool:
    """Whether the time begins after the day of publishing (or, for *by 2027*, ends after it)."""
    if time is None or not time.when:
        return False
    start, _, end = time.when.partition("/")
    moment = end if start == ".." else start
    if not moment[:4].isdigit():
        return False
    if "Q" in moment:
        moment = f"{moment[:4]}-{int(moment[-1]) * 3 - 2:02d}"
    return moment > published.isoformat()[: len(moment)]


def _modality(governing: Sequence[Cue], cues: Sequence[Cue], target: Target) -> tuple[Modality, tuple[Cue, ...]]:
    by_sense: dict[str, Cue] = {}
    for cue in governing:
        if cue.kind in (CueKind.HEDGE, CueKind.PLAN, CueKind.FORECAST):
            by_sense.setdefault(cue.sense, cue)
    for sense, modality in _order(target, _is_reported(cues, target), bool(_conditions(cues))):
        if sense in by_sense:
            return modality, (by_sense[sense],)
    if target.future:
        return (Modality.PLAN if target.deed else Modality.FORECAST), ()
    return Modality.FACT, ()


def _order(target: Target, reported: bool, conditional: bool) -> list[tuple[str, Modality]]:  # noqa: FBT001
    """Senses in the order in which they decide, with what they make of the claim."""
    if target.deed:
        would = Modality.PLAN if reported and not conditional else Modality.POSSIBLE
        obliged = [("obliged", Modality.PLAN)] if target.future else []
        return [
            *((sense, Modality.POSSIBLE) for sense in ("considers", "proposes", "rumour")),
            ("plans", Modality.PLAN),
            *([("bill", Modality.POSSIBLE)] if not target.future else [("bill", Modality.PLAN)]),
            ("may", Modality.POSSIBLE),
            ("would", would),
            *((sense, Modality.PLAN) for sense in ("headline", "future", "expected")),
            *obliged,
        ]
    return [
        *((sense, Modality.FORECAST) for sense in ("expected", "may", "future", "would", "bill")),
        ("plans", Modality.PLAN),
        ("headline", Modality.FORECAST),
    ]


def _is_reported(cues: Sequence[Cue], target: Target) -> bool:
    """Whether a speech verb stands before the claim: after *said*, *would* is a future."""
    return any(c.kind is CueKind.ATTRIBUTION and c.sense in _REPORTED and c.end <= target.trigger[1] for c in cues)


def _governs(view: Text, cue: Cue, target: Target) -> bool:
    """Whether a modal cue bears on the claim: it stands in its words, before them in their clause, or right after as their verb."""
    if cue.kind not in (CueKind.HEDGE, CueKind.PLAN, CueKind.FORECAST):
        return False
    return any(_bears(view, cue, span, target) for span in dict.fromkeys((target.trigger, target.anchor)))


def _bears(view: Text, cue: Cue, span: tuple[int, int], target: Target) -> bool:
    start, end = span
    if start <= cue.start and cue.end <= end:
        return True
    if not cue.scope_start <= start < cue.scope_end:
        return False
    if cue.end <= start:
        return not _reset(view, cue.end, start)
    if cue.sense not in _BACKWARD or cue.start < end:
        return cue.start < end
    between = [t.form for t in _tokens(view, end, cue.start)]
    joined = any(form in _JOINING or form in COMMAS for form in between)
    return not joined and (view.lang != "ar" or not target.figure)


def _reset(view: Text, start: int, end: int) -> bool:
    """Whether between a cue and the claim another predicate begins: *could rise and has gained*, ``، وحققت``."""
    tokens = _tokens(view, start, end)
    forms = [t.form for t in tokens]
    for at, form in enumerate(forms[:-1]):
        following = forms[at + 1]
        if (form in COMMAS or form in ("and", "but")) and following in _PAST:
            return True
        if form == "،" and following.startswith("و") and len(following) > 3 and not following.startswith("وان"):
            return True
    return False


_PAST = frozenset(("has", "have", "had", "was", "were", "is", "are", "did", "which", "who"))


def _tokens(view: Text, start: int, end: int) -> list[object]:
    first, last = view.between(start, end)
    return list(view.tokens[first:last])


def _denies(view: Text, cue: Cue, cues: Iterable[Cue], target: Target) -> bool:
    """Whether a negation bears on the claim's own words: before them, or after a fronted object (*покупать не планирует*)."""
    start, end = target.trigger
    if not cue.scope_start <= start < cue.scope_end:
        return False
    if cue.sense == "denied":
        return cue.end <= start or (cue.start >= end and view.lang == "ru")
    if start <= cue.start and cue.end <= end:
        return True
    first, last = view.between(*sorted((cue.end, start)) if cue.end <= start else (end, cue.start))
    gap = [t.form for t in view.tokens[first:last]]
    if any(form in COMMAS for form in gap):
        return False
    if target.figure and target.trigger == target.anchor:
        return False
    if cue.end <= start:
        return len(gap) <= (1 if target.figure else _NEGATED_REACH)
    planned = any(c.kind in (CueKind.PLAN, CueKind.HEDGE) and 0 <= c.start - cue.end <= 2 for c in cues)
    return planned and view.lang != "en" and len(gap) <= _NEGATED_REACH


def _conditions(cues: Iterable[Cue]) -> list[Cue]:
    return [c for c in cues if c.kind is CueKind.CONDITION]


def _condition(view: Text, cues: Sequence[Cue], target: Target, modality: Modality) -> Cue | None:
    """The nearest condition of the claim's own clause; a figure that is a fact hangs on none."""
    if target.figure and modality is Modality.FACT:
        return None
    best: tuple[int, Cue] | None = None
    for cue in _conditions(cues):
        low, high = min(cue.scope_end, target.anchor[1]), max(cue.scope_start, target.anchor[0])
        if cue.scope_start <= target.anchor[0] < cue.scope_end or any(c in ";؛" for c in view.original[low:high]):
            continue
        distance = max(high - low, 0)
        if best is None or distance < best[0]:
            best = (distance, cue)
    return best[1] if best else None
