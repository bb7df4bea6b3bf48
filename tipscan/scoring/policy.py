"""Operating points: which risk calls for a look, and which for a flag."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tipscan.finding import Decision

#: Operating points every bundle brings, from few false alarms to few misses.
POLICIES = ("strict", "balanced", "sensitive")


@dataclass(frozen=True, slots=True)
class Policy:
    """Thresholds on the risk: ``review <= flag``, both in [0, 1]."""

    name: str
    review: float
    flag: float

    def __post_init__(self) -> None:
        if not 0 <= self.review <= self.flag <= 1:
            raise ValueError(f"policy {self.name!r}: 0 <= review <= flag <= 1 has to hold")

    @classmethod
    def from_json(cls, name: str, data: Mapping[str, Any]) -> Policy:
        return cls(name, float(data["review"]), float(data["flag"]))


def decide(policy: Policy, risk: float, model_risk: float, families: int) -> Decision:
    """``clear``, ``review`` or ``flag``.

    98.4 % of ordinary migrant-job adverts carry some indicator (Volodko et al., 2020): where the model by itself sees
    less than a case for review, rules of a single family never make a flag.

    Args:
        policy: The operating point.
        risk: Fused risk.
        model_risk: Risk with no rule found.
        families: Number of families with a warning sign from a rule.
    """
    if risk < policy.review:
        return "clear"
    if risk < policy.flag or (families <= 1 and model_risk < policy.review):
        return "review"
    return "flag"
