"""Extraction in several processes: the same ledger in the same order, faults, Ctrl-C, and nothing left running."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from desks import BODY, TEXT, Desk, read_counts
from servers import Answer, item, page, rss, serving

from crypto_nlp.ingest import workers
from crypto_nlp.ingest.backlog import WORTH_STARTING
from crypto_nlp.ingest.workers import WorkerDied, Workers
from crypto_nlp.records import Claim

HERE = Path(__file__).parent
DAY = date(2026, 11, 2)
MANY = WORTH_STARTING + 40


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with serving() as server:
        desk = Desk(tmp_path / "desk.db", server)
        yield desk
        desk.store.close()


class Odd(Exception):  # noqa: N818 - made to be awkward
    """An error that cannot be sent: unpickling calls it with one argument."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(one + other)


def troubled(text: str, lang: str | None, day: date, *, folder: str = "") -> list[Claim]:
    """Reads counts, fails on some texts, and notes which process read what."""
    if folder:
        with (Path(folder) / str(os.getpid())).open("a", encoding="utf-8") as stream:
            stream.write(text.partition("\n")[0] + "\n")
    if "T7\n" in text:
        message = "seven"
        raise ValueError(message)
    if "T8\n" in text:
        one = "eight"
        raise Odd(one, "!")
    if "dies\n" in text:
        os._exit(3)
    return read_counts(text, lang, day)


def fill(desk: Desk) -> None:
    """A feed of full texts, among them reprints, and a feed of pages that has one of the texts too."""
    texts = [
        item(
            f"T{n}",
            desk.server.url(f"/t{n}"),
            guid=f"t{n}",
            content=TEXT.replace("500", str(500 + n // 2)),
        )
        for n in range(MANY)
    ]
    last = desk.server.url(f"/t{MANY - 1}")
    pages = [item("The last one again", last, guid="again", content=TEXT)]
    for n in range(8):
        desk.server.answers[f"/p{n}"] = Answer(page(f"P{n}", *(line.replace("500", str(900 + n)) for line in BODY)))
        pages.append(item(f"P{n}", desk.server.url(f"/p{n}"), guid=f"p{n}", summary="Short…"))
    desk.feed("/texts", rss(*texts))
    desk.feed("/pages", rss(*pages))


def ledger(desk: Desk) -> list[list[tuple[Any, ...]]]:
    tables = ("article_v1", "mention_v1", "claim_v1", "stories", "entries")
    return [[*desk.rows(f"SELECT * FROM {table}")] for table in tables]  # noqa: S608 - our own names


def test_several_processes_write_what_one_writes(tmp_path: Path) -> None:
    made, errors = [], []
    with serving() as server:
        for jobs in (1, 3):
            desk = Desk(tmp_path / f"{jobs}.db", server)
            fill(desk)
            folder = tmp_path / f"read-{jobs}"
            folder.mkdir()
            report = desk.run(jobs=jobs, extract=partial(troubled, folder=str(folder)), threads=1)
            made.append((ledger(desk), report.as_record() | {"seconds": 0, "errors": []}))
            errors.append(sorted((error.url, error.message) for error in report.errors))
            desk.store.close()
            readers = {int(path.name) for path in folder.iterdir()}
            assert os.getpid() in readers
            assert (len(readers) > 1) == (jobs > 1)
    assert made[0] == made[1]
    # The type of an error that cannot be sent is in its words.
    assert [len(found) for found in errors] == [2, 2]
    assert errors[0][0] == errors[1][0]


def test_few_articles_start_no_process(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers.Workers, "submit", None)
    desk.feed("/feed", rss(*(item(f"T{n}", desk.server.url(f"/{n}"), guid=str(n), content=TEXT) for n in range(20))))
    assert +desk.run(jobs=4).articles == {"new": 20}


def test_ctrl_c_stores_whole_articles_and_the_next_run_the_rest(desk: Desk) -> None:
    fill(desk)
    stored = []

    def interrupt(_: Any) -> None:
        stored.append(1)
        if len(stored) == 30:
            signal.raise_signal(signal.SIGINT)

    report = desk.run(jobs=3, extract=troubled, progress=interrupt)
    assert report.interrupted
    assert 0 < report.articles["new"] < MANY
    assert len(desk.articles()) == report.articles["new"] + report.articles["failed"]
    desk.run(jobs=3, extract=troubled)
    assert len(desk.articles()) == MANY + 8


def test_a_process_that_dies_is_replaced_and_its_text_reported() -> None:
    pool = Workers(troubled, 1)
    try:
        dead = pool.submit("dies\n5 coins", "en", DAY)
        alive = pool.submit("T1\n5 coins", "en", DAY)
        assert isinstance(dead.exception(timeout=60), WorkerDied)
        assert [claim.anchor for claim in alive.result(timeout=60)] == ["5 coins"]
    finally:
        pool.close()


def test_texts_that_no_process_has_begun_can_be_taken_back() -> None:
    pool = Workers(partial(read_counts), 1)
    futures = [pool.submit("T\n5 coins", "en", DAY) for _ in range(50)]
    taken = [future.cancel() for future in futures]
    pool.close(at_once=True)
    assert any(taken)
    assert all(future.done() for future in futures[1:])


PARENT = """
import sys, time
from datetime import date
from desks import read_counts
from crypto_nlp.ingest.workers import Workers
if __name__ == "__main__":
    pool = Workers(read_counts, 2)
    for future in [pool.submit("T\\n5 coins", "en", date(2026, 11, 2)) for _ in range(20)]:
        future.result()
    print(json.dumps([process.pid for process in pool._processes]), flush=True)
    time.sleep(60)
"""


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at /proc")
def test_a_killed_program_leaves_no_process_behind(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text("import json\n" + PARENT, encoding="utf-8")
    paths = os.pathsep.join([str(HERE), str(HERE.parent)])
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": paths}
    ) as parent:
        assert parent.stdout is not None
        started = json.loads(parent.stdout.readline())
        assert started
        assert all(Path(f"/proc/{pid}").exists() for pid in started)
        parent.kill()
    end = time.monotonic() + 20
    while any(_runs(pid) for pid in started):
        assert time.monotonic() < end, "a worker outlived its program"
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
