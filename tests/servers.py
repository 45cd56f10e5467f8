"""A real HTTP server on loopback whose answers a test scripts, and feeds and pages to serve from it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    path: str
    headers: Mapping[str, str]
    at: float
    body: bytes = b""


@dataclass
class Answer:
    """What to answer: ``body`` as bytes, or a function that writes to the socket itself."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: Callable[[Any], None] | None = None


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, _request: Any, _address: Any) -> None:
        """Say nothing of clients that hang up: some tests kill them."""


Script = Answer | Callable[[Asked], Answer]


class Server:
    """Answers by path; what no path names is a 404."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        self.answers: dict[str, Script] = {}
        self.otherwise: Script | None = None
        self.asked: list[Asked] = []
        self._lock = threading.Lock()
        self._http = _Quiet((address, 0), self._handler())
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True)

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def paths(self, *, robots: bool = False) -> list[str]:
        """The paths asked for so far, in order."""
        with self._lock:
            return [asked.path for asked in self.asked if robots or asked.path != "/robots.txt"]

    def last(self, path: str) -> Asked:
        """The latest request for ``path``."""
        with self._lock:
            return next(asked for asked in reversed(self.asked) if asked.path == path)

    def forget(self) -> None:
        with self._lock:
            self.asked.clear()

    def answer(self, asked: Asked) -> Answer:
        """Note the request and look up what it is answered with."""
        with self._lock:
            self.asked.append(asked)
        script = self.answers.get(asked.path) or self.answers.get(urlsplit(asked.path).path) or self.otherwise
        answer = script(asked) if callable(script) else script
        return answer or Answer(b"nothing here", 404)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(5)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            # Head and body in one packet: in two, the second waits 40 ms for the acknowledgement of the first.
            wbufsize = 65536

            def do_GET(self) -> None:
                import time

                sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {k.lower(): v for k, v in self.headers.items()}
                self._send(server.answer(Asked(self.path, headers, time.monotonic(), sent)))

            do_POST = do_GET  # noqa: N815 - the name that http.server calls

            def _send(self, answer: Answer) -> None:
                try:
                    if answer.raw is not None:
                        self.close_connection = True
                        answer.raw(self.wfile)
                        return
                    self.send_response(answer.status)
                    given = {name.lower() for name in answer.headers}
                    for name, value in answer.headers.items():
                        self.send_header(name, value)
                    if "content-type" not in given:
                        self.send_header("Content-Type", "text/html; charset=utf-8")
                    if answer.status != 304 and "content-length" not in given:
                        self.send_header("Content-Length", str(len(answer.body)))
                    self.end_headers()
                    if answer.status != 304:
                        self.wfile.write(answer.body)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


@contextmanager
def serving(address: str = "127.0.0.1") -> Iterator[Server]:
    """A running server; ``0.0.0.0`` answers on every loopback address, so that feeds can have hosts of their own."""
    server = Server(address)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def rss(*items: str, head: str = "") -> bytes:
    """An RSS 2.0 document of ready-made items."""
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>Test feed</title><link>http://example.com/</link>{head}{''.join(items)}</channel></rss>"
    ).encode()


def item(
    title: str = "",
    link: str = "",
    *,
    guid: str = "",
    summary: str = "",
    content: str = "",
    published: datetime | str | None = None,
) -> str:
    """One RSS item; what is not given is left out."""
    date = format_datetime(published) if isinstance(published, datetime) else published
    parts = [
        f"<title>{escape(title)}</title>" if title else "",
        f"<link>{escape(link)}</link>" if link else "",
        f'<guid isPermaLink="false">{escape(guid)}</guid>' if guid else "",
        f"<pubDate>{date}</pubDate>" if date else "",
        f"<description>{escape(summary)}</description>" if summary else "",
        f"<content:encoded>{escape(content)}</content:encoded>" if content else "",
    ]
    return f"<item>{''.join(parts)}</item>"


def page(title: str, *paragraphs: str, lang: str = "en", head: str = "") -> bytes:
    """An article's page with menu and footer around the text."""
    body = "".join(f"<p>{escape(text)}</p>" for text in paragraphs)
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{escape(title)}</title>{head}</head>'
        f"<body><nav><a href='/'>Home</a> <a href='/about'>About</a></nav>"
        f"<article><h1>{escape(title)}</h1>{body}</article><footer>All rights reserved</footer></body></html>"
    ).encode()


def feed_answer(body: bytes, **headers: str) -> Answer:
    """An RSS answer; header names are given with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(body, headers={"Content-Type": "application/rss+xml; charset=utf-8", **named})
