"""Manners and safety of the HTTP client, against a real server."""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import brotli
import pytest
from servers import Answer, Asked, Server, serving

from crypto_nlp.errors import FetchError
from crypto_nlp.feeds import bodies, wire
from crypto_nlp.feeds.addresses import Origin, is_public, origin_of
from crypto_nlp.feeds.hosts import HostQueue, host_key
from crypto_nlp.feeds.http import ACCEPT_FEED, Fetcher, Response, Validators, user_agent


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with Fetcher(contact="https://desk.example/bot", seconds=3.0) as made:
        yield made


def get(fetcher: Fetcher, server: Server, path: str, **options: Any) -> Response:
    return fetcher.fetch(server.url(path), trusted=frozenset({origin_of(server.url())}), **options)


def kind_of(call: Callable[[], object]) -> str:
    with pytest.raises(FetchError) as caught:
        call()
    assert str(caught.value).endswith(".")
    return caught.value.kind


def test_headers_are_honest_and_ask_for_compression(fetcher: Fetcher, server: Server) -> None:
    server.answers["/"] = Answer(b"ok")
    assert get(fetcher, server, "/", accept=ACCEPT_FEED).body == b"ok"
    headers = server.last("/").headers
    assert headers["user-agent"] == user_agent("https://desk.example/bot")
    assert "+https://desk.example/bot" in headers["user-agent"]
    assert headers["accept-encoding"] == "gzip, br"
    assert headers["accept"] == ACCEPT_FEED
    assert "if-none-match" not in headers
    assert "cookie" not in headers


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        ("gzip", gzip.compress),
        ("x-gzip", gzip.compress),
        ("br", brotli.compress),
        ("deflate", zlib.compress),
        ("gzip", lambda data: data),
        ("identity", lambda data: data),
        ("gzip", lambda data: gzip.compress(data[:9]) + gzip.compress(data[9:])),
    ],
)
def test_packed_bodies(fetcher: Fetcher, server: Server, coding: str, pack: Callable[[bytes], bytes]) -> None:
    text = b"some words of a feed " * 40_000
    server.answers["/"] = Answer(pack(text[:500_000]), headers={"Content-Encoding": coding})
    assert get(fetcher, server, "/").body == text[:500_000]


def test_validators_are_opaque_bytes(fetcher: Fetcher, server: Server) -> None:
    odd = 'W/"a b;\u00e9\\x"'
    when = "yesterday, more or less"
    server.answers["/"] = Answer(b"ok", headers={"ETag": odd, "Last-Modified": when})
    first = get(fetcher, server, "/")
    assert first.validators == Validators(odd, when)
    get(fetcher, server, "/", validators=first.validators)
    assert server.last("/").headers["if-none-match"] == odd
    assert server.last("/").headers["if-modified-since"] == when


def test_cookies_are_not_kept(fetcher: Fetcher, server: Server) -> None:
    server.answers["/"] = Answer(b"ok", headers={"Set-Cookie": "id=1; Path=/"})
    get(fetcher, server, "/")
    get(fetcher, server, "/")
    assert "cookie" not in server.last("/").headers


def test_redirects_are_followed_and_permanent_ones_told(fetcher: Fetcher, server: Server) -> None:
    server.answers["/old"] = Answer(status=301, headers={"Location": "/newer"})
    server.answers["/newer"] = Answer(status=308, headers={"Location": server.url("/new#part")})
    server.answers["/new"] = Answer(status=302, headers={"Location": "/today"})
    server.answers["/today"] = Answer(b"ok")
    response = get(fetcher, server, "/old")
    assert response.body == b"ok"
    assert response.url == server.url("/today")
    assert response.permanent_url == server.url("/new")
    assert response.requests == 4


def test_a_temporary_redirect_first_is_not_permanent(fetcher: Fetcher, server: Server) -> None:
    server.answers["/a"] = Answer(status=302, headers={"Location": "/b"})
    server.answers["/b"] = Answer(status=301, headers={"Location": "/c"})
    server.answers["/c"] = Answer(b"ok")
    assert get(fetcher, server, "/a").permanent_url is None


