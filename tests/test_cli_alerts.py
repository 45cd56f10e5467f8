"""`alerts`: saved searches that tell what they newly find, by themselves and after an ingest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import small_ledger
from click.testing import CliRunner, Result
from ledgers import article, claim, save
from servers import Answer, serving

from crypto_nlp.cli import cli
from crypto_nlp.store import forget, open_store


def run(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(cli, list(arguments), **options)


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = small_ledger.build(tmp_path / "ledger.db")
    monkeypatch.setenv("CRYPTO_NLP_DB", str(path))
    return path


def save_all(path: Path, name: str) -> None:
    """Keep a search for everything, as one whose alerts have told nothing yet."""
    with open_store(path) as store:
        store.save_search(name, "", {}, small_ledger.datetime.now(small_ledger.UTC))


def test_alerts_begin_behind_what_was_there_when_the_search_was_saved(ledger: Path) -> None:
    assert run("search", "--type", "price", "--save", "prices").exit_code == 0
    found = run("alerts")
    assert (found.exit_code, found.stdout, found.stderr) == (0, "", "Nothing new.\n")
    save_all(ledger, "all")
    peeked = [json.loads(line) for line in run("alerts", "--peek").stdout.splitlines()]
    assert {row["search"] for row in peeked} == {"all"}
    assert {row["claim_id"] for row in peeked} == {
        "claim-139",
        "claim-38",
        "claim-mining",
        "claim-pension",
        "claim-price",
    }
    assert [json.loads(line) for line in run("alerts", "all").stdout.splitlines()] == peeked
    assert run("alerts").stdout == ""


def test_a_claim_in_a_forgotten_claims_row_is_told(ledger: Path) -> None:
    """SQLite gives the id of the last row again once that row has gone."""
    save_all(ledger, "all")
    run("alerts")
    with open_store(ledger) as store:
        (last,) = store.connection.execute("SELECT id FROM claims ORDER BY id DESC LIMIT 1").fetchone()
        url = store.connection.execute(
            "SELECT a.url FROM articles a JOIN mentions m ON m.article = a.id WHERE m.claim = ?", (last,)
        ).fetchone()[0]
        assert forget(store, url)["articles"] == 1
        text = "Title\nMiners earned $5 bn."
        save(store, article(text, url="https://example.org/new"), [claim(text, "$5 bn", "new")])
        assert store.connection.execute("SELECT id FROM claims WHERE claim_id = 'new'").fetchone()[0] <= last
    assert [json.loads(line)["claim_id"] for line in run("alerts").stdout.splitlines()] == ["new"]


def test_a_known_claim_that_comes_to_match_is_told(ledger: Path) -> None:
    """An alert on Russian texts hears of a claim that was known from another language before."""
    text = "Title\nMiners earned $5 bn."
    with open_store(ledger) as store:
        save(store, article(text, url="https://example.org/en"), [claim(text, "$5 bn", "new")])
    assert run("search", "--lang", "ru", "--type", "earnings", "--save", "russian").exit_code == 0
    assert run("alerts").stdout == ""
    with open_store(ledger) as store:
        save(store, article(text, url="https://example.org/ru", lang="ru"), [claim(text, "$5 bn", "new")])
    assert [json.loads(line)["claim_id"] for line in run("alerts").stdout.splitlines()] == ["new"]
    assert run("alerts").stdout == ""


def test_saved_searches_are_listed_and_forgotten(ledger: Path) -> None:
    save_all(ledger, "all")
    (row,) = json.loads(run("alerts", "--list", "--format", "json").stdout)
    assert (row["name"], row["query"]) == ("all", "")
    assert run("alerts", "--forget", "all").exit_code == 0
    again = run("alerts", "--forget", "all")
    assert (again.exit_code, "no saved search 'all'" in again.stderr) == (1, True)
    assert run("alerts", "all").exit_code == 1
    assert "No search is saved yet" in run("alerts").stderr


def test_what_cannot_be_written_is_told_again(ledger: Path, tmp_path: Path) -> None:
    save_all(ledger, "all")
    failed = run("alerts", "-o", str(tmp_path / "no folder" / "new.json"))
    assert (failed.exit_code, "cannot be written" in failed.stderr) == (1, True)
    assert run("alerts", "-o", str(tmp_path / "new.json")).exit_code == 0
    assert len(json.loads((tmp_path / "new.json").read_text(encoding="utf-8"))) == 5


def test_one_search_that_is_no_longer_understood_does_not_stop_the_others(ledger: Path) -> None:
    with open_store(ledger) as store:
        store.save_search("broken", "no_such_field:x", {}, small_ledger.datetime.now(small_ledger.UTC))
    save_all(ledger, "all")
    found = run("alerts")
    assert (found.exit_code, len(found.stdout.splitlines())) == (0, 5)
    assert found.stderr.startswith("broken: ")
    assert run("alerts", "broken").exit_code == 1


def test_ingest_adds_alerts_to_a_file_and_prints_them(tmp_path: Path) -> None:
    database = ("--db", str(tmp_path / "sample.db"))
    assert run("ingest", "--sample", "--json", *database).exit_code == 0
    save_all(tmp_path / "sample.db", "all")
    file = tmp_path / "new.jsonl"
    file.write_text('{"search": "older"}\n', encoding="utf-8")
    found = run("ingest", "--sample", "--json", "--alerts", str(file), *database)
    assert found.exit_code == 0, found.stderr
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert rows[0] == {"search": "older"}
    assert len(rows) > 40
    run("ingest", "--sample", "--json", "--alerts", str(file), *database)
    assert len(file.read_text(encoding="utf-8").splitlines()) == len(rows)
    save_all(tmp_path / "sample.db", "all2")
    printed = run("ingest", "--sample", "--json", "--alerts", "-", *database)
    assert json.loads(printed.stdout)["claims"] == {"new": 0, "seen_again": 0}
    assert sum(line.startswith("all2: ") for line in printed.stderr.splitlines()) == len(rows) - 1


@pytest.mark.usefixtures("ledger")
def test_a_saved_search_is_an_atom_feed() -> None:
    assert run("search", "--type", "adoption", "--save", "pensions").exit_code == 0
    found = run("digest", "--saved", "pensions", "--since", "2024-08-01", "--until", "2024-08-31", "--format", "atom")
    assert found.exit_code == 0, found.stderr
    feed = ET.fromstring(found.stdout)  # noqa: S314 - written by ourselves
    titles = [entry.findtext("{*}title") or "" for entry in feed.findall("{*}entry")]
    assert titles
    assert all("Pension funds buy crypto" in title for title in titles), titles


def test_ingest_tells_alerts_to_a_web_address(tmp_path: Path) -> None:
    database = ("--db", str(tmp_path / "sample.db"))
    assert run("ingest", "--sample", "--json", *database).exit_code == 0
    save_all(tmp_path / "sample.db", "all")
    with serving() as server:
        hook = server.url("/hook/a-secret")
        arguments = ("ingest", "--sample", "--json", "--alerts", hook, *database)
        refused = run(*arguments)
        assert (refused.exit_code, "it answered 404" in refused.stderr) == (1, True)
        server.answers["/hook/a-secret"] = Answer(status=302, headers={"Location": server.url("/elsewhere")})
        assert "it answered 302" in run(*arguments).stderr
        server.answers["/hook/a-secret"] = Answer(status=204, headers={"Content-Length": "0"})
        assert run(*arguments).exit_code == 0
        sent = json.loads(server.last("/hook/a-secret").body)
        assert len(sent["claims"]) > 40
        assert sent["text"].startswith(f"all: {sent['claims'][0]['gloss']} ")
        assert sent["text"].endswith(f"and {len(sent['claims']) - 20} more")
        server.forget()
        assert run(*arguments).exit_code == 0
        assert server.paths() == []
    assert "a-secret" not in refused.stderr


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://example.org/hook", "https only"),
        ("http://[", "cannot be read"),
        ("https://127.0.0.1:1/a-secret", "does not answer"),
    ],
)
def test_addresses_that_cannot_be_told(tmp_path: Path, address: str, said: str) -> None:
    database = ("--db", str(tmp_path / "sample.db"))
    assert run("ingest", "--sample", "--json", *database).exit_code == 0
    save_all(tmp_path / "sample.db", "all")
    failed = run("ingest", "--sample", "--json", "--alerts", address, *database)
    assert failed.exit_code == 1
    assert said in failed.stderr
    assert "a-secret" not in failed.stderr
