"""The file format of claim types: ``data/claims/<type>/frame.yaml`` and one file of words per language beside it.

A frame says what the type can state: measures, the classes of unit that each takes, who or what can be its subject,
which details it has and what of it makes the claim's identity. A language file says in which words: triggers, contexts,
slots, gloss templates, examples. ``docs/adding.md`` walks through both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import Field, field_validator, model_validator

from crypto_nlp.lexicon import compile_phrase
from crypto_nlp.rules import gloss
from crypto_nlp.rules.yaml import Strict, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.resources.abc import Traversable

UnitClass = Literal["money", "asset", "percent", "basis_point", "count", "times", "time", "power", "energy", "hashrate"]


class Trigger(Strict):
    """Words that make a figure (or, with ``event``, a sentence) a claim of the type.

    ``side`` says where the figure stands as seen from the words. ``needs`` and ``unless`` name contexts, any one of
    which must or must not stand in the sentence (``document:NAME``: in the headline or a sentence nearby); ``tag:NAME``
    is given by a name with that tag. ``counted``
    are the counted nouns that a count must have. ``set`` fills details. ``subject`` is what the claim is about where no
    name in the sentence fits. An ``event`` trigger takes a figure too where it names ``units``. An ``act`` says that a
    rule was passed or came in; what the rule does is said by the trigger that stands next to it. ``object`` are kinds
    of name (as in a subject's ``kinds``) of which one must stand right behind the words, and is never the subject.
    """

    measure: str
    say: tuple[str, ...] = Field(min_length=1)
    units: tuple[UnitClass, ...] = ()
    side: Literal["any", "before", "after"] = "any"
    weight: float = 1.0
    reach: int = 40
    needs: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    event: bool = False
    act: bool = False
    set: dict[str, str] = {}
    subject: str | None = None
    change: Literal["up", "down"] | None = None
    modality: Literal["fact", "forecast", "plan", "possible"] | None = None
    negated: bool = False
    object: tuple[str, ...] = ()


class Example(Strict):
    """A text and the claims that it must give (a claim's given slots are compared, others are free)."""

    text: str
    claims: tuple[dict[str, str | float | int | bool | None], ...] = ()
    published: str = "2024-08-12"


class Words(Strict):
    """The words of one claim type in one language."""

    triggers: tuple[Trigger, ...] = ()
    contexts: dict[str, tuple[str, ...]] = {}
    slots: dict[str, dict[str, tuple[str, ...]]] = {}
    gloss: dict[str, str] = {}
    examples: tuple[Example, ...] = ()
    counter_examples: tuple[str, ...] = ()


class SubjectRule(Strict):
    """Who or what a claim of the type can be about.

    ``kinds`` are name kinds, best first, each with an optional tag, id or part of an id (``organisation:exchange``,
    ``group:traders``); ``by_measure`` replaces them for single measures, ``by_unit`` for single classes of unit,
    ``if_context`` puts some first where a context stands in the sentence (``document:NAME``: some last, where it stands
    in the headline or nearby). Names with a tag of ``not_tagged`` are passed
    over.
    ``object`` says that the subject of the claim is mostly the object of its sentence (who is robbed or sued).
    ``takes`` are measures whose words take the name behind them as their object (*bought the broker X*).
    ``same`` are measures about whom the claims of the type before were about, whoever else is named (what others
    freeze or return was taken from the victim).
    Where ``speaker`` is false, whoever tells it is never its subject.
    ``governed`` are kinds that a preposition does not hold off (an outflow *from ETFs*).
    ``coins`` are the houses that stand for their coin here (Tether's market value is USDT's).
    ``pools`` are the funds of a coin, for which it stands in the measures ``pooled`` where words of the context
    ``pool`` say so.
    ``reach`` is for single measures how far (in walking distance) their subject may stand from the trigger.
    ``national`` are measures that are about a country where the sentence says them of ``default`` there: the trading
    volume of *the crypto market in Turkey* is Turkey's.
    ``topic`` allows (all measures, none, or those named) what the sentences before are about to stand in, then come
    ``by_context`` and ``default``; the default ``@jurisdiction`` is the country of ``details.jurisdiction``.
    """

    kinds: tuple[str, ...] = ("asset", "organisation", "group", "person", "country")
    same: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    default: str | None = None
    by_context: dict[str, str] = {}
    by_measure: dict[str, tuple[str, ...]] = {}
    by_unit: dict[UnitClass, tuple[str, ...]] = {}
    if_context: dict[str, tuple[str, ...]] = {}
    not_tagged: tuple[str, ...] = ()
    object: bool = False
    speaker: bool = True
    governed: tuple[str, ...] = ()
    coins: dict[str, str] = {}
    pools: dict[str, str] = {}
    pooled: tuple[str, ...] = ()
    reach: dict[str, float] = {}
    national: tuple[str, ...] = ()
    topic: bool | tuple[str, ...] = True


class Settled(Strict):
    """What a slot is where the words leave it open, or say what cannot be.

    It holds for claims with one of the ``measures``, one of the modalities ``modality`` and a subject of one of
    ``kinds`` (any, where a list is empty), and replaces the values ``over`` (``""``: no value; ``*``: any). A null
    ``value`` takes the slot away.
    """

    slot: str
    value: str | None
    measures: tuple[str, ...] = ()
    modality: tuple[Literal["fact", "forecast", "plan", "possible"], ...] = ()
    kinds: tuple[str, ...] = ()
    over: tuple[str, ...] = ("",)


class Frame(Strict):
    """What a claim type can state.

    ``ceiling`` and ``floor`` are figures by class of unit beyond which none of the type can be (no coin costs a
    billion).
    ``counts_subject``: the asset that a figure counts is what the claim is about.
    ``covers`` names types whose events the words of this type's figures tell too (*17m people own crypto*).
    ``gives_way`` names types whose verbs say what the people did that a figure of this type counts; with ``thresholds``
    a sum beside a share or count of people only says which of them are meant.
    ``claim: false`` makes a type whose figures are none of our claims, so that no other type takes them.
    """

    claim: bool = True

    measures: dict[str, tuple[UnitClass, ...]]
    valueless: tuple[str, ...] = ()
    subject: SubjectRule = SubjectRule()
    details: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    defaults: dict[str, str] = {}
    settled: tuple[Settled, ...] = ()
    identity: tuple[str, ...] = ()
    dated: bool = True
    ceiling: dict[UnitClass, float] = {}
    floor: dict[UnitClass, float] = {}
    counts_subject: bool = False
    covers: tuple[str, ...] = ()
    gives_way: tuple[str, ...] = ()
    thresholds: bool = False

    @model_validator(mode="after")
    def _known(self) -> Frame:
        unknown = set(self.valueless) - set(self.measures)
        if unknown:
            message = f"valueless names no measure of this type: {', '.join(sorted(unknown))}"
            raise ValueError(message)
        return self


class ClaimType(Strict):
    """A claim type with its words in every language."""

    name: str
    frame: Frame
    words: dict[str, Words]

    @field_validator("words")
    @classmethod
    def _phrases_compile(cls, words: dict[str, Words]) -> dict[str, Words]:
        for lang, of_lang in words.items():
            for phrase in _phrases(of_lang):
                compile_phrase(phrase, lang)
        return words

    @model_validator(mode="after")
    def _triggers_fit(self) -> ClaimType:
        for lang, words in self.words.items():
            for trigger in words.triggers:
                if trigger.measure not in self.frame.measures:
                    message = f"{self.name}/{lang}.yaml: a trigger has the unknown measure {trigger.measure!r}"
                    raise ValueError(message)
        return self


def _phrases(words: Words) -> Iterator[str]:
    for trigger in words.triggers:
        yield from trigger.say
    for phrases in words.contexts.values():
        yield from phrases
    for values in words.slots.values():
        for phrases in values.values():
            yield from phrases


def load(folders: Iterable[Traversable]) -> dict[str, ClaimType]:
    """The claim types in ``folders``, one folder a type; a later folder's type replaces an earlier one's."""
    types: dict[str, ClaimType] = {}
    for folder in folders:
        for child in sorted(folder.iterdir(), key=lambda c: c.name):
            if child.is_dir() and (child / "frame.yaml").is_file():
                types[child.name] = _load_type(child)
    return types


def _load_type(folder: Traversable) -> ClaimType:
    frame: Frame = read(folder / "frame.yaml", Frame)
    words: dict[str, Words] = {
        file.name.removesuffix(".yaml"): read(file, Words)
        for file in sorted(folder.iterdir(), key=lambda c: c.name)
        if file.name.endswith(".yaml") and file.name != "frame.yaml"
    }
    for lang, of_lang in words.items():
        file = folder / f"{lang}.yaml"
        gloss.compile_templates(of_lang.gloss, frame, str(file), file.read_text(encoding="utf-8"))
    return ClaimType(name=folder.name, frame=frame, words=words)
