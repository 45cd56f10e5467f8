"""The story in the identity of statements: one statement in all reprints of a text, another one in another story."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest

from crypto_nlp.articles import from_text
from crypto_nlp.ingest import Reader, Writer, in_story, run_reextract
from crypto_nlp.pipeline import extract
from crypto_nlp.records import Article, Claim
from crypto_nlp.search import find_claims, show_claim
from crypto_nlp.store import Review, Store, check, forget, open_store

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
SAID = "“We are in this for the long run and nobody should be surprised,” Michael Saylor told shareholders in a letter."
FIRST = f"""Strategy keeps its bitcoin, chairman says
The software company that holds more bitcoin than any other listed firm will keep all of it, its chairman has said.
{SAID}
The shares of the company closed a little higher in New York, while those of smaller holders of the coin slipped.
Analysts who follow the company had asked whether it would need cash for its debts, which fall due in five years."""
# A reprint: the outlet's own headline, a place, one sentence less.
REPRINT = f"""Strategy keeps its bitcoin, says its chairman
NEW YORK - The software company that holds more bitcoin than any other listed firm will keep all of it, its chairman
has said.
{SAID}
The shares of the company closed a little higher in New York, while those of smaller holders of the coin slipped.
Analysts who follow the company had asked whether it would need cash for its debts, which fall due in five years."""
OTHER = f"""Miners change their plans
Five listed bitcoin miners want to rent out their halls to the makers of language models from the spring on, according
to their letters to owners.
Some of them look at other holders of the coin for comfort.
{SAID}
That letter was written in January, and the price of the coin has moved a good deal since then, one of the miners wrote.
Its own plan is to sell what it mines within a month, and to pay for transformers and cables with what that brings."""


GIVEN = {"a": FIRST, "b": REPRINT, "c": OTHER}


def article(name: str, text: str, hour: int | None = 0) -> Article:
    """An article of that name, published so many hours after noon; None: undated."""
    moment = None if hour is None else NOON + timedelta(hours=hour)
    made = from_text(text, url=f"https://{name}.example/a", fetched=NOON, lang="en", published=moment)
    return replace(made, feed=name)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "ledger.db") as store:
        yield store


def writer(store: Store) -> Writer:
    reader = Reader()
    return Writer(store, reader, None, "r1", in_story=reader.in_story)


def statements(claims: list[Claim]) -> list[str]:
    return [claim.claim_id for claim in claims if claim.type == "statement"]


def test_a_text_that_starts_a_story_has_the_ids_that_extract_gives() -> None:
    found = extract(FIRST, "en", NOON.date())
    assert statements(found)
    key = article("first", FIRST).content_hash
    assert [claim.claim_id for claim in in_story(found, NOON.date(), key)] == [claim.claim_id for claim in found]
    assert extract(FIRST, "en", NOON.date(), story="another") == in_story(found, NOON.date(), "another")


def test_only_statements_are_told_apart_by_story() -> None:
    found = extract(f"{FIRST}\nBitcoin miners lost $335 million in 2023.", "en", NOON.date())
    moved = in_story(found, NOON.date(), "another")
    changed = {claim.type for claim, other in zip(found, moved, strict=True) if claim.claim_id != other.claim_id}
    assert changed == {"statement"}
    assert {claim.type for claim in found} > {"statement"}


def test_a_reprint_is_the_same_statement_and_another_story_another(store: Store) -> None:
    write = writer(store)
    first, reprint, other = (write.save(article(name, text, hour)) for hour, (name, text) in enumerate(GIVEN.items()))
    assert first.story_id == reprint.story_id != other.story_id
    rows = find_claims(store, "type:statement source:michael-saylor")
    assert sorted((row["mentions"], row["stories"]) for row in rows) == [(1, 1), (2, 1)]
    (told_twice,) = [row["claim_id"] for row in rows if row["mentions"] == 2]
    assert told_twice in statements(extract(FIRST, "en", NOON.date()))
    assert len(show_claim(store, told_twice)["stories"]) == 1


def test_identity_outlives_revisions_and_the_article_that_the_story_began_with(store: Store) -> None:
    write = writer(store)
    write.save(article("a", FIRST))
    write.save(article("b", REPRINT, 1))
    before = {row["claim_id"] for row in find_claims(store, "type:statement source:michael-saylor")}
    revised = write.save(article("a", FIRST.replace("a little higher", "slightly higher")))
    assert (revised.status, revised.vanished) == ("updated", 0)
    forget(store, "https://a.example/a")
    write.save(article("b", REPRINT.replace("a little higher", "slightly higher")))
    reader = Reader()
    again = run_reextract(store, reader, rules_hash="r2", now=lambda: NOON, in_story=reader.in_story)
    assert (again.articles, again.claims_new, again.vanished) == (1, 0, 0)
    assert {row["claim_id"] for row in find_claims(store, "type:statement source:michael-saylor")} == before


def said(store: Store) -> list[tuple[str, int, int, str]]:
    rows = store.connection.execute(
        "SELECT claim_id, mentions, stories, first_seen FROM claims WHERE type = 'statement'"
    )
    return sorted(map(tuple, rows))


HOURS = {"dated": (0, 1, 2), "backwards": (2, 1, 0), "equal": (0, 0, 0), "undated": (None, None, None)}


@pytest.mark.parametrize("hours", [*HOURS.values(), (None, 1, None), (1, None, 0)], ids=str)
def test_the_order_of_arrival_decides_nothing(tmp_path: Path, hours: tuple[int | None, ...]) -> None:
    """Reprints and what they reprint come as servers answer; a statement is called the same whoever was first."""
    third = REPRINT.replace("says its chairman", "its chairman says").replace("NEW YORK", "LONDON")
    given = [("a", FIRST), ("b", REPRINT), ("d", third)]
    found = []
    for number, order in enumerate(permutations(range(3))):
        with open_store(tmp_path / f"{number}.db") as store:
            write = writer(store)
            assert len({write.save(article(*given[each], hours[each])).story_id for each in order}) == 1
            assert check(store) == []
            found.append((said(store), store.story_key(1)))
    assert all(each == found[0] for each in found)
    assert [row[1:3] for row in found[0][0]] == [(3, 1)]


def test_what_people_said_of_a_statement_stays_with_it(store: Store) -> None:
    write = writer(store)
    write.save(article("b", REPRINT, 1))
    (row,) = find_claims(store, "type:statement source:michael-saylor")
    review = Review(
        claim_id=row["claim_id"],
        article_url="https://b.example/a",
        sentence=row["sentence"],
        anchor=row["anchor"],
        verdict="accept",
        reviewed=NOON,
    )
    store.save_review(review)
    store.save_search("s", "saylor", {}, NOON)
    store.put_told("s", [row["claim_id"]])
    write.save(article("a", FIRST))
    (after,) = find_claims(store, "type:statement source:michael-saylor")
    assert after["claim_id"] != row["claim_id"]
    assert after["claim_id"] in statements(extract(FIRST, "en", NOON.date()))
    assert [kept.claim_id for kept in store.reviews()] == [after["claim_id"]]
    assert [tuple(told) for told in store.connection.execute("SELECT * FROM told")] == [("s", after["claim_id"])]


def test_a_text_that_joins_a_story_later_is_not_its_beginning(store: Store) -> None:
    write = writer(store)
    write.save(article("a", FIRST))
    key = store.story_key(1)
    write.save(article("b", REPRINT, None))
    write.save(article("c", REPRINT.replace("LONDON", "PARIS"), 3))
    assert store.story_key(1) == key == article("a", FIRST).content_hash


def test_a_corrected_statement_stays_corrected_when_its_story_begins_earlier(store: Store) -> None:
    write = writer(store)
    write.save(article("b", REPRINT, 1))
    (row,) = find_claims(store, "type:statement source:michael-saylor")
    (read,) = [claim for claim in extract(REPRINT, "en", NOON.date()) if claim.claim_id == row["claim_id"]]
    day, key = NOON.date(), article("b", REPRINT).content_hash
    (correction,) = in_story([replace(read, source="strategy")], day, key)
    review = Review(
        claim_id=row["claim_id"],
        article_url="https://b.example/a",
        sentence=row["sentence"],
        anchor=row["anchor"],
        verdict="correct",
        correction=correction,
        reviewed=NOON,
    )
    store.save_review(review)
    write.save(article("a", FIRST))
    before = sorted((row["claim_id"], row["source"]) for row in find_claims(store, "type:statement"))
    assert {source for _, source in before} == {"michael-saylor", "strategy"}
    reader = Reader()
    again = run_reextract(store, reader, rules_hash="r2", now=lambda: NOON, in_story=reader.in_story)
    assert (again.claims_new, again.vanished) == (0, 0)
    assert sorted((row["claim_id"], row["source"]) for row in find_claims(store, "type:statement")) == before
