"""Score extracted claims against gold: precision, recall and F1 by type and language, and how often each slot is right.

A predicted claim *finds* a gold claim when its type is the same and its anchor overlaps the gold anchor (for a gold
claim without a value: when both lie in the same sentence). It is *right* when measure, value and unit, subject, source,
time, modality and negation agree too. Each gold claim is found at most once; an ``optional`` one counts neither way.
"""

from __future__ import annotations

import json
import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crypto_nlp.claims.identity import BASE_UNITS
from crypto_nlp.errors import InputError

Record = Mapping[str, Any]
Day = tuple[int, int, int]

CORE = ("measure", "value", "subject", "source", "when", "modality", "negated")
# Slots outside `details` that are reported but do not decide whether a claim is right.
BESIDE = ("bound", "per", "condition")
DETAILS = ("change", "jurisdiction", "body", "object", "stage", "actor_kind", "asset", "versus")
# For these types one detail decides as well.
DECIDING_DETAIL = {"regulation": ("jurisdiction",), "adoption": ("actor_kind",)}

_TOLERANCE = 0.005
# Names that stand for exactly one group or country: a longer or shorter form of one is another thing.
_EXACT_NAMES = frozenset(
    {"bitcoin-miners", "crypto-miners", "memecoin-traders", "memecoins", "crypto-traders", "crypto-owners"}
    | {"crypto-market", "altcoins", "stablecoins", "bitcoin-etfs", "ether-etfs", "crypto-etfs", "crypto-funds"}
    | {"crypto-exchanges", "crypto-companies", "defi", "nft-market", "pension-funds", "banks", "hedge-funds"}
    | {"sovereign-funds", "companies", "hackers", "scam-victims", "russia", "united-states", "european-union"}
    | {"china", "india", "turkey"}
)
# Words too common in names to make two of them one.
_COMMON_WORDS = frozenset({"bank", "fund", "ministry", "pension", "state", "crypto", "bitcoin", "capital"})
_NAME_BREAK = re.compile(r"[^0-9a-zа-яё\u0600-\u06ff]+")


@dataclass(slots=True)
class Tally:
    """What was counted for one row of the table; the rates follow from the counts."""

    gold: int = 0
    pred: int = 0
    found: int = 0
    right: int = 0
    bad_offsets: int = 0

    def rates(self, kind: str) -> tuple[float, float, float]:
        """Precision, recall and F1 of ``found`` or ``right``, rounded to four places."""
        hits = getattr(self, kind)
        precision = hits / self.pred if self.pred else 0.0
        recall = hits / self.gold if self.gold else 0.0
        both = precision + recall
        return round(precision, 4), round(recall, 4), round(2 * precision * recall / both, 4) if both else 0.0


@dataclass(frozen=True, slots=True)
class Fault:
    """A gold claim missed or read wrongly, or a claim invented: ``what`` says which, gold or predicted may be None."""

    document: str
    what: str
    gold: Record | None
    predicted: Record | None


@dataclass(frozen=True, slots=True)
class Score:
    """Rows by name (``all``, a language, a type, ``language/type``), slot accuracy, and every fault."""

    rows: Mapping[str, Tally]
    slots: Mapping[str, float]
    faults: tuple[Fault, ...]

    def as_record(self) -> dict[str, Any]:
        """The score as plain JSON values."""
        rows: dict[str, dict[str, float]] = {}
        for name, tally in self.rows.items():
            row: dict[str, float] = {key: getattr(tally, key) for key in Tally.__slots__ if getattr(tally, key)}
            if tally.found:
                row["right"] = tally.right
            for kind in ("found", "right"):
                row[f"{kind}_p"], row[f"{kind}_r"], row[f"{kind}_f1"] = tally.rates(kind)
            rows[name] = row
        return {"rows": rows, "slots": dict(self.slots)}


@dataclass(slots=True)
class _Board:
    rows: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    slots: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    faults: list[Fault] = field(default_factory=list)

    def count(self, what: str, lang: str, type_: str, by: int = 1) -> None:
        for name in ("all", lang, type_, f"{lang}/{type_}"):
            tally = self.rows[name]
            setattr(tally, what, getattr(tally, what) + by)


def read_documents(path: Path) -> dict[str, Record]:
    """The documents of a JSON Lines file by their id. Raises InputError with the line where one cannot be read."""
    documents: dict[str, Record] = {}
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except FileNotFoundError as error:
        message = f"There is no file {path}: check the name."
        raise InputError(message) from error
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path} cannot be read as UTF-8 text: check the name and the encoding."
        raise InputError(message) from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            documents.update([_document(line, f"{path}:{number}")])
    return documents


def _document(line: str, place: str) -> tuple[str, Record]:
    try:
        document = json.loads(line)
    except ValueError as error:
        message = f"{place}: not JSON ({error}); each line holds one document."
        raise InputError(message) from error
    if not isinstance(document, dict) or not isinstance(document.get("id"), str):
        message = f'{place}: a document is an object with an "id".'
        raise InputError(message)
    return document["id"], document


