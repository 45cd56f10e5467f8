"""Forms that a word may be an inflection of, so that one dictionary form in the rules meets every form in a text.

``keys`` answers with candidates, not with an analysis: a phrase of the rules matches where each of its words is among
the keys of the word in the text. Russian lemmas are pymorphy3's; English and Arabic come off by suffix and clitic
(after the light stemmers of Porter 1980 and Larkey et al. 2002, but keeping every candidate instead of one stem). Forms
that no such rule gives (*rose*, شركات's broken cousins) stand in ``data/languages/<lang>/irregular.txt``, a lemma and
its forms on each line.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from crypto_nlp.text import normalise, script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pymorphy3 import MorphAnalyzer
    from pymorphy3.analyzer import Parse
    from pymorphy3.tagset import OpencorporaTag

_SCRIPT_LANGUAGE = {"latin": "en", "cyrillic": "ru", "arabic": "ar"}
_MINIMAL_SCORE = 0.02  # below it pymorphy3's parses of real words are noise


@cache
def keys(form: str, lang: str) -> frozenset[str]:
    """The dictionary forms that the folded ``form`` may inflect, itself among them.

    A word in another script than the language's own (a Latin name in an Arabic text) is read as English or Russian.
    """
    if not form or not form[0].isalpha() or not (script(form) or form.isascii()):
        return frozenset((form,))  # a letter of no script that is inflected here
    spoken = _SCRIPT_LANGUAGE.get(script(form), lang)
    if spoken == "en" and lang not in _SCRIPT_LANGUAGE.values():
        spoken = lang
    found = {form, *_irregular(spoken).get(form, ())}
    found.update(_ANALYSERS[spoken](form) if spoken in _ANALYSERS else ())
    for candidate in tuple(found):
        found.update(_irregular(spoken).get(candidate, ()))
    return frozenset(found)


@cache
def lemma(form: str, lang: str) -> str:
    """The key by which a word of the rules is known: the Russian lemma, Arabic without article, else the word."""
    folded = normalise(form)
    spoken = _SCRIPT_LANGUAGE.get(script(folded), lang)
    if spoken == "ru":
        return _russian_lemma(folded)
    if spoken == "ar" and folded.startswith("ال") and len(folded) > 4 and form[0] not in "أإآ":
        return folded[2:]
    return folded


def irregular_lemmas(form: str, lang: str) -> tuple[str, ...]:
    """The lemmas of a folded irregular form (*rose* -> *rise*); empty for any other."""
    return _irregular(lang).get(form, ())


@cache
def inflect(form: str, lang: str) -> frozenset[str]:
    """Every folded form of the dictionary word ``form``: the whole Russian paradigm, elsewhere the word alone."""
    folded = normalise(form)
    if lang != "ru" or script(folded) != "cyrillic":
        return frozenset((folded,))
    parses = _analyser().parse(folded)
    own = [p.lexeme for p in parses if p.normal_form.replace("ё", "е") == folded]
    if not own:  # participles and superlatives, whose dictionary form is the verb or adjective
        own = [[f for f in p.lexeme if _same_word(f.tag, p.tag)] for p in parses[:1]]
    return frozenset((folded, *(normalise(form.word) for paradigm in own for form in paradigm)))


def _same_word(tag: OpencorporaTag, other: OpencorporaTag) -> bool:
    """Whether two forms of a paradigm differ in case, number and gender alone."""
    alike = tag.POS == other.POS and tag.tense == other.tense and tag.voice == other.voice
    return bool(alike and ("Supr" in tag) == ("Supr" in other))


@cache
def tense(form: str) -> str:
    """``past``, ``pres`` or ``futr`` where the folded Russian ``form`` is mostly a finite verb, else ``""``."""
    parses = _analyser().parse(form)
    return str(parses[0].tag.tense or "") if parses and parses[0].tag.POS == "VERB" else ""


@cache
def _irregular(lang: str) -> dict[str, tuple[str, ...]]:
    """Irregular form -> its lemmas, from the language's own file; empty where it has none."""
    path = files("crypto_nlp") / "data" / "languages" / lang / "irregular.txt"
    found: dict[str, tuple[str, ...]] = {}
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            words = normalise(line.partition("#")[0]).split()
            for form in words[1:]:
                found[form] = (*found.get(form, ()), words[0])
    return found


