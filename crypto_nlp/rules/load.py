"""All rules as one value: the package's own files and, over them, the folders that a user names.

A rules folder looks like ``crypto_nlp/data``: ``claims/<type>/``, ``names/*.yaml``. Nothing edits the packaged files.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from crypto_nlp.errors import RulesError
from crypto_nlp.lexicon import Lexicon
from crypto_nlp.rules import claims, clauses, cues, names, numbers, roles, sentences, times
from crypto_nlp.rules.triggers import compile_triggers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from crypto_nlp.rules.claims import ClaimType
    from crypto_nlp.rules.cues import CueRules
    from crypto_nlp.rules.names import NameRegister
    from crypto_nlp.rules.numbers import NumberRules
    from crypto_nlp.rules.roles import Roles
    from crypto_nlp.rules.sentences import SentenceRules
    from crypto_nlp.rules.times import TimeRules
    from crypto_nlp.rules.triggers import Hit


@dataclass(frozen=True, slots=True)
class LanguageRules:
    """What is known of one language."""

    lang: str
    sentences: SentenceRules
    numbers: NumberRules
    times: TimeRules
    cues: CueRules
    roles: Roles
    triggers: Lexicon[Hit]
    crypto: Lexicon[None]


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything under ``data/``. ``digest`` changes with every byte of every rule file."""

    languages: Mapping[str, LanguageRules]
    types: Mapping[str, ClaimType]
    register: NameRegister
    digest: str
    folders: tuple[Path, ...]


@cache
def languages() -> tuple[str, ...]:
    """The codes of the languages that ship, in alphabetical order."""
    folder = files("crypto_nlp") / "data" / "languages"
    return tuple(sorted(p.name for p in folder.iterdir() if p.is_dir() and (p / "clauses.yaml").is_file()))


@cache
def claim_types(extra: tuple[Path, ...] = ()) -> dict[str, ClaimType]:
    """The claim types alone, for those who only need their names, measures and words."""
    return claims.load(_rooms("claims", extra))


@cache
def load_language(lang: str, extra: tuple[Path, ...] = ()) -> LanguageRules:
    """The rules of one language; made once, when the first text in it comes."""
    folder = files("crypto_nlp") / "data" / "languages"
    of_clauses = clauses.load(folder / lang)
    return LanguageRules(
        lang=lang,
        sentences=sentences.load(folder, lang),
        numbers=numbers.load(folder / lang, lang),
        times=times.load(folder, lang),
        cues=cues.load(folder, lang),
        roles=_roles()[lang],
        triggers=compile_triggers(claim_types(extra), of_clauses, lang),
        crypto=Lexicon(lang, [(phrase, None) for phrase in of_clauses.crypto]),
    )


@cache
def load_register(extra: tuple[Path, ...] = ()) -> NameRegister:
    """The register of names; the roles of all languages say which of them are common words besides."""
    common = {lang: of_lang.common for lang, of_lang in _roles().items()}
    return names.load(common=common, extra=_rooms("names", extra)[1:])


@cache
def _roles() -> Mapping[str, Roles]:
    return roles.load()


@cache
def digest(extra: tuple[Path, ...] = ()) -> str:
    """Sixteen hexadecimal digits of the SHA-256 over all rule files, in order of their names."""
    total = hashlib.sha256()
    roots: list[Traversable] = [files("crypto_nlp") / "data" / room for room in ("languages", "claims", "names")]
    for root in (*roots, *extra):
        for name, content in _contents(root, root.name):
            total.update(name.encode())
            total.update(content)
    return total.hexdigest()[:16]


def _contents(folder: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    for child in sorted(folder.iterdir(), key=lambda c: c.name):
        path = f"{name}/{child.name}"
        if child.is_dir():
            yield from _contents(child, path)
        elif child.name.endswith((".yaml", ".txt")):
            yield path, child.read_bytes()


def _rooms(room: str, extra: tuple[Path, ...]) -> list[Traversable]:
    rooms: list[Traversable] = [files("crypto_nlp") / "data" / room]
    for folder in extra:
        if not folder.is_dir():
            message = f"The rules folder {folder} does not exist; name a folder that holds claims/ or names/."
            raise RulesError(message)
        if (folder / room).is_dir():
            rooms.append(folder / room)
    return rooms
