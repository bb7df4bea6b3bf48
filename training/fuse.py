"""Learn how model and rules make one calibrated risk, and set the operating points; complete the bundle.

    python -m training.fuse build/accurate --bundle models/accurate --shared ../shared/data

Fitted on texts that neither the encoder nor the writers of the rule packs saw: the ``calibrate`` fold of the public
data, and corpus texts whose ``use`` is ``calibrate``, written after both: rules fit the texts they were developed on
far better than any other. Writes ``scoring.json`` and ``manifest.json``.
"""

from __future__ import annotations

import argparse
import datetime
import json
import logging
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score

from tipscan import __version__
from tipscan.classify import Bundle, Classifier
from tipscan.classify.bundle import FORMAT, sha256
from tipscan.indicators import assess, find_indicators
from tipscan.indicators.matcher import Matcher
from tipscan.indicators.packs import load_packs, version_of
from tipscan.scoring import FEATURES, Fusion, features
from tipscan.text import identify, normalize
from training import encoder, sources
from training.batches import Row
from training.model import OUTPUTS

log = logging.getLogger("training")

RIDGE = 0.02
#: (review, flag) false-positive rates on texts that are not deceptive, by operating point.
RATES = {"strict": (0.02, 0.003), "balanced": (0.05, 0.01), "sensitive": (0.10, 0.03)}
LEARNED = ("model.risk", "model.recruits", "dimensions")
#: Share of the public texts, by weight, in what the fit sees and in what the thresholds see. Authored benign texts are
#: written to look alarming and would be rare in a stream; thresholds set on them alone would let most lures pass.
PUBLIC_IN_FIT = 0.5
PUBLIC_IN_STREAM = 0.8


def describe(rows: list[Row], bundle: Bundle, threads: int = 2) -> np.ndarray:
    """(N, F) feature matrix of rows, computed as a scanner would."""
    matcher = Matcher(load_packs())
    texts = [normalize(row["text"]) for row in rows]
    scores = Classifier(bundle, threads=threads).score(texts)
    matrix = np.zeros((len(rows), len(FEATURES)))
    for number, (text, score) in enumerate(zip(texts, scores, strict=True)):
        found = {indicator.code for indicator in find_indicators(text, matcher, identify(text.text).code)}
        positive = sum(dimension.positive for dimension in assess(found))
        matrix[number] = features(float(score.logits[0]), float(score.logits[1]), found, positive)
    return matrix


def row_weights(rows: list[Row], public: float) -> np.ndarray:
    """Weights that sum to 1: both classes the same, and in each class the public texts ``public`` of it."""
    authored = np.array([row["source"] == "corpus" for row in rows])
    labels = np.array([row["label"] for row in rows])
    weights = np.zeros(len(rows))
    for kind in (True, False):
        for label in (0, 1):
            group = (authored == kind) & (labels == label)
            if group.any():
                weights[group] = (1 - public if kind else public) / group.sum()
    return weights / weights.sum()


