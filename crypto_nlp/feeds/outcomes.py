"""What an answer with an error status means.

How bad it is, what to tell the user, and how long to leave the host alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from crypto_nlp.feeds.dates import parse_date
from crypto_nlp.feeds.http import Response

MAX_HOLD = timedelta(days=7)
DEFAULT_HOLD = timedelta(hours=1)
_LIMITER_BODY = re.compile(
    rb"rate.?limit|too many requests|captcha|just a moment|attention required|unusual traffic|bot detection",
    re.IGNORECASE,
)
_LIMITER_HINT = (
    "the site's limiter keeps programs out: set `settings: contact:` in feeds.yaml, ask the site to let you in, or "
    "read it less often"
)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why there is nothing to read. ``hold`` keeps all requests from the host.

    ``gone`` means that it will not come back.
    """

    kind: str
    message: str
    hint: str = ""
    hold: timedelta | None = None
    gone: bool = False
    passing: bool = True


def problem_of(response: Response, now: datetime) -> Problem | None:
    """The problem that ``response`` stands for, or None for a 200 (or any 2xx) and a 304."""
    status = response.status
    if 200 <= status < 300 or status == 304:
        return None
    wait = retry_after(response.headers, now)
    if status == 410:
        return Problem(
            "http_410",
            "It is gone for good (410) and will not be asked for again; remove it.",
            gone=True,
            passing=False,
        )
    if status == 429 or (status == 503 and wait is not None):
        hold = wait if wait is not None else DEFAULT_HOLD
        message = f"The host asks for fewer requests ({status}); it is left alone for {_span(hold)}."
        return Problem(f"http_{status}", message, "read this host less often", hold=hold)
    if status == 403 and _from_limiter(response):
        hold = wait if wait is not None else DEFAULT_HOLD
        message = f"The host keeps us out (403, a limiter); it is left alone for {_span(hold)}."
        return Problem("http_403", message, _LIMITER_HINT, hold=hold)
    return _plain(status)


def _plain(status: int) -> Problem:
    kind = f"http_{status}"
    if status in {401, 402, 403, 407, 451}:
        return Problem(
            kind, f"The server refuses access ({status}); it may want a subscription or another address.", passing=False
        )
    if status == 404:
        return Problem(
            kind,
            "There is nothing at this address (404); check it, it will be tried again later.",
            "check the address",
            passing=False,
        )
    if 300 <= status < 400:
        return Problem(kind, f"The server redirects without saying where to ({status}); it will be asked again later.")
    if status >= 500:
        return Problem(kind, f"The server has a fault of its own ({status}); it will be asked again later.")
    return Problem(kind, f"The server does not accept the request ({status}); check the address.", passing=False)


def _from_limiter(response: Response) -> bool:
    headers = response.headers
    if "retry-after" in headers or "cf-mitigated" in headers or headers.get("x-ratelimit-remaining") == "0":
        return True
    return bool(_LIMITER_BODY.search(response.body[:20_000]))


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How long the server asks us to stay away, at most 7 days; a date counts from the server's own clock.

    None if it does not.
    """
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    if re.fullmatch(r"\d{1,9}(?:\.\d+)?", value):
        return min(timedelta(seconds=float(value)), MAX_HOLD)
    until = parse_date(value)
    if until is None:
        return MAX_HOLD if value.isdigit() else None
    start = parse_date(headers.get("date", "")) or now
    return min(max(until.astimezone(UTC) - start.astimezone(UTC), timedelta()), MAX_HOLD)


def _span(hold: timedelta) -> str:
    minutes = max(1, round(hold.total_seconds() / 60))
    if minutes < 120:
        return f"{minutes} minutes" if minutes > 1 else "a minute"
    return f"{round(minutes / 60)} hours" if minutes < 2880 else f"{round(minutes / 1440)} days"
