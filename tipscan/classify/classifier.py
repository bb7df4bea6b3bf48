"""Normalized texts -> logits and the share every token has in them, and what their n-grams say.

One window of one text is one run of the network. On the CPUs measured (``python -m evaluation.windows``) batching
windows of one length gains two thirds at 16 tokens and a tenth at 64, and the scale of dynamically quantized
activations would then depend on a text's company, which moves logits by up to 0.9. So windows run alone, on as many
worker threads as asked for, each of them with one thread inside: the same text always gets the same bits.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from tipscan.classify.bundle import Bundle
from tipscan.classify.ngrams import NGrams
from tipscan.classify.spelling import readable
from tipscan.text import NormalizedText

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

Floats = npt.NDArray[np.float32]
BEGIN, END = 0, 2
#: Windows of one text that the network runs on.
MAX_WINDOWS = 64


@dataclass(frozen=True, slots=True)
class Scores:
    """Logits of one text and where they come from.

    Attributes:
        logits: (12,) one per output of the bundle: risk, recruits, then the schemes.
        shares: (T,) share of each token in the risk logit; they sum to ``logits[0]`` less the head's bias.
        offsets: (T, 2) code points of each token in the normalized text.
        ngrams: What the n-grams of the text say, in log-odds.
    """

    logits: Floats
    shares: Floats
    offsets: npt.NDArray[np.int32]
    ngrams: float


class Workers:
    """Threads that networks run on; shared by the tiers, so that no more run than were asked for."""

    def __init__(self, threads: int) -> None:
        self.threads = threads
        self._pools: dict[int, ThreadPoolExecutor] = {}

    def __reduce__(self) -> tuple[type[Workers], tuple[int]]:
        return Workers, (self.threads,)

    @property
    def pool(self) -> ThreadPoolExecutor:
        """The threads of this process: a forked child inherits an executor, but not the threads it counts on."""
        process = os.getpid()
        if process not in self._pools:
            self._pools[process] = ThreadPoolExecutor(self.threads, thread_name_prefix="tipscan")
        return self._pools[process]


class Classifier:
    """The network and the n-grams of a bundle. Loading happens on first use."""

    def __init__(self, bundle: Bundle, workers: Workers) -> None:
        self.bundle = bundle
        self.workers = workers

    def __getstate__(self) -> dict[str, Any]:
        # Configuration travels to worker processes, sessions do not.
        return {"bundle": self.bundle, "workers": self.workers}

    @cached_property
    def tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        return Tokenizer.from_file(str(self.bundle.path / "tokenizer.json"))

    @cached_property
    def ngrams(self) -> NGrams:
        return NGrams.load(self.bundle.path / "ngrams.npz")

    @cached_property
    def session(self) -> InferenceSession:
        import onnxruntime

        self.bundle.verify()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(
            str(self.bundle.path / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def submit(self, text: NormalizedText) -> Future[Scores]:
        """Start scoring; the caller can do other work until it asks for the result."""
        loaded = self.session, self.tokenizer, self.ngrams  # here, once, not by every worker
        return self.workers.pool.submit(self._score, *loaded, text)

    def score(self, texts: Iterable[NormalizedText]) -> list[Scores]:
        """Scores of each text, in order."""
        return [future.result() for future in [self.submit(text) for text in texts]]

    def _score(
        self, session: InferenceSession, tokenizer: Tokenizer, ngrams: NGrams, normalized: NormalizedText
    ) -> Scores:
        text = readable(normalized, tokenizer)
        # One by one: a batch would use every core, whatever number of threads was asked for.
        encoding = tokenizer.encode(text, add_special_tokens=False)
        ids, offsets = encoding.ids, encoding.offsets
        parts: list[tuple[Floats, Floats]] = []
        read: list[tuple[int, int]] = []
        for start, end in windows(len(ids), self.bundle.manifest["window"]):
            window = np.array([[BEGIN, *ids[start:end], END]], dtype=np.int64)
            values, gates = session.run(["values", "gates"], {"input_ids": window})
            parts.append((values[0, 1:-1], gates[0, 1:-1]))
            read += offsets[start:end]
        values, gates = (np.concatenate(part) for part in zip(*parts, strict=True))
        if not len(values):  # nothing the tokenizer can read
            nothing = np.zeros(values.shape[1], np.float32)
            return Scores(nothing, np.zeros(0, np.float32), np.zeros((0, 2), np.int32), 0.0)
        logits, weights = pool(values, gates)
        shares = (weights * (values[:, 0] - self.bundle.manifest["head_bias"])).astype(np.float32)
        return Scores(logits, shares, np.array(read, dtype=np.int32).reshape(-1, 2), ngrams.score(text))


def pool(values: Floats, gates: Floats) -> tuple[Floats, Floats]:
    """The weighted means of (T, 12) values, by (T, 2) gates over all windows of a text.

    The first gate weighs the risk, the second the other outputs: (12,) logits, and the (T,) weights in the risk.
    """
    weights = np.exp(gates - gates.max(axis=0))
    weights /= weights.sum(axis=0)
    logits = weights[:, 1] @ values
    logits[0] = weights[:, 0] @ values[:, 0]
    return logits, weights[:, 0]


def windows(count: int, size: int) -> Iterable[tuple[int, int]]:
    """Cut ``count`` tokens into windows of at most ``size``, as equal as can be.

    Of a text with more than ``MAX_WINDOWS`` windows, that many are read, spread evenly over it.
    An empty text is one empty window.
    """
    number = max(1, -(-count // size))
    bounds = [count * index // number for index in range(number + 1)]
    chosen = range(number) if number <= MAX_WINDOWS else [number * index // MAX_WINDOWS for index in range(MAX_WINDOWS)]
    return [(bounds[index], bounds[index + 1]) for index in chosen]
