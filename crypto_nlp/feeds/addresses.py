"""Which addresses a request may reach.

Decided when the socket connects, so that DNS cannot change its mind in between.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver = Callable[[str, int], list[str]]

_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
# Python's own list of 3.11 takes parts of these for global.
_SPECIAL = (ipaddress.IPv4Network("192.0.0.0/24"), ipaddress.IPv4Network("192.88.99.0/24"))
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Origin:
    """A scheme-free origin: the host in lower case and the port."""

    host: str
    port: int


def origin_of(url: str) -> Origin:
    """The host and port that ``url`` leads to; raises ValueError where it has none."""
    parts = urlsplit(url)
    port = parts.port or _DEFAULT_PORTS.get(parts.scheme.lower())
    if not parts.hostname or port is None:
        msg = "the address has no host"
        raise ValueError(msg)
    return Origin(parts.hostname.lower().rstrip("."), port)


def is_public(address: str) -> bool:
    """True for an address on the public internet.

    False for private, loopback, link-local, multicast, reserved and carrier-grade NAT addresses, for IPv6 that carries
    such an IPv4 address inside (mapped, compatible, 6to4, Teredo, NAT64), and for what is no address.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(_plain_public(each) for each in (ip, *_embedded(ip)))


def _plain_public(ip: IPAddress) -> bool:
    # ::ffff:0:0/96 and 64:ff9b::/96 count as not global by themselves; what they carry decides.
    if isinstance(ip, ipaddress.IPv6Address) and (ip.ipv4_mapped or ip in _NAT64[0]):
        return True
    if any(ip in network for network in _SPECIAL):
        return False
    site_local = isinstance(ip, ipaddress.IPv6Address) and ip.is_site_local
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or site_local)


def _embedded(ip: IPAddress) -> Iterable[ipaddress.IPv4Address]:
    if not isinstance(ip, ipaddress.IPv6Address):
        return
    if ip.ipv4_mapped:
        yield ip.ipv4_mapped
    if ip.sixtofour:
        yield ip.sixtofour
    if ip.teredo:
        yield from ip.teredo
    number = int(ip)
    if any(ip in network for network in _NAT64) or number >> 32 == 0:
        yield ipaddress.IPv4Address(number & 0xFFFFFFFF)


def resolve(host: str, port: int) -> list[str]:
    """The addresses of ``host``, in the system's order, once each; raises OSError where there are none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))
