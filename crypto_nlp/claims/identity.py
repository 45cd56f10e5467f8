"""The identity of a claim: the same proposition has the same id in any language, outlet, number format and wording.

What goes in and what stays out is the section *Identity* of docs/claims.md. The id is the first 16 hexadecimal digits
of the SHA-256 of the parts joined by a character that none of them holds; it depends on nothing but them.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from crypto_nlp.records import Bound, Modality
from crypto_nlp.text import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from crypto_nlp.records import Claim, Value
    from crypto_nlp.rules.claims import ClaimType

_SEPARATOR = "\x1f"
_DIGITS = 16
_SIGNIFICANT = 3
# The unit that each physical unit is written in for the id, and how many of it one is (SI prefixes).
BASE_UNITS: dict[str, tuple[str, float]] = {
    "kW": ("W", 1e3),
    "MW": ("W", 1e6),
    "GW": ("W", 1e9),
    "TW": ("W", 1e12),
    "kWh": ("Wh", 1e3),
    "MWh": ("Wh", 1e6),
    "GWh": ("Wh", 1e9),
    "TWh": ("Wh", 1e12),
    "TH/s": ("H/s", 1e12),
    "PH/s": ("H/s", 1e15),
    "EH/s": ("H/s", 1e18),
    "ZH/s": ("H/s", 1e21),
    "basis_point": ("percent", 0.01),
}
_FILLED = ("body", "stage", "object")
_Key = tuple[str, str, str, str]


def identify(claims: Sequence[Claim], types: Mapping[str, ClaimType], published: date, story: str) -> list[Claim]:
    """The claims of one document with their ids; ``story`` stands for the text that a statement was read from."""
    whens, pers, slots = _given(claims)
    named = []
    for claim in claims:
        key = _figure(claim)
        when = claim.when or _only(whens[key])
        per = str(claim.per or _only(pers[key]) or "")
        details = {**{s: _only(slots[key, s]) for s in _FILLED if s not in claim.details}, **claim.details}
        dated = types[claim.type].frame.dated if claim.type in types else True
        if when is None and dated and claim.modality is Modality.FACT:
            when = f"{published:%Y-%m}"
        identity = types[claim.type].frame.identity if claim.type in types else ()
        parts = _parts(claim, when, per, {k: v for k, v in details.items() if v}, identity, story)
        digest = hashlib.sha256(_SEPARATOR.join(parts).encode()).hexdigest()
        named.append(replace(claim, claim_id=digest[:_DIGITS]))
    return named


def _parts(
    claim: Claim, when: str | None, per: str, details: Mapping[str, str | None], identity: Iterable[str], story: str
) -> list[str]:
    parts = [
        claim.type,
        claim.measure,
        claim.subject,
        canonical_value(claim.value),
        {Bound.MIN: "above", Bound.MAX: "below"}.get(claim.bound or Bound.EXACT, "") if claim.value else "",
        per,
        when or "",
        "not" if claim.negated else "",
        "fact" if claim.modality is Modality.FACT else "open",
        "if" if claim.condition else "",
        details.get("change") or "",
    ]
    slots = dict.fromkeys((*identity, "jurisdiction"))
    parts.extend(f"{slot}={details.get(slot) or ''}" for slot in slots)
    if claim.type == "statement":
        parts.extend((claim.source or "", story, normalise(claim.details.get("about", claim.sentence))))
    return parts


def canonical_value(value: Value | None) -> str:
    """A value in its base unit and to three significant digits: ``27 GW`` and ``27,000 MW`` are ``2.7e+10 W``."""
    if value is None:
        return ""
    unit, factor = BASE_UNITS.get(value.unit, (value.unit, 1.0))
    low, high = (f"{v * factor:.{_SIGNIFICANT - 1}e}" for v in (value.low, value.high))
    return f"{low} {unit}" if low == high else f"{low}/{high} {unit}"


def _figure(claim: Claim) -> _Key:
    """Type, measure, subject and value: what makes two claims of a document one figure."""
    return claim.type, claim.measure, claim.subject, canonical_value(claim.value)


def _given(
    claims: Iterable[Claim],
) -> tuple[defaultdict[_Key, set[str]], defaultdict[_Key, set[str]], defaultdict[tuple[_Key, str], set[str]]]:
    """What the document gives elsewhere for each figure."""
    whens: defaultdict[_Key, set[str]] = defaultdict(set)
    pers: defaultdict[_Key, set[str]] = defaultdict(set)
    slots: defaultdict[tuple[_Key, str], set[str]] = defaultdict(set)
    for claim in claims:
        key = _figure(claim)
        if claim.when:
            whens[key].add(claim.when)
        if claim.per:
            pers[key].add(claim.per)
        for slot in _FILLED:
            if claim.details.get(slot):
                slots[key, slot].add(claim.details[slot])
    return whens, pers, slots


def _only(values: set[str]) -> str | None:
    return next(iter(values)) if len(values) == 1 else None
