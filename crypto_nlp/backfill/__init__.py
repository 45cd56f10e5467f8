"""Large archives through the extractor into Parquet, on one machine or many, and from there into a ledger."""

from crypto_nlp.backfill.load import ImportReport, run_import
from crypto_nlp.backfill.plan import Shard, extra_is_there, find_sources
from crypto_nlp.backfill.run import BackfillReport, run_backfill

__all__ = [
    "BackfillReport",
    "ImportReport",
    "Shard",
    "extra_is_there",
    "find_sources",
    "run_backfill",
    "run_import",
]
