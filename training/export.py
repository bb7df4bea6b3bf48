"""Turn a training run into the bundle tipscan ships.

    python -m training.export build/accurate --output models/accurate

The graph is written node by node, once in float32 (kept beside the run, for parity checks) and once in int8: weights
per output channel, activations at run time, with the few channels that carry outliers made smaller before and their
weights larger (SmoothQuant, Xiao et al. 2023). The embedding table stays in the 4-bit blocks the base model came in,
without loss, because training leaves it frozen.

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
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from tipscan.classify.classifier import BEGIN, END
from tipscan.classify.spelling import readable
from tipscan.text import normalize
from training import encoder
from training.model import GATES, OUTPUTS
from training.sources import CORPUS

MICROSOFT = "com.microsoft"
#: A channel is an outlier above this many times the median of its layer; it is brought down to that.
OUTLIER = 2.0
#: Texts of each language of the corpus that the sizes of the channels are read from.
TEXTS = 4
Array = np.ndarray
Weights = dict[str, Array]


class Graph:
    """Nodes and initializers under construction.

    With ``sizes``, by the names of linear layers the largest value of each of their inputs, the layers are in int8.
    """

    def __init__(self, sizes: Weights | None = None) -> None:
        self.sizes = sizes
        self.nodes: list[onnx.NodeProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self.whole: set[str] = set()
        self.sources: dict[str, str] = {}

    def constant(self, name: str, value: Array) -> str:
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **attributes))
        return output

    def linear(self, source: str, name: str, weight: Array, bias: Array) -> str:
        """``source @ weight.T + bias`` for a weight of shape (out, in)."""
        self.sources[name] = source
        bias_name = self.constant(f"{name}.bias", bias)
        if self.sizes is None:
            product = self.node("MatMul", [source, self.constant(f"{name}.weight", weight.T)], f"{name}.product")
            return self.node("Add", [product, bias_name], f"{name}.out")
        if ".attention." not in name:
            # What flows into the dense layers has outliers that would set the scale of all.
            ease = easing(self.sizes[name])
            source = self.node("Mul", [source, self.constant(f"{name}.ease", ease)], f"{name}.eased")
            weight = weight / ease
        self._quantize(source)
        scale = np.abs(weight).max(axis=1) / 127
        whole = np.clip(np.round(weight / scale[:, None]), -127, 127).astype(np.int8)
        inputs = [
            f"{source}.whole",
            self.constant(f"{name}.weight", whole.T),
            f"{source}.scale",
            self.constant(f"{name}.scale", scale.astype(np.float32)),
            f"{source}.zero",
            self.constant(f"{name}.zero", np.zeros(len(scale), dtype=np.int8)),
            bias_name,
        ]
        return self.node("MatMulIntegerToFloat", inputs, f"{name}.out", MICROSOFT)

    def _quantize(self, source: str) -> None:
        """int8 of an activation, once for all the layers that read it."""
        if source not in self.whole:
            outputs = [f"{source}.{part}" for part in ("whole", "scale", "zero")]
            self.nodes.append(helper.make_node("DynamicQuantizeLinear", [source], outputs))
            self.whole.add(source)

    def normalize(self, source: str, skip: str, name: str, weights: Weights, key: str, epsilon: float) -> str:
        """Layer normalization of a sum.

        In steps, around the root mean square of the centred values: ONNX Runtime's own kernels for it, with or without
        the sum, are several times slower.
        """
        total = self.node("Add", [source, skip], f"{name}.sum")
        mean = self.node("ReduceMean", [total, "last"], f"{name}.mean", keepdims=1)
        centred = self.node("Sub", [total, mean], f"{name}.centred")
        gain = self.constant(f"{name}.gain", weights[f"{key}.weight"])
        scaled = self.node("SimplifiedLayerNormalization", [centred, gain], f"{name}.scaled", axis=-1, epsilon=epsilon)
        return self.node("Add", [scaled, self.constant(f"{name}.shift", weights[f"{key}.bias"])], f"{name}.out")


def easing(sizes: Array) -> Array:
    """What to multiply each channel with so that none is an outlier: 1 for most, less for outliers."""
    return np.asarray(np.minimum(1, OUTLIER * np.median(sizes) / np.maximum(sizes, 1e-6)), dtype=np.float32)


def embedding_table(graph: Graph, blocks: Array) -> str:
    """(V, 12) Q4_0 blocks -> token ids in, (1, T, 384) out of the same 4-bit values.

    Plain operators on the bytes of the rows: the fused ``GatherBlockQuantized`` goes value by value.
    """
    table = graph.constant("embedding.nibbles", blocks["nibbles"])
    scales = graph.constant("embedding.scales", blocks["scale"].astype(np.float16))
    found = graph.node("Gather", [table, "input_ids"], "embedding.found")
    low = graph.node("BitwiseAnd", [found, graph.constant("fifteen", np.array(15, np.uint8))], "embedding.low")
    four = graph.constant("four", np.array(4, np.uint8))
    high = graph.node("BitShift", [found, four], "embedding.high", direction="RIGHT")
    both = graph.node("Concat", [low, high], "embedding.both", axis=-1)
    values = graph.node("Cast", [both], "embedding.values", to=TensorProto.FLOAT)
    centred = graph.node("Sub", [values, graph.constant("eight", np.array(8, np.float32))], "embedding.centred")
    half = graph.node("Gather", [scales, "input_ids"], "embedding.half")
    scale = graph.node("Cast", [half], "embedding.scale", to=TensorProto.FLOAT)
    scale = graph.node("Unsqueeze", [scale, "last"], "embedding.scale_of_block")
    scaled = graph.node("Mul", [centred, scale], "embedding.scaled")
    shape = np.array([0, 0, blocks.shape[1] * encoder.BLOCK], dtype=np.int64)
    return graph.node("Reshape", [scaled, graph.constant("embedding.shape", shape)], "embedding.words")


def build_graph(graph: Graph, weights: Weights, blocks: Array, shape: dict[str, Any], window: int) -> onnx.ModelProto:
    """The whole network for one window."""
    epsilon = shape["layer_norm_eps"]
    graph.constant("last", np.array([-1], dtype=np.int64))
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


def read_sizes(model: onnx.ModelProto, sources: dict[str, str], tokenizer: Tokenizer, window: int) -> Weights:
    """The largest value of each input of each linear layer, over a few texts of each language of the corpus."""
    wanted = sorted(set(sources.values()))
    model = onnx.ModelProto.FromString(model.SerializeToString())
    model.graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in wanted)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    sizes: Weights = {}
    for path in sorted(CORPUS.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines()[:TEXTS]:
            text = readable(normalize(json.loads(line)["text"]), tokenizer)
            ids = tokenizer.encode(text, add_special_tokens=False).ids
            found = session.run(wanted, {"input_ids": np.array([[BEGIN, *ids[:window], END]], dtype=np.int64)})
            for name, values in zip(wanted, found, strict=True):
                largest = np.abs(values).max(axis=(0, 1))
                sizes[name] = np.maximum(sizes.get(name, largest), largest)
    return {name: sizes[source] for name, source in sources.items()}


def export(run: Path, output: Path) -> None:
    """Write ``model.onnx``, ``tokenizer.json`` and ``ngrams.npz``, and ``model.float.onnx`` beside the run."""
    weights = load_file(run / "weights.safetensors")
    table = weights["encoder.embeddings.word_embeddings.weight"]
    blocks = encoder.quantize(table)
    if not np.array_equal(encoder.dequantize(blocks).reshape(table.shape), table):
        raise ValueError("the embedding table was trained: it no longer fits its 4-bit blocks")
    output.mkdir(parents=True, exist_ok=True)
    for name in ("tokenizer.json", "ngrams.npz"):
        shutil.copy(run / name, output / name)
    shape = json.loads((run / "encoder.json").read_text(encoding="utf-8"))
    window = json.loads((run / "training.json").read_text(encoding="utf-8"))["config"]["max_tokens"]
    exact = Graph()
    model = build_graph(exact, weights, blocks, shape, window)
    onnx.save(model, run / "model.float.onnx")
    sizes = read_sizes(model, exact.sources, Tokenizer.from_file(str(run / "tokenizer.json")), window)
    onnx.save(build_graph(Graph(sizes), weights, blocks, shape, window), output / "model.onnx")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="output folder of training.run")
    parser.add_argument("--output", type=Path, required=True)
    args = parser.parse_args()
    export(args.run, args.output)
    print(json.dumps({path.name: path.stat().st_size for path in sorted(args.output.iterdir())}, indent=2))


if __name__ == "__main__":
    main()
