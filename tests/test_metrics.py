"""The figures of merit, on numbers one can check by hand."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.metrics import bootstrap, scheme_figures, span_figures, summarize, twin_figures
from tipscan.evaluate.metrics import (
    balanced_brier,
    balanced_calibration_error,
    rank,
    recall_at,
    reliability,
)

LABELS = np.array([1.0, 1, 1, 1, 0, 0, 0, 0])
RISK = np.array([0.9, 0.8, 0.6, 0.1, 0.7, 0.4, 0.2, 0.0])


@pytest.mark.parametrize(("rate", "expected"), [(0.0, 0.5), (0.25, 0.75), (0.5, 0.75), (1.0, 1.0)])
def test_recall_at_a_false_positive_rate(rate: float, expected: float) -> None:
    """The threshold is the lowest that keeps false positives within the rate."""
    assert recall_at(rank(LABELS, RISK), rate) == expected


def test_ties_count_as_flagged() -> None:
    """A benign text as risky as a deceptive one cannot be told from it."""
    assert recall_at(rank([1, 0], [0.5, 0.5]), 0.0) == 0.0


def test_calibration_weighs_classes_alike() -> None:
    """A constant one half is perfectly calibrated for half and half, whatever the shares of the sample."""
    labels = np.array([1.0] + [0.0] * 9)
    half, high = (rank(labels, np.full(10, risk)) for risk in (0.5, 0.9))
    assert balanced_calibration_error(half) == pytest.approx(0.0)
    assert balanced_calibration_error(high) == pytest.approx(0.4)
    assert balanced_brier(high) == pytest.approx(0.5 * 0.01 + 0.5 * 0.81)
    (only,) = reliability(high.balanced())
    assert (only.risk, only.share, only.texts) == pytest.approx((0.9, 0.5, 1.0))
    summary = summarize(labels, np.full(10, 0.9))
    assert (summary["calibration_error"], summary["brier"]) == (0.4, 0.41)


def test_summary_and_interval() -> None:
    """12 of 16 couples are ordered right; the interval holds the estimate; one class alone has no AUROC."""
    assert summarize(LABELS, RISK)["auroc"] == pytest.approx(12 / 16, abs=1e-4)
    low, high = bootstrap(LABELS, RISK) or (0, 0)
    assert low <= 12 / 16 <= high
    assert "auroc" not in summarize(LABELS[:4], RISK[:4])
    assert bootstrap(LABELS[:4], RISK[:4]) is None


def test_interval_of_a_perfect_and_of_a_blind_score() -> None:
    """Separated classes leave no doubt; a constant is one half in every draw."""
    assert bootstrap(LABELS, LABELS) == (1.0, 1.0)
    assert bootstrap(LABELS, np.full(8, 0.3)) == (0.5, 0.5)


def test_twins() -> None:
    """Ordered counts the riskier lure, separated both sides of the threshold."""
    risk = np.array([0.9, 0.6, 0.4, 0.8, 0.7, 0.2])
    assert twin_figures([(0, 1), (2, 3), (4, 5)], risk) == {"pairs": 3, "ordered": 0.6667, "separated": 0.3333}
    assert twin_figures([], risk)["ordered"] is None


def test_schemes() -> None:
    """F1 counts schemes with enough texts; the top scheme is right when the text has it."""
    wanted = [["a"]] * 5 + [["b"]] + [[]] * 4
    given = [{"a": 0.9, "b": 0.1}] * 4 + [{"a": 0.2, "b": 0.3}, {"a": 0.4, "b": 0.6}] + [{"a": 0.8, "b": 0.0}] * 4
    figures = scheme_figures(wanted, given)
    assert figures["f1"] == {"a": pytest.approx(2 * 4 / (8 + 5), abs=1e-4)}
    assert figures["top_is_right"] == pytest.approx(5 / 6, abs=1e-4)


def test_spans() -> None:
    """Overlap is counted in characters, over texts that have both kinds of span."""
    figures = span_figures([10, 20, 30], [[(0, 5)], [(0, 4)], []], [[(3, 8)], [(10, 12)], [(0, 9)]])
    assert figures == {
        "texts": 2,
        "touching": 0.5,
        "precision": round(2 / 7, 4),
        "recall": round(2 / 9, 4),
        "expected_precision": round(9 / 30, 4),
    }
    assert span_figures([3], [[]], [[]]) == {"texts": 0}
