"""Turns tokens into items: each word of time, number or mark with its one-character code for the grammar."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from crypto_nlp.mentions.time_calendar import full_year

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crypto_nlp.rules.times import Meaning, TimeRules
    from crypto_nlp.text import Text, Token

OTHER = "x"
NUMBER = "#"  # a number that is no part of a time
_MARKS = {
    "،": ",",
    "–": "-",
    "—": "-",
    "-": "-",
    "\n": "\n",
    **{mark: mark for mark in ",/().%;:"},
    "؛": ";",
    "!": ".",
    "?": ".",
    "؟": ".",
    "…": ".",
    **dict.fromkeys("$€£¥₽₹₺₴₩₿#№", "$"),
}
_COMPACT = re.compile(r"(?:([qh])([1-4])(?:'(\d\d))?|([1-4])([qh])(?:'?(\d{4}|\d\d))?)$")
_FISCAL = re.compile(r"fy'?(\d{4}|\d{2})$")
_DATE = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})$")
_GLUED_NUMBER = re.compile(r"([وفبل]?)(?:ال|ل)?(\d+)$")
_ENGLISH_ORDINAL = frozenset(("st", "nd", "rd", "th"))
_RUSSIAN_ORDINAL = frozenset("го м й я ом му ый ой ая ое ю ем ми".split())
_GLUED_UNITS = {"h": ("h", "hour"), "hr": ("h", "hour"), "d": ("I", "day")}
_HIJRI = frozenset(("ه", "هـ", "هجري", "هجريه"))
_MOST_STRANGERS = 1 << 17
_LAST_DAY, _FIRST_YEAR, _LAST_YEAR = 31, 1900, 2199


class Item(NamedTuple):
    """A word, number or mark in the grammar's eyes; ``start``/``end`` in the original text.

    ``definite`` is true for an Arabic word with its article.
    """

    code: str
    value: Any
    start: int
    end: int
    form: str = ""
    definite: bool = False


def items(view: Text, rules: TimeRules) -> list[Item]:
    """The items of a text, in order. Arabic proclitics (و ف ب ل) are items of their own."""
    found: list[Item] = []
    tokens = view.tokens
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.form[0].isdigit():
            at = _number(tokens, at, rules, found)
        elif token.form[0].isalpha():
            at = _word(view, at, rules, found)
        else:
            found.append(Item(_MARKS.get(token.form, '"'), None, token.start, token.end, token.form))
            at += 1
    return found


def _number(tokens: Sequence[Token], at: int, rules: TimeRules, found: list[Item]) -> int:
    """Add the number at ``at`` with the letters that are glued to it; the index after it."""
    token = tokens[at]
    suffix = _glued(tokens, at)
    money = bool(found) and found[-1].code == "$" and found[-1].end == token.start
    if suffix and (compact := _COMPACT.match(token.form + suffix)):
        found.append(_compact(compact, token.start, tokens[at + 1].end))
        return at + 2
    if suffix in _GLUED_UNITS and token.form.isdecimal() and not money:
        code, unit = _GLUED_UNITS[suffix]
        found.append(Item(_number_code(token.form), int(token.form), token.start, token.end, token.form))
        found.append(Item(code, unit, tokens[at + 1].start, tokens[at + 1].end, suffix))
        return at + 2
    if (written := _DATE.match(token.form)) and not suffix and not money:
        when = _day(*written.groups())
        found.append(Item("Z" if when else NUMBER, when, token.start, token.end, token.form))
        return at + 1
    if not token.form.isdecimal() or money:
        found.append(Item(NUMBER, None, token.start, token.end, token.form))
        return at + 1
    return _integer(tokens, at, suffix, rules, found)


def _integer(tokens: Sequence[Token], at: int, suffix: str, rules: TimeRules, found: list[Item]) -> int:
    token = tokens[at]
    code, value, end, step = _number_code(token.form), int(token.form[:9]), token.end, 1
    if suffix in _ENGLISH_ORDINAL and rules.lang == "en":
        code, end, step = ("o" if code == "0" else NUMBER), tokens[at + 1].end, 2
    elif suffix == "م":  # the year of our era
        end, step = tokens[at + 1].end, 2
    elif suffix in _HIJRI or (at + 1 < len(tokens) and tokens[at + 1].form in _HIJRI) or suffix:
        code = NUMBER
    elif at + 2 < len(tokens) and tokens[at + 1].form == "-" and tokens[at + 1].start == end:
        ending = tokens[at + 2]
        if ending.start == tokens[at + 1].end and ending.form in _RUSSIAN_ORDINAL:
            code, end, step = ("o" if code == "0" else code), ending.end, 3
        elif rules.lang == "ru" and ending.start == tokens[at + 1].end and ending.form in ("х", "е", "ти", "ю"):
            code, end, step = NUMBER, ending.end, 3
    found.append(Item(code, value, token.start, end, token.form))
    return at + step


def _number_code(digits: str) -> str:
    """``0`` for what may be a day, ``4`` for what may be a year, ``9`` for other whole numbers."""
    value = int(digits) if len(digits) < 10 else 0
    if len(digits) == 4 and _FIRST_YEAR <= value <= _LAST_YEAR:
        return "4"
    if 1 <= value <= _LAST_DAY and len(digits) <= 2:
        return "0"
    return "9" if 0 < value < 1000 else NUMBER


def _glued(tokens: Sequence[Token], at: int) -> str:
    """The letters that follow a number without a space."""
    if at + 1 < len(tokens) and tokens[at + 1].start == tokens[at].end and tokens[at + 1].form[0].isalpha():
        return tokens[at + 1].form
    return ""


def _compact(match: re.Match[str], start: int, end: int) -> Item:
    """Q3, 3Q24, H1 2024: quarter or half with its year or None."""
    kind = match.group(1) or match.group(5)
    number = int(match.group(2) or match.group(4))
    if kind == "h" and number > 2:
        return Item(OTHER, None, start, end)
    year = match.group(3) or match.group(6)
    return Item("K" if kind == "q" else "@", (number, full_year(int(year)) if year else None), start, end)


def _day(number: str, month: str, year: str) -> date | None:
    try:
        return date(full_year(int(year)), int(month), int(number))
    except ValueError:
        return None


def _word(view: Text, at: int, rules: TimeRules, found: list[Item]) -> int:
    """Add the word or phrase at ``at``; the index after it."""
    token = view.tokens[at]
    if token.form in rules.strangers:
        found.append(Item(OTHER, None, token.start, token.end, token.form))
        return at + 1
    if token.form[-1].isdigit() and (item := _symbol(token)):
        found.append(item)
        return at + 1
    for prefix, length, stem, definite in _stems(token.form, rules.lang):
        for forms, meaning in rules.phrases.get(stem, ()):
            if last := _phrase_end(view.tokens, at, forms, rules.lang):
                _add(view, at, last, prefix, length, meaning, definite=definite, found=found)
                return last
        known = rules.words.get(stem)
        if known and _is_meant(view, token, known, rules.lang):
            _add(view, at, at + 1, prefix, length, known, definite=definite, found=found)
            return at + 1
    if rules.lang == "ar" and (glued := _GLUED_NUMBER.match(token.form)):
        start = _inside(view, token, glued.start(2))
        if glued.group(1):
            code = {"و": "c", "ف": "c", "ب": "i", "ل": "O"}[glued.group(1)]
            found.append(Item(code, None, token.start, token.start))
        digits = glued.group(2)
        found.append(Item(_number_code(digits), int(digits[:9]), start, token.end, digits))
        return at + 1
    if len(rules.strangers) < _MOST_STRANGERS and not any(
        stem in rules.words or stem in rules.phrases for _, _, stem, _ in _stems(token.form, rules.lang)
    ):
        rules.strangers.add(token.form)
    found.append(Item(OTHER, None, token.start, token.end, token.form))
    return at + 1


def _phrase_end(tokens: Sequence[Token], at: int, forms: Sequence[str], lang: str) -> int:
    """The index after a phrase whose first word stands at ``at``, or 0; hyphens in it are as good as spaces."""
    here = at + 1
    for form in forms[1:]:
        if form != "-" and here < len(tokens) and tokens[here].form == "-":
            here += 1
        if here >= len(tokens) or not _matches(tokens[here].form, form, lang):
            return 0
        here += 1
    return here


def _symbol(token: Token) -> Item | None:
    if match := _COMPACT.match(token.form):
        return _compact(match, token.start, token.end)
    if match := _FISCAL.match(token.form):
        return Item("+", full_year(int(match.group(1))), token.start, token.end, "fy")
    return None


def _is_meant(view: Text, token: Token, meaning: Meaning, lang: str) -> bool:
    """English *may*, *march* and *sun* are words of time only with a capital, and not after a name's other words."""
    if lang != "en" or meaning.code not in "mw^":
        return True
    if meaning.code == "^" or not view.original[token.start].isupper():
        return meaning.code == "^"
    if token.end - token.start == 3 and view.original[token.start : token.end].isupper():
        return False  # APR is a rate
    before = view.original[max(0, token.start - 20) : token.start].split()
    return not (token.form.endswith("'s") and before and before[-1][0].isupper())  # Theresa May's


