"""Bodies that go by a common noun (*the central bank*, Минфин): the country nearest to them says which."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from crypto_nlp.mentions.found_names import Found, of_entry, span
from crypto_nlp.records import Name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crypto_nlp.lexicon import Match
    from crypto_nlp.mentions.name_page import Line
    from crypto_nlp.rules.names import Entry, NameRegister
    from crypto_nlp.rules.roles import Department, Roles
    from crypto_nlp.text import Text

_LINKS = frozenset(("of", "the", "in", "for", "в", "в", "في", "ل", "-"))


def read_departments(
    view: Text, lines: Sequence[Line], found: Sequence[Found], register: NameRegister, roles: Roles
) -> list[Found]:
    """``found`` with the departments among them; a country beside a department becomes part of its name."""
    by_first = {f.first: f for f in found}
    by_last = {f.last: f for f in found}
    landmarks = [f for f in found if f.name.jurisdiction and f.name.kind != "asset"]
    covered = {i: f for f in found for i in range(f.first, f.last)}
    added: list[Found] = []
    dropped: set[int] = set()
    departments = roles.departments.longest(view.forms)
    abroad = _is_abroad(departments, found, landmarks, roles)
    for match in departments:
        line = _line_of(lines, match.first)
        if line is None or not _free(match.first, match.last, covered):
            continue
        beside = _beside(view, match.first, match.last, by_first, by_last)
        here = covered.get(match.first)
        elsewhere = abroad and here is not None and here.name.jurisdiction == roles.home
        if here is not None and not elsewhere and (beside is None or _same_land(beside, here)):
            continue
        department, needs_country = match.payload
        if needs_country and (beside is None or "demonym" not in beside.name.tags):
            continue
        if needs_country and match.first and view.tokens[match.first - 1].form in department.issued:
            continue
        known = [f for f in landmarks if f.name.jurisdiction != roles.home] if elsewhere else landmarks
        country = beside.name.jurisdiction if beside else _nearest(match.first, line, known) or roles.home
        made = _department(view, department, country, register, match.first, match.last, beside)
        if made is not None:
            added.append(made)
            dropped.update(f.first for f in (here, beside) if f is not None)
    return sorted([f for f in found if f.first not in dropped] + added)


def _same_land(one: Found, other: Found) -> bool:
    return one.name.jurisdiction == other.name.jurisdiction


def _is_abroad(
    departments: Sequence[Match[tuple[Department, bool]]],
    found: Sequence[Found],
    landmarks: Sequence[Found],
    roles: Roles,
) -> bool:
    """Whether a text speaks of other countries and never of its home, but for bodies such as ЦБ that any has."""
    if not any(f.name.jurisdiction != roles.home and f.name.kind == "country" for f in landmarks):
        return False
    bare = {(m.first, m.last) for m in departments}
    return all(f.name.jurisdiction != roles.home or (f.first, f.last) in bare for f in found)


def _line_of(lines: Sequence[Line], token: int) -> Line | None:
    at = bisect_left(lines, token + 1, key=lambda line: line.first) - 1
    return lines[at] if at >= 0 and token < lines[at].last else None


def _free(first: int, last: int, covered: dict[int, Found]) -> bool:
    """Whether no name stands here but one of exactly these words."""
    inside = {covered[i].first: covered[i] for i in range(first, last) if i in covered}
    return not inside or all((f.first, f.last) == (first, last) for f in inside.values())


def _beside(view: Text, first: int, last: int, by_first: dict[int, Found], by_last: dict[int, Found]) -> Found | None:
    """The country directly before these words or after them, small words between left out."""
    after = last
    while after < len(view.tokens) and after - last < 2 and view.tokens[after].form in _LINKS:
        after += 1
    for candidate in (by_last.get(first), by_first.get(after), by_first.get(last)):
        if candidate is not None and candidate.name.kind in ("country", "region") and candidate.name.jurisdiction:
            return candidate
    return None


def _nearest(first: int, line: Line, landmarks: Sequence[Found]) -> str | None:
    """The jurisdiction of the nearest name in the sentence, else of the last before it, else of the first after it."""
    inside = [f for f in landmarks if line.first <= f.first < line.last]
    if inside:
        return min(inside, key=lambda f: abs(f.first - first)).name.jurisdiction
    at = bisect_left(landmarks, first, key=lambda f: f.first)
    if at:
        return landmarks[at - 1].name.jurisdiction
    return landmarks[0].name.jurisdiction if landmarks else None


def _department(
    view: Text,
    department: Department,
    country: str | None,
    register: NameRegister,
    first: int,
    last: int,
    beside: Found | None,
) -> Found | None:
    if beside is not None:
        first, last = min(first, beside.first), max(last, beside.last)
    if country is None:
        return None
    entry = _body(department, country, register)
    if entry is not None:
        return of_entry(view, first, last, entry)
    land = register.countries.get(country)
    if land is None:
        return None
    start, end = span(view, first, last)
    demonym = next(iter(land.demonyms.get("en", ())), land.id).lower().replace(" ", "-")
    made = department.id.format(country=land.id, demonym=demonym)
    name = Name(
        start, end, view.original[start:end], made, "organisation", frozenset((department.tag,)), country, known=False
    )
    return Found(first, last, name)


def _body(department: Department, country: str, register: NameRegister) -> Entry | None:
    bodies = register.bodies.get((department.tag, country), ())
    if not department.words:
        return bodies[0] if bodies else None
    return next((e for word in department.words for e in bodies if word in e.id), None)
