"""One plain sentence for each claim, made from its slots alone, in every language that ships.

Who says it is not in the gloss: a claim has many sources. What it hangs on and what it is about stand in the words of
the text, in quotation marks, and are never translated.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from crypto_nlp.claims import gloss_numbers, gloss_russian, gloss_times, gloss_verbs
from crypto_nlp.claims.figures import unit_class
from crypto_nlp.claims.gloss_names import Shown, is_bare, shown
from crypto_nlp.records import Modality
from crypto_nlp.rules import gloss as rules
from crypto_nlp.rules.gloss import Group, Slot, Template, Templates, Unit
from crypto_nlp.rules.load import languages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from crypto_nlp.records import Claim
    from crypto_nlp.rules.claims import ClaimType
    from crypto_nlp.rules.gloss import GlossWords, Piece
    from crypto_nlp.rules.names import NameRegister

_GENDERS = frozenset("mfnp")
_MANY = 1024
_compiled: dict[tuple[int, str], tuple[ClaimType, Templates]] = {}


def add(claims: Sequence[Claim], types: Mapping[str, ClaimType], register: NameRegister) -> list[Claim]:
    """The claims, each with its ``gloss``: a sentence for every language that ships."""
    return [replace(claim, gloss=_glosses(claim, types.get(claim.type), register)) for claim in claims]


def _glosses(claim: Claim, kind: ClaimType | None, register: NameRegister) -> dict[str, str]:
    features = _features(claim, register)
    return {lang: _Writer(claim, kind, register, lang, features).sentence() for lang in languages()}


def _templates(kind: ClaimType, lang: str) -> Templates:
    """The compiled templates of a type. A rule file's type is one object for as long as the rules are loaded."""
    held = _compiled.get((id(kind), lang))
    if held is None or held[0] is not kind:
        if len(_compiled) > _MANY:
            _compiled.clear()
        held = _compiled[id(kind), lang] = (kind, rules.templates(kind, lang))
    return held[1]


def _features(claim: Claim, register: NameRegister) -> frozenset[str]:
    """What the conditions of templates are met by in every language."""
    found = {claim.measure, str(claim.modality), *(f"{k}={v}" for k, v in claim.details.items() if k != "about")}
    found.add("event" if claim.value is None else unit_class(claim.value.unit))
    found.add(claim.details.get("change", ""))
    found.update(f"has={slot}" for slot in claim.details)
    if claim.bound:
        found.add(f"bound={claim.bound}")
    if claim.modality is not Modality.FACT:
        found.add("open")
    if claim.negated:
        found.add("negated")
    subject = shown(register, "en", claim.subject)
    if not subject.known:
        found.add("unknown")
    if subject.plural:
        found.add("plural")
    entry = register.entries.get(claim.subject)
    found.update(f"tag={tag}" for tag in (entry.tags if entry else ()))
    found.update((f"subject={claim.subject}", f"kind={subject.kind}"))
    if claim.subject.endswith(("-etfs", "-funds", "-etf")):
        found.add("fund")
    if claim.subject not in (_country(claim, register), claim.details.get("body"), "fatf"):
        found.add("party")
    return frozenset(found)


def _country(claim: Claim, register: NameRegister) -> str:
    entry = register.countries.get(claim.details.get("jurisdiction", ""))
    return entry.id if entry else ""


