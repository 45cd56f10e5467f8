"""JSON Feed 1.0 and 1.1."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from crypto_nlp.errors import ParseError
from crypto_nlp.feeds.dates import parse_date
from crypto_nlp.feeds.raw import MAX_GUID, RawEntry, RawFeed, as_text, link_in, one_line, visible


def read(text: str, *, url: str, zone: str) -> RawFeed:
    """Parse ``text``; raises ParseError where it is no JSON Feed."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        msg = "This is no JSON Feed: the JSON is broken or breaks off; it will be asked for again later."
        raise ParseError(msg, kind="no_feed", url=url) from error
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list):
        msg = "This is JSON but no JSON Feed: it has no `items`; check the address."
        raise ParseError(msg, kind="no_feed", url=url)
    return RawFeed(
        one_line(as_text(document.get("title"))),
        tuple(_entry(item, url, zone) for item in items if isinstance(item, dict)),
        language=as_text(document.get("language")) or None,
    )


def _entry(item: dict[str, Any], url: str, zone: str) -> RawEntry:
    plain = as_text(item.get("content_text"))
    published = as_text(item.get("date_published"))
    updated = as_text(item.get("date_modified"))
    return RawEntry(
        guid=visible(as_text(item.get("id"))).strip()[:MAX_GUID],
        link=link_in(as_text(item.get("url")) or as_text(item.get("external_url")), url),
        title=one_line(as_text(item.get("title"))),
        published=parse_date(published, zone=zone),
        updated=parse_date(updated, zone=zone),
        raw_date=(published or updated)[:80],
        summary=escape(as_text(item.get("summary")), quote=False),
        content=as_text(item.get("content_html")) or escape(plain, quote=False).replace("\n", "<br>"),
        language=as_text(item.get("language")) or None,
    )
