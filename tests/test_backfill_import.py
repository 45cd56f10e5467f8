"""`import`: what a backfill made, in a ledger; the same as if it had been added, and the same however often."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import archives
import pytest
from click.testing import CliRunner, Result
from desks import read_counts
from killing import dump

from crypto_nlp.articles import from_html, from_text
from crypto_nlp.cli import cli
from crypto_nlp.errors import InputError, StoreError
from crypto_nlp.ingest import Reader, Writer
from crypto_nlp.records import Article
from crypto_nlp.store import check, forget, open_store

pytest.importorskip("pyarrow", reason="the extra `backfill` is not installed")
pytest.importorskip("warcio", reason="the extra `backfill` is not installed")

from crypto_nlp.backfill import ImportReport, find_sources, run_backfill, run_import

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SMALL = {"jsonl": 900, "warc": 1500, "parquet": 5}
TEXTS = {
    "en": """Strategy keeps its bitcoin, chairman says
Bitcoin miners lost $335 million in 2023, as their own reports show, after a year in which prices fell.
“We are in this for the long run and nobody should be surprised,” Michael Saylor told shareholders in a letter.
Yesterday the network's difficulty rose 4.1%, and VanEck expects earnings of $13.9 billion by 2027.""",
    "ru": """Майнеры потеряли деньги
Биткоин-майнеры потеряли 335 млн долларов в 2023 году, следует из их отчётов.
VanEck ожидает, что к 2027 году доход майнеров достигнет 13,9 млрд долларов в год.""",
    "ar": """خسائر المعدنين
خسر معدنو البيتكوين 335 مليون دولار في عام 2023، وفقا لتقاريرهم.
وتتوقع شركة VanEck أن تصل أرباح المعدنين إلى 13.9 مليار دولار سنويا بحلول عام 2027.""",
}


def made(folder: Path, *names: Path, extract: Any = read_counts, rules: str = "r1", **options: Any) -> Path:
    sources = find_sources([str(name) for name in names])
    run_backfill(sources, folder, extract, now=NOW, rules_hash=rules, **options)
    return folder


def load(path: Path, folder: Path, *, rules: str = "r1", extract: Any = read_counts, **options: Any) -> ImportReport:
    with open_store(path) as store:
        in_story = extract.in_story if isinstance(extract, Reader) else (lambda claims, *_: list(claims))
        return run_import(
            store, folder, extract, rules_hash=rules, model="", now=lambda: NOW, in_story=in_story, **options
        )


def archive(folder: Path) -> list[Path]:
    """Some thirty documents in three kinds of files."""
    folder.mkdir(exist_ok=True)
    given = archives.documents(30)
    return [
        archives.jsonl(folder / "a.jsonl", given[:10]),
        archives.parquet(folder / "b.parquet", given[10:20]),
        archives.warc(folder / "c.warc.gz", given[20:]),
    ]


def ledger(path: Path) -> dict[str, Any]:
    """All that stands, with row ids, without runs."""
    # The names are our own.
    tables = ("article_v1", "mention_v1", "claim_v1", "stories", "story_bands", "revisions", "search", "names", "words")
    with open_store(path) as store:
        queries = {name: f"SELECT * FROM {name}" for name in tables}  # noqa: S608
        return {name: sorted(map(repr, map(tuple, store.connection.execute(sql)))) for name, sql in queries.items()}


def document(lang: str, kind: str) -> dict[str, Any]:
    title, _, body = TEXTS[lang].partition("\n")
    return {
        "url": f"https://archive.example/{lang}-{kind}",
        "title": title,
        "text": body,
        "lang": lang,
        "published": "2024-08-12T23:30:00+03:00",
        "publisher": "The archive",
    }


@pytest.mark.parametrize("kind", ["jsonl", "parquet", "warc.gz"])
def test_an_import_is_what_the_writer_of_ingest_and_add_would_have_written(tmp_path: Path, kind: str) -> None:
    """The same documents, extracted by the rules that ship, straight into a ledger and by way of an archive."""
    reader = Reader(model="none")
    given = [document(lang, kind) for lang in TEXTS]
    maker = {"jsonl": archives.jsonl, "parquet": archives.parquet, "warc.gz": archives.warc}[kind]
    parts = made(tmp_path / "parts", maker(tmp_path / f"a.{kind}", given), extract=reader)
    report = load(tmp_path / "imported.db", parts, extract=reader)
    assert +report.articles == {"new": 3}
    with open_store(tmp_path / "added.db") as store:
        write = Writer(store, reader, None, "r1", in_story=reader.in_story)
        for each in given:
            said = {"title": each["title"], "lang": each["lang"], "publisher": each["publisher"]}
            said["published"] = datetime.fromisoformat(each["published"])
            if kind == "warc.gz":
                fetched = datetime(2024, 9, 1, tzinfo=UTC)
                write.save(from_html(archives.page(each), url=each["url"], fetched=fetched))
            else:
                write.save(from_text(each["text"], url=each["url"], fetched=NOW, **said))
    imported = ledger(tmp_path / "imported.db")
    assert imported == ledger(tmp_path / "added.db")
    assert len(imported["claim_v1"]) >= 4
    assert len(imported["mention_v1"]) > len(imported["claim_v1"])


