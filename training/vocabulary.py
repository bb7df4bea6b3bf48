"""Trim the 250,000-piece vocabulary to what the supported languages need.

A unigram tokenizer can lose pieces safely as long as every single character stays: a lost piece is spelled with
shorter ones. But a language spelled letter by letter is read badly, so the room goes to the languages in turn: kept are
all characters of the supported scripts, and then the pieces that matter most to the language they matter most to.
"""

from __future__ import annotations

import collections
import json
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from training.batches import Row

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SPECIAL = 4  # <s> <pad> </s> <unk>
WORD_START = "▁"
#: Public texts hold many names and typing errors: a use in one counts as this much of a use in an authored text.
PUBLIC_USE = 0.2
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


def choose(tokenizer: Tokenizer, rows: Sequence[Row], size: int) -> np.ndarray:
    """Ids to keep, ascending, specials first: int64 array of about ``size`` entries."""
    pieces = [piece for piece, _ in json.loads(tokenizer.to_str())["model"]["vocab"]]
    uses: dict[str, collections.Counter[int]] = collections.defaultdict(collections.Counter)
    for row, encoding in zip(rows, tokenizer.encode_batch_fast([row["text"] for row in rows]), strict=True):
        for number in encoding.ids:
            uses[row["lang"]][number] += 1 if row["source"] == "corpus" else PUBLIC_USE
    matters: dict[int, float] = collections.defaultdict(float)
    for counts in uses.values():
        whole = counts.total()
        for number, count in counts.items():
            matters[number] = max(matters[number], count / whole)
    keep = set(range(SPECIAL)) | {
        number
        for number, piece in enumerate(pieces)
        if len(piece.lstrip(WORD_START)) <= 1 and (number in matters or script(piece) in SUPPORTED)
    }
    for number in sorted(matters, key=matters.__getitem__, reverse=True):
        if len(keep) >= size:
            break
        if number < len(pieces):
            keep.add(number)
    for number in range(len(pieces)):  # the pieces stand in the order of their probability
        if len(keep) >= size:
            break
        if script(pieces[number]) in SUPPORTED:
            keep.add(number)
    return np.array(sorted(keep - {len(pieces) - 1}), dtype=np.int64)  # without <mask>, the last piece


def trim(tokenizer: dict[str, Any], keep: np.ndarray) -> dict[str, Any]:
    """The tokenizer's JSON with only the kept pieces, renumbered from 0 in the same order."""
    model = tokenizer["model"] | {"vocab": [tokenizer["model"]["vocab"][number] for number in keep]}
    added = [token for token in tokenizer["added_tokens"] if token["id"] < SPECIAL]
    return tokenizer | {"model": model, "added_tokens": added}
