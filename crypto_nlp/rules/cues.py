"""What ``data/languages/<lang>/cues.yaml`` says: the words of attribution, modality, negation, condition and reference.

The file has these parts; every list holds phrases as :mod:`crypto_nlp.lexicon` reads them.

``attribution``
    Groups of phrases with a ``sense`` (what the speaker does) and a ``form`` (where its holder stands): ``verb`` has
    a subject; ``weak`` is a verb only where a holder stands right beside it (*reports*); ``tag`` only after what is
    said or before *that*; ``before`` stands before its holder (*according to*); ``around`` encloses it (*by X's
    estimate*); ``citing`` comes before the one who really speaks; ``back`` points to the last speaker (*по его
    словам*); ``above`` says that the sentence before is what was said (*об этом сообщил*).
``holders``
    Nouns that speak. ``sources`` are never named, ``staff`` belongs to the house named with it, ``records`` are data
    and reports.
``foreign addressee complement contrast relative subordinate as comparing``
    Function words that end the place where a holder may stand, or a clause; ``as`` makes a speech verb a parenthesis.
``not_verb_after``
    Words after which a speech verb's form is a noun or an infinitive (*the report*, *to announce*).
``grammar``
    Function words that only some languages need: ``participles`` speak for the subject of the main verb (قائلا),
    ``apodosis`` are the beginnings of words that open a main clause after a condition (فإن), ``aftermath`` opens a
    clause of the outlet's own (*after hackers stole*) unless one of the ``determiners`` follows, ``before_object``
    shows that no subject follows a verb, ``places`` say where something was said, ``oblique`` pronouns are no
    subjects, ``perfect`` particles hedge only before an imperfect or one of ``not_after_perfect``,
    ``nominal_conditions`` take a noun, ``scales`` go with the figure before
    them, ``prepositions`` open no subject, after
    ``coordinators`` a verb has the subject of the one before; ``bylines`` with a dash or colon name the journalist.
``idle``
    Phrases with a speech verb that say nothing (*write off*).
``hedge plan forecast negation condition comparison reference``
    Senses and their phrases. ``negation.bounds`` deny nothing (*not more than*), ``condition.not`` sets no condition
    (*even if*).
``proposals laws``
    Nouns after which the text tells what a bill would do, or what a law does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from pydantic import Field

from crypto_nlp.errors import RulesError
from crypto_nlp.lexicon import Lexicon
from crypto_nlp.records import CueKind
from crypto_nlp.rules.yaml import Strict, read
from crypto_nlp.text import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable

Words = list[str]
Sense = Literal["says", "warns", "expects", "recommends", "denies", "data"]
Form = Literal["verb", "weak", "tag", "before", "around", "citing", "back", "above"]
ReferenceKind = Literal[
    "company", "exchange", "miner", "manager", "bank", "central_bank", "regulator", "ministry", "government",
    "parliament", "court", "fund", "funds", "research", "report", "person", "thing", "bill", "asset", "country",
]  # fmt: skip

# Function words that the grammar of some languages asks for; a language leaves out what it has no use for.
GrammarList = Literal[
    "determiners", "before_object", "participles", "places", "oblique", "perfect", "not_after_perfect", "apodosis",
    "nominal_conditions", "scales", "aftermath", "prepositions",
    "coordinators", "bylines",
]  # fmt: skip


class Group(Strict):
    """Phrases of attribution that do the same with their holder in the same place."""

    sense: Sense
    form: Form
    say: Words = Field(min_length=1)


class Holders(Strict):
    """Nouns that speak without being names."""

    sources: Words = Field(min_length=1)
    staff: Words = Field(min_length=1)
    records: Words = Field(min_length=1)


class Hedge(Strict):
    """What may be: by modal verbs, by deciding, by proposing, by hearsay, as what a ``bill`` says, by *would*."""

    may: Words
    considers: Words
    proposes: Words
    rumour: Words
    bill: Words
    would: Words = []


class Plan(Strict):
    """What somebody has decided (``plans``), has to do (``obliged``), has put off (``delayed``).

    ``deeds`` are verbs that make a plan of a future tense even where there is a figure: *will buy $5 billion worth of
    chips*.
    """

    plans: Words
    obliged: Words
    delayed: Words
    deeds: Words


class Forecast(Strict):
    """What will be: by tense (``future``) or because somebody ``expected`` it; ``not_`` looks like it and is not."""

    future: Words
    expected: Words
    not_: Words = Field(default=[], alias="not")


class Headline(Strict):
    """Verbs after a headline's bare *to* (*Russia to ban mining*), and words after which that *to* is another one."""

    verbs: Words
    not_after: Words


class Comparison(Strict):
    """``base`` words bring the other side of a comparison (*against*), ``degree`` words say how much (*more than*)."""

    base: Words
    degree: Words


class Negation(Strict):
    """``not`` denies its verb, ``without`` the next words, ``denied`` what is said.

    ``bounds`` deny nothing, ``except`` after a denial lifts it.
    """

    not_: Words = Field(alias="not")
    without: Words
    denied: Words
    bounds: Words
    except_: Words = Field(alias="except")


class Condition(Strict):
    """``begin`` opens an *if* clause unless it is part of a phrase of ``not_``; ``shut`` opens the main clause."""

    begin: Words = Field(min_length=1)
    not_: Words = Field(alias="not")
    shut: Words = []


