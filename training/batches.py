"""From rows to padded tensors: units (a pair of twins or a single text) packed by a token budget.

A long text is several windows that are pooled together, in training as when tipscan scans.
"""

from __future__ import annotations

import bisect
import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from tipscan.classify.classifier import windows
from tipscan.classify.spelling import readable
from tipscan.indicators.taxonomy import SCHEMES
from tipscan.text import normalize

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Row = dict[str, Any]
PAD = 1
#: Where a sentence ends; in scripts that put a space only between clauses, there too.
SENTENCE_END = re.compile(r"[.!?;…\n。！？；।॥။።؟۔។]\s*")
CLAUSE_END = re.compile(SENTENCE_END.pattern + r"|\s+")
SPACED_CLAUSES = frozenset({"th", "lo", "km", "my"})


@dataclass(frozen=True, slots=True)
class Encoded:
    """One text ready for training.

    Attributes:
        ids: Tokens without specials.
        marks: Per token +1 or -1 where a phrase is annotated, as an indicator or a mitigation, else 0.
        sentences: Per token the number of its sentence.
    """

    row: Row
    ids: list[int]
    marks: list[int]
    sentences: list[int]


#: One text as the network reads it: its windows, in order.
Windows = list[Encoded]


def encode(tokenizer: Tokenizer, rows: list[Row]) -> list[Encoded]:
    """Tokenize the texts as a classifier reads them; annotated spans of the original are carried onto tokens."""
    normal = [normalize(row["text"]) for row in rows]
    encodings = tokenizer.encode_batch([readable(text, tokenizer) for text in normal], add_special_tokens=False)
    encoded = []
    for row, text, encoding in zip(rows, normal, encodings, strict=True):
        marks = [0] * len(encoding.ids)
        if row["indicators"]:
            places = [text.span(start, end) if end > start else (0, 0) for start, end in encoding.offsets]
            for span in row["indicators"]:
                sign = -1 if span["code"].startswith("MITIGATION.") else 1
                for index, (start, end) in enumerate(places):
                    if start < span["end"] and end > span["start"]:
                        marks[index] = sign
        pattern = CLAUSE_END if row["lang"] in SPACED_CLAUSES else SENTENCE_END
        ends = [match.end() for match in pattern.finditer(text.text)]
        sentences = [bisect.bisect_right(ends, (start + end) // 2) for start, end in encoding.offsets]
        encoded.append(Encoded(row, list(encoding.ids), marks, sentences))
    return encoded


def sample_epoch(texts: list[Encoded], caps: dict[str, int], rng: random.Random) -> list[list[Encoded]]:
    """Units of one epoch: whole pairs of the corpus, and a fresh draw of at most ``caps[source]`` from each source.

    Of a source with both classes, the rarer one fills half the draw as far as it goes.
    """
    by_source: dict[str, list[Encoded]] = defaultdict(list)
    by_pair: dict[str, list[Encoded]] = defaultdict(list)
    for text in texts:
        if text.row["pair"]:
            by_pair[text.row["pair"]].append(text)
        else:
            by_source[text.row["source"]].append(text)
    units: list[list[Encoded]] = list(by_pair.values())
    for source, group in by_source.items():
        cap = caps.get(source, caps["default"])
        units += [[text] for text in (group if len(group) <= cap else _draw(group, cap, rng))]
    rng.shuffle(units)
    return units


def _draw(group: list[Encoded], size: int, rng: random.Random) -> list[Encoded]:
    classes = [[text for text in group if text.row["label"] == label] for label in (0, 1)]
    rare, common = sorted(classes, key=len)
    few = min(len(rare), size // 2)
    return rng.sample(rare, few) + rng.sample(common, size - few)


def cut(text: Encoded, length: int, most: int, rng: random.Random | None = None) -> Windows:
    """The windows of a text as the classifier cuts it; of more than ``most``, a draw of them, or the first ones."""
    places = list(windows(len(text.ids), length))
    if len(places) > most:
        places = sorted(rng.sample(places, most)) if rng else places[:most]
    return [
        Encoded(text.row, text.ids[start:end], text.marks[start:end], text.sentences[start:end])
        for start, end in places
    ]


def pack(units: list[list[Windows]], budget: int, rng: random.Random) -> Iterator[list[Windows]]:
    """Batches of similar lengths with at most ``budget`` padded tokens; twins stay together."""

    def longest(unit: list[Windows]) -> int:
        return max(len(window.ids) for text in unit for window in text)

    pool_size = 800
    for begin in range(0, len(units), pool_size):
        batches: list[list[Windows]] = [[]]
        held = 0
        for unit in sorted(units[begin : begin + pool_size], key=longest):
            size = sum(map(len, unit))
            if batches[-1] and (held + size) * (longest(unit) + 2) > budget:
                batches.append([])
                held = 0
            batches[-1] += unit
            held += size
        rng.shuffle(batches)
        yield from batches


def collate(batch: list[Windows], weight_of: dict[str, float]) -> dict[str, Any]:
    """Padded tensors: (W, T) for the windows of all texts, ``owner`` (W,) the text of each, labels (N,) per text.

    ``<s>`` and ``</s>`` stand around each window and count for nothing in pooling.
    """
    flat = [(number, window) for number, text in enumerate(batch) for window in text]
    length = max(len(window.ids) for _, window in flat) + 2
    ids = torch.full((len(flat), length), PAD)
    attention = torch.zeros((len(flat), length), dtype=torch.long)
    content = torch.zeros((len(flat), length))
    spans = torch.zeros((len(flat), length))
    for place, (_, window) in enumerate(flat):
        size = len(window.ids)
        ids[place, : size + 2] = torch.tensor([0, *window.ids, 2])
        attention[place, : size + 2] = 1
        content[place, 1 : size + 1] = 1
        spans[place, 1 : size + 1] = torch.tensor(window.marks, dtype=torch.float)
    rows = [text[0].row for text in batch]
    schemes = torch.zeros((len(batch), len(SCHEMES)))
    lures: dict[str, int] = {}
    twins: dict[str, int] = {}
    for number, row in enumerate(rows):
        for code in row["schemes"]:
            schemes[number, SCHEMES.index(code)] = 1
        if row["pair"]:
            (lures if row["label"] else twins)[row["pair"]] = number
    linked = [(lures[pair], twins[pair]) for pair in lures if pair in twins]
    return {
        "input_ids": ids,
        "attention_mask": attention,
        "content": content,
        "owner": torch.tensor([number for number, _ in flat]),
        "spans": spans,
        "label": torch.tensor([float(row["label"]) for row in rows]),
        "recruits": torch.tensor([float(row["recruits"]) for row in rows]),
        "schemes": schemes,
        "schemes_known": torch.tensor([float(row["schemes_known"]) for row in rows]),
        "weight": torch.tensor([weight_of.get(row["source"], weight_of["default"]) for row in rows]),
        "pairs": ([lure for lure, _ in linked], [twin for _, twin in linked]),
    }


def to_device(batch: dict[str, Any], device: torch.device) -> dict[str, Any]:
    """The batch with its tensors where the network is."""
    return {name: value.to(device) if isinstance(value, torch.Tensor) else value for name, value in batch.items()}