def read_gold(path: Path) -> dict[str, Record]:
    """Like `read_documents`, and each document has text, language and claims."""
    documents = read_documents(path)
    for name, document in documents.items():
        missing = [key for key in ("lang", "text", "claims") if key not in document]
        if missing:
            message = (
                f"{path}: document {name} has no {', '.join(missing)}; gold holds id, lang, published, text and claims."
            )
            raise InputError(message)
    return documents


def score(gold: Mapping[str, Record], predicted: Mapping[str, Record]) -> Score:
    """Score predicted documents against gold with the same ids; a document that is not there counts as empty."""
    board = _Board()
    for name, document in gold.items():
        _score_document(board, document, (predicted.get(name) or {}).get("claims", []))
    slots = {slot: round(right / seen, 4) for slot, (right, seen) in board.slots.items() if seen}
    return Score(dict(board.rows), slots, tuple(board.faults))


def _score_document(board: _Board, document: Record, preds: list[Record]) -> None:
    name, lang, golds = document["id"], document["lang"], document["claims"]
    wrong = sum(document["text"][p["start"] : p["end"]] != p["anchor"] for p in preds)
    if wrong:
        board.rows["all"].bad_offsets += wrong
    by_gold = _match(document, golds, preds)
    for i, gold in enumerate(golds):
        if gold.get("optional"):
            continue
        board.count("gold", lang, gold["type"])
        if i not in by_gold:
            board.faults.append(Fault(name, "missed", gold, None))
            continue
        pred, right = preds[by_gold[i][0]], by_gold[i][1]
        board.count("found", lang, gold["type"])
        board.count("right", lang, gold["type"], int(right))
        board.faults += _count_slots(board, name, gold, pred)
    matched = {j: i for i, (j, _) in by_gold.items()}
    for j, pred in enumerate(preds):
        if j in matched and golds[matched[j]].get("optional"):
            continue
        board.count("pred", lang, pred["type"])
        if j not in matched:
            board.faults.append(Fault(name, "invented", None, pred))


def _match(document: Record, golds: list[Record], preds: list[Record]) -> dict[int, tuple[int, bool]]:
    """Gold index -> (predicted index, whether it is right): the pairs that agree most first, each claim in one pair."""
    spots = [_spot(document, gold) for gold in golds]
    pairs = []
    for i, gold in enumerate(golds):
        core = CORE + DECIDING_DETAIL.get(gold["type"], ())
        for j, pred in enumerate(preds):
            if _finds(spots[i], gold, pred):
                agrees = [slot_agrees(slot, gold, pred) for slot in core]
                rank = (sum(agrees), not gold.get("optional"), -abs(pred["start"] - spots[i][0]), i, j)
                pairs.append((*rank, all(agrees)))
    pairs.sort(reverse=True)
    by_gold: dict[int, tuple[int, bool]] = {}
    taken: set[int] = set()
    for _, _, _, i, j, right in pairs:
        if i not in by_gold and j not in taken:
            by_gold[i] = (j, right)
            taken.add(j)
    return by_gold


def _spot(document: Record, claim: Record) -> tuple[int, int, int, int]:
    """Start and end of a gold claim's anchor and of its sentence; InputError where the text does not hold them."""
    at, inner = document["text"].find(claim["sentence"]), claim["sentence"].find(claim["anchor"])
    if at < 0 or inner < 0:
        message = (
            f"Gold document {document['id']}: the anchor {claim['anchor']!r} and its sentence are not in the text."
        )
        raise InputError(message)
    return at + inner, at + inner + len(claim["anchor"]), at, at + len(claim["sentence"])


def _finds(spot: tuple[int, int, int, int], gold: Record, pred: Record) -> bool:
    if gold["type"] != pred["type"]:
        return False
    start, end = spot[2:] if gold.get("value") is None else spot[:2]
    return bool(pred["start"] < end and start < pred["end"])


def _count_slots(board: _Board, name: str, gold: Record, pred: Record) -> Iterator[Fault]:
    core = CORE + DECIDING_DETAIL.get(gold["type"], ())
    for slot in CORE + BESIDE + DETAILS:
        if slot in DETAILS and not _detail(gold, slot):
            continue
        agrees = slot_agrees(slot, gold, pred)
        board.slots[slot][0] += agrees
        board.slots[slot][1] += 1
        if not agrees and slot in core:
            yield Fault(name, f"wrong {slot}", gold, pred)


def _detail(claim: Record, slot: str) -> Any:
    return (claim.get("details") or {}).get(slot)


def slot_agrees(slot: str, gold: Record, pred: Record) -> bool:
    """Whether one slot of a predicted claim says what gold says."""
    if slot in DETAILS:
        ours, theirs = _detail(gold, slot), _detail(pred, slot)
        return (ours or None) == (theirs or None) or (slot in ("body", "versus") and same_name(ours, theirs))
    if slot == "source":
        return _same_source(gold, pred)
    compare = _COMPARISONS.get(slot, _same_text)
    return compare(gold.get(slot), pred.get(slot))


