"""How a name is written for a reader: the first form that the register gives it in a language.

The whole register takes seconds to compile, for finding names in texts; to show one, reading its first form is enough.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
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
                        found[str(entry["id"])] = str(forms[0])
    return found


def written(name: str, lang: str, folders: tuple[Path, ...] = ()) -> str:
    """The id ``name`` as a reader of ``lang`` would write it; one that no register holds, word by word."""
    if name.isupper():
        return name
    form = spoken(lang, folders).get(name)
    if form:
        return form[:1].upper() + form[1:]
    words = name.split("-")
    return " ".join(word if word in ("of", "and", "the") else word[:1].upper() + word[1:] for word in words)
