"""What people said of claims: accepted, rejected or corrected; it outlives every new reading of the article."""

# ruff: noqa: S608 - SQL is put together from our own constants; values are always parameters.
from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal

from crypto_nlp.records import Bound, Claim, Modality, Per, Value
from crypto_nlp.store.instants import from_utc, to_utc

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import datetime

Verdict = Literal["accept", "reject", "correct"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One answer about one claim in one sentence. ``correction`` is the claim as it should have been read."""

    claim_id: str
    article_url: str
    sentence: str
    anchor: str
    verdict: Verdict
    reviewed: datetime
    reviewer: str | None = None
    correction: Claim | None = None


def put_review(connection: sqlite3.Connection, review: Review) -> None:
    """Keep an answer; a later one about the same claim in the same words replaces it."""
    connection.execute(
        "INSERT OR REPLACE INTO reviews (claim_id, article_url, sentence, anchor, verdict, correction, reviewer, "
        "reviewed) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            review.claim_id,
            review.article_url,
            review.sentence,
            review.anchor,
            review.verdict,
            json.dumps(_record(review.correction) if review.correction else {}, ensure_ascii=False, sort_keys=True),
            review.reviewer,
            to_utc(review.reviewed),
        ),
    )


def reviews(connection: sqlite3.Connection, article_url: str | None = None) -> list[Review]:
    """All answers (about one article), oldest first."""
    where, parameters = ("WHERE article_url = ?", (article_url,)) if article_url else ("", ())
    rows = connection.execute(f"SELECT * FROM reviews {where} ORDER BY reviewed, id", parameters)
    return [
        Review(
            claim_id=row["claim_id"],
            article_url=row["article_url"],
            sentence=row["sentence"],
            anchor=row["anchor"],
            verdict=row["verdict"],
            reviewed=from_utc(row["reviewed"]),
            reviewer=row["reviewer"],
            correction=_claim(json.loads(row["correction"])) if row["correction"] != "{}" else None,
        )
        for row in rows
    ]


def apply(claims: Sequence[Claim], answers: Sequence[Review]) -> list[Claim]:
    """``claims`` without those that were rejected, corrected ones in their place."""
    if not answers:
        return list(claims)
    said = {(answer.claim_id, answer.sentence, answer.anchor): answer for answer in answers}
    found: list[Claim] = []
    for claim in claims:
        answer = said.get((claim.claim_id, claim.sentence, claim.anchor))
        if answer is None or answer.verdict == "accept":
            found.append(claim)
        elif answer.verdict == "correct" and answer.correction:
            found.append(_moved(answer.correction, claim))
    return found


def _moved(correction: Claim, read: Claim) -> Claim:
    """The correction where its words stand now."""
    shift = read.sentence_start - correction.sentence_start
    kept = {each.name: getattr(correction, each.name) for each in fields(Claim)}
    for place in ("start", "end", "sentence_start", "sentence_end"):
        kept[place] += shift
    return Claim(**kept)


def _record(claim: Claim) -> dict[str, Any]:
    record = {each.name: getattr(claim, each.name) for each in fields(Claim)}
    value = claim.value
    return record | {
        "value": [value.low, value.high, value.unit] if value else None,
        "details": dict(claim.details),
        "gloss": dict(claim.gloss),
        "rules": list(claim.rules),
    }


def _claim(record: dict[str, Any]) -> Claim:
    return Claim(
        **record
        | {
            "value": Value(*record["value"]) if record["value"] else None,
            "bound": Bound(record["bound"]) if record["bound"] else None,
            "per": Per(record["per"]) if record["per"] else None,
            "modality": Modality(record["modality"]),
            "rules": tuple(record["rules"]),
        }
    )
