"""The shape of ``numbers.yaml`` and ``units.yaml`` of a language, and of the signs that all languages share.

Number words stand in all their forms, because a wrong analysis of one would be a wrong magnitude; everything else is
phrases
whose words stand for their inflections (see :mod:`crypto_nlp.lexicon`).
"""

from __future__ import annotations

from typing import Literal

from crypto_nlp.rules.yaml import Strict

Forms = list[str]
BoundName = Literal["about", "min", "max", "exact"]
PerName = Literal["year", "quarter", "month", "week", "day", "hour"]


class Example(Strict):
    """A sentence and all that is read in it.

    ``figure | low..high unit bound /per``, the last two where not exact or none.
    """

    text: str
    reads: list[str]


class Magnitude(Strict):
    """A thousand, a million …: ``alone`` may stand without a number, ``after`` only behind one."""

    value: int
    alone: Forms = []
    after: Forms = []
    bounded: Forms = []  # without a number only behind a bound word: (more than) тысячи
    dotted: Forms = []  # abbreviations behind which a full stop may stand
    glued: Forms = []  # only glued to digits or where a currency stands before: m, k, b
    marked: Forms = []  # only where a currency stands before or right behind: 5м рублей
    dual: Forms = []  # two of it: مليونين
    half: Forms = []  # half of it: полмиллиона
    ordinal: Forms = []  # millionth, миллионный


class Context(Strict):
    """Words around a form, of which one must stand there (``after``, ``before``) or none may (``not_…``)."""

    after: Forms = []
    before: Forms = []
    not_after: Forms = []
    not_before: Forms = []


class Fraction(Context):
    """A share in one word or phrase; ``definite`` where it needs a definite noun behind it (خمس الروس)."""

    percent: float
    forms: Forms
    scales: bool = True  # multiplies a magnitude: half a million
    definite: bool = False


class Multiple(Context):
    """Words that mean so many times as much, or with ``percent`` what is left (halved)."""

    times: float
    forms: Forms
    percent: bool = False


class Tail(Strict):
    """What is added to a number in words: and a half, с половиной, ونصف."""

    add: float
    forms: Forms


class Shares(Strict):
    """Four in five, каждый пятый, пятая часть."""

    joins: Forms = []
    of: Forms = []  # joins that also mean a part of a list; read only with a base among ``of_bases``
    of_bases: list[int] = []
    bases: list[int] = []
    leads: Forms = []
    parts: Forms = []
    parts_from: int = 2  # the second part is none of two
    ordinals: dict[int, Forms] = {}


class Limit(Strict):
    """Words that bound a figure; a negation turns ``verbs`` round.

    A subject may part a ``distant`` verb from its figure.
    """

    before: Forms = []
    verbs: Forms = []
    distant: Forms = []
    split: dict[str, Forms] = {}  # a verb and, right before the figure, its preposition: يزيد … على
    after: Forms = []


class Rate(Strict):
    """Words that make a figure a rate; ``before`` are adjectives and adverbs somewhere before it in the clause."""

    after: Forms = []
    close: Forms = []  # only right behind the figure: annual (interest)
    before: Forms = []
    not_before: Forms = []


class Ranges(Strict):
    """The words of ranges and of changes from one figure to another."""

    between: Forms = []
    span: Forms = []  # от … до: always a range
    start: Forms = []  # from … to: a range where no change governs it
    joins: Forms = []  # between the ends behind ``between``
    to: Forms = []
    changes: Forms = []
    limit: Forms = []  # a bound where no change governs it: до
    lower: Forms = []  # alone a lower bound of money and shares: от
    ellipsis: Forms = []  # of which, из них: the figure behind it keeps the unit of the last one
    against: Forms = []  # a bare figure behind it is of the same asset or unit as the one before: 156 BTC against 269
    given_to: Forms = []  # for: people behind it get the sum, and are not what is counted
    levels: Forms = []  # at, по, عند: a bare figure behind it may be a price in the currency of the last one


