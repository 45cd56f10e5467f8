"""`backfill`: archives of three kinds, whole and damaged, cut in parts, killed in the middle, on several machines."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import archives
import pytest
from desks import read_counts

from crypto_nlp.errors import InputError
from crypto_nlp.records import Article, Claim

pytest.importorskip("pyarrow", reason="the extra `backfill` is not installed")
pytest.importorskip("warcio", reason="the extra `backfill` is not installed")

from crypto_nlp.backfill import BackfillReport, Shard, find_sources, parts, run_backfill
from crypto_nlp.backfill.parts import Row, read_part
from crypto_nlp.backfill.plan import cut
from crypto_nlp.backfill.records import Bad, Found, read

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
SMALL = {"jsonl": 900, "warc": 1500, "parquet": 5}
MAKERS = {
    "a.jsonl": archives.jsonl,
    "a.ndjson.gz": archives.jsonl,
    "a.parquet": archives.parquet,
    "a.warc": archives.warc,
    "a.warc.gz": archives.warc,
}


def backfill(out: Path, *names: Path, extract: Any = read_counts, **options: Any) -> BackfillReport:
    return run_backfill(find_sources([str(name) for name in names]), out, extract, now=NOW, rules_hash="r1", **options)


def rows(out: Path) -> list[Row]:
    return [row for path in sorted(out.glob("part-*.parquet")) for batch in read_part(path) for row in batch]


def troubled(text: str, lang: str | None, day: date) -> list[Claim]:
    """Breaks on one document, and takes its process along on another."""
    if text.startswith("T3\n"):
        message = "three"
        raise ValueError(message)
    if text.startswith("T8\n"):
        os._exit(3)
    return read_counts(text, lang, day)


@pytest.mark.parametrize("name", MAKERS)
def test_documents_of_every_kind_of_file(tmp_path: Path, name: str) -> None:
    given = archives.documents(10)
    report = backfill(tmp_path / "out", MAKERS[name](tmp_path / name, given))
    assert (report.counts.documents, report.counts.claims, report.counts.bad) == (10, 10, 0)
    assert report.counts.passed_over == (11 if "warc" in name else 0)
    assert not report.failed
    for row, document in zip(rows(tmp_path / "out"), given, strict=True):
        article = row.article
        assert article is not None
        assert (article.url, article.title, article.lang) == (document["url"], document["title"], document["lang"])
        assert article.text == f"{document['title']}\n{document['text']}"
        assert article.published == datetime.fromisoformat(document["published"])
        assert article.local_date.isoformat() == document["published"][:10]
        assert article.publisher == "The archive"
        assert list(row.claims) == read_counts(article.text, article.lang, article.local_date)
        assert article.fetched == (datetime(2024, 9, 1, tzinfo=UTC) if "warc" in name else NOW)


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize("size", [1, 77, 400, 1001, 100_000])
def test_every_record_is_in_one_part_however_they_are_cut(tmp_path: Path, name: str, size: int) -> None:
    path = MAKERS[name](tmp_path / name, archives.documents(12))
    parts = cut(find_sources([str(path)]), dict.fromkeys(SMALL, size))
    found = [record.url for part in parts for record in read(part) if isinstance(record, Found)]
    assert found == [document["url"] for document in archives.documents(12)]
    assert [part.number for part in parts] == list(range(len(parts)))


def test_a_document_says_what_it_likes_and_no_more_is_asked(tmp_path: Path) -> None:
    archives.jsonl(
        tmp_path / "a.jsonl",
        [
            {"text": "Miners sold 5 coins."},
            {"id": "one two", "text": "Miners sold 6 coins.", "date": "2024-08-12", "other": [1]},
            {"id": "https://a.example/x", "html": archives.page(archives.documents(1)[0]).decode()},
        ],
    )
    backfill(tmp_path / "out", tmp_path / "a.jsonl")
    bare, named, paged = (row.article for row in rows(tmp_path / "out"))
    assert bare
    assert named
    assert paged
    assert bare.url == f"archive:/{(tmp_path / 'a.jsonl').as_posix().lstrip('/')}/0"
    assert (bare.published, bare.local_date, bare.fetched) == (None, NOW.date(), NOW)
    assert (named.url, named.local_date) == ("archive:/one%20two", date(2024, 8, 12))
    assert (paged.url, paged.title) == ("https://a.example/x", "T0")


def test_bad_lines_are_told_with_their_place_and_the_rest_is_read(tmp_path: Path) -> None:
    path = archives.jsonl(tmp_path / "a.jsonl", archives.documents(3))
    lines = path.read_bytes().splitlines(keepends=True)
    bad = [b'{"text": \n', b"[1]\n", b'{"id": "x"}\n', b'{"text": 5}\n', b"\xff\xfe{}\n"]
    bad.append(b'{"text": "a", "published": "soon"}\n')
    path.write_bytes(lines[0] + b"\n" + b"".join(bad) + b"".join(lines[1:]))
    report = backfill(tmp_path / "out", path)
    assert (report.counts.documents, report.counts.bad) == (3, len(bad))
    assert report.failed
    places = [f"{path.as_posix()}: byte {path.read_bytes().index(line)}" for line in bad]
    assert [error["place"] for error in report.errors] == places
    for words, error in zip(
        ("no JSON", "object", "has a", "no text", "no JSON", "no date"), report.errors, strict=True
    ):
        assert words in error["message"]


def test_half_a_character_is_a_bad_record_or_a_space(tmp_path: Path) -> None:
    """An address is told, since a cleaned one could be another document's; in a text it is a space as everywhere."""
    text = "Miners sold 5 coins."
    lines = [{key: f"x{half}", "text": text} for key in ("id", "url") for half in ("\ud800", "\udfff")]
    fine = {"id": "fine", "title": "T\ud800", "text": f"{text}\ud800", "publisher": "P\udc00", "lang": "en\ud800"}
    page = archives.page(archives.documents(1)[0]).decode().replace("coins", "coins\ud800")
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(map(json.dumps, [*lines, fine, {"id": "page", "html": page}])), encoding="utf-8")
    report = backfill(tmp_path / "out", path)
    assert (report.counts.documents, report.counts.bad) == (2, 4)
    assert [("lone surrogate" in error["message"]) for error in report.errors] == [True] * 4
    cleaned, paged = (row.article for row in rows(tmp_path / "out") if row.article)
    assert (cleaned.title, cleaned.text, cleaned.publisher) == ("T", f"T\n{text}", "P ")
    assert "Fees fell to a new low." in paged.text


