"""Unknown names in scripts with capitals: runs of capitalised words whose capital is not due anyway."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crypto_nlp.mentions.name_page import ACRONYM, INNER_CAPITAL, Draft
from crypto_nlp.morphology import russian_parses
from crypto_nlp.text import script

if TYPE_CHECKING:
    from crypto_nlp.mentions.name_page import Line, Page

_LONGEST = 9  # tokens in a name
_OWNING = ("'s", "’s")
_KINDS_AFTER = frozenset(
    ("pension_fund", "court", "university")
)  # nouns that make a place a body: Jersey City pension fund
_NO_NAMES = frozenset(("law", "event"))


def read_run(page: Page, at: int, line: Line) -> Draft | None:
    """The name that begins at the token ``at``, or None."""
    last = _end(page, at, line)
    if last is None:
        return None
    first = _begin(page, at, last, line)
    if first >= last or not _fits(page, first, last, line):
        return None
    return _classify(page, first, last, line)


def _end(page: Page, at: int, line: Line) -> int | None:
    """The index after the run of capitalised words that begins here, or None where none does."""
    if not _continues(page, at):
        return None
    written = script(page.form(at))
    last = here = at + 1
    while here < line.last and last - at < _LONGEST:
        if page.word(here - 1).endswith(_OWNING):
            break
        if here == last and _links(page, here, line):
            here += 1
        elif _continues(page, here) and script(page.form(here)) == written:
            here = last = here + 1
        else:
            break
    return last


def _continues(page: Page, at: int) -> bool:
    if page.blocked(at):
        return False
    form = page.form(at)
    if not form[:1].isalpha() or not page.capital(at) or page.is_never(at):
        return False
    return not (page.glued(at) and page.form(at - 1)[0].isdigit())


def _links(page: Page, at: int, line: Line) -> bool:
    """Whether this token stands inside a name between two of its words: *of*, *&*, a hyphen, the stop of *J.*, an '."""
    if at + 1 >= line.last or not _continues(page, at + 1):
        return False
    form = page.form(at)
    if form == ".":
        return len(page.word(at - 1)) == 1 and page.glued(at) and page.plain(at + 1) not in page.roles.stops
    if form in ("-", "'", "’"):
        return page.glued(at) and (form != "-" or page.glued(at + 1))
    if form in ("and", "for"):
        return any(i in page.marks.noun_starts for i in range(at + 1, min(at + 4, line.last)) if page.capital(i))
    return form == "&" or form in page.roles.joining


def _begin(page: Page, at: int, last: int, line: Line) -> int:
    """The first word of the name: after the offices, titles and common openers that stand in the run before it."""
    first = at if page.given(at) else min(page.marks.inside_role.get(at, at), last)
    for start in range(at, last):  # *Russian Finance Minister Anton Siluanov*: the name follows the office
        end = page.marks.role_starts.get(start)
        if end is not None and first < end < last and not (page.given(start) and start == at):
            first = end
    for start in range(first + 1, last - 1):  # Джерси-Сити Стивен Фулоп
        if script(page.form(start)) == "cyrillic" and page.given(start) and not page.given(start - 1):
            first = start
            break
    while first < last and not _may_begin(page, first, last, line):
        first += 1
        while first < last and (page.form(first) in page.roles.joining or not page.form(first)[0].isalnum()):
            first += 1
    return first


def _may_begin(page: Page, at: int, last: int, line: Line) -> bool:
    form = page.plain(at)
    office = page.marks.role_starts.get(at, last + 1) <= last and not page.given(at)
    if form in page.roles.titles or form in page.roles.joining or office:
        return False
    due = line.titled or page.is_first(at, line)
    if form in page.roles.stops and at not in page.places:
        return not due and last - at > 1
    return at in page.places or not due or _proven(page, at, last, line)


def _proven(page: Page, at: int, last: int, line: Line) -> bool:
    """Whether a word whose capital is due is a name all the same: by its letters, its neighbours or the rest."""
    form = page.plain(at)
    if form in page.proven or _proves_itself(page, at):
        return True
    if line.titled or last - at < 2:
        beside = last in page.marks.speech_starts or last in page.marks.role_starts or page.word(at).endswith(_OWNING)
        return at + 1 == last and beside
    return script(form) != "cyrillic" or _proper(form)


