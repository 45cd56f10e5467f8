"""A trained network as the files that ship: int8 ONNX, tokenizer, labels, calibration, metrics, card, checksums."""

from __future__ import annotations

import json
import logging
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crypto_nlp.classifier.answers import HEADS
from crypto_nlp.classifier.model import CHECKSUMS, FILES, REACH, digest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crypto_nlp.training.network import Network


def write(
    folder: Path, network: Network, name: str, calibration: Mapping[str, Any], trained: Mapping[str, Any]
) -> None:
    """Write the model called ``name`` into ``folder``, checksums last, so that half a model is never taken for one.

    ``trained`` says how it was made; it stands in ``labels.json`` beside the labels.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CHECKSUMS).unlink(missing_ok=True)
    _write_onnx(folder / "model.onnx", network)
    network.encoder.tokenizer.save(str(folder / "tokenizer.json"))
    settings = {
        "name": name,
        "labels": list(network.labels),
        "heads": list(HEADS),
        "places": not network.special,
        "special": network.special,
        "trained": trained,
    }
    _write_json(folder / "labels.json", settings)
    _write_json(folder / "calibration.json", calibration)
    _write_json(folder / CHECKSUMS, {file: digest(folder / file) for file in FILES})


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=False) + "\n", encoding="utf-8")


def _write_onnx(path: Path, network: Network) -> None:
    import torch  # noqa: PLC0415 - only the train extra has it
    from onnxruntime.quantization import QuantType, quantize_dynamic  # noqa: PLC0415

    model = network.model.eval()
    model.config.return_dict = False
    names = ["input_ids", "attention_mask", *([] if network.special else ["position_ids"])]
    width = REACH + 1
    given = {name: torch.ones((2, width), dtype=torch.long) for name in names}
    if "position_ids" in given:
        given["position_ids"] = torch.arange(width).repeat(2, 1)
    shape = {0: torch.export.Dim("batch"), 1: torch.export.Dim("length", max=2 * REACH + 1)}
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's notes on its own plumbing
        logging.getLogger("torch.onnx").setLevel(logging.ERROR)
        whole = Path(scratch) / "whole.onnx"
        torch.onnx.export(
            model,
            (),
            str(whole),
            kwargs=given,
            input_names=names,
            output_names=["logits"],
            dynamic_shapes=dict.fromkeys(names, shape),
            dynamo=True,
            external_data=False,
            verbose=False,
        )
        logging.getLogger().addFilter(_is_no_advice)
        operations = ["MatMul", "Gather", "Gemm"]
        quantize_dynamic(str(whole), str(path), weight_type=QuantType.QInt8, op_types_to_quantize=operations)
        logging.getLogger().removeFilter(_is_no_advice)
    model.config.return_dict = True


def _is_no_advice(record: logging.LogRecord) -> bool:
    """Whether a log line is more than the quantiser's advice to prepare what needs no preparing."""
    return "pre-processing before quantization" not in record.getMessage()
