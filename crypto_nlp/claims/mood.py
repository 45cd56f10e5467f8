"""Whether a claim has happened, will, is planned or may be; whether it is denied; and on what condition it hangs.

The cues of the sentence decide by their scope and side. A figure about the future is a forecast whether the text says
*will* or *could*; a deed (an event, or a figure of a rule, a holding or a deal) that will happen is a plan, and one
that may happen is possible. What a bill would do is possible too (the reader of cues marks the future tense of such a
text as ``bill``).
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

from crypto_nlp.mentions.clauses import COMMAS
from crypto_nlp.morphology import is_infinitive, is_past
from crypto_nlp.records import CueKind, Modality
from crypto_nlp.rules.grammar import grammar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from crypto_nlp.claims.scene import Document, Scene
    from crypto_nlp.records import Cue, Time
    from crypto_nlp.text import Text, Token

_DEEDS = frozenset(("regulation", "adoption", "funding", "security"))
_BUILT = frozenset(("operations",))  # what a business will build or dismiss it has decided
_UNPLANNED = frozenset(("price", "price_change", "performance"))
_BACKWARD = frozenset(("may", "future", "would", "plans", "considers", "obliged", "not", "under_bill"))
_FRONTING = frozenset(("proposes", "considers", "plans"))
_NEGATED_REACH = 7  # tokens from a negation to the words that it denies
_REPORTED = frozenset(("says", "data", "denies", "warns"))


class Mood(NamedTuple):
    """How a claim is meant; ``cues`` are the ones that decided."""

    modality: Modality = Modality.FACT
    negated: bool = False
    condition: str | None = None
    cues: tuple[Cue, ...] = ()


class Target(NamedTuple):
    """A claim as its mood is read: anchor and trigger offsets, and what the frames know of it.

    ``figure``: it has a value; ``deed``: an event, or the figure of one; ``future``: its time is still to come;
    ``rule``: it is what a law or regulator does; ``price``: a price or its move, which nobody plans;
    ``built``: it is what a business builds or does without.
    """

    anchor: tuple[int, int]
    trigger: tuple[int, int]
    figure: bool
    deed: bool
    future: bool = False
    rule: bool = False
    price: bool = False
    built: bool = False


def read(
    document: Document,
    scene: Scene,
    anchor: tuple[int, int],
    trigger: tuple[int, int],
    time: Time | None,
    *,
    figure: bool,
    type_name: str = "",
) -> Mood:
    """The mood of a claim of a document; anchor and trigger are character offsets, ``figure``: it has a value."""
    deed = not figure or type_name in _DEEDS
    target = Target(
        anchor,
        trigger,
        figure,
        deed,
        is_future(time, document.published, figure=not deed),
        rule=type_name == "regulation",
        price=type_name in _UNPLANNED,
        built=type_name in _BUILT,
    )
    return judge(scene.text, scene.cues, target)


def judge(view: Text, cues: Sequence[Cue], target: Target) -> Mood:
    """The mood of a claim, from the cues of its sentence (in order of place) that are near enough to bear on it."""
    low = bisect_left(cues, min(target.anchor[0], target.trigger[0]) - _NEAR, key=lambda c: c.start)
    cues = cues[low : bisect_left(cues, max(target.anchor[1], target.trigger[1]) + _NEAR, key=lambda c: c.start)]
    governing = [c for c in cues if _governs(view, c, cues, target)]
    modality, decided = _modality(view, governing, cues, target)
    negation = next((c for c in cues if c.kind is CueKind.NEGATION and _denies(view, c, cues, target)), None)
    condition = _condition(view, cues, target, modality)
    used = (*decided, *(c for c in (negation, condition) if c is not None))
    quoted = view.original[condition.scope_start : condition.scope_end] if condition else None
    return Mood(modality, negation is not None, quoted, used)


def is_future(time: Time | None, published: date, *, figure: bool = False) -> bool:
    """Whether the time begins after the day of publishing; *by 2027* does for a figure, *until 2031* for no deed."""
    if time is None or not time.when:
        return False
    start, _, end = time.when.partition("/")
    moment = end if start == ".." and figure else start
    if not moment[:4].isdigit():
        return False
    if "Q" in moment:
        moment = f"{moment[:4]}-{int(moment[-1]) * 3 - 2:02d}"
    return moment > published.isoformat()[: len(moment)]


def _intends(view: Text, by_sense: Mapping[str, Cue]) -> bool:
    """Whether a verb that expects or intends has a deed in the infinitive behind it: *рассчитывает купить*."""
    cue = by_sense.get("expected")
    if cue is None or "plans" not in by_sense or by_sense["plans"].start != cue.start:
        return False
    following = view.between(cue.start, cue.end)[1]
    return following < len(view.tokens) and is_infinitive(view.tokens[following].form)


def _modality(
    view: Text, governing: Sequence[Cue], cues: Sequence[Cue], target: Target
) -> tuple[Modality, tuple[Cue, ...]]:
    by_sense: dict[str, Cue] = {}
    for cue in governing:
        if cue.kind in (CueKind.HEDGE, CueKind.PLAN, CueKind.FORECAST):
            by_sense.setdefault(cue.sense, cue)
    if target.deed and _intends(view, by_sense):
        del by_sense["expected"]
    for sense, modality in _order(target, _is_reported(cues, target), bool(_conditions(cues))):
        if sense in by_sense:
            return modality, (by_sense[sense],)
    if target.future:
        return (Modality.PLAN if target.deed or target.built else Modality.FORECAST), ()
    return Modality.FACT, ()


def _order(target: Target, reported: bool, conditional: bool) -> list[tuple[str, Modality]]:  # noqa: FBT001
    """Senses in the order in which they decide, with what they make of the claim."""
    if not target.deed:
        ahead = Modality.PLAN if target.built else Modality.FORECAST
        return [
            *((sense, Modality.FORECAST) for sense in ("expected", "may")),
            ("plans", Modality.FORECAST if target.price else Modality.PLAN),
            *((sense, ahead) for sense in ("future", "would", "headline")),
        ]
    would = Modality.PLAN if reported and not conditional else Modality.POSSIBLE
    content = Modality.PLAN if target.future else Modality.POSSIBLE
    bill = [("bill", content), ("under_bill", content)] if target.rule else []
    hoped = Modality.FORECAST if target.figure and not target.rule else Modality.PLAN
    obliged = [("obliged", Modality.PLAN)] if target.future else []
    return [
        *((sense, Modality.POSSIBLE) for sense in ("considers", "proposes", "rumour")),
        *([("expected", hoped)] if hoped is Modality.FORECAST else []),
        ("plans", Modality.PLAN),
        ("delayed", Modality.FACT),
        *bill,
        ("may", Modality.POSSIBLE),
        ("would", would),
        *((sense, Modality.PLAN) for sense in ("headline", "future")),
        ("expected", hoped),
        *obliged,
    ]


def _is_reported(cues: Sequence[Cue], target: Target) -> bool:
    """Whether a speech verb stands before the claim: after *said*, *would* is a future."""
    return any(c.kind is CueKind.ATTRIBUTION and c.sense in _REPORTED and c.end <= target.trigger[1] for c in cues)


def _governs(view: Text, cue: Cue, cues: Sequence[Cue], target: Target) -> bool:
    """Whether a modal cue bears on the claim: in its words, before them in their clause, or after as their verb."""
    if cue.kind not in (CueKind.HEDGE, CueKind.PLAN, CueKind.FORECAST):
        return False
    spans = dict.fromkeys((target.trigger, target.anchor))
    if any(
        c.scope_start <= cue.start < c.scope_end and not c.scope_start <= target.anchor[0] < c.scope_end
        for c in _conditions(cues)
    ):
        return False
    if cue.sense == "delayed":
        return any(cue.start < end and start < cue.end for start, end in spans)
    if target.figure and _compares(view, cues, cue.end, target.anchor[0]):
        return False  # *could take a year, compared with four*: the four are known
    old = cue.end <= target.anchor[0] and _opens_range(view, *target.anchor) and not _is_revised(cues, target)
    if target.figure and not target.deed and old:
        return False  # *will grow from $5 to $7*: the five are known
    return any(_bears(view, cue, cues, span) for span in spans)


def _is_revised(cues: Sequence[Cue], target: Target) -> bool:
    """Whether the range is that of a forecast, which was one before too: *cut its forecast from $200 to $100*."""
    return any(
        c.kind is CueKind.ATTRIBUTION and c.sense == "expects" and " " in c.text and c.end <= target.anchor[0]
        for c in cues
    )


def _bears(view: Text, cue: Cue, cues: Sequence[Cue], span: tuple[int, int]) -> bool:
    start, end = span
    if cue.sense != "bill" and cue.start < end and start < cue.end:
        return True
    if cue.sense == "bill" and (
        any(is_past(t.form, view.lang) for t in _tokens(view, start, end)) or _is_done(view, start)
    ):
        return False
    if cue.start < end and start < cue.end:
        return cue.start == start
    if cue.sense == "expected" and cue.scope_start >= end and not view.original[end : cue.scope_start].strip():
        return True  # the $1.57bn that analysts had expected
    if not cue.scope_start <= start < cue.scope_end:
        return False
    return not _reset(view, cues, cue.end, start) if cue.end <= start else _bears_backward(view, cue, end, span)


def _bears_backward(view: Text, cue: Cue, end: int, span: tuple[int, int]) -> bool:
    """Whether a cue after the claim is its verb: *80% of miners could*, *покупать не планирует*."""
    if grammar(view.lang).order == "free" and cue.sense in _FRONTING and is_infinitive(_tokens(view, *span)[0].form):
        return not any(t.form in COMMAS for t in _tokens(view, end, cue.start))
    if cue.sense not in _BACKWARD or (cue.sense == "may" and grammar(view.lang).order == "verb_first"):
        return False
    between = [t.form for t in _tokens(view, end, cue.start)]
    if cue.sense == "plans" and len(between) > _OBJECT:
        return False
    words = grammar(view.lang)
    joining = words.and_ | words.or_ | words.parting
    return not any(form in joining or form in COMMAS for form in between)


def _reset(view: Text, cues: Sequence[Cue], start: int, end: int) -> bool:
    """Whether between a cue and the claim another predicate begins: *could rise and has gained*, ``، وحققت``."""
    if _compares(view, cues, start, end) or _in_relative(view, start, end):
        return True
    forms, words = [t.form for t in _tokens(view, start, end)], grammar(view.lang)
    for at, form in enumerate(forms[:-1]):
        following = forms[at + 1]
        if (form in COMMAS or form in words.and_ or form in words.parting) and following in words.past:
            return True
        if (
            form == "،"
            and following.startswith("و")
            and len(following) > 3
            and not following.startswith(("وان", "وال"))
        ):
            return True
        if form == "," and words.order == "free" and any(is_past(f, view.lang) for f in forms[at + 1 : at + 4]):
            return True
    return False


def _in_relative(view: Text, start: int, end: int) -> bool:
    """Whether a relative clause between commas ends behind a cue: *Mara, which wants to grow, raised $5m*."""
    if not any(t.form in COMMAS for t in _tokens(view, start, end)):
        return False
    at = view.between(start, start + 1)[0]
    before = [t.form for t in view.tokens[max(0, at - _RELATIVE) : at]]
    relative = grammar(view.lang).relative
    opens = (n for n, form in enumerate(before) if n and form in relative and before[n - 1] in COMMAS)
    first = next(opens, None)
    return first is not None and not any(form in COMMAS for form in before[first:])


def _compares(view: Text, cues: Iterable[Cue], start: int, end: int) -> bool:
    """Whether between two offsets a figure's base of comparison opens."""
    bases = (c for c in cues if c.kind is CueKind.COMPARISON and c.sense == "base")
    return any(start <= c.start and c.end <= end and not _pays(view, c, start) for c in bases)


