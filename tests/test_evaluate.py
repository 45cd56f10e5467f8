"""`evaluate` against the project's reference scorer: the same table, on gold that was spoilt in many ways."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from crypto_nlp.errors import InputError
from crypto_nlp.evaluate import read_documents, read_gold, report, same_name, same_value, same_when, score

GOLD = sorted((Path(__file__).parent / "gold").glob("*.jsonl"))
SHARED = Path(__file__).resolve().parents[2] / "shared"
SCORER = SHARED / "score_claims.py"
NAMES = ["BTC", "bitcoin-miners", "mara", "bank-of-russia", "unnamed", None, "vaneck", "", "russia", "none"]
TIMES = ["2024", "2024-Q2", "2024-04/2024-06", "../2027", "2024-01-01/..", None, "2024-13", "soon"]


def _spoil(claim: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    claim = json.loads(json.dumps(claim))
    claim.pop("optional", None)
    slot = dice.choice(
        ["value", "subject", "source", "when", "measure", "negated", "condition", "details", "bound", "", ""]
    )
    if slot == "value":
        claim["value"] = _spoil_value(claim.get("value"), dice)
    elif slot in ("subject", "source"):
        claim[slot] = dice.choice(NAMES)
    elif slot == "when":
        claim["when"] = dice.choice(TIMES)
    elif slot == "negated":
        claim["negated"] = not claim.get("negated")
    elif slot == "condition":
        claim["condition"] = dice.choice([None, "if", (claim.get("condition") or "if it does")[:9]])
    elif slot == "details":
        claim["details"] = dict.fromkeys(claim.get("details") or {}, dice.choice(NAMES))
    elif slot:
        claim[slot] = "other"
    return claim


def _spoil_value(value: dict[str, Any] | None, dice: random.Random) -> dict[str, Any]:
    """A figure that is a little or much too large, or one where the gold has none."""
    if value is None:
        return {"low": 1, "high": 1, "unit": "percent"}
    return {**value, "low": value["low"] * dice.choice([1.004, 1.01, 1000])}


def _predict(document: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """Claims such as an extractor might make: some missing, some twice, some wrong, some out of place."""
    predicted = []
    for gold in document["claims"]:
        for _ in range(dice.choice([0, 1, 1, 1, 2])):
            claim = _spoil(gold, dice)
            at = document["text"].find(claim["sentence"]) + claim["sentence"].find(claim["anchor"])
            claim["start"] = at + dice.choice([0, 0, 0, 1, 40])
            claim["end"] = claim["start"] + len(claim["anchor"])
            predicted.append(claim)
    dice.shuffle(predicted)
    return {"id": document["id"], "lang": document["lang"], "claims": predicted}


def _write_predictions(gold: Path, target: Path, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - no secret depends on it
    documents = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines() if line.strip()]
    kept = documents[: max(1, len(documents) - 1)]  # the last one is left out, as by an extractor that died
    lines = [json.dumps(_predict(document, dice), ensure_ascii=False) for document in kept]
    target.write_text("\n".join(lines), encoding="utf-8")


def _reference(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, str(SCORER), "score", *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.skipif(not SCORER.exists(), reason="the reference scorer lies outside the repository, in ../shared")
@pytest.mark.parametrize("gold", GOLD, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_same_numbers_as_the_reference(gold: Path, tmp_path: Path) -> None:
    predictions = tmp_path / "predicted.jsonl"
    for seed in range(2):
        _write_predictions(gold, predictions, seed)
        ours = score(read_gold(gold), read_documents(predictions))
        assert report(ours, misses=5) + "\n" == _reference(str(gold), str(predictions), "--misses", "5")
        assert ours.as_record() == json.loads(_reference(str(gold), str(predictions), "--json"))


def test_gold_scores_itself_in_full() -> None:
    gold = read_gold(Path(__file__).parent / "gold" / "seed.jsonl")
    predicted = {}
    for name, document in gold.items():
        claims = []
        for claim in document["claims"]:
            start = document["text"].find(claim["sentence"]) + claim["sentence"].find(claim["anchor"])
            claims.append({**claim, "start": start, "end": start + len(claim["anchor"])})
        predicted[name] = {"claims": claims}
    row = score(gold, predicted).rows["all"]
    assert (row.gold, row.found, row.right, row.pred, row.bad_offsets) == (13, 13, 13, 13, 0)


def test_nothing_predicted_scores_nothing() -> None:
    gold = read_gold(GOLD[0])
    row = score(gold, {}).rows["all"]
    assert row.gold > 0
    assert (row.pred, row.found, row.rates("found")) == (0, 0, (0.0, 0.0, 0.0))


def test_names_values_and_times_agree_only_where_they_mean_the_same() -> None:
    assert same_name("mara", "mara-holdings")
    assert not same_name("BTC", "BTCS")
    assert not same_name("bitcoin-miners", "miners")
    assert not same_name("bank", "bank-of-russia")
    assert same_value({"low": 27, "high": 27, "unit": "GW"}, {"low": 27000, "high": 27000, "unit": "MW"})
    assert not same_value({"low": 27, "high": 27, "unit": "USD"}, {"low": 27, "high": 27, "unit": "EUR"})
    assert same_when("2024-Q2", "2024-04/2024-06")
    assert not same_when("2024", "../2024")


def test_what_is_no_gold_gets_a_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "gold.jsonl"
    broken.write_text('{"id": "a", "lang": "en", "text": "x", "claims": []}\n{"id": ', encoding="utf-8")
    with pytest.raises(InputError, match=r"gold\.jsonl:2: not JSON"):
        read_gold(broken)
    broken.write_text('{"id": "a"}', encoding="utf-8")
    with pytest.raises(InputError, match="has no lang, text, claims"):
        read_gold(broken)
    with pytest.raises(InputError, match="There is no file"):
        read_gold(tmp_path / "nothing.jsonl")
    broken.write_bytes(b"\xff\xfe\xfa")
    with pytest.raises(InputError, match="cannot be read as UTF-8"):
        read_gold(broken)
