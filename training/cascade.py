"""Set the band in which the fast tier does not decide: complete the fast bundle with ``cascade``.

    python -m training.cascade --models models --shared ../shared/data

On the texts the fusions were fitted on, which neither network learned from. A text whose fast risk is below
``clear_below`` is left to the fast tier; the bound is the highest at which at most ``MAX_LOST`` of the lures the
accurate tier would show under the policy "sensitive" are lost. Weights as in ``training.fuse``: half the lures
authored, most ordinary texts public.
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from tipscan.classify import Workers
from tipscan.classify.bundle import find_bundles, sha256
from tipscan.reading import Reader
from tipscan.text import normalize
from tipscan.tiers import Tier
from training import sources
from training.batches import Row
from training.fuse import PUBLIC_IN_STREAM, held_out_rows, row_weights

MAX_LOST = 0.005


def bound(fast: np.ndarray, shown: np.ndarray, weights: np.ndarray, allowed: float = MAX_LOST) -> float:
    """The highest bound below which at most ``allowed`` of the ``shown`` texts, by weight, lie."""
    order = np.argsort(fast[shown])
    mass = np.cumsum(weights[shown][order]) / weights[shown].sum()
    return float(fast[shown][order][int(np.searchsorted(mass, allowed, side="right"))])


def risks(tier: Tier, rows: list[Row]) -> np.ndarray:
    reader, texts = Reader(), [normalize(row["text"]) for row in rows]
    scores = tier.classifier.score(texts)
    return np.array([tier.risk(reader.read(text), score) for text, score in zip(texts, scores, strict=True)])


def measure(models: Path, rows: list[Row]) -> dict[str, Any]:
    """The band, and what it costs and saves on the same texts."""
    # At the operating point that shows most, so that the bound holds for the others too.
    tiers = {name: Tier(bundle, "sensitive", Workers(2)) for name, bundle in find_bundles(models).items()}
    rows = sources.without(rows, tiers["accurate"].bundle.manifest["training"]["config"].get("without_licence", ()))
    fast, accurate = risks(tiers["fast"], rows), risks(tiers["accurate"], rows)
    labels = np.array([row["label"] for row in rows])
    shown = (labels == 1) & (accurate >= tiers["accurate"].policy.review)
    weights = row_weights(rows, 0.5)
    limit = math.floor(bound(fast, shown, weights) * 10_000) / 10_000
    stream = row_weights(rows, PUBLIC_IN_STREAM) * (labels == 0)
    return {
        "clear_below": limit,
        "with": tiers["accurate"].identity,
        "lures_lost": round(float((fast[shown] < limit).mean()), 4),
        "lures_lost_by_weight": round(float(weights[shown][fast[shown] < limit].sum() / weights[shown].sum()), 4),
        "ordinary_texts_left_to_fast": round(float(stream[fast < limit].sum() / stream.sum()), 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, required=True, help="directory with the bundles fast and accurate")
    parser.add_argument("--shared", type=Path)
    parser.add_argument("--cache", type=Path)
    args = parser.parse_args()
    rows = held_out_rows(sources.load(args.shared, cache=args.cache))
    folder = args.models / "fast"
    scoring = json.loads((folder / "scoring.json").read_text(encoding="utf-8"))
    scoring["cascade"] = measure(args.models, rows)
    (folder / "scoring.json").write_text(json.dumps(scoring, indent=2) + "\n", encoding="utf-8")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"]["scoring.json"] = sha256(folder / "scoring.json")
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(scoring["cascade"], indent=2))


if __name__ == "__main__":
    main()
