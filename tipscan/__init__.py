"""tipscan finds deceptive job adverts and recruitment messages, in many languages, offline.

>>> from tipscan import Scanner
>>> finding = Scanner().scan("Typist wanted abroad, flight paid, we keep your passport.")  # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tipscan.errors import TipscanError
from tipscan.finding import Contact, Fact, Finding, Indicator, Money

if TYPE_CHECKING:
    from tipscan.scanner import Scanner
    from tipscan.scoring import Policy

__version__ = "0.1.0"
__all__ = ["Contact", "Fact", "Finding", "Indicator", "Money", "Policy", "Scanner", "TipscanError", "__version__"]


def __getattr__(name: str) -> Any:
    # numpy and the extractors load with the first scanner, not with the package.
    if name == "Scanner":
        from tipscan.scanner import Scanner

        return Scanner
    if name == "Policy":
        from tipscan.scoring import Policy

        return Policy
    raise AttributeError(f"module 'tipscan' has no attribute {name!r}")
