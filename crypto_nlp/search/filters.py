"""The filters of a search, as values and as SQL conditions on ``claims c`` and its mentions."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from crypto_nlp.errors import QueryError
from crypto_nlp.indexing import key_stream
from crypto_nlp.store.instants import to_utc
from crypto_nlp.store.measures import factor_of, units_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence


class Condition(NamedTuple):
    """A piece of SQL with its parameters."""

    sql: str
    parameters: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a claim must be; several values of one filter are alternatives, several filters hold together.

    Names (subject, source, asset) may be ids or names in any language. ``since``/``until`` go by the publishing time of
    the mention (a date means the whole day, in UTC), ``when_since``/``when_until`` by the claim's own time.
    ``min_value`` and ``max_value`` are in the (one) ``unit``, else in the claim's own. ``details`` are other slots, by
    name.
    """

    types: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    jurisdictions: tuple[str, ...] = ()
    actor_kinds: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    since: date | datetime | None = None
    until: date | datetime | None = None
    when_since: date | None = None
    when_until: date | None = None
    min_value: float | None = None
    max_value: float | None = None
    details: tuple[tuple[str, str], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The filters that are set, as plain JSON values."""
        plain = {key: value for key, value in asdict(self).items() if value not in ((), None)}
        return {key: value.isoformat() if isinstance(value, date) else value for key, value in plain.items()}

    @classmethod
    def from_json(cls, fields: Mapping[str, Any]) -> Filters:
        """The filters that :meth:`as_json` wrote."""
        read: dict[str, Any] = {}
        for key, value in fields.items():
            if key in ("since", "until", "when_since", "when_until"):
                read[key] = date.fromisoformat(value) if len(value) == 10 else datetime.fromisoformat(value)
            elif key == "details":
                read[key] = tuple((slot, text) for slot, text in value)
            else:
                read[key] = tuple(value) if isinstance(value, list) else value
        return cls(**read)

    def and_then(self, other: Filters) -> Filters:
        """These filters, with those that ``other`` sets in place of their own."""
        return Filters.from_json(self.as_json() | other.as_json())


def instant_of(bound: date | datetime, *, end: bool) -> str:
    """A bound as UTC text; a bare date is its first instant, or with ``end`` the first of the next day."""
    if isinstance(bound, datetime):
        return to_utc(bound)
    day = bound + timedelta(days=1) if end else bound
    return to_utc(datetime.combine(day, time(), tzinfo=UTC))


def resolve(connection: sqlite3.Connection, name: str) -> tuple[str, ...]:
    """The canonical ids that ``name`` (an id, or a name in any language) may mean."""
    slug = "-".join(name.lower().split())
    rows = connection.execute("SELECT name FROM names WHERE stream = ? ORDER BY name", (key_stream(name),))
    return tuple(dict.fromkeys([name, slug, name.upper(), *(row[0] for row in rows)]))


def _one_of(column: str, values: Sequence[Any]) -> Condition:
    return Condition(f"{column} IN ({', '.join('?' * len(values))})", tuple(values))


def of_claim(connection: sqlite3.Connection, filters: Filters) -> list[Condition]:
    """The conditions on the claim itself."""
    found = [
        _one_of(f"c.{column}", values)
        for column, values in (("type", filters.types), ("measure", filters.measures))
        if values
    ]
    if filters.subjects:
        found.append(_one_of("c.subject", [name for given in filters.subjects for name in resolve(connection, given)]))
    slots: dict[str, list[str]] = {}
    for slot, values in (("jurisdiction", filters.jurisdictions), ("actor_kind", filters.actor_kinds)):
        if values:
            slots[slot] = list(values)
    if filters.assets:
        slots["asset"] = list(filters.assets)
    for slot, value in filters.details:
        slots.setdefault(slot, []).append(value)
    found += [slot_is(connection, slot, values) for slot, values in slots.items()]
    if filters.units:
        units = dict.fromkeys(unit for given in filters.units for unit in units_of(factor_of(given)[1]))
        found.append(_one_of("c.unit", tuple(units)))
    return [*found, *_values(filters), *_times(filters)]


def slot_is(connection: sqlite3.Connection, slot: str, values: Sequence[str]) -> Condition:
    """The condition that a slot of ``details`` has one of ``values`` (or a name that means it)."""
    if not slot.replace("_", "").isalnum():
        message = f"“{slot}” is no name of a slot: use letters, digits and underscores."
        raise QueryError(message)
    wanted = [meant for value in values for meant in resolve(connection, value)]
    condition = _one_of("json_extract(c.details, ?)", wanted)
    found = Condition(condition.sql, (f"$.{slot}", *condition.parameters))
    if slot != "asset":
        return found
    # What a price, a supply or a market size is about is an asset too.
    subject = _one_of("c.subject", wanted)
    return Condition(f"({found.sql} OR {subject.sql})", (*found.parameters, *subject.parameters))


def _values(filters: Filters) -> list[Condition]:
    if filters.min_value is None and filters.max_value is None:
        return []
    if filters.min_value is not None and filters.max_value is not None and filters.min_value > filters.max_value:
        message = "The smallest value is above the largest: exchange --min-value and --max-value."
        raise QueryError(message)
    factor, column = 1.0, "value"
    if filters.units:
        scales = {factor_of(unit) for unit in filters.units}
        if len(scales) > 1:
            message = "--min-value and --max-value go with one --unit: give one, or leave them out."
            raise QueryError(message)
        (factor, _), column = scales.pop(), "base"
    # Conversion multiplies floats: a figure must not fall out of its own bound by the last bit.
    slack = 1e-9
    found = []
    if filters.min_value is not None:
        limit = filters.min_value * factor
        found.append(Condition(f"c.{column}_high >= ?", (limit - abs(limit) * slack,)))
    if filters.max_value is not None:
        limit = filters.max_value * factor
        found.append(Condition(f"c.{column}_low <= ?", (limit + abs(limit) * slack,)))
    return found


def _times(filters: Filters) -> list[Condition]:
    found = []
    if filters.since and filters.until and instant_of(filters.since, end=False) >= instant_of(filters.until, end=True):
        message = "--since is after --until: exchange them."
        raise QueryError(message)
    # The claim's own first and last time rule most claims out before their mentions are looked at.
    if filters.since:
        found.append(Condition("c.last_seen >= ?", (instant_of(filters.since, end=False),)))
    if filters.until:
        found.append(Condition("c.first_seen < ?", (instant_of(filters.until, end=True),)))
    if filters.when_since or filters.when_until:
        found.append(Condition("(c.when_start IS NOT NULL OR c.when_end IS NOT NULL)"))
    if filters.when_since:
        found.append(Condition("coalesce(c.when_end, '9999') >= ?", (filters.when_since.isoformat(),)))
    if filters.when_until:
        found.append(Condition("coalesce(c.when_start, '0000') <= ?", (filters.when_until.isoformat(),)))
    return found


def of_mention(connection: sqlite3.Connection, filters: Filters) -> list[Condition]:
    """The conditions that one and the same mention ``m`` (with its article ``a``) must meet."""
    found = []
    if filters.sources:
        found.append(_one_of("m.source", [name for given in filters.sources for name in resolve(connection, given)]))
    if filters.modalities:
        found.append(_one_of("m.modality", filters.modalities))
    if filters.langs:
        found.append(_one_of("a.lang", filters.langs))
    if filters.feeds:
        found.append(_one_of("a.feed", filters.feeds))
    if filters.since:
        found.append(Condition("m.seen >= ?", (instant_of(filters.since, end=False),)))
    if filters.until:
        found.append(Condition("m.seen < ?", (instant_of(filters.until, end=True),)))
    return found


def joined(conditions: Sequence[Condition]) -> Condition:
    """All of ``conditions``, as one."""
    sql = " AND ".join(condition.sql for condition in conditions) or "1"
    return Condition(sql, tuple(value for condition in conditions for value in condition.parameters))
