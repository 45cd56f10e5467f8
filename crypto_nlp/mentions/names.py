"""Reads the names of a text: those of the register first, then those that grammar alone shows to be names.

The stages are passes over the tokens or over the names found so far, each linear: the register's forms (this module),
bodies that go by a common noun (:mod:`departments`), unknown names (:mod:`unknown_names`, and :mod:`phone_book` where
such a name is one of the register in another spelling), what a short name stands for in its document
(:mod:`aliases`), and for whom a person speaks (:mod:`houses`).
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from crypto_nlp.mentions.aliases import resolve
from crypto_nlp.mentions.departments import read_departments
from crypto_nlp.mentions.found_names import Found, of_entry, span
from crypto_nlp.mentions.houses import attach
from crypto_nlp.mentions.name_page import OPENERS, Draft, Line, Marks, Page
from crypto_nlp.mentions.phone_book import PhoneBook, phone_book
from crypto_nlp.mentions.small_tickers import is_small_ticker
from crypto_nlp.mentions.transliteration import slug
from crypto_nlp.mentions.unknown_names import drafts
from crypto_nlp.morphology import russian_parses
from crypto_nlp.records import Name
from crypto_nlp.text import script

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crypto_nlp.records import Sentence
    from crypto_nlp.rules.names import Form, NameIndex, NameRegister
    from crypto_nlp.rules.roles import Roles
    from crypto_nlp.text import Text, Token

_BETWEEN = frozenset("-–.&«»\"“”'")  # marks that may stand inside a name that the register writes without
_LONGEST = 12  # tokens of a name up to its last word
_BODIES = frozenset(
    "regulator parliament ministry central_bank court government police prosecutor tax_service committee agency".split()
)
_PLACES = frozenset(("country", "region"))
_TITLE_SHARE = 0.65  # of a headline's longer words that are capitals in title case


class Spot(NamedTuple):
    """A register form found: half-open token indices, the form, and whether its place proves it to be the name.

    ``capital`` is true where its letters do, though its sentence lacks the words that it wants near it.
    """

    first: int
    last: int
    form: Form
    sure: bool
    capital: bool = False


def read(view: Text, sentences: Sequence[Sentence], register: NameRegister, roles: Roles) -> tuple[Name, ...]:
    """The names of ``view`` in order of place, without overlaps; offsets are code points of the original text."""
    lines = [_line(view, s) for s in sentences]
    spots = find_known(view, lines, register.index(view.lang), roles)
    found = [
        of_entry(view, s.first, s.last, s.form.entry, s.form.sense) for s in spots if not _namesake(view, s, roles)
    ]
    found = [f for f in found if not _is_half_quoted(view, f, found)]
    found = read_departments(view, lines, found, register, roles)
    marks = Marks(view, roles)
    found = [f for f in found if not _is_single_body(view, f, marks)]
    found = _without_appositions(view, _with_unknown(view, lines, found, marks, register, roles))
    found = [f for f in found if not _is_seat(view, f, roles)]
    found = attach(view, lines, resolve(view, found, roles), marks)
    return tuple(_with_office(f.name, register) for f in found)


def may_name(view: Text, register: NameRegister, roles: Roles, wanted: frozenset[str]) -> bool:
    """Whether the text may name one of the entries ``wanted``: a quick look that spares most texts :func:`read`.

    Names are known by the forms of the register, unknown ones in other letters than Latin also by their sound, and
    bodies by their tag (:mod:`departments`). Where this is false, none of the three can give one of ``wanted``.
    """
    if _HEARD.search(view.folded.text) or _are_bodies(register, roles, wanted):
        return True
    words = [form for form in view.forms if form not in _BETWEEN]
    return register.index(view.lang).may_stand_in(words, wanted)


# Without capitals only quotes show a house that no list holds; Latin letters are not asked for their sound.
_HEARD = re.compile(rf"[{re.escape(''.join(OPENERS))}]|[^\W\d_a-z\u00c0-\u024f\u0600-\u06ff]")


@lru_cache(maxsize=16)
def _are_bodies(register: NameRegister, roles: Roles, wanted: frozenset[str]) -> bool:
    tags = {department.tag for department in roles.words.departments}
    return any(not tags.isdisjoint(register.entries[name].tags) for name in wanted)


def _with_office(name: Name, register: NameRegister) -> Name:
    """A person whose house is a body of the state, tagged ``official``."""
    house = register.entries.get(name.house or "") if name.kind == "person" else None
    if house is None or house.tags.isdisjoint(_BODIES):
        return name
    return replace(name, tags=name.tags | {"official"})


def _namesake(view: Text, spot: Spot, roles: Roles) -> bool:
    """Whether a bare surname of the register stands behind another first name: Юлия Навальная, جون هاريس."""
    if spot.form.entry.kind != "person" or spot.last - spot.first > 1 or spot.first == 0:
        return False
    before = view.tokens[spot.first - 1]
    cased = script(before.form) != "arabic"
    if cased and not view.original[before.start].isupper():
        return False
    if script(before.form) == "cyrillic":
        return any("Name" in p.tag and "plur" not in p.tag for p in russian_parses(before.form)[:1])
    return before.form in roles.given_names and script(before.form) == script(view.tokens[spot.first].form)


def _is_half_quoted(view: Text, f: Found, found: Sequence[Found]) -> bool:
    """Whether one Arabic word of a house's name is half of another name in guillemets: «ميراي أسيت» is not أسيت."""
    tokens = view.tokens
    if f.name.kind != "organisation" or f.last - f.first > 1 or script(tokens[f.first].form) != "arabic":
        return False
    if f.first < _HALF or f.last >= len(tokens) or tokens[f.first - _HALF].form != "«" or tokens[f.last].form != "»":
        return False
    return not any(o.first <= f.first - 1 < o.last for o in found) and tokens[f.first - 1].form not in _HOUSES


