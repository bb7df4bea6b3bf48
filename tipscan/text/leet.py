"""Undo digits and signs that stand for letters.

``p4ssport``, ``v1sa fr33``, ``s@lary``: one character for one, so places stay where they are. Whether a word is hidden
so, or a product is called ``A10``, shows only in what it becomes; whoever matches the result decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tipscan.text.edits import Edit, apply_edits
from tipscan.text.normalize import NormalizedText

_LATIN = str.maketrans("0134578@$€!", "oieastbasei")
_CYRILLIC = str.maketrans("0346@", "озчба")
#: A 1 is an i or an l; in a Cyrillic word a 4 is ч, as it sounds, or а, as it looks.
_READINGS = (_LATIN, _CYRILLIC), (_LATIN | str.maketrans("1", "l"), _CYRILLIC | str.maketrans("4", "а"))
#: What can be read as a letter, in Latin and in Cyrillic words.
_READ = {False: frozenset(map(chr, _LATIN)), True: frozenset(map(chr, _CYRILLIC))}
_SIGNS = "".join(sorted(_READ[False] | _READ[True]))
_LETTERS = "a-z\u00e0-\u024f\u1ea0-\u1ef9\u0400-\u04ff"
# Between letters, or before or behind two of them. The class comes first, so that the search skips to it.
_MIXED = re.compile(
    rf"[{_SIGNS}](?:(?<=[{_LETTERS}].)(?=[{_LETTERS}])|(?<=[{_LETTERS}]{{2}}[0-9])|(?<![0-9].)(?=[{_LETTERS}]{{2}}))"
)
# No part of an address, a handle, a path or a hashtag.
_WORD = re.compile(rf"(?<![\w@#/\\.=&?%+$€!-])[{_LETTERS}{_SIGNS}]{{3,30}}(?![\w@#/\\=%$€-]|[.:][\w/])")
_LETTER, _SIGN = re.compile(rf"[{_LETTERS}]"), re.compile(f"[{_SIGNS}]")
_CYRILLIC_LETTER = re.compile("[\u0400-\u04ff]")
#: At the end these are punctuation, at the start the mark of a handle or of something else.
_CLOSING, _OPENING = "@!$€", "@!€"
#: Spanish and Portuguese for both genders: "niñ@s".
_BOTH_GENDERS = re.compile(r"[^\W\d_]+@s?")


class Plain(NamedTuple):
    """A text with such words undone, and where they stand in it."""

    text: NormalizedText
    words: tuple[tuple[int, int], ...]

    def changed(self, written: NormalizedText, word: tuple[int, int]) -> tuple[int, int]:
        """From the first to the last sign of a word; its ending may be no part of what it stands for."""
        places = [place for place in range(*word) if self.text.text[place] != written.text[place]]
        return places[0], places[-1] + 1

    def with_only(self, written: NormalizedText, words: Iterable[tuple[int, int]]) -> NormalizedText:
        """The text as ``written`` but for these words: what else looked like leet may be a number with its unit."""
        undone = [(start, end, self.text.text[start:end]) for start, end in words]
        return written.rewritten(apply_edits(written.text, undone))


def undo_leet(text: NormalizedText) -> Iterator[Plain]:
    """The text with letters for digits and signs inside words; twice where one of them may be either of two letters.

    >>> from tipscan.text.normalize import normalize
    >>> [plain.text.text for plain in undo_leet(normalize("P4ssport and v1sa fr33, call 0812 or mail a1@b.com"))]
    ['Passport and visa free, call 0812 or mail a1@b.com', 'Passport and vlsa free, call 0812 or mail a1@b.com']
    """
    if not _MIXED.search(text.folded):
        return
    words = [span for hit in _WORD.finditer(text.folded) if (span := _word(hit)) is not None]
    if not words:
        return
    first: list[Edit] = []
    for latin, cyrillic in _READINGS:
        undone: list[Edit] = []
        for start, end in words:
            word = text.text[start:end]
            undone.append((start, end, word.translate(cyrillic if _CYRILLIC_LETTER.search(word) else latin)))
        if undone == first:
            return
        first = undone
        yield Plain(text.rewritten(apply_edits(text.text, undone)), tuple(words))


def _word(hit: re.Match[str]) -> tuple[int, int] | None:
    """Where a word of letters of one script and signs for such letters stands, if it is one."""
    word = hit[0].rstrip(_CLOSING)
    letters, cyrillic = len(_LETTER.findall(word)), len(_CYRILLIC_LETTER.findall(word))
    signs = set(_SIGN.findall(word))
    if not signs or letters < max(2, len(word) / 3) or cyrillic not in (0, letters):
        return None
    if not signs <= _READ[cyrillic > 0] or word[0] in _OPENING or _BOTH_GENDERS.fullmatch(word):
        return None
    return hit.start(), hit.start() + len(word)
