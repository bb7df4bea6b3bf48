"""The table of code points says what Python's own tables say, character by character."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tipscan.text import characters
from tipscan.text.characters import ALPHABETIC, COMPOSES, LIMIT, SIMPLE, SURFACE, WORD, classes

# Assigned characters of every plane, surrogates with them.
classes("")  # builds the table, before any deadline
TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cn", "Co"]), max_size=60)
SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def is_word(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char)[0] == "M"


@given(TEXTS)
def test_letters_and_words(text: str) -> None:
    """Flags agree with str and unicodedata below the table's limit; above it every character counts as a word."""
    found = classes(text)
    assert len(found) == len(text)
    for char, entry in zip(text, found.tolist(), strict=True):
        if ord(char) < LIMIT and not 0x4DC0 <= ord(char) <= 0x4DFF and not 0x12000 <= ord(char) < 0x1B000:
            assert bool(entry & WORD) == is_word(char)
            assert bool(entry & ALPHABETIC) == (char.isalpha() or unicodedata.category(char)[0] == "M")


@given(TEXTS)
def test_what_nfkc_changes_is_flagged(text: str) -> None:
    """A text without the flag is in NFKC."""
    if not any(entry & COMPOSES for entry in classes(text).tolist()):
        assert unicodedata.is_normalized("NFKC", text)


@given(TEXTS)
def test_edges_stand_where_words_may_end(text: str) -> None:
    """Between two characters of a word there is none, unless one is of a script without spaces."""
    edges = characters.edges(classes(text))
    assert len(edges) == len(text) + 1
    assert edges[0] == edges[-1] == 1
    for place in range(1, len(text)):
        left, right = text[place - 1], text[place]
        if max(left, right) < "\u3000":
            inside = is_word(left) and is_word(right) and not (SPACELESS.match(left) or SPACELESS.match(right))
            assert edges[place] != inside


def test_hidden_characters_are_flagged() -> None:
    """Joiners, tags, overlays, symbols, circled digits and surrogates; ordinary text and emoji are not."""
    for char in "\u00ad\u200b\ufe0f\u20e3\U000e0041\u0336❶🅰🔟①\x00\ud800\u0301":
        assert classes(char)[0] & SURFACE, hex(ord(char))
    assert not any(entry & SURFACE for entry in classes("Plain text, ไทย မြန်မာ 🙂 中文\n\t").tolist())


def test_simple_letters_stand_alone() -> None:
    """Four within nine characters look spaced out; letters of words and far ones do not."""
    letter = characters.LETTER
    assert re.match(f"[{SIMPLE}]", "p")
    assert characters.lone(classes("s a l a ry"), letter)
    assert not characters.lone(classes("a sun y sol e mar"), letter)
    assert not characters.lone(classes("word word"), letter)
