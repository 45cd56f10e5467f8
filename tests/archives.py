"""Archives of made-up documents, in every kind of file that `backfill` reads."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

LANGUAGES = {
    "en": "Bitcoin miners sold {n} coins in October, the company said on Monday.\nFees fell to a new low.",
    "ru": "Майнеры продали {n} coins в октябре, сообщила компания в понедельник.\nКомиссии упали до минимума за год.",
    "ar": "باع المعدنون {n} coins في أكتوبر، حسبما ذكرت الشركة يوم الاثنين.\nتراجعت الرسوم هذا العام.",
}


def documents(count: int) -> list[dict[str, Any]]:
    """Documents with everything said of them, in three languages by turns."""
    langs = list(LANGUAGES)
    return [
        {
            "id": f"d{number}",
            "url": f"https://archive.example/{number}",
            "title": f"T{number}",
            "text": LANGUAGES[langs[number % 3]].format(n=500 + number),
            "lang": langs[number % 3],
            "published": f"2024-08-{number % 28 + 1:02d}T23:30:00+03:00",
            "publisher": "The archive",
        }
        for number in range(count)
    ]


def jsonl(path: Path, found: Sequence[dict[str, Any]]) -> Path:
    """A line a document; packed where the name says so."""
    content = "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in found).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


def parquet(path: Path, found: Sequence[dict[str, Any]], group: int = 4) -> Path:
    """A row a document, in row groups of ``group``."""
    import pyarrow as pa
    from pyarrow import parquet as file

    file.write_table(pa.Table.from_pylist(list(found)), path, row_group_size=group, compression="none")
    return path


def page(document: dict[str, Any]) -> bytes:
    """A document as a page that says everything of itself."""
    body = "".join(f"<p>{line}</p>" for line in document["text"].split("\n"))
    return (
        f'<!doctype html><html lang="{document["lang"]}"><head><meta charset="utf-8"><title>{document["title"]}</title>'
        f'<meta property="article:published_time" content="{document["published"]}">'
        f'<meta property="og:site_name" content="{document["publisher"]}"></head>'
        f"<body><article><h1>{document['title']}</h1>{body}</article></body></html>"
    ).encode()


def _record(kind: str, url: str, content_type: str, body: bytes) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:{url}>\r\nWARC-Target-URI: {url}\r\n"
        f"WARC-Date: 2024-09-01T00:00:00Z\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n\r\n"


def _answer(status: str, content_type: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def warc(path: Path, found: Sequence[dict[str, Any]], *, status: str = "200 OK") -> Path:
    """A page a document, each with an image beside it; packed, a record at a time, where the name says so."""
    records = [_record("warcinfo", "urn:tests", "application/warc-fields", b"software: tests\r\n")]
    for document in found:
        for url, kind, body in (
            (document["url"], "text/html; charset=utf-8", page(document)),
            (f"{document['url']}/i.png", "image/png", b"\x89PNG WARC/1.0\r\n\x1f\x8b\x08"),
        ):
            answer = _answer(status, kind, body)
            records.append(_record("response", url, "application/http; msgtype=response", answer))
    path.write_bytes(b"".join(gzip.compress(record) if path.suffix == ".gz" else record for record in records))
    return path
