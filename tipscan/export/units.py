"""Offsets in the units of the tools, and the tokens that some of them need."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

#: Scripts that write no spaces between words: every letter with its marks is a token, so that any word can be chosen.
_UNSPACED: Final = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x3400, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
#: Signs that put the next consonant below the last one: Khmer coeng, Myanmar virama.
_STACKERS: Final = "\u17d2\u1039"
_JOINERS: Final = "\u200c\u200d"

_Kind = Literal["white", "mark", "letter", "unspaced", "other"]


class Utf16:
    """Code points of a text to UTF-16 units, as Java and JavaScript count, and back."""

    def __init__(self, text: str) -> None:
        points = [index for index, char in enumerate(text) if ord(char) > 0xFFFF]
        self._points = points
        self._units = [point + before for before, point in enumerate(points)]

    def units(self, point: int) -> int:
        """The offset in UTF-16 units of an offset in code points."""
        return point + bisect_left(self._points, point)

    def points(self, unit: int) -> int:
        """The offset in code points of one in UTF-16 units; inside a pair, that of its character."""
        return unit - bisect_left(self._units, unit)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a text that is not cut further, ``text[start:end]``."""

    start: int
    end: int
    white: bool


def tokens(text: str, cuts: Collection[int] = ()) -> list[Token]:
    """The whole text in tokens: words, letters of scripts without spaces, every other character by itself.

    Args:
        text: Any text.
        cuts: Offsets that have to be borders, such as those of the spans.
    """
    borders = frozenset(cuts)
    starts: list[int] = []
    before, last = "", "white"
    for index, char in enumerate(text):
        kind = _kind(char)
        stacked = kind == "unspaced" and before != "" and before in _STACKERS
        goes_on = last != "white" and (kind == "mark" or kind == "letter" == last or stacked)
        if not goes_on or index in borders:
            starts.append(index)
        before, last = char, last if kind == "mark" and goes_on else kind
    ends = [*starts[1:], len(text)]
    return [Token(start, end, text[start].isspace()) for start, end in zip(starts, ends, strict=False)]


def _kind(char: str) -> _Kind:
    if char.isspace():
        return "white"
    if char in _JOINERS or unicodedata.category(char)[0] == "M":
        return "mark"
    if any(first <= ord(char) <= last for first, last in _UNSPACED):
        return "unspaced"
    return "letter" if char.isalnum() else "other"
