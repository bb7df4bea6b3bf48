"""Score the frozen texts with every tier, and with the yardstick everybody has: TF-IDF + logistic regression.

    python -m evaluation.run --shared ../shared/data          # all tiers: metrics.json, report.html, the README's table
    python -m evaluation.run --shared ../shared/data --pin    # and let the floors of the gate follow what was reached

Writes to ``evaluation/results/``. Then ``evaluation.gate`` compares with the pinned floors and fails below one.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from evaluation import gate, report
from evaluation.data import MAIN, TIERS, Row, digest, frozen, read_rows, risk_of, slices, twins
from evaluation.metrics import Floats, scheme_figures, span_figures, summarize, twin_figures
from tipscan import Scanner
from tipscan.finding import Finding
from tipscan.indicators import SCHEMES

RESULTS = Path(__file__).parent / "results"
BASELINE = "tfidf"


def tfidf_risk(train: Sequence[Row], test: Sequence[Row]) -> Floats:
    """The baseline one reaches for first: n-grams of words, and of characters for scripts without spaces."""
    pipeline = make_pipeline(
        make_union(
            TfidfVectorizer(sublinear_tf=True, min_df=2, ngram_range=(1, 2), max_features=200_000),
            TfidfVectorizer(analyzer="char", sublinear_tf=True, min_df=3, ngram_range=(1, 4), max_features=200_000),
        ),
        LogisticRegression(max_iter=2000, C=10, class_weight="balanced"),
    )
    pipeline.fit([row["text"] for row in train], [row["label"] for row in train])
    return np.asarray(pipeline.predict_proba([row["text"] for row in test])[:, 1])


def risk_figures(rows: Sequence[Row], risk: Floats) -> dict[str, Any]:
    """What a risk alone allows to say: figures per slice, contrast twins, means over languages."""
    labels = np.array([float(row["label"]) for row in rows])
    groups = {
        kind: {name: summarize(labels[mask], risk[mask]) for name, mask in masks.items()}
        for kind, masks in slices(rows).items()
    }
    pairs = twins(rows)
    ordered = {"all": twin_figures(pairs, risk)} | {
        language: twin_figures([pair for pair in pairs if rows[pair[0]]["lang"] == language], risk) for language in MAIN
    }
    main = [groups["language"][language]["auroc"] for language in MAIN if language in groups["language"]]
    every = [figures["auroc"] for figures in groups["language"].values()]
    overall = {
        "mean_auroc_of_languages": round(float(np.mean(every)), 4),
        "lowest_auroc_of_main_languages": min(main),
        "lowest_twins_ordered_of_main_languages": min(ordered[name]["ordered"] for name in MAIN),
    }
    return {"overall": overall, "twins": ordered, "groups": groups}


def alarm_figures(rows: Sequence[Row], findings: Sequence[Finding]) -> dict[str, Any]:
    """What the balanced policy does to genuine texts: counts by kind of text, source and language."""
    counts: dict[str, dict[str, Any]] = {}
    for row, finding in zip(rows, findings, strict=True):
        if row["label"] == 0:
            kind = "authored" if row["source"] == "corpus" else "adverts" if row["recruits"] else "messages"
            name = f"{kind}: {row['lang'] if kind == 'authored' else row['source'] + ' (' + row['lang'] + ')'}"
            entry = counts.setdefault(name, {"texts": 0, "review": 0, "flag": 0})
            entry["texts"] += 1
            if finding.decision in entry:
                entry[str(finding.decision)] += 1
    return dict(sorted(counts.items()))


def flag_rates(rows: Sequence[Row], findings: Sequence[Finding]) -> dict[str, Any]:
    """Genuine adverts of public sources under the balanced policy, by language: texts, and flags per 1,000."""
    flags: dict[str, list[bool]] = {}
    for row, finding in zip(rows, findings, strict=True):
        if row["label"] == 0 and row["recruits"] and row["source"] != "corpus":
            flags.setdefault(row["lang"], []).append(finding.decision == "flag")
    return {
        language: {"texts": len(every), "flags_per_1000": round(1000 * sum(every) / len(every), 1)}
        for language, every in sorted(flags.items())
    }


def finding_figures(rows: Sequence[Row], findings: Sequence[Finding]) -> dict[str, Any]:
    """What needs whole findings: schemes, evidence, alarms."""
    authored = [(row, finding) for row, finding in zip(rows, findings, strict=True) if row["source"] == "corpus"]
    evidence = [
        [(one.start, one.end) for one in finding.indicators if one.source == "model"] if row["label"] else []
        for row, finding in authored
    ]
    marked = [
        [(span["start"], span["end"]) for span in row["indicators"] if not span["code"].startswith("MITIGATION")]
        for row, _ in authored
    ]
    return {
        "schemes": scheme_figures(
            [row["schemes"] for row, _ in authored],
            [dict(f.schemes) or dict.fromkeys(SCHEMES, 0.0) for _, f in authored],
        ),
        "evidence": span_figures([len(row["text"]) for row, _ in authored], marked, evidence),
        "recruits_auroc": summarize(
            np.array([float(row["recruits"]) for row, _ in authored]),
            np.array([0.5 if f.recruits is None else f.recruits for _, f in authored]),
        )["auroc"],
        "alarms_balanced": alarm_figures(rows, findings),
        "genuine_adverts": flag_rates(rows, findings),
    }


def scan(tier: str, model: Path | None, rows: Sequence[Row]) -> tuple[list[Finding], float]:
    """Findings, and texts a second, end to end."""
    scanner = Scanner(model, tier=tier)
    scanner.scan(rows[0]["text"])
    started = time.perf_counter()
    findings = list(scanner.scan_many(row["text"] for row in rows))
    return findings, round(len(rows) / (time.perf_counter() - started), 1)


def measure(rows: list[Row], tiers: Sequence[str], model: Path | None) -> tuple[dict[str, Any], dict[str, Floats]]:
    """The figures of all systems, and the risk each gives to the frozen texts."""
    test = frozen(rows)
    systems: dict[str, Any] = {}
    risks: dict[str, Floats] = {}
    for tier in tiers:
        findings, rate = scan(tier, model, test)
        risks[tier] = risk_of(findings)
        systems[tier] = {
            "models": [dict(one.identity) for one in Scanner(model, tier=tier).tiers],
            "unscored": sum(finding.error is not None for finding in findings),
            "rules": findings[0].rules,
            "texts_per_second": rate,
            "decided_by": {name: sum(f.tier == name for f in findings) for name in {f.tier for f in findings} if name},
            **finding_figures(test, findings),
            **risk_figures(test, risks[tier]),
        }
    risks[BASELINE] = tfidf_risk([row for row in rows if row["fold"] == "train"], test)
    systems[BASELINE] = risk_figures(test, risks[BASELINE])
    header = {
        "command": "python -m evaluation.run --shared ../shared/data",
        "texts": len(test),
        "digest": digest(test),
        "python": platform.python_version(),
    }
    return header | {"systems": systems}, risks


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True, help="folder of the shared data")
    parser.add_argument("--model", type=Path, help="another bundle than the shipped ones; needs --output")
    parser.add_argument("--tiers", nargs="+", choices=TIERS, default=TIERS, help="default: all; fewer need --output")
    parser.add_argument("--output", type=Path, default=RESULTS, help="default: evaluation/results")
    parser.add_argument("--pin", action="store_true", help="write the gate's floors from this run")
    args = parser.parse_args()
    ours = args.model is None and set(args.tiers) == set(TIERS) and args.output == RESULTS
    if not ours and (args.pin or args.output == RESULTS):
        parser.error(
            "results/ and the floors are of the shipped tiers, all of them: give another --output, without --pin"
        )
    rows = read_rows(args.shared)
    result, risks = measure(rows, args.tiers, args.model)
    args.output.mkdir(parents=True, exist_ok=True)
    (args.output / "metrics.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    report.write(result, frozen(rows), risks, args.output, readme=ours)
    print(report.table(result))
    if args.pin:
        gate.pin(result)
    if ours:
        print("\n".join(gate.check(result)))


if __name__ == "__main__":
    main()
