"""The key of a word: what the index and a query have in common whatever the inflection.

Every word has one *primary* key, a function of its form alone, so that phrases keep their order; and *others*, by
which forms meet that no affix rule unites (broken plurals, suppletive Russian forms, Arabic clitics that may be
letters of the root). A query's word finds a document where primary meets primary, or the primary of one side is among
the others of the other. Two words never meet through others alone: that is where stemmers bring strangers together.

Russian others are stems of the whole paradigm (pymorphy3) and are made on the document's side only: a query loads no
dictionary.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import snowballstemmer

from crypto_nlp.morphology import irregular_lemmas, russian_parses
from crypto_nlp.text import script

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENGLISH = snowballstemmer.stemmer("english")
_RUSSIAN = snowballstemmer.stemmer("russian")
# A Russian noun or adjective has a handful of stems; a verb with its participles many, the rarer ones noise in an
# index.
_PARADIGM = 16
_LIKELY = 0.2


@lru_cache(maxsize=1 << 16)
def primary(form: str) -> str:
    """The one key of a folded word."""
    written = script(form)
    if written == "cyrillic":
        return str(_RUSSIAN.stemWord(form))
    if written == "arabic":
        return _arabic_primary(_without_article(form))
    if written == "latin":
        word = form.partition("'")[0] or form
        return str(_ENGLISH.stemWord(next(iter(irregular_lemmas(word, "en")), word)))
    return form


@lru_cache(maxsize=1 << 16)
def others(form: str) -> tuple[str, ...]:
    """The other keys that a query's word may stand for; no dictionary is loaded."""
    written = script(form)
    found = _arabic_others(form) if written == "arabic" else _aspects(form) if written == "cyrillic" else ()
    return tuple(dict.fromkeys(key for key in found if key != primary(form)))


@lru_cache(maxsize=1 << 16)
def document_others(form: str) -> tuple[str, ...]:
    """The other keys of a document's word: those of :func:`others`, and for Russian the stems of its paradigms."""
    if script(form) != "cyrillic":
        return others(form)
    key = primary(form)
    found: dict[str, None] = {}
    for parse in russian_parses(form):
        if parse.score < _LIKELY:
            continue
        stems = [primary(parse.normal_form.replace("ё", "е"))]
        stems += [primary(inflected.word.replace("ё", "е")) for inflected in parse.lexeme]
        found |= dict.fromkeys([stem for stem in dict.fromkeys(stems) if stem != key][:_PARADIGM])
    return tuple(found)


# Russian. What the last consonants of an imperfective stem in -а- may be in the perfective: запреща(ть) is of
# запрет(ить).
_ALTERNATIONS = (
    ("щ", ("т", "ст", "ск", "щ")),
    ("жд", ("д",)),
    ("ж", ("д", "г", "ж")),
    ("ч", ("т", "к", "ч")),
    ("ш", ("с", "ш")),
    ("вл", ("в",)),
    ("пл", ("п",)),
    ("бл", ("б",)),
    ("мл", ("м",)),
)


def _aspects(form: str) -> Iterator[str]:
    """Stems of the perfective verb that an imperfective one is made from."""
    stem = primary(form)
    for suffix in ("ыва", "ива"):
        if stem.endswith(suffix) and len(stem) - len(suffix) >= 4:
            yield stem.removesuffix(suffix)
    if not stem.endswith(("а", "я")) or len(stem) < 5:
        return
    bare = stem[:-1]
    for after, before in _ALTERNATIONS:
        if bare.endswith(after):
            yield from (bare.removesuffix(after) + each for each in before)
            return
    yield bare


# Arabic. ``form`` is folded: alef and ya forms unified, ta marbuta as ه.

_ARTICLES = ("وبال", "وكال", "فبال", "وال", "فال", "بال", "كال", "ولل", "فلل", "ال", "لل")
_LONE = "وفبلك"
_PRONOUNS = ("هما", "ها", "هم", "هن", "نا", "كم")


def _without_article(form: str) -> str:
    for article in _ARTICLES:
        if form.startswith(article) and len(form) - len(article) >= 3:
            return form[len(article) :]
    return form


