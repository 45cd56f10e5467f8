"""Asking a person about doubtful claims: which to ask about, what an answer changes, and answers as gold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from crypto_nlp.errors import InputError
from crypto_nlp.records import Bound, Claim, Modality, Per, Value
from crypto_nlp.store.reviews import Review, Verdict

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from crypto_nlp.store import Store

# Slots that a person may correct; `details.NAME` besides. A value is written `13900000000 USD` or `2-3 year`.
SLOTS = (
    *("type", "measure", "subject", "value", "bound", "per", "when", "condition", "source", "modality"),
    "negated",
)
_QUERY = """
SELECT c.claim_id, c.type, c.measure, c.subject, c.negated, c.gloss, m.*, a.url, a.title, a.lang, a.local_date
FROM mentions m JOIN claims c ON c.id = m.claim JOIN articles a ON a.id = m.article
"""
_UNREVIEWED = """
m.vanished IS NULL AND NOT EXISTS (SELECT 1 FROM reviews r WHERE r.article_url = a.url AND r.sentence = m.sentence
AND r.anchor = m.anchor AND (r.claim_id = c.claim_id OR m.rules = '["review"]'))
"""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A claim to ask about, and the article that it was read from."""

    claim: Claim
    url: str
    title: str
    lang: str
    published: date


def doubtful(store: Store, *, below: float = 1.0, limit: int | None = None) -> list[Doubt]:
    """The claims that nobody has answered about with a confidence under ``below``, the least certain first."""
    with store.reading() as connection:
        rows = connection.execute(
            f"{_QUERY} WHERE {_UNREVIEWED} AND m.confidence < ? ORDER BY m.confidence, m.id LIMIT ?",
            (below, -1 if limit is None else limit),
        )
        return [_doubt(row) for row in rows]


def _doubt(row: sqlite3.Row) -> Doubt:
    return Doubt(_claim(row), row["url"], row["title"], row["lang"] or "", date.fromisoformat(row["local_date"]))


def _claim(row: sqlite3.Row) -> Claim:
    value = Value(row["value_low"], row["value_high"], row["unit"]) if row["value_low"] is not None else None
    return Claim(
        type=row["type"],
        measure=row["measure"],
        subject=row["subject"],
        anchor=row["anchor"],
        start=row["start"],
        end=row["end_"],
        sentence=row["sentence"],
        sentence_start=row["sentence_start"],
        sentence_end=row["sentence_end"],
        value=value,
        bound=Bound(row["bound"]) if row["bound"] else None,
        per=Per(row["per"]) if row["per"] else None,
        when=row["when_"],
        condition=row["condition"],
        source=row["source"],
        modality=Modality(row["modality"]),
        negated=bool(row["negated"]),
        details=json.loads(row["details"]),
        confidence=row["confidence"],
        rules=tuple(json.loads(row["rules"])),
        claim_id=row["claim_id"],
        gloss=json.loads(row["gloss"]),
    )


def corrected(doubt: Doubt, changes: Mapping[str, str], folders: tuple[Path, ...] = ()) -> Claim:
    """The claim as it should have been read, with the identity and the glosses that follow.

    Args:
        doubt: what was asked about.
        changes: slot -> what a person wrote; an empty text clears the slot.
        folders: the user's own rules.

    Raises:
        InputError: a slot is unknown or cannot hold what was written.
    """
    from crypto_nlp.claims import gloss, identity  # noqa: PLC0415 - only a correction needs the rules
    from crypto_nlp.rules.load import claim_types, load_register  # noqa: PLC0415

    claim = doubt.claim
    for slot, text in changes.items():
        claim = _with(claim, slot, text.strip())
    types = claim_types(folders)
    if claim.type not in types:
        message = f"{claim.type!r} is no type: choose one of {', '.join(sorted(types))}."
        raise InputError(message)
    measures = types[claim.type].frame.measures
    if claim.measure not in measures:
        message = f"{claim.measure!r} is no measure of {claim.type}: choose one of {', '.join(sorted(measures))}."
        raise InputError(message)
    claim = replace(claim, rules=("review",), confidence=1.0)
    named = identity.identify([claim], types, doubt.published, doubt.claim.sentence)
    return next(iter(gloss.add(named, types, load_register(folders))))


