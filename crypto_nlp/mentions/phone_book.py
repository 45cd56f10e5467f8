"""Knows a name of the register again in a spelling that the register does not list, by its sound."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from crypto_nlp.mentions.transliteration import (
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
    from crypto_nlp.rules.roles import Roles

_SHORTEST = 4  # consonants: fewer are shared by too many names
_CLOSE = 70  # of 100, on the rough sound with its vowels


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
        self.persons: defaultdict[str, list[tuple[str, Entry]]] = defaultdict(list)
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
            if len(key.replace(" ", "")) >= _SHORTEST:
                if entry.kind == "person":
                    self.persons[key].append((sound(" ".join(map(romanise, words))), entry))
                else:
                    self.organisations[key.replace(" ", "")].append((sound("".join(map(romanise, words))), entry))

    def person(self, words: Sequence[str]) -> Entry | None:
        """The person of the register whose name sounds so."""
        for spelled in (words, nominative(words)):
            parts = [p for w in spelled for p in normalise(w).split("-")]
            plain = sound(" ".join(romanise(w) for w in parts))
            for key in phonetic_keys(parts):
                for text, entry in self.persons.get(key, ()):
                    if fuzz.ratio(text, plain) >= _CLOSE:
                        return entry
        return None

    def organisation(self, words: Sequence[str]) -> Entry | None:
        """The organisation of the register whose name sounds so; only for words in another script than Latin."""
        if any(script(normalise(w)) == "latin" for w in words):
            return None
        plain = sound("".join(romanise(w) for w in words))
        for key in phonetic_keys(words):
            for text, entry in self.organisations.get(key.replace(" ", ""), ()):
                if fuzz.ratio(text, plain) >= _CLOSE:
                    return entry
        return None

    def person_id(self, words: Sequence[str]) -> str:
        """The id of a person no register holds: the nominative in Latin letters, in the usual English spelling."""
        spelled = nominative(words) if script(normalise(words[0])) == "cyrillic" else tuple(words)
        if script(normalise(spelled[0])) == "latin":
            return slug(spelled)
        parts = [english_spelling(spelled[0], self.given) or slug(spelled[:1])]
        for part in (p for word in spelled[1:] for p in word.split("-")):
            small = _SMALL_WORDS.get(normalise(part))
            parts.append(small or english_spelling(part, self.surnames) or slug([part]))
        return "-".join(part for part in parts if part)


@lru_cache(maxsize=4)
def phone_book(register: NameRegister, roles: Roles) -> PhoneBook:
    """The phone book of a register, made once."""
    return PhoneBook(register, roles.english.given_names, roles.english.surnames)
