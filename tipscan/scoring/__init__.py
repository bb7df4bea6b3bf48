"""From what was found to one calibrated risk and a decision."""

from __future__ import annotations

from tipscan.scoring.evidence import phrases
from tipscan.scoring.fusion import FEATURES, Fusion, features
from tipscan.scoring.policy import POLICIES, Policy, decide

__all__ = ["FEATURES", "POLICIES", "Fusion", "Policy", "decide", "features", "phrases"]
