"""What a desk asks in the morning, from the ledger's rows: a digest in three languages and eight formats."""

from crypto_nlp.digest.build import build
from crypto_nlp.digest.model import Digest, Line, Request, Section
from crypto_nlp.digest.write import FORMATS, write

__all__ = ["FORMATS", "Digest", "Line", "Request", "Section", "build", "write"]
