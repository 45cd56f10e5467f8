"""What an address asks for: a query, filters, an order and a page, read from its parameters and written back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from crypto_nlp.digest.words import LANGUAGES
from crypto_nlp.errors import QueryError
from crypto_nlp.search import SORTS, Filters

# Parameter -> the field of Filters; the names are those of the command line's options.
MANY = {
    "type": "types",
    "measure": "measures",
    "subject": "subjects",
    "source": "sources",
    "jurisdiction": "jurisdictions",
    "actor_kind": "actor_kinds",
    "asset": "assets",
    "lang": "langs",
    "modality": "modalities",
    "feed": "feeds",
    "unit": "units",
}
_DAYS = ("since", "until", "when_since", "when_until")
_FIGURES = ("min_value", "max_value")
PAGE = 25


@dataclass(frozen=True, slots=True)
class Asked:
    """One page of a search. ``reader`` is the language of the page itself, ``lang`` (a filter) that of the articles."""

    query: str = ""
    given: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"
    page: int = 1
    reader: str = "en"

    @property
    def filters(self) -> Filters:
        """The filters.

        Raises:
            QueryError: a date or figure cannot be read.
        """
        plain: dict[str, Any] = {}
        for name, values in self.given.items():
            if name in MANY:
                plain[MANY[name]] = values
            else:
                plain[name] = _day(name, values[-1]) if name in _DAYS else _figure(name, values[-1])
        return Filters(**plain)

    def address(self, **changes: str | None) -> str:
        """These parameters, some of them changed (None takes one away), as the part of an address after ``?``."""
        pairs = {
            "q": (self.query,),
            **self.given,
            "sort": (self.sort,),
            "page": (str(self.page),),
            "hl": (self.reader,),
        }
        pairs |= {name: (value,) if value else () for name, value in changes.items()}
        plain = {"q": "", "sort": "relevance", "page": "1"}
        return urlencode(
            [(name, value) for name, values in pairs.items() for value in values if value != plain.get(name)]
        )

    def with_value(self, name: str, value: str) -> str:
        """The address of the first page with this filter alone under its name."""
        return self.address(**{name: value, "page": None})

    def without(self, name: str) -> str:
        """The address of the first page without this filter."""
        return self.address(**{name: None, "page": None})

    def first(self, name: str) -> str:
        """The value of a parameter that a form shows, or nothing."""
        return self.given.get(name, ("",))[0]


def asked(parameters: Iterable[tuple[str, str]], accepted: str = "") -> Asked:
    """What the decoded ``parameters`` of an address ask for; ``accepted`` is the browser's Accept-Language.

    Raises:
        QueryError: the order is unknown, or the page is no number.
    """
    pairs = [(name, value.strip()) for name, value in parameters if value.strip()]
    single = dict(pairs)
    given = {
        name: tuple(dict.fromkeys(value for key, value in pairs if key == name))
        for name in (*MANY, *_DAYS, *_FIGURES)
        if name in single
    }
    sort = single.get("sort", "relevance")
    if sort not in SORTS:
        message = f"There is no order “{sort}”: use one of {', '.join(SORTS)}."
        raise QueryError(message)
    page = single.get("page", "1")
    if not page.isascii() or not page.isdigit() or not 0 < int(page) < 1_000_000:
        message = f"“{page}” is no page: give a number from 1."
        raise QueryError(message)
    return Asked(single.get("q", ""), given, sort, int(page), reader_language(single.get("hl", ""), accepted))


def reader_language(wanted: str, accepted: str) -> str:
    """The language of a page: the one asked for, else the first that the browser accepts, else English."""
    for part in (wanted, *accepted.split(",")):
        name = part.strip().partition(";")[0].partition("-")[0].lower()
        if name in LANGUAGES:
            return name
    return "en"


def parameters_of(filters: Filters) -> list[tuple[str, str]]:
    """The parameters that ask for ``filters``."""
    names = {field: name for name, field in MANY.items()}
    pairs: list[tuple[str, str]] = []
    for each in fields(filters):
        value = getattr(filters, each.name)
        if each.name in names:
            pairs += [(names[each.name], str(one)) for one in value]
        elif each.name in (*_DAYS, *_FIGURES) and value is not None:
            pairs.append((each.name, value.isoformat() if isinstance(value, date) else f"{value:g}"))
    return pairs


def _day(name: str, text: str) -> date | datetime:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"“{text}” is no date for {name}: write it as 2024-08-12."
        raise QueryError(message) from None


def _figure(name: str, text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = float("nan")
    if number != number or number in (float("inf"), float("-inf")):  # noqa: PLR0124 - only NaN differs from itself
        message = f"“{text}” is no figure for {name}: write it as 38e9 or 38000000000."
        raise QueryError(message)
    return number