def _pays(view: Text, cue: Cue, start: int) -> bool:
    """Whether مقابل tells a deal's price, no comma and no figure being before it: تدرس شراء «كوربت» مقابل 100 مليار."""
    between = _tokens(view, start, cue.start)
    return bool(grammar(view.lang).price_of) and not any(t.form in COMMAS or t.form[0].isdigit() for t in between)


def _opens_range(view: Text, start: int, end: int) -> bool:
    """Whether the figure is that from which another is reached: *from $6,851 to $12,525*."""
    first, last = view.between(start, end)
    before = view.tokens[first - 1].form if first else ""
    words, after = grammar(view.lang), [t.form for t in view.tokens[last : last + _TO_WHAT]]
    return before in words.from_ and after[:1] != [] and after[0] in words.to and any(f[0].isdigit() for f in after)


def _is_done(view: Text, start: int) -> bool:
    """Whether *was*, *has been* stands right before: *a bill that … was approved* tells what became of the bill."""
    at = view.between(start, start + 1)[0]
    return at > 0 and view.tokens[at - 1].form in grammar(view.lang).passive


_RELATIVE = 6  # tokens from a relative pronoun to the cue in its clause
_MODAL = (CueKind.PLAN, CueKind.HEDGE, CueKind.FORECAST)
_NEAR = 600  # characters from a cue to a claim that it can still bear on
_TO_WHAT = 4  # tokens from *to* to the figure behind it, a sign and a bound between them
_OBJECT = 4  # tokens between a fronted object and the verb of planning


