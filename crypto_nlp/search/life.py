"""A claim's life: where it was read, who else gave which figure for the same thing, and what became of it."""

# ruff: noqa: S608 - SQL is put together from our own constants; values are always parameters.
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from crypto_nlp.errors import QueryError
from crypto_nlp.search.find import NO_FILTERS, select
from crypto_nlp.search.rows import claim_rows, number
from crypto_nlp.store.measures import factor_of

if TYPE_CHECKING:
    import sqlite3
    from datetime import date

    from crypto_nlp.search.filters import Filters
    from crypto_nlp.store import Store


def _starts(row: str) -> str:
    """The first day of a claim's span: its own time, or where it names none the days on which it was read."""
    read = f"CASE WHEN {row}.when_ IS NULL THEN substr({row}.first_seen, 1, 10) ELSE '0000' END"
    return f"coalesce({row}.when_start, {read})"


def _ends(row: str) -> str:
    return (
        f"coalesce({row}.when_end, CASE WHEN {row}.when_ IS NULL THEN substr({row}.last_seen, 1, 10) ELSE '9999' END)"
    )


_OVERLAP = f"{_starts('o')} <= {_ends('c')} AND {_ends('o')} >= {_starts('c')}"
_SAME_THING = f"o.type = c.type AND o.measure = c.measure AND o.subject = c.subject AND {_OVERLAP}"
_SAME_DETAILS = " AND ".join(
    f"json_extract(o.details, '$.{slot}') IS json_extract(c.details, '$.{slot}')"
    for slot in ("change", "jurisdiction", "asset", "versus", "target")
)


def show_claim(store: Store, claim_id: str, *, lang: str = "en") -> dict[str, Any]:
    """Everything known of a claim.

    What was published on one day in two languages may be a translation rather than another report: such places and
    stories say ``possible_translation``. They count like any other, since nobody knows.

    Keys: ``claim`` (its row, None where every mention has vanished), ``glosses`` (by language), ``places`` (every
    mention, its text's revision and whether it has vanished), ``stories`` (each once), ``sources`` (each with its
    first and last day), ``other_figures`` (rows for the same type, measure, subject and span of time), ``changed``
    (sources that gave several figures).

    Raises:
        QueryError: no claim has this id (the beginning of one will do where it is unambiguous).
    """
    with store.reading() as connection:
        row = _one(connection, claim_id)
        places = _marked(_places(connection, row["id"]))
        others = _other_figures(connection, row["id"])
        return {
            "claim_id": row["claim_id"],
            "claim": next(claim_rows(connection, [row["id"]], lang), None),
            "glosses": json.loads(row["gloss"]),
            "places": places,
            "stories": _stories(places),
            "sources": _sources(places),
            "other_figures": list(claim_rows(connection, others, lang)),
            "changed": _changed(connection, [row["id"], *others]),
        }


def _one(connection: sqlite3.Connection, claim_id: str) -> sqlite3.Row:
    found = connection.execute("SELECT * FROM claims WHERE claim_id = ?", (claim_id,)).fetchall()
    if not found and claim_id:
        found = connection.execute(
            "SELECT * FROM claims WHERE claim_id >= ? AND claim_id < ? LIMIT 2", (claim_id, claim_id + "\U0010ffff")
        ).fetchall()
    if len(found) == 1:
        row: sqlite3.Row = found[0]
        return row
    message = (
        f"Several claims begin with {claim_id}: give more of the id."
        if found
        else f"There is no claim {claim_id} in this database: `crypto-nlp search` shows the ids."
    )
    raise QueryError(message)


def _places(connection: sqlite3.Connection, claim: int) -> list[dict[str, Any]]:
    rows = connection.execute(
        "SELECT a.url AS article_url, a.title AS article_title, a.feed, a.publisher, a.lang, a.published, a.fetched, "
        "a.pages, m.story AS story_id, m.revision, a.revision AS revisions, m.start, m.end_ AS end, m.anchor, "
        "m.sentence, "
        "m.sentence_start, m.sentence_end, m.source, m.modality, m.confidence, m.condition, m.value_low, m.value_high, "
        'm.unit, m.bound, m.per, m.when_ AS "when", m.rules, k.rules_hash, k.model, m.seen, m.vanished, m.vanished_by '
        "FROM mentions m JOIN articles a ON a.id = m.article JOIN makers k ON k.id = m.maker "
        "WHERE m.claim = ? ORDER BY m.vanished IS NOT NULL, m.seen, m.id",
        (claim,),
    )
    return [_place(row) for row in rows]


