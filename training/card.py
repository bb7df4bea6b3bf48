"""Write the model card from what the run and the evaluation measured; nobody types a number.

    python -m training.card build/accurate --bundle models/accurate

The words are in ``model_card.md`` beside this file, those of a tier in ``model_card.<tier>.md``.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from tipscan.classify import Bundle
from tipscan.classify.ngrams import LONGEST, NGrams

RESULTS = Path(__file__).parent.parent / "evaluation" / "results"
HERE = Path(__file__).parent
#: Ordinary texts below which one false alarm is more than 1 %.
ENOUGH = 100


def read(name: str, tier: str, identity: dict[str, Any]) -> dict[str, Any]:
    """A result, if it is of this very model.

    Raises:
        SystemExit: Another model was measured.
    """
    found: dict[str, Any] = json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    measured = found["systems"][tier]["models"] if "systems" in found else [found["model"]]
    if identity not in measured:
        raise SystemExit(f"{name}.json was not measured with {identity}: measure it first")
    return found


def stages_of(training: dict[str, Any]) -> list[dict[str, Any]]:
    """The runs a network went through, first to last; of those before a bundle it began with, nothing is known."""
    earlier = training.get("start")
    return [*(stages_of(earlier) if earlier and "epochs" in earlier else []), training]


def bundle_of(stages: list[dict[str, Any]]) -> str:
    """The bundle the first of them began with, for a sentence; empty where it began with the base encoder."""
    start = stages[0].get("start")
    return (
        f" (begun with {start['name']} {start['version']} {start['sha256']}, whose own training is in its card)"
        if start
        else ""
    )


def stages_line(stages: list[dict[str, Any]]) -> str:
    """How many epochs, in how many runs, at which peak learning rates."""
    epochs = sum(len(one["epochs"]) for one in stages)
    low, high = (pick(one["config"]["rate"] for one in stages) for pick in (min, max))
    rates = f"a peak learning rate of {low:g}" if low == high else f"peak learning rates of {low:g} to {high:g}"
    runs = "in one run" if len(stages) == 1 else f"in {len(stages)} runs, each from where the one before ended,"
    return f"{epochs} epochs {runs} at {rates}"


def left_out_line(stages: list[dict[str, Any]]) -> str:
    """Licences whose sources no run has learned from, and those that only some runs left out."""
    every = [set(one["config"].get("without_licence", ())) for one in stages]
    never, some = set.intersection(*every), set.union(*every)
    line = ", ".join(sorted(never)) or "none"
    return line + (f" (and in some of the runs {', '.join(sorted(some - never))})" if some - never else "")


def figures_table(metrics: dict[str, Any], tier: str) -> str:
    """The tier beside the baseline on every set of texts, as Markdown."""
    lines = [
        "| texts | number (deceptive) | AUROC (95 %) | average precision | recall at 1 % FP | recall at 5 % FP |",
        "|---|---|---|---|---|---|",
    ]
    ours, theirs = (metrics["systems"][name]["groups"] for name in (tier, "tfidf"))
    for kind in ("set", "language"):
        for name, one in ours[kind].items():
            other = theirs[kind][name]
            if "auroc" not in one:
                continue
            low, high = one["auroc_95"]
            cells = [f"{one['auroc']:.3f} ({low:.2f}–{high:.2f}) / {other['auroc']:.3f}"]
            keys = ("average_precision", "recall_at_1", "recall_at_5")
            few = one["texts"] - one["deceptive"] < ENOUGH
            cells += ["–" if few and key == "recall_at_1" else f"{one[key]:.3f} / {other[key]:.3f}" for key in keys]
            lines.append(f"| {name} | {one['texts']} ({one['deceptive']}) | {' | '.join(cells)} |")
    return "\n".join(lines)


def alarms_table(metrics: dict[str, Any], tier: str) -> str:
    lines = ["| genuine texts | texts | to review | flagged |", "|---|---|---|---|"]
    for name, count in metrics["systems"][tier]["alarms_balanced"].items():
        lines.append(f"| {name} | {count['texts']} | {count['review']} | {count['flag']} |")
    return "\n".join(lines)


def robustness_line(operators: dict[str, Any]) -> str:
    """The loss of each operator at half strength."""
    return ", ".join(f"{name} {points['0.5']['loss']:.3f}" for name, points in operators.items())


def fairness_line(swaps: dict[str, Any]) -> str:
    worst = max(swaps, key=lambda name: swaps[name]["largest_gap"])
    one = swaps[worst]
    single, changed = (
        max(entry[key] for entry in swaps.values()) for key in ("largest_gap_of_a_text", "decisions_changed")
    )
    return (
        f"{one['largest_gap']:.2f} on average over the texts of a swap ({worst}: {one['lowest']} against "
        f"{one['highest']}), {single:.2f} in a single text; at most {changed:.1%} of the texts of a swap change "
        "their decision"
    )


def licences_line() -> str:
    """What sources under unknown licences were worth in the small comparison of ``training.licences``."""
    path = HERE / "licences.json"
    if not path.exists():
        return "not measured"
    told = json.loads(path.read_text(encoding="utf-8"))
    names = {
        "auroc_authored": "authored texts",
        "auroc_emscad": "EMSCAD",
        "auroc_authored_lures_among_public_texts": "authored lures among public texts",
    }
    pairs = ", ".join(
        f"{name} {told['all'][key]:.3f} with, {told['fewer'][key]:.3f} without" for key, name in names.items()
    )
    return f"licences {', '.join(told['without'])}: AUROC on {pairs}"


def fill(run: Path, bundle: Path) -> str:
    manifest: dict[str, Any] = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    scoring: dict[str, Any] = json.loads((bundle / "scoring.json").read_text(encoding="utf-8"))
    training: dict[str, Any] = json.loads((run / "training.json").read_text(encoding="utf-8"))
    identity, tier = dict(Bundle.load(bundle).identity), manifest["tier"]
    metrics = read("metrics", tier, identity)
    encoder = json.loads((run / "encoder.json").read_text(encoding="utf-8"))
    system = metrics["systems"][tier]
    stages = stages_of(training)
    values = {
        "base": manifest["base"]["name"],
        "base_licence": manifest["base"]["licence"],
        "depth": encoder["num_hidden_layers"],
        "width": encoder["hidden_size"],
        "weights": manifest["base"]["weights"],
        "name": manifest["name"],
        "tier": tier,
        "version": manifest["version"],
        "languages": "\n".join(f"- {lang}" for lang in manifest["languages"]),
        "languages_inline": ", ".join(manifest["languages"]),
        "vocabulary": manifest["vocabulary"],
        "megabytes": f"{sum(path.stat().st_size for path in bundle.iterdir()) / 1e6:.1f}",
        "outputs": ", ".join(manifest["outputs"]),
        "window": manifest["window"],
        "stages": stages_line(stages) + bundle_of(stages),
        "seed": training["config"]["seed"],
        "buckets": len(NGrams.load(bundle / "ngrams.npz").weights),
        "longest": LONGEST,
        "ngrams_weight": scoring["fusion"]["weights"]["model.ngrams"],
        "risk_weight": scoring["fusion"]["weights"]["model.risk"],
        "minutes": round(sum(epoch["seconds"] for one in stages for epoch in one["epochs"]) / 60),
        "device": training.get("device", "two shared CPU cores"),
        "left_out": left_out_line(stages),
        "licences": licences_line(),
        "rules": manifest["rules"],
        "table": figures_table(metrics, tier),
        "alarms": alarms_table(metrics, tier),
        "twins": f"{system['twins']['all']['ordered']:.1%}",
        "separated": f"{system['twins']['all']['separated']:.1%}",
        "pairs": system["twins"]["all"]["pairs"],
        "tfidf_twins": f"{metrics['systems']['tfidf']['twins']['all']['ordered']:.1%}",
        "ece": system["groups"]["set"]["batch two"]["calibration_error"],
        "schemes": system["schemes"]["macro_f1"],
        "top": f"{system['schemes']['top_is_right']:.1%}",
        "evidence": f"{system['evidence']['touching']:.0%}",
        "precision": system["evidence"]["precision"],
        "chance": system["evidence"]["expected_precision"],
        "sources": "\n".join(f"* {source}: {count}" for source, count in sorted(manifest["trained_on"].items())),
        "thresholds": "; ".join(
            f"`{name}` review from {one['review']:.3f}, flag from {one['flag']:.3f}"
            for name, one in scoring["policies"].items()
        ),
        "digest": metrics["digest"],
    }
    own = (HERE / f"model_card.{tier}.md").read_text(encoding="utf-8")
    values["details"] = own.format(**values, **details(tier, scoring, training, identity))
    return (HERE / "model_card.md").read_text(encoding="utf-8").format(**values)


def details(tier: str, scoring: dict[str, Any], training: dict[str, Any], identity: dict[str, Any]) -> dict[str, Any]:
    """What only one tier has to say."""
    if tier == "fast":
        band = scoring["cascade"]
        return {
            "teacher": f"{training['teacher']['name']} {training['teacher']['sha256']}",
            "layers": training["config"]["layers"],
            "below": band["clear_below"],
            "lost": f"{band['lures_lost']:.1%}",
            "lost_by_weight": f"{band['lures_lost_by_weight']:.1%}",
            "kept": f"{band['ordinary_texts_left_to_fast']:.0%}",
        }
    parity, robustness, fairness = (read(name, tier, identity) for name in ("parity", "robustness", "fairness"))
    parity = parity["languages"]
    lowest = min(parity, key=lambda lang: parity[lang]["rank_correlation"])
    return {
        "parity_low": parity[lowest]["rank_correlation"],
        "parity_lang": lowest,
        "robustness": robustness_line(robustness["operators"]),
        "fairness": fairness_line(fairness["swaps"]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--bundle", type=Path, required=True)
    args = parser.parse_args()
    (args.bundle / "README.md").write_text(fill(args.run, args.bundle), encoding="utf-8")


if __name__ == "__main__":
    main()
