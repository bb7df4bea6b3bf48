"""What chance can do to a figure: intervals by resampling or by formula, and tests of a difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import exp, lgamma, log, sqrt
from typing import Any, Final

import numpy as np

from tipscan.evaluate.metrics import (
    Floats,
    Metric,
    Ranker,
    Ranking,
    balanced_calibration_error,
    calibration_error,
    rank,
)

DRAWS: Final = 1000
SEED: Final = 1
_Z: Final = 1.959964  # 97.5 % of the standard normal distribution


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its 95 % interval; all None where there is nothing to compute it from."""

    value: float | None = None
    low: float | None = None
    high: float | None = None

    def to_dict(self) -> dict[str, Any]:
        values = {"value": self.value, "low": self.low, "high": self.high}
        return {name: None if value is None else round(value, 4) for name, value in values.items()}


def resampled(labels: Floats, *risks: Floats, draws: int = DRAWS) -> Iterator[list[Ranking]]:
    """Rankings of texts drawn with replacement within each class, one for each of the risks, from the same draw."""
    rng = np.random.default_rng(SEED)
    rankers = [Ranker(labels, risk) for risk in risks]
    classes = [places for value in (0, 1) if len(places := np.flatnonzero(labels == value))]
    for _ in range(draws):
        drawn = np.concatenate([places[rng.integers(0, len(places), len(places))] for places in classes])
        weights = np.bincount(drawn, minlength=len(labels)).astype(np.float64)
        yield [ranker.ranking(weights) for ranker in rankers]


def bootstrap(labels: Floats, risk: Floats, metrics: Mapping[str, Metric], *, draws: int = DRAWS) -> dict[str, Figure]:
    """Each metric with the middle 95 % of its values on resampled texts; needs texts of both classes.

    Errors of calibration mostly grow when texts are drawn twice, so that the middle 95 % can lie above the value
    itself: there the interval is the value with 1.96 standard deviations on both sides.
    """
    whole = rank(labels, risk)
    values = [[metric(ranking) for metric in metrics.values()] for (ranking,) in resampled(labels, risk, draws=draws)]
    figures = {}
    for (name, metric), column in zip(metrics.items(), np.array(values).T, strict=True):
        value = metric(whole)
        if metric in (calibration_error, balanced_calibration_error):
            low, high = max(0.0, value - _Z * column.std()), min(1.0, value + _Z * column.std())
        else:
            low, high = np.percentile(column, [2.5, 97.5])
        figures[name] = Figure(value, float(low), float(high))
    return figures


def wilson(count: int, of: int, *, scale: float = 1.0) -> Figure:
    """A share with its interval (Wilson, 1927), which stays honest at 0 and at all, where resampling sees no doubt."""
    if not of:
        return Figure()
    share, square = count / of, _Z**2 / of
    middle, reach = share + square / 2, _Z * sqrt(share * (1 - share) / of + square / (4 * of))
    low, high = (middle - reach) / (1 + square), (middle + reach) / (1 + square)
    return Figure(scale * share, scale * max(0.0, low), scale * min(1.0, high))


def difference(labels: Floats, risks: tuple[Floats, Floats], metric: Metric) -> tuple[Figure, float]:
    """How far a metric of the second risk is above that of the first, and the two-sided p-value (paired bootstrap)."""
    first, second = (metric(rank(labels, risk)) for risk in risks)
    drawn = np.array([metric(b) - metric(a) for a, b in resampled(labels, *risks)])
    low, high = np.percentile(drawn, [2.5, 97.5])
    tail = min(int((drawn <= 0).sum()), int((drawn >= 0).sum()))
    return Figure(second - first, float(low), float(high)), min(1.0, 2 * (tail + 1) / (len(drawn) + 1))


def mcnemar(only_first: int, only_second: int) -> float:
    """Two-sided exact p-value (McNemar, 1947) of the texts on which only one of two systems is right."""
    trials, fewer = only_first + only_second, min(only_first, only_second)
    if not trials:
        return 1.0
    ways = [lgamma(trials + 1) - lgamma(n + 1) - lgamma(trials - n + 1) for n in range(fewer + 1)]
    return min(1.0, 2 * sum(exp(way - trials * log(2)) for way in ways))
