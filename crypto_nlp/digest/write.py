"""A digest in the format asked for."""

from __future__ import annotations

import base64
import hashlib
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from crypto_nlp.digest.model import Digest
from crypto_nlp.digest.pages import render
from crypto_nlp.digest.records import write_atom, write_cells, write_json, write_jsonld
from crypto_nlp.display import one_line

FORMATS = ("md", "html", "json", "csv", "tsv", "atom", "jsonld", "eml")
# Formats for programs list every claim; a person reads the first lines of each list.
COMPLETE = frozenset({"json", "csv", "tsv", "atom", "jsonld"})
# Whole lines of base64, which hold 57 bytes each.
_CHUNK = 57 * 1024
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
        write_mail(digest, stream, templates)


def write_mail(digest: Digest, stream: IO[str], templates: Path | None = None) -> None:
    """The digest as a draft message: plain text (Markdown) and HTML, a piece at a time."""
    hashed = hashlib.sha256()
    with TemporaryFile() as text, TemporaryFile() as page:
        for piece in render(digest, "md", templates):
            text.write(piece.encode())
        for piece in render(digest, "html", templates):
            page.write(piece.encode())
            hashed.update(piece.encode())
        # The same digest is the same message: nothing in it comes from the clock or from chance.
        mark = hashed.hexdigest()[:24]
        boundary = f"crypto-nlp-{mark}"
        stream.write(_head(digest, mark).as_string().rstrip("\n"))
        stream.write(f'\nMIME-Version: 1.0\nContent-Type: multipart/alternative;\n boundary="{boundary}"\n\n')
        for kind, file in (("plain", text), ("html", page)):
            stream.write(f'--{boundary}\nContent-Type: text/{kind}; charset="utf-8"\n')
            stream.write("Content-Transfer-Encoding: base64\n\n")
            file.seek(0)
            while chunk := file.read(_CHUNK):
                stream.write(base64.encodebytes(chunk).decode("ascii"))
            stream.write("\n")
        stream.write(f"--{boundary}--\n")


def _head(digest: Digest, mark: str) -> EmailMessage:
    message = EmailMessage(policy=SMTP.clone(linesep="\n", cte_type="7bit"))
    message["Subject"] = one_line(f"{digest.title}, {digest.period}")
    message["From"] = "crypto-nlp <crypto-nlp@localhost>"
    message["Date"] = format_datetime(digest.request.until)
    message["Message-ID"] = f"<{mark}@crypto-nlp>"
    message["X-Unsent"] = "1"
    message["Content-Language"] = digest.lang
    return message
