"""What a language's `grammar.yaml` answers, and what the claim rules make of the answers."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from crypto_nlp import extract
from crypto_nlp.errors import RulesError
from crypto_nlp.rules.grammar import Grammar, grammar
from crypto_nlp.rules.load import languages
from crypto_nlp.rules.yaml import read
from crypto_nlp.text import normalise

PUBLISHED = date(2024, 8, 12)


@pytest.mark.parametrize("lang", languages())
def test_every_language_tells_its_order_and_its_words_are_folded(lang: str) -> None:
    words = grammar(lang)
    assert words.order in ("fixed", "free", "verb_first")
    for name, value in words:
        if isinstance(value, frozenset) and name != "pronouns":  # those are compared as they are written
            assert all(word == normalise(word) for word in value), name


def test_an_unknown_question_is_a_fault_with_its_file(tmp_path: Path) -> None:
    file = tmp_path / "grammar.yaml"
    file.write_text("order: fixed\narticle: [the]\n", encoding="utf-8")
    with pytest.raises(RulesError, match=r"grammar\.yaml:2"):
        read(file, Grammar)


def _moves(text: str) -> list[tuple[str, str | None, float]]:
    claims = extract(text, lang="en", published=PUBLISHED)
    return [(c.measure, c.subject, c.value.low) for c in claims if c.type == "price_change" and c.value]


def test_a_sign_says_what_a_verb_would_beside_an_asset() -> None:
    assert _moves("Biggest movers of the day: dogecoin (-29%), cardano (+4.5%).") == [
        ("down", "DOGE", 29),
        ("up", "ADA", 4.5),
    ]


def test_a_sign_without_an_asset_is_no_move_of_the_market() -> None:
    assert _moves("Crypto inflation readings: food +3%, rents -1%.") == []


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Bitcoin fell 18%, to about $52,000."),
        ("ru", "Биткоин упал на 18%, до примерно $52 000."),
        ("ar", "هبطت بيتكوين 18% إلى نحو 52 ألف دولار."),
    ],
)
def test_a_move_leads_to_a_level_in_every_language(lang: str, text: str) -> None:
    claims = extract(text, lang=lang, published=PUBLISHED)
    found = [(c.type, c.subject, c.value.low if c.value else None) for c in claims]
    assert found == [("price_change", "BTC", 18), ("price", "BTC", 52_000)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Coinbase posted a third-quarter profit of $75 million, compared with a loss of $2 million a year earlier.",
            [("profit", 75e6, "2024-Q3"), ("loss", 2e6, "2023-Q3")],
        ),
        (
            "Coinbase's revenue was $1.2 billion in the second quarter, down 17% from the previous three months.",
            [("revenue", 1.2e9, "2024-Q2"), ("revenue", 17, "2024-Q2")],
        ),
    ],
)
def test_a_figure_is_measured_against_another_of_its_own_measure_and_time(
    text: str, found: list[tuple[str, float, str]]
) -> None:
    claims = extract(text, lang="en", published=date(2024, 11, 12))
    assert [(c.measure, c.value.low if c.value else None, c.when) for c in claims] == found


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Software firm Strategy added 10,100 bitcoin to its treasury for $1.05 billion."),
        ("ru", "Компания Strategy купила в мае 10 100 BTC за $1,05 млрд."),
        ("ar", "أضافت «ستراتيجي» 10,100 بيتكوين إلى خزينتها مقابل 1.05 مليار دولار."),
    ],
)
def test_a_price_belongs_to_what_was_bought(lang: str, text: str) -> None:
    claims = extract(text, lang=lang, published=PUBLISHED)
    assert [(c.measure, c.value.low if c.value else None) for c in claims] == [("buys", 10_100), ("buys", 1.05e9)]


def test_who_acts_stands_behind_an_arabic_verb() -> None:
    claims = extract("سمح بنك «فيديليتي» لموظفيه بتوجيه جزء من مدخراتهم إلى البيتكوين.", lang="ar", published=PUBLISHED)
    assert [(c.type, c.measure, c.subject) for c in claims] == [("adoption", "allows", "fidelity")]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Bitcoin's dominance fell to 58.3%."),
        ("ru", "Доминирование биткоина снизилось до 58,3%."),
        ("ar", "انخفضت هيمنة البيتكوين إلى 58.3%."),
    ],
)
def test_a_share_to_which_something_fell_is_no_fall_by_it(lang: str, text: str) -> None:
    claims = extract(text, lang=lang, published=PUBLISHED)
    assert [(c.measure, c.details.get("change")) for c in claims] == [("dominance", None)]


def test_a_past_figure_in_a_real_condition_is_no_fact() -> None:
    text = "Если хешрейт вырос до 700 EH/s, то сложность майнинга увеличится на 5%."
    claims = extract(text, lang="ru", published=PUBLISHED)
    assert [(c.measure, str(c.modality), bool(c.condition)) for c in claims] == [("difficulty", "forecast", True)]


def test_an_arabic_sentence_may_open_with_the_verb_of_its_price() -> None:
    claims = extract("تجاوزت بيتكوين 100 ألف دولار.", lang="ar", published=PUBLISHED)
    assert [(c.type, c.subject, str(c.bound)) for c in claims] == [("price", "BTC", "min")]


def test_figures_of_two_magnitudes_are_no_range() -> None:
    claims = extract("Bitcoin traded between 60 and 50 thousand dollars.", lang="en", published=PUBLISHED)
    assert all(c.value is None or c.value.low > 1_000 for c in claims)


def test_tickers_in_small_letters_keep_their_own_moves() -> None:
    claims = extract("sol rose 5% and link fell 3% while ada slid 2%", lang="en", published=PUBLISHED)
    assert [c.subject for c in claims] == ["SOL", "LINK", "ADA"]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "JPMorgan analysts do not expect the price of bitcoin to fall below $94,000."),
        ("en", "Bitcoin is unlikely to fall below $80,000, analysts at Bernstein said."),
        ("en", "Bernstein does not expect bitcoin to reach $200,000 this year."),
        ("ru", "Аналитики JPMorgan не ожидают падения цены биткоина ниже 70 000 долларов."),
        ("ru", "Вряд ли биткоин опустится ниже 80 000 долларов."),
        ("ar", "لا يتوقع محللو جي بي مورغان أن يهبط سعر البيتكوين دون 94 ألف دولار."),
        ("ar", "من غير المرجح أن ينخفض سعر البيتكوين دون 80 ألف دولار."),
    ],
)
def test_what_is_not_expected_is_denied(lang: str, text: str) -> None:
    claims = extract(text, lang=lang, published=PUBLISHED)
    assert [(c.type, c.negated, str(c.modality)) for c in claims if c.value] == [("price", True, "forecast")]
