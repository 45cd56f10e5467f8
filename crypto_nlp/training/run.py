"""`crypto-nlp models train` from gold to the files that ship; `models evaluate` for a model that is there."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crypto_nlp.classifier.model import load
from crypto_nlp.errors import InputError
from crypto_nlp.evaluate import read_gold
from crypto_nlp.training import card, export, measure, network
from crypto_nlp.training.examples import lesson
from crypto_nlp.training.lexicon import lessons as of_lexicon
from crypto_nlp.training.network import Plan

if TYPE_CHECKING:
    from crypto_nlp.training.examples import Example, Lesson
    from crypto_nlp.training.measure import Answers
    from crypto_nlp.training.network import Network

Tell = Callable[[str], None]
_CURVE = (0.25, 0.5)


@dataclass(frozen=True, slots=True)
class Job:
    """What to train: gold files, a checkpoint to begin with (none: a fresh network), folds to measure it on.

    ``unseen`` is gold that nobody looked at while writing rules and that the network does not learn from: where there
    is some, confidences are fitted on it, since on gold that the rules know nearly every claim of theirs is right.
    ``lessons`` are sentences written to learn from: every network reads them, and none is measured on them.
    """

    gold: tuple[Path, ...]
    name: str
    unseen: tuple[Path, ...] = ()
    lessons: tuple[Path, ...] = ()
    base: str | None = None
    folds: int = 3
    plan: Plan = field(default_factory=Plan)


def read(paths: Sequence[Path]) -> list[Lesson]:
    """The lessons in gold files. Raises InputError where one cannot be read or there are no two documents."""
    found = _lessons(paths)
    if len(found) < 2:
        message = "Training needs at least two gold documents: name a file with more of them."
        raise InputError(message)
    return found


def _lessons(paths: Sequence[Path]) -> list[Lesson]:
    documents = {name: document for path in paths for name, document in read_gold(path).items()}
    return [lesson(documents[name]) for name in sorted(documents)]


def train(job: Job, out: Path, tell: Tell) -> dict[str, Any]:
    """Cross-validate, train on everything, write the model with its card into ``out``; returns the metrics.

    Raises:
        InputError: the gold cannot be read.
        ModelError: torch is missing, or the base is no checkpoint.
    """
    network.prepare(job.plan.seed)
    lessons = read(job.gold)
    tell("Reading the words of the claim types.")
    start = _start(job, lessons)
    folds = measure.folds_of(len(lessons), min(job.folds, len(lessons)), job.plan.seed)
    answers = _cross_validated(start, lessons, folds, tell)
    cases = measure.judged(lessons, answers)
    apart = read(job.unseen) if job.unseen else []
    metrics: dict[str, Any] = {
        "documents": len(lessons),
        "sentences": sum(len(one.examples) for one in lessons),
        "lessons": len(start.besides),
        "folds": len(folds),
        "spots": measure.labels(lessons, answers),
        "heads": measure.heads(lessons, answers),
        "found": measure.extraction(lessons, answers),
        "confidence": measure.confidence(cases, folds),
        "curve": _curve(start, lessons, folds, answers, tell),
    }
    tell("Training on everything.")
    whole = start.taught(lessons)
    if apart:
        of_apart = [network.answers(whole, [e.sentence for e in one.examples]) for one in apart]
        cases = measure.judged(apart, of_apart)
        metrics["unseen"] = _unseen(apart, of_apart, job)
    made = {"plan": asdict(job.plan), "base": job.base, "documents": len(lessons)}
    export.write(out, whole, job.name, measure.weights(cases), made)
    metrics["parameters"] = sum(p.numel() for p in whole.model.parameters())
    metrics["bytes"] = (out / "model.onnx").stat().st_size
    (out / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n", encoding="utf-8")
    (out / "README.md").write_text(card.write(job.name, metrics, made), encoding="utf-8")
    return metrics


def _unseen(lessons: Sequence[Lesson], answers: Sequence[Answers], job: Job) -> dict[str, Any]:
    """What all of it is worth on gold that neither rules nor network know; confidences are fitted by folds of it."""
    folds = measure.folds_of(len(lessons), min(job.folds, len(lessons)), job.plan.seed)
    return {
        "documents": len(lessons),
        "spots": measure.labels(lessons, answers),
        "heads": measure.heads(lessons, answers),
        "found": measure.extraction(lessons, answers),
        "confidence": measure.confidence(measure.judged(lessons, answers), folds),
    }


def _cross_validated(
    start: _Start, lessons: Sequence[Lesson], folds: Sequence[frozenset[int]], tell: Tell
) -> list[Answers]:
    """For each lesson the answers of a network that has not seen it."""
    found: list[Answers] = [[] for _ in lessons]
    for number, fold in enumerate(folds, 1):
        tell(f"Fold {number} of {len(folds)}.")
        trained = start.taught([one for n, one in enumerate(lessons) if n not in fold])
        for n in sorted(fold):
            found[n] = network.answers(trained, [e.sentence for e in lessons[n].examples])
    return found


def _curve(
    start: _Start,
    lessons: Sequence[Lesson],
    folds: Sequence[frozenset[int]],
    answers: Sequence[Answers],
    tell: Tell,
) -> list[dict[str, Any]]:
    """The share of spots labelled rightly in the first fold by networks trained on ever more of the others."""
    held = sorted(folds[0])
    others = [lessons[n] for fold in folds[1:] for n in sorted(fold)]
    tested = [lessons[n] for n in held]
    rows = []
    for share in _CURVE:
        tell(f"Learning curve: {share:.0%} of the documents.")
        used = others[: max(1, round(share * len(others)))]
        trained = start.taught(used)
        of_used = [network.answers(trained, [e.sentence for e in one.examples]) for one in tested]
        rows.append(_point(len(used), tested, of_used))
    return [*rows, _point(len(others), tested, [answers[n] for n in held])]


def _point(documents: int, tested: Sequence[Lesson], answers: Sequence[Answers]) -> dict[str, Any]:
    right = measure.labels(tested, answers)
    return {"documents": documents} | {
        kind: right[kind]["right"] for kind in ("figure", "event", "said") if kind in right
    }


@dataclass(frozen=True, slots=True)
class _Start:
    """A network that has read no gold: what every training begins from, with the lessons that all read with gold."""

    network: Network
    plan: Plan
    besides: tuple[Example, ...] = ()

    def taught(self, lessons: Sequence[Lesson]) -> Network:
        """A copy, trained on ``lessons``."""
        examples = [*self.besides, *(e for one in lessons for e in one.examples)]
        return network.fit(deepcopy(self.network), examples, self.plan)


def _start(job: Job, lessons: Sequence[Lesson]) -> _Start:
    torch = network.prepare(job.plan.seed)
    extra = of_lexicon(job.plan.seed)
    besides = tuple(e for one in _lessons(job.lessons) for e in one.examples)
    labels = network.labels_of(extra)
    if job.base:
        return _Start(network.pretrained(job.base, labels), job.plan, besides)
    examples = [*extra, *besides, *(e for one in lessons for e in one.examples)]
    # The vocabulary comes from all texts, their labels from none: word pieces tell nothing of types.
    pieces = network.vocabulary(
        (t for e in examples for t in (e.sentence.before, e.sentence.text)), job.plan.vocabulary
    )
    torch.manual_seed(job.plan.seed)
    made = network.fresh(pieces, labels, job.plan)
    return _Start(network.fit(made, extra, job.plan, job.plan.lexicon_epochs), job.plan, besides)


def evaluate(name: str, gold: Sequence[Path]) -> dict[str, Any]:
    """What the model called ``name`` is worth on gold: the three ways to extract, and how well confidences tell.

    Raises:
        InputError: the gold cannot be read.
        ModelError: the model is missing or damaged.
    """
    model = load(name)
    weights: Mapping[str, Any] = json.loads((model.folder / "calibration.json").read_text(encoding="utf-8"))
    lessons = read(gold)
    answers = [model.ask([e.sentence for e in one.examples]) for one in lessons]
    cases = measure.judged(lessons, answers)
    return {
        "model": model.name,
        "documents": len(lessons),
        "spots": measure.labels(lessons, answers),
        "found": measure.extraction(lessons, answers),
        "confidence": measure.applied(cases, weights),
    }
