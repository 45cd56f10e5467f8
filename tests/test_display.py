"""Text that leaves the program acts on no terminal, page or spreadsheet."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto_nlp.display import cell, json_text, one_line, printable

HOSTILE = "\x00\x07\x1b[31m\x7f\x9b\u2028\u202a\u202e\u2066\u2069\ud800"


@given(st.text())
def test_nothing_hostile_is_printed(text: str) -> None:
    spoilt = text + HOSTILE + text
    for shown in (printable(spoilt), one_line(spoilt), json_text({"a": spoilt}), cell(spoilt)):
        assert not set(shown) & set(HOSTILE.replace("[31m", ""))
    assert "\n" not in one_line(spoilt)


@given(st.text())
def test_json_reads_back_exactly(text: str) -> None:
    assert json.loads(json_text([text + HOSTILE])) == [text + HOSTILE]


def test_directional_marks_that_arabic_needs_are_kept() -> None:
    assert printable("سعر \u200fBTC\u200e") == "سعر \u200fBTC\u200e"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM", " =1", "\t=1", "＝1", "\u202e=1", "\ufeff@x"])
def test_formulas_are_disarmed(text: str) -> None:
    assert cell(text).startswith("'")


def test_cells_of_every_kind() -> None:
    assert [cell(value) for value in (None, True, -5, 2.5, ["a", "b"], {"a": 1}, "plain  text\n")] == [
        *("", "true", "-5", "2.5", "a; b", '{"a": 1}', "plain text"),
    ]
