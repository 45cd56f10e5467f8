"""One exception tree. Each message is a sentence for the user that says what to do; the CLI prints it."""

from __future__ import annotations


class CryptoNlpError(Exception):
    """The work could not be done. Exit code 1."""

    exit_code = 1


class RulesError(CryptoNlpError):
    """A rule file is wrong. The message starts with ``file:line:``."""


class FeedsFileError(CryptoNlpError):
    """feeds.yaml (or an OPML file) is missing or wrong."""


class FetchError(CryptoNlpError):
    """A feed or page could not be fetched. ``kind`` is a short machine-readable class, such as ``http_404``."""

    def __init__(self, message: str, *, kind: str, url: str = "", hint: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.url = url
        self.hint = hint


class ParseError(CryptoNlpError):
    """What was fetched is not what it should be: a feed that is no feed, a page without text."""

    def __init__(self, message: str, *, kind: str = "parse", url: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.url = url


class InputError(CryptoNlpError):
    """A file or document given by the user cannot be read."""


class StoreError(CryptoNlpError):
    """The database is locked, read-only, full, damaged, not SQLite, or from a newer version."""


class QueryError(CryptoNlpError):
    """A search query or filter that cannot be understood."""


class ModelError(CryptoNlpError):
    """The trained model is missing or damaged."""
