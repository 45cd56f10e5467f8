"""Finds the words that say who speaks, how sure it is, what is denied, on what it hangs and what they refer back to.

Each cue comes with the stretch of text that it governs: its clause for modality and negation, the *if* clause itself for a
condition, the inside for a quote, the sentence for an attribution (:mod:`crypto_nlp.claims.attribution` makes that narrower once
the names are known). One pass over the tokens, linear in the length of the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from typing import TYPE_CHECKING

from crypto_nlp.mentions.clauses import Frame
from crypto_nlp.mentions.conditions import extent
from crypto_nlp.mentions.quotes import quotes
from crypto_nlp.morphology import is_future
from crypto_nlp.records import Cue, CueKind
from crypto_nlp.text import script

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crypto_nlp.lexicon import Match
    from crypto_nlp.records import Sentence
    from crypto_nlp.rules.cues import CueRules, Mark
    from crypto_nlp.text import Text

_LIFTING = {"idle": CueKind.ATTRIBUTION, "bound": CueKind.NEGATION, "except": CueKind.NEGATION, "no condition": CueKind.CONDITION, "then": CueKind.CONDITION}
_DETERMINERS = frozenset(("a", "an", "the", "this", "that", "its", "their", "his", "her", "some", "any", "all", "new"))
_DEFINITE = re.compile("[وف]?(?:[بكل]?ال|لل)|[وف]?ه[وي]$|رئيسه|نائبه|مديره|مؤسسه")
_MAX_HEADLINE = 12  # words before a bare *to* in a headline


def read(view: Text, sentences: Sequence[Sentence], rules: CueRules) -> tuple[Cue, ...]:
    """Every cue of the text, in order of place."""
    found = [*quotes(view)]
    starts = [s.start for s in sentences]
    by_sentence: defaultdict[int, list[Match[Mark]]] = defaultdict(list)
    for match in _chosen(rules.cues.find(view.tokens)):
        place = bisect_right(starts, view.tokens[match.first].start) - 1
        if place >= 0 and view.tokens[match.first].start < sentences[place].end:
            by_sentence[place].append(match)
    for place, matches in by_sentence.items():
        found.extend(_cues(view, sentences[place], rules, matches))
    for sentence in sentences:
        found.extend(_futures(view, sentence, rules))
    if sentences:
        found.extend(_headline(view, sentences[0], rules))
    return tuple(sorted(found, key=lambda c: (c.start, c.end, c.kind, c.sense)))


def _chosen(matches: list[Match[Mark]]) -> list[Match[Mark]]:
    """Of phrases of one kind that overlap, the one that begins first, and the longest of these."""
    ends: dict[CueKind, int] = {}
    best: dict[tuple[CueKind, int], int] = {}
    for m in matches:
        kind = m.payload.kind or _LIFTING[m.payload.sense]
        best[kind, m.first] = max(best.get((kind, m.first), 0), m.last)
    kept: list[Match[Mark]] = []
    spans: dict[CueKind, tuple[int, int]] = {}
    for m in matches:
        kind = m.payload.kind or _LIFTING[m.payload.sense]
        span = (m.first, m.last)
        if m.last == best[kind, m.first] and (m.first >= ends.get(kind, 0) or spans.get(kind) == span):
            kept.append(m)
            ends[kind] = m.last
            spans[kind] = span
    return kept


def _cues(view: Text, sentence: Sentence, rules: CueRules, matches: list[Match[Mark]]) -> Iterator[Cue]:
    frame = Frame(view, sentence, rules)
    exceptions = [m.first for m in matches if m.payload.sense == "except"]
    shuts = [m.first for m in matches if m.payload.sense == "then"]
    for match in matches:
        mark = match.payload
        if mark.kind is None or _is_homonym(view, match, rules) or not _is_definite(view, match):
            continue
        left, right = frame.clause(match.first)
        if mark.kind is CueKind.NEGATION and any(match.last <= e < right for e in exceptions):
            continue
        if mark.kind is CueKind.CONDITION:
            left, right = extent(view, frame, match, shuts)
        elif mark.kind in (CueKind.ATTRIBUTION, CueKind.REFERENCE):
            left, right = frame.first, frame.last
        yield _cue(view, match, left, right)


def _cue(view: Text, match: Match[Mark], left: int, right: int) -> Cue:
    tokens, mark = view.tokens, match.payload
    start, end = tokens[match.first].start, tokens[match.last - 1].end
    scope_start = tokens[left].start
    if mark.kind is CueKind.CONDITION:
        start = scope_start = start + _proclitic(view, match)
    kind = mark.kind or CueKind.COMPARISON
    return Cue(
        start, end, view.original[start:end], kind, mark.sense, scope_start, tokens[max(right, left + 1) - 1].end, form=mark.form
    )


def _proclitic(view: Text, match: Match[Mark]) -> int:
    """1 where an Arabic و or ف is written to the subordinator (وإذا): it belongs to the sentence, not to the clause."""
    form = view.tokens[match.first].form
    return int(script(form) == "arabic" and len(form) > 3 and form[0] in "وف" and form[1] in "اطشبحلم")


def _is_homonym(view: Text, match: Match[Mark], rules: CueRules) -> bool:
    """Whether *May* is the month here: after *in*, before a number."""
    before = rules.homonyms.get(view.tokens[match.first].form)
    if before is None:
        return False
    previous = view.tokens[match.first - 1].form if match.first else ""
    following = view.tokens[match.last].form if match.last < len(view.tokens) else ""
    if following[:1].isdigit() or previous[:1].isdigit():
        return True
    return previous in before and view.original[view.tokens[match.first].start].isupper()


def _is_definite(view: Text, match: Match[Mark]) -> bool:
    """Whether an Arabic noun that refers back has its article: الشركة, not شركة."""
    words = [view.tokens[i].form for i in range(match.first, match.last)]
    if match.payload.kind is not CueKind.REFERENCE or script(words[0]) != "arabic" :
        return True
    return match.payload.sense == "thing" or any(_DEFINITE.match(word) for word in words)


def _futures(view: Text, sentence: Sentence, rules: CueRules) -> Iterator[Cue]:
    """Verbs in the future tense, where a language has one in the verb itself."""
    if rules.lang not in ("ru", "ar"):
        return
    first, last = view.between(sentence.start, sentence.end)
    frame: Frame | None = None
    for at in range(first, last):
        token = view.tokens[at]
        if is_future(token.form, rules.lang) and not token.form.lstrip("وف").startswith(rules.future_not or ("\0",)):
            frame = frame or Frame(view, sentence, rules)
            left, right = frame.clause(at)
            scope = (view.tokens[left].start, view.tokens[right - 1].end)
            text = view.original[token.start : token.end]
            yield Cue(token.start, token.end, text, CueKind.FORECAST, "future", *scope)


def _headline(view: Text, title: Sentence, rules: CueRules) -> Iterator[Cue]:
    """*Russia to ban mining*: a bare infinitive after the subject of a headline."""
    first, last = view.between(title.start, title.end)
    verbs = {m.first + first for m in rules.infinitives.find(view.tokens[first:last])}
    for at in range(first + 1, min(last - 1, first + _MAX_HEADLINE)):
        before = view.tokens[at - 1].form
        if view.tokens[at].form == "to" and at + 1 in verbs and before not in _DETERMINERS:
            token = view.tokens[at]
            scope = (title.start, title.end)
            yield Cue(token.start, token.end, view.original[token.start : token.end], CueKind.PLAN, "headline", *scope)
            return
