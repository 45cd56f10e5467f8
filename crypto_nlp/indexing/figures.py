"""Figures as terms: the same number is the same term however it is grouped, scaled or written."""

from __future__ import annotations

import re
from functools import lru_cache

from crypto_nlp.indexing.stems import primary

# Groups of three behind spaces (13 900 000 000) belong together; a year before a count (2024 100) does not look like
# that.
_SPACED = re.compile(r"(?<![\d.,])\d{1,3}(?: \d{3})+(?![\d])")
_SCALE_WORDS = {
    3: ("k", "thousand", "тыс", "тысяча", "тысяч", "الف", "الاف"),
    6: ("m", "mn", "mln", "million", "млн", "миллион", "مليون", "ملايين"),
    9: ("b", "bn", "bln", "billion", "млрд", "миллиард", "مليار", "بليون"),
    12: ("t", "tn", "trn", "trillion", "трлн", "триллион", "تريليون", "ترليون"),
}
_SCALES = {primary(word): power for power, words in _SCALE_WORDS.items() for word in words}


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
    """The power of ten that a folded word stands for (``bn``, ``млрд``, ``مليارات``), or None."""
    return _SCALES.get(primary(word))


def value_term(number: float) -> str:
    """The term of a canonical value: ``13900000000`` is ``=1.39e10``. Six significant digits tell figures apart."""
    return "=" + format(number, ".6g").replace("e+", "e")
