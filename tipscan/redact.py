"""Mask contacts in a finding, so that it can be shared without the people in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ahocorasick_rs import AhoCorasick, MatchKind

from tipscan.finding import Contact, Fact, Finding

MASK = "█"
#: Facts that quote the text; the others are numbers and codes, which have no part to mask.
_QUOTED = frozenset({"licence", "employer"})
#: Something shorter than this repeats by chance.
_LEAST = 4
#: Country codes have at most three digits; of a number without its code, at least so many have to be there.
_CODE, _LEAST_DIGITS = 3, 7
#: The longest E.164 number with an international prefix and a trunk zero.
_MOST_DIGITS = 18
_E164 = re.compile(r"\+([0-9]{7,15})")
_NO_DIGIT = re.compile(r"[^0-9]")
_GROUP = re.compile(r"[0-9]+")
_GROUPS = re.compile(r"[0-9]+(?:[ .()/·+\-‐–—\u200b-\u200d\u2060]{1,3}[0-9]+)*")
_WEB = re.compile(r"(?:https?://)?(?:www\.)?")
_MARKS = "@+~/. "
# Only ASCII makes a word here: in "加boss_lin88" the handle has no gap before it.
_WORD = re.compile(r"[a-z0-9_]+")
#: Private-use characters that stand for the first, the last and the only letter of a word.
_FIRST, _LAST, _ONLY = 0xF0000, 0xF1000, 0xF2000


def redact_finding(finding: Finding, text: str) -> Finding:
    """Contacts keep their kind and place and lose their value; quotes and facts lose the part that repeats one.

    What a contact is called elsewhere in the text (a bare handle, the same number with other gaps) is hidden as well.
    Numbers and sums that touch a contact are left out, and so are codes that rest on nothing else.
    ``text[start:end]`` still leads to the original for whoever holds it.
    """
    hidden = _hidden(finding.contacts, text)

    def mask(start: int, end: int) -> str:
        return "".join(MASK if hidden[index] else text[index] for index in range(start, end))

    def touched(start: int, end: int) -> bool:
        return any(hidden[start:end])

    def fact(name: str, one: Fact) -> Fact | None:
        if not touched(one.start, one.end):
            return one
        if name in _QUOTED:
            return replace(one, value=mask(one.start, one.end))
        return None if isinstance(one.value, int) or all(hidden[one.start : one.end]) else one

    facts = ((name, fact(name, one)) for name, one in finding.facts.items())
    return replace(
        finding,
        contacts=tuple(replace(c, value=mask(c.start, c.end), normalized=f"{c.kind}:{MASK}") for c in finding.contacts),
        indicators=tuple(replace(i, text=mask(i.start, i.end)) for i in finding.indicators),
        money=tuple(one for one in finding.money if not touched(one.start, one.end)),
        facts={name: one for name, one in facts if one is not None},
        shadow=tuple(replace(i, text=mask(i.start, i.end)) for i in finding.shadow),
    )


def _hidden(contacts: Sequence[Contact], text: str) -> bytearray:
    """By character of the text 1 where a contact, or a repetition of one, stands. Linear in the length of the text."""
    hidden = bytearray(len(text))
    if not contacts:
        return hidden
    folded = _fold(text)
    names: set[str] = set()
    numbers: set[str] = set()
    for contact in contacts:
        hidden[contact.start : contact.end] = b"\1" * (contact.end - contact.start)
        value, normalized = folded[contact.start : contact.end], _fold(contact.normalized)
        names.update(_names(value, normalized))
        numbers.update(_numbers(value, normalized))
    for start, end in (*_repeated_names(names, folded), *_repeated_numbers(numbers, folded)):
        hidden[start:end] = b"\1" * (end - start)
    return hidden


def _names(value: str, normalized: str) -> Iterator[str]:
    """What a contact is called, from its folded forms: as it stands there, and bare."""
    for name in (value, normalized):
        for shown in (name, _WEB.sub("", name, count=1)):
            bare = shown.strip(_MARKS)
            if len(bare) >= _LEAST:
                yield bare


def _numbers(value: str, normalized: str) -> Iterator[str]:
    """The digits of a telephone number with its country code and without, a trunk zero between; no zeros in front."""
    match = _E164.fullmatch(normalized)
    if match is None:
        return
    number = match[1]
    yield _NO_DIGIT.sub("", value).lstrip("0")  # Mexicans write a 1 that the normalized form has not
    yield number
    for code in range(1, _CODE + 1):
        yield f"{number[:code]}0{number[code:]}"
        if len(number) - code >= _LEAST_DIGITS:
            yield number[code:].lstrip("0")


def _repeated_names(names: Iterable[str], folded: str) -> Iterator[tuple[int, int]]:
    """Where one of the names stands as words of its own; of those that begin at one place, the longest."""
    patterns = sorted(_WORD.sub(_edged, name) for name in names)
    if patterns:
        automaton = AhoCorasick(patterns, matchkind=MatchKind.LeftmostLongest)
        for _, start, end in automaton.find_matches_as_indexes(_WORD.sub(_edged, folded)):
            yield start, end


def _edged(word: re.Match[str]) -> str:
    """A word with its edges marked, so that a name is found as a whole word only; as long as it was."""
    letters = word[0]
    if len(letters) == 1:
        return chr(_ONLY + ord(letters))
    return f"{chr(_FIRST + ord(letters[0]))}{letters[1:-1]}{chr(_LAST + ord(letters[-1]))}"


def _repeated_numbers(numbers: set[str], folded: str) -> Iterator[tuple[int, int]]:
    """Where groups of digits, with little between them, make one of the numbers."""
    if not numbers:
        return
    for run in _GROUPS.finditer(folded):
        groups = [group.span() for group in _GROUP.finditer(folded, *run.span())]
        for index, (start, _) in enumerate(groups):
            digits = ""
            for first, last in groups[index : index + _MOST_DIGITS]:
                digits += folded[first:last]
                if len(digits) > _MOST_DIGITS:
                    break
                if len(digits) >= _LEAST_DIGITS and digits.lstrip("0") in numbers:
                    yield start, last


def _fold(text: str) -> str:
    """Lower case, with wide letters and the digits of every script in ASCII; character for character."""
    return text.translate({ord(char): _folded(char) for char in set(text)})


def _folded(char: str) -> str:
    if "\ud800" <= char <= "\udfff":
        return "\ufffd"  # no automaton reads half a character
    flat = unicodedata.normalize("NFKC", char).lower()
    if len(flat) != 1:
        return char
    digit = unicodedata.decimal(flat, None)
    return flat if digit is None else str(digit)
