"""All rules of all packs in one pass over a text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from tipscan.indicators.packs import Pack, Rule
from tipscan.text import NormalizedText, normalize

#: Places of the literals of one part, in order.
Places = list[tuple[int, int]]
#: Places of the words of negation that stand before what they deny, and of those that stand behind it.
Negation = tuple[Places, Places]
#: A place that may count: start, end, the bits of the rules and parts it serves for, the literal.
_Kept = tuple[int, int, int, int]

NUMBER = "#"
#: A literal that hits more often than this in one text is noise; bounds the work on adversarial input.
MAX_HITS_PER_LITERAL = 50
NEGATION_REACH = 24
_NUMBER = re.compile(r"\d(?:[\d.,]{0,14}\d)?")
# Normalization turns the wide ！？； of Chinese and Japanese into ASCII, where no space follows them.
_BREAK = re.compile(r"[.!?;](?=\s|$)|[!?;](?=[\u3000-\u9fff])|[。！？；။។៕।॥؟؛۔።\n]")
# A word of negation does not reach over these.
_CLAUSE = re.compile(r"[,:()\[\]—–、，：،፣፤…]| - ")


class RuleMatch(NamedTuple):  # a tuple for speed
    """A rule found in a text; ``start`` and ``end`` in code points of the original."""

    rule: Rule
    start: int
    end: int


class _Known(NamedTuple):
    """A rule as the bits of its parts; ``numbered`` are the parts that any number serves for."""

    rule: Rule
    bits: tuple[int, ...]
    numbered: tuple[int, ...]
    #: Bits of the pack's words of negation, before and behind; 0 where the rule cannot be denied.
    denied: tuple[int, int]
    #: All these bits.
    wanted: int


class Matcher:
    """Finds the rules of ``packs``. The packs that serve a language are compiled when its first text comes.

    Cost: linear in the text; every list it builds is bounded by ``MAX_HITS_PER_LITERAL`` per literal and text.
    """

    def __init__(self, packs: Sequence[Pack]) -> None:
        self.packs = tuple(packs)
        self._compiled: dict[tuple[int, ...], _Automaton] = {}
        self._of_language: dict[str, _Automaton] = {}

    def find(self, text: NormalizedText, language: str) -> list[RuleMatch]:
        """Matches of all packs that serve ``language``, ordered by place; ``"und"`` is served by every pack."""
        return self._of(language).find(text)

    def literals(self, text: NormalizedText, language: str) -> list[tuple[int, int]]:
        """Where literals of those packs stand, in ``text.text``, whether or not they make a rule."""
        return [(start, end) for start, end, *_ in self._of(language).read(text)[1]]

    def _of(self, language: str) -> _Automaton:
        if language not in self._of_language:
            self._of_language[language] = self._serving(language)
        return self._of_language[language]

    def _serving(self, language: str) -> _Automaton:
        """The automaton of the packs that serve a language; languages served by the same packs share one."""
        serving = tuple(
            number
            for number, pack in enumerate(self.packs)
            if language == "und" or not {"*", "en", language}.isdisjoint(pack.languages)
        )
        if serving not in self._compiled:
            self._compiled[serving] = _Automaton([self.packs[number] for number in serving])
        return self._compiled[serving]


class _Automaton:
    """All literals of some packs in one automaton.

    What a text has of the rules is one number: bit ``part * len(rules) + rule`` says that a literal of this part of
    this rule is there. Only a rule whose parts are all there is looked at closely, and most texts have few.
    """

    def __init__(self, packs: Sequence[Pack]) -> None:
        self._size = sum(len(pack.rules) for pack in packs)
        self._planes = max((len(rule.parts) for pack in packs for rule in pack.rules), default=0)
        self._known: list[_Known] = []
        #: Bits that every text has: those of parts that a rule lacks, and of parts that a number serves for.
        self._given = 0
        #: Literal -> start open, end open -> its bits.
        self._uses: dict[str, dict[tuple[bool, bool], int]] = defaultdict(lambda: defaultdict(int))
        for number, pack in enumerate(packs):
            before = 1 << (self._planes * self._size + 2 * number)
            self._use(pack.negation_before, before)
            self._use(pack.negation_after, before << 1)
            for rule in pack.rules:
                self._add(rule, (before, before << 1) if rule.negatable else (0, 0))
        #: Where a word can start and where one can end (as bits 1 and 0) -> literal -> its bits.
        # Equal numbers are one object here: there are thousands of literals, and some hundred parts they serve for.
        one: dict[int, int] = {}
        self._bits = tuple(
            [one.setdefault(bits, bits) for bits in (_bits(used, edge >> 1, edge & 1) for used in self._uses.values())]
            for edge in range(4)
        )
        self._automaton = AhoCorasick(list(self._uses), implementation=Implementation.ContiguousNFA)
        self._uses.clear()

    def _add(self, rule: Rule, denied: tuple[int, int]) -> None:
        bits = [1 << (part * self._size + len(self._known)) for part in range(self._planes)]
        numbered = tuple(number for number, part in enumerate(rule.parts) if NUMBER in part)
        self._given |= sum(bits[len(rule.parts) :]) | sum(bits[number] for number in numbered)
        for part, bit in zip(rule.parts, bits, strict=False):
            self._use(part, bit)
        used = bits[: len(rule.parts)]
        self._known.append(_Known(rule, tuple(used), numbered, denied, sum(used) | sum(denied)))

    def _use(self, literals: Iterable[str], bit: int) -> None:
        for literal in literals:
            if literal != NUMBER:
                self._uses[_plain(literal)][literal.startswith("*"), literal.endswith("*")] |= bit

    def read(self, text: NormalizedText) -> tuple[int, list[_Kept]]:
        """What the text has of the rules, and the places of literals it has it from."""
        edges, bits_at = text.edges, self._bits
        told = self._given
        kept: list[_Kept] = []
        for literal, start, end in self._automaton.find_matches_as_indexes(text.folded, overlapping=True):
            if bits := bits_at[edges[start] << 1 | edges[end]][literal]:
                told |= bits
                kept.append((start, end, bits, literal))
        return told, kept

    def find(self, text: NormalizedText) -> list[RuleMatch]:
        told, kept = self.read(text)
        whole = self._whole(told) if kept else []
        if not whole:
            return []
        matches = [
            RuleMatch(known.rule, *text.span(start, end))
            for known, parts, denied in _looked_at(whole, kept, text.folded)
            for start, end in _sequences(known.rule, parts, denied, text.folded)
        ]
        return sorted(matches, key=lambda match: (match.start, match.end, match.rule.name))

    def _whole(self, told: int) -> list[_Known]:
        """The rules whose parts are all there."""
        for _ in range(self._planes - 1):
            told &= told >> self._size
        told &= (1 << self._size) - 1
        whole = []
        while told:
            whole.append(self._known[told.bit_length() - 1])
            told ^= 1 << (told.bit_length() - 1)
        return whole


def _bits(used: Mapping[tuple[bool, bool], int], starts: int, ends: int) -> int:
    """The bits of a literal at a place where a word starts or ends, or neither."""
    found = 0
    for (open_start, open_end), bits in used.items():
        found |= bits if (starts or open_start) and (ends or open_end) else 0
    return found


def _looked_at(
    whole: Sequence[_Known], kept: list[_Kept], folded: str
) -> Iterator[tuple[_Known, list[Places], Negation]]:
    """For each rule the places of its parts and those of its pack's words of negation."""
    wanted = 0
    for known in whole:
        wanted |= known.wanted
    places = _places(kept, wanted)
    numbers: Places | None = None
    for known in whole:
        parts = [places[bit] for bit in known.bits]
        for part in known.numbered:
            if numbers is None:
                numbers = [hit.span() for hit in islice(_NUMBER.finditer(folded), MAX_HITS_PER_LITERAL)]
            parts[part] = sorted(parts[part] + numbers)
        before, after = known.denied
        yield known, parts, (places[before], places[after])


