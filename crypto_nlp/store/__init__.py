"""The database: tables, migrations, writes and queries. It knows rows, not spaCy."""

from crypto_nlp.store.care import Finding, backup, check, forget, mend, prune, vacuum
from crypto_nlp.store.ledger import Store, open_store
from crypto_nlp.store.reviews import Review
from crypto_nlp.store.values import (
    FeedState,
    HostState,
    PendingEntry,
    SaveOutcome,
    StoredArticle,
    StoryCandidate,
)

__all__ = [
    "FeedState",
    "Finding",
    "HostState",
    "PendingEntry",
    "Review",
    "SaveOutcome",
    "Store",
    "StoredArticle",
    "StoryCandidate",
    "backup",
    "check",
    "forget",
    "mend",
    "open_store",
    "prune",
    "vacuum",
]
