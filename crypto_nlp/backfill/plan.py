"""What there is to read, and how it is cut into numbered parts.

Parts follow from names and sizes alone, so that any number of machines cut alike without asking each other, and a run
that was killed knows what stands without reading anything again.
"""

from __future__ import annotations

import glob
import json
import os
import re
import socket
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from crypto_nlp.errors import InputError

_KINDS = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".jsonl.gz": "jsonl.gz",
    ".ndjson.gz": "jsonl.gz",
    ".parquet": "parquet",
    ".warc": "warc",
    ".warc.gz": "warc",
}
# A part takes a process minutes: little is lost with it, and a hundred gigabytes are some thousands of files.
PART_SIZES = {"jsonl": 4 << 20, "warc": 32 << 20, "parquet": 1000}
PLAN = "plan.json"
_PART = re.compile(r"part-\d{6,}\.parquet")
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Source:
    """A file of the archive: its ``name`` as the user gave it, its ``kind`` and its size in bytes."""

    name: str
    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a file: the records that begin at ``start`` or later and before ``end``.

    Both count bytes, or rows in Parquet. An ``end`` of 0 means all of the file.
    """

    number: int
    source: Source
    start: int = 0
    end: int = 0

    @property
    def file(self) -> str:
        """The name of the part's own file."""
        return part_file(self.number)


@dataclass(frozen=True, slots=True)
class Shard:
    """One machine's share of the parts: every ``of``-th, from the ``number``-th on (counted from 1)."""

    number: int = 1
    of: int = 1

    def has(self, part: int) -> bool:
        """Whether the part with this number is in the share."""
        return part % self.of == self.number - 1


def part_file(number: int) -> str:
    """The name of the file of part ``number``."""
    return f"part-{number:06d}.parquet"


def extra_is_there() -> bool:
    """Whether what this package needs beyond the rest is installed."""
    return all(find_spec(name) is not None for name in ("pyarrow", "warcio"))


def find_sources(names: Sequence[str], out: Path | None = None) -> list[Source]:
    """The files that ``names`` (files, folders, patterns) mean, each once, in the order of names.

    In a folder, and in those below it, files of other kinds are passed over. The parts in ``out``, which may lie among
    them, are what a backfill writes and not what it reads: else it would be another one whenever it goes on.

    Raises:
        InputError: nothing is there, a file that is named is of no kind that can be read, or its name is not UTF-8.
    """
    found = {path.resolve(): path for name in names for path in _meant(name)}
    folder = out.resolve() if out else None
    kept = [path for real, path in found.items() if real.parent != folder or not _PART.fullmatch(real.name)]
    if found and not kept:
        message = f"Only parts that stand in {out} are there: name the archive that they are made from."
        raise InputError(message)
    return sorted(map(_source, kept), key=lambda source: source.name)


def _meant(name: str) -> Iterator[Path]:
    path = Path(name)
    if path.is_dir():
        inside = sorted(each for each in path.rglob("*") if each.is_file() and kind_of(each))
        if not inside:
            message = f"{name} holds no file that can be read: JSON Lines, Parquet or WARC ({', '.join(_KINDS)})."
            raise InputError(message)
        yield from inside
        return
    matching = [path] if path.exists() else sorted(map(Path, glob.glob(name, recursive=True)))  # noqa: PTH207 - absolute patterns too
    if not matching:
        message = f"{name}: no such file; name files, folders or patterns such as 'archive/*.jsonl'."
        raise InputError(message)
    for each in matching:
        if not kind_of(each):
            message = f"{each} is of no kind that can be read: give JSON Lines, Parquet or WARC ({', '.join(_KINDS)})."
            raise InputError(message)
        yield each


def kind_of(path: Path) -> str | None:
    """What kind of file this is, by its name."""
    name = path.name.lower()
    return next((kind for suffix, kind in _KINDS.items() if name.endswith(suffix)), None)


