"""What the search index holds of a claim, and how a text (a document's or a query's) becomes terms."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from crypto_nlp.indexing import figures
from crypto_nlp.indexing.stems import document_others, primary, verbs
from crypto_nlp.text import Folded, normalise, script, spoken, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# Stands between two sentences, so that no phrase runs across.
BREAK = "¶"
_UNSAFE = re.compile(r"[^\w.=@]")


class Word(NamedTuple):
    """A token of a text: folded ``form``, its ``key``, and where it stood."""

    form: str
    key: str
    start: int
    end: int


class Document(NamedTuple):
    """The index's columns for one claim, terms apart by spaces; ``words`` are the (form, key, skeleton) in it."""

    subject: str
    gloss: str
    names: str
    evidence: str
    forms: str
    words: frozenset[tuple[str, str, str]]


def words(text: str) -> list[Word]:
    """The words and figures of ``text`` in order; marks are left out. Offsets are those of the folded text."""
    folded = _folded(text)
    tokens = tokenize(folded, Folded(folded, None, len(folded)))
    return [Word(*_read(t.form), t.start, t.end) for t in tokens if t.form[0].isalnum()]


def _folded(text: str) -> str:
    return figures.join_groups(normalise(text).replace("_", " "))


@lru_cache(maxsize=1 << 15)
def _read(token: str) -> tuple[str, str]:
    """The form and the key of a folded word or figure."""
    if token[0].isdigit():
        form = figures.figure(token)
        return form, form
    form = _UNSAFE.sub("", token.partition("'")[0])
    return form, _UNSAFE.sub("", primary(form))


def key_stream(text: str) -> str:
    """The primary keys of ``text``, with spaces between: two inflections of one name have the same."""
    return " ".join(word.key for word in words(text))


def id_term(name_id: str) -> str:
    """The term of a canonical id: ``pension-funds`` is ``@pension_funds``; nothing in a text is the same."""
    return "@" + re.sub(r"[^\w]", "_", name_id.lower())


@lru_cache(maxsize=1 << 12)
def skeleton(form: str) -> str:
    """A word's consonants in Latin letters, by which a name meets its transliterations; empty where too few."""
    letters = "".join(_LATIN.get(char, "") for char in form) if script(form) != "latin" else form
    for pair, single in _PAIRS:
        letters = letters.replace(pair, single)
    bones = "".join(_MERGED.get(char, "") for char in letters)
    bones = re.sub(r"(.)\1+", r"\1", bones)
    return bones if len(bones) >= 3 else ""


# Letters to the Latin ones that a transliteration has most often; vowels and signs fall away.
_LATIN = {
    **dict(
        zip("бвгджзйклмнпрстфхцчшщ", ["b", "v", "g", "d", "j", "z", "", *"klmnprstfh", "s", "s", "s", "s"], strict=True)
    ),
    **dict(zip("بتثجحخدذرزسشصضطظغفقكلمنهپڤگچ", "btsghhdzrzsssdtzgfkklmnhpvgs", strict=True)),
}
_PAIRS = (
    ("sch", "s"),
    ("sh", "s"),
    ("ch", "s"),
    ("tz", "s"),
    ("ts", "s"),
    ("ph", "f"),
    ("ck", "k"),
    ("kh", "h"),
    ("x", "ks"),
)
_MERGED = {char: char for char in "bdfghklmnprstz"} | {
    "v": "f",
    "w": "f",
    "c": "k",
    "q": "k",
    "j": "g",
    "p": "b",
    "z": "s",
}


class _Entry(NamedTuple):
    """A token of a document: its form and key, its other keys, and (of words) its place in the vocabulary."""

    form: str
    key: str
    others: tuple[str, ...]
    vocabulary: tuple[tuple[str, str, str], ...]


@lru_cache(maxsize=1 << 15)
def _entry(token: str) -> _Entry:
    form, key = _read(token)
    if not form[:1].isalpha():
        return _Entry(form, key, (), ())
    return _Entry(form, key, (*document_others(form), *verbs(form)), ((form, key, skeleton(form)),))


# What comes again comes soon: a sentence with several claims, the labels and subjects of a day.
@lru_cache(maxsize=1 << 9)
def _terms(text: str) -> tuple[str, frozenset[str], frozenset[tuple[str, str, str]]]:
    """The keys of a text in order, its words' other keys, and its vocabulary."""
    found = [_entry(token) for token in spoken(_folded(text))]
    keys = [word.key for word in found]
    extra = {key for word in found for key in word.others}
    vocabulary = {place for word in found for place in word.vocabulary}
    for number, unit in pairwise(found):
        times = figures.scale(unit.form) if number.form[0].isdigit() else None
        if times:
            extra.add(figures.value_term(float(number.key) * times))
    return " ".join(keys), frozenset(extra), frozenset(vocabulary)


def document(
    *,
    subject: str,
    glosses: Mapping[str, str],
    names: Iterable[str],
    values: Iterable[float | None],
    labels: Iterable[str | None],
    sentences: Sequence[str],
) -> Document:
    """The terms of a claim.

    ``names`` are canonical ids (sources, bodies, assets), ``values`` its figures, ``labels`` other slots worth finding
    by word (type, measure, unit, time).
    """
    ids = list(dict.fromkeys(names))
    parts = {
        "subject": [subject],
        "gloss": list(glosses.values()),
        "names": ids,
        "evidence": list(sentences),
        "labels": [label for label in labels if label],
    }
    read = {column: [_terms(text) for text in texts] for column, texts in parts.items()}
    streams = {column: f" {BREAK} ".join(terms for terms, _, _ in found) for column, found in read.items()}
    everything = [terms for found in read.values() for terms in found]
    extra = {key for _, others, _ in everything for key in others}
    extra |= {figures.value_term(value) for value in values if value is not None}
    return Document(
        subject=f"{id_term(subject)} {BREAK} {streams['subject']}",
        gloss=streams["gloss"],
        names=" ".join([*(id_term(name) for name in ids), BREAK, streams["names"]]),
        evidence=streams["evidence"],
        forms=" ".join([streams["labels"], *sorted(extra)]),
        words=frozenset(word for _, _, vocabulary in everything for word in vocabulary),
    )
