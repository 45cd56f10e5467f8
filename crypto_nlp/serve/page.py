"""The pages themselves: jinja2 with escaping on, and no character that a hostile text could act with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import jinja2
import yaml
from markupsafe import Markup

from crypto_nlp.digest.model import RTL, Line
from crypto_nlp.digest.words import LANGUAGES, Words, words
from crypto_nlp.display import printable
from crypto_nlp.rules.spoken import country, written

STYLE = resources.files("crypto_nlp.serve") / "pages" / "ledger.css"
_WORDED = frozenset({"lang", "measure", "action", "stage", "object", "actor_kind", "change"})
_NAMES = frozenset({"subject", "source", "asset", "versus", "target", "body"})


@dataclass(frozen=True, slots=True)
class Said:
    """What pages say in the language of their reader; ``digest`` has the words that digests use, too."""

    lang: str
    table: Mapping[str, Any]
    digest: Words

    def __getitem__(self, key: str) -> Any:
        """The phrase, or the table of phrases, under ``key``."""
        return self.table[key]

    def say(self, key: str, **parts: Any) -> str:
        """The phrase under ``key`` with its ``{parts}`` filled in."""
        return str(self.table[key]).format(**parts)

    def of(self, table: str, name: str) -> str:
        """What ``name`` is called in one of the tables; what a user added goes by its own name."""
        return str(self.table[table].get(name, name.replace("_", " ")))

    def value(self, slot: str, value: Any) -> str:
        """A slot's value as a reader of this language would write it."""
        text = str(value)
        if slot == "type":
            return self.digest.type(text)
        if slot == "modality":
            return str(self.digest.table.get(text, text))
        if slot == "jurisdiction":
            return country(text, self.lang) or self.of(slot, text)
        if slot in _WORDED:
            return self.of("measure" if slot == "action" else slot, text)
        return self.name(text) if slot in _NAMES else text.replace("_", " ")

    def name(self, name: str) -> str:
        """A canonical id as its name."""
        return str(self.digest.table["unnamed"]) if name == "unnamed" else written(name, self.lang)

    def day(self, instant: str | None) -> str:
        """The day of an instant; *never* where there is none."""
        return self.digest.date(instant[:10]) if instant else str(self.table["never"])

    def minute(self, instant: str | None) -> str:
        """The day and minute of an instant, in UTC."""
        return self.digest.date(instant[:16].replace("T", " ")) if instant else str(self.table["never"])


@cache
def said(lang: str) -> Said:
    """The words of the pages in one of the languages that digests are written in."""
    path = resources.files("crypto_nlp.serve") / "words" / f"{lang}.yaml"
    return Said(lang, yaml.safe_load(path.read_text(encoding="utf-8")), words(lang))


def line(row: Mapping[str, Any], reader: str) -> Line:
    """A claim row (with ``sentence_start``) as digests show it."""
    return Line(row, str(row["gloss"]), tuple(written(name, reader) for name in row["sources"]))


def place(row: Mapping[str, Any]) -> Line:
    """One place where a claim was read."""
    return Line(row, "", ())


def direction(lang: str | None) -> str:
    """``rtl`` or ``ltr``; ``auto`` where the language of a text is not known."""
    return "auto" if not lang else "rtl" if lang in RTL else "ltr"


def _shown(value: Any) -> Any:
    return printable(value) if type(value) is str else value


@cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.PackageLoader("crypto_nlp.serve", "pages"),
        autoescape=True,
        finalize=_shown,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["safe"] = Markup
    made.globals |= {"dir_of": direction, "place": place, "readers": LANGUAGES}
    return made


def prepare() -> None:
    """Read words, names and templates, which takes longer than to answer with them."""
    for lang in LANGUAGES:
        said(lang).name("")
    for name in _environment().list_templates(extensions=["html"]):
        _environment().get_template(name)


def render(template: str, reader: str, **context: Any) -> str:
    """A page of ours in the language of its reader."""
    return _environment().get_template(template).render(said=said(reader), dir=direction(reader), **context)
