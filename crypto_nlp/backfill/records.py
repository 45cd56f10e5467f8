"""The records of an archive, one by one: what is no document is passed over, what is damaged is told with its place."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from crypto_nlp.backfill.plan import Part

# A document is a page or a report; what is longer is damaged or something else.
MAX_RECORD = 64 << 20
_CHUNK = 1 << 20
_FIELDS = ("url", "id", "title", "text", "html", "lang", "published", "date", "publisher")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A document as the archive has it. ``kind`` is ``text``, ``html``, or empty where its first bytes tell."""

    place: str
    id: str
    url: str
    body: str | bytes
    kind: str = ""
    title: str = ""
    lang: str | None = None
    published: datetime | None = None
    publisher: str | None = None
    fetched: datetime | None = None
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Bad:
    """A record that cannot be read: where it stands, and why."""

    place: str
    why: str


Record = Found | Bad | None
"""None stands for a record that is no document and was never meant to be one, such as an image in a WARC file."""


def read(part: Part) -> Iterator[Record]:
    """The records that begin in ``part``."""
    if part.source.kind == "parquet":
        yield from _parquet(part)
    elif part.source.kind == "warc":
        from crypto_nlp.backfill.warc import read_warc  # noqa: PLC0415 - an extra

        yield from read_warc(part)
    elif part.source.kind == "jsonl.gz":
        with gzip.open(part.source.name, "rb") as stream:
            yield from _lines(part, stream)
    else:
        with Path(part.source.name).open("rb") as stream:
            yield from _lines(part, stream)


def _lines(part: Part, stream: IO[bytes] | gzip.GzipFile) -> Iterator[Record]:
    """The lines that begin in the part; a byte before its start tells whether one begins there."""
    at = 0
    try:
        if part.start:
            stream.seek(part.start - 1)
            at = part.start - 1 + _rest_of_line(stream)
        while not part.end or at < part.end:
            line = stream.readline(MAX_RECORD)
            if not line:
                return
            place = f"{part.source.name}: byte {at}"
            at += len(line)
            if len(line) == MAX_RECORD and not line.endswith(b"\n"):
                at += _rest_of_line(stream)
                yield Bad(place, f"The line is longer than {MAX_RECORD >> 20} MiB.")
            elif line.strip():
                yield _json(line, place, part.source.name, at - len(line))
    except (OSError, EOFError, zlib.error) as error:
        yield Bad(f"{part.source.name}: byte {at}", f"The file is damaged or breaks off here ({error}).")


def _rest_of_line(stream: IO[bytes] | gzip.GzipFile) -> int:
    """Read to the end of the line; how many bytes that were."""
    count = 0
    while piece := stream.readline(_CHUNK):
        count += len(piece)
        if piece.endswith(b"\n"):
            break
    return count


def _json(line: bytes, place: str, file: str, at: int) -> Record:
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        return Bad(place, f"The line is no JSON ({error}).")
    if not isinstance(record, dict):
        return Bad(place, "The line is no JSON object.")
    return document(record, place, file, at)


def _parquet(part: Part) -> Iterator[Record]:
    """The rows of the part, a row group at a time, so that a damaged one takes no other along."""
    from pyarrow import ArrowException, parquet  # noqa: PLC0415 - an extra

    name = part.source.name
    try:
        file = parquet.ParquetFile(name)
        columns = [field for field in _FIELDS if field in file.schema_arrow.names]
    except (ArrowException, OSError) as error:
        yield Bad(name, f"The file is damaged or no Parquet ({_line(error)}).")
        return
    with file:
        if not {"text", "html"} & set(columns):
            yield Bad(name, 'The file has neither a column "text" nor "html".')
            return
        end, first = part.end or file.metadata.num_rows, 0
        for group in range(file.metadata.num_row_groups):
            last = first + file.metadata.row_group(group).num_rows
            if first < end and last > part.start:
                row = first
                try:
                    for batch in file.iter_batches(64, row_groups=[group], columns=columns):
                        for row, record in enumerate(batch.to_pylist(), row):  # noqa: B020 - goes on counting
                            if part.start <= row < end:
                                yield document(record, f"{name}: row {row}", name, row)
                        row += 1
                except (ArrowException, OSError) as error:
                    yield Bad(f"{name}: rows {max(row, part.start)} to {min(last, end) - 1}", _line(error))
            first = last


def document(record: Mapping[str, Any], place: str, file: str, at: int) -> Found | Bad:
    """The document in a JSON object or a row. Unknown keys are left alone."""
    given = {key: record.get(key) for key in _FIELDS if record.get(key) not in (None, "")}
    body = given.get("html") or given.get("text")
    if body is None:
        return Bad(place, 'A document has a "text" or an "html".')
    for key in ("url", "title", "text", "html", "lang", "publisher"):
        if not isinstance(given.get(key, ""), str):
            return Bad(place, f'"{key}" is no text.')
    name = str(given.get("id", given.get("url", "")))
    try:
        published = _moment(given.get("published", given.get("date")))
    except ValueError:
        return Bad(place, f'{given.get("published", given.get("date"))!r} is no date; write "published" as 2024-08-12.')
    return Found(
        place=place,
        id=name or place,
        url=given.get("url") or _address(name or f"{file}/{at}"),
        body=body,
        kind="html" if given.get("html") else "text",
        title=given.get("title") or "",
        lang=given.get("lang"),
        published=published,
        publisher=given.get("publisher"),
    )


def _address(name: str) -> str:
    """The address of a document that has none: its id, or the place where it stands."""
    return name if name.startswith(("http://", "https://")) else f"archive:/{quote(name.lstrip('/'))}"


def _moment(value: Any) -> datetime | None:
    """A date or an instant; one without an offset is taken for UTC. Raises ValueError."""
    if value is None:
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time(), tzinfo=UTC)
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(".")
