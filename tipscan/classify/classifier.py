"""Normalized texts -> logits and the share every token has in them.

One window of one text is one run of the network. On the CPUs measured (``python -m evaluation.windows``) batching
windows of one length gains a fifth at 16 tokens and nothing from 128 on, and the scale of dynamically quantized
activations would then depend on a text's company, which moves the logits by about 1. So windows run alone, on as many
worker threads as asked for, each of them with one thread inside: the same text always gets the same bits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tipscan.classify.bundle import Bundle
from tipscan.text import NormalizedText

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

Floats = npt.NDArray[np.float32]
BEGIN, END = 0, 2
#: Characters the network reads of one text, and windows it runs on: bounds time and memory for texts of any length.
MAX_CHARACTERS = 100_000
MAX_WINDOWS = 64
_FILES = ("model.onnx", "tokenizer.json")


@dataclass(frozen=True, slots=True)
class Scores:
    """Logits of one text and where they come from.

    Attributes:
        logits: (12,) one per output of the bundle: risk, recruits, then the schemes.
        shares: (T,) share of each token in the risk logit; they sum to ``logits[0]`` less the head's bias.
        offsets: (T, 2) code points of each token in the normalized text.
    """

    logits: Floats
    shares: Floats
    offsets: npt.NDArray[np.int32]


class Classifier:
    """The network of a bundle. Loading happens on first use."""

    def __init__(self, bundle: Bundle, *, threads: int) -> None:
        self.bundle = bundle
        self.threads = threads

    def __getstate__(self) -> tuple[Bundle, int]:
        # Configuration travels to worker processes, sessions and threads do not.
        return self.bundle, self.threads

    def __setstate__(self, state: tuple[Bundle, int]) -> None:
        self.bundle, self.threads = state

    @cached_property
    def tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        return Tokenizer.from_file(str(self.bundle.path / "tokenizer.json"))

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

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(self.threads, thread_name_prefix="tipscan")

    def submit(self, texts: Sequence[NormalizedText]) -> list[Future[Scores]]:
        """Start scoring; the caller can do other work until it asks for the results."""
        session = self.session
        # White space at the end is a token of its own to the tokenizer, and nothing to a reader.
        readable = [text.text[:MAX_CHARACTERS].rstrip() for text in texts]
        # One by one: a batch would use every core, whatever number of threads was asked for.
        encodings = [self.tokenizer.encode(text, add_special_tokens=False) for text in readable]
        # The longest first, so that no worker is left alone with a long text at the end.
        order = sorted(range(len(texts)), key=lambda number: -len(encodings[number].ids))
        futures: dict[int, Future[Scores]] = {}
        for number in order:
            encoding = encodings[number]
            futures[number] = self._pool.submit(self._score, session, encoding.ids, encoding.offsets)
        return [futures[number] for number in range(len(texts))]

    def score(self, texts: Sequence[NormalizedText]) -> list[Scores]:
        """Scores of each text, in order."""
        return [future.result() for future in self.submit(texts)]

    def _score(self, session: InferenceSession, ids: list[int], offsets: list[tuple[int, int]]) -> Scores:
        token_logits: list[Floats] = []
        read: list[tuple[int, int]] = []
        for start, end in windows(len(ids), self.bundle.manifest["window"]):
            window = np.array([[BEGIN, *ids[start:end], END]], dtype=np.int64)
            token_logits.append(session.run(["token_logits"], {"input_ids": window})[0][0, 1:-1])
            read += offsets[start:end]
        tokens = np.concatenate(token_logits)
        if not len(tokens):  # nothing the tokenizer can read
            return Scores(np.zeros(tokens.shape[1], np.float32), np.zeros(0, np.float32), np.zeros((0, 2), np.int32))
        bias = self.bundle.manifest["head_bias"]
        shares = (tokens[:, 0] - np.float32(bias)) / np.float32(len(tokens))
        return Scores(tokens.mean(axis=0, dtype=np.float32), shares, np.array(read, dtype=np.int32).reshape(-1, 2))


def windows(count: int, size: int) -> Iterable[tuple[int, int]]:
    """Cut ``count`` tokens into windows of at most ``size``, as equal as can be.

    Of a text with more than ``MAX_WINDOWS`` windows, that many are read, spread evenly over it.
    An empty text is one empty window.
    """
    number = max(1, -(-count // size))
    bounds = [count * index // number for index in range(number + 1)]
    chosen = range(number) if number <= MAX_WINDOWS else [number * index // MAX_WINDOWS for index in range(MAX_WINDOWS)]
    return [(bounds[index], bounds[index + 1]) for index in chosen]
