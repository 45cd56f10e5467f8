"""Bytes to text where the label is missing or lies: Russian and Arabic sites still send one-byte encodings."""

from __future__ import annotations

import codecs
import re

_XML_LABEL = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_META_LABEL = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._-]{1,40})""", re.IGNORECASE)
_HEADER_LABEL = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._-]{1,40})""", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Without a mark, `<?` or `<` in a wide encoding still shows.
_WIDE = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_LATIN = frozenset({"ascii", "iso8859-1", "cp1252", "utf-8"})
_GUESSES = ("cp1251", "cp1256", "koi8-r", "cp1252")
# The commonest letters of running text; a wrong code page turns them into rare ones or into capitals.
_COMMON = {
    "cp1251": frozenset("оеаинтсрвлкмдпу"),
    "koi8-r": frozenset("оеаинтсрвлкмдпу"),
    "cp1256": frozenset("اليمونرتبهةدعسفكحق"),
    "cp1252": frozenset("éèàçùâêîôûäöüßñáíóú’“”–—"),
}
_SAMPLE = 200_000
_FEW_BAD = 0.01


def decode(body: bytes, content_type: str = "") -> str:
    """``body`` as text.

    By its mark, as UTF-8 where it is valid UTF-8, by its label, else by what its letters look like.

    Never raises; what cannot be read at all becomes U+FFFD.
    """
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(encoding, "replace")
    for start, encoding in _WIDE:
        if body[:2] == start:
            return body.decode(encoding, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode(_one_byte(body, _labels(body, content_type)), "replace")


def _labels(body: bytes, content_type: str) -> list[str]:
    head = body[:4096]
    found = [match.group(1) for match in [_HEADER_LABEL.search(content_type)] if match]
    found += [m.group(1).decode("ascii") for m in (_XML_LABEL.match(head), _META_LABEL.search(head)) if m]
    labels = []
    for label in found:
        try:
            labels.append(codecs.lookup(label).name)
        except LookupError:
            continue
    return labels


def _one_byte(body: bytes, labels: list[str]) -> str:
    if "utf-8" in labels or not labels:
        text = body.decode("utf-8", "replace")
        high = sum(1 for byte in body[:_SAMPLE] if byte > 0x7F)
        # One torn character in a UTF-8 page is no other encoding.
        if text.count("�") <= max(3, _FEW_BAD * high) and high > 20:
            return "utf-8"
    for label in labels:
        if label not in _LATIN and _decodes(body, label):
            return label
    return max(_GUESSES, key=lambda encoding: _likeness(body[:_SAMPLE], encoding))


def _decodes(body: bytes, encoding: str) -> bool:
    try:
        text = body[:_SAMPLE].decode(encoding, "replace")
    except (LookupError, UnicodeError, TypeError):
        return False
    return text.count("�") <= max(3, len(text) // 100)


def _likeness(body: bytes, encoding: str) -> float:
    """Share of the letters outside ASCII that are common ones in the language of the encoding."""
    letters = [char for char in body.decode(encoding, "replace") if ord(char) > 0x7F]
    if not letters:
        return 1.0 if encoding == "cp1252" else 0.0
    return sum(char in _COMMON[encoding] for char in letters) / len(letters)
