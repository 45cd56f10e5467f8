"""A digest in the format asked for."""

from __future__ import annotations

import hashlib
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import IO

from crypto_nlp.digest.model import Digest
from crypto_nlp.digest.pages import render
from crypto_nlp.digest.records import write_atom, write_cells, write_json, write_jsonld
from crypto_nlp.display import one_line

FORMATS = ("md", "html", "json", "csv", "tsv", "atom", "jsonld", "eml")
# Formats for programs list every claim; a person reads the first lines of each list.
COMPLETE = frozenset({"json", "csv", "tsv", "atom", "jsonld"})
SUFFIXES = {f".{form}": form for form in FORMATS} | {".htm": "html", ".xml": "atom", ".markdown": "md"}


def write(digest: Digest, form: str, stream: IO[str], templates: Path | None = None) -> None:
    """Write ``digest`` as one of `FORMATS`; ``templates`` is a folder with the user's own digest.html or digest.md."""
    if form in ("html", "md"):
        for piece in render(digest, form, templates):
            stream.write(piece)
    elif form == "json":
        write_json(digest, stream)
    elif form in ("csv", "tsv"):
        write_cells(digest, stream, "," if form == "csv" else "\t")
    elif form == "atom":
        write_atom(digest, stream)
    elif form == "jsonld":
        write_jsonld(digest, stream)
    else:
        stream.write(mail(digest, templates).as_string())


def mail(digest: Digest, templates: Path | None = None) -> EmailMessage:
    """The digest as a draft message: plain text (Markdown) and HTML."""
    text, page = ("".join(render(digest, form, templates)) for form in ("md", "html"))
    # The same digest is the same message: nothing in it comes from the clock or from chance.
    mark = hashlib.sha256(page.encode()).hexdigest()[:24]
    message = EmailMessage(policy=SMTP.clone(linesep="\n", cte_type="7bit"))
    message["Subject"] = one_line(f"{digest.title}, {digest.period}")
    message["From"] = "crypto-nlp <crypto-nlp@localhost>"
    message["Date"] = format_datetime(digest.request.until)
    message["Message-ID"] = f"<{mark}@crypto-nlp>"
    message["X-Unsent"] = "1"
    message["Content-Language"] = digest.lang
    message.set_content(text)
    message.add_alternative(page, subtype="html")
    message.set_boundary(f"crypto-nlp-{mark}")
    return message
