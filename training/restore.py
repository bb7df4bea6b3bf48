"""Weights of a shipped bundle, back as the network that training continues from.

The int8 weights become the floats they stand for. That loses what rounding lost and nothing else: the restored network
says what the bundle says, as ``tests/training`` checks.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from training import encoder

Weights = dict[str, np.ndarray]


def restore(bundle: Path) -> Weights:
    """The state of a ``TokenScorer`` out of ``model.onnx``; positions beyond the window are left out."""
    model = onnx.load(bundle / "model.onnx")
    found = {tensor.name: tensor for tensor in model.graph.initializer}
    values = {name: _array(tensor) for name, tensor in found.items() if not name.startswith("embedding.nibbles")}
    state: Weights = {"encoder.embeddings.word_embeddings.weight": _table(found)}
    state["encoder.embeddings.position_embeddings.weight"] = values["positions"]
    for name, value in values.items():
        key, _, part = name.rpartition(".")
        if part == "weight":
            state[name] = _linear(values, key, value)
        elif part == "bias":
            state[name] = value
        elif part in ("gain", "shift") and key != "embedding":
            norm = "encoder.embeddings" if key == "embedding.norm" else key.replace(".attention", ".attention.output")
            state[f"{norm}.LayerNorm.{'weight' if part == 'gain' else 'bias'}"] = value
    return state


def _array(tensor: onnx.TensorProto) -> np.ndarray:
    return np.asarray(numpy_helper.to_array(tensor))


def _linear(values: Weights, key: str, weight: np.ndarray) -> np.ndarray:
    """(out, in) floats of a linear layer in either of its two quantized forms, or as it stands."""
    if f"{key}.scale" not in values:
        return weight.T
    scale = values[f"{key}.scale"]
    if weight.dtype == np.int8:
        return np.asarray(weight.T.astype(np.float32) * scale[:, None])
    whole = weight.astype(np.float32) - 128
    return np.asarray((whole * scale.reshape(*whole.shape[:2], 1)).reshape(len(weight), -1))


def _table(found: dict[str, onnx.TensorProto]) -> np.ndarray:
    """(V, H) floats of the embedding table."""
    packed = np.frombuffer(found["embedding.nibbles"].raw_data, dtype=np.uint8)
    rows, width = found["embedding.nibbles"].dims
    whole = np.stack([packed & 0x0F, packed >> 4], axis=-1).reshape(rows, width).astype(np.float32) - 8
    scale = _array(found["embedding.scales"]).astype(np.float32)
    return np.asarray((whole.reshape(rows, -1, encoder.BLOCK) * scale[..., None]).reshape(rows, width))
