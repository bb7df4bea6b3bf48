"""The neural classifier: a bundle of weights, the tokens of a text, their logits."""

from __future__ import annotations

from tipscan.classify.bundle import Bundle
from tipscan.classify.classifier import Classifier, Scores, Workers

__all__ = ["Bundle", "Classifier", "Scores", "Workers"]
