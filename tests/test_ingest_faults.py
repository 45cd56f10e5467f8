"""Faults around an ingest: kills, Ctrl-C, two at once, a database that is locked or read-only, feeds that change."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from desks import BODY, TEXT, Desk, read_counts
from servers import Answer, Server, feed_answer, item, page, rss, serving

from crypto_nlp.errors import StoreError
from crypto_nlp.store import open_store

HERE = Path(__file__).parent


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with serving() as server:
        desk = Desk(tmp_path / "desk.db", server)
        yield desk
        desk.store.close()


def small_world(server: Server) -> list[str]:
    """Two feeds: one of pages, one with full texts, among them reprints, an edit and a page that fails."""
    pages = []
    for number in range(12):
        text = [line.replace("500", str(500 + number)) for line in BODY]
        server.answers[f"/p{number}"] = Answer(page(f"Page {number}", *text))
        pages.append(item(f"Page {number}", server.url(f"/p{number}"), guid=f"p{number}", summary="Short…"))
    server.answers["/p7"] = Answer(b"", 404)
    server.answers["/pages"] = feed_answer(rss(*pages), ETag='"1"')
    texts = [
        item(
            f"Text {number}",
            server.url(f"/t{number}"),
            guid=f"t{number}",
            content=TEXT.replace("500", str(600 + number // 3)),
        )
        for number in range(12)
    ]
    server.answers["/texts"] = feed_answer(rss(*texts), ETag='"2"')
    return [server.url("/pages"), server.url("/texts")]


def kill(folder: Path, kills: int, seed: int) -> dict[str, Any]:
    with serving() as server:
        urls = small_world(server)
        command = [sys.executable, str(HERE / "killing.py"), str(folder), str(kills), str(seed), *urls]
        paths = os.pathsep.join([str(HERE), str(HERE.parent)])
        done = subprocess.run(
            command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": paths}, check=False
        )
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_twenty_kills_leave_what_an_undisturbed_run_leaves(tmp_path: Path) -> None:
    result = kill(tmp_path, 20, seed=5)
    assert result["differences"] == []
    assert result["articles"] == 24
    assert result["before_end"] == 20


@pytest.mark.long
def test_three_hundred_kills(tmp_path: Path) -> None:
    result = kill(tmp_path, 300, seed=int(time.time()))
    assert result["differences"] == []
    assert result["before_end"] == 300


def test_ctrl_c_finishes_the_article_in_hand(desk: Desk) -> None:
    desk.feed("/feed", rss(*(item(f"T{n}", desk.server.url(f"/{n}"), guid=str(n), content=TEXT) for n in range(20))))
    read: list[str] = []

    def interrupted(text: str, lang: str | None, day: Any) -> list[Any]:
        read.append(text)
        if len(read) == 3:
            signal.raise_signal(signal.SIGINT)
        return read_counts(text, lang, day)

    report = desk.run(extract=interrupted)
    assert report.interrupted
    assert report.outcome == "interrupted"
    assert +report.articles == {"new": 3}
    assert len(desk.articles()) == 3
    assert desk.rows("SELECT outcome FROM runs") == [("interrupted",)]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert +desk.run().articles == {"new": 17}


def test_a_second_ctrl_c_leaves_at_once_and_nothing_half_written(desk: Desk) -> None:
    desk.feed("/feed", rss(*(item(f"T{n}", desk.server.url(f"/{n}"), guid=str(n), content=TEXT) for n in range(5))))

    def interrupted(text: str, lang: str | None, day: Any) -> list[Any]:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        return read_counts(text, lang, day)

    with pytest.raises(KeyboardInterrupt):
        desk.run(extract=interrupted)
    assert desk.articles() == []
    assert +desk.run().articles == {"new": 5}


def test_a_database_locked_by_another_program_is_waited_for(desk: Desk) -> None:
    desk.feed("/feed", rss(item("A", desk.server.url("/a"), guid="1", content=TEXT)))
    other = sqlite3.connect(desk.path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.7, lambda: other.execute("ROLLBACK"))
    release.start()
    assert +desk.run().articles == {"new": 1}
    release.join()
    other.close()


def test_a_database_locked_for_too_long_is_an_error(desk: Desk) -> None:
    desk.feed("/feed", rss(item("A", desk.server.url("/a"), guid="1", content=TEXT)))
    desk.store.close()
    desk.store = open_store(desk.path, busy_seconds=0.2)
    other = sqlite3.connect(desk.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked"):
        desk.run()
    other.execute("ROLLBACK")
    other.close()
    assert +desk.run().articles == {"new": 1}


def test_a_full_disk_is_an_error_and_nothing_half_written_stays(desk: Desk) -> None:
    long = "<p>" + " ".join(f"{line} {number}" for number in range(4000) for line in BODY) + "</p>"
    desk.feed(
        "/feed", rss(*(item(f"T{n}", desk.server.url(f"/{n}"), guid=str(n), content=long + str(n)) for n in range(3)))
    )
    used = desk.rows("PRAGMA page_count")[0][0]
    desk.store.connection.execute(f"PRAGMA max_page_count = {used + 700}")
    with pytest.raises(StoreError, match="full"):
        desk.run(extract=lambda *_: [])
    assert desk.rows("PRAGMA integrity_check") == [("ok",)]
    assert desk.rows("PRAGMA foreign_key_check") == []
    desk.store.connection.execute("PRAGMA max_page_count = 1073741823")
    desk.run(extract=lambda *_: [])
    assert len(desk.articles()) == 3
    assert {row[3] for row in desk.articles()} == {1}


def test_a_feed_that_changes_while_it_is_read(desk: Desk) -> None:
    versions = iter(range(1000))

    def changing(_asked: object) -> Answer:
        first = next(versions)
        return feed_answer(
            rss(*(item(f"T{n}", desk.server.url(f"/{n}"), guid=str(n), content=TEXT) for n in range(first, first + 5)))
        )

    desk.feed("/feed", changing)
    for _ in range(6):
        desk.run()
        desk.later(hours=25)
    assert len(desk.articles()) == 10
    assert {row[3] for row in desk.articles()} == {1}
