"""The sample feeds: the same facts told in three languages, each read right in every one and met in one claim."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crypto_nlp.ingest import run_sample
from crypto_nlp.pipeline import extract
from crypto_nlp.records import Claim
from crypto_nlp.search import find_claims
from crypto_nlp.store import open_store

LANGUAGES = ("ar", "en", "ru")
# What each feed says of the seed's facts: the slots that the texts of all three languages give.
FACTS: dict[str, dict[str, Any]] = {
    "38 billion by 2027": {
        "type": "earnings",
        "measure": "revenue",
        "subject": "bitcoin-miners",
        "value_low": 38e9,
        "unit": "USD",
        "when": "../2027",
        "modality": "forecast",
        "source": "unnamed",
    },
    "13.9 billion a year if a fifth goes to AI": {
        "type": "earnings",
        "measure": "profit",
        "subject": "bitcoin-miners",
        "value_low": 13.9e9,
        "unit": "USD",
        "per": "year",
        "modality": "forecast",
        "source": "vaneck",
    },
    "Ethereum's switch": {
        "type": "network",
        "measure": "upgrade",
        "subject": "ETH",
        "when": "2022-09",
        "modality": "fact",
        "source": "vaneck",
    },
    "the halving": {"type": "network", "measure": "halving", "subject": "BTC", "when": "2024-04", "modality": "fact"},
    "AI miners do better": {"type": "performance", "measure": "outperform", "subject": "bitcoin-miners", "when": None},
    "AI miners do better since January": {
        "type": "performance",
        "measure": "outperform",
        "subject": "bitcoin-miners",
        "when": "2024-01-01/..",
        "source": "unnamed",
    },
    "a year to convert": {
        "type": "operations",
        "measure": "build_time",
        "subject": "bitcoin-miners",
        "value_low": 1,
        "unit": "year",
        "bound": "max",
        "source": "unnamed",
    },
    "four years to build": {
        "type": "operations",
        "measure": "build_time",
        "subject": "bitcoin-miners",
        "value_low": 4,
        "unit": "year",
        "bound": "exact",
        "source": "unnamed",
    },
    "Bernstein's warning": {
        "type": "statement",
        "measure": "warns",
        "subject": "bitcoin-miners",
        "source": "bernstein",
    },
    "memecoin traders lose": {
        "type": "trader_outcome",
        "measure": "loss",
        "subject": "memecoin-traders",
        "value_low": 80,
        "unit": "percent",
        "bound": "about",
        "modality": "fact",
    },
    "bitcoin mined": {
        "type": "supply",
        "measure": "mined",
        "subject": "BTC",
        "value_low": 90,
        "unit": "percent",
        "bound": "min",
    },
    "a platform in Russia": {
        "type": "regulation",
        "measure": "launch_platform",
        "subject": "russia",
        "when": "2024",
        "modality": "possible",
        "source": "state-duma",
    },
    "pension funds": {"type": "adoption", "measure": "buys", "subject": "pension-funds", "modality": "fact"},
}


READ: dict[str, list[dict[str, Any]]] = {}


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, read; every mention by language is in ``READ``."""
    READ.update({lang: [] for lang in LANGUAGES})

    def keep(text: str, lang: str | None, published: date) -> list[Claim]:
        claims = extract(text, lang, published)
        READ[lang or ""] += [_row(claim) for claim in claims]
        return claims

    path = tmp_path_factory.mktemp("sample") / "sample.db"
    with open_store(path) as store:
        run_sample(store, keep)
    return path


@pytest.fixture
def read(ledger: Path) -> dict[str, list[dict[str, Any]]]:
    assert ledger.is_file()
    return READ


def _row(claim: Claim) -> dict[str, Any]:
    value = claim.value
    figures = {"value_low": value.low if value else None, "unit": value.unit if value else None}
    return claim.as_record() | figures


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("fact", FACTS)
def test_facts_are_read_in_every_language(read: dict[str, list[dict[str, Any]]], fact: str, lang: str) -> None:
    wanted = FACTS[fact]
    near = [row for row in read[lang] if row["type"] == wanted["type"]]
    assert any(all(row[slot] == value for slot, value in wanted.items()) for row in near), near


@pytest.mark.parametrize("fact", [name for name, slots in FACTS.items() if slots["type"] != "statement"])
def test_facts_are_one_claim_in_all_languages(read: dict[str, list[dict[str, Any]]], fact: str) -> None:
    wanted = FACTS[fact]
    ids = [
        {row["claim_id"] for row in read[lang] if all(row[slot] == value for slot, value in wanted.items())}
        for lang in LANGUAGES
    ]
    assert set.intersection(*ids)


@pytest.mark.parametrize(
    ("query", "subject"),
    [
        *((words, "pension-funds") for words in ("pension funds", "пенсионные фонды", "صناديق التقاعد")),
        *(
            (words, "memecoin-traders")
            for words in ("memecoin traders", "трейдеры мемкоинов", "متداولو العملات الميمية")
        ),
        *((words, "bitcoin-miners") for words in ("13.9bn", "13,9 млрд", "13.9 مليار")),
    ],
)
def test_facts_are_found_in_every_language(ledger: Path, query: str, subject: str) -> None:
    with open_store(ledger, read_only=True) as store:
        assert find_claims(store, query)[0]["subject"] == subject


def test_anchors_stand_where_they_are_said_to(read: dict[str, list[dict[str, Any]]]) -> None:
    for rows in read.values():
        for row in rows:
            at = row["start"] - row["sentence_start"]
            assert row["sentence"][at : at + len(row["anchor"])] == row["anchor"]