def test_twice_is_once(tmp_path: Path) -> None:
    parts = made(tmp_path / "parts", *archive(tmp_path / "archive"), sizes=SMALL)
    first = load(tmp_path / "x.db", parts)
    assert (+first.articles, first.claims_new, first.claims_seen_again) == ({"new": 30}, 30, 0)
    before = ledger(tmp_path / "x.db")
    again = load(tmp_path / "x.db", parts)
    assert (+again.articles, again.claims_new, again.claims_seen_again) == ({"unchanged": 30}, 0, 0)
    assert ledger(tmp_path / "x.db") == before
    with open_store(tmp_path / "x.db") as store:
        assert check(store) == []
        assert [run["command"] for run in store.runs()] == ["import", "import"]


def test_parts_in_any_order_and_missing_ones_later(tmp_path: Path) -> None:
    parts = made(tmp_path / "parts", *archive(tmp_path / "archive"), sizes=SMALL)
    load(tmp_path / "whole.db", parts)
    away = tmp_path / "part-000001.parquet"
    (parts / away.name).rename(away)
    (parts / "part-000002.parquet").write_bytes(b"PAR1")
    first = load(tmp_path / "x.db", parts)
    assert (first.parts["missing"], first.parts["failed"]) == (1, 1)
    assert "damaged: delete it" in first.errors[0]["message"]
    away.rename(parts / away.name)
    (parts / "part-000002.parquet").unlink()
    made(parts, *archive(tmp_path / "archive"), sizes=SMALL)
    assert not load(tmp_path / "x.db", parts).failed
    assert dump(tmp_path / "x.db") == dump(tmp_path / "whole.db")


def test_one_address_many_times_is_one_article_with_revisions_and_stays_so(tmp_path: Path) -> None:
    texts = ["Miners sold 5 coins.", "Miners sold 6 coins.", "Miners sold 7 coins."]
    given = [{"url": "https://a.example/x", "title": "T", "text": text, "lang": "en"} for text in texts]
    parts = made(tmp_path / "parts", archives.jsonl(tmp_path / "a.jsonl", given))
    first = load(tmp_path / "x.db", parts)
    assert +first.articles == {"new": 1, "updated": 2}
    before = ledger(tmp_path / "x.db")
    assert len(before["revisions"]) == 3
    assert +load(tmp_path / "x.db", parts).articles == {"unchanged": 3}
    assert ledger(tmp_path / "x.db") == before


def stored(path: Path, text: str, *, fetched: datetime, rules: str = "r1") -> Article:
    article = from_text(text, url="https://a.example/x", title="T", fetched=fetched, lang="en", published=NOW)
    with open_store(path) as store:
        Writer(store, read_counts, None, rules).save(article)
    return article


def test_a_later_text_is_not_undone_by_an_archive(tmp_path: Path) -> None:
    given = [{"url": "https://a.example/x", "title": "T", "text": "Miners sold 5 coins.", "lang": "en"}]
    parts = made(tmp_path / "parts", archives.jsonl(tmp_path / "a.jsonl", given))
    later = stored(tmp_path / "x.db", "Miners sold 9 coins.", fetched=NOW + timedelta(days=1))
    assert +load(tmp_path / "x.db", parts).articles == {"unchanged": 1}
    stored(tmp_path / "y.db", "Miners sold 9 coins.", fetched=NOW - timedelta(days=1))
    assert +load(tmp_path / "y.db", parts).articles == {"updated": 1}
    with open_store(tmp_path / "x.db") as store:
        found = store.article("https://a.example/x")
    assert found
    assert found.text == later.text


