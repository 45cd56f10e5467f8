"""Unicode folding with a map back to the original offsets, and tokens over the folded text.

Folding makes forms comparable and nothing else: NFKC, lower case, Arabic marks and tatweel out, alef, ya and ta marbuta
unified, ё as е, every digit as ASCII, every apostrophe as ``'``, invisible and bidi characters out. Offsets that leave
this module are always code points of the original text.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from itertools import accumulate
from typing import NamedTuple

_LETTERS = {
    "أ": "ا",
    "إ": "ا",
    "آ": "ا",
    "ٱ": "ا",
    "ى": "ي",
    "ة": "ه",
    "ک": "ك",
    "ی": "ي",
    "ە": "ه",
    "ё": "е",
    "Ё": "е",
    "İ": "i",
    "’": "'",
    "‘": "'",
    "ʼ": "'",
    "‛": "'",
    "＇": "'",
    "‐": "-",
    "‑": "-",
    "−": "-",
    "﹣": "-",
    "\u00ad": "",
    "ـ": "",
    "…": "…",  # NFKC would make it three full stops and end a sentence thrice
    "№": "№",
    "½": "½",  # the number reader reads vulgar fractions itself
    "¼": "¼",
    "¾": "¾",
    "⅓": "⅓",
    "⅔": "⅔",
    "⅛": "⅛",
    "٫": "٫",
    "٬": "٬",
}
_DROPPED = {"Mn", "Cf", "Me"}
_COMPOSED = re.compile(r"[^\W_][\u0300-\u036f]+")


@lru_cache(maxsize=8192)
def _fold_char(char: str) -> str:
    """The folded form of one character (or of a base with its marks): mostly one character, sometimes none."""
    known = _LETTERS.get(char)
    if known is not None:
        return known
    if len(char) == 1 and unicodedata.category(char) in _DROPPED:
        return ""
    if char.isdecimal():
        return str(unicodedata.decimal(char)) if len(char) == 1 else char
    folded = unicodedata.normalize("NFKC", char).lower()
    if folded in _LETTERS:
        return _LETTERS[folded]
    kept = "".join(_LETTERS.get(c, c) for c in folded if unicodedata.category(c) not in _DROPPED)
    return " " if kept and kept.isspace() and char not in "\n\r\u2028\u2029" else kept


class _Pieces(dict[int, str]):
    """Code point -> folded form, for ``str.translate``, which asks here only for characters that are new to it."""

    def __missing__(self, code: int) -> str:
        folded = _fold_char(chr(code))
        if len(self) < _CHARACTERS:
            self[code] = folded
        return folded


_CHARACTERS = 8192  # of all scripts together a newsroom meets fewer
_PIECES = _Pieces()


class Folded(NamedTuple):
    """A folded text; ``offsets`` gives each character's original offset, or is None where all are the same."""

    text: str
    offsets: tuple[int, ...] | None
    length: int

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The original span that the folded span ``start:end`` came from, invisible characters after it left out."""
        if self.offsets is None:
            return start, end
        if start >= len(self.offsets):
            return self.length, self.length
        last = self.offsets[end - 1] + 1 if end > start else self.offsets[start]
        return self.offsets[start], last

    def folded(self, position: int) -> int:
        """The folded offset of the first character at or after the original ``position``."""
        if self.offsets is None:
            return position
        at = bisect_right(self.offsets, position - 1)
        return min(at, len(self.text))


def fold(text: str) -> Folded:
    """Fold ``text`` and keep the map back."""
    if text.isascii():
        return Folded(text.lower(), None, len(text))
    if not unicodedata.is_normalized("NFC", text):
        pieces, starts = _fold_decomposed(text)
        offsets = tuple(o for o, piece in zip(starts, pieces, strict=True) for _ in piece)
        return Folded("".join(pieces), offsets, len(text))
    letters = set(text)
    uneven = sorted(c for c in letters if len(_PIECES[ord(c)]) != 1)
    return Folded(_translated(text, letters), _offsets(text, uneven) if uneven else None, len(text))


def _translated(text: str, letters: set[str]) -> str:
    """``text`` with each of its ``letters`` folded.

    A text has few letters that folding changes, and to replace these one after the other is quicker than to look up
    every character. It gives the same, since what a letter is folded to folds to itself.
    """
    changed = [c for c in letters if _PIECES[ord(c)] != c]
    if len(changed) > _MOST_REPLACED:
        return text.translate(_PIECES)
    for letter in changed:
        text = text.replace(letter, _PIECES[ord(letter)])
    return text


_MOST_REPLACED = 100


def _offsets(text: str, uneven: list[str]) -> tuple[int, ...]:
    """The original offset of each folded character, where these are the ones that fold to none or several."""
    offsets: list[int] = []
    at = 0
    for match in re.finditer(f"[{re.escape(''.join(uneven))}]", text):
        offsets.extend(range(at, match.start()))
        offsets.extend([match.start()] * len(_PIECES[ord(match.group())]))
        at = match.end()
    offsets.extend(range(at, len(text)))
    return tuple(offsets)


def _fold_decomposed(text: str) -> tuple[list[str], list[int]]:
    """Fold a text in which letters and their marks stand apart (й as и + breve)."""
    pieces: list[str] = []
    starts: list[int] = []
    at = 0
    while at < len(text):
        match = _COMPOSED.match(text, at)
        if match:
            composed = unicodedata.normalize("NFC", match.group())
            folded = "".join(_fold_char(c) for c in composed)
            end = match.end()
            pieces.append(folded)
        else:
            end = at + 1
            pieces.append(_fold_char(text[at]))
        starts.append(at)
        at = end
    return pieces, starts


def normalise(text: str) -> str:
    """The folded text alone: what two spellings of one word have in common."""
    if text.isascii():
        return text.lower()
    # Without the way back to the original offsets, which costs more than the folding.
    return text.translate(_PIECES) if unicodedata.is_normalized("NFC", text) else fold(text).text


class Token(NamedTuple):
    """A word, number or mark: ``start``/``end`` in the original text, ``form`` folded."""

    start: int
    end: int
    form: str


# A word may hold digits after its first letter (s19, web3) and an apostrophe inside; a number may hold separators.
# Nothing but white space stands between two tokens.
_TOKEN = re.compile(r"([^\W\d_]\w*(?:'\w+)*|\d+(?:[.,٫٬]\d+)*|[^\w\s]|\n|_)")


_SPOKEN = re.compile(r"\d+(?:[.,٫٬]\d+)*|[^\W\d_](?:\w|'(?=\w))*")


def spoken(folded: str) -> list[str]:
    """The words and numbers among the tokens of a folded text, in order: for those who need no places and marks."""
    return _SPOKEN.findall(folded)


def tokenize(text: str, folded: Folded | None = None, start: int = 0, end: int | None = None) -> list[Token]:
    """The tokens of ``text[start:end]``, in order; white space is left out, a line break is a token of its own."""
    view = folded or fold(text)
    low, high = view.folded(start), len(view.text) if end is None else view.folded(end)
    pieces = _TOKEN.split(view.text[low:high])  # white space and tokens in turns
    bounds = list(accumulate(map(len, pieces), initial=low))
    starts, ends = bounds[1:-1:2], bounds[2::2]
    if view.offsets is not None:
        starts = [view.offsets[at] for at in starts]
        ends = [view.offsets[at - 1] + 1 for at in ends]
    return list(map(Token._make, zip(starts, ends, pieces[1::2], strict=False)))


@dataclass(frozen=True, slots=True)
class Text:
    """A text as every reader of mentions wants it: the original, the folded view, the tokens.

    ``forms`` and ``starts`` are those of the tokens, in columns of their own for what looks at every token.
    """

    original: str
    lang: str
    folded: Folded
    tokens: tuple[Token, ...]
    forms: tuple[str, ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str, lang: str) -> Text:
        """Fold and tokenise ``text`` once."""
        folded = fold(text)
        tokens = tuple(tokenize(text, folded))
        starts, _, forms = zip(*tokens, strict=True) if tokens else ((), (), ())
        return cls(text, lang, folded, tokens, forms, starts)

    def between(self, start: int, end: int) -> tuple[int, int]:
        """The half-open range of tokens that lie within ``original[start:end]``."""
        first = bisect_left(self.starts, start)
        return first, bisect_left(self.starts, end, lo=first)


def script(form: str) -> str:
    """``cyrillic``, ``arabic``, ``latin`` or ``""`` by the first letter of a folded form."""
    first = form[:1]
    if "a" <= first <= "z":
        return "latin"
    if "\u0400" <= first <= "\u052f":
        return "cyrillic"
    if "\u0600" <= first <= "\u06ff" and first.isalpha():
        return "arabic"
    return "latin" if first.isalpha() and "\u00c0" <= first <= "\u024f" else ""


def content_hash(text: str) -> str:
    """SHA-256 of the text with white space evened out: the same article laid out anew is no revision."""
    return sha256(" ".join(text.split()).encode("utf-8", "replace")).hexdigest()
