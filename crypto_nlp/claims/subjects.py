"""Who or what a claim is about: the nearest name that the frame allows, else what the sentence refers back to.

The order is that of a reader: a name in the clause of the trigger, a word that stands for a name (*the company*), what
the sentences before were about, the headline, and last the group that the words themselves imply.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from crypto_nlp.claims import standins
from crypto_nlp.claims.reference import resolve
from crypto_nlp.morphology import is_finite, is_plural, keys
from crypto_nlp.records import CueKind
from crypto_nlp.rules.grammar import grammar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crypto_nlp.claims.scene import Document, Place, Scene
    from crypto_nlp.records import Cue, Name
    from crypto_nlp.rules.claims import SubjectRule, Trigger, UnitClass
    from crypto_nlp.rules.triggers import TriggerHit

_BEHIND = 6.0  # a name after the trigger is further off than one before it
_BEHIND_VERB_FIRST = 1.0  # but not where the verb comes first
_OBLIQUE = 8.0  # so is one behind a preposition (*with Microsoft*), which no subject has
_OPENER = 3.0  # a name that opens a clause right before its verb is its subject: *IBIT drew $5m, FBTC gained $2m*
_FIRST = 2.5  # the first fitting name of a sentence is mostly its subject
_RANK = 1.5  # by how much a less fitting kind is further off
_GOVERNED = 8.0  # and one among the words that state the claim is their object (*reported $6m of Grayscale's GBTC*)
_UNKNOWN = 3.0  # a name that only grammar shows to be one is a worse guess
_SPEAKER = 12.0  # who tells is seldom what it is about
_SAID_IT = 4  # tokens from the verb to the *it* that is the speaker
_SAID_OF = 2  # tokens from the verb to the *of* behind it: *объявила вчера о*
_AGENT = 2.0  # unless it tells of its own deed
_THIEF = 15.0  # who steals is not robbed
_WITNESS = 60.0  # and an outlet or research house never
_HEADS = 10.0  # a name that only a dash parts from its figure is nearer than any
_HEADING = frozenset("—–(:")
_CLAUSE = frozenset(",;،؛")
_SINGLE = frozenset(("company", "exchange", "bank", "miner", "fund", "manager", "asset"))
_NAMED = frozenset(("asset", "organisation"))
_HEADLINED = frozenset(("asset", "funds"))
_HEADED = 3  # tokens
_OPENS = 3  # tokens from a relative pronoun to the verb of its clause
_ELSEWHERE = ("elsewhere", "shares")  # contexts of what else has a price, and keeps the topic away
_BESIDE = 1.1  # walking distance from a verb to what it is said of
_APPOSED = 2  # marks between a name and its relative pronoun
_FADE = 0.02
_NOBODY = "-"  # of a trigger that states nothing without a name in its sentence
OBJECT_REACH = 2  # tokens from words that take an object to its name: *of the exchange X*
_LOOK_BACK = 3  # sentences
_RECENT = 12  # claims
_A_DAY = len("2024-08-12")


_LISTING = frozenset((",", "&"))
_LISTED = 2  # tokens between two names of a list
_TAKEN = 4  # tokens from a verb to the name of its object
_PHRASE = 3  # words of a claim that end right before its object
_OWNED = 2  # tokens from *our* to what is ours
_LANDS = frozenset(("country", "region"))
_WHERE = 8.0  # a place before its verb is further off, one behind it no subject at all
_OF_A_KIND = frozenset("pension_fund sovereign_fund hedge_fund university insurer bank".split())
_NOUNS = frozenset(("company", "exchange", "miner", "manager", "bank", "fund"))
WITNESSES = frozenset({"outlet", "research", "analytics", "data"})
_IN_BUSINESS = frozenset("company exchange asset_manager bank broker miner issuer treasury".split())


@dataclass(frozen=True, slots=True)
class Subject:
    """The id, how well it fits (0 to 1), and the name where one was read."""

    id: str
    fit: float
    name: Name | None = None


def choose(
    document: Document,
    scene: Scene,
    rule: SubjectRule,
    hit: TriggerHit,
    trigger: Place,
    figure: Place | None,
    unit: UnitClass | None = None,
) -> Subject | None:
    """The best subject for a claim of ``hit`` at ``trigger``, or None where the frame allows none."""
    found = _found(document, scene, rule, hit, trigger, figure, unit)
    return standins.pooled(scene, rule, hit, found) if found is not None else None


def _found(
    document: Document,
    scene: Scene,
    rule: SubjectRule,
    hit: TriggerHit,
    trigger: Place,
    figure: Place | None,
    unit: UnitClass | None,
) -> Subject | None:
    if hit.trigger.subject and hit.trigger.subject.startswith("="):
        return Subject(hit.trigger.subject[1:], 0.9)
    kinds = _kinds(document, scene, rule, hit, unit)
    near = _ourselves(document, scene, rule, kinds, trigger) or _antecedent(scene, rule, kinds, trigger)
    near = near or _nearest(document, scene, rule, kinds, trigger, figure, hit.trigger)
    if near is not None and _victim(document, scene, rule, hit, near):
        return replace(document.victims[hit.type], fit=0.95)
    if near is not None:
        near = _of_verb(document, scene, rule, kinds, _told_by(document, rule, kinds, near), trigger)
        near = _by_name(scene, kinds, near)
        if _said_of_other(scene, hit, near, trigger):
            return None
        return replace(near, id=rule.coins.get(near.id) or document.precise.get(near.id, near.id))
    return _implied(document, scene, rule, hit, kinds)


def _ourselves(
    document: Document, scene: Scene, rule: SubjectRule, kinds: tuple[str, ...], trigger: Place
) -> Subject | None:
    """The house that speaks of itself: «*our revenue grew*», said X, or a person of X."""
    ours = any(
        t.form in grammar(scene.text.lang).ours
        for t in scene.text.tokens[max(scene.first, trigger.first - _OWNED) : trigger.first]
    )
    if not ours or rule.object:
        return None
    token = scene.text.tokens[trigger.first]
    speaker = document.attribution.source_at(token.start, token.end)
    house = document.organisations.get(speaker.house or speaker.source or "")
    fits = house is not None and allowed(house, kinds) is not None
    return Subject(house.id, 1.0, house) if house is not None and fits else None


def _told_by(document: Document, rule: SubjectRule, kinds: tuple[str, ...], near: Subject) -> Subject:
    """The house of a person who only tells of it: «*our revenue grew*», *said co-founder X*."""
    name = near.name
    told = name is not None and name.kind == "person" and document.attribution.is_holder(name)
    if name is None or not told or rule.object or _is_verb_first(document.text.lang):
        return near
    house = document.organisations.get(name.house or "")
    if house is not None and allowed(house, kinds) is not None:
        return Subject(house.id, near.fit, house)
    made = _made(document, rule, kinds)
    return made if made is not None and made.name is not None and made.name.kind == "organisation" else near


def _by_name(scene: Scene, kinds: tuple[str, ...], near: Subject) -> Subject:
    """The one house of its kind in the sentence that a noun stands for: *the largest pension fund …: Japan's GPIF*."""
    group = near.name
    if group is None or group.kind != "group" or _is_several(scene, scene.place(group.start, group.end)):
        return near
    houses = {
        n.id: n
        for n in scene.names
        if n.kind == "organisation"
        and allowed(n, kinds) is not None
        and not (group.tags & n.tags).isdisjoint(_OF_A_KIND)
    }
    return replace(near, id=next(iter(houses)), name=next(iter(houses.values()))) if len(houses) == 1 else near


