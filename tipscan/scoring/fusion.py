"""One risk out of network, n-grams and rules: a logistic regression stored as JSON numbers.

Its weights are learned on texts that the encoder did not see, with signs held: no warning sign may lower the risk and
no mitigation may raise it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tipscan.indicators.taxonomy import FAMILIES

_RULE_FAMILIES = tuple(family for family in FAMILIES if family != "MODEL")
#: Order of the feature vector.
FEATURES: tuple[str, ...] = (
    "model.risk",
    "model.recruits",
    "model.scheme",
    "model.ngrams",
    "dimensions",
    *_RULE_FAMILIES,
)
#: Distinct codes of one family that count; a long list of the same kind of sign says little more.
FAMILY_CAP = 2


def features(logits: Iterable[float], ngrams: float, found: Collection[str], positive_dimensions: int) -> list[float]:
    """The feature vector of one text, in the order of ``FEATURES``.

    Args:
        logits: (12,) logits of the model: risk, recruits, then the schemes, of which the strongest counts.
        ngrams: What the n-grams of the text say, in log-odds.
        found: Codes of the rules that matched; repeats count once.
        positive_dimensions: ILO–EC dimensions that are positive.
    """
    families = Counter(code.partition(".")[0] for code in set(found))
    counts = [float(min(families[family], FAMILY_CAP)) for family in _RULE_FAMILIES]
    risk, recruits, *schemes = map(float, logits)
    return [risk, recruits, max(schemes), ngrams, float(positive_dimensions), *counts]


@dataclass(frozen=True, slots=True)
class Fusion:
    """Weights of the features, the bias, and what a language's group adds to it, all in log-odds."""

    weights: Mapping[str, float]
    bias: float
    languages: Mapping[str, float]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Fusion:
        """From ``scoring.json``: ``weights``, ``bias`` and ``groups`` {name: {"languages": […], "bias": …}}."""
        weights = {name: float(data["weights"][name]) for name in FEATURES}
        groups = data["groups"].values()
        languages = {language: float(group["bias"]) for group in groups for language in group["languages"]}
        return cls(weights, float(data["bias"]), languages)

    def log_odds(self, values: Sequence[float], language: str) -> float:
        bias = self.bias + self.languages.get(language, 0.0)
        return bias + sum(self.weights[name] * value for name, value in zip(FEATURES, values, strict=True))

    def risk(self, values: Sequence[float], language: str) -> float:
        """The calibrated probability for feature values of a text in ``language`` (BCP-47)."""
        return sigmoid(self.log_odds(values, language))

    def indicator_weights(self, found: Collection[str]) -> dict[str, float]:
        """Share of each distinct code in the log-odds: the weight its family has, divided among the codes found."""
        distinct = set(found)
        families = Counter(code.partition(".")[0] for code in distinct)
        return {
            code: self.weights[family] * min(families[family], FAMILY_CAP) / families[family]
            for code in distinct
            if (family := code.partition(".")[0])
        }


def sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value >= 0 else math.exp(value) / (1 + math.exp(value))
