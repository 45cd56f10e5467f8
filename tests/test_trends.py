"""Trends: gaps are not zeros, figures meet in one unit or are refused, spans of the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from ledgers import article, claim, save

from crypto_nlp.errors import QueryError
from crypto_nlp.search import Filters
from crypto_nlp.store import Store, open_store
from crypto_nlp.trends import Question, draw, named_trend, named_trends, sparkline, trend
from crypto_nlp.trends.periods import first_day, next_first_day, period_of, periods_between


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "ledger.db") as opened:
        yield opened


def say(
    store: Store, day: str, *claims: dict[str, Any], lang: str = "en", hour: int = 12, story: int | None = None
) -> None:
    """An article of that day; each claim's value stands in it as its anchor."""
    number = store.connection.execute("SELECT count(*) FROM articles").fetchone()[0]
    text = f"T{number}\n" + " ".join(f"figure {place}" for place in range(len(claims)))
    found = [claim(text, f"figure {place}", **slots) for place, slots in enumerate(claims)]
    published = datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)
    written = article(text, url=f"https://example.org/{number}", lang=lang, published=published)
    save(store, written, found, story_id=story)


def values(store: Store, question: Question, key: str = "value") -> list[Any]:
    return [row[key] for row in trend(store, question).rows]


def test_a_span_without_ingestion_is_a_gap_and_one_without_claims_a_zero(store: Store) -> None:
    say(store, "2024-01-10", {"claim_id": "a"})
    say(store, "2024-02-10")
    say(store, "2024-04-10", {"claim_id": "a"}, {"claim_id": "b"})
    rows = trend(store, Question(by="month")).rows
    assert [row["period"] for row in rows] == ["2024-01", "2024-02", "2024-03", "2024-04"]
    assert [row["value"] for row in rows] == [1, 0, None, 2]
    assert [row["stories"] for row in rows] == [1, 0, None, 1]
    assert list(rows[0]) == ["period", "group", "value", "claims", "stories", "sources"]
    assert sparkline(rows) == "▅▁ █"


def test_a_feed_or_language_that_was_not_read_is_a_gap(store: Store) -> None:
    say(store, "2024-01-10", {"claim_id": "a"}, lang="ru")
    say(store, "2024-02-10", lang="en")
    say(store, "2024-03-10", {"claim_id": "a"}, lang="ru")
    assert values(store, Question(filters=Filters(langs=("ru",)))) == [1, None, 1]


def test_span_asked_for_is_drawn_whole(store: Store) -> None:
    say(store, "2024-02-10", {"claim_id": "a"})
    question = Question(filters=Filters(since=date(2024, 1, 1), until=date(2024, 4, 30)))
    assert values(store, question) == [None, 1, None, None]


@pytest.mark.parametrize(
    ("by", "periods"),
    [
        ("day", ["2024-12-30", "2024-12-31", "2025-01-01"]),
        ("week", ["2025-W01"]),
        ("month", ["2024-12", "2025-01"]),
        ("quarter", ["2024-Q4", "2025-Q1"]),
        ("year", ["2024", "2025"]),
    ],
)
def test_spans_of_the_calendar(store: Store, by: str, periods: list[str]) -> None:
    say(store, "2024-12-30", {"claim_id": "a"})
    say(store, "2025-01-01", {"claim_id": "a"})
    assert values(store, Question(by=by), "period") == periods
    assert sum(value or 0 for value in values(store, Question(by=by))) == len({periods[0], periods[-1]})
    assert list(periods_between(date(2024, 12, 30), date(2025, 1, 1), by)) == periods
    assert [period_of(first_day(period), by) for period in periods] == periods
    assert [next_first_day(period) for period in periods][:-1] == [first_day(period) for period in periods][1:]


def test_time_zone_sets_the_day(store: Store) -> None:
    say(store, "2024-01-31", {"claim_id": "a"}, hour=22)
    assert values(store, Question(by="day"), "period") == ["2024-01-31"]
    assert values(store, Question(by="day", tz="Europe/Moscow"), "period") == ["2024-02-01"]
    february = Filters(since=date(2024, 2, 1), until=date(2024, 2, 1))
    assert values(store, Question(by="day", filters=february)) == [None]
    assert values(store, Question(by="day", filters=february, tz="Europe/Moscow")) == [1]
    with pytest.raises(QueryError, match="no time zone"):
        trend(store, Question(tz="Moscow/Nowhere"))


