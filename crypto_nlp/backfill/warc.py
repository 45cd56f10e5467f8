"""Web archives: pages with their addresses, out of WARC files, packed or not, damaged or not."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from crypto_nlp.backfill.plan import Part
from crypto_nlp.backfill.records import MAX_RECORD, Bad, Found, Record, in_calendar

_PACKED = b"\x1f\x8b\x08"
_PLAIN = re.compile(rb"WARC/\d\.\d\r\n")
_CHUNK = 1 << 20
_HEAD = 64
_PAGES = ("text/html", "application/xhtml", "text/plain", "application/pdf")
_TRUNCATED = "The record breaks off: it is shorter than it says."


class _Damaged(Exception):  # noqa: N818 - says what the archive is
    """The archive is damaged at ``at``; where the next whole record begins is to be looked for."""

    def __init__(self, at: int, why: str) -> None:
        super().__init__(why)
        self.at = at


def read_warc(part: Part) -> Iterator[Record]:
    """The records that begin in the part. After a damaged stretch, reading goes on at the next whole record."""
    name, end = part.source.name, part.end or part.source.size
    with Path(name).open("rb") as stream:
        at = next_record(stream, part.start, end) if part.start else 0
        while at < end:
            try:
                for place, record in _records(stream, at, name):
                    if place >= end:
                        return
                    yield record
            except _Damaged as damage:
                if damage.at >= end:
                    return
                yield Bad(f"{name}: byte {damage.at}", f"The archive is damaged here ({damage}).")
                at = next_record(stream, damage.at + 1, end)
            else:
                return


def next_record(stream: IO[bytes], at: int, end: int) -> int:
    """Where the first record at ``at`` or later, and before ``end``, begins; ``end`` where none does."""
    while at < end:
        stream.seek(at)
        piece = stream.read(_CHUNK + _HEAD)
        starts = [match.start() for match in re.finditer(re.escape(_PACKED) + rb"|WARC/\d\.\d\r\n", piece)]
        for start in starts:
            if start < _CHUNK and _begins(stream, at + start):
                return min(at + start, end)
        at += _CHUNK
    return end


def _begins(stream: IO[bytes], at: int) -> bool:
    """Whether a record begins at ``at``: plain ones follow an empty line, packed ones say so once they are unpacked."""
    stream.seek(max(0, at - 4))
    before = stream.read(min(4, at))
    head = stream.read(4096)
    if not head.startswith(_PACKED):
        return bool(_PLAIN.match(head)) and before in (b"", b"\r\n\r\n")
    try:
        return bool(_PLAIN.match(zlib.decompressobj(31).decompress(head, _HEAD)))
    except zlib.error:
        return False


def _records(stream: IO[bytes], at: int, name: str) -> Iterator[tuple[int, Record]]:
    """Offset and record from ``at`` on. Raises _Damaged."""
    from warcio import ArchiveIterator  # noqa: PLC0415 - an extra

    class Quiet(ArchiveIterator):  # type: ignore[misc]
        INC_RECORD = ""  # a wrong length is told as every other damage is

    stream.seek(at)
    archive = Quiet(stream)
    records = iter(archive)
    while True:
        try:
            record = next(records, None)
            at = archive.offset if record else at
            found = _found(record, f"{name}: byte {at}") if record else None
            # To the checksum, before anybody takes what was read for whole.
            archive.read_to_end(record)
        except Exception as error:
            raise _Damaged(at, _why(error)) from error
        if record is None:
            return
        if archive.err_count:
            raise _Damaged(at, "the length of a record is wrong")
        yield at, found


def _why(error: Exception) -> str:
    said = " ".join(str(error).split()) or type(error).__name__
    return said[:200].rstrip(".")


def _found(record: Any, place: str) -> Record:
    """The page in a record, or None for the rest: requests, images, redirects, metadata."""
    headers = record.rec_headers
    url = (headers.get_header("WARC-Target-URI") or "").strip("<>")
    if record.rec_type not in ("response", "resource", "conversion") or not url.startswith(("http://", "https://")):
        return None
    web = record.http_headers
    kind = (web.get_header("Content-Type") if web else headers.get_header("Content-Type")) or ""
    if (web and web.get_statuscode() != "200") or not kind.lower().startswith(_PAGES):
        return None
    body = record.content_stream().read(MAX_RECORD + 1)
    if len(body) > MAX_RECORD:
        return Bad(place, f"The page is larger than {MAX_RECORD >> 20} MiB.")
    # What is left of the record's own length after all of it was read was never there.
    while record.raw_stream.read(_CHUNK):
        pass
    if getattr(record.raw_stream, "limit", 0) > 0:
        return Bad(place, _TRUNCATED)
    return Found(
        place=place,
        id=headers.get_header("WARC-Record-ID") or url,
        url=url,
        body=body,
        kind="text" if kind.lower().startswith("text/plain") else "",
        fetched=_moment(headers.get_header("WARC-Date")),
        content_type=kind,
    )


def _moment(value: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value or "")
        return in_calendar(moment) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
