"""Lists of feeds: feeds.yaml and its checks, the order in which lists are looked for, OPML, editing, discovery."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from servers import Answer, Server, feed_answer, item, page, rss, serving

from crypto_nlp.errors import FeedsFileError, FetchError, ParseError
from crypto_nlp.feeds.discover import discover
from crypto_nlp.feeds.editing import add_feeds, remove_feed
from crypto_nlp.feeds.http import Fetcher
from crypto_nlp.feeds.opml import read_opml, write_opml
from crypto_nlp.feeds.sources import ENVIRONMENT, load_feeds, mask_secrets, packaged_feeds, parse_feeds
from crypto_nlp.records import Feed

ROOT = Path(__file__).parents[1]
ONE = 'feeds:\n  - {title: One, url: "https://one.example/feed", language: en, topics: [crypto]}\n'


def write(folder: Path, text: str = ONE, name: str = "mine.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_list_that_ships() -> None:
    listed = packaged_feeds()
    languages = Counter(feed.language for feed in listed.feeds)
    assert len(listed.feeds) >= 32
    assert languages["ar"] >= 5
    assert languages["ru"] >= 11
    assert languages["en"] >= 14
    assert all(feed.title and feed.topics and feed.url.startswith("https://") for feed in listed.feeds)
    raw = yaml.safe_load((ROOT / "feeds.yaml").read_text(encoding="utf-8"))
    assert [entry["url"] for entry in raw["feeds"]] == [feed.url for feed in listed.feeds]


def test_order_of_lists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv(ENVIRONMENT, raising=False)
    assert load_feeds().path is None
    write(tmp_path, name="feeds.yaml")
    assert [feed.name for feed in load_feeds().feeds] == ["One"]
    monkeypatch.setenv(ENVIRONMENT, str(write(tmp_path, ONE.replace("One", "Two"), "env.yaml")))
    assert [feed.name for feed in load_feeds().feeds] == ["Two"]
    named = write(tmp_path, ONE.replace("One", "Three"), "named.yaml")
    assert [feed.name for feed in load_feeds(named).feeds] == ["Three"]


def test_a_named_file_that_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FeedsFileError, match=r"nowhere\.yaml does not exist"):
        load_feeds(tmp_path / "nowhere.yaml")
    monkeypatch.setenv(ENVIRONMENT, "also-nowhere.yaml")
    with pytest.raises(FeedsFileError, match=r"also-nowhere\.yaml does not exist"):
        load_feeds()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (ONE.replace("topics", "topic"), "f.yaml:2: unknown key `topic`"),
        ("settings:\n  contact: a\n  zone: UTC\n" + ONE, "f.yaml:3: unknown key `zone`"),
        ("feed: []\n" + ONE, "f.yaml:1: unknown key `feed`"),
        (ONE.replace("language: en, ", ""), "f.yaml:2: `language` is missing"),
        (ONE.replace("https:", "ftp:"), "f.yaml:2: `url`: 'ftp://one.example/feed' is no http or https address"),
        (ONE.replace("one.example", "one.example:99999"), "f.yaml:2: `url`: the port"),
        (ONE.replace("/feed", "/" + "a" * 2048), "f.yaml:2: `url`: the address is longer than 2048"),
        (ONE.replace("language: en", "language: English"), "f.yaml:2: `language`"),
        ("settings: {timezone: Mars/Base}\n" + ONE, "f.yaml:1: `timezone`: 'Mars/Base' is no time zone"),
        ("settings:\n  contact: почта\n" + ONE, "f.yaml:2: `contact`: the contact goes into an HTTP header"),
        (ONE + ONE.partition("\n")[2], "f.yaml:3: the url https://one.example/feed stands already on line 2"),
        (ONE + ONE.partition("\n")[2].replace("/feed", "/x"), "f.yaml:3: the name 'One' stands already on line 2"),
        (ONE + "feeds: []\n", "f.yaml:3: `feeds` stands twice"),
        ("feeds: [\n", "f.yaml:2: this is no valid YAML"),
        ("feeds: 3\n", "f.yaml:1: `feeds`: input should be a list"),
        ("", "f.yaml:1: feeds.yaml needs a list called `feeds:`"),
        ("- one\n", "f.yaml:1: feeds.yaml needs a list called `feeds:`"),
    ],
)
def test_each_fault_is_told_with_file_and_line(text: str, message: str) -> None:
    with pytest.raises(FeedsFileError) as caught:
        parse_feeds(text, Path("f.yaml"))
    assert str(caught.value).startswith(message)
    assert str(caught.value).endswith(".")


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    path.write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(FeedsFileError, match="cannot be read as UTF-8"):
        load_feeds(path)


def test_settings_reach_the_feeds() -> None:
    text = "settings: {contact: me@example.com, timezone: Europe/Moscow, store_text: evidence, rules: [mine]}\n" + ONE
    listed = parse_feeds(text, Path("folder/f.yaml"))
    assert listed.settings.contact == "me@example.com"
    assert listed.settings.rules == (Path("folder/mine"),)
    assert (listed.feeds[0].timezone, listed.feeds[0].store_text) == ("Europe/Moscow", "evidence")


def test_feeds_by_name() -> None:
    listed = parse_feeds(ONE + ONE.partition("\n")[2].replace("One", "Two").replace("/feed", "/2"), Path("f.yaml"))
    assert [feed.name for feed in listed.named(["two"]).feeds] == ["Two"]
    assert [feed.name for feed in listed.named(["https://one.example/feed"]).feeds] == ["One"]
    with pytest.raises(FeedsFileError, match="No feed is called 'Three'"):
        listed.named(["Three"])


def test_secrets_are_masked() -> None:
    shown = mask_secrets("https://me:pass@h.example:8443/a?api_key=1&page=2&AccessToken=3#x")
    assert shown == "https://***@h.example:8443/a?api_key=***&page=2&AccessToken=***"
    assert mask_secrets("http://[bad") == "(an address that cannot be read)"


# OPML


def test_opml_round_trip(tmp_path: Path) -> None:
    feeds = (
        Feed("Один & два", "https://a.example/feed?x=1&y=2", "ru", "Один & два", ("crypto", "mining"), "Europe/Moscow"),
        Feed("Two", "https://b.example/feed", "ar", "Two", ()),
    )
    path = tmp_path / "feeds.opml"
    path.write_text(write_opml(feeds), encoding="utf-8")
    assert read_opml(path) == feeds


def test_opml_of_other_readers(tmp_path: Path) -> None:
    path = tmp_path / "o.opml"
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><opml version="1.0"><body><outline text="Crypto">'
        '<outline text="A" xmlUrl="https://a.example/f"/><outline text="A again" xmlUrl="https://a.example/f"/></outline>'
        '<outline text="no feed"/></body></opml>',
        encoding="utf-8",
    )
    assert read_opml(path, language="ru") == (Feed("A", "https://a.example/f", "ru", "A", ("Crypto",)),)


def test_opml_without_secrets() -> None:
    text = write_opml((Feed("A", "https://me:hunter2@a.example/f?token=hunter3&id=4", "en", "A"),))
    assert "hunter" not in text
    assert "https://a.example/f?id=4" in text


@pytest.mark.parametrize(
    "text",
    [
        "<opml><body>",
        "<html></html>",
        "no",
        "",
        '<opml><body><outline xmlUrl="file:///etc/passwd"/></body></opml>',
        '<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><outline text="&x;" xmlUrl="nothing"/></opml>',
    ],
)
def test_bad_opml(tmp_path: Path, text: str) -> None:
    path = tmp_path / "o.opml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FeedsFileError, match=r"o\.opml:\d+: "):
        read_opml(path)


# Editing


def test_adding_keeps_the_file_as_it_is_written(tmp_path: Path) -> None:
    path = write(tmp_path, "# mine\nsettings:\n  contact: a@b.example  # me\n\n" + ONE + "\n# the end\n")
    new = Feed("Новый: канал", "https://two.example/rss?a=1", "ru", "Новый: канал", ("crypto",), "Europe/Moscow")
    listed = add_feeds(path, [new])
    assert listed.feeds[-1] == new
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# mine\nsettings:\n  contact: a@b.example  # me\n\nfeeds:\n  - {title: One,")
    assert text.endswith("\n# the end\n")
    assert add_feeds(path, [new]).feeds == listed.feeds


def test_adding_to_no_file_and_to_an_empty_list(tmp_path: Path) -> None:
    feed = Feed("A", "https://a.example/f", "en", "A", ("crypto",))
    assert add_feeds(tmp_path / "new.yaml", [feed]).feeds == (feed,)
    assert add_feeds(write(tmp_path, "feeds: []\n"), [feed]).feeds == (feed,)
    assert add_feeds(write(tmp_path, "feeds: []\nsettings: {}\n"), [feed]).feeds == (feed,)


def test_removing(tmp_path: Path) -> None:
    block = (
        "feeds:\n  - title: Zero\n    url: https://zero.example/\n    language: en\n  # one\n" + ONE.partition("\n")[2]
    )
    path = write(tmp_path, block + "settings: {}\n")
    assert [feed.name for feed in remove_feed(path, "Zero").feeds] == ["One"]
    assert "# one" in path.read_text(encoding="utf-8")
    assert remove_feed(path, "https://one.example/feed").feeds == ()
    with pytest.raises(FeedsFileError, match="No feed is called"):
        remove_feed(path, "One")


def test_a_wrong_feed_is_not_written(tmp_path: Path) -> None:
    path = write(tmp_path)
    with pytest.raises(FeedsFileError):
        add_feeds(path, [Feed("One", "https://other.example/", "en", "One")])
    assert path.read_text(encoding="utf-8") == ONE
    assert list(tmp_path.iterdir()) == [path]


# Discovery


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


def find(server: Server, path: str) -> list[str]:
    with Fetcher() as fetcher:
        return [found.url for found in discover(fetcher, server.url(path), allow_private_hosts=True)]


def test_discovery(server: Server) -> None:
    feed = feed_answer(rss(item("A", server.url("/a"))))
    head = (
        '<link rel="alternate" type="application/rss+xml" href="/news.xml">'
        '<link rel="alternate" hreflang="ru" href="/ru">'
        '<link rel="alternate" type="application/rss+xml" href="/dead.xml">'
    )
    server.answers |= {"/site": Answer(page("Site", "Words.", head=head)), "/news.xml": feed}
    assert find(server, "/site") == [server.url("/news.xml")]
    assert find(server, "/news.xml") == [server.url("/news.xml")]
    server.answers |= {"/plain": Answer(page("Plain", "Words.")), "/rss.xml": feed}
    assert find(server, "/plain") == [server.url("/rss.xml")]
    del server.answers["/rss.xml"]
    with pytest.raises(ParseError, match="No feed was found"):
        find(server, "/plain")
    with pytest.raises(FetchError, match="404"):
        find(server, "/nothing")
