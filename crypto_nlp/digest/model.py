"""The values of a digest: what was asked, and sections whose lines are read from the database as they are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from crypto_nlp.search import Filters
from crypto_nlp.search.find import NO_FILTERS

RTL = frozenset({"ar", "fa", "he", "ur"})
_FRAGMENT_WORDS = 8
_PUNCTUATION = re.compile(r"\W")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to write a digest about.

    ``since`` and ``until`` are aware instants, half open; ``tz`` the IANA zone of its days. ``limit`` caps the lines
    of each list, None writes all. ``due_days`` is how far ahead a forecast falls due. ``digits`` is ``latin`` or
    ``arabic``. ``query`` and ``filters`` (whose span is left open) narrow the digest to what a search finds.
    ``folders`` are the user's own rules, for the names in them.
    """

    since: datetime
    until: datetime
    lang: str = "en"
    query: str = ""
    filters: Filters = NO_FILTERS
    limit: int | None = 10
    due_days: int = 180
    tz: str = "UTC"
    digits: str = "latin"
    title: str = ""
    sample: bool = False
    folders: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One claim as a digest shows it: the promised row, the gloss in the reader's language, and who said it."""

    row: Mapping[str, Any]
    text: str
    said_by: tuple[str, ...]

    @property
    def evidence_dir(self) -> str:
        """The direction of the sentence that the claim was read from."""
        return "rtl" if self.row["lang"] in RTL else "ltr"

    @property
    def before(self) -> str:
        """The sentence up to the anchor."""
        return self._parts()[0]

    @property
    def anchor(self) -> str:
        """The words that carry the claim."""
        return str(self.row["anchor"])

    @property
    def after(self) -> str:
        """The sentence after the anchor."""
        return self._parts()[1]

    def _parts(self) -> tuple[str, str]:
        at = self.row["start"] - self.row["sentence_start"]
        sentence = str(self.row["sentence"])
        return sentence[:at], sentence[at + len(self.anchor) :]

    @property
    def href(self) -> str | None:
        """A link that opens the article at the passage; None where the article has no web address."""
        url = str(self.row["article_url"])
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.netloc:
            return None
        if parts.fragment:
            return url
        words = str(self.row["sentence"]).split()[:_FRAGMENT_WORDS]
        return f"{url}#:~:text={_PUNCTUATION.sub(_encoded, ' '.join(words))}"


def _encoded(found: re.Match[str]) -> str:
    # Letters of every script may stand in an IRI; a dash or comma has a meaning of its own in a text fragment.
    return "%2D" if found[0] == "-" else quote(found[0], safe="", errors="replace")


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under one heading. ``total`` counts those beyond the limit, too; ``lines`` reads them anew."""

    heading: str
    key: str
    total: int
    lines: Callable[[], Iterator[Line]]
    chart: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One question of the desk. ``groups`` may be empty."""

    key: str
    title: str
    groups: tuple[Group, ...]
    chart: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """A whole digest. ``lang`` and ``dir`` are those of its own words, not of the evidence."""

    request: Request
    title: str
    period: str
    summary: str
    sections: tuple[Section, ...]

    @property
    def lang(self) -> str:
        """The language of the digest's own words."""
        return self.request.lang

    @property
    def dir(self) -> str:
        """The direction of the digest's own words."""
        return "rtl" if self.lang in RTL else "ltr"
