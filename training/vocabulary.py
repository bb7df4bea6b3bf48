"""Trim the 250,000-piece vocabulary to what the supported languages need.

A unigram tokenizer can lose pieces safely as long as every single character stays: a lost piece is spelled with
shorter ones. Kept are all characters, every piece the training texts use, and then the most probable pieces of the
supported scripts up to the size asked for.
"""

from __future__ import annotations

import collections
import json
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SPECIAL = 4  # <s> <pad> </s> <unk>
WORD_START = "▁"
SUPPORTED = frozenset(
    "LATIN CYRILLIC CJK ARABIC DEVANAGARI HANGUL HIRAGANA KATAKANA THAI LAO KHMER MYANMAR MALAYALAM SINHALA TELUGU "
    "TAMIL BENGALI GURMUKHI ETHIOPIC GEORGIAN DIGIT".split()
)


def script(piece: str) -> str:
    """First word of the Unicode name of the first letter or mark; ``"DIGIT"`` for pieces without one."""
    for char in piece:
        if char != WORD_START and unicodedata.category(char)[0] in "LM":
            return unicodedata.name(char, "UNKNOWN").split()[0]
    return "DIGIT"


def choose(tokenizer: Tokenizer, texts: Iterable[str], size: int, *, at_least: int = 2) -> np.ndarray:
    """Ids to keep, ascending, specials first: int64 array of about ``size`` entries."""
    pieces = [piece for piece, _ in json.loads(tokenizer.to_str())["model"]["vocab"]]
    used: collections.Counter[int] = collections.Counter()
    for encoding in tokenizer.encode_batch_fast(list(texts)):
        used.update(encoding.ids)
    keep = set(range(SPECIAL))
    keep |= {number for number, piece in enumerate(pieces) if len(piece.lstrip(WORD_START)) <= 1}
    keep |= {number for number, count in used.items() if count >= at_least and number < len(pieces)}
    for number in range(len(pieces)):  # the pieces stand in the order of their probability
        if len(keep) >= size:
            break
        if script(pieces[number]) in SUPPORTED:
            keep.add(number)
    return np.array(sorted(keep - {len(pieces) - 1}), dtype=np.int64)  # without <mask>, the last piece


def trim(tokenizer_file: Path, keep: np.ndarray) -> dict[str, Any]:
    """The tokenizer's JSON with only the kept pieces, renumbered from 0 in the same order."""
    data: dict[str, Any] = json.loads(tokenizer_file.read_text(encoding="utf-8"))
    data["model"]["vocab"] = [data["model"]["vocab"][number] for number in keep]
    data["added_tokens"] = [token for token in data["added_tokens"] if token["id"] < SPECIAL]
    return data
