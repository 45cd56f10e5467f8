"""Folding and tokens: what the readers of every language stand on."""

from __future__ import annotations

import sys

import pytest

from crypto_nlp.text import Text, fold, normalise, tokenize

ODD = "«Биткоин‑ETF» вы\u0301рос на 5\u00a0%…\r\nبِتْكُويِن ٥٠٪ — it’s ½ up, U.S._x 1,234.5\n\n²x É\u200f"


def test_what_a_letter_is_folded_to_folds_to_itself() -> None:
    """A text is folded by replacing one letter after the other, so no letter may make one that folding changes."""
    letters = (chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)
    assert [c for c in letters if normalise(normalise(c)) != normalise(c)] == []


@pytest.mark.parametrize("text", [ODD, "".join(map(chr, range(0x1E00, 0x1F00))) + "х" * 200, ODD * 3])
def test_many_letters_and_few_are_folded_alike(text: str) -> None:
    words = text.split()
    assert fold(text).text.split() == " ".join(fold(word).text for word in words).split()


def test_tokens_are_all_but_white_space_in_their_places() -> None:
    view = Text.of(ODD, "ru")
    for token, form, start in zip(view.tokens, view.forms, view.starts, strict=True):
        assert (token.form, token.start) == (form, start)
        assert normalise(ODD[token.start : token.end]) == form
    inside = {at for token in view.tokens for at in range(token.start, token.end)}
    left_out = "".join(normalise(c) for at, c in enumerate(ODD) if at not in inside)
    assert left_out.replace("\r", "").strip(" ") == ""


def test_the_tokens_of_a_part_are_those_of_the_whole() -> None:
    view = fold(ODD)
    start = ODD.index("بِ")
    assert tokenize(ODD, view, start) == [t for t in tokenize(ODD, view) if t.start >= start]
