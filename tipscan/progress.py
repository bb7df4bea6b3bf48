"""One line on a terminal that tells how far a run is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import TextIO, TypeVar

T = TypeVar("T")

_SECONDS_BETWEEN = 0.5
_CLEAR_LINE = "\r\x1b[K"


def show_progress(
    items: Iterable[T], terminal: TextIO, *, done: int = 0, fraction: Callable[[], float | None] = lambda: None
) -> Iterator[T]:
    """The same items, counted in passing.

    Args:
        items: What is on its way.
        terminal: Where the line stands; it is cleared at the end.
        done: Rows that came before them, in the session that was interrupted.
        fraction: Share of the input that has been read, where that is known: it gives the time left.
    """
    started = shown = monotonic()
    begun: float | None = None
    try:
        for count, item in enumerate(items, 1):
            begun = fraction() if count == 1 else begun
            yield item
            now = monotonic()
            if now - shown >= _SECONDS_BETWEEN:
                shown, elapsed = now, now - started
                left = _left(begun, fraction(), elapsed)
                terminal.write(f"{_CLEAR_LINE}{done + count:,} rows, {count / elapsed:,.0f} rows/s{left}")
                terminal.flush()
    finally:
        terminal.write(_CLEAR_LINE)
        terminal.flush()


def _left(begun: float | None, now: float | None, elapsed: float) -> str:
    """The time left if the rest goes as fast as what was read since the first item."""
    if begun is None or now is None or now <= begun:
        return ""
    minutes, seconds = divmod(round(elapsed * (1 - now) / (now - begun)), 60)
    hours, minutes = divmod(minutes, 60)
    return f", about {hours}:{minutes:02d}:{seconds:02d} left"