@dataclass(slots=True)
class _Writer:
    """One claim on its way to a sentence in one language."""

    claim: Claim
    kind: ClaimType | None
    register: NameRegister
    lang: str
    features: frozenset[str]
    words: GlossWords = field(init=False)
    templates: Templates | None = field(init=False)

    def __post_init__(self) -> None:
        self.words = rules.words(self.lang)
        self.templates = _templates(self.kind, self.lang) if self.kind is not None else None
        if is_bare(self.register, self.lang, self.claim.subject):
            self.features |= {"bare"}

    def sentence(self) -> str:
        """The sentence, with a capital and a full stop."""
        template = self._choose()
        if template is None:
            said, used = self._generic(), frozenset(("subject", "value"))
        else:
            said, used = self._fill(template.pieces) or self._generic(), self._used(template)
        said += "".join(self._setting(used))
        if self.lang == "ru":
            said = gloss_russian.euphony(said)
        said += "".join(self._quotations())
        return _capital(" ".join(said.split())) + "."

    def _choose(self, part: str = "") -> Template | None:
        return self.templates.choose(self.features, part) if self.templates is not None else None

    def _country(self) -> str:
        return _country(self.claim, self.register)

    def _used(self, template: Template) -> frozenset[str]:
        found = set(template.used)
        for name in template.used:
            if name.startswith("@"):
                part = self._choose(name[1:])
                found |= self._used(part) if part else set()
        return frozenset(found)

    def _fill(self, pieces: Iterable[Piece]) -> str:
        """The pieces as text; empty where a slot outside any group is empty."""
        out = []
        for piece in pieces:
            if isinstance(piece, str):
                out.append(piece)
            elif isinstance(piece, Group):
                out.append(self._fill(piece.pieces))
            else:
                said = self._slot(piece)
                if not said:
                    return ""
                out.append(said)
        return "".join(out)

    def _slot(self, slot: Slot) -> str:
        if slot.part:
            return self._part(slot)
        special = _SPECIAL.get(slot.name)
        if special is not None:
            return special(self, slot)
        name = self._name(slot.name)
        return name.cased(slot.spec) if name else ""

    def _name(self, slot: str) -> Shown | None:
        details = self.claim.details
        if slot == "subject":
            name = self.claim.subject
        elif slot == "actor":
            name = details.get("body") or self._country() or self.claim.subject
        elif slot == "jurisdiction":
            name = self._country()
        else:
            name = details.get(slot, "")
        return shown(self.register, self.lang, name) if name else None

    def _part(self, slot: Slot) -> str:
        """A part in the case that is asked for: the name's own where it is one name, else that of the phrase."""
        template = self._choose(slot.name)
        if template is None:
            return ""
        only = template.pieces[0] if len(template.pieces) == 1 else None
        if slot.spec and isinstance(only, Slot) and not only.spec:
            return self._slot(Slot(only.name, slot.spec, only.agrees, only.part))
        said = self._fill(template.pieces)
        return gloss_russian.phrase(said, slot.spec) if said and slot.spec and self.lang == "ru" else said

    def verb(self, slot: Slot, modality: Modality | None) -> str:
        """A verb in its mood; in the plain present where ``modality`` is None."""
        agent = slot.agrees not in _GENDERS
        agrees = slot.agrees
        if agent:
            name = self._name(slot.agrees or "subject")
            agrees = name.agrees if name else "m"
        return gloss_verbs.say(
            slot.spec, modality, gloss_verbs.Subject(agrees, agent, self.claim.negated), self.words, self.lang
        )

    def value(self, spec: str) -> str:
        """The figure, by the comma-separated words of ``spec``: ``by``, ``noun=NAME``, ``subject``."""
        value, words = self.claim.value, self.words
        if value is None:
            return ""
        unit = gloss_numbers.unit_of(value, words)
        specs = spec.split(",")
        for part in specs:
            if part.startswith("noun="):
                unit = words.nouns[part[5:]]
            elif part == "subject":
                unit = self._counted()
        return gloss_numbers.phrase(
            value, self.claim.bound, self.claim.per, words, self.lang, unit=unit, by="by" in specs
        )

    def _counted(self) -> Unit:
        """The subject as what is counted: *813,000 memecoin traders*."""
        return _as_unit(self.register, self.lang, self.claim.subject)

    def when(self, *, standing: bool = False) -> str:
        """The time; ``standing`` where what ends then was so all the time."""
        if not self.claim.when:
            return ""
        return _when(self.claim.when, self.lang, ahead=self.claim.modality is not Modality.FACT, standing=standing)

    def place(self) -> str:
        """*in Russia*, with a space before it; empty where there is no country."""
        country = self._country()
        if not country:
            return ""
        name = shown(self.register, self.lang, country)
        return " " + self.words.place.format(x=name.text, loct=name.cased("loct"))

    def _places(self, used: frozenset[str], country: str) -> bool:
        """Whether the sentence so far says in which country it is, by its name or by a body of it."""
        names = {"subject": self.claim.subject, "body": self.claim.details.get("body", "")}
        names["actor"] = names["body"] or country
        for slot in used & names.keys():
            entry = self.register.entries.get(names[slot])
            if names[slot] == country or (entry and entry.jurisdiction == self.claim.details.get("jurisdiction")):
                return True
        return bool(used & {"jurisdiction", "place"})

    def _generic(self) -> str:
        """A sentence for a type without a template: *Staking yield of Ethereum: 3.5%*."""
        claim, patterns = self.claim, self.words.generic
        name = shown(self.register, self.lang, claim.subject)
        what = claim.type.replace("_", " ")
        if claim.measure not in (claim.type, "value"):
            what = f"{what}, {claim.measure.replace('_', ' ')}"
        said = patterns["head"].format(what=what, subject=name.text, gen=name.cased("gent"))
        denied = patterns.get("negated", "") if claim.negated else ""
        notes = [n for n in (patterns.get(str(claim.modality), ""), denied) if n]
        said += f" ({', '.join(notes)})" if notes else ""
        return f"{said}: {self.value('')}" if claim.value else said

    def _setting(self, used: frozenset[str]) -> Iterable[str]:
        """Place and time, where the template has not said them."""
        country = self._country()
        if country and not self._places(used, country):
            yield self.place()
        if self.claim.when and "when" not in used:
            yield " " + self.when()

    def _quotations(self) -> Iterable[str]:
        """What it is about and what it hangs on, in the words of the text."""
        claim, words = self.claim, self.words
        left, right = words.quotes
        if claim.details.get("about"):
            yield words.about.format(x=f"{left}{_one_line(claim.details['about'])}{right}")
        if claim.condition:
            yield words.condition.format(x=f"{left}{_one_line(claim.condition)}{right}")


