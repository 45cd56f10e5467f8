"""A parsed query as SQL: one MATCH where it speaks of words alone, conditions on the claim where it names fields."""

# ruff: noqa: S608 - SQL is put together from our own constants; values are always parameters.
from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crypto_nlp.errors import QueryError
from crypto_nlp.search import syntax, terms
from crypto_nlp.search.filters import Condition, Filters, joined, of_claim, of_mention, slot_is
from crypto_nlp.store.instants import span_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

_CLAIM_FIELDS = {"type": "types", "measure": "measures", "subject": "subjects", "unit": "units", "asset": "assets"}
_MENTION_FIELDS = {"source": "sources", "lang": "langs", "modality": "modalities", "feed": "feeds"}
_TEXT_FIELDS = {"gloss": "gloss", "sentence": "evidence", "evidence": "evidence"}
_COLUMN_FIELDS = ("per", "bound")
_FIELDS = sorted({*_CLAIM_FIELDS, *_MENTION_FIELDS, *_TEXT_FIELDS, *_COLUMN_FIELDS, "when", "negated"})
_IN_INDEX = "c.id IN (SELECT rowid FROM search WHERE search MATCH ?)"


class Compiled(NamedTuple):
    """A query ready to run: ``match`` for the index, ``where`` for the rest, ids that it names, what was corrected."""

    match: str | None = None
    where: Condition = Condition("1")
    ids: tuple[str, ...] = ()
    corrections: dict[str, tuple[str, ...]] = {}


class _Part(NamedTuple):
    match: str | None = None
    where: Condition | None = None

    def condition(self) -> Condition:
        if self.match is not None:
            return Condition(_IN_INDEX, (self.match,))
        return self.where or Condition("1")


def compile_query(connection: sqlite3.Connection, query: str) -> Compiled:
    """What to ask the database for ``query``; an empty query asks nothing.

    Raises:
        QueryError: the syntax is broken, or a field is unknown.
    """
    node = syntax.parse(query)
    if node is None:
        return Compiled()
    reader = _Compiler(connection)
    part = reader.part(node, positive=True)
    if part is None:
        message = "The query holds no word or figure to search for, only marks: add one."
        raise QueryError(message)
    ids, corrections = tuple(dict.fromkeys(reader.ids)), reader.corrections
    return Compiled(part.match, Condition("1") if part.match else part.condition(), ids, corrections)


