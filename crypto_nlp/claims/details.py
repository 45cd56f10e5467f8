"""The slots of a type beyond the common ones: jurisdiction, body, object, stage, kind of actor, asset, and the like.

Slots with words of their own (``slots:`` of a language file) take the value whose word stands nearest to the trigger;
the others are read from the names around it.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from operator import itemgetter
from typing import TYPE_CHECKING

from crypto_nlp.claims.reference import resolve
from crypto_nlp.claims.subjects import allowed
from crypto_nlp.records import CueKind
from crypto_nlp.rules.grammar import grammar
from crypto_nlp.rules.triggers import SlotHit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crypto_nlp.claims.scene import Document, Place, Scene
    from crypto_nlp.claims.subjects import Subject
    from crypto_nlp.records import Modality, Name
    from crypto_nlp.rules.claims import Frame
    from crypto_nlp.rules.triggers import TriggerHit

BODY_TAGS = frozenset(
    "regulator parliament ministry central_bank court government police prosecutor tax_service committee agency "
    "state".split()
)
# Which kind of actor a name is, by its tags, best first (CLAIMS: adoption's actor_kind).
_ACTORS = (
    ("pension_fund", frozenset({"pension_fund"})),
    ("sovereign_fund", frozenset({"sovereign_fund"})),
    ("hedge_fund", frozenset({"hedge_fund"})),
    ("insurer", frozenset({"insurer"})),
    ("university", frozenset({"university", "endowment"})),
    ("payment_firm", frozenset({"payment_firm", "payments"})),
    ("bank", frozenset({"bank", "central_bank"})),
    ("asset_manager", frozenset({"asset_manager", "issuer"})),
    ("government", frozenset({"government", "ministry", "parliament", "state"})),
)
_ACTOR_GROUPS = {
    "pension-funds": "pension_fund",
    "sovereign-funds": "sovereign_fund",
    "hedge-funds": "hedge_fund",
    "banks": "bank",
    "companies": "company",
    "insurers": "insurer",
    "universities": "university",
}
_OWNED = 2  # tokens of the *'s* between a country and its body
_LOOK_BACK = 20  # sentences, and then the headline
_APPOSED = 4  # tokens between a house and where it is from
_PARTING = frozenset(",،;؛:()—–")
_BODIES = frozenset(("regulator", "central_bank", "ministry", "parliament", "court"))  # words that stand for a body
_SETTLED = "settle"  # with whom
_BESIDE = 4  # tokens between a country and its figure in a list of countries
_COMPARED = 8  # tokens between *outperformed* and what it is compared with
_AHEAD = 1.5  # a slot word before the trigger is a little further off: verbs come before their objects


def fill(
    document: Document, scene: Scene, hit: TriggerHit, trigger: Place, subject: Subject, figure: Place | None = None
) -> dict[str, str]:
    """The details of a claim of ``hit`` at ``trigger``, ``change`` excepted; ``figure`` is where its value stands."""
    frame = document.types[hit.type].frame
    found = dict(frame.defaults)
    for slot in frame.details:
        value = hit.trigger.set.get(slot) or _read(document, scene, hit, trigger, subject, slot, figure)
        if value:
            found[slot] = value
        elif slot not in frame.defaults:
            found.pop(slot, None)
    return found


def _read(  # noqa: PLR0911 - one way out a slot
    document: Document,
    scene: Scene,
    hit: TriggerHit,
    trigger: Place,
    subject: Subject,
    slot: str,
    figure: Place | None,
) -> str | None:
    if slot == "action":
        return hit.trigger.measure
    if slot == "jurisdiction":
        required = slot in document.types[hit.type].frame.required
        return jurisdiction(document, scene, trigger) if required else _stated_country(scene, subject, figure)
    if slot == "body":
        body = _acting(document, scene, trigger, party=hit.trigger.measure == _SETTLED)
        return body.id if body else None
    if slot == "actor_kind":
        return actor_kind(subject)
    if slot == "versus":
        return _versus(scene, trigger, subject)
    if slot in ("change", "target", "name"):
        return None
    return nearest_slot(document, scene, hit.type, slot, trigger)


def settle(frame: Frame, measure: str, subject: Subject, modality: Modality, found: dict[str, str]) -> dict[str, str]:
    """The details with what the frame settles, once it is known how the claim is meant."""
    kind = subject.name.kind if subject.name else ""
    settled = dict(found)
    for rule in frame.settled:
        fits = (
            (not rule.measures or measure in rule.measures)
            and (not rule.modality or modality.value in rule.modality)
            and (not rule.kinds or kind in rule.kinds)
        )
        if fits and ("*" in rule.over or settled.get(rule.slot, "") in rule.over):
            settled.pop(rule.slot, None)
            if rule.value is not None:
                settled[rule.slot] = rule.value
    return settled


def nearest_slot(document: Document, scene: Scene, type_name: str, slot: str, trigger: Place) -> str | None:
    """The value of the nearest slot word in the sentence, else of the first one in the sentences before."""
    best: tuple[float, str] | None = None
    for found in scene.slots:
        hit = found.hit
        if not isinstance(hit, SlotHit) or hit.type != type_name or hit.slot != slot:
            continue
        words = scene.distance(found.place, trigger) + (_AHEAD if found.place.last <= trigger.first else 0.0)
        words -= 0.5 * (found.place.last - found.place.first)  # *spot bitcoin ETF* before *bitcoin*
        if best is None or words < best[0]:
            best = (words, hit.value)
    if best is not None:
        return best[1]
    if slot == "stage":
        return None
    for back in (*range(scene.index - 1, max(-1, scene.index - _LOOK_BACK), -1), 0):
        for found in document.scenes[back].slots:
            if isinstance(found.hit, SlotHit) and found.hit.type == type_name and found.hit.slot == slot:
                return found.hit.value
    return None


def jurisdiction(document: Document, scene: Scene, trigger: Place) -> str | None:
    """The country whose rule it is: the body's, else the nearest country named, else the document's own."""
    body = _body(scene, trigger)
    if body is not None and body.jurisdiction:
        return _owner(scene, body) or body.jurisdiction
    lands = [n for n in scene.names if n.jurisdiction and n.kind in ("country", "region")]
    here = [n for n in lands if not _is_somebodys(scene, n)]
    if here:
        return min(here, key=lambda n: scene.distance(scene.place(n.start, n.end), trigger)).jurisdiction
    landmarks = _landmarks(document)
    at = bisect_left(landmarks, scene.index, key=itemgetter(0))
    before = landmarks[max(0, at - 1) : at]
    within = [(scene.index, n) for n in scene.names if n.jurisdiction and n.kind in ("organisation", "person")]
    after = bisect_right(landmarks, scene.index, key=itemgetter(0))
    later = landmarks[after : after + 1]  # a headline leaves it out
    told = next((n.jurisdiction for _, n in (*before, *within, *later)), None)
    told = told or next((n.jurisdiction for n in lands), None)
    return told or next((n.jurisdiction for n in document.names if n.jurisdiction and n.known), None)


def _is_somebodys(scene: Scene, land: Name) -> bool:
    """Whether an Arabic demonym only says who a person is: بسجن الصينية تشيان تشيمين, السجن 12 عاما لصيني."""
    if not grammar(scene.text.lang).definite or "demonym" not in land.tags:
        return False
    place = scene.place(land.start, land.end)
    word = scene.text.tokens[place.first].form
    own = (land.jurisdiction or "").startswith("L")  # لبناني: the letter is the country's
    if word.startswith("ل") and not word.startswith("لل") and not own:
        return True
    spans = [(n.kind, scene.place(n.start, n.end)) for n in scene.names]
    if any(kind == "person" and at.first == place.last for kind, at in spans):
        return True
    before = scene.text.tokens[place.first - 1].form if place.first > scene.first else "ال"
    described = before.startswith(grammar(scene.text.lang).definite) or any(at.last == place.first for _, at in spans)
    return word.startswith("ال") and not described  # على الصيني, but البنك الصيني, بايبت الصينية


def _landmarks(document: Document) -> list[tuple[int, Name]]:
    """For each sentence that has one, its number and the first name in it that says whose rules the text is about."""
    if document.landmarks is None:
        first = ((s.index, next(filter(_has_say, s.names), None)) for s in document.scenes)
        document.landmarks = [(index, name) for index, name in first if name is not None]
    return document.landmarks


def _owner(scene: Scene, body: Name) -> str | None:
    """The country whose body it is by the words before it: *Brazil's Senate* is not that of the United States."""
    at = scene.place(body.start, body.end).first
    owners = [n for n in scene.names if n.kind == "country" and n.jurisdiction and n.end <= body.start]
    if not owners or at - scene.place(owners[-1].start, owners[-1].end).last > _OWNED:
        return None
    return owners[-1].jurisdiction


