"""All labelled text behind one schema, with near-duplicate clusters and folds.

    python -m training.sources --shared ../shared/data        # counts by source, language, label and fold

A row is a dictionary of ``COLUMNS``. The fold of a row is drawn from its near-duplicate cluster, so that copies of one
advert, and the two twins of a contrast pair, never stand on both sides of a split.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tipscan.indicators.taxonomy import SCHEMES
from tipscan.text import normalize

if TYPE_CHECKING:
    from datasets import Dataset

log = logging.getLogger(__name__)

CORPUS = Path(__file__).parent / "corpus"
SHARED_FILES = ("emscad", "lures", "genuine_adverts", "other_messages")
COLUMNS = (
    "id text lang label recruits schemes schemes_known register channel sector subtle obfuscated pair facts indicators "
    "source weak licence "
    "batch use cluster fold"
).split()
#: Tenths of the clusters: the model is fitted on ``train``, fusion and calibration on ``calibrate``,
#: reports are on ``dev``.
PUBLIC_FOLDS = ("dev", "dev", "calibrate", *("train",) * 7)
#: The corpus has texts for calibration and for testing of its own: nine tenths of the others are learned from.
CORPUS_FOLDS = ("dev", *("train",) * 9)
PERMUTATIONS = 64
SAME_CLUSTER = 0.6  # estimated Jaccard similarity of character 5-gram sets
MAX_SHINGLED = 4_000  # characters; the longest shared adverts are cut at 6,000


def shared_rows(folder: Path) -> Iterator[dict[str, Any]]:
    """Rows of the shared data. Schemes are known only where a source names one or nothing is deceptive."""
    for name in SHARED_FILES:
        with open(folder / f"{name}.jsonl", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                yield {
                    "id": f"shared-{row['id']}",
                    "text": row["text"],
                    "lang": row["lang"],
                    "label": row["label"],
                    "recruits": name != "other_messages",
                    "schemes": [row["scheme"]] if row["scheme"] else [],
                    "schemes_known": row["label"] == 0,
                    "register": row["kind"],
                    "channel": "other",
                    "sector": "other",
                    "subtle": False,
                    "obfuscated": False,
                    "pair": None,
                    "facts": [],
                    "indicators": [],
                    "source": row["source"],
                    "weak": row["weak"],
                    "licence": row["licence"],
                    "batch": 0,
                    "use": "learn",
                }


def corpus_rows(folder: Path = CORPUS) -> Iterator[dict[str, Any]]:
    """Rows of the authored corpus.

    Their ``use`` is ``learn`` (batches one and three), ``calibrate`` (batch one, written when encoder and rule packs
    were done, for the fusion of the two) or ``test`` (batch two, by another brief, never learned from).
    """
    for path in sorted(folder.glob("*.jsonl")):
        with open(path, encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                row |= {"schemes_known": True, "source": "corpus", "weak": False, "licence": "Apache-2.0"}
                yield {name: row[name] for name in COLUMNS if name not in ("cluster", "fold")}


def signature(text: str) -> Any:
    """MinHash signature of the set of character 5-grams of the normalized, lower-cased text without digits."""
    from datasketch import MinHash

    folded = "".join(char for char in " ".join(normalize(text[:MAX_SHINGLED]).folded.split()) if not char.isdigit())
    minhash = MinHash(num_perm=PERMUTATIONS, seed=1)
    minhash.update_batch({folded[i : i + 5].encode("utf-8") for i in range(max(1, len(folded) - 4))})
    return minhash


def clusters(texts: Sequence[str]) -> list[int]:
    """Number of the near-duplicate cluster of each text: connected components over MinHash-LSH matches."""
    from datasketch import MinHashLSH

    index = MinHashLSH(threshold=SAME_CLUSTER, num_perm=PERMUTATIONS)
    parent = list(range(len(texts)))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for number, text in enumerate(texts):
        mark = signature(text)
        for match in index.query(mark):
            parent[root(match)] = root(number)
        index.insert(number, mark)
    return [root(number) for number in range(len(texts))]


def fold_of(key: str) -> str:
    """A stable draw: the same cluster key gives the same fold on every machine."""
    folds = PUBLIC_FOLDS if key.startswith("shared-") else CORPUS_FOLDS
    return folds[hashlib.sha256(key.encode("utf-8")).digest()[0] % len(folds)]


def assign_folds(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Fill ``cluster`` and ``fold``. The key of a cluster is its smallest id; twins share the key of their pair."""
    numbers = clusters([row["text"] for row in rows])
    # What copies a text kept for calibration or testing, and its twin, is not learned from either.
    apart = {number for row, number in zip(rows, numbers, strict=True) if row["use"] != "learn"}
    for places in _groups(rows, numbers):
        members = [rows[place] for place in places]
        # A user's own texts follow the fold of the text they copy and never decide it; alone, they are learned from.
        known = [row for row in members if row["source"] != "own"]
        key = min(row["pair"] or row["id"] for row in known or members)
        fold = fold_of(key) if known else "train"
        if any(numbers[place] in apart for place in places):
            fold = "dev"
        for row in members:
            row["cluster"] = key
            row["fold"] = fold if row["use"] == "learn" else row["use"]
    return rows