def test_reprints_count_as_one_story_and_speakers_once(store: Store) -> None:
    say(store, "2024-01-10", {"claim_id": "a", "source": "vaneck"})
    say(store, "2024-01-11", {"claim_id": "a", "source": "vaneck"}, story=1)
    say(store, "2024-01-12", {"claim_id": "a", "source": "unnamed"})
    (row,) = trend(store, Question(of="stories")).rows
    assert row == {"period": "2024-01", "group": None, "value": 2, "claims": 1, "stories": 2, "sources": 1}
    assert values(store, Question(of="sources")) == [1]


def test_share_of_all_stories_read(store: Store) -> None:
    say(store, "2024-01-10", {"claim_id": "a"})
    for _ in range(3):
        say(store, "2024-01-11")
    found = trend(store, Question(of="share"))
    assert found.unit == "percent"
    assert found.rows[0]["value"] == 25


def test_figures_meet_in_one_unit(store: Store) -> None:
    power = {"type": "network", "measure": "power", "subject": "BTC"}
    say(
        store,
        "2024-01-10",
        {"claim_id": "a", "value": (2, "GW"), **power},
        {"claim_id": "b", "value": (1000, "MW"), **power},
    )
    say(store, "2024-01-11", {"claim_id": "c", "value": (3, 5, "GW"), "bound": "range", **power})
    found = trend(store, Question(of="mean"))
    assert (found.unit, found.rows[0]["value"]) == ("GW", pytest.approx(7 / 3))
    assert [values(store, Question(of=of)) for of in ("median", "min", "max")] == [[2], [1], [4]]
    megawatts = trend(store, Question(of="max", filters=Filters(units=("MW",))))
    assert (megawatts.unit, megawatts.rows[0]["value"]) == ("MW", 4000)


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ({"value": (1, "USD")}, {"value": (1, "RUB")}, "in RUB and in USD; choose one with --unit"),
        ({"value": (1, "USD"), "per": "year"}, {"value": (1, "USD"), "per": "day"}, "add per:"),
        (
            {"value": (1, "percent"), "details": {"change": "up"}},
            {"value": (1, "percent"), "details": {"change": "down"}},
            "add change:",
        ),
    ],
)
def test_figures_that_no_exact_factor_joins_are_refused(
    store: Store, first: dict[str, Any], second: dict[str, Any], said: str
) -> None:
    say(store, "2024-01-10", {"claim_id": "a", **first}, {"claim_id": "b", **second})
    with pytest.raises(QueryError, match=said):
        trend(store, Question(of="mean"))
    assert values(store, Question()) == [2]


def test_bounds_are_kept_apart(store: Store) -> None:
    say(
        store,
        "2024-01-10",
        {"claim_id": "a", "value": (10, "USD")},
        {"claim_id": "b", "value": (90, "USD"), "bound": "min"},
        {"claim_id": "c", "value": (20, "USD"), "bound": "about"},
    )
    found = trend(store, Question(of="mean"))
    assert {row["group"]: row["value"] for row in found.rows} == {None: 15, "min": 90}
    assert found.notes


def test_groups(store: Store) -> None:
    stage = {"type": "regulation", "measure": "ban", "subject": "russia"}
    say(store, "2024-01-10", {"claim_id": "a", "details": {"stage": "proposed"}, **stage})
    say(store, "2024-02-10", {"claim_id": "b", "details": {"stage": "passed"}, **stage}, lang="ru")
    rows = trend(store, Question(group_by="stage")).rows
    assert [(row["group"], row["period"], row["value"]) for row in rows] == [
        ("passed", "2024-01", 0),
        ("passed", "2024-02", 1),
        ("proposed", "2024-01", 1),
        ("proposed", "2024-02", 0),
    ]
    assert values(store, Question(group_by="lang"), "group") == ["en", "en", "ru", "ru"]
    with pytest.raises(QueryError, match="no slot “colour”"):
        trend(store, Question(group_by="colour"))


