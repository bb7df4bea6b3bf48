"""Weights of a shipped bundle as the floats they stand for.

The int8 weights become floats. That loses what rounding lost and nothing else: the network made of them says what the
bundle says.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tipscan.errors import MissingExtraError

Array = npt.NDArray[Any]
Weights = dict[str, Array]


@dataclass(frozen=True, slots=True)
class Network:
    """A BERT with two linear layers on its last states, ``head`` and ``gate``.

    Attributes:
        weights: By the names of ``transformers``, the encoder's under ``encoder.``; the position embeddings hold the
            one token type, begin at the first token and end with the window.
        shape: Arguments of ``transformers.BertConfig``.
    """

    weights: Weights
    shape: dict[str, int | float]


def read_network(bundle: Path) -> Network:
    """The network in ``model.onnx`` of an accurate bundle.

    Raises:
        MissingExtraError: onnx is not installed.
    """
    try:
        import onnx
    except ImportError:
        raise MissingExtraError("onnx", "transformers") from None
    graph = onnx.load(bundle / "model.onnx").graph
    weights = _weights({tensor.name: _array(tensor) for tensor in graph.initializer})
    return Network(weights, _shape(weights, _attributes(graph)))


def _weights(values: Weights) -> Weights:
    state: Weights = {"encoder.embeddings.word_embeddings.weight": _table(values)}
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


def _attributes(graph: Any) -> dict[str, int | float]:
    """Heads of the attention and epsilon of the normalization, which no weight tells."""
    from onnx import helper

    named = {item.name: helper.get_attribute_value(item) for node in graph.node for item in node.attribute}
    return {"num_attention_heads": int(named["num_heads"]), "layer_norm_eps": float(named["epsilon"])}


def _shape(weights: Weights, attributes: dict[str, int | float]) -> dict[str, int | float]:
    vocabulary, hidden = weights["encoder.embeddings.word_embeddings.weight"].shape
    layers = sum(name.endswith("intermediate.dense.bias") for name in weights)
    return attributes | {
        "vocab_size": vocabulary,
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "intermediate_size": len(weights["encoder.encoder.layer.0.intermediate.dense.bias"]),
        "max_position_embeddings": len(weights["encoder.embeddings.position_embeddings.weight"]),
        "type_vocab_size": 1,
    }


def _array(tensor: Any) -> Array:
    from onnx import numpy_helper

    return np.asarray(numpy_helper.to_array(tensor))


def _linear(values: Weights, key: str, weight: Array) -> Array:
    """(out, in) floats of a linear layer, in int8 or as it stands."""
    if f"{key}.scale" not in values:
        return weight.T
    return np.asarray(weight.T.astype(np.float32) * values[f"{key}.scale"][:, None] * values.get(f"{key}.ease", 1))


def _table(values: Weights) -> Array:
    """(V, H) floats of the embedding table."""
    packed, scale = values["embedding.nibbles"], values["embedding.scales"].astype(np.float32)
    whole = np.concatenate([packed & 0x0F, packed >> 4], axis=-1).astype(np.float32) - 8
    return np.asarray((whole * scale[..., None]).reshape(len(packed), -1))
