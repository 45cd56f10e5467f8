"""Canonical claims: one row for each proposition, kept in step with the mentions that state it.

A claim's slots are those of its first reading; a later reading fills what the first left open (a headline without its
year), and a reading under other rules or another model replaces them. Its counts, dates and representative mention
follow from its mentions that have not vanished.
"""

# ruff: noqa: S608 - SQL is put together from our own constants; values are always parameters.
from __future__ import annotations

import json
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from crypto_nlp import indexing
from crypto_nlp.errors import StoreError
from crypto_nlp.store.instants import span_of
from crypto_nlp.store.measures import factor_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from crypto_nlp.records import Claim

# (form, key, skeleton) of words.
Words = AbstractSet[tuple[str, str, str]]
NAMED = "source IS NOT NULL AND source <> 'unnamed'"
# The search index holds the words of so many different sentences a claim; the glosses carry the rest.
INDEXED_SENTENCES = 24

_SLOTS = (
    "type",
    "measure",
    "subject",
    "value_low",
    "value_high",
    "unit",
    "base_low",
    "base_high",
    "base_unit",
    "bound",
    "per",
    "when_",
    "when_start",
    "when_end",
    "condition",
    "modality",
    "negated",
    "details",
    "gloss",
    "maker",
)
_FILLED = ("bound", "per", "when_", "when_start", "when_end", "condition")


def slots_of(claim: Claim, maker: int) -> dict[str, Any]:
    """The columns of a claim's canonical row."""
    factor, base_unit = factor_of(claim.value.unit) if claim.value else (1.0, None)
    first, last = span_of(claim.when)
    return {
        "type": claim.type,
        "measure": claim.measure,
        "subject": claim.subject,
        "value_low": claim.value.low if claim.value else None,
        "value_high": claim.value.high if claim.value else None,
        "unit": claim.value.unit if claim.value else None,
        "base_low": claim.value.low * factor if claim.value else None,
        "base_high": claim.value.high * factor if claim.value else None,
        "base_unit": base_unit,
        "bound": claim.bound,
        "per": claim.per,
        "when_": claim.when,
        "when_start": first.isoformat() if first else None,
        "when_end": last.isoformat() if last else None,
        "condition": claim.condition,
        "modality": claim.modality,
        "negated": int(claim.negated),
        "details": dump(dict(claim.details)),
        "gloss": dump(dict(claim.gloss)),
        "maker": maker,
    }


_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def dump(value: Any) -> str:
    """``value`` as compact JSON with sorted keys: the same value is the same text."""
    return _JSON.encode(value)


def put_claim(connection: sqlite3.Connection, claim: Claim, maker: int) -> tuple[int, bool]:
    """The row id of ``claim``'s canonical row, and whether the row is new."""
    if not claim.claim_id:
        message = f"A {claim.type} claim came without claim_id: claims get their identity before they are stored."
        raise StoreError(message)
    slots = slots_of(claim, maker)
    row = connection.execute("SELECT * FROM claims WHERE claim_id = ?", (claim.claim_id,)).fetchone()
    if row is None:
        names = ", ".join(_SLOTS)
        cursor = connection.execute(
            f"INSERT INTO claims (claim_id, {names}) VALUES (?{', ?' * len(_SLOTS)})",
            [claim.claim_id, *(slots[slot] for slot in _SLOTS)],
        )
        connection.executemany("INSERT OR IGNORE INTO slots VALUES (?)", [(slot,) for slot in claim.details])
        return int(cursor.lastrowid or 0), True
    changed = _changes(row, slots)
    if changed:
        sets = ", ".join(f"{slot} = ?" for slot in changed)
        connection.execute(f"UPDATE claims SET {sets} WHERE id = ?", [*changed.values(), row["id"]])
    return int(row["id"]), False


def _changes(row: sqlite3.Row, slots: dict[str, Any]) -> dict[str, Any]:
    if row["maker"] != slots["maker"]:
        return {slot: value for slot, value in slots.items() if row[slot] != value}
    changed = {slot: slots[slot] for slot in _FILLED if row[slot] is None and slots[slot] is not None}
    details = dump(json.loads(slots["details"]) | json.loads(row["details"]))
    if details != row["details"]:
        changed["details"] = details
    return changed


_COUNTED = f"""
UPDATE claims SET (mentions, stories, sources, first_seen, last_seen) = (
  SELECT count(*), count(DISTINCT story), count(DISTINCT CASE WHEN {NAMED} THEN source END), min(seen), max(seen)
  FROM mentions WHERE claim = claims.id AND vanished IS NULL),
mention = (
  SELECT id FROM mentions WHERE claim = claims.id AND vanished IS NULL ORDER BY confidence DESC, seen, id LIMIT 1)
"""


class First(NamedTuple):
    """The one reading of a new claim: as what, the row of its mention, and when it was published."""

    claim: Claim
    mention: int
    seen: str


def refresh(
    connection: sqlite3.Connection, claim_rows: Iterable[int], first: Mapping[int, First] = MappingProxyType({})
) -> None:
    """Bring counts, dates, representative mention and search document of these claims in step with their mentions.

    The representative mention has the highest confidence, then the earliest publishing time, then the lowest id.
    ``first`` are other claims, new and told in one place only.
    """
    words: set[tuple[str, str, str]] = set()
    # Upwards: the index writes what it has gathered to disk whenever a row comes before the last one.
    for claim_row in sorted({*claim_rows, *first}):
        if claim_row in first:
            words.update(_first_told(connection, claim_row, first[claim_row]))
        else:
            connection.execute(f"{_COUNTED} WHERE id = ?", (claim_row,))
            words.update(index(connection, claim_row))
    put_words(connection, words)


