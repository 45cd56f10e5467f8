"""The ingest against the libraries that it stands on: 500 unchanged feeds, and 200 feeds with 25 new entries each.

    python bench/ingest.py [--feeds 200] [--entries 25] [--unchanged 500] [--extractor rules|none] [--jobs 2]

One run, and another one with several processes. Each feed has a loopback host of its own (127.1.x.y) on a server in
another process, so that the costs are this process's CPU seconds alone; the gap between requests is off here and
nowhere else. The baseline is feedparser on the same bytes plus trafilatura on the same pages, in a process of its own.
The goal: the whole ingest, extraction and storage included, costs at most twice their sum; memory stays under 350 MB;
the second run makes no request.
"""

from __future__ import annotations

import argparse
import io
import json
import multiprocessing
import queue
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cache
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
TEXTS = yaml.safe_load((ROOT / "tests" / "story_texts.yaml").read_text(encoding="utf-8"))["events"]
LANGUAGES = tuple(sorted(TEXTS))
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def language(feed: int) -> str:
    """The language of a feed, by turns."""
    return LANGUAGES[feed % len(LANGUAGES)]


@cache
def sentences(lang: str) -> list[str]:
    """Every sentence of the texts in one language."""
    texts = [event[side]["text"] for event in TEXTS[lang] for side in ("first", "own")]
    return [part.strip(" .") + "." for text in texts for part in text.split(". ")]


def paragraphs(feed: int, entry: int) -> list[str]:
    """Some 300 words with figures of their own, in an order of their own, so that no two pages are one story."""
    chance = random.Random(feed * 1000 + entry)  # noqa: S311 - texts, not secrets
    chosen = chance.sample(sentences(language(feed)), 20)
    out = []
    for start in range(0, len(chosen), 4):
        words = " ".join(chosen[start : start + 4]).split(" ")
        for _ in range(8):
            one, other = chance.randrange(len(words)), chance.randrange(len(words))
            words[one], words[other] = words[other], words[one]
        text = " ".join(words)
        out.append("".join(str(chance.randint(1, 9)) if char.isdigit() and char != "0" else char for char in text))
    return out


@cache
def feed_body(feed: int, entries: int, host: str, port: int) -> bytes:
    """An RSS document of ``entries`` items with a summary and a link each."""
    items = "".join(
        f"<item><title>{escape(TEXTS[language(feed)][entry % 4]['first']['title'])} {feed}-{entry}</title>"
        f"<link>http://{host}:{port}/{feed}/{entry}</link><guid>{feed}-{entry}</guid>"
        f"<pubDate>Mon, 02 Nov 2026 0{entry % 9}:00:00 GMT</pubDate>"
        f"<description>{escape(paragraphs(feed, entry)[0][:200])}…</description></item>"
        for entry in range(entries)
    )
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>Feed {feed}</title>{items}</channel></rss>'.encode()
    )


def page_body(feed: int, entry: int) -> bytes:
    """A page with menu, cards and scripts around its text."""
    menu = "".join(f'<li class="menu-item"><a href="/section/{n}">Section {n}</a></li>' for n in range(60))
    cards = "".join(
        f'<div class="card"><a href="/x/{n}"><img src="/i/{n}.jpg" alt=""><h4>Other {n}</h4></a></div>'
        for n in range(40)
    )
    body = "".join(f"<p>{escape(text)}</p>" for text in paragraphs(feed, entry))
    return (
        f'<!doctype html><html lang="{language(feed)}"><head><meta charset="utf-8"><title>Page {feed}-{entry}</title>'
        f"<style>{'.a{color:red}' * 200}</style><script>{'var a=1;' * 300}</script></head>"
        f"<body><nav><ul>{menu}</ul></nav>"
        f"<article><h1>Page {feed}-{entry}</h1>{body}</article>"
        f"<aside>{cards}</aside><footer>Rights</footer></body></html>"
    ).encode()


