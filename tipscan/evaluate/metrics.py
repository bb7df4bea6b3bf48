"""Figures of merit of a risk score, all computed from one table: how many texts of each class stand at each risk.

In that table ties need no care, a resampled file is the same table with other counts, and weighing both classes alike
is a division.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
BINS: Final = 10
#: A rate times a count falls short of a whole number by rounding: 0.29 * 100 is 28.999999999999996.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Ranking:
    """The distinct risks, highest first, and the number (or weight) of lures and of ordinary texts at each."""

    risk: Floats
    lures: Floats
    ordinary: Floats

    @property
    def texts(self) -> Floats:
        return self.lures + self.ordinary

    def balanced(self) -> Ranking:
        """The same with one half of the weight for each class: files hold other shares than the risk is fitted for."""
        return Ranking(self.risk, 0.5 * self.lures / self.lures.sum(), 0.5 * self.ordinary / self.ordinary.sum())


Metric = Callable[[Ranking], float]


def rank(labels: npt.ArrayLike, risk: npt.ArrayLike) -> Ranking:
    """The ranking of texts.

    Args:
        labels: 1 for a lure, 0 for an ordinary text.
        risk: The risk of each, in [0, 1].
    """
    return Ranker(np.asarray(labels, dtype=np.float64), np.asarray(risk, dtype=np.float64)).ranking()


class Ranker:
    """Sorts the risks once, for many rankings of the same texts with other weights."""

    def __init__(self, labels: Floats, risk: Floats) -> None:
        falling, self._place = np.unique(-risk, return_inverse=True)
        self._risk, self._labels = -falling, labels

    def ranking(self, weights: Floats | None = None) -> Ranking:
        """The ranking in which each text counts ``weights`` times, by default once."""
        lures = self._labels if weights is None else self._labels * weights
        at_lures = np.bincount(self._place, lures, len(self._risk)).astype(np.float64)
        at_all = np.bincount(self._place, weights, len(self._risk)).astype(np.float64)
        return Ranking(self._risk, at_lures, at_all - at_lures)


def auroc(ranking: Ranking) -> float:
    """Chance that a lure is riskier than an ordinary text; ties count one half."""
    below = ranking.ordinary.sum() - np.cumsum(ranking.ordinary) + ranking.ordinary / 2
    return float((ranking.lures * below).sum() / (ranking.lures.sum() * ranking.ordinary.sum()))


def average_precision(ranking: Ranking) -> float:
    """Mean over the lures of the precision at their risk."""
    right, taken = np.cumsum(ranking.lures), np.cumsum(ranking.texts)
    precision = np.divide(right, taken, out=np.zeros_like(right), where=taken > 0)
    return float((ranking.lures * precision).sum() / right[-1])


def recall_at(ranking: Ranking, rate: float) -> float:
    """Recall at the lowest threshold whose false-positive rate does not exceed ``rate``; ties count as flagged."""
    kept = _within(ranking, rate)
    return float(ranking.lures[:kept].sum() / ranking.lures.sum())


def gap_at(ranking: Ranking, rate: float) -> tuple[float, float]:
    """Where that threshold may lie: above the first number, up to the second.

    Returns:
        The highest risk that has to stay below, -inf when none has, and the lowest risk that may pass, inf when none.
    """
    kept = _within(ranking, rate)
    below = float(ranking.risk[kept]) if kept < len(ranking.risk) else -np.inf
    return below, float(ranking.risk[kept - 1]) if kept else np.inf


def _within(ranking: Ranking, rate: float) -> int:
    """How many of the distinct risks, from the top, pass before false positives exceed the rate."""
    allowed = np.floor(rate * ranking.ordinary.sum() + _ROUNDING)
    return int(np.searchsorted(np.cumsum(ranking.ordinary), allowed, "right"))


def brier(ranking: Ranking) -> float:
    """Mean squared error of the risk (Brier, 1950)."""
    error = ranking.lures * (1 - ranking.risk) ** 2 + ranking.ordinary * ranking.risk**2
    return float(error.sum() / ranking.texts.sum())


@dataclass(frozen=True, slots=True)
class Bin:
    """Texts of similar risk: their mean risk, the share of lures among them, and their number (or weight)."""

    risk: float
    share: float
    texts: float


def reliability(ranking: Ranking) -> list[Bin]:
    """The bins of equal width that hold texts, lowest risk first."""
    number = np.minimum((ranking.risk * BINS).astype(int), BINS - 1)
    texts = np.bincount(number, ranking.texts, BINS)
    risk, lures = np.bincount(number, ranking.texts * ranking.risk, BINS), np.bincount(number, ranking.lures, BINS)
    return [Bin(float(risk[n] / texts[n]), float(lures[n] / texts[n]), float(texts[n])) for n in np.flatnonzero(texts)]


def calibration_error(ranking: Ranking) -> float:
    """Expected calibration error over ``BINS`` bins of equal width (Guo et al., 2017)."""
    bins = reliability(ranking)
    return sum(one.texts * abs(one.risk - one.share) for one in bins) / sum(one.texts for one in bins)


def balanced_brier(ranking: Ranking) -> float:
    """:func:`brier`, both classes weighing one half."""
    return brier(ranking.balanced())


def balanced_calibration_error(ranking: Ranking) -> float:
    """:func:`calibration_error`, both classes weighing one half."""
    return calibration_error(ranking.balanced())


def precision_recall(ranking: Ranking) -> tuple[Floats, Floats]:
    """Precision and recall at each distinct risk taken as threshold, highest first."""
    right = np.cumsum(ranking.lures)
    return right / np.cumsum(ranking.texts), right / right[-1]
