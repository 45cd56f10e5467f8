"""Shares and counts of people: which figure is the claim and which only says who is meant."""

from __future__ import annotations

from datetime import date

import pytest

from crypto_nlp import extract

PUBLISHED = date(2024, 8, 12)


def _found(lang: str, text: str) -> list[tuple[str, str, float]]:
    claims = extract(text, lang=lang, published=PUBLISHED)
    return [(c.type, c.measure, c.value.high) for c in claims if c.value]


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Only 3% of Solana wallets made more than $10,000 from memecoins."),
        ("ru", "Лишь 3% кошельков в сети Solana заработали на мемкоинах больше $10 000."),
        ("ar", "لم يحقق سوى 3% من محافظ سولانا أرباحا تفوق 10 آلاف دولار من العملات الميمية."),
    ],
)
def test_a_sum_that_says_who_belongs_to_a_share_is_no_claim(lang: str, text: str) -> None:
    assert _found(lang, text) == [("trader_outcome", "profit", 3)]


def test_what_people_lost_together_is_a_claim() -> None:
    text = "Some 2,000 memecoin traders lost a combined $4 million or more."
    assert _found("en", text) == [("trader_outcome", "loss", 2_000), ("trader_outcome", "loss", 4_000_000)]


def test_what_people_did_goes_before_how_many_there_are() -> None:
    assert _found("en", "Some 2,000 traders lost over $100,000 each on the token.") == [
        ("trader_outcome", "loss", 2_000)
    ]
    assert _found("en", "The crypto exchange has 2,000 traders in Malta.") == [("population", "users", 2_000)]


def test_people_who_own_crypto_are_a_population_and_no_adopter() -> None:
    text = "More than 40 million people worldwide own some crypto, researchers at Cambridge reckon."
    assert [(c.type, c.measure) for c in extract(text, lang="en", published=PUBLISHED)] == [("population", "owners")]


def test_an_exchange_holds_no_token_by_having_its_own() -> None:
    text = "Bitcoin fell 2%, while KCS, the exchange's own token, lost 4%."
    assert {c.type for c in extract(text, lang="en", published=PUBLISHED)} == {"price_change"}


def test_a_noun_for_one_fund_stands_for_the_one_fund_that_is_named() -> None:
    text = "Bitcoin is under study at the world's largest pension fund: Japan's GPIF may buy bitcoin this year."
    subjects = {c.subject for c in extract(text, lang="en", published=PUBLISHED) if c.type == "adoption"}
    assert subjects == {"government-pension-investment-fund"}


@pytest.mark.parametrize(
    "text",
    [
        "Some 2,000 traders on Binance lost access to their accounts.",
        "About 5,000 bitcoin users lost their keys last year.",
        "Some 300 traders made complaints about the crypto exchange.",
    ],
)
def test_not_all_that_people_lose_or_make_is_money(text: str) -> None:
    assert not [c for c in extract(text, lang="en", published=PUBLISHED) if c.type == "trader_outcome"]


def test_a_total_beside_an_unrelated_share_stays() -> None:
    found = _found("en", "Traders lost more than $9 million in an hour as bitcoin fell 5%.")
    assert ("trader_outcome", "loss", 9_000_000) in found


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("About 30% of Nigerians and 20% of Kenyans own crypto.", ["NG", "KE"]),
        ("Some 30% of adults in Nigeria and 20% in Kenya own crypto.", ["NG", "KE"]),
        ("30% of Turks, 25% of Brazilians and 20% of Kenyans own crypto.", ["TR", "BR", "KE"]),
    ],
)
def test_each_share_has_the_country_that_it_is_of(text: str, countries: list[str]) -> None:
    claims = extract(text, lang="en", published=PUBLISHED)
    assert [c.details.get("jurisdiction") for c in claims] == countries


def test_people_have_no_price_and_their_money_no_share() -> None:
    assert extract("Memecoin traders lost 80% of their money.", lang="en", published=PUBLISHED) == []


def test_what_no_fund_does_is_denied() -> None:
    claims = extract("No pension fund in Russia holds bitcoin.", lang="en", published=PUBLISHED)
    assert [(c.measure, c.negated) for c in claims] == [("holds", True)]
