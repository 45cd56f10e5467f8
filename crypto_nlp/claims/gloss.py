"""One plain sentence for each claim, made from its slots alone, in every language that ships."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crypto_nlp.records import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crypto_nlp.records import Claim
    from crypto_nlp.rules.claims import ClaimType
    from crypto_nlp.rules.names import NameRegister


def add(claims: Sequence[Claim], types: Mapping[str, ClaimType], register: NameRegister) -> list[Claim]:
    """The claims with their glosses."""
    return [replace(claim, gloss=_glosses(claim, types, register)) for claim in claims]


def _glosses(claim: Claim, types: Mapping[str, ClaimType], register: NameRegister) -> dict[str, str]:
    languages = types[claim.type].words if claim.type in types else ()
    return {lang: _generic(claim, lang, register) for lang in languages}


def _generic(claim: Claim, lang: str, register: NameRegister) -> str:
    entry = register.entries.get(claim.subject)
    forms = entry.forms.get(lang) or entry.forms.get("en") if entry else None
    name = forms[0] if forms else claim.subject.replace("-", " ").title()
    said = f"{claim.type.replace('_', ' ')}, {claim.measure.replace('_', ' ')}: {name}"
    if claim.value:
        said += f", {plain(claim.value.low)} {claim.value.unit}"
    return said[:1].upper() + said[1:] + "."