_HALF = 2  # tokens from the opening mark to the second word
_HOUSES = frozenset(("شركة", "منصة", "بورصة", "مجموعة", "بنك", "صندوق", "بروتوكول", "شبكة", "محفظة", "مصرف"))


def _is_single_body(view: Text, f: Found, marks: Marks) -> bool:
    """Whether a group's word stands for one body (*the company*, компания), which refers to a name and is no group."""
    noun = marks.nouns.get(f.last)
    if f.name.kind != "group" or f.last - f.first > 1 or noun is None or noun[0] != f.first or noun[1] == "token":
        return False
    form = view.tokens[f.first].form
    if script(form) == "cyrillic":
        return all("plur" not in p.tag for p in russian_parses(form)[:1])
    return script(form) == "latin" and not form.removesuffix("'s").endswith("s")


def _is_seat(view: Text, f: Found, roles: Roles) -> bool:
    """Whether a place only describes what follows: *the Tokyo-listed company* is no name of Japan."""
    if f.name.kind not in _PLACES or f.last + 1 >= len(view.tokens) or view.tokens[f.last].form != "-":
        return False
    return view.tokens[f.last + 1].form in roles.seated


def _without_appositions(view: Text, found: list[Found]) -> list[Found]:
    """``found`` without the common nouns that only say what the name behind them is: *crypto exchange WazirX*."""
    kept: list[Found] = []
    for f, following in zip(found, [*found[1:], None], strict=False):
        beside = following is not None and all(view.tokens[i].form in _QUOTES for i in range(f.last, following.first))
        if not (f.name.kind == "group" and beside and following is not None and following.name.kind == "organisation"):
            kept.append(f)
    return kept


_QUOTES = frozenset('«"“„')


