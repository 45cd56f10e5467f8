"""The model in use: what it reads, what it is asked, and that extraction goes on without it."""

from __future__ import annotations

import json
import logging
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from crypto_nlp.classifier import confidence
from crypto_nlp.classifier.answers import NOBODY
from crypto_nlp.classifier.confidence import Judge, features, judge
from crypto_nlp.classifier.marks import EVENT, SPOTS
from crypto_nlp.classifier.model import CHECKSUMS, FILES, NONE, SHIPPED, digest, load, shelf, verify
from crypto_nlp.errors import ModelError
from crypto_nlp.pipeline import Reading, extract, model_name

DAY = date(2024, 8, 12)
TEXTS = {
    "en": "Bitcoin miners lost $335 million in 2023. Marathon Digital raised $40 million from Galaxy Digital.",
    "ru": "Биткоин подорожал на 4% до $60 000. Госдума приняла закон о легализации майнинга.",
    "ar": "خسر معدنو البيتكوين 335 مليون دولار في عام 2023. وارتفع سعر البيتكوين 4% إلى 60 ألف دولار.",
}


def marked(text: str, lang: str = "en") -> list[str]:
    reading = Reading(text, lang, DAY, model=NONE)
    return [reading.page.mark(n).text for n in range(len(reading.sentences))]


def test_names_and_figures_are_read_by_kind() -> None:
    one = marked("Coinbase paid $40 million to Kraken in 2023.")
    other = marked("Binance paid $7 million to Bitfinex in 2021.")
    assert one == other
    assert "[organisation]" in one[0]
    assert "[money]" in one[0]
    assert "[when]" in one[0]


def test_what_an_author_writes_is_never_a_placeholder() -> None:
    (text,) = marked("Bitcoin [money] [event] rose 4%.")
    assert text.count("[money]") == 0
    assert text.count("[percent]") == 1


@pytest.mark.parametrize("lang", TEXTS)
def test_spots_stand_where_the_text_says(lang: str) -> None:
    reading = Reading(TEXTS[lang], lang, DAY, model=NONE)
    for n, sentence in enumerate(reading.sentences):
        one = reading.page.mark(n)
        assert sum(one.text.count(spot) for spot in SPOTS) == len(one.spots)
        assert all(sentence.start <= s.start < s.end <= sentence.end for s in one.spots)
    assert EVENT.strip("[]") in {s.kind for n in range(len(reading.sentences)) for s in reading.page.mark(n).spots} or (
        lang != "ru"
    )


@pytest.mark.parametrize("lang", TEXTS)
def test_a_model_changes_nothing_but_confidence(lang: str) -> None:
    bare = extract(TEXTS[lang], lang, DAY, model=NONE)
    asked = extract(TEXTS[lang], lang, DAY, model=SHIPPED)
    assert bare
    assert [replace(c, confidence=0) for c in asked] == [replace(c, confidence=0) for c in bare]
    assert all(0 < c.confidence < 1 for c in (*bare, *asked))
    assert extract(TEXTS[lang], lang, DAY, model=SHIPPED) == asked


def test_every_spot_has_one_answer_that_sums_to_one() -> None:
    reading = Reading(TEXTS["en"], "en", DAY, model=NONE)
    sentences = [reading.page.mark(n) for n in range(len(reading.sentences))]
    answers = load(SHIPPED).ask(sentences)
    assert [len(a) for a in answers] == [len(s.spots) for s in sentences]
    for answer in (one for of_sentence in answers for one in of_sentence):
        for shares in (answer.types, answer.modality, answer.subjects, answer.sources):
            assert sum(shares.values()) == pytest.approx(1)
        assert 0 < answer.negated < 1
        assert set(answer.modality) == {"fact", "forecast", "plan", "possible"}


def test_subjects_and_sources_are_pointed_at_among_the_names_nearby() -> None:
    reading = Reading(TEXTS["en"], "en", DAY, model=NONE)
    first, second = (reading.page.mark(n) for n in range(2))
    (of_first, *_), (of_second, *_) = load(SHIPPED).ask([first, second])
    assert set(of_first.subjects) == {NOBODY, "bitcoin-miners"}
    assert set(of_second.sources) == {NOBODY, "bitcoin-miners", "mara-holdings", "galaxy-digital"}


