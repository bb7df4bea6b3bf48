"""The phrases that carry a text's risk logit.

The logit is a mean over tokens, so a phrase's share of it is a sum, not an estimate. Phrases are the contiguous runs
whose tokens speak for deception most strongly, above what an ordinary token of the same text brings.
"""

from __future__ import annotations

import unicodedata

import numpy as np
import numpy.typing as npt

MAX_PHRASES = 3
MAX_TOKENS = 24
#: Log-odds that the tokens of a phrase have to hold together, each counted as if the text were that token alone.
MIN_SUM = 1.0


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
    tokens = shares.astype(np.float64) * len(shares)
    excess = tokens - max(0.0, 0.8 * float(tokens.mean()))
    found: list[tuple[int, int, float]] = []
    for _ in range(MAX_PHRASES):
        start, end = best_run(excess)
        if end <= start or excess[start:end].sum() < MIN_SUM:
            break
        excess[start:end] = -np.inf
        place = _trim(text, int(offsets[start][0]), int(offsets[end - 1][1]))
        if place[0] < place[1]:
            found.append((*place, float(shares[start:end].sum()) * scale))
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
