"""`reextract`: stored articles brought up to the present rules and model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from crypto_nlp.errors import RulesError
from crypto_nlp.ingest.ahead import in_order
from crypto_nlp.ingest.extractor import Extractor, InStory, as_read
from crypto_nlp.records import Claim
from crypto_nlp.store import Store, StoredArticle


@dataclass(slots=True)
class Reextracted:
    """What a run changed.

    ``claims_new`` had never been read before, ``vanished`` mentions are read no more, ``failed`` are the addresses of
    articles that broke the extractor and stay as they were.
    """

    articles: int = 0
    claims_new: int = 0
    claims_seen: int = 0
    vanished: int = 0
    failed: list[str] = field(default_factory=list)

    def as_record(self) -> dict[str, Any]:
        """The counts as plain JSON."""
        return {
            "articles": self.articles,
            "claims": {"new": self.claims_new, "seen_again": self.claims_seen},
            "vanished": self.vanished,
            "failed": list(self.failed),
        }


def run_reextract(
    store: Store,
    extract: Extractor,
    *,
    rules_hash: str,
    model: str = "",
    now: Callable[[], datetime],
    progress: Callable[[int], None] | None = None,
    in_story: InStory = as_read,
    jobs: int = 1,
) -> Reextracted:
    """Read every kept text again that other rules or another model had read; reviews are kept.

    Each article is one transaction, so a stopped run goes on where it was. Texts that were pruned are passed over.
    ``progress`` is told how many articles are done. With several ``jobs``, that many processes read where there is
    much to read, this one among them, which alone writes; ``extract`` must be picklable then. The ledger is the same.

    Raises:
        StoreError: the database cannot be written, or an ingest is at work on it.
    """
    report = Reextracted()
    with store.ingest_lock():
        run = store.start_run("reextract", now())
        outcome = "interrupted"
        try:
            stale = store.stale_articles(rules_hash, model)
            for stored, read in in_order(stale, _job, partial(_claims, extract), jobs=jobs):
                article = stored.article
                try:
                    claims = read.result()
                except RulesError:
                    raise
                except Exception:  # noqa: BLE001 - one article that breaks the extractor is reported, not the end
                    report.failed.append(article.url)
                    continue
                claims = in_story(claims, article.local_date, store.story_key(stored.story_id) or article.content_hash)
                saved = store.save_article(article, claims, run_id=run, rules_hash=rules_hash, model=model, now=now())
                report.articles += 1
                report.claims_new += saved.claims_new
                report.claims_seen += saved.claims_seen
                report.vanished += saved.vanished
                if progress is not None:
                    progress(report.articles)
            outcome = "done"
        finally:
            store.finish_run(run, outcome, report.as_record(), now())
    return report


def _job(stored: StoredArticle) -> tuple[str, str | None, date]:
    article = stored.article
    return article.text, article.lang, article.local_date


def _claims(extract: Extractor, text: str, lang: str | None, published: date) -> list[Claim]:
    return extract(text, lang, published) if lang else []
