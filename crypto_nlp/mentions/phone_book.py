"""Knows a name of the register again in a spelling that the register does not list, by its sound."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from crypto_nlp.mentions.transliteration import (
    consonants,
    english_spelling,
    nominative,
    phonetic_keys,
    romanise,
    slug,
    sound,
    spelling_table,
)
from crypto_nlp.text import normalise, script

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crypto_nlp.rules.names import Entry, NameRegister

_SHORTEST = 4  # consonants of a person's name: fewer are shared by too many
_SHORTEST_BODY = 5  # of an organisation's, which may be one word
_CLOSE = 70  # of 100, on the rough sound with its vowels
_CLOSE_FIRST = 76  # on the consonants of the first word: Ahmed is not Mohammed
_CLOSE_BODY = 85


_SMALL_WORDS = {
    "بن": "bin",
    "ابن": "ibn",
    "ال": "al",
    "عبد": "abdul",
    "ابو": "abu",
    "دي": "de",
    "فان": "van",
    "فون": "von",
}


class PhoneBook:
    """Persons and organisations by phonetic key, and the English first names."""

    def __init__(self, register: NameRegister, given_names: Sequence[str], surnames: Sequence[str]) -> None:
        """Index the forms of the register, of every language, by their sound."""
        self.given = spelling_table(given_names)
        self.surnames = spelling_table(surnames)
        self.persons: defaultdict[str, list[tuple[tuple[str, str], Entry]]] = defaultdict(list)
        self.organisations: defaultdict[str, list[tuple[str, Entry]]] = defaultdict(list)
        for entry in register.entries.values():
            if entry.kind in ("person", "organisation"):
                for text in (t for forms in entry.forms.values() for t in forms):
                    self._add(text, entry)

    def _add(self, text: str, entry: Entry) -> None:
        words = normalise(text).replace("-", " ").split()
        if entry.kind == "person" and len(words) < 2:
            return
        for key in phonetic_keys(words):
            if len(key.replace(" ", "")) >= (_SHORTEST if entry.kind == "person" else _SHORTEST_BODY):
                if entry.kind == "person":
                    latin = [romanise(w) for w in words]
                    self.persons[key].append(((sound(" ".join(latin)), consonants(latin[0])), entry))
                else:
                    self.organisations[key.replace(" ", "")].append((sound("".join(map(romanise, words))), entry))

    def person(self, words: Sequence[str]) -> Entry | None:
        """The person of the register whose name sounds so."""
        for spelled in (words, nominative(words)):
            parts = [p for w in spelled for p in normalise(w).split("-")]
            plain, first = sound(" ".join(romanise(w) for w in parts)), consonants(romanise(parts[0]))
            for key in phonetic_keys(parts):
                for text, entry in self.persons.get(key, ()):
                    if fuzz.ratio(text[0], plain) >= _CLOSE and fuzz.ratio(text[1], first) >= _CLOSE_FIRST:
                        return entry
        return None

    def organisation(self, words: Sequence[str]) -> Entry | None:
        """The organisation of the register whose name sounds so; only for words in another script than Latin."""
        if any(script(normalise(w)) == "latin" for w in words):
            return None
        plain = sound("".join(romanise(w) for w in words))
        for key in phonetic_keys(words):
            for text, entry in self.organisations.get(key.replace(" ", ""), ()):
                if fuzz.ratio(text, plain) >= _CLOSE_BODY:
                    return entry
        return None

    def person_id(self, words: Sequence[str]) -> str:
        """The id of a person no register holds: the nominative in Latin letters, in the usual English spelling."""
        spelled = nominative(words) if script(normalise(words[0])) == "cyrillic" else tuple(words)
        if script(normalise(spelled[0])) == "latin":
            return slug(spelled)
        table = self.given if len(spelled) > 1 else self.surnames
        parts = [english_spelling(spelled[0], table) or slug(spelled[:1])]
        for part in (p for word in spelled[1:] for p in word.split("-")):
            small = _SMALL_WORDS.get(normalise(part))
            parts.append(small or english_spelling(part, self.surnames) or slug([part]))
        return "-".join(part for part in parts if part)


@lru_cache(maxsize=4)
def phone_book(register: NameRegister, given_names: tuple[str, ...], surnames: tuple[str, ...]) -> PhoneBook:
    """The phone book of a register, made once for all languages."""
    return PhoneBook(register, given_names, surnames)
