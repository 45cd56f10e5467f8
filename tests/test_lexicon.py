"""Phrases of the rules as they meet a text."""

from __future__ import annotations

import pytest

from crypto_nlp.lexicon import Lexicon, Remembered, spelt_out
from crypto_nlp.text import Text, tokenize


@pytest.mark.parametrize(
    ("lang", "phrase", "text", "found"),
    [
        ("ru", "криптофонд|биткоин-фонд ..2 скупить", "Вчера биткоин-фонды жадно скупили монеты", True),
        ("ru", "криптофонд|биткоин-фонд ..2 скупить", "Вчера криптофонды скупили монеты", True),
        ("ru", "криптофонд|биткоин-фонд ..2 скупить", "Вчера фонды скупили монеты", False),
        ("ru", "=экс-глава|=бывший биржа", "экс-глава биржи", True),
        ("ru", "=экс-глава|=бывший биржа", "экс-главы биржи", False),
        ("en", "sell-off|rout hits", "A sell-off hits coins", True),
    ],
)
def test_a_choice_may_be_hyphenated(lang: str, phrase: str, text: str, *, found: bool) -> None:
    forms = [token.form for token in tokenize(text)]
    assert Lexicon(lang, [(phrase, None)]).occurs(forms) is found


def test_only_choices_are_spelt_out() -> None:
    assert list(spelt_out("bitcoin-ETF buys")) == ["bitcoin-ETF buys"]
    assert list(spelt_out("ETF|bitcoin-ETF buys|takes-in")) == [
        "ETF buys",
        "ETF takes in",
        "bitcoin ETF buys",
        "bitcoin ETF takes in",
    ]


def matched(lang: str, phrases: list[str], text: str) -> list[tuple[str, str]]:
    view = Text.of(text, lang)
    matches = Lexicon(lang, [(phrase, phrase) for phrase in phrases]).find(view.forms)
    return [(m.payload, " ".join(view.forms[m.first : m.last])) for m in matches]


def test_phrases_that_begin_alike_are_told_apart() -> None:
    phrases = ["buy", "buy bitcoin", "buy|sell bitcoin", "=bought ether", "buy ... fund"]
    assert matched("en", phrases, "He bought bitcoin for a fund") == [
        ("buy", "bought"),
        ("buy bitcoin", "bought bitcoin"),
        ("buy|sell bitcoin", "bought bitcoin"),
        ("buy ... fund", "bought bitcoin for a fund"),
    ]


def test_words_with_the_same_beginning_in_several_choices_go_on_in_each() -> None:
    phrases = ["raise|lift the bar", "raise|cut the bar again", "rais* the rate"]
    assert matched("en", phrases, "raised the bar again") == [
        ("raise|lift the bar", "raised the bar"),
        ("raise|cut the bar again", "raised the bar again"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("from one to two to three", "from one to"),  # the nearest of several places
        ("from a b c d e to f", None),  # too far
        ("from a, to b", None),  # a comma parts
        ("from a-b to c", "from a - b to"),
    ],
)
def test_a_gap_takes_up_to_four_words(text: str, said: str | None) -> None:
    assert matched("en", ["from ... to"], text) == ([("from ... to", said)] if said else [])


def test_hyphens_are_as_good_as_spaces() -> None:
    assert matched("en", ["market cap"], "market-cap") == [("market cap", "market - cap")]


def test_what_is_remembered_of_words_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crypto_nlp.lexicon._MOST_WORDS", 3)
    lengths = Remembered(len)
    assert [lengths[word] for word in ("a", "bb", "ccc", "dddd", "bb")] == [1, 2, 3, 4, 2]
    assert len(lengths) <= 3
