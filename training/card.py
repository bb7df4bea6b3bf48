"""Write the model card from what the run and the evaluation measured; nobody types a number.

The words are in ``model_card.md`` beside this file.

python -m training.card build/accurate --bundle models/accurate
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent.parent / "evaluation" / "results"

TEMPLATE = Path(__file__).with_name("model_card.md")


def fill(run: Path, bundle: Path) -> str:
    manifest: dict[str, Any] = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    training = json.loads((run / "training.json").read_text(encoding="utf-8"))
    dev = json.loads((RESULTS / "dev.json").read_text(encoding="utf-8"))
    parity = json.loads((RESULTS / "parity.json").read_text(encoding="utf-8"))["languages"]
    stages = [*([training["start"]] if "start" in training else []), training]
    lowest = min(parity, key=lambda lang: parity[lang]["rank_correlation"])
    test = json.loads((RESULTS / "test.json").read_text(encoding="utf-8"))
    unseen = test["groups"]["corpus"]
    twins = dev["twins"]["tipscan"]
    return TEMPLATE.read_text(encoding="utf-8").format(
        base=manifest["base"]["name"],
        weights=manifest["base"]["weights"],
        name=manifest["name"],
        version=manifest["version"],
        languages="\n".join(f"- {lang}" for lang in manifest["languages"]),
        languages_inline="Languages of the authored corpus: " + ", ".join(manifest["languages"]),
        vocabulary=manifest["vocabulary"],
        megabytes=sum(path.stat().st_size for path in bundle.iterdir()) / 1e6,
        outputs=", ".join(manifest["outputs"]),
        window=manifest["window"],
        stages=", then ".join(
            f"{len(run['epochs'])} epochs at learning rate {run['config']['rate']:g}" for run in stages
        ),
        seed=training["config"]["seed"],
        minutes=round(sum(epoch["seconds"] for run in stages for epoch in run["epochs"]) / 60),
        rules=manifest["rules"],
        table=(RESULTS / "dev.md").read_text(encoding="utf-8").strip(),
        twins=f"{twins['ordered']:.1%} of {twins['pairs']} pairs (TF-IDF {dev['twins']['tfidf']['ordered']:.1%})",
        test_texts=unseen["tipscan"]["texts"],
        test_auroc=f"{unseen['tipscan']['auroc']:.3f} / {unseen['tfidf']['auroc']:.3f}",
        test_recall=f"{unseen['tipscan']['recall_at_5']:.3f} / {unseen['tfidf']['recall_at_5']:.3f}",
        test_twins=f"{test['twins']['tipscan']['ordered']:.1%} / {test['twins']['tfidf']['ordered']:.1%}",
        ece=dev["calibration_error"]["tipscan"],
        parity_low=parity[lowest]["rank_correlation"],
        parity_lang=lowest,
        cap=training["config"]["caps"]["default"],
        sources="\n".join(f"* {source}: {count}" for source, count in sorted(manifest["trained_on"].items())),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--bundle", type=Path, required=True)
    args = parser.parse_args()
    (args.bundle / "README.md").write_text(fill(args.run, args.bundle), encoding="utf-8")


if __name__ == "__main__":
    main()
