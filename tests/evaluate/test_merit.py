"""The figures of merit are those of scikit-learn and SciPy, ties and resampled texts included."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn.metrics import average_precision_score, brier_score_loss, precision_recall_curve, roc_auc_score, roc_curve

from tipscan.evaluate.chance import bootstrap, difference, mcnemar, resampled, wilson
from tipscan.evaluate.metrics import (
    Bin,
    Floats,
    Ranker,
    auroc,
    average_precision,
    brier,
    calibration_error,
    gap_at,
    precision_recall,
    rank,
    recall_at,
    reliability,
)

LABELS = np.array([1.0, 1, 1, 1, 0, 0, 0, 0])
RISK = np.array([0.9, 0.8, 0.6, 0.1, 0.7, 0.4, 0.2, 0.0])

#: Few distinct risks, so that ties are common; both classes are there.
TEXTS = st.lists(st.tuples(st.booleans(), st.integers(0, 12)), min_size=1, max_size=40).map(
    lambda some: [*some, (True, 6), (False, 6)]
)


def arrays(texts: list[tuple[bool, int]]) -> tuple[Floats, Floats]:
    labels, risk = zip(*texts, strict=True)
    return np.array(labels, dtype=np.float64), np.array(risk) / 12


@settings(deadline=None, max_examples=60)
@given(TEXTS, st.floats(0, 1))
def test_figures_equal_those_of_scikit_learn(texts: list[tuple[bool, int]], rate: float) -> None:
    """AUROC, average precision, Brier score, recall at a rate and the curve are the library's, whatever the ties."""
    labels, risk = arrays(texts)
    ranking = rank(labels, risk)
    assert auroc(ranking) == pytest.approx(roc_auc_score(labels, risk))
    assert average_precision(ranking) == pytest.approx(average_precision_score(labels, risk))
    assert brier(ranking) == pytest.approx(brier_score_loss(labels, risk))
    false, recall, _ = roc_curve(labels, risk, drop_intermediate=False)
    assert recall_at(ranking, rate) == pytest.approx(recall[false <= rate + 1e-9].max())
    precision, recall, _ = precision_recall_curve(labels, risk)
    ours = precision_recall(ranking)
    np.testing.assert_allclose(ours[0], precision[:-1][::-1])
    np.testing.assert_allclose(ours[1], recall[:-1][::-1])


@settings(deadline=None, max_examples=60)
@given(TEXTS, st.floats(0, 0.99))
def test_the_gap_of_a_rate(texts: list[tuple[bool, int]], rate: float) -> None:
    """Any threshold in the gap keeps the rate and has the recall; the next lower risk breaks the rate."""
    labels, risk = arrays(texts)
    ranking = rank(labels, risk)
    below, passes = gap_at(ranking, rate)
    for threshold in {passes, min(passes, below + 1e-6)}:
        assert (risk[labels == 0] >= threshold).mean() <= rate + 1e-9
        assert (risk[labels == 1] >= threshold).mean() == pytest.approx(recall_at(ranking, rate))
    assert (risk[labels == 0] >= below).mean() > rate


@settings(deadline=None, max_examples=40)
@given(TEXTS, st.integers(0, 99))
def test_weights_are_repeated_texts(texts: list[tuple[bool, int]], seed: int) -> None:
    """A text that weighs two counts as two texts, one that weighs nothing as none."""
    labels, risk = arrays(texts)
    weights = np.random.default_rng(seed).integers(0, 4, len(labels))
    weights[-2:] += 1  # of each class one stays
    weighted = Ranker(labels, risk).ranking(weights.astype(np.float64))
    repeated = rank(np.repeat(labels, weights), np.repeat(risk, weights))
    for metric in (auroc, average_precision, brier, calibration_error):
        assert metric(weighted) == pytest.approx(metric(repeated))


