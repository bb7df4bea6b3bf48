"""Fit the n-grams that stand beside a network: a ridge logistic regression on hashed strings of characters.

Every source has a column of its own beside the n-grams, and the columns are left out of what ships: part of what only
tells authored texts from public ones, most of which are ordinary, is then theirs. Without them lures would be found by
whom they were written by.
"""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from tipscan.classify.ngrams import NGrams, buckets
from tipscan.classify.spelling import readable
from tipscan.text import normalize

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from training.batches import Row

log = logging.getLogger("training")

SIZE = 2**20
STRENGTH = 10.0  # inverse of the ridge
#: Value of a source's column: the larger, the more of a source's own wording is left to it.
SOURCE = 0.1
#: A public text weighs half an authored one, and a source no more than this many authored ones.
PUBLIC_WEIGHT, HEAVIEST_SOURCE = 0.5, 300
#: Weights beyond this quantile are cut to it, so that the others keep fine steps.
LARGEST = 0.9999


def matrix(texts: list[str], tokenizer: Tokenizer, size: int) -> sparse.csr_matrix:
    """(N, size) values of the buckets of each text, as the classifier reads it."""
    found = [buckets(readable(normalize(text), tokenizer), size) for text in texts]
    ends = np.cumsum([0, *(len(where) for where, _ in found)])
    columns, values = (np.concatenate(part) for part in zip(*found, strict=True))
    return sparse.csr_matrix((values, columns, ends), shape=(len(texts), size))


def fit(rows: list[Row], tokenizer: Tokenizer, size: int = SIZE) -> NGrams:
    """Learn from the rows whose label is not weak."""
    rows = [row for row in rows if not row["weak"]]
    labels = [row["label"] for row in rows]
    if len(set(labels)) < 2:
        raise ValueError("n-grams need texts of both labels")
    counted = matrix([row["text"] for row in rows], tokenizer, size)
    # A rare bucket says more than one that every text fills.
    rarity = (np.log((1 + len(rows)) / (1 + counted.getnnz(axis=0))) + 1).astype(np.float32) / 5
    sources = Counter(row["source"] for row in rows)
    column = {source: number for number, source in enumerate(sources)}
    places = (np.arange(len(rows)), [column[row["source"]] for row in rows])
    own = sparse.csr_matrix((np.full(len(rows), SOURCE, np.float32), places), shape=(len(rows), len(sources)))
    weights = [
        1.0 if row["source"] in ("corpus", "own") else min(PUBLIC_WEIGHT, HEAVIEST_SOURCE / sources[row["source"]])
        for row in rows
    ]
    model = LogisticRegression(C=STRENGTH, max_iter=200)
    model.fit(sparse.hstack([counted @ sparse.diags(rarity), own]).tocsr(), labels, sample_weight=weights)
    learned = np.asarray(model.coef_)[0, :size] * rarity
    scale = float(np.quantile(np.abs(learned[learned != 0]), LARGEST)) / 127
    log.info("n-grams fitted on %d texts", len(rows))
    return NGrams(np.clip(np.rint(learned / scale), -127, 127).astype(np.int8), scale)
