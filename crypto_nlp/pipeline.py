"""The stages of extraction chained, and their wiring as spaCy components; nothing else imports spaCy.

`analyse` is a pure function of a text, its language, its date and the rules. The components do the same on a spaCy
``Doc`` and store what they find in ``doc._.claims`` and its neighbours, so that they work in anybody's pipeline.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from crypto_nlp import sentences as splitter
from crypto_nlp.claims import attribution, gloss, identity, read
from crypto_nlp.claims.scene import Document, precise_groups, stage
from crypto_nlp.mentions import cues, names, quantities, times
from crypto_nlp.records import Analysis
from crypto_nlp.rules.load import claim_types, digest, languages, load_language, load_register
from crypto_nlp.rules.triggers import ContextHit
from crypto_nlp.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from crypto_nlp.records import Claim
    from crypto_nlp.rules.load import LanguageRules

Folders = tuple["Path", ...]


def extract(
    text: str, lang: str | None = None, published: date | None = None, *, rules: Folders = (), story: str = ""
) -> list[Claim]:
    """The claims of ``text``, by place.

    Args:
        text: the text; a headline stands on its first line.
        lang: ``ar``, ``en`` or ``ru``; recognised from the text where None. No other language gives claims.
        published: the day on which relative times (*yesterday*) are resolved; today (UTC) where None.
        rules: folders with a user's own claim types and names.
        story: what stands for the text in the identity of statements; the text itself where empty.
    """
    lang = lang or recognise(text)
    if lang not in languages():
        return []
    reading = _Reading(text, lang, published or datetime.now(UTC).date(), rules)
    return list(reading.analysis(story).claims) if reading.is_ours() else []


def analyse(
    text: str, lang: str | None = None, published: date | None = None, *, rules: Folders = (), story: str = ""
) -> Analysis:
    """Everything read from ``text``: sentences, mentions, claims, and why figures became none."""
    lang = lang or recognise(text)
    published = published or datetime.now(UTC).date()
    if lang not in languages():
        return Analysis(text, lang, published)
    return _Reading(text, lang, published, rules).analysis(story)


def recognise(text: str) -> str | None:
    """The language of ``text`` among those that ship, or None."""
    from crypto_nlp.articles import identify_language  # noqa: PLC0415 - loads a model of 1 MB that few calls need

    return identify_language(text)


def rules_digest(rules: Folders = ()) -> str:
    """What changes when any rule changes; stored with every mention."""
    return digest(rules)


class _Reading:
    """One text on its way through the stages."""

    def __init__(self, text: str, lang: str, published: date, folders: Folders) -> None:
        self.published = published
        self.folders = folders
        self.language: LanguageRules = load_language(lang, folders)
        self.view = Text.of(text, lang)

    def is_ours(self) -> bool:
        """Whether the text is about crypto at all: without one word of ours it holds no claim."""
        return self.language.crypto.occurs(self.view.tokens)

    def analysis(self, story: str) -> Analysis:
        view, language = self.view, self.language
        sentences = splitter.split(view, language.sentences)
        found = language.triggers.find(view.tokens)
        register = load_register(self.folders)
        name_list = names.read(view, sentences, register, language.roles)
        quantity_list = quantities.read(view, language.numbers)
        time_list = times.read(view, language.times, self.published)
        cue_list = cues.read(view, sentences, language.cues)
        claims: Sequence[Claim] = ()
        rejected: list[tuple[int, int, str]] = []
        if self.is_ours():
            scenes = stage(view, sentences, found, (quantity_list, time_list, name_list, cue_list))
            document = Document(
                text=view,
                published=self.published,
                scenes=scenes,
                types=claim_types(self.folders),
                attribution=attribution.assign(view, sentences, name_list, cue_list, language.cues),
                names=name_list,
                cues=cue_list,
                sentences=sentences,
                contexts=frozenset(
                    (m.payload.type, m.payload.name) for m in found if isinstance(m.payload, ContextHit)
                ),
                precise=precise_groups(name_list),
                jurisdictions={code: entry.id for code, entry in register.countries.items()},
            )
            made, rejected = read.read(document)
            named = identity.identify(made, document.types, self.published, story or view.original)
            claims = gloss.add(named, document.types, register)
        return Analysis(
            view.original,
            view.lang,
            self.published,
            sentences,
            quantity_list,
            time_list,
            name_list,
            cue_list,
            tuple(claims),
            tuple(rejected),
        )
