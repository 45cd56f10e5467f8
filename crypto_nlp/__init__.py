"""A ledger of claims read from crypto news in Arabic, English and Russian."""

__version__ = "0.1.0"
