"""Figures on the frozen sets: of twins, schemes and spans, and of a risk by ``tipscan.evaluate``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.metrics import f1_score

from tipscan.evaluate import metrics as merit

Floats = npt.NDArray[Any]
DRAWS = 400
MIN_POSITIVES = 5


def summarize(labels: Floats, risk: Floats) -> dict[str, Any]:
    """Counts, and for groups with both classes AUROC with interval, average precision, recall at 1 % and 5 % FP."""
    figures: dict[str, Any] = {"texts": len(labels), "deceptive": int(labels.sum())}
    if 0 < labels.sum() < len(labels):
        ranking = merit.rank(labels, risk)
        figures |= {
            "auroc": round(merit.auroc(ranking), 4),
            "auroc_95": bootstrap(labels, risk),
            "average_precision": round(merit.average_precision(ranking), 4),
            "recall_at_1": round(merit.recall_at(ranking, 0.01), 4),
            "recall_at_5": round(merit.recall_at(ranking, 0.05), 4),
            # Test sets hold other shares of lures than the risk is calibrated for: both classes weigh one half.
            "brier": round(merit.balanced_brier(ranking), 4),
            "calibration_error": round(merit.balanced_calibration_error(ranking), 4),
        }
    return figures


def bootstrap(labels: Floats, risk: Floats, *, draws: int = DRAWS, seed: int = 1) -> tuple[float, float] | None:
    """95 % interval of the AUROC by resampling within each class; None where a class is missing.

    By counting couples, without the ranking that ``tipscan.evaluate.chance`` makes of every draw for any figure.
    """
    deceptive, ordinary = risk[labels == 1], risk[labels == 0]
    if not len(deceptive) or not len(ordinary):
        return None
    # The AUROC is the mean over all couples of "the lure is riskier" (ties one half): resampling is counting.
    order = np.sort(ordinary)
    rng = np.random.default_rng(seed)
    values = []
    for _ in range(draws):
        drawn = np.sort(order[rng.integers(0, len(order), len(order))])
        lures = deceptive[rng.integers(0, len(deceptive), len(deceptive))]
        below = (np.searchsorted(drawn, lures, "left") + np.searchsorted(drawn, lures, "right")) / 2
        values.append(float(below.mean()) / len(drawn))
    low, high = np.percentile(values, [2.5, 97.5])
    return round(float(low), 4), round(float(high), 4)


def twin_figures(pairs: Sequence[tuple[int, int]], risk: Floats, threshold: float = 0.5) -> dict[str, Any]:
    """Shares of contrast pairs in which the lure is riskier, and in which both stand on their side of ``threshold``."""
    if not pairs:
        return {"pairs": 0, "ordered": None, "separated": None}
    lures, others = risk[[lure for lure, _ in pairs]], risk[[twin for _, twin in pairs]]
    return {
        "pairs": len(pairs),
        "ordered": round(float((lures > others).mean()), 4),
        "separated": round(float(((lures >= threshold) & (others < threshold)).mean()), 4),
    }


def scheme_figures(wanted: Sequence[Sequence[str]], given: Sequence[dict[str, float]]) -> dict[str, Any]:
    """F1 at probability one half per scheme with ``MIN_POSITIVES`` texts, their mean, how often the top one is right.

    Args:
        wanted: Schemes of each text; none for an ordinary one.
        given: Probability of each scheme.
    """
    scores: dict[str, float] = {}
    for code in sorted(given[0]) if given else []:
        truth = [code in codes for codes in wanted]
        if sum(truth) >= MIN_POSITIVES:
            scores[code] = round(float(f1_score(truth, [probability[code] >= 0.5 for probability in given])), 4)
    deceptive = [(codes, one) for codes, one in zip(wanted, given, strict=True) if codes]
    right = [max(one, key=lambda code: one[code]) in codes for codes, one in deceptive]
    return {
        "macro_f1": round(float(np.mean(list(scores.values()))), 4) if scores else None,
        "top_is_right": round(float(np.mean(right)), 4) if right else None,
        "f1": scores,
    }


def span_figures(
    lengths: Sequence[int], wanted: Sequence[Sequence[tuple[int, int]]], given: Sequence[Sequence[tuple[int, int]]]
) -> dict[str, Any]:
    """Overlap of given spans with wanted ones, over the texts that have both, in characters.

    ``expected_precision`` is what spans thrown at random would reach: the share of the texts that is wanted.
    """
    overlap = marked = shown = total = touched = texts = 0
    for length, right, ours in zip(lengths, wanted, given, strict=True):
        if not right or not ours:
            continue
        cover, found = np.zeros(length, bool), np.zeros(length, bool)
        for target, spans in ((cover, right), (found, ours)):
            for start, end in spans:
                target[start:end] = True
        both = int((cover & found).sum())
        overlap, marked, shown, total = (
            overlap + both,
            marked + int(cover.sum()),
            shown + int(found.sum()),
            total + length,
        )
        touched, texts = touched + (both > 0), texts + 1
    if not texts:
        return {"texts": 0}
    return {
        "texts": texts,
        "touching": round(touched / texts, 4),
        "precision": round(overlap / shown, 4),
        "recall": round(overlap / marked, 4),
        "expected_precision": round(marked / total, 4),
    }
