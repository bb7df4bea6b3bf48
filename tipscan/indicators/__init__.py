"""Signs in a text that an analyst can name, from rules that an analyst can read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tipscan.finding import Indicator
from tipscan.indicators.assessment import assess
from tipscan.indicators.matcher import Matcher
from tipscan.indicators.taxonomy import MODEL_EVIDENCE, SCHEMES, codes
from tipscan.indicators.undone import find_undone
from tipscan.text import Evasion, NormalizedText

__all__ = ["MODEL_EVIDENCE", "SCHEMES", "Indicators", "assess", "codes", "find_indicators"]

#: Hidden words of one kind that are told of a text.
MAX_EVASIONS = 50


class Indicators(NamedTuple):
    """What the rules of a text say, and apart from it what rules on trial (``shadow = true``) would say."""

    counted: tuple[Indicator, ...]
    shadow: tuple[Indicator, ...]


def find_indicators(text: NormalizedText, matcher: Matcher, language: str) -> Indicators:
    """Matches of the packs, and places where the text hides words, as indicators with weight 0.

    The weight comes later, from the scoring that knows what a sign is worth beside the others.
    """
    table = codes()
    counted: list[Indicator] = []
    shadow: list[Indicator] = []

    def add(found: list[Indicator], code: str, start: int, end: int, rule: str, strength: str) -> None:
        found.append(Indicator(code, start, end, text.original[start:end], rule, strength, 0.0, "rule"))

    matches = matcher.find(text, language)
    hidden, evasions = find_undone(text, matcher, language, matches)
    for match in (*matches, *hidden):
        rule = match.rule
        strength = rule.strength or table[rule.code].strength
        add(shadow if rule.shadow else counted, rule.code, match.start, match.end, rule.name, strength)
    for evasion in _bounded((*text.evasions, *evasions)):
        code = f"EVADE.{evasion.kind}"
        add(counted, code, evasion.start, evasion.end, "text.evasion", table[code].strength)
    return Indicators(tuple(sorted(counted, key=_order)), tuple(shadow))


def _bounded(evasions: Iterable[Evasion]) -> Iterator[Evasion]:
    """The first of each kind: a text hidden letter by letter says the same a hundred thousand times."""
    seen: Counter[str] = Counter()
    for evasion in evasions:
        seen[evasion.kind] += 1
        if seen[evasion.kind] <= MAX_EVASIONS:
            yield evasion


def _order(indicator: Indicator) -> tuple[str, int, int, str]:
    return indicator.code, indicator.start, indicator.end, indicator.rule
