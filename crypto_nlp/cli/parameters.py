"""Kinds of arguments: dates and spans, languages, and the filters that `search`, `trends` and `digest` share."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from crypto_nlp.search import Filters
    from crypto_nlp.store import Store

Function = TypeVar("Function", bound=Callable[..., Any])
LANGUAGES = ("ar", "en", "ru")
_SPAN = re.compile(r"(\d{1,5})\s*([hdwmy])$", re.IGNORECASE)


def now() -> datetime:
    """The present moment, aware, in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def months_before(day: date, months: int) -> date:
    """The same day ``months`` earlier; the last of the month where there is no such day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def moment(text: str, present: datetime) -> date | datetime:
    """``2024``, ``2024-08``, ``2024-08-12``, an ISO 8601 instant, or a span back from ``present`` such as ``7d``.

    Raises ValueError for anything else.
    """
    span = _SPAN.match(text.strip())
    if span:
        return _back(present, int(span[1]), span[2].lower())
    padded = text.strip()
    if re.fullmatch(r"\d{4}(-\d{2})?", padded):
        padded += "-01" if "-" in padded else "-01-01"
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", padded):
        return date.fromisoformat(padded)
    instant = datetime.fromisoformat(padded)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _back(present: datetime, number: int, unit: str) -> datetime:
    if unit in "hdw":
        return present - timedelta(hours=number * {"h": 1, "d": 24, "w": 168}[unit])
    day = months_before(present.date(), number * (12 if unit == "y" else 1))
    return datetime.combine(day, present.timetz())


class When(click.ParamType[date]):
    """A date, an instant, or a span back from now; with ``days`` a span goes back to the start of a day."""

    name = "date"

    def __init__(self, *, days: bool = False) -> None:
        self.days = days

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date | datetime:
        """The date or instant meant."""
        if isinstance(value, date):
            return value
        present = now()
        try:
            found = moment(str(value), present)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no date: write 2024-08-12, or a span such as 7d, 3m, 1y.", param, ctx)
        if self.days and isinstance(found, datetime) and _SPAN.match(str(value).strip()):
            return found.date()
        return found


class Day(When):
    """A calendar day."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day meant; of an instant, its day in UTC."""
        found = super().convert(value, param, ctx)
        return found.astimezone(UTC).date() if isinstance(found, datetime) else found


WHEN = When()
DAYS = When(days=True)
DAY = Day()
LANGUAGE = click.Choice(LANGUAGES)

_MANY: tuple[tuple[str, str, str], ...] = (
    ("--type", "types", "Claims of this type, such as earnings or regulation."),
    ("--measure", "measures", "Claims that state this measure, such as revenue."),
    ("--subject", "subjects", "Claims about this asset, organisation or group; any of its names will do."),
    ("--source", "sources", "Claims credited to this speaker."),
    ("--jurisdiction", "jurisdictions", "Claims about this country: RU, US, EU."),
    ("--actor-kind", "actor_kinds", "Adoption by this kind of institution, such as pension_fund."),
    ("--asset", "assets", "Claims about this asset, such as BTC or stablecoins."),
    ("--modality", "modalities", "fact, forecast, plan or possible."),
    ("--feed", "feeds", "Read in this feed."),
    ("--unit", "units", "Figures in this unit (or one that converts to it exactly)."),
)


def filter_options(*, article_language: bool = True, when: When = WHEN) -> Callable[[Function], Function]:
    """The filters of claims. One option given several times means any of its values; several options hold together."""
    many = (*_MANY, ("--lang", "langs", "Read in this language: ar, en or ru.")) if article_language else _MANY

    def decorate(function: Function) -> Function:
        for option in reversed(_single_options(when)):
            function = option(function)
        function = click.option("--saved", metavar="NAME", help="Begin with the search kept under this name.")(function)
        for flag, field, said in reversed(many):
            function = click.option(flag, field, multiple=True, metavar="TEXT", help=said)(function)
        return function

    return decorate


def _single_options(when: When) -> list[Callable[[Function], Function]]:
    return [
        click.option("--since", type=when, help="Published on or after this date, or within a span such as 7d."),
        click.option("--until", type=when, help="Published on or before this date."),
        click.option("--when-since", type=DAY, help="About this date or later."),
        click.option("--when-until", type=DAY, help="About this date or earlier."),
        click.option("--min-value", type=float, help="Figures of at least this much."),
        click.option("--max-value", type=float, help="Figures of at most this much."),
    ]


def filters_of(options: dict[str, Any]) -> Filters:
    """Take the filters out of a command's options and make a ``search.Filters`` of them."""
    from crypto_nlp.search import Filters  # noqa: PLC0415 - `--help` does not need it

    names = [field for _, field, _ in _MANY] + ["langs", "since", "until", "when_since", "when_until"]
    names += ["min_value", "max_value"]
    return Filters(**{name: options.pop(name) for name in names if name in options})


def selection(store: Store, options: dict[str, Any]) -> tuple[str, Filters]:
    """Take query, filters and saved search out of a command's options: what is saved, narrowed by what is given."""
    from crypto_nlp.search import Filters  # noqa: PLC0415 - `--help` does not need it

    query, filters, saved = options.pop("query", ""), filters_of(options), options.pop("saved", None)
    if not saved:
        return query, filters
    kept, known = store.saved_search(saved)
    both = f"({kept}) ({query})" if kept and query else kept or query
    return both, Filters.from_json(known).and_then(filters)
