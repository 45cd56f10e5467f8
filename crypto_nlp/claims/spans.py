"""How far an attribution reaches: the words that its holder is credited with.

English and Russian put the speech verb before, inside or after what is said; Arabic begins with it. The order of verb
and holder and what stands beside them (a comma, a closing quote, *that*) decide.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from crypto_nlp.claims.holders import NOBODY, UNNAMED, Holder
from crypto_nlp.mentions.clauses import COMMAS, HARD
from crypto_nlp.morphology import is_plural
from crypto_nlp.rules.grammar import grammar

if TYPE_CHECKING:
    from crypto_nlp.claims.holders import Finder
    from crypto_nlp.records import Cue

_BESIDE = 9  # tokens between a subject and a word that is a verb only beside one
_FURTHEST = 40  # tokens of a noun phrase before its verb, appositions and all
_SHORT_REST = 7  # tokens after a speech verb that only say when and to whom
_INSERTED = 10  # tokens of a clause put in before أن
_LONG_SAID = 4  # tokens before a comma that are a statement and not an adverbial
_CLOSING = frozenset('»”"’')
_CLAUSE = re.compile("و(?:[يتس]..|(?!ال|ان|سط).*ت$)")  # وحققت, ويتوقع; not وجود


class Reach(NamedTuple):
    """A cue, who holds it, the tokens ``first:last`` that are said, and those of the holder's noun phrase (``np_``)."""

    cue: Cue
    holder: Holder
    first: int
    last: int
    np_first: int
    np_last: int
    cue_first: int = -1
    cue_last: int = -1
    backward: bool = True
    forward: bool = True
    fronted: bool = False


def reach(finder: Finder, cue: Cue, *, above: bool = False) -> Reach | None:
    """The words that the cue's holder is credited with, or None where nobody holds it.

    With ``above`` the sentence says that the one before it was said (*такую оценку приводит X*): its verb follows its
    object.
    """
    first, last = finder.view.between(cue.start, cue.end)
    if cue.form == "back":
        return _back(finder, cue, first, last)
    if cue.form == "around":
        holder = finder.pick(first, last)
        return _whole(finder, cue, holder, (first, last), (first, last))
    if cue.form == "before":
        stop = finder.stop_after(last)
        holder = finder.pick(last, stop)
        if holder.source is None:
            holder = finder.pick(first, last)  # следует из отчета
        return _whole(finder, cue, holder, (first, last), (last, holder.last if holder.last > last else stop))
    return _verb(finder, cue, first, last, above=above)


def _back(finder: Finder, cue: Cue, first: int, last: int) -> Reach | None:
    holder = finder.last_speaker
    if holder.source is None:
        person = finder.refer_person(cue)
        holder = person if person.source else holder
    return _whole(finder, cue, holder._replace(last=last), (first, last), (first, last))


def _whole(finder: Finder, cue: Cue, holder: Holder, at: tuple[int, int], phrase: tuple[int, int]) -> Reach | None:
    """*According to X, …*: all between the ``;`` of the sentence; only what follows where it opens its clause."""
    if holder.source is None:
        return None
    left, right = _hard(finder, at[0])
    fronted = at[0] <= left + 1
    if not fronted and _order(finder) == "verb_first":
        right = _next_verb(finder, phrase[1], right)
    return Reach(cue, holder, left, right, *phrase, *at, backward=not fronted, forward=True, fronted=fronted)


def _order(finder: Finder) -> str:
    """The order of subject and verb in the language of the text (see :mod:`crypto_nlp.rules.grammar`)."""
    return grammar(finder.view.lang).order


def _hard(finder: Finder, at: int) -> tuple[int, int]:
    """The token range between the ``;`` and ``:`` around ``at``; a colon that follows opens what is said."""
    return finder.frame.marks_around(at)


