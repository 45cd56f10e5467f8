"""A desk to run ingests at: a database, a clock that moves when told, a server, and an extractor of the tests' own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from servers import Answer, Server, feed_answer

from crypto_nlp.feeds.sources import Settings
from crypto_nlp.ingest import IngestReport, run_ingest
from crypto_nlp.records import Claim, Feed, Value
from crypto_nlp.store import open_store

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
BODY = (
    "Bitcoin miners sold 500 coins in October, the company said on Monday.",
    "The network's hash rate rose 12% over the month while fees fell to a new low for the year.",
    "Analysts said that the sales would cover the cost of new machines and of the site in Texas.",
)


def read_counts(text: str, lang: str | None, published: date) -> list[Claim]:
    """A small extractor of its own: every *N coins* is a claim whose identity is the figure and the day."""
    claims = []
    for match in re.finditer(r"(\d+) coins", text):
        number = float(match.group(1))
        start, end = text.rfind("\n", 0, match.start()) + 1, text.find("\n", match.end())
        end = len(text) if end < 0 else end
        claims.append(
            Claim(
                type="flow",
                measure="sold",
                subject="bitcoin",
                anchor=match.group(0),
                start=match.start(),
                end=match.end(),
                sentence=text[start:end],
                sentence_start=start,
                sentence_end=end,
                value=Value(number, number, "BTC"),
                confidence=0.9,
                rules=("test/coins",),
                claim_id=f"{lang}-{published.isoformat()}-{number:g}",
                gloss={"en": f"{number:g} coins were sold"},
            )
        )
    return claims


TEXT = "<p>" + " ".join(BODY) + "</p>"


class Desk:
    """A database, a clock that stands still until it is moved, and a server."""

    def __init__(self, path: Path, server: Server) -> None:
        self.path = path
        self.server = server
        self.now = START
        self.store = open_store(path)
        self.feeds: list[Feed] = []

    def feed(
        self, path: str, body: bytes | Answer | Callable[..., Answer], *, language: str = "en", **headers: str
    ) -> Feed:
        answer = feed_answer(body, **headers) if isinstance(body, bytes) else body
        self.server.answers[path] = answer
        feed = Feed(path.strip("/"), self.server.url(path), language, path.strip("/"))
        if feed not in self.feeds:
            self.feeds.append(feed)
        return feed

    def run(self, **options: Any) -> IngestReport:
        extract = options.pop("extract", read_counts)
        settings = options.pop("settings", Settings())
        feeds = options.pop("feeds", self.feeds)
        defaults = {"allow_private_hosts": True, "gap": 0.0, "clock": lambda: self.now, "rules_hash": "r1"}
        return run_ingest(self.store, feeds, settings, extract, **(defaults | options))

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self.store.connection.execute(query)]

    def articles(self) -> list[tuple[Any, ...]]:
        return self.rows("SELECT url, title, lang, revision FROM article_v1 ORDER BY url")

    def claims(self) -> list[str]:
        return [row[0] for row in self.rows("SELECT claim_id FROM mention_v1 ORDER BY claim_id")]
