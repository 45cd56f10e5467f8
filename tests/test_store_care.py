"""The database as a file: what opening it may meet, locks, damage, copies, pruning and forgetting."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from ledgers import NOON, article, claim, save

from crypto_nlp.errors import StoreError
from crypto_nlp.records import Entry
from crypto_nlp.search import find_claims
from crypto_nlp.store import FeedState, Store, backup, check, forget, mend, open_store, prune, vacuum
from crypto_nlp.store.connection import sentence_for

TEXT = "Title\nMiners earned $5 bn, VanEck said."


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(path) as opened:
        for number in range(3):
            save(
                opened,
                article(
                    f"{TEXT} {number}", url=f"https://example.org/{number}", published=NOON.replace(month=number + 1)
                ),
                [claim(TEXT, "$5 bn", "shared"), claim(TEXT, "VanEck", f"only-{number}", source="vaneck")],
            )
        yield opened


def test_a_new_database_is_made_and_opened_again(path: Path) -> None:
    open_store(path).close()
    with open_store(path) as store:
        assert find_claims(store) == []
        assert store.connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert store.connection.execute("PRAGMA foreign_keys").fetchone()[0] == 1
        migrations = store.connection.execute("SELECT migration_set, name FROM _sqlite_migrations").fetchall()
    assert [tuple(row) for row in migrations] == [
        ("crypto_nlp", "0001_ledger"),
        ("crypto_nlp", "0002_story_key"),
        ("crypto_nlp", "0003_told_and_vectors"),
    ]


def test_opening_a_current_database_imports_no_migrations(path: Path) -> None:
    open_store(path).close()
    code = (
        f"import sys; from crypto_nlp.store import open_store; open_store({str(path)!r}); "
        "print('sqlite_utils' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_missing_database_is_not_made_for_reading(path: Path) -> None:
    with pytest.raises(StoreError, match=r"no database at .*crypto-nlp ingest"):
        open_store(path, read_only=True)
    assert not path.exists()


def test_what_is_no_database_of_ours_is_left_alone(path: Path) -> None:
    path.write_text("not a database, but long enough to look at " * 20, encoding="utf-8")
    with pytest.raises(StoreError, match="is not an SQLite database"):
        open_store(path)
    path.unlink()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE bookmarks (url)")
    other.close()
    with pytest.raises(StoreError, match="another program's"):
        open_store(path)
    with pytest.raises(StoreError, match="is a folder"):
        open_store(path.parent)
    with pytest.raises(StoreError, match="check that its folder exists"):
        open_store(path.parent / "none" / "ledger.db")


def test_newer_version_is_refused(path: Path) -> None:
    with open_store(path) as store:
        store.connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match=r"newer crypto-nlp \(schema 99"):
        open_store(path)


def test_reading_only(store: Store, path: Path) -> None:
    with open_store(path, read_only=True) as reader:
        assert len(find_claims(reader)) == 4
        with pytest.raises(StoreError, match="for reading only"):
            save(reader, article(TEXT))
        with pytest.raises(StoreError, match="cannot be written"), reader.reading() as connection:
            connection.execute("DELETE FROM articles")
    assert check(store) == []


def test_a_file_that_may_not_be_written_is_said(path: Path) -> None:
    open_store(path).close()
    path.chmod(0o444)
    if os.access(path, os.W_OK):
        pytest.skip("this user may write any file")
    with pytest.raises(StoreError, match="check the permissions"), open_store(path) as store:
        save(store, article(TEXT))


def test_odd_characters_in_the_path(tmp_path: Path) -> None:
    folder = tmp_path / "50% of ? #1 مجلد"
    folder.mkdir()
    with open_store(folder / "a b.db") as store:
        save(store, article(TEXT))
    assert [found.name for found in folder.iterdir()] == ["a b.db"]


def test_locked_by_another_program_is_said_after_the_wait(store: Store, path: Path) -> None:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with (
        open_store(path, busy_seconds=0.05) as waiting,
        pytest.raises(StoreError, match="locked by another program"),
    ):
        save(waiting, article("Title\nOther", url="https://example.org/other"))
    other.execute("ROLLBACK")
    other.close()
    assert check(store) == []


def test_full_disk_leaves_nothing_half_written(store: Store) -> None:
    pages = store.connection.execute("PRAGMA page_count").fetchone()[0]
    store.connection.execute(f"PRAGMA max_page_count = {pages + 1}")
    text = "Title\n" + "many words " * 20_000
    with pytest.raises(StoreError, match="full or failing"):
        save(store, article(text, url="https://example.org/long"), [claim(text, "many", "long")])
    assert store.article("https://example.org/long") is None
    assert check(store) == []


def test_every_message_says_what_to_do(path: Path) -> None:
    for said in (
        "database is locked",
        "attempt to write a readonly database",
        "disk I/O error",
        "malformed",
        "anything else",
    ):
        sentence = sentence_for(sqlite3.OperationalError(said), path)
        assert str(path) in sentence
        assert ":" in sentence or "`" in sentence


def test_one_ingest_at_a_time(store: Store, path: Path) -> None:
    with store.ingest_lock():
        with (
            open_store(path) as second,
            pytest.raises(StoreError, match="Another ingest is at work"),
            second.ingest_lock(),
        ):
            pass
        save(store, article("Title\nGoes on", url="https://example.org/on"))
    with store.ingest_lock():
        pass
    assert sorted(found.name for found in path.parent.iterdir() if "lock" in found.name) == []


def test_a_killed_ingest_leaves_no_lock(path: Path) -> None:
    code = (
        "import os, signal; from crypto_nlp.store import open_store\n"
        f"store = open_store({str(path)!r})\nwith store.ingest_lock():\n    os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == -signal.SIGKILL
    with open_store(path) as store, store.ingest_lock():
        pass


KILLED = """
import sys
sys.path.insert(0, sys.argv[1])
from ledgers import article, claim, save
from crypto_nlp.store import open_store

