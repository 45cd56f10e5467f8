"""One polite and careful HTTP client for feeds, pages and robots.txt."""

from __future__ import annotations

import base64
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Self
from urllib.parse import SplitResult, unquote, urljoin, urlsplit, urlunsplit

import httpx2

from crypto_nlp import __version__
from crypto_nlp.errors import FetchError
from crypto_nlp.feeds.addresses import Origin, Resolver, origin_of, resolve
from crypto_nlp.feeds.bodies import MAX_BODY, read_body
from crypto_nlp.feeds.sources import MAX_URL, check_url, mask_secrets
from crypto_nlp.feeds.wire import (
    CONNECT_SECONDS,
    Deadline,
    DnsError,
    GuardedBackend,
    GuardedTransport,
    PrivateAddressError,
)

MAX_REDIRECTS = 5
RESPONSE_SECONDS = 30.0
CONNECTIONS = 32
# Each request looks at every idle connection, so that more of them than hosts at once only cost.
IDLE_CONNECTIONS = 16
ACCEPT_FEED = (
    "application/atom+xml, application/rss+xml, application/feed+json;q=0.9, application/rdf+xml;q=0.8, "
    "application/xml;q=0.7, text/xml;q=0.7, */*;q=0.1"
)
ACCEPT_PAGE = "text/html, application/xhtml+xml;q=0.9, application/pdf;q=0.8, text/plain;q=0.5, */*;q=0.1"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})

Turn = Callable[[str], AbstractContextManager[object]]


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask *has it changed* with.

    Opaque, kept byte for byte (as Latin-1), sent back as they came.
    """

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Response:
    """A complete answer. ``url`` is where it came from in the end; header names are in lower case.

    ``permanent_url`` is where an unbroken run of 301 and 308 from the first address on led, or None.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    permanent_url: str | None = None
    requests: int = 1

    @property
    def validators(self) -> Validators:
        """The validators that came with this answer; either may be missing."""
        return Validators(self.headers.get("etag"), self.headers.get("last-modified"))


def user_agent(contact: str = "") -> str:
    """The honest name under which we ask: program, version, and how to reach the person who runs it."""
    return f"crypto-nlp/{__version__} ({f'+{contact}' if contact else 'feed reader; no contact set'})"


class Fetcher:
    """Fetches one address at a time per call; safe to share between threads.

    Every redirect is a hop of its own: its address is checked, its host asked for a turn, and the connection dials
    only an address that passed the check. ``requests`` counts what was sent.
    """

    def __init__(self, *, contact: str = "", resolver: Resolver = resolve, seconds: float = RESPONSE_SECONDS) -> None:
        self._agent = user_agent(contact)
        self._seconds = seconds
        self._deadline = Deadline()
        self._lock = threading.Lock()
        self.requests = 0
        context: ssl.SSLContext = httpx2.create_ssl_context()
        strict = GuardedBackend(self._deadline, private_allowed=False, resolver=resolver)
        trusting = GuardedBackend(self._deadline, private_allowed=True, resolver=resolver)
        # Two pools, so that a connection to a private address that one feed may use is never reused for another.
        self._strict = GuardedTransport(strict, context, connections=CONNECTIONS, idle=IDLE_CONNECTIONS)
        self._trusting = GuardedTransport(trusting, context, connections=CONNECTIONS, idle=IDLE_CONNECTIONS)

    def close(self) -> None:
        """Close all connections."""
        self._strict.close()
        self._trusting.close()

    def __enter__(self) -> Self:
        """Return the fetcher itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close all connections."""
        self.close()

    def fetch(
        self,
        url: str,
        *,
        accept: str = ACCEPT_PAGE,
        validators: Validators | None = None,
        trusted: frozenset[Origin] = frozenset(),
        turn: Turn = nullcontext,
        limit: int = MAX_BODY,
    ) -> Response:
        """GET ``url``, following up to five redirects.

        Args:
            url: an http or https address; its user name and password are sent as Basic authorisation to its own origin.
            accept: the Accept header.
            validators: sent as If-None-Match and If-Modified-Since, both where both are known.
            trusted: origins that may be at a private address.
            turn: called with each hop's address, gives the context in which that one request is made.
            limit: bytes after decompression.

        Raises:
            FetchError: no complete answer came. An answer with an error status is an answer.
        """
        seen: set[str] = set()
        permanent: str | None = None
        unbroken = True
        current, secret = _split_secret(url)
        home = current
        for hop in range(MAX_REDIRECTS + 1):
            _check(current)
            if current in seen:
                msg = "The address redirects in a circle; look for the feed's or page's new address."
                raise FetchError(msg, kind="redirect_loop", url=current)
            seen.add(current)
            same = _same_origin(home, current)
            with turn(current):
                answer = self._once(
                    current, self._headers(accept, validators, secret if same else None), trusted=trusted, limit=limit
                )
            location = answer.headers.get("location")
            if answer.status not in _REDIRECTS or not location:
                return Response(answer.url, answer.status, answer.headers, answer.body, permanent, hop + 1)
            current = _next(current, location)
            unbroken = unbroken and answer.status in _PERMANENT
            permanent = current if unbroken else permanent
        msg = f"The address redirects more than {MAX_REDIRECTS} times; look for the feed's or page's new address."
        raise FetchError(msg, kind="redirects", url=current)

    def _headers(self, accept: str, validators: Validators | None, secret: str | None) -> list[tuple[bytes, bytes]]:
        headers = [
            (b"User-Agent", self._agent.encode("ascii")),
            (b"Accept", accept.encode("ascii")),
            (b"Accept-Encoding", b"gzip, br"),
        ]
        if validators and validators.etag:
            headers.append((b"If-None-Match", validators.etag.encode("latin-1")))
        if validators and validators.last_modified:
            headers.append((b"If-Modified-Since", validators.last_modified.encode("latin-1")))
        if secret:
            headers.append((b"Authorization", secret.encode("ascii")))
        return headers

    def _once(
        self, url: str, headers: list[tuple[bytes, bytes]], *, trusted: frozenset[Origin], limit: int
    ) -> Response:
        transport = self._trusting if origin_of(url) in trusted else self._strict
        self._deadline.at = time.monotonic() + self._seconds
        timeout = {"connect": CONNECT_SECONDS, "read": self._seconds, "write": self._seconds, "pool": self._seconds}
        sent = True
        try:
            request = httpx2.Request("GET", url, headers=headers, extensions={"timeout": timeout})
            request.headers.setdefault("Connection", "keep-alive")
            response = transport.handle_request(request)
            try:
                raw = response.headers.raw
                named = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in raw}
                body = read_body(response.iter_raw(), named.get("content-encoding", ""), url=url, limit=limit)
            finally:
                response.close()
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            fault = _translate(error, url)
            sent = fault.kind not in {"private_address", "dns", "connect"}
            raise fault from error
        finally:
            with self._lock:
                self.requests += sent
        return Response(url, response.status_code, named, body)


