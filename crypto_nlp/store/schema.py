"""The tables, as frozen migrations run by sqlite-utils.

A released migration never changes and calls no live code: it must build, years later, the tables that it built on the
day. ``VERSION`` goes into ``PRAGMA user_version``, so that opening a current database needs no import of sqlite-utils.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

VERSION = 3
# "CNLP" in ASCII: tells our databases from other programs' SQLite files.
APPLICATION_ID = 0x434E4C50

TABLES_1 = """
CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  command TEXT NOT NULL,
  started TEXT NOT NULL,
  finished TEXT,
  outcome TEXT,
  counts TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE makers (
  id INTEGER PRIMARY KEY,
  rules_hash TEXT NOT NULL,
  model TEXT NOT NULL,
  UNIQUE (rules_hash, model)
);
CREATE TABLE feeds (
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  etag TEXT,
  last_modified TEXT,
  validators_since TEXT,
  next_check TEXT,
  last_check TEXT,
  last_success TEXT,
  last_outcome TEXT,
  failures INTEGER NOT NULL DEFAULT 0,
  hint TEXT,
  moved_to TEXT,
  moved_seen INTEGER NOT NULL DEFAULT 0,
  gone INTEGER NOT NULL DEFAULT 0,
  details TEXT NOT NULL DEFAULT '{}'
);
CREATE TABLE entries (
  id INTEGER PRIMARY KEY,
  feed INTEGER NOT NULL REFERENCES feeds(id) ON DELETE CASCADE,
  guid TEXT NOT NULL,
  url TEXT NOT NULL,
  entry TEXT NOT NULL,
  hash TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'pending',
  attempts INTEGER NOT NULL DEFAULT 0,
  next_try TEXT,
  seen TEXT NOT NULL,
  error TEXT,
  UNIQUE (feed, guid)
);
CREATE INDEX entries_pending ON entries (feed, next_try) WHERE state = 'pending';
CREATE TABLE hosts (
  host TEXT PRIMARY KEY,
  hold_until TEXT,
  reason TEXT,
  failures INTEGER NOT NULL DEFAULT 0,
  details TEXT NOT NULL DEFAULT '{}'
) WITHOUT ROWID;
CREATE TABLE stories (
  id INTEGER PRIMARY KEY,
  lang TEXT,
  signature BLOB,
  first_seen TEXT NOT NULL
);
CREATE TABLE story_bands (
  band INTEGER NOT NULL,
  hash INTEGER NOT NULL,
  story INTEGER NOT NULL REFERENCES stories(id) ON DELETE CASCADE,
  PRIMARY KEY (hash, band, story)
) WITHOUT ROWID;
CREATE INDEX story_bands_story ON story_bands (story);
CREATE TABLE articles (
  id INTEGER PRIMARY KEY,
  url TEXT NOT NULL,
  canonical_url TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  lang TEXT,
  published TEXT,
  published_offset INTEGER,
  local_date TEXT NOT NULL,
  fetched TEXT NOT NULL,
  seen TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  feed TEXT,
  publisher TEXT,
  guid TEXT,
  pages TEXT,
  story INTEGER NOT NULL REFERENCES stories(id),
  revision INTEGER NOT NULL,
  maker INTEGER REFERENCES makers(id),
  run INTEGER REFERENCES runs(id),
  pruned TEXT
);
CREATE INDEX articles_seen ON articles (seen, story);
CREATE INDEX articles_url ON articles (url);
CREATE INDEX articles_story ON articles (story);
CREATE INDEX articles_maker ON articles (maker);
CREATE TABLE revisions (
  article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  title TEXT NOT NULL,
  text TEXT,
  content_hash TEXT NOT NULL,
  fetched TEXT NOT NULL,
  PRIMARY KEY (article, revision)
);
CREATE TABLE claims (
  id INTEGER PRIMARY KEY,
  claim_id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  measure TEXT NOT NULL,
  subject TEXT NOT NULL,
  value_low REAL,
  value_high REAL,
  unit TEXT,
  base_low REAL,
  base_high REAL,
  base_unit TEXT,
  bound TEXT,
  per TEXT,
  when_ TEXT,
  when_start TEXT,
  when_end TEXT,
  condition TEXT,
  modality TEXT NOT NULL,
  negated INTEGER NOT NULL,
  details TEXT NOT NULL,
  gloss TEXT NOT NULL,
  maker INTEGER REFERENCES makers(id),
  mention INTEGER,
  mentions INTEGER NOT NULL DEFAULT 0,
  stories INTEGER NOT NULL DEFAULT 0,
  sources INTEGER NOT NULL DEFAULT 0,
  first_seen TEXT,
  last_seen TEXT
);
CREATE INDEX claims_thing ON claims (type, measure, subject);
CREATE INDEX claims_subject ON claims (subject);
CREATE INDEX claims_last_seen ON claims (last_seen);
CREATE INDEX claims_stories ON claims (stories, sources, last_seen);
CREATE INDEX claims_due ON claims (when_end) WHERE modality <> 'fact';
CREATE TABLE mentions (
  id INTEGER PRIMARY KEY,
  claim INTEGER NOT NULL REFERENCES claims(id),
  article INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  story INTEGER NOT NULL,
  seen TEXT NOT NULL,
  start INTEGER NOT NULL,
  end_ INTEGER NOT NULL,
  sentence_start INTEGER NOT NULL,
  sentence_end INTEGER NOT NULL,
  anchor TEXT NOT NULL,
  sentence TEXT NOT NULL,
  source TEXT,
  modality TEXT NOT NULL,
  confidence REAL NOT NULL,
  value_low REAL,
  value_high REAL,
  unit TEXT,
  bound TEXT,
  per TEXT,
  when_ TEXT,
  condition TEXT,
  details TEXT NOT NULL,
  rules TEXT NOT NULL,
  maker INTEGER NOT NULL REFERENCES makers(id),
  run INTEGER REFERENCES runs(id),
  vanished TEXT,
  vanished_by TEXT
);
CREATE INDEX mentions_claim ON mentions (claim, story);
CREATE INDEX mentions_article ON mentions (article);
CREATE INDEX mentions_source ON mentions (source, claim) WHERE source IS NOT NULL AND vanished IS NULL;
CREATE TABLE reviews (
  id INTEGER PRIMARY KEY,
  claim_id TEXT NOT NULL,
  article_url TEXT NOT NULL,
  sentence TEXT NOT NULL,
  anchor TEXT NOT NULL,
  verdict TEXT NOT NULL,
  correction TEXT NOT NULL DEFAULT '{}',
  reviewer TEXT,
  reviewed TEXT NOT NULL,
  UNIQUE (claim_id, article_url, sentence, anchor)
);
CREATE TABLE saved_searches (
  name TEXT PRIMARY KEY,
  query TEXT NOT NULL,
  filters TEXT NOT NULL,
  saved TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE slots (slot TEXT PRIMARY KEY) WITHOUT ROWID;
INSERT INTO slots VALUES ('about'), ('action'), ('actor_kind'), ('asset'), ('body'), ('change'), ('jurisdiction'),
('name'),
  ('object'), ('stage'), ('target'), ('versus');
CREATE TABLE names (
  stream TEXT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (stream, name)
) WITHOUT ROWID;
CREATE INDEX names_name ON names (name);
CREATE TABLE words (
  form TEXT PRIMARY KEY,
  key TEXT NOT NULL,
  skeleton TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX words_key ON words (key);
CREATE INDEX words_skeleton ON words (skeleton) WHERE skeleton <> '';
CREATE VIRTUAL TABLE search USING fts5 (
  subject, gloss, names, evidence, forms, columnsize = 0, tokenize = "ascii tokenchars '.=@_+'"
);
"""

VIEWS_1 = """
CREATE VIEW claim_v1 AS
SELECT c.claim_id, c.type, c.measure, c.subject,
  coalesce(m.value_low, c.value_low) AS value_low, coalesce(m.value_high, c.value_high) AS value_high,
  coalesce(m.unit, c.unit) AS unit, coalesce(m.bound, c.bound) AS bound, coalesce(m.per, c.per) AS per,
  coalesce(m.when_, c.when_) AS "when", m.condition, m.source,
  (SELECT json_group_array(source) FROM (
    SELECT DISTINCT s.source FROM mentions s
    WHERE s.claim = c.id AND s.vanished IS NULL AND s.source IS NOT NULL AND s.source <> 'unnamed'
    ORDER BY s.source)) AS sources,
  m.modality, c.negated, json_patch(c.details, m.details) AS details, json_extract(c.gloss, '$.en') AS gloss,
  a.lang, m.anchor, m.sentence, m.start, m.end_ AS "end", m.confidence,
  a.url AS article_url, a.title AS article_title, a.feed, a.published,
  c.stories, c.mentions, c.first_seen, c.last_seen
FROM claims c JOIN mentions m ON m.id = c.mention JOIN articles a ON a.id = m.article;
CREATE VIEW mention_v1 AS
SELECT c.claim_id, a.url AS article_url, a.lang, a.published, a.feed, m.start, m.end_ AS "end", m.anchor, m.sentence,
  m.source, m.modality, m.confidence, m.rules, k.model
FROM mentions m JOIN claims c ON c.id = m.claim JOIN articles a ON a.id = m.article JOIN makers k ON k.id = m.maker
WHERE m.vanished IS NULL;
CREATE VIEW article_v1 AS
SELECT url, title, lang, published, fetched, feed, story AS story_id, revision FROM articles;
"""

# What stands for a story in the identity of statements: the content hash of the article that it began with, kept here
# because that article may be pruned while reprints of it stay.
TABLES_2 = """
ALTER TABLE stories ADD COLUMN key TEXT;
UPDATE stories SET key = (
  SELECT r.content_hash FROM articles a JOIN revisions r ON r.article = a.id
  WHERE a.story = stories.id ORDER BY a.id, r.revision LIMIT 1);
"""

# What each saved search has told: by claim, since a claim can come to match later than it was stored, and a row's id
# can be given again. A search that told by row ids before has told all claims up to its mark. And the vectors of
# glosses, for search by meaning.
TABLES_3 = """
CREATE TABLE told (
  search TEXT NOT NULL REFERENCES saved_searches(name) ON DELETE CASCADE,
  claim_id TEXT NOT NULL,
  PRIMARY KEY (search, claim_id)
) WITHOUT ROWID;
INSERT INTO told
  SELECT s.name, c.claim_id
  FROM saved_searches s JOIN settings k ON k.key = 'alert:' || s.name JOIN claims c ON c.id <= CAST(k.value AS INTEGER);
DELETE FROM settings WHERE key LIKE 'alert:%';
CREATE TABLE vectors (
  encoder TEXT NOT NULL,
  claim INTEGER NOT NULL REFERENCES claims(id) ON DELETE CASCADE,
  gloss TEXT NOT NULL,
  vector BLOB NOT NULL,
  PRIMARY KEY (encoder, claim)
) WITHOUT ROWID;
CREATE INDEX vectors_claim ON vectors (claim);
"""


def _script(connection: sqlite3.Connection, script: str) -> None:
    # executescript would commit the migration's own transaction first.
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if line.rstrip().endswith(";"):
            connection.execute(statement)
            statement = ""


def migrate(connection: sqlite3.Connection) -> None:
    """Bring an open, writable database up to ``VERSION``; each migration is one transaction, recorded with it."""
    # Imported here: sqlite-utils takes longer to import than a search takes to run.
    from sqlite_utils import Database, Migrations  # noqa: PLC0415

    migrations = Migrations("crypto_nlp")

    @migrations(name="0001_ledger")
    def ledger(database: Database) -> None:
        _script(database.conn, TABLES_1)
        _script(database.conn, VIEWS_1)
        database.conn.execute(f"PRAGMA application_id = {0x434E4C50:d}")
        database.conn.execute("PRAGMA user_version = 1")

    @migrations(name="0002_story_key")
    def story_key(database: Database) -> None:
        _script(database.conn, TABLES_2)
        database.conn.execute("PRAGMA user_version = 2")

    @migrations(name="0003_told_and_vectors")
    def told_and_vectors(database: Database) -> None:
        _script(database.conn, TABLES_3)
        database.conn.execute("PRAGMA user_version = 3")

    migrations.apply(Database(connection))
