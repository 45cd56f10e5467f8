"""Search by meaning, with a tiny encoder made on the spot: one direction a topic, so that nearness is told by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import small_ledger
from click.testing import CliRunner, Result
from ledgers import article, claim, save
from tokenizers import Tokenizer, models, pre_tokenizers

from crypto_nlp.cli import cli
from crypto_nlp.errors import ModelError
from crypto_nlp.semantic import load_encoder, make_vectors
from crypto_nlp.store import open_store

onnx = pytest.importorskip("onnx", reason="the encoder of these tests is written with onnx (extra `train`)")

# Words to directions: two spellings of one topic share one.
TOPICS = {
    "pension": 0,
    "retirement": 0,
    "miners": 1,
    "hashers": 1,
    "platform": 2,
    "bitcoin": 3,
    "funds": 0,
}


def encoder(folder: Path, scale: float = 1.0) -> Path:
    """A folder with an encoder that sums up a sentence's topics."""
    words = {"[UNK]": 0} | {word: n for n, word in enumerate(TOPICS, 1)}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))  # noqa: S106 - a word, no password
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    folder.mkdir(parents=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    table = np.full((len(words), 5), 0.01, np.float32)
    for word, n in words.items():
        table[n, TOPICS.get(word, 4)] += scale if word in TOPICS else 0
    helper, kinds = onnx.helper, onnx.TensorProto
    ids = helper.make_tensor_value_info("input_ids", kinds.INT64, ["batch", "tokens"])
    mask = helper.make_tensor_value_info("attention_mask", kinds.INT64, ["batch", "tokens"])
    states = helper.make_tensor_value_info("last_hidden_state", kinds.FLOAT, ["batch", "tokens", 5])
    graph = helper.make_graph(
        [helper.make_node("Gather", ["table", "input_ids"], ["last_hidden_state"], axis=0)],
        "encoder",
        [ids, mask],
        [states],
        [onnx.numpy_helper.from_array(table, "table")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(folder / "model.onnx"))
    return folder


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def rows(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = small_ledger.build(tmp_path / "ledger.db")
    monkeypatch.setenv("CRYPTO_NLP_DB", str(path))
    monkeypatch.setenv("CRYPTO_NLP_ENCODER", str(encoder(tmp_path / "encoder")))
    return path


@pytest.mark.usefixtures("ledger")
def test_a_word_finds_what_means_the_same() -> None:
    """*Retirement* stands in no gloss; its neighbour does."""
    found = run("search", "retirement", "--semantic")
    assert "Made the vectors of 5 claims" in found.stderr
    ranked = rows(found)
    assert len(ranked) == 5
    assert ranked[0]["claim_id"] == "claim-pension"
    assert [row["similarity"] for row in ranked] == sorted((row["similarity"] for row in ranked), reverse=True)
    again = run("search", "retirement", "--semantic", "--limit", "1")
    assert "Made" not in again.stderr
    assert rows(again) == ranked[:1]


@pytest.mark.usefixtures("ledger")
def test_claims_like_a_claim_leave_it_out_and_take_filters() -> None:
    ranked = rows(run("search", "--like", "claim-139"))
    assert "claim-139" not in {row["claim_id"] for row in ranked}
    assert ranked[0]["claim_id"] == "claim-38"
    kept = rows(run("search", "--like", "claim-139", "--type", "adoption"))
    assert {row["type"] for row in kept} == {"adoption"}


def test_vectors_follow_claims(ledger: Path, tmp_path: Path) -> None:
    """A gloss that changed is read anew, a claim that went takes its vector along, another encoder has its own."""
    first = load_encoder(str(tmp_path / "encoder"))
    other = load_encoder(str(encoder(tmp_path / "other", 2.0)))
    assert first.name != other.name
    with open_store(ledger) as store:
        assert make_vectors(store, first) == make_vectors(store, other) == 5
        assert make_vectors(store, first) == 0
        text = "Title\nMiners earned $5 bn."
        made = claim(text, "$5 bn", "new", gloss={"en": "Miners earned $5 billion.", "ar": "", "ru": ""})
        save(store, article(text, url="https://example.org/new"), [made])
        assert make_vectors(store, first) == 1
        store.connection.execute("UPDATE claims SET gloss = json_set(gloss, '$.en', 'Hashers.') WHERE claim_id = 'new'")
        assert make_vectors(store, first) == 1
        store.connection.execute("DELETE FROM mentions WHERE claim = (SELECT id FROM claims WHERE claim_id = 'new')")
        store.connection.execute("DELETE FROM claims WHERE claim_id = 'new'")
        assert store.connection.execute("SELECT count(*) FROM vectors").fetchone()[0] == 10


def test_padding_changes_nothing(tmp_path: Path) -> None:
    made = load_encoder(str(encoder(tmp_path / "encoder")))
    alone = made.encode(["pension"])
    beside = made.encode(["pension", "miners platform bitcoin funds pension"])
    assert np.allclose(alone[0], beside[0])
    assert np.allclose(np.linalg.norm(beside, axis=1), 1)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("retirement", "--semantic", "--encoder", ""), 1, "none ships"),
        (("retirement", "--semantic", "--encoder", "."), 1, "no tokenizer.json"),
        (("--semantic",), 1, "needs words"),
        (("--like", "nothing"), 1, "There is no claim nothing"),
        (("word", "--like", "claim-139"), 2, "leave QUERY out"),
        (("word", "--semantic", "--like", "claim-139"), 2, "give one of them"),
        (("word", "--semantic", "--sort", "newest"), 2, "--sort does not go"),
    ],
)
@pytest.mark.usefixtures("ledger")
def test_what_cannot_be_is_said(arguments: tuple[str, ...], code: int, said: str) -> None:
    result = run("search", *arguments)
    assert (result.exit_code, said in result.stderr) == (code, True), result.stderr


def test_a_damaged_encoder_and_an_id_without_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = encoder(tmp_path / "encoder")
    (folder / "model.onnx").write_bytes(b"no graph")
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_encoder(str(folder))
    (folder / "model.onnx").unlink()
    with pytest.raises(ModelError, match=r"neither model\.onnx nor weights"):
        load_encoder(str(folder))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match="no such encoder can be had"):
        load_encoder("nobody/no-such-encoder-here")


def test_pytorch_weights_and_first_token_pooling(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="needs the extra `train`")
    transformers = pytest.importorskip("transformers")
    folder = encoder(tmp_path / "encoder")
    (folder / "model.onnx").unlink()
    torch.manual_seed(1)
    config = transformers.BertConfig(
        vocab_size=9, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8
    )
    transformers.BertModel(config).save_pretrained(folder)
    mean = load_encoder(str(folder)).encode(["pension funds", "miners"])
    assert mean.shape == (2, 8)
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling" / "config.json").write_text('{"pooling_mode_cls_token": true}', encoding="utf-8")
    first = load_encoder(str(folder)).encode(["pension funds", "miners"])
    assert not np.allclose(mean, first)