def fit(matrix: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> Fusion:
    """Ridge logistic regression with held signs: warnings raise, mitigations lower."""
    signs = [
        (None, None) if name == "model.recruits" else (None, 0) if name == "MITIGATION" else (0, None)
        for name in FEATURES
    ]

    def objective(values: np.ndarray) -> tuple[float, np.ndarray]:
        margin = matrix @ values[:-1] + values[-1]
        probability = 1 / (1 + np.exp(-margin))
        loss = weights @ (np.logaddexp(0, margin) - labels * margin) + RIDGE / 2 * (values[1:-1] ** 2).sum() / len(
            FEATURES
        )
        slope = weights * (probability - labels)
        gradient = np.append(matrix.T @ slope, slope.sum())
        gradient[1:-1] += RIDGE * values[1:-1] / len(FEATURES)
        return float(loss), gradient

    start = np.zeros(len(FEATURES) + 1)
    start[0] = 1.0
    result = minimize(objective, start, jac=True, method="L-BFGS-B", bounds=[*signs, (None, None)])
    return Fusion(dict(zip(FEATURES, map(float, result.x[:-1]), strict=True)), float(result.x[-1]))


def thresholds(risk: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> dict[str, dict[str, float]]:
    """Review and flag thresholds of each policy: the weighted quantiles of the risk of ordinary texts."""
    benign = labels == 0
    order = np.argsort(risk[benign])
    values, mass = risk[benign][order], np.cumsum(weights[benign][order] / weights[benign].sum())

    def at(rate: float) -> float:
        return float(round(min(0.999, values[min(len(values) - 1, int(np.searchsorted(mass, 1 - rate)))]), 4))

    return {name: {"review": at(review), "flag": at(flag)} for name, (review, flag) in RATES.items()}


def unseen_metrics(matrix: np.ndarray, rows: list[Row]) -> dict[str, float]:
    """AUROC of the network alone on texts it did not see: risk on public and on authored texts, and recruits."""
    authored = np.array([row["source"] == "corpus" for row in rows])
    labels = np.array([row["label"] for row in rows])
    recruits = np.array([row["recruits"] for row in rows])
    return {
        "texts": len(rows),
        "auroc_risk_public": round(float(roc_auc_score(labels[~authored], matrix[~authored, 0])), 4),
        "auroc_risk_authored": round(float(roc_auc_score(labels[authored], matrix[authored, 0])), 4),
        "auroc_recruits_authored": round(float(roc_auc_score(recruits[authored], matrix[authored, 1])), 4),
    }


def fuse(run: Path, folder: Path, rows: list[Row], version: str) -> dict[str, Any]:
    """Write ``scoring.json`` and ``manifest.json``; returns the manifest."""
    training = json.loads((run / "training.json").read_text(encoding="utf-8"))
    held_out = [row for row in rows if row["fold"] == "calibrate" and not row["weak"]]
    held_out = [row for row in held_out if row["source"] != "corpus" or row["use"] == "calibrate"]
    log.info("fusion is fitted on %d texts", len(held_out))
    manifest: dict[str, Any] = {
        "name": f"tipscan-{folder.name}",
        "version": version,
        "format": FORMAT,
        "built": datetime.date.today().isoformat(),
        "tipscan": __version__,
        "rules": version_of(load_packs()),
        "outputs": list(OUTPUTS),
        "vocabulary": len(np.load(run / "kept_ids.npy")),
        "window": training["config"]["max_tokens"],
        "head_bias": float(load_file(run / "weights.safetensors")["head.bias"][0]),
        "base": {
            "name": encoder.BASE,
            "licence": "MIT",
            "weights": encoder.WEIGHTS[0],
            "tokenizer": encoder.TOKENIZER[0],
        },
        "languages": sorted({row["lang"] for row in rows if row["source"] == "corpus"}),
        "trained_on": training["rows"],
        "training": training["config"],
        "files": {},
    }
    draft = Bundle(
        folder, manifest | {"files": {name: sha256(folder / name) for name in ("model.onnx", "tokenizer.json")}}
    )
    matrix = describe(held_out, draft)
    labels = np.array([float(row["label"]) for row in held_out])
    fusion = fit(matrix, labels, row_weights(held_out, PUBLIC_IN_FIT))
    risk = np.array([fusion.risk(values) for values in matrix])
    manifest["metrics"] = unseen_metrics(matrix, held_out)
    scoring = {
        "fusion": {"weights": fusion.weights, "bias": fusion.bias},
        "policies": thresholds(risk, labels, row_weights(held_out, PUBLIC_IN_STREAM)),
        "fitted_on": {
            "texts": len(held_out),
            "deceptive": int(labels.sum()),
            "rates": RATES,
            "public_in_stream": PUBLIC_IN_STREAM,
        },
    }
    (folder / "scoring.json").write_text(json.dumps(scoring, indent=2) + "\n", encoding="utf-8")
    manifest["files"] = {name: sha256(folder / name) for name in ("model.onnx", "tokenizer.json", "scoring.json")}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return scoring


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--shared", type=Path)
    parser.add_argument("--version", default="2026.11.1")
    args = parser.parse_args()
    rows = sources.load(args.shared, cache=args.run / "clusters.json")
    print(json.dumps(fuse(args.run, args.bundle, rows, args.version), indent=2))


if __name__ == "__main__":
    main()