def _verb(finder: Finder, cue: Cue, first: int, last: int, *, above: bool) -> Reach | None:
    """A speech verb: find its subject on one side, what is said on the other."""
    if _order(finder) == "verb_first":
        return _verb_first(finder, cue, first, last)
    after_comma = finder.comma_before(first)
    left = _left(finder, first)
    ends = last >= finder.frame.last or finder.view.tokens[last].form in (*COMMAS, ".", ":")
    tagged = after_comma or (ends and finder.comma_before(left[0])) or _complement(finder, last)
    recorded = any(r.role == "record" for r in finder.frame.within(*left))  # the data of X show
    if cue.form == "tag" and not tagged and not recorded:
        return None
    if first > finder.frame.first and finder.view.tokens[first - 1].form in finder.frame.grammar["coordinators"]:
        subject = _far_left(finder, first)  # X signed with Y and expects: the first verb's subject
        if subject.source is not None:
            right = _hard(finder, first)[1]
            return Reach(cue, subject, first, right, first, last, first, last, backward=False)
    for side in _sides(finder, cue, (first, last), left, above=above):
        holder = finder.pick(*side)
        if holder.source is not None:
            return _spread(finder, cue, holder, (first, last), side, after_holder=side[0] < first)
    parted = left[0] > finder.frame.first and finder.comma_before(left[0])
    bare = cue.form == "weak" and not after_comma and not _closes_relative(finder, left[0])
    far = _far_left(finder, first) if parted and not above and not bare else NOBODY
    if far.source is not None:
        return _spread(finder, cue, far, (first, last), (finder.frame.first, first), after_holder=True)
    return None


def _closes_relative(finder: Finder, first: int) -> bool:
    """Whether an English relative clause ends right before the token: *X, which cut its target, still sees*."""
    if _order(finder) != "fixed":
        return False
    commas = [n for n in range(finder.frame.first, first - 1) if finder.view.tokens[n].form in COMMAS]
    return bool(commas) and any(r.role == "relative" for r in finder.frame.within(commas[-1] + 1, commas[-1] + 2))


def _sides(
    finder: Finder, cue: Cue, at: tuple[int, int], left: tuple[int, int], *, above: bool
) -> list[tuple[int, int]]:
    """The token ranges in which the subject may stand, the likelier first."""
    first, last = at
    right = _right(finder, first, last)
    if above:
        sides = [right, (max(left[0], finder.after_above), first)]
    elif finder.frame.has(first, "addressee") and _order(finder) == "fixed":
        sides = [left]
    elif finder.comma_before(first) or _impersonal_first(finder, first, right):
        sides = [right, left]
    else:
        sides = [left, right]
    if cue.form == "weak":
        sides = [_beside(side, first, last) for side in sides if not _is_adverbial(finder, side)]
    return [s for s in sides if s[0] >= last or not finder.starts_with_verb(*s)]


def _is_adverbial(finder: Finder, side: tuple[int, int]) -> bool:
    """Whether the range begins with a preposition: *С победой X рынок ждет рост*."""
    return side[0] < side[1] and finder.view.tokens[side[0]].form in finder.frame.grammar["prepositions"]


def _right(finder: Finder, first: int, last: int) -> tuple[int, int]:
    """Where a subject may follow the verb; empty where an object or a place follows."""
    stop = finder.stop_after(last)
    if _order(finder) == "fixed" and not _inverted(finder, last, stop):
        return last, last
    stop = _apposed(finder, first, last, stop)
    names = finder.names_in(last, stop)
    if _order(finder) == "free" and names and finder.frame.has(first, "addressee"):
        after = finder.view.between(names[0].start, names[0].end)
        if after[0] == last and any(r.role == "staff" for r in finder.frame.within(after[1], min(stop, after[1] + 2))):
            return after[1], stop  # рассказал X аналитик Y: told X
    plural = is_plural(finder.view.tokens[first].form, finder.view.lang)
    placed = not plural and finder.opens_with_place(last) and not _speaks_there(finder, first, last, stop)
    return (last, last) if placed else (last, stop)


def _apposed(finder: Finder, first: int, last: int, stop: int) -> int:
    """Where the subject ends that is told first without its name: *…, считает один из авторов, депутат X*."""
    if _order(finder) != "free" or not finder.comma_before(first) or finder.names_in(last, stop):
        return stop
    if stop + 1 >= finder.frame.last or finder.view.tokens[stop].form not in COMMAS:
        return stop
    end = finder.stop_after(stop + 1)
    office = any(r.role == "staff" for r in finder.frame.within(stop + 1, stop + 2))
    return end if office and any(n.kind == "person" for n in finder.names_in(stop + 1, end)) else stop


def _speaks_there(finder: Finder, first: int, last: int, stop: int) -> bool:
    """Whether behind what was said the verb has a place and then its subject: *«…», — подытожил в блоге X*."""
    if _order(finder) != "free" or not finder.comma_before(first):
        return False
    return any(n.kind == "person" for n in finder.names_in(last, stop))


