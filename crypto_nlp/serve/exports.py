"""CSV that no spreadsheet runs and JSON that reads back, written a batch at a time."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any

from datasette.utils.asgi import AsgiStream, Response

from crypto_nlp.digest.records import COLUMNS
from crypto_nlp.display import cell, json_text

Batches = AsyncIterator[list[dict[str, Any]]]


def cells_text(rows: Iterable[Iterable[Any]]) -> str:
    """Rows of plain values as CSV."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows([cell(value) for value in row] for row in rows)
    return written.getvalue()


def csv_text(rows: Iterable[Mapping[str, Any]], columns: Iterable[str], *, head: bool = True) -> str:
    """Rows as CSV; with ``head`` the names of the columns first."""
    names = list(columns)
    return (cells_text([names]) if head else "") + cells_text([row.get(name) for name in names] for row in rows)


def csv_response(rows: list[dict[str, Any]], columns: Iterable[str], name: str) -> Response:
    """A small table for download."""
    return Response(csv_text(rows, columns), headers=_as_file(f"{name}.csv"), content_type="text/csv; charset=utf-8")


def json_response(value: Any, status: int = 200) -> Response:
    """Any plain value as JSON."""
    return Response(json_text(value, indent=2) + "\n", status=status, content_type="application/json; charset=utf-8")


def claims_stream(batches: Batches, form: str, name: str) -> AsgiStream:
    """Claim rows, however many, as ``.csv`` or as one ``.json`` array."""
    if form == ".csv":
        return AsgiStream(_csv(batches), headers=_as_file(f"{name}.csv"), content_type="text/csv; charset=utf-8")
    return AsgiStream(_json(batches), content_type="application/json; charset=utf-8")


def _as_file(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}


def _csv(batches: Batches) -> Any:
    async def write(stream: Any) -> None:
        await stream.write(csv_text([], COLUMNS))
        async for rows in batches:
            await stream.write(csv_text(rows, COLUMNS, head=False))

    return write


def _json(batches: Batches) -> Any:
    async def write(stream: Any) -> None:
        before = "["
        async for rows in batches:
            for row in rows:
                await stream.write(before + "\n" + json_text({name: row[name] for name in COLUMNS}))
                before = ","
        await stream.write("[]\n" if before == "[" else "\n]\n")

    return write


class SafeCells:
    """Rewrites CSV that Datasette wrote, so that a spreadsheet runs none of it. Give it pieces, then ``flush``."""

    def __init__(self) -> None:
        """Start with nothing waiting."""
        self._waiting = b""

    def feed(self, piece: bytes) -> bytes:
        """What can be written once ``piece`` has come."""
        self._waiting += piece
        end = self._waiting.rfind(b"\n") + 1
        # A line break inside quotes ends no row: an even number of quotes says that none is open.
        while end and self._waiting.count(b'"', 0, end) % 2:
            end = self._waiting.rfind(b"\n", 0, end - 1) + 1
        ready, self._waiting = self._waiting[:end], self._waiting[end:]
        return _safe(ready)

    def flush(self) -> bytes:
        """The rest."""
        ready, self._waiting = self._waiting, b""
        return _safe(ready)


def _safe(piece: bytes) -> bytes:
    if not piece:
        return b""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    for row in csv.reader(io.StringIO(piece.decode("utf-8", "replace"), newline="")):
        writer.writerow([text if _number(text) else cell(text) for text in row])
    return written.getvalue().encode()


def _number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
