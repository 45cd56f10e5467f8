"""Digests for programs: JSON, CSV, TSV, Atom and JSON-LD, written row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC
from typing import IO, Any
from xml.etree import ElementTree as ET

from crypto_nlp.digest.model import Digest, Group, Line, Section
from crypto_nlp.digest.words import words
from crypto_nlp.display import cell, json_text, one_line
from crypto_nlp.rules.spoken import written

# The promised columns of a claim row, in order.
COLUMNS = (
    *("claim_id", "type", "measure", "subject", "value_low", "value_high", "unit", "bound", "per", "when"),
    *("condition", "source", "sources", "modality", "negated", "details", "gloss", "lang", "anchor", "sentence"),
    *("start", "end", "confidence", "article_url", "article_title", "feed", "published", "stories", "mentions"),
    *("first_seen", "last_seen"),
)
ATOM = "http://www.w3.org/2005/Atom"
CONTEXT = "https://schema.org"


def claim_row(line: Line) -> dict[str, Any]:
    """The promised columns of a claim row."""
    return {name: line.row[name] for name in COLUMNS}


def _all_lines(digest: Digest) -> Iterator[tuple[Section, Group, Line]]:
    for section in digest.sections:
        for group in section.groups:
            for line in group.lines():
                yield section, group, line


def _each_once(digest: Digest) -> Iterator[Line]:
    """Every claim of the digest once, in the order of its first place."""
    seen: set[str] = set()
    for _, _, line in _all_lines(digest):
        name = str(line.row["claim_id"])
        if name not in seen:
            seen.add(name)
            yield line


def write_json(digest: Digest, stream: IO[str]) -> None:
    """One object: what was asked, and sections with groups of claim rows."""
    request = digest.request
    head = {
        "title": digest.title,
        "lang": digest.lang,
        "since": request.since.isoformat(),
        "until": request.until.isoformat(),
        "summary": digest.summary,
        "sample": request.sample,
    }
    stream.write(json_text(head)[:-1] + ', "sections": [')
    for i, section in enumerate(digest.sections):
        stream.write((",\n" if i else "\n") + json_text({"key": section.key, "title": section.title})[:-1])
        stream.write(', "groups": [')
        for j, group in enumerate(section.groups):
            stream.write((",\n" if j else "\n") + json_text({"heading": group.heading, "total": group.total})[:-1])
            stream.write(', "claims": [')
            for k, line in enumerate(group.lines()):
                stream.write((",\n" if k else "\n") + json_text(claim_row(line)))
            stream.write("]}")
        stream.write("]}")
    stream.write("]}\n")


def write_cells(digest: Digest, stream: IO[str], delimiter: str) -> None:
    """CSV or TSV: the section and group of each line, then the columns of a claim row."""
    writer = csv.writer(stream, delimiter=delimiter, lineterminator="\n")
    writer.writerow(["section", "group", *COLUMNS])
    for section, group, line in _all_lines(digest):
        writer.writerow([section.key, cell(group.heading), *(cell(line.row[name]) for name in COLUMNS)])


def write_atom(digest: Digest, stream: IO[str]) -> None:
    """An Atom feed with an entry for each claim, so that a feed reader can follow claims."""
    said = words(digest.lang, digest.request.digits)
    head = ET.Element("feed", {"xmlns": ATOM, "xml:lang": digest.lang})
    _element(head, "id", f"urn:crypto-nlp:digest:{digest.lang}")
    _element(head, "title", digest.title)
    _element(head, "subtitle", digest.period)
    _element(head, "updated", f"{digest.request.until.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    _element(head, "generator", "crypto-nlp")
    author = ET.SubElement(head, "author")
    _element(author, "name", "crypto-nlp")
    opening = ET.tostring(head, encoding="unicode")
    stream.write('<?xml version="1.0" encoding="utf-8"?>\n' + opening.removesuffix("</feed>") + "\n")
    for line in _each_once(digest):
        stream.write(ET.tostring(_entry(line, said.type(str(line.row["type"]))), encoding="unicode") + "\n")
    stream.write("</feed>\n")


def _element(parent: ET.Element, name: str, text: str, **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, name, attributes)
    made.text = one_line(text)
    return made


def _entry(line: Line, category: str) -> ET.Element:
    row = line.row
    entry = ET.Element("entry")
    _element(entry, "id", f"urn:crypto-nlp:claim:{row['claim_id']}")
    _element(entry, "title", line.text)
    _element(entry, "published", row["first_seen"])
    _element(entry, "updated", row["last_seen"])
    ET.SubElement(entry, "category", {"term": str(row["type"]), "label": category})
    if line.href:
        ET.SubElement(entry, "link", {"rel": "alternate", "href": one_line(line.href)})
    for name in line.said_by:
        _element(ET.SubElement(entry, "contributor"), "name", name)
    summary = _element(entry, "summary", str(row["sentence"]))
    if row["lang"]:
        summary.set("xml:lang", str(row["lang"]))
    return entry


def write_jsonld(digest: Digest, stream: IO[str]) -> None:
    """schema.org: each claim with the quotation and the article where it appears."""
    stream.write(f'{{"@context": "{CONTEXT}", "@graph": [')
    for i, line in enumerate(_each_once(digest)):
        stream.write((",\n" if i else "\n") + json_text(_claim(line, digest.lang)))
    stream.write("\n]}\n")


def _claim(line: Line, lang: str) -> dict[str, Any]:
    row = line.row
    article: dict[str, Any] = {"@type": "NewsArticle", "headline": one_line(str(row["article_title"]))}
    if line.href:
        article["url"] = row["article_url"]
    if row["published"]:
        article["datePublished"] = row["published"]
    if row["feed"]:
        article["publisher"] = {"@type": "Organization", "name": one_line(str(row["feed"]))}
    quotation: dict[str, Any] = {"@type": "Quotation", "text": row["sentence"], "isPartOf": article}
    if row["lang"]:
        quotation["inLanguage"] = article["inLanguage"] = row["lang"]
    if row["source"] and row["source"] != "unnamed":
        quotation["creditText"] = written(str(row["source"]), lang)
    return {
        "@type": "Claim",
        "@id": f"urn:crypto-nlp:claim:{row['claim_id']}",
        "text": one_line(line.text),
        "inLanguage": lang,
        "keywords": [row["type"], row["measure"], row["subject"]],
        "dateCreated": row["first_seen"],
        "dateModified": row["last_seen"],
        "appearance": quotation,
    }
