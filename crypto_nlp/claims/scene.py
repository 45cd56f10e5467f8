"""A sentence laid out for the frames: its mentions, the rule words found in it, and how far apart any two of them are.

Distance is counted in words along the sentence, and clause boundaries cost extra, so that the nearest trigger is the
nearest one in the same clause. The costs are the same in every language; only the words that part clauses differ.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from crypto_nlp.morphology import keys, tense
from crypto_nlp.records import CueKind
from crypto_nlp.rules.grammar import grammar
from crypto_nlp.rules.triggers import ClauseHit, ContextHit, SlotHit, TriggerHit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from crypto_nlp.claims.attribution import Attribution, Said
    from crypto_nlp.claims.figures import Bid
    from crypto_nlp.claims.subjects import Subject
    from crypto_nlp.lexicon import Match
    from crypto_nlp.records import Cue, Name, Quantity, Sentence, Time
    from crypto_nlp.rules.claims import ClaimType
    from crypto_nlp.rules.triggers import Hit
    from crypto_nlp.text import Text

_MARKS = {
    ",": 3.0,
    "،": 3.0,
    ";": 9.0,
    "؛": 9.0,
    ":": 4.0,
    "(": 4.0,
    ")": 3.0,
    "—": 5.0,
    "–": 4.0,
    "-": 0.0,
    "\n": 40.0,
}
_PARTING = frozenset(";؛—(")
_QUOTES = frozenset("«»“”\"„'")
_LONGEST = 300
_REMEMBERED = 60
_RELATIVE = 10
_AROUND = 5  # sentences before a claim in which its context may stand
_STRONG = 6.0
_WEAK = 1.5
_SUBJECT_STEP = 0.5
_FUNDS = frozenset(("etf", "trust", "fund", "etf_issuer"))
_SUFFIX = 3  # letters of a unit or ordinal that a number takes without a space: *5bn*, *3rd*
_BOUND = 4  # tokens
_QUESTIONS = ("?", "؟", "?»", "?”")
# What nobody would speak of but in a text about crypto, by the tags of its name.
_NATIVE = frozenset(
    "exchange miner pool stablecoin stablecoin_issuer defi bridge launchpad mixer nft treasury wallet network cbdc etf "
    "lender foundation hacked market_maker crypto".split()
)
_WORD_WITH_AND = 4


def is_native(name: Name) -> bool:
    """Whether ``name`` alone makes a text one about crypto: a coin, an exchange, a miner, a protocol."""
    if not name.known or "commodity" in name.tags:
        return False
    return name.kind == "asset" or (name.kind in ("organisation", "group") and not _NATIVE.isdisjoint(name.tags))


class Place(NamedTuple):
    """Token indices of a mention within the document, half open."""

    first: int
    last: int


class Found(NamedTuple):
    """A rule word in a sentence with its character offsets and token indices."""

    start: int
    end: int
    place: Place
    hit: Hit


@dataclass(slots=True)
class Scene:
    """One sentence.

    ``costs[i]`` is the running cost up to token ``first + i``; ``steps[i]`` is the same for subjects, which commas part
    less from their verbs (*Core Scientific, for one, signed*).
    """

    text: Text
    index: int
    sentence: Sentence
    first: int
    last: int
    costs: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)
    quantities: list[Quantity] = field(default_factory=list)
    times: list[Time] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    cues: list[Cue] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    triggers: list[Found] = field(default_factory=list)
    slots: list[Found] = field(default_factory=list)
    contexts: list[Found] = field(default_factory=list)
    clauses: list[Found] = field(default_factory=list)
    by_kind: dict[str, list[Found]] = field(default_factory=dict)
    by_context: dict[tuple[str, str], list[Place]] = field(default_factory=dict)
    places: dict[tuple[int, int], Place] = field(default_factory=dict)

    def place(self, start: int, end: int) -> Place:
        """The tokens of the sentence that lie within the characters ``start:end``; every bid asks for the same ones."""
        known = self.places.get((start, end))
        if known is None:
            first, last = self.text.between(start, end)
            first = min(max(first, self.first), self.last)
            known = self.places[start, end] = Place(first, min(max(last, first), self.last))
        return known

    def clauses_of(self, kind: str) -> Sequence[Found]:
        """The words of one kind that part or join clauses, by place."""
        return self.by_kind.get(kind, ())

    def distance(self, one: Place, other: Place) -> float:
        """Cost of the words between two places, 0 where they touch or overlap."""
        left, right = (one, other) if one.first <= other.first else (other, one)
        if left.last >= right.first:
            return 0.0
        return self.costs[right.first - self.first] - self.costs[left.last - self.first]

    def walk(self, one: Place, other: Place) -> float:
        """Like :meth:`distance`, as far as a subject is from its verb."""
        left, right = (one, other) if one.first <= other.first else (other, one)
        if left.last >= right.first:
            return 0.0
        return self.steps[right.first - self.first] - self.steps[left.last - self.first]

    def has(self, names: Iterable[str], type_name: str) -> bool:
        """Whether any of a type's contexts stands in the sentence."""
        return any((type_name, name) in self.by_context for name in names)

    def context_places(self, name: str, type_name: str) -> list[Place]:
        """Where the words of a type's context stand."""
        return self.by_context.get((type_name, name), [])

    def is_oblique(self, place: Place) -> bool:
        """Whether a preposition governs ``place``, or it is half a word (*Visa-linked*)."""
        if self.text.tokens[place.first].form.startswith(grammar(self.text.lang).with_article):
            return True
        behind = self.text.tokens[place.last : place.last + 2]
        if len(behind) == 2 and behind[0].form == "-" and behind[0].end == behind[1].start:
            return True
        return any(
            f.place.last == place.first or (f.place.last == place.first - 1 and not self._is_measure(f.place.last))
            for f in self.clauses_of("oblique")
        )

    def _is_measure(self, at: int) -> bool:
        """Whether the Russian noun at the token ``at`` is measured of the name in the genitive: *на долю USDT*."""
        return grammar(self.text.lang).cases and any(
            isinstance(f.hit, TriggerHit) and f.place.first <= at < f.place.last and not f.hit.trigger.event
            for f in self.triggers
        )

    def is_compared(self, place: Place) -> bool:
        """Whether what stands at ``place`` is only compared with: *more than Switzerland*."""
        whence = grammar(self.text.lang).whence
        return any(
            0 <= place.first - f.place.last <= 1 and self.text.tokens[f.place.first].form not in whence
            for f in self.clauses_of("comparand")
        )

    def is_joined(self, first: int, last: int) -> bool:
        """Whether *and* or *or* stands in the tokens ``first:last``."""
        if grammar(self.text.lang).joined_and and any(_begins_with_and(t.form) for t in self.text.tokens[first:last]):
            return True
        return any(first <= f.place.first < last for f in self.clauses_of("weak"))

    def is_parted(self, first: int, last: int) -> bool:
        """Whether a new clause begins in the tokens ``first:last``."""
        return any(first <= f.place.first < last for f in self.clauses_of("strong"))

    def is_complement(self, at: int) -> bool:
        """Whether the token ``at`` (or the one behind a comma there) opens what is said: *that*, *что*, *إن*."""
        return any(0 <= f.place.first - at <= 1 for f in self.clauses_of("complement"))

    def complement(self, first: int) -> str | None:
        """The first word behind the token ``first`` that opens what is said (*that*, أنه), or None."""
        for found in self.clauses_of("complement"):
            if found.place.first >= first:
                return self.text.tokens[found.place.first].form
        return None

    def is_relative(self, at: int) -> bool:
        """Whether the token ``at`` stands in a relative clause that began a few words before it."""
        return any(0 < at - f.place.first <= _RELATIVE for f in self.clauses_of("relative"))

    def relatives(self, first: int, last: int) -> list[int]:
        """The tokens in ``first:last`` at which a relative clause opens."""
        return [f.place.first for f in self.clauses_of("relative") if first <= f.place.first < last]

    def opens_dateline(self, place: Place) -> bool:
        """Whether ``place`` is the town in capitals that opens an agency's text: *NEW DELHI: …*, *TORONTO — …*."""
        token = self.text.tokens[place.first]
        written = self.text.original[token.start : token.end]
        after = [t.form for t in self.text.tokens[place.last : place.last + 6]]
        return place.first - self.first <= 2 and written.isupper() and not {":", "—", "–", "-"}.isdisjoint(after)

    @property
    def is_aside(self) -> bool:
        """Whether the sentence asserts nothing: a question, or a part of the page (subscriptions, *read also*)."""
        return self.string.endswith(_QUESTIONS) or bool(self.clauses_of("aside"))

    @property
    def string(self) -> str:
        """The sentence itself."""
        return self.text.original[self.sentence.start : self.sentence.end]


