"""Articles, their revisions and their stories; saving one is one transaction."""

# ruff: noqa: S608 - SQL is put together from our own constants; values are always parameters.
from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from crypto_nlp.records import Article
from crypto_nlp.store import claims as ledger
from crypto_nlp.store import mentions, reviews, stories
from crypto_nlp.store.instants import from_utc, offset_minutes, to_utc
from crypto_nlp.store.names import relearn
from crypto_nlp.store.values import SaveOutcome, StoredArticle

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from crypto_nlp.records import Claim
    from crypto_nlp.store.names import Lookup
    from crypto_nlp.store.values import Extraction, Story


def maker_of(connection: sqlite3.Connection, rules_hash: str, model: str, names: Lookup | None = None) -> int:
    """The row id of these rules with this model; rules never seen before may have other ``names`` for known ids."""
    made = (rules_hash, model)
    added = connection.execute("INSERT OR IGNORE INTO makers (rules_hash, model) VALUES (?, ?)", made).rowcount
    if added and names:
        relearn(connection, ledger.names_in(connection), names)
    row = connection.execute("SELECT id FROM makers WHERE rules_hash = ? AND model = ?", made).fetchone()
    return int(row["id"])


def save(
    connection: sqlite3.Connection, article: Article, claims: Sequence[Claim], made: Extraction, story: Story
) -> SaveOutcome:
    """Write ``article`` with its claims inside the caller's transaction: new, a new revision, or nothing to do.

    An unchanged text read by other rules or another model keeps its revision; its mentions are compared all the same.
    """
    maker = maker_of(connection, made.rules_hash, made.model, made.names)
    row = connection.execute(
        "SELECT id, content_hash, revision, story, maker FROM articles WHERE canonical_url = ?",
        (article.canonical_url,),
    ).fetchone()
    if row is None:
        story_id = story.story_id if story.story_id is not None else stories.new_story(connection, article, story)
        article_id, revision = _insert(connection, article, maker, made.run_id, story_id), 1
        status = "new"
    else:
        article_id, revision, story_id = row["id"], row["revision"], row["story"]
        status = "unchanged" if row["content_hash"] == article.content_hash else "updated"
        if status == "unchanged" and row["maker"] == maker:
            return SaveOutcome("unchanged", article_id, revision, story_id)
        revision += status == "updated"
        _update(connection, article_id, article, revision, maker, made.run_id)
    if status != "unchanged":
        connection.execute("UPDATE articles SET pruned = NULL WHERE id = ?", (article_id,))
        connection.execute(
            "INSERT INTO revisions (article, revision, title, text, content_hash, fetched) VALUES (?, ?, ?, ?, ?, ?)",
            (
                article_id,
                revision,
                article.title,
                article.text if made.keep_text else None,
                article.content_hash,
                to_utc(article.fetched),
            ),
        )
    new, seen, gone = mentions.compare(
        connection,
        mentions.Place(
            article=article_id,
            revision=revision,
            story=story_id,
            seen=to_utc(article.published or article.fetched),
            at=to_utc(made.now or article.fetched),
            maker=maker,
            run=made.run_id,
            cause="reextract" if status == "unchanged" else "revision",
            names=made.names,
            bulk=made.bulk,
        ),
        reviews.apply(claims, reviews.reviews(connection, article.url)),
    )
    return SaveOutcome(
        status=status,  # type: ignore[arg-type]
        article_id=article_id,
        revision=revision,
        story_id=story_id,
        claims_new=new,
        claims_seen=seen,
        vanished=gone,
    )


def _columns(article: Article) -> dict[str, Any]:
    return {
        "url": article.url,
        "title": article.title,
        "lang": article.lang,
        "published": to_utc(article.published) if article.published else None,
        "published_offset": offset_minutes(article.published) if article.published else None,
        "local_date": article.local_date.isoformat(),
        "fetched": to_utc(article.fetched),
        "seen": to_utc(article.published or article.fetched),
        "content_hash": article.content_hash,
        "feed": article.feed,
        "publisher": article.publisher,
        "guid": article.guid,
        "pages": json.dumps(article.pages) if article.pages else None,
    }


def _insert(connection: sqlite3.Connection, article: Article, maker: int, run: int | None, story: int) -> int:
    columns = _columns(article) | {
        "canonical_url": article.canonical_url,
        "story": story,
        "revision": 1,
        "maker": maker,
        "run": run,
    }
    cursor = connection.execute(
        f"INSERT INTO articles ({', '.join(columns)}) VALUES (?{', ?' * (len(columns) - 1)})",
        list(columns.values()),
    )
    return int(cursor.lastrowid or 0)


