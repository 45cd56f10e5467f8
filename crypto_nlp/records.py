"""The values that travel between stages: frozen, typed, and free of behaviour that needs I/O.

A claim's fields and their meaning are the contract of the project; `docs/claims.md` explains them in prose.
Offsets are code points into the stored text, half open: ``text[start:end]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

EMPTY: Mapping[str, Any] = MappingProxyType({})


class Bound(StrEnum):
    """How a figure limits what it counts."""

    EXACT = "exact"
    ABOUT = "about"
    MIN = "min"
    MAX = "max"
    RANGE = "range"


class Per(StrEnum):
    """The span of time over which a rate is given."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"
    HOUR = "hour"


class Modality(StrEnum):
    """How sure the text is that what it says has happened."""

    FACT = "fact"
    FORECAST = "forecast"
    PLAN = "plan"
    POSSIBLE = "possible"


class CueKind(StrEnum):
    """What a cue word does to the claims in its scope."""

    ATTRIBUTION = "attribution"
    QUOTE = "quote"
    NEGATION = "negation"
    HEDGE = "hedge"
    PLAN = "plan"
    FORECAST = "forecast"
    CONDITION = "condition"
    COMPARISON = "comparison"
    REFERENCE = "reference"


@dataclass(frozen=True, slots=True)
class Value:
    """A number or a range, written out in full: 13.9 billion dollars is ``Value(13.9e9, 13.9e9, "USD")``."""

    low: float
    high: float
    unit: str

    def as_record(self) -> dict[str, Any]:
        """The value as plain JSON; whole numbers without a fraction."""
        return {"low": plain(self.low), "high": plain(self.high), "unit": self.unit}


