"""Text that is safe to show: terminals, spreadsheets and readers' eyes each obey other characters of a hostile text.

Control characters move a terminal's cursor, bidi overrides reorder what a reader sees, and a cell that starts with
``=`` is run by a spreadsheet. What is stored keeps every character, so that offsets hold; these functions stand where
text leaves the program.
"""

from __future__ import annotations

import json
import re
from typing import Any

# C0 and C1 controls, line and paragraph separators, bidi embeddings, overrides and isolates, lone surrogates.
_HOSTILE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_SPACE = re.compile(r"\s+")
# A spreadsheet takes these, and their full-width forms, for the start of a formula.
_FORMULA = re.compile(r"[\s\u200b\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20](?=.)", re.DOTALL)


def printable(text: str) -> str:
    """``text`` without the characters that act on a terminal or override direction; lines stay lines."""
    return _HOSTILE.sub("", text) if _HOSTILE.search(text) else text


def one_line(text: str) -> str:
    """``text`` as one printable line."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    return _SPACE.sub(" ", printable(_SPACE.sub(" ", text))).strip()


def json_text(value: Any, indent: int | None = None) -> str:
    """``value`` as JSON that reads back exactly, with hostile characters written as escapes."""
    written = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    return _HOSTILE.sub(lambda found: f"\\u{ord(found[0]):04x}", written) if _HOSTILE.search(written) else written


def cell(value: Any) -> str:
    """``value`` as one cell of CSV or TSV; what a spreadsheet would run as a formula gets an apostrophe first."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
        value = "; ".join(value)
    text = one_line(value if isinstance(value, str) else json_text(value))
    return f"'{text}" if _FORMULA.match(text) else text
