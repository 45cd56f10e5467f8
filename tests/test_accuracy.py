"""Accuracy on the gold at hand: floors that only go up. Other text is what counts; these guard against losses."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crypto_nlp.evaluate import Score, read_gold, score
from crypto_nlp.pipeline import extract

GOLD = Path(__file__).parent / "gold"
# Language -> F1 of claims found, F1 of claims right in every slot that decides.
FLOORS = {"ar": (0.83, 0.50), "en": (0.90, 0.64), "ru": (0.88, 0.58)}


def _score(lang: str) -> Score:
    gold = read_gold(GOLD / f"dev-{lang}.jsonl")
    answers: dict[str, dict[str, Any]] = {}
    for name, document in gold.items():
        claims = extract(document["text"], lang, date.fromisoformat(document["published"]))
        answers[name] = {"claims": [claim.as_record() for claim in claims]}
    return score(gold, answers)


@pytest.mark.parametrize("lang", FLOORS)
def test_floors_hold(lang: str) -> None:
    row = _score(lang).rows["all"]
    found, right = FLOORS[lang]
    assert row.bad_offsets == 0
    assert row.rates("found")[2] >= found
    assert row.rates("right")[2] >= right
