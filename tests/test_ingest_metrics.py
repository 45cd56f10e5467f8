"""`ingest --metrics`: a file that Prometheus' node exporter takes."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from click.testing import CliRunner

from crypto_nlp.cli import cli
from crypto_nlp.ingest import IngestReport
from crypto_nlp.ingest.metrics import exposition
from crypto_nlp.store import FeedState

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
LINE = re.compile(r'[a-z_]+(\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"\})? -?[0-9.e+]+')


def sampled(text: str) -> dict[str, float]:
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(LINE.fullmatch(line) for line in lines), lines
    pairs = [line.rsplit(" ", 1) for line in lines]
    assert len({name for name, _ in pairs}) == len(pairs)
    return {name: float(value) for name, value in pairs}


def test_counts_times_and_awkward_names() -> None:
    report = IngestReport(requests=3, seconds=1.25, claims_new=7)
    report.feeds.update(ok=2, failed=1)
    states = [
        FeedState(url="https://u:secret@a.example/", name='The "A"\\B\nC', last_success=NOW, failures=0),
        FeedState(url="https://b.example/", name="B", failures=4, gone=True),
        FeedState(url="https://b.example/new", name="B", failures=1),
    ]
    text = exposition(report, states, now=NOW, database_bytes=1 << 40)
    assert "secret" not in text
    found = sampled(text)
    assert found["crypto_nlp_run_timestamp_seconds"] == NOW.timestamp()
    assert found["crypto_nlp_run_duration_seconds"] == 1.25
    assert found['crypto_nlp_run_feeds{outcome="failed"}'] == 1
    assert found['crypto_nlp_run_claims{kind="new"}'] == 7
    assert found['crypto_nlp_feed_success_timestamp_seconds{feed="The \\"A\\"\\\\B C"}'] == NOW.timestamp()
    assert found['crypto_nlp_feed_failures{feed="B"}'] == 4
    assert found["crypto_nlp_database_bytes"] == 1 << 40
    assert text.endswith("\n")


def test_ingest_writes_it(tmp_path: Path) -> None:
    target = tmp_path / "crypto_nlp.prom"
    arguments = ["ingest", "--sample", "--db", str(tmp_path / "s.db"), "--metrics", str(target)]
    assert CliRunner().invoke(cli, arguments).exit_code == 0
    found = sampled(target.read_text(encoding="utf-8"))
    assert found['crypto_nlp_run_articles{outcome="new"}'] == 12
    assert found["crypto_nlp_database_bytes"] > 100_000
    assert [path.name for path in tmp_path.iterdir() if "prom" in path.name] == ["crypto_nlp.prom"]
    missing = CliRunner().invoke(cli, [*arguments[:-1], str(tmp_path / "none" / "x.prom")])
    assert (missing.exit_code, "cannot be written" in missing.stderr) == (1, True)
