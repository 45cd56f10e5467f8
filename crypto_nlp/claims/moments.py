"""For when a claim is: the time of its own clause, by the rules for ``when`` in docs/claims.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crypto_nlp.records import CueKind, Per
from crypto_nlp.rules.grammar import grammar
from crypto_nlp.rules.triggers import ClauseHit, TriggerHit

if TYPE_CHECKING:
    from crypto_nlp.claims.scene import Found, Place, Scene
    from crypto_nlp.records import Quantity, Time

_CROSSED = 7.0  # a time beyond another figure is mostly that figure's
_OWNED = 9.0  # and one right behind another figure surely
_NEXT = 6.0  # a time behind an *and* belongs to what comes next
_LEADING = 0.25  # but a time at the head of the sentence holds for all of it
_OPENING = 40.0  # and one that opens the next clause is that clause's
_HEADS = frozenset(",،;؛:—–")
_REACH = 30.0
_OPEN = "/.."
_HEAD = 3  # tokens before a time that opens its sentence
_HOLDS = 20.0  # and so holds for all of it
_STANDING = 14.0
_NEARER = 7.0  # a time nearer to another figure behind it
_ASIDE = 9.0  # a time in a relative clause, or beyond a semicolon
_SPEECH = 3.0  # a weekday this near to the verb of speaking is the day of speaking
_DAY = len("2024-08-12")
_NAMES_SOURCE = "before"  # form of *according to*
_BASE = 2  # tokens from *than*, *from* to the time compared with: *than in June*
_CREDIT = 18  # tokens of a phrase that says where something was reported
_CREDITED = 2  # words: *according to* and the verb of reporting behind it
_CREDIT_BEHIND = 5  # tokens from that verb to the time of the report
_PARTING = frozenset(",،;؛:")
_DATELINE = 4  # tokens from a town in capitals to the day of its dateline
_BESIDE = 3  # tokens
_RATE = "rate:"  # kind of a clause word
_RATED = 1  # tokens between *annual* and *revenue*
_NO_RATES = frozenset({"population", "trader_outcome", "price", "price_change", "operations"})
_NO_RATE = frozenset("percent basis_point times year month week day hour W kW MW GW TH/s PH/s EH/s ZH/s".split())
_ANTECEDENT = 4  # tokens from a noun to the relative clause about it
_GROUP = 4  # tokens between two figures of one statement: *fell 5.7% to $63,103*


def choose(
    scene: Scene,
    place: Place,
    trigger: Place,
    *,
    figure: bool,
    dated: bool = True,
    level: bool = False,
    today: str = "",
) -> Time | None:
    """The time of the claim at ``place``, or None where its clause gives none.

    What stands for long (``dated`` false: capacity, users, holdings) takes only a time close by. What is so at one
    moment (``level``: a price) takes no span that reaches ``today``: *gained 5% over the week to $60,000*.
    """
    compared = figure and in_comparison(scene, place)
    group = _group(scene, place)
    places = [scene.place(q.start, q.end) for q in scene.quantities]
    rivals = [r for r in places if r not in group]
    best: tuple[float, Time] | None = None
    for time in scene.times:
        at = scene.place(time.start, time.end)
        if (
            (time.base and not compared and not _of_rival(scene, at) and not _of_price(scene, at))
            or _in_condition(scene, time)
            or _of_speech(scene, time, at, trigger)
            or _of_credit(scene, time, place, trigger)
            or _in_dateline(scene, at)
        ):
            continue
        if (time.kind == "now" and not figure) or (figure and _overlap(at, place)):
            continue
        if compared and not time.base and at.last <= place.first and _is_from(scene, place):
            continue
        if figure and _is_base_of(scene, place, at):
            continue
        if level and (time.when.endswith(_OPEN) or (today and time.when.endswith(f"/{today}"))):
            continue
        words = min(scene.distance(at, p) for p in (*group, trigger))
        if at.first - scene.first <= _HEAD and at.last <= place.first:
            words = min(words, _HOLDS)
        words += _strangeness(scene, at, place, group, rivals)
        if compared and not time.base and at.first < place.first:
            words += 2 * _CROSSED
        if words <= (_REACH if dated else _STANDING) and (best is None or words < best[0]):
            best = (words, time)
    return best[1] if best and best[1].when and best[1].kind != "now" else None


def _strangeness(scene: Scene, at: Place, place: Place, group: list[Place], rivals: list[Place]) -> float:
    """By how much more a time is another statement's than its distance says."""
    low, high = sorted((at, place))
    crossed = _CROSSED * sum(1 for r in rivals if low.last <= r.first and r.last <= high.first)
    if at.first < place.first and not any(r.first < at.first for r in (*rivals, *group)):
        return crossed * _LEADING
    crossed += _ASIDE if _is_aside(scene, at, place) else 0.0
    owned = _OWNED if any(0 <= at.first - r.last <= _BESIDE for r in rivals) else 0.0
    away = scene.distance(at, place)
    owned += _NEARER if any(r.first >= at.last and scene.distance(at, r) < away for r in rivals) and not owned else 0.0
    behind = at.first > place.last and not _told_of(scene, at, place)
    later = _NEXT if behind and scene.is_joined(place.last, at.first) else 0.0
    later += _NEXT if behind and scene.is_parted(place.last, at.first) else 0.0
    later += _OPENING if behind and _is_afterwards(scene, place, at) else 0.0
    later += _OPENING if behind and (_opens_next(scene, at) or _in_next(scene, at, place, rivals)) else 0.0
    return crossed + owned + later


