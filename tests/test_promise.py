"""What docs/cli.md promises to scripts: commands, options, choices, keys, columns, exit codes, names in Python."""

from __future__ import annotations

import inspect
import json
import signal
import sqlite3
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest
import small_ledger
from click.testing import CliRunner, Result

import crypto_nlp
from crypto_nlp.cli import cli
from crypto_nlp.cli.program import COMMANDS

FILTERS = "type measure subject source jurisdiction actor-kind asset modality since until min-value max-value unit feed"
PROMISED = {
    "ingest": "feed sample force no-full-text allow-private-hosts json",
    "add": "published title publisher lang",
    "extract": "lang published input",
    "explain": "lang published input",
    "search": f"{FILTERS} lang when-since when-until sort limit",
    "show": "",
    "trends": f"{FILTERS} lang when-since when-until by of group-by plot time tz",
    "digest": f"{FILTERS} lang tz",
    "feeds list": "",
    "feeds add": "",
    "feeds remove": "",
    "feeds check": "",
    "feeds discover": "",
    "feeds import": "",
    "feeds export": "",
    "evaluate": "",
    "reextract": "",
    "review": "",
    "serve": "",
    "backfill": "out workers shard",
    "import": "",
    "models list": "",
    "models info": "",
    "models train": "",
    "models evaluate": "",
    "db check": "",
    "db backup": "",
    "db vacuum": "",
    "db migrate": "",
    "db prune": "before text-only",
    "db forget": "",
}
EVERYWHERE = {"--db", "--feeds", "--rules", "--format", "-o", "-q", "-v"}
CHOICES = {
    ("extract", "--input"): "auto text html pdf jsonl",
    ("explain", "--input"): "text jsonl",
    ("search", "--sort"): "relevance newest stories value",
    ("trends", "--by"): "day week month quarter year",
    ("trends", "--of"): "count stories mean median min max",
    ("digest", "--lang"): "en ar ru",
    ("add", "--lang"): "en ar ru",
}
FORMATS = {
    "table json jsonl csv tsv": ["search", "trends", "extract", "add", "feeds list", "feeds check", "models list"],
    "md html json csv tsv atom jsonld eml": ["digest"],
    "table json": ["ingest", "backfill", "import"],
}
ROW = (
    "claim_id type measure subject value_low value_high unit bound per when condition source sources modality negated "
    "details gloss lang anchor sentence start end confidence article_url article_title feed published stories mentions "
    "first_seen last_seen"
).split()
VIEWS = {
    "claim_v1": ROW,
    "mention_v1": (
        "claim_id article_url lang published feed start end anchor sentence source modality confidence rules model"
    ).split(),
    "article_v1": "url title lang published fetched feed story_id revision".split(),
}
RECORD = (
    "type measure anchor sentence subject value bound per when condition source modality negated details start end "
    "sentence_start sentence_end confidence gloss gloss_ar gloss_ru claim_id"
).split()
TEXT = "VanEck said on Monday that bitcoin miners lost $335 million in 2023 if prices are counted."


