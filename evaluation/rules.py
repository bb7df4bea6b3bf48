"""What each rule is worth on texts it was not developed on.

    python -m evaluation.rules --shared ../shared/data

On batch two of the corpus and the genuine public texts of the ``dev`` fold: for every rule how many lures and ordinary
texts it hits, its precision with both classes weighing alike, the share of the lures of its languages it hits, and in
how many of its hits another rule points to the same place. Writes ``evaluation/results/rules.json`` and ``rules.md``.
Warning rules that hit ordinary texts as often as lures are listed: they are to be removed or made mitigating.
"""

from __future__ import annotations

import argparse
import collections
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from evaluation.data import Row, frozen, read_rows
from tipscan.finding import Indicator
from tipscan.indicators.packs import load_packs
from tipscan.reading import Reader
from tipscan.text import normalize

RESULTS = Path(__file__).parent / "results"
#: Hits a rule needs before its balance says anything.
ENOUGH = 4


def overlapped(indicator: Indicator, others: Iterable[Indicator]) -> bool:
    """Whether another rule of the same text points to a part of the same place."""
    return any(
        other.rule != indicator.rule and other.start < indicator.end and indicator.start < other.end for other in others
    )


def measure(rows: Sequence[Row]) -> dict[str, Any]:
    """Counts of every rule, and of texts with any warning rule by language."""
    reader = Reader()
    counts: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    languages: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
    for row in rows:
        kind = "public" if row["source"] != "corpus" else "lures" if row["label"] else "ordinary"
        if kind == "public" and (row["label"] or row["weak"]):
            continue
        found = reader.read(normalize(row["text"])).indicators
        for name in {indicator.rule for indicator in found}:
            counts[name][kind] += 1
            counts[name][f"{kind} {row['lang']}"] += 1
        for indicator in found:
            counts[indicator.rule]["spans"] += 1
            counts[indicator.rule]["overlapped"] += overlapped(indicator, found)
        if kind != "public":
            warned = any(indicator.source == "rule" and not indicator.code.startswith("MIT") for indicator in found)
            languages[row["lang"]][kind] += 1
            languages[row["lang"]][f"{kind}_hit"] += warned
    rules = {}
    for pack in load_packs():
        served = [language for language in languages if "*" in pack.languages or language in pack.languages]
        lures = sum(languages[language]["lures"] for language in served)
        for rule in pack.rules:
            count = counts[rule.name]
            hits = count["lures"] + count["ordinary"]
            rules[rule.name] = {
                "code": rule.code,
                "lures": count["lures"],
                "ordinary": count["ordinary"],
                "public": count["public"],
                "precision": round(count["lures"] / hits, 3) if hits else None,
                "recall": round(sum(count[f"lures {one}"] for one in served) / lures, 4) if lures else None,
                "overlap": round(count["overlapped"] / count["spans"], 3) if count["spans"] else None,
            }
    return {"rules": rules, "languages": {name: dict(count) for name, count in sorted(languages.items())}}


def doubtful(rules: dict[str, Any]) -> list[str]:
    """Warning rules with enough hits that fire on ordinary texts as often as on lures."""
    return [
        name
        for name, one in rules.items()
        if not one["code"].startswith("MITIGATION")
        and one["lures"] + one["ordinary"] >= ENOUGH
        and one["ordinary"] >= one["lures"]
    ]


def table(result: dict[str, Any]) -> str:
    lines = ["| language | lures hit | ordinary texts hit |", "|---|---|---|"]
    for name, one in result["languages"].items():
        lines.append(
            f"| {name} | {one['lures_hit'] / one['lures']:.2f} | {one['ordinary_hit'] / one['ordinary']:.2f} |"
        )
    lines += [
        "",
        "| rule | code | lures | ordinary | public genuine | precision | recall | overlap |",
        "|" + "---|" * 8,
    ]
    for name, one in result["rules"].items():
        cells = ["–" if one[key] is None else str(one[key]) for key in ("precision", "recall", "overlap")]
        counts = f"{one['lures']} | {one['ordinary']} | {one['public']}"
        lines.append(f"| {name} | {one['code']} | {counts} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    args = parser.parse_args()
    result = {
        "command": "python -m evaluation.rules --shared ../shared/data",
        **measure(frozen(read_rows(args.shared))),
    }
    result["doubtful"] = doubtful(result["rules"])
    (RESULTS / "rules.json").write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (RESULTS / "rules.md").write_text(table(result), encoding="utf-8")
    print(table({"languages": result["languages"], "rules": {}}))
    print("doubtful:", *result["doubtful"], sep="\n")


if __name__ == "__main__":
    main()
