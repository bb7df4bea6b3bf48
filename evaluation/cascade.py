"""Accuracy against cost of the cascade: what share of texts goes on to the accurate tier, and what is gained by it.

    python -m evaluation.cascade --shared ../shared/data

Both tiers score every third frozen text, then every band is simulated. On two streams: public texts as they come
(few lures), and batch two of the corpus (half lures, written to be hard). Also measures the tiers' speed on the public
stream. Writes ``evaluation/results/cascade.json`` and ``cascade.svg``.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import roc_auc_score

from evaluation.data import Row, frozen, read_rows, risk_of
from evaluation.metrics import Floats
from evaluation.report import as_svg, figure
from tipscan import Scanner

BOUNDS = (0.0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1.01)
#: Texts of the public stream on which speed is measured, all tiers on the same ones.
TIMED = 600


def scan(tier: str, rows: Sequence[Row], model: Path | None) -> Floats:
    return risk_of(Scanner(model, tier=tier).scan_many(row["text"] for row in rows))


def curve(labels: Floats, fast: Floats, accurate: Floats, review: float) -> list[dict[str, float]]:
    """For each bound: share of texts handed on, AUROC, and recall and false alarms at the accurate tier's threshold."""
    points = []
    for bound in BOUNDS:
        handed_on = fast >= bound
        risk = np.where(handed_on, accurate, fast)
        shown = handed_on & (accurate >= review)
        points.append(
            {
                "clear_below": bound,
                "handed_on": round(float(handed_on.mean()), 4),
                "auroc": round(float(roc_auc_score(labels, risk)), 4),
                "recall": round(float(shown[labels == 1].mean()), 4),
                "false_alarms": round(float(shown[labels == 0].mean()), 4),
            }
        )
    return points


def speed(rows: Sequence[Row], model: Path | None) -> dict[str, float]:
    """Texts a second of each tier on the same texts, end to end, in turns."""
    texts = [row["text"] for row in rows[:: max(1, len(rows) // TIMED)]][:TIMED]
    rates = {}
    for tier in ("fast", "auto", "accurate"):
        scanner = Scanner(model, tier=tier)
        for _ in scanner.scan_many(texts[:20]):
            pass
        started = time.perf_counter()
        for _ in scanner.scan_many(texts):
            pass
        rates[tier] = round(len(texts) / (time.perf_counter() - started), 1)
    return rates


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--output", type=Path, default=Path(__file__).parent / "results")
    args = parser.parse_args()
    rows = [row for row in frozen(read_rows(args.shared)) if not row["weak"]]
    scanner = Scanner(args.model)
    streams: dict[str, Any] = {}
    for name, authored in (("public texts", False), ("batch two", True)):
        chosen = [row for row in rows if (row["source"] == "corpus") == authored][::3]
        labels = np.array([float(row["label"]) for row in chosen])
        fast, accurate = scan("fast", chosen, args.model), scan("accurate", chosen, args.model)
        streams[name] = {"texts": len(chosen), "curve": curve(labels, fast, accurate, scanner.tiers[-1].policy.review)}
        if not authored:
            streams[name]["texts_per_second"] = speed(chosen, args.model)
    result = {
        "command": "python -m evaluation.cascade --shared ../shared/data",
        "models": [tier.identity for tier in scanner.tiers],
        "clear_below": scanner.tiers[0].scoring["cascade"]["clear_below"],
        "streams": streams,
    }
    (args.output / "cascade.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    drawing, axes = figure(6, 4)
    for name, stream in streams.items():
        points = stream["curve"]
        axes.plot([p["handed_on"] for p in points], [p["auroc"] for p in points], marker="o", label=name)
    axes.set(xlabel="share of texts handed on to the accurate tier", ylabel="AUROC of the cascade")
    axes.legend()
    (args.output / "cascade.svg").write_text(as_svg(drawing), encoding="utf-8")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