def _inverted(finder: Finder, last: int, stop: int) -> bool:
    """Whether an English subject follows its verb: *said X*, *says payments firm Y*, but not *reported $64m of Z*."""
    tokens = finder.view.tokens
    names = finder.names_in(last, stop)
    until = finder.view.between(names[0].start, names[0].end)[0] if names else min(stop, last + 5)
    return not any(
        tokens[i].form[0].isdigit() or tokens[i].form in finder.frame.grammar["before_object"]
        for i in range(last, until)
    )


def _beside(side: tuple[int, int], first: int, last: int) -> tuple[int, int]:
    """For words that are verbs only beside their subject: the few tokens next to them."""
    return (max(side[0], first - _BESIDE), side[1]) if side[1] <= first else (side[0], min(side[1], last + 5))


def _impersonal_first(finder: Finder, first: int, right: tuple[int, int]) -> bool:
    """*…, подсчитали в VanEck*; *Об этом сообщил X*: Russian verbs before their subject, with nobody before them."""
    if _order(finder) != "free" or right[0] >= right[1]:
        return False
    stop = right[1]
    tokens = finder.view.tokens
    complement = (
        stop < finder.frame.last
        and tokens[stop].form in (*COMMAS, ":")
        and (finder.frame.has(stop + 1, "complement") or tokens[stop].form == ":")
    )
    return not complement and tokens[right[0]].form == "в" and first == finder.frame.first


def _left(finder: Finder, first: int) -> tuple[int, int]:
    """The noun phrase before the verb: back to a comma, a closing quote, or a word that begins a clause."""
    tokens, frame = finder.view.tokens, finder.frame
    at = first
    depth = 0
    while at > max(frame.first, first - _FURTHEST):
        form = tokens[at - 1].form
        depth += (form == ")") - (form == "(")
        if not depth and (
            form in COMMAS
            or form in HARD
            or form in "—–"
            or (form in '”"' and at - 1 > frame.first and tokens[at - 2].form in ",.!?")
        ):
            break
        if (
            any(r.role in ("contrast", "subordinate", "relative", "complement") for r in frame.within(at - 1, at))
            and at < first
        ):
            break
        at -= 1
    return at, first


def _far_left(finder: Finder, first: int) -> Holder:
    """*Anatoly Aksakov, who heads the committee, told …*: the first name of the clause, appositions and all."""
    left = max(_hard(finder, first)[0], first - _FURTHEST)
    start = left
    for quote_end in range(left, first):
        if finder.view.tokens[quote_end].form in _CLOSING:
            start = quote_end + 1
    return finder.pick(start, first)


def _spread(
    finder: Finder, cue: Cue, holder: Holder, at: tuple[int, int], side: tuple[int, int], *, after_holder: bool
) -> Reach:
    first, last = at
    left, right = _hard(finder, first)
    np = (side[0], first) if after_holder else (last, holder.last if holder.last > last else side[1])
    opening = np[0] if after_holder else first
    if opening > frame_first(finder) and any(r.role == "as" for r in finder.frame.within(opening - 1, opening)):
        return Reach(cue, holder, left, right, *np, *at)
    rest_from = last if after_holder else max(last, np[1])
    said_before = opening - left >= _LONG_SAID and finder.comma_before(opening)
    rest = _rest(finder, rest_from, right)
    colon = finder.view.tokens[rest_from].form == ":" if rest_from < finder.frame.last else False
    if _complement(finder, rest_from) and not (colon and said_before and not after_holder):
        right = _aftermath(finder, last, right) if _order(finder) == "fixed" else right
        return Reach(cue, holder, first, right, *np, *at, backward=False)
    if said_before and (not after_holder or rest <= _SHORT_REST):
        stop = right if _goes_on(finder, rest_from, right) else max(np[1], last, rest_from + rest)
        return Reach(cue, holder, left, stop, *np, *at, forward=stop == right)
    if after_holder and _order(finder) == "fixed":
        return _antecedent(finder, cue, holder, at, np, right)
    if after_holder and rest > 1:
        return Reach(cue, holder, np[0] if _order(finder) == "free" else first, right, *np, *at, backward=False)
    if _order(finder) == "free" and not after_holder and opening - left >= _LONG_SAID:
        right = _next_clause(finder, np[1], right)  # об X сообщил Y, а Z …
    return Reach(cue, holder, left, right, *np, *at)


