"""A part's own file: Parquet, a row a document with its claims in it, and a row for each record that could not be read.

The file is written under another name and renamed when it is whole: a part stands, or it does not.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from crypto_nlp.articles import supported_languages
from crypto_nlp.backfill.plan import stamp
from crypto_nlp.backfill.records import HALF, in_calendar
from crypto_nlp.errors import InputError
from crypto_nlp.records import EMPTY, Article, Bound, Claim, Modality, Per, Value

if TYPE_CHECKING:
    import pyarrow as pa

# So many documents are held at once; each may be a report of some hundred pages.
BATCH = 64
_COUNTS = "crypto_nlp."


@dataclass(frozen=True, slots=True)
class Counts:
    """What a part holds. ``passed_over`` were no documents, ``bad`` could not be read.

    ``other_languages`` are the documents in no language that claims are read in; parts of an older program tell none.
    """

    documents: int = 0
    claims: int = 0
    bad: int = 0
    passed_over: int = 0
    other_languages: int = 0

    def __add__(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(
            self.documents + other.documents,
            self.claims + other.claims,
            self.bad + other.bad,
            self.passed_over + other.passed_over,
            self.other_languages + other.other_languages,
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A document with its claims, or (without an article) a record that could not be read.

    ``problem`` says what went wrong; a document with a problem broke the extractor and has no claims.
    """

    place: str
    id: str = ""
    article: Article | None = None
    claims: tuple[Claim, ...] = ()
    problem: str = ""


def schema() -> pa.Schema:
    """The columns; `docs/backfill.md` tells them."""
    import pyarrow as pa  # noqa: PLC0415 - an extra

    text, words = pa.string(), pa.map_(pa.string(), pa.string())
    value = pa.struct([("low", pa.float64()), ("high", pa.float64()), ("unit", text)])
    claim = [
        *((name, text) for name in ("claim_id", "type", "measure", "subject")),
        ("value", value),
        *((name, text) for name in ("bound", "per", "when", "condition", "source", "modality")),
        ("negated", pa.bool_()),
        ("details", words),
        ("confidence", pa.float64()),
        ("gloss", words),
        ("anchor", text),
        ("sentence", text),
        *((name, pa.int64()) for name in ("start", "end", "sentence_start", "sentence_end")),
        ("rules", pa.list_(text)),
    ]
    own = ("place", "id", "url", "canonical_url", "title", "text", "lang", "published", "local_date", "fetched")
    return pa.schema(
        [
            *((name, text) for name in (*own, "content_hash", "publisher")),
            ("pages", pa.list_(pa.int64())),
            ("claims", pa.list_(pa.struct(claim))),
            ("problem", text),
        ]
    )