def test_what_a_page_says_of_itself_in_half_characters_does_not_end_the_part(tmp_path: Path) -> None:
    article = Article("u", "u", "t", "text", "en", None, NOW.date(), NOW, "h", publisher="P\ud800")
    parts.write_part(tmp_path / "part-000000.parquet", [Row("a", "i", article), Row("b", problem="\udfff")])
    ((one, two),) = read_part(tmp_path / "part-000000.parquet")
    assert one.article
    assert (one.article.publisher, two.problem) == ("P\ufffd", "\ufffd")


def test_a_page_that_is_dated_or_was_fetched_at_the_end_of_the_calendar(tmp_path: Path) -> None:
    given = archives.documents(3)
    given[1]["published"] = "9999-12-31T23:59:59-14:00"
    path = archives.warc(tmp_path / "a.warc", given)
    path.write_bytes(path.read_bytes().replace(b"2024-09-01T00:00:00Z", b"9999-12-31T23:00:00Z"))
    assert backfill(tmp_path / "out", path).counts.documents == 3


def test_a_file_whose_name_is_not_utf8(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"s3\xff.jsonl")).write_text('{"text": "a"}')
    with pytest.raises(InputError, match=r"s3\\xff\.jsonl is not UTF-8.*rename it"):
        find_sources([str(tmp_path)])


