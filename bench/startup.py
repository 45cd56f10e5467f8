"""How long `crypto-nlp --help` takes against a bare `python -c "import click"`: at most twice as long is the goal."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 21
COMMANDS = {
    "python -c 'import click'": [sys.executable, "-c", "import click"],
    "crypto-nlp --help": [sys.executable, "-m", "crypto_nlp", "--help"],
    "crypto-nlp search --help": [sys.executable, "-m", "crypto_nlp", "search", "--help"],
}


def seconds(command: list[str]) -> float:
    """Wall-clock time of one run."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Run the commands in turns and print the median of each and its ratio to the first."""
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(RUNS):
        for name, command in COMMANDS.items():
            times[name].append(seconds(command))
    base = statistics.median(times["python -c 'import click'"])
    for name, found in times.items():
        middle = statistics.median(found)
        print(f"{name:28} {middle * 1000:7.1f} ms  {middle / base:5.2f}x")


if __name__ == "__main__":
    main()