def _with_unknown(
    view: Text, lines: Sequence[Line], found: list[Found], marks: Marks, register: NameRegister, roles: Roles
) -> list[Found]:
    """``found`` and the unknown names; a longer one that holds a known one takes its place."""
    taken = {i for f in found for i in range(f.first, f.last)}
    places = {i for f in found if f.name.kind in _MAY_STAND_INSIDE for i in range(f.first, f.last)}
    book = phone_book(register, roles.english.given_names, roles.english.surnames)
    regions = {i for f in found if f.name.kind == "region" for i in range(f.first, f.last)}
    groups = {i for f in found if f.name.kind == "group" for i in range(f.first, f.last)}
    page = Page(view, lines, roles, marks, taken, places, regions, groups)
    new = [_found(view, draft, book) for draft in drafts(page)]
    swallowed = {i for f in new for i in range(f.first, f.last)}
    return sorted([f for f in found if swallowed.isdisjoint(range(f.first, f.last))] + new)


_MAY_STAND_INSIDE = frozenset(("country", "region", "asset"))


def _found(view: Text, draft: Draft, book: PhoneBook) -> Found:
    """The draft under the register's id if the register knows it by its sound, else under its own."""
    entry = book.person(draft.words) if draft.kind == "person" else None
    if draft.kind == "organisation":
        entry = book.organisation(draft.words)
    if entry is not None:
        return of_entry(view, draft.first, draft.last, entry)
    start, end = span(view, draft.first, draft.last)
    if draft.kind == "asset":
        made = draft.words[0]
    else:
        made = book.person_id(draft.words) if draft.kind == "person" else slug(draft.words)
    name = Name(start, end, view.original[start:end], made or "unnamed", draft.kind, draft.tags, known=False)
    return Found(draft.first, draft.last, name)


def find_known(view: Text, lines: Sequence[Line], index: NameIndex, roles: Roles) -> list[Spot]:
    """The register's names: the longest where several fit, doubtful ones if the document surely names the same."""
    found = [spot for line in lines for spot in _in_context(view, line, list(_candidates(view, line, index, roles)))]
    certain = {spot.form.entry.id for spot in found if spot.sure}
    if any(_is_crypto(spot) for spot in found if spot.sure):  # эфир, بتكوين: words that mean the coin among coins
        certain.update(
            s.form.entry.id for s in found if s.form.entry.kind == "asset" and s.form.common and not s.form.capital
        )
    for entry in {spot.form.entry.id: spot.form.entry for spot in found if spot.capital and not spot.sure}.values():
        needed = index.near(entry)
        if needed is not None and entry.id not in certain and needed.occurs(view.forms):
            certain.add(entry.id)
    return _without_overlaps(spot for spot in found if spot.sure or spot.form.entry.id in certain)


def _is_crypto(spot: Spot) -> bool:
    entry = spot.form.entry
    return entry.kind == "asset" or (entry.kind == "group" and ("crypto" in entry.id or "coin" in entry.id))


def _in_context(view: Text, line: Line, spots: list[Spot]) -> list[Spot]:
    """A sentence's spots; a company called by a common word that opens a sentence on crypto-assets is taken for itself.

    So *Strategy bought 855 bitcoin*, but not *Strategy for bitcoin*.
    """
    if not any(s.sure and s.form.entry.kind in ("asset", "group") for s in spots):
        return spots
    first = _first_word(view, line)
    return [
        s._replace(sure=True)
        if s.first == first and s.form.common and s.form.entry.kind == "organisation" and not _leans(view, s.last)
        else s
        for s in spots
    ]


_PREPOSITIONS = frozenset(
    ("of", "for", "to", "in", "on", "with", "from", "by", "as", "at", "and", "or", "around", "over", "the")
)


def _leans(view: Text, at: int) -> bool:
    """Whether a preposition or a number follows, as behind a common noun."""
    return at < len(view.tokens) and (view.tokens[at].form in _PREPOSITIONS or view.tokens[at].form[0].isdigit())


def _line(view: Text, sentence: Sentence) -> Line:
    first, last = view.between(sentence.start, sentence.end)
    if view.original[sentence.end - 1] in ".!?…":  # a headline has no full stop
        return Line(first, last, titled=False)
    words = [view.original[t.start] for t in view.tokens[first:last] if len(t.form) > 3 and t.form[0].isalpha()]
    capitals = sum(letter.isupper() for letter in words)
    return Line(first, last, titled=len(words) >= 3 and capitals >= _TITLE_SHARE * len(words))


