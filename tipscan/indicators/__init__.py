"""Signs in a text that an analyst can name, from rules that an analyst can read."""

from __future__ import annotations

from tipscan.finding import Indicator
from tipscan.indicators.assessment import assess
from tipscan.indicators.matcher import Matcher
from tipscan.indicators.taxonomy import MODEL_EVIDENCE, SCHEMES, codes
from tipscan.text import NormalizedText

__all__ = ["MODEL_EVIDENCE", "SCHEMES", "assess", "codes", "find_indicators"]


def find_indicators(text: NormalizedText, matcher: Matcher, language: str) -> tuple[Indicator, ...]:
    """Matches of the packs, and places where the text hides words, as indicators with weight 0.

    The weight comes later, from the scoring that knows what a sign is worth beside the others.
    """
    table = codes()
    found = [
        (
            match.rule.code,
            match.start,
            match.end,
            match.rule.name,
            match.rule.strength or table[match.rule.code].strength,
        )
        for match in matcher.find(text, language)
    ]
    for evasion in text.evasions:
        code = f"EVADE.{evasion.kind}"
        found.append((code, evasion.start, evasion.end, "text.evasion", table[code].strength))
    return tuple(
        Indicator(code, start, end, text.original[start:end], rule, strength, 0.0, "rule")
        for code, start, end, rule, strength in sorted(found)
    )