def _first_told(connection: sqlite3.Connection, claim_row: int, first: First) -> Words:
    """The same out of what is known of a new claim anyway, without asking the database; most are such."""
    claim, mention, seen = first
    named = [claim.source] if claim.source and claim.source != "unnamed" else []
    connection.execute(
        "UPDATE claims SET mentions = 1, stories = 1, sources = ?, first_seen = ?, last_seen = ?, mention = ? "
        "WHERE id = ?",
        (len(named), seen, seen, mention, claim_row),
    )
    value = claim.value
    new = indexing.document(
        subject=claim.subject,
        glosses=dict(sorted(claim.gloss.items())),
        names=[*named, *ids_in(claim.details, value.unit if value else None)],
        values=(value.low, value.high) if value else (),
        labels=(claim.type, claim.measure, claim.when, str(claim.modality)),
        sentences=[claim.sentence],
    )
    return _put_document(connection, claim_row, new)


def _put_document(connection: sqlite3.Connection, claim_row: int, new: indexing.Document) -> Words:
    connection.execute(
        "INSERT INTO search (rowid, subject, gloss, names, evidence, forms) VALUES (?, ?, ?, ?, ?, ?)",
        (claim_row, *new[:5]),
    )
    return new.words


def recount(connection: sqlite3.Connection) -> None:
    """Counts, dates and representative mention of every claim."""
    connection.execute(_COUNTED)


def rebuild_index(connection: sqlite3.Connection) -> None:
    """Write the search document of every claim anew, in one go."""
    connection.execute("DELETE FROM search")
    last = 0
    while rows := connection.execute(
        "SELECT id FROM claims WHERE id > ? AND mentions > 0 ORDER BY id LIMIT 1000", (last,)
    ).fetchall():
        put_words(connection, {word for (claim_row,) in rows for word in index(connection, claim_row)})
        last = rows[-1][0]
    connection.execute("INSERT INTO search (search) VALUES ('optimize')")


def ids_in(details: Mapping[str, str], unit: str | None) -> list[str]:
    """The ids that a claim names besides subject and source: its unit and every detail that is no quotation."""
    return [*([unit] if unit else []), *(details[slot] for slot in sorted(details) if slot != "about")]


def names_in(connection: sqlite3.Connection) -> list[str]:
    """Every canonical id in the ledger: subjects, sources and what details name."""
    rows = connection.execute(
        "SELECT subject FROM claims UNION SELECT source FROM mentions WHERE source IS NOT NULL "
        "UNION SELECT unit FROM claims WHERE unit IS NOT NULL UNION SELECT d.value FROM claims c, "
        "json_each(c.details) d WHERE d.key <> 'about'"
    )
    return [str(row[0]) for row in rows]


def put_words(connection: sqlite3.Connection, words: Words) -> None:
    """Add (form, key, skeleton) to the vocabulary by which search completes prefixes and mends mistaken letters."""
    # In the order of the table: neighbours stand on one page.
    connection.executemany("INSERT OR IGNORE INTO words VALUES (?, ?, ?)", sorted(words))


def index(connection: sqlite3.Connection, claim_row: int) -> Words:
    """Write the search document of one claim anew; a claim that stands nowhere any more has none.

    Returns the vocabulary that came with it, which many claims have in common, for :func:`put_words`.
    """
    old = connection.execute("SELECT * FROM search WHERE rowid = ?", (claim_row,)).fetchone()
    new = document_of(connection, claim_row)
    if old and new and tuple(old) == new[:5]:
        return frozenset()
    if old:
        connection.execute("DELETE FROM search WHERE rowid = ?", (claim_row,))
    return _put_document(connection, claim_row, new) if new else frozenset()


def document_of(connection: sqlite3.Connection, claim_row: int) -> indexing.Document | None:
    """A claim's search document, from its row and its mentions; None where it has no mention left."""
    row = connection.execute("SELECT * FROM claims WHERE id = ? AND mentions > 0", (claim_row,)).fetchone()
    if row is None:
        return None
    # In the order of the index on (claim, story), so that a claim told ten thousand times costs no more than one told
    # a hundred.
    sentences = connection.execute(
        "SELECT sentence FROM mentions WHERE claim = ? AND vanished IS NULL ORDER BY story, id LIMIT ?",
        (claim_row, 4 * INDEXED_SENTENCES),
    )
    sources = connection.execute(
        f"SELECT DISTINCT source FROM mentions WHERE claim = ? AND vanished IS NULL AND {NAMED} ORDER BY source",
        (claim_row,),
    )
    details = json.loads(row["details"])
    return indexing.document(
        subject=row["subject"],
        glosses=json.loads(row["gloss"]),
        names=[*(source for (source,) in sources), *ids_in(details, row["unit"])],
        values=(row["value_low"], row["value_high"]),
        labels=(row["type"], row["measure"], row["when_"], row["modality"]),
        sentences=list(dict.fromkeys(sentence for (sentence,) in sentences))[:INDEXED_SENTENCES],
    )
