"""Sentences of tests/sentences/claims_*.yaml give all of their claims and no other."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from crypto_nlp import pipeline

_FILES = sorted((Path(__file__).parent / "sentences").glob("claims_*.yaml"))
_DAY = "2024-08-12"


def _cases() -> list[Any]:
    return [
        pytest.param(file.stem.removeprefix("claims_"), case, id=str(case["text"])[:60])
        for file in _FILES
        for case in yaml.safe_load(file.read_text(encoding="utf-8"))
    ]


def _told(record: dict[str, Any]) -> dict[str, Any]:
    return {**record, **(record["value"] or {}), **record["details"]}


@pytest.mark.parametrize(("lang", "case"), _cases())
def test_a_sentence_gives_its_claims_and_no_other(lang: str, case: dict[str, Any]) -> None:
    published = date.fromisoformat(str(case.get("published", _DAY)))
    found = [_told(c.as_record()) for c in pipeline.extract(case["text"], lang, published)]
    wanted = [{"type": name, **slots} for claim in case["claims"] for name, slots in claim.items()]
    assert [{k: f.get(k) for k in w} for f, w in zip(found, wanted, strict=False)] == wanted
    assert [f["anchor"] for f in found[len(wanted) :]] == []
