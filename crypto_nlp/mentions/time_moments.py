"""A time within an expression, and the match that a builder makes it from."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crypto_nlp.mentions.time_calendar import Stretch
    from crypto_nlp.mentions.time_words import Item
    from crypto_nlp.rules.times import TimeRules


@dataclass(frozen=True, slots=True)
class Moment:
    """A time within one expression.

    ``kind``:

    - ``fixed``: ``stretch`` holds it;
    - ``day``, ``days``, ``month``, ``quarter``, ``half``, ``season``: ``number`` and ``day``; ``year`` or ``rel`` may
      say which; ``count`` is a day's weekday or the last of the days;
    - ``weekday``: ``number``, Monday 1;
    - ``window``: ``count`` units back, ahead where negative;
    - ``ago``, ``ahead``, ``shift``: ``count`` units from today, or from the time last spoken of;
    - ``same``: the ``unit`` last spoken of, or the period where ``unit`` is empty; ``then``: the time last spoken of;
    - ``ended``: ``count`` units up to the time that follows; ``now``.

    ``year`` is a number, ``"same"``, or None; ``rel`` is a code of last, this, next, or a remark of the builder.
    """

    kind: str
    number: int = 0
    day: int = 0
    year: int | str | None = None
    rel: str = ""
    part: str = ""
    unit: str = ""
    count: int = 0
    stretch: Stretch | None = None
    weekday: bool = False
    base: bool = False


class Context(NamedTuple):
    """What a builder may ask."""

    rules: TimeRules
    published: date
    fiscal_april: bool


class Found(NamedTuple):
    """A match of a pattern over the items of a text, with what a builder may ask."""

    items: Sequence[Item]
    match: re.Match[str]
    context: Context

    @property
    def said(self) -> str:
        """The codes that matched."""
        return self.match.group()

    @property
    def lang(self) -> str:
        """The language of the text."""
        return self.context.rules.lang

    @property
    def before(self) -> Item | None:
        """The item before the match."""
        return self.items[self.match.start() - 1] if self.match.start() else None

    @property
    def after(self) -> str:
        """The code of the item after the match, empty at the end."""
        return self.items[self.match.end()].code if self.match.end() < len(self.items) else ""

    @property
    def next(self) -> Item | None:
        """The item after the match."""
        return self.items[self.match.end()] if self.match.end() < len(self.items) else None

    def has(self, group: str) -> bool:
        """Whether the pattern has this group and it took part."""
        return group in self.match.re.groupindex and self.match.group(group) is not None

    def item(self, group: str) -> Item:
        """The first item of a group."""
        return self.items[self.match.start(group)]

    def value(self, group: str) -> Any:
        """The value of a group's first item."""
        return self.item(group).value

    def span(self, group: str | int = 0) -> Sequence[Item]:
        """The items of a group, of the whole match by default."""
        return self.items[slice(*self.match.span(group))]

    @property
    def rel(self) -> str:
        """The code of the word for last, this or next beside the head, if there is one."""
        return self.item("r").code if self.has("r") else ""


OFFSET = {"L": -1, "l": -1, "T": 0, "N": 1}  # the codes of last, past, this and next in calendar units


def fixed(stretch: Stretch) -> Moment:
    """A moment whose calendar is known."""
    return Moment("fixed", stretch=stretch)


def number(found: Found) -> int:
    """The count in group ``n``; tens and ones add up; 1 where there is none."""
    return sum(item.value for item in found.span("n") if item.code in "n019") if found.has("n") else 1
