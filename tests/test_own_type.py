"""A user adds a claim type and a name as files: it is extracted, stored, searched, drawn and digested."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from crypto_nlp import extract

RULES = Path(__file__).parent / "rules"
DAY = date(2024, 8, 12)
TEXT = {
    "en": "The staking yield of Quazkoin fell to 3.2% in July, crypto researchers say.",
    "ru": "Доходность стейкинга криптовалюты квазкоин в июле снизилась до 3,2%.",
    "ar": "تراجع عائد التخزين لعملة كوازكوين المشفرة إلى 3.2% في يوليو.",
}


@pytest.mark.parametrize("lang", TEXT)
def test_the_type_is_extracted_with_the_same_identity_in_every_language(lang: str) -> None:
    (claim,) = [c for c in extract(TEXT[lang], lang, DAY, rules=(RULES,)) if c.type == "staking_yield"]
    assert (claim.measure, claim.subject, claim.value.low if claim.value else None) == ("rate", "QZK", 3.2)
    (english,) = [c for c in extract(TEXT["en"], "en", DAY, rules=(RULES,)) if c.type == "staking_yield"]
    assert claim.claim_id == english.claim_id
    assert all(claim.gloss[code] for code in ("en", "ar", "ru"))
    assert not [c for c in extract(TEXT[lang], lang, DAY) if c.type == "staking_yield"]


def _run(*words: str) -> str:
    program = [sys.executable, "-m", "crypto_nlp", "--rules", str(RULES), *words]
    done = subprocess.run(program, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_type_is_stored_searched_drawn_and_digested(tmp_path: Path) -> None:
    ledger = str(tmp_path / "own.db")
    page = tmp_path / "note.txt"
    page.write_text("Staking note\n" + TEXT["en"], encoding="utf-8")
    _run("add", str(page), "--published", "2024-08-12", "--lang", "en", "--db", ledger)
    rows = [json.loads(line) for line in _run("search", "Quazkoin", "--db", ledger, "--format", "jsonl").splitlines()]
    assert "staking_yield" in {row["type"] for row in rows}
    trend = _run(
        "trends", "--type", "staking_yield", "--of", "mean", "--by", "month", "--db", ledger, "--format", "jsonl"
    )
    assert [json.loads(line)["value"] for line in trend.splitlines()] == [3.2]
    digest = _run("digest", "--db", ledger, "--since", "2024-08-01", "--until", "2024-08-31")
    assert "3.2%" in digest
