"""What Datasette shows of a ledger: the promised views, with titles, facets and an order."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from crypto_nlp.serve.addresses import addresses
from crypto_nlp.serve.ledgers import ledgers
from crypto_nlp.store.schema import TABLES_1

VIEWS: dict[str, dict[str, Any]] = {
    "claim_v1": {
        "description": "One row a claim, with the mention that stands for it.",
        "facets": ["type", "modality", "lang", "subject", "feed"],
        "sort_desc": "last_seen",
    },
    "mention_v1": {
        "description": "One row for each place where a claim was read.",
        "facets": ["lang", "feed", "modality", "source"],
        "sort_desc": "published",
    },
    "article_v1": {
        "description": "The articles that claims were read from.",
        "facets": ["lang", "feed"],
        "sort_desc": "published",
    },
}
_TABLES = tuple(
    line.removeprefix("CREATE TABLE ").removeprefix("CREATE VIRTUAL TABLE ").partition(" ")[0]
    for line in TABLES_1.splitlines()
    if line.startswith(("CREATE TABLE ", "CREATE VIRTUAL TABLE "))
)
# What sqlite-utils keeps of our migrations.
_MIGRATIONS = ("_sqlite_migrations",)


def metadata(datasette: Any) -> dict[str, Any]:
    """Datasette's metadata for the attached ledgers; what the user's own file says stands above it."""
    names = ledgers(datasette)
    return {"databases": {name: _database(datasette, name) for name in names}} if names else {}


def _database(datasette: Any, name: str) -> dict[str, Any]:
    at = addresses(datasette, name)
    about = Markup(
        '<p><a href="{}"><strong>Search the claims</strong></a> · <a href="{}">How the feeds do</a> · '
        "A ledger of claims read from news in Arabic, English and Russian. The views are stable; the tables behind "
        "them are not.</p>"
    ).format(at.search, at.feeds)
    hidden = {table: {"hidden": True} for table in (*_TABLES, *_MIGRATIONS)}
    return {"description_html": str(about), "tables": {**hidden, **VIEWS}}
