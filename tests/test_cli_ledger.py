"""`search`, `show`, `trends`, `digest`, `review` and `db` over a small ledger."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import small_ledger
from click.testing import CliRunner, Result

from crypto_nlp.cli import cli
from crypto_nlp.evaluate import read_gold, score


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_ledger.build(tmp_path_factory.mktemp("ledger") / "ledger.db")


@pytest.fixture
def ledger(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copy = tmp_path / "ledger.db"
    shutil.copy(made, copy)
    monkeypatch.setenv("CRYPTO_NLP_DB", str(copy))
    return copy


def run(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(cli, list(arguments), **options)


def ids(*arguments: str) -> list[str]:
    found = run("search", *arguments)
    assert found.exit_code == 0, found.stderr
    return [json.loads(line)["claim_id"] for line in found.stdout.splitlines()]


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize("query", ["pension funds", "пенсионные фонды", "صناديق التقاعد"])
def test_one_claim_is_found_in_three_languages(query: str) -> None:
    assert ids(query)[0] == "claim-pension"


@pytest.mark.usefixtures("ledger")
def test_filters_narrow_and_repeat() -> None:
    assert set(ids("--type", "earnings", "--type", "price")) == {"claim-139", "claim-38", "claim-price"}
    assert ids("--type", "earnings", "--min-value", "20", "--unit", "USD", "--max-value", "20e9") == ["claim-139"]
    assert ids("--source", "vaneck", "--lang", "en") == ["claim-139"]
    assert ids("--jurisdiction", "RU") == ["claim-mining"]
    assert ids("--actor-kind", "pension_fund", "--since", "2024-08-22") == ["claim-pension"]
    assert ids("--until", "2024-07-31") == ["claim-price"]
    assert ids("--sort", "newest", "--limit", "1") == ["claim-139"] or ids("--sort", "newest", "--limit", "1") == [
        "claim-pension"
    ]


@pytest.mark.usefixtures("ledger")
def test_glosses_come_in_the_language_asked_for() -> None:
    row = json.loads(run("search", "пенсионные", "--gloss", "ar").stdout.splitlines()[0])
    assert row["gloss"] == "تشتري صناديق التقاعد العملات الرقمية."


@pytest.mark.usefixtures("ledger")
def test_show_tells_a_claims_life() -> None:
    text = run("show", "claim-139", "--format", "table").stdout
    for part in ("[$13.9 billion]", "matthew-sigel", "Other figures", "claim-38", "https://news.example/ar/1"):
        assert part in text
    record = json.loads(run("show", "claim-139").stdout)
    assert [place["lang"] for place in record["places"]] == ["en", "ar"]
    assert run("show", "claim-").exit_code == 1
    assert "search` shows the ids" in run("show", "nothing").stderr


@pytest.mark.usefixtures("ledger")
def test_trends_leave_gaps() -> None:
    rows = [json.loads(line) for line in run("trends", "--by", "month", "--of", "count").stdout.splitlines()]
    assert [(row["period"], row["value"]) for row in rows] == [("2024-07", 1), ("2024-08", 4)]
    daily = [json.loads(line) for line in run("trends", "--by", "day").stdout.splitlines()]
    assert daily[1] == {"period": "2024-07-02", "group": None} | dict.fromkeys(
        ("value", "claims", "stories", "sources")
    )
    assert "regulatory" in run("trends", "--name", "list").stdout


@pytest.mark.usefixtures("ledger")
def test_trends_are_drawn(tmp_path: Path) -> None:
    pytest.importorskip("vl_convert", reason="pictures need the extra `charts`")
    found = run("trends", "--by", "day", "--plot", str(tmp_path / "t.svg"), "--title", "Claims a day")
    assert (found.exit_code, found.stdout) == (0, ""), found.stderr
    assert "Claims a day" in (tmp_path / "t.svg").read_text(encoding="utf-8")
    wrong = run("trends", "--plot", str(tmp_path / "t.doc"))
    assert (wrong.exit_code, "end the name with .svg" in wrong.stderr) == (1, True)


@pytest.mark.usefixtures("ledger")
def test_saved_searches_serve_everywhere() -> None:
    assert ids("пенсионные", "--type", "adoption", "--save", "pensions") == ["claim-pension"]
    assert ids("--saved", "pensions") == ["claim-pension"]
    assert ids("price", "--saved", "pensions") == []
    rows = [json.loads(line) for line in run("trends", "--saved", "pensions").stdout.splitlines()]
    assert [(row["period"], row["claims"]) for row in rows] == [("2024-08", 1)]
    found = json.loads(run("digest", "--saved", "pensions", "--format", "json").stdout)
    assert {c["claim_id"] for s in found["sections"] for g in s["groups"] for c in g["claims"]} == {"claim-pension"}
    assert "There is no saved search" in run("search", "--saved", "nothing").stderr


@pytest.mark.usefixtures("ledger")
def test_disagreements_and_what_falls_due() -> None:
    (row,) = [json.loads(line) for line in run("disagreements").stdout.splitlines()]
    assert (row["subject"], row["low"], row["high"]) == ("bitcoin-miners", 13.9e9, 38e9)
    assert "claim-38" in run("disagreements", "--format", "csv").stdout
    due = [json.loads(line)["claim"]["claim_id"] for line in run("due", "--by", "2027-12-31").stdout.splitlines()]
    assert set(due) == {"claim-139", "claim-38"}
    assert run("due", "--by", "2024-12-31").stdout == ""
    assert "claim-139" in run("due", "--by", "2030", "--format", "table").stdout


@pytest.mark.usefixtures("ledger")
def test_digest_covers_the_days_up_to_the_newest_article() -> None:
    text = run("digest").stdout
    assert "2024-08-16 to 2024-08-22" in text
    assert "60,000" not in text
    assert run("digest").stdout == text
    assert "60,000" in run("digest", "--since", "2024-06-01").stdout


@pytest.mark.usefixtures("ledger")
def test_digest_formats_go_by_the_file(tmp_path: Path) -> None:
    for name, start in (("d.html", "<!doctype html>"), ("d.md", "# "), ("d.atom", "<?xml"), ("d.eml", "Subject:")):
        assert run("digest", "-o", str(tmp_path / name)).exit_code == 0
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)
    assert run("digest", "--format", "table").exit_code == 2
    assert run("digest", "--lang", "ar").stdout.startswith('<div lang="ar" dir="rtl">')


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--tz", "Nowhere"), "no time zone"),
        (("--since", "2024-08-20", "--until", "2024-08-01"), "--since must come before --until"),
        (("--templates", "/nowhere"), "does not exist"),
    ],
)
def test_digest_of_nonsense_gets_a_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    found = run("digest", *arguments)
    assert found.exit_code in {1, 2}
    assert sentence in found.stderr


def test_answers_are_kept_and_become_gold(ledger: Path, tmp_path: Path) -> None:
    asked = run("review", "--limit", "2", input="a\nr\n")
    assert asked.exit_code == 0, asked.stderr
    assert "$13.9 billion" in asked.stdout
    assert "2 of 2" in asked.stderr
    gold = tmp_path / "gold.jsonl"
    assert run("review", "export", "-o", str(gold)).exit_code == 0
    (document,) = read_gold(gold).values()
    assert [claim["anchor"] for claim in document["claims"]] == ["$13.9 billion"]
    assert "optional" not in document["claims"][0]
    assert score(read_gold(gold), {}).rows["all"].gold == 1
    assert "1 of 5" in run("review", input="q\n").stdout
    assert run("db", "check", "--db", str(ledger)).exit_code == 0


def test_corrections_take_the_claims_place(ledger: Path) -> None:
    asked = run("review", "--limit", "1", input="c\nvalue=nonsense\nvalue=15000000000 USD\nsource=\n\n")
    assert asked.exit_code == 0, asked.stderr
    assert "write a number and a unit" in asked.stdout
    rows = [json.loads(line) for line in run("search", "--type", "earnings", "--lang", "en").stdout.splitlines()]
    assert [(row["value_low"], row["source"], row["confidence"]) for row in rows] == [(15000000000, None, 1.0)]
    assert run("db", "check", "--db", str(ledger)).exit_code == 0


def test_care_of_the_database(ledger: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert run("db", "backup", str(copy)).exit_code == 0
    assert json.loads(run("db", "prune", "--before", "2024-08-01", "--db", str(copy)).stdout) == {
        "articles": 1,
        "claims": 1,
    }
    assert json.loads(run("db", "forget", "https://news.example/ru/1", "--db", str(copy)).stdout)["articles"] == 1
    assert run("db", "vacuum", "--db", str(copy)).exit_code == 0
    assert run("db", "migrate", "--db", str(copy)).exit_code == 0
    assert ids("--db", str(copy)) != ids("--db", str(ledger))
    assert "There is no database" in run("db", "vacuum", "--db", str(tmp_path / "none.db")).stderr
    assert not (tmp_path / "none.db").exists()
