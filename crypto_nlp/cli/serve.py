"""`serve`: the ledger in a browser."""

from __future__ import annotations

import webbrowser
from importlib.util import find_spec

import click

from crypto_nlp.cli.options import Command, settings_of
from crypto_nlp.errors import InputError


@click.command(cls=Command)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to answer at.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="The port; 0 takes a free one."
)
@click.option(
    "--full-text", is_flag=True, help="Show whole articles too, not only the sentences that claims were read from."
)
@click.option("--open", "browse", is_flag=True, help="Open a browser.")
@click.pass_context
def command(context: click.Context, /, host: str, port: int, *, full_text: bool, browse: bool) -> None:
    """Open the ledger in a browser, read-only: search, claims with their evidence, feeds, tables, CSV and JSON.

    It is Datasette with a plugin of ours, so that `datasette crypto_nlp.db` shows the same. Needs the extra `serve`.

    \b
    crypto-nlp serve --open
    crypto-nlp serve --db crypto_nlp-sample.db --port 8080
    """
    if find_spec("datasette") is None:
        message = "The pages need Datasette: install it with `pip install 'crypto-nlp[serve]'`."
        raise InputError(message)
    from crypto_nlp.serve.run import listen, serve  # noqa: PLC0415 - an extra, and after `--help`
    from crypto_nlp.store import open_store  # noqa: PLC0415

    settings = settings_of(context)
    path = settings.database()
    with open_store(path, read_only=True):
        listening = listen(host, port)
    settings.say(f"Serving {path} at {listening.url} (Ctrl-C stops it).")
    if not listening.loopback:
        settings.say("Anyone who can reach this machine can read it there; there are no passwords.")
    if browse:
        webbrowser.open(listening.url)
    serve(path, listening, full_text=full_text)
