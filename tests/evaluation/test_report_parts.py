"""The page of results shows one model."""

from __future__ import annotations

import json
from pathlib import Path

from evaluation.report import of_same_model

MODEL = {"name": "tipscan-accurate", "version": "2", "sha256": "b"}
RESULT = {"systems": {"accurate": {"models": [MODEL]}, "tfidf": {}}}


def test_figures_of_another_model_are_left_out(tmp_path: Path) -> None:
    """Robustness measured before the model was made anew says nothing of it, nor does a file that names no model."""
    path = tmp_path / "robustness.json"
    assert of_same_model(path, RESULT) is None
    for model, shown in ((MODEL, True), (MODEL | {"sha256": "a"}, False), (None, False)):
        path.write_text(json.dumps({"model": model, "plain": 0.9}), encoding="utf-8")
        assert (of_same_model(path, RESULT) is not None) == shown