def _place(row: sqlite3.Row) -> dict[str, Any]:
    pages = json.loads(row["pages"]) if row["pages"] else []
    page = sum(start <= row["start"] for start in pages) or None
    kept = {key: row[key] for key in row.keys() if key != "pages"}  # noqa: SIM118 - a Row iterates over its values
    numbers = {key: number(row[key]) for key in ("value_low", "value_high")}
    return kept | numbers | {"rules": json.loads(row["rules"]), "page": page}


def _marked(places: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The places, each with whether the claim was published on the same day (UTC) in another language too."""
    days: dict[str, set[str]] = {}
    for place in places:
        if place["lang"] and not place["vanished"]:
            days.setdefault(place["seen"][:10], set()).add(place["lang"])
    return [
        place | {"possible_translation": not place["vanished"] and len(days.get(place["seen"][:10], ())) > 1}
        for place in places
    ]


def _stories(places: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each story once: its first place, how often it was reprinted, and where."""
    found: dict[int, dict[str, Any]] = {}
    for place in places:
        if place["vanished"]:
            continue
        story = found.setdefault(
            place["story_id"],
            {
                "story_id": place["story_id"],
                "lang": place["lang"],
                "title": place["article_title"],
                "first_seen": place["seen"],
            }
            | {"url": place["article_url"], "articles": [], "possible_translation": False},
        )
        story["possible_translation"] |= place["possible_translation"]
        if place["article_url"] not in story["articles"]:
            story["articles"].append(place["article_url"])
    return list(found.values())


def _sources(places: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The named sources, each with the first and the last time that it was quoted so."""
    found: dict[str, dict[str, Any]] = {}
    for place in places:
        if place["vanished"] or place["source"] in (None, "unnamed"):
            continue
        source = found.setdefault(
            place["source"],
            {"source": place["source"], "first_seen": place["seen"], "last_seen": place["seen"], "mentions": 0},
        )
        source["last_seen"] = place["seen"]
        source["mentions"] += 1
    return list(found.values())


def _other_figures(connection: sqlite3.Connection, claim: int) -> list[int]:
    rows = connection.execute(
        "SELECT o.id FROM claims c JOIN claims o ON o.id <> c.id AND "
        f"{_SAME_THING} AND {_SAME_DETAILS} AND o.base_unit IS c.base_unit "
        "AND (o.per IS c.per OR o.per IS NULL OR c.per IS NULL) "
        "WHERE c.id = ? AND o.mentions > 0 AND (o.base_low IS NOT NULL OR o.negated <> c.negated) "
        "ORDER BY o.stories DESC, o.sources DESC, o.first_seen, o.id LIMIT 100",
        (claim,),
    )
    return [row[0] for row in rows]


def _changed(connection: sqlite3.Connection, claims: list[int]) -> list[dict[str, Any]]:
    """Sources that gave more than one figure for the thing: each with its figures in the order of time."""
    marks = ", ".join("?" * len(claims))
    rows = connection.execute(
        "SELECT m.source, c.claim_id, c.value_low, c.value_high, c.unit, min(m.seen) AS first_seen, max(m.seen) "
        "AS last_seen "
        f"FROM mentions m JOIN claims c ON c.id = m.claim WHERE m.claim IN ({marks}) AND m.vanished IS NULL "
        "AND m.source IS NOT NULL AND m.source <> 'unnamed' GROUP BY m.source, c.id ORDER BY m.source, "
        "first_seen, c.id",
        claims,
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        figure = dict(row) | {key: number(row[key]) for key in ("value_low", "value_high")}
        found.setdefault(figure.pop("source"), []).append(figure)
    return [{"source": source, "figures": figures} for source, figures in found.items() if len(figures) > 1]


def disagreements(
    store: Store, filters: Filters = NO_FILTERS, *, query: str = "", limit: int = 20, lang: str = "en"
) -> list[dict[str, Any]]:
    """The things for which the figures given differ most, the widest first.

    Each has ``type measure subject when unit per spread low high stories claims``: ``spread`` is the largest figure
    over the smallest, ``low`` and ``high`` are in ``unit``, ``claims`` are rows. A thing needs two figures that no
    range or bound reconciles.
    """
    with store.reading() as connection:
        chosen = select(connection, query, filters)
        rows = connection.execute(
            "SELECT c.type, c.measure, c.subject, c.when_, c.base_unit, c.per, json_group_array(c.id) AS ids, "
            "min(c.base_high) AS low, max(c.base_low) AS high, sum(c.stories) AS stories, min(c.unit) AS unit "
            f"FROM {chosen.source} WHERE {chosen.where.sql} AND c.base_low > 0 AND c.when_ IS NOT NULL "
            "AND c.negated = 0 AND c.bound NOT IN ('min', 'max') "
            "GROUP BY c.type, c.measure, c.subject, c.when_, c.base_unit, c.per, json_extract(c.details, '$.change'), "
            "json_extract(c.details, '$.asset'), json_extract(c.details, '$.jurisdiction'), "
            "json_extract(c.details, '$.versus') "
            "HAVING count(*) > 1 AND max(c.base_low) > min(c.base_high) * 1.05 "
            "ORDER BY max(c.base_low) / min(c.base_high) DESC, stories DESC LIMIT ?",
            (*chosen.where.parameters, limit),
        ).fetchall()
        return [_disagreement(connection, row, lang) for row in rows]


def _disagreement(connection: sqlite3.Connection, row: sqlite3.Row, lang: str) -> dict[str, Any]:
    factor, _ = factor_of(row["unit"])
    thing = {"type": row["type"], "measure": row["measure"], "subject": row["subject"], "when": row["when_"]}
    figures = sorted(claim_rows(connection, json.loads(row["ids"]), lang), key=lambda claim: -claim["stories"])
    return thing | {
        "unit": row["unit"],
        "per": row["per"],
        "spread": round(row["high"] / row["low"], 3),
        "low": number(row["low"] / factor),
        "high": number(row["high"] / factor),
        "stories": row["stories"],
        "claims": figures,
    }


def due(
    store: Store,
    today: date,
    *,
    since: date | None = None,
    filters: Filters = NO_FILTERS,
    query: str = "",
    limit: int | None = 50,
    lang: str = "en",
) -> list[dict[str, Any]]:
    """Forecasts, plans and possibilities whose time has come by ``today`` (and, with ``since``, not before that day).

    The latest due come first; each is ``{"due": day, "claim": row, "facts": [rows]}`` with the facts known on the same
    thing.
    """
    with store.reading() as connection:
        chosen = select(connection, query, filters)
        rows = connection.execute(
            f"SELECT c.id, c.when_end FROM {chosen.source} WHERE {chosen.where.sql} "
            "AND c.modality <> 'fact' AND c.when_end IS NOT NULL AND c.when_end <= ? AND c.when_end >= ? "
            "ORDER BY c.when_end DESC, c.stories DESC, c.id LIMIT ?",
            (
                *chosen.where.parameters,
                today.isoformat(),
                since.isoformat() if since else "",
                -1 if limit is None else limit,
            ),
        ).fetchall()
        found = claim_rows(connection, [row["id"] for row in rows], lang)
        return [
            {"due": row["when_end"], "claim": claim, "facts": _facts(connection, row["id"], lang)}
            for row, claim in zip(rows, found, strict=True)
        ]


def _facts(connection: sqlite3.Connection, claim: int, lang: str) -> list[dict[str, Any]]:
    rows = connection.execute(
        f"SELECT o.id FROM claims c JOIN claims o ON o.id <> c.id AND {_SAME_THING} AND {_SAME_DETAILS} "
        "WHERE c.id = ? AND o.modality = 'fact' AND o.mentions > 0 AND o.last_seen >= c.first_seen "
        "ORDER BY o.last_seen DESC, o.id LIMIT 10",
        (claim,),
    )
    return list(claim_rows(connection, [row[0] for row in rows], lang))
