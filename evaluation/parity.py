"""Does the int8 network say what the float one says, in every language?

    python -m evaluation.parity --float build/accurate/model.float.onnx

Runs both on texts of the authored corpus outside the training fold, up to ``PER_LANGUAGE`` a language, and writes
``evaluation/results/parity.json``: per language the largest difference of the risk logit, the mean one as a share of
its spread, the rank correlation, and the float logits of a few texts, which the test suite compares the shipped int8
network with.
Fails where a language differs too much.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from scipy.stats import spearmanr

from evaluation.data import read_folds
from tipscan.classify import Bundle, Classifier, Workers
from tipscan.text import normalize

HERE = Path(__file__).parent
PER_LANGUAGE = 24
PINNED = 4
#: Rank correlation that a language has to keep, and the share of the logit's spread (its standard deviation over the
#: texts of the language) that rounding may move it by, on average.
MIN_CORRELATION = 0.95
MAX_MEAN_DIFFERENCE = 0.15


def corpus_texts(folds: dict[str, str]) -> dict[str, list[dict[str, Any]]]:
    """Held-out corpus rows by language, the first ``PER_LANGUAGE`` of each."""
    texts: dict[str, list[dict[str, Any]]] = {}
    for path in sorted((HERE.parent / "training" / "corpus").glob("*.jsonl")):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        held_out = [row for row in rows if row["id"] in folds]
        texts[path.stem] = held_out[:PER_LANGUAGE]
    return texts


def float_classifier(bundle: Bundle, model: Path) -> Classifier:
    """The bundle's tokenizer and windows around the float network."""
    classifier = Classifier(bundle, Workers(2))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    classifier.session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    return classifier


def compare(rows: list[dict[str, Any]], exact: Classifier, quantized: Classifier) -> dict[str, Any]:
    texts = [normalize(row["text"]) for row in rows]
    wanted = np.array([score.logits for score in exact.score(texts)])
    got = np.array([score.logits for score in quantized.score(texts)])
    difference = np.abs(wanted - got)[:, 0]
    return {
        "texts": len(rows),
        "spread": round(float(wanted[:, 0].std()), 4),
        "mean_difference": round(float(difference.mean() / wanted[:, 0].std()), 4),
        "largest_difference": round(float(difference.max()), 4),
        "rank_correlation": round(float(spearmanr(wanted[:, 0], got[:, 0]).statistic), 4),
        "pinned": [
            {"id": row["id"], "float_risk_logit": round(float(logits[0]), 4)}
            for row, logits in zip(rows[:PINNED], wanted[:PINNED], strict=True)
        ],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--float", type=Path, required=True, help="model.float.onnx of the training run")
    parser.add_argument("--model", type=Path)
    parser.add_argument("--folds", type=Path, default=HERE / "folds.json")
    parser.add_argument("--output", type=Path, default=HERE / "results" / "parity.json")
    args = parser.parse_args()
    bundle = Bundle.load(args.model)
    folds = read_folds(args.folds)
    exact, quantized = float_classifier(bundle, args.float), Classifier(bundle, Workers(2))
    languages = {lang: compare(rows, exact, quantized) for lang, rows in corpus_texts(folds).items() if len(rows) > 2}
    result = {
        "command": "python -m evaluation.parity --float build/accurate/model.float.onnx",
        "model": bundle.identity,
        "gate": {"rank_correlation": MIN_CORRELATION, "mean_difference": MAX_MEAN_DIFFERENCE},
        "languages": languages,
    }
    args.output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    failed = [
        lang
        for lang, figures in languages.items()
        if figures["rank_correlation"] < MIN_CORRELATION or figures["mean_difference"] > MAX_MEAN_DIFFERENCE
    ]
    for lang, figures in languages.items():
        print(lang, {key: value for key, value in figures.items() if key != "pinned"})
    if failed:
        sys.exit(f"int8 differs too much in {', '.join(failed)}")


if __name__ == "__main__":
    main()
