"""When to ask a feed again: as often as it changes, never more often than it wants, at least once a day."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from crypto_nlp.feeds.dates import parse_date
from crypto_nlp.feeds.raw import Hints

SHORTEST = timedelta(minutes=60)
LONGEST = timedelta(hours=24)
VALIDATORS_FOR = timedelta(days=7)
_JITTER = 0.1
_MAX_AGE = re.compile(r"(?:^|[\s,])(?:s-maxage|max-age)\s*=\s*\"?(\d{1,9})", re.IGNORECASE)


def adapted(interval: timedelta | None, *, changed: bool) -> timedelta:
    """The feed's own rhythm: shorter after a change, longer after none, between an hour and a day."""
    if interval is None:
        return SHORTEST
    return min(max(interval / 2 if changed else interval * 1.5, SHORTEST), LONGEST)


def next_check(
    url: str,
    now: datetime,
    *,
    interval: timedelta = SHORTEST,
    hints: Hints | None = None,
    headers: Mapping[str, str] | None = None,
) -> datetime:
    """When the feed is due again: the latest of its rhythm, TTL, ``sy:`` period, max-age, Expires and skipHours.

    Up to a tenth is added, always the same for one feed at one moment, so that feeds spread out and runs can be
    repeated; the whole is at most 24 hours.
    """
    hints = hints or Hints()
    wait = max(interval, SHORTEST, timedelta(minutes=min(hints.ttl_minutes or 0.0, 1440.0)), _fresh(headers or {}, now))
    wait = min(wait + wait * _JITTER * _share(url, now), LONGEST)
    return min(_outside(now + wait, hints.skip_hours), now + LONGEST)


def after_failure(url: str, now: datetime, failures: int) -> datetime:
    """When to try again after ``failures`` failures in a row: an hour, two, four, up to a day."""
    wait = min(SHORTEST * (1 << min(max(failures, 1) - 1, 6)), LONGEST)
    return now + min(wait + wait * _JITTER * _share(url, now), LONGEST)


def is_due(at: datetime | None, now: datetime) -> bool:
    """True where the moment has come, or lies so far ahead that the clock must have been set back since."""
    return at is None or at <= now or at > now + LONGEST + timedelta(hours=1)


def _fresh(headers: Mapping[str, str], now: datetime) -> timedelta:
    """How long the answer says that it stays fresh, by Cache-Control or else Expires against the server's own clock."""
    ages = [int(age) for age in _MAX_AGE.findall(headers.get("cache-control", ""))]
    if ages:
        return timedelta(seconds=min(max(ages), 86_400))
    expires = parse_date(headers.get("expires", ""))
    if expires is None:
        return timedelta()
    start = parse_date(headers.get("date", "")) or now
    return min(max(expires.astimezone(UTC) - start.astimezone(UTC), timedelta()), LONGEST)


def _outside(moment: datetime, skipped: frozenset[int]) -> datetime:
    if len(skipped) >= 24:
        return moment
    while moment.astimezone(UTC).hour in skipped:
        moment = (moment + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    return moment


def _share(url: str, now: datetime) -> float:
    digest = sha256(f"{url} {now.isoformat()}".encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32
