"""HTML fragments and raw text to the plain text that is stored: one paragraph a line, nothing invisible in it."""

from __future__ import annotations

import re
from html import unescape

from lxml import etree

from crypto_nlp.feeds.raw import safe_markup, visible

_BLOCKS = frozenset(
    """
    address article aside blockquote body br caption center dd details dialog div dl dt fieldset figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr html legend li main ol option p pre section summary table tbody tfoot thead
    tr ul
    """.split()
)
_SKIPPED = frozenset(
    """
    applet audio button canvas embed head iframe img input link map math meta nav noscript object picture script select
    source style svg template textarea title track video
    """.split()
)
_CELLS = frozenset({"td", "th"})
_SPACES = re.compile(r"[ \t\x0b\x0c\u2028]+")
_TAG = re.compile(r"<[a-zA-Z/!?]")
DATA_URI = re.compile(r"""(?<=["'])data:[^"']{512,}(?=["'])""")
# What blog software writes under every entry of a feed.
_FOOTERS = re.compile(
    r"""^(?:The\ post\ .{1,300}\ (?:appeared\ first|first\ appeared)\ on\ .{1,200}
    |(?:Запись|Сообщение|Материал)\ .{1,300}
        \ (?:впервые\ появил(?:ась|ось|ся)|появились?\ сначала|опубликован[ао]?\ на)\ .{1,200}
    |(?:ظهرت|نشرت|ظهر)\ (?:ال)?(?:مقالة|مقال|مقالات|التدوينة|تدوينة|المشاركة)\ .{1,300}
        \ (?:أولاً|أولا|لأول\ مرة)\ .{1,200})$""",
    re.VERBOSE,
)
_MORE = re.compile(
    r"""(?:\.\.\.|…|\[…\]|\[\.\.\.\]|\[&hellip;\]
    |[Rr]ead\ (?:more|full|the\ full)[^.]{0,60}|[Cc]ontinue\ reading[^.]{0,200}
    |[Чч]итать\ (?:далее|дальше|полностью)[^.]{0,60}|[Пп]одробнее
    |(?:اقرأ|إقرأ|اقرا)\ (?:المزيد|أيضا|أيضاً)[^.]{0,60}|المزيد)
    [\s»→>.…]*$""",
    re.VERBOSE,
)


def clean_text(text: str) -> str:
    """Plain text with single spaces, one paragraph a line, no control, direction-override or zero-width characters."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2029", "\n").replace("\x85", "\n")
    lines = (_SPACES.sub(" ", line).strip(" ") for line in visible(text).split("\n"))
    return "\n".join(line for line in lines if line)


def html_to_text(html: str) -> str:
    """The readable text of an HTML fragment, such as an entry's content; scripts, menus and pictures left out."""
    if not _TAG.search(html):
        return _without_footer(clean_text(unescape(html)))
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    body = f"<div>{DATA_URI.sub('', safe_markup(html))}</div>".encode("utf-8", "replace").replace(b"\0", b"")
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError):
        root = None
    if root is None:
        return ""
    return _without_footer(clean_text("".join(_pieces(root))))


def _pieces(root: etree._Element) -> list[str]:
    """The text in document order, iteratively: hostile pages nest deeper than Python's stack."""
    pieces: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if tag in _SKIPPED:
                walk.skip_subtree()
                continue
            _open(tag, element, pieces)
        else:
            if tag in _BLOCKS:
                pieces.append("\n")
            if element.tail and element is not root:
                pieces.append(_flow(element.tail))
    return pieces


def _open(tag: str, element: etree._Element, pieces: list[str]) -> None:
    if tag in _BLOCKS:
        pieces.append("\n")
    elif tag in _CELLS and element.getprevious() is not None:
        pieces.append(" | ")
    if element.text:
        pieces.append(element.text if tag == "pre" else _flow(element.text))


def _flow(text: str) -> str:
    # Line breaks of the source are spaces on the page.
    return text.replace("\n", " ").replace("\r", " ")


def _without_footer(text: str) -> str:
    lines = text.split("\n")
    while lines and _FOOTERS.match(lines[-1]):
        lines.pop()
    return "\n".join(lines)


def is_teaser(text: str) -> bool:
    """True where a text ends as a teaser does: with an ellipsis or *read more* in one of the languages."""
    return bool(_MORE.search(text[-240:]))
