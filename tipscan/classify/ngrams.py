"""Hashed n-grams of characters under a linear model: what the wording of a text says by itself.

A network of this size reads for meaning and rounds much of the wording away; a linear model of short strings keeps
it, in any script, and in a fraction of the time. The fusion weighs the two (``training.fuse``). Fitted by
``training.ngrams``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

#: Characters of the longest n-gram.
LONGEST = 5
_DIGIT = re.compile(r"\d")
_STEP = np.uint64(0x9E3779B97F4A7C15)


def buckets(text: str, size: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """The n-grams of 1 to ``LONGEST`` characters of a text, each hashed to one of ``size`` buckets.

    Letters are lower-cased and every digit is a zero, so that no number is learned by heart.

    Returns:
        (K,) distinct buckets in order, and (K,) values 1 + log(count), scaled to a vector of length 1.
    """
    folded = f" {_DIGIT.sub('0', text.lower())} "
    codes = np.frombuffer(folded.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    state, found = np.zeros(len(codes), dtype=np.uint64), []
    for length in range(1, min(LONGEST, len(codes)) + 1):
        state = state[: len(codes) - length + 1] * _STEP + codes[length - 1 :]
        found.append(_mixed(state + np.uint64(length)) % np.uint64(size))
    distinct, counts = np.unique(np.concatenate(found).astype(np.int64), return_counts=True)
    values = (1 + np.log(counts)).astype(np.float32)
    return distinct, values / np.float32(np.sqrt(values @ values))


def _mixed(state: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    # The finalizer of SplitMix64 (Steele, Lea and Flood 2014): every bit of the state moves every bit of the hash.
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state ^ (state >> np.uint64(31))


@dataclass(frozen=True, slots=True)
class NGrams:
    """A weight for each bucket, in steps of ``scale``.

    Attributes:
        weights: (size,) int8.
        scale: What one step is worth, in log-odds.
    """

    weights: npt.NDArray[np.int8]
    scale: float

    @classmethod
    def load(cls, path: Path) -> NGrams:
        with np.load(path, allow_pickle=False) as arrays:
            return cls(arrays["weights"], float(arrays["scale"]))

    def save(self, path: Path) -> None:
        np.savez_compressed(path, weights=self.weights, scale=np.float32(self.scale))

    def score(self, text: str) -> float:
        """Log-odds of a normalized text, up to a constant that the fusion adds."""
        where, values = buckets(text, len(self.weights))
        return self.scale * float(self.weights[where].astype(np.float32) @ values)
