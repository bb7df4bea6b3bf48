"""From rows to padded tensors: units (a pair of twins or a single text) packed by a token budget."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from tipscan.indicators.taxonomy import SCHEMES
from tipscan.text import normalize

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Row = dict[str, Any]
PAD = 1


@dataclass(frozen=True, slots=True)
class Encoded:
    """One text ready for training: ids without specials, and +1 / -1 / 0 per token for annotated phrases."""

    row: Row
    ids: list[int]
    marks: list[int]


def encode(tokenizer: Tokenizer, rows: list[Row]) -> list[Encoded]:
    """Tokenize the normalized texts; annotated spans of the original are carried onto tokens."""
    normal = [normalize(row["text"]) for row in rows]
    encodings = tokenizer.encode_batch([text.text for text in normal], add_special_tokens=False)
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
        encoded.append(Encoded(row, list(encoding.ids), marks))
    return encoded


def sample_epoch(texts: list[Encoded], caps: dict[str, int], rng: random.Random) -> list[list[Encoded]]:
    """Units of one epoch: whole pairs of the corpus, and a fresh draw of at most ``caps[source]`` from each source."""
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
        units += [[text] for text in (group if len(group) <= cap else rng.sample(group, cap))]
    rng.shuffle(units)
    return units


def window(text: Encoded, length: int, rng: random.Random) -> Encoded:
    """At most ``length`` tokens: the start, or for a third of the long texts a window from anywhere."""
    excess = len(text.ids) - length
    if excess <= 0:
        return text
    start = rng.randint(0, excess) if rng.random() < 1 / 3 else 0
    return Encoded(text.row, text.ids[start : start + length], text.marks[start : start + length])


def pack(units: list[list[Encoded]], budget: int, rng: random.Random) -> Iterator[list[Encoded]]:
    """Batches of similar lengths with at most ``budget`` padded tokens; twins stay together."""
    pool_size = 800
    for begin in range(0, len(units), pool_size):
        pool = sorted(units[begin : begin + pool_size], key=lambda unit: max(len(text.ids) for text in unit))
        batches: list[list[Encoded]] = [[]]
        for unit in pool:
            longest = max(len(text.ids) for text in unit)
            if batches[-1] and (len(batches[-1]) + len(unit)) * (longest + 2) > budget:
                batches.append([])
            batches[-1] += unit
        rng.shuffle(batches)
        yield from batches


def collate(batch: list[Encoded], weight_of: dict[str, float]) -> dict[str, Any]:
    """Padded tensors; ``<s>`` and ``</s>`` stand around the text and count for nothing in pooling."""
    length = max(len(text.ids) for text in batch) + 2
    ids = torch.full((len(batch), length), PAD)
    attention = torch.zeros((len(batch), length), dtype=torch.long)
    content = torch.zeros((len(batch), length))
    spans = torch.zeros((len(batch), length))
    schemes = torch.zeros((len(batch), len(SCHEMES)))
    lures: dict[str, int] = {}
    twins: dict[str, int] = {}
    for number, text in enumerate(batch):
        size = len(text.ids)
        ids[number, : size + 2] = torch.tensor([0, *text.ids, 2])
        attention[number, : size + 2] = 1
        content[number, 1 : size + 1] = 1
        spans[number, 1 : size + 1] = torch.tensor(text.marks, dtype=torch.float)
        for code in text.row["schemes"]:
            schemes[number, SCHEMES.index(code)] = 1
        if text.row["pair"]:
            (lures if text.row["label"] else twins)[text.row["pair"]] = number
    linked = [(lures[pair], twins[pair]) for pair in lures if pair in twins]
    rows = [text.row for text in batch]
    return {
        "input_ids": ids,
        "attention_mask": attention,
        "content": content,
        "spans": spans,
        "label": torch.tensor([float(row["label"]) for row in rows]),
        "recruits": torch.tensor([float(row["recruits"]) for row in rows]),
        "schemes": schemes,
        "schemes_known": torch.tensor([float(row["schemes_known"]) for row in rows]),
        "weight": torch.tensor([weight_of.get(row["source"], weight_of["default"]) for row in rows]),
        "pairs": ([lure for lure, _ in linked], [twin for _, twin in linked]),
    }