def attribute(scenes: Sequence[Scene], spans: Iterable[Said]) -> None:
    """Give each scene what is said in it, and by whom."""
    starts = [s.sentence.start for s in scenes]
    for said in spans:
        at = said.speaker.cue.start if said.speaker.cue is not None else said.start
        if scenes:
            _scene_at(scenes, starts, at).said.append(said)


class Surroundings(NamedTuple):
    """Type and name of the contexts, and the names, that stand near a sentence."""

    contexts: frozenset[tuple[str, str]]
    names: tuple[Name, ...]


@dataclass(slots=True)
class Document:
    """The scenes of a text with what holds for the whole of it.

    ``contexts`` are type and name of every context word; ``jurisdictions`` maps a country code to the country's id;
    ``organisations`` are the document's by id; ``precise`` maps a general group (*miners*) to the one that this
    document means (*bitcoin miners*);
    ``subjects`` and ``bids`` are those of the claims made so far, in order; ``moves`` the first event of each type,
    ``victims`` whom the last claim of a type was about that is mostly told of its object.
    """

    text: Text
    published: date
    scenes: list[Scene]
    types: dict[str, ClaimType]
    attribution: Attribution
    names: Sequence[Name]
    cues: Sequence[Cue]
    sentences: Sequence[Sentence]
    contexts: frozenset[tuple[str, str]]
    jurisdictions: dict[str, str]
    organisations: dict[str, Name] = field(default_factory=dict)
    precise: dict[str, str] = field(default_factory=dict)
    subjects: list[Subject] = field(default_factory=list)
    bids: list[Bid] = field(default_factory=list)
    surroundings: dict[int, Surroundings] = field(default_factory=dict)
    landmarks: list[tuple[int, Name]] | None = None
    moves: dict[str, TriggerHit] = field(default_factory=dict)
    victims: dict[str, Subject] = field(default_factory=dict)

    def around(self, scene: Scene) -> Surroundings:
        """What stands in the headline and in the sentences around ``scene``, read once a scene."""
        known = self.surroundings.get(scene.index)
        if known is None:
            near = (*self.scenes[:1], *self.scenes[max(0, scene.index - _AROUND) : scene.index + 2])
            hits = [f.hit for s in near for f in s.contexts]
            contexts = frozenset((h.type, h.name) for h in hits if isinstance(h, ContextHit))
            known = self.surroundings[scene.index] = Surroundings(contexts, tuple(n for s in near for n in s.names))
        return known

    def before(self, position: int) -> Sequence[Name]:
        """The names to which a word at ``position`` may refer back: the headline's, and the last ones before it."""
        last = bisect_left(self.names, position, key=lambda n: n.start)
        head = self.scenes[0].names if self.scenes else []
        if last <= _REMEMBERED + len(head):
            return self.names[:last]
        return (*head, *self.names[last - _REMEMBERED : last])


