"""Adding feeds to a feeds.yaml and removing them, with everything else in the file left as its owner wrote it."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from pathlib import Path

import yaml

from crypto_nlp.errors import FeedsFileError
from crypto_nlp.feeds.sources import FeedList, parse_feeds, read_feeds_file
from crypto_nlp.records import Feed

_PLAIN = re.compile(r"[^\W_][\w .+/'-]*[\w.+']|\w", re.UNICODE)
_NOT_PLAIN = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})


def add_feeds(path: Path, feeds: Iterable[Feed]) -> FeedList:
    """Write ``feeds`` behind those of the file, made if it is missing.

    Feeds whose address stands there already are skipped.

    Raises:
        FeedsFileError: the file is wrong, or a feed cannot stand in it.
    """
    text = path.read_text(encoding="utf-8-sig") if path.is_file() else "feeds:\n"
    known = {feed.url for feed in read_feeds_file(path).feeds} if path.is_file() else set()
    lines = [f"  - {_entry(feed)}" for feed in feeds if feed.url not in known]
    if lines:
        text = _insert(text, lines, path)
    return _write(path, text)


def remove_feed(path: Path, name: str) -> FeedList:
    """Remove the feed with this name, title or address; raises FeedsFileError where there is none."""
    listed = read_feeds_file(path)
    target = listed.named([name]).feeds[0]
    index = listed.feeds.index(target)
    text = path.read_text(encoding="utf-8-sig")
    item = _sequence(text, path).value[index]
    lines = text.split("\n")
    first, last = item.start_mark.line, item.end_mark.line
    # A block item's mark ends at the start of what follows it.
    if item.end_mark.column == 0 or not lines[last][: item.end_mark.column].strip():
        last -= 1
    while last > first and (not lines[last].strip() or lines[last].lstrip().startswith("#")):
        last -= 1
    if "-" not in lines[first][: item.start_mark.column]:
        msg = f"{path}:{first + 1}: this feed does not stand on lines of its own; remove it in an editor."
        raise FeedsFileError(msg)
    del lines[first : last + 1]
    if len(listed.feeds) == 1:
        lines = [re.sub(r"^feeds:\s*$", "feeds: []", line) for line in lines]
    return _write(path, "\n".join(lines))


def _entry(feed: Feed) -> str:
    fields = [
        f"title: {_scalar(feed.title or feed.name)}",
        f"url: {json.dumps(feed.url)}",
        f"language: {feed.language}",
    ]
    fields.append(f"topics: [{', '.join(_scalar(topic) for topic in feed.topics)}]")
    if feed.name not in {"", feed.title}:
        fields.append(f"name: {_scalar(feed.name)}")
    if feed.timezone != "UTC":
        fields.append(f"timezone: {feed.timezone}")
    return "{" + ", ".join(fields) + "}"


def _scalar(text: str) -> str:
    plain = _PLAIN.fullmatch(text) and text.lower() not in _NOT_PLAIN and not text[0].isdigit()
    return text if plain else json.dumps(text, ensure_ascii=False)


def _sequence(text: str, path: Path) -> yaml.SequenceNode:
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
        if key.value == "feeds" and isinstance(value, yaml.SequenceNode):
            return value
    msg = f"{path}:1: there is no list called `feeds:`; add it."
    raise FeedsFileError(msg)


def _insert(text: str, lines: list[str], path: Path) -> str:
    rows = re.sub(r"^feeds:[ \t]*\[[ \t]*\]", "feeds:", text, count=1, flags=re.MULTILINE).split("\n")
    if rows != text.split("\n") or text == "feeds:\n":
        at = next(number for number, row in enumerate(rows) if row.startswith("feeds:"))
        rows[at + 1 : at + 1] = lines
        return "\n".join(rows)
    node = _sequence(text, path)
    if node.flow_style:
        msg = f"{path}:{node.start_mark.line + 1}: the list of feeds stands on one line; write one feed a line first."
        raise FeedsFileError(msg)
    mark = node.value[-1].end_mark
    last = mark.line - 1 if mark.column == 0 or mark.line >= len(rows) else mark.line
    while not rows[last].strip() or rows[last].lstrip().startswith("#"):
        last -= 1
    rows[last + 1 : last + 1] = [" " * node.start_mark.column + line.lstrip() for line in lines]
    return "\n".join(rows)


def _write(path: Path, text: str) -> FeedList:
    """Check the whole text, then put it in the file's place in one step."""
    listed = parse_feeds(text, path)
    new = path.with_name(f"{path.name}.new")
    try:
        new.write_text(text if text.endswith("\n") else text + "\n", encoding="utf-8")
        os.replace(new, path)  # noqa: PTH105 - Path.replace is the same; this says what happens
    except OSError as error:
        new.unlink(missing_ok=True)
        msg = f"{path} cannot be written: {error.strerror or error}; check its permissions."
        raise FeedsFileError(msg) from error
    return listed