def _next_clause(finder: Finder, first: int, right: int) -> int:
    """Where behind a verb and its subject a contrast opens another clause, or ``right``."""
    frame = finder.frame
    bounds = (b for b in frame.bounds if first <= b < right and frame.has(b, "contrast"))
    return next(bounds, right)


def frame_first(finder: Finder) -> int:
    """The first token of the sentence."""
    return finder.frame.first


def _antecedent(
    finder: Finder, cue: Cue, holder: Holder, at: tuple[int, int], np: tuple[int, int], right: int
) -> Reach:
    """*the $1.57bn that analysts had expected*: what is said stands before the relative word, else after the verb."""
    first, last = at
    tokens, frame = finder.view.tokens, finder.frame
    ends = last >= frame.last - 1 or tokens[last].form in (*COMMAS, ".", ";")
    if (
        ends
        and np[0] > frame.first
        and any(r.role in ("relative", "complement") for r in frame.within(np[0] - 1, np[0]))
    ):
        start = np[0] - 1
        while start > frame.first and tokens[start - 1].form not in COMMAS and np[0] - start < _SHORT_REST:
            start -= 1
        return Reach(cue, holder, start, last, *np, *at, forward=False)
    if ends and np[0] - frame.first >= _LONG_SAID:
        return Reach(cue, holder, _hard(finder, first)[0], max(last, np[1]), *np, *at, forward=False)
    right = _aftermath(finder, last, right)
    return Reach(cue, holder, first, right, *np, *at, backward=False)


def _aftermath(finder: Finder, first: int, right: int) -> int:
    """Where *after hackers stole …* leaves what is said for what the outlet knows: no *after the halving*."""
    tokens, text, frame = finder.view.tokens, finder.view.original, finder.frame
    for at in range(first + 2, right - 3):
        following = tokens[at + 1]
        if (
            tokens[at].form not in frame.grammar["aftermath"]
            or not following.form.isalpha()
            or text[following.start].isupper()
        ):
            continue
        if not following.form.endswith("ing") and following.form not in frame.grammar["determiners"]:
            return at
    return right


def _rest(finder: Finder, first: int, right: int) -> int:
    """How many tokens follow until the clause ends."""
    tokens = finder.view.tokens
    count = 0
    for at in range(first, right):
        if tokens[at].form in COMMAS or tokens[at].form in "—–":
            break
        count += 1
    return count


def _complement(finder: Finder, at: int) -> bool:
    """Whether *that*, что or a colon stands right after the verb (and its subject)."""
    tokens, frame = finder.view.tokens, finder.frame
    for i in range(at, min(at + 6, frame.last)):
        form = tokens[i].form
        if form == ":" or frame.has(i, "complement"):
            return True
        if form in COMMAS and not (i + 1 < frame.last and frame.has(i + 1, "complement")):
            return False
        if form in HARD or form in ".()—–":
            return False
    return False


def _goes_on(finder: Finder, first: int, right: int) -> bool:
    """Whether the quote or the speech goes on after the parenthesis: *«…», — said X, — «…»*."""
    tokens = finder.view.tokens
    for at in range(first, right - 1):
        if tokens[at].form in COMMAS or tokens[at].form in "—–.":
            return tokens[at + 1].form in '«“"—–-'
    return False


def _verb_first(finder: Finder, cue: Cue, first: int, last: int) -> Reach | None:
    """Arabic: the verb, its subject, then what is said; a bare verb before أن goes on with the last speaker."""
    frame, tokens = finder.frame, finder.view.tokens
    right = (last, finder.stop_after(last))
    participle = tokens[first].form.removeprefix("و") in frame.grammar["participles"]
    left, hard = _hard(finder, first)
    if _is_byline(finder, first, last):
        return None
    away = last < frame.last and frame.has(last, "foreign")  # كتب على منصة إكس: where he wrote
    bare = right[1] <= last or frame.has(last, "complement") or away
    if last - first > 2:  # the holder stands within: خفض بنك X مستهدفه
        inner = finder.pick(first + 1, last)
        if inner.source is not None:
            return Reach(cue, inner, first, hard, first, last, first, last, backward=False)
    leading = _leading(finder, left, first) if away else NOBODY
    if not participle and leading.source is None and (not bare or away):
        found = _followed(finder, cue, (first, last), right, (left, hard))
        if found is not None:
            return found
    subject = leading if leading.source is not None else _subject_before(finder, first, whole=participle)
    if subject.source is None and bare and cue.form != "weak" and finder.last_speaker.source is not None:
        subject = finder.last_speaker._replace(referred=True, last=last)
    if subject.source is None:
        return None
    return Reach(cue, subject, first, hard, max(left, first - 1), max(last, first), first, last, backward=False)