def _is_afterwards(scene: Scene, place: Place, at: Place) -> bool:
    """Whether a clause of what came before the claim opens between it and a time: خسروا …، بعدما روج له أمس."""
    what = grammar(scene.text.lang).after_what
    return bool(what) and any(t.form in what for t in scene.text.tokens[place.last : at.first])


def _told_of(scene: Scene, at: Place, place: Place) -> bool:
    """Whether a time stands in the relative clause about what is claimed: *the halving, which took place in April*."""
    opens = scene.relatives(place.last, at.first)
    return bool(opens) and opens[0] - place.last <= _ANTECEDENT and scene.is_relative(at.first)


def _in_dateline(scene: Scene, at: Place) -> bool:
    """Whether the day is that of an agency's dateline: *БРАЗИЛИА, 23 дек — …*."""
    if not 0 < at.first - scene.first <= _DATELINE or at.last >= scene.last:
        return False
    token = scene.text.tokens[scene.first]
    town = scene.text.original[token.start : token.end]
    return len(town) > 1 and town.isupper() and scene.text.tokens[at.last].form in ("—", "–", "-", "/", ".")


def _overlap(one: Place, other: Place) -> bool:
    return one.first < other.last and other.first < one.last


def _is_aside(scene: Scene, at: Place, place: Place) -> bool:
    """Whether a semicolon parts the time from the claim, or a comma that ends the relative clause it stands in."""
    low, high = sorted((at, place))
    between = {t.form for t in scene.text.tokens[low.last : high.first]}
    if not between.isdisjoint({";", "؛"}):
        return True
    return at.first < place.first and not between.isdisjoint({",", "،"}) and scene.is_relative(at.first)


def _in_next(scene: Scene, at: Place, place: Place, rivals: list[Place]) -> bool:
    """Whether a time behind stands in a new clause before its figure: *fell to $39, though in May it was $80*."""
    return scene.is_parted(place.last, at.first) and any(r.first >= at.last for r in rivals)


def _opens_next(scene: Scene, at: Place) -> bool:
    """Whether a time stands at the head of a clause with a figure of its own: *…, since then it has lost a third*."""
    mark = scene.text.tokens[at.first - 1].form if at.first > scene.first else ""
    before = scene.text.tokens[at.first - 2].form if at.first > scene.first + 1 else ""
    if mark not in _HEADS and before not in _HEADS:
        return False
    stop = next((i for i in range(at.last, scene.last) if scene.text.tokens[i].form in _HEADS), scene.last)
    return any(at.last <= scene.place(q.start, q.end).first < stop for q in scene.quantities)


def _group(scene: Scene, place: Place) -> list[Place]:
    """The figure at ``place`` and those that make one statement with it, nothing but *to* or *from* between them."""
    found = [place]
    for quantity in scene.quantities:
        other = scene.place(quantity.start, quantity.end)
        low, high = sorted((place, other))
        between = scene.text.tokens[low.last : high.first]
        near = other != place and len(between) <= _GROUP
        joined = scene.is_joined(low.last, high.first) and not _is_pair(scene, low, high)
        again = near and _is_again(scene, low, high)
        if again or (near and not any(t.form in _PARTING for t in between) and not joined):
            found.append(other)
    return found