def _candidates(view: Text, line: Line, index: NameIndex, roles: Roles) -> Iterator[Spot]:
    tokens = view.tokens
    nearby: dict[str, bool] = {}
    forms = view.forms[line.first : line.last]
    for at, begun in enumerate(map(index.starts.__getitem__, forms), line.first):
        if begun is None:
            continue
        single, longer = begun
        if longer:
            behind = at + 1
            while behind < line.last and tokens[behind].form in _BETWEEN and behind - at < _LONGEST:
                behind += 1
            going_on = index.going_on(longer, tokens[behind].form) if behind < line.last else []
        else:
            going_on = []
        best = 0
        for form in (*going_on, *single):  # longest first; a shorter one is wanted only where no longer one is sure
            last = _match(form, tokens, at, line.last, index)
            if last > best or (last and last == best):
                spot = _judge(Spot(at, last, form, sure=True), view, line, index, nearby)
                if spot is None and is_small_ticker(view, at, form, roles):
                    spot = Spot(at, last, form, sure=True)
                if spot is not None:
                    yield spot
                    best = last if spot.sure else best


def _match(form: Form, tokens: Sequence[Token], at: int, end: int, index: NameIndex) -> int:
    """The token index after ``form`` at ``at``, whose first slot is known to fit, or 0."""
    here = at + 1
    for slot in form.slots[1:]:
        while here < end and tokens[here].form in _BETWEEN and here - at < _LONGEST:
            here += 1
        if here >= end or slot.isdisjoint(index.keys_of(tokens[here].form, wide=form.inflected)):
            return 0
        here += 1
    return here


def _judge(spot: Spot, view: Text, line: Line, index: NameIndex, nearby: dict[str, bool]) -> Spot | None:
    """The spot if its letters and its sentence allow it, marked unsure where they prove nothing; else None."""
    form = spot.form
    written = _written(view, spot.first)
    dollar = spot.first > 0 and view.tokens[spot.first - 1].form == "$"
    if form.exact and not dollar and not _letters_fit(view, spot):
        return None
    if form.capital and not written[:1].isupper():
        return None
    if dollar:
        return spot
    sure = True
    if form.common:
        sure = written[:1].isupper() and not line.titled and spot.first > _first_word(view, line)
    needed = index.near(form.entry)
    if needed is not None and sure:
        if form.entry.id not in nearby:
            nearby[form.entry.id] = needed.occurs(view.forms[line.first : line.last])
        sure = nearby[form.entry.id]
        cased = written[:1].isupper() and (spot.first > _first_word(view, line) or form.exact != ())
        return spot._replace(sure=sure, capital=cased and not line.titled)
    return spot._replace(sure=sure)


def _letters_fit(view: Text, spot: Spot) -> bool:
    words = [_written(view, i) for i in range(spot.first, spot.last) if view.tokens[i].form not in _BETWEEN]
    return len(words) == len(spot.form.exact) and all(
        word in (wanted, f"{wanted}'s", f"{wanted}’s") for word, wanted in zip(words, spot.form.exact, strict=True)
    )


def _written(view: Text, at: int) -> str:
    token = view.tokens[at]
    return view.original[token.start : token.end]


def _first_word(view: Text, line: Line) -> int:
    """The index of the first token of the sentence that is a word: opening quotes and dashes give no capital."""
    return next((i for i in range(line.first, line.last) if view.tokens[i].form[0].isalnum()), line.first)


def _without_overlaps(spots: Iterable[Spot]) -> list[Spot]:
    """The longest spots, the first where two are as long; sure ones and those with near words before others."""
    taken: set[int] = set()
    kept: list[Spot] = []
    for spot in sorted(spots, key=lambda s: (s.first - s.last, not s.sure, not s.form.entry.near, s.first)):
        places = range(spot.first, spot.last)
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(spot)
    return sorted(kept, key=lambda s: s.first)
