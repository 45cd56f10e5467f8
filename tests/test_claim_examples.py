"""Every example of the claim types gives its claims; no counter-example gives a claim of its type."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from crypto_nlp import pipeline
from crypto_nlp.rules.load import claim_types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crypto_nlp.rules.claims import Example

_DAY = date(2024, 8, 12)

Wanted = dict[str, str | float | int | bool | None]


def _slots(record: dict[str, object]) -> dict[str, object]:
    value = record.get("value")
    details = record.get("details")
    return {
        "negated": False,
        **record,
        **(value if isinstance(value, dict) else {}),
        **(details if isinstance(details, dict) else {}),
    }


def _says(found: dict[str, object], wanted: Wanted) -> bool:
    slots = _slots(found)
    return all(
        slots.get(k) == pytest.approx(v) if isinstance(v, float) else slots.get(k) == v for k, v in wanted.items()
    )


def _examples() -> Iterator[tuple[str, str, Example]]:
    for name, claim_type in claim_types().items():
        for lang, words in claim_type.words.items():
            yield from ((name, lang, example) for example in words.examples)


def _counter_examples() -> Iterator[tuple[str, str, str]]:
    for name, claim_type in claim_types().items():
        for lang, words in claim_type.words.items():
            yield from ((name, lang, text) for text in words.counter_examples)


@pytest.mark.parametrize(("name", "lang", "example"), list(_examples()))
def test_an_example_gives_its_claims(name: str, lang: str, example: Example) -> None:
    claims = pipeline.extract(example.text, lang, date.fromisoformat(example.published))
    found = [c.as_record() for c in claims]
    for wanted in example.claims:
        assert any(_says(record, {"type": name, **wanted}) for record in found), (wanted, found)


@pytest.mark.parametrize(("name", "lang", "text"), list(_counter_examples()))
def test_a_counter_example_gives_no_claim_of_its_type(name: str, lang: str, text: str) -> None:
    assert [c.anchor for c in pipeline.extract(text, lang, _DAY) if c.type == name] == []


def test_every_type_has_english_examples_that_want_something() -> None:
    wanting = {name for name, lang, example in _examples() if lang == "en" and example.claims}
    assert wanting == {name for name, claim_type in claim_types().items() if claim_type.frame.claim}