def _kinds(
    document: Document, scene: Scene, rule: SubjectRule, hit: TriggerHit, unit: UnitClass | None
) -> tuple[str, ...]:
    """The kinds of name that fit: those of the measure or the unit, and what the contexts add."""
    kinds = rule.by_measure.get(hit.trigger.measure, rule.kinds)
    kinds = rule.by_unit.get(unit, kinds) if unit else kinds
    for context, more in rule.if_context.items():
        where, _, bare = context.rpartition(":")
        if where and (hit.type, bare) in document.around(scene).contexts:
            kinds = (*kinds, *more)
        elif scene.has((context,), hit.type):
            kinds = (*more, *kinds)
    return kinds


def _implied(
    document: Document, scene: Scene, rule: SubjectRule, hit: TriggerHit, kinds: tuple[str, ...]
) -> Subject | None:
    """Where the sentence names none: what the trigger says itself, what contexts say, the topic, the default."""
    if hit.trigger.subject:
        return Subject(hit.trigger.subject, 0.85) if hit.trigger.subject != _NOBODY else None
    for context, group in rule.by_context.items():
        if scene.has((context,), hit.type) or (hit.type, context) in document.contexts:
            return Subject(group, 0.8)
    if rule.topic is True or (rule.topic and hit.trigger.measure in rule.topic):
        topic = _topic(document, scene, rule, kinds)
        if topic is not None and _is_coin(topic) and scene.has(_ELSEWHERE, hit.type):
            return None
        if topic is not None:
            return replace(topic, id=document.precise.get(topic.id, topic.id))
    return Subject(rule.default, 0.9 if rule.default.startswith("@") else 0.7) if rule.default else None


