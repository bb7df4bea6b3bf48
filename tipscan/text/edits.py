"""Edits of a text, and the way of a span back to where it stood before them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

Edit = tuple[int, int, str]  # start, end, replacement


class OffsetMap:
    """Carries spans of an edited text back to the text before the edits."""

    __slots__ = ("_after_end", "_after_start", "_before_end", "_before_start")

    def __init__(self, edits: Iterable[Edit]) -> None:
        self._before_start: list[int] = []
        self._before_end: list[int] = []
        self._after_start: list[int] = []
        self._after_end: list[int] = []
        shift = 0
        for start, end, replacement in edits:
            self._before_start.append(start)
            self._before_end.append(end)
            self._after_start.append(start + shift)
            self._after_end.append(start + shift + len(replacement))
            shift += len(replacement) - (end - start)

    def start(self, position: int) -> int:
        """Where a span starting at ``position`` starts before the edits; removed characters fall outside it."""
        index = bisect_right(self._after_start, position) - 1
        if index < 0:
            return position
        if position < self._after_end[index]:
            return self._before_start[index]
        return self._before_end[index] + position - self._after_end[index]

    def end(self, position: int) -> int:
        """Where a span ending at ``position`` ends before the edits."""
        index = bisect_left(self._after_start, position) - 1
        if index < 0:
            return position
        if position <= self._after_end[index]:
            return self._before_end[index]
        return self._before_end[index] + position - self._after_end[index]


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text with each edit's replacement in its place; edits are in order and do not overlap."""
    parts: list[str] = []
    position = 0
    for start, end, replacement in edits:
        parts += [text[position:start], replacement]
        position = end
    parts.append(text[position:])
    return "".join(parts)
