"""The SELECTs behind a digest, over what `search` selects; rows are read in batches, to need little memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from crypto_nlp.search import Filters
from crypto_nlp.search.filters import Condition
from crypto_nlp.search.find import select
from crypto_nlp.search.rows import claim_rows
from crypto_nlp.store import Store
from crypto_nlp.store.instants import to_utc

BEST_FIRST = "c.stories DESC, c.sources DESC, c.mentions DESC, c.first_seen, c.claim_id"
NEWEST_FIRST = "c.last_seen DESC, c.stories DESC, c.claim_id"
SOONEST_FIRST = "c.when_end, c.stories DESC, c.claim_id"
BY_VALUE = "c.base_low, c.base_high, c.claim_id"

REPEATED = Condition("c.stories > 1")
RUSSIA = Condition(
    "(json_extract(c.details, '$.jurisdiction') = 'RU' OR c.subject IN ('russia', 'bank-of-russia', 'state-duma'))"
)
PENSION_FUNDS = Condition("(json_extract(c.details, '$.actor_kind') = 'pension_fund' OR c.subject = 'pension-funds')")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which claims: what a search selects, and conditions on ``claims c`` besides."""

    query: str
    filters: Filters
    besides: tuple[Condition, ...] = ()

    def also(self, *conditions: Condition) -> Choice:
        """Those of these claims that meet ``conditions`` too."""
        return replace(self, besides=(*self.besides, *conditions))

    def of_type(self, name: str) -> Choice:
        """Those of one type."""
        return self.also(Condition("c.type = ?", (name,)))


def first_seen(since: datetime, until: datetime) -> Condition:
    """The claim had not been made before ``since``."""
    return Condition("c.first_seen >= ? AND c.first_seen < ?", (to_utc(since), to_utc(until)))


def due(first: date, last: date) -> Condition:
    """A forecast or plan whose own time ends between two days, both included."""
    return Condition("c.modality <> 'fact' AND c.when_end BETWEEN ? AND ?", (first.isoformat(), last.isoformat()))


def with_ids(claim_ids: Sequence[str]) -> Condition:
    """One of these claims."""
    return Condition(f"c.claim_id IN ({', '.join('?' * len(claim_ids))})", tuple(claim_ids))


def _from_where(store: Store, choice: Choice) -> tuple[str, tuple[Any, ...], tuple[Condition, ...]]:
    chosen = select(store.connection, choice.query, choice.filters)
    conditions = (chosen.where, *choice.besides)
    sql = f"FROM {chosen.source} WHERE {' AND '.join(condition.sql for condition in conditions)}"
    return sql, tuple(value for condition in conditions for value in condition.parameters), chosen.shown


def count(store: Store, choice: Choice) -> int:
    """How many claims there are."""
    with store.reading() as connection:
        sql, parameters, _ = _from_where(store, choice)
        return int(connection.execute(f"SELECT count(*) {sql}", parameters).fetchone()[0])


def types_by_count(store: Store, choice: Choice) -> list[str]:
    """The types of these claims, the most frequent first."""
    with store.reading() as connection:
        sql, parameters, _ = _from_where(store, choice)
        rows = connection.execute(f"SELECT c.type {sql} GROUP BY c.type ORDER BY count(*) DESC, c.type", parameters)
        return [str(row[0]) for row in rows]


def rows(store: Store, choice: Choice, lang: str, order: str, limit: int | None) -> Iterator[dict[str, Any]]:
    """Claim rows with ``sentence_start`` beside them, read in batches; ``gloss`` is the one in ``lang``."""
    with store.reading() as connection:
        sql, parameters, shown = _from_where(store, choice)
        found = connection.execute(
            f"SELECT c.id {sql} ORDER BY {order} LIMIT ?", (*parameters, -1 if limit is None else limit)
        )
        ids = [int(row[0]) for row in found]
        yield from claim_rows(connection, ids, lang, shown, beside=("sentence_start",))


def by_day(store: Store, choice: Choice, zone: ZoneInfo) -> dict[date, int]:
    """Days of ``zone`` with the number of claims first made on them, in order."""
    days: Counter[date] = Counter()
    with store.reading() as connection:
        sql, parameters, _ = _from_where(store, choice)
        minutes = connection.execute(f"SELECT substr(c.first_seen, 1, 16), count(*) {sql} GROUP BY 1", parameters)
        for minute, number in minutes:
            days[datetime.fromisoformat(f"{minute}:00+00:00").astimezone(zone).date()] += int(number)
    return dict(sorted(days.items()))


def articles_between(store: Store, since: datetime, until: datetime) -> int:
    """How many articles were published (or, without a date, fetched) in the span."""
    with store.reading() as connection:
        sql = "SELECT count(*) FROM articles WHERE seen >= ? AND seen < ?"
        return int(connection.execute(sql, (to_utc(since), to_utc(until))).fetchone()[0])


def newest_article(store: Store) -> datetime | None:
    """When the newest article was published; None in an empty database."""
    with store.reading() as connection:
        seen = connection.execute("SELECT max(seen) FROM articles").fetchone()[0]
    return datetime.fromisoformat(seen) if seen else None
