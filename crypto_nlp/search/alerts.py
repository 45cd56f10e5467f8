# ruff: noqa: S608 - SQL is put together from our own constants; values are always parameters.
"""What a saved search would find that it had not found when it was last asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from crypto_nlp.search.filters import Filters
from crypto_nlp.search.find import select
from crypto_nlp.search.rows import claim_rows

if TYPE_CHECKING:
    from crypto_nlp.store import Store


class Alert(NamedTuple):
    """The claims that are new to a saved search, oldest first, and the mark to keep once they have been told."""

    name: str
    rows: list[dict[str, Any]]
    mark: int


def alert(store: Store, name: str, *, lang: str = "en") -> Alert:
    """The claims that the search saved as ``name`` finds and that :func:`told` has not been called for.

    Raises:
        StoreError: there is no such saved search.
        QueryError: the saved query can no longer be understood.
    """
    query, filters = store.saved_search(name)
    since = int(store.setting(_key(name)) or 0)
    with store.reading() as connection:
        mark = connection.execute("SELECT coalesce(max(id), 0) FROM claims").fetchone()[0]
        chosen = select(connection, query, Filters.from_json(filters))
        rows = connection.execute(
            f"SELECT c.id FROM {chosen.source} WHERE {chosen.where.sql} AND c.id > ? AND c.id <= ? ORDER BY c.id",
            (*chosen.where.parameters, since, mark),
        )
        ids = [row[0] for row in rows]
        return Alert(name, list(claim_rows(connection, ids, lang, chosen.shown)), mark)


def told(store: Store, found: Alert) -> None:
    """Remember that these claims were told, so that the next alert begins behind them."""
    store.set_setting(_key(found.name), str(found.mark))


def _key(name: str) -> str:
    return f"alert:{name}"
