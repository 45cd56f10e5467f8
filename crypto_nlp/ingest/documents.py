"""`add`: a report or page that the user names, as an article of the ledger with the same revisions and claims."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crypto_nlp.articles import from_html, from_pdf, from_text
from crypto_nlp.errors import CryptoNlpError, FetchError, InputError, ParseError
from crypto_nlp.feeds.addresses import Origin, origin_of
from crypto_nlp.feeds.http import Fetcher
from crypto_nlp.feeds.outcomes import problem_of
from crypto_nlp.feeds.sources import mask_secrets
from crypto_nlp.ingest.writer import ExtractionError, Writer
from crypto_nlp.records import Article
from crypto_nlp.store import SaveOutcome

MAX_FILE = 64 * 1024 * 1024
_PAGES = {".html", ".htm", ".xhtml"}
_HTML = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--.{0,2000}?-->\s*)*<(?:!doctype html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_ADDRESS = re.compile(r"https?:", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What the user says of a document; it goes before what the document says of itself."""

    title: str = ""
    lang: str | None = None
    published: datetime | None = None
    publisher: str | None = None


@dataclass(frozen=True, slots=True)
class Added:
    """One document's outcome: an article with what saving it did, or the error that kept it out."""

    name: str
    article: Article | None = None
    outcome: SaveOutcome | None = None
    error: CryptoNlpError | None = None


def add_documents(
    names: Iterable[str],
    writer: Writer,
    fetcher: Fetcher,
    description: Description,
    *,
    now: datetime,
    allow_private_hosts: bool = False,
) -> Iterator[Added]:
    """Read each file or address and store it; one that cannot be read never stops the others.

    Raises:
        StoreError: the database cannot be written.
    """
    for name in names:
        try:
            article = _read(name, fetcher, description, now, private=allow_private_hosts)
            added = Added(name, article, writer.save(article))
        except (InputError, FetchError, ParseError, ExtractionError) as error:
            added = Added(name, error=error)
        yield added


def _read(name: str, fetcher: Fetcher, said: Description, now: datetime, *, private: bool) -> Article:
    if _ADDRESS.match(name):
        try:
            trusted: frozenset[Origin] = frozenset({origin_of(name)}) if private else frozenset()
        except ValueError as error:
            message = f"{mask_secrets(name)} is no address that can be asked for: {error}."
            raise InputError(message) from error
        response = fetcher.fetch(name, trusted=trusted)
        problem = problem_of(response, now)
        if problem is not None:
            message = f"{mask_secrets(name)}: {problem.message}"
            raise FetchError(message, kind=problem.kind, url=name, hint=problem.hint)
        return read_document(response.body, response.url, said, now, response.headers.get("content-type", ""))
    path = Path(name)
    try:
        if path.stat().st_size > MAX_FILE:
            message = f"{name} is larger than {MAX_FILE // 1048576} MiB; add the part of it that matters."
            raise InputError(message)
        content = path.read_bytes()
    except OSError as error:
        message = f"{name} cannot be read ({error.strerror or error}): check the name."
        raise InputError(message) from error
    kind = "text/html" if path.suffix.lower() in _PAGES else ""
    return read_document(content, path.resolve().as_uri(), said, now, kind)


def read_document(body: bytes, url: str, said: Description, now: datetime, content_type: str = "") -> Article:
    """The article in ``body``: a PDF and HTML are known by their first bytes, anything else is text.

    Raises:
        InputError: it is empty, scanned, encrypted, broken, or of another kind.
        ParseError: an HTML page without an article.
    """
    title, lang, published, publisher = said.title, said.lang, said.published, said.publisher
    if body[:1024].lstrip().startswith(b"%PDF-"):
        return from_pdf(body, url=url, fetched=now, title=title, lang=lang, published=published, publisher=publisher)
    if _HTML.match(body[:8192]) or "html" in content_type.lower():
        return from_html(
            body,
            url=url,
            fetched=now,
            title=title,
            lang=lang,
            published=published,
            publisher=publisher,
            content_type=content_type,
        )
    if b"\0" in body[:8192] and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        message = f"{mask_secrets(url)} is neither PDF, HTML nor text; save it as one of these and add that."
        raise InputError(message)
    return from_text(body, url=url, fetched=now, title=title, lang=lang, published=published, publisher=publisher)
