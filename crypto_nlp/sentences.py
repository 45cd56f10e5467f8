"""Cuts a text into sentences: every line break ends one, and every full stop that is no part of a word.

A mark of the end (``. ! ? … ؟ ۔ 。``) is a candidate where white space follows it and its closing quotes; the words on
both sides decide. A quote that its speaker's words follow (*«A. B», — said C*) is one sentence with them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from crypto_nlp.records import Sentence
from crypto_nlp.text import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crypto_nlp.rules.sentences import SentenceRules
    from crypto_nlp.text import Text

_LINE = re.compile(r"[^\n\r\u2028\u2029\v\f]+")
_CLOSERS = "\"”»’')\\]›“"
# Arabic writers often set no space after a full stop (or set it before), so there a letter may follow at once.
_END = re.compile(
    rf"(?<![.!?…؟۔。！？])[.!?…؟۔。！？]+[{_CLOSERS}]*(?=\s)"  # a run of marks is tried once, from its beginning
    r"|(?<=[\u0600-\u06ff]{2})\s?\.(?=[\u0621-\u064a]{2})"
    r"|(?<=[а-яё]{3})\.(?=[А-ЯЁ][а-яё])"
    r"|[。！？]"
)
_QUOTE = re.compile(r"«[^«»]*»|“[^“”„]*”|„[^„“”]*[“”]|\"[^\"]*\"")
_SPEAKER = re.compile(r"[,،]?\s*[—–-]\s+[^\s\d]|[,،]\s+\w|\s+[a-zа-яё]")
_INNER_END = re.compile(r"[,،.!?…؟]$")
_WORD = re.compile(r"[\w.'’-]*$")
_NEXT = re.compile(r"[\s\"“„«‘'(\[—–•*·-]*(?:[^\w\s]*\s*)(\w[\w'’]*)?")
_BRAND = re.compile(r"[a-z][A-Z][a-z]{2}")
_INITIAL = re.compile(r"(?:^|[.\W_])[^\W\d_]$")
_DATELINE = re.compile(
    r"[^\W\d_][^\n/.]{1,60}?[,.]?\s/[^/\n]{2,40}/\.?\s"  # МОСКВА, 30 июля. /ТАСС/.
    r"|[^\W\d_][\w -]{1,30}[.,]\s\d{1,2}\s\w+\.\s/[^/\n]{2,40}/\.?\s"
    r"|[^\W\d_][\w -]{1,30}[.,]\s\d{1,2}\s\w+\.\s[A-ZА-ЯЁ.]{4,}\s?[-–—.]?\s"  # Москва. 30 июля. ИНТЕРФАКС -
    r"|(?:[A-ZА-ЯЁ][A-ZА-ЯЁ.’'-]+\s?){1,4}\.\s\w+\.?\s\d{1,2}\s[-–—]\s"  # ST. PETERSBURG. July 3 –
)
_REACH = 200  # characters on either side that decide: keeps one endless line linear
_SHORT_LEAD = 4  # words: "В 2024 г. Банк России" is no sentence yet


def split(view: Text, rules: SentenceRules) -> tuple[Sentence, ...]:
    """The sentences of the text, in order, white space at their ends left out; a line of marks alone gives none."""
    found: list[Sentence] = []
    text = view.original
    for line in _LINE.finditer(text):
        start = line.start()
        for end in _ends(text, line.start(), line.end(), rules):
            _add(found, text, start, end)
            start = end
        _add(found, text, start, line.end())
    return tuple(found)


def _add(found: list[Sentence], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    stripped = piece.strip()
    if any(c.isalnum() for c in stripped):
        start += len(piece) - len(piece.lstrip())
        found.append(Sentence(start, start + len(stripped)))


def _ends(text: str, start: int, stop: int, rules: SentenceRules) -> Iterator[int]:
    """The ends of the sentences within one line, its own end left out."""
    candidates = [m.span() for m in _END.finditer(text, start, stop)]
    if not candidates:
        return
    kept_whole = list(_spoken(text, start, stop))
    openings = [a for a, _ in kept_whole]
    dateline = _DATELINE.match(text, start, stop)
    begin = start
    for mark, end in candidates:
        near = max(begin, mark - _REACH)
        if (dateline and end <= dateline.end()) or _inside(mark, end, openings, kept_whole):
            continue
        if _is_end(text[near : min(stop, end + _REACH)], mark - near, end - near, rules):
            yield end
            begin = end


def _inside(mark: int, end: int, openings: list[int], quotes: list[tuple[int, int]]) -> bool:
    """Whether ``mark:end`` lies within one of the quotes, which are sorted and do not overlap."""
    at = bisect_left(openings, mark) - 1
    return at >= 0 and end < quotes[at][1]


def _spoken(text: str, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Quotes that belong to the sentence around them: their speaker follows, or words that lead in stand before."""
    for quote in _QUOTE.finditer(text, start, stop):
        inner = quote.group()[:-1]
        follows = _SPEAKER.match(text, quote.end(), stop)
        before = text[max(start, quote.start() - _REACH) : quote.start()].rstrip()
        mark = follows.group().lstrip()[:1] if follows else ""
        told = follows and (mark in ",،—–-" or _INNER_END.search(inner))
        led_in = before and before[-1] not in '.!?…؟»”"'
        if told or led_in:
            yield quote.span()


def _is_end(line: str, mark: int, end: int, rules: SentenceRules) -> bool:
    """Whether the mark ``line[mark:end]`` ends the sentence whose near stretch is ``line``."""
    marks = line[mark:end].strip()
    following = _NEXT.match(line, end)
    word = (following.group(1) or "") if following else ""
    if not word or marks[0] in "。！？۔":
        return True
    if _goes_on(line[end : end + 3], word, rules.lang):
        return False
    if marks.startswith(("..", "…")):
        return rules.lang != "ar" or normalise(word) in rules.starters
    return marks[0] != "." or _stop_ends(line[:mark], word, rules)


def _goes_on(gap: str, word: str, lang: str) -> bool:
    """Whether the next word is written as one that goes on: with a small letter, but no name like iShares."""
    first = word[0]
    if not first.islower() or _BRAND.match(word):
        return False
    if lang == "ar" or (lang == "ru" and first.isascii()):
        return False
    return not gap.strip().startswith(("•", "*"))


def _stop_ends(lead: str, word: str, rules: SentenceRules) -> bool:
    """Whether one full stop after ``lead``, the sentence so far, ends it before ``word``."""
    match = _WORD.search(normalise(lead[-40:]))
    before = match.group().strip("-'") if match else ""
    words = lead.split()
    pair = normalise(" ".join(words[-2:]))  # "т. е.", "п. п."
    if before.isdecimal():
        return len(words) > 1  # "1. Bitcoin" numbers a list
    if pair in rules.ends:
        return True
    never = {before, pair} & rules.inner or (before in rules.before_number and word[0].isdigit())
    if not before or never:
        return not before
    if {before, pair} & rules.closing:
        return _closing_ends(before, word, len(words), rules)
    if _INITIAL.search(before) and (lead[-1].isupper() or rules.lang == "ar"):
        return normalise(word) in rules.starters
    return True


def _closing_ends(before: str, word: str, lead: int, rules: SentenceRules) -> bool:
    """After *Inc.*, *U.S.*, *млрд.*, *г.*: what the next word says; ``lead`` counts the words so far."""
    form = normalise(word)
    if form in rules.followers or word[0].isdigit():
        return False
    if form in rules.starters:
        return lead >= _SHORT_LEAD
    if before[0].isascii() or (len(word) > 1 and word.isupper()):
        return False
    return lead > _SHORT_LEAD
