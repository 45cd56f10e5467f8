"""The ready questions of the ledger: as canned queries over the promised views, and as searches of our own page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from crypto_nlp.search import Filters
from crypto_nlp.serve.asked import parameters_of
from crypto_nlp.trends import Question, named_trends

_SHOWN = (
    'first_seen, value_low, value_high, unit, bound, per, "when", modality, source, sources, gloss, lang, anchor, '
    "sentence, article_url, stories, mentions, claim_id"
)
_COLUMNS = (
    ("type", "types"),
    ("measure", "measures"),
    ("subject", "subjects"),
    ("unit", "units"),
    ("lang", "langs"),
    ("modality", "modalities"),
    ("feed", "feeds"),
    ("source", "sources"),
)
_SLOTS = (("jurisdiction", "jurisdictions"), ("actor_kind", "actor_kinds"), ("asset", "assets"))
_PLAIN = frozenset({"type", "measure", "subject", "unit", "source", "lang", "feed", "modality"})


def canned() -> dict[str, dict[str, Any]]:
    """Name -> the canned query of a ready question, over ``claim_v1`` alone."""
    return {name: _canned(shows, question) for name, (shows, question) in named_trends().items()}


def searches() -> dict[str, str]:
    """Name -> the parameters of the search page that ask the same."""
    found = {}
    for name, (_, question) in named_trends().items():
        pairs = [("q", question.query)] if question.query else []
        found[name] = urlencode([*pairs, *parameters_of(question.filters), ("sort", "newest")])
    return found


def _canned(shows: str, question: Question) -> dict[str, Any]:
    group = question.group_by
    where = " AND ".join(_conditions(question.filters)) or "1"
    if group and group not in _PLAIN:
        columns, order = f"json_extract(details, {_text('$.' + group)}) AS {group}, {_SHOWN}", f"{group}, first_seen"
    else:
        columns, order = _SHOWN, "first_seen"
    return {
        "sql": f"SELECT {columns}\nFROM claim_v1\nWHERE {where}\nORDER BY {order}",
        "title": shows[:1].upper() + shows[1:],
        "description": "A ready question; `crypto-nlp trends --name` draws it.",
    }


def _conditions(filters: Filters) -> Iterator[str]:
    for column, name in _COLUMNS:
        yield from _one_of(column, getattr(filters, name))
    for slot, name in _SLOTS:
        yield from _one_of(f"json_extract(details, {_text('$.' + slot)})", getattr(filters, name))


def _one_of(column: str, values: tuple[str, ...]) -> Iterator[str]:
    if values:
        yield f"{column} IN ({', '.join(_text(value) for value in values)})"


def _text(value: str) -> str:
    """``value`` as an SQL literal; Datasette gives a canned query no parameters of its own."""
    return "'" + value.replace("'", "''") + "'"