@cache
def _analyser() -> MorphAnalyzer:
    import pymorphy3  # noqa: PLC0415 - a fifth of a second that only Russian text should cost

    return pymorphy3.MorphAnalyzer(lang="ru")


@cache
def russian_parses(form: str) -> tuple[Parse, ...]:
    """pymorphy3's parses of a folded Russian word, the likeliest first, noise left out."""
    return tuple(p for p in _analyser().parse(form) if p.score >= _MINIMAL_SCORE)


# Names of coins are new to the dictionary, which takes лайткоина for a noun of its own.
_COIN = re.compile("(.{2,}ко[ий]н)(?:а|у|ом|е|ы|ов|ам|ами|ах)")


def _russian(form: str) -> Iterator[str]:
    for parse in russian_parses(form):
        yield parse.normal_form.replace("ё", "е")
    coin = _COIN.fullmatch(form)
    if coin:
        yield coin[1]


def _russian_lemma(form: str) -> str:
    parses = _analyser().parse(form)
    return str(parses[0].normal_form).replace("ё", "е") if parses else form


def _english(form: str) -> Iterator[str]:
    word = form.removesuffix("'s").removesuffix("'")
    yield word
    if len(word) < 4:
        return
    if word.endswith("s") and not word.endswith("ss"):
        yield word[:-1]
        if word.endswith("es"):
            yield word[:-2]
        if word.endswith("ies"):
            yield word[:-3] + "y"
    for suffix in ("ed", "ing"):
        if word.endswith(suffix) and len(word) - len(suffix) >= 2:
            yield from _english_verb(word[: -len(suffix)])


def _english_verb(stem: str) -> Iterator[str]:
    """``stopp`` -> stop, ``pric`` -> price, ``carri`` -> carry, ``sign`` -> sign."""
    yield stem
    yield stem + "e"
    if len(stem) > 2 and stem[-1] == stem[-2]:
        yield stem[:-1]
    if stem.endswith("i"):
        yield stem[:-1] + "y"


def without_conjunction(form: str) -> str:
    """The folded word without an Arabic *and*, which is written with it: وقال is *and said*."""
    return form[1:] if form[:1] == "و" and len(form) >= _WORD_WITH_AND and form != "واحد" else form


_WORD_WITH_AND = 4
_AR_PRONOUNS = ("هما", "ها", "هم", "هن", "نا", "كم", "ه")
_AR_ENDINGS = ("ات", "ون", "ين", "ان", "تان", "تين", "وا", "تا", "ت", "ا", "و", "ي", "يه", "يا")


def _arabic(form: str) -> Iterator[str]:
    """Every stem left when proclitics, then enclitics, then endings come off; never fewer than three letters."""
    for stem in dict.fromkeys(_arabic_stems(form)):
        yield from _arabic_endings(stem)
        for pronoun in _AR_PRONOUNS:
            if stem.endswith(pronoun) and len(stem) - len(pronoun) >= 3:
                yield from _arabic_endings(stem[: -len(pronoun)])


def _arabic_stems(form: str) -> Iterator[str]:
    """The form without و ف, then ب ل ك, then ال, or without the future's س; the verb's person prefix as ي."""
    starts = [form]
    if form[0] in "وف" and len(form) >= 4:
        starts.append(form[1:])
    for word in starts:
        yield from _arabic_person(word)
        if word.startswith("لل") and len(word) >= 5:
            yield word[2:]
        if word[0] in "بلك" and len(word) >= 4:
            yield from _without_article(word[1:])
            yield from _arabic_person(word[1:])
        if word[0] == "س" and len(word) >= 4 and word[1] in "يتنا":
            yield from _arabic_person(word[1:])
        yield from _without_article(word)


def _without_article(word: str) -> Iterator[str]:
    yield word
    if word.startswith("ال") and len(word) >= 5:
        yield word[2:]


def _arabic_person(word: str) -> Iterator[str]:
    yield word
    if word[:1] in ("ت", "ن") and len(word) >= 3:
        yield "ي" + word[1:]


def _arabic_endings(stem: str) -> Iterator[str]:
    yield stem
    if stem.endswith("ت") and len(stem) >= 4:
        yield stem[:-1] + "ه"
    for ending in _AR_ENDINGS:
        if stem.endswith(ending) and len(stem) - len(ending) >= 3:
            bare = stem[: -len(ending)]
            yield bare
            if ending in ("ات", "تان", "تين", "يه"):
                yield bare + "ه"
            if ending in ("ين", "ون", "ان") and bare.endswith("ت"):
                yield bare[:-1] + "ه"


