"""Mentions: where, in which words and by whom a claim is stated; compared whenever an article is read again."""

# ruff: noqa: S608 - SQL is put together from our own constants; values are always parameters.
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crypto_nlp.store import claims as ledger
from crypto_nlp.store.instants import to_utc
from crypto_nlp.store.names import learn

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Sequence

    from crypto_nlp.records import Claim
    from crypto_nlp.store.reviews import Review


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The reading of one revision of one article: what its mentions have in common.

    ``seen`` is the publishing time (UTC text), ``at`` the instant of this reading, ``cause`` what a vanished mention
    is put down to: ``revision`` (the text changed) or ``reextract`` (the rules or the model did); ``names`` gives the
    names of an id.
    """

    article: int
    revision: int
    story: int
    seen: str
    at: str
    maker: int
    run: int | None
    cause: str
    names: Callable[[str], Iterable[str]]
    bulk: bool = False


def compare(connection: sqlite3.Connection, place: Place, claims: Sequence[Claim]) -> tuple[int, int, int]:
    """Bring the article's mentions in step with ``claims``; returns (new to the ledger, known to it, vanished).

    A mention is the same one where the claim and its words are the same, else where the claim is (in order of place).
    What is not found again is marked as vanished and kept.
    """
    old = connection.execute("SELECT * FROM mentions WHERE article = ? ORDER BY start, id", (place.article,)).fetchall()
    read = sorted(claims, key=lambda claim: (claim.start, claim.end))
    rows: list[tuple[Claim, int]] = []
    fresh: set[int] = set()
    known: set[int] = set()
    for claim in read:
        row, new = ledger.put_claim(connection, claim, place.maker)
        rows.append((claim, row))
        (fresh if new else known).add(row)
    learn(connection, _ids(read), place.names)
    pairs = _pair(old, rows)
    kept = {previous["id"] for previous in pairs if previous is not None}
    gone = [row for row in old if row["id"] not in kept and row["vanished"] is None]
    for row in gone:
        connection.execute(
            "UPDATE mentions SET vanished = ?, vanished_by = ? WHERE id = ?", (place.at, place.cause, row["id"])
        )
    written = [
        _write(connection, place, claim, claim_row, previous)
        for (claim, claim_row), previous in zip(rows, pairs, strict=True)
    ]
    if not place.bulk:
        touched = {row["claim"] for row in old} | known
        first = {
            claim_row: ledger.First(claim, mention, place.seen)
            for (claim, claim_row), mention in zip(rows, written, strict=True)
            if claim_row not in touched
        }
        ledger.refresh(connection, touched, first)
    return len(fresh), len(known - fresh), len(gone)


def _pair(old: Sequence[sqlite3.Row], read: Sequence[tuple[Claim, int]]) -> list[sqlite3.Row | None]:
    free = {row["id"]: row for row in old}
    pairs: list[sqlite3.Row | None] = [None] * len(read)
    for exact in (True, False):
        for place, (claim, claim_row) in enumerate(read):
            if pairs[place] is not None:
                continue
            for row in free.values():
                same = row["claim"] == claim_row and (
                    not exact or (row["sentence"] == claim.sentence and row["anchor"] == claim.anchor)
                )
                if same:
                    pairs[place] = free.pop(row["id"])
                    break
    return pairs


def _ids(claims: Iterable[Claim]) -> list[str]:
    """The canonical ids that claims name."""
    units = ((claim, claim.value.unit if claim.value else None) for claim in claims)
    named = ([claim.subject, claim.source, *ledger.ids_in(claim.details, unit)] for claim, unit in units)
    return [name for names in named for name in names if name]


def _columns(place: Place, claim: Claim, claim_row: int) -> dict[str, Any]:
    return {
        "claim": claim_row,
        "article": place.article,
        "revision": place.revision,
        "story": place.story,
        "seen": place.seen,
        "start": claim.start,
        "end_": claim.end,
        "sentence_start": claim.sentence_start,
        "sentence_end": claim.sentence_end,
        "anchor": claim.anchor,
        "sentence": claim.sentence,
        "source": claim.source,
        "modality": claim.modality,
        "confidence": claim.confidence,
        "value_low": claim.value.low if claim.value else None,
        "value_high": claim.value.high if claim.value else None,
        "unit": claim.value.unit if claim.value else None,
        "bound": claim.bound,
        "per": claim.per,
        "when_": claim.when,
        "condition": claim.condition,
        "details": ledger.dump(dict(claim.details)),
        "rules": ledger.dump(list(claim.rules)),
        "maker": place.maker,
        "run": place.run,
        "vanished": None,
        "vanished_by": None,
    }


def _write(
    connection: sqlite3.Connection, place: Place, claim: Claim, claim_row: int, previous: sqlite3.Row | None
) -> int:
    """Write a mention, a new one or in the place of ``previous``; its row."""
    columns = _columns(place, claim, claim_row)
    if previous is None:
        cursor = connection.execute(
            f"INSERT INTO mentions ({', '.join(columns)}) VALUES (?{', ?' * (len(columns) - 1)})",
            list(columns.values()),
        )
        return int(cursor.lastrowid or 0)
    sets = ", ".join(f"{column} = ?" for column in columns)
    connection.execute(f"UPDATE mentions SET {sets} WHERE id = ?", [*columns.values(), previous["id"]])
    return int(previous["id"])


def take_review(connection: sqlite3.Connection, review: Review, names: Callable[[str], Iterable[str]]) -> None:
    """Hide a mention that was rejected or corrected, write the correction beside it, or show an accepted one again."""
    rows = connection.execute(
        "SELECT m.* FROM mentions m JOIN claims c ON c.id = m.claim JOIN articles a ON a.id = m.article "
        "WHERE c.claim_id = ? AND a.url = ? AND m.sentence = ? AND m.anchor = ? "
        "AND (m.vanished IS NULL OR m.vanished_by = 'review')",
        (review.claim_id, review.article_url, review.sentence, review.anchor),
    ).fetchall()
    for row in rows:
        hidden = (to_utc(review.reviewed), "review") if review.verdict != "accept" else (None, None)
        connection.execute("UPDATE mentions SET vanished = ?, vanished_by = ? WHERE id = ?", (*hidden, row["id"]))
        touched = [row["claim"]]
        if review.verdict == "correct" and review.correction:
            corrected, _ = ledger.put_claim(connection, review.correction, row["maker"])
            learn(connection, _ids([review.correction]), names)
            _write(connection, _place_of(row), review.correction, corrected, None)
            touched.append(corrected)
        ledger.refresh(connection, touched)


def _place_of(row: sqlite3.Row) -> Place:
    kept = {key: row[key] for key in ("article", "revision", "story", "seen", "maker", "run")}
    return Place(**kept, at=row["seen"], cause="review", names=lambda _: ())
