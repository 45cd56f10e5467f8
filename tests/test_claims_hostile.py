"""Texts made to be slow or to break: each is read to its end, and every offset holds."""

from __future__ import annotations

from datetime import date

import pytest

from crypto_nlp import extract

DAY = date(2024, 8, 12)
HOSTILE = {
    "ten thousand numbers": ("en", "Bitcoin " + " ".join(f"fell {n % 90}%" for n in range(10_000))),
    "one endless sentence": ("en", "bitcoin rose and ether fell and " * 10_000),
    "nested quotes": ("en", "Bitcoin " + "“" * 8_000 + " 5% " + "”" * 8_000),
    "conditions in conditions": ("en", "If bitcoin falls if " * 5_000),
    "full stops": ("en", "Bitcoin " + "..." * 20_000),
    "brackets": ("ru", "Биткоин " + "(" * 20_000 + "5%" + ")" * 20_000),
    "marks that no letter carries": ("ar", "بيتكوين 5% " + "\u064b\u0651\u200f" * 20_000),
    "a number without end": ("en", "Bitcoin " + "9," * 40_000),
    "empty lines": ("ru", "Биткоин\n" * 10_000),
    "nothing": ("en", ""),
    "no letter": ("ar", "\x00\ufeff\ud83d\n\u2028"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_read_to_its_end(name: str) -> None:
    lang, text = HOSTILE[name]
    for claim in extract(text, lang, DAY):
        assert text[claim.start : claim.end] == claim.anchor
        assert claim.sentence_start <= claim.start < claim.end <= claim.sentence_end


def test_a_megabyte_of_news_gives_what_its_sentences_give() -> None:
    sentence = "Bitcoin fell 5% to $61,000 on Monday, said John Smith of Kaiko.\n"
    once = extract(sentence, "en", DAY)
    copies = 1_000_000 // len(sentence)
    claims = extract(sentence * copies, "en", DAY)
    assert len(claims) == copies * len(once)
    assert {c.claim_id for c in claims} == {c.claim_id for c in once}
