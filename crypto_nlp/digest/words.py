"""The words of a digest in each language, from ``words/<lang>.yaml``, with the plural forms that it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from crypto_nlp.digest.figures import figure, time
from crypto_nlp.errors import InputError

LANGUAGES = ("en", "ar", "ru")
_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@dataclass(frozen=True, slots=True)
class Words:
    """What a digest says in one language. ``digits`` is ``latin`` or ``arabic``."""

    lang: str
    table: dict[str, Any]
    digits: str = "latin"

    def say(self, key: str, **parts: Any) -> str:
        """The phrase under ``key`` with its ``{parts}`` filled in."""
        return self.write(str(self.table[key]).format(**parts))

    def section(self, key: str) -> str:
        """The heading of a section."""
        return str(self.table["sections"][key])

    def type(self, name: str) -> str:
        """The heading of a claim type; a type that a user added goes by its own name."""
        return str(self.table["types"].get(name, name.replace("_", " ")))

    def count(self, what: str, number: int) -> str:
        """``number`` of ``what``, in the right plural form."""
        forms = self.table["count"][what]
        form = forms.get(plural(self.lang, number)) or forms["many" if self.lang == "ru" else "other"]
        return self.write(str(form).format(n=f"{number:,}" if self.lang == "en" else str(number)))

    def date(self, text: str) -> str:
        """An ISO date, which keeps its order between Arabic words."""
        # U+200E, the left-to-right mark: without it a reader sees the day first and the year last.
        return ("\u200e" if self.lang == "ar" and self.digits == "latin" else "") + self.write(text)

    def figure(self, row: Mapping[str, Any]) -> str:
        """The figure of a claim row; nothing where it has none."""
        return self.write(figure(row, self.lang))

    def when(self, text: str, *, ahead: bool = False) -> str:
        """An EDTF expression in words; ``ahead`` where it has not come yet."""
        return self.write(time(text, self.lang, ahead=ahead))

    def write(self, text: str) -> str:
        """``text`` in the digits that the reader wants."""
        return text.translate(_ARABIC_DIGITS) if self.digits == "arabic" else text


def plural(lang: str, number: int) -> str:
    """The CLDR plural category of a whole number."""
    tens, hundreds = number % 10, number % 100
    if lang == "ru":
        if tens == 1 and hundreds != 11:
            return "one"
        return "few" if 2 <= tens <= 4 and not 12 <= hundreds <= 14 else "many"
    if lang == "ar":
        if number < 3:
            return ("zero", "one", "two")[number]
        return "few" if 3 <= hundreds <= 10 else "many" if hundreds >= 11 else "other"
    return "one" if number == 1 else "other"


@cache
def words(lang: str, digits: str = "latin") -> Words:
    """The words of ``lang``. Raises InputError for a language that digests are not written in."""
    if lang not in LANGUAGES:
        message = f"Digests are written in {', '.join(LANGUAGES)}, not in {lang!r}."
        raise InputError(message)
    text = resources.files("crypto_nlp.digest").joinpath("words", f"{lang}.yaml").read_text(encoding="utf-8")
    return Words(lang, yaml.safe_load(text), digits)
