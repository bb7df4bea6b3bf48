"""The phrases that carry a text's risk logit.

The logit is a mean over tokens, so a phrase's share of it is a sum, not an estimate. Phrases are the contiguous runs
with the largest sum above what an unremarkable token of the same text would bring.
"""

from __future__ import annotations

import unicodedata

import numpy as np
import numpy.typing as npt

MAX_PHRASES = 3
MAX_TOKENS = 24
#: A phrase has to bring at least this much log-odds to be worth showing.
MIN_SHARE = 0.05


def phrases(
    text: str, shares: npt.NDArray[np.float32], offsets: npt.NDArray[np.int32], *, scale: float
) -> list[tuple[int, int, float]]:
    """Up to ``MAX_PHRASES`` (start, end, share) in code points of ``text``, in order of place.

    Args:
        text: The normalized text.
        shares: (T,) share of each token in the model's logit.
        offsets: (T, 2) places of the tokens.
        scale: Weight of the model's logit in the fused log-odds; shares are given times it.
    """
    excess = shares.astype(np.float64) - max(0.0, float(shares.mean())) - 0.5 * float(shares.std())
    found: list[tuple[int, int, float]] = []
    for _ in range(MAX_PHRASES):
        start, end = best_run(excess)
        share = float(shares[start:end].sum()) * scale
        if end <= start or share < MIN_SHARE:
            break
        excess[start:end] = -np.inf
        place = _trim(text, int(offsets[start][0]), int(offsets[end - 1][1]))
        if place[0] < place[1]:
            found.append((*place, share))
    return sorted(found)


def best_run(values: npt.NDArray[np.float64]) -> tuple[int, int]:
    """The contiguous run of at most ``MAX_TOKENS`` values with the largest positive sum; (0, 0) if there is none."""
    best, best_sum = (0, 0), 0.0
    start, running = 0, 0.0
    for index, value in enumerate(values):
        running += value
        if not np.isfinite(running) or running <= 0 or index - start >= MAX_TOKENS:
            start, running = index + 1, 0.0
        elif running > best_sum:
            best, best_sum = (start, index + 1), running
    return best


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Drop white space and punctuation at the edges; take in marks that belong to the last letter."""
    while end < len(text) and unicodedata.category(text[end])[0] == "M":
        end += 1
    while start < end and not (text[start].isalnum() or unicodedata.category(text[start])[0] in "MS"):
        start += 1
    while end > start and not (text[end - 1].isalnum() or unicodedata.category(text[end - 1])[0] in "MS"):
        end -= 1
    return start, end
