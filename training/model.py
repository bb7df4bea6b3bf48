"""The network: one encoder, one linear head on every token, mean pooling.

Because pooling is a mean and the head is linear, the logit of a text is the sum of its tokens' shares: the evidence
shown to users is the score itself, not an approximation of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from tipscan.indicators.taxonomy import SCHEMES

if TYPE_CHECKING:
    from transformers import BertModel

#: Order of the outputs.
OUTPUTS: tuple[str, ...] = ("risk", "recruits", *SCHEMES)


class TokenScorer(nn.Module):
    """Token ids -> a logit per token and output; a text's logit is their mean plus the bias."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder
        self.dropout = nn.Dropout(0.1)
        self.head = nn.Linear(encoder.config.hidden_size, len(OUTPUTS))
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """(B, T) ids -> (B, T, 12) token logits, each with the bias, so that their mean is the text's logit."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return self.head(self.dropout(hidden))  # type: ignore[no-any-return]


def pool(token_logits: Tensor, content: Tensor) -> Tensor:
    """(B, T, 12) and (B, T) mask of content tokens -> (B, 12)."""
    weight = content[..., None].to(token_logits.dtype)
    return (token_logits * weight).sum(1) / weight.sum(1).clamp(min=1)


@dataclass(frozen=True, slots=True)
class LossWeights:
    recruits: float = 0.3
    schemes: float = 3.0
    pair: float = 0.7
    span: float = 0.5
    margin: float = 1.0


def loss(token_logits: Tensor, batch: dict[str, Any], weights: LossWeights) -> Tensor:
    """Weighted binary cross-entropy of the three heads, a ranking term inside pairs, a contrast inside spans."""
    logits = pool(token_logits, batch["content"])
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
        total = total + weights.span * span_contrast(token_logits[..., 0], batch["content"], marked)
    return total


def span_contrast(token_risk: Tensor, content: Tensor, marked: Tensor) -> Tensor:
    """Tokens of annotated indicators (+1) should weigh more, of mitigations (-1) less, than the rest of their text."""
    outside = (content.bool() & (marked == 0)).to(token_risk.dtype)
    rest = (token_risk * outside).sum(1) / outside.sum(1).clamp(min=1)
    gap = (token_risk - rest[:, None]) * marked
    inside = (marked != 0).to(token_risk.dtype)
    return (nn.functional.softplus(1.0 - gap) * inside).sum() / inside.sum().clamp(min=1)