def run(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(cli, list(arguments), **options)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_ledger.build(tmp_path_factory.mktemp("promise") / "ledger.db")


def command_of(name: str) -> click.Command:
    found: click.Command = cli
    for part in name.split():
        assert isinstance(found, click.Group)
        below = found.get_command(click.Context(found), part)
        assert below is not None, f"there is no command {name}"
        found = below
    return found


def options_of(command: click.Command) -> set[str]:
    return {flag for param in command.params if isinstance(param, click.Option) for flag in param.opts}


@pytest.mark.parametrize("name", PROMISED)
def test_commands_have_their_options(name: str) -> None:
    wanted = {f"--{option}" for option in PROMISED[name].split()} | EVERYWHERE
    assert wanted <= options_of(command_of(name))


def test_no_command_is_left_out_of_the_table() -> None:
    more = {"disagreements", "due", "alerts"}
    assert {name.split()[0] for name in PROMISED} | more == set(COMMANDS)


@pytest.mark.parametrize(("name", "option"), CHOICES)
def test_options_take_what_is_promised(name: str, option: str) -> None:
    (param,) = [param for param in command_of(name).params if option in param.opts]
    if isinstance(param.type, click.Choice):
        taken = {getattr(choice, "value", choice) for choice in param.type.choices}
        assert set(CHOICES[name, option].split()) <= taken
        return
    for value in CHOICES[name, option].split():
        assert param.type.convert(value, param, None)


@pytest.mark.parametrize("formats", FORMATS)
def test_formats(formats: str) -> None:
    for name in FORMATS[formats]:
        assert set(formats.split()) <= set(getattr(command_of(name), "formats", ())), name


def test_claim_rows(ledger: Path) -> None:
    row = json.loads(run("search", "", "--db", str(ledger), "--limit", "1").stdout)
    assert list(row) == ROW
    (row,) = json.loads(run("search", "", "--db", str(ledger), "--limit", "1", "--format", "json").stdout)
    assert list(row) == ROW
    for form, separator in (("csv", ","), ("tsv", "\t")):
        head = run("search", "", "--db", str(ledger), "--format", form).stdout.splitlines()[0]
        assert head.split(separator) == ROW
    digest = json.loads(run("digest", "--db", str(ledger), "--format", "json", "--since", "9y").stdout)
    assert set(ROW) <= _keys(digest)


def _keys(value: Any) -> set[str]:
    """Every key in a JSON value, however deep."""
    if isinstance(value, dict):
        return set(value) | {key for below in value.values() for key in _keys(below)}
    return {key for below in value for key in _keys(below)} if isinstance(value, list) else set()


def test_trend_rows(ledger: Path) -> None:
    for arguments in (["--by", "year"], ["--by", "month", "--of", "median"], ["--by", "year", "--time", "when"]):
        row = json.loads(run("trends", "--db", str(ledger), *arguments).stdout.splitlines()[0])
        assert list(row) == ["period", "group", "value", "claims", "stories", "sources"]


def test_ingest_json(tmp_path: Path) -> None:
    path = str(tmp_path / "sample.db")
    record = json.loads(run("ingest", "--sample", "--json", "--db", path, "--model", "none").stdout)
    assert {key: list(value) if isinstance(value, dict) else None for key, value in record.items()} == {
        "run_id": None,
        "feeds": ["ok", "not_modified", "not_due", "failed"],
        "articles": ["new", "updated", "unchanged", "failed"],
        "claims": ["new", "seen_again"],
        "requests": None,
        "seconds": None,
        "errors": None,
    }


def test_extract_and_explain() -> None:
    done = run("extract", "--lang", "en", "--published", "2024-08-12", "-", input=TEXT)
    record = json.loads(done.stdout)
    assert list(record) == ["id", "lang", "claims"]
    (claim,) = record["claims"]
    assert list(claim) == RECORD
    assert TEXT[claim["start"] : claim["end"]] == claim["anchor"]
    told = json.loads(run("explain", "--lang", "en", "--published", "2024-08-12", "--format", "json", TEXT).stdout)
    told = told[0] if isinstance(told, list) else told
    for key, keys in {
        "sentences": "start end",
        "quantities": "start end text low high unit bound per",
        "times": "start end text when",
        "names": "start end text id kind",
        "cues": "start end text kind",
        "claims": f"{' '.join(RECORD)} rules",
    }.items():
        assert told[key], key
        assert set(keys.split()) <= set(told[key][0]), key
    assert {"id", "lang"} <= set(told)


def test_show_tells_every_place_and_the_other_figures(ledger: Path) -> None:
    claim_id = json.loads(run("search", "", "--db", str(ledger), "--limit", "1", "--sort", "stories").stdout)[
        "claim_id"
    ]
    told = json.loads(run("show", claim_id, "--db", str(ledger), "--format", "json").stdout)
    told = told[0] if isinstance(told, list) else told
    assert {"gloss", "details", "sentence", "anchor", "feed", "published", "stories"} <= _keys(told)
    assert {"article_url", "article_title"} <= _keys(told)


@pytest.mark.parametrize("view", VIEWS)
def test_views(ledger: Path, view: str) -> None:
    with sqlite3.connect(ledger) as connection:
        found = connection.execute(f"SELECT * FROM {view} LIMIT 1")  # noqa: S608 - our own names
        assert [column[0] for column in found.description] == VIEWS[view]
        assert found.fetchone() is not None
    connection.close()


def test_exit_codes(ledger: Path, tmp_path: Path) -> None:
    feeds = tmp_path / "feeds.yaml"
    feeds.write_text(
        "feeds:\n- {title: x, topics: [], url: 'http://127.0.0.1:9/feed', language: en}\n", encoding="utf-8"
    )
    db = str(tmp_path / "x.db")
    for arguments, code in (
        (["search", "", "--db", str(ledger)], 0),
        (["search", "", "--db", str(tmp_path / "none.db")], 1),
        (["ingest", "--feeds", str(tmp_path / "none.yaml"), "--db", db], 1),
        (["search", "--sort", "best"], 2),
        (["unheard-of"], 2),
        (["ingest", "--feeds", str(feeds), "--db", db, "--allow-private-hosts"], 3),
    ):
        done = run(*arguments)
        assert done.exit_code == code, (arguments, done.output)
        assert ("Traceback" in done.stderr) is False
        assert bool(done.stderr.strip()) == bool(code)


def test_interrupted_is_130(tmp_path: Path) -> None:
    """Ctrl-C at an extract that waits for its input."""
    with subprocess.Popen(
        [sys.executable, "-m", "crypto_nlp", "extract", "--lang", "en", "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
    ) as process:
        time.sleep(3)
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in error
    assert not list(tmp_path.iterdir())


def test_databases_and_feeds_are_named_alike(ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRYPTO_NLP_DB", str(ledger))
    by_name = [run("search", ""), run("--db", str(ledger), "search", ""), run("search", "", "--db", str(ledger))]
    assert len({done.stdout for done in by_name}) == 1
    listed = tmp_path / "mine.yaml"
    listed.write_text(
        "feeds:\n- {title: Mine, topics: [], url: 'https://a.example/feed', language: en}\n", encoding="utf-8"
    )
    monkeypatch.setenv("CRYPTO_NLP_FEEDS", str(listed))
    assert [json.loads(line)["name"] for line in run("feeds", "list").stdout.splitlines()] == ["Mine"]
    monkeypatch.delenv("CRYPTO_NLP_FEEDS")
    monkeypatch.chdir(tmp_path)
    listed.rename(tmp_path / "feeds.yaml")
    assert [json.loads(line)["name"] for line in run("feeds", "list").stdout.splitlines()] == ["Mine"]
    (tmp_path / "feeds.yaml").unlink()
    packaged = run("feeds", "list")
    assert len(packaged.stdout.splitlines()) > 20
    assert "package" in packaged.stderr


def test_settings_in_feeds_yaml(tmp_path: Path) -> None:
    listed = tmp_path / "feeds.yaml"
    (tmp_path / "rules").mkdir()
    listed.write_text(
        "settings: {contact: a@b.example, timezone: Europe/Moscow, store_text: evidence, rules: [rules]}\n"
        "feeds:\n- {title: x, topics: [], url: 'https://a.example/feed', language: ru}\n",
        encoding="utf-8",
    )
    from crypto_nlp.feeds.sources import load_feeds

    found = load_feeds(listed)
    assert found.settings.contact == "a@b.example"
    assert [folder.name for folder in found.settings.rules] == ["rules"]
    assert [(feed.timezone, feed.store_text) for feed in found.feeds] == [("Europe/Moscow", "evidence")]


def test_names_in_python(ledger: Path) -> None:
    assert list(inspect.signature(crypto_nlp.extract).parameters)[:3] == ["text", "lang", "published"]
    (claim,) = crypto_nlp.extract(TEXT, lang="en", published=date(2024, 8, 12))
    assert TEXT[claim.start : claim.end] == claim.anchor
    with crypto_nlp.open_store(ledger) as store:
        assert store.runs(1) is not None
    spacy = pytest.importorskip("spacy")
    nlp = crypto_nlp.load("en")
    assert isinstance(nlp, spacy.Language)
    assert [found.anchor for found in nlp(TEXT)._.claims] == [claim.anchor]
    assert spacy.blank("ar").add_pipe("crypto_claims") is not None


def test_nothing_half_written_is_left(ledger: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    assert run("search", "", "--db", str(ledger), "-o", str(target)).exit_code == 0
    assert target.read_text(encoding="utf-8").startswith("claim_id,")
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    before = target.stat().st_mtime_ns
    assert run("search", "type:(", "--db", str(ledger), "-o", str(target)).exit_code == 1
    assert target.stat().st_mtime_ns == before
