"""OPML in and out, so that a list of feeds can move between this and any other feed reader."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from crypto_nlp.errors import FeedsFileError
from crypto_nlp.feeds.charset import decode
from crypto_nlp.feeds.raw import one_line
from crypto_nlp.feeds.sources import check_url, without_secrets
from crypto_nlp.records import Feed

MAX_OPML = 15 * 1024 * 1024


def read_opml(path: Path, *, language: str = "en") -> tuple[Feed, ...]:
    """The feeds of an OPML file, each address once; folders become topics.

    ``language`` is taken for outlines that name none, as nearly all do.

    Raises:
        FeedsFileError: the file is missing, is no OPML, or names an address that is none (with its line).
    """
    try:
        body = path.read_bytes()
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}; check its name."
        raise FeedsFileError(msg) from error
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(_bare(body).encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 1) or 1
        msg = f"{path}:{line}: this is no valid OPML: {error.args[0] if error.args else error}."
        raise FeedsFileError(msg) from error
    if etree.QName(root).localname.lower() != "opml":
        msg = f"{path}:1: this is no OPML: its root is <{etree.QName(root).localname}>."
        raise FeedsFileError(msg)
    feeds: dict[str, Feed] = {}
    for outline in root.iter("outline"):
        url = (outline.get("xmlUrl") or outline.get("xmlurl") or "").strip()
        if url:
            feeds.setdefault(url, _feed(outline, url, language, path))
    return tuple(feeds.values())


def _bare(body: bytes) -> str:
    """The text without an XML declaration, whose encoding no longer holds."""
    text = decode(body[:MAX_OPML]).lstrip("\ufeff \t\r\n")
    return text.partition("?>")[2] if text.startswith("<?xml") else text


def _feed(outline: etree._Element, url: str, language: str, path: Path) -> Feed:
    try:
        check_url(url)
    except ValueError as error:
        msg = f"{path}:{outline.sourceline or 1}: {error}."
        raise FeedsFileError(msg) from error
    title = one_line(outline.get("title") or outline.get("text") or "") or url
    topics = [part.strip(" /") for part in (outline.get("category") or "").split(",")]
    parent = outline.getparent()
    if parent is not None and parent.tag == "outline" and not any(topics):
        topics = [one_line(parent.get("text") or parent.get("title") or "")]
    said = (outline.get("language") or "").partition("-")[0].lower()
    return Feed(
        name=title,
        url=url,
        language=said if said.isalpha() and 2 <= len(said) <= 3 else language,
        title=title,
        topics=tuple(topic for topic in topics if topic),
        timezone=outline.get("timezone") or "UTC",
    )


def write_opml(feeds: tuple[Feed, ...], *, title: str = "crypto-nlp") -> str:
    """The feeds as OPML 2.0; user names, passwords and keys in addresses are left out."""
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = title
    body = etree.SubElement(root, "body")
    for feed in feeds:
        attributes = {
            "type": "rss",
            "text": feed.title or feed.name,
            "title": feed.title or feed.name,
            "xmlUrl": without_secrets(feed.url),
            "language": feed.language,
        }
        if feed.topics:
            attributes["category"] = ",".join(feed.topics)
        if feed.timezone != "UTC":
            attributes["timezone"] = feed.timezone
        etree.SubElement(body, "outline", attributes)
    text = etree.tostring(root, pretty_print=True, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'
