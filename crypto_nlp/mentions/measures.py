"""Units of figures: what stands before or behind a number and says what it is of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from crypto_nlp.morphology import lemma
from crypto_nlp.rules.unit_phrases import Unit
from crypto_nlp.text import Token

if TYPE_CHECKING:
    from crypto_nlp.mentions.scan import Scan
    from crypto_nlp.rules.unit_phrases import Choice

_CODE = 3
_PARTICIPLE = "ed"
_PIECES = ("token", "coin")
_UNKNOWN_TICKER = range(3, 7)


@dataclass(frozen=True, slots=True)
class Measure:
    """A unit found; ``last`` is the index after it.

    ``near`` is false where other words stand between figure and noun.
    """

    last: int
    unit: Unit
    near: bool = True


def before(scan: Scan, at: int) -> tuple[int, Unit] | None:
    """The currency that ends before token ``at``, with the index of its first token."""
    if scan.form(at - 1) == "-" and scan.touch(at - 1):
        at -= 1
    for first, unit in scan.rules.units_before.all_before(scan.tokens, at):
        if _written_as_one(scan, first, at, unit):
            if _of_elsewhere(scan, first):
                return first, Unit("unread", "")
            settled = settle(scan, unit)
            return (first, settled) if settled is not None else None
    return None


def _of_elsewhere(scan: Scan, first: int) -> bool:
    """Whether capitals are glued to a sign, which make it another country's: J$5 is not five dollars of the States."""
    sign = not scan.form(first)[:1].isalnum()
    return sign and scan.touch(first - 1) and scan.form(first - 1).isalpha() and scan.original(first - 1).isupper()


def _written_as_one(scan: Scan, first: int, last: int, unit: Unit) -> bool:
    """Whether a currency's mark is written as such: ``A$5``, not *a $5 note*; ``TRY 5``, not *try 5*."""
    if unit.capitals and not scan.original(first).isupper():
        return False
    form = scan.form(first)
    if len(form) == 1 and form.isalpha():
        return scan.original(first).isupper() and all(scan.touch(at) for at in range(first, last - 1))
    return all(scan.touch(at) for at in range(first, last - 1)) or all(
        scan.form(at).isalpha() for at in range(first, last)
    )


def behind(scan: Scan, at: int) -> Measure | None:
    """The unit that begins at token ``at`` (a hyphen before it is passed), or a counted noun a few adjectives on."""
    tokens, rules = scan.tokens, scan.rules
    if scan.form(at) == "-" and scan.touch(at - 1) and scan.touch(at) and scan.form(at + 1)[:1].isalpha():
        at += 1
        if (unit := _compound(scan, at)) is not None:
            return Measure(at + 1, unit)
    found = rules.units_after.at(tokens, at)
    if found is None:
        return _code(scan, at) or _wrapped(scan, at) or _ticker(scan, at) or _noun_beyond(scan, at)
    last, unit = found
    prefixed = unit.kind in ("noun", "span") and _with_preposition(scan, at)
    if prefixed or _of_next(scan, at) or _is_letter(scan, at, unit):
        return None
    if unit.kind == "asset":
        return _asset(scan, last, unit)
    if unit.counted in _PIECES and (wrapped := _wrapped(scan, at)) is not None:
        return wrapped
    settled = settle(scan, unit)
    return _head(scan, last, unit) or Measure(last, settled if settled is not None else Unit("unread", ""))


def _head(scan: Scan, last: int, unit: Unit) -> Measure | None:
    """The English plural that is counted where a singular before ``last`` only describes it: *214 memecoin wallets*."""
    if unit.kind != "noun" or scan.rules.lang != "en" or _plural(scan, last - 1):
        return None
    found = scan.rules.units_after.at(scan.tokens, last)
    if found is None or found[1].kind != "noun" or not _plural(scan, found[0] - 1):
        return None
    return Measure(found[0], found[1])


def _is_letter(scan: Scan, at: int, unit: Unit) -> bool:
    """Whether a letter that may stand for a currency stands apart from the number: 131p, but not 3 p.m."""
    form = scan.form(at)
    return unit.kind == "money" and len(form) == 1 and form.isalpha() and not scan.touch(at - 1)


def _of_next(scan: Scan, at: int) -> bool:
    """Whether a currency's sign belongs to the number behind it, a space parting it from this one: *5 $6*."""
    sign = not scan.form(at)[:1].isalnum()
    return sign and not scan.touch(at - 1) and scan.touch(at) and scan.is_digits(at + 1)


def _with_preposition(scan: Scan, at: int) -> bool:
    """Whether a proclitic stands before the noun (مليونا لمراكز): then the number does not count it."""
    rules, token = scan.rules, scan.tokens[at]
    if not rules.conjunction or rules.proclitics is None:
        return False
    bare = token.form[1:]
    if token.form[:1] not in rules.letters or not bare:
        return False
    known = rules.units_after.at((Token(token.start + 1, token.end, bare),), 0)
    return known is not None and known[1].kind in ("noun", "span")


