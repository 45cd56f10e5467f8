"""One ingest at a time: an advisory lock beside the database that a killed process cannot leave behind."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crypto_nlp.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def exclusive(database: Path, doing: str = "ingest") -> Iterator[None]:
    """Hold the lock of ``database`` for the block.

    Raises:
        StoreError: another process holds it.
    """
    path = database.with_name(f"{database.name}.{doing}-lock")
    descriptor = _take(path)
    if descriptor is None:
        message = f"Another {doing} is at work on {database}: wait until it has finished, then run the command again."
        raise StoreError(message)
    try:
        yield
    finally:
        # Removed while still held: whoever waits on the old file notices that the name is gone (see _take).
        path.unlink(missing_ok=True)
        os.close(descriptor)


def _take(path: Path) -> int | None:
    while True:
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            message = f"{path.parent} cannot be written: check its permissions, or name another database with --db."
            raise StoreError(message) from error
        if not _lock(descriptor):
            os.close(descriptor)
            return None
        try:
            if path.stat().st_ino == os.fstat(descriptor).st_ino:
                return descriptor
        except FileNotFoundError:
            pass
        os.close(descriptor)


def _lock(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
