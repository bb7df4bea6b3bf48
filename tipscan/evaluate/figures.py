"""The figures of a sample: of the risk, of the decisions, and of what the next threshold should be."""

from __future__ import annotations

from math import ceil, inf
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tipscan.evaluate.chance import Figure, bootstrap, difference, mcnemar, resampled, wilson
from tipscan.evaluate.metrics import (
    Metric,
    Ranking,
    auroc,
    average_precision,
    balanced_brier,
    balanced_calibration_error,
    brier,
    calibration_error,
    gap_at,
    precision_recall,
    rank,
    recall_at,
    reliability,
)
from tipscan.evaluate.scored import Sample
from tipscan.scoring import Policy

#: A slice with fewer texts of a class says that it is small: its figures are hardly more than an anecdote.
ENOUGH: Final = 30
_SLICE_DRAWS: Final = 400
#: Points of a curve that are drawn; more would not be seen.
_POINTS: Final = 300


def _recall_at_1(ranking: Ranking) -> float:
    return recall_at(ranking, 0.01)


def _recall_at_5(ranking: Ranking) -> float:
    return recall_at(ranking, 0.05)


_ORDER: Final[dict[str, Metric]] = {
    "auroc": auroc,
    "average_precision": average_precision,
    "recall_at_1": _recall_at_1,
    "recall_at_5": _recall_at_5,
}
_CALIBRATION: Final[dict[str, Metric]] = {
    "brier": brier,
    "calibration_error": calibration_error,
    "balanced_brier": balanced_brier,
    "balanced_calibration_error": balanced_calibration_error,
}


def overall(sample: Sample) -> dict[str, Any]:
    """Every figure of the whole sample."""
    return _figures(sample, _ORDER | _CALIBRATION) | {
        "review": decisions(sample, sample.raised),
        "flag": decisions(sample, sample.flagged),
    }


def sliced(sample: Sample) -> dict[str, Any]:
    """The main figures of one slice, and whether it is too small to rest anything on."""
    small = min(sample.lures, sample.ordinary) < ENOUGH
    figures = _figures(sample, _ORDER, draws=_SLICE_DRAWS)
    return {"small": small} | figures | {"review": decisions(sample, sample.raised)}


def _figures(sample: Sample, metrics: dict[str, Metric], **options: Any) -> dict[str, Any]:
    counts = {"texts": len(sample), "lures": sample.lures, "ordinary": sample.ordinary}
    if not sample.has_both:
        return counts | {name: Figure().to_dict() for name in metrics}
    found = bootstrap(sample.labels, sample.risk, metrics, **options)
    return counts | {name: figure.to_dict() for name, figure in found.items()}


def decisions(sample: Sample, taken: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """How often ``taken`` is right, with intervals by formula; precision holds for the share of lures in the file."""
    right, false = int(sample.labels[taken].sum()), int((1 - sample.labels[taken]).sum())
    return {
        "right": right,
        "false": false,
        "missed": sample.lures - right,
        "left": sample.ordinary - false,
        "recall": wilson(right, sample.lures).to_dict(),
        "precision": wilson(right, right + false).to_dict(),
        "false_per_1000": wilson(false, sample.ordinary, scale=1000).to_dict(),
    }


def curves(sample: Sample) -> dict[str, Any]:
    """Points of the two plots; empty where the sample holds one class only."""
    if not sample.has_both:
        return {"calibration": [], "balanced_calibration": [], "precision_recall": []}
    ranking = rank(sample.labels, sample.risk)
    precision, recall = precision_recall(ranking)
    shown = np.unique(np.linspace(0, len(precision) - 1, _POINTS).round().astype(int))
    bins = []
    for one in reliability(ranking):
        share = wilson(round(one.share * one.texts), round(one.texts)).to_dict()
        bins.append({"risk": round(one.risk, 4), "texts": int(one.texts), "share": share})
    balanced = reliability(ranking.balanced())
    return {
        "calibration": bins,
        "balanced_calibration": [{"risk": round(one.risk, 4), "share": round(one.share, 4)} for one in balanced],
        "precision_recall": [
            {
                "risk": round(float(ranking.risk[n]), 6),
                "precision": round(precision[n], 4),
                "recall": round(recall[n], 4),
            }
            for n in shown
        ],
    }


def advice(sample: Sample, rate: float, policy: Policy) -> dict[str, Any]:
    """The threshold for a wanted rate of false positives: its interval, and what it gives on the same texts.

    ``threshold`` is None where no threshold keeps the rate, or where there is no ordinary text to go by.
    ``enough_ordinary`` is the number of ordinary texts from which the rate allows a false positive at all.
    """
    result: dict[str, Any] = {"false_positives": rate, "threshold": None, "enough_ordinary": ceil(1 / rate - 1e-9)}
    below, passes = gap_at(rank(sample.labels, sample.risk), rate) if sample.ordinary else (-inf, inf)
    if below == -inf or (passes == inf and below >= 1):
        return result
    threshold = _between(below, min(passes, 1.0))
    gaps = np.array([gap_at(ranking, rate) for (ranking,) in resampled(sample.labels, sample.risk)])
    low, high = (float(end) for end in np.percentile(np.minimum(gaps, 1.0).mean(axis=1), [2.5, 97.5]))
    flag = max(threshold, policy.flag)
    return result | {
        "threshold": Figure(threshold, min(low, threshold), max(high, threshold)).to_dict() | {"value": threshold},
        "gives": decisions(sample, sample.risk >= threshold),
        "policy": f'Policy("own", review={threshold!r}, flag={flag!r})',
    }


def _between(below: float, upto: float) -> float:
    """The shortest number near the middle that is above the first and not above the second."""
    middle = (below + upto) / 2
    return next((short for digits in range(2, 17) if below < (short := round(middle, digits)) <= upto), upto)


def compared(first: Sample, second: Sample) -> dict[str, Any]:
    """Two systems on the same texts: differences of the ranking, and texts on which one alone decides rightly."""
    result: dict[str, Any] = {"texts": len(first)}
    if first.has_both:
        for name, metric in (("auroc", auroc), ("average_precision", average_precision)):
            above, p = difference(first.labels, (first.risk, second.risk), metric)
            values = [round(metric(rank(one.labels, one.risk)), 4) for one in (first, second)]
            result[name] = {"first": values[0], "second": values[1], "difference": above.to_dict(), "p": round(p, 4)}
    right, right_too = (one.raised == (one.labels == 1) for one in (first, second))
    only_first, only_second = int((right & ~right_too).sum()), int((right_too & ~right).sum())
    result["decisions"] = {
        "both_right": int((right & right_too).sum()),
        "only_first_right": only_first,
        "only_second_right": only_second,
        "both_wrong": int((~right & ~right_too).sum()),
        "p": round(mcnemar(only_first, only_second), 4),
    }
    return result