def test_older_rules_do_not_undo_newer_ones(tmp_path: Path) -> None:
    given = [{"url": "https://a.example/x", "title": "T", "text": "Miners sold 5 coins.", "lang": "en"}]
    archives.jsonl(tmp_path / "a.jsonl", given)
    old = made(tmp_path / "old", tmp_path / "a.jsonl")
    new = made(tmp_path / "new", tmp_path / "a.jsonl", rules="r2")
    assert not load(tmp_path / "x.db", new, rules="r2").other_rules
    before = ledger(tmp_path / "x.db")
    report = load(tmp_path / "x.db", old, rules="r2")
    assert report.other_rules
    assert +report.articles == {"unchanged": 1}
    assert ledger(tmp_path / "x.db") == before
    load(tmp_path / "y.db", old)
    assert load(tmp_path / "y.db", new, rules="r2").claims_seen_again == 1


def test_older_parts_do_not_undo_newer_rules_than_which_the_program_has_newer_ones(tmp_path: Path) -> None:
    """Three sets of rules: the parts', the ledger's, and the program's own."""
    given = [{"url": "https://a.example/x", "title": "T", "text": "Miners sold 5 coins.", "lang": "en"}]
    archives.jsonl(tmp_path / "a.jsonl", given)
    old = made(tmp_path / "old", tmp_path / "a.jsonl")
    load(tmp_path / "x.db", made(tmp_path / "new", tmp_path / "a.jsonl", rules="r2"), rules="r2")
    before = ledger(tmp_path / "x.db")
    assert +load(tmp_path / "x.db", old, rules="r3").articles == {"unchanged": 1}
    assert ledger(tmp_path / "x.db") == before
    with open_store(tmp_path / "x.db") as store:
        found = Writer(store, read_counts, None).known("https://a.example/x")
    assert found
    assert found.rules_hash == "r2"


FAR = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")


def test_dates_at_the_ends_of_the_calendar(tmp_path: Path) -> None:
    """Those that UTC has no year for are bad records; the others are stored, whether they can be read or not."""
    dates = [*FAR, "0001-01-01T00:00:00Z", "9999-12-31", "2024-08-12"]
    given = [{"id": f"d{n}", "text": TEXTS["en"], "published": when, "lang": "en"} for n, when in enumerate(dates)]
    reader = Reader(model="none")
    parts = made(tmp_path / "parts", archives.jsonl(tmp_path / "a.jsonl", given), extract=reader)
    report = load(tmp_path / "x.db", parts, extract=reader)
    assert ["is no date" in error["message"] for error in report.errors][:2] == [True, True]
    with open_store(tmp_path / "x.db") as store:
        found = store.connection.execute("SELECT url FROM article_v1").fetchall()
    assert sorted(url for (url,) in found) == ["archive:/d2", "archive:/d3", "archive:/d4"]


@pytest.mark.parametrize("date", FAR)
def test_a_part_with_a_date_that_no_ledger_can_hold_is_told_and_the_others_are_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, date: str
) -> None:
    """As an older program wrote them."""
    given = archives.documents(20)
    given[1]["published"] = date
    path = archives.jsonl(tmp_path / "a.jsonl", given)
    with monkeypatch.context() as older:
        older.setattr("crypto_nlp.backfill.records.in_calendar", lambda moment: moment)
        parts = made(tmp_path / "parts", path, sizes=SMALL)
    report = load(tmp_path / "x.db", parts)
    assert report.parts["failed"] == 1
    assert "delete it" in report.errors[0]["message"]
    assert report.articles["new"] > 10


def test_documents_in_other_languages_are_told(tmp_path: Path) -> None:
    path = archives.jsonl(tmp_path / "a.jsonl", [{"id": "a", "text": "漢字" * 50}, *archives.documents(3)])
    out, db = str(tmp_path / "parts"), str(tmp_path / "x.db")
    done = run("backfill", str(path), "--out", out, "--workers", "1", "--model", "none")
    assert (done.exit_code, "bad: 0, in other languages: 1\n" in done.stdout) == (0, True)
    assert run("import", out, "--db", db).stdout.splitlines()[-1] == "in other languages: 1"


def test_a_run_whose_parts_lie_among_its_sources_goes_on(tmp_path: Path) -> None:
    archives.jsonl(tmp_path / "a.jsonl", archives.documents(3))
    for stood in (0, 1, 1):
        done = run("backfill", str(tmp_path), "--out", str(tmp_path / "parts"), "--format", "json")
        assert done.exit_code == 0, done.stderr
        assert json.loads(done.stdout)["parts"]["stood"] == stood


