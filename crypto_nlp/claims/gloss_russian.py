"""Russian noun phrases and verbs in the form that a sentence asks for, through pymorphy3; answers are remembered."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from crypto_nlp.text import script

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pymorphy3 import MorphAnalyzer
    from pymorphy3.analyzer import Parse

_GENDERS = {"masc": "m", "femn": "f", "neut": "n"}
_AGREEING = ("ADJF", "PRTF", "NPRO", "NUMR")
_HARD = {"gent": "а", "datv": "у", "accs": "", "ablt": "ом", "loct": "е", "nomn": ""}
_MASCULINE = {**_HARD, "accs": "а", "ablt": "ом"}  # of persons
_HARD_PLURAL = {"gent": "ов", "datv": "ам", "accs": "ы", "ablt": "ами", "loct": "ах", "nomn": "ы"}
# Words that pymorphy3 takes for forms of others or for living things; they go like магазин.
_HARD_NOUNS = ("коин", "койн", "токен", "дирхам")
_PLURAL_NOUNS = tuple(f"{word}ы" for word in _HARD_NOUNS)


@lru_cache(maxsize=1)
def _analyser() -> MorphAnalyzer:
    import pymorphy3  # noqa: PLC0415 - a fifth of a second that only a Russian gloss should cost

    return pymorphy3.MorphAnalyzer(lang="ru")


@lru_cache(maxsize=16384)
def phrase(text: str, case: str, *, plural: bool = False, person: bool = False) -> str:
    """A noun phrase in the nominative (майнер биткоина) in another case, and in the plural where ``plural``.

    The head and the adjectives before it change; what stands behind the head stays. Of a person every name changes.
    """
    words = text.split(" ")
    if person:
        return " ".join(_person(words, case))
    head = _head(words)
    if head is None:
        return text
    number = "plur" if plural or _is_plural(words[head]) else "sing"
    life = _life(words[head])
    changed = [_adjective(word, case, number, life) for word in words[:head]]
    return " ".join((*changed, _inflected(words[head], case, number), *words[head + 1 :]))


@lru_cache(maxsize=8192)
def gender(text: str) -> str:
    """``m``, ``f``, ``n`` or ``p`` (plural) of the head of a noun phrase; "" where it is not Russian."""
    words = text.split(" ")
    head = _head(words)
    if head is None:
        return ""
    if _is_plural(words[head]):
        return "p"
    if words[head].endswith(_HARD_NOUNS):
        return "m"
    parse = _noun(words[head].casefold())
    return _GENDERS.get(str(parse.tag.gender), "m") if parse else "m"


def _head(words: Iterable[str]) -> int | None:
    for index, word in enumerate(words):
        if script(word.casefold()) != "cyrillic":
            return None
        if word.isupper() and len(word) > 1:
            return None  # ЦБ, ФНС, США stay as they are
        if word.endswith((*_HARD_NOUNS, *_PLURAL_NOUNS)) or _noun(word.casefold()):
            return index
        if not any(p.tag.POS in _AGREEING for p in _analyser().parse(word.casefold())):
            return None
    return None


@lru_cache(maxsize=16384)
def _noun(word: str) -> Parse | None:
    """The parse of a word as a noun in the nominative; an adjective that is likelier is none."""
    parses = _analyser().parse(word)
    if parses and parses[0].tag.POS in _AGREEING and parses[0].score > 0.5:
        return None
    found = [p for p in parses if p.tag.POS == "NOUN" and p.tag.case == "nomn" and p.score > 0.01]
    return max(found, key=lambda p: ("Geox" in p.tag and word[-1:] != "ы", p.score)) if found else None


def _is_plural(word: str) -> bool:
    if word.endswith((*_HARD_NOUNS, *_PLURAL_NOUNS)):
        return word.endswith("ы")
    parse = _noun(word.casefold())
    return parse is not None and parse.tag.number == "plur"


def _inflected(word: str, case: str, number: str) -> str:
    if word.endswith((*_HARD_NOUNS, *_PLURAL_NOUNS)):
        return word.removesuffix("ы") + (_HARD if number == "sing" else _HARD_PLURAL)[case]
    parse = _noun(word.casefold())
    form = parse.inflect({case, number}) if parse else None
    return _like(word, form.word) if form else word


def _adjective(word: str, case: str, number: str, life: str) -> str:
    options = [p for p in _analyser().parse(word.casefold()) if p.tag.POS in _AGREEING and p.tag.case == "nomn"]
    varies = case == "accs" and (number == "plur" or (bool(options) and "masc" in options[0].tag))
    wanted = {case, number} | ({life} if varies else set())
    form = options[0].inflect(wanted) or options[0].inflect({case, number}) if options else None
    return _like(word, form.word) if form else word


def _life(head: str) -> str:
    """``anim`` or ``inan``: what decides the accusative."""
    parse = None if head.endswith((*_HARD_NOUNS, *_PLURAL_NOUNS)) else _noun(head.casefold())
    return "anim" if parse is not None and parse.tag.animacy == "anim" else "inan"


def _person(words: list[str], case: str) -> Iterable[str]:
    first = _analyser().parse(words[0].casefold())
    names = [p for p in first if "Name" in p.tag and p.tag.case == "nomn"]
    sex = str(names[0].tag.gender) if names else "masc"
    for word in words:
        yield "-".join(_person_word(part, case, sex) for part in word.split("-"))


def _person_word(word: str, case: str, sex: str) -> str:
    """A first name or surname; one that ends in a vowel that no ending replaces stays (Чжао, Милеи)."""
    folded = word.casefold()
    if folded[-1:] in "оеёиуюыэ" or not word[:1].isupper() or script(folded) != "cyrillic" or word.isupper():
        return word
    wanted = [p for p in _analyser().parse(folded) if {"nomn", "sing", sex} <= set(p.tag.grammemes)]
    named = [p for p in wanted if {"Name", "Surn", "Patr"} & set(p.tag.grammemes)]
    if folded[-1:] not in "аяьй" and not named:
        return word if sex == "femn" else word + _MASCULINE[case]
    best = named or wanted
    form = best[0].inflect({case, "sing"}) if best else None
    return _like(word, form.word) if form else word


@lru_cache(maxsize=8192)
def is_foreign(text: str) -> bool:
    """Whether a name is a transliteration (Коинбейс): written in Russian letters, with a word that Russian has not."""
    parts = [part for word in text.split(" ") for part in word.strip("«»").split("-")]
    if script(text.casefold()[:1]) != "cyrillic" or any(p.isupper() and len(p) > 1 for p in parts):
        return False
    return any(p and not p.endswith(("банк", "биржа")) and not _analyser().word_is_known(p.casefold()) for p in parts)


_VOWEL = "[аеёиоуыэюя]"
_EUPHONY = (
    (re.compile(rf"\bв (?=[вф](?!{_VOWEL})\w)", re.IGNORECASE), "во "),
    (re.compile(rf"\bс (?=[сзшж](?!{_VOWEL})\w)", re.IGNORECASE), "со "),
)


@lru_cache(maxsize=8192)
def euphony(sentence: str) -> str:
    """Prepositions with the vowel that a hard cluster behind them asks for: во втором, со стороны."""
    for pattern, said in _EUPHONY:
        sentence = pattern.sub(said, sentence)
    return re.sub(r"\bо (?=[аиоуэАИОУЭ])", "об ", sentence)


def _like(word: str, form: str) -> str:
    """``form`` with the capitals of ``word``."""
    if word[:1].isupper():
        return (
            "-".join(
                part[:1].upper() + part[1:] if old[:1].isupper() else part
                for part, old in zip(form.split("-"), word.split("-"), strict=False)
            )
            if form.count("-") == word.count("-")
            else form[:1].upper() + form[1:]
        )
    return form


@lru_cache(maxsize=4096)
def verb(infinitive: str, tense: str, agrees: str) -> str:
    """``past``, ``pres`` or ``futr`` of the infinitive (with its object words behind it) for ``m f n p``."""
    word, _, rest = infinitive.partition(" ")
    parses = [p for p in _analyser().parse(word) if p.tag.POS == "INFN"]
    wanted = {tense}
    if tense == "past":
        wanted |= {"plur"} if agrees == "p" else {next(g for g, short in _GENDERS.items() if short == agrees), "sing"}
    else:
        wanted |= {"3per", "plur" if agrees == "p" else "sing"}
    form = parses[0].inflect(wanted) if parses else None
    said = form.word if form else word
    return f"{said} {rest}" if rest else said


@lru_cache(maxsize=1024)
def is_perfective(infinitive: str) -> bool:
    """Whether the infinitive is one of a finished act: its present form speaks of the future."""
    return any(p.tag.POS == "INFN" and p.tag.aspect == "perf" for p in _analyser().parse(infinitive.partition(" ")[0]))
