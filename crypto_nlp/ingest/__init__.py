"""The one place where the stages are chained: feeds in, articles read, claims extracted, all of it stored."""

from crypto_nlp.ingest.again import Reextracted, run_reextract
from crypto_nlp.ingest.documents import Added, Description, add_documents, read_document
from crypto_nlp.ingest.extractor import Extractor, InStory, Reader, in_story
from crypto_nlp.ingest.report import IngestReport, Progress, RunError
from crypto_nlp.ingest.run import run_ingest, run_sample, sample_files
from crypto_nlp.ingest.workers import WorkerDied, Workers
from crypto_nlp.ingest.writer import ExtractionError, Writer

__all__ = [
    "Added",
    "Description",
    "ExtractionError",
    "Extractor",
    "InStory",
    "IngestReport",
    "Progress",
    "Reader",
    "Reextracted",
    "RunError",
    "WorkerDied",
    "Workers",
    "Writer",
    "add_documents",
    "in_story",
    "read_document",
    "run_ingest",
    "run_reextract",
    "run_sample",
    "sample_files",
]
