"""Who says it, how sure it is, what is denied, on what it hangs: own sentences in three languages."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml

from crypto_nlp import sentences
from crypto_nlp.claims import attribution, mood
from crypto_nlp.claims.reference import resolve
from crypto_nlp.mentions import cues
from crypto_nlp.records import Cue, CueKind, Name, Sentence
from crypto_nlp.rules import cues as cue_rules
from crypto_nlp.rules import sentences as sentence_rules
from crypto_nlp.text import Text

LANGUAGES = files("crypto_nlp") / "data" / "languages"
FOLDER = Path(__file__).parent / "sentences"


def _read(text: str, lang: str) -> tuple[Text, tuple[Sentence, ...], tuple[Cue, ...]]:
    view = Text.of(text, lang)
    spans = sentences.split(view, sentence_rules.load(LANGUAGES, lang))
    return view, spans, cues.read(view, spans, cue_rules.load(LANGUAGES, lang))


def _names(text: str, known: dict[str, dict[str, Any]]) -> list[Name]:
    """The names of the list that stand in the text, the longer one where two overlap."""
    found: list[Name] = []
    for form in sorted(known, key=len, reverse=True):
        fields = known[form]
        at = text.find(form)
        while at >= 0:
            end = at + len(form)
            if not any(n.start < end and at < n.end for n in found):
                tags = frozenset(fields.get("tags", ()))
                found.append(Name(at, end, form, fields["id"], fields["kind"], tags=tags, house=fields.get("house")))
            at = text.find(form, end)
    return sorted(found, key=lambda n: n.start)


def _cases() -> list[Any]:
    found = []
    for lang in ("en", "ru", "ar"):
        file = yaml.safe_load((FOLDER / f"cues_{lang}.yaml").read_text(encoding="utf-8"))
        for number, case in enumerate(file["sentences"], 1):
            found.append(pytest.param(lang, file["names"], case, id=f"{lang}-{number}"))
    return found


@pytest.mark.parametrize(("lang", "known", "case"), _cases())
def test_own_sentence(lang: str, known: dict[str, dict[str, Any]], case: dict[str, Any]) -> None:
    text = case["text"]
    view, spans, found = _read(text, lang)
    names = _names(text, known)
    start = text.index(case["of"])
    end = start + len(case["of"])
    if "by" in case:
        credited = attribution.assign(view, spans, names, found, cue_rules.load(LANGUAGES, lang))
        assert credited.source_at(start, end).source == case["by"]
    kind = case.get("kind", "figure")
    own = next(s for s in spans if s.start <= start < s.end)
    here = [c for c in found if own.start <= c.start < own.end]
    figure = kind in ("figure", "deed")
    target = mood.Target((start, end), (start, end), figure, kind != "figure", rule=kind == "rule")
    felt = mood.judge(view, here, target)
    if "mood" in case:
        assert felt.modality == case["mood"]
    if "denied" in case:
        assert felt.negated == case["denied"]
    if "if" in case:
        assert felt.condition == case["if"]


def test_at_least_sixty_sentences_a_language() -> None:
    for lang in ("en", "ru", "ar"):
        file = yaml.safe_load((FOLDER / f"cues_{lang}.yaml").read_text(encoding="utf-8"))
        assert len(file["sentences"]) >= 60


def test_the_frames_of_statements_name_holder_sense_and_words() -> None:
    text = "Alex Thorn warned that fees would double."
    view, spans, found = _read(text, "en")
    names = [Name(0, 10, "Alex Thorn", "alex-thorn", "person", house="galaxy-digital")]
    credited = attribution.assign(view, spans, names, found, cue_rules.load(LANGUAGES, "en"))
    ((cue, source, start, end),) = credited.frames()
    assert (cue.sense, source) == ("warns", "alex-thorn")
    assert "fees would double" in text[start:end]
    assert credited.is_holder(names[0])
    speaker = credited.holder_of(cue)
    assert speaker is not None
    assert speaker.house == "galaxy-digital"


def test_a_referring_word_means_the_subject_of_the_nearest_fitting_sentence() -> None:
    names = [
        Name(0, 5, "Riot", "riot-platforms", "organisation", frozenset(("company", "miner"))),
        Name(20, 24, "Dell", "dell", "organisation", frozenset(("company",))),
        Name(40, 44, "ESMA", "esma", "organisation", frozenset(("regulator",))),
    ]
    spans = (Sentence(0, 30), Sentence(31, 60), Sentence(61, 90))
    company = resolve("company", names, 70, spans)
    regulator = resolve("regulator", names, 70, spans)
    assert company is not None
    assert company.id == "riot-platforms"
    assert regulator is not None
    assert regulator.id == "esma"
    assert resolve("person", names, 70, spans) is None


def test_a_word_without_a_name_before_it_means_nobody() -> None:
    assert resolve("company", [], 10, (Sentence(0, 20),)) is None
    assert resolve("bill", [Name(0, 4, "Riot", "riot-platforms", "organisation")], 10) is None


def test_an_endless_sentence_of_cues_takes_linear_time() -> None:
    import time

    rules = cue_rules.load(LANGUAGES, "en")
    spent = []
    for size in (400, 1600):
        text = "He said that if it may, according to Riot, " * size
        view = Text.of(text, "en")
        whole = (Sentence(0, len(text)),)
        names = [Name(m, m + 4, "Riot", "riot-platforms", "organisation") for m in range(37, len(text), 43)]
        began = time.perf_counter()
        found = cues.read(view, whole, rules)
        attribution.assign(view, whole, names, found, rules)
        spent.append(time.perf_counter() - began)
    assert any(c.kind is CueKind.CONDITION for c in found)
    assert spent[1] < 12 * spent[0] + 0.5
