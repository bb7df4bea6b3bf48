"""The figures of merit, on numbers one can check by hand."""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.metrics import bootstrap, calibration_error, recall_at, summarize

LABELS = np.array([1.0, 1, 1, 1, 0, 0, 0, 0])
RISK = np.array([0.9, 0.8, 0.6, 0.1, 0.7, 0.4, 0.2, 0.0])


@pytest.mark.parametrize(("rate", "expected"), [(0.0, 0.5), (0.25, 0.75), (0.5, 0.75), (1.0, 1.0)])
def test_recall_at_a_false_positive_rate(rate: float, expected: float) -> None:
    """The threshold is the lowest that keeps false positives within the rate."""
    assert recall_at(rate, LABELS, RISK) == expected


def test_ties_count_as_flagged() -> None:
    """A benign text as risky as a deceptive one cannot be told from it."""
    assert recall_at(0.0, np.array([1.0, 0.0]), np.array([0.5, 0.5])) == 0.0


def test_calibration_error_weighs_classes_alike() -> None:
    """A constant one half is perfectly calibrated for half and half, whatever the shares of the sample."""
    labels = np.array([1.0] + [0.0] * 9)
    assert calibration_error(labels, np.full(10, 0.5)) == pytest.approx(0.0)
    assert calibration_error(labels, np.full(10, 0.9)) == pytest.approx(0.4)


def test_summary_and_interval() -> None:
    """12 of 16 pairs are ordered right; the interval holds the estimate; one class alone has no AUROC."""
    assert summarize(LABELS, RISK)["auroc"] == pytest.approx(12 / 16, abs=1e-4)
    low, high = bootstrap(LABELS, RISK) or (0, 0)
    assert low <= 12 / 16 <= high
    assert "auroc" not in summarize(LABELS[:4], RISK[:4])
    assert bootstrap(LABELS[:4], RISK[:4]) is None