def _split_secret(url: str) -> tuple[str, str | None]:
    parts = _parts(url)
    if not parts.username and not parts.password:
        return urlunsplit(parts._replace(fragment="")), None
    pair = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}"
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], fragment=""))
    return bare, "Basic " + base64.b64encode(pair.encode()).decode("ascii")


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError as error:
        msg = "The address cannot be read as a URL; check it."
        raise FetchError(msg, kind="url") from error


def _check(url: str) -> None:
    if len(url) > MAX_URL:
        msg = f"The address is longer than {MAX_URL} characters and was not asked for."
        raise FetchError(msg, kind="url", url=url[:MAX_URL])
    try:
        check_url(url)
        origin_of(url)
    except ValueError as error:
        msg = f"The address cannot be asked for: {error}."
        raise FetchError(msg, kind="url", url=url) from error


def _same_origin(one: str, other: str) -> bool:
    return urlsplit(one).scheme == urlsplit(other).scheme and origin_of(one) == origin_of(other)


def _next(current: str, location: str) -> str:
    """The address that a Location header names; servers send UTF-8 there as often as ASCII."""
    try:
        text = location.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        text = location
    try:
        joined = urljoin(current, text.strip())
        if len(joined) > MAX_URL:
            return joined
        return _split_secret(str(httpx2.URL(joined)))[0]
    except (ValueError, httpx2.InvalidURL) as error:
        msg = "The server redirects to something that is no address; tell the site's owner."
        raise FetchError(msg, kind="redirects", url=current) from error


def _translate(error: Exception, url: str) -> FetchError:
    """What went wrong below HTTP, as one sentence with a kind."""
    host = urlsplit(mask_secrets(url)).netloc
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and len(chain) < 8:
        chain.append(cause)
        cause = cause.__cause__ or cause.__context__
    kind, message, hint = _fault(error, chain, host)
    return FetchError(message, kind=kind, url=url, hint=hint)


def _fault(error: Exception, chain: list[BaseException], host: str) -> tuple[str, str, str]:
    if any(isinstance(link, PrivateAddressError) for link in chain):
        flag = "--allow-private-hosts"
        message = f"{host} is at a private address and was not asked; use {flag} if a feed that you named lives there."
        return "private_address", message, flag
    table: tuple[tuple[type[BaseException], str, str], ...] = (
        (DnsError, "dns", f"The name {host} has no address; check its spelling or your connection."),
        (ssl.SSLError, "tls", f"{host} has no valid certificate or cannot speak TLS; it will be asked again later."),
        (httpx2.TimeoutException, "timeout", f"{host} was too slow and was cut off; it will be asked again later."),
        (httpx2.ConnectError, "connect", f"{host} does not answer; it will be asked again later."),
    )
    for type_, kind, message in table:
        if any(isinstance(link, type_) for link in chain):
            return kind, message, ""
    kind = "truncated" if "complete" in str(error) or "without sending" in str(error) else "protocol"
    return kind, f"{host} broke off or does not speak HTTP; it will be asked again later.", ""
