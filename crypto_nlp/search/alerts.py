# ruff: noqa: S608 - SQL is put together from our own constants; values are always parameters.
"""What a saved search would find that it had not found when it was last asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from crypto_nlp.search.filters import Filters
from crypto_nlp.search.find import Selection, select
from crypto_nlp.search.rows import claim_rows

if TYPE_CHECKING:
    from crypto_nlp.store import Store


class Alert(NamedTuple):
    """The claims that are new to a saved search, oldest first."""

    name: str
    rows: list[dict[str, Any]]


def alert(store: Store, name: str, *, lang: str = "en") -> Alert:
    """The claims that the search saved as ``name`` finds and that :func:`told` has not been called for.

    Raises:
        StoreError: there is no such saved search.
        QueryError: the saved query can no longer be understood.
    """
    query, filters = store.saved_search(name)
    with store.reading() as connection:
        chosen = select(connection, query, Filters.from_json(filters))
        rows = connection.execute(f"SELECT c.id {_new(chosen)} ORDER BY c.id", (*chosen.where.parameters, name))
        ids = [row[0] for row in rows]
        return Alert(name, list(claim_rows(connection, ids, lang, chosen.shown)))


def told(store: Store, found: Alert) -> None:
    """Remember that these claims were told, so that the next alert leaves them out."""
    store.put_told(found.name, (row["claim_id"] for row in found.rows))


def begin(store: Store, name: str) -> None:
    """Let the alerts of a search begin with what it does not find yet.

    Raises:
        StoreError: there is no such saved search.
        QueryError: the saved query cannot be understood.
    """
    query, filters = store.saved_search(name)
    with store.reading() as connection:
        chosen = select(connection, query, Filters.from_json(filters))
        rows = connection.execute(f"SELECT c.claim_id {_new(chosen)}", (*chosen.where.parameters, name))
        known = [row[0] for row in rows]
    store.put_told(name, known)


def _new(chosen: Selection) -> str:
    """FROM and WHERE of what is chosen and was not told; takes the parameters of the choice, then the search's name."""
    return (
        f"FROM {chosen.source} WHERE {chosen.where.sql} "
        "AND NOT EXISTS (SELECT 1 FROM told t WHERE t.search = ? AND t.claim_id = c.claim_id)"
    )
