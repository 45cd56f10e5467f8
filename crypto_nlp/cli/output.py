"""Where results go: standard output or a file written whole or not at all, as a table, JSON, JSON Lines, CSV or TSV."""

from __future__ import annotations

import csv
import os
import stat
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from crypto_nlp.cli.options import Settings
from crypto_nlp.display import cell, json_text, one_line
from crypto_nlp.errors import CryptoNlpError

Row = Mapping[str, Any]
_PIPED_WIDTH = 200


@contextmanager
def atomic_file(path: Path, mode: str = "w") -> Iterator[IO[Any]]:
    """Open ``path`` for writing such that it holds either everything or what it held before.

    Raises CryptoNlpError where its folder is missing or cannot be written.
    """
    if path.exists() and not stat.S_ISREG(path.stat().st_mode):
        # A device or pipe (/dev/null, a process substitution) cannot be replaced by a file.
        with path.open(mode, encoding=None if "b" in mode else "utf-8") as stream:
            yield stream
        return
    target = path.resolve()
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    except OSError as error:
        message = f"{path} cannot be written ({error.strerror}): name a file in a folder where you may write."
        raise CryptoNlpError(message) from error
    try:
        newline = None if "b" in mode else ""
        with os.fdopen(handle, mode, encoding=None if "b" in mode else "utf-8", newline=newline) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(_mode_for(target))
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _mode_for(target: Path) -> int:
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


@contextmanager
def destination(settings: Settings) -> Iterator[IO[str]]:
    """The stream that results are written to."""
    if settings.output is None:
        yield sys.stdout
        return
    with atomic_file(settings.output) as stream:
        yield stream


def write_rows(
    settings: Settings, rows: Iterable[Row], columns: Sequence[str], shown: Sequence[str] | None = None
) -> int:
    """Write ``rows`` in the format asked for and return how many there were.

    ``columns`` are those of CSV and TSV, in order; ``shown`` those of a table on a terminal (default: all).
    JSON keeps every key.
    """
    form = settings.row_format()
    with destination(settings) as stream:
        if form == "table":
            return _write_table(stream, rows, shown or columns)
        if form == "json":
            return _write_json(stream, rows)
        if form == "jsonl":
            return _write_jsonl(stream, rows)
        return _write_cells(stream, rows, columns, "," if form == "csv" else "\t")


def write_object(settings: Settings, value: Any, indent: int | None = 2) -> None:
    """Write one value as JSON."""
    with destination(settings) as stream:
        stream.write(json_text(value, indent=indent) + "\n")


def write_text(settings: Settings, text: str) -> None:
    """Write text that is already fit to be shown."""
    with destination(settings) as stream:
        stream.write(text if text.endswith("\n") else text + "\n")


def _write_json(stream: IO[str], rows: Iterable[Row]) -> int:
    count = 0
    stream.write("[")
    for row in rows:
        stream.write((",\n" if count else "\n") + json_text(dict(row)))
        count += 1
    stream.write("\n]\n" if count else "]\n")
    return count


def _write_jsonl(stream: IO[str], rows: Iterable[Row]) -> int:
    count = 0
    for row in rows:
        stream.write(json_text(dict(row)) + "\n")
        count += 1
    return count


def _write_cells(stream: IO[str], rows: Iterable[Row], columns: Sequence[str], delimiter: str) -> int:
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
    writer.writerow(columns)
    count = 0
    for row in rows:
        writer.writerow([cell(row.get(column)) for column in columns])
        count += 1
    return count


def _write_table(stream: IO[str], rows: Iterable[Row], columns: Sequence[str]) -> int:
    # rich takes longer to import than a search takes to run; only a person at a terminal waits for it.
    from rich import box  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=box.SIMPLE, pad_edge=False)
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    count = 0
    for row in rows:
        table.add_row(*(_shown(row.get(column)) for column in columns))
        count += 1
    console = Console(
        file=stream, width=None if stream.isatty() else _PIPED_WIDTH, highlight=False, markup=False, emoji=False
    )
    if count:
        console.print(table)
    return count


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float) or (isinstance(value, int) and abs(value) >= 10_000):
        return f"{value:,.10g}" if abs(value) < 1e10 else f"{value:,.0f}"
    if isinstance(value, (list, tuple)):
        return ", ".join(one_line(str(item)) for item in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}={item}" for key, item in value.items())
    return "" if value is None else one_line(str(value))


def no_rows(settings: Settings, count: int, sentence: str) -> None:
    """Tell a person, on stderr, that there was nothing to print."""
    if not count:
        settings.say(sentence)