def _places(kept: Iterable[_Kept], wanted: int) -> dict[int, Places]:
    """For each of the wanted bits its places in order."""
    places: dict[int, Places] = defaultdict(list)
    kept = [one for one in kept if one[2] & wanted]
    if len(kept) > MAX_HITS_PER_LITERAL:
        kept = _capped(kept)
    for start, end, bits, _ in sorted(kept):
        left = bits & wanted
        while left:
            lowest = left & -left
            places[lowest].append((start, end))
            left ^= lowest
    return places


@cache
def _plain(literal: str) -> str:
    """A literal after the normalization texts go through, or the two would never meet."""
    return normalize(literal.strip("*")).folded


def _capped(kept: Iterable[_Kept]) -> list[_Kept]:
    """At most ``MAX_HITS_PER_LITERAL`` places of each literal, the first ones."""
    seen: Counter[int] = Counter()
    capped: list[_Kept] = []
    for one in kept:
        seen[one[-1]] += 1
        if seen[one[-1]] <= MAX_HITS_PER_LITERAL:
            capped.append(one)
    return capped


def _crosses(start: int, end: int, text: str) -> bool:
    """Whether a sentence ends between the two; whether it does may show in the character behind."""
    found = _BREAK.search(text, start, end + 1) if start < end else None
    return found is not None and found.start() < end


def _sequences(rule: Rule, parts: Sequence[Places], denied: Negation, text: str) -> Iterable[tuple[int, int]]:
    """Places where all parts of a rule follow one another, leftmost first, not overlapping and not negated."""
    last_end = -1
    for first_start, first_end in parts[0]:
        if first_start < last_end:
            continue
        end: int | None = first_end
        for places in parts[1:]:
            end = _next_end(places, end or 0, first_start + rule.within)
            if end is None:
                break
        if end is None or (len(parts) > 1 and _crosses(first_start, end, text)):
            continue
        if not _negated(text, first_start, end, denied):
            last_end = end
            yield first_start, end


def _next_end(places: Places, after: int, limit: int) -> int | None:
    index = bisect_left(places, (after, 0))
    return places[index][1] if index < len(places) and places[index][1] <= limit else None


def _negated(text: str, start: int, end: int, negation: Negation) -> bool:
    """Whether a word of negation stands inside, just before or (in languages that negate behind) just after."""
    before, after = negation
    for word_start, word_end in before:
        if word_start < end and start - NEGATION_REACH <= word_end <= end and _reaches(text, word_end, start):
            return True
    return any(end <= word_start <= end + NEGATION_REACH and _reaches(text, end, word_start) for word_start, _ in after)


def _reaches(text: str, start: int, end: int) -> bool:
    return start >= end or not (_crosses(start, end, text) or _CLAUSE.search(text, start, end))
