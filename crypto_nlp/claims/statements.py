"""What a named source says, warns or expects, where its sentence holds no other claim."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crypto_nlp.claims.details import BODY_TAGS
from crypto_nlp.claims.reference import resolve
from crypto_nlp.claims.subjects import WITNESSES
from crypto_nlp.records import Claim, CueKind
from crypto_nlp.rules.grammar import grammar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crypto_nlp.claims.attribution import Speaker
    from crypto_nlp.claims.scene import Document, Place, Scene
    from crypto_nlp.records import Cue, Name

_SENSES = frozenset({"says", "warns", "expects", "recommends", "denies"})
_HOUSES = frozenset(("company", "exchange", "miner", "manager"))
_CROWDS = ("-traders", "-owners")  # what they trade or own is what people talk of
_OPENING = 2  # tokens from *that* to a name that opens what is said
_LEAST = 12  # characters that somebody must at least have said
_GROUP_WORDS = frozenset(
    "miners traders owners memecoins market altcoins stablecoins etfs funds exchanges companies defi hackers "
    "victims".split()
)


def topic(document: Document, claims: Sequence[Claim]) -> str | None:
    """What most claims of the document are about, the earliest of several; without claims, its first fitting name."""
    counted = Counter(c.subject for c in claims if not c.subject.endswith(_CROWDS)) or Counter(
        c.subject for c in claims
    )
    if counted:
        return counted.most_common(1)[0][0]
    for scene in document.scenes:
        for name in scene.names:
            if _can_be_about(name) and not document.attribution.is_holder(name):
                return name.id
    return None


def read(document: Document, scene: Scene, main: str | None) -> list[Claim]:
    """At most one statement: that of the first named source whose words the sentence holds. ``main`` is the topic."""
    if "statement" not in document.types or scene.is_aside:
        return []
    for cue in scene.cues:
        if cue.kind is not CueKind.ATTRIBUTION or cue.sense not in _SENSES:
            continue
        speaker = next((s.speaker for s in scene.said if s.speaker.cue and s.speaker.cue.start == cue.start), None)
        if speaker is not None and any(n.id == speaker.source and "outlet" in n.tags for n in scene.names):
            continue
        if speaker is None or speaker.source in (None, "unnamed") or not _says_here(scene, cue):
            continue
        return [_statement(document, scene, cue, str(speaker.source), _about(document, scene, speaker, main))]
    return []


def _says_here(scene: Scene, cue: Cue) -> bool:
    """Whether what is said stands in the sentence itself (not in the one before), and no outlet only passes it on."""
    for said in scene.said:
        if said.speaker.cue is not None and said.speaker.cue.start == cue.start:
            return said.start >= scene.sentence.start and said.end - said.start >= _LEAST
    return False


def _statement(document: Document, scene: Scene, cue: Cue, source: str, subject: str) -> Claim:
    sentence = scene.sentence
    return Claim(
        type="statement",
        measure=cue.sense,
        subject=subject,
        anchor=document.text.original[cue.start : cue.end],
        start=cue.start,
        end=cue.end,
        sentence=scene.string,
        sentence_start=sentence.start,
        sentence_end=sentence.end,
        source=source,
        confidence=0.7,
        rules=(f"statement/{document.text.lang}",),
    )


def _about(document: Document, scene: Scene, speaker: Speaker, main: str | None) -> str:
    """What is talked of: a coin or group in the sentence; an organisation of itself; everybody else of the topic."""
    headed = _headed(document, scene)
    if headed is not None:
        return document.precise.get(headed.id, headed.id)
    for name in scene.names:
        fits = name.kind in ("asset", "group") and "cbdc" not in name.tags and _can_be_about(name)
        if fits and not document.attribution.is_holder(name):
            return document.precise.get(name.id, name.id)
    for cue in scene.cues:
        if cue.kind is CueKind.REFERENCE and cue.sense not in ("thing", "person", "report", "research"):
            meant = resolve(cue, document.before(cue.start), cue.start, document.sentences)
            if meant is not None and _can_be_about(meant) and meant.tags.isdisjoint(BODY_TAGS):
                return meant.id
    voice = document.organisations.get(str(speaker.source))
    if voice is not None and voice.tags.isdisjoint(WITNESSES | BODY_TAGS):
        return voice.id
    return main or speaker.house or str(speaker.source)


def _headed(document: Document, scene: Scene) -> Name | None:
    """The name that opens what is said in a language whose *that* is always written: *أن كوين بيس ستدافع*."""
    if grammar(scene.text.lang).order != "verb_first":
        return None
    for name in scene.names:
        place = scene.place(name.start, name.end)
        if _opens_speech(scene, place) and name.known and _can_be_about(name) and name.tags.isdisjoint(BODY_TAGS):
            return None if document.attribution.is_holder(name) else name
    for cue in scene.cues:  # أن الشركة بنت مركزا في الإيثريوم
        if cue.kind is CueKind.REFERENCE and cue.sense in _HOUSES:
            house = resolve(cue, document.before(cue.start), cue.start, document.sentences)
            if house is not None and _opens_speech(scene, scene.place(cue.start, cue.end)) and _can_be_about(house):
                return house
    return None


def _opens_speech(scene: Scene, place: Place) -> bool:
    return any(scene.is_complement(at) for at in range(place.first - _OPENING, place.first))


def _can_be_about(name: Name) -> bool:
    if not name.tags.isdisjoint({"demonym", *WITNESSES}):
        return False
    if name.kind == "group":
        return not _GROUP_WORDS.isdisjoint(name.id.split("-"))
    return name.kind in ("asset", "organisation", "country") and name.known