def _tokens(view: Text, start: int, end: int) -> list[Token]:
    first, last = view.between(start, end)
    return list(view.tokens[first:last])


def _denies(view: Text, cue: Cue, cues: Iterable[Cue], target: Target) -> bool:
    """Whether a negation bears on the claim's words: before them, or after a fronted object (*купить не хочет*)."""
    start, end = target.trigger
    if not cue.scope_start <= start < cue.scope_end:
        return False
    within = cue.start < end and start < cue.end
    if within:
        return cue.sense != "without"
    expected = target.figure and any(_is_expected(c, cue.end, start) for c in cues)
    if cue.sense == "denied" or expected:
        return expected or cue.end <= start or grammar(view.lang).order == "free"
    first, last = view.between(*sorted((cue.end, start)) if cue.end <= start else (end, cue.start))
    gap = [t.form for t in view.tokens[first:last]]
    if any(form in COMMAS for form in gap) or (target.figure and target.trigger == target.anchor):
        return False
    if cue.end <= start:
        return len(gap) <= (1 if target.figure or cue.sense == "without" else _NEGATED_REACH)
    planned = any(c.kind in _MODAL and 0 <= c.start - cue.end <= 2 for c in cues)
    absent = view.original[cue.start : cue.end].lower() in grammar(view.lang).after_object
    return (planned or absent) and grammar(view.lang).order != "fixed" and len(gap) <= _NEGATED_REACH


def _is_expected(cue: Cue, after: int, start: int) -> bool:
    """Whether what begins at ``start`` is what somebody does *not* expect, ``after`` being the end of the denial."""
    near = cue.kind is CueKind.FORECAST and cue.sense == "expected" and 0 <= cue.start - after <= 2
    return near and cue.end <= start < cue.scope_end


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
