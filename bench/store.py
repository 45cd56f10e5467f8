"""The ledger at size: inserts, searches and trends, each beside the same question put to bare SQLite, same rows.

    python bench/store.py                     # 20,000 claims, a minute
    python bench/store.py --claims 1000000    # the goal's size: about half an hour and 6 GB

Rows are generated (a fixed seed), as many mentions as news has: three a claim, most claims said once, a few everywhere.
"""

# ruff: noqa: S608 - the SQL is this file's own
from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from crypto_nlp.records import Article, Bound, Claim, Modality, Value
from crypto_nlp.search import Filters, find_claims
from crypto_nlp.store import Store, check, open_store
from crypto_nlp.trends import Question, named_trends, trend

START = datetime(2022, 1, 1, tzinfo=UTC)
DAYS = 1500
SUBJECTS = {
    "bitcoin-miners": ("Bitcoin miners", "معدنو البيتكوين", "Майнеры биткоина"),
    "pension-funds": ("Pension funds", "صناديق التقاعد", "Пенсионные фонды"),
    "memecoin-traders": ("Memecoin traders", "متداولو عملات الميم", "Трейдеры мемкоинов"),
    "BTC": ("Bitcoin", "البيتكوين", "Биткоин"),
    "ETH": ("Ether", "الإيثريوم", "Эфириум"),
    "stablecoins": ("Stablecoins", "العملات المستقرة", "Стейблкоины"),
    "binance": ("Binance", "بينانس", "Binance"),
    "bitcoin-etfs": ("Bitcoin ETFs", "صناديق البيتكوين المتداولة", "Биткоин-ETF"),
}
MEASURES = {
    ("earnings", "revenue"): ("had revenue of", "بلغت إيرادات", "получили выручку"),
    ("earnings", "profit"): ("made a profit of", "حققت أرباحا", "получили прибыль"),
    ("market_size", "volume"): ("traded", "تداولت", "наторговали на"),
    ("flow", "inflow"): ("took in", "جذبت", "привлекли"),
    ("funding", "raised"): ("raised", "جمعت", "получили инвестиций на"),
}
SOURCES = (
    None,
    None,
    None,
    "unnamed",
    "vaneck",
    "bernstein",
    "jpmorgan",
    "glassnode",
    "chainalysis",
    "standard-chartered",
)
FILLER = {
    "en": "analysts market report investors quarter rally pressure demand network liquidity growth risk week".split(),
    "ar": "المحللون السوق التقرير المستثمرون الطلب الشبكة السيولة النمو المخاطر التوقعات الربع".split(),
    "ru": "аналитики рынок отчёт инвесторы спрос сеть ликвидность рост риск неделя прогноз квартал".split(),
}
LANGS = ("en", "ar", "ru")