def serve(ready: Any, entries: int) -> None:
    """Answer /feed by host, /feed/entry pages, and 304 to whoever sends a validator."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65536

        def do_GET(self) -> None:
            host, _, port = self.headers["Host"].partition(":")
            if self.headers.get("If-None-Match"):
                self.send_response(304)
                self.send_header("ETag", '"1"')
                self.end_headers()
                return
            kind, body = self._body(host, int(port))
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", kind)
            self.send_header("ETag", '"1"')
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _body(self, host: str, port: int) -> tuple[str, bytes]:
            parts = self.path.strip("/").split("/")
            if parts[0] == "robots.txt":
                return "text/plain", b""
            if parts[0] == "feed":
                return "application/rss+xml", feed_body(int(parts[1]), entries, host, port)
            return "text/html; charset=utf-8", page_body(int(parts[0]), int(parts[1]))

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 256
        daemon_threads = True

    server = Server(("0.0.0.0", 0), Handler)  # noqa: S104 - every loopback address, one for each feed
    ready.put(server.server_address[1])
    server.serve_forever()


def cpu() -> float:
    """CPU seconds so far of this process and of those that it started and that have ended."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in both)


def peak() -> float:
    """Peak memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measured(work: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
    """What ``work`` gives, with CPU and wall seconds and peak memory, run in a fresh process."""
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    process = context.Process(target=_measure, args=(results, work, arguments))
    process.start()
    while True:
        try:
            result: dict[str, Any] = results.get(timeout=1.0)
        except queue.Empty:
            if process.is_alive():
                continue
            sys.exit(f"{work.__name__} failed")
        process.join()
        return result


def _measure(results: Any, work: Callable[..., dict[str, Any]], arguments: tuple[Any, ...]) -> None:
    started = time.perf_counter()
    found = work(*arguments)
    results.put(found | {"wall": time.perf_counter() - started, "peak_mb": peak()})


def baseline(feeds: int, entries: int, port: int) -> dict[str, Any]:
    """Feedparser on the feeds and trafilatura on the pages, nothing else."""
    import feedparser
    import trafilatura

    documents = [feed_body(feed, entries, "127.1.0.1", port) for feed in range(feeds)]
    trafilatura.extract(page_body(0, 0).decode())
    start = cpu()
    parsed = sum(len(feedparser.parse(io.BytesIO(document)).entries) for document in documents)
    feed_seconds = cpu() - start
    page_seconds, characters = 0.0, 0
    for feed in range(feeds):
        pages = [page_body(feed, entry).decode() for entry in range(entries)]
        start = cpu()
        characters += sum(len(trafilatura.extract(page) or "") for page in pages)
        page_seconds += cpu() - start
    return {"entries": parsed, "feedparser": feed_seconds, "trafilatura": page_seconds, "characters": characters}


def nothing(_text: str, _lang: str | None, _published: date) -> list[Any]:
    """An extractor that finds nothing."""
    return []


def ingest(path: str, feeds: int, port: int, extractor: str, jobs: int = 1) -> dict[str, Any]:
    """The whole ingest of ``feeds`` into ``path`` with ``jobs`` processes, a second run at once and a third, forced."""
    from crypto_nlp.feeds.sources import Settings
    from crypto_nlp.ingest import Progress, Reader, run_ingest
    from crypto_nlp.records import Feed
    from crypto_nlp.store import open_store

    reader = Reader(model="none")
    extract: Callable[..., Any] = nothing if extractor == "none" else reader
    for lang in LANGUAGES:
        extract(TEXTS[lang][0]["first"]["text"], lang, NOW.date())
    listed = [
        Feed(
            f"feed {feed}",
            f"http://127.1.{feed // 250}.{feed % 250 + 1}:{port}/feed/{feed}",
            language(feed),
            f"Feed {feed}",
        )
        for feed in range(feeds)
    ]
    memory: list[float] = []

    def watch(progress: Progress) -> None:
        if progress.articles_done % 500 == 0 and progress.articles_done:
            memory.append(_resident())

    options: dict[str, Any] = {
        "allow_private_hosts": True,
        "gap": 0.0,
        "rules_hash": "bench",
        "clock": lambda: NOW,
        "in_story": reader.in_story,
        "jobs": jobs,
    }
    with open_store(path) as store:
        start = cpu()
        report = run_ingest(store, listed, Settings(), extract, progress=watch, **options)
        seconds = cpu() - start
        again = run_ingest(store, listed, Settings(), extract, **options)
        start, wall = cpu(), time.perf_counter()
        forced = run_ingest(store, listed, Settings(), extract, force=True, **options)
        return {
            "cpu": seconds,
            "seconds": report.seconds,
            "articles": report.articles["new"],
            "claims": report.claims_new + report.claims_seen_again,
            "errors": len(report.errors),
            "requests": report.requests,
            "second_run_requests": again.requests,
            "forced": {
                "not_modified": forced.feeds["not_modified"],
                "cpu": cpu() - start,
                "wall": time.perf_counter() - wall,
            },
            "resident_mb": memory,
            "worker_peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024,
        }


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1048576


def main() -> None:
    """Run the bench and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--entries", type=int, default=25)
    parser.add_argument("--unchanged", type=int, default=500)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--extractor", choices=("rules", "none"), default="rules")
    arguments = parser.parse_args()
    context = multiprocessing.get_context("spawn")
    ready = context.Queue()
    server = context.Process(target=serve, args=(ready, arguments.entries), daemon=True)
    server.start()
    port = ready.get()
    few_ready = context.Queue()
    few = context.Process(target=serve, args=(few_ready, 1), daemon=True)
    few.start()
    few_port = few_ready.get()
    try:
        with tempfile.TemporaryDirectory() as folder:
            base = measured(baseline, arguments.feeds, arguments.entries, port)
            whole = measured(ingest, f"{folder}/new.db", arguments.feeds, port, arguments.extractor)
            several = measured(
                ingest, f"{folder}/several.db", arguments.feeds, port, arguments.extractor, arguments.jobs
            )
            unchanged = measured(ingest, f"{folder}/unchanged.db", arguments.unchanged, few_port, "none")
    finally:
        server.terminate()
        few.terminate()
    total = base["feedparser"] + base["trafilatura"]
    quiet = unchanged["forced"]
    rows = (
        (
            "baseline",
            f"feedparser {base['feedparser']:.1f} s + trafilatura {base['trafilatura']:.1f} s = {total:.1f} s CPU",
        ),
        ("ingest", f"{whole['cpu']:.1f} s CPU, {whole['seconds']:.1f} s wall, extractor {arguments.extractor}"),
        ("", f"{whole['articles']} articles, {whole['claims']} claims read, {whole['errors']} errors"),
        ("ratio", f"{whole['cpu'] / total:.2f} (goal: at most 2)"),
        (
            f"{arguments.jobs} processes",
            f"{several['cpu']:.1f} s CPU, {several['seconds']:.1f} s wall, {several['claims']} claims read",
        ),
        ("", f"peak {several['peak_mb']:.0f} MB here, {several['worker_peak_mb']:.0f} MB in the largest worker"),
        ("memory", f"peak {whole['peak_mb']:.0f} MB (goal: under 350)"),
        ("on the way", f"{[round(size) for size in whole['resident_mb']]} MB at each 500 articles"),
        ("second run", f"{whole['second_run_requests']} requests"),
        ("unchanged", f"{quiet['not_modified']} feeds, {quiet['wall']:.1f} s wall, {quiet['cpu']:.1f} s CPU"),
        ("", f"peak {unchanged['peak_mb']:.0f} MB"),
    )
    for name, said in rows:
        print(f"{name:12}{said}")
    print(json.dumps({"baseline": base, "ingest": whole, "several": several, "unchanged": unchanged}))


if __name__ == "__main__":
    main()