def stage(
    text: Text,
    sentences: Sequence[Sentence],
    found: Sequence[Match[Hit]],
    mentions: tuple[Sequence[Quantity], Sequence[Time], Sequence[Name], Sequence[Cue]],
) -> list[Scene]:
    """One scene a sentence, everything in it sorted by place; linear in the length of the text.

    A sentence of more than :data:`_LONGEST` words makes several, since what is said so far apart is not said together
    and the frames compare everything in a scene with everything else.
    """
    quantities, times, names, cues = mentions
    scenes = [
        Scene(text, index, sentence, first, last)
        for index, (sentence, first, last) in enumerate(_stretches(text, sentences))
    ]
    starts = [text.tokens[s.first].start if s.first < s.last else s.sentence.start for s in scenes]
    for mention in _outside(quantities, names):
        _scene_at(scenes, starts, mention.start).quantities.append(mention)
    for time in times:
        _scene_at(scenes, starts, time.start).times.append(time)
    for name in _free(names, [q for scene in scenes for q in scene.quantities]):
        _scene_at(scenes, starts, name.start).names.append(name)
    for cue in _outside_names(cues, names):
        _scene_at(scenes, starts, cue.start).cues.append(cue)
    firsts = [s.first for s in scenes]
    for match in found:
        at = bisect_left(firsts, match.first + 1) - 1
        if at >= 0 and match.last <= scenes[at].last:
            _lay(scenes[at], match)
    for scene in scenes:
        _count(scene)
    return scenes


def _stretches(text: Text, sentences: Sequence[Sentence]) -> Iterator[tuple[Sentence, int, int]]:
    for sentence in sentences:
        first, last = text.between(sentence.start, sentence.end)
        for start in range(first, max(last, first + 1), _LONGEST):
            yield sentence, start, min(start + _LONGEST, last)


