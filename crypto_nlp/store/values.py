"""The frozen values that the store takes and gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from crypto_nlp.records import Article, Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is known of a feed between two runs. Instants are aware datetimes.

    ``validators_since`` is when the present validators were first sent to us; ``moved_to`` the address that permanent
    redirects name, ``moved_seen`` how many runs in a row have seen it; ``details`` holds anything else as plain JSON.
    """

    url: str
    name: str
    etag: str | None = None
    last_modified: str | None = None
    validators_since: datetime | None = None
    next_check: datetime | None = None
    last_check: datetime | None = None
    last_success: datetime | None = None
    last_outcome: str | None = None
    failures: int = 0
    hint: str | None = None
    moved_to: str | None = None
    moved_seen: int = 0
    gone: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PendingEntry:
    """An entry that a feed gave and that has not been stored as an article yet."""

    id: int
    entry: Entry
    attempts: int


@dataclass(frozen=True, slots=True)
class HostState:
    """Until when a host wants no requests from us, and why."""

    host: str
    hold_until: datetime | None = None
    reason: str | None = None
    failures: int = 0
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoryCandidate:
    """A story that shares a band with a text: its id and its whole MinHash signature."""

    story_id: int
    signature: bytes


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as it stands in the database, with its present text (None where the text is not kept)."""

    id: int
    article: Article
    text: str | None
    revision: int
    story_id: int
    rules_hash: str
    model: str


@dataclass(frozen=True, slots=True)
class SaveOutcome:
    """What saving an article did. ``claims_new`` had never been read before, ``claims_seen`` had."""

    status: Literal["new", "updated", "unchanged"]
    article_id: int
    revision: int
    story_id: int
    claims_new: int = 0
    claims_seen: int = 0
    vanished: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """By what, and when, an article was read.

    ``keep_text`` says whether its text may be kept; ``names`` gives the names of a canonical id. In ``bulk``, counts
    and the search index are left to the end of the load.
    """

    run_id: int | None
    rules_hash: str
    model: str
    keep_text: bool
    names: Callable[[str], Iterable[str]]
    now: datetime | None = None
    bulk: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The story that a new article belongs to, or (None) the signature and bands of the one that it starts.

    ``bands`` are signed 64-bit integers, one for each band of the signature, in a fixed order.
    """

    story_id: int | None = None
    signature: bytes | None = None
    bands: tuple[int, ...] = ()
