"""Which articles are one text: reprints and light edits within a language form one story.

Two texts are one story where most of their word shingles agree and nothing that carries the news differs. A daily
template filled with another coin or other figures shares its shingles and is another story all the same; so is
somebody's own text on the same event, which shares the figures and not the words.
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

from rapidfuzz import fuzz
from rensa import RMinHash

from crypto_nlp.text import normalise

SEED = 20_240_825
BODY_PERMUTATIONS = 96
LEAD_PERMUTATIONS = 32
# Two texts that share half of their shingles share one of the 24 bands of the body with a chance of 79%, of 60% with
# 96%.
ROWS = 4

_LEAD_WORDS = 60
_STEM = 6
_OFTEN = 4
_MAX_SET = 1500
_MAX_TITLE = 200
_WORD = re.compile(r"[^\W\d_]+|\d+(?:[.,:]\d+)*")
_HEADER = struct.Struct("<BIHHHH")
_VERSION = 1

_SAME_BODY = 0.45
_SAME_LEAD = 0.6
_SAME_FIGURES = 0.6
_SAME_TITLE = 60


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of a text to know it again.

    ``signature`` is opaque to the store; ``bands`` are signed 64-bit integers under which similar texts meet.
    """

    signature: bytes
    bands: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Print:
    """A signature unpacked: MinHash digests, the title, and hashed sets of words, keywords and figures."""

    size: int
    body: tuple[int, ...]
    lead: tuple[int, ...]
    title: str
    words: frozenset[int]
    keywords: frozenset[int]
    figures: frozenset[int]


def fingerprint(title: str, text: str) -> Fingerprint:
    """The fingerprint of an article; ``text`` may start with the title or not."""
    heading = normalise(title)[:_MAX_TITLE]
    words = _WORD.findall(normalise(text))
    own = _WORD.findall(heading)
    if words[: len(own)] == own:
        words = words[len(own) :]
    # A text that is all headline is known by its headline.
    words = words or own
    body = _digest(_shingles(words), BODY_PERMUTATIONS)
    lead = _digest(_shingles(words[:_LEAD_WORDS]), LEAD_PERMUTATIONS)
    stems = Counter([word[:_STEM] for word in words if len(word) > 2 and not word[0].isdigit()])
    headed = {word[:_STEM] for word in own if len(word) > 2 and not word[0].isdigit()}
    unique = sorted(_hash(word) for word in headed | set(stems))[:_MAX_SET]
    # What a text is about stands in its title and its body, or again and again in the body alone.
    about = sorted(_hash(word) for word, count in stems.items() if word in headed or count >= _OFTEN)[:_MAX_SET]
    figures = sorted({_hash(_figure(word)) for word in words if word[0].isdigit()})[:_MAX_SET]
    encoded = heading.encode("utf-8", "replace")
    head = _HEADER.pack(_VERSION, min(len(words), 2**32 - 1), len(encoded), len(unique), len(about), len(figures))
    numbers = (*body, *lead, *unique, *about, *figures)
    return Fingerprint(head + encoded + struct.pack(f"<{len(numbers)}I", *numbers), (*_bands(body), *_bands(lead)))


def choose(mine: Fingerprint, candidates: Iterable[tuple[int, bytes]]) -> int | None:
    """The story that the text belongs to: the id of the most similar of ``candidates`` (id, signature), or None.

    A signature of another version, or none at all, matches nothing.
    """
    own = _unpack(mine.signature)
    best: tuple[float, int] | None = None
    for story_id, signature in candidates:
        other = _unpack(signature) if signature and signature[0] == _VERSION else None
        if own and other and _same(own, other):
            # The older story wins between equals, so that the answer does not hang on the order of rows.
            rank = (_share(own.body, other.body), -story_id)
            best = max(best, rank) if best else rank
    return -best[1] if best else None


def same_story(one: Fingerprint, other: Fingerprint) -> bool:
    """True where two texts of one language are one story."""
    return choose(one, [(1, other.signature)]) == 1


def _same(one: _Print, other: _Print) -> bool:
    body = _share(one.body, other.body)
    lead = _share(one.lead, other.lead)
    shorter, longer = sorted((one, other), key=lambda side: len(side.words))
    held = len(shorter.words & longer.words) / max(1, len(shorter.words))
    # A shortened reprint keeps the lead and little else.
    alike = body >= _SAME_BODY or (lead >= _SAME_LEAD and held >= 0.8) or (body >= 0.3 and held >= 0.9)
    if not alike:
        return False
    if _figures_differ(shorter, longer) or _swapped(one, other):
        return False
    return body >= 0.6 or fuzz.token_set_ratio(one.title, other.title) >= _SAME_TITLE or held >= 0.85


def _figures_differ(shorter: _Print, longer: _Print) -> bool:
    """True where each side has figures that the other lacks, as a template filled anew has.

    A shortened text lacks some.
    """
    if not shorter.figures or not longer.figures:
        return False
    common = len(shorter.figures & longer.figures)
    return common / min(len(shorter.figures), len(longer.figures)) < _SAME_FIGURES


def _swapped(one: _Print, other: _Print) -> bool:
    """True where each side says again and again a word that the other does not know: another coin, another country."""
    return bool(one.keywords - other.words) and bool(other.keywords - one.words)


def _figure(word: str) -> str:
    return word.rstrip(".,:").replace(",", ".")


def _shingles(words: list[str]) -> list[str]:
    if len(words) <= 3:
        return [" ".join(words)]
    return [" ".join(three) for three in zip(words, words[1:], words[2:], strict=False)]


def _digest(shingles: list[str], permutations: int) -> tuple[int, ...]:
    sketch = RMinHash(permutations, SEED)
    sketch.update(shingles)
    return tuple(sketch.digest())


def _bands(digest: tuple[int, ...]) -> list[int]:
    return [
        int.from_bytes(
            blake2b(struct.pack(f"<{ROWS}I", *digest[at : at + ROWS]), digest_size=8).digest(), "big", signed=True
        )
        for at in range(0, len(digest), ROWS)
    ]


def _share(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)


# The words of the news are few, and each stands in thousands of texts.
@lru_cache(maxsize=1 << 14)
def _hash(word: str) -> int:
    return int.from_bytes(blake2b(word.encode("utf-8", "replace"), digest_size=4).digest(), "big")


def _unpack(signature: bytes) -> _Print:
    _, size, title, words, keywords, figures = _HEADER.unpack_from(signature)
    start = _HEADER.size
    heading = signature[start : start + title].decode("utf-8", "replace")
    counts = (BODY_PERMUTATIONS, LEAD_PERMUTATIONS, words, keywords, figures)
    numbers = struct.unpack_from(f"<{sum(counts)}I", signature, start + title)
    parts: list[tuple[int, ...]] = []
    at = 0
    for count in counts:
        parts.append(numbers[at : at + count])
        at += count
    body, lead, unique, repeated, figured = parts
    return _Print(size, body, lead, heading, frozenset(unique), frozenset(repeated), frozenset(figured))
