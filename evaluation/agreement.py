"""Can the labels be read off the texts? A second annotator of batch two, beside the writers.

    python -m evaluation.agreement

``second_labels.jsonl`` holds the labels of a second annotator, eight readers at work on a share each, who had
``training/guidelines.md`` and the texts in random order, and neither labels nor scores; of two contrast twins one
reader saw only one. Like the writers they are a large language model: that they agree says that the labels follow from
the texts and the guidelines, not that a native speaker would write or read them so. Writes ``results/agreement.json``.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evaluation.data import TEST_BATCH, Row, corpus_rows, digest, twins
from evaluation.metrics import twin_figures
from tipscan.export.agreement import cohen_kappa, krippendorff_alpha

HERE = Path(__file__).parent
LABELS = HERE / "second_labels.jsonl"
Label = dict[str, int]


def second_labels(path: Path = LABELS) -> dict[str, Label]:
    """Row id -> what the second annotator said: ``label``, ``recruits``, ``unclear``."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {said.pop("id"): said for said in map(json.loads, lines)}


def agreement(rows: Sequence[Row], second: dict[str, Label], field: str) -> dict[str, Any]:
    """Share of texts with equal values of a field, Krippendorff's alpha, Cohen's kappa."""
    both = [(int(row[field]), second[row["id"]][field]) for row in rows]
    alpha, kappa = krippendorff_alpha(both), cohen_kappa(both)
    return {
        "texts": len(both),
        "differ": sum(one != other for one, other in both),
        "alpha": None if alpha is None else round(alpha, 4),
        "kappa": None if kappa is None else round(kappa, 4),
    }


def compare(rows: Sequence[Row], second: dict[str, Label]) -> dict[str, Any]:
    """The annotators with each other, and the second as if it were a detector of what the first calls lures."""
    labels = np.array([row["label"] for row in rows])
    given = np.array([second[row["id"]]["label"] for row in rows])
    return {
        "label": agreement(rows, second, "label"),
        "recruits": agreement(rows, second, "recruits"),
        "unclear": sum(said["unclear"] for said in second.values()),
        "recall": round(float(given[labels == 1].mean()), 4),
        "false_positive_rate": round(float(given[labels == 0].mean()), 4),
        "twins_separated": twin_figures(twins(rows), given)["separated"],
        "languages": {
            language: {
                field: agreement([row for row in rows if row["lang"] == language], second, field)
                for field in ("label", "recruits")
            }
            for language in sorted({row["lang"] for row in rows})
        },
    }


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    rows = [row for row in corpus_rows() if row["batch"] == TEST_BATCH]
    figures = {"command": "python -m evaluation.agreement", "digest": digest(rows)} | compare(rows, second_labels())
    (HERE / "results" / "agreement.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({key: value for key, value in figures.items() if key != "languages"}, indent=1))


if __name__ == "__main__":
    main()
