"""The transformer: loads what `crypto-nlp models train` made, checks it, and asks it in batches sorted by length.

A folder holds ``model.onnx``, ``tokenizer.json``, ``labels.json``, ``calibration.json`` and ``checksums.json``, which
has the SHA-256 of each of the others. onnxruntime and tokenizers are imported when a model is first asked.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crypto_nlp.classifier.answers import HEADS, answer
from crypto_nlp.classifier.marks import NAMED, SPOTS
from crypto_nlp.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tokenizers import Tokenizer

    from crypto_nlp.classifier.answers import Answer
    from crypto_nlp.classifier.marks import Marked

NONE = "none"
DEFAULT = "default"
SHIPPED = "roles-1"
CHOSEN = SHIPPED  # what the default stands for
FILES = ("model.onnx", "tokenizer.json", "labels.json", "calibration.json")
CHECKSUMS = "checksums.json"
_BATCH = 32
REACH = 20  # tokens on either side of what is asked about


@dataclass(frozen=True, slots=True)
class Window:
    """The tokens around one spot. ``at`` is the spot's own index, from which ``places`` count.

    ``names`` are the index of each name's token, and which of the sentence's names it is.
    """

    ids: tuple[int, ...]
    at: int
    names: tuple[tuple[int, int], ...] = ()

    @property
    def places(self) -> list[int]:
        """The position of each token for the model."""
        return [REACH + n - self.at for n in range(len(self.ids))]


class Encoder:
    """Turns marked sentences into windows of token ids, the same way in training and in use."""

    def __init__(self, tokenizer: Tokenizer, first: str = "[CLS]", last: str = "[SEP]", fill: str = "[PAD]") -> None:
        self.tokenizer = tokenizer
        self.first, self.last, self.fill = (_id(tokenizer, token) for token in (first, last, fill))
        self._spots = frozenset(_id(tokenizer, token) for token in SPOTS)
        self._names = frozenset(_id(tokenizer, token) for token in NAMED)

    def windows(self, marked: Marked) -> list[Window]:
        """One window for each spot of the sentence, by place, reaching :data:`REACH` tokens to both sides."""
        before, own = self._ids(marked.before), self._ids(marked.text)
        ids = [self.first, *before, self.last, *own, self.last]
        opens = len(before) + 2
        # Drawn sentences have placeholders that stand for nobody.
        named = [at for at, one in enumerate(ids) if one in self._names] if marked.names else []
        found = []
        for at in range(opens, opens + len(own)):
            if ids[at] in self._spots:
                start, stop = max(0, at - REACH), at + REACH + 1
                names = tuple((place - start, n) for n, place in enumerate(named) if start <= place < stop)
                found.append(Window(tuple(ids[start:stop]), at - start, names))
        return found

    def _ids(self, text: str) -> list[int]:
        return list(self.tokenizer.encode(text, add_special_tokens=False).ids)


def _id(tokenizer: Tokenizer, token: str) -> int:
    found = tokenizer.token_to_id(token)
    if found is None:
        message = f"The model's tokenizer does not know {token}: train the model again with `crypto-nlp models train`."
        raise ModelError(message)
    return int(found)


@dataclass(frozen=True)
class Model:
    """A trained model in a folder whose checksums hold."""

    folder: Path
    name: str
    labels: tuple[str, ...]
    settings: Mapping[str, Any]

    @cached_property
    def encoder(self) -> Encoder:
        """The encoder with the model's own vocabulary."""
        from tokenizers import Tokenizer  # noqa: PLC0415 - only who asks a model needs it

        special = self.settings.get("special", {})
        return Encoder(Tokenizer.from_file(str(self.folder / "tokenizer.json")), **special)

    @cached_property
    def _session(self) -> Any:
        import onnxruntime  # noqa: PLC0415 - likewise

        options = onnxruntime.SessionOptions()
        # One thread: sums in a fixed order, and the machine is the user's.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            return onnxruntime.InferenceSession(
                str(self.folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's own exceptions have no common class
            message = f"The model in {self.folder} cannot be loaded: train it again with `crypto-nlp models train`."
            raise ModelError(message) from error

    def ask(self, sentences: Sequence[Marked], about: Sequence[Sequence[int]] | None = None) -> list[list[Answer]]:
        """For each spot of each sentence, by place, what it most likely is.

        ``about`` says for each sentence which of its spots to ask about (all); answers come in the same order.
        """
        windows = [self.encoder.windows(one) for one in sentences]
        if about is not None:
            windows = [[one[n] for n in wanted] for one, wanted in zip(windows, about, strict=True)]
        flat = [(window, one) for one, of_sentence in zip(sentences, windows, strict=True) for window in of_sentence]
        order = sorted(range(len(flat)), key=lambda n: (len(flat[n][0].ids), n))
        answers: dict[int, Answer] = {}
        for at in range(0, len(order), _BATCH):
            rows = order[at : at + _BATCH]
            for row, scores in zip(rows, self._logits([flat[n][0] for n in rows]), strict=True):
                window, sentence = flat[row]
                here, pointing = scores[window.at].tolist(), scores[:, -2:].tolist()
                answers[row] = answer(here, pointing, window.at, window.names, sentence.names, self.labels)
        given = iter(answers[n] for n in range(len(flat)))
        return [[next(given) for _ in of_sentence] for of_sentence in windows]

    def _logits(self, rows: Sequence[Window]) -> Any:
        import numpy as np  # noqa: PLC0415 - comes with onnxruntime

        width = max(len(row.ids) for row in rows)
        shape = (len(rows), width)
        ids, seen, places = np.full(shape, self.encoder.fill), np.zeros(shape, np.int64), np.zeros(shape, np.int64)
        for n, row in enumerate(rows):
            ids[n, : len(row.ids)] = row.ids
            seen[n, : len(row.ids)] = 1
            places[n, : len(row.ids)] = row.places
        feed = {"input_ids": ids.astype(np.int64), "attention_mask": seen}
        if self.settings.get("places"):
            feed["position_ids"] = places
        return self._session.run(None, feed)[0]


def shelf() -> Path:
    """Where the models that ship stand: inside the wheel, or the repository's models/ in a checkout."""
    packaged = Path(str(files("crypto_nlp"))) / "data" / "models"
    return packaged if packaged.is_dir() else Path(__file__).resolve().parents[2] / "models"


def folder_of(name: str) -> Path:
    """The folder of a model: a path, or the id of one that ships."""
    shipped = shelf() / (CHOSEN if name == DEFAULT else name)
    return shipped if shipped.is_dir() or not Path(name).is_dir() else Path(name)


def load(name: str = DEFAULT) -> Model:
    """The model called ``name`` (a folder, or the id of one that ships).

    Raises:
        ModelError: it is not there, incomplete, or damaged.
    """
    folder = folder_of(name)
    verify(folder)
    settings = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    if settings.get("heads") != list(HEADS):
        message = f"The model in {folder} was made by another version: train it again with `crypto-nlp models train`."
        raise ModelError(message)
    return Model(folder, settings["name"], tuple(settings["labels"]), settings)


def verify(folder: Path) -> None:
    """Raise ModelError where a file of the model is not what its checksum says."""
    try:
        expected = json.loads((folder / CHECKSUMS).read_text(encoding="utf-8"))
        wrong = [name for name in FILES if digest(folder / name) != expected.get(name)]
    except FileNotFoundError as error:
        message = f"There is no model at {folder}: name one of `crypto-nlp models list`, or a folder made by `train`."
        raise ModelError(message) from error
    except (OSError, ValueError, AttributeError) as error:
        message = f"The model in {folder} cannot be read ({error}): train or install it again."
        raise ModelError(message) from error
    if wrong:
        message = f"The model in {folder} is damaged ({', '.join(wrong)}): train or install it again."
        raise ModelError(message)


def digest(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
