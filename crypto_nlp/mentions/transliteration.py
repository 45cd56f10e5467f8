"""One spelling for a name in three scripts: a phonetic skeleton to recognise it by, and a romanisation to call it by.

The skeleton keeps the consonants in classes that Arabic, Cyrillic and Latin spelling have in common, after the idea of
Soundex and its kin: *Matthew Sigel*, Мэтью Сигел and ماثيو سيجل are all ``MT SGL``. Sounds that one of the scripts does
not tell apart fall together (b and p, f and v, s and z, g and j); h, kh, w and all vowels fall away: writers differ.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from crypto_nlp.morphology import russian_parses
from crypto_nlp.text import normalise, script

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pymorphy3.analyzer import Parse

_LATIN = (
    (r"(?<=[aeiou])gh(?=t|s|es|$)", ""),
    (r"schw", "Cf"),
    (r"tsch|tsh|tch|sch|sh|ch", "C"),
    (r"tz|ts", "S"),
    (r"zh|dzh|dj|dg(?=[ei])|j|g|q(?=a)", "G"),
    (r"th|tt?", "T"),
    (r"kh|h", ""),
    (r"ph|f|v", "F"),
    (r"sc(?=[eiy])|c(?=[eiy])|s|z", "S"),
    (r"ck|c|k|q", "K"),
    (r"x", "KS"),
    (r"b|p", "B"),
    (r"d", "D"),
    (r"l", "L"),
    (r"m", "M"),
    (r"n", "N"),
    (r"r", "R"),
)
_CYRILLIC = {
    "чж": "G",
    "дж": "G",
    "тц": "S",
    "тс": "S",
    "ч": "C",
    "ш": "C",
    "щ": "C",
    "ж": "G",
    "г": "G",
    "т": "T",
    "ф": "F",
    "в": "F",
    "с": "S",
    "з": "S",
    "ц": "S",
    "к": "K",
    "б": "B",
    "п": "B",
    "д": "D",
    "л": "L",
    "м": "M",
    "н": "N",
    "р": "R",
}
_ARABIC = {
    "تش": "C",
    "تز": "S",
    "تس": "S",
    "دج": "G",
    "ش": "C",
    "چ": "C",
    "ج": "G",
    "غ": "G",
    "گ": "G",
    "ژ": "G",
    "ت": "T",
    "ط": "T",
    "ث": "T",
    "ف": "F",
    "ڤ": "F",
    "س": "S",
    "ص": "S",
    "ز": "S",
    "ظ": "S",
    "ك": "K",
    "ق": "K",
    "ب": "B",
    "پ": "B",
    "د": "D",
    "ض": "D",
    "ذ": "D",
    "ل": "L",
    "م": "M",
    "ن": "N",
    "ر": "R",
}
_DOUBLED = re.compile(r"(.)\1+")
_ONE_OF = {"cyrillic": _CYRILLIC, "arabic": _ARABIC}
_SCANNERS = {name: re.compile("|".join(sorted(table, key=len, reverse=True))) for name, table in _ONE_OF.items()}
_LATIN_SCANNER = re.compile("|".join(f"({pattern})" for pattern, _ in _LATIN))


@cache
def skeletons(word: str) -> tuple[str, ...]:
    """The phonetic keys of one word, likeliest first, two where *ch* may be either sound; ``""`` for vowels alone."""
    folded = normalise(word)
    written = script(folded)
    if written in _ONE_OF:
        table = _ONE_OF[written]
        return (_DOUBLED.sub(r"\1", "".join(table[m] for m in _SCANNERS[written].findall(folded))),)
    plain = _without_accents(folded)
    spellings = {plain: None}
    if "ch" in plain:
        spellings = {plain: None, plain.replace("ch", "k"): None}
    return tuple(dict.fromkeys(_latin_skeleton(s) for s in spellings))


def _latin_skeleton(word: str) -> str:
    classes = (_LATIN[m.lastindex - 1][1].upper() for m in _LATIN_SCANNER.finditer(word) if m.lastindex)
    return _DOUBLED.sub(r"\1", "".join(classes))


def phonetic_keys(words: Sequence[str]) -> Iterator[str]:
    """The keys of a name, word by word with a space between; words of vowels alone are left out."""
    for choice in product(*(skeletons(w) for w in words)):
        yield " ".join(k for k in choice if k)


_CYRILLIC_LETTERS = dict(zip("абвгдезийклмнопрстуфыэ", "abvgdeziyklmnoprstufye", strict=True)) | {
    "ё": "e",
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ъ": "",
    "ь": "",
    "ю": "yu",
    "я": "ya",
}
_ARABIC_LETTERS = dict(zip("ابتجحدرزسصضطظعفقكلمنهوي", "abtjhdrzssdtzafqklmnhui", strict=True)) | {
    "ث": "th",
    "ذ": "dh",
    "ش": "sh",
    "غ": "gh",
    "خ": "kh",
    "ؤ": "o",
    "ئ": "e",
    "ء": "",
    "پ": "p",
    "ڤ": "v",
    "گ": "g",
    "چ": "ch",
    "ژ": "zh",
}
_ENDINGS = ((r"(ий|ый)$", "y"), (r"ия$", "ia"), (r"(?<=[бвгджзклмнпрстфхцчшщ])ья", "ia"), (r"айл", "ail"))


_SLAVIC = re.compile(r"(وف|وفا|يف|يفا|سكي|سكايا)$")


@cache
def romanise(word: str) -> str:
    """The word in Latin letters as the English press would write it: Чебесков ``chebeskov``, Юрий ``yury``."""
    folded = normalise(word)
    written = script(folded)
    if written == "cyrillic":
        for pattern, latin in _ENDINGS:
            folded = re.sub(pattern, latin, folded)
        return "".join(_CYRILLIC_LETTERS.get(c, c) for c in folded)
    if written == "arabic":
        bare = folded[2:] if word.startswith("ال") and len(folded) > 4 else folded
        bare = bare.replace("تش", "چ")
        if _SLAVIC.search(bare):
            bare = bare.replace("و", "o").replace("غ", "g").replace("فا", "va").replace("ف", "v")
            bare = re.sub(r"(?<=.)(ييv|ييف|يv)", "ev", bare)
        return "".join(_ARABIC_LETTERS.get(c, c) for c in bare)
    return _without_accents(folded)


def _without_accents(word: str) -> str:
    word = (
        word.replace("ł", "l")
        .replace("ø", "o")
        .replace("ß", "ss")
        .replace("æ", "ae")
        .replace("ı", "i")
        .replace("đ", "d")
    )
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def spelling_table(names: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Phonetic key -> the English names that sound so."""
    table: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        for key in skeletons(name):
            if key:
                table[key].append(normalise(name))
    return {key: tuple(found) for key, found in table.items()}


