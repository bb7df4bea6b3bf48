"""Is it worth running several windows at once? Throughput and what company does to a score, on this machine.

    python -m evaluation.windows

One thread, windows of one length (no padding, so the most that batching can gain), the network that ships. Writes
``evaluation/results/windows.json``.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from tipscan.classify import Bundle
from tipscan.classify.classifier import pool

LENGTHS = (16, 32, 64, 128, 192)
TOGETHER = (1, 4, 16)
SECONDS = 1.5


def rate(session: onnxruntime.InferenceSession, ids: npt.NDArray[np.int64]) -> float:
    """Windows a second, the best of the runs that fit into ``SECONDS``: other work on the machine only slows down."""
    best, started = 0.0, time.perf_counter()
    while time.perf_counter() - started < SECONDS:
        begin = time.perf_counter()
        session.run(None, {"input_ids": ids})
        best = max(best, len(ids) / (time.perf_counter() - begin))
    return best


def logits(session: onnxruntime.InferenceSession, ids: npt.NDArray[np.int64]) -> npt.NDArray[np.float32]:
    """The logits of the first window of a batch, pooled as tipscan pools them."""
    values, gates = session.run(["values", "gates"], {"input_ids": ids})
    return pool(values[0], gates[0])[0]


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    bundle = Bundle.load()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(bundle.path / "model.onnx"), options, providers=["CPUExecutionProvider"])
    rng = np.random.default_rng(1)
    rows = []
    for length in LENGTHS:
        ids = rng.integers(5, 20_000, (max(TOGETHER), length), dtype=np.int64)
        rates = {f"windows_per_second_{count}": round(rate(session, ids[:count]), 1) for count in TOGETHER}
        alone = logits(session, ids[:1])
        company = logits(session, ids)
        gain = rates[f"windows_per_second_{TOGETHER[-1]}"] / rates["windows_per_second_1"]
        moved = float(np.abs(alone - company).max())
        rows.append({"tokens": length, **rates, "gain": round(gain, 3), "logit_moved_by_company": round(moved, 4)})
        print(rows[-1])
    result = {"command": "python -m evaluation.windows", "model": bundle.identity, "lengths": rows}
    output = Path(__file__).parent / "results" / "windows.json"
    output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