# The news of a day speaks of few subjects and fewer times, so these are said once and remembered.
@lru_cache(maxsize=_MANY)
def _as_unit(register: NameRegister, lang: str, subject: str) -> Unit:
    name = shown(register, lang, subject)
    if lang == "ru":
        text = name.text
        return Unit(forms=(text, gloss_russian.phrase(text, "gent"), gloss_russian.phrase(text, "gent", plural=True)))
    if lang == "ar":
        return Unit(forms=(f"من {name.cased('gent')}",))
    return Unit(forms=(name.text,))


@lru_cache(maxsize=_MANY)
def _when(when: str, lang: str, *, ahead: bool, standing: bool) -> str:
    return gloss_times.phrase(when, rules.words(lang), ahead=ahead, standing=standing)


_SPECIAL: Mapping[str, Callable[[_Writer, Slot], str]] = {
    "verb": lambda writer, slot: writer.verb(slot, writer.claim.modality),
    "present": lambda writer, slot: writer.verb(slot, None),
    "value": lambda writer, slot: writer.value(slot.spec),
    "when": lambda writer, slot: writer.when(standing=slot.spec == "until"),
    "place": lambda writer, _: writer.place(),
    "measure": lambda writer, _: writer.claim.measure.replace("_", " "),
    "type": lambda writer, _: writer.claim.type.replace("_", " "),
}


def _one_line(text: str) -> str:
    return " ".join(text.split())


@lru_cache(maxsize=8192)
def _capital(text: str) -> str:
    """The sentence with a capital, unless its first word has its own (*iShares*)."""
    first = text.split(" ", 1)[0]
    return text if first[1:] != first[1:].lower() and first[:1].islower() else text[:1].upper() + text[1:]