def _is_coin(subject: Subject) -> bool:
    return subject.name is not None and subject.name.kind == "asset"


def is_elsewhere(scene: Scene, type_name: str, trigger: Place, coin: float | None = None) -> bool:
    """Whether the trigger is said of something else that has a price (an index, oil), which stands nearer than a coin.

    ``coin`` is how far from the trigger the coin stands, where it is known.
    """
    places = scene.context_places("elsewhere", type_name)
    if not places:
        return False
    if coin is None:
        coins = (scene.place(n.start, n.end) for n in scene.names if n.kind == "asset")
        coin = min((scene.walk(p, trigger) for p in coins), default=math.inf)
    near = min(coin, _BESIDE)
    return any(scene.walk(p, trigger) < near for p in places)


def _said_of_other(scene: Scene, hit: TriggerHit, near: Subject, trigger: Place) -> bool:
    if near.name is None or not _is_coin(near) or not scene.sentence.start <= near.name.start < scene.sentence.end:
        return False
    far = scene.walk(scene.place(near.name.start, near.name.end), trigger)
    return is_elsewhere(scene, hit.type, trigger, far)


def _antecedent(scene: Scene, rule: SubjectRule, kinds: tuple[str, ...], trigger: Place) -> Subject | None:
    """The name before a relative pronoun whose clause the trigger opens: *Bitcoin, which gained 2%*."""
    if rule.object:
        return None
    for at in scene.relatives(trigger.first - _OPENS, trigger.first):
        for name in scene.names:
            place = scene.place(name.start, name.end)
            if 0 <= at - place.last <= _APPOSED and name.known and allowed(name, kinds) is not None:
                marks = all(not t.form[:1].isalnum() for t in scene.text.tokens[place.last : at])
                if marks and name.tags.isdisjoint((*rule.not_tagged, "demonym")):
                    return Subject(name.id, 1.0, name)
    return None


def remember(document: Document, hit: TriggerHit, subject: Subject) -> None:
    """Keep whom a claim is about that later ones of its type may be about without saying so."""
    rule = document.types[hit.type].frame.subject
    if rule.same and subject.name is not None and subject.name.kind in ("organisation", "person"):
        document.victims[hit.type] = subject


def _victim(document: Document, scene: Scene, rule: SubjectRule, hit: TriggerHit, found: Subject | None) -> bool:
    """Whether the claim is about whom the ones before were about, and not about ``found``."""
    if not rule.same or hit.type not in document.victims:
        return False
    if hit.trigger.measure in rule.same:
        return True
    vague = found is None or found.name is None or found.name.kind == "asset"
    return vague and not any(len(t.when) < _A_DAY or "/" in t.when for t in scene.times if t.when)