@pytest.mark.parametrize("lang", ["EN", "en-US", "en_GB", " En ", "English", "en-", "x" * 50, "fr"])
def test_languages_as_people_write_them(tmp_path: Path, lang: str) -> None:
    text = "Bitcoin miners sold 5 coins in October, the company said on Monday, and fees fell to a new low this year."
    report = backfill(tmp_path / "out", archives.jsonl(tmp_path / "a.jsonl", [{"text": text, "lang": lang}]))
    assert (report.counts.claims, report.counts.other_languages) == (1, 0)
    (row,) = rows(tmp_path / "out")
    assert row.article
    assert row.article.lang == "en"


def test_documents_in_no_supported_language_are_counted(tmp_path: Path) -> None:
    french = "Les mineurs ont vendu 5 coins en octobre, selon la société, et les frais ont baissé cette année."
    given = [{"text": french, "lang": "fr"}, {"text": french, "lang": "fr-FR"}, {"text": "5", "lang": ""}]
    report = backfill(tmp_path / "out", archives.jsonl(tmp_path / "a.jsonl", [*given, *archives.documents(3)]))
    assert (report.counts.documents, report.counts.claims, report.counts.other_languages) == (6, 3, 3)
    assert [row.article.lang for row in rows(tmp_path / "out")[:3] if row.article] == ["fr", "fr", None]


def test_a_line_without_end_is_not_held_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crypto_nlp.backfill.records.MAX_RECORD", 5000)
    path = archives.jsonl(tmp_path / "a.jsonl", archives.documents(1))
    line = path.read_bytes()
    path.write_bytes(line + b'{"text": "' + b"a" * 50_000 + b'"}\n' + line)
    found = list(read(*cut(find_sources([str(path)]), {})))
    assert [type(record) for record in found] == [Found, Bad, Found]


def test_packed_lines_that_break_off(tmp_path: Path) -> None:
    path = archives.jsonl(tmp_path / "a.jsonl.gz", archives.documents(400))
    path.write_bytes(path.read_bytes()[:-2000])
    report = backfill(tmp_path / "out", path)
    assert 0 < report.counts.documents < 400
    assert [("breaks off" in error["message"]) for error in report.errors] == [True]


