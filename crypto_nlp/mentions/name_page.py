"""A document as the finders of unknown names see it: tokens with their letters, and the words of `roles.yaml`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import compress, count
from typing import TYPE_CHECKING, Any, NamedTuple

from crypto_nlp.lexicon import Match
from crypto_nlp.rules.roles import Noun, Office, Speech
from crypto_nlp.text import script

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crypto_nlp.rules.roles import Roles
    from crypto_nlp.text import Text

INNER_CAPITAL = re.compile(r"[a-zа-яё]+[A-ZА-ЯЁ]|[A-Z]+[a-z]+[A-Z]|^[A-Z]{2,}\d+[A-Z]|^\d*[A-Z][a-z]+\d")
ACRONYM = re.compile(r"[A-ZА-ЯЁ][A-ZА-ЯЁ0-9&]{2,6}")
CODE = re.compile(r"[A-Z]{1,3}\d+\w*|\d.*")  # M53, B4, FY24, RUB2mn: pages, roads, years, sums
PLURALS = ("ون", "ين", "ات", "يين")  # a plural office is no one's title: المتداولين
OPENERS = {"«": "»", "“": "”", "„": "“", '"': '"', "”": "”"}


class Line(NamedTuple):
    """One sentence: its token range, and whether it is in title case, where capitals prove nothing."""

    first: int
    last: int
    titled: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """A candidate: its tokens, the words that make its id, what it is.

    ``kind`` is ``""`` for what is named but is no name to us (a law, an event).
    """

    first: int
    last: int
    words: tuple[str, ...]
    kind: str
    tags: frozenset[str] = frozenset()


class Marks:
    """The phrases of `roles.yaml` in one document, by the token at which they end and at which they begin."""

    def __init__(self, view: Text, roles: Roles) -> None:
        """Find them all once."""
        tokens = view.tokens
        found = roles.phrases.find(view.forms)
        offices = [m for m in found if isinstance(m.payload, Office) and not _plural(tokens[m.first].form)]
        verbs = [m for m in found if isinstance(m.payload, Speech)]
        nouns = [Match(m.first, m.last, m.payload.tag) for m in found if isinstance(m.payload, Noun)]
        self.roles, self.role_starts = _by_end(offices), _by_start(offices)
        self.speech, self.speech_starts = _by_end(verbs), _by_start(verbs)
        self.inside_role = {i: m.last for m in sorted(offices, key=lambda m: m.last) for i in range(m.first, m.last)}
        self.nouns = {m.last: (m.first, m.payload) for m in sorted(nouns, key=lambda m: -m.first)}
        self.noun_starts = {m.first: (m.last, m.payload) for m in sorted(nouns, key=lambda m: m.last)}


def _plural(form: str) -> bool:
    return script(form) == "arabic" and form.endswith(PLURALS)


def _by_end(matches: Iterable[Match[Any]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for match in matches:
        found[match.last] = min(match.first, found.get(match.last, match.first))
    return found


def _by_start(matches: Iterable[Match[Any]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for match in matches:
        found[match.first] = max(match.last, found.get(match.first, match.last))
    return found


def _is_uncased(form: str) -> bool:
    """Whether a folded word is written in a script without capitals."""
    return "\u0600" <= form[0] <= "\u06ff"


@dataclass(frozen=True)
class Page:
    """The document.

    ``taken`` are the tokens of names already known; ``places`` those of them that a longer name may swallow (countries,
    assets: *Texas Blockchain Council*), ``regions`` those that a common noun makes a name (*Fairfax County pension
    plans*, but not *British pension plans*), ``groups`` those of groups, which capitals make part of a name (*Larkspur
    Retirement Fund*).
    """

    view: Text
    lines: Sequence[Line]
    roles: Roles
    marks: Marks
    taken: set[int]
    places: set[int] = field(default_factory=set)
    regions: set[int] = field(default_factory=set)
    groups: set[int] = field(default_factory=set)

    def blocked(self, at: int) -> bool:
        """Whether a name known for sure stands here."""
        return at in self.taken and at not in self.places and at not in self.groups

    def form(self, at: int) -> str:
        """The folded token, empty outside the document."""
        return self.view.forms[at] if 0 <= at < len(self.view.forms) else ""

    def word(self, at: int) -> str:
        """The token as the text writes it."""
        token = self.view.tokens[at]
        return self.view.original[token.start : token.end]

    def words(self, first: int, last: int) -> tuple[str, ...]:
        """The words of a span as written, marks left out."""
        return tuple(self.word(i) for i in range(first, last) if self.form(i)[0].isalnum())

    def plain(self, at: int) -> str:
        """The folded token without a possessive ending."""
        return self.form(at).removesuffix("'s").removesuffix("'")

    def capital(self, at: int) -> bool:
        """Whether the word has a capital, at its head or within (*iShares*)."""
        written = self.word(at)
        if written.islower():
            return False
        return written[0].isupper() or (written[0].isalpha() and INNER_CAPITAL.search(written) is not None)

    def glued(self, at: int) -> bool:
        """Whether nothing stands between this token and the one before it."""
        return at > 0 and self.view.tokens[at - 1].end == self.view.tokens[at].start

    def given(self, at: int) -> bool:
        """Whether the word is a first name."""
        return at in self._given

    @cached_property
    def _given(self) -> set[int]:
        return set(compress(count(), map(self.roles.given.__getitem__, self.view.forms)))

    @cached_property
    def beginnings(self) -> set[int]:
        """The tokens with which alone a name may begin.

        They have a capital or open a quotation; in a script without capitals they are first names, or an office, a
        title or a verb of saying stands before them.
        """
        forms = self.view.forms
        told = {at + 1 for at in compress(count(), map(self.roles.titles.__contains__, forms)) if at + 1 < len(forms)}
        evident = self._given | told | (self.marks.roles.keys() | self.marks.speech.keys()) - {len(forms)}
        shown = {at for at in evident if _is_uncased(forms[at])}
        shown.update(at for at, form in enumerate(forms) if form[0].isalpha() and not _is_uncased(form))
        named = {at for at in shown if forms[at][0].isalpha() and not self.word(at).islower()}
        return named.union(compress(count(), map(OPENERS.__contains__, forms)))

    def is_never(self, at: int) -> bool:
        """Whether the word is capitalised without being a name: *CEO*, *January*."""
        return self.plain(at) in self.roles.never or CODE.fullmatch(self.word(at)) is not None

    def is_first(self, at: int, line: Line) -> bool:
        """Whether a capital is due here anyway."""
        if at > line.first and self.form(at - 1) in (*OPENERS, ":", "—", "–", ".", "!", "?"):
            return True
        return all(not self.form(i)[0].isalnum() for i in range(line.first, at))

    def spoken_of(self, first: int, last: int) -> bool:
        """Whether an office, a title or a verb of saying stands beside these words."""
        office = first in self.marks.roles or self.form(first - 1) in self.roles.titles
        office = office or (self.form(first - 1) == "." and self.form(first - 2) in self.roles.titles)
        after = self.form(last) in (",", "،") and any(i in self.marks.role_starts for i in range(last + 1, last + 4))
        return office or after or first in self.marks.speech or last in self.marks.speech_starts

    @cached_property
    def proven(self) -> frozenset[str]:
        """The words that stand capitalised somewhere where no capital is due."""
        return frozenset(
            self.plain(at)
            for line in self.lines
            if not line.titled
            for at in range(line.first + 1, line.last)
            if self.form(at)[0].isalpha() and self.capital(at) and not self.is_first(at, line)
        )
