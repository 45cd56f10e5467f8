"""A model test: whatever is ingested, revised, read again, reviewed, forgotten or cut off, store and dict agree."""

from __future__ import annotations

import contextlib
import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from ledgers import NOON, article, claim

from crypto_nlp.records import Article, Claim
from crypto_nlp.search import find_claims
from crypto_nlp.store import Review, check, forget, open_store

SOURCES = (None, "unnamed", "vaneck", "bernstein")
# What a text may say: the claim, and who says it.
SAYINGS = st.lists(st.tuples(st.integers(0, 4), st.sampled_from(SOURCES)), max_size=4)
ARTICLES = st.integers(0, 4)


@dataclass
class Known:
    """An article of the model: what its present text says, its story, when it was published."""

    sayings: list[tuple[int, str | None]]
    story: int
    day: int
    version: int
    rejected: set[tuple[int, int]] = field(default_factory=set)


class Cut(Exception):  # noqa: N818 - no error, a power cut
    """The moment at which the process is gone."""


def text_of(number: int, version: int, sayings: list[tuple[int, str | None]]) -> str:
    said = "\n".join(f"line {place} says figure {figure} by {source}" for place, (figure, source) in enumerate(sayings))
    return f"Article {number} version {version}\n{said}"


def read(text: str, sayings: list[tuple[int, str | None]]) -> list[Claim]:
    return [
        claim(text, f"line {place} says", f"claim-{figure}", source=source, measure=f"m{figure}")
        for place, (figure, source) in enumerate(sayings)
    ]


class Ledger(RuleBasedStateMachine):
    """The store beside a plain model of it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.store = open_store(Path(self.folder.name) / "ledger.db")
        self.model: dict[int, Known] = {}
        self.rules = 1
        self.versions = 0

    def teardown(self) -> None:
        self.store.close()
        self.folder.cleanup()

    def _article(self, number: int) -> Article:
        known = self.model[number]
        return article(
            text_of(number, known.version, known.sayings),
            url=f"https://example.org/{number}",
            published=NOON + timedelta(days=known.day),
        )

    def _save(self, number: int, story: int | None = None) -> int:
        found = self._article(number)
        claims = read(found.text, self.model[number].sayings)
        outcome = self.store.save_article(found, claims, run_id=None, rules_hash=f"r{self.rules}", story_id=story)
        return outcome.story_id

    @rule(number=ARTICLES, sayings=SAYINGS, day=st.integers(0, 9), reprint=ARTICLES)
    def ingest(self, number: int, sayings: list[tuple[int, str | None]], day: int, reprint: int) -> None:
        """A new article (perhaps a reprint of another), or a revision of a known one."""
        self.versions += 1
        known = self.model.get(number)
        if known is None:
            other = self.model.get(reprint)
            self.model[number] = Known(sayings, 0, day, self.versions)
            self.model[number].story = self._save(number, other.story if other else None)
            return
        self.model[number] = Known(sayings, known.story, day, self.versions, known.rejected)
        self._save(number)

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def ingest_again(self, data: st.DataObject) -> None:
        """The same text by the same rules changes nothing."""
        number = data.draw(st.sampled_from(sorted(self.model)))
        before = find_claims(self.store, limit=None)
        self._save(number)
        assert find_claims(self.store, limit=None) == before

    @rule()
    def reextract(self) -> None:
        """New rules that read the same."""
        self.rules += 1
        for found in list(self.store.stale_articles(f"r{self.rules}")):
            self._save(int(found.article.url.rsplit("/", 1)[1]))

    @precondition(lambda self: any(known.sayings for known in self.model.values()))
    @rule(data=st.data(), verdict=st.sampled_from(["reject", "accept"]))
    def review(self, data: st.DataObject, verdict: str) -> None:
        """Somebody rejects or accepts one line of one article."""
        number = data.draw(st.sampled_from([number for number, known in sorted(self.model.items()) if known.sayings]))
        known = self.model[number]
        place = data.draw(st.integers(0, len(known.sayings) - 1))
        text = text_of(number, known.version, known.sayings)
        said = read(text, known.sayings)[place]
        self.store.save_review(
            Review(
                claim_id=said.claim_id,
                article_url=f"https://example.org/{number}",
                sentence=said.sentence,
                anchor=said.anchor,
                verdict="reject" if verdict == "reject" else "accept",
                reviewed=NOON,
            )
        )
        key = (said.claim_id, said.sentence)
        (known.rejected.add if verdict == "reject" else known.rejected.discard)(key)  # type: ignore[arg-type]

    @precondition(lambda self: self.model)
    @rule(data=st.data())
    def forget(self, data: st.DataObject) -> None:
        """An article is taken out."""
        number = data.draw(st.sampled_from(sorted(self.model)))
        forget(self.store, f"https://example.org/{number}")
        del self.model[number]

    @rule(number=ARTICLES, sayings=SAYINGS)
    def power_cut(self, number: int, sayings: list[tuple[int, str | None]]) -> None:
        """The process dies between writing an article and committing it."""
        text = text_of(number, -1, sayings)
        cut = article(text, url=f"https://example.org/{number}")
        with contextlib.suppress(Cut), self.store.transaction():
            self.store.save_article(cut, read(text, sayings), run_id=None, rules_hash="cut")
            raise Cut

    @invariant()
    def counts_are_those_of_the_model(self) -> None:
        expected: dict[str, tuple[int, int, list[str], str]] = {}
        said: dict[str, list[tuple[int, str | None, int]]] = {}
        for number, known in self.model.items():
            for found in read(text_of(number, known.version, known.sayings), known.sayings):
                if (found.claim_id, found.sentence) not in known.rejected:
                    said.setdefault(found.claim_id, []).append((known.story, found.source, known.day))
        for claim_id, places in said.items():
            named = sorted({source for _, source, _ in places if source not in {None, "unnamed"}} - {None}, key=str)
            first = (NOON + timedelta(days=min(day for _, _, day in places))).strftime("%Y-%m-%dT%H:%M:%SZ")
            stories = len({story for story, _, _ in places})
            expected[claim_id] = (len(places), stories, [str(name) for name in named], first)
        rows = find_claims(self.store, limit=None)
        found_rows = {r["claim_id"]: (r["mentions"], r["stories"], r["sources"], r["first_seen"]) for r in rows}
        assert found_rows == expected

    @invariant()
    def nothing_is_out_of_step(self) -> None:
        assert check(self.store) == []


TestLedger = Ledger.TestCase
TestLedger.settings = settings(
    max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
