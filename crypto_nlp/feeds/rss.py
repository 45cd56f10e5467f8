"""RSS 0.9x to 2.0, RDF and Atom, read by feedparser."""

from __future__ import annotations

import io
import re
from html import escape
from typing import Any

import feedparser

from crypto_nlp.errors import ParseError
from crypto_nlp.feeds.dates import parse_date
from crypto_nlp.feeds.raw import MAX_ENTRIES, MAX_GUID, Hints, RawEntry, RawFeed, as_text, link_in, one_line, visible

_PROLOGUE = re.compile(r"^\s*<\?xml[^>]{0,400}\?>")
_END = re.compile(r"</(?:\w+:)?(?:rss|feed|rdf|channel)\s*>\s*(?:<!--.*?-->\s*)*$", re.IGNORECASE | re.DOTALL)
_LAST_ITEM = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
_ROOT = re.compile(r"<((?:\w+:)?(?:rss|feed|rdf))[\s>]", re.IGNORECASE)
_DOCTYPE = re.compile(r"<!DOCTYPE\b(?:[^\[>\"']|\"[^\"]*\"|'[^']*'){0,400}(?:\[.*?\]\s*)?>", re.IGNORECASE | re.DOTALL)
# A value without a reference of its own cannot grow; 40 characters are enough for a letter or a name.
_ENTITY = re.compile(r"<!ENTITY\s+(\w{1,40})\s+\"([^\"&%<>]{0,40}|&#\d{1,7};)\"\s*>")
_MAX_ENTITIES = 200
_MAX_DOCTYPE = 100_000
_PERIODS = {"hourly": 60, "daily": 1440, "weekly": 10080, "monthly": 43200, "yearly": 525600}
_SKIP_HOURS = re.compile(r"<skipHours>(.{0,2000}?)</skipHours>", re.IGNORECASE | re.DOTALL)
_TAIL = 2000
# What nobody here asks for and feedparser takes quadratic time over: a search for addresses in authors, and categories
# that are compared with all before them.
_UNUSED = re.compile(
    r"<(/?)(?:[\w.-]+:)?(?:author|creator|contributor|publisher|owner|managingEditor|webMaster|category|subject|keywords)"
    r"(?=[\s/>])",
    re.IGNORECASE,
)
# feedparser needs up to 50 microseconds and 500 bytes a tag; two thousand entries with 150 tags each are within this.
_MAX_TAGS = 300_000


def read(text: str, *, url: str, zone: str) -> RawFeed:
    """Parse ``text``; raises ParseError where it is no feed."""
    cleaned = _without_doctype(text)
    whole = bool(_END.search(cleaned[-_TAIL:]))
    ends = [match.end() for match in _LAST_ITEM.finditer(cleaned)]
    left_out = max(0, len(ends) - MAX_ENTRIES)
    if left_out or not whole:
        cleaned = _cut(cleaned, ends[:MAX_ENTRIES])
    if _tags(cleaned) > _MAX_TAGS:
        msg = f"This feed has more than {_MAX_TAGS:,} tags, as only a trap does; check the address."
        raise ParseError(msg, kind="no_feed", url=url)
    parsed = _parse(_UNUSED.sub(r"<\1unused", cleaned), url)
    feed = parsed.get("feed") or {}
    items = [item for item in parsed.get("entries") or [] if isinstance(item, dict)]
    if not items and not parsed.get("version"):
        if not whole and _ROOT.search(text[:4096]):
            return RawFeed("", (), complete=False)
        msg = "This is no feed: neither RSS, Atom, JSON Feed nor a news sitemap; check the address."
        raise ParseError(msg, kind="no_feed", url=url)
    return RawFeed(
        one_line(as_text(feed.get("title"))),
        tuple(_entry(item, url, zone) for item in items),
        language=as_text(feed.get("language")) or None,
        hints=_hints(feed, text),
        complete=whole,
        left_out=left_out,
    )


def _tags(text: str) -> int:
    """How many tags a parser would meet: those in CDATA sections are text to it."""
    count, at = 0, 0
    while (start := text.find("<![CDATA[", at)) >= 0:
        count += text.count("<", at, start)
        end = text.find("]]>", start)
        if end < 0:
            return count + text.count("<", start)
        at = end
    return count + text.count("<", at)


