"""Figures of merit for a risk score, with the definitions in one place."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score, roc_auc_score

Floats = npt.NDArray[np.float64]
BINS = 10


def recall_at(rate: float, labels: Floats, risk: Floats) -> float:
    """Recall at the lowest threshold whose false-positive rate does not exceed ``rate``; ties count as flagged."""
    benign = np.sort(risk[labels == 0])[::-1]
    allowed = int(np.floor(rate * len(benign)))
    threshold = benign[allowed] if allowed < len(benign) else -np.inf
    return float((risk[labels == 1] > threshold).mean())


def calibration_error(labels: Floats, risk: Floats) -> float:
    """Expected calibration error over ``BINS`` equal-width bins (Guo et al., 2017), both classes weighing one half.

    The risk is calibrated for as many deceptive as ordinary texts; test sets hold other shares.
    """
    weights = np.where(labels == 1, 0.5 / max(1, labels.sum()), 0.5 / max(1, (1 - labels).sum()))
    bins = np.minimum((risk * BINS).astype(int), BINS - 1)
    gaps = []
    for number in set(bins.tolist()):
        inside = bins == number
        gaps.append(abs((weights * (labels - risk))[inside].sum()))
    return float(sum(gaps))


def summarize(labels: Floats, risk: Floats) -> dict[str, Any]:
    """Counts, and for groups with both classes AUROC, average precision and recall at 1 % and 5 % false positives."""
    figures: dict[str, Any] = {"texts": len(labels), "deceptive": int(labels.sum())}
    if 0 < labels.sum() < len(labels):
        figures |= {
            "auroc": round(float(roc_auc_score(labels, risk)), 4),
            "average_precision": round(float(average_precision_score(labels, risk)), 4),
            "recall_at_1": round(recall_at(0.01, labels, risk), 4),
            "recall_at_5": round(recall_at(0.05, labels, risk), 4),
            "brier": round(float(((risk - labels) ** 2).mean()), 4),
        }
    return figures


def bootstrap(labels: Floats, risk: Floats, *, draws: int = 200, seed: int = 1) -> tuple[float, float] | None:
    """95 % interval of the AUROC by resampling texts; None where a class is missing."""
    if not 0 < labels.sum() < len(labels):
        return None
    rng = np.random.default_rng(seed)
    values = []
    for _ in range(draws):
        pick = rng.integers(0, len(labels), len(labels))
        if 0 < labels[pick].sum() < len(pick):
            values.append(roc_auc_score(labels[pick], risk[pick]))
    low, high = np.percentile(values, [2.5, 97.5])
    return round(float(low), 4), round(float(high), 4)
