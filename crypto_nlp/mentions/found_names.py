"""What the stages of the names reader hand to each other: a name with its tokens."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from crypto_nlp.records import Name

if TYPE_CHECKING:
    from crypto_nlp.rules.names import Entry
    from crypto_nlp.text import Text


_INITIALS = re.compile(r"(?:\w\.)+\w")  # U.S, whose last full stop belongs to it


class Found(NamedTuple):
    """A name and the half-open range of tokens that it covers."""

    first: int
    last: int
    name: Name

    def known_as(self, other: Name) -> Found:
        """The same words, taken for what ``other`` names."""
        name = replace(
            self.name,
            id=other.id,
            kind=other.kind,
            tags=other.tags - {"demonym", "metonym"},
            jurisdiction=other.jurisdiction,
            house=other.house,
            known=other.known,
        )
        return self._replace(name=name)


def of_entry(view: Text, first: int, last: int, entry: Entry, sense: str = "") -> Found:
    """The register's entry found at these tokens; a possessive ending stays outside."""
    start, end = span(view, first, last)
    roles = (entry.role,) if isinstance(entry.role, str) else entry.role or ()
    tags = entry.tags.union(roles, (sense,) if sense else ())
    text = view.original[start:end]
    return Found(first, last, Name(start, end, text, entry.id, entry.kind, tags, entry.jurisdiction, entry.house))


def span(view: Text, first: int, last: int) -> tuple[int, int]:
    """The original offsets of the tokens ``first:last`` without the possessive ending of the last."""
    start, end = view.tokens[first].start, view.tokens[last - 1].end
    text = view.original[start:end]
    if len(text) > 2 and text[-2:] in ("'s", "’s"):
        end -= 2
    elif _INITIALS.fullmatch(text) and view.original[end : end + 1] == ".":
        end += 1
    elif len(text) > 3 and text[-1:] in ("'", "’"):
        end -= 1
    return start, end
