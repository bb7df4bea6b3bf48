"""Turn a training run into the bundle tipscan ships.

    python -m training.export build/accurate --output models/accurate

The graph is written node by node with ONNX Runtime's fused operators, once in float32 (kept beside the run, for
parity checks) and once in int8: weights per output channel or block, activations at run time. The embedding table
stays in the 4-bit blocks the base model came in, without loss, because training leaves it frozen.

The graph takes windows of one length, (B, T) ids, and returns per token the (B, T, 12) values and the (B, T, 2)
gates whose softmax over the text weighs them. tipscan runs one window at a time: no padding, and the scale of the
activations depends on nothing but the text itself: a text scores the same in any company.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

from training import encoder
from training.model import GATES, OUTPUTS

MICROSOFT = "com.microsoft"
BLOCK = 128
Weights = dict[str, np.ndarray]


class Graph:
    """Nodes and initializers under construction."""

    def __init__(self, *, quantize: bool) -> None:
        self.quantize = quantize
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []

    def constant(self, name: str, value: np.ndarray) -> str:
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **attributes))
        return output

    def linear(self, source: str, name: str, weight: np.ndarray, bias: np.ndarray) -> str:
        """``source @ weight.T + bias`` for a weight of shape (out, in)."""
        bias_name = self.constant(f"{name}.bias", bias)
        if not self.quantize:
            product = self.node("MatMul", [source, self.constant(f"{name}.weight", weight.T)], f"{name}.product")
            return self.node("Add", [product, bias_name], f"{name}.out")
        if name.endswith(".dense"):
            return self._in_blocks(source, name, weight, bias_name)
        scale = np.abs(weight).max(axis=1) / 127
        whole = np.clip(np.round(weight / scale[:, None]), -127, 127).astype(np.int8)
        inputs = [
            source,
            self.constant(f"{name}.weight", whole.T),
            self.constant(f"{name}.scale", scale.astype(np.float32)),
            self.constant(f"{name}.zero", np.zeros(len(scale), dtype=np.int8)),
            bias_name,
        ]
        return self.node("DynamicQuantizeMatMul", inputs, f"{name}.out", MICROSOFT)

    def _in_blocks(self, source: str, name: str, weight: np.ndarray, bias_name: str) -> str:
        """int8 with a scale for every ``BLOCK`` inputs, of weights and of activations.

        What flows into the three dense layers of a block has outliers that would set the scale of all: with one scale a
        tensor throughout, the risk logit moved by a third of its spread. Queries, keys and values bear it.
        """
        outputs, inputs = weight.shape
        blocks = weight.reshape(outputs, inputs // BLOCK, BLOCK)
        scale = np.abs(blocks).max(axis=-1) / 127
        whole = np.clip(np.round(blocks / scale[..., None]) + 128, 1, 255).astype(np.uint8)
        parts = [
            source,
            self.constant(f"{name}.weight", whole),
            self.constant(f"{name}.scale", scale.reshape(-1).astype(np.float32)),
            "",
            "",
            bias_name,
        ]
        shape = {"K": inputs, "N": outputs, "bits": 8, "block_size": BLOCK, "accuracy_level": 4}
        return self.node("MatMulNBits", parts, f"{name}.out", MICROSOFT, **shape)

    def normalize(self, source: str, skip: str, name: str, weights: Weights, key: str, epsilon: float) -> str:
        gain = self.constant(f"{name}.gain", weights[f"{key}.weight"])
        shift = self.constant(f"{name}.shift", weights[f"{key}.bias"])
        return self.node(
            "SkipLayerNormalization", [source, skip, gain, shift], f"{name}.out", MICROSOFT, epsilon=epsilon
        )


def embedding_table(graph: Graph, blocks: np.ndarray) -> str:
    """(V, 12) Q4_0 blocks -> a gather over the same 4-bit values: token ids in, (1, T, 384) out."""
    low, high = blocks["nibbles"] & 0x0F, blocks["nibbles"] >> 4
    values = np.concatenate([low, high], axis=-1).reshape(len(blocks), -1)  # 0..15, zero point 8
    packed = (values[:, 0::2] | values[:, 1::2] << 4).astype(np.uint8)
    shape = (len(blocks), values.shape[1])
    table = helper.make_tensor("embedding.nibbles", TensorProto.UINT4, shape, packed.tobytes(), raw=True)
    graph.initializers.append(table)
    scales = graph.constant("embedding.scales", blocks["scale"].astype(np.float16))
    zeros = np.full((len(blocks), blocks.shape[1] // 2), 0x88, dtype=np.uint8)
    zero = helper.make_tensor("embedding.zero", TensorProto.UINT4, blocks.shape, zeros.tobytes(), raw=True)
    graph.initializers.append(zero)
    gathered = graph.node(
        "GatherBlockQuantized",
        ["embedding.nibbles", "input_ids", scales, "embedding.zero"],
        "embedding.half",
        MICROSOFT,
        block_size=encoder.BLOCK,
        gather_axis=0,
        quantize_axis=1,
    )
    return graph.node("Cast", [gathered], "embedding.words", to=TensorProto.FLOAT)


def build_graph(
    weights: Weights, blocks: np.ndarray, shape: dict[str, Any], window: int, *, quantize: bool
) -> onnx.ModelProto:
    """The whole network for one window."""
    graph = Graph(quantize=quantize)
    epsilon = shape["layer_norm_eps"]
    words = embedding_table(graph, blocks)
    positions = (
        weights["encoder.embeddings.position_embeddings.weight"]
        + weights["encoder.embeddings.token_type_embeddings.weight"][0]
    )
    # A window holds its content and the two marks around it.
    first = encoder.first_position(shape["model_type"])
    positions = positions[first : first + window + 2]
    graph.constant("zero", np.array([0], dtype=np.int64))
    graph.node("Shape", ["input_ids"], "length", start=1, end=2)
    graph.constant("first", np.array([0], dtype=np.int64))
    graph.node(
        "Slice", [graph.constant("positions", positions.astype(np.float32)), "first", "length", "zero"], "placed"
    )
    graph.node("Unsqueeze", ["placed", "first"], "places")
    state = graph.normalize(words, "places", "embedding.norm", weights, "encoder.embeddings.LayerNorm", epsilon)
    for number in range(shape["num_hidden_layers"]):
        state = _layer(graph, state, f"encoder.encoder.layer.{number}", weights, shape["num_attention_heads"], epsilon)
    return finish(graph, state, weights)


def finish(graph: Graph, state: str, weights: Weights) -> onnx.ModelProto:
    """The two heads on the last states, and the model around the graph."""
    for part, output in (("head", "values"), ("gate", "gates")):
        weight = graph.constant(f"{part}.weight", weights[f"{part}.weight"].T)
        product = graph.node("MatMul", [state, weight], f"{part}.product")
        graph.node("Add", [product, graph.constant(f"{part}.bias", weights[f"{part}.bias"])], output)
    inputs = [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["windows", "tokens"])]
    outputs = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["windows", "tokens", size])
        for name, size in (("values", len(OUTPUTS)), ("gates", GATES))
    ]
    made = helper.make_graph(graph.nodes, "tipscan", inputs, outputs, graph.initializers)
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid(MICROSOFT, 1)]
    return helper.make_model(made, opset_imports=opsets, ir_version=10, producer_name="tipscan")


def _layer(graph: Graph, state: str, key: str, weights: Weights, heads: int, epsilon: float) -> str:
    def linear(source: str, part: str) -> str:
        return graph.linear(source, f"{key}.{part}", weights[f"{key}.{part}.weight"], weights[f"{key}.{part}.bias"])

    query, keys, values = (linear(state, f"attention.self.{part}") for part in ("query", "key", "value"))
    mixed = graph.node("MultiHeadAttention", [query, keys, values], f"{key}.mixed", MICROSOFT, num_heads=heads)
    attended = linear(mixed, "attention.output.dense")
    state = graph.normalize(attended, state, f"{key}.attention", weights, f"{key}.attention.output.LayerNorm", epsilon)
    inner = graph.node("Gelu", [linear(state, "intermediate.dense")], f"{key}.gelu", MICROSOFT)
    return graph.normalize(
        linear(inner, "output.dense"), state, f"{key}.output", weights, f"{key}.output.LayerNorm", epsilon
    )


def export(run: Path, output: Path) -> None:
    """Write ``model.onnx`` and ``tokenizer.json``, and ``model.float.onnx`` beside the run."""
    weights = load_file(run / "weights.safetensors")
    table = weights["encoder.embeddings.word_embeddings.weight"]
    blocks = encoder.quantize(table)
    if not np.array_equal(encoder.dequantize(blocks).reshape(table.shape), table):
        raise ValueError("the embedding table was trained: it no longer fits its 4-bit blocks")
    output.mkdir(parents=True, exist_ok=True)
    shutil.copy(run / "tokenizer.json", output / "tokenizer.json")
    shape = json.loads((run / "encoder.json").read_text(encoding="utf-8"))
    window = json.loads((run / "training.json").read_text(encoding="utf-8"))["config"]["max_tokens"]
    for quantize, path in ((True, output / "model.onnx"), (False, run / "model.float.onnx")):
        onnx.save(build_graph(weights, blocks, shape, window, quantize=quantize), path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="output folder of training.run")
    parser.add_argument("--output", type=Path, required=True)
    args = parser.parse_args()
    export(args.run, args.output)
    print(json.dumps({path.name: path.stat().st_size for path in sorted(args.output.iterdir())}, indent=2))


if __name__ == "__main__":
    main()
