"""Who holds an attribution: the name, the unnamed *analysts*, or the *he* that stands beside a speech verb."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from crypto_nlp.claims.reference import resolve
from crypto_nlp.mentions.clauses import COMMAS
from crypto_nlp.morphology import is_past, is_plural
from crypto_nlp.rules.grammar import grammar
from crypto_nlp.text import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crypto_nlp.mentions.clauses import Frame, Role
    from crypto_nlp.records import Cue, Name, Sentence
    from crypto_nlp.text import Text

UNNAMED = "unnamed"
_SPEAKING = ("person", "organisation", "region", "country", "group")
_NEAR = 3  # tokens between the names of one noun phrase: "Bloomberg Intelligence analyst Eric Balchunas"
_LONGEST = 16  # tokens of a noun phrase that names who speaks
_MUTE = frozenset(("asset", "bill", "country"))
# Words that stand for one house: *биржи* are many, and none of those named before.
_SINGLE = frozenset(("company", "exchange", "bank", "fund", "miner", "regulator", "ministry", "court"))
_CLOSING = frozenset('»”"“’')
_OPENING = frozenset('«“„"')


class Holder(NamedTuple):
    """Who speaks: ``source`` is a name's id, ``unnamed``, or None where nobody does. ``last`` is the token after it."""

    source: str | None
    house: str | None
    last: int
    person: bool = False
    referred: bool = False


_start = attrgetter("start")
NOBODY = Holder(None, None, -1)


