"""Measure the extractor on the gold in tests/gold and write the tables of docs/accuracy.md.

    python docs/accuracy.py            # print them
    python docs/accuracy.py --write    # put them between the marks in docs/accuracy.md, and the floors into
    tests/floors.yaml

The rules have seen this gold, so the figures say how well they fit it, not how well they do on other text.
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
SLACK = 0.02  # by how much a figure may fall before the tests fail


def measure(lang: str) -> Score:
    """The scores of one language's gold."""
    gold = read_gold(ROOT / "tests" / "gold" / f"dev-{lang}.jsonl")
    predicted = {
        key: {"claims": [c.as_record() for c in extract(d["text"], lang, date.fromisoformat(d["published"]))]}
        for key, d in gold.items()
    }
    return score(gold, predicted)


def figures(result: Score, lang: str) -> dict[str, dict[str, float]]:
    """``found`` and ``right`` F1 of the language and of each of its types."""
    rows: dict[str, dict[str, float]] = {}
    for name, tally in result.rows.items():
        if name == "all" or ("/" in name and name.startswith(lang)):
            precision, recall, found = tally.rates("found")
            rows[name.partition("/")[2] or "all"] = {
                "gold": tally.gold,
                "found": found,
                "right": tally.rates("right")[2],
                "found_p": precision,
                "found_r": recall,
            }
    return rows


def table(measured: dict[str, dict[str, Any]]) -> str:
    """The Markdown table: a type a line, the languages beside each other."""
    kinds = sorted({kind for rows in measured.values() for kind in rows}, key=lambda k: (k != "all", k))
    head = "| type | " + " | ".join(f"{lang} claims | {lang} found | {lang} right" for lang in LANGUAGES) + " |"
    lines = [head, "|---|" + "---:|" * (3 * len(LANGUAGES))]
    for kind in kinds:
        cells = []
        for lang in LANGUAGES:
            row = measured[lang].get(kind)
            cells.append(f"{row['gold']:.0f} | {row['found']:.3f} | {row['right']:.3f}" if row else "– | – | –")
        lines.append(f"| {kind} | " + " | ".join(cells) + " |")
    sides = ", ".join(
        f"{lang} precision {measured[lang]['all']['found_p']:.3f} and recall {measured[lang]['all']['found_r']:.3f}"
        for lang in LANGUAGES
    )
    return "\n".join([*lines, "", f"Found, all types: {sides}."])


def main() -> None:
    """Print, or write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    chosen = parser.parse_args()
    measured = {lang: figures(measure(lang), lang) for lang in LANGUAGES}
    text = table(measured)
    if not chosen.write:
        print(text)
        return
    page = PAGE.read_text(encoding="utf-8")
    before, after = page.split(OPEN)[0], page.split(CLOSE)[1]
    PAGE.write_text(f"{before}{OPEN}\n{text}\n{CLOSE}{after}", encoding="utf-8")
    floors = {
        lang: {kind: {s: round(max(0.0, row[s] - SLACK), 3) for s in ("found", "right")} for kind, row in rows.items()}
        for lang, rows in measured.items()
    }
    heading = "# F1 on tests/gold below which the tests fail; `python docs/accuracy.py --write` sets them.\n"
    FLOORS.write_text(heading + yaml.safe_dump(floors, sort_keys=True), encoding="utf-8")


if __name__ == "__main__":
    main()
