"""A text made ready for the reader of quantities.

Tokens with currencies and proclitics cut from digits, and what is no figure.

``Scan`` is what the parts of that reader pass to each other; everything in it is counted in tokens.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crypto_nlp.mentions.literals import Habits, habits
from crypto_nlp.text import Text, Token, tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crypto_nlp.rules.numbers import NumberRules

DASHES = frozenset("-–—")
_VULGAR = re.compile(r"[½¼¾⅓⅔⅛](?=\w)")
_MASKS = re.compile(
    r"""
    (?:https?://|www\.)\S+ | [\w.+-]+@[\w-]+\.[\w.]+                     # addresses
  | (?<![\w.,:])\d{1,2}:\d{2}(?::\d{2})?(?![\w:]) | (?<![\w:])\d{1,4}:\d{1,4}(?![\w:])   # clock, score
  | (?<![\d.,/])\d{1,2}[./]\d{1,2}[./](?:19|20)?\d\d(?![\d/]|[.,]\d) | (?<!\d)\d{4}-\d{2}-\d{2}(?!\d) # dates
  | (?<![\d.,$€£₽])(?:19|20)\d\d\s?[-–—/]\s?(?:19|20)?\d\d(?![\d]|[.,]\d|\s?%)          # years
  | (?<!\d)\d{1,2}/\d{1,2}(?![\d/]|[.,]\d)                             # 24/7
  | \+\d{1,3}[ -]?\(?\d{3}\)?[ -]\d{3}[ -]\d{2}[ -]?\d{2}(?!\d)         # telephones
  | (?<!\d)8[ -]?\(?\d{3}\)?[ -]\d{3}-\d{2}-\d{2}(?!\d) | \(\d{3}\)\s?\d{3}-\d{4}(?!\d) | (?<!\d)\d{3}-\d{3}-\d{4}(?!\d)
  | 0x[0-9a-f]+ | (?<!\w)(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{12,}(?!\w)            # hashes
  | (?<![\d,])\d+\.\d+\.\d+(?:\.\d+)*(?![\d,])                         # versions; grouped thousands are let through
    """,
    re.VERBOSE,
)
# How any of them begins but a mail address: a digit, a plus, a parenthesis, the letters of an address or of a hash.
_MASKED = re.compile(r"[\d+]|\((?=\d)|[hw](?=ttps?:|ww\.)|(?<!\w)[a-f](?=[0-9a-f]{11})")
_GROUPS = re.compile(r"\d{1,3}(?:\.\d{3}){2,}")
_SINGLE = frozenset("\u00a0\u2007\u2008\u2009\u202f\u200a'’")


@dataclass(frozen=True, slots=True)
class Scan:
    """One text.

    Its tokens, the rules of its language, the first offsets of tokens that are no figures, its separators.
    """

    view: Text
    rules: NumberRules
    tokens: tuple[Token, ...]
    masked: frozenset[int]
    habits: Habits

    def form(self, at: int) -> str:
        """The folded form of a token, or ``""`` outside the text."""
        return self.tokens[at].form if 0 <= at < len(self.tokens) else ""

    def touch(self, at: int) -> bool:
        """Whether nothing stands between this token and the next."""
        return at + 1 < len(self.tokens) and at >= 0 and self.tokens[at].end == self.tokens[at + 1].start

    def original(self, at: int) -> str:
        """The token as it is written."""
        token = self.tokens[at]
        return self.view.original[token.start : token.end]

    def is_digits(self, at: int) -> bool:
        """Whether the token is a number in digits that the masks let through."""
        form = self.form(at)
        return form[:1].isdecimal() and self.tokens[at].start not in self.masked

    def grouping_gap(self, at: int) -> bool:
        """Whether this token and the next may be groups of one number.

        One space between them, of the kind that groups.
        """
        if at + 1 >= len(self.tokens):
            return False
        gap = self.view.original[self.tokens[at].end : self.tokens[at + 1].start]
        return len(gap) == 1 and (gap in _SINGLE or (self.rules.spaces and gap == " "))


def scan(view: Text, rules: NumberRules) -> Scan:
    """Cut and mask ``view`` for reading."""
    tokens = tuple(_cut(view, rules))
    masked = frozenset(_masked(view, tokens))
    shown = habits(t.form for t in tokens if t.form[0].isdecimal() and t.start not in masked)
    return Scan(view, rules, tokens, masked, shown)


def _masked(view: Text, tokens: Sequence[Token]) -> Iterator[int]:
    """The starts of the tokens that lie in something that is no figure."""
    matches = (m for m in _marked(view.folded.text) if not _GROUPS.fullmatch(m.group()))
    spans = [view.folded.original(m.start(), m.end()) for m in matches]
    at = 0
    for start, end in spans:
        while at < len(tokens) and tokens[at].start < start:
            at += 1
        while at < len(tokens) and tokens[at].start < end:
            yield tokens[at].start
            at += 1


def _marked(text: str) -> Iterator[re.Match[str]]:
    """What the masks find in ``text``, which they are asked of where one may begin and not at every letter."""
    if "@" in text:  # an address may begin with any letter
        yield from _MASKS.finditer(text)
        return
    reached = 0
    for start in _MASKED.finditer(text):
        if start.start() >= reached and (match := _MASKS.match(text, start.start())):
            yield match
            reached = match.end()


def _cut(view: Text, rules: NumberRules) -> list[Token]:
    """The tokens of ``view``.

    A currency code, a proclitic or a vulgar fraction written together with digits stands apart.
    """
    cut: list[Token] = []
    skip = -1
    for token in view.tokens:
        if token.start < skip:
            continue
        head = _head(token, rules, cut)
        if not head:
            _put(cut, token)
            continue
        end = _word_end(view, token.end)
        low = view.folded.folded(token.start)
        middle = view.folded.original(low + len(head) - 1, low + len(head))[1]
        _put(cut, Token(token.start, middle, head))
        for rest in tokenize(view.original, view.folded, middle, end):
            _put(cut, rest)
        skip = end
    return cut


def _put(cut: list[Token], token: Token) -> None:
    """Add a token; digits that an Arabic comma parts (2،711) are one number, as with any other comma."""
    if len(cut) > 1 and cut[-1].form == "،" and token.form[0].isdecimal():
        number, comma = cut[-2], cut[-1]
        if number.form[0].isdecimal() and number.end == comma.start and comma.end == token.start:
            cut[-2:] = [Token(number.start, token.end, f"{number.form},{token.form}")]
            return
    cut.append(token)


def _head(token: Token, rules: NumberRules, cut: Sequence[Token]) -> str:
    """The part of a word that belongs before its digits, or ``""``."""
    form = token.form
    if form.isalpha() or not form[0].isalpha() or len(form) == 1:
        return ""
    if _VULGAR.match(form):
        return form[0]
    if rules.proclitics is not None and (match := rules.proclitics.match(form)):
        decimal = match.group() == "ر" and bool(cut) and cut[-1].form.isdecimal() and cut[-1].end == token.start
        return "" if decimal else match.group()
    if rules.glued is not None and form not in rules.tickers and (match := rules.glued.match(form)):
        return match.group()
    return ""


def _word_end(view: Text, at: int) -> int:
    """Where the run without white space ends that goes on at ``at``."""
    text = view.original
    while at < len(text) and not text[at].isspace():
        at += 1
    return at
