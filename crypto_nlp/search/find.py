"""Finding claims: the query and the filters together, in the order asked for."""

# ruff: noqa: S608 - SQL is put together from our own constants; values are always parameters.
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

from crypto_nlp.errors import QueryError
from crypto_nlp.search.compile import compile_query
from crypto_nlp.search.filters import Condition, Filters, joined, of_claim, of_mention
from crypto_nlp.search.rows import claim_rows

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from crypto_nlp.search.compile import Compiled
    from crypto_nlp.store import Store

Sort = Literal["relevance", "newest", "stories", "value"]
SORTS: tuple[str, ...] = get_args(Sort)
NO_FILTERS = Filters()
_ORDERS = {
    "relevance": "c.stories DESC, c.sources DESC, c.last_seen DESC, c.id DESC",
    "newest": "c.last_seen DESC, c.id DESC",
    "stories": "c.stories DESC, c.sources DESC, c.last_seen DESC, c.id DESC",
    "value": "c.base_high DESC, c.stories DESC, c.id DESC",
}


class Selection(NamedTuple):
    """FROM and WHERE of the claims wanted, and what the mention shown must meet."""

    source: str
    where: Condition
    shown: tuple[Condition, ...]
    ids: tuple[str, ...]


def find_claims(
    store: Store,
    query: str = "",
    filters: Filters = NO_FILTERS,
    *,
    sort: str = "relevance",
    limit: int | None = 20,
    lang: str = "en",
) -> list[dict[str, Any]]:
    """Claim rows (the keys of a row are those of the command line's promise) that match ``query`` and ``filters``.

    ``lang`` is the language of the gloss. An empty query lists what the filters leave.

    Raises:
        QueryError: the query or a filter cannot be understood.
        StoreError: the database cannot be read.
    """
    return list(iterate_claims(store, query, filters, sort=sort, limit=limit, lang=lang))


def iterate_claims(
    store: Store,
    query: str = "",
    filters: Filters = NO_FILTERS,
    *,
    sort: str = "relevance",
    limit: int | None = None,
    lang: str = "en",
) -> Iterator[dict[str, Any]]:
    """Like :func:`find_claims`, a batch at a time, so that any number of claims is read in bounded memory."""
    with store.reading() as connection:
        ids, shown = claim_ids(connection, query, filters, sort=sort, limit=limit)
        yield from claim_rows(connection, ids, lang, shown)


def claim_ids(
    connection: sqlite3.Connection,
    query: str,
    filters: Filters,
    *,
    sort: str = "relevance",
    limit: int | None = None,
    offset: int = 0,
) -> tuple[list[int], tuple[Condition, ...]]:
    """The row ids of the claims wanted, in order, and what the mention that stands for each must meet."""
    if sort not in _ORDERS:
        message = f"There is no order “{sort}”: use one of {', '.join(SORTS)}."
        raise QueryError(message)
    chosen = select(connection, query, filters)
    order = _order(sort, chosen.ids)
    rows = connection.execute(
        f"SELECT c.id FROM {chosen.source} WHERE {chosen.where.sql} ORDER BY {order.sql} LIMIT ? OFFSET ?",
        (*chosen.where.parameters, *order.parameters, -1 if limit is None else limit, offset),
    )
    return [row[0] for row in rows], chosen.shown


def count_claims(store: Store, query: str = "", filters: Filters = NO_FILTERS) -> int:
    """How many claims match."""
    with store.reading() as connection:
        chosen = select(connection, query, filters)
        row = connection.execute(
            f"SELECT count(*) FROM {chosen.source} WHERE {chosen.where.sql}", chosen.where.parameters
        )
        return int(row.fetchone()[0])


def corrections(store: Store, query: str) -> dict[str, tuple[str, ...]]:
    """The words of ``query`` that nothing in the ledger has, with what is searched for instead."""
    with store.reading() as connection:
        return compile_query(connection, query).corrections


def select(connection: sqlite3.Connection, query: str, filters: Filters) -> Selection:
    """The claims wanted, as FROM (``claims c``, and the index where the query has words) and WHERE."""
    compiled: Compiled = compile_query(connection, query)
    conditions = [Condition("c.mentions > 0"), *of_claim(connection, filters)]
    shown = tuple(of_mention(connection, filters))
    if shown:
        inside = joined(shown)
        conditions.append(
            Condition(
                "EXISTS (SELECT 1 FROM mentions m JOIN articles a ON a.id = m.article "
                f"WHERE m.claim = c.id AND m.vanished IS NULL AND {inside.sql})",
                inside.parameters,
            )
        )
    if compiled.where.sql != "1":
        conditions.append(compiled.where)
    source = "claims c"
    if compiled.match is not None:
        source = "search CROSS JOIN claims c ON c.id = search.rowid"
        conditions.insert(0, Condition("search MATCH ?", (compiled.match,)))
    return Selection(source, joined(conditions), shown, compiled.ids)


def _order(sort: str, ids: tuple[str, ...]) -> Condition:
    """Claims whose subject the query names come first where relevance is asked for."""
    if sort != "relevance" or not ids:
        return Condition(_ORDERS[sort])
    return Condition(f"c.subject IN ({', '.join('?' * len(ids))}) DESC, {_ORDERS[sort]}", ids)
