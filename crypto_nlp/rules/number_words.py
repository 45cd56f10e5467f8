"""Number words and magnitudes of a language, compiled: form -> what it counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from crypto_nlp.rules.number_files import Magnitude, Numbers
from crypto_nlp.text import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator

AtomKind = Literal["one", "ten", "teen", "tens", "hundreds", "hundred", "dozen", "magnitude", "whole", "mixed"]


@dataclass(frozen=True, slots=True)
class Atom:
    """A number word.

    ``joined`` where the conjunction is written with it, ``alone`` where it may stand for one of its kind.
    """

    kind: AtomKind
    value: Decimal
    joined: bool = False
    clitic: bool = False
    weak: bool = False
    bounded: bool = False


@dataclass(frozen=True, slots=True)
class Scale:
    """A magnitude behind a number; ``glued`` where it must touch the digits or follow a currency."""

    value: int
    glued: bool = False
    ordinal: bool = False
    marked: bool = False
    dotted: bool = False


def atoms_of(numbers: Numbers) -> dict[str, Atom]:
    """Every number word that may begin a number, with its proclitics where the language writes them together."""
    weak = {normalise(w) for w in numbers.weak}
    banned = {normalise(w) for w in numbers.apart.forms}
    found: dict[str, Atom] = {}
    for form, atom in _plain_atoms(numbers, weak):
        for variant, joined, clitic in _variants(form, numbers):
            if variant in banned or (clitic and form in banned):
                continue
            known = found.get(variant)
            new = Atom(atom.kind, atom.value, joined, clitic, atom.weak, atom.bounded)
            if (
                known is not None
                and not clitic
                and (known.kind, known.value) != (new.kind, new.value)
                and not known.clitic
            ):
                message = f"the number word {variant!r} has two meanings: {known.value} and {new.value}"
                raise ValueError(message)
            if known is None or (known.clitic and not clitic):
                found[variant] = new
    return found


def _plain_atoms(numbers: Numbers, weak: set[str]) -> Iterator[tuple[str, Atom]]:
    def each(kind: AtomKind, table: dict[int, list[str]]) -> Iterator[tuple[str, Atom]]:
        for value, forms in table.items():
            for form in map(normalise, forms):
                yield form, Atom(kind, Decimal(value), weak=form in weak)

    for value, forms in numbers.ones.items():
        kind: AtomKind = "one" if value < 10 else "ten" if value == 10 else "teen"
        yield from each(kind, {value: forms})
    yield from each("tens", numbers.tens)
    yield from each("hundreds", numbers.hundreds)
    yield from each("hundred", {100: numbers.hundred})
    yield from each("dozen", numbers.dozens)
    for mixed, forms in numbers.mixed.items():
        for form in map(normalise, forms):
            yield form, Atom("mixed", Decimal(str(mixed)))
    for m in numbers.magnitudes:
        yield from each("magnitude", {m.value: m.alone})
        for form in map(normalise, m.bounded):
            yield form, Atom("magnitude", Decimal(m.value), bounded=True)
        yield from each("whole", {2 * m.value: m.dual})
        for form in map(normalise, m.half):
            yield form, Atom("whole", Decimal(m.value) / 2)


def _variants(form: str, numbers: Numbers) -> Iterator[tuple[str, bool, bool]]:
    """(spelling, whether "and" is joined to it, whether anything is); proclitics as ``و``, ``ب``, ``ال``, ``لل``."""
    yield form, False, False
    ands = [normalise(numbers.conjunction)] if numbers.conjunction else []
    others = [normalise(p) for p in numbers.proclitics if normalise(p) not in ands]
    for other in others:
        yield other + form, False, True
    for conjunction in ands:
        yield conjunction + form, True, False
        for other in others:
            yield conjunction + other + form, True, True


def scales_of(magnitudes: list[Magnitude], article: str) -> dict[str, Scale]:
    """Form -> magnitude, also with the article that a language writes together with its noun (ربع المليار)."""
    found: dict[str, Scale] = {}
    for m in magnitudes:
        plain = Scale(m.value)
        kinds = [
            (m.alone + m.bounded + m.after, plain),
            (m.dotted, Scale(m.value, dotted=True)),
            (m.glued, Scale(m.value, glued=True)),
            (m.marked, Scale(m.value, glued=True, marked=True)),
            (m.ordinal, Scale(m.value, ordinal=True)),
        ]
        for forms, scale in kinds:
            for form in map(normalise, forms):
                known = found.setdefault(form, scale)
                if known.value != m.value:
                    message = f"the magnitude {form!r} has two meanings: {known.value} and {m.value}"
                    raise ValueError(message)
                if article and scale is plain:
                    found.setdefault(normalise(article) + form, known)
    return found


def prefixes_of(prefixes: dict[int, list[str]]) -> tuple[tuple[str, int], ...]:
    """First parts of compounds (``двух`` of ``двухлетний``) and their numbers, the longest first."""
    pairs = [(normalise(form), value) for value, forms in prefixes.items() for form in forms]
    return tuple(sorted(pairs, key=lambda p: -len(p[0])))


def glued_proclitics(proclitics: list[str]) -> re.Pattern[str] | None:
    """Whatever is written together with digits behind it, in a language that has proclitics."""
    if not proclitics:
        return None
    return re.compile(r"[^\W\d_a-z]+(?=\d)")  # letters of such a script make no model names with digits
