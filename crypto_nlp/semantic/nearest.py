"""Which glosses lie nearest to a text or to a claim: exact, over all vectors, a batch of rows in memory at a time."""

# ruff: noqa: S608 - SQL is put together from our own constants; values are always parameters.
from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, Any

from crypto_nlp.errors import QueryError
from crypto_nlp.search import Filters
from crypto_nlp.search.find import select
from crypto_nlp.search.rows import claim_rows

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from crypto_nlp.semantic.encoder import SentenceEncoder
    from crypto_nlp.store import Store

# A transaction's worth of glosses: what a kill can cost.
_GLOSSES = 512
_ROWS = 8192


def make_vectors(store: Store, encoder: SentenceEncoder, progress: Callable[[int], None] | None = None) -> int:
    """Make the vectors that are missing or of an older gloss; returns how many. Stops and resumes."""
    made = 0
    while rows := store.without_vector(encoder.name, _GLOSSES):
        vectors = encoder.encode([gloss for _, gloss in rows]).astype("<f4")
        store.put_vectors(
            encoder.name, ((claim, gloss, one.tobytes()) for (claim, gloss), one in zip(rows, vectors, strict=True))
        )
        made += len(rows)
        if progress:
            progress(made)
    return made


def nearest(
    store: Store,
    encoder: SentenceEncoder,
    *,
    text: str | None = None,
    like: str | None = None,
    filters: Filters | None = None,
    limit: int | None = 20,
    lang: str = "en",
) -> Iterator[dict[str, Any]]:
    """Claim rows by falling cosine to ``text`` or to the claim ``like`` (which is left out), with ``similarity``.

    Raises:
        QueryError: there is no such claim, or nothing to compare with.
    """
    with store.reading() as connection:
        wanted = _wanted(connection, encoder, text, like)
        chosen = select(connection, "", filters or Filters())
        rows = connection.execute(
            f"SELECT c.id, c.claim_id, v.vector FROM {chosen.source} "
            "JOIN vectors v ON v.encoder = ? AND v.claim = c.id "
            f"WHERE {chosen.where.sql}",
            (encoder.name, *chosen.where.parameters),
        )
        found = _ranked(rows, wanted, like, limit)
        by_id = {row: similarity for similarity, row in found}
        ids = [row for _, row in found]
        for row, shown in zip(ids, claim_rows(connection, ids, lang, chosen.shown), strict=True):
            yield shown | {"similarity": round(by_id[row], 4)}


def _wanted(
    connection: sqlite3.Connection, encoder: SentenceEncoder, text: str | None, like: str | None
) -> NDArray[np.float32]:
    import numpy as np  # noqa: PLC0415 - only who searches by meaning needs it

    if like is None:
        if not (text or "").strip():
            message = "Search by meaning needs words: give a QUERY, or --like CLAIM_ID."
            raise QueryError(message)
        asked: NDArray[np.float32] = encoder.encode([text or ""])[0]
        return asked
    row = connection.execute(
        "SELECT v.vector FROM claims c JOIN vectors v ON v.encoder = ? AND v.claim = c.id WHERE c.claim_id = ?",
        (encoder.name, like),
    ).fetchone()
    if row is None:
        message = f"There is no claim {like}: take the claim_id from a row of `crypto-nlp search`."
        raise QueryError(message)
    kept: NDArray[np.float32] = np.frombuffer(row[0], "<f4")
    return kept


def _ranked(
    rows: sqlite3.Cursor, wanted: NDArray[np.float32], like: str | None, limit: int | None
) -> list[tuple[float, int]]:
    """The ``limit`` nearest (cosine, row id), nearest first, ties by id."""
    import numpy as np  # noqa: PLC0415 - likewise

    best: list[tuple[float, int]] = []
    while fetched := rows.fetchmany(_ROWS):
        batch = [row for row in fetched if row[1] != like]
        if not batch:
            continue
        cosines = np.frombuffer(b"".join(row[2] for row in batch), "<f4").reshape(len(batch), -1) @ wanted
        best += [(float(cosine), -int(row[0])) for cosine, row in zip(cosines, batch, strict=True)]
        if limit is not None:
            best = heapq.nlargest(limit, best)
    return [(cosine, -row) for cosine, row in sorted(best, reverse=True)]
