"""Opening the database, and turning what SQLite says into sentences that say what to do."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from crypto_nlp.errors import StoreError
from crypto_nlp.store import schema

if TYPE_CHECKING:
    from collections.abc import Iterator

BUSY_SECONDS = 60.0

_SENTENCES = (
    (
        ("locked", "busy"),
        "The database {path} is locked by another program: wait until it has finished or close it, then try again.",
    ),
    (
        ("readonly", "read-only"),
        (
            "The database {path} cannot be written: check the permissions of the file and its folder, or name "
            "another with --db."
        ),
    ),
    (
        ("file is not a database",),
        (
            "{path} is not an SQLite database: name the right file with --db, or move this one away to start a new "
            "database."
        ),
    ),
    (
        ("disk is full", "disk i/o error"),
        (
            "The disk that holds {path} is full or failing: free some space and run the command again; nothing "
            "half-written was kept."
        ),
    ),
    (
        ("malformed", "corrupt"),
        (
            "The database {path} is damaged: `crypto-nlp db check` says where; restore the latest copy made by "
            "`crypto-nlp db backup`."
        ),
    ),
    (
        ("unable to open",),
        "The database {path} cannot be opened: check that its folder exists and that you may read and write there.",
    ),
)


@contextmanager
def translated(path: Path | str) -> Iterator[None]:
    """Raise what SQLite reports inside the block as a ``StoreError`` with one clear sentence."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(sentence_for(error, path)) from error


def sentence_for(error: sqlite3.Error, path: Path | str) -> str:
    """The sentence for what SQLite reported about the database at ``path``."""
    said = str(error).lower()
    for marks, sentence in _SENTENCES:
        if any(mark in said for mark in marks):
            return sentence.format(path=path)
    return f"The database {path} could not do this: {error}. `crypto-nlp db check` looks for damage."


def connect(path: Path, *, read_only: bool, busy_seconds: float = BUSY_SECONDS) -> sqlite3.Connection:
    """An open connection with our tables, made or brought up to date where it is writable.

    Raises:
        StoreError: the file is missing (read-only), locked, not SQLite, another program's, damaged, or from a newer
        version.
    """
    if read_only and not path.exists():
        message = f"There is no database at {path}: run `crypto-nlp ingest` first, or name another with --db."
        raise StoreError(message)
    if path.is_dir():
        message = f"{path} is a folder, not a database: name a file with --db."
        raise StoreError(message)
    with translated(path):
        connection = _open(path, read_only=read_only, busy_seconds=busy_seconds)
        try:
            _prepare(connection, path, read_only=read_only)
        except BaseException:
            connection.close()
            raise
    return connection


def _open(path: Path, *, read_only: bool, busy_seconds: float) -> sqlite3.Connection:
    # Percent-encoding keeps a `?` or `#` in a folder's name out of the URI's own syntax.
    uri = Path(os.path.abspath(path)).as_uri() + ("?mode=ro" if read_only else "?mode=rwc")  # noqa: PTH100
    connection = sqlite3.connect(uri, uri=True, timeout=busy_seconds, isolation_level=None)
    connection.row_factory = sqlite3.Row
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, *, read_only: bool) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    owner = connection.execute("PRAGMA application_id").fetchone()[0]
    empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if not empty and owner != schema.APPLICATION_ID:
        message = f"{path} is another program's SQLite database: name another file with --db."
        raise StoreError(message)
    if version > schema.VERSION:
        message = (
            f"The database {path} was made by a newer crypto-nlp (schema {version}, this program knows "
            f"{schema.VERSION}): "
            "upgrade crypto-nlp, or name another database with --db."
        )
        raise StoreError(message)
    connection.execute("PRAGMA foreign_keys = ON")
    if read_only:
        if version < schema.VERSION:
            message = (
                f"The database {path} is from an older crypto-nlp: run `crypto-nlp db migrate` once, then try again."
            )
            raise StoreError(message)
        connection.execute("PRAGMA query_only = ON")
        return
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    if owner != schema.APPLICATION_ID:
        # Before the first table, so that a run killed between the two leaves a database that is known for ours.
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID:d}")
    if version < schema.VERSION:
        schema.migrate(connection)
