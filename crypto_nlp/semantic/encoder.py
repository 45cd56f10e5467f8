"""Sentence encoders from a folder or a Hugging Face id, in ONNX, or in PyTorch where that is installed.

A folder is laid out as sentence-transformers writes it: ``tokenizer.json``, ``model.onnx`` (or ``onnx/model.onnx``),
else ``config.json`` with weights, and, where pooling is not the mean, ``1_Pooling/config.json``. None ships: encoders
that know meaning in three languages weigh a hundred times what this program's own model does.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crypto_nlp.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

HOW = (
    "name one with --encoder PATH|ID (or CRYPTO_NLP_ENCODER): a folder with tokenizer.json and model.onnx as "
    "sentence-transformers writes them, or, where there is a network, an id such as intfloat/multilingual-e5-small"
)
BATCH = 32
_GRAPHS = ("model.onnx", "onnx/model.onnx", "model_quantized.onnx", "onnx/model_quantized.onnx")
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
_WANTED = ("*.json", "*/config.json", *_GRAPHS[:2], *_WEIGHTS)
_MOST_TOKENS = 256  # a gloss is one sentence


@dataclass(frozen=True)
class SentenceEncoder:
    """Turns sentences into vectors of length 1, so that a scalar product is a cosine."""

    name: str
    """Which encoder this is: what vectors in a database are kept under. Other weights have another name."""
    _tokenizer: Any = field(repr=False)
    _states: Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float32]] = field(repr=False)
    _first_token: bool

    def encode(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (sentences, dimensions), in the order given; made in batches sorted by length."""
        import numpy as np  # noqa: PLC0415 - comes with onnxruntime; only who searches by meaning waits for it

        encoded = self._tokenizer.encode_batch(list(sentences))
        order = sorted(range(len(encoded)), key=lambda n: (len(encoded[n].ids), n))
        made: list[NDArray[np.float32] | None] = [None] * len(encoded)
        for at in range(0, len(order), BATCH):
            rows = order[at : at + BATCH]
            width = max(len(encoded[n].ids) for n in rows)
            ids = np.zeros((len(rows), width), np.int64)
            mask = np.zeros((len(rows), width), np.int64)
            for row, n in enumerate(rows):
                ids[row, : len(encoded[n].ids)] = encoded[n].ids
                mask[row, : len(encoded[n].ids)] = 1
            for n, vector in zip(rows, self._pool(self._states(ids, mask), mask), strict=True):
                made[n] = vector
        return np.stack([vector for vector in made if vector is not None]) if made else np.zeros((0, 0), np.float32)

    def _pool(self, states: NDArray[np.float32], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        import numpy as np  # noqa: PLC0415 - likewise

        if states.ndim == 2:  # the graph pools itself
            pooled = states
        elif self._first_token:
            pooled = states[:, 0]
        else:
            weight = mask[:, :, None].astype(np.float32)
            pooled = (states * weight).sum(axis=1) / np.maximum(weight.sum(axis=1), 1)
        lengths = np.linalg.norm(pooled, axis=1, keepdims=True)
        vectors: NDArray[np.float32] = (pooled / np.maximum(lengths, 1e-12)).astype(np.float32)
        return vectors


def load_encoder(name: str | None) -> SentenceEncoder:
    """The encoder in the folder ``name``, else the one that Hugging Face has (or this machine keeps) under that id.

    Raises:
        ModelError: none was named, it is neither here nor to be had, or it is damaged or of an unknown kind.
    """
    if not name:
        message = f"Search by meaning needs a sentence encoder, and none ships: {HOW}."
        raise ModelError(message)
    folder = Path(name) if Path(name).is_dir() else _downloaded(name)
    vocabulary = folder / "tokenizer.json"
    if not vocabulary.is_file():
        message = f"{folder} has no tokenizer.json, so that it is no sentence encoder: {HOW}."
        raise ModelError(message)
    graph = next((folder / place for place in _GRAPHS if (folder / place).is_file()), None)
    weights = next((folder / place for place in _WEIGHTS if (folder / place).is_file()), None)
    if graph is None and weights is None:
        message = f"{folder} has neither model.onnx nor weights: {HOW}."
        raise ModelError(message)
    try:
        from tokenizers import Tokenizer  # noqa: PLC0415 - only who searches by meaning needs it

        tokenizer = Tokenizer.from_file(str(vocabulary))
        tokenizer.no_padding()
        tokenizer.enable_truncation(_MOST_TOKENS)
        states = _onnx(graph) if graph else _torch(folder)
    except ModelError:
        raise
    except Exception as error:  # the libraries' own exceptions have no common class
        message = f"The encoder in {folder} cannot be loaded ({type(error).__name__}): get it again, or {HOW}."
        raise ModelError(message) from error
    return SentenceEncoder(_fingerprint(vocabulary, graph or weights), tokenizer, states, _first_token(folder))


def _downloaded(name: str) -> Path:
    from huggingface_hub import snapshot_download  # noqa: PLC0415 - only for an id; comes with transformers

    try:
        return Path(snapshot_download(name, allow_patterns=list(_WANTED)))
    except Exception as error:  # no such id, no network, a full disk: one sentence for all
        message = f"There is no folder {name!r}, and no such encoder can be had from the Hugging Face Hub now: {HOW}."
        raise ModelError(message) from error


def _fingerprint(*paths: Path | None) -> str:
    digest = hashlib.sha256()
    for path in paths:
        if path is not None:
            with path.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:16]


def _first_token(folder: Path) -> bool:
    path = folder / "1_Pooling" / "config.json"
    try:
        return bool(json.loads(path.read_text(encoding="utf-8")).get("pooling_mode_cls_token"))
    except (OSError, ValueError, AttributeError):
        return False


def _onnx(graph: Path) -> Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float32]]:
    import numpy as np  # noqa: PLC0415 - only who searches by meaning needs these
    import onnxruntime  # noqa: PLC0415

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    inputs = {given.name for given in session.get_inputs()}

    def states(ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        return np.asarray(session.run(None, {key: given[key] for key in inputs if key in given})[0], np.float32)

    return states


def _torch(folder: Path) -> Callable[[NDArray[np.int64], NDArray[np.int64]], NDArray[np.float32]]:
    import numpy as np  # noqa: PLC0415 - likewise

    try:
        import torch  # noqa: PLC0415
        from transformers import AutoModel  # noqa: PLC0415
    except ImportError as error:
        message = (
            f"{folder} holds PyTorch weights and no model.onnx: install the extra `train` (CPU PyTorch is enough), or "
            "export it to ONNX."
        )
        raise ModelError(message) from error
    model = AutoModel.from_pretrained(str(folder), local_files_only=True).eval()

    def states(ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        with torch.inference_mode():
            answer = model(input_ids=torch.from_numpy(ids), attention_mask=torch.from_numpy(mask))
        return np.asarray(answer.last_hidden_state.numpy(), np.float32)

    return states
