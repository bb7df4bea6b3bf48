"""Learn how model and rules make one calibrated risk, and set the operating points; complete the bundle.

    python -m training.fuse build/accurate --bundle models/accurate --shared ../shared/data

Fitted on texts that neither the encoder nor the writers of the rule packs saw: the ``calibrate`` fold of the public
data, corpus texts whose ``use`` is ``calibrate``, and the ``dev`` fold of batch three, all written after the packs they
meet: rules fit the texts they were developed on far better than any other. Writes ``scoring.json`` and
``manifest.json``.
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
from tokenizers import Tokenizer

from tipscan import __version__
from tipscan.classify import Bundle, Classifier, Workers
from tipscan.classify.bundle import FILES, FORMAT, sha256
from tipscan.reading import Reader
from tipscan.scoring import FEATURES, Fusion, features
from tipscan.text import normalize
from training import encoder, sources
from training.batches import Row
from training.model import OUTPUTS

log = logging.getLogger("training")

RIDGE = 0.02
#: (review, flag) false-positive rates on texts that are not deceptive, by operating point.
RATES = {"strict": (0.02, 0.003), "balanced": (0.05, 0.01), "sensitive": (0.10, 0.03)}
#: Share of the public texts, by weight, in what the fit sees and in what the thresholds see. Authored benign texts are
#: written to look alarming and would be rare in a stream; thresholds set on them alone would let most lures pass. More
#: public texts in the fit calibrate authored ones less well.
PUBLIC_IN_FIT = 0.2
PUBLIC_IN_STREAM = 0.8
#: Languages that share a correction of the calibrated log-odds: one alone has too few texts to fit its own.
GROUPS = {
    "east_asia": "zh ja ko",
    "south_asia": "hi bn ur ne ta si ml te pa",
    "southeast_asia_latin": "vi id ms tl",
    "southeast_asia_scripts": "th my km lo",
    "west_asia": "ar fa tr ka",
    "cyrillic": "ru uk mn uz",
    "europe": "en es pt fr de it pl ro",
    "africa": "sw am so ha yo",
}
GROUP_RIDGE = 0.05
#: The batch of the corpus that is younger than the rule packs.
WRITTEN_LAST = 3


def held_out_rows(rows: list[Row]) -> list[Row]:
    """What fusion, groups, thresholds and the cascade are fitted on: nothing that encoder or rules were made with."""
    return [
        row
        for row in rows
        if not row["weak"]
        and (
            row["use"] == "calibrate" or (row["fold"] == "dev" and row["batch"] == WRITTEN_LAST)
            if row["source"] == "corpus"
            else row["fold"] == "calibrate"
        )
    ]


def describe(rows: list[Row], bundle: Bundle, threads: int = 2) -> tuple[np.ndarray, list[str]]:
    """(N, F) feature matrix of rows and the languages identified, computed as a scanner would."""
    reader, texts = Reader(), [normalize(row["text"]) for row in rows]
    scores = Classifier(bundle, Workers(threads)).score(texts)
    matrix, languages = np.zeros((len(rows), len(FEATURES))), []
    for number, (text, score) in enumerate(zip(texts, scores, strict=True)):
        reading = reader.read(text)
        matrix[number] = features(score.logits, score.ngrams, reading.codes, reading.positive_dimensions)
        languages.append(reading.language.code)
    return matrix, languages


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
    return Fusion(dict(zip(FEATURES, map(float, result.x[:-1]), strict=True)), float(result.x[-1]), {})


def fit_groups(log_odds: np.ndarray, rows: list[Row]) -> dict[str, dict[str, Any]]:
    """What each group of languages adds to the log-odds, on authored texts alone, drawn towards nothing by a ridge.

    Public texts would teach a group the share of lures its sources happen to hold.
    """
    groups: dict[str, dict[str, Any]] = {}
    for name, languages in GROUPS.items():
        inside = [n for n, row in enumerate(rows) if row["source"] == "corpus" and row["lang"] in languages.split()]
        labels = np.array([float(rows[n]["label"]) for n in inside])
        weights = np.where(labels == 1, 0.5 / max(1, labels.sum()), 0.5 / max(1, (1 - labels).sum()))
        bias = 0.0
        for _ in range(20):  # Newton's method in one dimension
            probability = 1 / (1 + np.exp(-(log_odds[inside] + bias)))
            slope = weights @ (probability - labels) + GROUP_RIDGE * bias
            bias -= float(slope / (weights @ (probability * (1 - probability)) + GROUP_RIDGE))
        groups[name] = {"languages": languages.split(), "bias": round(bias, 4), "texts": len(inside)}
    return groups


def thresholds(risk: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> dict[str, dict[str, float]]:
    """Review and flag thresholds of each policy: the weighted quantiles of the risk of ordinary texts."""
    benign = labels == 0
    order = np.argsort(risk[benign])
    values, mass = risk[benign][order], np.cumsum(weights[benign][order] / weights[benign].sum())

    def at(rate: float) -> float:
        # The text at the quantile is not to be shown: the threshold is rounded up past it.
        quantile = values[min(len(values) - 1, int(np.searchsorted(mass, 1 - rate)))]
        return float(min(0.999, np.ceil(np.nextafter(quantile, 1.0) * 10_000) / 10_000))

    return {name: {"review": at(review), "flag": at(flag)} for name, (review, flag) in RATES.items()}


def unseen_metrics(matrix: np.ndarray, rows: list[Row]) -> dict[str, Any]:
    """AUROC of the network alone on texts it did not see: risk on public and on authored texts, and recruits.

    None where a class is missing, as without the shared data.
    """
    authored = np.array([row["source"] == "corpus" for row in rows])
    labels = np.array([row["label"] for row in rows])
    recruits = np.array([row["recruits"] for row in rows])

    def auroc(wanted: np.ndarray, among: np.ndarray, feature: int) -> float | None:
        if len(set(wanted[among])) < 2:
            return None
        return round(float(roc_auc_score(wanted[among], matrix[among, feature])), 4)

    return {
        "texts": len(rows),
        "auroc_risk_public": auroc(labels, ~authored, 0),
        "auroc_risk_authored": auroc(labels, authored, 0),
        "auroc_recruits_authored": auroc(recruits, authored, 1),
    }


def base_of(name: str) -> dict[str, str]:
    """What the manifest says of the base encoder; of another than the default one only where it came from."""
    if name != encoder.BASE:
        return {"name": name, "licence": "see its own card", "weights": "the Hub", "tokenizer": "the Hub"}
    return {"name": name, "licence": "MIT", "weights": encoder.WEIGHTS[0], "tokenizer": encoder.TOKENIZER[0]}


def fuse(run: Path, folder: Path, rows: list[Row], tier: str, version: str) -> dict[str, Any]:
    """Write ``scoring.json`` and ``manifest.json``; returns the manifest."""
    training = json.loads((run / "training.json").read_text(encoding="utf-8"))
    held_out = held_out_rows(sources.without(rows, training["config"].get("without_licence", ())))
    log.info("fusion is fitted on %d texts", len(held_out))
    manifest: dict[str, Any] = {
        "name": f"tipscan-{folder.name}",
        "tier": tier,
        "version": version,
        "format": FORMAT,
        "built": datetime.date.today().isoformat(),
        "tipscan": __version__,
        "rules": Reader().rules,
        "outputs": list(OUTPUTS),
        "vocabulary": Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab_size(),
        "window": training["config"]["max_tokens"],
        "head_bias": float(load_file(run / "weights.safetensors")["head.bias"][0]),
        "base": base_of(training["config"]["base"]),
        "languages": sorted({row["lang"] for row in rows if row["source"] == "corpus"}),
        "trained_on": training["rows"],
        "training": {key: value for key, value in training.items() if key not in ("epochs", "start")},
        "files": {},
    }
    draft = Bundle(
        folder, manifest | {"files": {name: sha256(folder / name) for name in FILES if name != "scoring.json"}}
    )
    matrix, languages = describe(held_out, draft)
    labels = np.array([float(row["label"]) for row in held_out])
    plain = fit(matrix, labels, row_weights(held_out, PUBLIC_IN_FIT))
    groups = fit_groups(np.array([plain.log_odds(values, "und") for values in matrix]), held_out)
    fused = {"weights": plain.weights, "bias": plain.bias, "groups": groups}
    fusion = Fusion.from_json(fused)
    risk = np.array([fusion.risk(values, language) for values, language in zip(matrix, languages, strict=True)])
    manifest["metrics"] = unseen_metrics(matrix, held_out)
    scoring = {
        "fusion": fused,
        "policies": thresholds(risk, labels, row_weights(held_out, PUBLIC_IN_STREAM)),
        "fitted_on": {
            "texts": len(held_out),
            "deceptive": int(labels.sum()),
            "rates": RATES,
            "public_in_stream": PUBLIC_IN_STREAM,
        },
    }
    (folder / "scoring.json").write_text(json.dumps(scoring, indent=2) + "\n", encoding="utf-8")
    manifest["files"] = {name: sha256(folder / name) for name in FILES}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return scoring


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument("--shared", type=Path)
    parser.add_argument("--tier", choices=("accurate", "fast"), help="default: the bundle's folder name")
    today = datetime.date.today()
    parser.add_argument("--version", default=f"{today.year}.{today.month}.{today.day}")
    args = parser.parse_args()
    rows = sources.load(args.shared, cache=args.run / "clusters.json")
    print(json.dumps(fuse(args.run, args.bundle, rows, args.tier or args.bundle.name, args.version), indent=2))


if __name__ == "__main__":
    main()
