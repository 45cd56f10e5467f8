"""Unknown persons in a script without capitals: the words behind an office, a verb of saying or a first name.

Nothing in the letters says *name* there, so the words must at least not look like the language's own: inflected
endings, pronouns and the words of `roles.yaml` end the name or forbid it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crypto_nlp.mentions.name_page import Draft
from crypto_nlp.text import script

if TYPE_CHECKING:
    from crypto_nlp.mentions.name_page import Line, Page

# Endings of inflected words (plurals, pronouns, the feminine), which foreign names seldom have
_INFLECTED = ("ات", "ون", "ين", "وا", "ها", "هم", "ه", "تي", "ية", "تا")
_PREFIXES = ("ال", "ب", "ل", "و", "ي", "است", "مست", "ت")
_ARTICLES = ("ال", "لل", "بال", "وال")
_CLEAR_ENDS = frozenset(("،", ",", ":", ".", "(", "«", '"', "“", ")", "؛"))


def inflected(form: str) -> bool:
    """Whether a folded Arabic word bears an ending or prefix of the language's own words."""
    return form.endswith(_INFLECTED) or form.startswith(("ال", "لل", "است", "مست", "ي", "ت"))


def read_person(page: Page, at: int, line: Line) -> Draft | None:
    """The person whose name begins at the token ``at``, or None."""
    given = page.given(at)
    evidence = at in page.marks.roles or at in page.marks.speech or page.form(at - 1) in page.roles.titles
    if not (given or evidence) or not _may_be(page, at):
        return None
    if not given and (page.form(at).endswith(_INFLECTED) or page.form(at).startswith(_ARTICLES)):
        return None
    last = _end(page, at, line, evidence=evidence)
    if last - at < 2 or (last - at == 2 and page.form(at + 1) == "-"):
        return None
    if not given and not _ends_clearly(page, last, line):
        return None
    start = next((i for i in range(at + 1, last - 1) if page.given(i)), at) if not given else at
    words = page.words(start, last)
    if page.form(start) not in page.roles.given_names and page.given(start):
        words = (words[0][1:], *words[1:])  # ونيكولاي is "and Nikolai"
    return Draft(start, last, words, "person")


def _end(page: Page, at: int, line: Line, *, evidence: bool) -> int:
    """The index after the name's last word: the second, or a later one where a small word or the place shows it."""
    last = at + 1
    while last < line.last and last - at < 6:
        form = page.form(last)
        if form == "-" and page.glued(last) and page.glued(last + 1) and last + 1 < line.last:
            last += 2
            continue
        if not _may_be(page, last) or (form.endswith(_INFLECTED) and not _is_surname(page, at, last, line)):
            break
        if form[0] == "و" and page.given(last) and form not in page.roles.given_names:
            break  # ونيكولاي: another name begins
        linked = page.form(last - 1) in page.roles.joining or form in page.roles.joining
        words = sum(1 for i in range(at, last) if page.form(i) != "-")
        if words >= 2 and not linked and not (_ends_clearly(page, last + 1, line) and not form.startswith(_PREFIXES)):
            break
        if words == 1 and form.startswith("ال") and not evidence:
            break
        last += 1
    while last > at and page.form(last - 1) in page.roles.joining:
        last -= 1
    return last


def _is_surname(page: Page, at: int, last: int, line: Line) -> bool:
    """Whether a word with an ending of the language's own is a name all the same: رأى إريك بينوا، المحلل في …."""
    return page.given(last) or (last == at + 1 and page.given(at) and _ends_clearly(page, last + 1, line))


def _may_be(page: Page, at: int) -> bool:
    form = page.form(at)
    if at in page.taken or script(form) != "arabic" or form in page.roles.stops:
        return False
    if form.startswith("لل") or (form[0] in "ولبف" and form[1:] in page.roles.stops):
        return False
    marks = page.marks
    return (
        at not in marks.role_starts
        and at not in marks.noun_starts
        and (at not in marks.speech_starts or page.given(at))
    )


def _ends_clearly(page: Page, last: int, line: Line) -> bool:
    """Whether a mark or a word such as أن follows: then what stands before it was a name."""
    if last >= line.last:
        return True
    form = page.form(last)
    return form in _CLEAR_ENDS or form in page.roles.stops or last in page.marks.role_starts
