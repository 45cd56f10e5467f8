"""The house rules: form, types, floors, documents, light imports, and a wheel that works from an empty folder."""

from __future__ import annotations

import json
import os
import shutil
import site
import socket
import subprocess
import sys
import venv
from pathlib import Path

import pytest
import small_ledger

ROOT = Path(__file__).resolve().parents[1]
HEAVY = ("spacy", "transformers", "onnxruntime", "torch", "tokenizers", "trafilatura", "feedparser", "altair")
TOOLS = {
    "ruff check": ["-m", "ruff", "check", "--no-cache", "."],
    "ruff format": ["-m", "ruff", "format", "--no-cache", "--check", "."],
    "mypy": ["-m", "mypy"],
    "import-linter": ["-c", "from importlinter.cli import lint_imports_command as run; run()"],
    "documents": ["docs/reference.py", "--check"],
}


def python(*arguments: str, cwd: Path = ROOT, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CRYPTO_NLP_")} | variables
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("tool", TOOLS)
def test_house_rules(tool: str) -> None:
    done = python(*TOOLS[tool])
    assert done.returncode == 0, done.stdout + done.stderr


def _imported(arguments: list[str], database: Path) -> set[str]:
    """What a run of the program has imported."""
    program = (
        "import json, sys\n"
        "from crypto_nlp.cli import cli\n"
        f"cli.main({arguments!r}, standalone_mode=False)\n"
        "sys.stderr.write(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))\n"
    )
    done = python("-c", program, CRYPTO_NLP_DB=str(database))
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_ledger.build(tmp_path_factory.mktemp("house") / "ledger.db")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["search", "pension funds"],
        ["search", "пенсионные фонды", "--type", "adoption"],
        ["show", "claim-139"],
        ["trends", "--by", "month"],
        ["digest", "--lang", "ar"],
        ["db", "check"],
    ],
    ids=" ".join,
)
def test_light_commands_import_nothing_heavy(ledger: Path, arguments: list[str]) -> None:
    assert not _imported(arguments, ledger) & set(HEAVY)


def test_help_imports_little_beyond_click(ledger: Path) -> None:
    assert not _imported(["--help"], ledger) & {"sqlite3", "rich", "jinja2", "yaml", "pydantic", "sqlite_utils"}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, installed from its wheel into an environment of its own that borrows this one's dependencies."""
    pytest.importorskip("hatchling", reason="hatchling builds the wheel; it comes with the dev extra")
    folder = tmp_path_factory.mktemp("wheel")
    done = python("-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist"))
    assert done.returncode == 0, done.stderr
    (wheel,) = (folder / "dist").glob("*.whl")
    venv.create(folder / "venv", with_pip=False)
    inside = next((folder / "venv" / "lib").glob("python3*")) / "site-packages"
    # A path file adds the folder, but not the path files in it: an editable install of this tree stays out.
    (inside / "borrowed.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    done = python("-m", "pip", "install", "--quiet", "--no-deps", "--target", str(inside), str(wheel))
    assert done.returncode == 0, done.stderr
    return folder / "venv" / "bin" / "python"


def _run(program: Path, folder: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CRYPTO_NLP_", "PYTHON"))}
    done = subprocess.run(
        [str(program), "-m", "crypto_nlp", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_wheel_works_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    where = subprocess.run(
        [str(installed), "-c", "import crypto_nlp; print(crypto_nlp.__file__)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(where.stdout).is_relative_to(installed.parents[1])
    assert "Commands:" in _run(installed, tmp_path, "--help")
    report = json.loads(_run(installed, tmp_path, "ingest", "--sample", "--json"))
    assert report["articles"]["new"] == 12
    assert report["claims"]["new"] > 20
    assert report["requests"] == 0
    assert "Pension funds" in _run(installed, tmp_path, "digest", "--db", "crypto_nlp-sample.db")
    assert len(_run(installed, tmp_path, "feeds", "list", "--format", "jsonl").splitlines()) >= 32


def test_readme_gives_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text.count("<!-- setup command -->") == 1
    assert text.count("<!-- test command -->") == 1


def test_network_is_refused() -> None:
    with pytest.raises(OSError, match="loopback only"), socket.socket() as connection:
        connection.connect(("203.0.113.1", 80))


def test_program_is_on_the_path() -> None:
    if shutil.which("crypto-nlp", path=str(Path(sys.executable).parent)) is None:
        pytest.skip("the program is run from the tree, not installed")
    done = subprocess.run(
        [str(Path(sys.executable).parent / "crypto-nlp"), "--version"], capture_output=True, check=True
    )
    assert done.stdout.startswith(b"crypto-nlp ")
