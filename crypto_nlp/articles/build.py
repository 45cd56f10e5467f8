"""The one place where an article's text, title, language, dates and address are decided."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from crypto_nlp.articles.clean import clean_text, html_to_text, is_teaser
from crypto_nlp.articles.language import identify_language
from crypto_nlp.articles.pages import Page, read_page
from crypto_nlp.articles.pdf import read_pdf
from crypto_nlp.articles.urls import canonical_url
from crypto_nlp.errors import InputError, ParseError
from crypto_nlp.feeds.charset import decode
from crypto_nlp.feeds.dates import plausible
from crypto_nlp.feeds.raw import one_line
from crypto_nlp.records import Article, Entry, Feed
from crypto_nlp.text import content_hash

# Below these an entry's own text is taken for a summary, and the page is asked for.
FULL_CONTENT = 250
FULL_SUMMARY = 1500
_TITLE_FROM_TEXT = 100
_LOOSE = re.compile(r"[\W_]+")


def entry_text(entry: Entry) -> str:
    """The entry's own text, the longer of content and summary, as plain text."""
    return max(html_to_text(entry.content), html_to_text(entry.summary), key=len)


def needs_page(entry: Entry) -> bool:
    """True where the entry holds a summary only and has a page of its own to read the rest from."""
    if "#entry-" in entry.url:
        return False
    content = html_to_text(entry.content)
    if len(content) >= FULL_CONTENT and not is_teaser(content):
        return False
    summary = html_to_text(entry.summary)
    return len(summary) < FULL_SUMMARY or is_teaser(summary)


def from_entry(entry: Entry, feed: Feed, *, fetched: datetime, page: Page | None = None) -> Article:
    """The article of a feed's entry.

    With the page's text where there is one and it says more, else with the entry's own.

    Args:
        entry: as the feed gave it.
        feed: names the article's feed, its expected language and its time zone.
        fetched: an aware instant.
        page: the article's page, if it was read.

    Raises:
        ParseError: ``no_text`` where neither entry nor page hold any.
    """
    own = entry_text(entry)
    body = own
    if page and (len(page.text) >= len(own) or is_teaser(own)):
        body = page.text
    title = entry.title or (page.title if page else "")
    if not body and not title:
        msg = "The entry has neither text nor title; its publisher should fill it."
        raise ParseError(msg, kind="no_text", url=entry.url)
    published = entry.published or (plausible(page.published, fetched) if page else None)
    address = (page.canonical or page.url) if page else entry.url
    return _article(
        url=entry.url,
        canonical=canonical_url(address),
        title=title,
        body=body,
        declared=(entry.language, feed.language, page.language if page else None),
        published=published,
        zone=feed.timezone,
        fetched=fetched,
        feed=feed.name,
        publisher=feed.title or feed.name,
        guid=entry.guid,
    )


def from_html(
    document: bytes | str,
    *,
    url: str,
    fetched: datetime,
    title: str = "",
    lang: str | None = None,
    published: datetime | None = None,
    publisher: str | None = None,
    content_type: str = "",
) -> Article:
    """An article of a whole HTML document; what the caller gives wins over what the page says. Raises ParseError."""
    html = decode(document, content_type) if isinstance(document, bytes) else document
    page = read_page(html, url=url)
    return _article(
        url=url,
        canonical=canonical_url(page.canonical or url),
        title=title or page.title,
        body=page.text,
        lang=lang,
        declared=(page.language,),
        published=published or plausible(page.published, fetched),
        fetched=fetched,
        publisher=publisher or page.publisher or None,
    )


def from_pdf(
    document: bytes,
    *,
    url: str,
    fetched: datetime,
    title: str = "",
    lang: str | None = None,
    published: datetime | None = None,
    publisher: str | None = None,
) -> Article:
    """An article of a PDF; ``pages`` holds where each page starts.

    Raises InputError for a scanned, locked or broken one.
    """
    read = read_pdf(document, name=url)
    heading = one_line(title or read.title)
    prefix = f"{heading}\n" if heading and not _starts_with(read.text, heading) else ""
    return _article(
        url=url,
        canonical=canonical_url(url),
        title=heading,
        body=read.text,
        lang=lang,
        published=published or plausible(read.created, fetched),
        fetched=fetched,
        publisher=publisher,
        pages=tuple(0 if index == 0 else start + len(prefix) for index, start in enumerate(read.pages)),
    )


def from_text(
    document: bytes | str,
    *,
    url: str,
    fetched: datetime,
    title: str = "",
    lang: str | None = None,
    published: datetime | None = None,
    publisher: str | None = None,
) -> Article:
    """An article of plain text. Raises InputError where it is empty."""
    body = clean_text(decode(document) if isinstance(document, bytes) else document)
    if not body:
        msg = f"{url} holds no text; check the file."
        raise InputError(msg)
    return _article(
        url=url,
        canonical=canonical_url(url),
        title=title,
        body=body,
        lang=lang,
        published=published,
        fetched=fetched,
        publisher=publisher,
    )


def _article(
    *,
    url: str,
    canonical: str,
    title: str,
    body: str,
    fetched: datetime,
    published: datetime | None = None,
    lang: str | None = None,
    declared: tuple[str | None, ...] = (),
    zone: str = "UTC",
    feed: str | None = None,
    publisher: str | None = None,
    guid: str | None = None,
    pages: tuple[int, ...] = (),
) -> Article:
    title = one_line(title)
    # A text without a title is called by its first words, which are not put before it once more.
    text = body if not title or _starts_with(body, title) else f"{title}\n{body}".strip()
    title = title or _first_words(body)
    return Article(
        url=url,
        canonical_url=canonical,
        title=title,
        text=text,
        lang=lang or identify_language(text, declared),
        published=published,
        local_date=local_date(published, fetched, zone),
        fetched=fetched,
        content_hash=content_hash(text),
        feed=feed,
        publisher=publisher,
        guid=guid,
        pages=pages,
    )


def local_date(published: datetime | None, fetched: datetime, zone: str) -> date:
    """The day on which *yesterday* is to be understood.

    The date's own offset, else the day of fetching in the feed's zone.
    """
    if published is not None:
        return published.date()
    return fetched.astimezone(ZoneInfo(zone) if zone != "UTC" else UTC).date()


def _starts_with(body: str, title: str) -> bool:
    """True where the first line of ``body`` is the title, punctuation and case aside."""
    first = body.partition("\n")[0]
    return bool(title) and _LOOSE.sub("", first.casefold()) == _LOOSE.sub("", title.casefold())


def _first_words(body: str) -> str:
    first = body.partition("\n")[0]
    if len(first) <= _TITLE_FROM_TEXT:
        return first
    return first[:_TITLE_FROM_TEXT].rsplit(" ", 1)[0] + "…"
