"""A whole table or ready question as CSV, read in one pass.

Datasette streams a view page by page, sorts it again for each page and counts its way to where the page begins; a query
it cuts at a thousand rows without a word.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from tempfile import TemporaryFile
from typing import IO, Any, NamedTuple
from urllib.parse import parse_qsl

from crypto_nlp.errors import StoreError
from crypto_nlp.serve.exports import cells_text
from crypto_nlp.serve.ledgers import ask
from crypto_nlp.serve.metadata import VIEWS
from crypto_nlp.serve.questions import canned
from crypto_nlp.store import Store

Send = Callable[[dict[str, Any]], Any]
SECONDS = 300.0
_BATCH = 1000
_PIECE = 1 << 16
_PAGE = re.compile(r"\s+limit \d+(?: offset \d+)?\s*$")


class Wanted(NamedTuple):
    """A CSV that is to be written whole: the ledger, the view or ready question, and what the address asks of it."""

    database: str
    name: str
    query: str

    @property
    def options(self) -> dict[str, str]:
        """The parameters, the last of each name."""
        return dict(parse_qsl(self.query, keep_blank_values=True))


def wanted(database: str, path: str, query: str) -> Wanted | None:
    """What the rest of a ``path`` below ``database`` asks for; None where that is Datasette's to answer."""
    name, dot, form = path.rpartition(".")
    if not dot or form != "csv":
        return None
    found = Wanted(database, name, query)
    whole = name in canned() or (name in VIEWS and bool(found.options.get("_stream")))
    return found if whole and "_trace" not in found.options else None


async def answer(datasette: Any, asked_for: Wanted, send: Send) -> bool:
    """Send it; False (and nothing sent) where Datasette would refuse it or says something else than was expected."""
    statement = await _statement(datasette, asked_for)
    if statement is None:
        return False
    with TemporaryFile() as file:
        try:
            await ask(
                datasette, asked_for.database, lambda store: _write(store, *statement, asked_for, file), seconds=SECONDS
            )
        except StoreError:
            return False
        await send({"type": "http.response.start", "status": 200, "headers": _headers(asked_for)})
        file.seek(0)
        async for piece in _pieces(file):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
    return True


async def _statement(datasette: Any, asked_for: Wanted) -> tuple[str, Mapping[str, Any]] | None:
    """The SQL that Datasette makes of the address, without its pages, and the parameters."""
    path = datasette.urls.table(asked_for.database, asked_for.name, format="json")
    own = f"{asked_for.query}&_size=1&_nofacet=1&_nocount=1&_nosuggest=1&_shape=objects".lstrip("&")
    said = await datasette.client.get(f"{str(path).removeprefix(datasette.setting('base_url').rstrip('/'))}?{own}")
    with suppress(ValueError, KeyError, TypeError):
        query = json.loads(said.text)["query"]
        if said.status_code == 200:
            return _PAGE.sub("", query["sql"]), query["params"]
    return None


def _write(store: Store, sql: str, parameters: Mapping[str, Any], asked_for: Wanted, file: IO[bytes]) -> None:
    with store.reading() as connection:
        rows = connection.cursor()
        rows.row_factory = None
        rows.execute(sql, parameters)
        if asked_for.options.get("_header") != "off":
            file.write(cells_text([[column[0] for column in rows.description]]).encode())
        while batch := rows.fetchmany(_BATCH):
            file.write(cells_text(batch).encode())


def _headers(asked_for: Wanted) -> list[tuple[bytes, bytes]]:
    headers = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]
    if asked_for.options.get("_stream") and not asked_for.options.get("_dl"):
        return [(b"content-type", b"text/plain; charset=utf-8"), *headers]
    named = f'attachment; filename="{asked_for.name}.csv"'.encode()
    return [(b"content-type", b"text/csv; charset=utf-8"), (b"content-disposition", named), *headers]


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece
