"""All rules of all packs in one pass over a text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from tipscan.indicators.packs import Pack, Rule
from tipscan.text import NormalizedText, normalize

#: Places of the literals of one part, in order.
Places = list[tuple[int, int]]
#: Part -> its places; of the pseudo-rule of a pack that holds its words of negation, parts 0 (before) and 1 (after).
Parts = dict[int, Places]

NUMBER = "#"
#: A literal that hits more often than this in one text is noise; bounds the work on adversarial input.
MAX_HITS_PER_LITERAL = 50
NEGATION_REACH = 24
_NUMBER = re.compile(r"\d(?:[\d.,]{0,14}\d)?")
# Normalization turns the wide ！？； of Chinese and Japanese into ASCII, where no space follows them.
_BREAK = re.compile(r"[.!?;](?=\s|$)|[!?;](?=[\u3000-\u9fff])|[。！？；။។៕।॥؟؛۔።\n]")
# A word of negation does not reach over these.
_CLAUSE = re.compile(r"[,:()\[\]—–、，：،፣፤…]| - ")


@dataclass(frozen=True, slots=True)
class RuleMatch:
    """A rule found in a text; ``start`` and ``end`` in code points of the original."""

    rule: Rule
    start: int
    end: int


class _Use(NamedTuple):
    """What one literal serves for: part ``part`` of rule ``rule``, a number over all packs."""

    rule: int
    part: int
    open_start: bool
    open_end: bool


class Matcher:
    """Finds the rules of ``packs``. The packs that serve a language are compiled when its first text comes.

    Cost: linear in the text; every list it builds is bounded by ``MAX_HITS_PER_LITERAL`` per literal and text.
    """

    def __init__(self, packs: Sequence[Pack]) -> None:
        self.packs = tuple(packs)
        self._compiled: dict[tuple[int, ...], _Automaton] = {}

    def find(self, text: NormalizedText, language: str) -> list[RuleMatch]:
        """Matches of all packs that serve ``language``, ordered by place; ``"und"`` is served by every pack."""
        serving = tuple(
            number
            for number, pack in enumerate(self.packs)
            if language == "und" or not {"*", "en", language}.isdisjoint(pack.languages)
        )
        if serving not in self._compiled:
            self._compiled[serving] = _Automaton([self.packs[number] for number in serving])
        return self._compiled[serving].find(text)


class _Automaton:
    """All literals of some packs in one automaton."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        # Behind the rules of each pack stands None: the place of its words of negation.
        self._rules: list[Rule | None] = []
        #: Rule -> where its pack's negation stands, how many parts need a literal, which also take a number.
        self._told: list[tuple[int, int, tuple[int, ...]]] = []
        uses: dict[str, list[_Use]] = defaultdict(list)
        for pack in packs:
            negation = len(self._rules) + len(pack.rules)
            for rule in (*pack.rules, None):
                number = len(self._rules)
                parts = rule.parts if rule else (pack.negation_before, pack.negation_after)
                for part_number, part in enumerate(parts):
                    for literal in part:
                        if literal != NUMBER:
                            opens = literal.startswith("*"), literal.endswith("*")
                            uses[_plain(literal)].append(_Use(number, part_number, *opens))
                numbers = tuple(index for index, part in enumerate(parts) if NUMBER in part)
                self._rules.append(rule)
                self._told.append((negation, sum(NUMBER not in part for part in parts), numbers))
        self._uses = tuple(tuple(used) for used in uses.values())
        # Most places are inside some other word: told here, once, for literals that are never part of one.
        self._closed_start = bytes(not any(use.open_start for use in used) for used in self._uses)
        self._closed_end = bytes(not any(use.open_end for use in used) for used in self._uses)
        self._automaton = AhoCorasick(list(uses), implementation=Implementation.ContiguousNFA)

    def find(self, text: NormalizedText) -> list[RuleMatch]:
        folded = text.folded
        places = self._places(folded, text.edges)
        numbers: Places | None = None
        breaks: list[int] | None = None
        matches: list[RuleMatch] = []
        for number, parts in places.items():
            rule = self._rules[number]
            negation, literals, numbered = self._told[number]
            if rule is None or len(parts) < literals:
                continue
            if numbered:
                if numbers is None:
                    numbers = [hit.span() for hit in islice(_NUMBER.finditer(folded), MAX_HITS_PER_LITERAL)]
                for part in numbered if numbers else ():
                    parts[part] = parts.get(part, []) + numbers
            if len(parts) < len(rule.parts):
                continue
            for found in parts.values():
                found.sort()
            if breaks is None:
                breaks = [hit.start() for hit in _BREAK.finditer(folded)]
            denied = places.get(negation, {}) if rule.negatable else {}
            for start, end in _sequences(rule, parts, breaks, folded, denied):
                matches.append(RuleMatch(rule, *text.span(start, end)))
        return sorted(matches, key=lambda match: (match.start, match.end, match.rule.name))

    def _places(self, folded: str, edges: bytes) -> dict[int, Parts]:
        """Rule -> part -> places of its literals that stand as whole words."""
        places: dict[int, Parts] = {}
        seen: dict[int, int] = {}
        closed_start, closed_end = self._closed_start, self._closed_end
        for literal, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            starts, ends = edges[start], edges[end]
            if (closed_start[literal] and not starts) or (closed_end[literal] and not ends):
                continue
            count = seen[literal] = seen.get(literal, 0) + 1
            if count > MAX_HITS_PER_LITERAL:
                continue
            for rule, part, open_start, open_end in self._uses[literal]:
                if (starts or open_start) and (ends or open_end):
                    places.setdefault(rule, {}).setdefault(part, []).append((start, end))
        return places


@cache
def _plain(literal: str) -> str:
    """A literal after the normalization texts go through, or the two would never meet."""
    return normalize(literal.strip("*")).folded


def _crosses(start: int, end: int, breaks: list[int]) -> bool:
    index = bisect_left(breaks, start)
    return index < len(breaks) and breaks[index] < end


def _sequences(rule: Rule, parts: Parts, breaks: list[int], text: str, denied: Parts) -> Iterable[tuple[int, int]]:
    """Places where all parts of a rule follow one another, leftmost first, not overlapping and not negated."""
    last_end = -1
    for first_start, first_end in parts[0]:
        if first_start < last_end:
            continue
        end: int | None = first_end
        for number in range(1, len(rule.parts)):
            end = _next_end(parts[number], end or 0, first_start + rule.within)
            if end is None:
                break
        if end is None or (len(rule.parts) > 1 and _crosses(first_start, end, breaks)):
            continue
        if not (denied and _negated(text, first_start, end, denied, breaks)):
            last_end = end
            yield first_start, end


def _next_end(places: Places, after: int, limit: int) -> int | None:
    index = bisect_left(places, (after, 0))
    return places[index][1] if index < len(places) and places[index][1] <= limit else None


def _negated(text: str, start: int, end: int, negation: Parts, breaks: list[int]) -> bool:
    """Whether a word of negation stands inside, just before or (in languages that negate behind) just after."""
    for word_start, word_end in negation.get(0, ()):
        if word_start < end and start - NEGATION_REACH <= word_end <= end and _reaches(text, word_end, start, breaks):
            return True
    return any(
        end <= word_start <= end + NEGATION_REACH and _reaches(text, end, word_start, breaks)
        for word_start, _ in negation.get(1, ())
    )


def _reaches(text: str, start: int, end: int, breaks: list[int]) -> bool:
    return start >= end or not (_crosses(start, end, breaks) or _CLAUSE.search(text, start, end))