def test_redirects_have_an_end(fetcher: Fetcher, server: Server) -> None:
    for number in range(8):
        server.answers[f"/{number}"] = Answer(status=302, headers={"Location": f"/{number + 1}"})
    assert kind_of(lambda: get(fetcher, server, "/0")) == "redirects"
    assert len(server.asked) == 6
    server.answers["/6"] = Answer(b"ok")
    assert get(fetcher, server, "/1").body == b"ok"
    server.answers["/x"] = Answer(status=302, headers={"Location": "/y"})
    server.answers["/y"] = Answer(status=302, headers={"Location": "/x"})
    assert kind_of(lambda: get(fetcher, server, "/x")) == "redirect_loop"


@pytest.mark.parametrize("location", ["ftp://example.com/a", "file:///etc/passwd", "http://[::1", "javascript:1"])
def test_redirects_lead_to_web_addresses_only(fetcher: Fetcher, server: Server, location: str) -> None:
    server.answers["/"] = Answer(status=302, headers={"Location": location})
    assert kind_of(lambda: get(fetcher, server, "/")) in {"url", "redirects"}


def test_long_addresses_are_not_asked_for(fetcher: Fetcher, server: Server) -> None:
    assert kind_of(lambda: get(fetcher, server, "/" + "a" * 2048)) == "url"
    server.answers["/"] = Answer(status=302, headers={"Location": "/" + "a" * 2048})
    assert kind_of(lambda: get(fetcher, server, "/")) == "url"
    assert len(server.asked) == 1


def test_user_and_password_go_to_their_own_origin_only(fetcher: Fetcher, server: Server) -> None:
    with serving() as other:
        server.answers["/feed"] = Answer(status=302, headers={"Location": "/same"})
        server.answers["/same"] = Answer(status=302, headers={"Location": other.url("/other")})
        other.answers["/other"] = Answer(b"ok")
        trusted = frozenset({origin_of(server.url()), origin_of(other.url())})
        response = fetcher.fetch(f"http://me:secret@127.0.0.1:{server.port}/feed", trusted=trusted)
        assert response.body == b"ok"
        assert server.last("/feed").headers["authorization"] == "Basic bWU6c2VjcmV0"
        assert server.last("/same").headers["authorization"] == "Basic bWU6c2VjcmV0"
        assert "authorization" not in other.last("/other").headers


# Addresses


@pytest.mark.parametrize(
    "address",
    """
    127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1 240.0.0.1 255.255.255.255
    192.0.0.8 198.18.0.1 ::1 :: fe80::1 fe80::1%eth0 fc00::1 fec0::1 ff02::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1
    ::127.0.0.1 2002:7f00:1:: 2002:a00:1::1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::a00:1 2001:db8::1 nonsense
    2001:0:4136:e378:8000:63bf:80ff:fffe
    """.split(),
)
def test_private_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


def test_private_hosts_are_refused_unless_named(fetcher: Fetcher, server: Server) -> None:
    server.answers["/"] = Answer(b"ok")
    assert kind_of(lambda: fetcher.fetch(server.url())) == "private_address"
    assert kind_of(lambda: fetcher.fetch(server.url(host="localhost"))) == "private_address"
    with Fetcher(resolver=lambda host, _port: [host]) as literal:
        for host in ("[::ffff:127.0.0.1]", "[::1]", "127.1.2.3"):
            assert kind_of(lambda host=host: literal.fetch(f"http://{host}:{server.port}/")) == "private_address"  # type: ignore[misc]
    assert kind_of(lambda: fetcher.fetch(f"http://2130706433:{server.port}/")) in {"private_address", "dns"}
    assert server.asked == []
    assert fetcher.requests == 0
    assert get(fetcher, server, "/").body == b"ok"


def test_an_open_connection_to_a_private_host_is_not_reused_for_others(fetcher: Fetcher, server: Server) -> None:
    server.answers["/"] = Answer(b"ok")
    get(fetcher, server, "/")
    assert kind_of(lambda: fetcher.fetch(server.url())) == "private_address"