def test_damaged_parquet(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 and nothing else")
    archives.parquet(tmp_path / "b.parquet", [{"id": "x", "body": "y"}])
    path = archives.parquet(tmp_path / "c.parquet", archives.documents(12), group=4)
    content = bytearray(path.read_bytes())
    at = content.index(b"https://archive.example/5")
    content[at - 40 : at] = b"\xff" * 40
    path.write_bytes(bytes(content))
    report = backfill(tmp_path / "out", tmp_path)
    assert report.counts.documents == 8
    told = {Path(error["place"]).name: error["message"] for error in report.errors}
    assert list(told) == ["a.parquet", "b.parquet", "c.parquet: rows 4 to 7"]
    assert "neither a column" in told["b.parquet"]


def test_parquet_with_values_that_python_has_none_for(tmp_path: Path) -> None:
    """Nanoseconds are read; a far date, an unknown time zone, or no UTF-8 takes no other row along."""
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    moment = 1_723_420_800_000_000_001
    texts, sound = pa.array([f"Miners sold {n} coins." for n in range(3)]), {}
    for name, published in {
        "nanoseconds": pa.array([moment, None, moment], pa.timestamp("ns")),
        "zone": pa.array([moment, None, moment], pa.timestamp("ns", "Nowhere/At_all")),
        "far": pa.array([10**12, None, 0], pa.timestamp("us")),
        "farther": pa.array([10**15, None, 0], pa.timestamp("ms")),
        "day": pa.array([-(10**8), None, 0], pa.date32()),
    }.items():
        parquet.write_table(pa.table({"text": texts, "published": published}), tmp_path / f"{name}.parquet")
        report = backfill(tmp_path / name, tmp_path / f"{name}.parquet")
        sound[name] = report.counts.documents
        assert report.counts.documents + report.counts.bad == 3
        assert all(": row " in error["place"] for error in report.errors)
    assert sound == {"nanoseconds": 3, "zone": 1, "far": 3, "farther": 2, "day": 2}
    article = rows(tmp_path / "nanoseconds")[0].article
    assert article
    assert article.published == datetime(2024, 8, 12, tzinfo=UTC)


def test_parquet_that_is_not_utf8(tmp_path: Path) -> None:
    path = archives.parquet(tmp_path / "a.parquet", archives.documents(100), group=100)
    content = path.read_bytes()
    path.write_bytes(content.replace(b"https://archive.example/77", b"https://archive.example/\xff7"))
    report = backfill(tmp_path / "out", path, sizes={"parquet": 30})
    assert report.counts.documents == 99
    assert [error["place"] for error in report.errors] == [f"{path.as_posix()}: row 77"]


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
@pytest.mark.parametrize("size", [1500, 1 << 30])
def test_damaged_warc(tmp_path: Path, name: str, size: int) -> None:
    """A stretch in the middle is spoilt, and the end is missing: every other page is read, both places are told."""
    path = archives.warc(tmp_path / name, archives.documents(12))
    whole = [r.place for r in read(*cut(find_sources([str(path)]), {})) if isinstance(r, Found)]
    offsets = [int(place.rpartition(" ")[2]) for place in whole]
    content = bytearray(path.read_bytes())
    spoilt = offsets[5] + (40 if name.endswith("gz") else 0)
    content[spoilt : spoilt + 60] = b"\0" * 60
    path.write_bytes(bytes(content[: offsets[11] + 300]))
    report = backfill(tmp_path / "out", path, sizes={"warc": size})
    read_urls = [row.article.url for row in rows(tmp_path / "out") if row.article]
    assert read_urls == [d["url"] for n, d in enumerate(archives.documents(11)) if n != 5]
    assert {int(error["place"].rpartition(" ")[2]) for error in report.errors} >= {offsets[11]}
    assert 2 <= len(report.errors) <= 3


def test_pages_that_were_not_there_are_passed_over(tmp_path: Path) -> None:
    report = backfill(tmp_path / "out", archives.warc(tmp_path / "a.warc", archives.documents(2), status="404 Gone"))
    assert (report.counts.documents, report.counts.passed_over, report.counts.bad) == (0, 5, 0)


def test_what_breaks_the_extractor_is_told_and_kept_without_claims(tmp_path: Path) -> None:
    report = backfill(tmp_path / "out", archives.jsonl(tmp_path / "a.jsonl", archives.documents(5)), extract=troubled)
    assert (report.counts.documents, report.counts.claims, report.counts.bad) == (5, 4, 1)
    (broken,) = [row for row in rows(tmp_path / "out") if row.problem]
    assert broken.article is not None
    assert "ValueError" in broken.problem


def test_sources_are_files_folders_and_patterns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x" / "y").mkdir(parents=True)
    for name in ("x/b.jsonl", "x/y/a.NDJSON", "c.jsonl", "x/readme.txt"):
        (tmp_path / name).write_text("")
    assert [source.name for source in find_sources(["x", "c.jsonl", "x/*.jsonl"])] == [
        "c.jsonl",
        "x/b.jsonl",
        "x/y/a.NDJSON",
    ]
    for name, words in (("nothing*", "no such file"), ("x/readme.txt", "no kind"), ("empty", "holds no file")):
        (tmp_path / "empty").mkdir(exist_ok=True)
        with pytest.raises(InputError, match=words):
            find_sources([name])


def test_parts_among_the_sources_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named by their folder, by a pattern, or one by one as a shell does; what else lies there is read."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x" / "out").mkdir(parents=True)
    for name in ("x/a.jsonl", "x/out/b.jsonl", "x/out/part-000000.parquet", "x/part-000000.parquet"):
        (tmp_path / name).write_text("")
    expected = ["x/a.jsonl", "x/out/b.jsonl", "x/part-000000.parquet"]
    for names in (["x"], ["x/**/*.*"], [*expected, "x/out/part-000000.parquet"]):
        assert [source.name for source in find_sources(names, tmp_path / "x" / "y" / ".." / "out")] == expected
    with pytest.raises(InputError, match="name the archive"):
        find_sources(["x/out/*.parquet"], Path("x/out"))


