"""Gold documents as examples: every spot of every sentence with the claim type that it plays a part in.

Spots are what the rules propose (figures, triggers of events, words of saying); labels come from gold by the overlap
that `evaluate` counts by. Where gold is optional, or does not say which of several words tells of a claim, a spot has
no label and nothing is learnt from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from crypto_nlp.classifier.model import NONE
from crypto_nlp.pipeline import Reading
from crypto_nlp.records import Modality

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crypto_nlp.classifier.marks import Marked, Page, Spot
    from crypto_nlp.records import Claim

UNKNOWN = ""
_SAID = "statement"
_UNNAMED = "unnamed"


@dataclass(frozen=True, slots=True)
class Part:
    """What gold says of a spot beyond its type; ``subject`` and ``sources`` are ids, which may stand nowhere near."""

    modality: str
    negated: bool
    subject: str
    sources: tuple[str, ...]

    def as_record(self) -> dict[str, Any]:
        """The slots as gold writes them."""
        sources = dict(zip(("source", "source_alt"), self.sources, strict=False))
        return {"modality": self.modality, "negated": self.negated, "subject": self.subject, **sources}


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence of a document with the label of each of its spots (``UNKNOWN`` where gold leaves it open).

    ``parts`` say the rest, None for a spot that plays no part in a claim; empty where only labels are known.
    """

    sentence: Marked
    labels: tuple[str, ...]
    parts: tuple[Part | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Lesson:
    """A gold document read: its examples, and what the rules alone say of it (confidences are bare scores)."""

    gold: Mapping[str, Any]
    examples: tuple[Example, ...]
    claims: tuple[Claim, ...]
    page: Page


_Labelled = tuple[str, Part | None]


@dataclass(frozen=True, slots=True)
class _Told:
    start: int
    end: int
    sentence: tuple[int, int]
    type: str
    figure: bool
    optional: bool
    part: Part


def lesson(gold: Mapping[str, Any]) -> Lesson:
    """Read one gold document with the present rules."""
    reading = reading_of(gold)
    told = list(_told(gold))
    indices = range(len(reading.sentences)) if reading.is_ours() else ()
    examples = []
    for index in indices:
        marked = reading.page.mark(index)
        if marked.spots:
            labels, parts = zip(*_labels(marked.spots, told), strict=True)
            examples.append(Example(marked, labels, parts))
    return Lesson(gold, tuple(examples), tuple(reading.scored), reading.page)


def reading_of(document: Mapping[str, Any]) -> Reading:
    """The document on its way through the stages, without a model."""
    published = date.fromisoformat(str(document["published"])[:10])
    return Reading(document["text"], document["lang"], published, model=NONE)


def _told(gold: Mapping[str, Any]) -> Iterator[_Told]:
    for claim in gold["claims"]:
        at = gold["text"].find(claim["sentence"])
        inner = claim["sentence"].find(claim["anchor"])
        if at >= 0 and inner >= 0:
            start = at + inner
            sentence = (at, at + len(claim["sentence"]))
            figure = claim.get("value") is not None
            end, optional = start + len(claim["anchor"]), bool(claim.get("optional"))
            yield _Told(start, end, sentence, claim["type"], figure, optional, _part(claim))


def _part(claim: Mapping[str, Any]) -> Part:
    named = (claim.get("source"), claim.get("source_alt"))
    sources = tuple(str(name) for name in named if name not in (None, "", _UNNAMED))
    modality = str(claim.get("modality") or Modality.FACT)
    return Part(modality, bool(claim.get("negated")), str(claim.get("subject") or ""), sources)


def _labels(spots: Iterable[Spot], told: Iterable[_Told]) -> Iterator[_Labelled]:
    every = list(spots)
    known = list(told)
    for spot in every:
        if spot.kind == "figure":
            yield _label_of(t for t in known if t.figure and t.start < spot.end and spot.start < t.end)
        else:
            yield _label_without_figure(spot, every, known)


def _label_of(overlapping: Iterator[_Told]) -> _Labelled:
    best = next(iter(sorted(overlapping, key=lambda t: t.optional)), None)
    if best is None:
        return NONE, None
    return (UNKNOWN, None) if best.optional else (best.type, best.part)


def _label_without_figure(spot: Spot, spots: list[Spot], told: list[_Told]) -> _Labelled:
    """The type of the claim whose anchor the spot touches; open where one of the sentence touches no spot at all."""
    fitting = [t for t in told if not t.figure and (t.type == _SAID) == (spot.kind == "said")]
    here = [t for t in fitting if t.start < spot.end and spot.start < t.end]
    if here:
        return _label_of(iter(here))
    rivals = [s for s in spots if s.kind == spot.kind]
    untouched = [
        t
        for t in fitting
        if t.sentence[0] <= spot.start < t.sentence[1] and not any(s.start < t.end and t.start < s.end for s in rivals)
    ]
    if untouched and len(rivals) == 1:
        return _label_of(iter(untouched))
    return UNKNOWN if untouched else NONE, None