def _update(
    connection: sqlite3.Connection, article_id: int, article: Article, revision: int, maker: int, run: int | None
) -> None:
    columns = _columns(article) | {"revision": revision, "maker": maker, "run": run}
    sets = ", ".join(f"{column} = ?" for column in columns)
    connection.execute(f"UPDATE articles SET {sets} WHERE id = ?", [*columns.values(), article_id])


def find(connection: sqlite3.Connection, url: str) -> StoredArticle | None:
    """The article at ``url`` (its canonical address, else the one that it was fetched from), with its present text."""
    return _stored(connection, "a.canonical_url = ?", (url,)) or _stored(connection, "a.url = ?", (url,))


def by_id(connection: sqlite3.Connection, article_id: int) -> StoredArticle | None:
    """The article with this row id."""
    return _stored(connection, "a.id = ?", (article_id,))


def _stored(connection: sqlite3.Connection, where: str, parameters: tuple[Any, ...]) -> StoredArticle | None:
    row = connection.execute(
        "SELECT a.*, r.text, k.rules_hash, k.model FROM articles a "
        "JOIN revisions r ON r.article = a.id AND r.revision = a.revision LEFT JOIN makers k ON k.id = a.maker "
        f"WHERE {where} ORDER BY a.id LIMIT 1",
        parameters,
    ).fetchone()
    if row is None:
        return None
    article = Article(
        url=row["url"],
        canonical_url=row["canonical_url"],
        title=row["title"],
        text=row["text"] or "",
        lang=row["lang"],
        published=from_utc(row["published"], row["published_offset"]) if row["published"] else None,
        local_date=date.fromisoformat(row["local_date"]),
        fetched=from_utc(row["fetched"]),
        content_hash=row["content_hash"],
        feed=row["feed"],
        publisher=row["publisher"],
        guid=row["guid"],
        pages=tuple(json.loads(row["pages"])) if row["pages"] else (),
    )
    return StoredArticle(
        row["id"], article, row["text"], row["revision"], row["story"], row["rules_hash"] or "", row["model"] or ""
    )


def drop_text(connection: sqlite3.Connection, article_id: int, now: str) -> None:
    """Remove every stored text of an article; its claims and their evidence stay."""
    connection.execute("UPDATE revisions SET text = NULL WHERE article = ?", (article_id,))
    connection.execute("UPDATE articles SET pruned = ? WHERE id = ?", (now, article_id))


def forget(connection: sqlite3.Connection, article_id: int) -> int:
    """Remove an article with its revisions and mentions, and every claim and story that stood nowhere else.

    Its entry in the feed's queue stays, without content, so that the next ingest does not bring it back. Returns how
    many claims went.
    """
    touched = [
        row[0] for row in connection.execute("SELECT DISTINCT claim FROM mentions WHERE article = ?", (article_id,))
    ]
    row = connection.execute(
        "SELECT story, guid, url, canonical_url FROM articles WHERE id = ?", (article_id,)
    ).fetchone()
    connection.execute("DELETE FROM mentions WHERE article = ?", (article_id,))
    connection.execute("DELETE FROM articles WHERE id = ?", (article_id,))
    connection.execute(
        "DELETE FROM stories WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM articles WHERE story = ?1)", (row["story"],)
    )
    connection.execute(
        "UPDATE entries SET state = 'done', entry = '' WHERE url IN (?, ?)", (row["url"], row["canonical_url"])
    )
    connection.execute("DELETE FROM reviews WHERE article_url IN (?, ?)", (row["url"], row["canonical_url"]))
    ledger.refresh(connection, touched)
    gone = connection.executemany(
        "DELETE FROM claims WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM mentions WHERE claim = ?1)",
        [(claim,) for claim in touched],
    )
    return gone.rowcount


def stale(connection: sqlite3.Connection, maker: int, after: int, limit: int) -> list[StoredArticle]:
    """The next articles after row ``after`` whose text is kept and was read by other rules or another model."""
    rows = connection.execute(
        "SELECT a.id FROM articles a JOIN revisions r ON r.article = a.id AND r.revision = a.revision "
        "WHERE a.id > ? AND a.maker IS NOT ? AND r.text IS NOT NULL ORDER BY a.id LIMIT ?",
        (after, maker, limit),
    ).fetchall()
    return [found for (article,) in rows if (found := by_id(connection, article))]