def _arabic_primary(word: str) -> str:
    """One key for singular, sound plurals and construct state: عملات as عمله, متداولون and متداولي as متداولين."""
    if word.endswith("ات") and len(word) >= 5:
        bare = word[:-2]
        # A short noun or one in -iy- has ta marbuta in the singular; a longer one mostly not (توقعات, مليارات).
        return bare + "ه" if len(bare) <= 3 or bare.endswith("ي") else bare
    if word.endswith("ون") and len(word) >= 5:
        return word[:-2] + "ين"
    if word.endswith("و") and len(word) >= 5:
        return word[:-1] + "ي"
    return word


def _arabic_others(form: str) -> Iterator[str]:
    words = [_without_article(form)]
    if form[0] in _LONE and len(form) >= 4 and words[0] == form:
        words.append(_without_article(form[1:]))
    for word in words:
        for key in _arabic_family(word):
            yield key
            yield from irregular_lemmas(key, "ar")
        for pronoun in _PRONOUNS:
            if word.endswith(pronoun) and len(word) - len(pronoun) >= 3:
                yield from _arabic_owned(word[: -len(pronoun)])
        if word.endswith(("ته", "اته")) and len(word) >= 5:
            yield from _arabic_owned(word[:-1])


def _arabic_owned(bare: str) -> Iterator[str]:
    """A noun from which a possessive came off: قيمت(ها) is قيمه."""
    yield bare
    yield _arabic_primary(bare)
    yield from irregular_lemmas(bare, "ar")
    if bare.endswith("ت") and len(bare) >= 4:
        yield bare[:-1] + "ه"


# Ending, the fewest letters that a word with it has, and what may stand in its place in a related form.
_AR_ENDINGS = (
    ("ات", 5, ("ه",)),
    ("ات", 6, ("",)),  # a longer one only: عملات is not of عمل
    ("ون", 6, ("",)),
    ("ين", 6, ("",)),
    ("ان", 5, ("",)),
    ("تان", 6, ("ه",)),
    ("تين", 6, ("ه",)),
    ("ي", 4, ("يا",)),
    ("ي", 5, ("", "ين", "يه")),
    ("و", 5, ("", "ين")),
    ("يه", 5, ("ي", "يا")),
    ("يه", 7, ("",)),
    ("وا", 5, ("",)),
    ("ت", 4, ("",)),
    ("ت", 5, ("ه",)),
    ("ا", 5, ("",)),
)


def _arabic_family(word: str) -> Iterator[str]:
    """The word itself and its forms in other numbers, genders and persons."""
    yield word
    yield _arabic_primary(word)
    for ending, least, instead in _AR_ENDINGS:
        if word.endswith(ending) and len(word) >= least:
            yield from (word.removesuffix(ending) + other for other in instead)
    if len(word) >= 4 and word[0] == "س" and word[1] in "يتن":
        yield word[1:]
        yield "ي" + word[2:]
    if len(word) >= 4 and word[0] in "يتن":
        yield word[1:]
        yield "ي" + word[1:]


_VERB_PREFIXES = ("سي", "ست", "سن", "ي", "ت", "ن")
_VERB_ENDINGS = ("ون", "وا", "تا", "نا", "ها", "هم", "ان", "ت", "ه")


@lru_cache(maxsize=1 << 16)
def verbs(form: str) -> tuple[str, ...]:
    """What is left of an Arabic word without the marks of person and tense: يحظر and حظرت both have ``+حظر``.

    These keys meet each other only: neither side of such a pair is a form that stands in a dictionary.
    """
    if script(form) != "arabic" or _without_article(form) != form:
        return ()
    bare = dict.fromkeys([form, *([form[1:]] if form[0] in "وف" and len(form) >= 5 else [])])
    for word in tuple(bare):
        bare |= dict.fromkeys(word.removeprefix(prefix) for prefix in _VERB_PREFIXES if word.startswith(prefix))
    for word in tuple(bare):
        bare |= dict.fromkeys(word.removesuffix(ending) for ending in _VERB_ENDINGS if word.endswith(ending))
    return tuple(f"+{stem}" for stem in bare if 3 <= len(stem) < len(form))
