"""How claims are written out again: the words of each language and the templates of each claim type.

``data/languages/<lang>/gloss.yaml`` (:class:`GlossWords`) holds what every sentence needs: magnitudes, units with their
forms, bounds, times, moods. The ``gloss`` section of ``data/claims/<type>/<lang>.yaml`` holds one template a line::

    revenue up: "Revenue of {subject} {verb:rose/rise|n} by {value:by}"
    "@object object=mining": crypto mining

A key names the claims that a template is for: a measure (or ``*`` for any) and conditions, all of which must hold; the
template with the most conditions wins, among equals the first. A condition is

* a class of unit (``money``, ``percent`` …), ``event`` (no value), ``up`` or ``down``,
* a modality, ``open`` (any but ``fact``) or ``negated``,
* ``party`` (a regulation of somebody who is not the state itself), ``unknown`` (a subject that the register does not
  hold), ``plural``, ``fund``, ``bare`` (the name of the subject has no word of crypto in it),
* ``slot=value``, ``has=slot``, ``kind=`` or ``tag=`` of the subject's name, or ``bound=``.

A key that begins with ``@`` is a part, put in where a template says ``{@object}``.

In a template ``{slot}`` and ``{slot:spec}`` are filled, and ``[...]`` is left out where a slot in it is empty. What a
template leaves out of time, place, *about* and condition is added at its end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING

from crypto_nlp.errors import RulesError
from crypto_nlp.rules.yaml import Strict, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crypto_nlp.rules.claims import ClaimType, Frame

SLOTS = frozenset(("subject", "actor", "jurisdiction", "value", "when", "verb", "present", "place", "measure", "type"))
_UNITS = "money asset percent basis_point count times time power energy hashrate"
CONDITIONS = frozenset(
    f"event up down fact forecast plan possible open negated party unknown plural fund bare {_UNITS}".split()
)
_EQUATED = frozenset(("subject", "bound", "kind", "tag", "has"))
_TOKEN = re.compile(r"\{(?P<at>@?)(?P<name>[a-z_]+)(?::(?P<spec>[^{}|]*))?(?:\|(?P<agrees>\w+))?\}|(?P<mark>[\[\]])")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a template. ``agrees`` says for a verb what it agrees with."""

    name: str
    spec: str = ""
    agrees: str = ""
    part: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A stretch of a template that is left out where a slot in it is empty."""

    pieces: tuple[Piece, ...]


Piece = str | Slot | Group


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled template and the conditions under which it holds; ``used`` are the names of its slots."""

    conditions: frozenset[str]
    pieces: tuple[Piece, ...]
    used: frozenset[str]


@dataclass(frozen=True)
class Templates:
    """The templates of one type in one language, each list with the most particular first."""

    sentences: tuple[Template, ...]
    parts: Mapping[str, tuple[Template, ...]]
    _chosen: dict[tuple[str, frozenset[str]], Template | None] = field(default_factory=dict, repr=False)

    @cached_property
    def _asked(self) -> frozenset[str]:
        every = (self.sentences, *self.parts.values())
        return frozenset(condition for options in every for t in options for condition in t.conditions)

    def choose(self, features: frozenset[str], part: str = "") -> Template | None:
        """The template all of whose conditions are among ``features``; remembered for those that any asks for."""
        key = (part, features & self._asked)
        if key not in self._chosen:
            options = self.parts.get(part, ()) if part else self.sentences
            self._chosen[key] = next((t for t in options if t.conditions <= features), None)
        return self._chosen[key]


class Unit(Strict):
    """The forms of a unit or counted noun.

    ``forms`` are those that numbers ask for (English: one, other; Russian: 1, 2, 5; Arabic: 100, 11, 3, 2 and, where
    it has its own, 1). A ``sign``
    stands before the figure, a ``symbol`` behind it without a space.
    """

    forms: tuple[str, ...] = ()
    sign: str = ""
    symbol: str = ""


class GlossWords(Strict):
    """The words and patterns of one language, the same for all claim types."""

    decimal: str
    thousands: str
    magnitudes: dict[int, tuple[str, ...]]
    smallest_grouped: int = 1000
    units: dict[str, Unit]
    nouns: dict[str, Unit] = {}
    bounds: dict[str, str]
    bounds_by: dict[str, str] = {}
    bounds_times: dict[str, str] = {}
    per: dict[str, str]
    months: dict[str, tuple[str, ...]]
    ordinals: dict[str, tuple[str, ...]]
    points: dict[str, dict[str, str]]
    when: dict[str, str]
    moods: dict[str, str]
    place: str
    about: str
    condition: str
    quotes: tuple[str, str]
    generic: dict[str, str]
    the: frozenset[str] = frozenset()
    the_tags: frozenset[str] = frozenset()
    the_words: frozenset[str] = frozenset()
    masculine: frozenset[str] = frozenset()
    feminine: frozenset[str] = frozenset()
    invariable: frozenset[str] = frozenset()
    names: dict[str, str] = {}
    agrees: dict[str, str] = {}


