"""What leaving sources out by licence costs, on a smaller budget: two runs that differ in nothing else.

    python -m training.licences --shared ../shared/data --without unknown

From the base encoder, three epochs over a sample of the corpus with all public sources, and three without those under
the licences: 45 minutes on two cores. The figures are below those of the shipped model; the difference is what
counts. Run again after a break, it goes on after the last finished epoch. Writes ``training/licences.json``, which the
model card quotes.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score
from tokenizers import Tokenizer

from training import batches, sources
from training.run import Config, build, report, score, train

RESULTS = Path(__file__).parent / "licences.json"
CORPUS_PAIRS = 2_500
#: Texts a public source lends to the sample, and the dev texts of one that are scored.
PUBLIC_TEXTS = 100
DEV_TEXTS = 40


def sample(rows: list[batches.Row], seed: int) -> list[batches.Row]:
    """Whole pairs of the corpus and a draw from each public source for training; the held-out rows thinned alike."""
    rng = random.Random(seed)
    fit = [row for row in rows if row["fold"] == "train"]
    pairs = sorted({row["pair"] for row in fit if row["source"] == "corpus" and row["pair"]})
    chosen = set(rng.sample(pairs, min(CORPUS_PAIRS, len(pairs))))
    kept = [row for row in rows if row["pair"] in chosen or row["use"] == "calibrate"]
    by_source: dict[tuple[str, str], list[batches.Row]] = {}
    for row in rows:
        if row["source"] != "corpus" and row["fold"] in ("train", "dev"):
            by_source.setdefault((row["source"], row["fold"]), []).append(row)
    for (source, fold), group in sorted(by_source.items()):
        most = len(group) if (source, fold) == ("emscad", "dev") else PUBLIC_TEXTS if fold == "train" else DEV_TEXTS
        kept += rng.sample(group, min(most, len(group)))
    return kept


def figures(rows: list[batches.Row], output: Path, config: Config, *, compiled: bool) -> dict[str, Any]:
    """Train on the ``train`` fold of ``rows`` and measure on the rest."""
    train(config, rows, output, resume=True, compiled=compiled)
    model, tokenizer, _ = build(config, [], output)
    assert isinstance(tokenizer, Tokenizer)
    held_out = [row for row in rows if row["fold"] in ("dev", "calibrate") and not row["weak"]]
    logits = score(model, batches.encode(tokenizer, held_out), config)
    lures = np.array([row["use"] == "calibrate" and row["label"] == 1 for row in held_out])
    ordinary = np.array([row["source"] != "corpus" and row["label"] == 0 for row in held_out])
    either = lures | ordinary
    told = report(logits, held_out)
    return {
        "texts": sum(row["fold"] == "train" for row in rows),
        "auroc_authored": told.get("auroc_unseen"),
        "auroc_emscad": told.get("auroc_emscad"),
        "auroc_authored_lures_among_public_texts": round(float(roc_auc_score(lures[either], logits[either, 0])), 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--without", nargs="+", required=True, help="licences whose sources are left out")
    parser.add_argument("--cache", type=Path, help="clusters of the same rows, from an earlier run")
    parser.add_argument("--output", type=Path, default=Path("build/licences"))
    parser.add_argument("--compile", action="store_true", help="as for training.run")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    config = Config(epochs=3, rate=1.5e-4, windows=2)
    rows = sources.load(args.shared, cache=args.cache)
    sources.check_licences(rows, args.without)
    rows = sample(rows, config.seed)
    # The held-out rows stay the same: what is left out is left out of learning.
    kept = {row["id"] for row in sources.without(rows, args.without)}
    fewer = [row for row in rows if row["fold"] != "train" or row["id"] in kept]
    result = {
        "without": args.without,
        "all": figures(rows, args.output / "all", config, compiled=args.compile),
        "fewer": figures(fewer, args.output / "fewer", config, compiled=args.compile),
    }
    RESULTS.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