def test_names_stand_in_the_order_of_their_placeholders_also_where_the_sentence_before_is_cut() -> None:
    text = f"Kraken hired {'very ' * 60}good people from Coinbase. Binance bought 40 bitcoin."
    reading = Reading(text, "en", DAY, model=NONE)
    one = reading.page.mark(1)
    assert one.before.count("[organisation]") == 1
    assert [name.id for name in one.names] == ["coinbase", "binance"]
    assert [name.id for name in reading.page.mark(0).names] == ["kraken", "coinbase"]


def test_a_batch_answers_as_one_sentence_does() -> None:
    reading = Reading(TEXTS["en"], "en", DAY, model=NONE)
    sentences = [reading.page.mark(n) for n in range(len(reading.sentences))]
    model = load(SHIPPED)
    alone = [model.ask([one])[0] for one in sentences]
    for one, other in zip(model.ask(sentences), alone, strict=True):
        for a, b in zip(one, other, strict=True):
            # Activations are quantised over the whole batch, so its company moves an answer by a little.
            assert a.types == pytest.approx(b.types, abs=0.1)


def test_a_model_that_another_version_made_is_refused(copy: Path) -> None:
    settings = json.loads((copy / "labels.json").read_text(encoding="utf-8"))
    del settings["heads"]
    (copy / "labels.json").write_text(json.dumps(settings), encoding="utf-8")
    sums = json.loads((copy / CHECKSUMS).read_text(encoding="utf-8"))
    (copy / CHECKSUMS).write_text(json.dumps(sums | {"labels.json": digest(copy / "labels.json")}), encoding="utf-8")
    with pytest.raises(ModelError, match="another version"):
        load(str(copy))


def test_text_without_claims_asks_no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confidence, "asked", lambda *_: pytest.fail("a model was asked"))
    assert extract("The city opened a new bridge, which cost $40 million.", "en", DAY, model=SHIPPED) == []


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shelf() / SHIPPED, tmp_path / "model"))


@pytest.mark.parametrize("file", FILES)
def test_a_damaged_file_is_noticed(copy: Path, file: str) -> None:
    verify(copy)
    (copy / file).write_bytes((copy / file).read_bytes() + b" ")
    with pytest.raises(ModelError, match="damaged") as caught:
        load(str(copy))
    assert file in str(caught.value)


@pytest.mark.parametrize("fault", ["missing", "damaged"])
def test_rules_go_on_alone_and_say_so_once(
    copy: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    (copy / "model.onnx").write_bytes(b"no model")
    name = str(copy if fault == "damaged" else tmp_path / "nowhere")
    with caplog.at_level(logging.WARNING):
        first = extract(TEXTS["en"], "en", DAY, model=name)
        second = extract(TEXTS["en"], "en", DAY, model=name)
    assert len(caplog.records) == 1
    assert "\n" not in caplog.messages[0]
    assert first == second == extract(TEXTS["en"], "en", DAY, model=NONE)
    assert model_name(name) == ""


def test_which_model_it_was_is_known() -> None:
    assert model_name(SHIPPED) == SHIPPED
    assert model_name(NONE) == ""


def test_what_ships_is_small_and_told() -> None:
    folder = shelf() / SHIPPED
    assert sum(path.stat().st_size for path in folder.iterdir()) < 8_000_000
    assert {"README.md", "metrics.json"} <= {path.name for path in folder.iterdir()}


def test_confidence_without_a_model_follows_the_score() -> None:
    (claim, *_) = extract(TEXTS["en"], "en", DAY, model=NONE)
    weights = judge(NONE).rules
    low, high = (
        judge(NONE).probability(features(replace(claim, confidence=score), None), known=False) for score in (0.3, 0.9)
    )
    assert weights
    assert low < high


def test_without_any_weights_the_score_stands() -> None:
    (claim, *_) = extract(TEXTS["en"], "en", DAY, model=NONE)
    assert Judge({}, {}).probability(features(claim, None), known=False) == claim.confidence
