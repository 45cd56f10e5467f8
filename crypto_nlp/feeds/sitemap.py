"""Google News sitemaps: addresses with title, date and language, whose texts are on the pages."""

from __future__ import annotations

import re

from lxml import etree

from crypto_nlp.errors import ParseError
from crypto_nlp.feeds.dates import parse_date
from crypto_nlp.feeds.raw import RawEntry, RawFeed, link_in, one_line

_PROLOGUE = re.compile(r"^\s*<\?xml[^>]{0,400}\?>")
_END = re.compile(r"</(?:\w+:)?urlset\s*>\s*$", re.IGNORECASE)


def read(text: str, *, url: str, zone: str) -> RawFeed:
    """Parse ``text``; raises ParseError where it is no news sitemap."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(_PROLOGUE.sub("", text, count=1).encode("utf-8", "replace"), parser)
        name = _name(root) if root is not None else ""
        items = [_values(item) for item in root if _name(item) == "url"] if name == "urlset" else []
    except (etree.XMLSyntaxError, ValueError) as error:  # a recovered tree may hold names that are no text
        msg = "This sitemap cannot be read; it will be asked for again later."
        raise ParseError(msg, kind="no_feed", url=url) from error
    if name != "urlset":
        msg = "This is an index of sitemaps, not a news sitemap; name the news sitemap that it lists."
        raise ParseError(msg, kind="no_feed", url=url)
    complete = bool(_END.search(text[-2000:]))
    items = items if complete else items[:-1]
    return RawFeed("", tuple(_entry(item, url, zone) for item in items), complete=complete)


def _name(element: etree._Element) -> str:
    # Not by QName: a recovered document holds names that it refuses, such as ``news:news`` without its name space.
    return re.split("[}:]", element.tag)[-1].lower() if isinstance(element.tag, str) else ""


def _values(item: etree._Element) -> dict[str, str]:
    """The first text of each element below ``item``, by its name without name space."""
    found: dict[str, str] = {}
    for element in item.iter():
        if isinstance(element.tag, str) and element.text:
            found.setdefault(_name(element), element.text.strip())
    return found


def _entry(item: dict[str, str], url: str, zone: str) -> RawEntry:
    link = link_in(item.get("loc", ""), url)
    dated = item.get("publication_date", "")
    modified = item.get("lastmod", "")
    return RawEntry(
        guid=link,
        link=link,
        title=one_line(item.get("title", "")),
        published=parse_date(dated or modified, zone=zone),
        updated=parse_date(modified, zone=zone),
        raw_date=(dated or modified)[:80],
        summary="",
        content="",
        language=item.get("language"),
    )
