"""The stages of extraction chained: text, date and rules in, mentions and claims out.

Each stage is a property of a :class:`Reading`, made when it is first asked for. The spaCy components of
:mod:`crypto_nlp.components` show the same stages on a ``Doc``; this module needs no spaCy.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from crypto_nlp import sentences as splitter
from crypto_nlp.claims import attribution, gloss, identity, read
from crypto_nlp.claims.scene import Document, attribute, is_native, precise_groups, stage
from crypto_nlp.classifier.confidence import judge
from crypto_nlp.classifier.marks import Page
from crypto_nlp.classifier.model import DEFAULT
from crypto_nlp.mentions import cues, names, quantities, times
from crypto_nlp.records import Analysis, Name
from crypto_nlp.rules.load import claim_types, digest, languages, load_language, load_register
from crypto_nlp.rules.triggers import ContextHit, TriggerHit
from crypto_nlp.text import Text, content_hash

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from crypto_nlp.lexicon import Match
    from crypto_nlp.records import Claim, Cue, Quantity, Sentence, Time
    from crypto_nlp.rules.load import LanguageRules
    from crypto_nlp.rules.names import NameRegister
    from crypto_nlp.rules.triggers import Hit

Folders = tuple["Path", ...]


def extract(
    text: str,
    lang: str | None = None,
    published: date | None = None,
    *,
    rules: Folders = (),
    story: str = "",
    model: str = DEFAULT,
) -> list[Claim]:
    """The claims of ``text``, by place.

    Args:
        text: the text; a headline stands on its first line.
        lang: ``ar``, ``en`` or ``ru``; recognised from the text where None. No other language gives claims.
        published: the day on which relative times (*yesterday*) are resolved; today (UTC) where None.
        rules: folders with a user's own claim types and names.
        story: what stands for the text in the identity of statements; the text's own ``content_hash`` where empty.
        model: what says how sure we are: a folder, the id of a model that ships, or ``none``.
    """
    lang = lang or recognise(text)
    if lang not in languages():
        return []
    return list(Reading(text, lang, published or datetime.now(UTC).date(), rules, story, model).claims)


def analyse(
    text: str,
    lang: str | None = None,
    published: date | None = None,
    *,
    rules: Folders = (),
    story: str = "",
    model: str = DEFAULT,
) -> Analysis:
    """Everything read from ``text``: sentences, mentions, claims, and why figures became none."""
    lang = lang or recognise(text)
    published = published or datetime.now(UTC).date()
    if lang not in languages():
        return Analysis(text, lang, published)
    return Reading(text, lang, published, rules, story, model).analysis()


def recognise(text: str) -> str | None:
    """The language of ``text`` among those that ship, or None."""
    from crypto_nlp.articles import identify_language  # noqa: PLC0415 - loads a model of 1 MB that few calls need

    return identify_language(text)


def rules_digest(rules: Folders = ()) -> str:
    """What changes when any rule changes; stored with every mention."""
    return digest(rules)


def model_name(model: str = DEFAULT) -> str:
    """The id of the model that confidences come from; empty where rules go alone. Stored with every mention."""
    asked = judge(model).model
    return asked.name if asked else ""


_NOT_OURS = "the text names nothing of crypto"  # why its figures make no claims


@lru_cache(maxsize=8)
def _natives(register: NameRegister) -> frozenset[str]:
    """The ids of the register's names that make a text one about crypto."""
    return frozenset(e.id for e in register.entries.values() if is_native(Name(0, 0, "", e.id, e.kind, e.tags)))


class Reading:
    """One text on its way through the stages; each is read once, when first asked for."""

    def __init__(
        self, text: str, lang: str, published: date, rules: Folders = (), story: str = "", model: str = DEFAULT
    ) -> None:
        self.published = published
        self.model = model
        self.folders = rules
        self.story = story or content_hash(text)
        self.language: LanguageRules = load_language(lang, rules)
        self.view = Text.of(text, lang)

    def is_ours(self) -> bool:
        """Whether the text is about crypto at all: without one word or name of ours it holds no claim."""
        if self.language.crypto.occurs(self.view.forms):
            return True
        wanted = _natives(self.register)
        return names.may_name(self.view, self.register, self.language.roles, wanted) and any(map(is_native, self.names))

    @cached_property
    def register(self) -> NameRegister:
        """The names that the package and the user's folders know."""
        return load_register(self.folders)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences."""
        return splitter.split(self.view, self.language.sentences)

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """The figures with their units."""
        return quantities.read(self.view, self.language.numbers)

    @cached_property
    def times(self) -> tuple[Time, ...]:
        """The times, resolved against the day of publishing."""
        return times.read(self.view, self.language.times, self.published)

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """The names with their ids."""
        return names.read(self.view, self.sentences, self.register, self.language.roles)

    @cached_property
    def cues(self) -> tuple[Cue, ...]:
        """The words of attribution, mood, condition and reference."""
        return cues.read(self.view, self.sentences, self.language.cues)

    @cached_property
    def triggers(self) -> Sequence[Match[Hit]]:
        """The rule words."""
        return self.language.triggers.find(self.view.forms)

    @cached_property
    def page(self) -> Page:
        """The text as a model reads it."""
        tokens = self.view.tokens
        events = (
            (tokens[m.first].start, tokens[m.last - 1].end)
            for m in self.triggers
            if isinstance(m.payload, TriggerHit) and m.payload.trigger.event
        )
        mentions = (self.quantities, self.times, self.names, self.cues)
        return Page(self.view.original, self.sentences, mentions, events)

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """The claims with id and gloss, by place."""
        return self._claims_and_rejected[0]

    @property
    def rejected(self) -> tuple[tuple[int, int, str], ...]:
        """Figures that made no claim, and why."""
        if not self.is_ours():
            return tuple((q.start, q.end, _NOT_OURS) for q in self.quantities)
        return self._claims_and_rejected[1]

    @property
    def scored(self) -> Sequence[Claim]:
        """The claims as the rules alone leave them: their confidence is the bare score, they have no id and gloss."""
        return read.read(self._document())[0] if self.is_ours() else ()

    @cached_property
    def _claims_and_rejected(self) -> tuple[tuple[Claim, ...], tuple[tuple[int, int, str], ...]]:
        if not self.is_ours():
            return (), ()
        document = self._document()
        made, rejected = read.read(document)
        sure = judge(self.model).confident(made, self.page) if made else made
        named = identity.identify(sure, document.types, self.published, self.story)
        return tuple(gloss.add(named, document.types, self.register)), tuple(rejected)

    def _document(self) -> Document:
        found = self.triggers
        scenes = stage(self.view, self.sentences, found, (self.quantities, self.times, self.names, self.cues))
        spoken = attribution.assign(self.view, self.sentences, self.names, self.cues, self.language.cues)
        attribute(scenes, spoken.spans)
        return Document(
            text=self.view,
            published=self.published,
            scenes=scenes,
            types=claim_types(self.folders),
            attribution=spoken,
            names=self.names,
            cues=self.cues,
            sentences=self.sentences,
            contexts=frozenset((m.payload.type, m.payload.name) for m in found if isinstance(m.payload, ContextHit)),
            organisations={n.id: n for n in reversed(self.names) if n.kind == "organisation"},
            precise=precise_groups(self.names),
            jurisdictions=self.register.jurisdictions,
        )

    def analysis(self) -> Analysis:
        """All stages as one value."""
        return Analysis(
            self.view.original,
            self.view.lang,
            self.published,
            self.sentences,
            self.quantities,
            self.times,
            self.names,
            self.cues,
            self.claims,
            self.rejected,
        )