def write_part(path: Path, rows: Iterable[Row | None]) -> Counts:
    """Write a part whole or not at all; a None in ``rows`` was no document and is only counted."""
    from pyarrow import parquet  # noqa: PLC0415 - an extra

    unfinished = path.with_name(f".{path.name}.{stamp()}")
    try:
        with parquet.ParquetWriter(unfinished, schema(), compression="zstd") as writer:
            counts = _write(writer, rows)
        with unfinished.open("rb") as stream:
            os.fsync(stream.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return counts


def _write(writer: Any, rows: Iterable[Row | None]) -> Counts:
    import pyarrow as pa  # noqa: PLC0415 - an extra

    counts, held = Counts(), list[dict[str, Any]]()

    def put() -> None:
        try:
            batch = pa.RecordBatch.from_pylist(held, schema=writer.schema)
        except UnicodeEncodeError:
            # A page said something of itself that no file can hold; the part is not lost for that.
            batch = pa.RecordBatch.from_pylist(_writable(held), schema=writer.schema)
        writer.write_batch(batch)
        held.clear()

    for row in rows:
        if row is None:
            counts += Counts(passed_over=1)
            continue
        counts += Counts(
            int(row.article is not None),
            len(row.claims),
            int(bool(row.problem)),
            other_languages=int(unsupported(row)),
        )
        held.append(_record(row))
        if len(held) == BATCH:
            put()
    put()
    numbers = {name: getattr(counts, name) for name in Counts.__slots__}
    writer.add_key_value_metadata({f"{_COUNTS}{name}": str(number) for name, number in numbers.items()})
    return counts


def _writable(value: Any) -> Any:
    """``value`` with a replacement character for each lone surrogate in it, which UTF-8 cannot write."""
    if isinstance(value, str):
        return HALF.sub("\ufffd", value)
    if isinstance(value, dict):
        return {key: _writable(each) for key, each in value.items()}
    return [_writable(each) for each in value] if isinstance(value, list) else value


def unsupported(row: Row) -> bool:
    """Whether it is a document in no language that claims are read in."""
    return row.article is not None and row.article.lang not in supported_languages()


def counts_of(path: Path) -> Counts:
    """What a standing part holds, by its footer alone.

    Raises:
        InputError: it is damaged.
    """
    with _opened(path) as file:
        kept = file.metadata.metadata or {}
    return Counts(**{name: int(kept.get(f"{_COUNTS}{name}".encode(), b"0")) for name in Counts.__slots__})


def read_part(path: Path) -> Iterator[list[Row]]:
    """The rows of a standing part, in batches.

    Raises:
        InputError: it is damaged.
    """
    from pyarrow import ArrowException  # noqa: PLC0415 - an extra

    with _opened(path) as file:
        try:
            for batch in file.iter_batches(BATCH):
                yield [_row(record) for record in batch.to_pylist(maps_as_pydicts="strict")]
        except (ArrowException, OSError, KeyError, TypeError, ValueError, OverflowError) as error:
            raise _damaged(path) from error


def _opened(path: Path) -> Any:
    from pyarrow import ArrowException, parquet  # noqa: PLC0415 - an extra

    try:
        return parquet.ParquetFile(path)
    except (ArrowException, OSError) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> InputError:
    return InputError(f"{path} is damaged: delete it, run the same `crypto-nlp backfill` again, then import again.")


def sweep(folder: Path) -> None:
    """Remove what processes of this machine that are no more left unfinished."""
    for path in folder.glob(f".*.{socket.gethostname()}-*.tmp"):
        number = path.name.removesuffix(".tmp").rpartition("-")[2]
        if number.isdigit() and not _runs(int(number)):
            path.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    if sys.platform == "win32":
        # There the same call would end the process.
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _record(row: Row) -> dict[str, Any]:
    record: dict[str, Any] = {"place": row.place, "id": row.id, "problem": row.problem or None}
    article = row.article
    if article is None:
        return record
    names = ("url", "canonical_url", "title", "text", "lang", "content_hash", "publisher")
    return record | {
        **{name: getattr(article, name) for name in names},
        "published": article.published.isoformat() if article.published else None,
        "local_date": article.local_date.isoformat(),
        "fetched": article.fetched.isoformat(),
        "pages": list(article.pages),
        "claims": [_claim_record(claim) for claim in row.claims],
    }


def _claim_record(claim: Claim) -> dict[str, Any]:
    names = set(Claim.__slots__) - {"value", "details", "gloss", "rules"}
    value = claim.value
    return {name: getattr(claim, name) for name in names} | {
        "value": {"low": value.low, "high": value.high, "unit": value.unit} if value else None,
        "details": dict(claim.details),
        "gloss": dict(claim.gloss),
        "rules": list(claim.rules),
    }


def _row(record: Mapping[str, Any]) -> Row:
    place, problem = record["place"], record["problem"] or ""
    if record["url"] is None:
        return Row(place, record["id"] or "", problem=problem)
    article = Article(
        url=record["url"],
        canonical_url=record["canonical_url"],
        title=record["title"],
        text=record["text"],
        lang=record["lang"],
        published=_instant(record["published"]) if record["published"] else None,
        local_date=date.fromisoformat(record["local_date"]),
        fetched=_instant(record["fetched"]),
        content_hash=record["content_hash"],
        publisher=record["publisher"],
        pages=tuple(record["pages"]),
    )
    return Row(place, record["id"], article, tuple(map(_claim, record["claims"])), problem)


def _instant(text: str) -> datetime:
    # Parts of an older program may hold dates that no ledger can.
    return in_calendar(datetime.fromisoformat(text))


def _claim(record: dict[str, Any]) -> Claim:
    return Claim(
        **record
        | {
            "value": Value(**record["value"]) if record["value"] else None,
            "bound": Bound(record["bound"]) if record["bound"] else None,
            "per": Per(record["per"]) if record["per"] else None,
            "modality": Modality(record["modality"]),
            "details": MappingProxyType(record["details"]) if record["details"] else EMPTY,
            "gloss": MappingProxyType(record["gloss"]) if record["gloss"] else EMPTY,
            "rules": tuple(record["rules"]),
        }
    )
