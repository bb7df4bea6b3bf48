"""All rules of all packs in one pass over a text."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

from ahocorasick_rs import AhoCorasick, Implementation

from tipscan.indicators.packs import Pack, Rule
from tipscan.text import NormalizedText, normalize

#: (pack, rule) -> part -> places of its literals.
Places = dict[tuple[int, int], dict[int, list[tuple[int, int]]]]

NUMBER = "#"
#: A literal that hits more often than this in one text is noise; bounds the work on adversarial input.
MAX_HITS_PER_LITERAL = 50
NEGATION_REACH = 24
_NUMBER = re.compile(r"\d(?:[\d.,]{0,14}\d)?")
# Normalization turns the wide ！？； of Chinese and Japanese into ASCII, where no space follows them.
_BREAK = re.compile(r"[.!?;](?=\s|$)|[!?;](?=[\u3000-\u9fff])|[。！？；။។៕।॥؟؛۔።\n]")
# A word of negation does not reach over these.
_CLAUSE = re.compile(r"[,:()\[\]—–、，：،፣፤…]| - ")
# Scripts written without spaces: a literal may start and end anywhere.
_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True, slots=True)
class RuleMatch:
    """A rule found in a text; ``start`` and ``end`` in code points of the original."""

    rule: Rule
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Use:
    """What one literal serves for: part ``part`` of rule ``rule``; part -1 and -2 are negation before and after."""

    pack: int
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
        self.packs = packs
        uses: dict[str, list[_Use]] = defaultdict(list)
        for pack_number, pack in enumerate(self.packs):
            for rule_number, rule in enumerate(pack.rules):
                for part_number, part in enumerate(rule.parts):
                    for literal in part:
                        _register(uses, literal, pack_number, rule_number, part_number)
            for part_number, words in ((-1, pack.negation_before), (-2, pack.negation_after)):
                for literal in words:
                    _register(uses, literal, pack_number, -1, part_number)
        self._number_uses = uses.pop(NUMBER, [])
        self._literals = tuple(uses)
        self._uses = tuple(uses.values())
        self._automaton = AhoCorasick(self._literals, implementation=Implementation.ContiguousNFA)

    def find(self, text: NormalizedText) -> list[RuleMatch]:
        places = self._places(text.folded)
        breaks = [hit.start() for hit in _BREAK.finditer(text.folded)]
        matches: list[RuleMatch] = []
        for (pack_number, rule_number), parts in places.items():
            if rule_number < 0:
                continue
            rule = self.packs[pack_number].rules[rule_number]
            if len(parts) < len(rule.parts) or not all(parts.values()):
                continue
            negation = places.get((pack_number, -1), {})
            for start, end in _sequences(rule, parts, breaks):
                if rule.negatable and _negated(text.folded, start, end, negation, breaks):
                    continue
                matches.append(RuleMatch(rule, *text.span(start, end)))
        return sorted(matches, key=lambda match: (match.start, match.end, match.rule.name))

    def _places(self, folded: str) -> Places:
        """(pack, rule) -> part -> places of its literals that stand as whole words, in order."""
        places: Places = defaultdict(lambda: defaultdict(list))
        for literal, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            whole_start, whole_end = _starts_word(folded, start), _ends_word(folded, end)
            for use in self._uses[literal]:
                found = places[use.pack, use.rule][use.part]
                whole = (use.open_start or whole_start) and (use.open_end or whole_end)
                if whole and len(found) < MAX_HITS_PER_LITERAL:
                    found.append((start, end))
        numbers = [hit.span() for hit in islice(_NUMBER.finditer(folded), MAX_HITS_PER_LITERAL)]
        for use in self._number_uses if numbers else ():
            places[use.pack, use.rule][use.part] += numbers
        for parts in places.values():
            for found in parts.values():
                found.sort()
        return places


@cache
def _plain(literal: str) -> str:
    """A literal after the normalization texts go through, or the two would never meet."""
    return normalize(literal.strip("*")).folded


def _register(uses: dict[str, list[_Use]], literal: str, pack: int, rule: int, part: int) -> None:
    uses[_plain(literal)].append(_Use(pack, rule, part, literal.startswith("*"), literal.endswith("*")))


def _is_word(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char)[0] == "M"


def _starts_word(text: str, start: int) -> bool:
    return start == 0 or _edge(text[start - 1], text[start])


def _ends_word(text: str, end: int) -> bool:
    return end == len(text) or _edge(text[end - 1], text[end])


def _edge(left: str, right: str) -> bool:
    """Whether a word can end between two characters: beside a script without spaces, always."""
    return not (_is_word(left) and _is_word(right)) or bool(_SPACELESS.match(left) or _SPACELESS.match(right))


def _crosses(start: int, end: int, breaks: list[int]) -> bool:
    index = bisect_left(breaks, start)
    return index < len(breaks) and breaks[index] < end


def _sequences(rule: Rule, parts: dict[int, list[tuple[int, int]]], breaks: list[int]) -> Iterable[tuple[int, int]]:
    """Places where all parts of a rule follow one another, leftmost first, not overlapping one another."""
    last_end = -1
    for first_start, first_end in parts[0]:
        if first_start < last_end:
            continue
        end: int | None = first_end
        for number in range(1, len(rule.parts)):
            end = _next_end(parts[number], end or 0, first_start + rule.within)
            if end is None:
                break
        if end is not None and (len(rule.parts) == 1 or not _crosses(first_start, end, breaks)):
            last_end = end
            yield first_start, end


def _next_end(places: list[tuple[int, int]], after: int, limit: int) -> int | None:
    index = bisect_left(places, (after, 0))
    return places[index][1] if index < len(places) and places[index][1] <= limit else None


def _negated(text: str, start: int, end: int, negation: dict[int, list[tuple[int, int]]], breaks: list[int]) -> bool:
    """Whether a word of negation stands inside, just before or (in languages that negate behind) just after."""
    for word_start, word_end in negation.get(-1, ()):
        if word_start < end and start - NEGATION_REACH <= word_end <= end and _reaches(text, word_end, start, breaks):
            return True
    return any(
        end <= word_start <= end + NEGATION_REACH and _reaches(text, end, word_start, breaks)
        for word_start, _ in negation.get(-2, ())
    )


def _reaches(text: str, start: int, end: int, breaks: list[int]) -> bool:
    return start >= end or not (_crosses(start, end, breaks) or _CLAUSE.search(text, start, end))
