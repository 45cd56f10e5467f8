"""What a news desk's ingest owes the sites that it reads: validators, pauses, holds, moves, robots.txt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from desks import BODY, START, TEXT, Desk
from servers import Answer, feed_answer, item, page, rss, serving

from crypto_nlp.feeds.sources import Settings
from crypto_nlp.records import Feed
from crypto_nlp.store import FeedState


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with serving() as server:
        desk = Desk(tmp_path / "desk.db", server)
        yield desk
        desk.store.close()


def state_of(desk: Desk, index: int = 0) -> FeedState:
    state = desk.store.feed_state(desk.feeds[index].url)
    assert state is not None
    return state


def one(desk: Desk, name: str = "a") -> bytes:
    return rss(item(name, desk.server.url(f"/{name}"), guid=name, content=TEXT))


def test_both_validators_are_sent_and_replaced_after_each_answer(desk: Desk) -> None:
    desk.feed("/feed", one(desk), ETag='"1"', Last_Modified="Mon, 02 Nov 2026 08:00:00 GMT")
    desk.run()
    desk.server.answers["/feed"] = Answer(status=304, headers={"ETag": '"2"'})
    desk.later(hours=2)
    desk.run()
    headers = desk.server.last("/feed").headers
    assert headers["if-none-match"] == '"1"'
    assert headers["if-modified-since"] == "Mon, 02 Nov 2026 08:00:00 GMT"
    desk.later(hours=5)
    desk.server.answers["/feed"] = feed_answer(one(desk), Last_Modified="x")
    desk.run()
    headers = desk.server.last("/feed").headers
    assert headers["if-none-match"] == '"2"'
    assert "if-modified-since" not in headers
    desk.later(hours=5)
    desk.run()
    headers = desk.server.last("/feed").headers
    assert "if-none-match" not in headers
    assert headers["if-modified-since"] == "x"


def test_a_304_without_validators_keeps_those_that_it_confirms(desk: Desk) -> None:
    desk.feed("/feed", one(desk), ETag='"1"')
    desk.run()
    desk.server.answers["/feed"] = Answer(status=304)
    desk.later(hours=2)
    desk.run()
    desk.later(hours=12)
    desk.run()
    assert desk.server.last("/feed").headers["if-none-match"] == '"1"'


def test_validators_are_dropped_after_a_parse_failure(desk: Desk) -> None:
    desk.feed("/feed", b"this is no feed", ETag='"broken"')
    desk.run()
    desk.later(hours=2)
    desk.run()
    assert "if-none-match" not in desk.server.last("/feed").headers


def test_validators_are_dropped_weekly(desk: Desk) -> None:
    desk.feed("/feed", one(desk), ETag='"1"')
    desk.run()
    desk.server.answers["/feed"] = Answer(status=304, headers={"ETag": '"1"'})
    for _ in range(6):
        desk.later(hours=25)
        desk.run()
        assert desk.server.last("/feed").headers["if-none-match"] == '"1"'
    desk.later(hours=25)
    desk.run()
    assert "if-none-match" not in desk.server.last("/feed").headers


def test_an_hour_passes_before_a_feed_is_asked_again(desk: Desk) -> None:
    desk.feed("/feed", one(desk))
    desk.run()
    desk.later(minutes=59)
    assert desk.run().requests == 0
    desk.later(minutes=8)
    assert desk.run().requests == 1


@pytest.mark.parametrize(
    ("head", "headers", "hours"),
    [
        ("<ttl>300</ttl>", {}, 5),
        ("", {"Cache-Control": "public, max-age=14400"}, 4),
        ("", {"Date": "Mon, 02 Nov 2026 01:00:00 GMT", "Expires": "Mon, 02 Nov 2026 04:00:00 GMT"}, 3),
        ("<sy:updatePeriod xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'>daily</sy:updatePeriod>", {}, 24),
        ("<ttl>99999</ttl>", {"Cache-Control": "max-age=999999"}, 24),
        ("<skipHours><hour>10</hour><hour>11</hour><hour>12</hour></skipHours>", {}, 4),
    ],
)
def test_a_feed_is_not_asked_before_it_wants_to_be(desk: Desk, head: str, headers: dict[str, str], hours: int) -> None:
    body = rss(item("a", desk.server.url("/a"), guid="a", content=TEXT), head=head)
    desk.feed("/feed", Answer(body, headers={"Content-Type": "application/rss+xml", **headers}))
    desk.run()
    due = state_of(desk).next_check
    assert due is not None
    assert timedelta(hours=hours) <= due - START <= timedelta(hours=min(24, hours * 1.1 + 0.1))


def test_a_feed_that_does_not_change_is_asked_less_and_one_that_does_more(desk: Desk) -> None:
    desk.feed("/feed", one(desk), ETag='"1"')
    desk.run()
    desk.server.answers["/feed"] = Answer(status=304)
    spans = []
    for _ in range(10):
        due = state_of(desk).next_check
        assert due is not None
        spans.append(due - desk.now)
        desk.now = due
        desk.run()
    assert spans[-1] > timedelta(hours=20)
    assert max(spans) <= timedelta(hours=24)
    desk.feed("/feed", one(desk, "b"))
    for _ in range(8):
        desk.later(hours=24)
        desk.run()
    due = state_of(desk).next_check
    assert due is not None
    assert due - desk.now < timedelta(hours=2)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("value", "hours"),
    [
        ("7200", 2),
        ("Mon, 02 Nov 2026 06:00:00 GMT", 5),  # the server's clock says one o'clock
        ("99999999", 7 * 24),
        ("Fri, 02 Nov 2125 06:00:00 GMT", 7 * 24),
    ],
)
def test_retry_after_holds_the_whole_host(desk: Desk, status: int, value: str, hours: int) -> None:
    headers = {"Retry-After": value, "Date": "Mon, 02 Nov 2026 01:00:00 GMT"}
    desk.feed("/one", Answer(b"slow down", status, headers))
    desk.feed("/two", one(desk))
    report = desk.run()
    assert report.feeds == {"failed": 1, "not_due": 1}
    assert desk.server.paths() == ["/one"]
    assert [error.kind for error in report.errors] == [f"http_{status}"]
    desk.now = START + timedelta(hours=hours) - timedelta(minutes=1)
    assert desk.run(force=True).requests == 0
    desk.later(minutes=2)
    desk.server.answers["/one"] = feed_answer(one(desk, "b"))
    assert +desk.run(force=True).feeds == {"ok": 2}


def test_a_limiter_behind_a_403_holds_the_host_and_says_what_to_do(desk: Desk) -> None:
    desk.feed("/one", Answer(b"<title>Just a moment...</title>", 403, {"cf-mitigated": "challenge"}))
    desk.feed("/two", one(desk))
    report = desk.run()
    assert report.feeds == {"failed": 1, "not_due": 1}
    assert "contact" in (state_of(desk).hint or "")
    desk.feed("/three", Answer(b"for subscribers", 403))
    desk.later(hours=30)
    desk.server.answers["/one"] = feed_answer(one(desk, "b"))
    assert +desk.run().feeds == {"ok": 2, "failed": 1}


def test_410_stops_a_feed_and_deletes_nothing(desk: Desk) -> None:
    desk.feed("/feed", one(desk))
    desk.run()
    desk.server.answers["/feed"] = Answer(b"gone", 410)
    desk.later(hours=2)
    assert [error.kind for error in desk.run().errors] == ["http_410"]
    desk.later(days=40)
    assert desk.run().requests == 0
    assert desk.run(force=True).requests == 0
    assert state_of(desk).gone
    assert len(desk.articles()) == 1
    desk.server.answers["/feed"] = feed_answer(one(desk))
    assert +desk.run(force=True, named=True).feeds == {"ok": 1}
    assert not state_of(desk).gone


@pytest.mark.parametrize("answer", [Answer(b"", 404), Answer(b"", 500), Answer(b"no feed")])
def test_soft_failures_pause_longer_each_time(desk: Desk, answer: Answer) -> None:
    desk.feed("/feed", answer)
    spans = []
    for _ in range(7):
        desk.run()
        due = state_of(desk).next_check
        assert due is not None
        spans.append(due - desk.now)
        desk.now = due
    assert spans[0] < timedelta(hours=1.2)
    assert all(later > earlier for earlier, later in pairwise(spans[:5]))
    assert max(spans) <= timedelta(hours=24)
    desk.feed("/feed", one(desk))
    desk.run()
    assert state_of(desk).failures == 0


def test_a_dead_port_is_a_soft_failure(desk: Desk) -> None:
    desk.feeds.append(Feed("dead", "http://127.0.0.1:9/feed", "en"))
    report = desk.run()
    assert [error.kind for error in report.errors] == ["connect"]
    assert state_of(desk).failures == 1


def test_a_move_is_kept_after_three_sightings_over_a_day(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.server.answers["/old"] = Answer(status=301, headers={"Location": "/new"})
    desk.server.answers["/new"] = lambda _asked: feed_answer(one(desk))
    feed = Feed("f", f"http://news.example:{desk.server.port}/old", "en", "F")
    desk.feeds.append(feed)
    # The tests' only server is on loopback: let its address pass for a public one.
    monkeypatch.setattr("crypto_nlp.feeds.wire.is_public", lambda _address: True)

    def run() -> list[str]:
        desk.server.forget()
        desk.run(allow_private_hosts=False, resolver=lambda _host, _port: ["127.0.0.1"])
        desk.later(hours=11)
        return desk.server.paths()

    assert [run() for _ in range(3)] == [["/old", "/new"]] * 3
    assert not state_of(desk).details.get("moved")
    assert run() == ["/old", "/new"]
    assert state_of(desk).details["moved_from"] == feed.url
    assert run() == ["/new"]
    assert state_of(desk).url == feed.url
    desk.server.answers["/new"] = Answer(b"", 404)
    assert run() == ["/new"]
    desk.server.answers["/old"] = feed_answer(one(desk))
    desk.later(hours=10)
    assert run() == ["/old"]


def test_a_move_to_a_private_address_is_never_kept(desk: Desk) -> None:
    desk.feed("/old", Answer(status=301, headers={"Location": "/new"}))
    desk.server.answers["/new"] = feed_answer(one(desk))
    for _ in range(5):
        desk.run()
        desk.later(hours=11)
    assert not state_of(desk).details.get("moved")
    assert desk.server.paths()[-2:] == ["/old", "/new"]


def test_a_temporary_redirect_is_never_kept(desk: Desk) -> None:
    desk.feed("/old", Answer(status=302, headers={"Location": "/new"}))
    desk.server.answers["/new"] = feed_answer(one(desk))
    for _ in range(4):
        desk.run()
        desk.later(hours=13)
    assert state_of(desk).moved_to is None


def test_robots_txt_keeps_us_off_pages_and_not_off_feeds(desk: Desk) -> None:
    desk.server.answers["/robots.txt"] = Answer(b"User-agent: *\nDisallow: /feed\nDisallow: /private\n")
    summary = "Bitcoin miners sold 500 coins in October, the company said on Monday in a note to its holders…"
    items = (
        item(name, desk.server.url(path), summary=summary) for name, path in (("A", "/private/a"), ("B", "/open/b"))
    )
    desk.feed("/feed", rss(*items))
    desk.server.answers["/open/b"] = Answer(page("B", *BODY))
    desk.server.answers["/private/a"] = Answer(page("A", *BODY))
    report = desk.run()
    assert desk.server.paths(robots=True) == ["/feed", "/robots.txt", "/open/b"]
    assert +report.articles == {"new": 2}
    assert report.errors == []


def test_robots_txt_for_us_alone(desk: Desk) -> None:
    desk.server.answers["/robots.txt"] = Answer(b"User-agent: crypto-nlp\nDisallow: /\n\nUser-agent: *\nDisallow:\n")
    desk.feed("/feed", rss(item("A", desk.server.url("/a"))))
    desk.run()
    assert "/a" not in desk.server.paths()


def test_robots_txt_with_a_fault_keeps_us_off_for_now(desk: Desk) -> None:
    desk.server.answers["/robots.txt"] = Answer(b"", 500)
    desk.feed("/feed", rss(item("A", desk.server.url("/a"), guid="a")))
    desk.server.answers["/a"] = Answer(page("A", *BODY))
    desk.run()
    assert "/a" not in desk.server.paths()
    desk.server.answers["/robots.txt"] = Answer(b"", 404)
    desk.later(hours=3)
    assert desk.run().articles["new"] == 1


def test_a_page_may_be_private_only_on_the_feeds_own_host_and_port(desk: Desk) -> None:
    with serving() as inner:
        inner.answers["/secret"] = Answer(page("Secret", *BODY))
        desk.feed("/feed", rss(item("A", inner.url("/secret"), guid="a"), item("B", desk.server.url("/b"), guid="b")))
        desk.server.answers["/b"] = Answer(page("B", *BODY))
        report = desk.run()
        assert inner.asked == []
        assert [error.kind for error in report.errors] == ["private_address"]
        assert [row[1] for row in desk.articles()] == ["B"]


def test_a_page_that_redirects_inward_is_not_followed(desk: Desk) -> None:
    with serving() as inner:
        desk.feed("/feed", rss(item("A", desk.server.url("/a"), guid="a")))
        desk.server.answers["/a"] = Answer(status=302, headers={"Location": inner.url("/secret")})
        assert [error.kind for error in desk.run().errors] == ["private_address"]
        assert inner.asked == []


def test_without_the_flag_a_private_feed_is_refused_with_a_hint(desk: Desk) -> None:
    desk.feed("/feed", one(desk))
    report = desk.run(allow_private_hosts=False)
    assert "--allow-private-hosts" in report.errors[0].message
    assert desk.server.asked == []


def test_a_refused_feed_is_asked_as_soon_as_it_is_allowed(desk: Desk) -> None:
    desk.feed("/feed", one(desk))
    desk.run(allow_private_hosts=False)
    report = desk.run()  # at once, with the flag that the refusal named
    assert (report.feeds["ok"], report.feeds["not_due"]) == (1, 0)


def test_the_gap_between_two_requests_to_a_host(desk: Desk) -> None:
    links = [item(name, desk.server.url(f"/{name}"), guid=name) for name in "ab"]
    desk.feed("/feed", rss(*links))
    for name in "ab":
        desk.server.answers[f"/{name}"] = Answer(page(name, *BODY))
    desk.run(gap=0.2)
    times = [asked.at for asked in desk.server.asked]
    assert len(times) == 4
    assert all(later - earlier >= 0.2 for earlier, later in pairwise(times))


def test_secrets_in_addresses_are_not_reported(desk: Desk) -> None:
    url = f"http://me:hunter2@127.0.0.1:{desk.server.port}/feed?api_key=hunter3"
    desk.feeds.append(Feed("f", url, "en", "F"))
    record = str(desk.run().as_record())
    assert "hunter2" not in record
    assert "hunter3" not in record
    assert "127.0.0.1" in record


def test_the_contact_is_sent(desk: Desk) -> None:
    desk.feed("/feed", one(desk))
    desk.run(settings=Settings(contact="desk@example.com"))
    assert "desk@example.com" in desk.server.last("/feed").headers["user-agent"]


def test_a_clock_set_back_does_not_silence_a_feed(desk: Desk) -> None:
    desk.feed("/feed", one(desk))
    desk.later(days=400)
    desk.run()
    desk.now = START
    assert +desk.run().feeds == {"ok": 1}
