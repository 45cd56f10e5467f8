"""Shares and multiples in words: *a third*, *four in five*, каждый пятый, *twice*, вдвое, في ثلاثة أضعاف."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from crypto_nlp.mentions.literals import exactly
from crypto_nlp.mentions.numerals import Number, number_at, scale_at

if TYPE_CHECKING:
    from crypto_nlp.mentions.scan import Scan
    from crypto_nlp.rules.numbers import Part, Surroundings

_HUNDRED = Decimal(100)
# Of a feminine noun in the singular, which no number counts; folded, so that the plural's ending stands apart.
_OWNED = ("ته", "تها", "تهم")
_OWNED_PLURAL = ("اته", "اتها", "اتهم")
_CROSS = re.compile(r"[xх](\d{1,4})")


@dataclass(frozen=True, slots=True)
class Share:
    """A share (``unit`` percent) or a multiple (``times``) at ``tokens[first:last]``."""

    first: int
    last: int
    value: Decimal
    unit: str


def share_at(scan: Scan, at: int) -> Share | None:
    """The share or multiple that begins at token ``at`` and is no plain number."""
    rules, tokens = scan.rules, scan.tokens
    ordinal = rules.share_ordinals.at(tokens, at)
    spanned = rules.units_after.at(tokens, ordinal[0]) if ordinal is not None else None
    if ordinal is not None and (spanned is None or spanned[1].kind != "span"):  # every third day is no share
        return Share(at, ordinal[0], _percent(Decimal(1), Decimal(ordinal[1])), "percent")
    if (small := _of_percent(scan, at)) is not None:
        return small
    for table in (rules.multiples, rules.parts):
        found = table.at(tokens, at)
        if found is not None and _stands(scan, at, found[0], found[1]):
            tail = rules.tails.at(tokens, found[0]) if found[1].unit == "times" and rules.conjunction else None
            last, more = tail if tail is not None else (found[0], Decimal(0))  # مرتين ونصف
            return Share(at, last, found[1].value + more, found[1].unit)
    return _word_multiple(scan, at)


def _of_percent(scan: Scan, at: int) -> Share | None:
    """*Half a percent*, *one-tenth of one percent*, ربع نقطة مئوية: a part of a percent, not of the whole."""
    found = scan.rules.parts.at(scan.tokens, at)
    if found is None:
        return None
    last = _past_articles(scan, found[0])
    unit = scan.rules.units_after.at(scan.tokens, last)
    if unit is None or unit[1].kind != "percent" or found[1].unit != "percent":
        return None
    return Share(at, unit[0], found[1].value / _HUNDRED, "percent")


def _past_articles(scan: Scan, at: int) -> int:
    """Past *of a* in *a quarter of a million*."""
    while scan.form(at) in scan.rules.articles or scan.form(at) == "of":
        at += 1
    return at


def scaled_part(scan: Scan, at: int) -> Number | None:
    """A part of a magnitude as a number: *half a million*, ربع مليار, треть миллиона."""
    found = scan.rules.parts.at(scan.tokens, at)
    if found is None or not found[1].scales:
        return None
    last, part = found
    scale = scale_at(scan, _past_articles(scan, last))
    if scale is None or scale[1].glued:
        return None
    return Number(at, scale[0], exactly(part.value / _HUNDRED), Decimal(scale[1].value), digits=False)


def scaled_share(scan: Scan, share: Share) -> Number | None:
    """*Three quarters of a million*: a share of a magnitude as a number."""
    scale = scale_at(scan, _past_articles(scan, share.last))
    if scale is None or scale[1].glued or share.unit != "percent":
        return None
    return Number(share.first, scale[0], exactly(share.value / _HUNDRED), Decimal(scale[1].value), digits=False)


def share_of(scan: Scan, number: Number) -> Share | None:
    """*Four in five*, *two thirds*: what stands behind ``number`` makes a share of it."""
    rules = scan.rules
    top = number.reading.sure
    if top is None or number.scaled or top != top.to_integral_value():
        return None
    at = number.last + 1 if scan.form(number.last) == "-" else number.last
    denominator = rules.denominators.get(scan.form(at))
    if denominator is not None and 0 < top < denominator:
        return Share(number.first, at + 1, _percent(top, Decimal(denominator)), "percent")
    joined = rules.share_joins.at(scan.tokens, number.last)
    if joined is None:
        return _parted_share(scan, number, top)
    base = number_at(scan, joined[0])
    if base is None or base.scaled or (value := base.reading.sure) is None or not 0 < top < value:
        return None
    if value not in (rules.share_bases if joined[1] else rules.share_of_bases) or (not joined[1] and number.weak):
        return None
    return Share(number.first, base.last, _percent(top, value), "percent")


def _parted_share(scan: Scan, number: Number, top: Decimal) -> Share | None:
    """*One employee in five*, *девять покупателей из десяти*: what is counted stands inside the share."""
    rules, tokens = scan.rules, scan.tokens
    noun = rules.units_after.at(tokens, number.last)
    if noun is None or noun[1].kind != "noun":
        return None
    joined = rules.share_joins.at(tokens, noun[0])
    base = number_at(scan, joined[0]) if joined is not None else None
    if joined is None or base is None or base.scaled or (value := base.reading.sure) is None or not 0 < top < value:
        return None
    counts = rules.units_after.at(tokens, base.last) is not None or _counted_plural(scan, base.last)
    if counts or value not in (rules.share_bases if joined[1] else rules.share_of_bases):
        return None
    return Share(number.first, base.last, _percent(top, value), "percent")


def _counted_plural(scan: Scan, at: int) -> bool:
    """Whether an English plural follows, which the number counts: *one bank in five countries* is no share."""
    form = scan.form(at)
    return scan.rules.lang == "en" and form.endswith("s") and scan.rules.function_words.at(scan.tokens, at) is None


def _percent(top: Decimal, base: Decimal) -> Decimal:
    return (top * _HUNDRED / base).quantize(Decimal("0.01")).normalize()


def _word_multiple(scan: Scan, at: int) -> Share | None:
    """*Tenfold*, десятикратный, x2."""
    form = scan.form(at)
    if match := _CROSS.fullmatch(form):
        return Share(at, at + 1, Decimal(match[1]), "times")
    for fold in scan.rules.folds:
        head, found, _ = form.partition(fold)
        if not found or not head:
            continue
        atom = scan.rules.atoms.get(head)
        value = atom.value if atom is not None else next((v for p, v in scan.rules.prefixes if p == head), None)
        if value is not None:
            return Share(at, at + 1, Decimal(value), "times")
    return None


def _stands(scan: Scan, first: int, last: int, part: Part) -> bool:
    """Whether the words around a share allow it."""
    if part.definite and not _definite(scan, last):
        return False
    return _allowed(scan, first, last, part.around)


def _definite(scan: Scan, at: int) -> bool:
    """Whether an Arabic definite noun or a pronoun's suffix follows."""
    form = scan.form(at)
    owned = form.endswith(_OWNED) and not form.endswith(_OWNED_PLURAL)  # خمس قيمته
    return form.startswith("ال") or owned


def _allowed(scan: Scan, first: int, last: int, around: Surroundings) -> bool:
    tokens = scan.tokens
    if around.not_after is not None and around.not_after.before(tokens, first) is not None:
        return False
    if around.not_before is not None and around.not_before.at(tokens, last) is not None:
        return False
    if around.after is None and around.before is None:
        return True
    if around.after is not None and around.after.before(tokens, first) is not None:
        return True
    return around.before is not None and around.before.at(tokens, last) is not None
