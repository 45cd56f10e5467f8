"""A ledger of claims read from crypto news in Arabic, English and Russian.

>>> import crypto_nlp
>>> [c.value.low for c in crypto_nlp.extract("Bitcoin rose 5% on Monday.", "en")]
[5.0]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crypto_nlp.components import load
    from crypto_nlp.pipeline import extract
    from crypto_nlp.store import open_store

__all__ = ["extract", "load", "open_store"]
__version__ = "0.1.0"

_HOMES = {"extract": "crypto_nlp.pipeline", "load": "crypto_nlp.components", "open_store": "crypto_nlp.store"}


def __getattr__(name: str) -> Any:
    """Import what is asked for, and nothing heavy before (PEP 562)."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from importlib import import_module  # noqa: PLC0415 - only where a name is asked for

    return getattr(import_module(_HOMES[name]), name)