def allowed(name: Name, kinds: tuple[str, ...]) -> int | None:
    """The rank of the first of ``kinds`` (``kind`` or ``kind:tag``) that ``name`` is, or None."""
    for rank, spec in enumerate(kinds):
        kind, _, tag = spec.partition(":")
        if name.kind == kind and (not tag or tag in name.tags or tag == name.id or tag in name.id.split("-")):
            return rank
    return None


def _nearest(
    document: Document,
    scene: Scene,
    rule: SubjectRule,
    kinds: tuple[str, ...],
    trigger: Place,
    figure: Place | None,
    said: Trigger,
) -> Subject | None:
    """The nearest name of the sentence, or the name that a word of it refers back to."""
    best: tuple[float, Name] | None = None
    named = list(_named(document, scene, rule))
    fitting = [(n, p) for n, p, _ in named if allowed(n, kinds) is not None and n.tags.isdisjoint(rule.not_tagged)]
    first = min((p.first for n, p in fitting if n.known), default=math.inf)
    coin = min((p.first for n, p in fitting if n.known and n.kind == "asset"), default=math.inf)
    for name, place, extra in (*named, *_referred(document, scene, first, coin)):
        if _is_out(scene, rule, said, (name, place), trigger, figure):
            continue
        if rule.object and "person" in kinds:
            name = _officer(document, scene, name, place) or name  # noqa: PLW2901 - *FTX's founder* is the founder
        rank = allowed(name, kinds)
        if rank is None or _is_barred(name, rule) or extra >= _WITNESS:
            continue
        words = _words(scene, place, trigger, rule)
        if figure is not None:
            words = min(words, _words(scene, place, figure, rule) + 1.0)
        if extra >= _OBLIQUE and place.first == trigger.last and _is_verb_first(scene.text.lang) and not said.object:
            words -= _OBLIQUE  # the preposition is the trigger's own: يعمل لدى X
        words += extra + _RANK * rank - (_FIRST if place.first == first else 0.0)
        words -= _OPENER if place.last == trigger.first and _opens_clause(scene, place) else 0.0
        words += _stranger(scene, rule, kinds, name, place, trigger)
        words += _GOVERNED if said.measure in rule.takes and _is_taken(scene, trigger, place) else 0.0
        within = place.first < trigger.last and trigger.first < place.last  # *USDT's share of the stablecoin market*
        if figure is not None and not within and _heads(scene, place, figure):
            words = _RANK * rank - _HEADS
        if words < math.inf and (best is None or words < best[0]):
            best = (words, name)
    return Subject(best[1].id, 1.0 / (1.0 + _FADE * max(0.0, best[0])), best[1]) if best else None


def _is_out(
    scene: Scene, rule: SubjectRule, said: Trigger, named: tuple[Name, Place], trigger: Place, figure: Place | None
) -> bool:
    """Whether a name is too far from the words, what they take as their object, or in the clause behind the figure."""
    name, place = named
    if scene.walk(place, trigger) > rule.reach.get(said.measure, math.inf):
        return True
    if said.object and 0 <= place.first - trigger.last <= OBJECT_REACH and allowed(name, said.object) is not None:
        return True
    return figure is not None and _in_next_clause(scene, rule, place, trigger, figure)


def _stranger(
    scene: Scene, rule: SubjectRule, kinds: tuple[str, ...], name: Name, place: Place, trigger: Place
) -> float:
    """By how much the words around a name make it further off: the object of a claim's words, a mere place."""
    if name.kind in _LANDS and _is_where(scene, kinds, place):
        return _WHERE if place.first < trigger.last else math.inf
    if rule.object or not rule.speaker:
        return 0.0
    if place.first == trigger.last:
        if scene.text.tokens[trigger.last - 1].form in grammar(scene.text.lang).agent:
            return -2 * _GOVERNED  # *bought by X*
        return _GOVERNED if trigger.last - trigger.first >= _PHRASE else 0.0  # *to buy the broker X*
    governed = trigger.first < place.first and place.last <= trigger.last
    return _GOVERNED if governed else 0.0