class _Compiler:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.ids: list[str] = []
        self.corrections: dict[str, tuple[str, ...]] = {}

    def part(self, node: syntax.Node, *, positive: bool) -> _Part | None:
        match node:
            case syntax.Words(text):
                return self._words(text, positive=positive)
            case syntax.Phrase() | syntax.Prefix():
                return self._literal(node)
            case syntax.Field(name, value):
                return self._field(name, value)
            case syntax.Not(inner):
                inside = self.part(inner, positive=not positive)
                return None if inside is None else _Part(where=_not(inside.condition()))
            case syntax.Both(parts):
                return self._both(parts, positive=positive)
            case syntax.Either(parts):
                return self._either(parts, positive=positive)

    def _literal(self, node: syntax.Phrase | syntax.Prefix) -> _Part | None:
        phrase = isinstance(node, syntax.Phrase)
        expression = terms.phrase(node.text) if phrase else terms.prefix(self.connection, node.text)
        return _Part(match=expression) if expression else None

    def _words(self, text: str, *, positive: bool) -> _Part | None:
        run = terms.run(self.connection, text, correct=positive)
        if run is None:
            return None
        if positive:
            self.ids += run.ids
            self.corrections |= run.corrections
        return _Part(match=run.match)

    def _both(self, parts: Sequence[syntax.Node], *, positive: bool) -> _Part | None:
        wanted = [self.part(part, positive=positive) for part in parts if not isinstance(part, syntax.Not)]
        unwanted = [self.part(part.part, positive=not positive) for part in parts if isinstance(part, syntax.Not)]
        found = [part for part in wanted if part]
        out = [part for part in unwanted if part]
        matches = [f"({part.match})" for part in found if part.match is not None]
        match = " AND ".join(matches)
        if match:
            match += "".join(f" NOT ({part.match})" for part in out if part.match is not None)
            out = [part for part in out if part.match is None]
        rest = [part.condition() for part in found if part.match is None] + [_not(part.condition()) for part in out]
        if not rest:
            return _Part(match=match) if match else None
        return _Part(where=joined([*([Condition(_IN_INDEX, (match,))] if match else []), *rest]))

    def _either(self, parts: Sequence[syntax.Node], *, positive: bool) -> _Part | None:
        found = [part for part in (self.part(each, positive=positive) for each in parts) if part]
        if not found:
            return None
        matches = [f"({part.match})" for part in found if part.match is not None]
        rest = [part.condition() for part in found if part.match is None]
        if not rest:
            return _Part(match=" OR ".join(matches))
        conditions = [*([Condition(_IN_INDEX, (" OR ".join(matches),))] if matches else []), *rest]
        sql = " OR ".join(condition.sql for condition in conditions)
        return _Part(where=Condition(f"({sql})", tuple(value for each in conditions for value in each.parameters)))

    def _field(self, name: str, value: str) -> _Part:
        if name in _TEXT_FIELDS:
            return self._text(name, value)
        return _Part(where=self._condition(name, value))

    def _text(self, name: str, value: str) -> _Part:
        inside = terms.run(self.connection, value, correct=False)
        if inside is None:
            message = f"{name}: needs a word or figure after it."
            raise QueryError(message)
        return _Part(match=f"{_TEXT_FIELDS[name]} : ({inside.match})")

    def _condition(self, name: str, value: str) -> Condition:
        if name in _CLAIM_FIELDS:
            return joined(of_claim(self.connection, Filters.from_json({_CLAIM_FIELDS[name]: [value]})))
        if name in _MENTION_FIELDS:
            inside = joined(of_mention(self.connection, Filters.from_json({_MENTION_FIELDS[name]: [value]})))
            sql = (
                "c.id IN (SELECT m.claim FROM mentions m JOIN articles a ON a.id = m.article "
                f"WHERE m.vanished IS NULL AND {inside.sql})"
            )
            return Condition(sql, inside.parameters)
        if name in _COLUMN_FIELDS:
            return Condition(f"c.{name} = ?", (value,))
        if name == "negated":
            return Condition("c.negated = ?", (int(value.lower() in {"true", "yes", "1"}),))
        return _overlaps(value) if name == "when" else self._slot(name, value)

    def _slot(self, name: str, value: str) -> Condition:
        if not self.connection.execute("SELECT 1 FROM slots WHERE slot = ?", (name,)).fetchone():
            slots = [row[0] for row in self.connection.execute("SELECT slot FROM slots ORDER BY slot")]
            known = ", ".join(sorted({*_FIELDS, *slots}))
            message = f"There is no field “{name}”: use one of {known}, or put quotation marks around the words."
            raise QueryError(message)
        return slot_is(self.connection, name, [value])


def _not(condition: Condition) -> Condition:
    return Condition(f"NOT ({condition.sql})", condition.parameters)


def _overlaps(value: str) -> Condition:
    first, last = span_of(value)
    if first is None and last is None:
        message = (
            f"“{value}” is no time: write when:2024, when:2024-Q3, when:2024-04, when:2024-04-19 or when:2024/2026."
        )
        raise QueryError(message)
    return joined(
        [
            Condition("(c.when_start IS NOT NULL OR c.when_end IS NOT NULL)"),
            Condition("coalesce(c.when_end, '9999') >= ?", (first.isoformat() if first else "0000",)),
            Condition("coalesce(c.when_start, '0000') <= ?", (last.isoformat() if last else "9999",)),
        ]
    )
