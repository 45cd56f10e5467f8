"""Between Datasette and the browser: whom it answers, and characters and cells that would act."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from datasette.utils import tilde_decode

from crypto_nlp.display import printable
from crypto_nlp.serve import streams
from crypto_nlp.serve.exports import SafeCells
from crypto_nlp.serve.ledgers import config, ledgers

Send = Callable[[dict[str, Any]], Awaitable[None]]
_POLICY = (
    b"default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    b"frame-ancestors 'none'"
)
_OURS = "/-/"
_PIECE = 1 << 16
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


def middleware(datasette: Any) -> Callable[[Any], Any]:
    """An ASGI wrapper around Datasette."""
    hosts = frozenset(str(host) for host in config(datasette).get("hosts", ()))

    def wrap(app: Any) -> Any:
        async def answer(scope: dict[str, Any], receive: Any, send: Send) -> None:
            if scope["type"] != "http" or not ledgers(datasette):
                await app(scope, receive, send)
            elif hosts and _host(scope) not in hosts:
                # A page elsewhere can point a name of its own at this machine; it cannot make a browser send ours.
                await _refuse(send, 421, b"This server answers only to the address that it was started with.\n")
            elif scope["method"] not in _READING and _database(datasette, scope["path"]) in ledgers(datasette):
                await _refuse(send, 405, b"A ledger is only read here.\n")
            elif not await _streamed(datasette, scope, send):
                await app(scope, receive, _Clean(send, scope["path"]))

        return answer

    return wrap


def _host(scope: dict[str, Any]) -> str:
    named: str = dict(scope["headers"]).get(b"host", b"").decode("latin-1").lower()
    return named if named.endswith("]") else named.rpartition(":")[0] or named


def _below(datasette: Any, path: str) -> str:
    return path.removeprefix(str(datasette.setting("base_url"))).lstrip("/")


def _database(datasette: Any, path: str) -> str:
    """The name that a path gives for a database: its first part, without suffix."""
    return str(tilde_decode(_below(datasette, path).partition("/")[0].partition(".")[0]))


async def _streamed(datasette: Any, scope: dict[str, Any], send: Send) -> bool:
    """Whether this was a CSV that `streams` writes, and is sent."""
    name = _database(datasette, scope["path"])
    if scope["method"] != "GET" or name not in ledgers(datasette):
        return False
    rest = _below(datasette, scope["path"]).partition("/")[2]
    wanted = streams.wanted(name, rest, scope.get("query_string", b"").decode("latin-1"))
    return wanted is not None and await streams.answer(datasette, wanted, send)


async def _refuse(send: Send, status: int, body: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class _Clean:
    """Sends a response on: HTML without characters that reorder or control, CSV without formulas."""

    def __init__(self, send: Send, path: str) -> None:
        self.send = send
        self.ours = _OURS in path.lstrip("/")
        # Datasette shows its tables' CSV as plain text unless it is asked for a download; our own is safe already.
        self.cleaned = ["text/html"]
        if not self.ours:
            self.cleaned += ["text/csv", "text/plain"] if path.endswith(".csv") else ["text/csv"]
        self.kind = ""
        self.cells = SafeCells()
        self.html = b""
        self.csv = b""

    async def __call__(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            await self.send(self._start(message))
        elif message["type"] == "http.response.body" and self.kind:
            await self._body(message)
        else:
            await self.send(message)

    def _start(self, message: dict[str, Any]) -> dict[str, Any]:
        headers = [(name.lower(), value) for name, value in message.get("headers", ())]
        content = dict(headers).get(b"content-type", b"").decode("latin-1")
        self.kind = next((kind for kind in self.cleaned if content.startswith(kind)), "")
        if self.kind:
            headers = [(name, value) for name, value in headers if name != b"content-length"]
        headers += [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin")]
        if self.kind == "text/html" and self.ours:
            headers.append((b"content-security-policy", _POLICY))
        return {**message, "headers": headers}

    async def _body(self, message: dict[str, Any]) -> None:
        body, more = message.get("body", b""), message.get("more_body", False)
        if self.kind != "text/html":
            # Datasette writes row by row; what is sent is gathered.
            self.csv += body
            if more and len(self.csv) < _PIECE:
                return
            body, self.csv = self.cells.feed(self.csv) + (b"" if more else self.cells.flush()), b""
        else:
            # A page is small and comes whole; a character cut in two would not be seen.
            self.html += body
            body, self.html = (b"", self.html) if more else (_printable(self.html), b"")
        await self.send({**message, "body": body})


def _printable(html: bytes) -> bytes:
    return printable(html.decode("utf-8", "replace")).encode()