def _is_verb_first(lang: str) -> bool:
    return grammar(lang).order == "verb_first"


def _in_next_clause(scene: Scene, rule: SubjectRule, place: Place, trigger: Place, figure: Place) -> bool:
    """Whether a name stands behind words and figure, in a clause that begins there: *profit was $9m, but miners …*."""
    end = max(trigger.last, figure.last)
    return not rule.object and rule.topic is True and end <= place.first and scene.is_parted(end, place.first)


def _is_taken(scene: Scene, trigger: Place, place: Place) -> bool:
    """Whether a name stands behind the words as their object, no mark and no preposition between them."""
    if place.first < trigger.last or _is_verb_first(scene.text.lang) or scene.is_oblique(place):
        return False
    between = scene.text.tokens[trigger.last : place.first]
    near = len(between) <= _TAKEN and not any(t.form in _CLAUSE or t.form in _HEADING for t in between)
    agent = grammar(scene.text.lang).agent
    return near and agent.isdisjoint(t.form for t in scene.text.tokens[trigger.last - 1 : place.first])


def _is_where(scene: Scene, kinds: tuple[str, ...], place: Place) -> bool:
    """Whether a country only says where a house does it (*sites in Texas and Ohio*), for what houses mostly do."""
    if kinds[:1] != ("organisation",) or _is_verb_first(scene.text.lang):
        return False
    if scene.is_oblique(place):
        return True
    at, words = place.first, grammar(scene.text.lang)
    listing = _LISTING | words.and_ | words.or_
    for name in reversed(scene.names):  # a list behind one preposition
        before = scene.place(name.start, name.end)
        if before.last > at or before == place:
            continue
        between = scene.text.tokens[before.last : at]
        if not 1 <= len(between) <= _LISTED or any(t.form not in listing for t in between):
            return False
        if scene.is_oblique(before):
            return True
        at = before.first
    return False


def _is_barred(name: Name, rule: SubjectRule) -> bool:
    """Whether the rule passes over the name; a house that trades and also publishes research is a business."""
    barred = name.tags.intersection(rule.not_tagged)
    return bool(barred) and not (barred <= WITNESSES and not _IN_BUSINESS.isdisjoint(name.tags))


def _opens_clause(scene: Scene, place: Place) -> bool:
    """Whether a comma or semicolon stands right before ``place``."""
    return place.first > scene.first and scene.text.tokens[place.first - 1].form in _CLAUSE


def _officer(document: Document, scene: Scene, house: Name, place: Place) -> Name | None:
    """The person whom a title with the name of a house stands for (*основатель FTX*), where the document names them."""
    titled = house.kind == "organisation" and any(
        c.kind is CueKind.REFERENCE and c.sense == "person" and scene.place(c.start, c.end).last == place.first
        for c in scene.cues
    )
    if not titled:
        return None
    return next((n for n in document.names if n.kind == "person" and n.house == house.id), None)


def _heads(scene: Scene, place: Place, figure: Place) -> bool:
    """Whether the figure is said of the name in a word: *China has 65%, Russia — 7%*, *Intelion (300 MW)*."""
    between = [t.form for t in scene.text.tokens[place.last : figure.first]]
    return bool(between) and between[0] in _HEADING and len(between) <= _HEADED


def _words(scene: Scene, place: Place, target: Place, rule: SubjectRule) -> float:
    behind = _BEHIND_VERB_FIRST if rule.object or _is_verb_first(scene.text.lang) else _BEHIND
    return scene.walk(place, target) + (behind if place.first >= target.last else 0.0)


