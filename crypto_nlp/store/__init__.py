"""The database: tables, migrations, writes and queries. It knows rows, not spaCy."""

from crypto_nlp.store.ledger import Store, open_store
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
    "HostState",
    "PendingEntry",
    "SaveOutcome",
    "Store",
    "StoredArticle",
    "StoryCandidate",
    "open_store",
]