store = open_store(sys.argv[2])
for number in range(2000):
    text = f"Title\\nMiners earned 5 and {number}"
    claims = [claim(text, "5", "shared"), claim(text, "Miners", f"c{number % 50}")]
    save(store, article(text, url=f"https://example.org/{number % 70}"), claims)
    print("saved", flush=True)
"""


def test_kill_at_any_moment_leaves_a_sound_database(path: Path) -> None:
    arguments = [sys.executable, "-c", KILLED, str(Path(__file__).parent), str(path)]
    for wait in (0.01, 0.08, 0.2, 0.35):
        with subprocess.Popen(arguments, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"saved\n"
            time.sleep(wait)
            process.kill()
        with open_store(path) as store:
            assert check(store) == []
            assert find_claims(store, "miners")


def test_check_finds_and_mend_mends(store: Store) -> None:
    assert check(store) == []
    store.connection.execute("UPDATE claims SET stories = 9 WHERE claim_id = 'shared'")
    store.connection.execute("UPDATE search SET gloss = 'stale' WHERE rowid = 1")
    store.connection.execute("DELETE FROM search WHERE rowid = 2")
    store.connection.execute(
        "INSERT INTO claims (claim_id, type, measure, subject, modality, negated, details, gloss) "
        "VALUES ('bare', 't', 'm', 's', 'fact', 0, '{}', '{}')"
    )
    found = {finding.kind: finding for finding in check(store)}
    assert set(found) == {"counts", "index", "no_evidence"}
    assert "shared" in found["counts"].message
    assert "bare" in found["no_evidence"].message
    assert "1 claims missing, 0 too many, 1 of a sample" in found["index"].message
    assert all("db check --mend" in finding.remedy for finding in found.values())
    mend(store)
    assert check(store) == []
    assert len(find_claims(store, "VanEck")) == 4


def test_check_finds_offsets_that_hold_other_words(store: Store) -> None:
    store.connection.execute("UPDATE mentions SET start = start + 1 WHERE id = 1")
    (finding,) = check(store)
    assert finding.kind == "offsets"
    assert "https://example.org/0" in finding.message


def test_check_finds_rows_that_point_nowhere(store: Store) -> None:
    store.connection.execute("PRAGMA foreign_keys = OFF")
    store.connection.execute("DELETE FROM stories WHERE id = 1")
    assert [finding.kind for finding in check(store)] == ["orphans"]


def test_check_finds_a_damaged_page(store: Store, path: Path) -> None:
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    root = store.connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'mentions'").fetchone()[0]
    store.close()
    with path.open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(b"\xff" * 4096)
    with open_store(path) as damaged:
        (finding,) = check(damaged)
        assert finding.kind == "damaged"
        assert "db backup" in finding.remedy
        with pytest.raises(StoreError, match="is damaged"):
            save(damaged, article(TEXT + "new", url="https://example.org/new"), [claim(TEXT, "$5 bn", "new")])


def test_backup_while_another_writes(store: Store, path: Path, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        with open_store(path) as writer:
            number = 100
            while not stop.is_set():
                save(writer, article(TEXT, url=f"https://example.org/{number}"), [claim(TEXT, "$5 bn", "shared")])
                number += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for copy in range(5):
            backup(store, tmp_path / f"copy{copy}.db")
    finally:
        stop.set()
        thread.join()
    for copy in range(5):
        with open_store(tmp_path / f"copy{copy}.db", read_only=True) as copied:
            assert check(copied) == []
    assert not list(tmp_path.glob("*.partial"))


def test_backup_refuses_itself_and_says_what_it_cannot_write(store: Store, path: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is the database itself"):
        backup(store, path)
    with pytest.raises(StoreError):
        backup(store, tmp_path / "none" / "copy.db")
    target = tmp_path / "copy.db"
    target.write_text("an older copy", encoding="utf-8")
    backup(store, target)
    with open_store(target, read_only=True) as copied:
        assert len(find_claims(copied)) == 4


def test_vacuum_gives_space_back(store: Store) -> None:
    text = "Title\n" + "word " * 100_000
    save(store, article(text, url="https://example.org/long"))
    forget(store, "https://example.org/long")
    before, after = vacuum(store)
    assert after < before
    assert check(store) == []


def test_prune_texts_keeps_claims_and_evidence(store: Store) -> None:
    assert prune(store, date(2024, 2, 20), text_only=True, now=NOON) == {"articles": 2, "claims": 0}
    assert prune(store, date(2024, 2, 20), text_only=True, now=NOON) == {"articles": 0, "claims": 0}
    texts = [row[0] for row in store.connection.execute("SELECT text FROM revisions ORDER BY article")]
    assert texts == [None, None, f"{TEXT} 2"]
    assert len(find_claims(store, "VanEck")) == 4
    assert [found.id for found in store.stale_articles("r2")] == [3]
    assert check(store) == []


def test_prune_takes_articles_and_claims_that_stand_nowhere_else(store: Store) -> None:
    assert prune(store, date(2024, 2, 20), text_only=False, now=NOON) == {"articles": 2, "claims": 2}
    assert {row["claim_id"] for row in find_claims(store)} == {"shared", "only-2"}
    assert {row["first_seen"] for row in find_claims(store)} == {"2024-03-12T12:00:00Z"}
    assert check(store) == []


def test_forget_leaves_nothing_of_the_text(store: Store) -> None:
    word = "xylophone"
    text = f"Title\n{word} revenue was 7 dollars"
    entry = Entry("g", "https://example.org/secret", "Title", NOON, content=text)
    feed = FeedState(url="https://example.org/feed", name="Feed")
    store.save_feed(feed, [entry], now=NOON)
    save(store, article(text, url=entry.url), [claim(text, "7", "secret")], story_bands=(1, 2), story_signature=b"s")
    assert forget(store, entry.url) == {"articles": 1, "claims": 1}
    assert find_claims(store, word) == []
    assert store.story_candidates("en", (1, 2)) == []
    assert store.pending_entries(feed.url, NOON) == []
    assert store.save_feed(feed, [entry], now=NOON) == 0
    for table in ("revisions", "mentions", "search", "entries", "articles"):
        rows = store.connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
        assert not any(word in str(tuple(row)) for row in rows)
    assert check(store) == []
    with pytest.raises(StoreError, match="no article at"):
        forget(store, entry.url)


def test_a_copy_of_the_file_opens_elsewhere(store: Store, path: Path, tmp_path: Path) -> None:
    vacuum(store)
    store.close()
    moved = tmp_path / "elsewhere.db"
    shutil.copy(path, moved)
    with open_store(moved) as copied:
        assert check(copied) == []
