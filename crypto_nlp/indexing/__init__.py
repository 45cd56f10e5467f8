"""The search index's terms: one way for documents and queries alike."""

from crypto_nlp.indexing.document import BREAK, Document, Word, document, id_term, key_stream, skeleton, words
from crypto_nlp.indexing.figures import figure, scale, value_term
from crypto_nlp.indexing.stems import others, primary, verbs

__all__ = [
    "BREAK",
    "Document",
    "Word",
    "document",
    "figure",
    "id_term",
    "key_stream",
    "others",
    "primary",
    "scale",
    "skeleton",
    "value_term",
    "verbs",
    "words",
]