def _matches(form: str, wanted: str, lang: str) -> bool:
    return form == wanted or (lang == "ar" and any(stem == wanted for _, _, stem, _ in _stems(form, lang)))


@lru_cache(maxsize=1 << 16)
def _stems(form: str, lang: str) -> tuple[tuple[str, int, str, bool], ...]:
    """The stems of :func:`_stripped`, remembered: the words of news repeat."""
    return tuple(_stripped(form, lang))


def _stripped(form: str, lang: str) -> Iterator[tuple[str, int, str, bool]]:
    """The form, then for Arabic what is left without clitics: (their codes, their length, the stem, has an article)."""
    if lang == "en":
        form = form.removesuffix("'s")
    yield "", 0, form, form.startswith("ال")
    if lang != "ar" or len(form) < 3:
        return
    heads = [("", 0)]
    if form[0] in "وف":
        heads.append(("c", 1))
        yield "c", 1, form[1:], form.startswith("ال", 1)
    for codes, cut in heads:
        rest = form[cut:]
        if rest.startswith("ال"):
            yield codes, cut, rest[2:], True
        if rest.startswith("لل"):
            yield codes + "O", cut + 1, rest[2:], True
            yield codes + "O", cut + 1, "ال" + rest[2:], True
        elif rest[:1] in ("ب", "ل", "ك"):
            led = codes + {"ب": "i", "ل": "O", "ك": ""}[rest[0]]
            yield led, cut + 1, rest[1:], rest.startswith("ال", 1)
            if rest.startswith("ال", 1):
                yield led, cut + 1, rest[3:], True


def _add(
    view: Text, at: int, last: int, prefix: str, length: int, meaning: Meaning, *, definite: bool, found: list[Item]
) -> None:
    token = view.tokens[at]
    start = _inside(view, token, length) if length else token.start
    found.extend(Item(code, None, token.start, token.start) for code in prefix)
    end = view.tokens[last - 1].end
    form = " ".join(t.form for t in view.tokens[at:last])
    found.append(Item(meaning.code, meaning.value, start, end, form, definite))


def _inside(view: Text, token: Token, letters: int) -> int:
    """The original offset ``letters`` folded letters into a token."""
    if view.folded.offsets is None:
        return token.start + letters
    return view.folded.offsets[view.folded.folded(token.start) + letters]
