"""Tickers in small letters, as English newsletters write them: *btc lost $90k; eth -3%, sol -3%*."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crypto_nlp.rules.names import Form
    from crypto_nlp.rules.roles import Roles
    from crypto_nlp.text import Text

_SHORTEST = 3
_SIGNS = frozenset("+-–−~")
_LINE = 30  # tokens
_WORDS = 3  # between a verb of change or a preposition and the figure that it leads to


def is_small_ticker(view: Text, at: int, form: Form, roles: Roles) -> bool:
    """Whether the word at ``at`` is the ticker of ``form`` in small letters: its figure stands beside it.

    A ticker that is a word in small letters (*near*, *one*) is one only in a line of tickers.
    """
    if form.entry.kind != "asset" or len(form.slots) != 1 or not form.exact or not form.exact[0].isupper():
        return False
    token = view.tokens[at]
    written = view.original[token.start : token.end]
    if len(written) < _SHORTEST or written != form.exact[0].lower() or not roles.ticker_moves:
        return False
    if written in roles.ticker_words and not _is_among_tickers(view, at, roles):
        return False
    return _moves(view, at + 1, roles)


def _is_among_tickers(view: Text, at: int, roles: Roles) -> bool:
    """Whether a ticker that is no word moves in the same line, so that a word beside it is one too: *sol …, link …*."""
    line = range(max(0, at - _LINE), min(len(view.tokens), at + _LINE))
    return any(view.tokens[n].form in roles.ticker_only and _moves(view, n + 1, roles) for n in line)


def _moves(view: Text, at: int, roles: Roles) -> bool:
    """Whether a signed share, a price, or a verb of change with its figure begins at ``at``."""
    tokens = view.tokens
    form = tokens[at].form if at < len(tokens) else ""
    if form in _SIGNS or form == "$":
        return at + 1 < len(tokens) and (tokens[at + 1].form[0].isdigit() or tokens[at + 1].form == "$")
    if form not in roles.ticker_moves:
        return False
    ahead = (token.form for token in tokens[at + 1 : at + 1 + _WORDS])
    return any(word[0].isdigit() or word == "$" for word in ahead)
