"""What asking the model costs: sentences a second of the whole extraction with it and without, and the bare asking.

`python bench/model.py [GOLD.jsonl …]` reads gold (default: tests/gold) as news, and texts without a word of the field
as general text. Times are the best of three rounds, in one process; the model runs on one thread.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from crypto_nlp.classifier.confidence import asked
from crypto_nlp.classifier.model import NONE, SHIPPED, load
from crypto_nlp.evaluate import read_gold
from crypto_nlp.pipeline import Reading, extract

ROUNDS = 3
GENERAL = "The council met on 3 May and voted 12 to 4 to spend $40 million on two bridges. Work starts in June."


def best(run: Callable[[], object]) -> float:
    """The shortest of the rounds in seconds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return min(times)


def extracted(documents: Sequence[dict[str, Any]], model: str) -> Callable[[], object]:
    """A run over all documents."""
    return lambda: [extract(d["text"], d["lang"], d["day"], model=model) for d in documents]


def main() -> None:
    """Time everything and print it."""
    paths = [Path(name) for name in sys.argv[1:]] or sorted(Path("tests/gold").glob("*.jsonl"))
    news = [dict(d) | {"day": date.fromisoformat(d["published"][:10])} for p in paths for d in read_gold(p).values()]
    general = [{"text": GENERAL, "lang": "en", "day": date(2024, 5, 4)}] * 200
    model = load(SHIPPED)
    readings = [Reading(d["text"], d["lang"], d["day"], model=NONE) for d in news]
    sentences = sum(len(r.sentences) for r in readings)
    claims = [r.claims for r in readings]
    extracted(news, SHIPPED)()
    bare = best(lambda: [asked(model, made, r.page) for made, r in zip(claims, readings, strict=True)])
    for name, documents, count in (("news", news, sentences), ("general", general, 2 * len(general))):
        alone, both = best(extracted(documents, NONE)), best(extracted(documents, SHIPPED))
        each = f"{count / alone:.0f} sentences/s with rules, {count / both:.0f} with the model"
        print(f"{name}: {each}: {both / alone:.2f}x")
    asked_of = sum(len({c.sentence_start for c in made}) for made in claims)
    print(f"asking alone: {asked_of} sentences with a claim, {asked_of / bare:.0f} a second")


if __name__ == "__main__":
    main()
