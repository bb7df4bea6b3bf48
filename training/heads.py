"""Fit the side heads (recruits, schemes) on the finished encoder.

Rare outputs learn slowly beside the risk: their biases alone have far to go. Because the heads are linear on pooled
states, fitting them afterwards is ten small logistic regressions on fixed vectors, and exact.
"""

from __future__ import annotations

import logging
import random

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression

from tipscan.indicators.taxonomy import SCHEMES
from training import batches
from training.model import GATES, TokenScorer, weights_of

log = logging.getLogger("training")

PUBLIC_TEXTS = 1_500
WINDOWS = 6  # of a text
STRENGTH = 0.05  # inverse of the ridge, on standardized features


@torch.inference_mode()
def pooled_states(model: TokenScorer, texts: list[batches.Encoded], length: int) -> np.ndarray:
    """(2, N, hidden) states pooled by each gate over the first ``WINDOWS`` windows of each text, in the order given."""
    model.eval()
    device = next(model.parameters()).device
    order = sorted(range(len(texts)), key=lambda number: len(texts[number].ids))
    states = np.zeros((GATES, len(texts), model.head.in_features), dtype=np.float32)
    for begin in range(0, len(order), 16):
        part = order[begin : begin + 16]
        batch = batches.collate([batches.cut(texts[n], length, WINDOWS) for n in part], {"default": 1.0})
        with torch.autocast(device.type, dtype=torch.bfloat16):
            hidden = model.encoder(
                input_ids=batch["input_ids"].to(device), attention_mask=batch["attention_mask"].to(device)
            ).last_hidden_state
            gates = model.gate(hidden)
        owner = batch["owner"]
        shares = weights_of(gates.cpu(), batch["content"], owner)
        pooled = torch.einsum("bth,btg->bgh", hidden.float().cpu(), shares)
        pooled = pooled.new_zeros(len(part), *pooled.shape[1:]).index_add(0, owner, pooled)
        states[:, part] = pooled.transpose(0, 1).numpy()
    return states


def choose_texts(texts: list[batches.Encoded], seed: int) -> list[batches.Encoded]:
    """The whole corpus, and a draw from the public texts whose schemes are known."""
    authored = [text for text in texts if text.row["source"] == "corpus"]
    public = [
        text for text in texts if text.row["source"] != "corpus" and (text.row["schemes_known"] or text.row["schemes"])
    ]
    return authored + random.Random(seed).sample(public, min(PUBLIC_TEXTS, len(public)))


def fit_side_heads(model: TokenScorer, texts: list[batches.Encoded], *, length: int, seed: int) -> None:
    """Replace the weights of every output but the risk."""
    chosen = choose_texts(texts, seed)
    states = pooled_states(model, chosen, length)[1]
    centre, scale = states.mean(axis=0), states.std(axis=0) + 1e-6
    features = (states - centre) / scale
    targets = {1: [row["recruits"] for row in (text.row for text in chosen)]}
    targets |= {2 + n: [code in text.row["schemes"] for text in chosen] for n, code in enumerate(SCHEMES)}
    with torch.no_grad():
        for output, labels in targets.items():
            if len(set(labels)) < 2:  # few texts of one's own: what the epochs learned stays
                continue
            fitted = LogisticRegression(C=STRENGTH, max_iter=1000).fit(features, labels)
            weight = fitted.coef_[0] / scale
            model.head.weight[output] = torch.from_numpy(weight.astype(np.float32))
            model.head.bias[output] = float(fitted.intercept_[0] - weight @ centre)
    log.info("side heads fitted on %d texts", len(chosen))
