"""The register of names: what `data/names/*.yaml` holds, compiled so that one pass over the tokens finds them all.

An entry lists the dictionary forms of a name by language. Latin forms hold in every language. A word of a form meets
its own inflections: Russian cases through pymorphy3, Arabic clitics, the English possessive; groups and demonyms also
meet plurals and adjective endings. What a form asks of the letters in the text is decided once, here:

* a form of ``exact`` wants its very letters;
* a short word in capitals (``SOL``, ``ФНС``) wants capitals, or ``$`` before it;
* a name written with a capital that is also a common word (``common`` of roles.yaml: *Circle*, *Strategy*) wants a
  capital where none is due anyway;
* persons, countries and Cyrillic names written with a capital want one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic import Field, model_validator

from crypto_nlp.errors import RulesError
from crypto_nlp.lexicon import Lexicon, Remembered
from crypto_nlp.morphology import keys, lemma
from crypto_nlp.rules.yaml import Strict, read
from crypto_nlp.text import normalise, script, tokenize

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
    from importlib.resources.abc import Traversable

    from crypto_nlp.text import Token

Kind = Literal["asset", "organisation", "person", "country", "region", "group"]
FormsByLanguage = dict[str, tuple[str, ...]]
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_TICKER = re.compile(r"(?=.*[^\W\d_])[\w]{2,6}")
_SKIPPED = frozenset("-–.&«»\"“”'")  # marks that a name may hold or not: Mt. Gox, U.S., Группа «Х», AT&T


class Entry(Strict):
    """One name: its id, what it is, and its forms by language."""

    id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]*$")
    kind: Kind
    tags: frozenset[str] = frozenset()
    jurisdiction: str | None = None
    house: str | None = None
    role: str | tuple[str, ...] | None = None
    forms: FormsByLanguage = Field(default_factory=dict)
    exact: tuple[str, ...] = ()
    near: FormsByLanguage = Field(default_factory=dict)
    demonyms: FormsByLanguage = Field(default_factory=dict)
    metonyms: FormsByLanguage = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _gather_forms(cls, data: Any) -> Any:
        """``en: [..]``, ``ar: [..]`` … stand at the top of an entry; any language code will do."""
        if not isinstance(data, dict) or "forms" in data:
            return data
        spoken = {k for k in data if isinstance(k, str) and k != "id" and _LANGUAGE.fullmatch(k)}
        rest = {k: v for k, v in data.items() if k not in spoken}
        return {**rest, "forms": {k: data[k] for k in spoken if data[k]}}


class Form(NamedTuple):
    """A compiled form. Each slot holds the keys that a word in its place may have."""

    slots: tuple[frozenset[str], ...]
    entry: Entry
    sense: str  # "", "demonym" or "metonym"
    exact: tuple[str, ...]  # the letters wanted, word by word; empty where any case will do
    capital: bool  # the first word wants a capital
    common: bool  # a common word besides: a capital that any word would have there proves nothing
    inflected: bool  # plurals and adjective endings too


@dataclass(frozen=True)
class NameIndex:
    """The forms of one language, the longest first, found by their first word and by their second.

    Many names begin with one word (*bank*, *united*); the word behind it mostly leaves none of them to compare.
    """

    lang: str
    forms: tuple[Form, ...]
    _near: dict[str, Lexicon[None] | None] = field(default_factory=dict, repr=False)

    @cached_property
    def starts(self) -> Remembered[tuple[tuple[Form, ...], frozenset[int]] | None]:
        """The forms of one word that a folded token may be, and the numbers of the longer ones it may begin.

        None for the many words that begin no name.
        """
        return Remembered(self._starting)

    def _starting(self, token: str) -> tuple[tuple[Form, ...], frozenset[int]] | None:
        numbers = sorted(self._at(0, token))
        single = tuple(self.forms[n] for n in numbers if len(self.forms[n].slots) == 1)
        longer = frozenset(n for n in numbers if len(self.forms[n].slots) > 1)
        return (single, longer) if numbers else None

    def going_on(self, longer: frozenset[int], token: str) -> list[Form]:
        """Those of the forms ``longer`` whose second word this folded token may be, the longest first."""
        return [self.forms[n] for n in sorted(longer & self._seconds[token])] if longer else []

    @cached_property
    def _seconds(self) -> Remembered[frozenset[int]]:
        return Remembered(lambda token: frozenset(self._at(1, token)))

    def may_stand_in(self, words: Sequence[str], wanted: Container[str]) -> bool:
        """Whether one of these folded words, or two side by side, may begin a name of one of the entries ``wanted``."""
        following = (*words[1:], "\n")  # no name goes on behind the last
        for begun, behind in zip(map(self.starts.__getitem__, words), following, strict=False):
            if begun is None:
                continue
            single, longer = begun
            if any(form.entry.id in wanted for form in (*single, *self.going_on(longer, behind))):
                return True
        return False

    def _at(self, place: int, token: str) -> Iterator[int]:
        table = self._tables[place]
        for wide in (False, True):
            for key in self.keys_of(token, wide=wide):
                yield from table.get((key, wide), ())

    @cached_property
    def _tables(self) -> tuple[Mapping[tuple[str, bool], list[int]], Mapping[tuple[str, bool], list[int]]]:
        """For the first word of forms and for the second: (key, whether inflections are it too) -> their numbers."""
        tables: tuple[defaultdict[tuple[str, bool], list[int]], ...] = (defaultdict(list), defaultdict(list))
        for number, form in enumerate(self.forms):
            for table, slot in zip(tables, form.slots, strict=False):
                for key in slot:
                    table[key, form.inflected].append(number)
        return tables[0], tables[1]

    def keys_of(self, token: str, *, wide: bool) -> frozenset[str]:
        """What a folded token may be a form of, for a name or (``wide``) for a common noun."""
        return keys(token, self.lang) if wide else name_keys(token, self.lang)

    def near(self, entry: Entry) -> Lexicon[None] | None:
        """The words one of which must stand in the sentence, or None where the name needs none."""
        if not entry.near:
            return None
        if entry.id not in self._near:
            spoken = [w for code in dict.fromkeys((self.lang, "en")) for w in entry.near.get(code, ())]
            self._near[entry.id] = Lexicon(self.lang, [(w, None) for w in spoken])
        return self._near[entry.id]


class NameRegister:
    """All entries by id, and an index for each language, made when it is first asked for."""

    def __init__(self, entries: Iterable[Entry], common: Mapping[str, frozenset[str]] | None = None) -> None:
        """``common`` gives for each language the folded words that are words first and names second."""
        self.entries: Mapping[str, Entry] = {e.id: e for e in entries}
        self._common = common or {}
        self._indexes: dict[str, NameIndex] = {}

    def index(self, lang: str) -> NameIndex:
        """The compiled forms for texts in ``lang``."""
        if lang not in self._indexes:
            self._indexes[lang] = _compile(self.entries.values(), lang, self._common.get(lang, frozenset()))
        return self._indexes[lang]

    @cached_property
    def countries(self) -> Mapping[str, Entry]:
        """Jurisdiction code -> its country entry."""
        return {e.jurisdiction: e for e in self.entries.values() if e.kind == "country" and e.jurisdiction}

    @cached_property
    def jurisdictions(self) -> dict[str, str]:
        """Jurisdiction code -> the id of its country."""
        return {code: entry.id for code, entry in self.countries.items()}

    @cached_property
    def bodies(self) -> Mapping[tuple[str, str], tuple[Entry, ...]]:
        """(tag, jurisdiction) -> the organisations there that carry the tag, in the order of the files."""
        found: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
        for entry in self.entries.values():
            if entry.kind == "organisation" and entry.jurisdiction:
                for tag in entry.tags:
                    found[tag, entry.jurisdiction].append(entry)
        return {key: tuple(entries) for key, entries in found.items()}


def _compile(entries: Iterable[Entry], lang: str, common: frozenset[str]) -> NameIndex:
    made = (_form(text, sense, entry, lang, common) for entry in entries for text, sense in _spoken(entry, lang))
    # Of forms of one length a name's own goes before an inflected noun (Центробанк before central banks).
    return NameIndex(lang, tuple(sorted(filter(None, made), key=lambda f: (-len(f.slots), f.inflected))))


def _spoken(entry: Entry, lang: str) -> Iterator[tuple[str, str]]:
    """The forms that texts in ``lang`` may use, each once, with their sense; Latin ones hold everywhere."""
    seen: set[str] = set()
    for code in dict.fromkeys((lang, "en")):
        for sense, table in (("", entry.forms), ("metonym", entry.metonyms), ("demonym", entry.demonyms)):
            if sense == "demonym" and code != lang:
                continue
            for text in table.get(code, ()):
                if text not in seen:
                    seen.add(text)
                    yield text, sense
    for text in entry.exact:
        if text not in seen and script(normalise(text)) in ("latin", _SCRIPTS.get(lang, "")):
            yield text, ""


_SCRIPTS = {"ar": "arabic", "ru": "cyrillic"}


def _form(text: str, sense: str, entry: Entry, lang: str, common: frozenset[str]) -> Form | None:
    tokens = [t for t in tokenize(text) if t.form not in _SKIPPED and t.form != "\n"]
    if not tokens:
        return None
    words = tuple(text[t.start : t.end] for t in tokens)
    inflected = entry.kind == "group" or sense == "demonym"
    single = len(words) == 1
    first = words[0]
    exact = text in entry.exact or (single and first.isupper() and _TICKER.fullmatch(first) is not None)
    written = first[:1].isupper() and not exact
    capital = written and (
        entry.kind in ("person", "country", "region") or (single and script(tokens[0].form) == "cyrillic")
    )
    own = script(tokens[0].form) == _SCRIPTS.get(
        lang, "latin"
    )  # a Latin word in an Arabic text is no common word there
    is_common = single and own and (tokens[0].form in common or (exact and first[1:].islower()))  # *Strategy*
    return Form(
        slots=_slots(text, tokens, lang, common),
        entry=entry,
        sense=sense,
        exact=words if exact else (),
        capital=capital or (is_common and written),
        common=is_common,
        inflected=inflected,
    )


def _slots(text: str, tokens: Sequence[Token], lang: str, common: frozenset[str]) -> tuple[frozenset[str], ...]:
    """The keys for each word; with its article a word may be a name where without it is a common word (البتكوين)."""
    if len(tokens) == 1 and tokens[0].form not in common and script(tokens[0].form) == "arabic":
        bare = lemma(text[tokens[0].start : tokens[0].end], lang)  # إلينوي has no article
        return (frozenset((tokens[0].form,) if bare in common else (tokens[0].form, bare)),)
    return tuple(frozenset((t.form, lemma(text[t.start : t.end], lang))) for t in tokens)


@cache
def name_keys(token: str, lang: str) -> frozenset[str]:
    """The dictionary forms of which the folded ``token`` may be a case, or that stand in it behind a clitic.

    Unlike :func:`crypto_nlp.morphology.keys` no plural and no pronoun comes off: a name has none.
    """
    spoken = {"latin": "en", "cyrillic": "ru", "arabic": "ar"}.get(script(token), lang)
    if spoken == "ru":
        return keys(token, "ru")
    if spoken == "ar":
        return frozenset(_arabic(token))
    return frozenset((token, token.removesuffix("'s").removesuffix("'")))


def _arabic(token: str) -> Iterator[str]:
    """The token without و ف, then ب ل ك, then ال, each of them perhaps the name's own first letter."""
    starts = [token]
    if token[0] in "وف" and len(token) >= 4:
        starts.append(token[1:])
    for word in starts:
        yield word
        if word.startswith("ال") and len(word) >= 4:
            yield word[2:]
        if word.startswith("لل") and len(word) >= 4:
            yield word[2:]
            yield "ال" + word[2:]
            yield word[1:]
        if word[0] in "بلك" and len(word) >= 4:
            yield word[1:]
            if word.startswith("ال", 1) and len(word) >= 5:
                yield word[3:]