def english_spelling(word: str, table: Mapping[str, tuple[str, ...]]) -> str | None:
    """The usual English spelling of a name written in another script, or None where none in the table comes close."""
    plain = romanise(word)
    if script(normalise(word)) == "cyrillic":
        for pattern, usual in _GIVEN_SPELLINGS:
            plain = re.sub(pattern, usual, plain)
    elif plain.endswith("ru"):
        plain = plain.removesuffix("u") + "ew"  # أندرو
    choices = [name for key in skeletons(word) for name in table.get(key, ())]
    if not choices:
        return None
    blurred = script(normalise(word)) == "arabic"
    heard, spelling = consonants(plain, blurred=blurred), plain.replace("y", "i")
    ranked = (
        (fuzz.ratio(consonants(n, blurred=blurred), heard), fuzz.ratio(n.replace("y", "i"), spelling), n == plain, n)
        for n in choices
    )
    best = max(ranked)
    return best[-1] if best[0] >= _CLOSE else None


_CLOSE = 88  # of 100: less is another name


def consonants(name: str, *, blurred: bool = True) -> str:
    """A stricter sound than the phonetic key: consonants with h, whether a vowel opens the name, whether one closes it.

    ``blurred`` lets p be b, as Arabic must write it.
    """
    for written, spoken in (
        ("tsh", "ch"),
        ("dzh", "g"),
        ("ph", "f"),
        ("ck", "k"),
        ("ch", "k"),
        ("sh", "S"),
        ("th", "t"),
        ("gh", "g"),
        ("kh", "h"),
    ):
        name = name.replace(written, spoken)
    name = name.translate(str.maketrans("cvzqxj", "kfskkg"))
    name = name.replace("p", "b") if blurred else name
    closed = re.sub(r"(?<=[^aeiouyw])e$", "", name)
    opening = "a" if closed[:1] and closed[0] in "aeiouyw" else ""
    closing = "*" if closed[-1:] and closed[-1] in "aeiouyw" else ""
    return opening + _DOUBLED.sub(r"\1", re.sub(r"[aeiouyw]+", "", closed)) + closing


