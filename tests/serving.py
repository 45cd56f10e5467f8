"""The program's own server, started over a ledger for as long as a test needs it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def environment() -> dict[str, str]:
    """This process's environment without the user's own settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith("CRYPTO_NLP_")}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program to its end."""
    command = [sys.executable, "-m", "crypto_nlp", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)


@contextmanager
def serving(database: Path, *options: str) -> Iterator[str]:
    """`crypto-nlp serve` on a free port of loopback: the address of its first page."""
    command = [sys.executable, "-m", "crypto_nlp", "serve", "--db", str(database), "--port", "0", *options]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(), stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        said = process.stderr.readline()
        assert " at http://127.0.0.1:" in said, said + process.stderr.read()
        yield said.partition(" at ")[2].split()[0]
    finally:
        process.send_signal(signal.SIGINT)
        rest = process.communicate(timeout=20)[1]
    assert "Traceback" not in rest, rest
    assert process.returncode in (0, 130), (process.returncode, rest)
