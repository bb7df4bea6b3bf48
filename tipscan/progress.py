"""One line on a terminal that tells how far a run is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from time import monotonic
from typing import TextIO, TypeVar

T = TypeVar("T")

_SECONDS_BETWEEN = 0.5
_CLEAR_LINE = "\r\x1b[K"


def show_progress(items: Iterable[T], terminal: TextIO, *, done: int = 0) -> Iterator[T]:
    """The same items, counted in passing; ``done`` rows came before them, in the session that was interrupted."""
    started = shown = monotonic()
    try:
        for count, item in enumerate(items, 1):
            yield item
            now = monotonic()
            if now - shown >= _SECONDS_BETWEEN:
                shown = now
                terminal.write(f"{_CLEAR_LINE}{done + count:,} rows, {count / (now - started):,.0f} rows/s")
                terminal.flush()
    finally:
        terminal.write(_CLEAR_LINE)
        terminal.flush()
