"""The SELECTs behind a digest. Rows are read as they are written, so that a long digest needs little memory."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

# The promised columns of a claim row, in order (docs/cli.md); what follows them serves the digest alone.
COLUMNS = (
    *("claim_id", "type", "measure", "subject", "value_low", "value_high", "unit", "bound", "per", "when"),
    *("condition", "source", "sources", "modality", "negated", "details", "gloss", "lang", "anchor", "sentence"),
    *("start", "end", "confidence", "article_url", "article_title", "feed", "published", "stories", "mentions"),
    *("first_seen", "last_seen"),
)
_ROW = """
SELECT c.claim_id, c.type, c.measure, c.subject,
  coalesce(m.value_low, c.value_low) AS value_low, coalesce(m.value_high, c.value_high) AS value_high,
  coalesce(m.unit, c.unit) AS unit, coalesce(m.bound, c.bound) AS bound, coalesce(m.per, c.per) AS per,
  coalesce(m.when_, c.when_) AS "when", m.condition, m.source,
  (SELECT group_concat(source, char(31)) FROM (
    SELECT DISTINCT s.source FROM mentions s
    WHERE s.claim = c.id AND s.vanished IS NULL AND s.source IS NOT NULL AND s.source <> 'unnamed'
    ORDER BY s.source)) AS sources,
  m.modality, c.negated, c.details AS claim_details, m.details AS mention_details, c.gloss AS glosses,
  a.lang, m.anchor, m.sentence, m.start, m.end_ AS "end", m.confidence,
  a.url AS article_url, a.title AS article_title, a.feed, a.published,
  c.stories, c.mentions, c.first_seen, c.last_seen, m.sentence_start
FROM claims c JOIN mentions m ON m.id = c.mention JOIN articles a ON a.id = m.article
"""
BEST_FIRST = "c.stories DESC, c.sources DESC, c.mentions DESC, c.first_seen, c.claim_id"


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions on ``claims c`` in SQL, with their parameters."""

    sql: str
    parameters: tuple[Any, ...] = ()

    def __and__(self, other: Filter) -> Filter:
        """Both conditions."""
        return Filter(f"({self.sql}) AND ({other.sql})", self.parameters + other.parameters)


def instant(value: datetime) -> str:
    """``value`` as the store writes instants."""
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def first_seen(since: datetime, until: datetime) -> Filter:
    """Claims that nobody had made before ``since``."""
    return Filter("c.mentions > 0 AND c.first_seen >= ? AND c.first_seen < ?", (instant(since), instant(until)))


def active(since: datetime, until: datetime) -> Filter:
    """Claims that were made in the span, whether for the first time or again."""
    return Filter("c.mentions > 0 AND c.last_seen >= ? AND c.first_seen < ?", (instant(since), instant(until)))


def of_types(types: Sequence[str]) -> Filter:
    """Claims of one of ``types``; of any type where none is named."""
    if not types:
        return Filter("1")
    return Filter(f"c.type IN ({', '.join('?' * len(types))})", tuple(types))


RUSSIA = Filter(
    "json_extract(c.details, '$.jurisdiction') = 'RU' OR c.subject IN ('russia', 'bank-of-russia', 'state-duma')"
)
PENSION_FUNDS = Filter("json_extract(c.details, '$.actor_kind') = 'pension_fund' OR c.subject = 'pension-funds'")
REPEATED = Filter("c.stories > 1")


def due(first: str, last: str) -> Filter:
    """Forecasts and plans whose own time ends between two ISO days, both included."""
    return Filter("c.mentions > 0 AND c.modality <> 'fact' AND c.when_end BETWEEN ? AND ?", (first, last))


def count(connection: sqlite3.Connection, chosen: Filter) -> int:
    """How many claims there are."""
    row = connection.execute(f"SELECT count(*) FROM claims c WHERE {chosen.sql}", chosen.parameters).fetchone()  # noqa: S608
    return int(row[0])


def types_by_count(connection: sqlite3.Connection, chosen: Filter) -> list[str]:
    """The types of these claims, the most frequent first."""
    sql = f"SELECT c.type FROM claims c WHERE {chosen.sql} GROUP BY c.type ORDER BY count(*) DESC, c.type"  # noqa: S608
    return [str(type_) for (type_,) in connection.execute(sql, chosen.parameters)]


