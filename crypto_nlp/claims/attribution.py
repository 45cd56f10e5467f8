"""Whom the text credits with each stretch of itself.

Every attribution cue is tied to its holder (:mod:`crypto_nlp.claims.holders`) and to the words that it covers: what
follows it, what goes before it, the whole sentence, or the sentence before. Where several cover a place, the
narrowest decides, except that what a house *expects* inside the words of a speaker is the speaker's. Nothing is
carried into the next sentence unless that sentence refers back: a pronoun, *по его словам*, وأضاف, or a quote that
goes on.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from crypto_nlp.claims.holders import NOBODY, UNNAMED, Finder, Holder
from crypto_nlp.claims.spans import Reach, reach
from crypto_nlp.mentions.clauses import Frame
from crypto_nlp.records import CueKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crypto_nlp.records import Cue, Name, Sentence
    from crypto_nlp.rules.cues import CueRules
    from crypto_nlp.text import Text

_MOST = 60  # attributions of one sentence that are read: nobody writes as many, and a hostile text must stay linear
_CITED = 7  # tokens after *citing* within which the one cited is named
_HEADLINE_NAME = 6  # words before a headline's colon that may name its speaker
_TITLES = ("staff", "record", "source")
_HEADLINE_KINDS = ("organisation", "person")


class Speaker(NamedTuple):
    """Who speaks: a name's id, ``unnamed``, or None for the outlet itself; a person's house; the cue that says so."""

    source: str | None
    house: str | None = None
    cue: Cue | None = None


OUTLET = Speaker(None)


@dataclass(frozen=True, slots=True)
class Said:
    """The characters ``start:end`` are credited to ``speaker``."""

    start: int
    end: int
    speaker: Speaker
    person: bool = False

    def covers(self, start: int, end: int) -> bool:
        """Whether the middle of ``start:end`` lies within."""
        return self.start <= (start + end) // 2 < self.end


@dataclass(frozen=True)
class Attribution:
    """Who says what in a text; ``cues`` are the attribution cues with holder and scope filled in."""

    spans: tuple[Said, ...] = ()
    cues: tuple[Cue, ...] = ()
    _sentences: Sequence[Sentence] = field(default=(), repr=False)
    _by_sentence: Mapping[int, list[Said]] = field(default_factory=dict, repr=False)
    _by_cue: Mapping[tuple[int, int], Speaker] = field(default_factory=dict, repr=False)
    _holders: frozenset[tuple[int, int]] = field(default=frozenset(), repr=False)

    def source_at(self, start: int, end: int) -> Speaker:
        """Whom the text credits with the words ``start:end``."""
        place = bisect_right(self._sentences, start, key=lambda s: s.start) - 1
        over = [s for s in self._by_sentence.get(place, ()) if s.covers(start, end)]
        if not over:
            return OUTLET
        best = min(over, key=lambda s: (s.end - s.start, s.start))
        if best.speaker.cue is not None and best.speaker.cue.sense == "expects" and not best.person:
            wider = [s for s in over if s.person and s.speaker.cue is not None and s.speaker.cue.sense == "says"]
            best = min(wider, key=lambda s: s.end - s.start, default=best)
        return best.speaker

    def holder_of(self, cue: Cue) -> Speaker | None:
        """The speaker that an attribution cue of :attr:`cues` (or of the reader) belongs to, or None."""
        return self._by_cue.get((cue.start, cue.end))

    def is_holder(self, name: Name) -> bool:
        """Whether the name, at this place, is there to say who speaks."""
        return (name.start, name.end) in self._holders

    def frames(self) -> Iterator[tuple[Cue, str, int, int]]:
        """Cue, source and span of what is said, for every attribution with a named holder: what statements need."""
        for said in self.spans:
            if said.speaker.cue is not None and said.speaker.source not in (None, UNNAMED):
                yield said.speaker.cue, str(said.speaker.source), said.start, said.end


def assign(
    view: Text, sentences: Sequence[Sentence], names: Sequence[Name], cues: Sequence[Cue], rules: CueRules
) -> Attribution:
    """Tie every attribution of the text to its holder and its words. Linear in the length of the text."""
    starts = [s.start for s in sentences]
    by_sentence: defaultdict[int, list[Cue]] = defaultdict(list)
    for cue in cues:
        here = by_sentence[bisect_right(starts, cue.start) - 1] if cue.kind is CueKind.ATTRIBUTION else None
        if here is not None and len(here) < _MOST and not _is_of_name(cue, names):
            here.append(cue)
    text = _Reading(view, sentences, names, cues, rules)
    for place, sentence in enumerate(sentences):
        text.read(place, sentence, by_sentence.get(place, []))
    return text.attribution()


def _is_of_name(cue: Cue, names: Sequence[Name]) -> bool:
    """Whether a verb of saying is but a word of a known name: the *States* of *United States*."""
    at = bisect_right(names, cue.start, key=lambda n: n.start) - 1
    if at < 0:
        return False
    name = names[at]
    return name.known and name.start < cue.start and cue.end <= name.end


class _Reading:
    """The state of one pass over the sentences: who spoke last, what has been credited so far."""

    def __init__(
        self, view: Text, sentences: Sequence[Sentence], names: Sequence[Name], cues: Sequence[Cue], rules: CueRules
    ) -> None:
        self.view, self.sentences, self.names, self.rules = view, sentences, names, rules
        self.references = [c for c in cues if c.kind is CueKind.REFERENCE]
        self.quotes = [c for c in cues if c.kind is CueKind.QUOTE and c.end - c.start >= _QUOTE]
        self.spans: list[Said] = []
        self.bound: list[Cue] = []
        self.holders: set[tuple[int, int]] = set()
        self.last = NOBODY

    def read(self, place: int, sentence: Sentence, cues: Sequence[Cue]) -> None:
        """Credit the words of one sentence."""
        if not cues and place:
            return
        frame = Frame(self.view, sentence, self.rules)
        if place == 0:
            self._headline(frame, sentence)
        finder = Finder(self.view, frame, self.names, self.references, self.sentences, self.last)
        above = any(c.form == "above" for c in cues)
        if above:
            finder.after_above = max(self.view.between(c.start, c.end)[1] for c in cues if c.form == "above")
        citing = [c for c in cues if c.form == "citing"]
        reaches = [
            r for c in cues if c.form not in ("above", "citing") if (r := reach(finder, c, above=above)) is not None
        ]
        reaches = _cited(finder, citing, reaches)
        for one in _parted(finder, reaches):
            self._credit(place, one, above=above)
            if one.holder.source not in (None, UNNAMED):
                self.last = one.holder
                finder.last_speaker = self.last

    def _credit(self, place: int, one: Reach, *, above: bool) -> None:
        tokens = self.view.tokens
        start, end = tokens[one.first].start, tokens[max(one.last, one.first + 1) - 1].end
        if above and place:
            start = self.sentences[place - 1].start
        start, end = self._with_quotes(start, end, one)
        speaker_cue = replace(
            one.cue, holder=one.holder.source, holder_house=one.holder.house, scope_start=start, scope_end=end
        )
        said = Said(start, end, Speaker(one.holder.source, one.holder.house, speaker_cue), one.holder.person)
        self.spans.append(said)
        self.bound.append(speaker_cue)
        if one.holder.last > 0:
            self._mark_holder(one)

    def _mark_holder(self, one: Reach) -> None:
        """Remember which names stand in the noun phrase of the holder."""
        sides = (
            self.view.tokens[min(one.np_first, len(self.view.tokens) - 1)].start,
            self.view.tokens[one.np_last - 1].end,
        )
        for at in range(bisect_left(self.names, sides[0], key=lambda n: n.start), len(self.names)):
            name = self.names[at]
            if name.end > sides[1]:
                break
            if name.kind != "asset":
                self.holders.add((name.start, name.end))

    def _with_quotes(self, start: int, end: int, one: Reach) -> tuple[int, int]:
        """Wider by the quotes that begin or end within and run over the sentence's edge."""
        for at in range(bisect_left(self.quotes, start, key=lambda q: q.end), len(self.quotes)):
            quote = self.quotes[at]
            if quote.start > end:
                break
            if one.backward and start <= quote.end <= end + 2 and quote.start < start:
                start = quote.start
            if one.forward and start <= quote.start <= end and quote.end > end:
                end = quote.end
        return start, end

    def _headline(self, frame: Frame, sentence: Sentence) -> None:
        """*VanEck: miners …* and *Americans lost $9.3 billion: FBI*."""
        tokens = self.view.tokens
        colons = [i for i in range(frame.first, frame.last) if tokens[i].form == ":" and not frame.is_clock(i)]
        if not colons:
            return
        finder = Finder(self.view, frame, self.names, self.references, self.sentences, NOBODY)
        colon = colons[0]
        if colon - frame.first <= _HEADLINE_NAME:
            self._headline_speaker(finder, (frame.first, colon), (colon + 1, frame.last), sentence)
        colon = colons[-1]
        if frame.last - colon - 1 <= _HEADLINE_NAME - 1:
            self._headline_speaker(finder, (colon + 1, frame.last), (frame.first, colon), sentence)

    def _headline_speaker(
        self, finder: Finder, who: tuple[int, int], what: tuple[int, int], sentence: Sentence
    ) -> None:
        holder = finder.pick(*who)
        tokens = self.view.tokens
        if holder.source is None or who[0] >= who[1] or what[0] >= what[1] or tokens[who[0]].start < sentence.start:
            return
        low, high = tokens[who[0]].start, tokens[who[1] - 1].end
        inside = [n for n in self.names if low <= n.start and n.end <= high]
        known = any(n.id == holder.source and n.kind in _HEADLINE_KINDS and (n.known or holder.person) for n in inside)
        if holder.source != UNNAMED and not known:
            return
        covered = {i for n in inside for i in range(*self.view.between(n.start, n.end))}
        covered.update(i for r in finder.frame.within(*who) if r.role in _TITLES for i in range(r.first, r.last))
        if sum(1 for i in range(*who) if tokens[i].form[0].isalnum() and i not in covered) > (
            2 if holder.person else 0
        ):
            return
        start, end = tokens[what[0]].start, tokens[what[1] - 1].end
        self.spans.append(Said(start, end, Speaker(holder.source, holder.house), holder.person))
        self.holders.update((n.start, n.end) for n in inside)
        self.last = holder if holder.source != UNNAMED else self.last

    def attribution(self) -> Attribution:
        """Everything credited, indexed by sentence."""
        by_sentence: defaultdict[int, list[Said]] = defaultdict(list)
        starts = [s.start for s in self.sentences]
        for said in self.spans:
            first = max(0, bisect_right(starts, said.start) - 1)
            last = bisect_right(starts, max(said.start, said.end - 1)) - 1
            for place in range(first, last + 1):
                by_sentence[place].append(said)
        cues = tuple(sorted(self.bound, key=lambda c: c.start))
        by_cue = {(s.speaker.cue.start, s.speaker.cue.end): s.speaker for s in self.spans[::-1] if s.speaker.cue}
        return Attribution(tuple(self.spans), cues, self.sentences, dict(by_sentence), by_cue, frozenset(self.holders))


