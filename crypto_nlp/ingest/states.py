"""What is remembered of a feed after an answer: pure functions from one state to the next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from crypto_nlp.feeds.http import Response, Validators
from crypto_nlp.feeds.outcomes import Problem
from crypto_nlp.feeds.parse import ParsedFeed
from crypto_nlp.feeds.raw import Hints
from crypto_nlp.feeds.schedule import VALIDATORS_FOR, adapted, after_failure, next_check
from crypto_nlp.records import Feed
from crypto_nlp.store import FeedState

MOVED_SIGHTINGS = 3
MOVED_SPAN = timedelta(hours=24)


def fresh_state(feed: Feed) -> FeedState:
    """The state of a feed that was never asked."""
    return FeedState(url=feed.url, name=feed.name)


def address(state: FeedState) -> str:
    """Where to ask: the feed's own address, or where it has moved to for good."""
    return state.moved_to if state.moved_to and state.details.get("moved") else state.url


def validators(state: FeedState, now: datetime) -> Validators:
    """What to send with the question; nothing once the validators are a week old, since servers lie."""
    if state.validators_since is not None and now - state.validators_since >= VALIDATORS_FOR:
        return Validators()
    return Validators(state.etag, state.last_modified)


def after_answer(
    state: FeedState, response: Response, parsed: ParsedFeed | None, now: datetime, *, keep_move: bool
) -> FeedState:
    """After a 200 (with ``parsed``) or a 304 (without).

    ``keep_move`` allows a permanent redirect to count as a sighting.
    """
    changed = parsed is not None
    hints = parsed.hints if parsed else _hints(state.details)
    interval = adapted(_interval(state.details), changed=changed)
    details: dict[str, Any] = {
        **state.details,
        "interval_minutes": round(interval.total_seconds() / 60, 1),
        "ttl_minutes": hints.ttl_minutes,
        "skip_hours": sorted(hints.skip_hours),
    }
    details.pop("message", None)
    sent = response.validators
    if not changed and not (sent.etag or sent.last_modified):
        # A 304 without any validator confirms those that we sent.
        sent = Validators(state.etag, state.last_modified)
    known = (sent.etag, sent.last_modified) == (state.etag, state.last_modified) and state.validators_since is not None
    since = state.validators_since if known and not changed else now
    state = replace(
        state,
        etag=sent.etag,
        last_modified=sent.last_modified,
        validators_since=since if sent.etag or sent.last_modified else None,
        next_check=next_check(state.url, now, interval=interval, hints=hints, headers=response.headers),
        last_check=now,
        last_success=now,
        last_outcome="ok" if changed else "not_modified",
        failures=0,
        hint=None,
        gone=False,
        details=details,
    )
    return _sighted(state, response.permanent_url if keep_move else None, now)


def after_problem(state: FeedState, problem: Problem, now: datetime) -> FeedState:
    """After a failure: growing pauses; validators are dropped, so that the next answer is a whole one."""
    failures = state.failures + 1
    due = after_failure(state.url, now, failures)
    if problem.hold is not None:
        due = max(due, now + problem.hold)
    details: dict[str, Any] = {**state.details, "message": problem.message}
    if details.pop("moved", None):
        # The new address does not work: sightings start again from the feed's own address.
        details.pop("moved_first", None)
        state = replace(state, moved_to=None, moved_seen=0)
    return replace(
        state,
        etag=None,
        last_modified=None,
        validators_since=None,
        next_check=None if problem.gone else due,
        last_check=now,
        last_outcome=problem.kind,
        failures=failures,
        hint=problem.hint or None,
        gone=problem.gone,
        details=details,
    )


def _sighted(state: FeedState, moved_to: str | None, now: datetime) -> FeedState:
    """Count a permanent redirect; after three sightings over a day it is followed without asking the old address."""
    if state.details.get("moved"):
        return state
    details = dict(state.details)
    if moved_to is None:
        details.pop("moved_first", None)
        return replace(state, moved_to=None, moved_seen=0, details=details)
    if moved_to != state.moved_to:
        details["moved_first"] = now.isoformat()
        return replace(state, moved_to=moved_to, moved_seen=1, details=details)
    seen = state.moved_seen + 1
    first = datetime.fromisoformat(str(details.get("moved_first", now.isoformat())))
    if seen >= MOVED_SIGHTINGS and now - first >= MOVED_SPAN:
        details["moved"] = True
        details["moved_from"] = state.url
    return replace(state, moved_seen=seen, details=details)


def _interval(details: Mapping[str, Any]) -> timedelta | None:
    minutes = details.get("interval_minutes")
    return timedelta(minutes=float(minutes)) if minutes else None


def _hints(details: Mapping[str, Any]) -> Hints:
    minutes = details.get("ttl_minutes")
    return Hints(float(minutes) if minutes else None, frozenset(int(hour) for hour in details.get("skip_hours") or ()))