def _has_say(name: Name) -> bool:
    """Whether a name says whose rules a text is about: a country, or one of its bodies."""
    return bool(name.jurisdiction) and (name.kind in ("country", "region") or not BODY_TAGS.isdisjoint(name.tags))


def _body(scene: Scene, trigger: Place) -> Name | None:
    bodies = [
        n for n in scene.names if n.kind in ("organisation", "person", "region") and not BODY_TAGS.isdisjoint(n.tags)
    ]
    return min(bodies, key=lambda n: scene.distance(scene.place(n.start, n.end), trigger), default=None)


def _acting(document: Document, scene: Scene, trigger: Place, *, party: bool) -> Name | None:
    """The body that acts: the nearest, no preposition behind the words before it, or that *the regulator* stands for.

    *A licence from the commission* names nobody who acts, *settled with the commission* does (``party``).
    """
    bodies = [
        (scene.distance(place, trigger), n)
        for n in scene.names
        if n.kind in ("organisation", "person", "region") and not BODY_TAGS.isdisjoint(n.tags)
        for place in (scene.place(n.start, n.end),)
        if party or place.first < trigger.first or not scene.is_oblique(place)
    ]
    for cue in scene.cues:
        if cue.kind is CueKind.REFERENCE and cue.sense in _BODIES:
            found = resolve(cue, document.before(cue.start), cue.start, document.sentences)
            if found is not None and not BODY_TAGS.isdisjoint(found.tags):
                bodies.append((scene.distance(scene.place(cue.start, cue.end), trigger), found))
    return min(bodies, key=itemgetter(0), default=(0.0, None))[1]