def _followed(
    finder: Finder, cue: Cue, at: tuple[int, int], right: tuple[int, int], clause: tuple[int, int]
) -> Reach | None:
    """The reach of an Arabic verb ``at`` whose subject stands in the tokens ``right`` behind it, or None."""
    holder = finder.pick(*right)
    if holder.source is None or (cue.form == "weak" and holder.last > at[1] + 6):
        return None
    np = (at[1], max(holder.last, at[1] + 1))
    end = clause[1]
    if _is_aside(finder, at[0], clause[0], np[1], right[1]):
        return Reach(cue, holder, clause[0], _next_verb(finder, np[1], end), *np, *at)
    if cue.sense != "data" and not finder.frame.has(right[1], "complement"):
        end = _next_verb(finder, np[1], end)
    return Reach(cue, holder, at[0], end, *np, *at, backward=False)


def _is_byline(finder: Finder, first: int, last: int) -> bool:
    """Whether the verb names the journalist: *كتب - أحمد فتحي:*, *كتبت: مريم حسن*."""
    tokens, frame = finder.view.tokens, finder.frame
    if first > frame.first or last - first > 1 or last >= frame.last:
        return False
    return tokens[last].form in ("-", "—", "–", ":") and tokens[first].form in frame.grammar["bylines"]


def _leading(finder: Finder, left: int, first: int) -> Holder:
    """The name that opens the clause, whatever stands between it and the verb (X، المحلل في Y، قلل من الخطر وكتب)."""
    holder = finder.pick(left, first)
    names = finder.names_in(left, first)
    opens = bool(names) and finder.view.between(names[0].start, names[0].end)[0] <= left + 1
    return holder if opens and holder.source not in (None, UNNAMED) else NOBODY


def _is_aside(finder: Finder, first: int, left: int, after: int, stop: int) -> bool:
    """Whether the speech verb with its subject only follows what is said: ``، كما ذكرت X``; ``…»، يقول X``."""
    frame, tokens = finder.frame, finder.view.tokens
    if frame.has(stop, "complement") or frame.has(after, "complement"):
        return False
    quoting = [r for r in frame.within(max(left, first - 3), first) if r.role == "as" and r.last == first]
    opening = quoting[0].first if quoting else first
    if opening - left < _LONG_SAID:
        return False
    if quoting:
        return True
    ends = after >= frame.last or tokens[after].form in (".", "؛") or (after == stop and stop >= frame.last - 1)
    before = tokens[opening - 1].form
    return ends and (before in _CLOSING or (before in COMMAS and tokens[opening - 2].form in _CLOSING))


def _next_verb(finder: Finder, first: int, right: int) -> int:
    """Where ``، و`` begins the next main clause in Arabic, or ``right``; not where أن takes the first one up again."""
    tokens, frame = finder.view.tokens, finder.frame
    for at in range(first, right - 1):
        following = tokens[at + 1].form
        if tokens[at].form == "،" and frame.has(at + 1, "complement"):
            return right  # قالت X، ومقرها سنغافورة، إنها
        if (
            tokens[at].form == "،"
            and following[0] == "و"
            and len(following) > 3
            and not following.startswith(("وال", "وان"))
            and not _is_inserted(finder, at + 1, right)
        ):
            return at
    return right


def _is_inserted(finder: Finder, first: int, right: int) -> bool:
    """Whether ``، ومقرها سنغافورة،`` is put between a speech verb and its أن."""
    tokens, frame = finder.view.tokens, finder.frame
    for at in range(first, min(right - 1, first + _INSERTED)):
        if tokens[at].form == "،":
            return frame.has(at + 1, "complement")
    return False


def _subject_before(finder: Finder, first: int, *, whole: bool) -> Holder:
    """The subject of an Arabic verb that follows it (أما X فتوقع, X الذي أشار), or of the main verb for قائلا."""
    start = _hard(finder, first)[0]
    if not whole:
        relative = any(r.role in ("relative", "contrast") for r in finder.frame.within(start, first))
        if not relative and first - start > 12:
            return NOBODY
    return finder.pick(start, first)