def _named(document: Document, scene: Scene, rule: SubjectRule) -> Iterator[tuple[Name, Place, float]]:
    """The names of the sentence with what makes each a worse subject than its distance says."""
    for name in scene.names:
        place = scene.place(name.start, name.end)
        compared = scene.is_compared(place) and not rule.object  # *a suit against X* compares nobody
        if "demonym" in name.tags or compared or (not name.known and scene.opens_dateline(place)):
            continue
        if name.kind == "group" and _refers(document, scene, name):
            continue
        meant = standins.these(document, scene, name, place) if name.kind == "group" else None
        if meant is not None:
            yield meant, place, 0.0
            continue
        if (name.kind in _LANDS or not name.known) and _is_home(scene, place):
            continue
        governed = rule.object or (bool(rule.governed) and allowed(name, rule.governed) is not None)
        extra = _OBLIQUE if scene.is_oblique(place) and not governed else 0.0
        extra += 0.0 if name.known else _UNKNOWN
        extra += _OBLIQUE if rule.object and _is_half(scene, place) else 0.0
        if document.attribution.is_holder(name):
            witness = (
                (not name.tags.isdisjoint(WITNESSES) and not _tells_of_itself(scene, name))
                or not rule.speaker
                or (_gives_data(scene, name) and not rule.object)
            )
            witness = witness or (rule.object and name.kind == "person")  # who tells of a suit is not the one sued
            extra += _AGENT if _announces(document, scene, name) else _WITNESS if witness else _SPEAKER
        extra += _THIEF if rule.object and "hacker" in name.tags else 0.0
        yield name, place, extra


def _is_home(scene: Scene, place: Place) -> bool:
    """Whether a possessive only says whose or from where the house right behind it is: *Congo's Jambo*."""
    possessive = scene.text.tokens[place.last - 1].form.endswith(grammar(scene.text.lang).possessive)
    return possessive and any(
        n.kind == "organisation" and scene.place(n.start, n.end).first == place.last for n in scene.names
    )


def _tells_of_itself(scene: Scene, name: Name) -> bool:
    """Whether an Arabic sentence may be about the house that speaks, which does business besides its research."""
    return _is_verb_first(scene.text.lang) and not name.tags.isdisjoint(_IN_BUSINESS)


def _is_half(scene: Scene, place: Place) -> bool:
    """Whether a name is half a word that only describes: *a Binance-linked blockchain*."""
    behind = scene.text.tokens[place.last : place.last + 2]
    return len(behind) == 2 and behind[0].form == "-" and behind[0].end == behind[1].start


def _gives_data(scene: Scene, name: Name) -> bool:
    """Whether the sentence only takes its figures from the name (*по данным Минфина*), which tells of no own ones."""
    if any(t.form in grammar(scene.text.lang).own for t in scene.text.tokens[scene.first : scene.last]):
        return False
    return any(
        said.speaker.source == name.id and said.speaker.cue is not None and said.speaker.cue.sense == "data"
        for said in scene.said
    )


def _announces(document: Document, scene: Scene, name: Name) -> bool:
    """Whether what the name tells is its own deed: a noun (أعلنت شركة اتفاقا) or a clause on itself (*it bought*)."""
    if name.kind != "organisation" or "outlet" in name.tags:
        return False
    cues = [s.speaker.cue for s in document.attribution.spans if s.speaker.source == name.id and s.speaker.cue]
    own = [c for c in cues if c.sense == "says" and scene.sentence.start <= c.start < scene.sentence.end]
    order = grammar(scene.text.lang).order
    if order == "free":  # *объявила о покупке*, *сообщила, что купила*
        return any(_tells_own(scene, scene.place(c.start, c.end).last) for c in own)
    if order == "fixed":  # *said (on Monday) (that) it*
        ends = (scene.place(c.start, c.end).last for c in own)
        return any("it" in [t.form for t in scene.text.tokens[end : end + _SAID_IT]] for end in ends)
    said = [scene.complement(scene.place(c.start, c.end).last) for c in own]
    return bool(said) and all(word is None or word.endswith(grammar(scene.text.lang).itself) for word in said)


