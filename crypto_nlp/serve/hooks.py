"""What Datasette asks its plugins. Every hook leaves databases that are not ledgers as they are."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import datasette as _datasette
from datasette.filters import FilterArguments

from crypto_nlp.errors import QueryError
from crypto_nlp.search import Filters
from crypto_nlp.search.find import claim_ids
from crypto_nlp.serve import cells, page, questions, views
from crypto_nlp.serve.addresses import addresses
from crypto_nlp.serve.guard import middleware
from crypto_nlp.serve.ledgers import ask, full_text, guard, is_ledger, ledgers
from crypto_nlp.serve.metadata import metadata

Hook = TypeVar("Hook", bound=Callable[..., Any])
# Pluggy's marker has no types of its own.
hookimpl: Callable[[Hook], Hook] = _datasette.hookimpl
last: Callable[[Hook], Hook] = _datasette.hookimpl(trylast=True)
_SEARCHED = frozenset({"claim_v1", "mention_v1"})


@hookimpl
def register_routes() -> list[tuple[str, views.View]]:
    """Our pages."""
    return views.routes()


@hookimpl
def startup(datasette: Any) -> Callable[[], Awaitable[None]]:
    """What every page needs is read before the first is asked for."""

    async def prepare() -> None:
        if ledgers(datasette):
            await asyncio.to_thread(page.prepare)

    return prepare


@hookimpl
def prepare_connection(conn: Any, database: str, datasette: Any) -> None:
    """Connections to a ledger read, and never whole texts unless the server was told to show them."""
    if is_ledger(datasette, database):
        guard(conn, texts=full_text(datasette))


@hookimpl
def permission_allowed(datasette: Any, action: str, resource: Any) -> bool | None:
    """A ledger's file holds whole texts: it is not for download where those are not shown."""
    if action == "view-database-download" and is_ledger(datasette, str(resource)) and not full_text(datasette):
        return False
    return None


@hookimpl
def canned_queries(datasette: Any, database: str) -> dict[str, dict[str, Any]]:
    """The ready questions."""
    return questions.canned() if is_ledger(datasette, database) else {}


@hookimpl
def get_metadata(datasette: Any) -> dict[str, Any]:
    """Titles, facets and order of the promised views; the tables behind them are hidden."""
    return metadata(datasette)


@hookimpl
def menu_links(datasette: Any) -> list[dict[str, str]]:
    """Our pages, in the menu of Datasette's own."""
    found = []
    for name in ledgers(datasette):
        at = addresses(datasette, name)
        found += [
            {"href": at.search, "label": f"Search the claims of {name}"},
            {"href": at.feeds, "label": f"Feeds of {name}"},
        ]
    return found


@hookimpl
def render_cell(row: Any, value: Any, column: str, database: str, datasette: Any) -> Any:
    """Cells of a ledger."""
    if not is_ledger(datasette, database):
        return None
    return cells.shown(value, column, dict(row) if row is not None else {}, addresses(datasette, database))


@last
def filters_from_request(request: Any, database: str, table: str, datasette: Any) -> Any:
    """``?_search=`` on the views of claims and mentions: our own search, with its normaliser, in any language."""

    async def find() -> FilterArguments | None:
        if table not in _SEARCHED or not is_ledger(datasette, database):
            return None
        query = request.args.get("_search") or ""
        context = {"supports_search": True, "search": query}
        if not query.strip():
            return FilterArguments([], extra_context=context)
        try:
            ids, _ = await ask(datasette, database, lambda store: claim_ids(store.connection, query, Filters()))
        except QueryError as error:
            raise _datasette.utils.asgi.BadRequest(str(error)) from error
        chosen = "claim_id IN (SELECT c.claim_id FROM claims c JOIN json_each(:crypto_nlp_ids) j ON j.value = c.id)"
        return FilterArguments([chosen], {"crypto_nlp_ids": str(ids)}, [f"search matches “{query}”"], context)

    return find


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[[Any], Any]:
    """What goes out is safe to show and to open; who comes in names this host."""
    return middleware(datasette)
