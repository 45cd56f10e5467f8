"""The addresses of a ledger's pages, as views answer to them and templates link to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

_FORM = r"(?P<form>\.csv|\.json)?"
STYLE = "/-/crypto-nlp.css"
ROUTES = {
    "style": r"^/-/crypto-nlp\.css$",
    "search": rf"^/(?P<database>[^/]+)/-/search{_FORM}$",
    "claim": rf"^/(?P<database>[^/]+)/-/claim/(?P<claim>[^/]+?){_FORM}$",
    "feeds": rf"^/(?P<database>[^/]+)/-/feeds{_FORM}$",
    "feed": rf"^/(?P<database>[^/]+)/-/feed{_FORM}$",
    "article": rf"^/(?P<database>[^/]+)/-/article{_FORM}$",
}


@dataclass(frozen=True, slots=True)
class Addresses:
    """``tables`` is Datasette's own page of the database; ``style`` the style sheet."""

    tables: str
    style: str

    @property
    def search(self) -> str:
        """The search, with neither suffix nor parameters."""
        return f"{self.tables}/-/search"

    @property
    def feeds(self) -> str:
        """How the feeds do, without suffix."""
        return f"{self.tables}/-/feeds"

    def claim(self, claim_id: str) -> str:
        """The page of a claim, without suffix."""
        return f"{self.tables}/-/claim/{quote(claim_id, safe='')}"

    def feed(self, url: str, form: str = "") -> str:
        """The page of a feed."""
        return f"{self.tables}/-/feed{form}?{urlencode({'url': url})}"

    def article(self, url: str, form: str = "") -> str:
        """The page of a whole article."""
        return f"{self.tables}/-/article{form}?{urlencode({'url': url})}"


def addresses(datasette: Any, database: str) -> Addresses:
    """The addresses of this ledger, below the server's own ``base_url``."""
    return Addresses(str(datasette.urls.database(database)), str(datasette.urls.path(STYLE)))
