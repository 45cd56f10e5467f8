"""What the model is worth, measured by document: claims found with and without it, and how sure one can be of them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from crypto_nlp import evaluate
from crypto_nlp.classifier.confidence import features
from crypto_nlp.classifier.model import NONE
from crypto_nlp.training import calibrate
from crypto_nlp.training.calibrate import RULES, WITH_MODEL, Judged
from crypto_nlp.training.examples import UNKNOWN

if TYPE_CHECKING:
    from crypto_nlp.classifier.answers import Answer
    from crypto_nlp.records import Claim
    from crypto_nlp.training.examples import Lesson, Part

Answers = list[list["Answer"]]  # of a lesson: by example, by spot
_SURE = 0.9  # of another type, or none, before the model may veto


def folds_of(count: int, folds: int, seed: int) -> list[frozenset[int]]:
    """The documents 0 to ``count``-1 in folds of like size."""
    order = list(range(count))
    random.Random(seed).shuffle(order)  # noqa: S311 - no secret
    return [frozenset(order[at::folds]) for at in range(folds)]


def answer_for(claim: Claim, lesson: Lesson, answers: Answers) -> Answer | None:
    """The model's answer for the spot that a claim's anchor touches."""
    for example, of_spots in zip(lesson.examples, answers, strict=True):
        for spot, answer in zip(example.sentence.spots, of_spots, strict=False):
            if spot.start < claim.end and claim.start < spot.end:
                return answer
    return None


def judged(lessons: Sequence[Lesson], answers: Sequence[Answers]) -> list[Judged]:
    """Every claim of the rules that gold does not leave open, with its features and whether gold has it."""
    found = []
    for number, (lesson, of_lesson) in enumerate(zip(lessons, answers, strict=True)):
        verdicts = _verdicts(lesson)
        for claim, right in zip(lesson.claims, verdicts, strict=True):
            if right is not None:
                given = features(claim, answer_for(claim, lesson, of_lesson))
                found.append(Judged(given, right, str(lesson.gold["lang"]), number))
    return found


def _verdicts(lesson: Lesson) -> list[bool | None]:
    """For each claim whether the scorer finds it in gold; None where gold is optional."""
    records = [claim.as_record() for claim in lesson.claims]
    firm = [claim for claim in lesson.gold["claims"] if not claim.get("optional")]
    invented = _invented(lesson.gold, records)
    doubtful = _invented(dict(lesson.gold) | {"claims": firm}, records)
    return [False if id(r) in invented else None if id(r) in doubtful else True for r in records]


def _invented(gold: Mapping[str, Any], records: list[dict[str, Any]]) -> set[int]:
    name = str(gold["id"])
    faults = evaluate.score({name: gold}, {name: {"claims": records}}).faults
    return {id(fault.predicted) for fault in faults if fault.what == "invented"}


def extraction(lessons: Sequence[Lesson], answers: Sequence[Answers]) -> dict[str, Any]:
    """Rules alone, model alone and both on claims found: rows by language and type."""
    table = {}
    for way, claims_of in (("rules", _rules), ("model", _model), ("both", _both)):
        gold = {str(x.gold["id"]): x.gold for x in lessons}
        predicted = {str(x.gold["id"]): {"claims": claims_of(x, a)} for x, a in zip(lessons, answers, strict=True)}
        rows = evaluate.score(gold, predicted).rows
        table[way] = {
            name: dict(zip(("p", "r", "f1"), row.rates("found"), strict=True)) | {"gold": row.gold, "pred": row.pred}
            for name, row in sorted(rows.items())
            if "/" not in name
        }
    return table


def _rules(lesson: Lesson, _: Answers) -> list[dict[str, Any]]:
    return [claim.as_record() for claim in lesson.claims]


def _model(lesson: Lesson, answers: Answers) -> list[dict[str, Any]]:
    """A claim for each spot whose likeliest label is a type; without a figure one of each type in a sentence."""
    text = lesson.gold["text"]
    found = []
    for example, of_spots in zip(lesson.examples, answers, strict=True):
        told: set[str] = set()
        for spot, answer in zip(example.sentence.spots, of_spots, strict=False):
            best = _best(answer.types)
            if best == NONE or (spot.kind != "figure" and best in told):
                continue
            told.add(best)
            found.append({"type": best, "start": spot.start, "end": spot.end, "anchor": text[spot.start : spot.end]})
    return found


def _both(lesson: Lesson, answers: Answers) -> list[dict[str, Any]]:
    kept = []
    for claim in lesson.claims:
        answer = answer_for(claim, lesson, answers)
        types = answer.types if answer is not None else {}
        if claim.type not in types or max(types.values()) < _SURE or _best(types) == claim.type:
            kept.append(claim.as_record())
    return kept


def _best(shares: Mapping[str, float]) -> str:
    return max(shares, key=lambda one: (shares[one], one))


def labels(lessons: Sequence[Lesson], answers: Sequence[Answers]) -> dict[str, Any]:
    """How often the likeliest label of a spot is gold's: by kind of spot, language and type, as (share, spots)."""
    counts: dict[str, list[int]] = {}
    for lesson, of_lesson in zip(lessons, answers, strict=True):
        for example, of_spots in zip(lesson.examples, of_lesson, strict=True):
            for spot, answer, label in zip(example.sentence.spots, of_spots, example.labels, strict=False):
                if label == UNKNOWN:
                    continue
                for row in (spot.kind, str(lesson.gold["lang"]), f"type {label}"):
                    count = counts.setdefault(row, [0, 0])
                    count[0] += _best(answer.types) == label
                    count[1] += 1
    return {row: {"right": round(hit / seen, 3), "spots": seen} for row, (hit, seen) in sorted(counts.items())}


