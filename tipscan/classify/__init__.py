"""The classifier: a bundle of weights, the tokens of a text and their logits, its n-grams and their score."""

from __future__ import annotations

from tipscan.classify.bundle import Bundle
from tipscan.classify.classifier import Classifier, Scores, Workers

__all__ = ["Bundle", "Classifier", "Scores", "Workers"]
