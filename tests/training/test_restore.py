"""Training can continue from what ships. Needs the extra "train"; the test is left out without it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tipscan.classify import Bundle, Classifier, Workers
from tipscan.classify.bundle import shipped
from tipscan.text import normalize

pytest.importorskip("torch")
pytest.importorskip("transformers")
pytest.importorskip("onnx")
pytest.importorskip("safetensors")

ROOT = Path(__file__).parents[2]


def test_the_restored_network_says_what_the_bundle_says() -> None:
    """Logits of the network rebuilt from int8 follow those of the bundle, but for what rounding activations moves."""
    from training import batches
    from training.run import Config, build, score

    start = shipped() / "accurate"
    window = Bundle.load(start).manifest["window"]
    paths = sorted((ROOT / "training" / "corpus").glob("*.jsonl"))
    rows = [json.loads(path.read_text(encoding="utf-8").splitlines()[5]) | {"source": "corpus"} for path in paths]
    model, tokenizer, _ = build(Config(), [], start)
    texts = batches.encode(tokenizer, [row | {"schemes_known": True} for row in rows])
    ours = score(model, texts, Config(max_tokens=window))
    theirs = np.array(
        [s.logits for s in Classifier(Bundle.load(start), Workers(1)).score(normalize(r["text"]) for r in rows)]
    )
    assert np.corrcoef(ours[:, 0], theirs[:, 0])[0, 1] > 0.98
    assert np.corrcoef(ours[:, 2:].ravel(), theirs[:, 2:].ravel())[0, 1] > 0.98


def test_requantizing_what_was_quantized_changes_nothing() -> None:
    """A table that came out of 4-bit blocks goes back into the same values."""
    from training.encoder import dequantize, quantize

    table = np.random.default_rng(1).normal(size=(50, 64)).astype(np.float32)
    once = dequantize(quantize(table)).reshape(table.shape)
    np.testing.assert_array_equal(dequantize(quantize(once)).reshape(table.shape), once)
    assert np.abs(once - table).max() < 0.5
    assert not quantize(np.zeros((1, 32), np.float32))["scale"].any()
