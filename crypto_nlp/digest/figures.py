"""Figures and times as a reader of each language writes them: the same words as in the sentences of claims."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crypto_nlp.claims import gloss_times
from crypto_nlp.claims.gloss_numbers import phrase, unit_of
from crypto_nlp.records import Bound, Per, Value
from crypto_nlp.rules.gloss import words


def figure(row: Mapping[str, Any], lang: str) -> str:
    """A claim row's figure: ``about $13.9 billion a year``, ``от 2 до 3 лет``; nothing where it has none."""
    if row["value_low"] is None:
        return ""
    value = Value(row["value_low"], row["value_high"], row["unit"])
    bound = Bound(row["bound"]) if row["bound"] else None
    per = Per(row["per"]) if row["per"] else None
    said = words(lang)
    return phrase(value, bound, per, said, lang, unit=unit_of(value, said))


def time(when: str, lang: str, *, ahead: bool = False) -> str:
    """EDTF as an adverbial: ``from 12 to 18 August 2024``; ``ahead`` where it has not come yet."""
    return gloss_times.phrase(when, words(lang), ahead=ahead).removeprefix("(").removesuffix(")")
