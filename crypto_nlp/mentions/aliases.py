"""What a short name stands for in its document: abbreviations in parentheses, surnames, first words of long names."""

from __future__ import annotations

from itertools import compress, count
from typing import TYPE_CHECKING

from crypto_nlp.mentions.found_names import Found, span
from crypto_nlp.records import Name
from crypto_nlp.rules.names import name_keys
from crypto_nlp.text import script

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crypto_nlp.rules.roles import Roles
    from crypto_nlp.text import Text

_OPEN = frozenset(("(", "[", '"', "“", "«", "„", ",", "،", "or", "сокращенно", "далее", "-", "—", "–"))
_QUOTES = frozenset('"“”«»„')
_PEOPLE_AND_BODIES = frozenset(("person", "organisation"))
_SHORTEST = 3
_WORDS = 6  # tokens from the first word of a body's name to its abbreviation
_PUBLIC = frozenset(
    "regulator court government university pension_fund parliament police ministry outlet central_bank tax_service "
    "stock_exchange sovereign_fund association bank".split()
)


def resolve(view: Text, found: Sequence[Found], roles: Roles) -> list[Found]:
    """``found`` with abbreviations known as what they abbreviate, and with the surnames and short names alone."""
    named = _in_parentheses(view, found)
    named = _same_words(named)
    short = _short_forms(view, named, roles)
    if not short:
        return named
    taken = {i for f in named for i in range(f.first, f.last)}
    known = frozenset(short)
    shortened = {form for form in set(view.forms) if not known.isdisjoint(name_keys(form, view.lang))}
    words = compress(count(), map(shortened.__contains__, view.forms))
    extra = (_short_at(view, at, short) for at in words if at not in taken)
    return sorted([*named, *filter(None, extra)])


def _phrase_end(view: Text, long: Found) -> int:
    """The token behind a Russian body's name of which only the first word was read: *Управление надзора (FCA)*."""
    at = long.last
    if view.lang != "ru" or long.name.known or long.name.kind != "organisation":
        return at
    end = next((i for i in range(at, min(at + _WORDS, len(view.tokens))) if view.tokens[i].form == "("), at)
    words = (view.original[t.start : t.end] for t in view.tokens[at:end])
    return end if all(w.isalpha() and w.islower() for w in words) else at


def _in_parentheses(view: Text, found: Sequence[Found]) -> list[Found]:
    """*State of Wisconsin Investment Board (SWIB)*, منصة كوين سويتش (CoinSwitch): two names of one thing."""
    kept = list(found)
    for at in range(len(kept) - 1):
        long, short = kept[at], kept[at + 1]
        between = [view.tokens[i].form for i in range(_phrase_end(view, long), short.first)]
        after = view.tokens[short.last].form if short.last < len(view.tokens) else ""
        if "(" not in between or not all(form in _OPEN | _QUOTES for form in between) or after not in (")", *_QUOTES):
            continue
        if {long.name.kind, short.name.kind} - _PEOPLE_AND_BODIES or long.name.kind != short.name.kind:
            continue
        if not _may_abbreviate(long.name, short.name):
            continue
        if short.name.known and not long.name.known:
            kept[at] = long.known_as(short.name)
        elif not short.name.known:
            translated = not long.name.known and script(long.name.text.lower()[:1]) != "latin"
            if translated and script(short.name.text.lower()[:1]) == "latin" and not short.name.text.isupper():
                kept[at] = long.known_as(short.name)
            else:
                kept[at + 1] = short.known_as(long.name)
    return kept


def _may_abbreviate(long: Name, short: Name) -> bool:
    """Whether the second name may be the first in short, or in another script."""
    if script(long.text.lower()[:1]) != script(short.text.lower()[:1]):
        return True
    initials = "".join(word[0] for word in long.text.replace("-", " ").split() if word[0].isalpha()).lower()
    letters = [c for c in short.text.lower() if c.isalpha()]
    at = -1
    for letter in letters:
        at = initials.find(letter, at + 1)
        if at < 0:
            return False
    return bool(letters)


