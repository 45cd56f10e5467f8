"""Training: labels from gold, calibration, and a whole run on a handful of documents. Torch is in the train extra."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crypto_nlp.classifier.answers import NOBODY, Answer
from crypto_nlp.classifier.confidence import features
from crypto_nlp.classifier.model import NONE, load
from crypto_nlp.training import calibrate
from crypto_nlp.training.calibrate import Judged
from crypto_nlp.training.examples import UNKNOWN, Part, lesson
from crypto_nlp.training.lexicon import lessons
from crypto_nlp.training.measure import folds_of, heads

SENTENCE = "Bitcoin miners lost $335 million in 2023, and the fair had 40 stands."


def document(number: int = 0, **claim: Any) -> dict[str, Any]:
    told = {
        "type": "earnings",
        "measure": "loss",
        "anchor": "$335 million",
        "sentence": SENTENCE,
        "subject": "bitcoin-miners",
        "value": {"low": 335e6, "high": 335e6, "unit": "USD"},
    }
    return {
        "id": f"own-{number}",
        "lang": "en",
        "published": "2024-08-12",
        "text": f"{SENTENCE} Parliament passed a law that bans crypto mining.",
        "claims": [told | claim],
    }


def test_labels_come_from_gold_by_overlap() -> None:
    (first, *_) = lesson(document()).examples
    by_text = dict(zip([SENTENCE[s.start : s.end] for s in first.sentence.spots], first.labels, strict=True))
    assert by_text["$335 million"] == "earnings"
    assert NONE in by_text.values()


def test_optional_gold_teaches_nothing() -> None:
    (first, *_) = lesson(document(optional=True)).examples
    assert UNKNOWN in first.labels
    assert "earnings" not in first.labels


def test_gold_says_mood_denial_subject_and_source_of_a_spot() -> None:
    denied = document(modality="plan", negated=True, source="unnamed", source_alt="reuters")
    (first, *_) = lesson(denied).examples
    told = dict(zip(first.labels, first.parts, strict=True))
    assert told["earnings"] == Part("plan", negated=True, subject="bitcoin-miners", sources=("reuters",))
    assert told[NONE] is None


def test_rules_and_model_are_measured_on_the_same_slots() -> None:
    one = lesson(document(subject="kraken", modality="plan"))
    nobody = {NOBODY: 1.0}
    told = Answer({"earnings": 1.0}, {"plan": 0.6, "fact": 0.4}, 0.7, nobody, nobody)
    found = heads([one], [[[told for _ in e.sentence.spots] for e in one.examples]])
    assert "subject" not in found  # no name nearby is the right one
    assert found["modality"] == {"claims": 1, "rules": 0.0, "model": 1.0}
    assert found["negated"] == {"claims": 1, "rules": 1.0, "model": 0.0}
    assert found["source"] == {"claims": 1, "rules": 1.0, "model": 1.0}


def test_lessons_are_no_gold_to_be_measured_on(gold: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "tests" / "gold"
    folder.mkdir(parents=True)
    gold.rename(folder / "lessons-en.jsonl")
    monkeypatch.chdir(tmp_path)
    from crypto_nlp.cli import cli
    from crypto_nlp.errors import InputError

    with pytest.raises(InputError, match="There is no gold"):
        CliRunner().invoke(cli, ["models", "evaluate"], catch_exceptions=False, standalone_mode=False)


def test_words_of_the_claim_types_are_lessons_in_every_language() -> None:
    found = lessons(1)
    assert len(found) > 1000
    assert found == lessons(1)
    assert all(len(one.labels) == len(one.sentence.spots) == 2 for one in found)


def test_a_vocabulary_is_the_same_in_every_process() -> None:
    program = (
        "from crypto_nlp.training.lexicon import lessons\n"
        "from crypto_nlp.training.network import vocabulary\n"
        "print(vocabulary((one.sentence.text for one in lessons(1)), 2000).to_str())"
    )
    root = Path(__file__).parents[1]
    made = {
        subprocess.run([sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True).stdout
        for _ in range(3)
    }
    assert len(made) == 1


def test_folds_hold_every_document_once() -> None:
    folds = folds_of(11, 3, seed=1)
    assert sorted(n for fold in folds for n in fold) == list(range(11))
    assert folds == folds_of(11, 3, seed=1)


def cases(told: float, share: float, count: int = 200) -> list[Judged]:
    given = {"score": told, "figure": 1.0, "figure score": math.log(told / (1 - told))}
    return [Judged(given, n < share * count, "en", n) for n in range(count)]


def test_calibration_says_what_happened() -> None:
    seen = cases(0.6, 0.5) + cases(0.9, 0.95)
    weights = calibrate.fit(seen, calibrate.RULES)
    low, high = (calibrate.chance(weights, case.features) for case in (seen[0], seen[-1]))
    assert low == pytest.approx(0.5, abs=0.05)
    assert high == pytest.approx(0.95, abs=0.05)


def test_quality_of_probabilities() -> None:
    right = [True, True, False]
    assert calibrate.brier([1, 1, 0], right) == 0
    assert calibrate.ranking([0.9, 0.8, 0.1], right) == 1
    assert calibrate.ranking([0.5, 0.5, 0.5], right) == 0.5
    assert calibrate.error_of(calibrate.reliability([0.75] * 4, [True] * 3 + [False])) == 0


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    path = tmp_path / "gold.jsonl"
    path.write_text("".join(json.dumps(document(n)) + "\n" for n in range(4)), encoding="utf-8")
    return path


def run(*arguments: str) -> dict[str, Any]:
    from crypto_nlp.cli import cli

    done = CliRunner().invoke(cli, ["models", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def tiny_checkpoint(folder: Path) -> Path:
    """A BERT of a few thousand weights with a vocabulary of letters, as somebody else might have left it."""
    import transformers

    letters = [*"abcdefghijklmnopqrstuvwxyz0123456789$.,"]
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(words), encoding="utf-8")
    transformers.BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16
    )
    transformers.BertForTokenClassification(config).save_pretrained(folder)
    return folder


@pytest.mark.filterwarnings("ignore")  # torch and its exporter warn of their own plans
def test_a_checkpoint_that_a_user_names_is_trained_shipped_and_asked(gold: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="torch is in the train extra, which is not installed")
    pytest.importorskip("onnxscript", reason="onnxscript is in the train extra, which is not installed")
    base, out = tiny_checkpoint(tmp_path / "base"), tmp_path / "own"
    options = ["--base", str(base), "--name", "own", "--folds", "2", "--epochs", "1", "-q", "-o", str(out)]
    lessons = tmp_path / "lessons.jsonl"
    lessons.write_text(json.dumps(document(9)) + "\n", encoding="utf-8")
    metrics = run("train", str(gold), "--lessons", str(lessons), *options)
    assert metrics["documents"] == 4
    assert metrics["lessons"] == len(lesson(document()).examples)
    assert set(metrics["confidence"]) == {"bare score", "rules", "rules and model"}
    model = load(str(out))
    assert model.name == "own"
    (first, *_) = lesson(document()).examples
    answers = model.ask([first.sentence])[0]
    assert len(answers) == len(first.labels)
    assert sum(answers[0].types.values()) == pytest.approx(1)
    assert set(answers[0].subjects) == {NOBODY, "bitcoin-miners"}
    measured = run("evaluate", str(gold), "--model", str(out))
    assert measured["model"] == "own"
    assert measured["found"]["rules"]["all"]["gold"] == 4


@pytest.mark.filterwarnings("ignore")  # likewise
def test_one_seed_gives_the_same_files_and_confidences_come_from_unseen_gold(gold: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="torch is in the train extra, which is not installed")
    pytest.importorskip("onnxscript", reason="onnxscript is in the train extra, which is not installed")
    base, unseen = tiny_checkpoint(tmp_path / "base"), tmp_path / "unseen.jsonl"
    # Where nothing that the rules read is gold, every claim of theirs is wrong, and confidence must say so.
    bare = [document(n) | {"id": f"unseen-{n}", "claims": []} for n in range(12)]
    unseen.write_text("".join(json.dumps(one) + "\n" for one in bare), encoding="utf-8")
    options = ["--base", str(base), "--folds", "2", "--epochs", "1", "-q"]
    for out in ("one", "other"):
        run("train", str(gold), "--unseen", str(unseen), *options, "--name", "own", "-o", str(tmp_path / out))
    (tmp_path / "seen").mkdir()  # a model is made again where it stands
    run("train", str(gold), *options, "--name", "own", "-o", str(tmp_path / "seen"))
    for name in ("model.onnx", "tokenizer.json", "calibration.json", "README.md"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes(), name
    (claim, *_) = lesson(document()).claims
    chances = []
    for out in ("one", "seen"):
        weights = json.loads((tmp_path / out / "calibration.json").read_text(encoding="utf-8"))["rules"]
        chances.append(calibrate.chance(weights, features(claim, None)))
    assert chances[0] < 0.3
    assert chances[1] > 0.6
    assert "On text that is kept apart" in (tmp_path / "one" / "README.md").read_text(encoding="utf-8")


def test_training_without_torch_says_what_to_install(gold: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from crypto_nlp.cli import cli
    from crypto_nlp.errors import ModelError

    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(ModelError, match="Training needs torch"):
        CliRunner().invoke(cli, ["models", "train", str(gold)], catch_exceptions=False, standalone_mode=False)
