"""What a named source says, warns or expects, where its sentence holds no other claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crypto_nlp.records import Claim, CueKind

if TYPE_CHECKING:
    from crypto_nlp.claims.scene import Document, Scene
    from crypto_nlp.records import Cue, Name

_SENSES = frozenset({"says", "warns", "expects", "recommends", "denies"})
_ABOUT = {"asset": 0, "group": 1, "organisation": 2, "country": 3, "person": 4}


def read(document: Document, scene: Scene) -> list[Claim]:
    """At most one statement: that of the first named source whose words the sentence holds."""
    if "statement" not in document.types:
        return []
    for cue in scene.cues:
        if cue.kind is not CueKind.ATTRIBUTION or cue.sense not in _SENSES:
            continue
        speaker = document.attribution.holder_of(cue)
        if speaker is None or speaker.source in (None, "unnamed"):
            continue
        return [_statement(document, scene, cue, str(speaker.source), speaker.house)]
    return []


def _statement(document: Document, scene: Scene, cue: Cue, source: str, house: str | None) -> Claim:
    sentence = scene.sentence
    return Claim(
        type="statement",
        measure=cue.sense,
        subject=_about(document, scene, source, house),
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


def _about(document: Document, scene: Scene, source: str, house: str | None) -> str:
    """What is talked of: a name that does not speak, else what the document is about, else the house."""
    spoken = [n for n in scene.names if not _speaks(n, source, house) and "demonym" not in n.tags]
    if spoken:
        return min(spoken, key=lambda n: (_ABOUT.get(n.kind, 9), n.start)).id
    for back in range(scene.index - 1, -1, -1):
        earlier = [
            n for n in document.scenes[back].names if n.id != source and n.kind != "person" and "outlet" not in n.tags
        ]
        if earlier:
            return min(earlier, key=lambda n: (_ABOUT.get(n.kind, 9), n.start)).id
    return house or source


def _speaks(name: Name, source: str, house: str | None) -> bool:
    return name.id in (source, house) or "outlet" in name.tags or (name.kind == "person" and name.house == house)