def test_every_hop_is_checked(fetcher: Fetcher, server: Server) -> None:
    with serving() as inner:
        inner.answers["/"] = Answer(b"the router's page")
        server.answers["/"] = Answer(status=302, headers={"Location": inner.url()})
        assert kind_of(lambda: get(fetcher, server, "/")) == "private_address"
        assert inner.asked == []


def test_a_name_that_changes_its_mind_is_dialled_where_it_was_checked(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([["93.184.216.34"], ["127.0.0.1"], ["127.0.0.1"]])
    dialled: list[str] = []

    def dial(_self: object, host: str, *_rest: object, **_named: object) -> None:
        dialled.append(host)
        message = "no route"
        raise wire.httpcore2.ConnectError(message)

    monkeypatch.setattr(wire.httpcore2.SyncBackend, "connect_tcp", dial)
    with Fetcher(resolver=lambda _host, _port: next(answers)) as fetcher:
        url = f"http://rebinding.example:{server.port}/"
        assert kind_of(lambda: fetcher.fetch(url)) == "connect"
        assert dialled == ["93.184.216.34"]
        assert kind_of(lambda: fetcher.fetch(url)) == "private_address"
        assert dialled == ["93.184.216.34"]


def test_private_addresses_among_public_ones_are_left_out(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    dialled: list[str] = []

    def dial(_self: object, host: str, *_rest: object, **_named: object) -> None:
        dialled.append(host)
        message = "no route"
        raise wire.httpcore2.ConnectError(message)

    monkeypatch.setattr(wire.httpcore2.SyncBackend, "connect_tcp", dial)
    with Fetcher(resolver=lambda _host, _port: ["10.0.0.1", "93.184.216.34", "::1"]) as fetcher:
        assert kind_of(lambda: fetcher.fetch(f"http://mixed.example:{server.port}/")) == "connect"
    assert dialled == ["93.184.216.34"]


def test_unknown_names() -> None:
    def nobody(host: str, _port: int) -> list[str]:
        message = f"{host} is not known"
        raise OSError(message)

    with Fetcher(resolver=nobody) as fetcher:
        assert kind_of(lambda: fetcher.fetch("http://nobody.example/")) == "dns"


# Limits


def drip(seconds: float, *, head: bytes) -> Callable[[Any], None]:
    def send(out: Any) -> None:
        end = time.monotonic() + seconds
        out.write(head)
        try:
            while time.monotonic() < end:
                out.write(b"x")
                out.flush()
                time.sleep(0.05)
        except OSError:
            return

    return send


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Slow: "])
def test_a_drip_is_cut_at_the_deadline(server: Server, head: bytes) -> None:
    server.answers["/"] = Answer(raw=drip(5.0, head=head))
    with Fetcher(seconds=0.6) as fetcher:
        started = time.monotonic()
        assert kind_of(lambda: get(fetcher, server, "/")) == "timeout"
        assert time.monotonic() - started < 2.0


def test_silence_is_cut_too(server: Server) -> None:
    server.answers["/"] = Answer(raw=lambda _out: time.sleep(1.5))
    with Fetcher(seconds=0.4) as fetcher:
        assert kind_of(lambda: get(fetcher, server, "/")) == "timeout"


def test_too_large_is_not_read_to_its_end(fetcher: Fetcher, server: Server) -> None:
    server.answers["/"] = Answer(b"x" * (bodies.MAX_BODY + 1))
    assert kind_of(lambda: get(fetcher, server, "/")) == "too_large"
    server.answers["/"] = Answer(b"x" * bodies.MAX_BODY)
    assert len(get(fetcher, server, "/").body) == bodies.MAX_BODY


@pytest.mark.parametrize(("coding", "pack"), [("gzip", gzip.compress), ("br", brotli.compress)])
def test_a_bomb_is_not_unpacked(fetcher: Fetcher, server: Server, coding: str, pack: Callable[[bytes], bytes]) -> None:
    server.answers["/"] = Answer(pack(b"\0" * 60_000_000), headers={"Content-Encoding": coding})
    assert kind_of(lambda: get(fetcher, server, "/")) in {"bomb", "too_large"}


@pytest.mark.parametrize("coding", ["zstd", "gzip, gzip", "compress"])
def test_other_packings_are_refused(fetcher: Fetcher, server: Server, coding: str) -> None:
    server.answers["/"] = Answer(b"x", headers={"Content-Encoding": coding})
    assert kind_of(lambda: get(fetcher, server, "/")) == "encoding"


@pytest.mark.parametrize(
    "noise", [b"", b"SSH-2.0-server\r\n", b"HTTP/9.9 banana\r\n\r\n", b"HTTP/1.1 200 OK\r\nA" + b"b" * 200_000]
)
def test_what_is_no_http(server: Server, noise: bytes) -> None:
    server.answers["/"] = Answer(raw=lambda out: out.write(noise))
    with Fetcher(seconds=1.0) as fetcher:
        assert kind_of(lambda: get(fetcher, server, "/")) in {"protocol", "truncated", "timeout"}


def test_a_plain_server_on_an_https_address(fetcher: Fetcher, server: Server) -> None:
    url = f"https://127.0.0.1:{server.port}/"
    assert kind_of(lambda: fetcher.fetch(url, trusted=frozenset({origin_of(url)}))) == "tls"


def test_nobody_listens(fetcher: Fetcher) -> None:
    assert (
        kind_of(lambda: fetcher.fetch("http://127.0.0.1:9/", trusted=frozenset({Origin("127.0.0.1", 9)}))) == "connect"
    )


# Turns


def test_host_keys() -> None:
    assert host_key("https://www.Example.com/a") == "example.com"
    assert host_key("http://example.com:8080/") == "example.com:8080"
    assert host_key("https://ar.platform.com/", ("platform.com",)) == "platform.com"
    assert host_key("https://notplatform.com/", ("platform.com",)) == "notplatform.com"


def test_one_host_rests_between_two_requests_and_others_go_on() -> None:
    hosts: HostQueue[str] = HostQueue(gap=0.3)
    for job in ("http://a/1", "http://a/2", "http://b/1"):
        hosts.put(job, job)
    started = time.monotonic()
    order = []
    for _ in range(3):
        taken = hosts.take()
        assert taken is not None
        job, slot = taken
        with slot.turn(job):
            order.append((job, time.monotonic() - started))
        slot.release()
    assert [job for job, _ in order] == ["http://a/1", "http://b/1", "http://a/2"]
    assert order[1][1] < 0.2
    assert order[2][1] >= 0.3


def test_a_host_is_busy_until_its_job_is_released() -> None:
    hosts: HostQueue[str] = HostQueue(gap=0.0)
    hosts.put("http://a/1", "one")
    hosts.put("http://a/2", "two")
    first = hosts.take()
    assert first is not None
    import threading

    taken: list[object] = []
    thread = threading.Thread(target=lambda: taken.append(hosts.take()))
    thread.start()
    thread.join(0.15)
    assert taken == []
    first[1].release()
    thread.join(2)
    assert len(taken) == 1


def test_two_jobs_that_lead_to_each_others_hosts_both_end() -> None:
    import threading

    hosts: HostQueue[str] = HostQueue(gap=0.0)
    hosts.put("http://a/", "http://b/")
    hosts.put("http://b/", "http://a/")
    both = threading.Barrier(2)

    def work() -> None:
        taken = hosts.take()
        assert taken is not None
        target, slot = taken
        both.wait(2)
        with slot.turn(target):
            time.sleep(0.01)
        slot.release()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(3)
        assert not thread.is_alive()


def test_request_times_keep_the_gap(server: Server) -> None:
    hosts: HostQueue[int] = HostQueue(gap=0.25)
    server.answers["/"] = lambda _asked: Answer(b"ok")
    for number in range(3):
        hosts.put(server.url(), number)
    with Fetcher() as fetcher:
        for _ in range(3):
            taken = hosts.take()
            assert taken is not None
            get(fetcher, server, "/", turn=taken[1].turn)
            taken[1].release()
    times = [asked.at for asked in server.asked]
    assert all(isinstance(asked, Asked) for asked in server.asked)
    assert all(later - earlier >= 0.25 for earlier, later in pairwise(times))