def claims(count: int, seed: int = 1) -> Iterator[Claim]:
    """``count`` different claims, without places."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    for number in range(count):
        subject, spoken = dice.choice(list(SUBJECTS.items()))
        (kind, measure), verbs = dice.choice(list(MEASURES.items()))
        value = round(10 ** dice.uniform(6, 11), -5)
        year = dice.randint(2020, 2029)
        figure = f"{value / 1e9:g}"
        yield Claim(
            type=kind,
            measure=measure,
            subject=subject,
            anchor=figure,
            start=0,
            end=len(figure),
            sentence="",
            sentence_start=0,
            sentence_end=0,
            value=Value(value, value, "USD"),
            bound=Bound.EXACT,
            when=str(year),
            modality=Modality.FORECAST if year > 2024 else Modality.FACT,
            confidence=0.9,
            rules=("bench.rule",),
            claim_id=f"{number:016x}",
            details={"asset": "BTC"} if number % 3 else {},
            gloss={
                "en": f"{spoken[0]} {verbs[0]} ${figure} billion in {year}.",
                "ar": f"{verbs[1]} {spoken[1]} {figure} مليار دولار في {year}.",
                "ru": f"{spoken[2]} {verbs[2]} {figure} млрд долларов в {year} году.",
            },
        )


def told(claim: Claim, dice: random.Random, number: int) -> tuple[Article, Claim]:
    """An article that states ``claim`` in one of the languages, one word in a hundred thousand rare."""
    lang = dice.choice(LANGS)
    words = " ".join(dice.choices(FILLER[lang], k=8))
    rare = f" rareword{number % 997}" if dice.random() < 0.01 else ""
    sentence = f"{claim.gloss[lang][:-1]}, {words}{rare}."
    text = f"Title {number}\n{sentence}"
    published = START + timedelta(days=dice.randrange(DAYS), minutes=dice.randrange(1440))
    start = text.index(claim.anchor, text.index("\n"))
    placed = replace(
        claim,
        start=start,
        end=start + len(claim.anchor),
        sentence=sentence,
        sentence_start=text.index("\n") + 1,
        sentence_end=len(text),
        source=dice.choice(SOURCES),
    )
    url = f"https://example.org/{number}"
    article = Article(
        url=url,
        canonical_url=url,
        title=f"Title {number}",
        text=text,
        lang=lang,
        published=published,
        local_date=published.date(),
        fetched=published,
        content_hash=str(number),
        feed=f"feed-{number % 40}",
    )
    return article, placed


def fill(store: Store, count: int) -> tuple[int, float]:
    """``count`` claims with three times as many mentions, loaded in bulk; returns mentions and seconds."""
    dice = random.Random(2)  # noqa: S311
    started = time.perf_counter()
    number = 0
    with store.bulk_load():
        for claim in claims(count):
            # Most claims are said once or twice, a few everywhere: three on average.
            for _ in range(min(1 + int(dice.paretovariate(1.25)), 60)):
                article, placed = told(claim, dice, number)
                store.save_article(article, [placed], run_id=None, rules_hash="bench", keep_text=False)
                number += 1
    return number, time.perf_counter() - started


def insert_rate(store: Store, first: int, rounds: int = 300) -> float:
    """Milliseconds for an article with one claim, row by row as an ingest does it; the median of ``rounds``."""
    dice = random.Random(first)  # noqa: S311
    times = []
    for place, claim in enumerate(claims(rounds, seed=first)):
        article, placed = told(replace(claim, claim_id=f"new-{first}-{place}"), dice, first + place)
        started = time.perf_counter()
        store.save_article(article, [placed], run_id=None, rules_hash="bench", keep_text=False)
        times.append(time.perf_counter() - started)
    return 1000 * statistics.median(times)


def clock(work: Callable[[], object], rounds: int = 5) -> float:
    """The best of ``rounds``, in milliseconds."""
    best = float("inf")
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - started)
    return 1000 * best


BARE_ROW = (
    "SELECT c.claim_id, c.type, c.measure, c.subject, c.value_low, c.value_high, c.unit, c.bound, c.per, "
    "c.when_, m.condition, "
    "m.source, m.modality, c.negated, c.details, c.gloss, a.lang, m.anchor, m.sentence, m.start, m.end_, "
    "m.confidence, a.url, "
    "a.title, a.feed, a.published, c.stories, c.mentions, c.first_seen, c.last_seen, (SELECT "
    "group_concat(DISTINCT s.source) "
    "FROM mentions s WHERE s.claim = c.id) FROM claims c JOIN mentions m ON m.id = c.mention JOIN articles a ON "
    "a.id = m.article "
)
RANKED = "ORDER BY stories DESC, sources DESC, last_seen DESC, id DESC LIMIT 20"


def bare(path: Path, chosen: str) -> Callable[[], object]:
    """The rows of the claims that ``chosen`` selects, by sqlite3 alone."""
    connection = sqlite3.connect(path)
    return lambda: connection.execute(f"{BARE_ROW} WHERE c.id IN ({chosen})").fetchall()


def questions(store: Store, path: Path) -> Iterator[tuple[str, Callable[[], object], Callable[[], object]]]:
    """Name, ours, bare."""
    matching = "SELECT c.id FROM search CROSS JOIN claims c ON c.id = search.rowid WHERE search MATCH"
    yield (
        "rare term",
        lambda: find_claims(store, "rareword7"),
        bare(path, f"{matching} '\"rareword7\"' {RANKED}"),
    )
    yield (
        "common term, relevance",
        lambda: find_claims(store, "revenue"),
        bare(path, f"{matching} '\"revenu\"' {RANKED}"),
    )
    yield (
        "two words, any inflection",
        lambda: find_claims(store, "пенсионных фондов выручка"),
        bare(
            path,
            f'{matching} \'(("пенсион" AND "фонд") OR "@pension_funds") AND "выручк"\' '
            "ORDER BY c.subject = 'pension-funds' DESC, stories DESC, sources DESC, last_seen DESC, id DESC LIMIT 20",
        ),
    )
    yield (
        "common term, filtered",
        lambda: find_claims(store, "revenue", Filters(subjects=("BTC",), langs=("ru",), since=date(2024, 1, 1))),
        bare(
            path,
            f"{matching} '\"revenu\"' AND c.subject = 'BTC' AND c.last_seen >= '2024-01-01' AND EXISTS (SELECT 1 "
            "FROM mentions m "
            "JOIN articles a ON a.id = m.article WHERE m.claim = c.id AND a.lang = 'ru' AND m.seen >= '2024-01-01') "
            f"{RANKED}",
        ),
    )
    yield (
        "newest first",
        lambda: find_claims(store, sort="newest"),
        bare(path, "SELECT id FROM claims ORDER BY last_seen DESC, id DESC LIMIT 20"),
    )
    yield (
        "largest value in USD",
        lambda: find_claims(store, filters=Filters(units=("USD",), types=("funding",)), sort="value"),
        bare(path, "SELECT id FROM claims WHERE unit = 'USD' AND type = 'funding' ORDER BY base_high DESC LIMIT 20"),
    )
    for name, (_, question) in named_trends().items():
        yield f"trend {name}", lambda question=question: trend(store, question), _bare_trend(path, question)
    yield "trend: stories by month", lambda: trend(store, Question(of="stories")), _bare_trend(path, Question())


def _bare_trend(path: Path, question: Question) -> Callable[[], object]:
    connection = sqlite3.connect(path)
    filters = question.filters
    wanted = {"type": filters.types, "measure": filters.measures, "subject": filters.subjects, "unit": filters.units}
    conditions = [f"c.{column} IN ({', '.join(map(repr, values))})" for column, values in wanted.items() if values]
    group = f"json_extract(c.details, '$.{question.group_by}')" if question.group_by else "NULL"
    values = ", avg(c.base_low)" if question.of == "median" else ""
    sql = (
        f"SELECT substr(m.seen, 1, 7) AS period, {group} AS grp, count(DISTINCT m.claim), count(DISTINCT m.story), "
        f"count(DISTINCT m.source){values} FROM claims c JOIN mentions m ON m.claim = c.id JOIN articles a ON "
        "a.id = m.article "
        f"WHERE {' AND '.join(['m.vanished IS NULL', *conditions])} GROUP BY period, grp"
    )
    read = "SELECT substr(seen, 1, 7), count(DISTINCT story) FROM articles GROUP BY 1"
    return lambda: (connection.execute(sql).fetchall(), connection.execute(read).fetchall())


def main() -> None:
    """Build, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--claims", type=int, default=20_000)
    parser.add_argument("--db", type=Path, help="keep the database here (and use it if it is there)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.db or Path(folder) / "bench.db"
        there = path.exists()
        with open_store(Path(folder) / "small.db") as small:
            fill(small, 1000)
            few = insert_rate(small, 10_000_000)
        with open_store(path) as store:
            if not there:
                mentions, seconds = fill(store, options.claims)
                rate = mentions / seconds
                print(
                    f"bulk load: {options.claims} claims, {mentions} mentions in {seconds:.0f} s ({rate:.0f} "
                    "mentions a second)"
                )
            print(f"size: {path.stat().st_size / 1e6:.0f} MB")
            many = insert_rate(store, 20_000_000 + int(time.time()) % 1_000_000)
            print(f"one article, one claim: {few:.2f} ms at a thousand claims, {many:.2f} ms here ({many / few:.2f} x)")
            click = clock(lambda: subprocess.run([sys.executable, "-c", "import click"], check=True), 3)
            print(f"Python and Click start in {click:.0f} ms; a tenth is {click / 10:.1f} ms")
            print(f"{'question':34} {'ours, ms':>10} {'bare, ms':>10} {'ratio':>6}")
            for name, ours, plain in questions(store, path):
                mine, theirs = clock(ours), clock(plain)
                print(f"{name:34} {mine:10.2f} {theirs:10.2f} {mine / theirs:6.2f}")
            if options.claims <= 50_000:
                print("check:", check(store) or "all well")


if __name__ == "__main__":
    main()
