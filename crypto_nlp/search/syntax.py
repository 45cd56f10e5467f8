"""The query language: words, "phrases", prefix*, field:value, AND, OR, NOT (or -word) and parentheses.

Words that stand side by side must all be found. What cannot be understood is told in one sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from crypto_nlp.errors import QueryError


@dataclass(frozen=True, slots=True)
class Words:
    """A run of bare words; figures with their scale and names of several words are recognised in it later."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words in this order, side by side."""

    text: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any word that begins so."""

    text: str


@dataclass(frozen=True, slots=True)
class Field:
    """A slot with a value, such as ``subject:BTC``."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Both:
    """All of the parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of the parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Anything but the part."""

    part: Node


Node = Words | Phrase | Prefix | Field | Both | Either | Not

_QUOTES = {'"': '"', "“": "”", "«": "»", "„": "“", "”": "”"}
_FIELD = re.compile(r"(-?)([A-Za-z][A-Za-z_-]*):(?=\S)")
_WORD = re.compile(r"[^\s()\"“”«»„]+")
_MOST = 64


class _Token(NamedTuple):
    kind: str  # word phrase field and or not open close
    text: str = ""
    name: str = ""


def parse(query: str) -> Node | None:
    """The meaning of ``query``; None where it holds no word at all.

    Raises:
        QueryError: a quote or parenthesis is left open, or an operator has nothing to work on.
    """
    tokens = _scan(query)
    if len(tokens) > _MOST:
        message = f"The query has more than {_MOST} words: shorten it."
        raise QueryError(message)
    if not tokens:
        return None
    reader = _Reader(tokens)
    node = reader.either()
    if reader.at < len(tokens):
        message = "A closing parenthesis has no opening one: remove it, or add “(” where the group begins."
        raise QueryError(message)
    return node


def _scan(query: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(query):
        char = query[at]
        field = _FIELD.match(query, at)
        if char.isspace():
            at += 1
        elif char in "()":
            tokens.append(_Token("open" if char == "(" else "close"))
            at += 1
        elif char in _QUOTES:
            text, at = _quoted(query, at)
            tokens.append(_Token("phrase", text))
        elif char == "-" and query[at + 1 : at + 2] in {*_QUOTES, "("}:
            tokens.append(_Token("not"))
            at += 1
        elif field:
            if field.group(1):
                tokens.append(_Token("not"))
            value, at = _value(query, field.end())
            tokens.append(_Token("field", value, field.group(2).lower().replace("-", "_")))
        else:
            match = _WORD.match(query, at)
            text = match.group() if match else char
            at += len(text)
            tokens += _word(text)
    return tokens


def _quoted(query: str, at: int) -> tuple[str, int]:
    end = query.find(_QUOTES[query[at]], at + 1)
    if end < 0:
        message = f"A quotation mark is left open at “{query[at : at + 20]}”: close it, or remove it."
        raise QueryError(message)
    return query[at + 1 : end], end + 1


def _value(query: str, at: int) -> tuple[str, int]:
    if query[at] in _QUOTES:
        return _quoted(query, at)
    match = _WORD.match(query, at)
    if not match:
        message = "A field needs a value right after its colon, such as subject:BTC or source:vaneck."
        raise QueryError(message)
    return match.group(), match.end()


def _word(text: str) -> list[_Token]:
    if text in ("AND", "&&"):
        return [_Token("and")]
    if text in ("OR", "||"):
        return [_Token("or")]
    if text == "NOT":
        return [_Token("not")]
    if len(text) > 1 and text[0] == "-" and not text[1].isdigit():
        return [_Token("not"), _Token("word", text[1:])]
    return [_Token("word", text)]


class _Reader:
    """Recursive descent over the tokens: OR binds least, then AND (said or not), then NOT."""

    def __init__(self, tokens: list[_Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def _kind(self) -> str:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else "end"

    def either(self) -> Node:
        parts = [self.both()]
        while self._kind() == "or":
            self.at += 1
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def both(self) -> Node:
        parts = [self.single()]
        while self._kind() not in ("or", "close", "end"):
            if self._kind() == "and":
                self.at += 1
            parts.append(self.single())
        merged = _merge(parts)
        return merged[0] if len(merged) == 1 else Both(tuple(merged))

    def single(self) -> Node:
        kind = self._kind()
        if kind in ("end", "and", "or", "close"):
            said = {"and": "AND", "or": "OR"}.get(kind)
            message = (
                f"{said} needs a word on both sides; write {said.lower()} in small letters to search for the word "
                "itself."
                if said
                else "Something is missing: an operator or a parenthesis has no words after it."
            )
            raise QueryError(message)
        token = self.tokens[self.at]
        self.at += 1
        if kind == "not":
            return Not(self.single())
        if kind == "open":
            return self._group()
        if kind == "field":
            return Field(token.name, token.text)
        if kind == "phrase":
            return Phrase(token.text)
        return _bare(token.text)

    def _group(self) -> Node:
        node = self.either()
        if self._kind() != "close":
            message = "A parenthesis is left open: add “)” where the group ends."
            raise QueryError(message)
        self.at += 1
        return node


def _bare(text: str) -> Node:
    if "*" not in text:
        return Words(text)
    stem = text.rstrip("*")
    if not stem or "*" in stem:
        message = "A * stands only at the end of a word, after at least one letter, such as pension*."
        raise QueryError(message)
    return Prefix(stem)


def _merge(parts: list[Node]) -> list[Node]:
    """Bare words side by side as one run."""
    merged: list[Node] = []
    for part in parts:
        last = merged[-1] if merged else None
        if isinstance(part, Words) and isinstance(last, Words):
            merged[-1] = Words(f"{last.text} {part.text}")
        else:
            merged.append(part)
    return merged
