"""Which language a text is in.

Its script first, then py3langid among the languages supported, mixed with the feed's word.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib import resources

_SAMPLE = 1500
_FEW_LETTERS = 40
_ENOUGH_LETTERS = 200
# The feed's own language counts as much as this factor in the evidence of the letters.
_FEED_WEIGHT = 8.0
# Another language than the supported ones must be this sure to be believed against them.
_SURE = 0.98
# Letters of Ukrainian, Belarusian, Serbian, Macedonian and the Turkic and Mongolian languages; Bulgarian lacks ы and э.
_OTHER_CYRILLIC = re.compile("[іїєґўјљњћђџѓќѕәғқңөұүһіҷҳӣӯ]", re.IGNORECASE)
_RUSSIAN = re.compile("[ыэё]", re.IGNORECASE)
# Letters of Persian, Urdu, Pashto, Kurdish and Uyghur; the article, ta marbuta and hamza forms are Arabic.
_OTHER_ARABIC = re.compile("[پچژگکیےٹڈڑںھہۀۆۇۈېەڤڕڵێ]")
_ARABIC = re.compile("[ةأإىؤئ]")
_SCRIPTS = {"ARABIC": "Arab", "CYRILLIC": "Cyrl", "LATIN": "Latn"}
_SCRIPT_OF = {
    "ar": "Arab",
    "fa": "Arab",
    "ur": "Arab",
    "ru": "Cyrl",
    "uk": "Cyrl",
    "bg": "Cyrl",
    "sr": "Cyrl",
    "kk": "Cyrl",
}


@cache
def supported_languages() -> tuple[str, ...]:
    """The languages that claims can be read in: the folders of ``data/languages``, sorted."""
    folder = resources.files("crypto_nlp") / "data" / "languages"
    return tuple(
        sorted(item.name for item in folder.iterdir() if item.is_dir() and not item.name.startswith(("_", ".")))
    )


def identify_language(text: str, declared: Iterable[str | None] = ()) -> str | None:
    """The language of ``text`` as an ISO 639-1 code, or None where it has too few letters and nobody declares one.

    Args:
        text: plain text; the first 1,500 characters decide.
        declared: what feed, page or entry say, most trusted first; None is skipped.

    The answer is one of `supported_languages` unless the script or a clear verdict on a longer text says otherwise.
    """
    said = [language for language in declared if language]
    sample = text[:_SAMPLE]
    script, letters = _script(sample)
    if letters < _FEW_LETTERS:
        fitting = [language for language in said if script is None or _script_of(language) == script]
        if fitting or letters == 0:
            return fitting[0] if fitting else None
    plain = _by_letters(sample, script)
    return plain if plain in supported_languages() else _by_model(sample, script, letters, said)


def _by_model(sample: str, script: str | None, letters: int, said: list[str]) -> str:
    """The verdict of the letters' statistics.

    Another language than those at hand must be sure and in the same script.
    """
    likelihood = _rank(sample)
    best = max(likelihood, key=lambda language: likelihood[language])
    supported = supported_languages()
    sure = letters >= _ENOUGH_LETTERS and likelihood[best] >= _SURE and _script_of(best) == script
    at_hand = {
        language for language in (*supported, *said) if language in likelihood and _script_of(language) == script
    }
    if not at_hand or (best not in supported and sure):
        return best
    weights = {language: likelihood[language] * (_FEED_WEIGHT if language in said else 1.0) for language in at_hand}
    return max(sorted(weights), key=lambda language: weights[language])


def _script(text: str) -> tuple[str | None, int]:
    """The script of most letters (``Arab``, ``Cyrl``, ``Latn`` or ``other``), and how many letters there are."""
    counts: Counter[str] = Counter()
    for char in text:
        if char.isalpha():
            counts[_SCRIPTS.get(_block(char), "other")] += 1
    if not counts:
        return None, 0
    # Foreign names and tickers are Latin in every language: Latin wins only by a clear margin.
    latin = counts.pop("Latn", 0)
    other, amount = counts.most_common(1)[0] if counts else ("Latn", 0)
    return ("Latn" if latin > 2 * amount else other), latin + sum(counts.values())


def _by_letters(text: str, script: str | None) -> str | None:
    """The language that the letters alone show: Russian and Arabic against their neighbours in the same script."""
    if script == "Cyrl" and not _OTHER_CYRILLIC.search(text) and _RUSSIAN.search(text):
        return "ru"
    if script == "Arab" and not _OTHER_ARABIC.search(text) and _ARABIC.search(text):
        return "ar"
    return None


@cache
def _block(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]


def _script_of(language: str) -> str:
    return _SCRIPT_OF.get(language, "Latn")


def _rank(text: str) -> dict[str, float]:
    """How likely each language of the model is; the shares sum to 1."""
    # The model takes a while to load and only ingest and extract need it.
    import py3langid  # noqa: PLC0415

    ranked = py3langid.rank(text)
    # Raw scores are sums over features; divided by the square root of the length they stay comparable across lengths.
    scale = math.sqrt(len(text.encode("utf-8", "replace")) or 1)
    top = ranked[0][1]
    shares = {language: math.exp((score - top) / scale) for language, score in ranked}
    total = sum(shares.values())
    return {language: share / total for language, share in shares.items()}
