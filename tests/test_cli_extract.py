"""`extract`, `explain` and `evaluate` on the command line: kinds of input, what is printed, bad input."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crypto_nlp.cli import cli
from crypto_nlp.evaluate import read_gold, report, score

TEXT = "Bitcoin miners lost $335 million in 2023.\nThe Bank of Russia is a central bank."
GOLD = Path(__file__).parent / "gold" / "seed.jsonl"
RECORD = (
    *("type", "measure", "anchor", "sentence", "subject", "value", "bound", "per", "when", "condition", "source"),
    *("modality", "negated", "details", "start", "end", "sentence_start", "sentence_end", "confidence", "gloss"),
    *("gloss_ar", "gloss_ru", "claim_id"),
)


def run(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(cli, list(arguments), **options)


def extracted(*arguments: str, **options: Any) -> list[dict[str, Any]]:
    found = run("extract", *arguments, **options)
    assert found.exit_code == 0, found.stderr
    return [json.loads(line) for line in found.stdout.splitlines()]


def test_text_from_standard_input() -> None:
    (document,) = extracted("--published", "2024-08-12", input=TEXT)
    assert (document["id"], document["lang"]) == ("-", "en")
    (claim,) = document["claims"]
    assert tuple(claim) == RECORD
    assert TEXT[claim["start"] : claim["end"]] == claim["anchor"] == "$335 million"
    assert (claim["type"], claim["measure"], claim["value"]["low"], claim["when"]) == (
        "earnings",
        "loss",
        335000000,
        "2023",
    )
    assert claim["claim_id"]
    assert claim["gloss"]


def test_documents_in_json_lines_keep_their_order(tmp_path: Path) -> None:
    path = tmp_path / "documents"
    documents = [
        {"id": "one", "lang": "ru", "published": "2024-08-12", "text": "Биткоин вчера подорожал на 5%."},
        {"id": "two", "text": "Bitcoin rose 5% yesterday.", "published": "2024-01-02T23:00:00+03:00"},
        {"text": "ニュース", "lang": "ja"},
    ]
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in documents), encoding="utf-8")
    found = extracted(str(path), "--input", "jsonl")
    assert [one["id"] for one in found] == ["one", "two", f"{path}:3"]
    assert [claim["when"] for one in found for claim in one["claims"]] == ["2024-08-11", "2024-01-01"]
    assert found[2]["claims"] == []
    assert extracted(str(path)) == found  # what a file is shows in its first line too


def test_html_carries_the_text_that_offsets_go_by(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    body = "".join(
        f"<p>{line} It was a hard year for the whole industry, as the figures show.</p>" for line in TEXT.split("\n")
    )
    page.write_text(f"<html lang=en><title>Miners</title><body><article><h1>Miners</h1>{body}</article></body></html>")
    (document,) = extracted(str(page))
    (claim,) = document["claims"]
    assert document["text"][claim["start"] : claim["end"]] == claim["anchor"] == "$335 million"


def test_rows_a_claim(tmp_path: Path) -> None:
    path = tmp_path / "one.txt"
    path.write_text(TEXT, encoding="utf-8")
    (row,) = csv.DictReader(io.StringIO(run("extract", str(path), "--format", "csv").stdout))
    assert (row["id"], row["anchor"], row["value_low"]) == (str(path), "$335 million", "335000000")
    assert "$335 million" in run("extract", str(path), "--format", "table").stdout


def test_own_rules_are_read(tmp_path: Path) -> None:
    names = tmp_path / "rules" / "names"
    names.mkdir(parents=True)
    (names / "own.yaml").write_text(
        "- id: zanzibar-mining\n  kind: organisation\n  en: [Zanzibar Mining]\n", encoding="utf-8"
    )
    text = "Zanzibar Mining lost $5 million on bitcoin in 2023."
    (document,) = extracted("--rules", str(tmp_path / "rules"), "--lang", "en", input=text)
    assert document["claims"][0]["subject"] == "zanzibar-mining"


@pytest.mark.parametrize(
    ("content", "kind", "sentence"),
    [
        (b'{"text": ', "jsonl", "documents:1: not JSON"),
        (b'["text"]', "jsonl", 'is an object with a "text"'),
        (b'{"text": "x", "published": "soon"}', "jsonl", "is no date"),
        (b"\xd0\xcf\x11\xe0 not text", "text", "is not UTF-8 text"),
        (b"not a pdf", "pdf", "documents"),
        (b"", "html", "documents"),
    ],
)
def test_bad_input_gets_a_sentence(tmp_path: Path, content: bytes, kind: str, sentence: str) -> None:
    path = tmp_path / "documents"
    path.write_bytes(content)
    found = run("extract", str(path), "--input", kind)
    assert (found.exit_code, found.stdout) == (1, "")
    assert sentence in found.stderr
    assert found.stderr.count("\n") == 1


def test_missing_files_and_empty_texts() -> None:
    assert "cannot be read (No such file or directory)" in run("extract", "nothing.txt").stderr
    assert extracted(input="") == [{"id": "-", "lang": None, "claims": []}]


def test_explain_tells_everything() -> None:
    text = "VanEck expects crypto miners to earn $13.9 billion a year by 2027."
    found = json.loads(run("explain", text, "--lang", "en").stdout)
    assert list(found)[:7] == ["id", "lang", "sentences", "quantities", "times", "names", "cues"]
    assert found["sentences"] == [{"start": 0, "end": len(text)}]
    (quantity,) = found["quantities"]
    value = {"low": 13900000000, "high": 13900000000, "unit": "USD"}
    assert quantity == {"start": 37, "end": 50, "text": "$13.9 billion", "bound": "exact", "per": "year"} | value
    assert {"start": 0, "end": 6, "text": "VanEck", "id": "vaneck", "kind": "organisation"} in found["names"]
    assert [time["when"] for time in found["times"]] == ["../2027"]
    assert found["claims"][0]["rules"]
    assert found["claims"][0]["source"] == "vaneck"


def test_explain_reads_files_and_shows_them_to_people(tmp_path: Path) -> None:
    path = tmp_path / "one.txt"
    path.write_text(TEXT, encoding="utf-8")
    shown = run("explain", str(path), "--format", "table").stdout
    assert "335,000,000 USD" in shown
    assert "rules:" in shown
    assert "\x1b" not in shown
    assert json.loads(run("explain", "-", input=TEXT).stdout)["quantities"]


def test_evaluate_prints_the_scorers_table(tmp_path: Path) -> None:
    predicted = tmp_path / "predicted.jsonl"
    documents = [json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines()]
    bare = tmp_path / "bare.jsonl"
    kept = [{key: value for key, value in one.items() if key != "claims"} for one in documents]
    bare.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in kept), encoding="utf-8")
    assert run("extract", str(bare), "--input", "jsonl", "-o", str(predicted)).exit_code == 0
    table = run("evaluate", str(GOLD)).stdout
    assert table == run("evaluate", str(GOLD), "--predicted", str(predicted)).stdout
    answers = {one["id"]: one for one in map(json.loads, predicted.read_text(encoding="utf-8").splitlines())}
    assert table == report(score(read_gold(GOLD), answers)) + "\n"
    assert json.loads(run("evaluate", str(GOLD), "--format", "json").stdout)["rows"]["all"]["gold"] == 13
    assert "There is no file" in run("evaluate", str(tmp_path / "none.jsonl")).stderr
