"""What stands in for the subject that is meant: a fund's coin for the fund, *these companies* for the group before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crypto_nlp.rules.grammar import grammar

if TYPE_CHECKING:
    from crypto_nlp.claims.scene import Document, Place, Scene
    from crypto_nlp.claims.subjects import Subject
    from crypto_nlp.records import Name
    from crypto_nlp.rules.claims import SubjectRule
    from crypto_nlp.rules.triggers import TriggerHit

_POOL = "pool"  # the context of words for what holds coins for others: صناديق, منتجات
_OF_COIN = 5  # tokens from such a word to the coin of its fund: صناديق المؤشرات المتداولة الفورية للبيتكوين
_MARKS = frozenset(",،;؛:()")
_COMPANIES = "companies"
_TRADES = ("miners", "exchanges", "companies", "funds", "etfs", "banks")
_CLOSE = 2  # tokens


def pooled(scene: Scene, rule: SubjectRule, hit: TriggerHit, subject: Subject) -> Subject:
    """The funds of the coin that was found, where words for funds govern it, or stand alone and the coin elsewhere."""
    pool = rule.pools.get(subject.id) if hit.trigger.measure in rule.pooled else None
    places = scene.context_places(_POOL, hit.type) if pool else []
    if not pool or not places:
        return subject
    name = subject.name
    if name is not None and scene.sentence.start <= name.start < scene.sentence.end:
        at = scene.place(name.start, name.end).first
        governed = (p for p in places if 0 <= at - p.last <= _OF_COIN)
        marks = (all(t.form not in _MARKS for t in scene.text.tokens[p.last : at]) for p in governed)
        return replace(subject, id=pool) if any(marks) else subject
    return replace(subject, id=pool)


def these(document: Document, scene: Scene, group: Name, place: Place) -> Name | None:
    """The trade last spoken of, for which *these companies* stand."""
    if group.id != _COMPANIES or place.first == scene.first:
        return None
    first = scene.text.tokens[place.first].form
    before = scene.text.tokens[place.first - 1].form
    if not {before, first} & grammar(scene.text.lang).these:
        return None
    earlier = (n for n in reversed(document.before(group.start)) if n.kind == "group" and n.id != _COMPANIES)
    return next((n for n in earlier if n.id.endswith(_TRADES)), None)


def is_located(scene: Scene, place: Place, trigger: Place) -> bool:
    """Whether Arabic words of a measure have only *in* before the house it is measured in: حجم التداول في ديريبت.

    *In it* behind them goes back to a house of the sentence that stands before them: العقود المفتوحة فيها.
    """
    if any(f.place.first == trigger.last and f.place.last == place.first for f in scene.clauses_of("oblique")):
        return True
    behind = scene.text.tokens[trigger.last : trigger.last + _CLOSE]
    return place.last <= trigger.first and any(t.form in grammar(scene.text.lang).in_it for t in behind)