def test_forecasts_are_drawn_at_the_time_that_they_speak_of(store: Store) -> None:
    say(store, "2024-01-10", {"claim_id": "a", "value": (1, "USD"), "when": "2027", "modality": "forecast"})
    say(store, "2024-01-11", {"claim_id": "b", "value": (3, "USD"), "when": "../2025", "modality": "forecast"})
    say(store, "2024-01-12", {"claim_id": "c", "value": (9, "USD")})
    rows = trend(store, Question(by="year", of="mean", time="when")).rows
    assert [(row["period"], row["value"]) for row in rows] == [("2025", 3), ("2026", None), ("2027", 1)]


def test_query_and_filters_choose_the_claims(store: Store) -> None:
    say(
        store,
        "2024-01-10",
        {"claim_id": "a", "gloss": {"en": "miners earn"}},
        {"claim_id": "b", "gloss": {"en": "banks pay"}},
    )
    assert values(store, Question(query="bank")) == [1]
    assert values(store, Question(filters=Filters(types=("price",)))) == []


def test_vanished_mentions_are_not_counted(store: Store) -> None:
    text = "T\nfigure 0"
    published = datetime(2024, 1, 10, tzinfo=UTC)
    save(store, article(text, published=published), [claim(text, "figure 0", "a")])
    save(store, article(text + "!", published=published), [])
    assert values(store, Question(filters=Filters(since=date(2024, 1, 1), until=date(2024, 1, 31)))) == [0]


@pytest.mark.parametrize("question", [Question(by="hour"), Question(of="mode"), Question(time="soon")])
def test_unknown_words_are_refused(store: Store, question: Question) -> None:
    with pytest.raises(QueryError, match="use one of"):
        trend(store, question)


def test_named_trends_run_on_an_empty_and_on_a_filled_ledger(store: Store) -> None:
    assert set(named_trends()) >= {
        "memecoin-losses",
        "russian-regulation",
        "pension-funds",
        "miner-revenue",
        "bitcoin-mined",
    }
    assert all(trend(store, question).rows == () for _, question in named_trends().values())
    given = {"type": "trader_outcome", "measure": "loss", "subject": "memecoin-traders", "value": (80, "percent")}
    say(store, "2024-01-10", {"claim_id": "a", **given})
    assert values(store, named_trend("memecoin-losses")) == [80]
    with pytest.raises(QueryError, match="no trend named"):
        named_trend("nonsense")


def drawable(store: Store) -> Question:
    say(store, "2024-01-10", {"claim_id": "a", "subject": "BTC"})
    say(store, "2024-03-10", {"claim_id": "a", "subject": "BTC"}, {"claim_id": "b", "subject": "صناديق التقاعد"})
    return Question(group_by="subject")


def test_pictures(store: Store, tmp_path: Path) -> None:
    pytest.importorskip("altair", reason="charts are an extra")
    pytest.importorskip("vl_convert", reason="charts are an extra")
    found = trend(store, drawable(store))
    for kind, start in (("svg", b"<svg"), ("png", b"\x89PNG"), ("html", b"<!DOCTYPE html>")):
        picture = tmp_path / f"trend.{kind}"
        draw(found, picture, "العنوان")
        assert picture.read_bytes().lstrip().startswith(start)
    drawing = (tmp_path / "trend.svg").read_text(encoding="utf-8")
    assert "صناديق التقاعد" in drawing
    assert "العنوان" in drawing
    assert "#e6e6e6" in drawing  # February, in which nothing was read
    page = (tmp_path / "trend.html").read_text(encoding="utf-8")
    assert 'src="http' not in page
    assert [found.name for found in tmp_path.glob(".*")] == []


def test_what_cannot_be_drawn_is_said(store: Store, tmp_path: Path) -> None:
    found = trend(store, drawable(store))
    with pytest.raises(QueryError, match=r"\.svg, \.png or \.html"):
        draw(found, tmp_path / "trend.pdf")
    with pytest.raises(QueryError, match="nothing to draw"):
        draw(trend(store, Question(query="nothing")), tmp_path / "trend.svg")
    with pytest.raises(QueryError, match="cannot be written"):
        draw(found, tmp_path / "none" / "trend.html")