def _is_again(scene: Scene, low: Place, high: Place) -> bool:
    """Whether *or* gives a figure again: *560 million people, or 6.8% of all, owned crypto in 2024*."""
    return any(
        isinstance(f.hit, ClauseHit) and f.hit.kind == "or" and low.last <= f.place.first < high.first
        for f in scene.clauses
    )


def _is_pair(scene: Scene, low: Place, high: Place) -> bool:
    """Whether *and* joins two figures of one verb, and so of one time: *took $13m of EOS and $6m of XRP in March*."""
    return not any(low.last <= scene.place(t.start, t.end).first < high.first for t in scene.times) and not any(
        low.last <= f.place.first < high.first for f in scene.triggers
    )


def rate(scene: Scene, trigger: tuple[int, int], quantity: Quantity, type_name: str) -> Per | None:
    """The span over which the figure is given: with the figure, or beside its measure (*annual revenue of $2bn*)."""
    if quantity.per or type_name in _NO_RATES or quantity.value.unit in _NO_RATE:
        return quantity.per
    place = scene.place(*trigger)
    for found in scene.clauses:
        if isinstance(found.hit, ClauseHit) and found.hit.kind.startswith(_RATE):
            near, far = sorted((found.place, place))
            between = [t.form for t in scene.text.tokens[near.last : far.first]]
            if len(between) <= _RATED and _PARTING.isdisjoint(between):
                return Per(found.hit.kind.removeprefix(_RATE))
    return None


def _of_rival(scene: Scene, at: Place) -> bool:
    """Whether a name is compared with, so that the time behind it is the claim's: *better than bitcoin in June*."""
    before = [f.place for f in scene.clauses if isinstance(f.hit, ClauseHit) and f.hit.kind == "comparand"]
    than = max((p.last for p in before if p.last <= at.first), default=None)
    named = (scene.place(n.start, n.end) for n in scene.names)
    return than is not None and any(than <= p.first < at.first for p in named)


def in_comparison(scene: Scene, place: Place) -> bool:
    """Whether the figure at ``place`` is the base of a comparison: *against $1.6bn in the second quarter*."""
    for found in scene.clauses:
        if (
            isinstance(found.hit, ClauseHit)
            and found.hit.kind in ("comparand", "base")
            and found.place.last <= place.first
        ):
            between = scene.distance(found.place, place)
            if found.hit.kind == "base" and _is_bound(scene, found.place, place):
                continue  # ما يزيد عن 7.5%
            if between <= 4.0 and not _is_with(scene, found, place) and not _pays(scene, found, place):
                return True
    return False


def _is_base_of(scene: Scene, place: Place, at: Place) -> bool:
    """Whether a figure is measured against what stood at a time: *down 3% from the previous three months*.

    *$86m from hosting in the quarter* is not: a word with a meaning of its own stands between.
    """
    words = grammar(scene.text.lang)
    little = words.determiners | words.function_words

    def reaches(last: int) -> bool:
        between = scene.text.tokens[last : at.first]
        return 0 <= at.first - last <= _BASE and (not little or all(t.form in little for t in between))

    return any(0 <= f.place.first - place.last <= 1 and reaches(f.place.last) for f in scene.clauses_of("comparand"))


def _is_bound(scene: Scene, word: Place, place: Place) -> bool:
    """Whether a word belongs to the bound of the figure at ``place``."""
    figure = next((q for q in scene.quantities if scene.place(q.start, q.end) == place), None)
    return figure is not None and scene.place(figure.outer_start, figure.end).first <= word.first


def _is_from(scene: Scene, place: Place) -> bool:
    """Whether *from* stands right before a figure that has been left: *was cut on Wednesday to 6 BCH from 12*."""
    return place.first > scene.first and scene.text.tokens[place.first - 1].form in grammar(scene.text.lang).whence


def _pays(scene: Scene, found: Found, place: Place) -> bool:
    """Whether Arabic مقابل tells for how much (باعت 465 بيتكوين مقابل 52 مليون دولار): it follows no sum like it."""
    if scene.text.tokens[found.place.first].form not in grammar(scene.text.lang).price_of:
        return False
    units = {scene.place(q.start, q.end).first: q.value.unit for q in scene.quantities}
    before = [unit for first, unit in units.items() if first < found.place.first]
    return units.get(place.first, "").isupper() and units[place.first] not in before


