"""What `roles.yaml` says of the words around names: roles, kinds of organisation, departments, verbs of saying."""

from __future__ import annotations

from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pydantic import BeforeValidator, Field

from crypto_nlp.lexicon import Lexicon, Remembered
from crypto_nlp.morphology import russian_parses
from crypto_nlp.rules.yaml import Strict, read
from crypto_nlp.text import normalise, script

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from importlib.resources.abc import Traversable

Phrases = tuple[str, ...]


def _words(value: object) -> object:
    return value.split() if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]  # single words, in YAML one text with spaces between


class Department(Strict):
    """A body that goes by a common noun (*the finance ministry*): which one it is, the country nearest to it says.

    ``tag`` is what such bodies carry in the register, and ``words`` are parts of their ids, one of which must be there;
    ``id`` names a body that the register does not hold, ``{country}`` or ``{demonym}`` filled in. Forms under
    ``beside`` are words of many uses that name the body only where the country stands beside them (المالية الروسية),
    and not behind one of the words ``papers``, which are what it issues (سندات الخزانة الأميركية).
    """

    tag: str
    words: Phrases = ()
    id: str
    forms: Phrases = Field(min_length=1)
    beside: Phrases = ()
    papers: Words = ()

    @cached_property
    def issued(self) -> frozenset[str]:
        """The words ``papers``, folded."""
        return _folded(self.papers)


class RoleWords(Strict):
    """The file as written."""

    roles: Phrases = Field(min_length=1)
    organisations: dict[str, Phrases]
    departments: tuple[Department, ...] = ()
    speech: Phrases = Field(min_length=1)
    joining: Words = ()
    stops: Words = ()
    never: Words = ()
    titles: Words = ()
    given_names: Words = ()
    surnames: Words = ()
    common: Words = ()
    seated: Words = ()
    ticker_words: Words = ()
    ticker_moves: Words = ()
    ticker_only: Words = ()
    home: str | None = None


class Office(NamedTuple):
    """An office or job: *chief executive*, *analyst*, *deputy minister*."""


class Speech(NamedTuple):
    """A verb beside which a speaker stands."""


class Noun(NamedTuple):
    """A noun that says what kind of organisation a name is, by its tag."""

    tag: str


class Roles:
    """The words of one language, compiled for lookup."""

    def __init__(self, lang: str, words: RoleWords, english: RoleWords | None = None) -> None:
        """Compile ``words``; the phrases are those of :mod:`crypto_nlp.lexicon`.

        ``english`` are the words of English, of which texts in every language hold some.
        """
        self.lang = lang
        self.words = words
        self.home = words.home
        self.english = latin = english or words
        self.latin_given = _folded(latin.given_names)
        self.latin_stops = _folded(latin.stops)
        self.latin_never = _folded(latin.never)
        self.latin_words = _folded((*latin.stops, *latin.common, *latin.never))

    @cached_property
    def phrases(self) -> Lexicon[Office | Speech | Noun]:
        """What stands beside names, found in one pass."""
        offices, verbs = self.words.roles, self.words.speech
        return Lexicon(self.lang, [*((p, Office()) for p in offices), *((p, Speech()) for p in verbs), *self._nouns])

    @cached_property
    def organisations(self) -> Lexicon[Noun]:
        """The nouns that say what kind of organisation a name is, alone."""
        return Lexicon(self.lang, self._nouns)

    @cached_property
    def departments(self) -> Lexicon[tuple[Department, bool]]:
        """Bodies by their common nouns; the payload's second part is true where the country must stand beside."""
        free = [(p, (d, False)) for d in self.words.departments for p in d.forms]
        return Lexicon(self.lang, free + [(p, (d, True)) for d in self.words.departments for p in d.beside])

    @property
    def _nouns(self) -> list[tuple[str, Noun]]:
        return [(p, Noun(tag)) for tag, nouns in self.words.organisations.items() for p in nouns]

    @cached_property
    def joining(self) -> frozenset[str]:
        """Small words inside names: *of*, *and*, *bin*."""
        return _folded(self.words.joining)

    @cached_property
    def seated(self) -> frozenset[str]:
        """Participles that make a place before a hyphen an adjective: *Tokyo-listed*, *Singapore-based*."""
        return _folded(self.words.seated)

    @cached_property
    def stops(self) -> frozenset[str]:
        """Words at which a name ends, or that open a sentence with a capital."""
        return _folded(self.words.stops)

    @cached_property
    def never(self) -> frozenset[str]:
        """Capitalised words and abbreviations that are no names: months, *CEO*, *ETF*."""
        return _folded(self.words.never) | self.latin_never

    @cached_property
    def titles(self) -> frozenset[str]:
        """Words before a person's name that are no part of it: *Mr*, *Sen*, *السيد*."""
        return _folded(self.words.titles)

    @cached_property
    def given_names(self) -> frozenset[str]:
        """First names, folded."""
        return _folded(self.words.given_names)

    @cached_property
    def ticker_words(self) -> frozenset[str]:
        """Tickers that in small letters are words or units: *near*, *gas*, *ton*."""
        return _folded(self.words.ticker_words)

    @cached_property
    def ticker_only(self) -> frozenset[str]:
        """Tickers that in small letters are nothing else: *btc*, *xrp*."""
        return _folded(self.words.ticker_only)

    @cached_property
    def ticker_moves(self) -> frozenset[str]:
        """Verbs of change, and words before a price, beside which a ticker in small letters is the asset."""
        return _folded(self.words.ticker_moves)

    @cached_property
    def given(self) -> Remembered[bool]:
        """Whether a folded word of a text is a first name, in whatever script and form."""
        return Remembered(self._is_given)

    def _is_given(self, form: str) -> bool:
        form = form.removesuffix("'s").removesuffix("'")
        written = script(form)
        if written == "cyrillic":
            return form in self.given_names or any("Name" in p.tag for p in russian_parses(form)[:2])
        known = self.given_names if written == script(next(iter(self.given_names), "")) else self.latin_given
        return form in known or (written == "arabic" and len(form) > 3 and form[0] in "ول" and form[1:] in known)

    @cached_property
    def common(self) -> frozenset[str]:
        """Words that are words first and names second."""
        return _folded(self.words.common)


def _folded(words: Iterable[str]) -> frozenset[str]:
    return frozenset(normalise(w) for w in words)


def load(folder: Traversable | None = None) -> Mapping[str, Roles]:
    """The role words of every language that has them under ``folder`` (the package's `data/languages` by default).

    Raises:
        RulesError: a file does not fit :class:`RoleWords`.
    """
    place = folder if folder is not None else files("crypto_nlp") / "data" / "languages"
    words: dict[str, RoleWords] = {}
    for room in sorted(place.iterdir(), key=lambda p: p.name):
        path = room / "roles.yaml"
        if path.is_file():
            words[room.name] = read(path, RoleWords)
    return {lang: Roles(lang, w, words.get("en")) for lang, w in words.items()}
