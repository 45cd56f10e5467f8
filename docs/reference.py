"""Write the generated parts of docs/cli.md and docs/claims.md, or check with `--check` that they are true.

Everything in those files up to the marker is written by hand; what follows it comes from the program itself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from crypto_nlp.cli import cli
from crypto_nlp.rules.load import claim_types, languages

FOLDER = Path(__file__).parent
MARKER = "<!-- What follows is written by docs/reference.py: do not edit it. -->\n"
WIDTH = 100


def command_pages() -> Iterator[str]:
    """Every command's help, groups before what they hold."""
    context = click.Context(cli, info_name="crypto-nlp", terminal_width=WIDTH, max_content_width=WIDTH)
    yield from _pages(cli, context, 2)


def _pages(command: click.Command, context: click.Context, level: int) -> Iterator[str]:
    yield f"{'#' * level} {context.command_path}\n\n```text\n{command.get_help(context).strip()}\n```\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None  # noqa: S101 - click lists what it has
            inner = click.Context(below, info_name=name, parent=context, terminal_width=WIDTH, max_content_width=WIDTH)
            yield from _pages(below, inner, level + 1 if level > 2 else level)


def type_pages() -> Iterator[str]:
    """A table of every claim type's measures and details, with an example in each language where there is one."""
    # `no_claim` names figures that no type may take; it states nothing.
    types = {name: kind for name, kind in sorted(claim_types().items()) if "none" not in kind.frame.measures}
    rows = ["| type | measures (units) | without a value | details |", "|---|---|---|---|"]
    for name, kind in types.items():
        frame = kind.frame
        rows.append(f"| `{name}` | {_measures(frame.measures)} | {_words(frame.valueless)} | {_words(frame.details)} |")
    yield "\n".join(rows) + "\n"
    for name, kind in types.items():
        examples = [(lang, kind.words[lang].examples) for lang in languages() if lang in kind.words]
        lines = [f"- {lang}: {' '.join(found[0].text.split())}" for lang, found in examples if found]
        if lines:
            yield f"### {name}\n\n" + "\n".join(lines) + "\n"


def _measures(measures: dict[str, tuple[str, ...]]) -> str:
    return ", ".join(f"`{measure}`" + (f" ({' '.join(units)})" if units else "") for measure, units in measures.items())


def _words(words: tuple[str, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words)


PAGES: dict[str, Callable[[], Iterator[str]]] = {"cli.md": command_pages, "claims.md": type_pages}


def main() -> int:
    """Write the files, or with --check say which are out of date."""
    stale = []
    for name, pages in PAGES.items():
        path = FOLDER / name
        by_hand, marker, now = path.read_text(encoding="utf-8").partition(MARKER)
        wanted = "\n" + "\n".join(pages())
        if now != wanted or not marker:
            stale.append(name)
            if "--check" not in sys.argv:
                path.write_text(by_hand + MARKER + wanted, encoding="utf-8")
    if stale and "--check" in sys.argv:
        sys.stderr.write(f"Out of date: {', '.join(stale)}; run `python docs/reference.py`.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
