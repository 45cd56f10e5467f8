"""How Datasette's own tables show a ledger's cells: evidence marked, in its own direction, and nothing that acts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from crypto_nlp.display import printable
from crypto_nlp.serve.addresses import Addresses
from crypto_nlp.serve.page import direction

# Columns whose text is in the article's language; other texts find their direction by their first letters.
_IN_ARTICLE = frozenset({"sentence", "anchor", "condition", "article_title", "title", "evidence"})
_ADDRESSES = frozenset({"article_url", "url", "canonical_url"})


def shown(value: Any, column: str, row: Mapping[str, Any], at: Addresses) -> Markup | None:
    """A cell's HTML; None leaves it to Datasette."""
    if not isinstance(value, str) or not value:
        return None
    if column == "claim_id":
        return Markup('<a href="{}">{}</a>').format(at.claim(value), printable(value))
    if column in _ADDRESSES:
        return _link(value)
    if value.isascii() and value.isprintable() and column not in _IN_ARTICLE:
        return None
    inside = _marked(value, row) if column == "sentence" else escape(printable(value))
    lang = row.get("lang") if column in _IN_ARTICLE else "en" if column == "gloss" else None
    # Datasette aligns every cell to the left.
    tag = Markup('<div dir="{}" lang="{}" style="text-align: start">{}</div>')
    return tag.format(direction(lang), printable(str(lang or "und")), inside)


def _marked(sentence: str, row: Mapping[str, Any]) -> Markup:
    anchor = row.get("anchor")
    if not isinstance(anchor, str) or not anchor or anchor not in sentence:
        return escape(printable(sentence))
    before, _, after = sentence.partition(anchor)
    return Markup("{}<mark>{}</mark>{}").format(printable(before), printable(anchor), printable(after))


def _link(url: str) -> Markup:
    safe = printable(url)
    parts = urlsplit(safe)
    if parts.scheme in {"http", "https"} and parts.netloc:
        return Markup('<a href="{0}" rel="noreferrer noopener nofollow" dir="ltr">{0}</a>').format(safe)
    return escape(safe)
