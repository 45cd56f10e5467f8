"""`models`: the model that ships, others beside it, and training one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from crypto_nlp.cli.options import Command, Group, settings_of
from crypto_nlp.cli.output import write_object, write_rows, write_text
from crypto_nlp.errors import InputError, ModelError

_FOLDER = Path("tests/gold")
_UNSEEN, _LESSONS = "unseen-", "lessons-"
_GOLD = click.argument("gold", nargs=-1, type=click.Path(path_type=Path, dir_okay=False), metavar="[GOLD.jsonl]…")


@click.group(cls=Group)
def command() -> None:
    """The models that say how sure a claim is. A model never changes a value; `--model none` goes without."""


@command.command("list", cls=Command)
@click.pass_context
def list_(context: click.Context, /) -> None:
    """List the models that ship.

    \b
    crypto-nlp models list
    """
    from crypto_nlp.classifier.model import CHECKSUMS, CHOSEN, shelf  # noqa: PLC0415 - after `--help`

    folders = sorted(path.parent for path in shelf().glob(f"*/{CHECKSUMS}"))
    rows = ({"id": f.name, "default": f.name == CHOSEN, "state": _state(f), "folder": str(f)} for f in folders)
    if not write_rows(settings_of(context), rows, ("id", "default", "state", "folder")):
        settings_of(context).say("No model is installed; rules go alone.")


def _state(folder: Path) -> str:
    from crypto_nlp.classifier.model import verify  # noqa: PLC0415 - after `--help`

    try:
        verify(folder)
    except ModelError:
        return "damaged"
    return "whole"


@command.command("info", cls=Command, formats=("table", "json"))
@click.argument("name", required=False, metavar="[PATH or ID]")
@click.pass_context
def info(context: click.Context, /, name: str | None) -> None:
    """Show a model's card; with --format json its metrics.

    \b
    crypto-nlp models info
    """
    from crypto_nlp.classifier.model import SHIPPED, load  # noqa: PLC0415 - after `--help`

    settings = settings_of(context)
    folder = load(name or SHIPPED).folder
    if settings.format == "json":
        write_object(settings, json.loads(_file(folder, "metrics.json")), indent=None)
    else:
        write_text(settings, _file(folder, "README.md").rstrip("\n"))


def _file(folder: Path, name: str) -> str:
    try:
        return (folder / name).read_text(encoding="utf-8")
    except OSError as error:
        message = f"{folder} has no {name}: train the model again with `crypto-nlp models train`."
        raise ModelError(message) from error


@command.command("train", cls=Command, formats=("json",), folder=True)
@_GOLD
@click.option(
    "--unseen",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="GOLD.jsonl",
    help="Gold that neither the rules nor the model learn from, to fit confidences on; can be given several times.",
)
@click.option(
    "--lessons",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="GOLD.jsonl",
    help="Sentences to learn from that the model is not measured on; can be given several times.",
)
@click.option("--name", default="roles-own", show_default=True, metavar="ID", help="What the model is called.")
@click.option("--base", metavar="PATH|ID", help="Begin from this Hugging Face checkpoint (default: random weights).")
@click.option("--folds", type=click.IntRange(2), default=3, show_default=True, help="Parts for cross-validation.")
@click.option("--epochs", type=click.IntRange(1), help="How often gold is read (default: as for the model that ships).")
@click.option("--seed", type=int, default=13, show_default=True, help="What decides everything that is drawn.")
@click.pass_context
def train(
    context: click.Context,
    /,
    *,
    gold: tuple[Path, ...],
    unseen: tuple[Path, ...],
    lessons: tuple[Path, ...],
    name: str,
    base: str | None,
    folds: int,
    epochs: int,
    seed: int,
) -> None:
    """Train a model on GOLD into the folder -o (default: models/ID); what `review export` writes is gold too.

    Without GOLD, the project's own in tests/gold, of which the files called unseen-… serve as --unseen and those
    called lessons-… as --lessons. Needs the `train` extra. Prints the metrics.

    \b
    crypto-nlp models train tests/gold/dev-*.jsonl --name roles-own -o models/roles-own
    """
    from dataclasses import replace  # noqa: PLC0415 - after `--help`

    from crypto_nlp.training.network import Plan  # noqa: PLC0415
    from crypto_nlp.training.run import Job  # noqa: PLC0415
    from crypto_nlp.training.run import train as run  # noqa: PLC0415

    settings = settings_of(context)
    plan = replace(Plan(seed=seed), **({"epochs": epochs} if epochs else {}))
    out, settings.output = settings.output or Path("models") / name, None
    known = tuple(path for path in _gold(gold) if gold or not path.name.startswith(_UNSEEN))
    apart = unseen or (() if gold else tuple(sorted(_FOLDER.glob(f"{_UNSEEN}*.jsonl"))))
    besides = lessons or (() if gold else tuple(sorted(_FOLDER.glob(f"{_LESSONS}*.jsonl"))))
    job = Job(known, name, unseen=apart, lessons=besides, base=base, folds=folds, plan=plan)
    metrics = run(job, out, settings.say)
    settings.say(f"The model is in {out}.")
    write_object(settings, _short(metrics), indent=None)


@command.command("evaluate", cls=Command, formats=("json",))
@_GOLD
@click.option("--model", "name", metavar="PATH|ID", help="The model (default: the one that ships).")
@click.pass_context
def evaluate(context: click.Context, /, gold: tuple[Path, ...], name: str | None) -> None:
    """Measure a model on GOLD that it has not seen: rules alone, model alone, both, and how well confidences tell.

    \b
    crypto-nlp models evaluate gold.jsonl
    """
    from crypto_nlp.classifier.model import SHIPPED  # noqa: PLC0415 - after `--help`
    from crypto_nlp.training.run import evaluate as run  # noqa: PLC0415

    write_object(settings_of(context), run(name or SHIPPED, _gold(gold)), indent=None)


def _gold(given: tuple[Path, ...]) -> tuple[Path, ...]:
    found = given or tuple(path for path in sorted(_FOLDER.glob("*.jsonl")) if not path.name.startswith(_LESSONS))
    if not found:
        message = f"There is no gold in {_FOLDER}: name a file, such as one that `crypto-nlp review export` wrote."
        raise InputError(message)
    return found


def _short(metrics: dict[str, Any]) -> dict[str, Any]:
    rows = {way: table.get("all", {}) for way, table in metrics["found"].items()}
    ways = {way: {k: v for k, v in told.items() if k != "reliability"} for way, told in metrics["confidence"].items()}
    return metrics | {"found": rows, "confidence": ways}
