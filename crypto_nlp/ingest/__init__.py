"""The one place where the stages are chained: feeds in, articles read, claims extracted, all of it stored."""

from crypto_nlp.ingest.again import Reextracted, run_reextract
from crypto_nlp.ingest.documents import Added, Description, add_documents, read_document
from crypto_nlp.ingest.report import IngestReport, Progress, RunError
from crypto_nlp.ingest.run import run_ingest, run_sample, sample_files
from crypto_nlp.ingest.writer import Extractor, Writer

__all__ = [
    "Added",
    "Description",
    "Extractor",
    "IngestReport",
    "Progress",
    "Reextracted",
    "RunError",
    "Writer",
    "add_documents",
    "read_document",
    "run_ingest",
    "run_reextract",
    "run_sample",
    "sample_files",
]
