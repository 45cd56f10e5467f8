"""The ledger in a browser: a Datasette plugin (the entry point names this package); `run` starts a server with it.

Importing this package needs the extra ``serve``.
"""

from crypto_nlp.serve.hooks import (
    asgi_wrapper,
    canned_queries,
    filters_from_request,
    get_metadata,
    menu_links,
    permission_allowed,
    prepare_connection,
    register_routes,
    render_cell,
    startup,
)

__all__ = [
    "asgi_wrapper",
    "canned_queries",
    "filters_from_request",
    "get_metadata",
    "menu_links",
    "permission_allowed",
    "prepare_connection",
    "register_routes",
    "render_cell",
    "startup",
]