def _free(names: Sequence[Name], quantities: Sequence[Quantity]) -> Iterator[Name]:
    """The names that are no part of a figure: the US of *US$75m* is no country, but the coin that is counted is one."""
    figures = iter(quantities)
    figure = next(figures, None)
    for name in names:
        while figure is not None and figure.end <= name.start:
            figure = next(figures, None)
        if figure is None or name.end <= figure.start or name.kind in ("asset", "group"):
            yield name


def _outside(quantities: Sequence[Quantity], names: Sequence[Name]) -> Iterator[Quantity]:
    """The figures that are no part of a name (*Hut 8*, *21Shares*); both sorted by place."""
    spans = [(n.start, n.end) for n in names if n.kind in ("organisation", "person")]
    at = 0
    for quantity in sorted(quantities, key=lambda q: q.start):
        while at < len(spans) and spans[at][1] <= quantity.start:
            at += 1
        inside = at < len(spans) and spans[at][0] <= quantity.start and quantity.end <= spans[at][1]
        if not inside:
            yield quantity


def _outside_names(cues: Sequence[Cue], names: Sequence[Name]) -> Iterator[Cue]:
    """The cues without the verbs in the future that are part of a name (سيتوس); all of them sorted by place."""
    at = 0
    for cue in cues:
        while at < len(names) and names[at].end <= cue.start:
            at += 1
        named = at < len(names) and names[at].start <= cue.start and cue.end <= names[at].end
        if not (named and cue.kind is CueKind.FORECAST):
            yield cue


def _scene_at(scenes: Sequence[Scene], starts: list[int], offset: int) -> Scene:
    return scenes[max(0, bisect_left(starts, offset + 1) - 1)]


def _lay(scene: Scene, match: Match[Hit]) -> None:
    tokens = scene.text.tokens
    if _is_glued(scene, match.first) or _is_owned(scene, match.first) or _is_cut(scene, match):
        return
    if isinstance(match.payload, TriggerHit) and _is_taken(
        scene, tokens[match.first].start, tokens[match.last - 1].end, verb=_is_verb(scene, match)
    ):
        return
    found = Found(tokens[match.first].start, tokens[match.last - 1].end, Place(match.first, match.last), match.payload)
    hit = match.payload
    if isinstance(hit, TriggerHit):
        scene.triggers.append(found)
    elif isinstance(hit, SlotHit):
        scene.slots.append(found)
    elif isinstance(hit, ContextHit):
        scene.contexts.append(found)
        scene.by_context.setdefault((hit.type, hit.name), []).append(found.place)
    else:
        scene.clauses.append(found)
        scene.by_kind.setdefault(hit.kind, []).append(found)


def _is_cut(scene: Scene, match: Match[Hit]) -> bool:
    """Whether the phrase ends within a name or a compound whose head comes after it."""
    return _ends_in_name(scene, match) or _ends_in_compound(scene, match)


def _ends_in_compound(scene: Scene, match: Match[Hit]) -> bool:
    """Whether a phrase takes the first half of a compound for its object: *купила стейблкоин-платформу*."""
    tokens, last = scene.text.tokens, match.last
    if match.last - match.first == 1 or last + 1 >= scene.last or tokens[last].form != "-":
        return False
    whole = tokens[last - 1].end == tokens[last].start and tokens[last].end == tokens[last + 1].start
    named = any(n.start < tokens[last].start < n.end for n in scene.names)
    return whole and not named and isinstance(match.payload, TriggerHit)


def _ends_in_name(scene: Scene, match: Match[Hit]) -> bool:
    """Whether a Russian phrase takes the end of a house's name for its object: *вложил в биржу Mercado Bitcoin*."""
    if not grammar(scene.text.lang).cases or not isinstance(match.payload, TriggerHit):
        return False
    first, last = scene.text.tokens[match.first], scene.text.tokens[match.last - 1]
    return any(
        first.start < n.start < last.start and last.end <= n.end
        for n in scene.names
        if n.kind in ("organisation", "person") and n.tags.isdisjoint(_FUNDS)
    )


def _is_glued(scene: Scene, first: int) -> bool:
    """Whether a number is written together with the word: the *shares* of *21Shares* are none."""
    tokens = scene.text.tokens
    return (
        first > scene.first
        and tokens[first - 1].end == tokens[first].start
        and tokens[first - 1].form[-1:].isdigit()
        and tokens[first].form[:1].isalpha()
        and len(tokens[first].form) > _SUFFIX
    )


