"""The file format of ``data/languages/<lang>/grammar.yaml``: how a language builds its sentences.

The rules in :mod:`crypto_nlp.claims` are written once for all languages. Where languages differ they ask here: for a
trait (does a noun decline? does the verb come first?) or for a small closed class of words.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import AfterValidator

from crypto_nlp.rules.yaml import Strict, read
from crypto_nlp.text import normalise

Forms = Annotated[frozenset[str], AfterValidator(lambda words: frozenset(map(normalise, words)))]
Parts = Annotated[tuple[str, ...], AfterValidator(lambda words: tuple(map(normalise, words)))]


class Grammar(Strict):
    """Traits and closed classes of words, the words as :func:`crypto_nlp.text.normalise` reads them.

    ``order`` is that of subject and verb: ``fixed`` (*said X* is marked), ``free`` (cases tell who does what) or
    ``verb_first``. With ``cases`` names decline. With ``joined_and`` the word for *and* is written on the next one.
    """

    order: Literal["fixed", "free", "verb_first"]
    cases: bool = False
    joined_and: bool = False
    about: Forms = frozenset()  # between *to* and a figure: *to about $5*
    after_object: Forms = frozenset()  # denials that may follow what they deny
    after_possessive: Forms = frozenset()  # verbs that are adjectives behind an owner: *its own token*
    after_what: Forms = frozenset()  # opens a clause of what came before: بعدما
    agent: Forms = frozenset()  # before the one who does what a participle says: *bought by X*
    and_: Forms = frozenset()
    crossing: Forms = frozenset()  # dictionary forms of verbs that say that a figure was passed
    definite: Parts = ()  # how a word with its article begins
    determiners: Forms = frozenset()
    from_: Forms = frozenset()
    function_words: Forms = frozenset()  # what a participle cannot describe
    in_it: Forms = frozenset()  # a preposition with a pronoun that goes back to where something is measured
    itself: Parts = ()  # endings by which a *that* refers to its own subject
    not_: str | None = None  # uninflected, so that a phrase with a denial of its own has the very word
    not_crossing_after: Forms = frozenset()  # behind which a verb of crossing only bounds a figure
    or_: Forms = frozenset()
    ours: Forms = frozenset()  # by which a speaker's house is the subject: *our revenue*
    own: Forms = frozenset()
    paid: Forms = frozenset()  # before the price of what was bought or sold
    parting: Forms = frozenset()  # between words and a verb behind them that bears on something else
    passive: Forms = frozenset()  # auxiliaries right before what was done
    past: Forms = frozenset()  # auxiliaries with which another predicate begins
    plural_endings: Parts = ()
    plurals: Forms = frozenset()  # of nouns for houses, where no ending tells
    possessive: Parts = ()  # endings of a name that owns what follows
    price_of: Forms = frozenset()  # of a deal; of figures it opens a comparison
    pronouns: frozenset[str] = frozenset()  # that stand for houses as well as for people, as they are written
    ranked_by: Forms = frozenset()  # between a rank and the measure by which it is one
    relative: Forms = frozenset()
    shared: Forms = frozenset()  # verbs that give a part of a total to somebody
    these: Forms = frozenset()  # before a group last spoken of
    to: Forms = frozenset()
    told_of: Forms = frozenset()  # between a verb of speaking and the deed of the one who speaks
    whence: Forms = frozenset()  # opens a comparison before figures, tells where from before names
    with_article: Parts = ()  # how a preposition begins a name that it is written on


@cache
def grammar(lang: str) -> Grammar:
    """The grammar of a language that ships."""
    return read(files("crypto_nlp") / "data" / "languages" / lang / "grammar.yaml", Grammar)