def _same_words(found: Sequence[Found]) -> list[Found]:
    """Names of the same letters are the same; an unknown one that opens or ends a longer one is that one in short."""
    by_text: dict[str, Name] = {}
    for f in found:
        if f.name.kind in _PEOPLE_AND_BODIES:
            other = by_text.get(f.name.text)
            if other is None or (not other.known and f.name.known) or _renamed(f.name, other):
                by_text[f.name.text] = f.name
    shortened = _shortened_ids(found)
    kept: list[Found] = []
    for f in found:
        full = by_text.get(f.name.text)
        if full is None or full.id == f.name.id:
            full = shortened.get(f.name.id)
        alike = full is not None and full.id != f.name.id and (full.kind == f.name.kind or "-" not in f.name.id)
        unknown = not f.name.known and f.name.kind in _PEOPLE_AND_BODIES
        kept.append(f.known_as(full) if full is not None and alike and unknown else f)
    return kept


def _shortened_ids(found: Sequence[Found]) -> dict[str, Name | None]:
    """Shorter id -> the name of the document that it shortens, or None where there are two.

    A person goes by the surname, an organisation by its first words: Tokyo alone is not the Tokyo Stock Exchange, so of
    a known organisation two words are wanted.
    """
    shortened: dict[str, Name | None] = {}
    for name in (f.name for f in found):
        parts = name.id.split("-")
        if name.kind == "person":
            shorts = {"-".join(parts[n:]) for n in range(1, len(parts))}
        elif name.kind == "organisation":
            shorts = {"-".join(parts[:n]) for n in range(2 if name.known else 1, len(parts))}
        else:
            continue
        for short in shorts:
            other = shortened.get(short, name)
            shortened[short] = name if other is not None and other.id == name.id else None
    return shortened


def _renamed(name: Name, other: Name) -> bool:
    """Whether ``name`` has got another name's id by standing in parentheses behind it, and ``other`` has not."""
    own = name.text.lower().replace(" ", "-")
    return other.id == own and name.id != own


def _short_forms(view: Text, found: Sequence[Found], roles: Roles) -> dict[str, Name | None]:
    """Folded short form -> the one name of the document that it stands for, or None where there are two."""
    short: dict[str, Name | None] = {}
    for f in found:
        for form in _shortened(view, f, roles):
            other = short.get(form, f.name)
            short[form] = f.name if other is not None and other.id == f.name.id else None
    return short


def _shortened(view: Text, f: Found, roles: Roles) -> Iterable[str]:
    """The surname of a person; the first word of an unknown organisation of several words."""
    words = [view.tokens[i].form for i in range(f.first, f.last) if view.tokens[i].form[0].isalpha()]
    if len(words) < 2:
        return
    if f.name.kind == "person":
        surname = words[-1].removesuffix("'s")
        if len(surname) >= _SHORTEST and surname not in roles.stops:
            yield from (surname,) if script(surname) != "cyrillic" else {surname, *name_keys(surname, "ru")}
    elif f.name.kind == "organisation" and script(words[0]) == "latin":
        known_word = words[0] in roles.latin_stops or words[0] in roles.never or words[0] in roles.joining
        noun = roles.organisations.occurs(view.forms[f.first : f.first + 1])
        public = f.name.known and not _PUBLIC.isdisjoint(f.name.tags)  # its first word may be a town
        if len(words[0]) > _SHORTEST and not known_word and not noun and not public:
            yield words[0]


def _short_at(view: Text, at: int, short: dict[str, Name | None]) -> Found | None:
    token = view.tokens[at]
    if len(token.form) < _SHORTEST or not token.form[0].isalpha():
        return None
    written = script(token.form)
    if written != "arabic" and not view.original[token.start].isupper():
        return None
    for key in (token.form, *name_keys(token.form, view.lang)):
        name = short.get(key)
        if name is not None:
            start, end = span(view, at, at + 1)
            bare = Name(start, end, view.original[start:end], name.id, name.kind)
            return Found(at, at + 1, bare).known_as(name)
    return None