def heads(lessons: Sequence[Lesson], answers: Sequence[Answers]) -> dict[str, Any]:
    """How often rules and model are right on the slots that both give to the claims of the rules that gold has.

    A subject that no name nearby bears is none that the model could point at, and is not counted.
    """
    counts: dict[str, list[int]] = {}
    for lesson, of_lesson in zip(lessons, answers, strict=True):
        for record, answer, part in _pairs(lesson, of_lesson):
            gold = part.as_record()
            for slot, value in _said(answer).items():
                if slot == "subject" and not any(evaluate.same_name(part.subject, one) for one in answer.subjects):
                    continue
                count = counts.setdefault(slot, [0, 0, 0])
                count[0] += 1
                count[1] += evaluate.slot_agrees(slot, gold, record)
                count[2] += evaluate.slot_agrees(slot, gold, record | {slot: value})
    return {
        slot: {"claims": seen, "rules": round(rules / seen, 3), "model": round(model / seen, 3)}
        for slot, (seen, rules, model) in counts.items()
    }


def _pairs(lesson: Lesson, answers: Answers) -> Iterator[tuple[dict[str, Any], Answer, Part]]:
    """The claims of the rules that stand at a spot of their type, with its answer and what gold says of it."""
    told = [
        (spot, answer, label, part)
        for example, of_spots in zip(lesson.examples, answers, strict=True)
        for spot, answer, label, part in zip(
            example.sentence.spots, of_spots, example.labels, example.parts, strict=False
        )
    ]
    for claim in lesson.claims:
        for spot, answer, label, part in told:
            if part is not None and label == claim.type and spot.start < claim.end and claim.start < spot.end:
                yield claim.as_record(), answer, part
                break


def _said(answer: Answer) -> dict[str, Any]:
    """The likeliest slots."""
    return {
        "modality": _best(answer.modality),
        "negated": answer.negated > 0.5,
        "subject": _best(answer.subjects),
        "source": _best(answer.sources) or None,
    }


def confidence(cases: Sequence[Judged], folds: Sequence[frozenset[int]]) -> dict[str, Any]:
    """The bare score, calibrated rules, and rules with model: each fitted on other documents than it is measured on."""
    right = [case.right for case in cases]
    ways = {
        "bare score": [case.features["score"] for case in cases],
        "rules": calibrate.left_out(cases, RULES, folds),
        "rules and model": calibrate.left_out(cases, WITH_MODEL, folds),
    }
    return {way: told(chances, right) for way, chances in ways.items()}


def told(chances: Sequence[float], right: Sequence[bool]) -> dict[str, Any]:
    """The quality of probabilities: Brier score, log loss, AUC, calibration error, and the reliability table."""
    rows = calibrate.reliability(chances, right)
    return {
        "claims": len(right),
        "brier": round(calibrate.brier(chances, right), 4),
        "log_loss": round(calibrate.log_loss(chances, right), 4),
        "auc": round(calibrate.ranking(chances, right), 3),
        "error": round(calibrate.error_of(rows), 4),
        "reliability": rows,
    }


def weights(cases: Sequence[Judged]) -> dict[str, dict[str, float]]:
    """What ``calibration.json`` holds."""
    known = [case for case in cases if "same" in case.features]
    return {"rules": calibrate.fit(cases, RULES), "model": calibrate.fit(known, WITH_MODEL)}


def applied(cases: Sequence[Judged], given: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """Like `confidence`, with weights that are there already."""
    right = [case.right for case in cases]
    with_model = [given["model"] if "same" in case.features else given["rules"] for case in cases]
    ways = {
        "bare score": [case.features["score"] for case in cases],
        "rules": [calibrate.chance(given["rules"], case.features) for case in cases],
        "rules and model": [
            calibrate.chance(weighed, case.features) for weighed, case in zip(with_model, cases, strict=True)
        ],
    }
    return {way: told(chances, right) for way, chances in ways.items()}
