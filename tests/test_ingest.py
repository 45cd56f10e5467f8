"""The whole way from a real HTTP server to rows in the database, with good and bad input."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from desks import BODY, START, TEXT, Desk, read_counts
from servers import Answer, Server, item, page, rss, serving

from crypto_nlp.errors import StoreError
from crypto_nlp.ingest import run_sample
from crypto_nlp.records import Claim, Feed


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path, server: Server) -> Iterator[Desk]:
    desk = Desk(tmp_path / "desk.db", server)
    yield desk
    desk.store.close()


def test_feed_and_page_become_an_article_with_claims(desk: Desk) -> None:
    server = desk.server
    link = server.url("/news/1?utm_source=rss")
    desk.feed("/feed", rss(item("Miners sell", link, guid="1", summary="Bitcoin miners sold…", published=START)))
    server.answers["/news/1"] = Answer(page("Miners sell", *BODY))
    report = desk.run()
    assert report.as_record()["feeds"] == {"ok": 1, "not_modified": 0, "not_due": 0, "failed": 0}
    assert report.as_record()["articles"] == {"new": 1, "updated": 0, "unchanged": 0, "failed": 0}
    assert report.as_record()["claims"] == {"new": 1, "seen_again": 0}
    assert report.as_record()["errors"] == []
    assert report.requests == 3  # feed, robots.txt, page
    stored = desk.store.article(server.url("/news/1"))
    assert stored is not None
    assert stored.text == "\n".join(("Miners sell", *BODY))
    start, end, anchor = desk.rows('SELECT start, "end", anchor FROM mention_v1')[0]
    assert stored.text[start:end] == anchor == "500 coins"


def test_arabic_article_page_behind_rss(desk: Desk) -> None:
    paragraphs = (
        "باع معدنو البيتكوين كميات كبيرة من العملات خلال شهر أكتوبر وفق بيانات الشركة.",
        "وارتفع معدل التجزئة في الشبكة بنسبة 12% خلال الشهر بينما تراجعت الرسوم إلى أدنى مستوى هذا العام.",
    )
    desk.feed(
        "/ar", rss(item("المعدنون يبيعون", desk.server.url("/a"), summary=paragraphs[0][:40] + "…")), language="ar"
    )
    desk.server.answers["/a"] = Answer(page("المعدنون يبيعون", *paragraphs, lang="ar"))
    assert desk.run().articles["new"] == 1
    stored = desk.store.article(desk.server.url("/a"))
    assert stored is not None
    assert stored.article.lang == "ar"
    assert stored.text == "\n".join(("المعدنون يبيعون", *paragraphs))


def test_again_at_once_asks_nothing_and_force_adds_nothing(desk: Desk) -> None:
    desk.feed("/feed", rss(item("A", desk.server.url("/a"), guid="1", content=TEXT)), ETag='"v1"')
    desk.run()
    before = desk.rows("SELECT * FROM article_v1"), desk.claims()
    desk.server.forget()
    report = desk.run()
    assert desk.server.asked == []
    assert report.requests == 0
    assert report.feeds["not_due"] == 1
    desk.server.answers["/feed"] = Answer(status=304, headers={"ETag": '"v1"'})
    report = desk.run(force=True)
    assert desk.server.last("/feed").headers["if-none-match"] == '"v1"'
    assert report.feeds["not_modified"] == 1
    assert (desk.rows("SELECT * FROM article_v1"), desk.claims()) == before
    assert report.claims_new == report.claims_seen_again == 0


def test_force_on_a_server_that_ignores_conditions_adds_nothing(desk: Desk) -> None:
    link = desk.server.url("/a")
    desk.feed("/feed", rss(item("A", link, guid="1", summary="Short.")))
    desk.server.answers["/a"] = Answer(page("A", *BODY))
    desk.run()
    report = desk.run(force=True)
    assert +report.articles == {"unchanged": 1}
    assert len(desk.articles()) == 1
    assert desk.server.paths() == ["/feed", "/a", "/feed"]


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Answer(b"no", 404), "http_404"),
        (Answer(b"fault", 500), "http_500"),
        (Answer(page("A site", *BODY)), "html"),
        (Answer(b""), "empty"),
        (Answer(b"   \n "), "empty"),
        (Answer(b"just words"), "no_feed"),
        (Answer(rss(item("A", "http://127.0.0.1:1/a", content=BODY[0]))[:-40]), "truncated"),
        (Answer(rss()[:60]), "truncated"),
        (
            Answer(gzip.compress(rss(item("A", content=BODY[0])))[:-20], headers={"Content-Encoding": "gzip"}),
            "truncated",
        ),
        (Answer(b"\x1f\x8bnot gzip at all", headers={"Content-Encoding": "gzip"}), "encoding"),
        (Answer(b"x", headers={"Content-Length": "5000", "Connection": "close"}), "truncated"),
        (Answer(status=302, headers={"Location": "/bad"}), "redirect_loop"),
    ],
)
def test_bad_feed_is_listed_and_the_rest_goes_on(desk: Desk, answer: Answer, kind: str) -> None:
    desk.feed("/bad", answer)
    desk.feed("/good", rss(item("Good", desk.server.url("/g"), content=TEXT)))
    report = desk.run(seconds=2.0)
    assert report.feeds == {"failed": 1, "ok": 1}
    assert [error.kind for error in report.errors] == [kind]
    assert report.errors[0].feed == "bad"
    assert report.errors[0].message.endswith(".")
    assert report.failed
    assert "Good" in {row[1] for row in desk.articles()}
    state = desk.store.feed_state(desk.feeds[0].url)
    assert state is not None
    assert state.last_outcome == kind
    assert state.next_check is not None
    assert state.next_check > desk.now


def test_half_an_xml_keeps_whole_entries_only(desk: Desk) -> None:
    whole = rss(
        item("First", desk.server.url("/1"), content=TEXT),
        item("Second", desk.server.url("/2"), content="<p>" + " ".join(reversed(BODY)) + "</p>"),
    )
    feed = desk.feed("/feed", whole[:-120], ETag='"half"')
    report = desk.run()
    assert report.feeds == {"failed": 1}
    assert [row[1] for row in desk.articles()] == ["First"]
    state = desk.store.feed_state(feed.url)
    assert state is not None
    assert state.etag is None
    desk.feed("/feed", whole)
    desk.later(hours=2)
    assert desk.run().articles["new"] == 1
    assert [row[1] for row in desk.articles()] == ["First", "Second"]


def test_entries_without_link_date_or_title(desk: Desk) -> None:
    desk.feed(
        "/feed",
        rss(
            item("No link", content=TEXT),
            item("No date", desk.server.url("/d"), content=TEXT.replace("500", "501")),
            item("", desk.server.url("/t"), content=TEXT.replace("500", "502")),
            "<item></item>",
        ),
    )
    report = desk.run()
    assert +report.articles == {"new": 3}
    titles = {url: title for url, title, *_ in desk.articles()}
    assert titles[desk.server.url("/d")] == "No date"
    assert titles[desk.server.url("/t")].startswith("Bitcoin miners sold 502 coins")
    assert any(url.startswith(desk.server.url("/feed#entry-")) for url in titles)
    assert +desk.run(force=True).articles == {"unchanged": 3}


@pytest.mark.parametrize(
    "body", [b"", b"   ", b"<html><head><title>x</title></head><body></body></html>", b"\x00\x01\x02" * 50]
)
def test_page_without_text_leaves_the_summary(desk: Desk, body: bytes) -> None:
    summary = "Bitcoin miners sold 500 coins in October, the company said on Monday, and more may follow…"
    desk.feed("/feed", rss(item("Miners", desk.server.url("/a"), summary=summary)))
    desk.server.answers["/a"] = Answer(body)
    report = desk.run()
    assert +report.articles == {"new": 1, "failed": 1}
    assert report.errors[0].kind in {"empty_page", "no_text"}
    assert len(desk.claims()) == 1


def test_page_that_is_no_page(desk: Desk) -> None:
    desk.feed("/feed", rss(item("Picture", desk.server.url("/a"), summary="Short.")))
    desk.server.answers["/a"] = Answer(b"\x89PNG", headers={"Content-Type": "image/png"})
    report = desk.run()
    assert [error.kind for error in report.errors] == ["no_page"]
    assert [row[1] for row in desk.articles()] == ["Picture"]


def test_page_with_a_passing_fault_is_tried_again(desk: Desk) -> None:
    desk.feed("/feed", rss(item("Later", desk.server.url("/a"))))
    desk.server.answers["/a"] = Answer(b"fault", 500)
    report = desk.run()
    assert +report.articles == {"failed": 1}
    assert desk.articles() == []
    desk.server.answers["/a"] = Answer(page("Later", *BODY))
    desk.server.answers["/feed"] = Answer(status=304)
    desk.later(hours=3)
    report = desk.run()
    assert report.feeds == {"not_modified": 1}
    assert +report.articles == {"new": 1}
    assert len(desk.claims()) == 1


def test_language_that_is_not_supported_is_stored_without_claims(desk: Desk) -> None:
    german = (
        "Die Bitcoin-Miner haben im Oktober 500 coins verkauft, teilte das Unternehmen am Montag in Berlin mit. "
        "Die Rechenleistung des Netzwerks stieg im selben Monat deutlich an, während die Gebühren weiter zurückgingen. "
    ) * 3
    desk.feed("/feed", rss(item("Miner verkaufen", desk.server.url("/a"), content=f"<p>{german}</p>")), language="de")
    report = desk.run()
    assert +report.articles == {"new": 1}
    assert desk.articles()[0][2] == "de"
    assert desk.claims() == []


def test_text_of_a_megabyte(desk: Desk) -> None:
    paragraphs = "".join(
        f"<p>Miners sold {number} coins on that day, the company said in a note.</p>" for number in range(15_000)
    )
    desk.feed("/feed", rss(item("Long", desk.server.url("/a"), content=paragraphs)))
    report = desk.run(extract=lambda text, lang, day: read_counts(text, lang, day)[:3])
    assert +report.articles == {"new": 1}
    stored = desk.store.article(desk.server.url("/a"))
    assert stored is not None
    assert len(stored.text or "") > 900_000


def test_an_extractor_that_fails_is_an_outcome(desk: Desk) -> None:
    desk.feed(
        "/feed",
        rss(item("A", desk.server.url("/a"), content=TEXT), item("B", desk.server.url("/b"), content=TEXT + "!")),
    )

    def broken(text: str, lang: str | None, day: date) -> list[Claim]:
        if text.startswith("A"):
            message = "no"
            raise RuntimeError(message)
        return read_counts(text, lang, day)

    report = desk.run(extract=broken)
    assert +report.articles == {"failed": 1, "new": 1}
    assert report.errors[0].kind == "extract"
    assert len(desk.articles()) == 2


def test_no_full_text_asks_for_feeds_only(desk: Desk) -> None:
    desk.feed("/feed", rss(item("A", desk.server.url("/a"), summary="Miners sold 500 coins.")))
    report = desk.run(full_text=False)
    assert desk.server.paths(robots=True) == ["/feed"]
    assert +report.articles == {"new": 1}


def test_evidence_only_keeps_no_text(desk: Desk) -> None:
    feed = desk.feed("/feed", rss(item("A", desk.server.url("/a"), content=TEXT)))
    desk.run(feeds=[Feed(feed.name, feed.url, "en", "A", store_text="evidence")])
    stored = desk.store.article(desk.server.url("/a"))
    assert stored is not None
    assert stored.text is None
    assert len(desk.claims()) == 1


def test_same_article_in_two_feeds_is_one(desk: Desk) -> None:
    link = desk.server.url("/a")
    desk.feed("/one", rss(item("A", link, guid="1", summary="Short.")))
    desk.feed("/two", rss(item("A", link + "?utm_source=two", guid="x", summary="Another summary.")))
    desk.server.answers["/a"] = Answer(page("A", *BODY))
    desk.run()
    assert len(desk.articles()) == 1
    assert len(desk.claims()) == 1
    desk.later(hours=30)
    desk.run()
    assert desk.articles()[0][3] == 1


def test_edited_article_is_a_new_revision_and_what_vanished_is_marked(desk: Desk) -> None:
    link = desk.server.url("/a")
    desk.feed("/feed", rss(item("A", link, guid="1", content=TEXT)))
    desk.run()
    desk.feed("/feed", rss(item("A", link, guid="1", content=TEXT.replace("500", "650"))))
    desk.later(hours=3)
    report = desk.run()
    assert +report.articles == {"updated": 1}
    assert desk.articles()[0][3] == 2
    assert desk.claims() == ["en-2026-11-02-650"]
    assert desk.rows("SELECT count(*), count(vanished) FROM mentions") == [(2, 1)]


def test_shifting_guids_are_one_article(desk: Desk) -> None:
    link = desk.server.url("/a")
    desk.server.answers["/a"] = Answer(page("A", *BODY))
    for number in range(3):
        desk.feed("/feed", rss(item("A", link, guid=f"run-{number}", summary="Short.", published=START)))
        desk.run()
        desk.later(hours=30)
    assert len(desk.articles()) == 1
    assert desk.server.paths().count("/a") == 1


def test_two_ingests_at_once(desk: Desk) -> None:
    desk.feed("/feed", rss())
    with desk.store.ingest_lock(), pytest.raises(StoreError, match="Another ingest is at work"):
        desk.run()


def test_reprints_are_one_story_and_a_template_is_not(desk: Desk) -> None:
    daily = (
        "<p>{0} price today is {1} dollars. {0} traded between {2} and {3} dollars over the day. {0} volume was "
        "{4} million.</p>"
    )
    desk.feed("/one", rss(item("Miners sell coins", desk.server.url("/a"), content=TEXT)))
    desk.feed(
        "/two",
        rss(item("Miners sell coins", desk.server.url("/b"), content=TEXT.replace("the company said", "it said"))),
    )
    desk.feed(
        "/daily",
        rss(
            item("Cardano price today", desk.server.url("/c"), content=daily.format("Cardano", 0.45, 0.43, 0.47, 310)),
            item(
                "Solana price today", desk.server.url("/d"), content=daily.format("Solana", 150.2, 148.9, 155.3, 2900)
            ),
        ),
    )
    desk.run()
    stories = dict(desk.rows("SELECT url, story_id FROM article_v1"))
    assert stories[desk.server.url("/a")] == stories[desk.server.url("/b")]
    assert stories[desk.server.url("/c")] != stories[desk.server.url("/d")]


def test_sample_is_read_without_network(desk: Desk, tmp_path: Path) -> None:
    sample = tmp_path / "sample-en.xml"
    sample.write_bytes(rss(item("Miners sell", "https://example.com/a", guid="1", content=TEXT)))
    report = run_sample(desk.store, read_counts, files=[sample], rules_hash="r1", clock=lambda: START)
    assert report.as_record()["articles"]["new"] == 1
    assert report.requests == 0
    again = run_sample(desk.store, read_counts, files=[sample], rules_hash="r1", clock=lambda: START)
    assert again.as_record()["articles"] == {"new": 0, "updated": 0, "unchanged": 1, "failed": 0}
    assert len(desk.claims()) == 1
    assert desk.server.asked == []
