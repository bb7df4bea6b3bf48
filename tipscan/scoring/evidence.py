"""The phrases that carry a text's risk logit.

The logit is a weighted mean over tokens, so a phrase's share of it is a sum, not an estimate. Phrases are contiguous
runs whose tokens speak for deception most strongly, above what an ordinary token of the same text brings.
"""

from __future__ import annotations

import re
import unicodedata
from collections import deque

import numpy as np
import numpy.typing as npt

MAX_PHRASES = 3
MAX_TOKENS = 24
#: Log-odds that a phrase has to bring to be shown.
MIN_SHARE = 0.2
#: What an ordinary token of the text brings, times this, is taken off each before runs are looked for.
ORDINARY = 0.8
MAX_WORD = 40
#: Letters of scripts that write no spaces: a phrase in them ends at the token, elsewhere at the word.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


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
    brought = shares.astype(np.float64) * scale
    excess = brought - max(0.0, ORDINARY * float(brought.mean()))
    found: list[tuple[int, int, float]] = []
    for _ in range(MAX_PHRASES):
        start, end = best_run(excess)
        share = float(brought[start:end].sum())
        if share < MIN_SHARE:
            break
        excess[start:end] = -np.inf
        place = _trim(text, int(offsets[start][0]), int(offsets[end - 1][1]))
        if place[0] < place[1] and all(place[1] <= other[0] or place[0] >= other[1] for other in found):
            found.append((*place, share))
    return sorted(found)


def best_run(values: npt.NDArray[np.float64]) -> tuple[int, int]:
    """The contiguous run of at most ``MAX_TOKENS`` values with the largest positive sum; (0, 0) if there is none."""
    best, best_sum = (0, 0), 0.0
    sums = [0.0]
    starts: deque[int] = deque([0])  # of the places a run can start at, those with ever larger sums before them
    for index, value in enumerate(values):
        if not np.isfinite(value):
            sums.append(sums[-1])
            starts = deque([index + 1])
            continue
        sums.append(sums[-1] + float(value))
        if starts[0] < index + 1 - MAX_TOKENS:
            starts.popleft()
        if sums[-1] - sums[starts[0]] > best_sum:
            best, best_sum = (starts[0], index + 1), sums[-1] - sums[starts[0]]
        while starts and sums[starts[-1]] >= sums[-1]:
            starts.pop()
        starts.append(index + 1)
    return best


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Drop white space and punctuation at the edges; finish the words and letters that the tokens cut."""
    while start < end and not (text[start].isalnum() or unicodedata.category(text[start])[0] in "MS"):
        start += 1
    first, last = max(0, start - MAX_WORD), min(len(text), end + MAX_WORD)
    while first < start < end and _cuts(text, start):
        start -= 1
    while start < end < last and _cuts(text, end):
        end += 1
    while end > start and not (text[end - 1].isalnum() or unicodedata.category(text[end - 1])[0] in "MS"):
        end -= 1
    return start, end


def _cuts(text: str, place: int) -> bool:
    """Whether an edge before ``text[place]`` parts a letter from its mark, or a word of a script that writes spaces."""
    if unicodedata.category(text[place])[0] == "M":
        return True
    around = text[place - 1 : place + 1]
    return all(
        (char.isalnum() or unicodedata.category(char)[0] == "M") and not _UNSPACED.match(char) for char in around
    )
