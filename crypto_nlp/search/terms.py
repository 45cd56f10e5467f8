"""A query's words as expressions of the index: inflections, figures, names in three languages, and letters mistaken."""

# ruff: noqa: S608 - SQL is put together from our own constants; values are always parameters.
from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from crypto_nlp.indexing import Word, id_term, others, primary, scale, skeleton, value_term, verbs, words
from crypto_nlp.text import normalise, script

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence

# Function words say nothing about which claim is meant, and a gloss in another language has others.
_FUNCTION_WORDS = frozenset(
    "a an the of in on at to for from by and with is are was were be as that this its it "
    "в во на и с со к ко о об по за из у от до для не что как это "
    "في من على عن الى و ان او مع هذا هذه التي الذي ما لا قد".split()
)
_NAME_WORDS = 6
_SHORTEST_CORRECTED = 5
_READINGS = 4
_PREFIXED = 200
_ORDERED = "{subject gloss names evidence}"


class Run(NamedTuple):
    """A run of words as an index expression, the ids of the names in it, and what was read instead of unknown words."""

    match: str
    ids: tuple[str, ...]
    corrections: dict[str, tuple[str, ...]]


def quoted(term: str) -> str:
    """A term as the index's query language wants it."""
    return '"' + term.replace('"', "") + '"'


def phrase(text: str) -> str | None:
    """The expression for these words in this order; None where there is no word."""
    keys = " ".join(word.key for word in words(text))
    return f"{_ORDERED} : {quoted(keys)}" if keys else None


def prefix(connection: sqlite3.Connection, text: str) -> str | None:
    """The expression for any word that begins with ``text``, whatever its own inflection."""
    found = words(text)
    if not found:
        return None
    *before, last = found
    stems = [last.form, primary(last.form)] if script(last.form) == "arabic" else [last.form]
    keys: dict[str, None] = {}
    for stem in dict.fromkeys(stems):
        rows = connection.execute(
            "SELECT DISTINCT key FROM words WHERE form >= ? AND form < ? LIMIT ?",
            (stem, stem + "\U0010ffff", _PREFIXED),
        )
        keys |= dict.fromkeys(row[0] for row in rows)
    either = " OR ".join([f"{quoted(last.form)} *", *(quoted(key) for key in keys)])
    return " AND ".join([*(_word(word) for word in before), f"({either})"])


def run(connection: sqlite3.Connection, text: str, *, correct: bool) -> Run | None:
    """The expression for all of these words, or None; ``correct`` lets unknown words be read as known ones."""
    found = words(text)
    found = [word for word in found if word.form not in _FUNCTION_WORDS] or found
    if not found:
        return None
    corrections: dict[str, tuple[str, ...]] = {}
    readings: list[list[Word]] = []
    for word in found:
        instead = _instead(connection, word) if correct else []
        if instead:
            corrections[word.form] = tuple(dict.fromkeys(other.form for other in instead))
        readings.append(instead or [word])
    parts: list[str] = []
    ids: list[str] = []
    at = 0
    while at < len(readings):
        number = _figure(readings, at)
        if number:
            parts.append(number[0])
            at += number[1]
            continue
        length, names = _name(connection, readings, at)
        whole = _compound(connection, readings, at)
        if whole and length < 2:
            parts.append(_any([whole, _pair(readings[at : at + 2])]))
            at += 2
            continue
        inside = " AND ".join(_any(_word(word) for word in options) for options in readings[at : at + max(length, 1)])
        parts.append(_any([f"({inside})", *(quoted(id_term(name)) for name in names)]) if names else inside)
        ids += names
        at += max(length, 1)
    return Run(" AND ".join(parts), tuple(dict.fromkeys(ids)), corrections)


def _compound(connection: sqlite3.Connection, readings: Sequence[Sequence[Word]], at: int) -> str | None:
    """The key of the word that two neighbours make together (мем коин), where the ledger has it; else None."""
    pair = [options[0].form for options in readings[at : at + 2]]
    if len(pair) < 2 or not all(form.isalpha() and len(form) > 2 for form in pair):
        return None
    row = connection.execute("SELECT key FROM words WHERE form = ?", ("".join(pair),)).fetchone()
    return quoted(row[0]) if row else None