def settle(scan: Scan, unit: Unit) -> Unit | None:
    """``unit`` with a currency of several countries decided by the text, or None where the text does not say."""
    if unit.choices is None:
        return unit
    code = _decide(scan.view.folded.text, unit.choices)
    return Unit(unit.kind, code, unit.factor) if code else None


@lru_cache(maxsize=32)  # the whole text is asked, so once for each currency and not once for each figure
def _decide(text: str, choice: Choice) -> str | None:
    found = [code for code, cue in choice.cues if cue.search(text)]
    if len(found) == 1:
        return found[0]
    return None if found else choice.default


def _compound(scan: Scan, at: int) -> Unit | None:
    """``летний`` of ``12-летний``, ``fold`` of ``30-fold``."""
    form = scan.form(at)
    if any(form.startswith(fold) for fold in scan.rules.folds):
        return Unit("times", "times")
    return next((unit for stem, unit in scan.rules.adjectives if form.startswith(stem)), None)


def _asset(scan: Scan, last: int, unit: Unit) -> Measure:
    """An amount of an asset, or a count of what the asset's name only describes (*11 bitcoin ETFs*)."""
    at = last + 1 if scan.form(last) == "-" and scan.touch(last - 1) else last
    found = scan.rules.units_after.at(scan.tokens, at)
    if found is None or found[1].kind != "noun" or _acts_itself(scan, last):
        return Measure(last, unit)
    if found[1].counted in _PIECES:
        return Measure(found[0], unit)
    if at != last or scan.rules.adjective_count:
        return Measure(found[0], found[1])
    return Measure(last, unit)


def _acts_itself(scan: Scan, at: int) -> bool:
    """Whether a Russian noun behind *млн USDC* stands in the nominative, so that no magnitude counts it."""
    rules, form = scan.rules, scan.form(at)
    scaled = scan.form(at - 2) in rules.scales or (scan.form(at - 2) == "." and scan.form(at - 3) in rules.scales)
    return rules.lang == "ru" and scaled and lemma(form, "ru") == form


def _code(scan: Scan, at: int) -> Measure | None:
    """A currency's code or an asset's symbol, in capitals."""
    form = scan.form(at)
    if not (form.isascii() and form.isalnum()) or not scan.original(at).isupper():
        return None
    if len(form) == _CODE and form in scan.rules.codes:
        return Measure(at + 1, Unit("money", form.upper()))
    if form in scan.rules.tickers and len(form) > 1:
        return _asset(scan, at + 1, Unit("asset", form.upper()))
    return None


def _ticker(scan: Scan, at: int) -> Measure | None:
    """A symbol that no list holds: a run of capitals behind a figure, in a text that is not all capitals."""
    form = scan.form(at)
    if len(form) not in _UNKNOWN_TICKER or not form.isascii() or not form.isalpha() or not scan.original(at).isupper():
        return None
    if form in scan.rules.not_tickers or scan.touch(at - 1):
        return None
    following = scan.form(at + 1)
    if following.isascii() and following.isalpha() and scan.original(at + 1).isupper() and len(following) > 1:
        return None
    return _asset(scan, at + 1, Unit("asset", form.upper()))


def _wrapped(scan: Scan, at: int) -> Measure | None:
    """*900,000 units of ether*: the asset behind a noun that only measures it out."""
    found = scan.rules.wrappers.at(scan.tokens, at)
    if found is None:
        return None
    last = found[0]
    inner = scan.rules.units_after.at(scan.tokens, last)
    if inner is not None and inner[1].kind == "asset":
        return _asset(scan, inner[0], inner[1])
    code = _code(scan, last)
    return code if code is not None and code.unit.kind == "asset" else None


def _noun_beyond(scan: Scan, at: int) -> Measure | None:
    """The counted noun behind up to as many adjectives as the language lets stand there."""
    rules, tokens = scan.rules, scan.tokens
    for skipped in range(1, rules.adjective_count + 1):
        here = at + skipped - 1
        form = scan.form(here)
        if form not in rules.adding and (
            not form[:1].isalpha() or rules.function_words.at(tokens, here) is not None or form in rules.atoms
        ):
            return None
        if rules.adjective_endings and not form.endswith(rules.adjective_endings):
            return None
        following = here + 2 if scan.form(here + 1) == "-" else here + 1
        found = rules.units_after.at(tokens, following)
        if found is not None and found[1].kind == "noun" and _plural(scan, found[0] - 1):
            return Measure(found[0], found[1], near=False)
        if found is not None and found[1].kind == "asset" and skipped == 1 and form.endswith(_PARTICIPLE):
            return _asset(scan, found[0], found[1])  # 34.6m staked ether
    return None


def _plural(scan: Scan, at: int) -> bool:
    """Whether the noun may be what a number counts: in English it stands in the plural."""
    form = scan.form(at)
    return scan.rules.lang != "en" or form.endswith("s") or form in ("people", "staff")
