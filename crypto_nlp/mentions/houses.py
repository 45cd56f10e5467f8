"""The organisation for which a person speaks, by the words between them: *Binance CEO Richard Teng*."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crypto_nlp.mentions.found_names import Found
    from crypto_nlp.mentions.name_page import Line, Marks
    from crypto_nlp.text import Text

_REACH = 12  # tokens between a person and the office
_PUBLIC = frozenset(("regulator", "parliament", "outlet", "court", "government", "ministry", "police", "token"))
_VAGUE = frozenset(("platform", "token", "outlet", "place", "law", "event", "university", "court", "parliament"))
_CLAUSE_ENDS = frozenset((".", ";", "!", "?", ":", "\n"))
_COMMAS = frozenset((",", "،", "(", "—", "–", "-"))
_OF = frozenset(("of", "from", "at", "in", "с", "из", "в", "من", "في", "لدى", "«", '"', "“", "،", ","))


_first = attrgetter("first")


def attach(view: Text, lines: Sequence[Line], found: Sequence[Found], marks: Marks) -> list[Found]:
    """``found`` with the house of each person whose sentence tells it; later mentions of the person have it too."""
    starts = [line.first for line in lines]
    organisations = sorted((f for f in found if f.name.kind == "organisation"), key=_first)
    told: dict[str, str] = {}
    for f in found:
        if f.name.kind == "person":
            at = bisect_left(starts, f.first + 1) - 1
            house = _house(view, lines[at], f, organisations, marks) if at >= 0 else None
            if house is not None:
                told.setdefault(f.name.id, house)
    return [f._replace(name=replace(f.name, house=told[f.name.id])) if _lacks(f, told) else f for f in found]


def _lacks(f: Found, told: dict[str, str]) -> bool:
    return f.name.kind == "person" and f.name.house is None and f.name.id in told


def _house(view: Text, line: Line, person: Found, organisations: Sequence[Found], marks: Marks) -> str | None:
    low, high = (bisect_left(organisations, at, key=_first) for at in (line.first, line.last))
    near = organisations[low:high]
    return (
        _before(view, line, person, near, organisations, marks)
        or _after(view, line, person, near, organisations, marks)
        or _beside(view, person, near)
    )


def _before(
    view: Text, line: Line, person: Found, near: Sequence[Found], everywhere: Sequence[Found], marks: Marks
) -> str | None:
    """An office before the person, and the organisation between them or before the office."""
    low = max(line.first, person.first - _REACH)
    office = next((e for e in range(person.first, low, -1) if e in marks.roles and _clear(view, e, person.first)), None)
    if office is None:
        return None
    begin = marks.roles[office]
    inside = [o for o in near if begin <= o.first and o.last <= person.first]
    if inside:
        return inside[-1].name.id
    ahead = [o for o in near if _owns(view, o, begin) and "outlet" not in o.name.tags]
    if ahead:
        return ahead[-1].name.id
    return _referred(max(line.first, begin - 2), person.first, person.first, everywhere, marks)


def _owns(view: Text, o: Found, begin: int) -> bool:
    """Whether the organisation stands right before the office, or before it as its owner: *VanEck's new head of*."""
    owner = view.tokens[o.last - 1].form.endswith(("'s", "s'"))
    return o.last == begin or (owner and begin - 4 <= o.last < begin)


def _after(
    view: Text, line: Line, person: Found, near: Sequence[Found], everywhere: Sequence[Found], marks: Marks
) -> str | None:
    """A comma and an office after the person, and the organisation within that apposition."""
    if person.last >= line.last or view.tokens[person.last].form not in _COMMAS:
        return None
    begin, high = person.last + 1, min(line.last, person.last + _REACH + 4)
    end = next(
        (
            i
            for i in range(begin, high)
            if view.tokens[i].form in _COMMAS - {"-", "("} or view.tokens[i].form in _CLAUSE_ENDS
        ),
        high,
    )
    if not any(i in marks.role_starts for i in range(begin, min(end, begin + 6))):
        return None
    inside = [o for o in near if begin <= o.first and o.last <= end]
    return inside[0].name.id if inside else _referred(begin, end, person.first, everywhere, marks)


def _beside(view: Text, person: Found, near: Sequence[Found]) -> str | None:
    """*Bernstein's Gautam Chhugani*; *Rachael Lucas of BTC Markets*."""
    for o in near:
        if o.last == person.first and view.tokens[o.last - 1].form.endswith(("'s", "s'")):
            return o.name.id
        between = [view.tokens[i].form for i in range(person.last, o.first)]
        if 0 < len(between) <= 3 and all(form in _OF for form in between) and between[0] not in ("«", '"', "“"):
            joined = [form for form in between if form not in _COMMAS and form not in ("«", '"', "“")]
            if joined:
                return o.name.id
    return None


def _referred(begin: int, end: int, before: int, everywhere: Sequence[Found], marks: Marks) -> str | None:
    """*the regulator's deputy head*, *the firm's head of research*: the last such body named before.

    For a mere firm it is the first that the document names, which is mostly the one that it is about.
    """
    found = [marks.noun_starts[i][1] for i in range(begin, end) if i in marks.noun_starts]
    nouns = [tag for tag in found if tag not in _VAGUE]
    if not nouns:
        return None
    earlier = [o for o in everywhere if o.last <= before]
    alike = [o for o in earlier if nouns[-1] in o.name.tags]
    if alike:
        return alike[-1].name.id
    private = [o for o in earlier if _PUBLIC.isdisjoint(o.name.tags)]
    return private[0].name.id if private and nouns[-1] not in _PUBLIC else None


def _clear(view: Text, begin: int, end: int) -> bool:
    """Whether no clause ends between two tokens."""
    return not any(view.tokens[i].form in _CLAUSE_ENDS for i in range(begin, end))
