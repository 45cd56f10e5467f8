"""From a site's address to its feeds: those that its pages name, else those that lie where feeds mostly lie."""

from __future__ import annotations

import re
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urljoin

from lxml import etree

from crypto_nlp.errors import FetchError, ParseError
from crypto_nlp.feeds.addresses import Origin, origin_of
from crypto_nlp.feeds.charset import decode
from crypto_nlp.feeds.http import ACCEPT_FEED, Fetcher, Response, Turn
from crypto_nlp.feeds.outcomes import problem_of
from crypto_nlp.feeds.parse import parse_feed
from crypto_nlp.feeds.raw import link_in, one_line, safe_markup

USUAL_PLACES = ("/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml")
MAX_TRIED = 12
_FEED_TYPE = re.compile(r"application/(?:rss|atom|rdf|feed)\+(?:xml|json)|text/xml|application/xml", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundFeed:
    """A feed that answered and could be read."""

    url: str
    title: str
    language: str | None
    entries: int


def discover(
    fetcher: Fetcher, url: str, *, allow_private_hosts: bool = False, turn: Turn = nullcontext
) -> tuple[FoundFeed, ...]:
    """The feeds of the site at ``url``, in the order in which its page names them; the address itself if it is a feed.

    Raises:
        FetchError: the address itself cannot be read.
        ParseError: ``no_feed`` where the site has none.
    """
    trusted = frozenset({origin_of(url)}) if allow_private_hosts else frozenset()
    response = fetcher.fetch(url, accept=ACCEPT_FEED, trusted=trusted, turn=turn)
    problem = problem_of(response, datetime.now(UTC))
    if problem is not None:
        raise FetchError(problem.message, kind=problem.kind, url=url, hint=problem.hint)
    own = _try(response)
    if own is not None:
        return (own,)
    named = _named(decode(response.body, response.headers.get("content-type", "")), response.url)
    found = _read(fetcher, named[:MAX_TRIED], trusted, turn)
    if not found:
        usual = [urljoin(response.url, place) for place in USUAL_PLACES]
        found = _read(fetcher, usual, trusted, turn, stop=1)
    if not found:
        msg = f"No feed was found at {url}; look on the site for a link called RSS, Atom or feed and name that."
        raise ParseError(msg, kind="no_feed", url=url)
    return tuple(found)


def _named(html: str, url: str) -> list[str]:
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(
            safe_markup(html[:2_000_000]).encode("utf-8", "replace").replace(b"\0", b"") or b"<p/>", parser
        )
    except (etree.XMLSyntaxError, ValueError):
        return []
    links: dict[str, None] = {}
    for link in root.iter("link", "a") if root is not None else ():
        rel = (link.get("rel") or "").lower().split()
        if "alternate" in rel and _FEED_TYPE.match(link.get("type") or ""):
            links.setdefault(link_in(link.get("href") or "", url))
    return [link for link in links if link]


def _read(
    fetcher: Fetcher, urls: list[str], trusted: frozenset[Origin], turn: Turn, *, stop: int = MAX_TRIED
) -> list[FoundFeed]:
    found: dict[str, FoundFeed] = {}
    for url in urls:
        try:
            feed = _try(fetcher.fetch(url, accept=ACCEPT_FEED, trusted=trusted, turn=turn))
        except FetchError:
            continue
        if feed is not None:
            found.setdefault(feed.url, feed)
        if len(found) >= stop:
            break
    return list(found.values())


def _try(response: Response) -> FoundFeed | None:
    if response.status != 200:
        return None
    kind = response.headers.get("content-type", "")
    try:
        parsed = parse_feed(response.body, url=response.url, now=datetime.now(UTC), content_type=kind)
    except ParseError:
        return None
    return FoundFeed(response.url, one_line(parsed.title), parsed.language, len(parsed.entries))