def _without_doctype(text: str) -> str:
    """``text`` without its document type.

    The plain short entities declared there are put in, all others stay unknown.
    """
    match = _DOCTYPE.search(text, 0, _MAX_DOCTYPE)
    if match is None:
        return text
    values = dict(_ENTITY.findall(match.group(0))[:_MAX_ENTITIES])
    text = text[: match.start()] + text[match.end() :]
    if not values:
        return text
    return re.sub(r"&(\w{1,40});", lambda found: values.get(found.group(1), found.group(0)), text)


def _cut(text: str, ends: list[int]) -> str:
    """A document that broke off or is too long, cut behind the last of ``ends`` and closed: no half entry is read."""
    root = _ROOT.search(text[:4096])
    if root is None:
        return text
    if not ends:
        return "<rss version='2.0'><channel></channel></rss>"
    close = "</channel></rss>" if root.group(1).lower() == "rss" else f"</{root.group(1)}>"
    return text[: ends[-1]] + close


def _parse(text: str, url: str) -> Any:
    body = _PROLOGUE.sub("", text, count=1).encode("utf-8", "replace")
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        # A stream, since feedparser takes plain bytes or text for a file name or an address first.
        return feedparser.parse(
            io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # feedparser raises whatever its parsers do on hostile bytes (its issue 599)
        msg = f"This feed cannot be read ({type(error).__name__}); its owner should run it through a feed validator."
        raise ParseError(msg, kind="no_feed", url=url) from error


def _entry(item: dict[str, Any], url: str, zone: str) -> RawEntry:
    guid = visible(as_text(item.get("id"))).strip()[:MAX_GUID]
    link = _link(item, url)
    if not link and guid.startswith(("http://", "https://")):
        link = link_in(guid, url)
    raw_date = _first(item, "published", "created", "updated")
    summary = _html(item.get("summary_detail") or {}) or as_text(item.get("summary"))
    parts = [_html(part) for part in item.get("content") or [] if isinstance(part, dict)]
    return RawEntry(
        guid=guid,
        link=link,
        title=one_line(as_text(item.get("title"))),
        published=parse_date(_first(item, "published", "created"), zone=zone),
        # Past feedparser's own mapping, which would give the date of publishing here, with a deprecation warning.
        updated=parse_date(as_text(dict.get(item, "updated")), zone=zone),
        raw_date=raw_date[:80],
        summary=summary,
        content=max(parts, key=len, default=""),
        language=_entry_language(item),
    )


def _first(item: dict[str, Any], *names: str) -> str:
    return next((found for name in names if (found := as_text(dict.get(item, name)).strip())), "")


def _link(item: dict[str, Any], url: str) -> str:
    for link in item.get("links") or []:
        if isinstance(link, dict) and link.get("rel") == "alternate" and "html" in as_text(link.get("type") or "html"):
            found = link_in(as_text(link.get("href")), url)
            if found:
                return found
    return link_in(as_text(item.get("link")), url)


def _html(detail: Any) -> str:
    """A text construct as HTML: plain text is escaped, a media type that is no text left out."""
    value = as_text(detail.get("value"))
    kind = as_text(detail.get("type")).lower()
    if kind == "text/plain" and "<" not in value:
        return escape(value, quote=False) if "&" in value else value
    if kind == "text/plain" or not kind or "html" in kind or "xml" in kind:
        return value
    return ""


def _entry_language(item: dict[str, Any]) -> str | None:
    detail = item.get("title_detail") or {}
    return as_text(item.get("language")) or as_text(detail.get("language")) or None


def _hints(feed: Any, text: str) -> Hints:
    minutes = [value for value in (_number(feed.get("ttl")), _period(feed)) if value is not None]
    # feedparser keeps only the last <hour>.
    block = _SKIP_HOURS.search(text)
    hours = re.findall(r"<hour>\s*(\d{1,2})\s*</hour>", block.group(1), re.IGNORECASE) if block else []
    return Hints(ttl_minutes=max(minutes, default=None), skip_hours=frozenset(int(hour) % 24 for hour in hours))


def _number(value: Any) -> float | None:
    try:
        number = float(as_text(value))
    except ValueError:
        return None
    return number if 0 < number < 1e6 else None


def _period(feed: Any) -> float | None:
    period = _PERIODS.get(as_text(feed.get("sy_updateperiod")).strip().lower())
    if period is None:
        return None
    return period / max(1.0, _number(feed.get("sy_updatefrequency")) or 1.0)