def _groups(rows: list[dict[str, Any]], numbers: list[int]) -> Iterable[list[int]]:
    """Places of the rows that share a fold: twins, and copies of single texts."""
    groups: dict[str | int, list[int]] = collections.defaultdict(list)
    for place, (row, number) in enumerate(zip(rows, numbers, strict=True)):
        groups[row["pair"] or number].append(place)
    return groups.values()


def own_faults(row: Any) -> Iterator[str]:
    """What is wrong with a row of a user's; nothing where training can read it."""
    if not isinstance(row, dict) or not isinstance(row.get("text"), str) or row.get("label") not in (0, 1):
        yield "needs a text and a label of 0 or 1"
        return
    for name in ("lang", "register", "channel", "sector"):
        if not isinstance(row.get(name, ""), str):
            yield f"{name} is not text"
    for name in ("recruits", "subtle", "obfuscated"):
        if not isinstance(row.get(name, True), bool):
            yield f"{name} is neither true nor false"
    schemes, indicators = row.get("schemes", []), row.get("indicators", [])
    if not isinstance(schemes, list) or not all(code in SCHEMES for code in schemes):
        yield f"schemes are some of {', '.join(SCHEMES)}"
    if not isinstance(indicators, list) or not all(_is_span(one, len(row["text"])) for one in indicators):
        yield "indicators have a code, a start and an end inside the text"


def _is_span(one: Any, length: int) -> bool:
    if not isinstance(one, dict) or not isinstance(one.get("code"), str):
        return False
    start, end = one.get("start"), one.get("end")
    return isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= length


