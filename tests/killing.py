"""Run as a program: kills ingests with SIGKILL at random moments and compares what stands after the next run.

A small process that holds no threads forks each ingest, so that twenty kills take seconds and not a minute of imports.
Prints one JSON object: ``{"kills": runs tried, "before_end": runs killed before their end, "differences": [...]}``.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from desks import read_counts

from crypto_nlp.feeds.sources import Settings
from crypto_nlp.ingest import run_ingest
from crypto_nlp.records import Feed
from crypto_nlp.store import open_store

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

QUERIES = {
    "feeds": """
        SELECT url, name, etag, last_modified, next_check, last_check, last_outcome, failures, gone, details
        FROM feeds""",
    "entries": """
        SELECT f.url, e.guid, e.url, e.entry, e.hash, e.state, e.attempts
        FROM entries e JOIN feeds f ON f.id = e.feed""",
    "articles": """
        SELECT canonical_url, url, title, lang, published, local_date, content_hash, feed, guid, revision
        FROM articles""",
    "revisions": """
        SELECT a.canonical_url, r.revision, r.title, r.text FROM revisions r JOIN articles a ON a.id = r.article""",
    "claims": "SELECT claim_id, type, value_low, mentions, stories, sources, first_seen, last_seen FROM claims",
    "mentions": """
        SELECT claim_id, article_url, lang, published, feed, start, anchor, sentence, source, rules
        FROM mention_v1""",
}


def dump(path: Path) -> dict[str, Any]:
    """The rows of a database without ids, runs and their order; stories as the sets of addresses that they hold."""
    with open_store(path) as store:
        rows = {name: sorted(map(repr, map(tuple, store.connection.execute(sql)))) for name, sql in QUERIES.items()}
        stories: dict[int, list[str]] = {}
        for url, story in store.connection.execute("SELECT url, story_id FROM article_v1"):
            stories.setdefault(story, []).append(url)
        rows["stories"] = sorted(repr(sorted(urls)) for urls in stories.values())
        for check in ("integrity_check", "foreign_key_check"):
            found = [tuple(row) for row in store.connection.execute(f"PRAGMA {check}")]
            rows[check] = [] if found in ([], [("ok",)]) else [repr(found)]
    return rows


def ingest(path: Path, feeds: list[Feed]) -> None:
    with open_store(path) as store:
        run_ingest(
            store, feeds, Settings(), read_counts, rules_hash="r1", allow_private_hosts=True, gap=0.0, clock=lambda: NOW
        )


def forked(path: Path, feeds: list[Feed], kill_after: float | None) -> bool:
    """Run an ingest in a child; True where it was killed before its end."""
    child = os.fork()
    if child == 0:
        try:
            ingest(path, feeds)
        finally:
            os._exit(0)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def timed(path: Path, feeds: list[Feed]) -> float:
    """Run an ingest to its end; the seconds that it took."""
    started = time.monotonic()
    forked(path, feeds, None)
    return time.monotonic() - started


def main(folder: Path, kills: int, seed: int, urls: list[str]) -> dict[str, Any]:
    feeds = [Feed(f"feed-{number}", url, "en", f"Feed {number}") for number, url in enumerate(urls)]
    # Everything is imported before the fork, as a run that has been at work for a while has it; its threads have ended.
    ingest(folder / "warm.db", feeds)
    undisturbed = folder / "undisturbed.db"
    span = timed(undisturbed, feeds)
    expected = dump(undisturbed)
    chance = random.Random(seed)  # noqa: S311 - moments, not secrets
    tried, before_end, differences = 0, 0, []
    while before_end < kills and tried < 3 * kills:
        path = folder / f"killed-{tried}.db"
        moment = chance.uniform(0.0, span)
        killed = forked(path, feeds, moment)
        before_end += killed
        if not killed:
            # The run was over sooner than the first one: the machine is less busy now.
            span = max(min(span, moment * 1.1), span / 2)
        again = timed(path, feeds)
        # What is left to do after a kill takes no longer than all of it, however busy the machine.
        span = max(span, again)
        found = dump(path)
        differences += [f"kill {tried} at {moment:.3f} s: {name}" for name in expected if found[name] != expected[name]]
        tried += 1
        for left in folder.glob(f"{path.name}*"):
            left.unlink()
    return {
        "kills": tried,
        "before_end": before_end,
        "seconds": span,
        "articles": len(expected["articles"]),
        "differences": differences,
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])))
