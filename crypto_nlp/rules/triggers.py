"""All words of all claim types in one language, in one lexicon, so that one pass over the tokens finds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crypto_nlp.lexicon import Lexicon

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crypto_nlp.rules.claims import ClaimType, Trigger
    from crypto_nlp.rules.clauses import ClauseRules


@dataclass(frozen=True, slots=True)
class TriggerHit:
    """A trigger of a type; ``rule`` is its id as `explain` shows it: ``type/lang#number``."""

    type: str
    rule: str
    trigger: Trigger


@dataclass(frozen=True, slots=True)
class ContextHit:
    """A context word of a type."""

    type: str
    name: str


@dataclass(frozen=True, slots=True)
class SlotHit:
    """A word that fills ``slot`` of a type with ``value``."""

    type: str
    slot: str
    value: str


@dataclass(frozen=True, slots=True)
class ClauseHit:
    """``strong`` or ``weak`` where a clause ends, ``comparand``, ``oblique`` or ``crypto``."""

    kind: str


Hit = TriggerHit | ContextHit | SlotHit | ClauseHit


def compile_triggers(types: Mapping[str, ClaimType], clauses: ClauseRules, lang: str) -> Lexicon[Hit]:
    """The lexicon of everything that claim types and clause rules say in ``lang``."""
    return Lexicon(lang, _phrases(types, clauses, lang))


def _phrases(types: Mapping[str, ClaimType], clauses: ClauseRules, lang: str) -> Iterator[tuple[str, Hit]]:
    for phrases, kind in (
        (clauses.strong, "strong"),
        (clauses.weak, "weak"),
        (clauses.comparands, "comparand"),
        (clauses.bases, "base"),
        (clauses.oblique, "oblique"),
        (clauses.alternative, "or"),
        (clauses.asides, "aside"),
        (clauses.carry, "carry"),
        (clauses.complement, "complement"),
        (clauses.respectively, "respectively"),
        (clauses.relative, "relative"),
        (clauses.crypto, "crypto"),
        *((phrases, f"rate:{per}") for per, phrases in clauses.rates.items()),
    ):
        yield from ((phrase, ClauseHit(kind)) for phrase in phrases)
    for name, claim_type in types.items():
        words = claim_type.words.get(lang)
        if words is None:
            continue
        for number, trigger in enumerate(words.triggers):
            hit = TriggerHit(name, f"{name}/{lang}#{number}", trigger)
            yield from ((phrase, hit) for phrase in trigger.say)
        for context, phrases in words.contexts.items():
            yield from ((phrase, ContextHit(name, context)) for phrase in phrases)
        for slot, values in words.slots.items():
            for value, phrases in values.items():
                yield from ((phrase, SlotHit(name, slot, value)) for phrase in phrases)
