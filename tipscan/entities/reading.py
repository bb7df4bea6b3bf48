"""What the extractors share about one text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from tipscan.entities.words import Words, find_words
from tipscan.finding import Fact
from tipscan.text.characters import OTHER_DIGIT
from tipscan.text.normalize import NormalizedText

_FOREIGN_DIGIT = re.compile(r"[^\D0-9]|[٫٬]")
# The marks come first, so that the search skips to them.
_BREAK = re.compile(r"[;!?\n。|•·،؛؟۔।॥။၊។៕።፣፤,.](?:(?<![,.])|(?<=,)(?!\d)|(?<=\.)(?=\s|$))")


@dataclass(frozen=True, slots=True)
class Reading:
    """A text with its words found; ``plain`` is ``source.text`` with every script's digits in ASCII."""

    source: NormalizedText
    plain: str
    folded: str
    language: str
    words: Words

    @classmethod
    def of(cls, source: NormalizedText, language: str) -> Reading:
        plain, folded = source.text, source.folded
        if source.flags & OTHER_DIGIT:
            plain, folded = _FOREIGN_DIGIT.sub(_ascii_digit, plain), _FOREIGN_DIGIT.sub(_ascii_digit, folded)
        code = language.partition("-")[0]
        return cls(source, plain, folded, code, find_words(folded, source.letters, code))

    def clause(self, start: int, end: int, reach: int) -> tuple[int, int]:
        """The clause around ``[start, end)``, at most ``reach`` characters either way."""
        left = max(0, start - reach)
        for stop in _BREAK.finditer(self.plain, left, start):
            left = stop.end()
        stop_after = _BREAK.search(self.plain, end, end + reach)
        return left, stop_after.start() if stop_after else min(len(self.plain), end + reach)

    def lead(self, position: int, reach: int = 16) -> str:
        """What stands just before ``position``, lower case, ready for ``endswith(neighbours(...))``."""
        return " " + self.folded[max(0, position - reach) : position].rstrip(" :\"'«“(-–—")

    def fact(self, value: str | int, start: int, end: int) -> Fact:
        """A fact at ``[start, end)`` of the normalized text, placed in the original."""
        return Fact(value, *self.source.span(start, end))


def _ascii_digit(match: re.Match[str]) -> str:
    """The ASCII form of a decimal digit of any script, or of an Arabic separator; one character for one."""
    return {"٫": ".", "٬": ","}.get(match[0]) or str(unicodedata.decimal(match[0]))
