"""Names as a gloss shows them: the register's first form in the language, with case, number and gender."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from crypto_nlp.claims import gloss_russian as russian
from crypto_nlp.claims.scene import is_native
from crypto_nlp.lexicon import Lexicon
from crypto_nlp.records import Name
from crypto_nlp.rules import clauses, gloss
from crypto_nlp.text import Text, script

if TYPE_CHECKING:
    from crypto_nlp.rules.names import Entry, NameRegister

_FEMALE_TAGS = frozenset(("exchange", "company", "miner", "treasury", "issuer", "defi", "payment_firm", "insurer"))
_SMALL = frozenset(("of", "the", "and", "for", "de", "du", "et", "la", "von", "van", "bin"))


@dataclass(frozen=True, slots=True)
class Shown:
    """A name in one language. ``agrees`` is ``m f n p``, what a verb said of it agrees with."""

    text: str
    agrees: str
    lang: str
    known: bool
    kind: str = ""
    plural: bool = False

    def cased(self, case: str) -> str:
        """The name in a case (``gent datv accs ablt loct``); in English as it stands."""
        if self.lang == "ru" and case and script(self.text.casefold()[:1]) == "cyrillic":
            return russian.phrase(self.text, case, person=self.kind == "person")
        if self.lang == "ar" and case:
            return _oblique(self.text)
        return self.text


@lru_cache(maxsize=16384)
def shown(register: NameRegister, lang: str, name: str) -> Shown:
    """How ``name`` (an id) is written in ``lang``."""
    words = gloss.words(lang)
    entry = register.entries.get(name)
    if name in words.names:
        text = words.names[name]
    elif entry is None:
        text = _readable(name)
    else:
        text = _form(entry, lang)
    plural = entry is not None and entry.kind == "group" and _is_plural(entry)
    if lang == "ru" and plural and script(text.casefold()[:1]) == "cyrillic":
        text = russian.phrase(text, "nomn", plural=True)
    if lang == "en" and _takes_article(entry, name, text):
        text = f"the {text}"
    agrees = words.agrees.get(name) or _agrees(entry, text, lang, plural=plural)
    return Shown(text, agrees, lang, entry is not None, entry.kind if entry else "", plural)


@lru_cache(maxsize=16384)
def is_bare(register: NameRegister, lang: str, name: str) -> bool:
    """Whether a name alone does not show that a text is about crypto (*MGX*, but not *Coinbase* or *crypto owners*)."""
    entry = register.entries.get(name)
    if entry is not None and is_native(Name(0, 0, "", name, entry.kind, entry.tags)):
        return False
    return not _crypto(lang).occurs(Text.of(shown(register, lang, name).text, lang).forms)


@lru_cache(maxsize=8)
def _crypto(lang: str) -> Lexicon[None]:
    words = clauses.load(files("crypto_nlp") / "data" / "languages" / lang).crypto
    return Lexicon(lang, [(word, None) for word in words])


def _form(entry: Entry, lang: str) -> str:
    """The first form in the language; of a group, the one that its id spells, since that is its usual name."""
    forms = entry.forms.get(lang) or entry.forms.get("en") or (entry.exact or (_readable(entry.id),))
    if lang == "ru" and entry.kind == "organisation" and russian.is_foreign(forms[0]):
        forms = entry.forms.get("en") or forms  # Russian papers write Coinbase, not Коинбейс
    if entry.kind == "group":
        spelt = [f for f in forms if f.casefold() == entry.id.replace("-", " ")]
        plurals = [f for f in forms if f in (forms[0] + "s", forms[0][:-1] + "ies")]
        return (spelt or plurals or list(forms))[0]
    return forms[0]


def _is_plural(entry: Entry) -> bool:
    english = _form(entry, "en")
    return english.endswith("s") and not english.endswith("ss")


def _readable(name: str) -> str:
    """An id made readable: ``monad-labs`` is *Monad Labs*; a ticker stands as it is."""
    if name.isupper():
        return name
    words = name.split("-")
    return " ".join(w if i and w in _SMALL else w[:1].upper() + w[1:] for i, w in enumerate(words))


def _takes_article(entry: Entry | None, name: str, text: str) -> bool:
    words = gloss.words("en")
    if text.casefold().startswith("the "):
        return False
    tagged = entry is not None and bool(words.the_tags & entry.tags) and (" " in text or text.isupper())
    called = (entry is None or entry.kind == "organisation") and bool(words.the_words & set(text.split()))
    return name in words.the or tagged or called


def _agrees(entry: Entry | None, text: str, lang: str, *, plural: bool) -> str:
    if lang == "ar":
        return _arabic(entry, text)
    if plural or lang != "ru":
        return "p" if plural else "m"
    return _russian(entry, text)


def _russian(entry: Entry | None, text: str) -> str:
    if entry is not None and entry.kind == "person":
        return "f" if russian.gender(text.split(" ", 1)[0]) == "f" else "m"
    return russian.gender(text) or _of_kind(entry)


def _arabic(entry: Entry | None, text: str) -> str:
    words = gloss.words("ar")
    first = text.split(" ", 1)[0]
    told = {first, first.removeprefix("ال")}
    if told & words.masculine:
        return "m"
    if told & words.feminine or first.endswith(("ة", "ات")):
        return "f"
    if entry is not None and entry.kind == "group":
        return "m" if first.endswith(("و", "ون")) else "f"
    return "f" if entry is not None and entry.kind in ("country", "region") else _of_kind(entry)


def _of_kind(entry: Entry | None) -> str:
    """The gender of a name that shows none: that of the word for what it is (*компания*, شركة)."""
    if entry is None:
        return "f"  # a company, mostly
    return "f" if entry.kind == "organisation" and entry.tags & _FEMALE_TAGS else "m"


def _oblique(text: str) -> str:
    """The Arabic genitive and accusative, where letters show it: متداولو -> متداولي, المستثمرون -> المستثمرين."""
    words = text.split(" ")
    if words[0].endswith("ون") and len(words[0]) > 4:
        words = [w[:-2] + "ين" if w.endswith("ون") and len(w) > 4 else w for w in words]
    elif words[0].endswith("و") and len(words) > 1 and len(words[0]) > 3 and script(words[0]) == "arabic":
        words[0] = words[0][:-1] + "ي"
    return " ".join(words)