class Finder:
    """Finds holders in one sentence of a text."""

    def __init__(
        self,
        view: Text,
        frame: Frame,
        names: Sequence[Name],
        references: Sequence[Cue],
        sentences: Sequence[Sentence],
        last_speaker: Holder,
    ) -> None:
        self.view, self.frame, self.names, self.references, self.sentences = view, frame, names, references, sentences
        self.last_speaker = last_speaker
        self.after_above = frame.first

    def pick(self, first: int, last: int) -> Holder:
        """The holder in the token range ``first:last``."""
        if first >= last:
            return NOBODY
        roles = self.frame.within(first, last)
        barrier = self._barrier(first, last, roles)
        names = [n for n in self.names_in(first, barrier) if not self._in_parenthesis(first, n)]
        chain = self._chain(names, roles)
        person = next((n for n in chain if n.kind == "person"), None)
        if person is None and barrier < last and any(r.role == "staff" for r in roles):
            person = self._late_person(barrier, last)
        if person is not None:
            house = person.house or next((n.id for n in chain if n.kind == "organisation"), None)
            return Holder(person.id, house, self._after(person), person=True)
        if self._is_source(first, barrier, roles, chain):
            house = chain[0].id if chain and chain[0].kind == "organisation" else None
            return Holder(UNNAMED, house, barrier)
        return self._impersonal(first, barrier, roles, chain)

    def _is_source(self, first: int, barrier: int, roles: list[Role], chain: list[Name]) -> bool:
        """Whether *sources*, *buyers* speak: the noun stands before any name or reference, or right after the name."""
        limit = barrier
        if chain:
            limit = min(limit, self._after(chain[0]) + 2)
        cue = self._first_reference(first, barrier)
        if cue is not None:
            limit = min(limit, self.view.between(cue.start, cue.end)[1])
        return any(r.role == "source" and r.first < limit for r in roles)

    def _impersonal(self, first: int, barrier: int, roles: list[Role], chain: list[Name]) -> Holder:
        body = next((n for n in chain if n.kind == "organisation"), None) or next(
            (n for n in chain if n.kind == "region" or (n.kind == "country" and n.start == chain[0].start)), None
        )
        reference = self._reference(first, barrier)
        cue = self._first_reference(first, barrier)
        if reference is not None and body is not None and cue is not None:
            gap = self.view.between(cue.end, body.start)
            if body.kind in ("country", "region") or body.start < cue.end or gap[1] - gap[0] > _NEAR:
                return reference
        if body is not None:
            return Holder(body.id, body.house, self._after(body))
        if reference is not None:
            return reference
        words = {r.role for r in roles if r.first < barrier}
        if words & {"staff", "record", "source"} or any(n.kind == "group" for n in chain):
            return Holder(UNNAMED, None, barrier)
        return NOBODY

    def _barrier(self, first: int, last: int, roles: list[Role]) -> int:
        """Where the noun phrase ends for organisations: at *with*, *seen by*, *filed to*, if not at its very start."""
        for role in roles:
            if role.role == "foreign" and role.first > first and not self._within_name(role.first):
                return role.first
        if grammar(self.view.lang).cases:
            for at in range(first + 1, last):
                if self.opens_with_place(at) and (self.names_in(first, at) or self._references(first, at)):
                    return at
        return last

    def _within_name(self, at: int) -> bool:
        """Whether the token is part of a name, not its first word: *Комиссия по ценным бумагам*."""
        start = self.view.tokens[at].start
        low = bisect_left(self.names, start, key=_start) - 1
        return low >= 0 and self.names[low].start < start < self.names[low].end

    def names_in(self, first: int, last: int) -> list[Name]:
        """The names within the token range that can speak."""
        if first >= last:
            return []
        start, end = self.view.tokens[first].start, self.view.tokens[last - 1].end
        low = bisect_left(self.names, start, key=_start)
        high = bisect_left(self.names, end, key=_start)
        return [n for n in self.names[low:high] if n.kind in _SPEAKING and n.end <= end and not self._is_people(n)]

    def _is_people(self, name: Name) -> bool:
        """Whether a Russian word for a people or its adjective is no country that speaks: *россияне*, *китайский*."""
        return grammar(self.view.lang).cases and name.kind == "country" and "demonym" in name.tags

    def _chain(self, names: list[Name], roles: list[Role]) -> list[Name]:
        """The names of the noun phrase: those close together; where an office is told, all."""
        if not names:
            return []
        if any(r.role == "staff" for r in roles):
            return names
        while names[0].kind in ("country", "region") and any(n.kind in ("organisation", "person") for n in names[1:]):
            names = names[1:]
        chain = [names[0]]
        for name in names[1:]:
            first, last = self.view.between(chain[-1].end, name.start)
            gap = [self.view.tokens[i].form for i in range(first, last)]
            if len([g for g in gap if g.isalnum()]) > _NEAR or any(g in COMMAS for g in gap):
                break
            chain.append(name)
        return chain

    def _late_person(self, first: int, last: int) -> Name | None:
        return next((n for n in self.names_in(first, last) if n.kind == "person"), None)

    def _in_parenthesis(self, first: int, name: Name) -> bool:
        at, _ = self.view.between(name.start, name.end)
        depth = 0
        for i in range(first, at):
            form = self.view.tokens[i].form
            depth += (form == "(") - (form == ")")
        return depth > 0

    def _after(self, name: Name) -> int:
        return self.view.between(name.start, name.end)[1]

    def _references(self, first: int, last: int) -> Sequence[Cue]:
        if first >= last:
            return ()
        start, end = self.view.tokens[first].start, self.view.tokens[last - 1].end
        low = bisect_left(self.references, start, key=_start)
        high = bisect_left(self.references, end, key=_start)
        found = [c for c in self.references[low:high] if c.sense not in _MUTE and not self._in_name(c)]
        if not grammar(self.view.lang).cases:
            return found
        return [
            c
            for c in found
            if normalise(c.text) not in self.frame.grammar["oblique"]
            and not c.text.endswith(("ю", "у"))
            and not (c.sense in _SINGLE and is_plural(normalise(c.text), self.view.lang))
        ]

    def _in_name(self, cue: Cue) -> bool:
        """Whether the words are part of a name: Минфин, البنك المركزي الروسي."""
        at = bisect_right(self.names, cue.start, key=_start) - 1
        return at >= 0 and self.names[at].end >= cue.end

    def _first_reference(self, first: int, last: int) -> Cue | None:
        return next(iter(self._references(first, last)), None)

    def _reference(self, first: int, last: int) -> Holder | None:
        """*The regulator*, *he*, *the report*: the name that it stands for, or nobody known."""
        for cue in self._references(first, last):
            found = self.refer(cue)
            if found.source is not None:
                return found._replace(last=self.view.between(cue.start, cue.end)[1])
        return None

    def refer(self, cue: Cue) -> Holder:
        """The holder that a referring word stands for: a speaker before, else the name that fits."""
        last = self.last_speaker
        if cue.sense == "report" or (cue.sense == "thing" and last.source not in (None, UNNAMED) and not last.person):
            house = last.house if last.person else last.source
            return Holder(house, None, -1, referred=True) if house != UNNAMED else NOBODY
        if cue.sense == "person" and last.person:
            return last._replace(referred=True)
        name = resolve(cue, self.names, cue.start, self.sentences)
        if name is None:
            return NOBODY
        return Holder(name.id, name.house, -1, person=name.kind == "person", referred=True)

    def starts_with_verb(self, first: int, last: int) -> bool:
        """Whether a Russian predicate opens the range, so that the subject stands before its comma."""
        return (
            first > self.frame.first and is_past(self.view.tokens[first].form, self.view.lang)
            if first < last
            else False
        )

    def opens_with_place(self, at: int) -> bool:
        """Whether *in* or *on* opens the words at ``at``: where it was said, unless the verb is a bare plural."""
        return at < self.frame.last and self.view.tokens[at].form in self.frame.grammar["places"]

    def refer_person(self, cue: Cue) -> Holder:
        """The person last named before the cue."""
        name = resolve("person", self.names, cue.start, self.sentences)
        return Holder(name.id, name.house, -1, person=True, referred=True) if name else NOBODY

    def comma_before(self, at: int) -> bool:
        """Whether a comma, dash or closing quote stands right before token ``at``."""
        previous = self.view.tokens[at - 1].form if at > self.frame.first else ""
        return previous in COMMAS or previous in "-—–" or previous in _CLOSING if previous else False

    def stop_after(self, first: int, *, limit: int = _LONGEST) -> int:
        """Where the noun phrase that begins at ``first`` ends: a comma, complement, colon or the sentence's end."""
        for at in range(first, min(self.frame.last, first + limit)):
            form = self.view.tokens[at].form
            if form in COMMAS or form in ";:؛()—–" or (form in ".!?؟" and at == self.frame.last - 1):
                return at
            if at > first and any(
                r.role in ("complement", "contrast", "relative", "subordinate") for r in self.frame.within(at, at + 1)
            ):
                return at
        return min(self.frame.last, first + limit)
