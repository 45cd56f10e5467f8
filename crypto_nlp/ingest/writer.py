"""From an entry (and its page) to a stored article with its claims and story.

One transaction an article, one thread.
"""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime

from crypto_nlp.articles import supported_languages
from crypto_nlp.errors import CryptoNlpError, RulesError
from crypto_nlp.ingest.extractor import Extractor, InStory, as_read
from crypto_nlp.records import Article, Claim
from crypto_nlp.store import SaveOutcome, Store, StoredArticle
from crypto_nlp.stories import Fingerprint, choose, fingerprint


class ExtractionError(CryptoNlpError):
    """The extractor failed on one article; the article is stored without claims."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes articles. ``rules_hash`` and ``model`` name what the extractor works by.

    ``in_story`` gives what ``extract`` read the identity that it has in the article's story.
    """

    store: Store
    extract: Extractor
    run_id: int | None
    rules_hash: str = ""
    model: str = ""
    in_story: InStory = as_read

    def known(self, *urls: str) -> StoredArticle | None:
        """The stored article at the first of ``urls`` that has one."""
        return next((found for url in urls if (found := self.store.article(url))), None)

    def wants(self, article: Article) -> bool:
        """Whether ``article``, were it saved now, would be read for claims."""
        if article.lang not in supported_languages():
            return False
        stored = self.known(article.canonical_url, article.url)
        return stored is None or not self._same(article, stored)

    def save(
        self,
        article: Article,
        *,
        keep_text: bool = True,
        entry_id: int | None = None,
        read: Future[list[Claim]] | None = None,
    ) -> SaveOutcome:
        """Store ``article`` with its claims; an unchanged one, read by the same rules, is not read again.

        ``read`` holds, or will hold, its claims where they were read elsewhere.

        Raises:
            StoreError: the database cannot be written.
            ExtractionError: the extractor failed; the article was stored without claims.
        """
        stored = self.known(article.canonical_url, article.url)
        own_day = article.local_date
        if stored is not None:
            # One article keeps the address and the date that it was first known by.
            article = replace(
                article,
                canonical_url=stored.article.canonical_url,
                published=article.published or stored.article.published,
                local_date=article.local_date if article.published else stored.article.local_date,
            )
            if self._same(article, stored):
                if entry_id is not None:
                    self.store.entry_done(entry_id)
                return SaveOutcome("unchanged", stored.id, stored.revision, stored.story_id)
        claims, fault = self._claims(article, read if article.local_date == own_day else None)
        story = fingerprint(article.title, article.text)
        with self.store.transaction():
            story_id = stored.story_id if stored is not None else self._story(article, story)
            if stored is None and story_id is not None and self.store.precedes_story(article, story_id):
                self._begin(story_id, article, story)
            key = self.store.story_key(story_id) if story_id is not None else None
            claims = self.in_story(claims, article.local_date, key or article.content_hash)
            outcome = self.store.save_article(
                article,
                claims,
                run_id=self.run_id,
                rules_hash=self.rules_hash,
                model=self.model,
                story_id=story_id if stored is None else None,
                story_signature=story.signature,
                story_bands=story.bands,
                keep_text=keep_text,
                entry_id=entry_id,
            )
        if fault is not None:
            msg = (
                f"No claims could be read from this article ({type(fault).__name__}); please report it with the "
                "address."
            )
            raise ExtractionError(msg) from fault
        return outcome

    def _same(self, article: Article, stored: StoredArticle) -> bool:
        return (
            stored.article.content_hash == article.content_hash
            and stored.rules_hash == self.rules_hash
            and stored.model == self.model
        )

    def _story(self, article: Article, story: Fingerprint) -> int | None:
        """The story that a new article belongs to; None where it starts one."""
        found = self.store.story_candidates(article.lang, story.bands)
        return choose(story, ((item.story_id, item.signature) for item in found))

    def _begin(self, story_id: int, article: Article, story: Fingerprint) -> None:
        """Let a story begin with an article that was stored after others of it: its statements are called by it."""
        renamed: dict[int, str] = {}
        for day, read in self.store.story_readings(story_id):
            claims = [claim for _, claim in read]
            for (row, before), after in zip(read, self.in_story(claims, day, article.content_hash), strict=True):
                if after.type == "statement" and after.claim_id != before.claim_id:
                    renamed[row] = after.claim_id
        self.store.begin_story(story_id, article, story.signature, story.bands, renamed)

    def _claims(self, article: Article, read: Future[list[Claim]] | None) -> tuple[list[Claim], Exception | None]:
        if article.lang not in supported_languages():
            return [], None
        try:
            if read is not None:
                return read.result(), None
            return self.extract(article.text, article.lang, article.local_date), None
        except RulesError:
            # Wrong rule files are wrong for every article: the run ends and says where.
            raise
        except Exception as error:  # noqa: BLE001 - one article that breaks the extractor must not end the run; it is reported
            return [], error


def utc_now() -> datetime:
    """The present moment, aware, in whole seconds as the store keeps them."""
    from datetime import UTC  # noqa: PLC0415

    return datetime.now(UTC).replace(microsecond=0)
