"""PDF reports to text: reading order, mended hyphens, no running heads or page numbers, and where each page starts."""

from __future__ import annotations

import io
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from crypto_nlp.articles.clean import clean_text
from crypto_nlp.errors import InputError

MAX_PAGES = 2000
# Characters a page, below which the pages are pictures with at most a stamp on them.
_FEWEST = 10
_PAGE_NUMBER = re.compile(
    r"(?:(?:page|p\.|стр\.?|страница|صفحة|ص)\s*)?[-–—|\s]*\d{1,4}[-–—|\s]*(?:(?:of|из|من|/)\s*\d{1,4})?", re.IGNORECASE
)
_HYPHEN = re.compile(r"(\w)[-\u2010\u00ad]\n(\w)")
_EDGE_LINES = 2
_PRESENTED = re.compile("[\ufb00-\ufb06\ufb50-\ufdff\ufe70-\ufefc]+")
_ARABIC = re.compile("[\u0621-\u064a]")
_GLUED = re.compile("[\u0621-\u064a.،؛][0-9]|[0-9][\u0621-\u064a]")
_SPACED = re.compile("[\u0621-\u064a،؛] [0-9]")
# The article begins every other Arabic word, and ends it where the letters stand the wrong way round.
_FORWARDS = re.compile("(?<![\u0621-\u064a])\u0627\u0644[\u0621-\u064a]")
_BACKWARDS = re.compile("[\u0621-\u064a]\u0644\u0627(?![\u0621-\u064a])")
_LEADING_MARK = re.compile(r"^([.،؛:!؟]) (.+)$")
# Latin letters and figures with what stands between two of them.
_LEFT_TO_RIGHT = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9 .,:/'&+_-]*[A-Za-z0-9])?)")
_DIGITS = re.compile(r"\d+")
_SENTENCE_END = re.compile(r"[.!?:;…。؟»”\"]\s*$")


@dataclass(frozen=True, slots=True)
class PdfText:
    """The text of a PDF; ``pages`` holds the offset at which each page starts."""

    text: str
    pages: tuple[int, ...]
    title: str = ""
    created: datetime | None = None


def read_pdf(document: bytes, *, name: str) -> PdfText:
    """Read a PDF from memory. Raises InputError with a sentence where it is scanned, encrypted, broken or no PDF."""
    # pypdf is needed for reports only.
    from pypdf import PdfReader  # noqa: PLC0415
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        reader = PdfReader(io.BytesIO(document))
        if reader.is_encrypted and not reader.decrypt(""):
            msg = f"{name} is encrypted; remove its password and add it again."
            raise InputError(msg)
        raw = [page.extract_text() or "" for page in reader.pages[:MAX_PAGES]]
        info = reader.metadata
        title = str(info.title or "") if info else ""
        created = info.creation_date if info else None
    except (PyPdfError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        msg = f"{name} is no PDF that can be read ({type(error).__name__}); save it anew, or add its text instead."
        raise InputError(msg) from error
    pages = _reading_order(_without_furniture([_lines(text) for text in raw]))
    text, starts = _join(pages)
    if len(text) < _FEWEST * max(1, len(raw)):
        msg = f"{name} holds pictures of pages and no text; run it through OCR and add the result."
        raise InputError(msg)
    return PdfText(text, starts, title, _aware(created))


def _aware(instant: datetime | None) -> datetime | None:
    if instant is None:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _lines(text: str) -> list[str]:
    return clean_text(_PRESENTED.sub(_plain_letters, text)).split("\n")


def _plain_letters(match: re.Match[str]) -> str:
    """Ligatures and the shapes of Arabic letters, which PDFs hold in place of the letters."""
    return unicodedata.normalize("NFKC", match.group(0))


def _reading_order(pages: list[list[str]]) -> list[list[str]]:
    """Right-to-left lines put in reading order.

    In many PDFs each stretch of Arabic reads well and the stretches of a line, parted by figures, stand from left to
    right. It shows by figures that are glued to the word before them, as no writer would set them.
    """
    text = _joined(pages)
    if len(_BACKWARDS.findall(text)) > len(_FORWARDS.findall(text)):
        pages = [[_mirrored(line) for line in lines] for lines in pages]
        text = _joined(pages)
    if len(_GLUED.findall(text)) > len(_SPACED.findall(text)):
        pages = [[_turned(line) for line in lines] for lines in pages]
    return pages


def _joined(pages: list[list[str]]) -> str:
    return "\n".join(line for lines in pages for line in lines)


def _mirrored(line: str) -> str:
    """A line whose letters all stand from left to right, turned round; figures and Latin words in it are not."""
    return _LEFT_TO_RIGHT.sub(lambda run: run.group(0)[::-1], line[::-1]) if _ARABIC.search(line) else line


def _turned(line: str) -> str:
    if not _ARABIC.search(line):
        return line
    # A mark that ends a stretch of Arabic may stand before it.
    runs = [_LEADING_MARK.sub(r"\2\1", run.strip()) for run in _LEFT_TO_RIGHT.split(line)]
    return " ".join(run for run in reversed(runs) if run)


def _without_furniture(pages: list[list[str]]) -> list[list[str]]:
    """Pages without the lines that stand at the edge of most of them, and without page numbers."""
    counts: Counter[str] = Counter()
    for lines in pages:
        counts.update({_shape(line) for line in _edges(lines)})
    often = 2 if len(pages) < 6 else max(3, len(pages) // 3)
    running = {shape for shape, count in counts.items() if shape and count >= often}
    return [_trim(lines, running) for lines in pages]


def _edges(lines: list[str]) -> list[str]:
    return lines[:_EDGE_LINES] + lines[-_EDGE_LINES:]


def _shape(line: str) -> str:
    return _DIGITS.sub("#", line.casefold())


def _trim(lines: list[str], running: set[str]) -> list[str]:
    def furniture(line: str) -> bool:
        return _shape(line) in running or bool(_PAGE_NUMBER.fullmatch(line))

    start, end = 0, len(lines)
    while start < min(_EDGE_LINES, end) and furniture(lines[start]):
        start += 1
    while end > max(start, len(lines) - _EDGE_LINES) and furniture(lines[end - 1]):
        end -= 1
    return lines[start:end]


def _join(pages: list[list[str]]) -> tuple[str, tuple[int, ...]]:
    """The pages as one text with its paragraphs joined, and the offset at which each page starts."""
    text = ""
    starts: list[int] = []
    for lines in pages:
        starts.append(len(text))
        body = _paragraphs(lines)
        text += body + "\n" if body else ""
    return text.rstrip("\n"), tuple(starts)


def _paragraphs(lines: list[str]) -> str:
    """Lines of one paragraph in one line: a line as wide as its neighbours that ends no sentence runs on."""
    if not lines:
        return ""
    mended = _HYPHEN.sub(r"\1\2", "\n".join(lines)).split("\n")
    width = sorted(len(line) for line in mended)[int(len(mended) * 0.8)]
    out = [mended[0]]
    for previous, line in pairwise(mended):
        wide = len(previous) >= 0.75 * width or line[:1].islower()
        runs_on = wide and len(previous) > 30 and not _SENTENCE_END.search(previous)
        if runs_on and not _looks_like_row(previous) and not _looks_like_row(line):
            out[-1] += " " + line
        else:
            out.append(line)
    return "\n".join(out)


def _looks_like_row(line: str) -> bool:
    """True for a table's row: a third of its words or more are figures."""
    words = line.split()
    figures = sum(any(char.isdigit() for char in word) for word in words)
    return len(words) >= 2 and 3 * figures >= len(words)
