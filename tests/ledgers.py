"""Ledgers for tests of the store, search and trends: claims given by hand, without extraction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from crypto_nlp.records import Article, Bound, Claim, Modality, Per, Value
from crypto_nlp.store import SaveOutcome, Store

NOON = datetime(2024, 8, 12, 12, tzinfo=UTC)
QUERIES = Path(__file__).with_name("search_queries.yaml")


def article(
    text: str, *, url: str = "https://example.org/1", published: datetime | None = NOON, **fields: Any
) -> Article:
    """An article that holds ``text``; its content hash is its text."""
    given = {
        "url": url,
        "canonical_url": url,
        "title": text.partition("\n")[0],
        "text": text,
        "lang": "en",
        "published": published,
        "local_date": (published or NOON).date(),
        "fetched": NOON,
        "content_hash": text,
        "feed": "feed",
    }
    return Article(**given | fields)


def claim(text: str, anchor: str, claim_id: str = "c1", **slots: Any) -> Claim:
    """A claim whose sentence is the line of ``text`` that holds ``anchor``."""
    start = text.index(anchor)
    line = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", start)
    stop = len(text) if stop < 0 else stop
    value = slots.pop("value", None)
    if isinstance(value, Sequence):
        value = Value(value[0], value[-2], value[-1])
    given = {
        "type": "earnings",
        "measure": "revenue",
        "subject": "bitcoin-miners",
        "anchor": anchor,
        "start": start,
        "end": start + len(anchor),
        "sentence": text[line:stop],
        "sentence_start": line,
        "sentence_end": stop,
        "value": value,
        "claim_id": claim_id,
        "confidence": 0.9,
        "rules": ("rule",),
    }
    if value is not None:
        given["bound"] = Bound.EXACT
    for slot, kind in (("bound", Bound), ("per", Per), ("modality", Modality)):
        if slots.get(slot):
            slots[slot] = kind(slots[slot])
    return Claim(**given | slots)


def save(store: Store, found: Article, claims: Sequence[Claim] = (), **options: Any) -> SaveOutcome:
    """Save an article as read by rules ``r1`` and no model."""
    return store.save_article(found, claims, **{"run_id": None, "rules_hash": "r1", **options})


def fill(store: Store, given: Mapping[str, Mapping[str, Any]]) -> None:
    """Save each claim of search_queries.yaml as an article of its own."""
    for day, (claim_id, said) in enumerate(given.items(), start=1):
        text = f"{claim_id}\n{said['sentence']}"
        found = claim(text, said["anchor"], claim_id, gloss=said["gloss"], **said["slots"])
        published = NOON.replace(day=day)
        save(
            store, article(text, url=f"https://example.org/{claim_id}", lang=said["lang"], published=published), [found]
        )


def table() -> dict[str, Any]:
    """The claims and queries of search_queries.yaml."""
    read: dict[str, Any] = yaml.safe_load(QUERIES.read_text(encoding="utf-8"))
    return read