def _stated_country(scene: Scene, subject: Subject, figure: Place | None) -> str | None:
    """The country of a claim about a group within one country (*crypto owners in Turkey*)."""
    if subject.name is not None and subject.name.kind != "group":
        return None
    named = [n for n in scene.names if n.kind == "country" and n.jurisdiction and not _whose(scene, n)]
    if len({n.jurisdiction for n in named}) == 1:
        return named[0].jurisdiction
    return _listed_country(scene, named, figure) if figure is not None else None


def _listed_country(scene: Scene, named: Sequence[Name], figure: Place) -> str | None:
    """The one of several countries that stands beside its figure: *Germany leads with 25%, followed by Austria*."""
    figures = [scene.place(q.start, q.end).first for q in scene.quantities]
    places = [(scene.place(n.start, n.end), n) for n in named]
    before = [(p, n) for p, n in places if p.last <= figure.first]
    after = [(p, n) for p, n in places if p.first >= figure.last]
    if before and not _is_counted(scene, before[-1][0]):
        at, name = before[-1]
        rival = before[-2][0] if len(before) > 1 else None
        shared = rival is not None and at.first - rival.last <= 1  # *Brazil and Colombia follow at 18%*
        if figure.first - at.last <= _BESIDE and not any(at.last <= f < figure.first for f in figures):
            return None if shared else name.jurisdiction
    if after and after[0][0].first - figure.last <= _BESIDE:
        return after[0][1].jurisdiction
    return None


def _is_counted(scene: Scene, country: Place) -> bool:
    """Whether a country belongs to the figure before it: *30% of Nigerians and 20% of Kenyans own crypto*."""
    ends = [scene.place(q.start, q.end).last for q in scene.quantities]
    end = max((e for e in ends if e <= country.first), default=None)
    if end is None or country.first - end > _BESIDE or scene.is_joined(end, country.first):
        return False
    return all(t.form not in _PARTING for t in scene.text.tokens[end : country.first])


def _whose(scene: Scene, country: Name) -> bool:
    """Whether a country only says where a house is from: *Singapore payments company Triple-A*, *тайский VNDIRECT*."""
    place = scene.place(country.start, country.end)
    if scene.is_oblique(place) and "demonym" not in country.tags:
        return False
    for name in scene.names:
        if name.kind not in ("organisation", "person"):
            continue
        one, other = sorted((place, scene.place(name.start, name.end)))
        between = scene.text.tokens[one.last : other.first]
        if len(between) <= _APPOSED and all(t.form not in _PARTING for t in between):
            return True
    return False


def actor_kind(subject: Subject) -> str:
    """The kind of institution that ``subject`` is, by the tags of its name; a company where nothing says more."""
    if subject.id in _ACTOR_GROUPS:
        return _ACTOR_GROUPS[subject.id]
    name = subject.name
    if name is None:
        return "company"
    if name.kind in ("country", "region"):
        return "government"
    for kind, tags in _ACTORS:
        if not tags.isdisjoint(name.tags):
            return kind
    return "other" if name.kind == "person" else "company"


def _versus(scene: Scene, trigger: Place, subject: Subject) -> str | None:
    """What it is compared with: the next other coin behind the trigger, else a name there, else a coin before it."""
    others = [(scene.place(n.start, n.end), n) for n in scene.names if n.id != subject.id]
    coins = [(at, n) for at, n in others if n.kind == "asset"]
    named = [(at, n) for at, n in others if allowed(n, ("asset", "group", "organisation")) is not None]
    for found, reach in ((coins, _COMPARED), (named, _COMPARED), (coins, math.inf)):
        behind = [n for at, n in found if trigger.last <= at.first <= trigger.last + reach]
        if behind:
            return behind[0].id
    before = [n for at, n in coins if at.last <= trigger.first]
    return before[-1].id if before and subject.name is not None and subject.name.kind != "asset" else None