def _with(claim: Claim, slot: str, text: str) -> Claim:
    if slot.startswith("details."):
        details = {name: value for name, value in claim.details.items() if name != slot[8:]}
        return replace(claim, details=details | ({slot[8:]: text} if text else {}))
    if slot not in SLOTS:
        message = f"{slot!r} is no slot: choose one of {', '.join(SLOTS)}, or details.NAME."
        raise InputError(message)
    if slot in ("type", "measure", "subject") and not text:
        message = f"A claim needs a {slot}."
        raise InputError(message)
    try:
        return replace(claim, **{slot: _read(slot, text)})
    except ValueError as error:
        message = f"{text!r} is no {slot}: {error}"
        raise InputError(message) from error


def _read(slot: str, text: str) -> Any:
    if slot == "negated":
        return text.lower() in ("yes", "true", "1")
    if slot == "modality":
        return Modality(text)
    if not text:
        return None
    if slot == "bound":
        return Bound(text)
    if slot == "per":
        return Per(text)
    return _value(text) if slot == "value" else text


def _value(text: str) -> Value:
    figures, _, unit = text.replace(",", "").rpartition(" ")
    if not figures:
        message = "write a number and a unit, such as 13900000000 USD or 2-3 year."
        raise ValueError(message)
    low, dash, high = figures.replace("–", "-").partition("-")
    return Value(float(low), float(high if dash else low), unit)


def answer(doubt: Doubt, verdict: Verdict, now: datetime, correction: Claim | None = None) -> Review:
    """A person's answer, as `Store.save_review` takes it."""
    claim = doubt.claim
    return Review(
        claim_id=claim.claim_id,
        article_url=doubt.url,
        sentence=claim.sentence,
        anchor=claim.anchor,
        verdict=verdict,
        reviewed=now,
        correction=correction,
    )


def export(store: Store) -> Iterator[dict[str, Any]]:
    """The articles that somebody has answered about, as gold documents.

    Accepted and corrected claims are gold; those that nobody has answered about are ``optional`` and count neither way.
    Articles whose text is no longer kept are left out.
    """
    for url in dict.fromkeys(review.article_url for review in store.reviews()):
        stored = store.article(url)
        if stored is None or stored.text is None:
            continue
        article = stored.article
        yield {
            "id": url,
            "lang": article.lang,
            "published": article.local_date.isoformat(),
            "title": article.title,
            "text": stored.text,
            "claims": _gold(store, url),
        }


def _gold(store: Store, url: str) -> list[dict[str, Any]]:
    sure = {(one.claim_id, one.sentence, one.anchor) for one in store.reviews(url) if one.verdict == "accept"}
    sure |= {
        (one.correction.claim_id, one.correction.sentence, one.correction.anchor)
        for one in store.reviews(url)
        if one.correction is not None
    }
    with store.reading() as connection:
        where = "WHERE a.url = ? AND m.vanished IS NULL ORDER BY m.start, m.id"
        claims = [_claim(row) for row in connection.execute(f"{_QUERY} {where}", (url,))]
    return [_record(claim, sure=(claim.claim_id, claim.sentence, claim.anchor) in sure) for claim in claims]


def _record(claim: Claim, *, sure: bool) -> dict[str, Any]:
    """A gold record: the slots that hold something, in the order of docs/claims.md."""
    whole = claim.as_record()
    slots = ("type", "measure", "anchor", "sentence", "subject", "value", "bound", "per", "when", "condition")
    record = {slot: whole[slot] for slot in (*slots, "source", "modality", "negated", "details") if whole[slot]}
    return record if sure else record | {"optional": True, "note": "not reviewed"}
