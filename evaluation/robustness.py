"""What disguise and noise do to the score: AUROC by operator and strength.

    python -m evaluation.robustness [--tier fast]

On a fixed draw from batch two, both classes of each main language alike. Writes ``evaluation/results/robustness.json``.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sklearn.metrics import roc_auc_score

from evaluation.data import MAIN, TEST_BATCH, Row, corpus_rows, digest, risk_of
from evaluation.perturb import OPERATORS, padded
from tipscan import Scanner

RESULT = Path(__file__).parent / "results" / "robustness.json"
STRENGTHS = (0.25, 0.5, 1.0)
PER_CLASS = 5
SEED = 20261121


def draw(rows: Sequence[Row]) -> list[Row]:
    """``PER_CLASS`` lures and ordinary texts of every main language."""
    rng = random.Random(SEED)
    chosen: list[Row] = []
    for language in MAIN:
        for label in (0, 1):
            chosen += rng.sample([row for row in rows if row["lang"] == language and row["label"] == label], PER_CLASS)
    return chosen


def auroc(scanner: Scanner, rows: Sequence[Row], texts: Sequence[str]) -> float:
    risk = risk_of(scanner.scan_many(texts))
    return round(float(roc_auc_score([row["label"] for row in rows], risk)), 4)


def measure(scanner: Scanner, rows: Sequence[Row]) -> dict[str, Any]:
    chosen = draw(rows)
    used = {row["id"] for row in chosen}
    fillers: dict[str, list[str]] = {language: [] for language in MAIN}
    for row in rows:
        if row["label"] == 0 and row["id"] not in used and row["lang"] in fillers:
            fillers[row["lang"]].append(row["text"])
    plain = auroc(scanner, chosen, [row["text"] for row in chosen])
    operators: dict[str, Any] = {}
    for name in (*OPERATORS, "padding"):
        operators[name] = {}
        for strength in STRENGTHS:
            texts = []
            for number, row in enumerate(chosen):
                rng = random.Random(f"{SEED}{name}{strength}{number}")
                if name == "padding":
                    texts.append(padded(row["text"], strength, fillers[row["lang"]], rng))
                else:
                    texts.append(OPERATORS[name](row["text"], strength, rng))
            changed = sum(text != row["text"] for text, row in zip(texts, chosen, strict=True))
            after = auroc(scanner, chosen, texts)
            length = sum(len(text) / len(row["text"]) for text, row in zip(texts, chosen, strict=True)) / len(chosen)
            operators[name][str(strength)] = {
                "auroc": after,
                "loss": round(plain - after, 4),
                "texts_changed": changed,
                "length": round(length, 2),
            }
            print(name, strength, operators[name][str(strength)], flush=True)
    return {"texts": len(chosen), "digest": digest(chosen), "plain": plain, "operators": operators}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, help="another bundle than the shipped ones; needs --output")
    parser.add_argument("--tier", default="accurate", help="default: accurate; another needs --output")
    parser.add_argument("--output", type=Path, default=RESULT, help="default: evaluation/results/robustness.json")
    args = parser.parse_args()
    if args.output == RESULT and (args.model is not None or args.tier != "accurate"):
        parser.error("what is kept there is of the accurate tier that ships: give another --output")
    scanner = Scanner(args.model, tier=args.tier)
    result = {
        "what": f"AUROC on {2 * PER_CLASS * len(MAIN)} texts of batch two when operators training does not use change "
        "both classes alike. Strength is the share of letters, words, digits or sentences changed; padding puts "
        "ordinary text around it, of at least three times its length at full strength (`length` is the mean after by "
        "before); training comes near to that one alone, when "
        "it sets decisive sentences into other texts (training.augment).",
        "command": "python -m evaluation.robustness",
        "model": scanner.identity,
        "tier": args.tier,
        **measure(scanner, [row for row in corpus_rows() if row["batch"] == TEST_BATCH]),
    }
    args.output.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
