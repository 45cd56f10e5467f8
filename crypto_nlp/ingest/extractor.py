"""What an ingest reads claims with: any function of text, language and day; the package's own is :class:`Reader`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from crypto_nlp.records import Claim

Extractor = Callable[[str, str | None, date], list[Claim]]
"""Claims of (text, language, local date). Where extraction uses several processes it must be picklable."""
InStory = Callable[[Sequence[Claim], date, str], list[Claim]]
"""Gives claims of a text of (local date, story key) the identity that they have in their story."""


@dataclass(frozen=True, slots=True)
class Reader:
    """The package's extractor: the rules that ship, those in ``folders``, a model; other processes can be sent it."""

    folders: tuple[Path, ...] = ()
    model: str = "default"

    def __call__(self, text: str, lang: str | None, published: date) -> list[Claim]:
        """The claims of ``text``, identified as if no other article told the same story."""
        from crypto_nlp.pipeline import extract  # noqa: PLC0415 - reads the rules

        return extract(text, lang, published, rules=self.folders, model=self.model)

    def in_story(self, claims: Sequence[Claim], published: date, story: str) -> list[Claim]:
        """``claims`` with the identity that they have in the story whose key is ``story``; :func:`in_story`."""
        return in_story(claims, published, story, self.folders)


def in_story(claims: Sequence[Claim], published: date, story: str, folders: tuple[Path, ...] = ()) -> list[Claim]:
    """``claims`` of one text, published on that day, with the ids that they have in a story.

    Only statements are told apart by story: the same words of the same person in forty reprints are one statement, and
    in another story another. Which story a text belongs to is known when it is stored, after it was read; that is why
    ids are made again here instead of in the extractor.
    """
    if all(claim.type != "statement" for claim in claims):
        return list(claims)
    from crypto_nlp.claims.identity import identify  # noqa: PLC0415 - reads the rules
    from crypto_nlp.rules.load import claim_types  # noqa: PLC0415

    return identify(claims, claim_types(folders), published, story)


def as_read(claims: Sequence[Claim], _published: date, _story: str) -> list[Claim]:
    """``claims`` as they are: for extractors that know of no stories."""
    return list(claims)
