"""The spaCy components and the names that the package shows."""

from __future__ import annotations

from datetime import date

import pytest
import spacy

import crypto_nlp
from crypto_nlp import components
from crypto_nlp.errors import InputError

TEXT = {
    "en": "Bitcoin fell 5% to $61,000 on Monday.",
    "ru": "Биткоин в понедельник подешевел на 5%, до $61 000.",
    "ar": "تراجع سعر البيتكوين 5% إلى 61 ألف دولار يوم الاثنين.",
}


@pytest.mark.parametrize("lang", TEXT)
def test_a_claims_component_alone_reads_what_it_needs(lang: str) -> None:
    components.load(lang)  # the factories register themselves here, and by entry point once the package is installed
    nlp = spacy.blank(lang)
    nlp.add_pipe("crypto_claims", config={"published": "2024-08-13"})
    doc = nlp(TEXT[lang])
    assert {(c.type, c.value.low, c.when) for c in doc._.claims if c.value} == {
        ("price_change", 5.0, "2024-08-12"),
        ("price", 61000.0, "2024-08-12"),
    }
    for claim in doc._.claims:
        assert doc.text[claim.start : claim.end] == claim.anchor


def test_load_shows_every_stage_and_the_day_of_the_doc_counts() -> None:
    nlp = crypto_nlp.load("en")
    doc = nlp.make_doc(TEXT["en"])
    doc._.published = date(2023, 5, 3)
    for _, pipe in nlp.pipeline:
        doc = pipe(doc)
    assert [t.when for t in doc._.crypto_times] == ["2023-05-01"]
    assert {c.when for c in doc._.claims} == {"2023-05-01"}
    assert [n.id for n in doc._.crypto_names] == ["BTC"]
    assert len(doc._.crypto_quantities) == 2
    assert len(doc._.crypto_sentences) == 1


def test_extract_gives_the_same_claims_as_the_pipeline() -> None:
    nlp = crypto_nlp.load("ru")
    nlp.get_pipe("crypto_claims").published = date(2024, 8, 13)
    nlp.get_pipe("crypto_sentences").published = date(2024, 8, 13)
    assert list(nlp(TEXT["ru"])._.claims) == crypto_nlp.extract(TEXT["ru"], "ru", date(2024, 8, 13))


def test_a_language_without_rules_is_refused_with_a_sentence() -> None:
    with pytest.raises(InputError, match="choose one of ar, en, ru"):
        crypto_nlp.load("de")
    with pytest.raises(InputError, match="this pipeline is for 'de'"):
        components.Stage("claims", "de", None, ())


def test_the_package_has_no_other_names() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = crypto_nlp.nothing
