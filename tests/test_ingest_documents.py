"""Reports and pages added by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from desks import BODY, START, read_counts
from servers import Answer, Server, page, serving

from crypto_nlp.feeds.http import Fetcher
from crypto_nlp.ingest import Description, IngestReport, Writer, add_documents
from crypto_nlp.store import Store, open_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "x.db") as opened:
        yield opened


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


def add(store: Store, *sources: str, said: Description | None = None) -> IngestReport:
    report = IngestReport()
    with Fetcher() as fetcher:
        writer = Writer(store, read_counts, None, "r1")
        given = said or Description()
        for added in add_documents(sources, writer, fetcher, given, now=START, allow_private_hosts=True):
            if added.outcome is None:
                report.articles["failed"] += 1
                report.fail("", added.name, getattr(added.error, "kind", "input"), str(added.error))
            else:
                report.articles[added.outcome.status] += 1
                report.claims_new += added.outcome.claims_new
    return report


def test_a_text_file(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("\n\n".join(BODY), encoding="utf-8")
    said = Description(title="A note", publisher="The desk", published=datetime(2026, 1, 5, tzinfo=UTC))
    assert add(store, str(path), said=said).as_record()["articles"]["new"] == 1
    stored = store.article(path.resolve().as_uri())
    assert stored is not None
    assert stored.text == "\n".join(("A note", *BODY))
    assert (stored.article.publisher, stored.article.lang, stored.article.feed) == ("The desk", "en", None)
    assert add(store, str(path), said=said).as_record()["articles"]["unchanged"] == 1
    path.write_text(BODY[0].replace("500", "700"), encoding="utf-8")
    report = add(store, str(path), said=said)
    assert report.as_record()["articles"]["updated"] == 1
    assert report.claims_new == 1


def test_a_pdf_keeps_its_pages(store: Store) -> None:
    path = Path(__file__).parent / "pdf" / "en.pdf"
    assert add(store, str(path)).as_record()["articles"]["new"] == 1
    stored = store.article(path.as_uri())
    assert stored is not None
    assert len(stored.article.pages) == 2
    assert stored.article.title == "Report en"


def test_addresses(store: Store, server: Server) -> None:
    server.answers["/a"] = Answer(page("Miners sell", *BODY))
    server.answers["/b.pdf"] = Answer(
        (Path(__file__).parent / "pdf" / "ru.pdf").read_bytes(), headers={"Content-Type": "application/octet-stream"}
    )
    report = add(store, server.url("/a"), server.url("/b.pdf"), server.url("/c"))
    assert +report.articles == {"new": 2, "failed": 1}
    assert [error.kind for error in report.errors] == ["http_404"]
    assert server.paths(robots=True) == ["/a", "/b.pdf", "/c"]


def test_an_address_does_not_lead_inward(store: Store, server: Server) -> None:
    with serving() as inner:
        server.answers["/a"] = Answer(status=302, headers={"Location": inner.url("/secret")})
        assert [error.kind for error in add(store, server.url("/a")).errors] == ["private_address"]
        assert inner.asked == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "holds no text"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "neither PDF, HTML nor text"),
        (b"%PDF-1.7 broken", "no PDF that can be read"),
        (b"<!doctype html><html><body></body></html>", "No article text"),
    ],
)
def test_documents_that_cannot_be_read(store: Store, tmp_path: Path, body: bytes, words: str) -> None:
    path = tmp_path / "document"
    path.write_bytes(body)
    report = add(store, str(path), str(tmp_path / "missing"), "http://[bad")
    assert len(report.errors) == 3
    assert words in report.errors[0].message
    assert "No such file" in report.errors[1].message
    assert store.connection.execute("SELECT count(*) FROM articles").fetchone()[0] == 0