def _proper(form: str) -> bool:
    return any(not {"Name", "Surn", "Geox", "Orgn"}.isdisjoint(p.tag.grammemes) for p in russian_parses(form)[:2])


def _proves_itself(page: Page, at: int) -> bool:
    """Whether the letters are a name's wherever they stand: *CoinSwitch*, *SWIB*, a first name."""
    written = page.word(at).removesuffix("'s").removesuffix("’s")
    return INNER_CAPITAL.search(written) is not None or page.given(at) or ACRONYM.fullmatch(written) is not None


def _fits(page: Page, first: int, last: int, line: Line) -> bool:
    """Whether these words may be a name at all."""
    inside = [i for i in range(first, last) if page.form(i)[0].isalnum() and page.form(i) not in page.roles.joining]
    if all(i in page.places for i in inside):
        noun = page.marks.noun_starts.get(last)
        regional = all(i in page.regions for i in inside)
        return regional and noun is not None and noun[1] in _KINDS_AFTER and not page.blocked(noun[0])
    if all(i in page.places or i in page.groups for i in inside):
        return False
    if any(i in page.places or i in page.groups for i in inside) and _noun_inside(page, first, last) is None:
        return False
    if line.titled:
        return all(page.plain(i) in page.proven or _proves_itself(page, i) for i in inside)
    return len(inside) > 1 or _single(page, first, line)


def _single(page: Page, at: int, line: Line) -> bool:
    """A single word: Latin within another script, of letters of its own, proven elsewhere, or beside a noun or verb."""
    if len(page.word(at)) < 2 or page.plain(at) in page.roles.stops:
        return False
    marks = page.marks
    beside = at in marks.nouns or at + 1 in marks.speech_starts or at + 1 in marks.role_starts or at in marks.speech
    if script(page.form(at)) == "cyrillic":
        return beside and not page.is_first(at, line)
    if page.view.lang != "en":
        return page.plain(at) not in page.roles.latin_words
    return beside or _proves_itself(page, at) or page.plain(at) in page.proven


def _noun_inside(page: Page, first: int, last: int) -> str | None:
    """The kind of organisation that one of the words tells."""
    for at in range(last - 1, first - 1, -1):
        found = page.marks.noun_starts.get(at)
        if found is not None and found[0] <= last and at not in page.places:
            return found[1]
    return None


def _classify(page: Page, first: int, last: int, line: Line) -> Draft:
    noun = _noun_inside(page, first, last)
    after = page.marks.noun_starts.get(last)
    before = page.marks.nouns.get(first)
    end = last
    if noun in (None, "place") and after is not None and after[1] in _KINDS_AFTER and not page.blocked(last):
        noun, end = after[1], min(after[0], line.last)
    words = page.words(first, end)
    if noun in _NO_NAMES:
        return Draft(first, end, words, "")
    if noun == "place":
        return Draft(first, end, words, "region")
    if _is_person(page, first, last, noun) or (before is None and _surname(page, first, last)):
        return Draft(first, end, words, "person")
    town = _town(page, first, last)
    if town is not None:
        return Draft(first, last, (town,), "region")
    tag = noun or (before[1] if before else None) or (after[1] if after else None)
    return Draft(first, end, words, "organisation", frozenset((tag,)) - {"token", None} if tag else frozenset())


def _town(page: Page, first: int, last: int) -> str | None:
    """The nominative of a single Russian word that is a place."""
    if last - first != 1 or script(page.form(first)) != "cyrillic":
        return None
    return next((str(p.normal_form) for p in russian_parses(page.form(first))[:1] if "Geox" in p.tag), None)


def _surname(page: Page, first: int, last: int) -> bool:
    """Whether a single Russian word beside an office or verb is a surname: *экс-зампред Бронштейн признал*."""
    if last - first != 1 or script(page.form(first)) != "cyrillic":
        return False
    return any("Surn" in p.tag for p in russian_parses(page.form(first))[:1])


def _is_person(page: Page, first: int, last: int, noun: str | None) -> bool:
    words = [i for i in range(first, last) if page.form(i)[0].isalpha()]
    shouted = any(page.word(i).isupper() and len(page.word(i)) > 2 for i in words)
    if noun is not None or shouted or not 2 <= len(words) <= 4:
        return False
    if page.given(words[0]):
        return True
    return page.spoken_of(first, last) and (script(page.form(first)) == "cyrillic" or page.view.lang == "en")