@cache
def words(lang: str) -> GlossWords:
    """The words of ``lang``.

    Raises:
        RulesError: the language has no ``gloss.yaml``, or it does not fit :class:`GlossWords`.
    """
    found: GlossWords = read(files("crypto_nlp") / "data" / "languages" / lang / "gloss.yaml", GlossWords)
    return found


def templates(kind: ClaimType, lang: str) -> Templates:
    """The compiled templates of a claim type in ``lang``; none where it has no words there."""
    spoken = kind.words.get(lang)
    return compile_templates(spoken.gloss if spoken else {}, kind.frame, f"{kind.name}/{lang}.yaml")


def compile_templates(gloss: Mapping[str, str], frame: Frame, file: str, text: str = "") -> Templates:
    """The ``gloss`` section of ``file`` compiled; ``text`` is the file's own, to tell the line of a fault.

    Raises:
        RulesError: a template or its key names something that this type of claim does not have.
    """
    sentences: list[Template] = []
    parts: dict[str, list[Template]] = {}
    names = {key.split()[0][1:] for key in gloss if key.startswith("@")}
    for key, template in gloss.items():
        head, *conditions = key.split()
        try:
            _check_key(head, conditions, frame)
            pieces = _pieces(template)
            used = frozenset(_used(pieces, SLOTS | set(frame.details), names))
        except ValueError as fault:
            message = f"{file}:{_line(text, key)}: gloss: {key}: {fault}"
            raise RulesError(message) from fault
        if head.startswith("@"):
            parts.setdefault(head[1:], []).append(Template(frozenset(conditions), pieces, used))
        else:
            needed = frozenset(conditions) if head == "*" else frozenset((head, *conditions))
            sentences.append(Template(needed, pieces, used))
    return Templates(_ordered(sentences), {name: _ordered(found) for name, found in parts.items()})


def _line(text: str, key: str) -> int:
    """The line on which ``key`` stands, 1 where it cannot be found."""
    lines = (n for n, line in enumerate(text.splitlines(), 1) if line.strip().strip("\"'").startswith(key))
    return next(lines, 1)


def _check_key(head: str, conditions: Iterable[str], frame: Frame) -> None:
    if not head.startswith("@") and head != "*" and head not in frame.measures:
        message = f"{head!r} is no measure of this type; begin the key with one of them, with * or with @."
        raise ValueError(message)
    for word in conditions:
        slot, equals, _ = word.partition("=")
        known = slot in _EQUATED | set(frame.details) if equals else word in CONDITIONS | set(frame.measures)
        if not known:
            message = f"{word!r} is no condition; the head of crypto_nlp/rules/gloss.py lists those there are."
            raise ValueError(message)


def _ordered(found: list[Template]) -> tuple[Template, ...]:
    return tuple(sorted(found, key=lambda t: -len(t.conditions) - bool(t.conditions & {"up", "down"})))


def _pieces(text: str) -> tuple[Piece, ...]:
    stack: list[list[Piece]] = [[]]
    place = 0
    for match in _TOKEN.finditer(text):
        if match.start() > place:
            stack[-1].append(text[place : match.start()])
        place = match.end()
        if match["mark"] == "[":
            stack.append([])
        elif match["mark"] == "]" and len(stack) > 1:
            group = Group(tuple(stack.pop()))
            stack[-1].append(group)
        elif match["name"]:
            stack[-1].append(Slot(match["name"], match["spec"] or "", match["agrees"] or "", bool(match["at"])))
    rest = text[place:]
    if len(stack) > 1 or "{" in rest or "}" in rest or any(isinstance(p, str) and set(p) & set("{}") for p in stack[0]):
        message = f"the brackets of {text!r} do not fit; write {{slot}}, {{slot:spec}} or [...]."
        raise ValueError(message)
    if rest:
        stack[0].append(rest)
    return tuple(stack[0])


def _used(pieces: Iterable[Piece], known: frozenset[str] | set[str], parts: set[str]) -> Iterator[str]:
    for piece in pieces:
        if isinstance(piece, Group):
            yield from _used(piece.pieces, known, parts)
        elif isinstance(piece, Slot):
            if piece.name not in (parts if piece.part else known):
                message = (
                    f"there is no slot {piece.name!r}; use one of {', '.join(sorted(parts if piece.part else known))}."
                )
                raise ValueError(message)
            yield ("@" if piece.part else "") + piece.name