def test_rates_do_not_fall_short_by_rounding() -> None:
    """29 % of 100 ordinary texts are 29, though 0.29 * 100 is a little less."""
    ranking = rank([0] * 100 + [1], [*(np.arange(100) / 100), 0.705])
    assert recall_at(ranking, 0.29) == 1.0
    assert recall_at(ranking, 0.28) == 0.0


def test_calibration_by_hand() -> None:
    """Two bins: 0.1 of risk where a quarter are lures, 0.9 where all are."""
    ranking = rank([1, 0, 0, 0, 1, 1], [0.1, 0.1, 0.1, 0.1, 0.9, 0.9])
    assert reliability(ranking) == [Bin(pytest.approx(0.1), 0.25, 4.0), Bin(pytest.approx(0.9), 1.0, 2.0)]
    assert calibration_error(ranking) == pytest.approx((4 * 0.15 + 2 * 0.1) / 6)


def test_intervals_hold_the_value_and_repeat() -> None:
    """The interval is around the value, the same in every run, and a point for a perfect score."""
    rng = np.random.default_rng(3)
    labels = np.repeat([0.0, 1.0], 150)
    risk = np.clip(rng.normal(0.4 + 0.25 * labels, 0.2), 0, 1)
    metrics = {"auroc": auroc, "average_precision": average_precision, "calibration_error": calibration_error}
    figures = bootstrap(labels, risk, metrics, draws=300)
    assert figures == bootstrap(labels, risk, metrics, draws=300)
    for figure in figures.values():
        assert figure.low is not None and figure.value is not None and figure.high is not None
        assert figure.low < figure.value < figure.high
    # Hanley and McNeil (1982): about 0.022 of standard error for an AUROC near 0.8 with 150 texts of each class.
    auroc_ = figures["auroc"]
    assert 0.06 < (auroc_.high or 0) - (auroc_.low or 0) < 0.12
    perfect = bootstrap(labels, labels, {"auroc": auroc}, draws=20)["auroc"]
    assert (perfect.low, perfect.high) == (1.0, 1.0)


def test_texts_are_drawn_within_each_class() -> None:
    """Every draw holds as many lures and ordinary texts as the file, and both systems meet the same draw."""
    for first, second in resampled(LABELS, RISK, 1 - RISK, draws=20):
        assert (first.lures.sum(), first.ordinary.sum()) == (4, 4)
        np.testing.assert_array_equal(first.lures, second.lures[::-1])


@pytest.mark.parametrize(("count", "of"), [(0, 20), (20, 20), (3, 17), (500, 1000)])
def test_wilson_equals_scipy(count: int, of: int) -> None:
    """The interval of a share is SciPy's; no share of nothing."""
    expected = binomtest(count, of).proportion_ci(method="wilson")
    figure = wilson(count, of, scale=1000)
    assert (figure.low, figure.high) == pytest.approx((1000 * expected.low, 1000 * expected.high), abs=1e-3)
    assert wilson(0, 0).value is None


@pytest.mark.parametrize(("first", "second"), [(0, 0), (5, 16), (16, 5), (7, 7), (1, 0), (900, 1100)])
def test_mcnemar_equals_the_binomial_test(first: int, second: int) -> None:
    """The exact test is a coin's; thousands of texts do not overflow it."""
    expected = binomtest(first, first + second).pvalue if first + second else 1.0
    assert mcnemar(first, second) == pytest.approx(expected)


def test_difference_of_two_systems() -> None:
    """A clearly better system is significant, a copy is not, and the sign is that of the second."""
    labels = np.repeat([0.0, 1.0], 60)
    noise = np.random.default_rng(5).random(120)
    better, p = difference(labels, (noise, 0.5 * labels + 0.5 * noise), auroc)
    assert better.value is not None and better.low is not None
    assert better.value > better.low > 0.2
    assert p == pytest.approx(2 / 1001)
    same, p = difference(labels, (noise, noise), auroc)
    assert (same.value, same.low, same.high, p) == (0.0, 0.0, 0.0, 1.0)
