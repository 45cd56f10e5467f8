"""What the commands that extract have in common: rule folders, and documents read from files and standard input."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from crypto_nlp.cli.options import Settings
from crypto_nlp.cli.parameters import now
from crypto_nlp.errors import InputError

if TYPE_CHECKING:
    from crypto_nlp.ingest import Reader
    from crypto_nlp.records import Article
    from crypto_nlp.store import Store

KINDS = ("auto", "text", "html", "pdf", "jsonl")
_BY_SUFFIX = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".txt": "text",
    ".md": "text",
}
_HEAD = 2048


@dataclass(frozen=True, slots=True)
class Document:
    """One text to extract from.

    ``pages`` holds the offsets of a PDF's pages; ``shown`` is true where the text was made from HTML or PDF, so that
    offsets mean nothing without it.
    """

    id: str
    text: str
    lang: str | None
    published: date | None
    pages: tuple[int, ...] = ()
    shown: bool = False


def rule_folders(settings: Settings) -> tuple[Path, ...]:
    """The folders given with ``--rules``, after those of the user's own list of feeds where there is one."""
    from crypto_nlp.feeds.sources import ENVIRONMENT, load_feeds  # noqa: PLC0415 - pydantic is for those who need it

    has_own = bool(settings.feeds or os.environ.get(ENVIRONMENT)) or Path("feeds.yaml").is_file()
    own = load_feeds(settings.feeds).settings.rules if has_own else ()
    return tuple(dict.fromkeys(folder.resolve() for folder in (*own, *settings.rules)))


def extractor(folders: tuple[Path, ...], model: str) -> Reader:
    """The extractor that `ingest` and its neighbours work with."""
    from crypto_nlp.ingest import Reader  # noqa: PLC0415 - after `--help`

    return Reader(folders, model)


def with_names(store: Store, folders: tuple[Path, ...]) -> Store:
    """``store``, with the names of the register that the extractor reads too, the user's own among them."""
    store.names = lambda name: _names(folders).get(name, ())
    return store


@cache
def _names(folders: tuple[Path, ...]) -> Mapping[str, tuple[str, ...]]:
    from crypto_nlp.rules.load import load_register  # noqa: PLC0415 - reads the register
    from crypto_nlp.store.names import forms_of  # noqa: PLC0415

    return forms_of(load_register(folders))


def documents(files: Iterable[str], kind: str, lang: str | None, published: date | None) -> Iterator[Document]:
    """The documents of ``files`` (``-`` is standard input), one after the other.

    A JSON Lines document's own ``lang`` and ``published`` go before those given.
    Raises InputError where one cannot be read.
    """
    for name in files:
        if name == "-":
            yield from _of_stream(sys.stdin.buffer, "-", kind, lang, published)
            continue
        try:
            with Path(name).open("rb") as stream:
                yield from _of_stream(stream, name, kind, lang, published)
        except OSError as error:
            message = f"{name} cannot be read ({error.strerror}): check the name."
            raise InputError(message) from error


def _of_stream(stream: IO[bytes], name: str, kind: str, lang: str | None, published: date | None) -> Iterator[Document]:
    head = stream.peek(_HEAD) if hasattr(stream, "peek") else b""
    found = kind if kind != "auto" else _kind_of(name, head)
    if found == "jsonl":
        for number, line in enumerate(stream, 1):
            if line.strip():
                yield json_document(line, f"{name}:{number}", lang, published)
        return
    content = stream.read()
    if found == "text":
        yield Document(name, decoded(content, name), lang, published)
        return
    article = _article(content, name, found, lang)
    day = published or (article.published.date() if article.published else None)
    yield Document(name, article.text, lang or article.lang, day, article.pages, shown=True)


def _article(content: bytes, name: str, kind: str, lang: str | None) -> Article:
    from crypto_nlp.articles import from_html, from_pdf  # noqa: PLC0415 - trafilatura is for those who need it
    from crypto_nlp.errors import ParseError  # noqa: PLC0415

    address = "https://standard.input/" if name == "-" else Path(name).resolve().as_uri()
    try:
        make = from_pdf if kind == "pdf" else from_html
        return make(content, url=address, fetched=now(), lang=lang)
    except ParseError as error:
        message = f"{name}: {error}"
        raise InputError(message) from error


def _kind_of(name: str, head: bytes) -> str:
    by_name = _BY_SUFFIX.get(Path(name).suffix.lower())
    if by_name:
        return by_name
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"%PDF-"):
        return "pdf"
    if start[:14].lower().startswith((b"<!doctype html", b"<html")):
        return "html"
    return "jsonl" if start.startswith(b"{") and b'"text"' in head else "text"


def decoded(content: bytes, name: str) -> str:
    """``content`` as text. Raises InputError where it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"{name} is not UTF-8 text (byte {error.start}): convert it first, or say with --input what it is."
        raise InputError(message) from error


def json_document(line: bytes, place: str, lang: str | None, published: date | None) -> Document:
    """One JSON Lines document: an object with ``text``, and ``id``, ``lang`` and ``published`` where it has them.

    Raises InputError, with the line, for anything else.
    """
    try:
        record = json.loads(decoded(line, place))
    except (ValueError, RecursionError) as error:
        message = f"{place}: not JSON ({error}); each line holds one document."
        raise InputError(message) from error
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        message = f'{place}: a document is an object with a "text".'
        raise InputError(message)
    own = record.get("lang")
    return Document(
        id=str(record.get("id", place)),
        text=record["text"],
        lang=own if isinstance(own, str) and own else lang,
        published=_day(record.get("published") or record.get("date"), place) or published,
    )


def _day(value: Any, place: str) -> date | None:
    if value in (None, ""):
        return None
    try:
        # The day at the place of writing: relative words in a text mean the writer's own days.
        return datetime.fromisoformat(str(value)).date()
    except ValueError as error:
        message = f'{place}: {value!r} is no date; write "published" as 2024-08-12.'
        raise InputError(message) from error
