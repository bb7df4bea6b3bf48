"""The shipped graph with the pooling of its tokens inside: token ids in, logits out, as Optimum runs it.

One text a run, and of at most one window: the activations are quantized over the whole input, and tipscan's own runner
pools over the windows of a long text.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np

_FAR: Final = 2**31


def pooled(path: Path) -> Any:
    """The graph in ``path`` (an ``onnx.ModelProto``) with the output ``logits`` (B, 12) in the place of its own."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    model = onnx.load(path)
    graph = model.graph

    def numbers(*values: int) -> str:
        name = f"pooled.{'.'.join(map(str, values))}"
        if all(known.name != name for known in graph.initializer):
            graph.initializer.append(numpy_helper.from_array(np.array(values, np.int64), name))
        return name

    def node(kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
        graph.node.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def cut(source: str, output: str, axis: int, start: int, end: int) -> str:
        return node("Slice", [source, numbers(start), numbers(end), numbers(axis)], output)

    # The marks around a text are no part of it. The first gate weighs the risk, the second the other outputs.
    values = cut("values", "pooled.values", 1, 1, -1)
    weights = node("Softmax", [cut("gates", "pooled.gates", 1, 1, -1)], "pooled.weights", axis=1)
    turned = node("Transpose", [weights], "pooled.turned", perm=[0, 2, 1])
    both = node("MatMul", [turned, values], "pooled.both")
    risk = cut(cut(both, "pooled.by_first", 1, 0, 1), "pooled.risk", 2, 0, 1)
    rest = cut(cut(both, "pooled.by_second", 1, 1, 2), "pooled.rest", 2, 1, _FAR)
    node("Squeeze", [node("Concat", [risk, rest], "pooled.logits", axis=2), numbers(1)], "logits")
    outputs = graph.output[0].type.tensor_type.shape.dim[2].dim_value
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["windows", outputs]))
    return model