def contents(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(out.glob("part-*"))}


def test_parts_that_stand_are_not_made_again(tmp_path: Path) -> None:
    path = archives.jsonl(tmp_path / "a.jsonl", archives.documents(20))
    first = backfill(tmp_path / "out", path, sizes=SMALL)
    made = contents(tmp_path / "out")
    assert first.parts["made"] == len(made) > 5
    (tmp_path / "out" / "part-000002.parquet").unlink()
    before = {file.name: file.stat().st_mtime_ns for file in (tmp_path / "out").glob("part-*")}
    again = backfill(tmp_path / "out", path, sizes=SMALL)
    assert (again.parts["made"], again.parts["stood"]) == (1, len(made) - 1)
    assert again.counts == first.counts
    assert contents(tmp_path / "out") == made
    for name, moment in before.items():
        assert (tmp_path / "out" / name).stat().st_mtime_ns == moment


def test_machines_share_the_work_and_make_what_one_makes(tmp_path: Path) -> None:
    archives.jsonl(tmp_path / "a.jsonl", archives.documents(20))
    archives.warc(tmp_path / "b.warc.gz", archives.documents(10))
    names = [tmp_path / "a.jsonl", tmp_path / "b.warc.gz"]
    backfill(tmp_path / "one", *names, sizes=SMALL)
    made = [
        backfill(tmp_path / "many", *names, sizes=SMALL, shard=Shard(number, 3)).parts["made"] for number in (3, 1, 2)
    ]
    assert contents(tmp_path / "many") == contents(tmp_path / "one")
    assert sum(made) == len(contents(tmp_path / "one"))
    assert min(made) > 0


def test_several_processes_make_what_one_makes_and_survive_one_that_dies(tmp_path: Path) -> None:
    path = archives.jsonl(tmp_path / "a.jsonl", archives.documents(20))
    backfill(tmp_path / "one", path, sizes=SMALL)
    report = backfill(tmp_path / "two", path, sizes=SMALL, extract=troubled, workers=2)
    assert report.parts["failed"] == 1
    assert "fewer --workers" in next(error["message"] for error in report.errors if "part-" in error["place"])
    assert not list((tmp_path / "two").glob(".*"))
    again = backfill(tmp_path / "two", path, sizes=SMALL, workers=2)
    assert (again.parts["made"], again.parts["failed"]) == (1, 0)
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    # The document that broke the extractor is in another part than the one that took its process along.
    assert sum(one[name] != two[name] for name in one) == 1


@pytest.mark.parametrize("change", ["files", "rules", "size of parts"])
def test_a_folder_takes_one_backfill_only(tmp_path: Path, change: str) -> None:
    path = archives.jsonl(tmp_path / "a.jsonl", archives.documents(3))
    backfill(tmp_path / "out", path)
    if change == "files":
        archives.jsonl(path, archives.documents(4))
    sizes = SMALL if change == "size of parts" else None
    rules = "r2" if change == "rules" else "r1"
    with pytest.raises(InputError, match=f"other {change}"):
        run_backfill(find_sources([str(path)]), tmp_path / "out", read_counts, now=NOW, rules_hash=rules, sizes=sizes)


KILLED = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from desks import read_counts
from crypto_nlp.backfill import find_sources, run_backfill