class Apart(Strict):
    """What makes a number no figure."""

    before: Forms = []
    after: Forms = []
    months: Forms = []
    month_first: bool = False
    ages_before: Forms = []
    ages_after: Forms = []
    terms: Forms = []  # behind a span: of prison, so that it is no age
    ordinal_endings: Forms = []
    forms: Forms = []
    windows_before: Forms = []  # the past (three months): a span that is a time
    windows_after: Forms = []  # ago
    persons: Forms = []
    durable: Forms = []  # nouns of which a long compound span tells the duration and not the age: 20-летний срок


class Numbers(Strict):
    """``numbers.yaml``."""

    decimal: Literal[".", ",", "either"]
    spaces: bool = False
    proclitics: Forms = []  # written together with digits and number words: و ب ل ال
    conjunction: str = ""  # the one among them that means "and"
    definite: str = ""  # the article that is written together with its noun
    articles: Forms = []
    ands: Forms = []
    ones: dict[int, Forms]
    weak: Forms = []
    tens: dict[int, Forms]
    hundreds: dict[int, Forms] = {}
    hundred: Forms = []
    dozens: dict[int, Forms] = {}
    prefixes: dict[int, Forms] = {}
    magnitudes: list[Magnitude]
    tails: list[Tail] = []
    mixed: dict[float, Forms] = {}  # полтора
    fractions: list[Fraction] = []
    parts: dict[int, Forms] = {}  # denominators behind a number: two thirds
    shares: Shares
    multiples: list[Multiple] = []
    times: Forms = []
    times_in: Forms = []
    fold: Forms = []
    limits: dict[BoundName, Limit]
    negations: Forms = []
    comparing: Forms = []  # than: behind a figure, a bound that ends so compares with the next and bounds nothing
    fillers: Forms = []
    prepositions: Forms = []
    function_words: Forms = []
    adjective_endings: Forms = []  # of words that may stand between a figure and what it counts; empty: any word may
    adding: Forms = []  # function words that may stand between a number and what it counts: four more people
    adjectives: int = 0  # how many of them
    rates: dict[PerName, Rate]
    rates_not_after: Forms = []  # what makes a span of a rate's words: in (a day)
    ranges: Ranges
    apart: Apart
    examples: list[Example] = []
    counter_examples: Forms = []


class Currency(Strict):
    """The words of a currency; ``hundredth`` are its cents."""

    names: Forms = []
    before: Forms = []
    hundredth: Forms = []


class Ambiguous(Strict):
    """A word of several currencies: the one of which a cue stands in the text, else ``default``, else unread."""

    names: Forms
    hundredth: Forms = []
    default: str | None = None
    cues: dict[str, Forms]


class Span(Strict):
    """A unit of time; ``adjective`` are the ends of compounds (-летний), ``bare`` counts one behind a bound word."""

    names: Forms
    dual: Forms = []
    adjective: Forms = []
    bare: Forms = []


class Units(Strict):
    """``units.yaml`` of a language."""

    percent: Forms
    basis_point: Forms = []
    currencies: dict[str, Currency]
    ambiguous: list[Ambiguous] = []
    assets: dict[str, Forms]
    thousandths: dict[str, Forms] = {}
    physical: dict[str, Forms]
    bare_physical: Forms = []
    spans: dict[str, Span]
    nouns: dict[str, Forms]
    wrappers: Forms = []  # nouns between a figure and an asset: units of ether
    unread: Forms = []
    examples: list[Example] = []
    counter_examples: Forms = []


class Signs(Strict):
    """``units.yaml`` of all languages: signs, codes and symbols that none of them owns."""

    before: dict[str, Forms]
    after: dict[str, Forms]
    codes: Forms
    populations: Forms  # counted nouns behind which a bare number counts them and is no sum of money
    tickers: Forms
    not_tickers: Forms
    physical: dict[str, Forms]