def test_the_ledgers_own_date_is_kept_and_the_text_read_for_it(tmp_path: Path) -> None:
    """The archive gives no date; the ledger has one, and the text changed."""
    stored(tmp_path / "x.db", "Miners sold 9 coins.", fetched=NOW - timedelta(days=1))
    given = [{"url": "https://a.example/x", "title": "T", "text": "Miners sold 5 coins.", "lang": "en"}]
    archives.jsonl(tmp_path / "a.jsonl", given)
    sources = find_sources([str(tmp_path / "a.jsonl")])
    run_backfill(sources, tmp_path / "parts", read_counts, now=NOW + timedelta(days=40), rules_hash="r1")
    assert +load(tmp_path / "x.db", tmp_path / "parts").articles == {"updated": 1}
    with open_store(tmp_path / "x.db") as store:
        rows = store.connection.execute("SELECT claim_id FROM mention_v1").fetchall()
    assert [row[0] for row in rows] == [f"en-{NOW.date()}-5"]


def test_texts_need_not_be_kept_and_what_is_forgotten_is_gone(tmp_path: Path) -> None:
    parts = made(tmp_path / "parts", *archive(tmp_path / "archive"))
    load(tmp_path / "x.db", parts, keep_text=False)
    with open_store(tmp_path / "x.db") as store:
        assert store.connection.execute("SELECT count(*) FROM revisions WHERE text IS NOT NULL").fetchone()[0] == 0
        assert store.connection.execute("SELECT count(*) FROM mention_v1").fetchone()[0] == 30
        assert forget(store, "https://archive.example/3") == {"articles": 1, "claims": 1}


def test_a_document_that_broke_the_extractor_is_stored_and_told(tmp_path: Path) -> None:
    def broken(text: str, *rest: Any) -> list[Any]:
        if text.startswith("T3\n"):
            raise ValueError
        return read_counts(text, *rest)

    parts = made(tmp_path / "parts", archives.jsonl(tmp_path / "a.jsonl", archives.documents(5)), extract=broken)
    for _ in range(2):
        report = load(tmp_path / "x.db", parts)
        assert report.articles["failed"] == 1
        assert "ValueError" in report.errors[0]["message"]
    with open_store(tmp_path / "x.db") as store:
        assert store.connection.execute("SELECT count(*) FROM article_v1").fetchone()[0] == 5


