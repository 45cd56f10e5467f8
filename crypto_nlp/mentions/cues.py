"""Finds the words that say who speaks, how sure it is, what is denied, on what it hangs and what they refer back to.

Each cue comes with the stretch of text that it governs: its clause for modality and negation, the *if* clause itself
for a condition, the inside for a quote, the sentence for an attribution (:mod:`crypto_nlp.claims.attribution` makes
that narrower once the names are known). One pass over the tokens, linear in the length of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING

from crypto_nlp.mentions.clauses import Frame
from crypto_nlp.mentions.conditions import extent, is_contrast
from crypto_nlp.mentions.quotes import quotes
from crypto_nlp.mentions.tenses import future_verbs, headline_plan, of_bills
from crypto_nlp.morphology import is_finite, is_imperfect, is_telling
from crypto_nlp.records import Cue, CueKind
from crypto_nlp.text import script

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crypto_nlp.lexicon import Match
    from crypto_nlp.records import Sentence
    from crypto_nlp.rules.cues import CueRules, Mark
    from crypto_nlp.text import Text

# A phrase without a kind takes away what it covers from the family given here.
_LIFTED = {
    "idle": CueKind.ATTRIBUTION,
    "bound": CueKind.NEGATION,
    "except": CueKind.NEGATION,
    "no condition": CueKind.CONDITION,
    "then": CueKind.CONDITION,
    "no forecast": CueKind.FORECAST,
}
_DEFINITE = re.compile("[وف]?(?:[بكل]?ال|لل)...|[وف]?ه[وي]$|[وف]?(?:رئيس|نائب|مدير)(?:ها|ه|هم)$")
_ARTICLE = re.compile("[وف]?[بكل]?ال(?!تز)...|[وف]?لل..")
_SPEECH = 25  # characters: a shorter quote is a name or a term
_PARTS = frozenset(",-–—")
_OFFICE = 6  # tokens of an office before its holder's name
_VERBS = frozenset(("verb", "weak", "tag"))
_WIDE = frozenset(("expected", "considers", "proposes", "plans", "denied", "bill", "rumour"))


def read(view: Text, sentences: Sequence[Sentence], rules: CueRules) -> tuple[Cue, ...]:
    """Every cue of the text, in order of place."""
    found = [*quotes(view)]
    starts = [s.start for s in sentences]
    inverted = _inverted(view, sentences, starts, found, rules)
    by_sentence: defaultdict[int, list[Match[Mark]]] = defaultdict(list)
    for match in _chosen(rules.cues.find(view.forms)):
        place = bisect_right(starts, view.tokens[match.first].start) - 1
        if place >= 0 and view.tokens[match.first].start < sentences[place].end:
            by_sentence[place].append(match)
    for place, sentence in enumerate(sentences):
        matches = by_sentence.get(place, [])
        futures = future_verbs(view, sentence, rules)
        if not matches and not futures and place and place not in inverted:
            continue
        frame, before = Frame(view, sentence, rules), len(found)
        found.extend(_cues(view, frame, rules, matches))
        found.extend(_cue_at(view, frame, at, at + 1, sense) for at, sense in futures)
        told = {c.start for c in found[before:] if c.kind is CueKind.ATTRIBUTION}
        found.extend(c for c in inverted.get(place, ()) if c.start not in told)
        if not place:
            found.extend(_headlines(view, frame, rules))
    whole = of_bills(view, sentences, found, rules)
    return tuple(sorted(dict.fromkeys(whole), key=lambda c: (c.start, c.end, c.kind, c.sense)))


def _inverted(
    view: Text, sentences: Sequence[Sentence], starts: Sequence[int], quoted: Sequence[Cue], rules: CueRules
) -> dict[int, list[Cue]]:
    """By sentence the verbs between a quote and a name, whatever they mean: *“…,” shrugged Matt Hougan*."""
    found: defaultdict[int, list[Cue]] = defaultdict(list)
    for quote in quoted:
        at = view.between(0, quote.end)[1] if quote.end - quote.start >= _SPEECH else len(view.tokens)
        while at < len(view.tokens) and view.tokens[at].start < quote.end:
            at += 1
        parted = False
        while at < len(view.tokens) and view.tokens[at].form in _PARTS:
            at, parted = at + 1, True
        parted = parted or view.original[quote.end - 2] in ",.!?،"
        if not parted or at + 1 >= len(view.tokens) or not _tells(view, at, rules):
            continue
        place = bisect_right(starts, view.tokens[at].start) - 1
        sentence, verb = sentences[place], view.tokens[at]
        if view.tokens[at + 1].start < sentence.end:
            word, kind = view.original[verb.start : verb.end], CueKind.ATTRIBUTION
            found[place].append(
                Cue(verb.start, verb.end, word, kind, "says", sentence.start, sentence.end, form="verb")
            )
    return found


def _tells(view: Text, at: int, rules: CueRules) -> bool:
    """Whether a finite verb in small letters stands before a name, perhaps behind its office."""
    word, following = view.tokens[at], view.tokens[at + 1 : at + 1 + _OFFICE]
    if not view.original[word.start].islower() or not any(view.original[t.start].isupper() for t in following):
        return False
    if rules.lang == "ru":
        return is_finite(word.form, "ru")
    return rules.lang == "en" and word.form.endswith(("ed", "es", "ts", "ks", "ns", "ls"))


def _chosen(matches: list[Match[Mark]]) -> list[Match[Mark]]:
    """Of phrases of one kind that overlap, the first, and the longest of these; a lifting phrase before others."""
    best: dict[tuple[CueKind, int], int] = {}
    lifted: set[tuple[CueKind, int, int]] = set()
    for m in matches:
        kind = _family(m)
        best[kind, m.first] = max(best.get((kind, m.first), 0), m.last)
        if m.payload.kind is None:
            lifted.add((kind, m.first, m.last))
    kept: list[Match[Mark]] = []
    ends: dict[CueKind, int] = {}
    spans: dict[CueKind, tuple[int, int]] = {}
    for m in matches:
        kind = _family(m)
        span = (m.first, m.last)
        if m.last != best[kind, m.first] or (m.first < ends.get(kind, 0) and spans.get(kind) != span):
            continue
        ends[kind], spans[kind] = m.last, span
        if m.payload.kind is None or (kind, *span) not in lifted:
            kept.append(m)
    return kept


def _family(match: Match[Mark]) -> CueKind:
    return match.payload.kind or _LIFTED[match.payload.sense]


def _cues(view: Text, frame: Frame, rules: CueRules, matches: list[Match[Mark]]) -> Iterator[Cue]:
    exceptions = [m.first for m in matches if m.payload.sense == "except"]
    shuts = [m.first for m in matches if m.payload.sense == "then"]
    for match in matches:
        mark = match.payload
        if mark.kind is None or _is_another_word(view, match, rules):
            continue
        left, right = frame.clause(match.first)
        if mark.kind is CueKind.NEGATION and any(match.last <= e < right for e in exceptions):
            continue
        if mark.kind is CueKind.CONDITION:
            left, right = extent(view, frame, match, shuts)
            if is_contrast(view, frame, match.last, right):
                continue
        elif mark.kind in (CueKind.ATTRIBUTION, CueKind.REFERENCE):
            left, right = frame.first, frame.last
        elif mark.sense in _WIDE:
            right = frame.wide_end(match.first)
        if mark.sense in ("future", "would") and _is_deed(view, match.last, rules):
            mark = mark._replace(kind=CueKind.PLAN, sense="plans")
        yield _cue(view, match._replace(payload=mark), left, right)


def _is_deed(view: Text, at: int, rules: CueRules) -> bool:
    """Whether *will* is followed by a verb of doing: *will buy*, *will now repay*."""
    return any(m.first <= 1 for m in rules.deeds.find(view.forms[at : at + 3]))


def _cue(view: Text, match: Match[Mark], left: int, right: int) -> Cue:
    tokens, mark = view.tokens, match.payload
    start, end = tokens[match.first].start, tokens[match.last - 1].end
    scope_start = tokens[left].start
    if mark.kind is CueKind.CONDITION:
        start = scope_start = start + _proclitic(view, match)
    scope_end = tokens[max(right, left + 1) - 1].end
    kind = mark.kind or CueKind.COMPARISON
    return Cue(start, end, view.original[start:end], kind, mark.sense, scope_start, scope_end, form=mark.form)


def _cue_at(view: Text, frame: Frame, first: int, last: int, sense: str) -> Cue:
    """A cue that grammar finds and no phrase: a future tense, a headline's infinitive."""
    left, right = frame.clause(first)
    tokens = view.tokens
    start, end = tokens[first].start, tokens[last - 1].end
    kind = CueKind.FORECAST if sense == "future" else CueKind.PLAN
    return Cue(start, end, view.original[start:end], kind, sense, tokens[left].start, tokens[right - 1].end)


