"""A day at the desk, compressed: feeds that publish, hosts that fail at random, a run every so often."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from desks import BODY, read_counts
from servers import Answer, Asked, feed_answer, item, page, rss, serving

from crypto_nlp.feeds.sources import Settings
from crypto_nlp.ingest import run_ingest
from crypto_nlp.records import Feed
from crypto_nlp.store import open_store

START = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)
FAULTS = ("500", "503", "404", "empty", "half", "hang up", "html", "packed")


class World:
    """Feeds whose entries appear through the day; every tenth answer is a fault until the night is over."""

    def __init__(self, feeds: int, seed: int) -> None:
        self.chance = random.Random(seed)  # noqa: S311 - a simulation
        self.now = START
        self.faults: Counter[str] = Counter()
        self.entries = {
            feed: [START + timedelta(minutes=self.chance.randint(0, 1380)) for _ in range(self.chance.randint(0, 12))]
            for feed in range(feeds)
        }
        self.faulty: Counter[str] = Counter()

    def answer(self, asked: Asked) -> Answer:
        parts = asked.path.strip("/").split("/")
        if parts[0] == "robots.txt":
            return Answer(b"", 404)
        feed = int(parts[1])
        if parts[0] == "feed":
            return self._fault(asked.path) or self._feed(feed, asked)
        entry = int(parts[2])
        return self._fault(asked.path) or Answer(page(f"News {feed}-{entry}", *self._text(feed, entry)))

    def _fault(self, path: str) -> Answer | None:
        day = self.now < START + timedelta(hours=24)
        # A page is given up after five failures in a row, which is right and would spoil the count.
        if not day or self.chance.random() > 0.1 or (path.startswith("/page") and self.faulty[path] >= 3):
            return None
        kind = self.chance.choice(FAULTS[:-2] if path.startswith("/page") else FAULTS)
        self.faults[kind] += 1
        self.faulty[path] += 1
        half = rss(item("Half", "http://127.0.0.1/half", content="<p>Half a text"))[:-60]
        answers = {
            "500": Answer(b"fault", 500),
            "503": Answer(b"busy", 503, {"Retry-After": str(self.chance.choice([60, 1800, 7200]))}),
            "404": Answer(b"", 500),
            "empty": Answer(b"", 500 if path.startswith("/page") else 200),
            "half": Answer(half, headers={"Content-Type": "application/rss+xml"}),
            "hang up": Answer(raw=lambda _out: None),
            "html": Answer(page("Maintenance", "We will be back soon.")),
            "packed": Answer(b"\x1f\x8bno", headers={"Content-Encoding": "gzip"}),
        }
        return answers["hang up" if path.startswith("/page") and kind == "half" else kind]

    def _feed(self, feed: int, asked: Asked) -> Answer:
        published = [(number, at) for number, at in enumerate(self.entries[feed]) if at <= self.now]
        tag = f'"{feed}-{len(published)}"'
        if asked.headers.get("if-none-match") == tag:
            return Answer(status=304, headers={"ETag": tag})
        host = asked.headers["host"]
        items = []
        for number, at in published:
            text = "".join(f"<p>{line}</p>" for line in self._text(feed, number))
            own = {"content": text} if (feed + number) % 3 else {}
            link = f"http://{host}/page/{feed}/{number}"
            items.append(item(f"News {feed}-{number}", link, guid=f"{feed}-{number}", published=at, **own))
        return feed_answer(rss(*items), ETag=tag)

    def _text(self, feed: int, entry: int) -> list[str]:
        return [line.replace("500", str(1000 + feed)).replace("12%", f"{entry}%") for line in BODY]


def live(folder: Path, feeds: int, seed: int, minutes: int) -> tuple[World, list[tuple[str, int]]]:
    """Run every so many ``minutes`` for a day with faults and two without.

    The stored addresses with their revisions.
    """
    world = World(feeds, seed)
    with serving("0.0.0.0") as server, open_store(folder / "day.db") as store:  # noqa: S104 - a host for each feed
        server.otherwise = world.answer
        listed = [
            Feed(f"f{n}", f"http://127.2.{n // 250}.{n % 250 + 1}:{server.port}/feed/{n}", "en", f"F{n}")
            for n in range(feeds)
        ]
        for run in range(72 * 60 // minutes):
            world.now = START + timedelta(minutes=minutes * run)
            run_ingest(
                store,
                listed,
                Settings(),
                read_counts,
                rules_hash="r1",
                allow_private_hosts=True,
                gap=0.0,
                clock=lambda: world.now,
                seconds=5.0,
            )
        rows = [
            (row["url"], row["revision"]) for row in store.connection.execute("SELECT url, revision FROM article_v1")
        ]
        assert [tuple(row) for row in store.connection.execute("PRAGMA foreign_key_check")] == []
    return world, rows


def check(world: World, rows: list[tuple[str, int]]) -> None:
    paths = Counter(url.split("/", 3)[3] for url, _ in rows)
    expected = {f"page/{feed}/{number}" for feed, entries in world.entries.items() for number in range(len(entries))}
    assert set(paths) == expected
    assert set(paths.values()) <= {1}
    assert {revision for _, revision in rows} == {1}
    assert len(world.faults) >= 5


def test_a_day_with_a_dozen_feeds(tmp_path: Path) -> None:
    check(*live(tmp_path, 12, seed=3, minutes=90))


@pytest.mark.long
def test_a_day_with_five_hundred_feeds(tmp_path: Path) -> None:
    check(*live(tmp_path, 500, seed=4, minutes=30))