def _of_price(scene: Scene, at: Place) -> bool:
    """Whether what looks like the time of a comparison is that of a deal told with its price."""
    told = (*scene.clauses_of("comparand"), *scene.clauses_of("base"))
    priced = [scene.place(q.start, q.end) for q in scene.quantities]
    return any(f.place.last <= p.first < at.first and _pays(scene, f, p) for f in told for p in priced)


def _is_with(scene: Scene, found: Found, place: Place) -> bool:
    """Whether Russian *с* only says with what (*закончил квартал с убытком $46 млн*): a measure stands behind it."""
    if not grammar(scene.text.lang).cases or found.hit != ClauseHit("base"):
        return False
    return any(
        isinstance(f.hit, TriggerHit) and found.place.last <= f.place.first and f.place.last <= place.first
        for f in scene.triggers
    )


def _of_speech(scene: Scene, time: Time, at: Place, trigger: Place) -> bool:
    """Whether a day is that of speaking: *said on Monday*, *أمس الخميس إن*, *according to research out on Tuesday*."""
    if len(time.when) != _DAY:
        return _is_week_of_speech(scene, time, at)
    for cue in scene.cues:
        place = scene.place(cue.start, cue.end)
        if cue.kind is not CueKind.ATTRIBUTION or _overlap(place, trigger):
            continue  # *on Monday declared ICOs illegal* is the deed itself
        if at.last <= place.first and (cue.form == _NAMES_SOURCE or _is_comma_between(scene, at, place)):
            continue  # *drew $5m on Monday, according to X*: nobody spoke on that day
        if time.weekday and scene.distance(place, at) <= _SPEECH:
            return True
        between = scene.text.tokens[place.last : at.first]
        if not between or len(between) > _CREDIT or _holds_figure(scene, place.last, at.first):
            continue
        if scene.is_complement(at.last) or (time.weekday and not any(t.form in _PARTING for t in between)):
            return True
        if grammar(scene.text.lang).order == "verb_first" and _is_dated_behind(scene, time, at):
            return True
    return False


def _is_comma_between(scene: Scene, one: Place, other: Place) -> bool:
    return any(t.form in _PARTING for t in scene.text.tokens[one.last : other.first])


def _of_credit(scene: Scene, time: Time, place: Place, trigger: Place) -> bool:
    """Whether a time is that of a report behind what it tells: *…, بحسب ما ذكرته بلومبرغ في سبتمبر*."""
    if not grammar(scene.text.lang).after_what or time.base:
        return False
    at = scene.place(time.start, time.end)
    told = (scene.place(c.start, c.end) for c in scene.cues if c.kind is CueKind.ATTRIBUTION)
    behind = [p for p in told if max(place.last, trigger.last) <= p.first and p.last <= at.first]
    words = sum(p.last - p.first for p in behind)
    if words < _CREDITED or at.first - behind[-1].last > _CREDIT_BEHIND:
        return False
    between = scene.text.tokens[behind[0].last : at.first]
    return not any(t.form in _PARTING for t in between) and not _holds_figure(scene, behind[0].last, at.first)


def _is_week_of_speech(scene: Scene, time: Time, at: Place) -> bool:
    """Whether a week or month is that of announcing, a deed behind it having its own: أعلنت الشهر الماضي … في الربع."""
    if grammar(scene.text.lang).order != "verb_first" or not _is_dated_behind(scene, time, at):
        return False
    told = (scene.place(c.start, c.end) for c in scene.cues if c.kind is CueKind.ATTRIBUTION)
    return any(0 <= at.first - p.last <= _CREDIT_BEHIND and not _holds_figure(scene, p.last, at.first) for p in told)


def _is_dated_behind(scene: Scene, time: Time, at: Place) -> bool:
    """Whether a deed told by its noun has a time of its own: أعلنت أمس شراء 20 بيتكوين في الربع الثالث."""
    later = (scene.place(t.start, t.end) for t in scene.times if t.start >= time.end and t.when and not t.base)
    return any(not any(t.form in _PARTING for t in scene.text.tokens[at.last : o.first]) for o in later)


def _holds_figure(scene: Scene, first: int, last: int) -> bool:
    return any(first <= scene.place(q.start, q.end).first < last for q in scene.quantities)


def _in_condition(scene: Scene, time: Time) -> bool:
    return any(c.kind is CueKind.CONDITION and c.scope_start <= time.start < c.scope_end for c in scene.cues)
