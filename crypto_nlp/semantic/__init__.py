"""Search by meaning: vectors of the English glosses, made by an encoder that the user names."""

from crypto_nlp.semantic.encoder import SentenceEncoder, load_encoder
from crypto_nlp.semantic.nearest import make_vectors, nearest

__all__ = ["SentenceEncoder", "load_encoder", "make_vectors", "nearest"]