def _headlines(view: Text, frame: Frame, rules: CueRules) -> Iterator[Cue]:
    at = headline_plan(view, frame.first, frame.last, rules)
    if at is not None:
        yield _cue_at(view, frame, at, at + 1, "headline")


def _proclitic(view: Text, match: Match[Mark]) -> int:
    """1 where an Arabic و or ف is written to the subordinator (وإذا): it belongs to the sentence, not to the clause."""
    form = view.tokens[match.first].form
    return int(script(form) == "arabic" and len(form) > 3 and form[0] in "وف" and form[1] in "اطشبحلم")


def _is_another_word(view: Text, match: Match[Mark], rules: CueRules) -> bool:
    """Whether the words only look like the cue: *May* the month, شركة without its article, قد before a past tense."""
    first = view.tokens[match.first].form
    following = view.tokens[match.last].form if match.last < len(view.tokens) else ""
    if first in rules.grammar["perfect"] and match.last == match.first + 1:
        return not (is_imperfect(following) or following in rules.grammar["not_after_perfect"])
    if match.payload.form in _VERBS and not _can_tell(view, match, rules):
        return True
    return _is_homonym(view, match, rules, following) or not _is_definite(view, match)


def _can_tell(view: Text, match: Match[Mark], rules: CueRules) -> bool:
    """Whether the form can be a speech verb: not *the report*, *to announce*, напишу, الحذر."""
    form = view.tokens[match.first].form
    if match.first and view.tokens[match.first - 1].form in rules.not_verb_after:
        return False
    if script(form) == "arabic":
        return not _ARTICLE.match(form)
    return match.last - match.first > 1 or is_telling(form, rules.lang, gerund=match.payload.form != "weak")


def _is_homonym(view: Text, match: Match[Mark], rules: CueRules, following: str) -> bool:
    before = rules.homonyms.get(view.tokens[match.first].form)
    if before is None:
        return False
    previous = view.tokens[match.first - 1].form if match.first else ""
    if following[:1].isdigit() or previous[:1].isdigit():
        return True
    return previous in before and view.original[view.tokens[match.first].start].isupper()


def _is_definite(view: Text, match: Match[Mark]) -> bool:
    """Whether an Arabic noun that refers back has its article: الشركة, not شركة."""
    words = [view.tokens[i].form for i in range(match.first, match.last)]
    if match.payload.kind is not CueKind.REFERENCE or script(words[0]) != "arabic":
        return True
    return match.payload.sense == "thing" or any(_DEFINITE.match(word) for word in words)