def _same_text(ours: Any, theirs: Any) -> bool:
    return (ours or None) == (theirs or None)


def _same_truth(ours: Any, theirs: Any) -> bool:
    return bool(ours) == bool(theirs)


def same_name(ours: Any, theirs: Any) -> bool:
    """Tickers and groups must be equal; another name may be a longer or shorter form (``mara``, ``mara-holdings``)."""
    ours, theirs = str(ours), str(theirs)
    if ours == theirs:
        return True
    if ours in _EXACT_NAMES or theirs in _EXACT_NAMES or ours.isupper() or theirs.isupper():
        return False
    shorter, longer = sorted((_words(ours), _words(theirs)), key=len)
    telling = any(len(word) > 2 and word not in _COMMON_WORDS for word in shorter)
    return bool(shorter) and set(shorter) <= set(longer) and telling


def _words(name: str) -> tuple[str, ...]:
    # "None" is what a missing name has always been compared as; it has no words.
    words = _NAME_BREAK.split("" if name == "None" else name.lower())
    return tuple(word for word in words if word and word not in ("the", "al"))


def _same_source(gold: Record, pred: Record) -> bool:
    named = (gold.get("source"), gold.get("source_alt"), pred.get("source"))
    ours, alternative, theirs = (None if name in (None, "", "unnamed") else name for name in named)
    if theirs is None:
        return ours is None
    return any(name and same_name(name, theirs) for name in (ours, alternative))


def same_value(ours: Record | None, theirs: Record | None) -> bool:
    """The same range in units that convert exactly, to half a percent."""
    if ours is None or theirs is None:
        return ours is theirs
    unit, scale = BASE_UNITS.get(ours["unit"], (ours["unit"], 1.0))
    other_unit, other_scale = BASE_UNITS.get(theirs["unit"], (theirs["unit"], 1.0))
    return unit == other_unit and all(_close(ours[end] * scale, theirs[end] * other_scale) for end in ("low", "high"))


def _close(a: float, b: float) -> bool:
    return abs(a - b) <= _TOLERANCE * max(abs(a), abs(b))


def same_when(ours: str | None, theirs: str | None) -> bool:
    """Whether two EDTF expressions name the same span of days (``2024-Q2`` and ``2024-04/2024-06``)."""
    if (ours or None) == (theirs or None):
        return True
    try:
        return bool(ours and theirs and _interval(ours) == _interval(theirs))
    except (ValueError, IndexError):
        return False


def _interval(when: str) -> tuple[Day | None, Day | None]:
    start, slash, end = when.partition("/")
    return (_day(start, last=False), _day(end if slash else start, last=True))


def _day(text: str, *, last: bool) -> Day | None:
    if text in ("..", ""):
        return None
    year, _, rest = text.partition("-")
    if rest.startswith("Q"):
        rest = f"{int(rest[1:]) * 3 - (0 if last else 2):02d}"
    month_text, _, number = rest.partition("-")
    month = int(month_text) if month_text else (12 if last else 1)
    if number:
        return int(year), month, int(number)
    return int(year), month, monthrange(int(year), month)[1] if last else 1


def _same_condition(ours: str | None, theirs: str | None) -> bool:
    if not ours or not theirs:
        return bool(ours) == bool(theirs)
    words = set(ours.split())
    return ours in theirs or theirs in ours or len(words & set(theirs.split())) * 2 >= len(words)


_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "value": same_value,
    "subject": same_name,
    "when": same_when,
    "negated": _same_truth,
    "condition": _same_condition,
}


def report(result: Score, misses: int = 0) -> str:
    """The score as a table for a terminal, with up to ``misses`` faults after it."""
    lines = [f"{'':24}{'gold':>6}{'pred':>6}{'found P':>9}{'R':>7}{'F1':>7}{'right P':>9}{'R':>7}{'F1':>7}"]
    for name, tally in sorted(result.rows.items(), key=lambda row: (row[0] != "all", "/" in row[0], row[0])):
        found, right = tally.rates("found"), tally.rates("right")
        lines.append(
            f"{name:24}{tally.gold:6}{tally.pred:6}{found[0]:9.3f}{found[1]:7.3f}{found[2]:7.3f}"
            f"{right[0]:9.3f}{right[1]:7.3f}{right[2]:7.3f}"
        )
    lines.append("slots of found claims: " + ", ".join(f"{slot} {share:.3f}" for slot, share in result.slots.items()))
    if "all" in result.rows and result.rows["all"].bad_offsets:
        lines.append(f"anchors whose offsets do not hold them: {result.rows['all'].bad_offsets}")
    lines += _faults(result.faults[:misses])
    return "\n".join(lines)


def _faults(faults: Iterable[Fault]) -> Iterator[str]:
    for fault in faults:
        gold, predicted = (json.dumps(record, ensure_ascii=False) for record in (fault.gold, fault.predicted))
        yield f"\n{fault.document}: {fault.what}\n  gold {gold}\n  pred {predicted}"
