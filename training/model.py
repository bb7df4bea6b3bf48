"""The network: one encoder; every token says how much it weighs and what it speaks for.

A text's logit is the weighted mean of its tokens' values, with weights that are a softmax over the text: one decisive
phrase among a hundred tokens can carry the score, and each token's share of the logit (weight times value) is the
score itself, not an approximation of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from transformers import AttentionInterface
from transformers.masking_utils import AttentionMaskInterface, eager_mask

from tipscan.indicators.taxonomy import SCHEMES

if TYPE_CHECKING:
    from transformers import BertModel

#: Order of the outputs.
OUTPUTS: tuple[str, ...] = ("risk", "recruits", *SCHEMES)
#: Attention over tokens: one for the risk, one shared by the other outputs.
GATES = 2
#: Name under which transformers finds ``attend``.
ATTENTION = "tipscan"


def attend(
    module: nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float,
    **_: Any,
) -> tuple[Tensor, None]:
    """Plain attention, without dropout, that stays in the precision of its query: (B, heads, T, D) -> (B, T, heads, D).

    On a CPU it trains faster than the fused kernel with a mask, and than one whose mask turns the scores to floats.
    """
    with torch.autocast(query.device.type, enabled=False):
        scores = query * scaling @ key.transpose(2, 3)
        if attention_mask is not None:
            scores = scores + attention_mask.to(scores.dtype)
        states = scores.softmax(-1) @ value
    return states.transpose(1, 2).contiguous(), None


AttentionInterface.register(ATTENTION, attend)
AttentionMaskInterface.register(ATTENTION, eager_mask)


class RowDropout(nn.Module):
    """Dropout with one mask for all tokens of a window (Gal & Ghahramani, 2016): random bits are dear on a CPU."""

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, state: Tensor) -> Tensor:
        """(B, T, H) -> the same, a share ``p`` of the H features of each row zero, the rest scaled up."""
        if not self.training:
            return state
        kept = state.new_empty(state.shape[0], 1, state.shape[2]).bernoulli_(1 - self.p)
        return state * kept.div_(1 - self.p)


class TokenScorer(nn.Module):
    """Token ids -> per token the value of each output, and the two gates that weigh it."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = RowDropout(0.1)
        self.head = nn.Linear(encoder.config.hidden_size, len(OUTPUTS))
        # Zero gates weigh all tokens alike: training starts from the mean the base encoder was made for.
        self.gate = nn.Linear(encoder.config.hidden_size, GATES)
        nn.init.normal_(self.head.weight, std=0.02)
        for zero in (self.head.bias, self.gate.weight, self.gate.bias):
            nn.init.zeros_(zero)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        """(B, T) ids -> (B, T, 12) values, each with the bias of its output, and (B, T, 2) gates."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        hidden = self.dropout(hidden)
        return self.head(hidden), self.gate(hidden)


def weights_of(gates: Tensor, content: Tensor, owner: Tensor) -> Tensor:
    """(W, T, G) gates of windows -> (W, T, G) weights that sum to 1 over all windows of each text.

    ``content`` (W, T) masks what counts, ``owner`` (W,) is the text a window belongs to.
    """
    gates = gates.float().masked_fill(content[..., None] == 0, -1e9)
    texts = int(owner.max()) + 1
    peak = gates.detach().amax(dim=1)
    places = owner[:, None].expand_as(peak)
    top = peak.new_full((texts, peak.shape[1]), -1e9).scatter_reduce(0, places, peak, "amax")
    grown = (gates - top[owner][:, None]).exp()
    total = grown.new_zeros(texts, grown.shape[2]).index_add(0, owner, grown.sum(1))
    return grown / total.clamp(min=1e-9)[owner][:, None]


def pool(values: Tensor, weights: Tensor, owner: Tensor) -> Tensor:
    """(W, T, 12) values and (W, T, 2) weights -> (N, 12) logits of the texts the windows belong to."""
    risk = (values[..., :1] * weights[..., :1]).sum(1)
    logits = torch.cat([risk, (values[..., 1:] * weights[..., 1:]).sum(1)], dim=1)
    return logits.new_zeros(int(owner.max()) + 1, logits.shape[1]).index_add(0, owner, logits)


@dataclass(frozen=True, slots=True)
class LossWeights:
    recruits: float = 0.3
    schemes: float = 3.0
    pair: float = 1.0
    margin: float = 2.0
    # Weight on annotated phrases: values that stand out from the rest of the text, and the gate's attention to them.
    span: float = 0.3
    attention: float = 0.1


def loss(values: Tensor, gates: Tensor, batch: dict[str, Any], weights: LossWeights) -> Tensor:
    """Weighted binary cross-entropy of the three heads, a ranking term inside pairs, supervision by annotated spans."""
    owner = batch["owner"]
    shares = weights_of(gates, batch["content"], owner)
    logits = pool(values, shares, owner)
    bce = nn.functional.binary_cross_entropy_with_logits
    risk = bce(logits[:, 0], batch["label"], weight=batch["weight"])
    recruits = bce(logits[:, 1], batch["recruits"], weight=batch["weight"])
    scheme = bce(logits[:, 2:], batch["schemes"], weight=batch["schemes_known"][:, None].expand_as(batch["schemes"]))
    total = risk + weights.recruits * recruits + weights.schemes * scheme
    lures, twins = batch["pairs"]
    if len(lures):
        gap = logits[lures, 0] - logits[twins, 0]
        total = total + weights.pair * nn.functional.softplus(weights.margin - gap).mean()
    marked = batch["spans"]
    if marked.abs().sum():
        total = total + weights.span * span_contrast(values[..., 0], batch["content"], marked)
        attended = torch.zeros_like(logits[:, 0]).index_add(0, owner, (shares[..., 0] * (marked != 0)).sum(1))
        attended = attended[owner[(marked != 0).any(1)].unique()]
        total = total - weights.attention * attended.clamp(min=1e-4).log().mean()
    return total


def span_contrast(token_risk: Tensor, content: Tensor, marked: Tensor) -> Tensor:
    """Tokens of annotated indicators (+1) should weigh more, of mitigations (-1) less, than the rest of their text."""
    outside = (content.bool() & (marked == 0)).to(token_risk.dtype)
    rest = (token_risk * outside).sum(1) / outside.sum(1).clamp(min=1)
    gap = (token_risk - rest[:, None]) * marked
    inside = (marked != 0).to(token_risk.dtype)
    return (nn.functional.softplus(1.0 - gap) * inside).sum() / inside.sum().clamp(min=1)
