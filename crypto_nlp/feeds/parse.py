"""What a server sent, as entries: RSS, RDF, Atom, JSON Feed and news sitemaps, however badly they are made."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from crypto_nlp.errors import ParseError
from crypto_nlp.feeds import jsonfeed, rss, sitemap
from crypto_nlp.feeds.charset import decode
from crypto_nlp.feeds.dates import plausible
from crypto_nlp.feeds.raw import MAX_ENTRIES, NO_HINTS, Hints, RawEntry, RawFeed, safe_markup
from crypto_nlp.feeds.sources import MAX_URL
from crypto_nlp.records import Entry

_HTML = re.compile(r"^\s*(?:<!--.*?-->\s*)*(?:<!doctype html|<html[\s>])", re.IGNORECASE | re.DOTALL)
_FEED_ROOT = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf|urlset|sitemapindex|channel)[\s>]", re.IGNORECASE)
_SITEMAP = re.compile(r"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]", re.IGNORECASE)
_HEAD = 4096


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed as it was sent.

    ``entries`` are in the document's order, at most 2,000; ``complete`` is false where the document broke off, and
    then only entries that were whole are given. ``hints`` say how often the feed wants to be read.
    """

    title: str
    entries: tuple[Entry, ...]
    language: str | None = None
    hints: Hints = NO_HINTS
    complete: bool = True
    left_out: int = 0


def parse_feed(body: bytes, *, url: str, now: datetime, content_type: str = "", zone: str = "UTC") -> ParsedFeed:
    """Read a feed of any of the formats.

    Args:
        body: the document, decompressed.
        url: where it came from; relative addresses are resolved against it.
        now: an aware instant; entries dated well after it count as undated.
        content_type: the header, for its charset.
        zone: IANA time zone of dates that come without one.

    Raises:
        ParseError: ``empty``, ``html`` or ``no_feed``. Nothing else escapes, whatever the bytes are.
    """
    text = decode(body, content_type).lstrip("\ufeff \t\r\n\0")
    if not text:
        msg = "The feed is empty; it will be asked for again later."
        raise ParseError(msg, kind="empty", url=url)
    raw = _read(text, url, zone)
    kept = raw.entries[:MAX_ENTRIES]
    counts = _Counts(kept)
    entries: dict[str, Entry] = {}
    for item in kept:
        entry = _entry(item, counts, url, now)
        if entry is not None:
            entries.setdefault(entry.guid, entry)
    return ParsedFeed(
        raw.title,
        tuple(entries.values()),
        language=_language(raw.language),
        hints=raw.hints,
        complete=raw.complete,
        left_out=raw.left_out + len(raw.entries) - len(kept),
    )


def _read(text: str, url: str, zone: str) -> RawFeed:
    head = text[:_HEAD]
    if head[0] == "{":
        return jsonfeed.read(text, url=url, zone=zone)
    if _HTML.match(head) or ("<html" in head.lower() and not _FEED_ROOT.search(head)):
        msg = "This is a web page, not a feed; `crypto-nlp feeds discover` with its address finds the site's feed."
        raise ParseError(msg, kind="html", url=url)
    if head[0] != "<":
        msg = "This is no feed: neither RSS, Atom, JSON Feed nor a news sitemap; check the address."
        raise ParseError(msg, kind="no_feed", url=url)
    text = safe_markup(text)
    return sitemap.read(text, url=url, zone=zone) if _SITEMAP.search(head) else rss.read(text, url=url, zone=zone)


class _Counts:
    """How often each guid and link stands in one document: what stands more than once is no identity."""

    def __init__(self, items: tuple[RawEntry, ...]) -> None:
        unique = {(item.guid, item.link, item.title) for item in items}
        self.guids = Counter(guid for guid, _, _ in unique if guid)
        self.links = Counter(link for _, link, _ in unique if link)


def _entry(item: RawEntry, counts: _Counts, feed_url: str, now: datetime) -> Entry | None:
    """An entry with an identity that lasts from one fetch to the next.

    None where there is nothing to read or follow.
    """
    link = item.link if len(item.link) <= MAX_URL else ""
    if not (link or item.title or item.summary or item.content):
        return None
    published = plausible(item.published, now) or plausible(item.updated, now)
    guid = _guid(item, link, counts)
    url = link
    if not link or counts.links[link] > 1:
        # Several entries that point to one page (a home page, mostly) must not become revisions of each other.
        url = f"{(link or feed_url).partition('#')[0]}#entry-{sha256(guid.encode()).hexdigest()[:16]}"
    return Entry(
        guid=guid,
        url=url,
        title=item.title,
        published=published,
        updated=plausible(item.updated, now),
        summary=item.summary,
        content=item.content,
        language=_language(item.language),
    )


def _guid(item: RawEntry, link: str, counts: _Counts) -> str:
    """The guid; with the link where several entries share it; else the link (and title where that is shared).

    Else the date.
    """
    if item.guid:
        return item.guid if counts.guids[item.guid] == 1 else f"{item.guid} {link or item.title}"
    if link:
        return link if counts.links[link] == 1 else f"{link} {item.title or item.raw_date}"
    digest = sha256(f"{item.title}\n{item.summary or item.content}".encode("utf-8", "replace")).hexdigest()[:16]
    return f"{item.raw_date} {digest}".strip()


def _language(tag: str | None) -> str | None:
    """The primary subtag of a language tag, such as ``ru`` of ``ru-RU``."""
    match = re.match(r"\s*([A-Za-z]{2,3})(?:[-_\s]|$)", tag or "")
    return match.group(1).lower() if match else None


def without_content(entry: Entry) -> Entry:
    """``entry`` without its texts, for where only its identity matters."""
    return replace(entry, summary="", content="")