def _pair(readings: Sequence[Sequence[Word]]) -> str:
    return "(" + " AND ".join(_any(_word(word) for word in options) for options in readings) + ")"


def _any(expressions: Iterable[str]) -> str:
    unique = list(dict.fromkeys(expressions))
    return unique[0] if len(unique) == 1 else f"({' OR '.join(unique)})"


def _word(word: Word) -> str:
    """Primary keys meet in every column, others only in those that hold primary keys: two others never meet."""
    if word.form[0].isdigit():
        return _number(word)
    keys = [quoted(word.key), *(f"forms : {quoted(key)}" for key in verbs(word.form))]
    extra = others(word.form)
    if extra:
        keys.append(f"{_ORDERED} : ({' OR '.join(quoted(key) for key in extra)})")
    return _any(keys)


def _number(word: Word) -> str:
    return f"({quoted(word.key)} OR {quoted(value_term(float(word.key)))})"


def _figure(readings: Sequence[Sequence[Word]], at: int) -> tuple[str, int] | None:
    """A figure, with its scale where one follows (13.9 bn): its expression and how many words it takes."""
    word = readings[at][0]
    if not word.form[0].isdigit():
        return None
    times = scale(readings[at + 1][0].form) if at + 1 < len(readings) else None
    if times is None:
        return _number(word), 1
    return quoted(value_term(float(word.key) * times)), 2


def _name(connection: sqlite3.Connection, readings: Sequence[Sequence[Word]], at: int) -> tuple[int, list[str]]:
    """The longest name that begins at ``at``: how many words it has, and which ids it may mean."""
    for length in range(min(_NAME_WORDS, len(readings) - at), 0, -1):
        ids: dict[str, None] = {}
        for option in product(*(options[:_READINGS] for options in readings[at : at + length])):
            for stream in _streams(option):
                rows = connection.execute("SELECT name FROM names WHERE stream = ? ORDER BY name", (stream,))
                ids |= dict.fromkeys(row[0] for row in rows)
        if ids:
            return length, list(ids)
    return 0, []


def _streams(option: Sequence[Word]) -> Iterator[str]:
    yield " ".join(word.key for word in option)
    for place, word in enumerate(option):
        for other in others(word.form)[:_READINGS]:
            yield " ".join(other if at == place else each.key for at, each in enumerate(option))


def _instead(connection: sqlite3.Connection, word: Word) -> list[Word]:
    """What an unknown word may have been meant for: known words one letter off, else the same name in other letters."""
    if len(word.form) < _SHORTEST_CORRECTED or not word.form.isalpha() or _known(connection, word):
        return []
    return _one_letter_off(connection, word.form) or _transliterated(connection, word.form)


def _known(connection: sqlite3.Connection, word: Word) -> bool:
    keys = (word.key, *others(word.form))
    marks = ", ".join("?" * len(keys))
    if connection.execute(f"SELECT 1 FROM words WHERE key IN ({marks}) LIMIT 1", keys).fetchone():
        return True
    return bool(connection.execute("SELECT 1 FROM search WHERE search MATCH ? LIMIT 1", (quoted(word.key),)).fetchone())


def _one_letter_off(connection: sqlite3.Connection, form: str) -> list[Word]:
    # Imported here: only a mistaken word needs it.
    from rapidfuzz.distance import OSA  # noqa: PLC0415

    # Whole forms first; an inflection that the ledger does not have is compared by what is left of it without endings.
    for column, wanted in (("form", form), ("key", primary(form))):
        if len(wanted) < _SHORTEST_CORRECTED:
            continue
        candidates = connection.execute(
            f"SELECT form, key, {column} AS compared FROM words WHERE length({column}) BETWEEN ? AND ?",
            (len(wanted) - 1, len(wanted) + 1),
        )
        found = [
            Word(known, key, 0, 0)
            for known, key, compared in candidates
            if OSA.distance(wanted, compared, score_cutoff=1) <= 1
        ]
        if found:
            return found
    return []


def _transliterated(connection: sqlite3.Connection, form: str) -> list[Word]:
    bones = skeleton(form)
    if not bones:
        return []
    rows = connection.execute("SELECT form, key FROM words WHERE skeleton = ? AND skeleton <> ''", (bones,))
    return [Word(known, key, 0, 0) for known, key in rows if script(known) != script(normalise(form))]
