"""What a template's verb becomes: its mood, its denial, and the agreement with what it is said of.

A template gives the forms that cannot be derived: English the form of a fact and the base (``rose/rise``); Arabic,
masculine, the past, the imperfect and where they are needed the jussive and the verbal noun (``باع/يبيع/يبع/بيع``);
Russian the infinitive.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from crypto_nlp.claims import gloss_russian as russian

if TYPE_CHECKING:
    from crypto_nlp.records import Modality
    from crypto_nlp.rules.gloss import GlossWords

_PLURAL = {"was": "were", "is": "are", "has": "have"}
_COPULAS = frozenset(("was", "were", "is", "are"))


class Subject(NamedTuple):
    """What a verb is said of: ``agrees`` is ``m f n p``; an ``agent`` can plan, a thing is planned."""

    agrees: str
    agent: bool
    negated: bool = False


def say(spec: str, modality: Modality | None, subject: Subject, words: GlossWords, lang: str) -> str:
    """The verb of ``spec`` in its mood; in the plain present where ``modality`` is None."""
    forms = _forms(spec, subject.agrees, lang)
    if subject.agent and not forms.get("masdar", "-"):
        subject = subject._replace(agent=False)  # no noun to plan: it is planned that it happens
    if modality is None:
        return forms["denied_now"] if subject.negated else forms["present"]
    key = str(modality) + ("_not" if subject.negated else "")
    who = "" if subject.agent else "_thing"
    many = "_they" if subject.agrees == "p" else ""
    return next(words.moods[k] for k in (key + who + many, key + who, key + many, key) if k in words.moods).format_map(
        forms
    )


@lru_cache(maxsize=8192)
def _forms(spec: str, agrees: str, lang: str) -> dict[str, str]:
    if lang == "ru":
        return _russian(spec, agrees)
    if lang == "ar":
        return _arabic(spec, agrees)
    return _english(spec, agrees)


def _english(spec: str, agrees: str) -> dict[str, str]:
    fact, _, base = spec.partition("/")
    verb, _, rest = fact.partition(" ")
    present = base.partition(" ")[0] in (verb[:-1], verb[:-2]) and verb.endswith("s")
    if agrees == "p":
        fact = base if present else " ".join((_PLURAL.get(verb, verb), *([rest] if rest else [])))
        verb = _PLURAL.get(verb, verb)
    if verb in _COPULAS or fact.startswith(("has been", "have been")):
        denied = " ".join((verb, "not", *([rest] if rest else [])))
    else:
        do = ("do" if agrees == "p" else "does") if present else "did"
        denied = f"{do} not {base}"
    return {"fact": fact, "denied": denied, "base": base, "present": fact, "denied_now": denied}


def _russian(infinitive: str, agrees: str) -> dict[str, str]:
    perfective = russian.is_perfective(infinitive)
    ahead = (
        russian.verb(infinitive, "futr", agrees)
        if perfective
        else f"{'будут' if agrees == 'p' else 'будет'} {infinitive}"
    )
    now = russian.verb(infinitive, "pres", agrees)
    return {
        "fact": russian.verb(infinitive, "past" if perfective else "pres", agrees),
        "ahead": ahead,
        "inf": infinitive,
        "present": now,
        "denied_now": f"не {now}",
    }


def _arabic(spec: str, agrees: str) -> dict[str, str]:
    past, imperfect, jussive, masdar = [*spec.split("/"), "", "", ""][:4]
    imperfect = imperfect or past
    standing = past == imperfect  # a fact that stands is told in the present
    jussive = jussive or imperfect
    intends = "يعتزم"
    if agrees in ("f", "p"):
        intends = "تعتزم"
        past = _feminine_past(past)
        imperfect, jussive = ("ت" + form[1:] for form in (imperfect, jussive))
    fact = imperfect if standing else past
    denied = f"لا {imperfect}"
    forms = {"fact": fact, "imperfect": imperfect, "jussive": jussive, "present": imperfect, "denied_now": denied}
    return {**forms, "masdar": masdar, "intends": intends}


def _feminine_past(past: str) -> str:
    verb, _, rest = past.partition(" ")
    stem = verb[:-1] if verb[-1:] in "ىا" else verb
    return f"{stem}ت {rest}" if rest else f"{stem}ت"
