"""The frame of the command line: options anywhere, formats, exit codes, errors as sentences, files written whole."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
import small_ledger
from click.testing import CliRunner, Result

from crypto_nlp.cli import cli, output
from crypto_nlp.cli.options import Command, Settings
from crypto_nlp.cli.output import atomic_file, write_rows
from crypto_nlp.cli.parameters import moment
from crypto_nlp.cli.program import COMMANDS
from crypto_nlp.errors import CryptoNlpError


def run(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(cli, list(arguments), **options)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(small_ledger.build(tmp_path_factory.mktemp("cli") / "ledger.db"))


def test_every_command_has_help_with_an_example() -> None:
    assert run("--help").exit_code == 0
    for name in COMMANDS:
        found = run(name, "--help")
        assert found.exit_code == 0, name
        assert "--db FILE" in found.stdout
        command = cli.get_command(click.Context(cli), name)
        assert isinstance(command, click.Group) or "crypto-nlp " in found.stdout.partition("Options:")[0], name


def test_module_is_the_program() -> None:
    done = subprocess.run([sys.executable, "-m", "crypto_nlp", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("crypto-nlp ")


@pytest.mark.parametrize("place", ["before", "after", "environment"])
def test_database_is_named_anywhere(ledger: str, place: str) -> None:
    before = ["--db", ledger] if place == "before" else []
    after = ["--db", ledger] if place == "after" else []
    environment = {"CRYPTO_NLP_DB": ledger} if place == "environment" else {}
    found = run(*before, "search", *after, env=environment)
    assert found.exit_code == 0
    assert len(found.stdout.splitlines()) == 5


def test_the_last_option_wins(ledger: str, tmp_path: Path) -> None:
    missing = str(tmp_path / "none.db")
    assert run("--db", missing, "search", "--db", ledger, env={"CRYPTO_NLP_DB": missing}).exit_code == 0
    assert run("--db", ledger, "db", "--db", missing, "check", "--db", ledger).exit_code == 0


def test_formats(ledger: str) -> None:
    rows = [json.loads(line) for line in run("search", "--db", ledger).stdout.splitlines()]
    assert json.loads(run("search", "--db", ledger, "--format", "json").stdout) == rows
    cells = list(csv.DictReader(io.StringIO(run("--format", "csv", "search", "--db", ledger).stdout)))
    assert [row["claim_id"] for row in cells] == [row["claim_id"] for row in rows]
    assert list(cells[0]) == list(rows[0])
    tabs = list(csv.DictReader(io.StringIO(run("search", "--db", ledger, "--format", "tsv").stdout), delimiter="\t"))
    assert tabs == cells
    table = run("search", "--db", ledger, "--format", "table").stdout
    assert "claim-139" in table
    assert "\x1b" not in table


def test_empty_results_are_still_json(ledger: str) -> None:
    nothing = ("search", "--db", ledger, "--type", "nothing")
    assert json.loads(run(*nothing, "--format", "json").stdout) == []
    found = run(*nothing)
    assert (found.stdout, found.exit_code) == ("", 0)
    assert "No claim matches" in found.stderr
    assert run(*nothing, "-q").stderr == ""


def test_output_file_chooses_its_format(ledger: str, tmp_path: Path) -> None:
    target = tmp_path / "claims.csv"
    assert run("search", "--db", ledger, "-o", str(target)).stdout == ""
    assert target.read_text(encoding="utf-8").startswith("claim_id,")
    mask = os.umask(0)
    os.umask(mask)
    assert stat.S_IMODE(target.stat().st_mode) == 0o666 & ~mask


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("search", "--format", "xml"), "choose table, json, jsonl, csv, tsv"),
        (("--format", "csv", "show", "x"), "choose table, json, jsonl"),
        (("search", "--since", "soon"), "write 2024-08-12, or a span such as 7d"),
        (("search", "--nothing"), "No such option"),
        (("nothing",), "No such command"),
        (("search", "--limit", "many"), "is not a valid integer"),
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: tuple[str, ...], sentence: str) -> None:
    found = run(*arguments)
    assert found.exit_code == 2
    assert sentence in found.stderr
    assert found.stdout == ""


def test_work_that_cannot_be_done_is_exit_code_1(tmp_path: Path) -> None:
    found = run("search", "--db", str(tmp_path / "none.db"))
    assert found.exit_code == 1
    assert found.stderr.count("\n") == 1
    assert "run `crypto-nlp ingest` first" in found.stderr


def test_not_sqlite_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database" * 100, encoding="utf-8")
    found = run("search", "--db", str(tmp_path / "notes.txt"))
    assert (found.exit_code, "is not an SQLite database" in found.stderr) == (1, True)


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (KeyboardInterrupt(), 130, "Interrupted"),
        (OSError(errno.ENOSPC, "No space left on device", "x.db"), 1, "Free some space"),
        (MemoryError(), 1, "not enough memory"),
        (KeyError("slot"), 1, "fault of its own (KeyError: 'slot')"),
        (CryptoNlpError("Two\nlines \u202eturned"), 1, "Error: Two lines turned\n"),
    ],
)
def test_no_traceback_reaches_the_user(
    monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, sentence: str
) -> None:
    def fails() -> None:
        raise error

    monkeypatch.setattr(type(cli), "get_command", lambda *_: Command("fails", callback=fails))
    found = run("fails")
    assert found.exit_code == code
    assert sentence in found.stderr
    assert "Traceback" not in found.stderr
    if isinstance(error, Exception):
        assert "Traceback" in run("-vv", "fails").stderr


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "rows.json"
    target.write_text("before", encoding="utf-8")

    def rows() -> Any:
        yield {"a": 1}
        message = "the disk is full"
        raise OSError(message)

    with pytest.raises(OSError, match="full"):
        write_rows(Settings(output=target), rows(), ("a",))
    assert target.read_text(encoding="utf-8") == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["rows.json"]
    write_rows(Settings(output=target), [{"a": 1}], ("a",))
    assert json.loads(target.read_text(encoding="utf-8")) == [{"a": 1}]


def test_a_file_that_cannot_be_written_gets_a_sentence(ledger: str, tmp_path: Path) -> None:
    found = run("search", "--db", ledger, "-o", str(tmp_path / "no" / "rows.csv"))
    assert (found.exit_code, "cannot be written" in found.stderr) == (1, True)


def test_a_device_is_written_to_and_not_replaced() -> None:
    with atomic_file(Path(os.devnull)) as stream:
        stream.write("gone")
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_a_closed_pipe_is_no_error(ledger: str) -> None:
    command = f"{sys.executable} -m crypto_nlp search --db {ledger} | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_table_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output.sys.stdout, "isatty", lambda: True, raising=False)
    assert Settings().row_format() == "table"
    monkeypatch.setattr(output.sys.stdout, "isatty", lambda: False, raising=False)
    assert Settings().row_format() == "jsonl"


def test_dates_and_spans() -> None:
    from datetime import UTC, date, datetime

    present = datetime(2024, 3, 31, 12, 30, tzinfo=UTC)
    assert moment("2024", present) == date(2024, 1, 1)
    assert moment("2024-08", present) == date(2024, 8, 1)
    assert moment("2024-08-12", present) == date(2024, 8, 12)
    assert moment("2024-08-12T10:00:00+03:00", present).isoformat() == "2024-08-12T10:00:00+03:00"
    assert moment("7d", present) == datetime(2024, 3, 24, 12, 30, tzinfo=UTC)
    assert moment("1m", present) == datetime(2024, 2, 29, 12, 30, tzinfo=UTC)
    assert moment("1Y", present) == datetime(2023, 3, 31, 12, 30, tzinfo=UTC)
    for wrong in ("", "7", "d", "2024-13", "99999y", "tomorrow"):
        with pytest.raises((ValueError, OverflowError)):
            moment(wrong, present)