def own_rows(path: Path) -> Iterator[dict[str, Any]]:
    """A user's labelled texts: JSON Lines with ``text`` and ``label``, and any other column of ``COLUMNS``.

    Raises:
        ValueError: Names the line, and what is wrong with it.
    """
    absent: dict[str, Any] = dict.fromkeys(COLUMNS) | {
        "lang": "und",
        "recruits": True,
        "schemes": [],
        "register": "advert",
        "channel": "other",
        "sector": "other",
        "subtle": False,
        "obfuscated": False,
        "facts": [],
        "indicators": [],
        "weak": False,
        "licence": "own",
        "batch": 0,
    }
    with open(path, encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise ValueError(f"{path}, line {number}: not JSON, {error.msg}") from None
            if isinstance(row, dict):
                row = {name: row[name] for name in COLUMNS if row.get(name) is not None}
            if faults := list(own_faults(row)):
                raise ValueError(f"{path}, line {number}: {'; '.join(faults)}")
            known = bool(row.get("schemes")) or row["label"] == 0
            fixed = {"source": "own", "use": "learn", "id": f"own-{number}", "schemes_known": known}
            given = row | ({"pair": f"own-{row['pair']}"} if "pair" in row else {})
            yield {name: value for name, value in (absent | given | fixed).items() if name not in ("cluster", "fold")}


def load(
    shared: Path | None, corpus: Path = CORPUS, *, own: Path | None = None, cache: Path | None = None
) -> list[dict[str, Any]]:
    """All rows with folds; the clustering takes minutes, so a ``cache`` file keeps the result for the same rows."""
    rows = [*(shared_rows(shared) if shared else ()), *corpus_rows(corpus), *(own_rows(own) if own else ())]
    digest = hashlib.sha256(
        "\n".join(f"{row['id']}\t{row['pair']}\t{row['use']}\t{row['text']}" for row in rows).encode("utf-8", "replace")
    ).hexdigest()
    if cache and cache.exists():
        kept = json.loads(cache.read_text(encoding="utf-8"))
        if kept["digest"] == digest:
            for row in rows:
                row["cluster"], row["fold"] = kept["rows"][row["id"]]
            return rows
    assign_folds(rows)
    if cache:
        cache.parent.mkdir(parents=True, exist_ok=True)
        kept = {"digest": digest, "rows": {row["id"]: [row["cluster"], row["fold"]] for row in rows}}
        cache.write_text(json.dumps(kept), encoding="utf-8")
    return rows


def check_licences(rows: list[dict[str, Any]], licences: Iterable[str]) -> None:
    """Refuse names of licences that no source is under, rather than leave nothing out in silence.

    Raises:
        ValueError: Names them, and the licences there are.
    """
    known = {row["licence"] for row in rows}
    if unknown := sorted(set(licences) - known):
        raise ValueError(f"no source is under {', '.join(unknown)}; there are {', '.join(sorted(known))}")


def without(rows: list[dict[str, Any]], licences: Iterable[str]) -> list[dict[str, Any]]:
    """The rows whose source is under none of the licences."""
    unwanted = frozenset(licences)
    return [row for row in rows if row["licence"] not in unwanted]


def as_dataset(rows: list[dict[str, Any]]) -> Dataset:
    """The rows as a Hugging Face dataset with declared features."""
    from datasets import Dataset, Features, Sequence, Value

    text, flag = Value("string"), Value("bool")
    span = {"code": text, "start": Value("int32"), "end": Value("int32")}
    kinds: dict[str, Any] = dict.fromkeys(COLUMNS, text)
    kinds |= dict.fromkeys(("recruits", "schemes_known", "subtle", "obfuscated", "weak"), flag)
    kinds |= {"label": Value("int8"), "batch": Value("int8"), "schemes": Sequence(text)}
    kinds |= {"facts": Sequence(text), "indicators": [span]}
    return Dataset.from_list(rows, features=Features(kinds))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path)
    parser.add_argument("--cache", type=Path)
    parser.add_argument(
        "--folds", type=Path, help="write {fold: row ids} of all folds but train here, for the evaluation"
    )
    args = parser.parse_args()
    rows = load(args.shared, cache=args.cache)
    if args.folds:
        names = ("dev", "calibrate", "test")
        folds = {name: sorted(row["id"] for row in rows if row["fold"] == name) for name in names}
        args.folds.write_text(json.dumps(folds, separators=(",", ":")) + "\n", encoding="utf-8")
    counts = collections.Counter((row["source"], row["lang"], row["label"], row["fold"]) for row in rows)
    for (source, lang, label, fold), count in sorted(counts.items()):
        print(f"{count:6d}  {source:18s} {lang:4s} label {label}  {fold}")
    assert all(code in SCHEMES for row in rows for code in row["schemes"])


if __name__ == "__main__":
    main()