def _is_owned(scene: Scene, first: int) -> bool:
    """Whether what could be a verb is an adjective behind an owner: *the exchange's own token*."""
    words, tokens = grammar(scene.text.lang), scene.text.tokens
    if first == scene.first or tokens[first].form not in words.after_possessive:
        return False
    before = tokens[first - 1].form
    return before in words.determiners or before.endswith(words.possessive)


def _begins_with_and(form: str) -> bool:
    return form.startswith("و") and len(form) >= _WORD_WITH_AND


def _bounds(scene: Scene, found: Found) -> bool:
    """Whether the words stand in the bound of a figure (*as much as*) and part nothing."""
    return any(q.outer_start <= found.start and found.end <= q.outer_end for q in scene.quantities)


def _is_verb(scene: Scene, match: Match[Hit]) -> bool:
    """Whether a trigger is a verb of no direction: *торговался у*, *превысил*, *topped* say more than a bound."""
    hit, lang = match.payload, scene.text.lang
    if not isinstance(hit, TriggerHit) or hit.trigger.change is not None:
        return False
    words, form = grammar(lang), scene.text.tokens[match.first].form
    if words.order == "free":
        return bool(tense(form))
    if match.first > scene.first and scene.text.tokens[match.first - 1].form in words.not_crossing_after:
        return False
    return not words.crossing.isdisjoint(keys(form, lang))


def _is_taken(scene: Scene, start: int, end: int, *, verb: bool) -> bool:
    """Whether the words are part of a name (*Standard Chartered*) or the mere bound of a figure (*up to 20%*)."""
    if any(n.known and n.start <= start and end <= n.end and n.kind not in ("group", "asset") for n in scene.names):
        return True
    return not verb and any(
        q.outer_start <= start
        and end <= q.start
        and (
            q.outer_start == start
            or grammar(scene.text.lang).order != "verb_first"
            or not scene.text.original[end : q.start].strip()
        )
        and _is_bound(scene, q)
        for q in scene.quantities
    )


def _is_bound(scene: Scene, quantity: Quantity) -> bool:
    """Whether only words of a bound stand before the figure (ما لا يقل عن), and no subject with its verb."""
    first, last = scene.text.between(quantity.outer_start, quantity.start)
    return last - first <= _BOUND


def _count(scene: Scene) -> None:
    """Fill ``costs``: a word costs 1, a mark what it parts, a word that parts clauses its price on top."""
    extra: dict[int, float] = {}
    parting: set[int] = set()
    for found in scene.clauses:
        if isinstance(found.hit, ClauseHit) and found.hit.kind in ("strong", "weak") and not _bounds(scene, found):
            price = _STRONG if found.hit.kind == "strong" else _WEAK
            extra[found.place.first] = max(extra.get(found.place.first, 0.0), price)
            if found.hit.kind == "strong":
                parting.add(found.place.first)
    if grammar(scene.text.lang).joined_and:
        verbs = {f.place.first for f in scene.triggers}
        for at in range(scene.first + 1, scene.last):
            if _begins_with_and(scene.text.tokens[at].form):  # *and* with a verb begins a clause and its subject
                extra.setdefault(at - 1, _STRONG if at in verbs else _WEAK)
                if at in verbs:
                    parting.add(at - 1)
    running = walked = 0.0
    costs, steps = [0.0], [0.0]
    for at in range(scene.first, scene.last):
        form = scene.text.tokens[at].form
        step = 0.0 if form in _QUOTES else _MARKS.get(form, 1.0)
        running += step + extra.get(at, 0.0)
        costs.append(running)
        walked += (step if form in _PARTING else min(step, 1.0) * _SUBJECT_STEP) + (
            extra.get(at, 0.0) if at in parting else 0.0
        )
        steps.append(walked)
    scene.costs, scene.steps = costs, steps


def precise_groups(names: Sequence[Name]) -> dict[str, str]:
    """Which groups plain *miners* and *traders* are in a document that names bitcoin, or memecoins."""
    found = {}
    if any(n.id in ("BTC", "bitcoin-miners") or (n.kind == "organisation" and "miner" in n.tags) for n in names):
        found["crypto-miners"] = "bitcoin-miners"
    if any(n.id in ("memecoins", "memecoin-traders") or "memecoin" in n.tags for n in names):
        found["crypto-traders"] = "memecoin-traders"
    return found
