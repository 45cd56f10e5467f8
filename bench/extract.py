"""Extraction against spaCy's bare tokenizer on the same text, in one process on one core.

    python bench/extract.py [--general FILE.jsonl ...]

Prints CPU seconds of both, their ratio and the limit that the project sets itself: at most 12 times the tokenizer on
text dense with claims (the gold in tests/gold), at most 5 times on general text (JSON Lines with `text` and `lang`; the
corpora in ../shared/corpus where they stand), both by rules alone. Both are warm: dictionaries and caches that a long
run fills are filled first.
"""

from __future__ import annotations

import argparse
import json
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import spacy

from crypto_nlp import extract

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
DENSE = sorted((ROOT / "tests" / "gold").glob("dev-*.jsonl"))
GENERAL = [
    ROOT.parent / "shared" / "corpus" / f"{name}.jsonl" for name in ("ru-general-telegram", "ar-finance-khaleej")
]
DAY = date(2024, 8, 12)
LIMITS = {"dense": 12.0, "general": 5.0}
ROUNDS = 3


def texts(path: Path, most: int) -> list[tuple[str, str]]:
    """Up to ``most`` (language, text) of a file."""
    lines = path.read_text(encoding="utf-8").splitlines()[:most]
    return [(d["lang"], d["text"]) for d in map(json.loads, lines)]


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds of the quickest of several rounds, after one that fills the caches."""
    work()
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def measure(kind: str, path: Path, most: int) -> None:
    """One line for one file."""
    sample = texts(path, most)
    blanks = {lang: spacy.blank(lang) for lang, _ in sample}
    bare = seconds(lambda: [blanks[lang](text) for lang, text in sample])
    ours = seconds(lambda: [extract(text, lang, DAY, model="none") for lang, text in sample])
    characters = sum(len(text) for _, text in sample)
    found = sum(len(extract(text, lang, DAY, model="none")) for lang, text in sample)
    print(
        f"{kind:8}{path.stem:22}{len(sample):6} texts {characters:9} characters {found:6} claims  "
        f"tokenizer {bare:7.3f} s  extraction {ours:7.3f} s  ratio {ours / bare:5.1f} (limit {LIMITS[kind]:.0f})"
    )


def main() -> None:
    """Measure the gold, then general text where there is any."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--general", type=Path, nargs="*", default=GENERAL)
    parser.add_argument("--most", type=int, default=400, help="texts of each general file")
    chosen = parser.parse_args()
    for path in DENSE:
        measure("dense", path, 10_000)
    for path in chosen.general:
        if path.is_file():
            measure("general", path, chosen.most)
        else:
            print(f"general {path.name}: not here, skipped")


if __name__ == "__main__":
    main()