_QUOTE = 25  # characters: a shorter quote is a name or a term


def _cited(finder: Finder, citing: Sequence[Cue], reaches: list[Reach]) -> list[Reach]:
    """*NYT writes, citing Chainalysis*: the one cited speaks, the outlet is only its house."""
    for cue in citing:
        last = finder.view.between(cue.start, cue.end)[1]
        stop = finder.stop_after(last, limit=_CITED)
        holder = finder.pick(last, stop)
        if holder.source is None or not _can_be_cited(finder, holder, last, stop):
            continue
        near = [r for r in reaches if r.holder.source is not None]
        if holder.source == UNNAMED:
            if near:
                continue
            reaches = [*reaches, Reach(cue, holder, finder.frame.first, finder.frame.last, last, stop)]
        elif near:
            chosen = min(near, key=lambda r: abs(r.cue.start - cue.start))
            outlet = chosen.holder.source
            cited = holder._replace(house=holder.house or (outlet if outlet != UNNAMED else None))
            reaches = [r._replace(holder=cited) if r is chosen else r for r in reaches]
        else:
            reaches = [*reaches, Reach(cue, holder, finder.frame.first, finder.frame.last, last, stop)]
    return reaches


def _can_be_cited(finder: Finder, holder: Holder, first: int, stop: int) -> bool:
    """Whether what is cited can speak: not *citing a change of tone in Washington*."""
    named = [n for n in finder.names_in(first, stop) if n.id == holder.source]
    return not named or any(n.kind in _HEADLINE_KINDS for n in named)


def _parted(finder: Finder, reaches: list[Reach]) -> list[Reach]:
    """Where two attributions would each take the whole sentence, part it between them at a clause boundary or comma."""
    ordered = sorted(reaches, key=lambda r: r.cue.start)
    for at in range(len(ordered) - 1):
        one, two = ordered[at], ordered[at + 1]
        if two.first <= one.first and one.forward and two.backward and one.last > two.np_first:
            border = _border(finder, one, two)
            if border:
                ordered[at] = one._replace(last=min(one.last, border))
                ordered[at + 1] = two._replace(first=max(two.first, border))
            elif one.backward and not one.fronted:
                ordered[at + 1] = two._replace(first=max(two.first, one.np_last))
        elif two.first < one.np_last <= two.last and two.backward and one.backward and not one.forward:
            ordered[at + 1] = two._replace(first=one.np_last)
    return ordered


def _border(finder: Finder, one: Reach, two: Reach) -> int:
    """The token at which the clause of the second attribution begins, or 0."""
    low, high = max(one.np_last, one.cue_last), min(two.np_first, two.cue_first)
    bounds = [b for b in finder.frame.bounds if low < b < high and not finder.frame.has(b, "relative")]
    return bounds[-1] if bounds else 0
