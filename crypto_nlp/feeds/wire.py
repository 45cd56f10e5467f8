"""The socket end of HTTP: an address check at connect time and one deadline over everything that is read."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Iterable
from typing import Any

import httpcore2
import httpx2

from crypto_nlp.feeds.addresses import Resolver, is_public, resolve

CONNECT_SECONDS = 10.0
_SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


class PrivateAddressError(httpcore2.ConnectError):
    """The host's addresses are all private, and nobody allowed that."""


class DnsError(httpcore2.ConnectError):
    """The host's name has no address."""


class Deadline(threading.local):
    """The moment, on the monotonic clock, by which the present thread's response must be complete."""

    at: float = float("inf")

    def left(self, wanted: float | None) -> float:
        """Seconds that the next operation may take; raises httpcore2.ReadTimeout where none are left."""
        remaining = self.at - time.monotonic()
        if remaining <= 0:
            msg = "the response took longer than its deadline"
            raise httpcore2.ReadTimeout(msg)
        return remaining if wanted is None else min(wanted, remaining)


class _Stream(httpcore2.NetworkStream):
    """A stream whose every operation ends at the deadline, so that a server that drips bytes is cut."""

    def __init__(self, inner: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.left(timeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        left = self._deadline.left(timeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class GuardedBackend(httpcore2.NetworkBackend):
    """Connects to addresses that were checked, and to no other.

    The name is resolved once and the checked address dialled.
    """

    def __init__(self, deadline: Deadline, *, private_allowed: bool, resolver: Resolver = resolve) -> None:
        self._inner = httpcore2.SyncBackend()
        self._deadline = deadline
        self._private_allowed = private_allowed
        self._resolver = resolver

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[_SocketOption] | None = None,
    ) -> httpcore2.NetworkStream:
        """Resolve ``host``, check its addresses and dial those that passed; raises httpcore2.ConnectError."""
        addresses = self._permitted(host, port)
        problem: Exception | None = None
        for address in addresses[:4]:
            try:
                stream = self._inner.connect_tcp(
                    address, port, self._deadline.left(timeout), local_address, socket_options
                )
            except httpcore2.ConnectError as error:
                problem = error
            else:
                return _Stream(stream, self._deadline)
        raise problem or httpcore2.ConnectError(host)

    def _permitted(self, host: str, port: int) -> list[str]:
        try:
            addresses = self._resolver(host.strip("[]"), port)
        except (OSError, UnicodeError) as error:
            raise DnsError(str(error)) from error
        if not addresses:
            raise DnsError(host)
        permitted = [address for address in addresses if self._private_allowed or is_public(address)]
        if not permitted:
            raise PrivateAddressError(host)
        return permitted

    def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002 - the interface's
        socket_options: Iterable[_SocketOption] | None = None,  # noqa: ARG002 - likewise
    ) -> httpcore2.NetworkStream:
        """Refused: no feed lives on a UNIX socket."""
        raise PrivateAddressError(path)

    def sleep(self, seconds: float) -> None:
        """Wait, never beyond the deadline."""
        time.sleep(self._deadline.left(seconds))


class GuardedTransport(httpx2.HTTPTransport):
    """httpx2's transport over a pool that connects through :class:`GuardedBackend`.

    Proxies of the environment are not used.
    """

    def __init__(
        self,
        backend: GuardedBackend,
        context: ssl.SSLContext,
        *,
        connections: int,
        idle: int,
    ) -> None:
        """Make the pool: at most ``connections`` open at once, ``idle`` kept open between requests."""
        self._pool = httpcore2.ConnectionPool(
            ssl_context=context,
            max_connections=connections,
            max_keepalive_connections=idle,
            keepalive_expiry=5.0,
            network_backend=backend,
            socket_options=[(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)],
        )
