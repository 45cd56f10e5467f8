"""A web page to its article: the text by trafilatura, what its head says by lxml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from crypto_nlp.articles.clean import DATA_URI, clean_text, html_to_text
from crypto_nlp.articles.urls import same_site
from crypto_nlp.errors import ParseError
from crypto_nlp.feeds.dates import parse_date
from crypto_nlp.feeds.raw import link_in, one_line, safe_markup

# Beyond this a page is a dump and not an article; the careful reader would take minutes over it.
MAX_CAREFUL = 2_000_000
_DATES = ("article:published_time", "og:published_time", "datepublished", "date", "dc.date", "pubdate", "publishdate")
_TITLES = ("og:title", "twitter:title")
_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')
_HEAD_END = re.compile(r"</head\s*>|<body[\s>]", re.IGNORECASE)
_MAX_HEAD = 400_000


@dataclass(frozen=True, slots=True)
class Page:
    """An article's page. ``canonical`` is the address that the page gives itself, where that is on the same site."""

    url: str
    text: str
    title: str = ""
    canonical: str = ""
    language: str | None = None
    published: datetime | None = None
    publisher: str = ""


def read_page(html: str, *, url: str, zone: str = "UTC") -> Page:
    """Read an article's page.

    Raises:
        ParseError: ``empty_page`` where there is nothing, ``no_text`` where there is no article in it.
    """
    if not html.strip():
        msg = "The page is empty; it will be asked for again if the feed changes the entry."
        raise ParseError(msg, kind="empty_page", url=url)
    html = safe_markup(DATA_URI.sub("", html))
    text = _article_text(html, url)
    if not text:
        msg = "No article text was found on the page; the entry's own summary is all there is."
        raise ParseError(msg, kind="no_text", url=url)
    head = _head(html)
    metas = _metas(head)
    dated = next((metas[name] for name in _DATES if metas.get(name)), "") or _json_date(html)
    return Page(
        url=url,
        text=text,
        title=one_line(next((metas[name] for name in _TITLES if metas.get(name)), "") or _title(head)),
        canonical=_canonical(head, url),
        language=_language(head),
        published=parse_date(dated, zone=zone) if dated else None,
        publisher=one_line(metas.get("og:site_name", ""))[:200],
    )


def _article_text(html: str, url: str) -> str:
    if len(html) > MAX_CAREFUL:
        return html_to_text(html)
    # trafilatura and what it brings take most of a second to import.
    import trafilatura  # noqa: PLC0415

    try:
        text = trafilatura.extract(html, url=url, include_comments=False, include_tables=True, output_format="txt")
    except Exception as error:  # a library over a library over hostile HTML: whatever it raises, this page has no text
        msg = f"The page cannot be read ({type(error).__name__}); the entry's own summary is all there is."
        raise ParseError(msg, kind="no_text", url=url) from error
    return clean_text(text or "")


def _head(html: str) -> etree._Element | None:
    end = _HEAD_END.search(html, 0, _MAX_HEAD)
    text = html[: end.start()] if end else html[:_MAX_HEAD]
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(text.encode("utf-8", "replace").replace(b"\0", b"") or b"<html/>", parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _metas(head: etree._Element | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for meta in head.iter("meta") if head is not None else ():
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        content = meta.get("content") or ""
        if name and content:
            found.setdefault(name, content)
    return found


def _title(head: etree._Element | None) -> str:
    for title in head.iter("title") if head is not None else ():
        return "".join(title.itertext())
    return ""


def _language(head: etree._Element | None) -> str | None:
    for root in head.iter("html") if head is not None else ():
        match = re.match(r"([A-Za-z]{2,3})(?:[-_]|$)", root.get("lang") or "")
        return match.group(1).lower() if match else None
    return None


def _canonical(head: etree._Element | None, url: str) -> str:
    """The page's own word on its address; a home page or another site there is a mistake and ignored."""
    for link in head.iter("link") if head is not None else ():
        if "canonical" in (link.get("rel") or "").lower().split():
            found = link_in(link.get("href") or "", url)
            path = re.sub(r"^[a-z]+://[^/]+/?", "", found)
            return found if found and path and same_site(found, url) else ""
    return ""


def _json_date(html: str) -> str:
    match = _JSON_DATE.search(html, 0, _MAX_HEAD)
    return match.group(1) if match else ""
