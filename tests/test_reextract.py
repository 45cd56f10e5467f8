"""`reextract` in several processes: the same ledger as with one, also where it was killed or stopped on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from desks import BODY, read_counts

from crypto_nlp.articles import from_text
from crypto_nlp.cli import cli
from crypto_nlp.ingest import Writer, ahead, run_reextract
from crypto_nlp.ingest.ahead import WORTH_STARTING, in_order
from crypto_nlp.records import Claim
from crypto_nlp.store import Store, check, open_store

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
MANY = WORTH_STARTING + 30


def newer(text: str, lang: str | None, day: date) -> list[Claim]:
    """Other rules: figures of 600 and more are read no longer, one text breaks them, another kills its process."""
    if "T7\n" in text:
        message = "seven"
        raise ValueError(message)
    if "T50\n" in text and os.environ.get("CRYPTO_NLP_TEST_DIES") not in (None, str(os.getpid())):
        os._exit(3)
    return [claim for claim in read_counts(text, lang, day) if claim.value and claim.value.low < 560]


def filled(path: Path) -> Store:
    store = open_store(path)
    write = Writer(store, read_counts, None, "r1")
    for number in range(MANY):
        text = "\n".join((f"T{number}", *BODY)).replace("500", str(500 + number))
        write.save(from_text(text, url=f"https://a.example/{number}", fetched=NOW, lang="en", published=NOW))
    return store


def again(store: Store, **options: Any) -> dict[str, Any]:
    return run_reextract(store, newer, rules_hash="r2", now=lambda: NOW, **options).as_record()


def ledger(store: Store) -> list[list[Any]]:
    tables = ("claim_v1", "mention_v1", "article_v1", "search", "makers")
    vanished = "SELECT claim, article, revision, start, vanished, vanished_by, maker FROM mentions"
    queries = [f"SELECT * FROM {table}" for table in tables] + [vanished]  # noqa: S608 - our own names
    return [sorted(map(repr, map(tuple, store.connection.execute(query)))) for query in queries]


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[list[list[Any]], dict[str, Any]]]:
    with filled(tmp_path_factory.mktemp("one") / "x.db") as store:
        report = again(store)
        assert check(store) == []
        yield ledger(store), report


def test_several_processes_write_what_one_writes(tmp_path: Path, expected: tuple[list[list[Any]], Any]) -> None:
    with filled(tmp_path / "x.db") as store:
        report = again(store, jobs=3)
        assert (ledger(store), report) == expected
        assert report["articles"] == MANY - 1
        assert report["failed"] == ["https://a.example/7"]
        assert report["vanished"] == MANY - 60
        # The one that failed stays as it was, and is tried again by the next run.
        assert again(store, jobs=3)["articles"] == 0


def test_a_text_that_kills_its_process_is_reported_and_stays(
    tmp_path: Path, expected: tuple[list[list[Any]], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CRYPTO_NLP_TEST_DIES", str(os.getpid()))
    # Every text goes to another process: the one that kills must not be read by this one.
    monkeypatch.setattr(ahead, "_help", lambda *_: False)
    with filled(tmp_path / "x.db") as store:
        assert again(store, jobs=2)["failed"] == ["https://a.example/7", "https://a.example/50"]
        monkeypatch.delenv("CRYPTO_NLP_TEST_DIES")
        again(store)
        assert ledger(store) == expected[0]


KILLED = """
import sys
from datetime import UTC, datetime
from crypto_nlp.store import open_store
from crypto_nlp.ingest import run_reextract
from test_reextract import newer

if __name__ == "__main__":
    with open_store(sys.argv[1]) as store:
        run_reextract(
            store, newer, rules_hash="r2", now=lambda: datetime(2026, 11, 2, 9, 0, tzinfo=UTC), jobs=2,
            progress=lambda done: print(done, flush=True),
        )
"""


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT])
def test_killed_in_the_middle(tmp_path: Path, expected: tuple[list[list[Any]], Any], ending: signal.Signals) -> None:
    filled(tmp_path / "x.db").close()
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    paths = os.pathsep.join([str(HERE), str(HERE.parent)])
    for wait in (5, 20):
        with subprocess.Popen(
            [sys.executable, str(script), str(tmp_path / "x.db")],
            env={**os.environ, "PYTHONPATH": paths},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            assert process.stdout is not None
            for _ in range(wait):
                assert process.stdout.readline()
            time.sleep(0.001 * wait)
            process.send_signal(ending)
    with open_store(tmp_path / "x.db") as store:
        outcomes = {run["outcome"] for run in store.runs()}
        assert outcomes == ({"interrupted"} if ending is signal.SIGINT else {None})
        left = again(store, jobs=2)
        assert 0 < left["articles"] < MANY - 20
        assert ledger(store) == expected[0]


def test_answers_come_in_order_and_few_items_are_held() -> None:
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for number in range(MANY):
            taken = number
            yield number

    for number, (item, answer) in enumerate(in_order(items(), lambda n: (n,), str, jobs=3)):
        assert (item, answer.result()) == (number, str(number))
        assert taken <= max(WORTH_STARTING, number + 2 * ahead.AHEAD + 2)


def test_the_command_takes_jobs(tmp_path: Path) -> None:
    filled(tmp_path / "x.db").close()
    arguments = ["reextract", "--db", str(tmp_path / "x.db"), "--model", "none", "--jobs"]
    done = CliRunner().invoke(cli, [*arguments, "1"])
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["articles"] == MANY
    assert CliRunner().invoke(cli, [*arguments, "0"]).exit_code == 2
