"""Figures as terms: the same number is the same term however it is grouped, scaled or written."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

import yaml

from crypto_nlp.indexing.stems import primary
from crypto_nlp.text import normalise

# Groups of three behind spaces (13 900 000 000) belong together; a year before a count (2024 100) does not look like
# that.
_SPACED = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?![\d])")
# Keys of a magnitude that hold no words for it: its value, words that mean twice or half of it, and ordinals.
_OTHER = {"value", "dual", "half", "ordinal"}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def join_groups(folded: str) -> str:
    """``folded`` with the spaces inside grouped figures taken out."""
    return _SPACED.sub(lambda match: match.group().replace(" ", ""), folded) if " " in folded else folded


@lru_cache(maxsize=1 << 14)
def figure(form: str) -> str:
    """The plain form of a folded figure: ``13,9`` and ``13.90`` are ``13.9``, ``1,234,567`` is ``1234567``."""
    marks = [char for char in form if not char.isdigit()]
    if not marks:
        return form.lstrip("0") or "0"
    last = max(form.rfind(mark) for mark in marks)
    grouped = all(len(group) == 3 for group in re.split(r"[^\d]", form)[1:])
    decimal = not grouped or marks[-1] == "٫" or len(set(marks)) > 1 or (marks == ["."]) or form.startswith("0")
    if grouped and len(marks) > 1 and len(set(marks)) == 1:
        decimal = False
    whole = re.sub(r"[^\d]", "", form[:last] if decimal else form).lstrip("0") or "0"
    part = form[last + 1 :].rstrip("0") if decimal else ""
    return f"{whole}.{part}" if part else whole


def scale(word: str) -> int | None:
    """What a folded word multiplies the figure before it by (``bn``, ``млрд``, ``مليارات``: 1e9), or None."""
    return _scales().get(primary(word))


@cache
def _scales() -> dict[str, int]:
    """Key of a magnitude's word -> its value, from the ``numbers.yaml`` of every language.

    Read here without the checks of :mod:`crypto_nlp.rules`, which cost a search more than the search itself.
    """
    found: dict[str, int] = {}
    for folder in (files("crypto_nlp") / "data" / "languages").iterdir():
        path = folder / "numbers.yaml"
        if not path.is_file():
            continue
        numbers = yaml.load(path.read_text(encoding="utf-8"), _LOADER)  # noqa: S506 - a safe loader, in C where there is one
        for magnitude in numbers["magnitudes"]:
            forms = (form for kind in magnitude.keys() - _OTHER for form in magnitude[kind])
            found |= {primary(normalise(form)): int(magnitude["value"]) for form in forms}
    return found


def value_term(number: float) -> str:
    """The term of a canonical value: ``13900000000`` is ``=1.39e10``. Six significant digits tell figures apart."""
    return "=" + format(number, ".6g").replace("e+", "e")
