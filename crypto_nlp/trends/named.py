"""Ready questions: trends by name, from ``data/trends.yaml``."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from crypto_nlp.errors import QueryError
from crypto_nlp.search.filters import Filters
from crypto_nlp.trends.series import Question

if TYPE_CHECKING:
    from collections.abc import Mapping


def named_trends() -> Mapping[str, tuple[str, Question]]:
    """Name -> (what it shows, the question)."""
    return _read()


def named_trend(name: str) -> Question:
    """The question behind a name.

    Raises:
        QueryError: there is no such named trend.
    """
    found = _read().get(name)
    if found is None:
        message = f"There is no trend named “{name}”: use one of {', '.join(_read())}."
        raise QueryError(message)
    return found[1]


@cache
def _read() -> dict[str, tuple[str, Question]]:
    # Imported here: pydantic costs more than a trend, and only named ones need it.
    from crypto_nlp.rules.yaml import Strict, read  # noqa: PLC0415

    class Named(Strict):
        name: str
        shows: str
        of: str
        by: str = "month"
        group_by: str | None = None
        time: str = "published"
        query: str = ""
        filters: dict[str, str | float | list[str]] = {}

    path = files("crypto_nlp") / "data" / "trends.yaml"
    found: list[Named] = read(path, list[Named])
    return {
        each.name: (
            each.shows,
            Question(
                by=each.by,
                of=each.of,
                group_by=each.group_by,
                time=each.time,
                query=each.query,
                filters=Filters.from_json(each.filters),
            ),
        )
        for each in found
    }
