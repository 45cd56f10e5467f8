"""The seed: a machine-translated Arabic article, from a real server into the database, and with figures exchanged."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crypto_nlp.cli import cli
from crypto_nlp.evaluate import Score, read_gold, score
from crypto_nlp.pipeline import extract
from crypto_nlp.store import open_store

GOLD = Path(__file__).parent / "gold" / "seed.jsonl"
TITLE = "معدنو البيتكوين والذكاء الاصطناعي"
# Other figures, years, names and shares in the same sentences, in the text and in what must be read from it.
EXCHANGED = (
    ("38 مليار", "52 مليار"),
    ("13.9 مليار", "7.4 مليار"),
    ("عام 2027", "عام 2031"),
    ("سبتمبر 2022", "مارس 2021"),
    ("أبريل 2024", "يونيو 2023"),
    ("20%", "35%"),
    ("80%", "65%"),
    ("90%", "55%"),
    ("4 سنوات", "6 سنوات"),
    ("عام 2024", "عام 2026"),
    ("Vaneck", "Grayscale"),
    ("برنشتاين", "بلومبرغ"),
)
VALUES = {38e9: 52e9, 13.9e9: 7.4e9, 80: 65, 90: 55, 4: 6}
SLOTS = {
    "../2027": "../2031",
    "2022-09": "2021-03",
    "2024-04": "2023-06",
    "2024": "2026",
    "vaneck": "grayscale",
    "bernstein": "bloomberg",
}


def _whole(result: Score, claims: int) -> None:
    row = result.rows["all"]
    assert not result.faults, [(fault.what, fault.gold, fault.predicted) for fault in result.faults]
    assert (row.gold, row.found, row.right, row.pred, row.bad_offsets) == (claims, claims, claims, claims, 0)


def _read(text: str, lang: str, published: str) -> dict[str, Any]:
    return {"claims": [claim.as_record() for claim in extract(text, lang, date.fromisoformat(published))]}


def test_every_claim_of_the_seed_is_read() -> None:
    gold = read_gold(GOLD)
    answers = {name: _read(one["text"], one["lang"], one["published"]) for name, one in gold.items()}
    _whole(score(gold, answers), 13)


def _exchanged(value: Any, slot: str = "") -> Any:
    """A gold record with its figures, times and names exchanged as the text's are."""
    if isinstance(value, dict):
        return {name: _exchanged(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_exchanged(inner) for inner in value]
    if isinstance(value, (int, float)) and slot in ("low", "high"):
        return VALUES.get(value, value)
    if not isinstance(value, str):
        return value
    if slot in ("when", "source"):
        return SLOTS.get(value, value)
    for old, new in EXCHANGED:
        value = value.replace(old, new)
    return value


def test_the_same_text_with_other_figures_gives_the_other_claims() -> None:
    gold = {
        name: {**one, "text": _exchanged(one["text"]), "claims": _exchanged(one["claims"])}
        for name, one in read_gold(GOLD).items()
    }
    assert all("52 مليار" in one["text"] and "Vaneck" not in one["text"] for one in gold.values())
    answers = {name: _read(one["text"], one["lang"], one["published"]) for name, one in gold.items()}
    _whole(score(gold, answers), 13)


@pytest.fixture
def site() -> Iterator[str]:
    """A real server with a feed, its entry a summary, and the article's page."""
    (document,) = (json.loads(line) for line in GOLD.read_text(encoding="utf-8").splitlines())
    body = "".join(f"<p>{escape(line)}</p>" for line in document["text"].split("\n"))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            base = f"http://127.0.0.1:{self.server.server_address[1]}"  # type: ignore[attr-defined]
            item = (
                f"<item><title>{TITLE}</title><link>{base}/page</link><guid>{base}/page</guid>"
                "<pubDate>Sun, 25 Aug 2024 10:00:00 +0300</pubDate><description>موجز</description></item>"
            )
            feed = f'<rss version="2.0"><channel><title>محلي</title><language>ar</language>{item}</channel></rss>'
            page = f'<html lang="ar" dir="rtl"><head><title>{TITLE}</title></head><body><nav>الرئيسية</nav>'
            page += f"<article><h1>{TITLE}</h1>{body}</article><footer>جميع الحقوق محفوظة</footer></body></html>"
            kinds = {"/feed": (feed, "application/rss+xml"), "/page": (page, "text/html; charset=utf-8")}
            content, kind = kinds.get(self.path, ("", "text/plain"))
            self.send_response(200 if content else 404)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(content.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_from_a_real_server_into_the_database(site: str, tmp_path: Path) -> None:
    feeds, path = tmp_path / "feeds.yaml", tmp_path / "ledger.db"
    feeds.write_text(f"feeds:\n  - {{title: Local, url: '{site}/feed', language: ar}}\n", encoding="utf-8")
    arguments = ["ingest", "--feeds", str(feeds), "--db", str(path), "--allow-private-hosts", "--json"]
    done = CliRunner().invoke(cli, arguments)
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["articles"]["new"] == 1
    with open_store(path, read_only=True) as store:
        stored = store.article(f"{site}/page")
        assert stored is not None
        mentions = [dict(row) for row in store.connection.execute(_MENTIONS)]
    (gold,) = read_gold(GOLD).values()
    claims = [_claim(mention) for mention in mentions]
    _whole(score({"seed": {**gold, "id": "seed", "text": stored.text}}, {"seed": {"claims": claims}}), 13)


_MENTIONS = """
SELECT c.type, c.measure, c.subject, c.negated, m.start, m.end_ AS "end", m.anchor, m.value_low, m.value_high, m.unit,
  m.bound, m.per, m.when_ AS "when", m.condition, m.source, m.modality, m.details
FROM mentions m JOIN claims c ON c.id = m.claim
"""


def _claim(mention: dict[str, Any]) -> dict[str, Any]:
    low, high, unit = (mention.pop(name) for name in ("value_low", "value_high", "unit"))
    value = None if low is None else {"low": low, "high": high, "unit": unit}
    return mention | {"value": value, "details": json.loads(mention["details"])}
