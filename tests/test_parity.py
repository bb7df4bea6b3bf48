"""The int8 network that ships says what the float network said when it was exported."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tipscan.classify import Bundle, Classifier, Workers
from tipscan.text import normalize

ROOT = Path(__file__).parent.parent
PARITY = json.loads((ROOT / "evaluation" / "results" / "parity.json").read_text(encoding="utf-8"))
TEXTS = {
    row["id"]: row["text"]
    for path in (ROOT / "training" / "corpus").glob("*.jsonl")
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())
}


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier(Bundle.load(), Workers(2))


def test_the_figures_are_those_of_the_shipped_bundle() -> None:
    """The parity report was made with the bundle that ships, and every language passed its gate."""
    assert PARITY["model"]["sha256"] == Bundle.load().identity["sha256"]
    for figures in PARITY["languages"].values():
        assert figures["rank_correlation"] >= PARITY["gate"]["rank_correlation"]
        assert figures["mean_difference"] <= PARITY["gate"]["mean_difference"]


@pytest.mark.parametrize("language", sorted(PARITY["languages"]))
def test_int8_stays_near_float(classifier: Classifier, language: str) -> None:
    """On this machine too, the pinned texts of the language get about the logit the float network gave them."""
    pinned = PARITY["languages"][language]["pinned"]
    got = [float(score.logits[0]) for score in classifier.score([normalize(TEXTS[row["id"]]) for row in pinned])]
    wanted = [row["float_risk_logit"] for row in pinned]
    allowed = 2 * PARITY["gate"]["mean_difference"] * PARITY["languages"][language]["spread"]
    assert np.abs(np.subtract(got, wanted)).mean() <= allowed


def test_shares_add_up_to_the_logit(classifier: Classifier) -> None:
    """The evidence shown is the score itself: the tokens' shares sum to the logit less the head's bias."""
    for text in list(TEXTS.values())[::400]:
        [score] = classifier.score([normalize(text)])
        assert score.shares.sum() == pytest.approx(score.logits[0] - classifier.bundle.manifest["head_bias"], abs=1e-4)
        assert len(score.shares) == len(score.offsets)
