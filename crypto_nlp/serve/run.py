"""Starting the server: Datasette with our plugin over one ledger."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

import crypto_nlp.serve as plugin
from crypto_nlp.errors import InputError
from crypto_nlp.serve.ledgers import PLUGIN
from crypto_nlp.store import open_store

_SETTINGS = {
    "allow_download": False,
    "default_page_size": 50,
    "sql_time_limit_ms": 5000,
    # Trying each column for a facet reads a view again and again; those that we give it are enough.
    "suggest_facets": False,
    "truncate_cells_html": 600,
}


@dataclass(frozen=True, slots=True)
class Listening:
    """An open port: ``url`` is what a browser on this machine is given, ``loopback`` whether only this machine asks."""

    socket: socket.socket
    url: str
    loopback: bool


def listen(host: str, port: int) -> Listening:
    """Take the port (0 takes any that is free).

    Raises:
        InputError: it is taken, or the host is none of this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        opened = socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"Nothing can be served at {host} port {port} ({reason}): choose another with --port or --host."
        raise InputError(message) from error
    name = f"[{host}]" if family == socket.AF_INET6 else host
    return Listening(opened, f"http://{name}:{opened.getsockname()[1]}/", _is_loopback(opened.getsockname()[0]))


def _is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def serve(path: Path, listening: Listening, *, full_text: bool) -> None:
    """Answer until interrupted.

    Raises:
        StoreError: the ledger is missing, damaged, or of another version than this program's.
    """
    with open_store(path, read_only=True):
        pass
    if not pm.is_registered(plugin) and not pm.has_plugin("crypto_nlp"):
        # Run from a tree that was never installed: the entry point is not known yet.
        pm.register(plugin, "crypto_nlp")
    hosts = ["127.0.0.1", "localhost", "[::1]"] if listening.loopback else []
    told: dict[str, Any] = {"full_text": full_text, "hosts": hosts}
    datasette = Datasette([str(path)], metadata={"plugins": {PLUGIN: told}}, settings=_SETTINGS)
    config = uvicorn.Config(datasette.app(), log_level="warning", lifespan="on", server_header=False)
    uvicorn.Server(config).run(sockets=[listening.socket])
