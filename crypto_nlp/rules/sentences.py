"""What ``data/languages/<lang>/abbreviations.yaml`` says: the full stops that end no sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crypto_nlp.rules.yaml import Strict, read
from crypto_nlp.text import normalise

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


class AbbreviationsFile(Strict):
    """The file: folded on load; a form is written without its last full stop."""

    inner: list[str]
    before_number: list[str]
    closing: list[str]
    starters: list[str]
    followers: list[str]
    ends: list[str] = []


@dataclass(frozen=True, slots=True)
class SentenceRules:
    """Folded word forms of one language.

    ``inner`` never end a sentence, ``before_number`` do not before a number, ``closing`` may: then a word of
    ``starters`` begins the next sentence and one of ``followers`` goes on with this one. ``ends`` are pairs of words
    that look like an initial and are none (*on X*).
    """

    lang: str
    inner: frozenset[str]
    before_number: frozenset[str]
    closing: frozenset[str]
    starters: frozenset[str]
    followers: frozenset[str]
    ends: frozenset[str] = frozenset()


def load(folder: Traversable, lang: str) -> SentenceRules:
    """The rules of ``lang``; ``folder`` holds one folder for each language.

    Raises:
        RulesError: the file is missing or faulty; the message begins with file and line.
    """
    file: AbbreviationsFile = read(folder / lang / "abbreviations.yaml", AbbreviationsFile)
    return SentenceRules(
        lang=lang,
        inner=_folded(file.inner),
        before_number=_folded(file.before_number),
        closing=_folded(file.closing),
        starters=_folded(file.starters),
        followers=_folded(file.followers),
        ends=_folded(file.ends),
    )


def _folded(words: list[str]) -> frozenset[str]:
    return frozenset(normalise(word) for word in words)
