"""From a raw text to a normalized one with offsets, its script and its language."""

from __future__ import annotations

from tipscan.text.language import UNKNOWN, Language, identify
from tipscan.text.normalize import Evasion, NormalizedText, normalize

__all__ = ["UNKNOWN", "Evasion", "Language", "NormalizedText", "identify", "normalize"]