class CuesFile(Strict):
    """The file as it stands."""

    attribution: list[Group] = Field(min_length=1)
    holders: Holders
    foreign: Words
    addressee: Words
    complement: Words
    contrast: Words
    relative: Words
    subordinate: Words
    as_: Words = Field(default=[], alias="as")
    comparing: Words
    idle: Words = []
    not_verb_after: Words = []
    grammar: dict[GrammarList, Words] = {}
    hedge: Hedge
    plan: Plan
    forecast: Forecast
    headline: Headline | None = None
    negation: Negation
    condition: Condition
    comparison: Comparison
    reference: dict[ReferenceKind, Words]
    speakers: Words = []
    back: Words = []
    proposals: Words
    laws: Words
    homonyms: dict[str, Words] = {}
    future_not: Words = []


class Mark(NamedTuple):
    """What a phrase of the rules stands for."""

    kind: CueKind | None
    sense: str
    form: str = ""


@dataclass(frozen=True)
class CueRules:
    """The compiled rules of one language: one lexicon of cues, one of the words around them."""

    lang: str
    cues: Lexicon[Mark]
    frame: Lexicon[str]
    infinitives: Lexicon[None]
    not_infinitive: frozenset[str]
    deeds: Lexicon[None]
    homonyms: Mapping[str, frozenset[str]]
    not_verb_after: frozenset[str]
    grammar: Mapping[str, frozenset[str]]
    future_not: frozenset[str]
    future_not_prefix: tuple[str, ...]
    topics: Lexicon[str]


def load(folder: Traversable, lang: str) -> CueRules:
    """The rules of ``lang``; ``folder`` holds one folder for each language.

    Raises:
        RulesError: the file is missing or faulty, or a phrase is empty; the message begins with file and line.
    """
    path = folder / lang / "cues.yaml"
    file: CuesFile = read(path, CuesFile)
    try:
        return _compile(file, lang)
    except ValueError as error:
        message = f"{path}:1: {error}"
        raise RulesError(message) from error


def _compile(file: CuesFile, lang: str) -> CueRules:
    frame = [(say, role) for role, words in _frame_words(file) for say in words]
    topics = [(say, "bill") for say in file.proposals] + [(say, "law") for say in file.laws]
    return CueRules(
        lang=lang,
        cues=Lexicon(lang, [(say, mark) for mark, words in _marks(file) for say in words]),
        frame=Lexicon(lang, frame),
        infinitives=Lexicon(lang, [(say, None) for say in file.headline.verbs] if file.headline else []),
        not_infinitive=frozenset(map(normalise, file.headline.not_after)) if file.headline else frozenset(),
        deeds=Lexicon(lang, [(say, None) for say in file.plan.deeds]),
        homonyms={normalise(word): frozenset(map(normalise, before)) for word, before in file.homonyms.items()},
        not_verb_after=frozenset(map(normalise, file.not_verb_after)),
        grammar={name: frozenset(map(normalise, file.grammar.get(name, ()))) for name in get_args(GrammarList)},
        future_not=frozenset(normalise(word) for word in file.future_not if not word.endswith("*")),
        future_not_prefix=tuple(normalise(word[:-1]) for word in file.future_not if word.endswith("*")),
        topics=Lexicon(lang, topics),
    )


def _marks(file: CuesFile) -> Iterator[tuple[Mark, Words]]:
    for group in file.attribution:
        yield Mark(CueKind.ATTRIBUTION, group.sense, group.form), group.say
    yield Mark(CueKind.ATTRIBUTION, "says", "back"), file.back
    yield Mark(None, "idle"), file.idle
    for kind, part in (
        (CueKind.HEDGE, file.hedge),
        (CueKind.PLAN, file.plan),
        (CueKind.FORECAST, file.forecast),
    ):
        for sense in type(part).model_fields:
            if sense not in ("deeds", "not_"):
                yield Mark(kind, sense), getattr(part, sense)
    yield Mark(None, "no forecast"), file.forecast.not_
    yield Mark(CueKind.NEGATION, "not"), file.negation.not_
    yield Mark(CueKind.NEGATION, "without"), file.negation.without
    yield Mark(CueKind.NEGATION, "denied"), file.negation.denied
    yield Mark(None, "bound"), file.negation.bounds
    yield Mark(None, "except"), file.negation.except_
    yield Mark(CueKind.CONDITION, "if"), file.condition.begin
    yield Mark(None, "no condition"), file.condition.not_
    yield Mark(None, "then"), file.condition.shut
    yield Mark(CueKind.COMPARISON, "base"), file.comparison.base
    yield Mark(CueKind.COMPARISON, "degree"), file.comparison.degree
    for sense, words in file.reference.items():
        yield Mark(CueKind.REFERENCE, sense), words


def _frame_words(file: CuesFile) -> Iterator[tuple[str, Words]]:
    yield "source", file.holders.sources
    yield "staff", file.holders.staff
    yield "record", file.holders.records
    for role in ("foreign", "addressee", "complement", "contrast", "relative", "subordinate", "comparing"):
        yield role, getattr(file, role)
    yield "as", file.as_
    yield "speaker", file.speakers
