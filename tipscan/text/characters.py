"""What every code point is, as one table: a whole text is looked up at once, at some nanoseconds a character."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # numpy loads with the first text: ``tipscan --help`` has no use for it
    import numpy as np
    import numpy.typing as npt

    Classes: TypeAlias = npt.NDArray[np.uint16]

#: Flags of a code point; the script stands above them.
WORD, ALPHABETIC, SPACELESS, SURFACE, COMPOSES, LETTER, HAN, LOOKALIKE, OTHER_DIGIT = (1 << bit for bit in range(9))
SCRIPT = 9
#: Code points from here on share the last entry of the table.
LIMIT = 0x1FC00

# Scripts that language identification counts, by the code points of their letters and marks.
SCRIPTS = {
    "thai": "\u0e01-\u0e5b",
    "lao": "\u0e81-\u0edf",
    "khmer": "\u1780-\u17ff",
    "myanmar": "\u1000-\u109f\uaa60-\uaa7f",
    "sinhala": "\u0d80-\u0dff",
    "tamil": "\u0b80-\u0bff",
    "telugu": "\u0c00-\u0c7f",
    "malayalam": "\u0d00-\u0d7f",
    "kannada": "\u0c80-\u0cff",
    "gujarati": "\u0a80-\u0aff",
    "gurmukhi": "\u0a00-\u0a7f",
    "odia": "\u0b00-\u0b7f",
    "georgian": "\u10a0-\u10ff",
    "armenian": "\u0530-\u058f",
    "greek": "\u0370-\u03ff",
    "hebrew": "\u0590-\u05ff",
    "hangul": "\u1100-\u11ff\uac00-\ud7af",
    "kana": "\u3041-\u30ff",
    "han": "\u3400-\u4dbf\u4e00-\u9fff",
    "ethiopic": "\u1200-\u139f",
    "bengali": "\u0980-\u09ff",
    "devanagari": "\u0900-\u097f",
    "arabic": "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff",
    "cyrillic": "\u0400-\u04ff",
    "latin": "A-Za-z\u00aa-\u024f\u1e00-\u1eff",
}
_NAMES = tuple(SCRIPTS)
# Scripts written without spaces: a word may start and end anywhere.
_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff"
#: What stands between code points and means nothing: soft hyphen, combining grapheme joiner, joiners, bidi controls,
#: BOM, fillers, variation selectors, tags.
INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff"
)
OVERLAY = "\u0334-\u0338\u0488\u0489\u20d0-\u20ff"
CONTROL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_SURROGATES = "\ud800-\udfff"
_STACKED = "\u0300-\u036f"
_CIRCLED_DIGITS = "\u2460-\u2473\u24ea"
SYMBOL_DIGITS = {chr(first + i): str(i + 1) for first in (0x2776, 0x2780, 0x278A) for i in range(10)}  # ❶ ➀ ➊ …
SYMBOL_DIGITS |= {"🔟": "10", "⓿": "0"}
SYMBOL_LETTERS = {chr(first + i): chr(65 + i) for first in (0x1F150, 0x1F170) for i in range(26)}  # 🅐 🅰 …
#: Letters of the scripts that are hidden by spacing them out.
SIMPLE = "A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff\u1ea0-\u1ef9"
_HAN = "\u4e00-\u9fff"
#: Of decimals and of thousands.
_ARABIC_SEPARATORS = "\u066b\u066c"
#: Greek and Cyrillic, whose letters stand for Latin ones and the other way round.
_LOOKALIKES = "\u0370-\u03ff\u0400-\u04ff"
# Blocks without a compatibility form and without marks, left out because they are large.
_STABLE = ((0x3400, 0xA000), (0xAC00, 0xD7A4), (0x12000, 0x16A00), (0x17000, 0x1B000))


def classes(text: str) -> Classes:
    """The table's entry for each code point of ``text``."""
    import numpy as np

    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return _table().take(codes, mode="clip")


