"""Quoted stretches of a text in every style, also those that run over several sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crypto_nlp.records import Cue, CueKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crypto_nlp.text import Text

# A mark that opens, and those that may close it. “ closes „ in Russian typography; ” opens in some Arabic texts.
_CLOSERS = {"«": "»", "“": "”", "„": "“”", "‹": "›", "‘": "’", '"': '"', "”": "“"}
_LONGEST = 1500  # characters: a quote that is not closed by then was never opened


def quotes(view: Text) -> Iterator[Cue]:
    """The outermost quotes, in order; ``scope`` is what stands between the marks."""
    text = view.original
    at, length = 0, len(text)
    while at < length:
        mark = text[at]
        end = _closing(text, at, _CLOSERS[mark]) if mark in _CLOSERS and _opens(text, at) else -1
        if end > 0:
            yield Cue(at, end + 1, text[at : end + 1], CueKind.QUOTE, "", at + 1, end)
            at = end
        at += 1


def _opens(text: str, at: int) -> bool:
    """Whether the mark stands where a quote may begin: before a word, not after one (*the miners’*, *6"*)."""
    following = text[at + 1 : at + 2]
    if not following or following.isspace():
        return False
    return text[at] in "«„‹" or at == 0 or not (text[at - 1].isalnum() and text[at] != "“")


def _closing(text: str, at: int, closers: str) -> int:
    """The offset of the mark that closes the quote opened at ``at``, quotes of its style inside it skipped, or -1."""
    opener, depth = text[at], 0
    straight = opener == '"'
    for i in range(at + 1, min(len(text), at + _LONGEST)):
        char = text[i]
        if char == "\n" and (straight or opener in "‘”"):
            return -1
        if char in closers and not (char == "’" and text[i + 1 : i + 2].isalpha()):
            if not depth:
                return i
            depth -= 1
        elif char == opener:
            depth += 1
    return -1
