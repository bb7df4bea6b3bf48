"""A card quotes what was measured of its own model, and says what its runs learned from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from training import card

IDENTITY = {"name": "mine", "version": "1", "sha256": "abc"}


def stage(epochs: int, rate: float, *left_out: str) -> dict[str, Any]:
    return {"epochs": [{}] * epochs, "config": {"rate": rate, "without_licence": list(left_out)}}


def test_results_of_another_model_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card, "RESULTS", tmp_path)
    (tmp_path / "fairness.json").write_text(json.dumps({"model": IDENTITY}), encoding="utf-8")
    (tmp_path / "metrics.json").write_text(json.dumps({"systems": {"fast": {"models": [IDENTITY]}}}), encoding="utf-8")
    assert card.read("fairness", "accurate", IDENTITY) == {"model": IDENTITY}
    assert "systems" in card.read("metrics", "fast", IDENTITY)
    for name in ("fairness", "metrics"):
        with pytest.raises(SystemExit, match=f"{name}.json was not measured with"):
            card.read(name, "fast", IDENTITY | {"sha256": "def"})


def test_what_only_some_runs_left_out_is_not_left_out() -> None:
    assert card.left_out_line([stage(1, 1e-4, "x"), stage(1, 1e-4, "x")]) == "x"
    assert card.left_out_line([stage(1, 1e-4), stage(1, 1e-4, "x")]) == "none (and in some of the runs x)"


def test_a_bundle_that_training_began_with_is_named() -> None:
    """Its runs are not known here, and the card says so."""
    start = {"name": "theirs", "version": "2", "sha256": "def"}
    stages = card.stages_of(stage(1, 1e-4) | {"start": stage(2, 1e-4) | {"start": start}})
    assert len(stages) == 2
    assert card.bundle_of(stages) == " (begun with theirs 2 def, whose own training is in its card)"
    assert card.bundle_of([stage(1, 1e-4)]) == ""


def test_runs_are_summed_up() -> None:
    assert card.stages_line([stage(3, 1e-4)]) == "3 epochs in one run at a peak learning rate of 0.0001"
    several = card.stages_line([stage(3, 1e-4), stage(2, 5e-5)])
    assert (
        several == "5 epochs in 2 runs, each from where the one before ended, at peak learning rates of 5e-05 to 0.0001"
    )
