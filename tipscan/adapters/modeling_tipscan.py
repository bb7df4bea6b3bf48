"""The accurate network of tipscan for transformers. This file is copied beside the weights and needs no tipscan.

A text of any length goes in with its two special tokens. It is cut into windows, the encoder reads each, and the
gates of all windows together weigh the tokens' values: (B, 12) logits, the risk first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel, PreTrainedModel
from transformers.modeling_outputs import SequenceClassifierOutput


class TipscanConfig(BertConfig):
    """A BERT, and ``window``: the content tokens it reads at a time."""

    model_type = "tipscan"
    window: int = 192


class TipscanForSequenceClassification(PreTrainedModel):
    """Logits of risk, recruits and the schemes, as ``config.id2label`` names them."""

    config_class = TipscanConfig

    def __init__(self, config: TipscanConfig) -> None:
        super().__init__(config)
        self.encoder = BertModel(config, add_pooling_layer=False)
        self.head = nn.Linear(config.hidden_size, config.num_labels)
        self.gate = nn.Linear(config.hidden_size, 2)
        self.post_init()

    def forward(self, input_ids: Tensor, attention_mask: Tensor | None = None, **_: Any) -> SequenceClassifierOutput:
        """Logits of a batch of texts, padded where ``attention_mask`` is 0."""
        mask = torch.ones_like(input_ids) if attention_mask is None else attention_mask
        texts = [ids[kept.bool()] for ids, kept in zip(input_ids, mask, strict=True)]
        return SequenceClassifierOutput(logits=torch.stack([self._logits(text) for text in texts]))

    def _logits(self, ids: Tensor) -> Tensor:
        """(T,) ids of one text -> (12,) logits."""
        begin, content, end = ids[:1], ids[1:-1], ids[-1:]
        states = [
            self.encoder(input_ids=torch.cat([begin, content[first:last], end])[None]).last_hidden_state[0, 1:-1]
            for first, last in self._windows(len(content))
        ]
        state = torch.cat(states)
        values, weights = self.head(state), self.gate(state).softmax(dim=0)
        return torch.cat([weights[:, :1].T @ values[:, :1], weights[:, 1:].T @ values[:, 1:]], dim=1)[0]

    def _windows(self, count: int) -> Iterator[tuple[int, int]]:
        number = max(1, -(-count // self.config.window))
        for index in range(number):
            yield count * index // number, count * (index + 1) // number