def _source(path: Path) -> Source:
    name = path.as_posix()
    try:
        name.encode()
    except UnicodeEncodeError as error:
        shown = os.fsencode(name).decode("utf-8", "backslashreplace")
        message = f"The name of {shown} is not UTF-8, in which plan and parts are written: rename it."
        raise InputError(message) from error
    return Source(name, kind_of(path) or "", path.stat().st_size)


def cut(sources: Sequence[Source], sizes: dict[str, int]) -> list[Part]:
    """The numbered parts of ``sources``. Packed JSON Lines can be read from their beginning only: one part a file."""
    parts: list[Part] = []
    for source in sources:
        step = sizes.get(source.kind, 0)
        length = _rows(source) if source.kind == "parquet" else source.size
        for start in range(0, length, step) if step and length > step else (0,):
            end = min(start + step, length) if step and length > step else 0
            parts.append(Part(len(parts), source, start, end))
    return parts


def _rows(source: Source) -> int:
    from pyarrow import ArrowException, parquet  # noqa: PLC0415 - an extra

    try:
        with parquet.ParquetFile(source.name) as file:
            return int(file.metadata.num_rows)
    except (ArrowException, OSError):
        # One part, which says what is wrong with the file.
        return 0


@dataclass(frozen=True, slots=True)
class Plan:
    """What a folder of parts was made from and by: kept in it, so that nobody adds parts of something else.

    ``made`` stands in for the day of fetching where a document gives none: on every machine, and whenever it goes on.
    """

    made: datetime
    parts: int
    rules: str
    model: str
    files: tuple[tuple[str, int], ...]
    sizes: dict[str, int]

    def as_record(self) -> dict[str, Any]:
        """The plan as plain JSON."""
        return {
            "version": _VERSION,
            "made": self.made.isoformat(),
            "parts": self.parts,
            "rules": self.rules,
            "model": self.model,
            "sizes": self.sizes,
            "files": [{"name": name, "size": size} for name, size in self.files],
        }


def read_plan(folder: Path) -> Plan | None:
    """The plan in ``folder``; None where there is none.

    Raises:
        InputError: it cannot be read, or a newer program made it.
    """
    path = folder / PLAN
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["version"] != _VERSION:
            message = f"{path} was made by another version of crypto-nlp: use that one, or name another folder."
            raise InputError(message)
        return Plan(
            datetime.fromisoformat(record["made"]),
            int(record["parts"]),
            str(record["rules"]),
            str(record["model"]),
            tuple((str(file["name"]), int(file["size"])) for file in record["files"]),
            {str(kind): int(size) for kind, size in record["sizes"].items()},
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{path} cannot be read ({type(error).__name__}): name another folder, or begin this one anew."
        raise InputError(message) from error


def settle(folder: Path, mine: Plan) -> Plan:
    """Write ``mine`` into ``folder``, or take the plan that stands there where it is about the same work.

    Raises:
        InputError: the folder is another backfill's, or cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        standing = read_plan(folder) or _first(folder, mine)
    except OSError as error:
        message = f"{folder} cannot be written ({error.strerror}): name a folder where you may write."
        raise InputError(message) from error
    for what, one, other in (
        ("files", standing.files, mine.files),
        ("rules", (standing.rules, standing.model), (mine.rules, mine.model)),
        ("size of parts", standing.sizes, mine.sizes),
    ):
        if one != other:
            message = f"{folder} holds a backfill of other {what}: name another folder with --out, or empty this one."
            raise InputError(message)
    return standing


def _first(folder: Path, mine: Plan) -> Plan:
    """Write the plan where no other machine was sooner, else take the other's."""
    name = folder / f".{PLAN}.{stamp()}"
    name.write_text(json.dumps(mine.as_record(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    try:
        # A link, unlike a rename, fails where the name is taken.
        os.link(name, folder / PLAN)
    except FileExistsError:
        pass
    finally:
        name.unlink()
    return read_plan(folder) or mine


def stamp() -> str:
    """What marks this process's unfinished files: its machine and its number."""
    return f"{socket.gethostname()}-{os.getpid()}.tmp"