def edges(found: Classes) -> bytes:
    """For each place between two characters of a text, its ends included: 1 where a word can start or end.

    Beside a script written without spaces that is everywhere.
    """
    import numpy as np

    if not len(found):
        return b"\x01"
    holds = found & (WORD | SPACELESS) == WORD  # to its neighbours of the same word
    made = np.ones(len(found) + 1, dtype=np.bool_)
    np.logical_not(holds[:-1] & holds[1:], out=made[1:-1])
    return made.tobytes()


def letters(found: Classes) -> bytes:
    """1 for each letter or mark of a text, 0 for all else and behind its end."""
    return bytes((found & ALPHABETIC != 0).tobytes()) + b"\0"


def scripts(found: Classes) -> dict[str, int]:
    """Letters and marks by script, most frequent first."""
    import numpy as np

    counts = np.bincount(found >> SCRIPT).tolist()[1:]
    present = [number for number, count in enumerate(counts) if count]
    return {_NAMES[number]: counts[number] for number in sorted(present, key=lambda number: -counts[number])}


def flags(found: Classes) -> int:
    """The flags that any character has."""
    import numpy as np

    return int(np.bitwise_or.reduce(found, initial=0))


def places(found: Classes, flag: int) -> list[int]:
    """Where the characters with a flag stand."""
    import numpy as np

    return np.flatnonzero(found & flag).tolist()


def lone(found: Classes, kind: int) -> bool:
    """Whether two characters of a kind (``LETTER``, ``HAN``) stand alone side by side: spaced out, perhaps."""
    is_kind = (found & kind != 0).tobytes()
    return b"\0\1\0\1\0" in is_kind or b"\0\1\0\0\1\0" in is_kind


def _ranges(spec: str) -> list[tuple[int, int]]:
    """The body of a regex class as (first, last) code points."""
    found: list[tuple[int, int]] = []
    position = 0
    while position < len(spec):
        last = spec[position + 2] if spec[position + 1 : position + 2] == "-" else spec[position]
        found.append((ord(spec[position]), ord(last)))
        position += 3 if spec[position + 1 : position + 2] == "-" else 1
    return found


@cache
def _table() -> Classes:
    """(``LIMIT`` + 1,) entries; some 40 ms, once."""
    import numpy as np

    entries = np.zeros(LIMIT + 1, dtype=np.uint16)

    def mark(spec: str, flag: int) -> None:
        for first, last in _ranges(spec):
            entries[min(first, LIMIT) : min(last, LIMIT) + 1] |= flag

    for number, spec in enumerate(SCRIPTS.values(), 1):
        mark(spec, number << SCRIPT)
    mark(_SPACELESS, SPACELESS)
    mark(SIMPLE, LETTER)
    mark(_HAN, HAN)
    mark(_LOOKALIKES, LOOKALIKE)
    for spec in (INVISIBLE, OVERLAY, CONTROL, _SURROGATES, _STACKED, _CIRCLED_DIGITS):
        mark(spec, SURFACE)
    for char in SYMBOL_DIGITS | SYMBOL_LETTERS:
        mark(char, SURFACE)
    for first, last in _STABLE:
        entries[first:last] |= WORD | ALPHABETIC
    stable = {code for first, last in _STABLE for code in range(first, last)}
    for code in range(0x80, LIMIT):
        if code not in stable:
            char = chr(code)
            mark_or_letter = char.isalpha() or unicodedata.category(char)[0] == "M"
            entries[code] |= ALPHABETIC * mark_or_letter | WORD * (mark_or_letter or char.isalnum())
            entries[code] |= OTHER_DIGIT * char.isdecimal()
            if unicodedata.combining(char) or not unicodedata.is_normalized("NFKC", char):
                entries[code] |= COMPOSES
    for code in range(0x80):
        entries[code] |= ALPHABETIC * chr(code).isalpha() | WORD * chr(code).isalnum()
    mark(_ARABIC_SEPARATORS, OTHER_DIGIT)
    mark("\u0e33\u0eb3", COMPOSES)
    mark("\u1160-\u11ff\uff9e\uff9f", COMPOSES)
    entries[LIMIT] |= WORD | ALPHABETIC | COMPOSES | OTHER_DIGIT
    return entries
