"""`ingest` and `feeds` on the command line: the sample, a real server, what is printed, exit codes."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from crypto_nlp.cli import cli

FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>Local</title><language>en</language>
<item><title>Miners lost money</title><link>{base}/page.html</link><guid>1</guid>
<pubDate>Mon, 12 Aug 2024 10:00:00 GMT</pubDate>
<description>Bitcoin miners lost $335 million in 2023.</description></item>
</channel></rss>"""
PAGE = """<html lang="en"><head><title>Miners lost money</title></head><body><article><h1>Miners lost money</h1>
<p>Bitcoin miners lost $335 million in 2023, as their own reports show, after a year in which prices fell and power grew
dearer.</p>
<p>The network's difficulty rose 4.1% in July, and many of the smaller companies sold what they had saved.</p>
</article></body></html>"""


def run(*arguments: str, **options: Any) -> Result:
    return CliRunner().invoke(cli, list(arguments), **options)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    path = tmp_path_factory.mktemp("sample") / "sample.db"
    found = run("ingest", "--sample", "--json", "--db", str(path))
    assert found.exit_code == 0, found.stderr
    assert "made up" in found.stderr
    return path, json.loads(found.stdout)


def test_sample_is_read_without_network(sample: tuple[Path, dict[str, Any]]) -> None:
    path, report = sample
    assert report["feeds"] == {"ok": 3, "not_modified": 0, "not_due": 0, "failed": 0}
    assert report["articles"]["new"] == 12
    assert report["claims"]["new"] > 40
    assert (report["requests"], report["errors"]) == (0, [])
    again = json.loads(run("ingest", "--sample", "--json", "--db", str(path)).stdout)
    assert again["claims"] == {"new": 0, "seen_again": 0}
    assert again["articles"]["unchanged"] == 12
    assert run("db", "check", "--db", str(path)).exit_code == 0


@pytest.mark.parametrize("query", ["pension funds", "пенсионные фонды", "صناديق التقاعد"])
def test_sample_is_one_ledger_in_three_languages(sample: tuple[Path, dict[str, Any]], query: str) -> None:
    rows = [json.loads(line) for line in run("search", query, "--db", str(sample[0])).stdout.splitlines()]
    assert rows[0]["subject"] == "pension-funds"
    assert rows[0]["stories"] == 3


@pytest.mark.parametrize(
    ("lang", "heading"), [("en", "## Pension funds"), ("ru", "## Пенсионные фонды"), ("ar", "## صناديق التقاعد")]
)
def test_sample_makes_a_digest(sample: tuple[Path, dict[str, Any]], lang: str, heading: str) -> None:
    text = run("digest", "--db", str(sample[0]), "--lang", lang).stdout
    assert heading in text
    assert "2024-08-19" in text
    assert text == run("digest", "--db", str(sample[0]), "--lang", lang).stdout


def test_sample_and_real_feeds_are_never_mixed(
    sample: tuple[Path, dict[str, Any]], tmp_path: Path, site: tuple[str, Path]
) -> None:
    _, feeds = site
    found = run("ingest", "--feeds", str(feeds), "--db", str(sample[0]))
    assert (found.exit_code, "never mixed" in found.stderr) == (1, True)
    real = str(tmp_path / "real.db")
    run("ingest", "--feeds", str(feeds), "--db", real, "--allow-private-hosts")
    found = run("ingest", "--sample", "--db", real)
    assert (found.exit_code, "never mixed in" in found.stderr) == (1, True)


def test_sample_has_a_file_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CRYPTO_NLP_DB", raising=False)
    assert run("ingest", "--sample").exit_code == 0
    assert [path.name for path in tmp_path.glob("*.db")] == ["crypto_nlp-sample.db"]


