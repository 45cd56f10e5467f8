"""Digests from jinja2 templates: HTML and Markdown, with escaping on, from our folder or the user's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jinja2
from markupsafe import Markup

from crypto_nlp.digest.model import Digest, Line
from crypto_nlp.digest.words import Words, words
from crypto_nlp.display import printable
from crypto_nlp.errors import InputError

TEMPLATES = {"html": "digest.html", "md": "digest.md"}
_LINK_END = re.compile(r"[\s()<>\\]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]#|~>])")
_SPACE = re.compile(r"\s+")
_CHUNK = 1 << 16


class Plain(str):
    """Text that is Markdown already."""

    __slots__ = ()


def escape_markdown(text: str) -> str:
    """``text`` on one line such that Markdown shows it as it is, HTML included."""
    shown = _SPACE.sub(" ", printable(text))
    return _MARKDOWN.sub(r"\\\1", shown).replace("&", "&amp;").replace("<", "&lt;")


def _for_html(value: Any) -> Any:
    return printable(value) if type(value) is str else value


def _for_markdown(value: Any) -> Any:
    if isinstance(value, Plain) or not isinstance(value, str):
        return value
    return escape_markdown(value)


def _link(url: str) -> Plain:
    # An address holds no white space and no brackets that would end a Markdown link.
    return Plain(_LINK_END.sub(lambda found: quote(found[0]), printable(url)))


def said_by(said: Words, line: Line) -> str:
    """Who said it, in the digest's words."""
    if line.said_by:
        return said.say("said_by", names=said.table["comma"].join(line.said_by))
    return str(said.table["unnamed" if line.row["source"] else "outlet"])


def environment(form: str, folder: Path | None) -> jinja2.Environment:
    """Where templates of ``form`` (``html`` or ``md``) come from: the user's ``folder`` first, then ours."""
    loaders: list[jinja2.BaseLoader] = [jinja2.PackageLoader("crypto_nlp.digest", "templates")]
    if folder is not None:
        loaders.insert(0, jinja2.FileSystemLoader(folder))
    made = jinja2.Environment(
        loader=jinja2.ChoiceLoader(loaders),
        autoescape=form == "html",  # noqa: S701 - Markdown has an escaping of its own, in `finalize`
        finalize=_for_html if form == "html" else _for_markdown,
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
    )
    made.filters["link"] = _link
    made.filters["safe"] = Markup if form == "html" else Plain
    return made


def render(digest: Digest, form: str, folder: Path | None = None) -> Iterator[str]:
    """The digest as pieces of text. Raises InputError where a user's template is wrong, with file and line."""
    said = words(digest.lang, digest.request.digits)
    try:
        template = environment(form, folder).get_template(TEMPLATES[form])
        pieces: list[str] = []
        size = 0
        for piece in template.generate(digest=digest, words=said, said=lambda line: said_by(said, line)):
            pieces.append(piece)
            size += len(piece)
            if size > _CHUNK:
                yield "".join(pieces)
                pieces, size = [], 0
        yield "".join(pieces)
    except jinja2.TemplateSyntaxError as error:
        message = f"{error.filename or error.name}:{error.lineno}: the template is wrong ({error.message})."
        raise InputError(message) from error
    except jinja2.TemplateError as error:
        message = f"The template {TEMPLATES[form]} cannot be filled in ({error}): docs/cli.md says what it is given."
        raise InputError(message) from error
