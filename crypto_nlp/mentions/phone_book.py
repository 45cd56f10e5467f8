"""Knows a name of the register again in a spelling that the register does not list, by its sound."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from crypto_nlp.mentions.transliteration import (
    english_given,
    given_name_table,
    nominative,
    phonetic_keys,
    romanise,
    slug,
    sound,
)
from crypto_nlp.text import normalise, script

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crypto_nlp.rules.names import Entry, NameRegister

_SHORTEST = 4  # consonants: fewer are shared by too many names
_CLOSE = 70  # of 100, on the rough sound with its vowels


class PhoneBook:
    """Persons and organisations by phonetic key, and the English first names."""

    def __init__(self, register: NameRegister, given_names: Sequence[str]) -> None:
        """Index the English forms of the register."""
        self.given = given_name_table(given_names)
        self.persons: defaultdict[str, list[tuple[str, Entry]]] = defaultdict(list)
        self.organisations: defaultdict[str, list[tuple[str, Entry]]] = defaultdict(list)
        for entry in register.entries.values():
            if entry.kind in ("person", "organisation"):
                for text in entry.forms.get("en", ()):
                    self._add(text, entry)

    def _add(self, text: str, entry: Entry) -> None:
        words = normalise(text).replace("-", " ").split()
        if entry.kind == "person" and len(words) < 2:
            return
        for key in phonetic_keys(words):
            if len(key.replace(" ", "")) >= _SHORTEST:
                if entry.kind == "person":
                    self.persons[key].append((" ".join(words), entry))
                else:
                    self.organisations[key.replace(" ", "")].append(("".join(words), entry))

    def person(self, words: Sequence[str]) -> Entry | None:
        """The person of the register whose name sounds so."""
        for spelled in (words, nominative(words)):
            parts = [p for w in spelled for p in normalise(w).split("-")]
            plain = sound(" ".join(romanise(w) for w in parts))
            for key in phonetic_keys(parts):
                for text, entry in self.persons.get(key, ()):
                    if fuzz.ratio(sound(text), plain) >= _CLOSE:
                        return entry
        return None

    def organisation(self, words: Sequence[str]) -> Entry | None:
        """The organisation of the register whose name sounds so; only for words in another script than Latin."""
        if any(script(normalise(w)) == "latin" for w in words):
            return None
        plain = sound("".join(romanise(w) for w in words))
        for key in phonetic_keys(words):
            for text, entry in self.organisations.get(key.replace(" ", ""), ()):
                if fuzz.ratio(sound(text), plain) >= _CLOSE:
                    return entry
        return None

    def person_id(self, words: Sequence[str]) -> str:
        """The id of a person no register holds: the nominative in Latin letters, the first name in its English spelling."""
        spelled = nominative(words)
        first = spelled[0]
        given = None if script(first) == "latin" else english_given(first, self.given)
        return "-".join(part for part in (given or slug([first]), slug(spelled[1:])) if part)


@lru_cache(maxsize=4)
def phone_book(register: NameRegister, given_names: tuple[str, ...]) -> PhoneBook:
    """The phone book of a register, made once."""
    return PhoneBook(register, given_names)
