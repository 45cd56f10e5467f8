"""The names by which search knows canonical ids, written when an id first stands in the ledger.

The register of rule files is far larger than what a ledger speaks of, and reading it would cost a search more than the
search itself; so the ledger keeps the names of its own ids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from crypto_nlp.indexing import skeleton, words

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from crypto_nlp.indexing import Word
    from crypto_nlp.rules.names import Entry, NameRegister


def packaged(name_id: str) -> tuple[str, ...]:
    """The names of a canonical id in the register that ships, in all languages."""
    return _packaged().get(name_id, ())


@cache
def _packaged() -> Mapping[str, tuple[str, ...]]:
    # Reading the register takes longer than opening a database; the one that extraction has read will do.
    from crypto_nlp.rules.load import load_register  # noqa: PLC0415

    return forms_of(load_register(()))


def _units() -> dict[str, tuple[str, ...]]:
    """Currency or ``percent`` -> its words in all languages."""
    from crypto_nlp.rules.number_files import Units  # noqa: PLC0415 - as above
    from crypto_nlp.rules.yaml import read  # noqa: PLC0415

    found: dict[str, list[str]] = {}
    for folder in (files("crypto_nlp") / "data" / "languages").iterdir():
        if not (folder / "units.yaml").is_file():
            continue
        units: Units = read(folder / "units.yaml", Units)
        for code, words_of in (
            *((c, currency.names) for c, currency in units.currencies.items()),
            ("percent", units.percent),
        ):
            found.setdefault(code, []).extend(words_of)
    return {code: tuple(dict.fromkeys(spoken)) for code, spoken in found.items()}


def forms_of(register: NameRegister) -> Mapping[str, tuple[str, ...]]:
    """Canonical id -> its names in all languages, with demonyms; units and countries' codes have theirs."""
    found = {name_id: _forms(entry) for name_id, entry in register.entries.items()}
    countries = {code: _forms(entry) for code, entry in register.countries.items()}
    return _units() | countries | found


def _forms(entry: Entry) -> tuple[str, ...]:
    spoken = [form for table in (entry.forms, entry.demonyms) for forms in table.values() for form in forms]
    return tuple(dict.fromkeys([*spoken, *entry.exact]))


Lookup = Callable[[str], Iterable[str]]


def relearn(connection: sqlite3.Connection, ids: Iterable[str], lookup: Lookup) -> None:
    """Write the names of all ``ids`` anew: the register may have others for them by now."""
    connection.execute("DELETE FROM names")
    learn(connection, ids, lookup)


def learn(connection: sqlite3.Connection, ids: Iterable[str], lookup: Lookup) -> None:
    """Write the names of those ``ids`` that the ledger does not know yet; an id is always a name of itself."""
    for name_id in dict.fromkeys(ids):
        if connection.execute("SELECT 1 FROM names WHERE name = ? LIMIT 1", (name_id,)).fetchone():
            continue
        # A kind of actor (pension_fund) has the names of the group of them (pension-funds).
        forms = lookup(name_id) or lookup(f"{name_id.replace('_', '-')}s")
        spoken = [words(form) for form in (name_id, *forms)]
        streams = {" ".join(word.key for word in form) for form in spoken}
        connection.executemany(
            "INSERT OR IGNORE INTO names VALUES (?, ?)", [(stream, name_id) for stream in sorted(streams) if stream]
        )
        put_words(connection, {word for form in spoken for word in form})


def put_words(connection: sqlite3.Connection, found: Iterable[Word]) -> None:
    """Add words to the vocabulary by which search completes prefixes and mends mistaken letters."""
    connection.executemany(
        "INSERT OR IGNORE INTO words VALUES (?, ?, ?)",
        [(word.form, word.key, skeleton(word.form)) for word in found if word.form[0].isalpha()],
    )