def rows(
    connection: sqlite3.Connection,
    chosen: Filter,
    lang: str,
    order: str = BEST_FIRST,
    limit: int | None = None,
) -> Iterator[dict[str, Any]]:
    """Claim rows, read one by one; ``gloss`` is the one in ``lang``."""
    sql = f"{_ROW} WHERE {chosen.sql} ORDER BY {order} LIMIT ?"
    cursor = connection.execute(sql, (*chosen.parameters, -1 if limit is None else limit))
    names = [column[0] for column in cursor.description]
    for values in cursor:
        yield _row(dict(zip(names, values, strict=True)), lang)


def _row(raw: dict[str, Any], lang: str) -> dict[str, Any]:
    glosses = json.loads(raw.pop("glosses"))
    claim_details = raw.pop("claim_details")
    mention_details = raw.pop("mention_details")
    row: dict[str, Any] = {}
    for name in COLUMNS:
        if name == "sources":
            row[name] = raw[name].split("\x1f") if raw[name] else []
        elif name == "negated":
            row[name] = bool(raw[name])
        elif name == "details":
            row[name] = json.loads(claim_details)
            if mention_details != claim_details:
                row[name] |= json.loads(mention_details)
        elif name == "gloss":
            row[name] = glosses.get(lang) or glosses.get("en") or raw["sentence"]
        else:
            row[name] = raw[name]
    row["sentence_start"] = raw["sentence_start"]
    return row


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that more than one figure was given for: the slots that make it the same, and its different figures."""

    type: str
    measure: str
    subject: str
    unit: str
    figures: int
    chosen: Filter


_THING = "c.type, c.measure, c.subject, c.base_unit, c.per, c.when_start, c.when_end, c.modality <> 'fact'"
_SAME = (
    "c.type = ? AND c.measure = ? AND c.subject = ? AND c.base_unit = ? AND c.per IS ? AND c.when_start IS ? "
    "AND c.when_end IS ? AND (c.modality <> 'fact') = ? AND NOT c.negated AND c.mentions > 0"
)
# A figure that holds for no stated time is compared with others of its kind only where it stands for long.
_LASTING = "('supply', 'population', 'operations', 'trader_outcome')"


def disagreements(connection: sqlite3.Connection, chosen: Filter, limit: int | None) -> list[Thing]:
    """Things of which different figures were given, those with most stories behind them first.

    Figures are compared in one base unit for one span of time; facts with facts, what is to come with what is to come.
    Figures within one percent of each other are the same figure.
    """
    sql = (
        f"SELECT {_THING}, count(DISTINCT c.base_low || '/' || c.base_high) AS figures "  # noqa: S608 - our own words
        f"FROM claims c WHERE {chosen.sql} AND NOT c.negated AND c.base_unit IS NOT NULL "
        "AND json_extract(c.details, '$.change') IS NULL "
        f"AND (c.when_end IS NOT NULL OR c.type IN {_LASTING}) "
        f"GROUP BY {_THING} HAVING figures > 1 AND min(c.base_low) < 0.99 * max(c.base_high) "
        "ORDER BY sum(c.stories) DESC, figures DESC, c.type, c.measure, c.subject, c.base_unit, c.when_end LIMIT ?"
    )
    found = connection.execute(sql, (*chosen.parameters, -1 if limit is None else limit)).fetchall()
    return [Thing(row[0], row[1], row[2], row[3], int(row[8]), Filter(_SAME, tuple(row[:8]))) for row in found]


def by_day(connection: sqlite3.Connection, chosen: Filter, zone: ZoneInfo) -> dict[date, int]:
    """Days of ``zone`` with the number of claims first made on them, in order."""
    sql = f"SELECT substr(c.first_seen, 1, 16) AS minute, count(*) FROM claims c WHERE {chosen.sql} GROUP BY minute"  # noqa: S608
    days: Counter[date] = Counter()
    for minute, number in connection.execute(sql, chosen.parameters):
        days[datetime.fromisoformat(f"{minute}:00+00:00").astimezone(zone).date()] += int(number)
    return dict(sorted(days.items()))


def articles_between(connection: sqlite3.Connection, since: datetime, until: datetime) -> int:
    """How many articles were published (or, without a date, fetched) in the span."""
    sql = "SELECT count(*) FROM articles WHERE seen >= ? AND seen < ?"
    return int(connection.execute(sql, (instant(since), instant(until))).fetchone()[0])


def newest_article(connection: sqlite3.Connection) -> str | None:
    """When the newest article was published, as the store writes instants; None in an empty database."""
    value = connection.execute("SELECT max(seen) FROM articles").fetchone()[0]
    return str(value) if value else None
