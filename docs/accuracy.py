"""Measure the extractor on the gold in tests/gold and write the tables of docs/accuracy.md.

    python docs/accuracy.py            # print them
    python docs/accuracy.py --write    # put them between the marks in docs/accuracy.md, and the floors into
    tests/floors.yaml

The rules have seen the gold called ``dev`` and ``own``; nobody has read ``unseen`` while writing rules.
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from crypto_nlp import extract
from crypto_nlp.evaluate import Score, read_gold, score

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "accuracy.md"
FLOORS = ROOT / "tests" / "floors.yaml"
OPEN, CLOSE = "<!-- measured -->", "<!-- /measured -->"
LANGUAGES = ("ar", "en", "ru")
SETS = ("unseen", "own", "dev")
BY_TYPE = "dev"  # whose types have floors of their own: the others hold too few claims of some
SLACK = 0.02  # by how much a figure may fall before the tests fail

Rows = dict[str, dict[str, float]]


def measure(name: str, langs: tuple[str, ...]) -> Score:
    """The scores of one set of gold in these languages."""
    gold = {
        key: document
        for lang in langs
        for key, document in read_gold(ROOT / "tests" / "gold" / f"{name}-{lang}.jsonl").items()
    }
    predicted = {
        key: {"claims": [c.as_record() for c in extract(d["text"], d["lang"], date.fromisoformat(d["published"]))]}
        for key, d in gold.items()
    }
    return score(gold, predicted)


def figures(result: Score, lang: str = "") -> Rows:
    """``found`` and ``right`` of everything and of each type; of one language where the types are told apart by it."""
    rows: Rows = {}
    for name, tally in result.rows.items():
        kind = name.partition("/")[2] if lang else name
        wanted = name == "all" or (name.startswith(f"{lang}/") if lang else "/" not in name and name not in LANGUAGES)
        if wanted:
            precision, recall, found = tally.rates("found")
            right = tally.rates("right")[2]
            rows[kind or "all"] = {
                "gold": tally.gold, "found": found, "right": right, "found_p": precision, "found_r": recall
            }  # fmt: skip
    return rows


def summary(measured: dict[str, dict[str, Rows]]) -> list[str]:
    """A line for each set and language."""
    lines = [
        "| gold | language | claims | precision | recall | found F1 | right F1 |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for name, of_set in measured.items():
        for lang, rows in of_set.items():
            row = rows["all"]
            rates = " | ".join(f"{row[rate]:.3f}" for rate in ("found_p", "found_r", "found", "right"))
            lines.append(f"| {name} | {lang} | {row['gold']:.0f} | {rates} |")
    return lines


def table(columns: dict[str, Rows]) -> list[str]:
    """A type a line, the columns beside each other."""
    kinds = sorted({kind for rows in columns.values() for kind in rows}, key=lambda k: (k != "all", k))
    head = "| type | " + " | ".join(f"{name} claims | {name} found | {name} right" for name in columns) + " |"
    lines = [head, "|---|" + "---:|" * (3 * len(columns))]
    for kind in kinds:
        cells = []
        for rows in columns.values():
            row = rows.get(kind)
            cells.append(f"{row['gold']:.0f} | {row['found']:.3f} | {row['right']:.3f}" if row else "– | – | –")
        lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    return lines


def floors_of(measured: dict[str, dict[str, Rows]]) -> dict[str, Any]:
    """By set, language and type what the tests hold."""
    return {
        name: {
            lang: {
                kind: {rate: round(max(0.0, row[rate] - SLACK), 3) for rate in ("found", "right")}
                for kind, row in rows.items()
                if kind == "all" or name == BY_TYPE
            }
            for lang, rows in of_set.items()
        }
        for name, of_set in measured.items()
    }


def main() -> None:
    """Print, or write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    measured = {name: {lang: figures(measure(name, (lang,)), lang) for lang in LANGUAGES} for name in SETS}
    pooled = {name: figures(measure(name, LANGUAGES)) for name in ("unseen", "own")}
    parts = [
        summary(measured),
        ["By type, the three languages together:"],
        table(pooled),
        ["By type and language on `dev`:"],
        table(measured[BY_TYPE]),
    ]
    text = "\n\n".join("\n".join(part) for part in parts)
    if not chosen.write:
        print(text)
        return
    page = PAGE.read_text(encoding="utf-8")
    before, after = page.split(OPEN)[0], page.split(CLOSE)[1]
    PAGE.write_text(f"{before}{OPEN}\n{text}\n{CLOSE}{after}", encoding="utf-8")
    heading = "# F1 on tests/gold below which the tests fail; `python docs/accuracy.py --write` sets them.\n"
    FLOORS.write_text(heading + yaml.safe_dump(floors_of(measured), sort_keys=True), encoding="utf-8")


if __name__ == "__main__":
    main()
