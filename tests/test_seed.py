"""The project's first text, an Arabic article on miners, read in full; and the same article with everything exchanged.

Exchanging figures, years and names must exchange the claims and nothing else: no rule may know this article.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crypto_nlp import pipeline
from crypto_nlp.evaluate import score

SEED = Path(__file__).resolve().parents[2] / "shared" / "gold" / "seed.jsonl"

pytestmark = pytest.mark.skipif(not SEED.exists(), reason="the seed lies outside the repository, in ../shared")

Pairs = tuple[tuple[str, str], ...]

# What stands in the text, and in the claims beside it, against what takes its place.
FIGURES: Pairs = (
    ("38 مليار", "41 مليار"),
    ("38000000000", "41000000000"),
    ("13.9 مليار", "12.6 مليار"),
    ("13900000000", "12600000000"),
    ("تخصيص 20%", "تخصيص 25%"),
    ("80%", "75%"),
    ('"low": 80, "high": 80', '"low": 75, "high": 75'),
    ("90%", "93%"),
    ('"low": 90, "high": 90', '"low": 93, "high": 93'),
    ("4 سنوات", "6 سنوات"),
    ('"low": 4, "high": 4, "unit": "year"', '"low": 6, "high": 6, "unit": "year"'),
    ("عامين إلى ثلاثة أعوام", "ثلاثة إلى أربعة أعوام"),
    ('"low": 2, "high": 3, "unit": "year"', '"low": 3, "high": 4, "unit": "year"'),
)
YEARS: Pairs = (
    ("عام 2027", "عام 2029"),
    ("../2027", "../2029"),
    ("سبتمبر 2022", "نوفمبر 2021"),
    ("2022-09", "2021-11"),
    ("أبريل 2024", "مايو 2020"),
    ("2024-04", "2020-05"),
    ("في عام 2024", "في عام 2025"),
    ('"when": "2024"', '"when": "2025"'),
)
NAMES: Pairs = (
    ("Vaneck", "Grayscale"),
    ('"vaneck"', '"grayscale"'),
    ("شركة برنشتاين", "شركة كايكو"),
    ('"bernstein"', '"kaiko"'),
    ("Ethereum", "Solana"),
    ('"ETH"', '"SOL"'),
    ("مجلس دوما الدولة الروسي", "البرلمان التركي"),
    ("عملات رقمية روسية", "عملات رقمية تركية"),
    ('"state-duma"', '"turkish-parliament"'),
    ('"russia"', '"turkey"'),
    ('"RU"', '"TR"'),
    ("صناديق التقاعد", "صناديق التحوط"),
    ('"pension-funds"', '"hedge-funds"'),
    ('"pension_fund"', '"hedge_fund"'),
)
OTHER_NAMES: Pairs = (
    ("شركة Vaneck", "شركة كوين شيرز"),
    ("Vaneck", "كوين شيرز"),
    ('"vaneck"', '"coinshares"'),
    ("برنشتاين", "تشيناليسيس"),
    ('"bernstein"', '"chainalysis"'),
    ("شركة Ethereum", "شبكة كاردانو"),
    ('"ETH"', '"ADA"'),
    ("مجلس دوما الدولة الروسي", "الكونغرس الأمريكي"),
    ("عملات رقمية روسية", "عملات رقمية أمريكية"),
    ('"state-duma"', '"us-congress"'),
    ('"russia"', '"united-states"'),
    ('"RU"', '"US"'),
    ("صناديق التقاعد", "الصناديق السيادية"),
    ('"pension-funds"', '"sovereign-funds"'),
    ('"pension_fund"', '"sovereign_fund"'),
)
EXCHANGES = {
    "as it is": (),
    "figures": FIGURES,
    "years": YEARS,
    "names": NAMES,
    "other names": OTHER_NAMES,
    "figures, years and names": FIGURES + YEARS + NAMES,
    "figures, years and other names": FIGURES + YEARS + OTHER_NAMES,
}


def _exchanged(pairs: Pairs) -> dict[str, Any]:
    line = SEED.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in line, f"{old} stands neither in the text nor in its claims"
        line = line.replace(old, new)
    document: dict[str, Any] = json.loads(line)
    return document


@pytest.mark.parametrize("pairs", EXCHANGES.values(), ids=EXCHANGES.keys())
def test_every_claim_is_found_and_right_and_none_is_invented(pairs: Pairs) -> None:
    """Thirteen claims, or fourteen with the one that the gold leaves open."""
    document = _exchanged(pairs)
    claims = pipeline.extract(document["text"], document["lang"], date.fromisoformat(document["published"]))
    result = score({document["id"]: document}, {document["id"]: {"claims": [c.as_record() for c in claims]}})
    assert [(f.what, f.gold, f.predicted) for f in result.faults] == []
    total = result.rows["all"]
    assert (total.gold, total.found, total.right, total.bad_offsets) == (13, 13, 13, 0)


def test_a_question_about_the_figures_states_none_of_them() -> None:
    """The sentences of the article as questions claim nothing."""
    document = _exchanged(())
    asked = document["text"].replace(".\n", "؟\n").removesuffix(".") + "؟"
    asked = asked.replace(". ", "؟ ")
    claims = pipeline.extract(asked, document["lang"], date.fromisoformat(document["published"]))
    assert [c.anchor for c in claims] == []
