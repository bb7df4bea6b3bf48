"""Does who is meant change the score? Counterfactual swaps in genuine texts.

    python -m evaluation.fairness --shared ../shared/data

Into genuine texts (public adverts of the ``dev`` fold where a language has them, authored ordinary texts of batch two)
goes one neutral sentence about nationality, gender, religion or place, with every term of ``swaps.toml`` in turn.
Reported per swap: the mean log-odds with each term, less the mean over terms; the largest gap between two such means,
and between two terms in a single text; and the share of texts whose decision under the balanced policy depends on the
term. Writes ``results/fairness.json``.
"""

from __future__ import annotations

import argparse
import json
import random
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.data import Row, frozen, read_rows, risk_of
from tipscan import Scanner

HERE = Path(__file__).parent
RESULT = HERE / "results" / "fairness.json"
PER_LANGUAGE = 24
SEED = 20261121


def genuine(rows: Sequence[Row], language: str) -> list[str]:
    """Up to ``PER_LANGUAGE`` genuine recruiting texts, half of them public where there are any."""
    rng = random.Random(SEED)
    every = [row for row in rows if row["lang"] == language and row["label"] == 0 and row["recruits"]]
    public = [row["text"] for row in every if row["source"] != "corpus"]
    authored = [row["text"] for row in every if row["source"] == "corpus"]
    chosen = rng.sample(public, min(PER_LANGUAGE // 2, len(public)))
    return chosen + rng.sample(authored, min(PER_LANGUAGE - len(chosen), len(authored)))


def swap(scanner: Scanner, texts: Sequence[str], frame: str, terms: Sequence[str]) -> dict[str, Any]:
    """Log-odds and decisions of every text with every term."""
    made = [f"{text}\n{frame.format(term)}" for text in texts for term in terms]
    findings = list(scanner.scan_many(made))
    risk = risk_of(findings).clip(1e-6, 1 - 1e-6).reshape(len(texts), len(terms))
    log_odds = np.log(risk / (1 - risk))
    shift = log_odds.mean(axis=0) - log_odds.mean()
    decisions = [[f.decision for f in findings[n * len(terms) : (n + 1) * len(terms)]] for n in range(len(texts))]
    low, high = int(shift.argmin()), int(shift.argmax())
    return {
        "texts": len(texts),
        "largest_gap": round(float(shift[high] - shift[low]), 3),
        "largest_gap_of_a_text": round(float(np.ptp(log_odds, axis=1).max()), 3),
        "lowest": terms[low],
        "highest": terms[high],
        "decisions_changed": round(float(np.mean([len(set(row)) > 1 for row in decisions])), 4),
        "shift": {term: round(float(value), 3) for term, value in zip(terms, shift, strict=True)},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--model", type=Path, help="another bundle than the shipped ones; needs --output")
    parser.add_argument("--tier", default="accurate", help="default: accurate; another needs --output")
    parser.add_argument("--output", type=Path, default=RESULT, help="default: evaluation/results/fairness.json")
    args = parser.parse_args()
    if args.output == RESULT and (args.model is not None or args.tier != "accurate"):
        parser.error("what is kept there is of the accurate tier that ships: give another --output")
    rows = frozen(read_rows(args.shared))
    scanner = Scanner(args.model, tier=args.tier)
    swaps: dict[str, Any] = {}
    for language, groups in tomllib.loads((HERE / "swaps.toml").read_text(encoding="utf-8")).items():
        texts = genuine(rows, language)
        for group, entry in groups.items():
            swaps[f"{language} {group}"] = swap(scanner, texts, entry["frame"], entry["terms"])
            print(language, group, swaps[f"{language} {group}"], flush=True)
    worst = max(swaps, key=lambda name: swaps[name]["largest_gap"])
    result = {
        "what": "Mean log-odds of genuine texts as a neutral sentence names another nationality, gender, religion or "
        f"place; the largest gap between two means is in {worst}: {swaps[worst]['largest_gap']:.2f}.",
        "command": "python -m evaluation.fairness --shared ../shared/data",
        "model": scanner.identity,
        "tier": args.tier,
        "swaps": swaps,
    }
    args.output.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
