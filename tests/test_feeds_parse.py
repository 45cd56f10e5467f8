"""Feeds of every format, well and badly made, and the dates and charsets in them."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from servers import item, rss

from crypto_nlp.errors import ParseError
from crypto_nlp.feeds.charset import decode
from crypto_nlp.feeds.dates import parse_date, plausible
from crypto_nlp.feeds.parse import MAX_ENTRIES, ParsedFeed, parse_feed
from crypto_nlp.feeds.raw import visible

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
URL = "https://news.example/feeds/all.xml"


def parse(body: bytes | str, **options: Any) -> ParsedFeed:
    return parse_feed(body.encode() if isinstance(body, str) else body, **({"url": URL, "now": NOW} | options))


RSS_20 = rss(
    item(
        "One & two",
        "/a",
        guid="g",
        summary="<p>Sum</p>",
        content="<p>Full</p>",
        published="Mon, 26 Oct 2026 10:00:00 +0300",
    )
)
RSS_091 = """<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
<rss version="0.91"><channel><title>T</title><item><title>One</title><link>http://news.example/a</link></item></channel></rss>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>T</title></channel>
<item rdf:about="http://news.example/a"><title>One</title><link>http://news.example/a</link><dc:date>2026-10-26T10:00+03:00</dc:date>
</item></rdf:RDF>"""
ATOM_10 = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ru-RU"><title>T</title><entry>
<title type="html">&lt;b&gt;One&lt;/b&gt;</title><link rel="enclosure" href="/a.mp3" type="audio/mpeg"/>
<link href="/a"/><id>tag:1</id><published>2026-10-26T10:00:00+03:00</published><updated>2026-10-27T10:00:00Z</updated>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Full <i>text</i></p></div></content>
</entry></feed>"""
ATOM_03 = """<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>T</title><entry><title>One</title>
<link rel="alternate" type="text/html" href="http://news.example/a"/><id>tag:1</id><issued>2026-10-26T10:00:00+03:00</issued>
<modified>2026-10-26T11:00:00+03:00</modified></entry></feed>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "T",
        "language": "ar",
        "items": [
            {
                "id": 7,
                "url": "/a",
                "title": "One",
                "content_text": "a < b\nc",
                "date_published": "2026-10-26T10:00:00+03:00",
            },
            {"id": "8", "external_url": "https://other.example/b", "content_html": "<p>x</p>"},
            "no item",
        ],
    }
)
SITEMAP = """<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://news.example/a</loc><news:news>
<news:publication><news:name>N</news:name><news:language>ru</news:language></news:publication>
<news:publication_date>2026-10-26T10:00:00+03:00</news:publication_date><news:title>One</news:title></news:news></url></urlset>"""


@pytest.mark.parametrize("body", [RSS_20, RSS_091, RDF, ATOM_10, ATOM_03, JSON_FEED, SITEMAP])
def test_formats(body: bytes | str) -> None:
    parsed = parse(body)
    entry = parsed.entries[0]
    assert entry.title.startswith("One")
    assert entry.url.removeprefix("https://").removeprefix("http://") == "news.example/a"
    if body is not RSS_091:
        assert entry.published is not None
        assert entry.published.isoformat() == "2026-10-26T10:00:00+03:00"
    assert parsed.complete


def test_what_entries_hold() -> None:
    rss_entry = parse(RSS_20).entries[0]
    assert (rss_entry.title, rss_entry.guid, rss_entry.updated) == ("One & two", "g", None)
    assert (rss_entry.summary, rss_entry.content) == ("<p>Sum</p>", "<p>Full</p>")
    atom = parse(ATOM_10)
    assert atom.language == "ru"
    assert atom.entries[0].updated == datetime(2026, 10, 27, 10, tzinfo=UTC)
    assert atom.entries[0].content == "<p>Full <i>text</i></p>"
    first, second = parse(JSON_FEED).entries
    assert (first.guid, first.content) == ("7", "a &lt; b<br>c")
    assert second.url == "https://other.example/b"
    assert parse(SITEMAP).entries[0].language == "ru"


def test_hints() -> None:
    head = (
        "<ttl>90</ttl><skipHours><hour>1</hour><hour>23</hour></skipHours>"
        '<sy:updatePeriod xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">daily</sy:updatePeriod>'
        '<sy:updateFrequency xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">8</sy:updateFrequency>'
    )
    hints = parse(rss(head=head)).hints
    assert hints.ttl_minutes == 180
    assert hints.skip_hours == {1, 23}
    assert parse(rss(head="<ttl>soon</ttl>")).hints.ttl_minutes is None


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf  \n", "empty"),
        (b"<!doctype html><html><body>Hi</body></html>", "html"),
        (b"<!-- x --><html><head></head></html>", "html"),
        (b"words", "no_feed"),
        (b"{", "no_feed"),
        (b"[1]", "no_feed"),
        (b'{"a": 1}', "no_feed"),
        (b"<x/>", "no_feed"),
        (b"<sitemapindex><sitemap><loc>a</loc></sitemap></sitemapindex>", "no_feed"),
        (b"\x00" * 100, "empty"),
        (b"%PDF-1.7", "no_feed"),
    ],
)
def test_no_feeds(body: bytes, kind: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(body)
    assert caught.value.kind == kind


# Identity


def test_guid_then_link_then_date() -> None:
    parsed = parse(
        rss(
            item("A", "http://n/a", guid="g1"),
            item("B", "http://n/b", guid="same"),
            item("C", "http://n/c", guid="same"),
            item("D", "http://n/d"),
            item("E", summary="text", published="Mon, 26 Oct 2026 10:00:00 GMT"),
        )
    )
    assert [entry.guid for entry in parsed.entries][:4] == ["g1", "same http://n/b", "same http://n/c", "http://n/d"]
    assert parsed.entries[4].guid.startswith("Mon, 26 Oct 2026 10:00:00 GMT ")
    assert parsed == parse(
        rss(
            item("A", "http://n/a", guid="g1"),
            item("B", "http://n/b", guid="same"),
            item("C", "http://n/c", guid="same"),
            item("D", "http://n/d"),
            item("E", summary="text", published="Mon, 26 Oct 2026 10:00:00 GMT"),
        )
    )


def test_entries_that_share_a_link_have_addresses_of_their_own() -> None:
    entries = parse(rss(*(item(name, "http://n/", guid=name) for name in "abc"))).entries
    assert len({entry.url for entry in entries}) == 3
    assert all(entry.url.startswith("http://n/#entry-") for entry in entries)


def test_an_entry_that_stands_twice_is_one() -> None:
    assert len(parse(rss(item("A", "http://n/a", guid="1"), item("A", "http://n/a", guid="1"))).entries) == 1


def test_a_guid_that_is_an_address_is_the_link() -> None:
    assert parse(rss(item("A", guid="https://n.example/a"))).entries[0].url == "https://n.example/a"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "http://[::1", "//"])
def test_links_are_web_addresses_or_none(link: str) -> None:
    url = parse(rss(item("A", link, guid="1"))).entries[0].url
    assert url.startswith(("https://news.example/", "http://news.example/"))


def test_a_link_that_is_too_long_is_none() -> None:
    assert "#entry-" in parse(rss(item("A", "http://n/" + "a" * 2048, guid="1"))).entries[0].url


def test_at_most_two_thousand_entries() -> None:
    parsed = parse(rss(*(item(f"T{n}", f"http://n/{n}") for n in range(MAX_ENTRIES + 5))))
    assert len(parsed.entries) == MAX_ENTRIES
    assert parsed.left_out == 5


# Faults


def test_half_a_document_gives_its_whole_entries() -> None:
    whole = rss(*(item(f"T{n}", f"http://n/{n}", guid=str(n), summary="words " * 20) for n in range(4)))
    seen = set()
    for cut in range(200, len(whole), 7):
        parsed = parse(whole[:cut])
        seen.add(len(parsed.entries))
        assert all(
            entry.summary == "words " * 20 or entry.summary == ("words " * 20).strip() for entry in parsed.entries
        )
        assert not parsed.complete or cut > len(whole) - 20
    assert seen >= {0, 1, 2, 3, 4}


RSS = '<rss version="2.0" xmlns:content="bogus" xmlns:gml="http://www.opengis.net/gml" {}><channel>{}</channel></rss>'


@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE rss [\n<!ENTITY path "C:\\\\data">\n]>' + RSS.format("", "<title>&path;</title>"),
        RSS.format("", "<title>&#1114112; &#x110000; &#55296;</title>"),
        RSS.format("", "<item><content:encoded><![CDATA[<!h<!h<!h<]]></content:encoded></item>"),
        RSS.format("", '<item><gml:Point srsName="EPSG:x"><gml:pos>1 2</gml:pos></gml:Point></item>'),
        RSS.format('xmlns:georss="http://www.georss.org/georss"', "<item><georss:point>1</georss:point></item>"),
        RSS.format("", "<item><link>http://[</link><guid>http://[</guid></item>"),
        RSS.format("", "<item><pubDate>Mon, 99 Foo 99999 99:99:99 +9999</pubDate><title>x</title></item>"),
        "<rss>" + "<a>" * 20_000,
        '<rss version="2.0"><channel>' + "<item>" * 3000,
        ATOM_10.replace("<entry>", '<entry xml:base="http://[">'),
    ],
)
def test_inputs_that_break_feed_readers(body: str) -> None:
    try:
        parsed = parse(body)
    except ParseError:
        return
    assert all(entry.guid for entry in parsed.entries)


def test_entities_do_not_grow() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    body = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}]><rss version="2.0"><channel><title>&l9;</title></channel></rss>'
    assert len(parse(body).title) < 1000


def test_nothing_outside_is_read(tmp_path: Any) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2", encoding="utf-8")
    for declared in (f'<!ENTITY x SYSTEM "file://{secret}">', f'<!ENTITY % x SYSTEM "file://{secret}"> %x;'):
        body = f'<!DOCTYPE rss [{declared}]><rss version="2.0"><channel><title>&x;</title></channel></rss>'
        try:
            assert "hunter2" not in str(parse(body))
        except ParseError:
            continue
    with pytest.raises(ParseError):
        parse(str(secret))


def test_harmless_entities_are_kept() -> None:
    body = '<!DOCTYPE rss [<!ENTITY nbsp "&#160;"><!ENTITY coin "Bitcoin">]>' + RSS.format(
        "", "<title>&coin;&nbsp;up</title>"
    )
    assert parse(body).title == "Bitcoin up"


def test_titles_carry_nothing_invisible() -> None:
    title = (
        parse(rss(item("Up\u202e down\u2066 \x1b[31mred\x07 &lt;b&gt;bold&lt;/b&gt;\u200b", "http://n/a")))
        .entries[0]
        .title
    )
    assert title == "Up down [31mred bold"
    assert visible("a\u202eb\x00c\u2069") == "ab c"


def test_a_sitemap_with_half_a_character_in_a_name() -> None:
    assert len(parse(SITEMAP.replace("<url>", "<u&#xD800;rl>")).entries) == 0


def test_a_sitemap_without_its_name_space() -> None:
    assert parse(SITEMAP.replace("xmlns:news", "xmlns:other")).entries[0].title == "One"


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_mutated_feeds_raise_nothing_else(data: st.DataObject) -> None:
    body = bytearray(
        data.draw(
            st.sampled_from(
                [RSS_20, RSS_091.encode(), RDF.encode(), ATOM_10.encode(), JSON_FEED.encode(), SITEMAP.encode()]
            )
        )
    )
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(body) - 1))
        piece = data.draw(
            st.sampled_from(
                [
                    b"",
                    b"<",
                    b">",
                    b"&",
                    b"]]>",
                    b"<![CDATA[",
                    b"\x00",
                    b"\xff",
                    b'"',
                    b"&#xD800;",
                    b"<!",
                    b"<?",
                    b"/",
                    b"{",
                    b"9" * 20,
                ]
            )
        )
        body[at : at + data.draw(st.integers(0, 6))] = piece
        if not body:
            return
    try:
        parsed = parse(bytes(body))
    except ParseError:
        return
    assert all(entry.url.startswith(("http://", "https://")) for entry in parsed.entries)


@pytest.mark.long
@settings(max_examples=60_000, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    body=st.binary(max_size=400),
    head=st.sampled_from([b"<rss version='2.0'><channel><item>", b"<feed>", b"{", b"<urlset><url>", b""]),
)
def test_any_bytes_raise_nothing_else(body: bytes, head: bytes) -> None:
    try:
        parse(head + body)
    except ParseError:
        return


# Charsets

RU = "Биткоин вырос на пять процентов за день, сообщил банк в понедельник."
AR = "ارتفع سعر البيتكوين بنسبة كبيرة خلال اليوم وفق ما ذكره البنك يوم الاثنين"


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r", "utf-8", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("label", ["right", "missing", "wrong", "header"])
def test_russian_charsets(encoding: str, label: str) -> None:
    declared = {"right": f' encoding="{encoding}"', "wrong": ' encoding="iso-8859-1"'}.get(label, "")
    if encoding == "utf-8-sig" and label == "right":
        declared = ' encoding="utf-8"'
    text = f'<?xml version="1.0"{declared}?><rss version="2.0"><channel><title>{RU}</title></channel></rss>'
    kind = f"text/xml; charset={encoding}" if label == "header" else "text/xml"
    assert parse(text.encode(encoding), content_type=kind).title == RU


@pytest.mark.parametrize("declared", ["", ' encoding="windows-1256"', ' encoding="utf-8"', ' encoding="nonsense"'])
def test_arabic_charset(declared: str) -> None:
    text = f'<?xml version="1.0"{declared}?><rss version="2.0"><channel><title>{AR}</title></channel></rss>'
    assert parse(text.encode("windows-1256")).title == AR


def test_utf_8_under_a_wrong_label_and_with_a_torn_letter() -> None:
    assert decode(RU.encode(), "text/xml; charset=windows-1251") == RU
    torn = (RU * 5).encode()[:-1]
    assert decode(torn)[:-1] == (RU * 5)[: len(decode(torn)) - 1]
    assert decode("café — naïve “quotes”".encode("cp1252")) == "café — naïve “quotes”"


# Dates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mon, 26 Aug 2024 10:00:00 +0300", "2024-08-26T10:00:00+03:00"),
        ("Mon, 26 Aug 2024 10:00:00 GMT", "2024-08-26T10:00:00+00:00"),
        ("Mon, 26 Aug 2024 10:00:00 EST", "2024-08-26T10:00:00-05:00"),
        ("Mon, 26 Aug 2024 10:00:00 MSK", "2024-08-26T10:00:00+03:00"),
        ("26 Aug 2024 10:00", "2024-08-26T10:00:00+04:00"),
        ("2024-08-26T10:00:00Z", "2024-08-26T10:00:00+00:00"),
        ("2024-08-26T10:00:00.123+0530", "2024-08-26T10:00:00+05:30"),
        ("2024-08-26 10:00", "2024-08-26T10:00:00+04:00"),
        ("2024-08-26", "2024-08-26T00:00:00+04:00"),
        ("Пн, 26 авг 2024 10:00:00 +0300", "2024-08-26T10:00:00+03:00"),
        ("26 августа 2024, 10:15", "2024-08-26T10:15:00+04:00"),
        ("9 мая 2024 г. 08:05", "2024-05-09T08:05:00+04:00"),
        ("٢٦ أغسطس ٢٠٢٤ 10:00", "2024-08-26T10:00:00+04:00"),
        ("26 تشرين الأول 2024", "2024-10-26T00:00:00+04:00"),
        ("26.08.2024 10:00", "2024-08-26T10:00:00+04:00"),
        ("August 26, 2024 10:00", "2024-08-26T10:00:00+04:00"),
        ("Sat, 31 Dec 2016 23:59:60 GMT", "2016-12-31T23:59:59+00:00"),
    ],
)
def test_dates(text: str, expected: str) -> None:
    found = parse_date(text, zone="Asia/Dubai")
    assert found is not None
    assert found.isoformat() == expected


@pytest.mark.parametrize(
    "text", ["", "soon", "99", "Mon, 99 Aug 2024 10:00:00 GMT", "2024-13-45", "a" * 500, "0000-00-00", "12:00"]
)
def test_no_dates(text: str) -> None:
    assert parse_date(text) is None


def test_dates_that_no_article_can_carry() -> None:
    assert plausible(datetime(1970, 1, 1, tzinfo=UTC), NOW) is None
    assert plausible(NOW + timedelta(days=3), NOW) is None
    assert plausible(NOW + timedelta(hours=5), NOW) == NOW + timedelta(hours=5)
    assert parse(rss(item("A", "http://n/a", published="Mon, 02 Nov 2099 10:00:00 GMT"))).entries[0].published is None


@given(st.text(max_size=90))
def test_any_text_as_a_date(text: str) -> None:
    found = parse_date(text)
    assert found is None or found.tzinfo is not None


def test_tags_within_texts_are_no_tags_and_authors_no_loss() -> None:
    full = "<![CDATA[" + "<b>word</b> " * 200_000 + "]]>"
    one = f"<item><title>T</title><dc:creator>A@b.c</dc:creator><category>x</category><description>{full}</description>"
    (entry,) = parse(RSS.format("", f"{one}<guid>1</guid></item>")).entries
    assert (entry.title, entry.guid) == ("T", "https://news.example/feeds/1")
    assert entry.summary.count("word") == 200_000


@pytest.mark.parametrize(
    "body",
    [
        RSS.format("", "<item><title>x</title><link>http://a/1</link></item>" * 100_000),
        RSS.format("", "<item " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>"),
        "<!DOCTYPE rss [" + '<!ENTITY a "b">' * 100_000 + "]>" + RSS.format("", ""),
        '<!DOCTYPE rss "' + "\"'[>" * 100_000 + RSS.format("", ""),
        '<rss version="2.0"><channel>' + "<item><description><![CDATA[" * 50_000,
        RSS.format("", "<item><author>" + "a." * 300_000 + "@b</author></item>"),
        RSS.format("", "<item>" + "".join(f"<category>c{n}</category>" for n in range(60_000)) + "</item>"),
        RSS.format("", "<a>" * 1_000_000 + "</a>" * 1_000_000),
        RSS.format("", "<a>" * 1_000_000),
        RSS.format("", "<item>" + "<enclosure/>" * 1_000_000 + "</item>"),
        "<rss version='2.0'><channel>" + "<a b=" * 1_000_000,
        "<rss version='2.0'><channel>" + '<a b="' * 1_000_000,
        "<feed><entry><id>1</id><content type='xhtml'>" + "<div>" * 1_000_000 + "</content></entry></feed>",
    ],
)
def test_feeds_that_take_parsers_minutes(body: str) -> None:
    started = time.monotonic()
    with suppress(ParseError):
        parse(body)
    assert time.monotonic() - started < 10
