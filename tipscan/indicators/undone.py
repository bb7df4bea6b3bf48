"""Rules that a text meets only once digits and signs inside its words are read as letters."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate

from tipscan.indicators.matcher import Matcher, RuleMatch
from tipscan.text import Evasion, NormalizedText
from tipscan.text.leet import Plain, undo_leet

#: Letters of a word that is hidden even where it makes no rule by itself; shorter ones may be units.
_TELLING = 4
#: Letters of a literal that tells what a longer word begins with.
_LEAST = 3


class _Spans:
    """Asks of many spans at once; every question costs the logarithm of their number."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        ordered = sorted(spans)
        self._starts = [start for start, _ in ordered]
        self._furthest = [0, *accumulate((end for _, end in ordered), max)]

    def cover(self, start: int, end: int) -> bool:
        """Whether one of them holds all of ``[start, end)``."""
        return self._furthest[bisect_right(self._starts, start)] >= end

    def touch(self, start: int, end: int) -> bool:
        """Whether one of them shares a place with ``[start, end)``."""
        return self._furthest[bisect_left(self._starts, end)] > start


def find_undone(
    text: NormalizedText, matcher: Matcher, language: str, known: Iterable[RuleMatch]
) -> tuple[list[RuleMatch], list[Evasion]]:
    """Matches beside the ``known`` ones, and the words that hid them or a literal of some rule."""
    seen = {(match.rule.name, match.start, match.end) for match in known}
    matches: list[RuleMatch] = []
    words: set[tuple[int, int]] = set()
    for plain in undo_leet(text):
        hidden = _hidden(plain, text, matcher.literals(plain.text, language))
        if not hidden:
            continue
        spans = [text.span(*word) for word in hidden]
        places = _Spans(spans)
        found = matcher.find(plain.with_only(text, hidden), language)
        new = [one for one in found if places.touch(one.start, one.end) and (one.rule.name, *one[1:]) not in seen]
        made = _Spans((match.start, match.end) for match in new)
        words |= {span for span in spans if span[1] - span[0] >= _TELLING or made.touch(*span)}
        seen |= {(match.rule.name, match.start, match.end) for match in new}
        matches += new
    return matches, [Evasion("homoglyph", start, end) for start, end in sorted(words)]


def _hidden(plain: Plain, text: NormalizedText, literals: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The words whose signs are all inside a literal that is the whole word, or not too short."""
    whole = set(plain.words)
    told = _Spans(one for one in literals if one in whole or one[1] - one[0] >= _LEAST)
    return [word for word in plain.words if told.cover(*plain.changed(text, word))]
