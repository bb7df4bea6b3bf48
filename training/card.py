"""Write the model card from what the run and the evaluation measured; nobody types a number.

    python -m training.card build/accurate --bundle models/accurate
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent.parent / "evaluation" / "results"

CARD = """---
license: apache-2.0
base_model: {base}
library_name: tipscan
pipeline_tag: text-classification
language:
{languages}
tags:
- human-trafficking
- forced-labour
- scam-detection
- multilingual
---

# {name} {version}

Scores job adverts and recruiting messages by how likely they are deceptive or exploitative. Written by
`python -m training.card` from the run's own figures; headings after Mitchell et al., *Model Cards for Model Reporting* (2019).

## Model details

* Encoder: `{base}` (MIT; BERT shape, 12 layers, 384 wide), unpacked from `{weights}`, vocabulary trimmed to {vocabulary} pieces,
  embedding table frozen in its 4-bit blocks, encoder int8, {megabytes:.1f} MB in all.
* Head: one linear layer on every token, mean pooling. Outputs: {outputs}. The logit of a text is the sum of its tokens' shares.
* Windows of {window} tokens; longer texts are read window by window and averaged over all tokens.
* Training: {epochs} epochs, learning rate {rate}, seed {seed}; {seconds} minutes of training on two CPU cores.
* Fused with rule packs {rules} by a logistic regression with held signs (`scoring.json`).
* Licence: Apache-2.0; the base encoder's MIT notice is `models/LICENSE-multilingual-e5-small`.

## Intended use

A reason to look, for trust-and-safety teams, hotlines and researchers. Not for decisions about a person, not for refusing a
migrant a job or a visa, not as evidence. `clear` means that nothing was found; it does not mean that an offer is good.

## Factors

{languages_inline}. Other languages get a score that nobody has measured. The deceptive texts of most languages are authored for this project and no native speaker has
reviewed them; real ones are English (2012–14), Russian, Chinese, Bangla and Indonesian.

## Metrics and evaluation data

Development split by clusters of near-duplicates (`evaluation/folds.json`), same split for both systems; contacts of the public data
are invented ones of the same form in both classes. Intervals are 95 % bootstrap. tipscan / TF-IDF + logistic regression:

{table}

Contrast twins (a deceptive and a benign text that differ in the decisive facts) ordered right: {twins}.
Expected calibration error on the whole split: {ece}.

int8 against float, authored texts outside the training fold: lowest rank correlation of a language {parity_low:.3f} ({parity_lang}).

## Training data

Rows of the training fold by source (an epoch draws at most {cap} of each large public source):

{sources}

Data cards: `data_cards/`.

## Quantitative analyses by language

See the table above and `evaluation/results/dev.json`.

## Ethical considerations

A false alarm can cost a migrant a job; a miss can cost a life. Both are reported per source and language above. Recruiters
adapt to published lists. The model reads text only; it cannot see the purpose behind an advert.

## Caveats

* The authored development texts come from the same writers as the training texts: figures on them are optimistic. An independent batch is
  kept apart for testing.
* Weak labels (a keyword filter) are in training at low weight and left out of the figures.
* Probabilities are calibrated for a mix of half deceptive, half ordinary texts; where lures are rarer, real precision is lower.
"""


def fill(run: Path, bundle: Path) -> str:
    manifest: dict[str, Any] = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    training = json.loads((run / "training.json").read_text(encoding="utf-8"))
    dev = json.loads((RESULTS / "dev.json").read_text(encoding="utf-8"))
    parity = json.loads((RESULTS / "parity.json").read_text(encoding="utf-8"))["languages"]
    lowest = min(parity, key=lambda lang: parity[lang]["rank_correlation"])
    twins = dev["twins"]["tipscan"]
    return CARD.format(
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
        epochs=len(training["epochs"]),
        rate=training["config"]["rate"],
        seed=training["config"]["seed"],
        seconds=round(sum(epoch["seconds"] for epoch in training["epochs"]) / 60),
        rules=manifest["rules"],
        table=(RESULTS / "dev.md").read_text(encoding="utf-8").strip(),
        twins=f"{twins['ordered']:.1%} of {twins['pairs']} pairs (TF-IDF {dev['twins']['tfidf']['ordered']:.1%})",
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
