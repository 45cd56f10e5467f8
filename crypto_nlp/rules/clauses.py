"""The file format of ``data/languages/<lang>/clauses.yaml``: how a language parts its clauses and names our subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crypto_nlp.records import Per
from crypto_nlp.rules.yaml import Strict, read

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable


class ClauseRules(Strict):
    """Phrases by what they do: part clauses, open a comparison or an alternative, and so on."""

    strong: tuple[str, ...]
    weak: tuple[str, ...]
    comparands: tuple[str, ...]
    bases: tuple[str, ...] = ()  # of a figure's comparison; before a name they are only prepositions
    alternative: tuple[str, ...] = ()
    oblique: tuple[str, ...] = ()
    asides: tuple[str, ...] = ()
    carry: tuple[str, ...] = ()
    complement: tuple[str, ...] = ()
    respectively: tuple[str, ...] = ()
    relative: tuple[str, ...] = ()
    rates: dict[Per, tuple[str, ...]] = {}  # by the span of time: *annual*
    crypto: tuple[str, ...]


def load(folder: Traversable) -> ClauseRules:
    """The rules of one language folder."""
    return read(folder / "clauses.yaml", ClauseRules)