# Letters of first names that the English press writes otherwise than a letter-by-letter romanisation
_GIVEN_SPELLINGS = (
    (r"^aleks", "alex"),
    (r"ksim$", "xim"),
    (r"^dzh", "j"),
    (r"ndr$", "nder"),
    (r"olay$", "olai"),
    (r"^kh", "h"),
    (r"yu$", "ew"),
    (r"^lyui", "lewi"),
)


def sound(name: str) -> str:
    """A rough sound of Latin letters: a run of vowels, y and w is one ``a``, ck and c are k, ph is f, th is t."""
    for written, spoken in (
        ("ph", "f"),
        ("ck", "k"),
        ("ch", "k"),
        ("c", "k"),
        ("th", "t"),
        ("v", "f"),
        ("z", "s"),
        ("h", ""),
    ):
        name = name.replace(written, spoken)
    return _DOUBLED.sub(r"\1", re.sub(r"[aeiouyw]+", "a", name))


def slug(words: Sequence[str]) -> str:
    """The id of a name: its words in Latin letters, lower case, hyphens between; possessives and marks left out."""
    latin = (romanise(w.removesuffix("'s").removesuffix("’s")) for w in words)
    return "-".join(part for word in latin for part in re.findall(r"[a-z0-9]+", word.replace("'", "").replace("’", "")))


_CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")


def nominative(words: Sequence[str]) -> tuple[str, ...]:
    """A Russian person's name brought to the nominative: Ивана Чебескова -> иван чебесков (folded).

    The given name tells case and gender where it can; a surname that no dictionary knows loses the ending of that case.
    """
    forms = [normalise(w) for w in words]
    if len(forms) < 2 or any(script(f) != "cyrillic" for f in forms):
        return tuple(forms)
    given = [p for p in russian_parses(forms[0]) if "Name" in p.tag and "plur" not in p.tag]
    gender = _gender(forms, given)
    likeliest = [p for p in given if p.normal_form == given[0].normal_form]
    cases = {p.tag.case for p in likeliest} - {None}
    first = forms[0]
    fixed = any("Fixd" in p.tag for p in given)
    if given and not fixed and "nomn" not in cases:
        first = str(given[0].normal_form)
    rest = [_surname(f, gender, set() if fixed or not given else cases) for f in forms[1:]]
    return (first.replace("ё", "е"), *rest)


def _gender(forms: Sequence[str], given: Sequence[Parse]) -> str:
    if given:
        return str(given[0].tag.gender or "masc")
    return (
        "femn"
        if forms[-1].endswith(("ова", "ева", "ина", "ская", "ой")) and forms[0].endswith(("а", "я", "и"))
        else "masc"
    )


def _surname(form: str, gender: str, cases: set[str]) -> str:
    """The surname in the nominative. ``cases`` are those that the given name allows; empty where it does not tell."""
    known = _known_surname(form, gender, cases)
    if known is not None:
        return known
    if gender == "femn":
        return _feminine(form, cases)
    return form if "nomn" in cases else _masculine(form, cases)


def _known_surname(form: str, gender: str, cases: set[str]) -> str | None:
    for parse in russian_parses(form):
        known = parse.is_known and not {"Surn", "Patr"}.isdisjoint(parse.tag.grammemes) and "plur" not in parse.tag
        if known and gender in parse.tag and (not cases or parse.tag.case in cases):
            found = parse.inflect({"nomn", "sing", gender})
            if found is not None:
                return str(found.word).replace("ё", "е")
    return None


_MASCULINE = (("овым", "ов"), ("евым", "ев"), ("иным", "ин"), ("ского", "ский"), ("скому", "ский"), ("ским", "ский"))
_CONSONANTS = "бвгджзклмнпрстфхцчшщ"


def _masculine(form: str, cases: set[str]) -> str:
    for ending, bare in _MASCULINE:
        if form.endswith(ending):
            return form.removesuffix(ending) + bare
    for ending in ("ом", "ем", "а", "у", "е"):
        stem = form.removesuffix(ending)
        if stem != form and len(stem) >= 3 and stem[-1] in _CONSONANTS and (cases or ending in ("а", "у", "ом")):
            return stem
    if cases and len(form) > 4 and form[-1] in "юя" and form[-2] in "аеиоуэ":
        return form[:-1] + "й"
    return form


_FEMININE = (
    ("ской", "ская"),
    ("овой", "ова"),
    ("евой", "ева"),
    ("иной", "ина"),
    ("ову", "ова"),
    ("еву", "ева"),
    ("ину", "ина"),
)


def _feminine(form: str, cases: set[str]) -> str:
    if "nomn" in cases or not cases:
        return form
    for ending, bare in _FEMININE:
        if form.endswith(ending):
            return form.removesuffix(ending) + bare
    return form
