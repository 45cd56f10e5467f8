"""What a run did, counted: the object that `ingest --json` prints."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from crypto_nlp.feeds.sources import mask_secrets

FEED_OUTCOMES = ("ok", "not_modified", "not_due", "failed")
ARTICLE_OUTCOMES = ("new", "updated", "unchanged", "failed")


@dataclass(frozen=True, slots=True)
class RunError:
    """One feed or article that failed. ``url`` is fit to be shown; ``hint`` may be empty."""

    feed: str
    url: str
    kind: str
    message: str
    hint: str = ""

    def as_record(self) -> dict[str, str]:
        """The error as `--json` lists it."""
        return {"feed": self.feed, "url": self.url, "kind": self.kind, "message": self.message}


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run is: feeds and articles done, those known of, and in a few words what is being done."""

    feeds_done: int
    feeds_total: int
    articles_done: int
    articles_total: int
    doing: str = ""


@dataclass(slots=True)
class IngestReport:
    """The counts of one run, filled while it goes on."""

    run_id: int = 0
    feeds: Counter[str] = field(default_factory=Counter)
    articles: Counter[str] = field(default_factory=Counter)
    claims_new: int = 0
    claims_seen_again: int = 0
    requests: int = 0
    seconds: float = 0.0
    errors: list[RunError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    interrupted: bool = False

    @property
    def failed(self) -> bool:
        """True where a feed or article failed: exit code 3."""
        return bool(self.feeds["failed"] or self.articles["failed"])

    @property
    def outcome(self) -> str:
        """``interrupted``, ``partial`` or ``done``, as the run's row says it."""
        if self.interrupted:
            return "interrupted"
        return "partial" if self.failed else "done"

    def fail(self, feed: str, url: str, kind: str, message: str, hint: str = "") -> None:
        """List one failure; the counts are the caller's."""
        self.errors.append(RunError(feed, mask_secrets(url), kind, message, hint))

    def as_record(self) -> dict[str, Any]:
        """The object that `ingest --json` prints, with the keys that CLI.md promises."""
        return {
            "run_id": self.run_id,
            "feeds": {name: self.feeds[name] for name in FEED_OUTCOMES},
            "articles": {name: self.articles[name] for name in ARTICLE_OUTCOMES},
            "claims": {"new": self.claims_new, "seen_again": self.claims_seen_again},
            "requests": self.requests,
            "seconds": round(self.seconds, 3),
            "errors": [error.as_record() for error in self.errors],
        }
