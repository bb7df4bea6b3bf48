"""Windows cover a text evenly and stay bounded."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipscan.classify.classifier import MAX_WINDOWS, pool, windows


@given(st.integers(0, 12_000), st.integers(1, 512))
def test_windows_cover_every_token_once(count: int, size: int) -> None:
    """Up to the limit, windows follow one another without gap or overlap, and their lengths differ by one at most."""
    cut = list(windows(count, size))
    if -(-count // size) <= MAX_WINDOWS:
        assert [token for start, end in cut for token in range(start, end)] == list(range(count))
        lengths = [end - start for start, end in cut]
        assert max(lengths) - min(lengths) <= 1
        assert max(lengths) <= size


@pytest.mark.parametrize("count", [64 * 192 + 1, 100_000, 1_000_000])
def test_long_texts_are_sampled_from_start_to_end(count: int) -> None:
    """Of a longer text a fixed number of windows is read, spread over its whole length."""
    cut = list(windows(count, 192))
    assert len(cut) == MAX_WINDOWS
    assert cut[0][0] == 0
    assert cut[-1][1] > count * 0.95


def test_an_empty_text_is_one_empty_window() -> None:
    """No token still gives one run of the network."""
    assert list(windows(0, 192)) == [(0, 0)]


def test_one_token_can_decide() -> None:
    """Even gates give the mean; a gate far above the others gives the logit of its token alone."""
    values = np.array([[4.0, 1.0], [0.0, 3.0], [-1.0, 5.0]], dtype=np.float32)
    logits, weights = pool(values, np.zeros((3, 2), dtype=np.float32))
    np.testing.assert_allclose(logits, [1.0, 3.0], rtol=1e-6)
    np.testing.assert_allclose(weights, [1 / 3] * 3, rtol=1e-6)
    logits, weights = pool(values, np.array([[50.0, 0], [0, 0], [0, 50.0]], dtype=np.float32))
    np.testing.assert_allclose(logits, [4.0, 5.0], rtol=1e-5)
    assert weights.argmax() == 0


@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(-80, 80)), min_size=1, max_size=40))
def test_shares_are_the_score(tokens: list[tuple[float, float]]) -> None:
    """Weights are positive and sum to one; weight times value sums to the logit, however large the gates."""
    values = np.array([[value, 0.0] for value, _ in tokens], dtype=np.float32)
    gates = np.array([[gate, 0.0] for _, gate in tokens], dtype=np.float32)
    logits, weights = pool(values, gates)
    assert weights.min() >= 0
    assert weights.sum() == pytest.approx(1, abs=1e-5)
    assert float((weights * values[:, 0]).sum()) == pytest.approx(float(logits[0]), abs=1e-4)
