"""The frozen texts that everything is measured on.

The split is ``folds.json``, made by cluster of near-duplicates (``python -m training.sources --folds``): no copy of a
text stands on both sides. The test set is batch two of the corpus, which nothing was ever learned from, and the ``dev``
fold of the public data.
"""

from __future__ import annotations

import collections
import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.metrics import Floats
from tipscan.finding import Finding

HERE = Path(__file__).parent
CORPUS = HERE.parent / "training" / "corpus"
TEST_BATCH = 2
TIERS = ("accurate", "auto", "fast")
#: Languages the corpus covers in full; the others have a fourth of the texts.
MAIN = tuple("en zh vi th id ms tl my km lo hi bn ur ne ta si ar fa tr ru uk es pt fr sw am".split())
Row = dict[str, Any]
Mask = Floats


def read_folds(path: Path = HERE / "folds.json") -> dict[str, str]:
    """Row id -> fold, for every fold but ``train``."""
    folds = json.loads(path.read_text(encoding="utf-8"))
    return {row_id: name for name, ids in folds.items() for row_id in ids}


def corpus_rows(corpus: Path = CORPUS) -> list[Row]:
    rows: list[Row] = []
    for path in sorted(corpus.glob("*.jsonl")):
        with open(path, encoding="utf-8") as lines:
            rows += [json.loads(line) | {"source": "corpus", "weak": False} for line in lines]
    return rows


def read_rows(shared: Path | None) -> list[Row]:
    """Rows of the shared data and the corpus with their fold."""
    folds = read_folds()
    rows: list[Row] = []
    for path in sorted(shared.glob("*.jsonl")) if shared else []:
        with open(path, encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                absent = {"pair": None, "subtle": False, "obfuscated": False, "indicators": [], "facts": []}
                named = {
                    "id": f"shared-{row['id']}",
                    "register": row["kind"],
                    "recruits": path.stem != "other_messages",
                }
                rows.append(row | absent | named | {"schemes": [row["scheme"]] if row["scheme"] else []})
    rows += corpus_rows()
    return [row | {"fold": "test" if row.get("batch") == TEST_BATCH else folds.get(row["id"], "train")} for row in rows]


def frozen(rows: Iterable[Row]) -> list[Row]:
    """What is scored: batch two, and the public texts of the ``dev`` fold."""
    return [row for row in rows if row["fold"] == "test" or (row["fold"] == "dev" and row["source"] != "corpus")]


def digest(rows: Iterable[Row]) -> str:
    """Identity of a set of texts: a prefix of the sha256 over their ids, labels and texts."""
    lines = sorted(f"{row['id']}\t{row['label']}\t{row['text']}" for row in rows)
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()[:16]


def slices(rows: Sequence[Row]) -> dict[str, dict[str, Mask]]:
    """Named masks by kind: sets, then slices of batch two."""

    def mask(wanted: Iterable[bool]) -> Mask:
        return np.fromiter(wanted, dtype=bool, count=len(rows))

    def both(inside: Mask) -> bool:
        return bool((inside & benign).any() and (inside & ~benign).any())

    def by(key: str, among: Mask) -> dict[str, Mask]:
        values = sorted({row[key] for row, inside in zip(rows, among, strict=True) if inside})
        return {value: among & mask(row[key] == value for row in rows) for value in values}

    authored = mask(row["source"] == "corpus" for row in rows)
    weak = mask(row["weak"] for row in rows)
    public = ~authored & ~weak
    benign = mask(row["label"] == 0 for row in rows)
    paired = mask(row["pair"] is not None for row in rows)
    languages = by("lang", authored)
    sets = {"batch two": authored, "batch two, single texts": authored & ~paired, "batch two, twins": authored & paired}
    by_source, by_language = by("source", public), by("lang", public)
    sets |= {f"public: {name}": inside for name, inside in by_source.items() if both(inside)}
    sets |= {f"public: {name}, all texts": inside for name, inside in by_language.items() if both(inside)}
    for name, inside in by("source", weak).items():
        tongue = {row["lang"] for row, here in zip(rows, inside, strict=True) if here}
        sets[f"weak labels: {name}"] = inside | (public & benign & mask(row["lang"] in tongue for row in rows))
    plain = ~mask(row["subtle"] for row in rows)
    lures = {"subtle": authored & (benign | ~plain), "open": authored & (benign | plain)}
    disguised = mask(row["obfuscated"] for row in rows)
    lures |= {"obfuscated": authored & disguised, "not obfuscated": authored & ~disguised}
    schemes = sorted({code for row in rows for code in row["schemes"]})
    return {
        "set": sets,
        "language": languages,
        "scheme": {code: authored & (benign | mask(code in row["schemes"] for row in rows)) for code in schemes},
        "register": by("register", authored),
        "form": lures,
    }


def risk_of(findings: Iterable[Finding]) -> Floats:
    """The risks; a text without one counts as undecided, so that neither class gains by being refused."""
    return np.array([0.5 if finding.risk is None else finding.risk for finding in findings])


def twins(rows: Sequence[Row]) -> list[tuple[int, int]]:
    """(place of the lure, place of its twin) of every whole contrast pair."""
    pairs: dict[str, dict[int, int]] = collections.defaultdict(dict)
    for number, row in enumerate(rows):
        if row["pair"]:
            pairs[row["pair"]][row["label"]] = number
    return [(pair[1], pair[0]) for pair in pairs.values() if len(pair) == 2]