def _tells_own(scene: Scene, at: int) -> bool:
    """Whether the speaker's own deed stands behind a verb of speaking before ``at``: its noun, or a verb alone."""
    tokens, last = scene.text.tokens, min(at + _SAID_IT, scene.last)
    deed = next((n + 1 for n in range(at, last) if scene.is_complement(n) and tokens[n].form[0].isalpha()), None)
    if deed is not None:
        return deed < last and is_finite(tokens[deed].form, scene.text.lang)
    return not grammar(scene.text.lang).told_of.isdisjoint(t.form for t in tokens[at : min(at + _SAID_OF, last)])


def _refers(document: Document, scene: Scene, group: Name) -> bool:
    """Whether what looks like a group only stands for a name before it (*the bitcoin miner*, *акции майнера*)."""
    words = [c for c in scene.cues if c.kind is CueKind.REFERENCE]
    over = [c for c in words if c.start <= group.start and group.end <= c.end]
    within = (c for c in words if group.start < c.start and c.end == group.end and grammar(scene.text.lang).cases)
    over += [c for c in within if c.sense in _SINGLE and not _is_many(scene, scene.place(c.start, c.end))]
    return any(resolve(c, document.before(c.start), c.start, document.sentences) is not None for c in over)


def _referred(document: Document, scene: Scene, first: float, coin: float) -> Iterator[tuple[Name, Place, float]]:
    """What words refer back to; behind the sentence's own first fitting name (token ``first``) only a noun does.

    *The network* and *the coin* are no country that the sentence names before them, so that only a ``coin`` counts.
    """
    for cue in scene.cues:
        if cue.kind is not CueKind.REFERENCE:
            continue
        place = scene.place(cue.start, cue.end)
        if cue.sense in _SINGLE and (_is_named(scene, place) or _is_many(scene, place)):
            continue
        if place.first > (coin if cue.sense == "asset" else first):
            if cue.sense in _NOUNS:  # *shares in X rose after the miner …*: the miner is X
                name = _resolved(document, scene, cue)
                if name is not None and name.start >= scene.sentence.start and "demonym" not in name.tags:
                    yield name, place, 0.5
            continue
        if cue.sense == "thing":  # *its* goes on about what was last spoken of, whatever that was
            yield from ((s.name, place, 1.0 + n) for n, s in enumerate(reversed(document.subjects[-3:])) if s.name)
        name = _resolved(document, scene, cue) or _house_of(document, scene, cue)
        if name is not None and "demonym" not in name.tags:
            yield _centre(document, cue, name), place, 2.0 if cue.sense == "thing" else 0.0


def _house_of(document: Document, scene: Scene, cue: Cue) -> Name | None:
    """The house that a pronoun stands for where the text has named nobody: *Сбер …, он принял в залог*."""
    if cue.sense != "person" or cue.text.lower() not in grammar(scene.text.lang).pronouns:
        return None
    found = resolve("thing", document.before(cue.start), cue.start, document.sentences)
    return found if found is not None and found.kind == "organisation" else None


def _resolved(document: Document, scene: Scene, cue: Cue) -> Name | None:
    """What a word refers back to; *the firm* of which a house speaks is not that house."""
    before = document.before(cue.start)
    if cue.sense in _NOUNS:
        start, holds = scene.sentence.start, document.attribution.is_holder
        before = [n for n in before if n.start < start or n.end > cue.start or not holds(n)]
    return resolve(cue, before, cue.start, document.sentences)


def _is_named(scene: Scene, place: Place) -> bool:
    """Whether a Russian noun has its name right behind it and refers to nothing before: *платформа Alchemix*."""
    return not _is_verb_first(scene.text.lang) and any(
        scene.place(n.start, n.end).first == place.last and n.kind in _NAMED for n in scene.names
    )


