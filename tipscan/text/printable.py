"""Foreign text on a terminal."""

from __future__ import annotations

import re

#: What moves the cursor, changes colours or titles, or turns the direction of what follows.
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    r"""The text on one line, with U+FFFD for what a terminal would obey rather than show.

    >>> printable("Your\tpassport \x1b[2J")
    'Your passport \ufffd[2J'
    """
    return _STEERING.sub("\ufffd", " ".join(text.split()))
