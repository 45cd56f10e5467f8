"""What the extractor can do it goes on being able to do: floors on the gold in tests/gold."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from crypto_nlp import extract
from crypto_nlp.evaluate import read_gold, score

HERE = Path(__file__).parent
FLOORS = yaml.safe_load((HERE / "floors.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("lang", sorted(FLOORS))
def test_no_type_falls_below_its_floor(lang: str) -> None:
    gold = read_gold(HERE / "gold" / f"dev-{lang}.jsonl")
    predicted = {}
    for key, document in gold.items():
        claims = extract(document["text"], lang, date.fromisoformat(document["published"]))
        for claim in claims:
            assert document["text"][claim.start : claim.end] == claim.anchor
        predicted[key] = {"claims": [claim.as_record() for claim in claims]}
    rows = score(gold, predicted).rows
    fallen = {}
    for kind, floors in FLOORS[lang].items():
        tally = rows[f"{lang}/{kind}" if kind != "all" else "all"]
        for name, floor in floors.items():
            if tally.rates(name)[2] < floor:
                fallen[kind, name] = (tally.rates(name)[2], floor)
    assert not fallen