def test_a_folder_without_a_backfill(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no backfill"):
        load(tmp_path / "x.db", tmp_path)


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    parts = made(tmp_path / "parts", archives.jsonl(tmp_path / "a.jsonl", archives.documents(2)))
    with open_store(tmp_path / "x.db") as store, store.ingest_lock(), pytest.raises(StoreError, match="at work"):
        load(tmp_path / "x.db", parts)


KILLED = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from desks import read_counts
from crypto_nlp.backfill import run_import
from crypto_nlp.store import open_store

def told(done, _):
    print(done, flush=True)
    time.sleep(0.02)

if __name__ == "__main__":
    with open_store(sys.argv[1]) as store:
        run_import(
            store, Path(sys.argv[2]), read_counts, rules_hash="r1", model="", in_story=lambda claims, *_: list(claims),
            now=lambda: datetime(2026, 11, 2, 9, 0, tzinfo=UTC), progress=told,
        )
"""


def test_killed_in_the_middle(tmp_path: Path) -> None:
    """Whole articles or none; what the next run leaves is what an undisturbed one leaves."""
    parts = made(tmp_path / "parts", *archive(tmp_path / "archive"), sizes=SMALL)
    load(tmp_path / "whole.db", parts)
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    paths = os.pathsep.join([str(HERE), str(HERE.parent)])
    for wait in (1, 3, 5):
        with subprocess.Popen(
            [sys.executable, str(script), str(tmp_path / "x.db"), str(parts)],
            env={**os.environ, "PYTHONPATH": paths},
            stdout=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            for _ in range(wait):
                assert process.stdout.readline()
            time.sleep(0.003 * wait)
            process.send_signal(signal.SIGKILL)
    with open_store(tmp_path / "x.db") as store:
        assert check(store) == []
        assert 0 < store.connection.execute("SELECT count(*) FROM articles").fetchone()[0] < 30
    load(tmp_path / "x.db", parts)
    assert dump(tmp_path / "x.db") == dump(tmp_path / "whole.db")


def run(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(cli, list(arguments), **options)


def test_on_the_command_line(tmp_path: Path) -> None:
    given = [document(lang, "cli") for lang in TEXTS]
    path = archives.jsonl(tmp_path / "a.jsonl", given)
    out, db = str(tmp_path / "parts"), str(tmp_path / "x.db")
    done = run("backfill", str(path), "--out", out, "--workers", "1", "--model", "none", "--format", "json")
    assert (done.exit_code, done.stderr) == (0, "")
    record = json.loads(done.stdout)
    assert list(record) == [
        "parts",
        "documents",
        "claims",
        "passed_over",
        "bad",
        "other_languages",
        "seconds",
        "errors",
    ]
    assert record["parts"] == {"made": 1, "stood": 0, "elsewhere": 0, "failed": 0}
    done = run("import", out, "--db", db, "--format", "json")
    assert done.exit_code == 0
    # The parts were read without the model that is the default.
    assert "reextract" in done.stderr
    record = json.loads(done.stdout)
    assert list(record) == ["run_id", "parts", "articles", "claims", "other_languages", "errors"]
    assert record["articles"] == {"new": 3, "updated": 0, "unchanged": 0, "failed": 0}
    assert record["claims"]["new"] > 3
    assert len(run("search", "miners", "--db", db).stdout.splitlines()) > 1
    again = run("import", out, "--db", db, "--model", "none")
    assert again.stdout.splitlines()[1] == "articles: 0 new, 0 updated, 3 unchanged, 0 failed"
    assert again.stderr == ""


def test_faults_on_the_command_line(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": 1}\n' * 30)
    out, db = str(tmp_path / "parts"), str(tmp_path / "x.db")
    done = run("backfill", str(tmp_path / "a.jsonl"), "--out", out, "--workers", "1")
    assert done.exit_code == 3
    assert done.stderr.splitlines()[0] == f'{(tmp_path / "a.jsonl").as_posix()}: byte 0: "text" is no text.'
    assert done.stderr.splitlines()[-1].startswith("and 10 more")
    assert "documents: 0, passed over: 0, bad: 30" in done.stdout
    assert run("import", out, "--db", db).exit_code == 3
    for arguments, code, words in (
        (["backfill", str(tmp_path / "none"), "--out", out], 1, "no such file"),
        (["backfill", str(tmp_path / "a.jsonl")], 2, "--out"),
        (["backfill", str(tmp_path / "a.jsonl"), "--out", out, "--shard", "3/2"], 2, "is no share"),
        (["backfill", str(tmp_path / "a.jsonl"), "--out", out, "--workers", "0"], 2, "--workers"),
        (["import", str(tmp_path), "--db", db], 1, "holds no backfill"),
        (["import", str(tmp_path / "none"), "--db", db], 2, "does not exist"),
        (["backfill", "x", "--out", out, "--format", "csv"], 2, "is no format"),
    ):
        done = run(*arguments)
        assert (done.exit_code, words in done.stderr) == (code, True), done.stderr


def test_sample_data_is_never_mixed_with_an_archive(tmp_path: Path) -> None:
    parts = made(tmp_path / "parts", archives.jsonl(tmp_path / "a.jsonl", archives.documents(2)))
    with open_store(tmp_path / "sample.db") as store:
        store.set_setting("sample", "1")
    done = run("import", str(parts), "--db", str(tmp_path / "sample.db"))
    assert (done.exit_code, "never mixed" in done.stderr) == (1, True)


def test_without_the_extra_a_sentence_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crypto_nlp.backfill.plan.find_spec", lambda name: None if name == "warcio" else name)
    for arguments in (["backfill", "x", "--out", str(tmp_path)], ["import", str(tmp_path)]):
        done = run(*arguments)
        assert (done.exit_code, "crypto-nlp[backfill]" in done.stderr) == (1, True)


def test_claims_survive_the_way_through_parquet(tmp_path: Path) -> None:
    from crypto_nlp.backfill.parts import Row, read_part, write_part

    found = [claim for lang, text in TEXTS.items() for claim in Reader(model="none")(text, lang, NOW.date())]
    assert any(claim.details for claim in found)
    assert any(claim.value is None for claim in found)
    article = replace(from_text(TEXTS["en"], url="https://a.example/x", fetched=NOW, lang="en"), pages=(0, 40))
    row = Row("a: row 1", "x", article, tuple(found))
    write_part(tmp_path / "part-000000.parquet", [row, None, Row("a: row 2", problem="It is damaged.")])
    (back,) = read_part(tmp_path / "part-000000.parquet")
    assert back == [row, Row("a: row 2", problem="It is damaged.")]
    assert [type(claim.bound) for claim in back[0].claims] == [type(claim.bound) for claim in found]
