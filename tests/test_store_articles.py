"""The store: articles with claims, revisions and stories; feeds and their queue; reviews; reading under new rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from ledgers import NOON, article, claim, save

from crypto_nlp.errors import StoreError
from crypto_nlp.records import Entry
from crypto_nlp.rules.names import load
from crypto_nlp.search import find_claims, show_claim
from crypto_nlp.store import FeedState, HostState, Review, Store, check, open_store
from crypto_nlp.store.names import forms_of

TEXT = "Title\nMiners earned $5 bn, VanEck said.\nThe rest is silence."


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "ledger.db") as opened:
        yield opened
        assert check(opened) == []


def rows(store: Store, sql: str) -> list[dict[str, Any]]:
    with store.reading() as connection:
        return [dict(row) for row in connection.execute(sql)]


def test_new_then_unchanged_then_updated(store: Store) -> None:
    five = claim(TEXT, "$5 bn", "five", value=(5e9, "USD"), source="vaneck")
    first = save(store, article(TEXT), [five])
    assert (first.status, first.revision, first.claims_new, first.claims_seen) == ("new", 1, 1, 0)
    assert save(store, article(TEXT), [five]).status == "unchanged"
    mended = TEXT.replace("$5", "$6")
    second = save(store, article(mended), [claim(mended, "$6 bn", "six", value=(6e9, "USD"), source="vaneck")])
    assert (second.status, second.revision, second.claims_new, second.vanished) == ("updated", 2, 1, 1)
    assert [row["claim_id"] for row in find_claims(store)] == ["six"]
    assert rows(store, "SELECT revision, text FROM revisions ORDER BY revision") == [
        {"revision": 1, "text": TEXT},
        {"revision": 2, "text": mended},
    ]
    life = show_claim(store, "five")
    assert life["claim"] is None
    assert [(place["revision"], place["vanished_by"]) for place in life["places"]] == [(1, "revision")]


def test_a_claim_that_moves_within_the_text_stays_one_mention(store: Store) -> None:
    save(store, article(TEXT), [claim(TEXT, "$5 bn", "five")])
    moved = TEXT.replace("Title\n", "Title\nA new first paragraph.\n")
    outcome = save(store, article(moved), [claim(moved, "$5 bn", "five")])
    assert (outcome.claims_seen, outcome.vanished) == (1, 0)
    (mention,) = rows(store, "SELECT start, end_, revision, vanished FROM mentions")
    assert moved[mention["start"] : mention["end_"]] == "$5 bn"
    assert (mention["revision"], mention["vanished"]) == (2, None)


def test_a_claim_that_comes_back_is_shown_again(store: Store) -> None:
    five = [claim(TEXT, "$5 bn", "five")]
    save(store, article(TEXT), five)
    save(store, article("Title\nWithdrawn."), [])
    assert find_claims(store) == []
    save(store, article(TEXT), five)
    (row,) = find_claims(store)
    assert (row["mentions"], row["stories"]) == (1, 1)
    assert len(rows(store, "SELECT 1 FROM mentions")) == 1


def test_headline_and_body_are_two_mentions_of_one_claim(store: Store) -> None:
    text = "Miners earned $5 bn\nMiners earned $5 bn, VanEck said."
    body = claim(text[20:], "$5 bn", "five", source="vaneck", confidence=0.95)
    shifted = replace(body, start=body.start + 20, end=body.end + 20, sentence_start=20, sentence_end=len(text))
    outcome = save(store, article(text), [claim(text, "$5 bn", "five"), shifted])
    assert (outcome.claims_new, outcome.claims_seen) == (1, 0)
    (row,) = find_claims(store)
    assert (row["mentions"], row["stories"], row["source"], row["sources"]) == (2, 1, "vaneck", ["vaneck"])


def test_later_mention_fills_what_the_first_left_open(store: Store) -> None:
    save(store, article(TEXT), [claim(TEXT, "$5 bn", "five")])
    details = {"asset": "BTC"}
    found = claim(TEXT, "$5 bn", "five", when="2023", per="year", details=details)
    save(store, article(TEXT, url="https://example.org/2"), [found])
    (row,) = find_claims(store)
    assert (row["when"], row["per"], row["details"]) == ("2023", "year", details)
    assert rows(store, "SELECT when_start, when_end FROM claims") == [
        {"when_start": "2023-01-01", "when_end": "2023-12-31"}
    ]


def test_new_rules_replace_slots_and_gloss(store: Store) -> None:
    old = claim(TEXT, "$5 bn", "five", when="2022", gloss={"en": "old words"})
    new = claim(TEXT, "$5 bn", "five", when="2023", gloss={"en": "new words"})
    save(store, article(TEXT), [old])
    outcome = save(store, article(TEXT), [new], rules_hash="r2", now=NOON)
    assert (outcome.status, outcome.revision, outcome.claims_seen) == ("unchanged", 1, 1)
    (row,) = find_claims(store, "new words")
    assert (row["when"], row["gloss"]) == ("2023", "new words")
    assert find_claims(store, '"old words"') == []


def test_published_keeps_its_offset_and_sorts_in_utc(store: Store) -> None:
    east = datetime(2024, 8, 12, 1, 30, tzinfo=timezone(timedelta(hours=3)))
    save(store, article(TEXT, published=east), [claim(TEXT, "$5 bn")])
    assert find_claims(store)[0]["published"] == "2024-08-11T22:30:00Z"
    stored = store.article("https://example.org/1")
    assert stored is not None
    assert stored.article.published == east
    assert stored.article.published.utcoffset() == timedelta(hours=3)
    assert (stored.text, stored.rules_hash) == (TEXT, "r1")
    assert store.article("https://example.org/none") is None


def test_without_a_date_the_fetch_stands_in(store: Store) -> None:
    save(store, article(TEXT, published=None), [claim(TEXT, "$5 bn")])
    (row,) = find_claims(store)
    assert (row["published"], row["first_seen"]) == (None, "2024-08-12T12:00:00Z")


def test_evidence_only(store: Store) -> None:
    save(store, article(TEXT), [claim(TEXT, "$5 bn")], keep_text=False)
    assert rows(store, "SELECT text FROM revisions") == [{"text": None}]
    assert find_claims(store)[0]["sentence"] == "Miners earned $5 bn, VanEck said."
    assert list(store.stale_articles("r2")) == []


def test_stories(store: Store) -> None:
    first = save(store, article(TEXT), story_signature=b"abc", story_bands=(7, -9))
    assert [(found.story_id, found.signature) for found in store.story_candidates("en", (7, 1))] == [
        (first.story_id, b"abc")
    ]
    assert store.story_candidates("en", (1, 7)) == []
    assert store.story_candidates("ru", (7, -9)) == []
    reprint = article(TEXT, url="https://example.org/2")
    assert save(store, reprint, [claim(TEXT, "$5 bn")], story_id=first.story_id).story_id == first.story_id
    save(store, article(TEXT + "!"), [claim(TEXT, "$5 bn")])
    (row,) = find_claims(store)
    assert (row["mentions"], row["stories"]) == (2, 1)


def test_claim_without_identity_is_refused_and_nothing_is_half_written(store: Store) -> None:
    with pytest.raises(StoreError, match="without claim_id"):
        save(store, article(TEXT), [claim(TEXT, "$5 bn", "five"), claim(TEXT, "rest", "")])
    for written in ("articles", "claims", "mentions", "search", "stories", "names", "words"):
        assert rows(store, f"SELECT count(*) AS n FROM {written}") == [{"n": 0}]  # noqa: S608


def test_feed_state_comes_back_whole(store: Store) -> None:
    state = FeedState(
        url="https://example.org/feed",
        name="Feed",
        etag='W/"x"',
        last_modified="Mon, 12 Aug 2024 12:00:00 GMT",
        validators_since=NOON,
        next_check=NOON + timedelta(hours=1),
        last_check=NOON,
        last_success=NOON,
        last_outcome="ok",
        failures=2,
        hint="rename it",
        moved_to="https://example.org/new",
        moved_seen=3,
        gone=True,
        details={"skip": [1, 2]},
    )
    store.save_feed(state, now=NOON)
    assert store.feed_state(state.url) == state
    changed = replace(state, etag=None, gone=False)
    store.save_feed(changed, now=NOON)
    assert store.feed_states() == [changed]
    assert store.feed_state("https://example.org/other") is None


def test_entries_queue(store: Store) -> None:
    state = FeedState(url="https://example.org/feed", name="Feed")
    one = Entry("1", "https://example.org/1", "One", NOON, summary="s", content="full content")
    two = Entry("2", "https://example.org/2", "Two", None)
    assert store.save_feed(state, [one, two], now=NOON) == 2
    assert store.save_feed(state, [one, two], now=NOON) == 0
    first, second = store.pending_entries(state.url, NOON)
    assert (first.entry, second.entry) == (one, two)
    save(store, article(TEXT), entry_id=first.id)
    assert rows(store, "SELECT entry FROM entries WHERE guid = '1'") == [{"entry": ""}]
    store.entry_failed(second.id, "no page", NOON + timedelta(hours=1))
    assert store.pending_entries(state.url, NOON) == []
    (again,) = store.pending_entries(state.url, NOON + timedelta(hours=2))
    assert (again.id, again.attempts) == (second.id, 1)
    store.entry_failed(second.id, "gone", None)
    assert store.pending_entries(state.url, NOON + timedelta(days=9)) == []
    assert store.save_feed(state, [replace(one, title="One, corrected"), two], now=NOON) == 1
    assert [pending.entry.title for pending in store.pending_entries(state.url, NOON)] == ["One, corrected"]


def test_hosts_runs_settings_and_saved_searches(store: Store) -> None:
    assert store.host_state("example.org") == HostState("example.org")
    held = HostState("example.org", NOON, "429", 2, {"robots": "x"})
    store.save_host(held)
    assert store.host_state("example.org") == held
    run = store.start_run("ingest", NOON)
    store.finish_run(run, "done", {"new": 1}, NOON)
    assert store.runs()[0]["counts"] == {"new": 1}
    assert store.setting("x") is None
    store.set_setting("x", "y")
    assert store.setting("x") == "y"
    store.save_search("mine", "miners", {"types": ["price"]}, NOON)
    assert store.saved_search("mine") == ("miners", {"types": ["price"]})
    with pytest.raises(StoreError, match="no saved search “other”"):
        store.saved_search("other")
    assert store.delete_search("mine")
    assert not store.delete_search("mine")


def review(verdict: str, **fields: Any) -> Review:
    given = {
        "claim_id": "five",
        "article_url": "https://example.org/1",
        "sentence": "Miners earned $5 bn, VanEck said.",
    }
    return Review(**given, anchor="$5 bn", verdict=verdict, reviewed=NOON, **fields)  # type: ignore[arg-type]


def test_rejection_hides_a_claim_and_survives_reading_again(store: Store) -> None:
    five = [claim(TEXT, "$5 bn", "five")]
    save(store, article(TEXT), five)
    store.save_review(review("reject", reviewer="me"))
    assert find_claims(store) == []
    save(store, article(TEXT), five, rules_hash="r2")
    assert find_claims(store) == []
    store.save_review(review("accept"))
    assert [row["claim_id"] for row in find_claims(store)] == ["five"]
    assert [answer.verdict for answer in store.reviews()] == ["accept"]


def test_correction_stands_in_place_of_what_was_read_and_moves_with_its_sentence(store: Store) -> None:
    five = claim(TEXT, "$5 bn", "five", value=(5e9, "USD"))
    right = replace(five, claim_id="right", measure="profit", details={"asset": "BTC"}, gloss={"en": "Profit."})
    save(store, article(TEXT), [five])
    store.save_review(review("correct", correction=right))
    assert [(row["claim_id"], row["measure"]) for row in find_claims(store)] == [("right", "profit")]
    moved = TEXT.replace("Title\n", "Title\nMore.\n")
    save(store, article(moved), [claim(moved, "$5 bn", "five", value=(5e9, "USD"))], rules_hash="r2")
    assert [(row["claim_id"], row["start"]) for row in find_claims(store)] == [("right", moved.index("$5"))]


def test_reextract_stops_and_resumes_and_passes_over_what_has_no_text(store: Store) -> None:
    for number in range(5):
        save(store, article(TEXT, url=f"https://example.org/{number}"), keep_text=number != 3)
    stale = store.stale_articles("r2")
    first = next(stale)
    save(store, first.article, rules_hash="r2")
    assert [found.article.url[-1] for found in store.stale_articles("r2")] == ["1", "2", "4"]
    for found in store.stale_articles("r2"):
        save(store, found.article, rules_hash="r2")
    assert list(store.stale_articles("r2")) == []


def test_names_come_from_whoever_reads_the_rules(store: Store) -> None:
    store.names = lambda name_id: ("Нью Коин",) if name_id == "new-coin" else ()
    save(store, article(TEXT), [claim(TEXT, "$5 bn", subject="new-coin")])
    assert len(find_claims(store, "Нью Коина")) == 1


def test_a_type_and_slots_that_nobody_knew_are_stored_and_found(store: Store) -> None:
    found = claim(TEXT, "$5 bn", "yield", type="staking_yield", measure="apr", details={"validator": "lido"})
    save(store, article(TEXT), [found])
    assert [row["claim_id"] for row in find_claims(store, "type:staking_yield validator:lido")] == ["yield"]


def test_many_claims_of_one_subject_keep_their_own_documents(store: Store) -> None:
    text = "T\n" + "\n".join(f"fact number {number} about miners" for number in range(40))
    save(store, article(text), [claim(text, f"number {number} about", f"c{number}") for number in range(40)])
    assert [row["claim_id"] for row in find_claims(store, "fact 17")] == ["c17"]
    assert len(find_claims(store, "miners", limit=None)) == 40


def test_naive_instants_are_utc(store: Store) -> None:
    naive = NOON.replace(tzinfo=None)
    save(store, article(TEXT, published=naive), [claim(TEXT, "$5 bn")])
    assert find_claims(store)[0]["published"] == NOON.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_new_rules_bring_new_names(store: Store) -> None:
    store.names = lambda _: ()
    save(store, article(TEXT), [claim(TEXT, "$5 bn", subject="new-coin")])
    assert find_claims(store, "Ньюкоин") == []
    store.names = lambda name_id: ("Ньюкоин",) if name_id == "new-coin" else ()
    save(store, article(TEXT, url="https://example.org/2"), rules_hash="r2")
    assert len(find_claims(store, "Ньюкоина")) == 1


def test_register_names_units_and_countries_too() -> None:
    names = forms_of(load())
    assert "доллар" in names["USD"]
    assert "процент" in names["percent"]
    assert "россия" in {name.lower() for name in names["RU"]}
    assert "صناديق التقاعد" in names["pension-funds"]