def load(
    folder: Traversable | None = None,
    common: Mapping[str, frozenset[str]] | None = None,
    extra: Iterable[Traversable] = (),
) -> NameRegister:
    """The register of all ``*.yaml`` under ``folder`` (the package's own by default).

    An entry in a folder of ``extra`` takes the place of the one with the same id before it.

    Raises:
        RulesError: a file does not fit :class:`Entry`, or an id stands twice in one folder.
    """
    place = folder if folder is not None else files("crypto_nlp") / "data" / "names"
    entries = _entries(place)
    for own in extra:
        entries |= _entries(own)
    return NameRegister(entries.values(), common)


def _entries(place: Traversable) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for path in sorted((p for p in place.iterdir() if p.name.endswith(".yaml")), key=lambda p: p.name):
        found: Sequence[Entry] = read(path, list[Entry])
        for entry in found:
            if entry.id in entries:
                lines = path.read_text(encoding="utf-8").splitlines()
                line = max((n for n, text in enumerate(lines, 1) if entry.id in text.split()), default=1)
                message = f"{path}:{line}: the id {entry.id} stands twice; join the two entries."
                raise RulesError(message)
            entries[entry.id] = entry
    return entries


def clashes(register: NameRegister) -> Iterator[tuple[str, str, str, str]]:
    """(language, form, id, id) for each form that two entries without ``near`` words claim alike."""
    for lang in sorted({code for e in register.entries.values() for code in e.forms}):
        seen: dict[str, str] = {}
        for entry in register.entries.values():
            if entry.near:
                continue
            for text, _ in _spoken(entry, lang):
                key = (
                    text if text in entry.exact else " ".join(t.form for t in tokenize(text) if t.form not in _SKIPPED)
                )
                other = seen.setdefault(key, entry.id)
                if other != entry.id:
                    yield lang, text, other, entry.id