class Quiet(SimpleHTTPRequestHandler):
    """A file server that prints nothing."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    folder = tmp_path / "site"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    base = f"http://127.0.0.1:{server.server_port}"
    (folder / "feed.xml").write_text(FEED.format(base=base), encoding="utf-8")
    (folder / "page.html").write_text(PAGE, encoding="utf-8")
    feeds = tmp_path / "feeds.yaml"
    feeds.write_text(f"feeds:\n  - {{title: Local, url: '{base}/feed.xml', language: en}}\n", encoding="utf-8")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield base, feeds
    server.shutdown()
    server.server_close()


def test_a_real_server_is_read(site: tuple[str, Path], tmp_path: Path) -> None:
    base, feeds = site
    options = ("--feeds", str(feeds), "--db", str(tmp_path / "ledger.db"), "--json", "--allow-private-hosts")
    found = run("ingest", *options)
    assert found.exit_code == 0, found.stderr
    report = json.loads(found.stdout)
    assert report["articles"] == {"new": 1, "updated": 0, "unchanged": 0, "failed": 0}
    row = json.loads(
        run("search", "miners", "--type", "earnings", "--db", str(tmp_path / "ledger.db")).stdout.splitlines()[0]
    )
    assert (row["article_url"], row["value_low"], row["feed"]) == (f"{base}/page.html", 335000000, "Local")
    again = json.loads(run("ingest", *options).stdout)
    assert (again["requests"], again["feeds"]["not_due"]) == (0, 1)
    health = json.loads(run("feeds", "check", *options[:4]).stdout)
    assert health["last_success"]
    assert health["next_check"] > health["last_success"]


def test_failed_feeds_are_listed_with_exit_code_3(site: tuple[str, Path], tmp_path: Path) -> None:
    base, feeds = site
    with feeds.open("a", encoding="utf-8") as stream:
        stream.write(f"  - {{title: Gone, url: '{base}/none.xml?token=hidden', language: en}}\n")
    found = run("ingest", "--feeds", str(feeds), "--db", str(tmp_path / "l.db"), "--json", "--allow-private-hosts")
    assert found.exit_code == 3
    report = json.loads(found.stdout)
    assert report["feeds"]["failed"] == 1
    assert report["articles"]["new"] == 1
    assert report["errors"][0]["kind"] == "http_404"
    assert "Gone" in found.stderr
    assert "hidden" not in found.stderr + found.stdout


def test_private_hosts_are_refused(site: tuple[str, Path], tmp_path: Path) -> None:
    found = run("ingest", "--feeds", str(site[1]), "--db", str(tmp_path / "l.db"), "--json")
    assert found.exit_code == 3
    assert json.loads(found.stdout)["articles"]["new"] == 0


def test_named_feeds_and_files(site: tuple[str, Path], tmp_path: Path) -> None:
    db = ("--db", str(tmp_path / "l.db"))
    missing = run("ingest", "--feeds", str(tmp_path / "none.yaml"), *db)
    assert (missing.exit_code, "does not exist" in missing.stderr) == (1, True)
    unknown = run("ingest", "--feeds", str(site[1]), "--feed", "Nothing", *db)
    assert (unknown.exit_code, "No feed is called" in unknown.stderr) == (1, True)
    site[1].write_text(
        "feeds:\n  - {title: A, url: 'https://a.example', language: en, colour: red}\n", encoding="utf-8"
    )
    wrong = run("feeds", "list", "--feeds", str(site[1]))
    assert (wrong.exit_code, "feeds.yaml:2: unknown key `colour`" in wrong.stderr) == (1, True)


def test_the_packaged_list_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CRYPTO_NLP_FEEDS", raising=False)
    found = run("feeds", "list")
    assert "packaged list" in found.stderr
    languages = [json.loads(line)["language"] for line in found.stdout.splitlines()]
    assert len(languages) >= 32
    assert (languages.count("ar") >= 5, languages.count("ru") >= 11, languages.count("en") >= 14) == (True, True, True)


@pytest.fixture
def own_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CRYPTO_NLP_FEEDS", raising=False)
    return tmp_path / "feeds.yaml"


def names() -> list[str]:
    return [json.loads(line)["name"] for line in run("feeds", "list").stdout.splitlines()]


def test_own_list_starts_as_a_copy_of_the_packaged_one(own_list: Path) -> None:
    packaged = names()
    assert run("feeds", "add", "https://a.example/feed", "--title", "A: b", "--language", "ar").exit_code == 0
    assert own_list.is_file()
    assert names() == [*packaged, "A: b"]
    assert run("feeds", "remove", "A: b").exit_code == 0
    assert names() == packaged
    found = run("feeds", "remove", "A: b")
    assert (found.exit_code, "No feed is called" in found.stderr) == (1, True)


def test_opml_goes_out_and_comes_back(own_list: Path) -> None:
    before = names()
    assert run("feeds", "export", "-o", "feeds.opml").exit_code == 0
    found = run("feeds", "import", "feeds.opml", "--feeds", "again.yaml")
    assert f"{len(before)} of {len(before)} feeds added" in found.stderr
    own_list.write_text(Path("again.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    assert names() == before


@pytest.mark.usefixtures("own_list")
def test_feeds_of_a_site_are_found(site: tuple[str, Path]) -> None:
    base, feeds = site
    private = ("--feeds", str(feeds), "--allow-private-hosts")
    found = run("feeds", "discover", f"{base}/feed.xml", *private)
    assert json.loads(found.stdout) == {"url": f"{base}/feed.xml", "title": "Local", "language": "en", "entries": 1}
    added = run("feeds", "add", f"{base}/feed.xml", "--feeds", "new.yaml", "--allow-private-hosts")
    assert added.exit_code == 0, added.stderr
    assert "language: en" in Path("new.yaml").read_text(encoding="utf-8")
    assert "private address" in run("feeds", "discover", f"{base}/feed.xml", "--feeds", str(feeds)).stderr
