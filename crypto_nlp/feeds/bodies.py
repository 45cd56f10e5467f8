"""Response bodies taken off the wire: decompressed as they come, with a cap on size and on the ratio of the two."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Protocol

import brotli

from crypto_nlp.errors import FetchError

MAX_BODY = 15 * 1024 * 1024
RATIO_FROM = 1024 * 1024
MAX_RATIO = 100
_PIECE = 256 * 1024


class _Decoder(Protocol):
    def pieces(self, data: bytes) -> Iterable[bytes]: ...

    def finished(self) -> bool: ...


class _Plain:
    def pieces(self, data: bytes) -> Iterable[bytes]:
        yield data

    def finished(self) -> bool:
        return True


class _Zlib:
    """gzip and deflate; a server that says gzip and sends plain bytes is taken at its bytes."""

    def __init__(self, coding: str) -> None:
        self._gzip = coding == "gzip"
        self._object: zlib._Decompress | None = None
        self._plain = False
        self._held = b""

    def pieces(self, data: bytes) -> Iterable[bytes]:
        if self._object is None and not self._plain:
            self._held += data
            if len(self._held) < 2:
                return
            data, self._held = self._held, b""
            self._start(data)
        if self._plain or self._object is None:
            yield data
            return
        while data:
            yield self._object.decompress(data, _PIECE)
            data = self._object.unconsumed_tail
            if self._object.eof:
                data = self._object.unused_data
                if data[:2] != b"\x1f\x8b":
                    return
                self._object = zlib.decompressobj(31)

    def _start(self, data: bytes) -> None:
        if self._gzip:
            self._plain = data[:2] != b"\x1f\x8b"
            self._object = None if self._plain else zlib.decompressobj(31)
            return
        has_header = data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0
        self._object = zlib.decompressobj(15 if has_header else -15)

    def finished(self) -> bool:
        return self._object is None or self._object.eof


class _Brotli:
    def __init__(self) -> None:
        self._object = brotli.Decompressor()

    def pieces(self, data: bytes) -> Iterable[bytes]:
        piece: bytes = self._object.process(data, output_buffer_limit=_PIECE)
        # What it holds back comes out only when it is asked again, also where it would take more input.
        while piece or not self._object.can_accept_more_data():
            yield piece
            piece = self._object.process(b"", output_buffer_limit=_PIECE)

    def finished(self) -> bool:
        return bool(self._object.is_finished())


def _decoder(encoding: str, url: str) -> _Decoder:
    codings = [coding.strip().lower() for coding in encoding.split(",") if coding.strip()]
    codings = [coding for coding in codings if coding != "identity"]
    if not codings:
        return _Plain()
    coding = codings[0].removeprefix("x-")
    if len(codings) == 1 and coding in {"gzip", "deflate"}:
        return _Zlib(coding)
    if codings == ["br"]:
        return _Brotli()
    msg = f"The server packs its answer as {encoding[:60]!r}, which was not asked for; tell the site's owner."
    raise FetchError(msg, kind="encoding", url=url)


def read_body(chunks: Iterable[bytes], encoding: str, *, url: str, limit: int = MAX_BODY) -> bytes:
    """The whole body, decompressed.

    Raises FetchError: ``too_large`` beyond ``limit`` bytes, ``bomb`` where it unpacks to more than 100 times what was
    sent, ``encoding`` where it cannot be unpacked, ``truncated`` where it ends early.
    """
    decoder = _decoder(encoding, url)
    body = bytearray()
    sent = 0
    try:
        for chunk in chunks:
            sent += len(chunk)
            for piece in decoder.pieces(chunk):
                body += piece
                _check(len(body), sent, url=url, limit=limit)
    except (zlib.error, brotli.error) as error:
        msg = "The answer is packed wrongly and cannot be unpacked; it will be asked for again."
        raise FetchError(msg, kind="encoding", url=url) from error
    if not decoder.finished():
        msg = "The answer broke off before its end; it will be asked for again."
        raise FetchError(msg, kind="truncated", url=url)
    return bytes(body)


def _check(size: int, sent: int, *, url: str, limit: int) -> None:
    if size > limit:
        msg = (
            f"The answer is larger than {limit / 1048576:.0f} MiB and was not read to its end; check what lies at "
            "this address."
        )
        raise FetchError(msg, kind="too_large", url=url)
    if size > RATIO_FROM and size > MAX_RATIO * sent:
        msg = (
            f"The answer unpacks to more than {MAX_RATIO} times what was sent, as only a trap does; check the address."
        )
        raise FetchError(msg, kind="bomb", url=url)
