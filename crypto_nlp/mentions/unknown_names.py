"""Names that no register holds, shown to be names by their letters, their quotes or the words beside them.

Where the script has capitals a run of capitalised words is a candidate (:mod:`cased_names`), unless the capital is due
anyway and nothing else in the document proves it. Where it has none (:mod:`uncased_names`), a name is what stands in
quotes or in Latin letters, or what follows an office or a verb of saying. What stays doubtful is left unread.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crypto_nlp.mentions.cased_names import read_run
from crypto_nlp.mentions.name_page import OPENERS, Draft
from crypto_nlp.mentions.uncased_names import inflected, read_person
from crypto_nlp.text import script

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crypto_nlp.mentions.name_page import Line, Page

_TICKER = re.compile(r"[A-Z][A-Z0-9]{1,9}")
_QUOTED = 5  # tokens in a quoted name


def drafts(page: Page) -> Iterator[Draft]:
    """The candidates in order of place, without overlaps."""
    for line in page.lines:
        at = line.first
        while at < line.last:
            draft = _at(page, at, line) if at in page.beginnings else None
            if draft is None:
                at += 1
                continue
            if draft.kind:
                yield draft
            at = draft.last


def _at(page: Page, at: int, line: Line) -> Draft | None:
    if page.blocked(at):
        return None
    form = page.form(at)
    if form in OPENERS:
        return _quoted(page, at, line)
    if not form[0].isalpha():
        return None
    if script(form) == "arabic":
        return read_person(page, at, line)
    run = _ticker(page, at) or read_run(page, at, line)
    return run if run is None or run.last - run.first > 1 else _ticker(page, run.first) or run


def _ticker(page: Page, at: int) -> Draft | None:
    """``$HAWK``, *the HAWK token*, عملة HAWK: a coin by the noun beside it."""
    written = page.word(at)
    if at in page.taken or not _TICKER.fullmatch(written) or page.plain(at) in page.roles.never:
        return None
    dollar = page.form(at - 1) == "$" and page.glued(at)
    before, after = page.marks.nouns.get(at), page.marks.noun_starts.get(at + 1)
    beside = (before is not None and before[1] == "token") or (after is not None and after[1] == "token")
    return Draft(at, at + 1, (written,), "asset") if dollar or beside else None


def _quoted(page: Page, at: int, line: Line) -> Draft | None:
    """A short name in quotes behind a noun that says what it is, or a single capitalised word; never a phrase."""
    closer = OPENERS[page.form(at)]
    last = next((i for i in range(at + 1, min(at + 2 + _QUOTED, line.last)) if page.form(i) == closer), None)
    if (
        last is None
        or not (page.glued(at + 1) and page.glued(last))
        or (page.glued(at) and page.form(at - 1)[0].isalnum())
    ):
        return None
    if any(i in page.taken for i in range(at + 1, last)):
        return None
    inner = [i for i in range(at + 1, last) if page.form(i)[0].isalnum()]
    if not inner or any(page.form(i) in page.roles.stops for i in inner) or page.is_never(inner[0]):
        return None
    noun = page.marks.nouns.get(at)
    tag = noun[1] if noun else None
    if script(page.form(inner[0])) == "arabic":
        proven = tag is not None or at - 1 in page.places or last + 1 in page.places  # «تاكاداو» السعودية
        fits = not page.form(inner[0]).startswith("ال") and (proven or not any(inflected(page.form(i)) for i in inner))
        fits = fits and len(inner) <= (_QUOTED if proven else 2) and len(page.form(inner[0])) > 2
    else:
        fits = page.capital(inner[0]) and (
            tag is not None or (len(inner) == 1 and line.first < at and _rare(page, inner[0]))
        )
    if not fits or tag in ("token", "law", "event", "place"):
        return None
    return Draft(at + 1, last, page.words(at + 1, last), "organisation", frozenset((tag,)) if tag else frozenset())


def _rare(page: Page, at: int) -> bool:
    """Whether a quoted word is no everyday word in ironic quotes."""
    return page.plain(at) not in page.roles.latin_words and page.plain(at) not in page.roles.common
