"""Take the pictures in docs/img anew, from the sample feeds, with the browser of the tests; look at them afterwards.

python docs/pictures.py
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

import browser  # noqa: E402 - the tests' own drivers
import serving  # noqa: E402

IMAGES = ROOT / "docs" / "img"
WIDTH, HEIGHT = 1000, 960


def main() -> None:
    """A digest in Arabic; a search in English; in Russian, the claim that all three languages make."""
    program = browser.chromium()
    if program is None:
        sys.exit("Chromium is not installed: apt-get install chromium")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ledger, page = folder / "sample.db", folder / "digest.html"
        for command in (
            ("ingest", "--sample", "--db", str(ledger)),
            ("digest", "--db", str(ledger), "--lang", "ar", "--format", "html", "-o", str(page)),
        ):
            done = serving.run(*command)
            if done.returncode:
                sys.exit(done.stderr)
        running = browser.Browser(program, folder)
        tab = running.tab()
        tab.size(WIDTH, HEIGHT)
        tab.goto(page.as_uri())
        tab.screenshot(IMAGES / "digest.png")
        with serving.serving(ledger) as url:
            tab.goto(f"{url}sample/-/search?hl=en&q=miners+revenue")
            tab.screenshot(IMAGES / "search.png")
            tab.goto(f"{url}sample/-/search?hl=ru&q=13.9bn")
            tab.follow(".gloss a")
            tab.screenshot(IMAGES / "claim.png")
        running.close()


if __name__ == "__main__":
    main()