def plain(number: float) -> float | int:
    """``number`` as an int where it is whole, so that JSON shows ``5`` and not ``5.0``."""
    return int(number) if float(number).is_integer() and abs(number) < 1e18 else number


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the text, white space at its ends left out."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure with its unit.

    ``start``/``end`` hold the figure and unit without bound words (*about*); ``outer_start``/``outer_end`` hold those
    and the rate (*a year*) too. ``counted`` is what a bare count counts, as the singular English noun of
    ``data/languages/*/units.yaml`` (``wallet``, ``trader``, ``share``), or None. ``fraction`` is true for a share said
    as a part (*a third*, *four in five*), ``ordinal`` for *the 19 millionth*.
    """

    start: int
    end: int
    text: str
    value: Value
    bound: Bound = Bound.EXACT
    per: Per | None = None
    counted: str | None = None
    outer_start: int = -1
    outer_end: int = -1
    fraction: bool = False
    ordinal: bool = False


@dataclass(frozen=True, slots=True)
class Time:
    """A time expression resolved against the publishing date.

    ``when`` is EDTF (ISO 8601-2, level 1, with ``Qn`` for quarters). ``kind`` says what the words do: ``point`` (a day,
    month, quarter, year), ``since``, ``until``, ``between``, ``window`` (*over the past three months*), ``now``
    (``when`` is then empty).
    ``weekday`` is true where only a weekday names the day (*on Friday*), since that is mostly the day on which somebody
    spoke.
    ``base`` is true where the time is only the base of a comparison (*a year earlier*, *from 12% in 2023*).
    """

    start: int
    end: int
    text: str
    when: str
    kind: str = "point"
    weekday: bool = False
    base: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """A name with the id that it has in every language.

    ``kind`` is one of ``asset organisation person country region group``; ``tags`` refine it (``pension_fund``,
    ``bank``,
    ``regulator``, ``parliament``, ``exchange``, ``outlet``, ``research``; a person's role …). ``jurisdiction`` is an
    ISO 3166-1 alpha-2 code, ``EU``, or None. ``house`` is the id of a person's organisation where the text or the
    register gives one.
    ``known`` is false for a name that no register holds and that grammar alone shows to be one.
    """

    start: int
    end: int
    text: str
    id: str
    kind: str
    tags: frozenset[str] = frozenset()
    jurisdiction: str | None = None
    house: str | None = None
    known: bool = True


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that say who speaks, how sure it is, or on what it hangs, with the stretch of text that they govern.

    ``kind`` is a :class:`CueKind`; ``sense`` refines it (for attribution: ``says warns expects recommends denies
    data``, for references: the kind of thing referred to, such as ``company`` or ``person``). ``holder`` is the id of
    the name that holds an attribution where grammar ties one to it, ``unnamed`` for *analysts*, else None. ``form``
    says for an attribution where its holder stands (``verb weak before around citing back above``, see
    ``crypto_nlp/rules/cues.py``).
    """

    start: int
    end: int
    text: str
    kind: CueKind
    sense: str = ""
    scope_start: int = -1
    scope_end: int = -1
    holder: str | None = None
    holder_house: str | None = None
    form: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One checkable statement, with the exact characters it was read from.

    ``rules`` are the ids of the rules that fired, in order. ``gloss`` maps a language to one plain sentence.
    """

    type: str
    measure: str
    subject: str
    anchor: str
    start: int
    end: int
    sentence: str
    sentence_start: int
    sentence_end: int
    value: Value | None = None
    bound: Bound | None = None
    per: Per | None = None
    when: str | None = None
    condition: str | None = None
    source: str | None = None
    modality: Modality = Modality.FACT
    negated: bool = False
    details: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    confidence: float = 0.5
    rules: tuple[str, ...] = ()
    claim_id: str = ""
    gloss: Mapping[str, str] = field(default_factory=lambda: EMPTY)

    def as_record(self) -> dict[str, Any]:
        """The claim as `crypto-nlp extract` prints it: every field, in a fixed order, as plain JSON values."""
        return {
            "type": self.type,
            "measure": self.measure,
            "anchor": self.anchor,
            "sentence": self.sentence,
            "subject": self.subject,
            "value": self.value.as_record() if self.value else None,
            "bound": self.bound,
            "per": self.per,
            "when": self.when,
            "condition": self.condition,
            "source": self.source,
            "modality": self.modality,
            "negated": self.negated,
            "details": dict(self.details),
            "start": self.start,
            "end": self.end,
            "sentence_start": self.sentence_start,
            "sentence_end": self.sentence_end,
            "confidence": self.confidence,
            "gloss": self.gloss.get("en", ""),
            "gloss_ar": self.gloss.get("ar", ""),
            "gloss_ru": self.gloss.get("ru", ""),
            "claim_id": self.claim_id,
        }


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything read from one text: what `crypto-nlp explain` prints.

    ``rejected`` says for each figure that became no claim why not: (start, end, reason).
    """

    text: str
    lang: str | None
    published: date | None
    sentences: tuple[Sentence, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    times: tuple[Time, ...] = ()
    names: tuple[Name, ...] = ()
    cues: tuple[Cue, ...] = ()
    claims: tuple[Claim, ...] = ()
    rejected: tuple[tuple[int, int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as feeds.yaml names it. ``store_text`` is ``full`` or ``evidence``; ``timezone`` an IANA name."""

    name: str
    url: str
    language: str
    title: str = ""
    topics: tuple[str, ...] = ()
    timezone: str = "UTC"
    store_text: str = "full"


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a parsed feed. ``published`` keeps its own UTC offset where the feed gave one."""

    guid: str
    url: str
    title: str
    published: datetime | None
    updated: datetime | None = None
    summary: str = ""
    content: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """A text ready for extraction and storage. ``text`` starts with the title on its own line.

    ``published`` is None where the source gives no date (``fetched`` then stands in for filters). ``local_date`` is the
    day on which relative words (*yesterday*) are resolved: the entry's own offset, else the feed's time zone, else UTC.
    ``pages`` holds for a PDF the offset in ``text`` at which each page starts.
    """

    url: str
    canonical_url: str
    title: str
    text: str
    lang: str | None
    published: datetime | None
    local_date: date
    fetched: datetime
    content_hash: str
    feed: str | None = None
    publisher: str | None = None
    guid: str | None = None
    pages: tuple[int, ...] = field(default=())
