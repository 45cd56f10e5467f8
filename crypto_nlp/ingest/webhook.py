"""Telling alerts to a web address that the user named."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx2

from crypto_nlp.display import json_text
from crypto_nlp.errors import FetchError
from crypto_nlp.feeds.http import user_agent

if TYPE_CHECKING:
    from collections.abc import Sequence

SECONDS = 15.0
# What chat servers take in one message.
MOST_LINES = 20


def is_webhook(target: str) -> bool:
    """Whether ``target`` is a web address rather than a file."""
    return target.lower().startswith(("http://", "https://"))


def post_alerts(url: str, rows: Sequence[dict[str, Any]]) -> None:
    """POST claim rows as one JSON object: ``text``, a line each (as chat servers show it), and ``claims``, the rows.

    The address itself may be a secret, so that messages name its host only. Redirects are not followed: what the user
    named is what is told.

    Raises:
        FetchError: the address is not https (or http on this machine), does not answer, or answers with an error.
    """
    host = _host(url)
    body = json_text({"text": _text(rows), "claims": list(rows)}).encode()
    headers = {"Content-Type": "application/json", "User-Agent": user_agent()}
    try:
        with httpx2.Client(timeout=SECONDS, trust_env=False, follow_redirects=False) as client:
            status = client.post(url, content=body, headers=headers).status_code
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        message = f"The alerts could not be told to {host}: it does not answer; they will be told next time."
        raise FetchError(message, kind="webhook") from error
    if not 200 <= status < 300:
        message = f"The alerts could not be told to {host}: it answered {status}; they will be told next time."
        raise FetchError(message, kind="webhook")


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, scheme = parts.hostname or "", parts.scheme.lower()
        _ = parts.port
    except ValueError:
        host, scheme = "", ""
    if not host:
        message = "The address for alerts cannot be read; give one such as https://example.org/hook."
        raise FetchError(message, kind="webhook")
    if scheme != "https" and not _is_this_machine(host):
        message = f"Alerts are told over https only (http on this machine alone): give https://{host}/…"
        raise FetchError(message, kind="webhook")
    return host


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _text(rows: Sequence[dict[str, Any]]) -> str:
    lines = [f"{row['search']}: {row['gloss']} {row['article_url']}" for row in rows[:MOST_LINES]]
    if len(rows) > MOST_LINES:
        lines.append(f"and {len(rows) - MOST_LINES} more")
    return "\n".join(lines)
