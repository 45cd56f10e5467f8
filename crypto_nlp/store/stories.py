"""Stories: which one a text may belong to, what each began with, and what that is for the identity of statements.

A story begins with its earliest article by publishing time (undated ones last, equals by their text), whichever was
stored first: the order in which servers answer must not decide what a statement is called.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crypto_nlp.records import Claim, Modality, Value
from crypto_nlp.store.instants import to_utc
from crypto_nlp.store.values import StoryCandidate

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from crypto_nlp.records import Article
    from crypto_nlp.store.values import Story


def new_story(connection: sqlite3.Connection, article: Article, story: Story) -> int:
    """A story that ``article`` begins; its id."""
    cursor = connection.execute(
        "INSERT INTO stories (lang, signature, first_seen, key) VALUES (?, ?, ?, ?)",
        (article.lang, story.signature, to_utc(article.published or article.fetched), article.content_hash),
    )
    story_id = int(cursor.lastrowid or 0)
    _put_bands(connection, story_id, story.bands)
    return story_id


def _put_bands(connection: sqlite3.Connection, story_id: int, bands: Sequence[int]) -> None:
    connection.executemany(
        "INSERT OR IGNORE INTO story_bands (band, hash, story) VALUES (?, ?, ?)",
        [(band, value, story_id) for band, value in enumerate(bands)],
    )


def story_candidates(connection: sqlite3.Connection, lang: str | None, bands: Sequence[int]) -> list[StoryCandidate]:
    """The stories of ``lang`` that share at least one band value at the same place with ``bands``, oldest first."""
    # One statement for all bands: the places of a JSON array are the numbers of the bands.
    rows = connection.execute(
        "SELECT DISTINCT s.id, s.signature FROM json_each(?) j "
        "CROSS JOIN story_bands b ON b.hash = j.value AND b.band = j.key JOIN stories s ON s.id = b.story "
        "WHERE s.lang IS ? ORDER BY s.id",
        (json.dumps(list(bands)), lang),
    )
    return [StoryCandidate(row["id"], row["signature"]) for row in rows]


def story_key(connection: sqlite3.Connection, story: int) -> str | None:
    """What stands for a story in the identity of statements; None where there is no such story."""
    row = connection.execute("SELECT key FROM stories WHERE id = ?", (story,)).fetchone()
    return row["key"] if row else None


def precedes(connection: sqlite3.Connection, article: Article, story_id: int) -> bool:
    """Whether ``article`` is earlier than the one that the story begins with."""
    row = connection.execute(
        "SELECT first_seen, key, EXISTS (SELECT 1 FROM articles WHERE story = ?1 AND published IS NOT NULL) AS dated "
        "FROM stories WHERE id = ?1",
        (story_id,),
    ).fetchone()
    if row is None or row["key"] is None:
        return False
    mine = (article.published is None, to_utc(article.published) if article.published else "", article.content_hash)
    return mine < (not row["dated"], row["first_seen"] if row["dated"] else "", row["key"])


def readings(connection: sqlite3.Connection, story_id: int) -> dict[int, list[tuple[int, Claim]]]:
    """Article -> (claim's row, the claim as it was read there): what the identity of its statements is made of.

    What a person rejected or corrected is among them, since it will be read again.
    """
    rows = connection.execute(
        "SELECT m.*, c.id AS row, c.claim_id, c.type, c.measure, c.subject, c.negated FROM mentions m "
        "JOIN claims c ON c.id = m.claim JOIN articles a ON a.id = m.article "
        "WHERE a.story = ? AND (m.vanished IS NULL OR m.vanished_by = 'review') ORDER BY m.article, m.start, m.id",
        (story_id,),
    )
    found: dict[int, list[tuple[int, Claim]]] = {}
    for row in rows:
        found.setdefault(row["article"], []).append((row["row"], _claim(row)))
    return found


def _claim(row: sqlite3.Row) -> Claim:
    value = Value(row["value_low"], row["value_high"], row["unit"]) if row["unit"] is not None else None
    same: dict[str, Any] = {
        name: row[name]
        for name in (
            *("type", "measure", "subject", "anchor", "start", "sentence", "sentence_start", "sentence_end"),
            *("bound", "per", "condition", "source", "claim_id"),
        )
    }
    return Claim(
        **same,
        end=row["end_"],
        value=value,
        when=row["when_"],
        modality=Modality(row["modality"]),
        negated=bool(row["negated"]),
        details=json.loads(row["details"]),
    )


def begin_with(
    connection: sqlite3.Connection, story_id: int, article: Article, story: Story, renamed: Mapping[int, str]
) -> None:
    """Let the story begin with ``article``; ``renamed`` are the rows of its statements with their new ids."""
    connection.execute(
        "UPDATE stories SET signature = ?, first_seen = ?, key = ? WHERE id = ?",
        (story.signature, to_utc(article.published or article.fetched), article.content_hash, story_id),
    )
    connection.execute("DELETE FROM story_bands WHERE story = ?", (story_id,))
    _put_bands(connection, story_id, story.bands)
    for row, claim_id in renamed.items():
        (old,) = connection.execute("SELECT claim_id FROM claims WHERE id = ?", (row,)).fetchone()
        connection.execute("UPDATE claims SET claim_id = ? WHERE id = ?", (claim_id, row))
        # What people said of it, and that it was told, is about the same statement.
        connection.execute("UPDATE OR REPLACE reviews SET claim_id = ? WHERE claim_id = ?", (claim_id, old))
        connection.execute(
            "UPDATE reviews SET correction = json_set(correction, '$.claim_id', ?) "
            "WHERE json_extract(correction, '$.claim_id') = ?",
            (claim_id, old),
        )
        connection.execute("UPDATE OR REPLACE told SET claim_id = ? WHERE claim_id = ?", (claim_id, old))
