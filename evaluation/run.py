"""Score held-out texts with tipscan and with the yardstick everybody has: TF-IDF + logistic regression.

    python -m evaluation.run --shared ../shared/data                # the development split
    python -m evaluation.run --shared ../shared/data --fold test    # batch two of the corpus, never trained on

The split is ``evaluation/folds.json``, made by cluster of near-duplicates (``python -m training.sources --folds``): no
copy of a text stands on both sides. Both systems learned from the same ``train`` fold; the TF-IDF is fitted here, on
one copy of it. Writes ``evaluation/results/<fold>.json``
and ``<fold>.md``.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from evaluation.metrics import Floats, bootstrap, calibration_error, summarize
from tipscan import Scanner

HERE = Path(__file__).parent
Row = dict[str, Any]
TEST_BATCH = 2


def read_rows(shared: Path | None, folds: dict[str, str], corpus: Path) -> list[Row]:
    """Rows of the shared data and the corpus with their fold."""
    rows: list[Row] = []
    for path in sorted(shared.glob("*.jsonl")) if shared else []:
        with open(path, encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                rows.append(row | {"id": f"shared-{row['id']}", "pair": None, "subtle": False})
    for path in sorted(corpus.glob("*.jsonl")):
        with open(path, encoding="utf-8") as lines:
            rows += [json.loads(line) | {"source": "corpus", "weak": False} for line in lines]
    return [row | {"fold": "test" if row.get("batch") == TEST_BATCH else folds.get(row["id"], "train")} for row in rows]


def read_folds(path: Path) -> dict[str, str]:
    """Row id -> fold, for every fold but ``train``."""
    folds = json.loads(path.read_text(encoding="utf-8"))
    return {row_id: name for name, ids in folds.items() for row_id in ids}


def tfidf_scores(train: list[Row], test: list[Row]) -> Floats:
    """The baseline: word and character n-grams would help it little; this is what one reaches for first."""
    pipeline = make_pipeline(
        TfidfVectorizer(sublinear_tf=True, min_df=2, ngram_range=(1, 2), max_features=200_000),
        LogisticRegression(max_iter=2000, C=10, class_weight="balanced"),
    )
    pipeline.fit([row["text"] for row in train], [row["label"] for row in train])
    return np.asarray(pipeline.predict_proba([row["text"] for row in test])[:, 1], dtype=np.float64)


def twins_ordered(rows: list[Row], risk: Floats) -> dict[str, Any]:
    """Share of contrast pairs in which the deceptive twin has the higher risk."""
    pairs: dict[str, dict[int, float]] = {}
    for row, value in zip(rows, risk, strict=True):
        if row["pair"]:
            pairs.setdefault(row["pair"], {})[row["label"]] = float(value)
    whole = [pair for pair in pairs.values() if len(pair) == 2]
    return {"pairs": len(whole), "ordered": round(float(np.mean([p[1] > p[0] for p in whole])), 4) if whole else None}


def groups(rows: list[Row]) -> Iterable[tuple[str, Floats]]:
    """Named masks: everything, each source, each language of the public data and of the corpus, weak labels apart."""
    weak = np.array([row["weak"] for row in rows])
    authored = np.array([row["source"] == "corpus" for row in rows])
    public = ~authored & ~weak
    languages = np.array([row["lang"] for row in rows])
    sources = np.array([row["source"] for row in rows])
    paired = np.array([row["pair"] is not None for row in rows])
    yield "all", ~weak
    yield "public", public
    yield "corpus", authored
    yield "corpus, single texts", authored & ~paired
    yield "corpus, contrast twins", authored & paired
    for source in sorted(set(sources[public])):
        yield f"source {source}", sources == source
    for language in sorted(set(languages[public])):
        yield f"public {language}", public & (languages == language)
    for source in sorted(set(sources[weak])):
        language = languages[sources == source][0]
        yield f"weak labels {source}", (sources == source) | (public & (languages == language))
    for language in sorted(set(languages[authored])):
        yield f"corpus {language}", authored & (languages == language)


def report(rows: list[Row], systems: dict[str, Floats]) -> dict[str, Any]:
    labels = np.array([float(row["label"]) for row in rows])
    figures: dict[str, Any] = {}
    for name, mask in groups(rows):
        figures[name] = {
            system: summarize(labels[mask], risk[mask]) | {"auroc_95": bootstrap(labels[mask], risk[mask])}
            for system, risk in systems.items()
        }
    authored = [number for number, row in enumerate(rows) if row["source"] == "corpus"]
    twins = {
        system: twins_ordered([rows[number] for number in authored], risk[authored]) for system, risk in systems.items()
    }
    sure = np.array([not row["weak"] for row in rows])
    errors = {system: round(calibration_error(labels[sure], risk[sure]), 4) for system, risk in systems.items()}
    return {"groups": figures, "twins": twins, "calibration_error": errors}


def alarms(rows: list[Row], decisions: list[str | None]) -> dict[str, Any]:
    """What the balanced policy does to texts that are not deceptive, by source: counts of review and flag."""
    counts: dict[str, dict[str, int]] = {}
    for row, decision in zip(rows, decisions, strict=True):
        if row["label"] == 0:
            entry = counts.setdefault(row["source"], {"texts": 0, "review": 0, "flag": 0})
            entry["texts"] += 1
            if decision in entry:
                entry[str(decision)] += 1
    return dict(sorted(counts.items()))


def table(result: dict[str, Any]) -> str:
    """The figures as a Markdown table, tipscan beside TF-IDF."""
    lines = [
        "| group | texts | deceptive | AUROC | average precision | recall at 1 % FP | recall at 5 % FP |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, systems in result["groups"].items():
        ours, theirs = systems["tipscan"], systems["tfidf"]
        if "auroc" in ours:
            cells = [
                f"{ours[key]:.3f} / {theirs[key]:.3f}"
                for key in ("auroc", "average_precision", "recall_at_1", "recall_at_5")
            ]
            lines.append(f"| {name} | {ours['texts']} | {ours['deceptive']} | {' | '.join(cells)} |")
    lines += ["", "Each cell: tipscan / TF-IDF + logistic regression.", ""]
    lines += ["| ordinary texts | texts | sent to review | flagged |", "|---|---|---|---|"]
    for source, count in result["alarms_balanced"].items():
        lines.append(f"| {source} | {count['texts']} | {count['review']} | {count['flag']} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path)
    parser.add_argument("--folds", type=Path, default=HERE / "folds.json")
    parser.add_argument("--model", type=Path)
    parser.add_argument("--fold", choices=("dev", "test"), default="dev")
    args = parser.parse_args()
    output = HERE / "results" / args.fold
    rows = read_rows(args.shared, read_folds(args.folds), HERE.parent / "training" / "corpus")
    train = [row for row in rows if row["fold"] == "train"]
    test = [row for row in rows if row["fold"] == args.fold]
    scanner = Scanner(args.model)
    started = time.perf_counter()
    findings = list(scanner.scan_many(row["text"] for row in test))
    seconds = time.perf_counter() - started
    risk = np.array([finding.risk or 0.0 for finding in findings])
    result = {
        "command": f"python -m evaluation.run --fold {args.fold}",
        "model": dict(findings[0].model),
        "rules": findings[0].rules,
        "python": platform.python_version(),
        "texts_per_second": round(len(test) / seconds, 1),
        **report(test, {"tipscan": risk, "tfidf": tfidf_scores(train, test)}),
        "alarms_balanced": alarms(test, [finding.decision for finding in findings]),
    }
    output.parent.mkdir(parents=True, exist_ok=True)
    output.with_suffix(".json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    output.with_suffix(".md").write_text(table(result), encoding="utf-8")
    print(table(result))
    print(json.dumps({key: result[key] for key in ("twins", "calibration_error", "texts_per_second")}, indent=2))


if __name__ == "__main__":
    main()
