"""How a name is written for a reader: as sentences of claims have it, else the register's first form in a language.

The whole register takes seconds to compile, for finding names in texts; to show one, reading its first form is enough.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

from crypto_nlp.rules.gloss import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

# The parser in C reads the register in a fraction of the time; PyYAML may come without it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def spoken(lang: str, folders: tuple[Path, ...] = ()) -> Mapping[str, str]:
    """Id -> its first form in ``lang`` (in English where it has none); ``folders`` are the user's own rules."""
    found: dict[str, str] = {}
    rooms = [files("crypto_nlp") / "data" / "names", *(folder / "names" for folder in folders)]
    for room in rooms:
        for path in sorted(room.iterdir(), key=lambda path: path.name) if room.is_dir() else ():
            if path.name.endswith(".yaml"):
                for entry in yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER):  # noqa: S506 - a safe loader
                    forms = entry.get(lang) or entry.get("en")
                    if forms:
                        found[str(entry["id"])] = _usual(entry, forms)
    return {**found, **words(lang).names}


def _usual(entry: Mapping[str, Any], forms: Sequence[str]) -> str:
    """The first form; of a group, the one that its id spells: *bitcoin miners*, not one of them."""
    spelt = str(entry["id"]).replace("-", " ")
    return spelt if entry.get("kind") == "group" and spelt in forms else str(forms[0])


@cache
def _countries(lang: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    path = files("crypto_nlp") / "data" / "names" / "countries.yaml"
    for entry in yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER):  # noqa: S506 - a safe loader
        forms = entry.get(lang) or entry.get("en")
        if forms and entry.get("kind") == "country":
            found.setdefault(str(entry.get("jurisdiction")), str(forms[0]))
    return found


def country(code: str, lang: str) -> str | None:
    """The country (or union) whose ISO code is ``code``, as a reader of ``lang`` would write it; None for others."""
    return _countries(lang).get(code)


def written(name: str, lang: str, folders: tuple[Path, ...] = ()) -> str:
    """The id ``name`` as a reader of ``lang`` would write it; one that no register holds, word by word."""
    form = words(lang).names.get(name) if name.isupper() else spoken(lang, folders).get(name)
    if form:
        return form[:1].upper() + form[1:]
    if name.isupper():
        return name
    parts = name.split("-")
    return " ".join(part if part in ("of", "and", "the") else part[:1].upper() + part[1:] for part in parts)
