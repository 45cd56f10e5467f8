"""Phrases of the rules as they meet a text."""

from __future__ import annotations

import pytest

from crypto_nlp.lexicon import Lexicon, spelt_out
from crypto_nlp.text import tokenize


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
