"""Which of Datasette's databases are ledgers, what may be read of them, and how our own queries run on them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from datasette.utils import sqlite_timelimit

from crypto_nlp.errors import StoreError
from crypto_nlp.store import Store
from crypto_nlp.store.schema import APPLICATION_ID, VERSION

Result = TypeVar("Result")
PLUGIN = "crypto-nlp"
SECONDS = 20.0
# What a program that only reads does; everything else is refused while a statement is still being compiled.
_READING = frozenset(
    {
        sqlite3.SQLITE_SELECT,
        sqlite3.SQLITE_FUNCTION,
        sqlite3.SQLITE_PRAGMA,
        sqlite3.SQLITE_RECURSIVE,
        sqlite3.SQLITE_TRANSACTION,
    }
)
# Whole texts belong to their publishers; entries still in the queue hold theirs as well.
_WHOLE_TEXTS = frozenset({("revisions", "text"), ("entries", "entry")})
_KNOWN: dict[tuple[str, int], bool] = {}


def is_ledger(datasette: Any, database: str | None) -> bool:
    """Whether the attached database of this name is one of ours, of whatever version."""
    attached = datasette.databases.get(database) if database else None
    path = getattr(attached, "path", None)
    if not path:
        return False
    key = (str(path), Path(path).stat().st_ino)
    if key not in _KNOWN:
        _KNOWN[key] = _is_ours(Path(path))
    return _KNOWN[key]


def _is_ours(path: Path) -> bool:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        return bool(connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID)
    except sqlite3.Error:
        return False  # locked or no database at all: Datasette says so itself
    finally:
        connection.close()


def ledgers(datasette: Any) -> list[str]:
    """The names of the attached ledgers, in the order in which they were given."""
    return [name for name in datasette.databases if is_ledger(datasette, name)]


def config(datasette: Any) -> dict[str, Any]:
    """What the plugin was told in the server's metadata: ``full_text``, ``hosts``."""
    told = datasette.plugin_config(PLUGIN)
    return told if isinstance(told, dict) else {}


def full_text(datasette: Any) -> bool:
    """Whether whole articles may be shown."""
    return bool(config(datasette).get("full_text", False))


def guard(connection: sqlite3.Connection, *, texts: bool) -> None:
    """Let ``connection`` compile nothing but reading; without ``texts``, whole articles read as NULL."""
    connection.execute("PRAGMA query_only = ON")

    def decide(action: int, first: str | None, second: str | None, *_: str | None) -> int:
        if action == sqlite3.SQLITE_READ:
            if first == "sqlite_dbpage":
                return sqlite3.SQLITE_DENY
            whole = ((first or "").lower(), (second or "").lower()) in _WHOLE_TEXTS
            return sqlite3.SQLITE_IGNORE if whole and not texts else sqlite3.SQLITE_OK
        # Opening a full-text index declares its columns, which SQLite counts as a change of the schema in memory.
        declares = action == sqlite3.SQLITE_UPDATE and first == "sqlite_master"
        return sqlite3.SQLITE_OK if action in _READING or declares else sqlite3.SQLITE_DENY

    connection.set_authorizer(decide)


async def ask(
    datasette: Any, database: str, question: Callable[[Store], Result], *, seconds: float = SECONDS
) -> Result:
    """What ``question`` finds in a ledger, in one of Datasette's threads, within so many ``seconds``.

    Raises:
        QueryError: the question cannot be understood.
        StoreError: the database cannot be read, or the answer takes too long.
    """
    attached = datasette.get_database(database)

    def answer(connection: sqlite3.Connection) -> Result:
        if connection.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            message = f"The ledger {database} is of another version than this program: run `crypto-nlp db migrate`."
            raise StoreError(message)
        with sqlite_timelimit(connection, seconds * 1000):
            return question(Store(Path(attached.path), connection, read_only=True))

    try:
        found: Result = await attached.execute_fn(answer)
    except StoreError as error:
        if "interrupted" in str(error):
            message = "This takes too long to answer: ask for less, with more words or filters."
            raise StoreError(message) from error
        raise
    return found
