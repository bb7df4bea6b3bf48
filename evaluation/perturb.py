"""Ways to disguise or blur a text, none of which training uses. Each takes a strength from 0 (nothing) to 1.

Operators change both classes alike, as spelling habits and hurried typing do in life.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from anyascii import anyascii

Operator = Callable[[str, float, random.Random], str]
_LATIN = "aceijopsxyABCEHIJKMOPSTX"
_LOOKALIKE = dict(zip(_LATIN, "асеіјорѕхуАВСЕНІЈКМОРЅТХ", strict=True))
_LOOKALIKE |= {other: latin for latin, other in _LOOKALIKE.items()}
_LEET = {
    "a": "4",
    "e": "3",
    "i": "1",
    "o": "0",
    "s": "5",
    "t": "7",
    "b": "8",
    "A": "4",
    "E": "3",
    "I": "1",
    "O": "0",
    "S": "5",
}
_WORD = re.compile(r"[^\W\d_]{4,}")
_SENTENCE = re.compile(r"(?<=[.!?።])\s+|(?<=[。！？။।۔\n])\s*")
ZERO_WIDTH = "\u200b"


def _letters(table: dict[str, str]) -> Operator:
    def change(text: str, strength: float, rng: random.Random) -> str:
        return "".join(table[char] if char in table and rng.random() < strength else char for char in text)

    return change


def _words(edit: Callable[[str, random.Random], str]) -> Operator:
    def change(text: str, strength: float, rng: random.Random) -> str:
        return _WORD.sub(lambda match: edit(match[0], rng) if rng.random() < strength else match[0], text)

    return change


def _typo(word: str, rng: random.Random) -> str:
    place = rng.randrange(len(word) - 1)
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return rng.choice([swapped, word[:place] + word[place + 1 :], word[: place + 1] + word[place:]])


def _keycaps(text: str, strength: float, rng: random.Random) -> str:
    return "".join(f"{char}\ufe0f\u20e3" if char in "0123456789" and rng.random() < strength else char for char in text)


def _shuffle(text: str, strength: float, rng: random.Random) -> str:
    sentences = [part for part in _SENTENCE.split(text) if part.strip()]
    moved = [number for number in range(len(sentences)) if rng.random() < strength]
    target = moved[:]
    rng.shuffle(target)
    order = list(range(len(sentences)))
    for source, place in zip(moved, target, strict=True):
        order[place] = source
    if order == sorted(order):
        return text
    return " ".join(sentences[number] for number in order)


OPERATORS: dict[str, Operator] = {
    "homoglyphs": _letters(_LOOKALIKE),
    "leet": _letters(_LEET),
    "spacing": _words(lambda word, _: " ".join(word)),
    "zero-width": _words(lambda word, _: ZERO_WIDTH.join(word)),
    "emoji digits": _keycaps,
    "transliteration": _words(lambda word, _: anyascii(word)),
    "typos": _words(_typo),
    "sentence order": _shuffle,
}


def padded(text: str, strength: float, fillers: Sequence[str], rng: random.Random) -> str:
    """The text with ordinary ones of its language around it, at least ``3 * strength`` times its own length."""
    wanted, parts = 3 * strength * len(text), [text]
    while sum(map(len, parts)) - len(text) < wanted:
        parts.insert(rng.choice([0, len(parts)]), rng.choice(fillers))
    return "\n".join(parts)
