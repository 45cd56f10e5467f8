"""The stages as spaCy components, so that they work in anybody's pipeline.

``spacy.blank("ar").add_pipe("crypto_claims")`` is enough: what a component needs it reads itself. The day of
publishing, against which relative times are resolved, is ``doc._.published`` (a ``datetime.date``), else the
component's setting, else today. Every result is in code points of ``doc.text``, so no token boundary is asked for.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from crypto_nlp.errors import InputError
from crypto_nlp.pipeline import Reading
from crypto_nlp.rules.load import languages

if TYPE_CHECKING:
    from collections.abc import Sequence

_STAGES = ("sentences", "quantities", "times", "names", "cues", "claims")
_KEY = "crypto_nlp"


def _extend() -> None:
    """Make the extension attributes, once."""
    if not Doc.has_extension("published"):
        Doc.set_extension("published", default=None)
    for stage in _STAGES:
        name = f"crypto_{stage}" if stage != "claims" else "claims"
        if not Doc.has_extension(name):
            Doc.set_extension(name, default=())


class Stage:
    """A component that stores one stage's result in ``doc._``."""

    def __init__(self, stage: str, lang: str, published: date | None, rules: Sequence[str]) -> None:
        if lang not in languages():
            message = f"crypto-nlp reads {', '.join(languages())}; this pipeline is for {lang!r}."
            raise InputError(message)
        self.stage = stage
        self.lang = lang
        self.published = published
        self.rules = tuple(Path(folder) for folder in rules)
        _extend()

    def __call__(self, doc: Doc) -> Doc:
        """Read the stage, and whatever it rests on, from ``doc.text``."""
        reading = doc.user_data.get(_KEY)
        if not isinstance(reading, Reading):
            day = doc._.published or self.published or datetime.now(UTC).date()
            reading = Reading(doc.text, self.lang, day, self.rules)
            doc.user_data[_KEY] = reading
        name = f"crypto_{self.stage}" if self.stage != "claims" else "claims"
        doc._.set(name, getattr(reading, self.stage))
        return doc


def _make(stage: str, nlp: Language, published: str | None, rules: Sequence[str]) -> Stage:
    return Stage(stage, nlp.lang or "", date.fromisoformat(published) if published else None, rules)


_CONFIG: dict[str, Any] = {"published": None, "rules": []}


@Language.factory("crypto_sentences", assigns=["doc._.crypto_sentences"], default_config=_CONFIG)
def make_sentences(nlp: Language, name: str, published: str | None, rules: list[str]) -> Stage:  # noqa: ARG001
    """Sentences as ``(start, end)``."""
    return _make("sentences", nlp, published, rules)


@Language.factory("crypto_quantities", assigns=["doc._.crypto_quantities"], default_config=_CONFIG)
def make_quantities(nlp: Language, name: str, published: str | None, rules: list[str]) -> Stage:  # noqa: ARG001
    """Figures with unit, bound and rate."""
    return _make("quantities", nlp, published, rules)


@Language.factory("crypto_times", assigns=["doc._.crypto_times"], default_config=_CONFIG)
def make_times(nlp: Language, name: str, published: str | None, rules: list[str]) -> Stage:  # noqa: ARG001
    """Times in EDTF."""
    return _make("times", nlp, published, rules)


@Language.factory("crypto_names", assigns=["doc._.crypto_names"], default_config=_CONFIG)
def make_names(nlp: Language, name: str, published: str | None, rules: list[str]) -> Stage:  # noqa: ARG001
    """Names with one id in every language."""
    return _make("names", nlp, published, rules)


@Language.factory("crypto_cues", assigns=["doc._.crypto_cues"], default_config=_CONFIG)
def make_cues(nlp: Language, name: str, published: str | None, rules: list[str]) -> Stage:  # noqa: ARG001
    """Attribution, mood, condition, reference."""
    return _make("cues", nlp, published, rules)


@Language.factory("crypto_claims", assigns=["doc._.claims"], default_config=_CONFIG)
def make_claims(nlp: Language, name: str, published: str | None, rules: list[str]) -> Stage:  # noqa: ARG001
    """The claims: a tuple of :class:`crypto_nlp.records.Claim`."""
    return _make("claims", nlp, published, rules)


def load(lang: str) -> Language:
    """A blank spaCy pipeline with all stages for ``ar``, ``en`` or ``ru``; its docs carry ``doc._.claims``."""
    if lang not in languages():
        message = f"There are no rules for the language {lang!r}; choose one of {', '.join(languages())}."
        raise InputError(message)
    nlp = spacy.blank(lang)
    for stage in _STAGES:
        nlp.add_pipe(f"crypto_{stage}")
    return nlp
