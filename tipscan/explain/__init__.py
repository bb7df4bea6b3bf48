"""A finding in plain sentences, in the reader's language."""

from __future__ import annotations

from tipscan.explain.catalog import LANGUAGES
from tipscan.explain.plain import explain, not_stated

__all__ = ["LANGUAGES", "explain", "not_stated"]