_ANALYSERS = {"ru": _russian, "en": _english, "ar": _arabic}


_RU_THIRD_PERSON = ("ет", "ит", "ут", "ют", "ат", "ят", "ст", "тся")


def _russian_tag(form: str) -> OpencorporaTag:
    """The grammar of a Russian word in its likeliest reading."""
    parses = russian_parses(form)
    return parses[0].tag if parses else _analyser().parse(form)[0].tag


@cache
def is_future(form: str, lang: str) -> bool:
    """Whether the folded word is a verb in the future tense (пройдут, ستجري); false where there is no such form."""
    if lang == "ru" and form.endswith(_RU_THIRD_PERSON) and len(form) > 3 and script(form) == "cyrillic":
        return "futr" in _russian_tag(form)  # of third persons: напомним, отметим are the writer, not the news
    if lang == "ar" and len(form) >= 4:
        word = form[1:] if form[0] in "وف" else form
        return len(word) >= 4 and word[0] == "س" and word[1] in "يتن"
    return False


@cache
def is_finite(form: str, lang: str) -> bool:
    """Whether the folded Russian word is a finite verb in its likeliest reading; false in other languages."""
    return lang == "ru" and script(form) == "cyrillic" and _russian_tag(form).POS == "VERB"


@cache
def is_past(form: str, lang: str) -> bool:
    """Whether the folded Russian word is likeliest a past tense (направил, направлена); false in other languages."""
    if lang != "ru" or script(form) != "cyrillic":
        return False
    tag = _russian_tag(form)
    return tag.POS in ("VERB", "PRTS") and "past" in tag


@cache
def is_imperfect(form: str) -> bool:
    """Whether a folded Arabic word may be a verb in the imperfect: قد before it is *may*, before another verb *has*."""
    if form[:1] not in ("ي", "ت", "ن") or len(form) < 3 or form.endswith("ت"):
        return False
    pasts = _arabic_pasts()
    return not any(form.removesuffix(ending) in pasts for ending in ("", "وا", "ا"))


@cache
def _arabic_pasts() -> frozenset[str]:
    """The past tenses whose present is listed: تراجع of يتراجع, which itself looks like a present."""
    return frozenset(lemma for form, lemmas in _irregular("ar").items() if form.startswith("ي") for lemma in lemmas)


@cache
def is_telling(form: str, lang: str, *, gerund: bool = True) -> bool:
    """Whether the word can be the verb of a third person who speaks (сообщил, уверен); true outside Russian."""
    if lang != "ru" or script(form) != "cyrillic":
        return True
    for parse in russian_parses(form):
        tag = parse.tag
        if tag.POS == "VERB" and not {"1per", "2per", "impr"} & set(tag.grammemes):
            return True
        if tag.POS == "ADJS" or (gerund and tag.POS == "GRND"):
            return True
    return False


@cache
def is_plural(form: str, lang: str) -> bool:
    """Whether the folded Russian word is likeliest a plural; false in other languages."""
    return lang == "ru" and script(form) == "cyrillic" and "plur" in _russian_tag(form)


@cache
def is_genitive(form: str) -> bool:
    """Whether a Russian word is most likely a noun in the genitive singular: *обвала*, *заседания*."""
    tag = _russian_tag(form)
    return bool(tag.POS == "NOUN" and tag.case == "gent" and tag.number == "sing")


@cache
def is_nominative(form: str) -> bool:
    """Whether a folded Russian word is most likely a noun in the nominative: *сложность*, *курс*."""
    if script(form) != "cyrillic":
        return False
    tag = _russian_tag(form)
    return bool(tag.POS == "NOUN" and tag.case == "nomn")


@cache
def is_attribute(form: str, lang: str) -> bool:
    """Whether a folded Russian word is a passive participle in full, which only describes: *регулируемый*."""
    if lang != "ru" or script(form) != "cyrillic":
        return False
    tag = _russian_tag(form)
    return tag.POS == "PRTF" and "pssv" in tag


def is_infinitive(form: str) -> bool:
    """Whether the folded Russian word is an infinitive."""
    return script(form) == "cyrillic" and _russian_tag(form).POS == "INFN"
