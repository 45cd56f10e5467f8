"""What storing does the short way is what the long way would do: index, counts and folded words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from crypto_nlp.articles import from_text
from crypto_nlp.ingest import Reader, Writer
from crypto_nlp.rules.load import languages
from crypto_nlp.store import Store, check, mend, open_store
from crypto_nlp.text import fold, normalise, spoken, tokenize

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
TEXTS = yaml.safe_load((Path(__file__).parent / "story_texts.yaml").read_text(encoding="utf-8"))["events"]
TOLD_TWICE = "VanEck expects miners to earn $13.9 billion by 2027.\nThat is $13.9 billion by 2027 for miners, it said."


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Articles in three languages, reprints, one claim told twice in a text and one in many, and a revision."""
    reader = Reader(model="none")
    texts = [(lang, event[side]["text"]) for lang in languages() for event in TEXTS[lang] for side in ("first", "own")]
    texts += [("en", TOLD_TWICE), ("en", "Bitcoin miners lost $335 million in 2023.")]
    with open_store(tmp_path_factory.mktemp("cost") / "ledger.db") as store:
        write = Writer(store, reader, None, "r1", in_story=reader.in_story)
        for number, (lang, text) in enumerate([*texts, *texts[::3]]):
            url = f"https://a.example/{number}"
            write.save(from_text(text, url=url, lang=lang, fetched=NOON, published=NOON, title=f"T{number}"))
        first = f"{texts[0][1]}\nBitcoin miners lost $335 million in 2023."
        write.save(
            from_text(first, url="https://a.example/0", lang=texts[0][0], fetched=NOON, published=NOON, title="T0")
        )
        yield store


def rows(store: Store) -> dict[str, list[Any]]:
    queries = {name: f"SELECT * FROM {name}" for name in ("claims", "mentions", "names", "words")}  # noqa: S608 - our own
    queries["search"] = "SELECT rowid, * FROM search"
    return {name: sorted(map(tuple, store.connection.execute(sql)), key=repr) for name, sql in queries.items()}


def test_what_is_kept_while_storing_is_what_is_made_anew_from_the_mentions(ledger: Store) -> None:
    before = rows(ledger)
    told = {row[0] for row in ledger.connection.execute("SELECT DISTINCT mentions FROM claims")}
    assert {1, 2} <= told
    assert check(ledger) == []
    mend(ledger)
    after = rows(ledger)
    for table, kept in before.items():
        if table == "words":
            # The vocabulary keeps what a revision no longer says; it completes what is typed and states nothing.
            assert set(kept) >= set(after[table])
        else:
            assert kept == after[table], table


@given(st.text(st.one_of(st.sampled_from("aé’'_ .,-1٣йё́ةً\u200fﬀ²\n\u0301"), st.characters()), max_size=40))
def test_the_short_ways_through_a_text_read_what_the_long_ones_read(text: str) -> None:
    folded = fold(text)
    assert normalise(text) == folded.text
    assert spoken(folded.text) == [token.form for token in tokenize(text) if token.form[0].isalnum()]


def test_stems_do_not_hang_on_what_is_installed() -> None:
    """The ledger's keys are the same whether snowballstemmer finds PyStemmer or not."""
    stemmer = pytest.importorskip("Stemmer", reason="PyStemmer is not installed")
    from snowballstemmer.english_stemmer import EnglishStemmer
    from snowballstemmer.russian_stemmer import RussianStemmer

    words = {
        word for lang in ("en", "ru") for event in TEXTS[lang] for word in spoken(normalise(event["first"]["text"]))
    }
    for name, plain in (("english", EnglishStemmer()), ("russian", RussianStemmer())):
        quick = stemmer.Stemmer(name)
        assert [quick.stemWord(word) for word in words] == [plain.stemWord(word) for word in words]
