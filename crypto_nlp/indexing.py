"""What the search index holds of a claim, and how a query's words become the same terms.

Both sides go through the same functions, so that whatever folds two forms together folds them in the index and in the query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crypto_nlp.text import normalise, tokenize

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Document = tuple[str, str, str, str, str]


def document(
    *,
    subject: str,
    glosses: Mapping[str, str],
    names: Sequence[str],
    value: tuple[float | None, float | None, str | None],
    when: str | None,
    sentences: Sequence[tuple[str | None, str]],
) -> Document:
    """The terms of a claim for the index: subject, gloss, names, evidence, other forms."""
    gloss = " ".join(terms(gloss) for gloss in glosses.values())
    evidence = " ".join(terms(sentence) for _, sentence in sentences)
    forms = " ".join(str(number) for number in dict.fromkeys(value[:2]) if number is not None)
    return terms(subject), gloss, " ".join(terms(name) for name in names), evidence, f"{forms} {terms(when or '')}"


def terms(text: str) -> str:
    """The words and figures of ``text``, folded, with spaces between."""
    return " ".join(token.form for token in tokenize(normalise(text)) if token.form[0].isalnum())
