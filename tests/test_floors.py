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


@pytest.mark.parametrize(("name", "lang"), [(name, lang) for name in sorted(FLOORS) for lang in sorted(FLOORS[name])])
def test_nothing_falls_below_its_floor(name: str, lang: str) -> None:
    gold = read_gold(HERE / "gold" / f"{name}-{lang}.jsonl")
    predicted = {}
    for key, document in gold.items():
        claims = extract(document["text"], lang, date.fromisoformat(document["published"]))
        for claim in claims:
            assert document["text"][claim.start : claim.end] == claim.anchor
        predicted[key] = {"claims": [claim.as_record() for claim in claims]}
    rows = score(gold, predicted).rows
    fallen = {}
    for kind, floors in FLOORS[name][lang].items():
        tally = rows[f"{lang}/{kind}" if kind != "all" else "all"]
        for rate, floor in floors.items():
            if tally.rates(rate)[2] < floor:
                fallen[kind, rate] = (tally.rates(rate)[2], floor)
    assert not fallen