def _is_many(scene: Scene, place: Place) -> bool:
    """Whether a noun that declines is a plural, which stands for no single house: *на централизованных площадках*."""
    return grammar(scene.text.lang).cases and is_plural(scene.text.tokens[place.first].form, scene.text.lang)


def _is_several(scene: Scene, place: Place) -> bool:
    """Whether a group is named in the plural: *banks*, صناديق."""
    words, lang = grammar(scene.text.lang), scene.text.lang
    first, last = scene.text.tokens[place.first].form, scene.text.tokens[place.last - 1].form
    ends = last.endswith(words.plural_endings) and not last.endswith(words.possessive)
    return _is_many(scene, place) or ends or not words.plurals.isdisjoint(keys(first, lang))


def _centre(document: Document, cue: Cue, name: Name) -> Name:
    """The coin or the funds of the headline, where what was last named was only mentioned by the way."""
    if cue.sense not in _HEADLINED:
        return name
    kind = "asset" if cue.sense == "asset" else "group"
    heads = {n.id: n for n in document.scenes[0].names if n.kind == kind and "commodity" not in n.tags}
    if cue.sense == "funds":
        heads = {i: n for i, n in heads.items() if i.endswith(("etfs", "funds"))}
    if len(heads) != 1 or name.id in heads:
        return name
    at = next((s for s in document.scenes if s.sentence.start <= name.start < s.sentence.end), None)
    aside = cue.sense == "funds" or at is None or at.is_oblique(at.place(name.start, name.end))
    return next(iter(heads.values())) if aside else name


def _of_verb(
    document: Document, scene: Scene, rule: SubjectRule, kinds: tuple[str, ...], near: Subject, trigger: Place
) -> Subject:
    """What was spoken of before, where the best name stands behind a preposition: its verb has a pronoun in it.

    So in Arabic: *اقتنى أسهما في X* is *he bought shares in X*.
    """
    name = near.name
    if name is None or name.kind == "asset" or rule.object or rule.topic is not True:
        return near
    inside = _is_verb_first(scene.text.lang) and scene.sentence.start <= name.start < scene.sentence.end
    place = scene.place(name.start, name.end)
    if not inside or not scene.is_oblique(place) or standins.is_located(scene, place, trigger):
        return near
    return _made(document, rule, kinds) or near


def _made(document: Document, rule: SubjectRule, kinds: tuple[str, ...]) -> Subject | None:
    """The best of what the sentences before made claims about, later ones first, or None."""
    best: tuple[float, Name] | None = None
    for back, subject in enumerate(reversed(document.subjects[-_RECENT:])):
        name = subject.name
        rank = allowed(name, kinds) if name is not None and not _is_barred(name, rule) else None
        if name is not None and rank is not None and (best is None or back + _RANK * rank < best[0]):
            best = (back + _RANK * rank, name)
    return Subject(best[1].id, 0.75, best[1]) if best else None


def _topic(document: Document, scene: Scene, rule: SubjectRule, kinds: tuple[str, ...]) -> Subject | None:
    """What the sentences before made claims about, else the first fitting name in them or in the headline."""
    made = _made(document, rule, kinds)
    if made is not None:
        return made
    for name in _earlier(document, scene):
        if rule.object and "defendant" not in name.tags:
            continue  # nobody is jailed because they were named before
        fits = allowed(name, kinds) is not None and name.tags.isdisjoint((*rule.not_tagged, "demonym"))
        if fits and not document.attribution.is_holder(name):
            return Subject(name.id, 0.68, name)
    return None


def _earlier(document: Document, scene: Scene) -> Iterator[Name]:
    """Names of the sentences before, nearest sentence first and in each from its beginning; then of the headline."""
    for back in range(1, _LOOK_BACK + 1):
        if scene.index - back >= 0:
            yield from document.scenes[scene.index - back].names
    if scene.index > _LOOK_BACK:
        yield from document.scenes[0].names
