"""Words with digits for letters, as the network should read them: ``p4ssport`` is a word, tokenizers spell it out.

The tokenizer itself tells such a word from a number with its unit or the name of a product: it knows the word that was
meant, and takes the one that was written to pieces.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tipscan.text import NormalizedText
from tipscan.text.leet import undo_leet

if TYPE_CHECKING:
    from tokenizers import Tokenizer

#: Characters that are read of one text: bounds time and memory for texts of any length.
MAX_CHARACTERS = 100_000
#: A word of fewer letters with digits before or behind them may be a time, a sum or a class: "7am", "room5".
_SURE = 5
#: So many words make a text in which others are written so too.
_MANY = 3


def readable(text: NormalizedText, tokenizer: Tokenizer) -> str:
    """What the model reads: the normalized text with letters for the digits and signs of such words, place for place.

    At most ``MAX_CHARACTERS`` of it, and no white space at the end: a token of its own to the tokenizer, and nothing to
    a reader.
    """
    counts: dict[str, int] = {}

    def count_of(word: str) -> int:
        if word not in counts:
            counts[word] = len(tokenizer.encode(word, add_special_tokens=False).ids)
        return counts[word]

    read: dict[tuple[int, int], tuple[int, str]] = {}  # the fewest pieces a word can have, and how it reads then
    sure: set[tuple[int, int]] = set()
    for reading in undo_leet(text):  # twice where a sign may be either of two letters
        for place in reading.words:
            if place[1] > MAX_CHARACTERS:
                break
            written, meant = (one[slice(*place)] for one in (text.text, reading.text.text))
            if written.isupper():
                meant = meant.upper()
            count, spelled = count_of(meant), count_of(written)
            if count <= spelled and count < read.get(place, (spelled + 1, ""))[0]:
                read[place] = count, meant
            if (count == 1 or count <= spelled - 2) and _mixed(written):
                sure.add(place)
    said = list(text.text[:MAX_CHARACTERS])
    for start, end in read if len(sure) >= _MANY else sure:
        said[start:end] = read[start, end][1]
    return "".join(said).rstrip()


def _mixed(word: str) -> bool:
    """Whether signs stand between letters, or beside enough of them."""
    letters = [place for place, char in enumerate(word) if char.isalpha()]
    return bool(letters) and (letters[-1] - letters[0] + 1 > len(letters) or len(letters) >= _SURE)
