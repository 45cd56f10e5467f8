"""Names that no register holds, shown to be names by their letters, their quotes or the words beside them.

Where the script has capitals a run of capitalised words is a candidate, unless the capital is due anyway (a sentence's first
word, a headline in title case) and nothing else in the document proves it. Arabic has none: there a name is what stands in
quotes or in Latin letters, or what follows an office or a verb of saying and is no word of the language that `roles.yaml`
knows. What stays doubtful is left unread.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from crypto_nlp.text import script

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crypto_nlp.lexicon import Match
    from crypto_nlp.rules.roles import Roles
    from crypto_nlp.text import Text, Token

_OPENERS = {"«": "»", "“": "”", "„": "“", '"': '"', "”": "”"}
_INNER_CAPITAL = re.compile(r"[a-zа-яё]+[A-ZА-ЯЁ]|[A-Z]+[a-z]+[A-Z]|^[A-Z]+\d|^\d*[A-Z][a-z]+\d")
_ACRONYM = re.compile(r"[A-ZА-ЯЁ][A-ZА-ЯЁ0-9&]{1,6}")
_TICKER = re.compile(r"[A-Z][A-Z0-9]{1,7}")
_LONGEST = 8  # words in a name


class Line(NamedTuple):
    """One sentence: its token range, and whether it is in title case, where capitals prove nothing."""

    first: int
    last: int
    titled: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """A candidate: its tokens, the words that make its id, what it is, and whether a role, verb or noun beside it says so."""

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
        offices, verbs = roles.roles.find(tokens), roles.speech.find(tokens)
        self.roles, self.role_starts = _by_end(offices), _by_start(offices)
        self.speech, self.speech_starts = _by_end(verbs), _by_start(verbs)
        nouns = roles.organisations.find(tokens)
        self.nouns = {m.last: (m.first, m.payload) for m in nouns}
        self.noun_starts: dict[int, tuple[int, str]] = {}
        for match in sorted(nouns, key=lambda m: m.last):
            self.noun_starts[match.first] = (match.last, match.payload)


def _by_end(matches: Sequence[Match[None]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for match in matches:
        found[match.last] = min(match.first, found.get(match.last, match.first))
    return found


def _by_start(matches: Sequence[Match[None]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for match in matches:
        found[match.first] = max(match.last, found.get(match.first, match.last))
    return found


class DraftReader:
    """Finds the drafts of one document. ``taken`` are the tokens of names already known; ``places`` those of them that a
    longer name may swallow (countries, assets: *Texas Blockchain Council*)."""

    def __init__(
        self, view: Text, lines: Sequence[Line], roles: Roles, marks: Marks, taken: set[int], places: set[int]
    ) -> None:
        """Take what the document holds; nothing is read yet."""
        self.view = view
        self.lines = lines
        self.roles = roles
        self.taken = taken
        self.places = places
        self.marks = marks
        self.proven = self._proven()

    def drafts(self) -> Iterator[Draft]:
        """The candidates in order of place, without overlaps."""
        for line in self.lines:
            at = line.first
            while at < line.last:
                draft = self._at(at, line)
                if draft is None:
                    at += 1
                else:
                    yield draft
                    at = draft.last

    def _at(self, at: int, line: Line) -> Draft | None:
        token = self.view.tokens[at]
        if at in self.taken and at not in self.places:
            return None
        if token.form in _OPENERS:
            return self._quoted(at, line)
        if not token.form[0].isalnum():
            return None
        if script(token.form) == "arabic":
            return self._arabic_person(at, line)
        return self._ticker(at) or self._run(at, line)

    # Letters

    def word(self, at: int) -> str:
        """The token as the text writes it."""
        token = self.view.tokens[at]
        return self.view.original[token.start : token.end]

    def _capital(self, at: int) -> bool:
        written = self.word(at)
        return written[0].isupper() or (written[0].isalpha() and _INNER_CAPITAL.search(written) is not None)

    def _plain(self, at: int) -> str:
        return self.view.tokens[at].form.removesuffix("'s").removesuffix("'")

    def _is_never(self, at: int) -> bool:
        return self._plain(at) in self.roles.never

    def _glued(self, at: int) -> bool:
        """Whether nothing stands between this token and the one before it."""
        return at > 0 and self.view.tokens[at - 1].end == self.view.tokens[at].start

    def _proven(self) -> frozenset[str]:
        """The words that stand capitalised somewhere where no capital is due."""
        found: set[str] = set()
        for line in self.lines:
            if line.titled:
                continue
            first = next((i for i in range(line.first, line.last) if self.view.tokens[i].form[0].isalnum()), line.last)
            for at in range(first + 1, line.last):
                after_mark = self.view.tokens[at - 1].form in (*_OPENERS, ":", "—", "–", ".", "!", "?")
                if self.view.tokens[at].form[0].isalpha() and not after_mark and self._capital(at):
                    found.add(self._plain(at))
        return frozenset(found)

    # Capitals

    def _ticker(self, at: int) -> Draft | None:
        """``$HAWK``, *the HAWK token*, عملة HAWK: a coin by the noun beside it."""
        written = self.word(at)
        if at in self.taken or not _TICKER.fullmatch(written) or self._is_never(at):
            return None
        dollar = at > 0 and self.view.tokens[at - 1].form == "$" and self._glued(at)
        before, after = self.marks.nouns.get(at), self.marks.noun_starts.get(at + 1)
        beside = (before and before[1] == "token") or (after and after[1] == "token")
        return Draft(at, at + 1, (written,), "asset") if dollar or beside else None

    def _run(self, at: int, line: Line) -> Draft | None:
        last = self._run_end(at, line.last)
        if last is None:
            return None
        first = at
        while first < last and not self._may_begin(first, line):
            first += 1
            while first < last and self.view.tokens[first].form in (*self.roles.joining, "-", "."):
                first += 1
        if first >= last or not self._fits(first, last, line):
            return None
        return self._classify(first, last, line)

    def _run_end(self, at: int, end: int) -> int | None:
        """The index after the run of capitalised words that begins here, or None where none does."""
        if not self._opens(at):
            return None
        last = here = at + 1
        while here < end and last - at < _LONGEST:
            form = self.view.tokens[here].form
            if form in ("-", "&", ".") and here + 1 < end and self._joined(here):
                here += 1
            elif form in self.roles.joining and here + 1 < end and here == last and self._opens(here + 1):
                here += 1
            elif self._continues(here):
                here = last = here + 1
                if self.word(here - 1).endswith(("'s", "’s")):
                    break
            else:
                break
        return last

    def _joined(self, at: int) -> bool:
        """Whether a hyphen, ampersand or full stop at ``at`` stands inside a name: *Triple-A*, *AT&T*, *J. Powell*."""
        if self.view.tokens[at].form == ".":
            return len(self.word(at - 1)) == 1 and self._glued(at) and self._continues(at + 1)
        return (self.view.tokens[at].form == "&" or (self._glued(at) and self._glued(at + 1))) and self._continues(
            at + 1
        )

    def _opens(self, at: int) -> bool:
        return self._continues(at) and script(self.view.tokens[at].form) != "arabic"

    def _continues(self, at: int) -> bool:
        if at in self.taken and at not in self.places:
            return False
        form = self.view.tokens[at].form
        return form[0].isalpha() and self._capital(at) and not self._is_never(at)

    def _may_begin(self, at: int, line: Line) -> bool:
        """Whether a name may begin here: no word that any sentence may open with, no title, no office."""
        form = self._plain(at)
        if form in self.roles.stops or form in self.roles.titles or form in self.roles.joining:
            return False
        if at in self.marks.role_starts and form not in self.roles.given_names:
            return False
        if at in self.places or self._is_first(at, line) or line.titled:
            follower = at + 1 < line.last and self._opens(at + 1)
            return at in self.places or form in self.proven or self._proves_itself(at) or (follower and not line.titled)
        return True

    def _is_first(self, at: int, line: Line) -> bool:
        if self.view.tokens[at - 1].form in (*_OPENERS, ":", "—", "–") and at > line.first:
            return True
        return all(not self.view.tokens[i].form[0].isalnum() for i in range(line.first, at))

    def _proves_itself(self, at: int) -> bool:
        written = self.word(at).removesuffix("'s").removesuffix("’s")
        if _INNER_CAPITAL.search(written) or self._plain(at) in self.roles.given_names:
            return True
        return len(written) > 2 and _ACRONYM.fullmatch(written) is not None

    def _fits(self, first: int, last: int, line: Line) -> bool:
        """Whether these words may be a name at all."""
        places = all(i in self.places or self.view.tokens[i].form in self.roles.joining for i in range(first, last))
        if places:
            return self._noun_after(last) in ("pension_fund", "court", "university")
        if any(i in self.places for i in range(first, last)) and self._noun_inside(first, last) is None:
            return False
        if line.titled:
            return all(
                self._plain(i) in self.proven or self._proves_itself(i) for i in range(first, last) if self._capital(i)
            )
        if last - first > 1:
            return True
        return self._single(first, line)

    def _single(self, at: int, line: Line) -> bool:
        """A single word: Latin in another script, of its own letters, after a noun, beside a verb; not a bare initial."""
        written = self.word(at)
        beside = at in self.marks.nouns or at + 1 in self.marks.speech_starts or at in self.marks.speech
        if len(written) < 2:
            return False
        if script(self.view.tokens[at].form) != "latin":
            return beside and not self._is_first(at, line)
        if self.view.lang in ("ar", "ru"):
            return True
        return beside or self._proves_itself(at) or (self._plain(at) in self.proven)

    def _noun_inside(self, first: int, last: int) -> str | None:
        """The kind of organisation that a noun within the run tells, if one of its words is such a noun."""
        for at in range(last - 1, first - 1, -1):
            found = self.marks.noun_starts.get(at)
            if found is not None and found[0] <= last and at not in self.places:
                return found[1]
        return None

    def _noun_after(self, last: int) -> str | None:
        found = self.marks.noun_starts.get(last)
        return found[1] if found else None

    def _classify(self, first: int, last: int, line: Line) -> Draft | None:
        inside, after = self._noun_inside(first, last), self._noun_after(last)
        before = self.marks.nouns.get(first)
        end = last
        if inside is None and after in ("pension_fund", "court", "university") and last not in self.taken:
            end = self.marks.noun_starts[last][0]
            inside = after
        tag = inside or (before[1] if before else None) or after
        words = tuple(self.word(i) for i in range(first, end) if self.view.tokens[i].form[0].isalnum())
        if self._is_person(first, last, inside) and end == last:
            return Draft(first, end, words, "person")
        tags = frozenset((tag,)) if tag and tag != "token" else frozenset()
        return Draft(first, end, words, "organisation", tags)

    def _is_person(self, first: int, last: int, noun: str | None) -> bool:
        words = [i for i in range(first, last) if self.view.tokens[i].form[0].isalpha()]
        if (
            noun is not None
            or not 2 <= len(words) <= 4
            or any(self.word(i).isupper() and len(self.word(i)) > 2 for i in words)
        ):
            return False
        given = self._plain(words[0]) in self.roles.given_names
        return given or self._spoken_of(first, last)

    def _spoken_of(self, first: int, last: int) -> bool:
        """Whether an office or a verb of saying stands beside these words."""
        office = first in self.marks.roles or (first > 0 and self._plain(first - 1) in self.roles.titles)
        after = (
            last < len(self.view.tokens) and self.view.tokens[last].form == "," and last + 1 in self.marks.role_starts
        )
        return office or after or first in self.marks.speech or last in self.marks.speech_starts

    # Quotes

    def _quoted(self, at: int, line: Line) -> Draft | None:
        """A short name in quotes: capitalised, or in Arabic after a noun or preposition; never a phrase."""
        closer = _OPENERS[self.view.tokens[at].form]
        last = next((i for i in range(at + 1, min(at + 6, line.last)) if self.view.tokens[i].form == closer), None)
        if last is None or last == at + 1 or any(i in self.taken for i in range(at + 1, last)):
            return None
        inner = [i for i in range(at + 1, last) if self.view.tokens[i].form[0].isalnum()]
        if not inner or any(self.view.tokens[i].form in self.roles.stops for i in inner) or self._is_never(inner[0]):
            return None
        noun = self.marks.nouns.get(at)
        tag = noun[1] if noun else None
        if script(self.view.tokens[inner[0]].form) == "arabic":
            fits = tag is not None and len(inner) <= 4 and not self.view.tokens[inner[0]].form.startswith("ال")
        else:
            fits = self._capital(inner[0]) and (tag is not None or (len(inner) == 1 and line.first < at))
        if not fits or tag == "token":
            return None
        words = tuple(self.word(i) for i in inner)
        return Draft(at + 1, last, words, "organisation", frozenset((tag,)) if tag else frozenset())

    # Arabic

    def _arabic_person(self, at: int, line: Line) -> Draft | None:
        """Two to four words behind an office or a verb of saying, up to a word that no name holds."""
        given = self.view.tokens[at].form in self.roles.given_names
        behind = at in self.marks.roles or at in self.marks.speech or self.view.tokens[at - 1].form in self.roles.titles
        if not (behind or given):
            return None
        last = at
        while last < line.last and last - at < 4 and self._arabic_name_word(last, inside=last > at):
            last += 1
        while last > at and self.view.tokens[last - 1].form in self.roles.joining:
            last -= 1
        if last - at < 2 or (not given and not self._ends_clearly(last, line)):
            return None
        start = next((i for i in range(at + 1, last - 1) if self.view.tokens[i].form in self.roles.given_names), at)
        start = at if given else start
        return Draft(start, last, tuple(self.word(i) for i in range(start, last)), "person")

    def _arabic_name_word(self, at: int, *, inside: bool) -> bool:
        form = self.view.tokens[at].form
        if at in self.taken or script(form) != "arabic" or form in self.roles.stops:
            return False
        if at in self.marks.role_starts or at in self.marks.noun_starts or at in self.marks.speech_starts:
            return False
        if form.startswith("ال") and not inside:
            return False
        return not (form.startswith(("و", "ل")) and form[1:] in self.roles.stops)

    def _ends_clearly(self, last: int, line: Line) -> bool:
        """Whether the name ends at a comma, a quote, or a word such as أن: then what stands between was a name."""
        if last >= line.last:
            return True
        form = self.view.tokens[last].form
        return form in ("،", ",", ":", ".", "(", "«", '"', "“") or form in self.roles.stops
