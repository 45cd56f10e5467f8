"""A digest of 50,000 claims against writing the same rows as plain JSON: time and peak memory, in one run.

    python bench/digest.py [CLAIMS]

The goal is at most three times the time of plain JSON, in memory that does not grow with the claims.
"""

from __future__ import annotations

import io
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crypto_nlp.digest import Request, build, write
from crypto_nlp.records import Article, Bound, Claim, Modality, Value
from crypto_nlp.store import Store, open_store

START = datetime(2024, 8, 1, tzinfo=UTC)
PER_ARTICLE = 10
SUBJECTS = ("bitcoin-miners", "BTC", "ETH", "crypto-funds", "russia", "pension-funds", "mara-holdings", "strategy")
SOURCES = ("vaneck", "bernstein", "unnamed", None, "bank-of-russia", "farside-investors")
TYPES = (
    ("earnings", "revenue"),
    ("price", "price"),
    ("flow", "inflow"),
    ("market_size", "volume"),
    ("supply", "mined"),
)


class Sink(io.TextIOBase):
    """Counts what is written and keeps none of it."""

    def __init__(self) -> None:
        self.size = 0

    def write(self, text: str) -> int:
        """Count ``text``."""
        self.size += len(text)
        return len(text)


def claim(dice: random.Random, number: int, text: str, start: int, anchor: str) -> Claim:
    """One made-up claim whose anchor stands at ``start``."""
    type_, measure = dice.choice(TYPES)
    amount = float(dice.randint(1, 10**9))
    end = text.index(".", start + len(anchor)) + 1
    first = text.rfind("\n", 0, start) + 1
    gloss = f"The {measure} of {dice.choice(SUBJECTS)} was {amount:,.0f} dollars in 2024, number {number}."
    return Claim(
        type=type_,
        measure=measure,
        subject=dice.choice(SUBJECTS),
        anchor=anchor,
        start=start,
        end=start + len(anchor),
        sentence=text[first:end],
        sentence_start=first,
        sentence_end=end,
        value=Value(amount, amount, "USD"),
        bound=Bound.EXACT,
        when=f"2024-0{dice.randint(1, 9)}",
        source=dice.choice(SOURCES),
        modality=dice.choice(list(Modality)),
        confidence=0.9,
        claim_id=f"{number:016x}",
        gloss={"en": gloss, "ar": gloss, "ru": gloss},
    )


def fill(store: Store, claims: int) -> None:
    """Write articles with ``PER_ARTICLE`` claims each."""
    dice = random.Random(1)  # noqa: S311 - made-up rows
    store.names = lambda _: ()
    with store.transaction():
        for number in range(0, claims, PER_ARTICLE):
            anchors = [f"${dice.randint(1, 999)}.{i} million" for i in range(PER_ARTICLE)]
            lines = [f"The market took in {anchor} last month, said the report." for anchor in anchors]
            text = "\n".join([f"Article {number}", *lines])
            found = [claim(dice, number + i, text, text.index(anchor), anchor) for i, anchor in enumerate(anchors)]
            moment = START + timedelta(minutes=number // PER_ARTICLE)
            url = f"https://news.example/{number}"
            article = Article(
                url, url, f"Article {number}", text, "en", moment, moment.date(), moment, str(number), feed="Example"
            )
            store.save_article(article, found, run_id=None, rules_hash="bench", keep_text=False)


def timed(work: Callable[[Sink], None]) -> tuple[float, int]:
    """CPU seconds of ``work`` and how many characters it wrote."""
    sink = Sink()
    start = time.process_time()
    work(sink)
    return time.process_time() - start, sink.size


def main() -> None:
    """Fill a database, then write it in every way."""
    claims = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "bench.db") as store:
        fill(store, claims)
        request = Request(since=START, until=START + timedelta(days=60), limit=None)

        def plain(sink: Sink) -> None:
            for section in build(store, request).sections:
                for group in section.groups:
                    for line in group.lines():
                        sink.write(json.dumps(line.row, ensure_ascii=False) + "\n")

        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        base, size = timed(plain)
        lines = sum(group.total for section in build(store, request).sections for group in section.groups)
        print(f"{claims} claims, {lines} lines in the digest; memory before {before // 1024} MiB")
        print(f"{'plain JSON of the same rows':28} {base:6.2f} s  {size / 1e6:7.1f} MB")
        for form in ("json", "csv", "tsv", "atom", "jsonld", "md", "html", "eml"):
            spent, size = timed(lambda sink, form=form: write(build(store, request), form, sink))  # type: ignore[misc]
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(
                f"{'digest as ' + form:28} {spent:6.2f} s  {size / 1e6:7.1f} MB  {spent / base:5.2f}x  peak {peak} MiB"
            )


if __name__ == "__main__":
    main()
