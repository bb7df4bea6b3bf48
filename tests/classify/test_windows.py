"""Windows cover a text evenly and stay bounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipscan.classify.classifier import MAX_WINDOWS, windows


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