def slowly(*job):
    time.sleep(0.01)
    return read_counts(*job)

if __name__ == "__main__":
    run_backfill(
        find_sources([sys.argv[1]]), Path(sys.argv[2]), slowly, now=datetime(2026, 11, 2, 9, 0, tzinfo=UTC),
        rules_hash="r1", sizes={"jsonl": 900, "warc": 1500, "parquet": 5}, workers=int(sys.argv[3]),
    )
"""


@pytest.mark.parametrize(("ending", "workers"), [(signal.SIGKILL, 1), (signal.SIGKILL, 2), (signal.SIGINT, 2)])
def test_killed_in_the_middle(tmp_path: Path, ending: signal.Signals, workers: int) -> None:
    """What stands after a kill is whole parts; the next run makes the rest, and all is as if nobody had killed it."""
    folder, out = tmp_path / "archive", tmp_path / "out"
    folder.mkdir()
    for name in ("a.jsonl", "b.parquet", "c.warc.gz"):
        MAKERS[f"a.{name.partition('.')[2]}"](folder / name, archives.documents(40))
    backfill(tmp_path / "undisturbed", folder, sizes=SMALL)
    expected = contents(tmp_path / "undisturbed")
    script = tmp_path / "killed.py"
    script.write_text(KILLED, encoding="utf-8")
    paths = os.pathsep.join([str(HERE), str(HERE.parent)])
    for stands in (1, 4):
        with subprocess.Popen(
            [sys.executable, str(script), str(folder), str(out), str(workers)],
            env={**os.environ, "PYTHONPATH": paths},
            stderr=subprocess.DEVNULL,
        ) as process:
            _wait_for_parts(out, stands, process)
            process.send_signal(ending)
        found = contents(out)
        assert stands <= len(found) < len(expected)
        assert all(found[name] == expected[name] for name in found)
    if ending is signal.SIGINT:
        assert not list(out.glob(".*"))
    report = backfill(out, folder, sizes=SMALL)
    assert report.counts.documents == 120
    assert contents(out) == expected
    # A process of the killed run that is still at its last part takes its own unfinished file away.
    assert workers == 2 or not list(out.glob(".*"))


def _wait_for_parts(out: Path, count: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 120
    while len(list(out.glob("part-*"))) < count:
        assert process.poll() is None
        assert time.monotonic() < end, "no part was made"
        time.sleep(0.005)


def test_memory_does_not_grow_with_the_archive(tmp_path: Path) -> None:
    """A part is written while it is read: no more than a batch of documents is held."""
    waiting: weakref.WeakSet[Row] = weakref.WeakSet()
    most = 0

    class Counted(Row):
        __slots__ = ("__weakref__",)

        __hash__ = object.__hash__

    def made() -> Iterator[Row]:
        nonlocal most
        for number in range(1000):
            row = Counted("p", "i", Article("u", "u", "t", f"text {number}", "en", None, NOW.date(), NOW, "h"))
            waiting.add(row)
            most = max(most, len(waiting))
            yield row
            del row

    counts = parts.write_part(tmp_path / "part-000000.parquet", made())
    assert counts.documents == 1000
    assert most <= parts.BATCH + 2


def test_the_plan_is_plain_json(tmp_path: Path) -> None:
    path = archives.jsonl(tmp_path / "a.jsonl", archives.documents(3))
    backfill(tmp_path / "out", path, model="m")
    plan = json.loads((tmp_path / "out" / "plan.json").read_text(encoding="utf-8"))
    assert (plan["parts"], plan["rules"], plan["model"], plan["made"]) == (1, "r1", "m", NOW.isoformat())
    assert plan["files"] == [{"name": path.as_posix(), "size": path.stat().st_size}]
    (tmp_path / "out" / "plan.json").write_text("{}")
    with pytest.raises(InputError, match="cannot be read"):
        backfill(tmp_path / "out", path)
