"""The records of an archive, one by one: what is no document is passed over, what is damaged is told with its place."""

from __future__ import annotations

import gzip
import json
import re
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
# Half of a pair: JSON can write it, UTF-8 cannot, and no file or database takes it.
HALF = re.compile("[\ud800-\udfff]")
# What damaged files raise, and values that Arrow holds and Python does not: far dates, unknown time zones, no UTF-8.
_UNREADABLE = (OSError, ValueError, OverflowError, LookupError, TypeError, NotImplementedError)


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
    except (ArrowException, *_UNREADABLE) as error:
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
                wanted = range(max(first, part.start), min(last, end))
                batches = file.iter_batches(64, row_groups=[group], columns=columns)
                yield from _row_group(batches, first, wanted, name)
            first = last


def _row_group(batches: Iterator[Any], row: int, wanted: range, name: str) -> Iterator[Record]:
    """The ``wanted`` rows of a row group that begins with ``row``."""
    from pyarrow import ArrowException  # noqa: PLC0415 - an extra

    while True:
        try:
            batch = next(batches, None)
        except (ArrowException, *_UNREADABLE) as error:
            if row < wanted.stop:
                yield Bad(f"{name}: rows {max(row, wanted.start)} to {wanted.stop - 1}", _line(error))
            return
        if batch is None:
            return
        for at, record in enumerate(_values(batch), row):
            if at in wanted:
                place = f"{name}: row {at}"
                yield Bad(place, record) if isinstance(record, str) else document(record, place, name, at)
        row += batch.num_rows


def _values(batch: Any) -> Iterator[dict[str, Any] | str]:
    """The rows of a batch; why, where the values of one are none that Python can hold."""
    import pyarrow as pa  # noqa: PLC0415 - an extra

    for index, field in enumerate(batch.schema):
        # As pandas writes them. Coarser units stay: made finer, a far date would silently become another.
        if pa.types.is_timestamp(field.type) and field.type.unit == "ns":
            instants = batch.column(index).cast(pa.timestamp("us", field.type.tz), safe=False)
            batch = batch.set_column(index, field.name, instants)
    try:
        rows = batch.to_pylist()
    except (pa.ArrowException, *_UNREADABLE) as error:
        if batch.num_rows == 1:
            yield f"The row cannot be read ({_line(error)})."
            return
        # One by one, so that a bad row takes no other along.
        for row in range(batch.num_rows):
            yield from _values(batch.slice(row, 1))
    else:
        yield from rows


def document(record: Mapping[str, Any], place: str, file: str, at: int) -> Found | Bad:
    """The document in a JSON object or a row. Unknown keys are left alone."""
    given: dict[str, Any] = {key: record.get(key) for key in _FIELDS if record.get(key) not in (None, "")}
    if not {"text", "html"} & set(given):
        return Bad(place, 'A document has a "text" or an "html".')
    for key in ("url", "title", "text", "html", "lang", "publisher"):
        if not isinstance(given.get(key, ""), str):
            return Bad(place, f'"{key}" is no text.')
    for key in ("url", "id"):
        if HALF.search(str(given.get(key, ""))):
            # Cleaned, two different ones could become the same, and one document lost behind the other.
            return Bad(place, f'"{key}" holds half a character (a lone surrogate); write it whole.')
    # As in every other text: what is no character is a space.
    given = {key: HALF.sub(" ", value) if isinstance(value, str) else value for key, value in given.items()}
    name = str(given.get("id", given.get("url", "")))
    try:
        published = _moment(given.get("published", given.get("date")))
    except (ValueError, OverflowError):
        return Bad(place, f'{given.get("published", given.get("date"))!r} is no date; write "published" as 2024-08-12.')
    return Found(
        place=place,
        id=name or place,
        url=given.get("url") or _address(name or f"{file}/{at}"),
        body=given.get("html") or given["text"],
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
    """A date or an instant; one without an offset is taken for UTC. Raises ValueError and OverflowError."""
    if value is None:
        return None
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time(), tzinfo=UTC)
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
    return in_calendar(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def in_calendar(moment: datetime) -> datetime:
    """``moment``, with its own offset, which tells its day.

    Raises:
        OverflowError: it is before the year 1 or after 9999 in UTC, in which a ledger keeps it.
    """
    moment.astimezone(UTC)
    return moment


def _line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(".")
