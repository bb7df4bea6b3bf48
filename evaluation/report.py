"""The report people read: tables and plots in one HTML file, and the table of the README.

Plots are drawn from the numbers in ``metrics.json``, ``robustness.json`` and ``fairness.json`` and from the risks of
the run. Texts shown are the project's own authored ones; public texts are never repeated.
"""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import precision_recall_curve

from evaluation.data import MAIN, TIERS, Row
from evaluation.metrics import Floats
from tipscan.evaluate import metrics as merit

ROOT = Path(__file__).parent.parent
COLOURS = {"accurate": "#0b5d7a", "auto": "#7a5d0b", "fast": "#b0483c", "tfidf": "#888888"}
NAMES = {
    "accurate": "tipscan accurate",
    "auto": "tipscan auto",
    "fast": "tipscan fast",
    "tfidf": "TF-IDF + logistic regression",
}
GALLERY = 12
STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;margin:1rem 0}td,th{border-bottom:1px solid #ddd;padding:.25rem .7rem;text-align:right}
td:first-child,th:first-child{text-align:left}blockquote{margin:.5rem 0;padding:.3rem .8rem;border-left:3px solid #bbb}
svg{max-width:100%;height:auto}small{color:#666}"""


def table(result: dict[str, Any]) -> str:
    """Headline figures as Markdown, one column a system."""
    systems = result["systems"]

    def line(title: str, *path: str, places: int = 3) -> str:
        cells = []
        for figures in systems.values():
            value: Any = figures
            for step in path:
                value = value.get(step) if isinstance(value, dict) else None
            cells.append("–" if value is None else f"{value:.{places}f}")
        return f"| {title} | {' | '.join(cells)} |"

    batch, emscad = ("groups", "set", "batch two"), ("groups", "set", "public: emscad")
    rows = [
        f"| | {' | '.join(NAMES[name] for name in systems)} |",
        f"|---|{'---|' * len(systems)}",
        line("batch two: AUROC, mean of 41 languages", "overall", "mean_auroc_of_languages"),
        line("lowest of the 26 main languages", "overall", "lowest_auroc_of_main_languages"),
        line("AUROC, all texts together", *batch, "auroc"),
        line("AUROC, single texts", "groups", "set", "batch two, single texts", "auroc"),
        line("recall at 5 % false positives", *batch, "recall_at_5"),
        line("recall at 1 % false positives", *batch, "recall_at_1"),
        line("of subtle lures at 5 %", "groups", "form", "subtle", "recall_at_5"),
        line("contrast twins ordered right", "twins", "all", "ordered"),
        line("both twins on their side of one half", "twins", "all", "separated"),
        line("calibration error", *batch, "calibration_error"),
        line("scheme macro-F1", "schemes", "macro_f1"),
        line("EMSCAD, average precision", *emscad, "average_precision"),
        line("texts a second, end to end, 2 cores", "texts_per_second", places=0),
    ]
    return "\n".join(rows)


def targets(result: dict[str, Any]) -> str:
    """What this project set out to reach, and where it stands, as Markdown."""
    systems = result["systems"]
    accurate = systems["accurate"]
    overall, twins, groups = accurate["overall"], accurate["twins"]["all"], accurate["groups"]
    batch, form = groups["set"]["batch two"], groups["form"]
    mean, speed = (
        {name: value(systems[name]) for name in TIERS}
        for value in (lambda one: one["overall"]["mean_auroc_of_languages"], lambda one: one["texts_per_second"])
    )
    flags = {language: one["flags_per_1000"] for language, one in accurate["genuine_adverts"].items()}
    most = max(flags, key=lambda language: flags[language])
    plain, disguised = form["not obfuscated"], "lost by disguised texts against other, plain ones"
    keys = (("AUROC", "auroc"), ("recall at 5 %", "recall_at_5"))
    at_least = [
        ("twins ordered right", twins["ordered"], 0.9),
        ("twins ordered right, lowest main language", overall["lowest_twins_ordered_of_main_languages"], 0.8),
        ("both twins on their side of one half", twins["separated"], 0.75),
        ("AUROC, mean of languages", mean["accurate"], 0.985),
        ("AUROC, lowest main language", overall["lowest_auroc_of_main_languages"], 0.95),
        ("recall at 5 % false positives", batch["recall_at_5"], 0.9),
        ("recall at 1 % false positives", batch["recall_at_1"], 0.75),
        ("recall of subtle lures at 5 %", form["subtle"]["recall_at_5"], 0.8),
        ("EMSCAD, average precision", groups["set"]["public: emscad"]["average_precision"], 0.93),
        ("texts a second of auto over those of accurate, on these texts", speed["auto"] / speed["accurate"], 8),
    ]
    at_most = [
        *((f"{name} {disguised}", plain[key] - form["obfuscated"][key], 0.03) for name, key in keys),
        (f"false flags among 1,000 genuine adverts, worst language ({most})", flags[most], 10),
        ("calibration error", batch["calibration_error"], 0.03),
        ("AUROC auto loses against accurate", mean["accurate"] - mean["auto"], 0.005),
        ("AUROC fast loses against accurate", mean["accurate"] - mean["fast"], 0.04),
    ]
    lines = ["| wanted | at | reached | |", "|---|---|---|---|"]
    for sign, entries in (("≥", at_least), ("≤", at_most)):
        for name, value, limit in entries:
            there = value >= limit if sign == "≥" else value <= limit
            shown = f"{value:.1f}" if limit >= 1 else f"{value:.3f}"
            lines.append(f"| {name} | {sign} {limit:g} | {shown} | {'yes' if there else 'no'} |")
    return "\n".join(lines)


def alarm_table(result: dict[str, Any]) -> str:
    """What happens to genuine public texts under the balanced policy, as Markdown."""
    systems = {name: figures for name, figures in result["systems"].items() if "alarms_balanced" in figures}
    lines = [f"| genuine texts | texts | {' | '.join(f'{name}: review, flag' for name in systems)} |"]
    lines.append(f"|---|---|{'---|' * len(systems)}")
    for source, count in next(iter(systems.values()))["alarms_balanced"].items():
        cells = [f"{one['review']}, {one['flag']}" for one in (f["alarms_balanced"][source] for f in systems.values())]
        lines.append(f"| {source} | {count['texts']} | {' | '.join(cells)} |")
    return "\n".join(lines)


def slice_table(result: dict[str, Any], kind: str) -> str:
    """AUROC and recall at 5 % of every slice of a kind, as Markdown."""
    systems = result["systems"]
    lines = [f"| {kind} | texts | {' | '.join(f'{name}: AUROC, recall at 5 %' for name in systems)} |"]
    lines.append(f"|---|---|{'---|' * len(systems)}")
    for name, figures in next(iter(systems.values()))["groups"][kind].items():
        if "auroc" in figures:
            every = [system["groups"][kind][name] for system in systems.values()]
            cells = [f"{one['auroc']:.3f}, {one['recall_at_5']:.2f}" for one in every]
            lines.append(f"| {name} | {figures['texts']} | {' | '.join(cells)} |")
    return "\n".join(lines)


def as_html(markdown: str) -> str:
    """A Markdown table as an HTML one."""
    rows = [re.split(r"\s*\|\s*", line.strip()[1:-1].strip(" ")) for line in markdown.splitlines()]
    head = "".join(f"<th>{html.escape(cell)}</th>" for cell in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>" for row in rows[2:])
    return f"<table><tr>{head}</tr>{body}</table>"


def figure(width: float = 7, height: float = 4.5) -> Any:
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    pyplot.rcParams |= {"svg.hashsalt": "tipscan", "svg.fonttype": "none", "font.size": 10}
    return pyplot.subplots(figsize=(width, height), layout="constrained")


def as_svg(drawing: Any) -> str:
    from matplotlib import pyplot

    stream = io.StringIO()
    drawing.savefig(stream, format="svg", metadata={"Date": None})
    pyplot.close(drawing)
    return stream.getvalue()[stream.getvalue().index("<svg") :]


def precision_recall(labels: Floats, risks: dict[str, Floats]) -> str:
    drawing, axes = figure()
    for name, risk in risks.items():
        precision, recall, _ = precision_recall_curve(labels, risk)
        axes.plot(recall[::8], precision[::8], label=NAMES[name], color=COLOURS[name])
    axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1), ylim=(0.4, 1.01))
    axes.legend()
    return as_svg(drawing)


def calibration(labels: Floats, risks: dict[str, Floats]) -> str:
    drawing, axes = figure(5, 4.5)
    axes.plot([0, 1], [0, 1], color="#bbb", linestyle=":")
    for name, risk in risks.items():
        bins = merit.reliability(merit.rank(labels, risk).balanced())
        axes.plot(
            [one.risk for one in bins], [one.share for one in bins], marker="o", label=NAMES[name], color=COLOURS[name]
        )
    axes.set(xlabel="risk given", ylabel="share deceptive (classes alike)")
    axes.legend()
    return as_svg(drawing)


def languages(result: dict[str, Any]) -> str:
    drawing, axes = figure(11, 4.5)
    shown = result["systems"]
    names = list(next(iter(shown.values()))["groups"]["language"])
    names = [name for name in MAIN if name in names] + [name for name in names if name not in MAIN]
    for number, (system, figures) in enumerate(shown.items()):
        every = [figures["groups"]["language"][name] for name in names]
        middle = np.array([one["auroc"] for one in every])
        ends = np.array([one["auroc_95"] for one in every])
        places = np.arange(len(names)) + (number - len(shown) / 2) * 0.18
        reach = np.abs(ends.T - middle)
        axes.errorbar(places, middle, yerr=reach, fmt="o", ms=3, lw=1, label=NAMES[system], color=COLOURS[system])
    axes.set_xticks(range(len(names)), names)
    axes.set(ylabel="AUROC on batch two, 95 % interval", ylim=(0.3, 1.02))
    axes.legend(ncols=4, loc="lower left")
    return as_svg(drawing)


def of_same_model(path: Path, result: dict[str, Any]) -> dict[str, Any] | None:
    """What another command wrote, if it measured a model of this result; None if it has not been run with one."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    models = [model for system in result["systems"].values() for model in system.get("models", ())]
    return found if found.get("model") in models else None


def robustness(result: dict[str, Any]) -> str:
    """Curves of AUROC by strength, of ``evaluation.robustness``."""
    drawing, axes = figure(9, 4.5)
    for name, points in result["operators"].items():
        axes.plot(
            [0, *map(float, points)], [result["plain"], *(p["auroc"] for p in points.values())], marker="o", label=name
        )
    axes.set(xlabel="strength (share of what the operator can change)", ylabel="AUROC")
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return f"<h2>Robustness</h2><p>{html.escape(result['what'])}</p>" + as_svg(drawing)


def fairness(result: dict[str, Any]) -> str:
    """Gaps of counterfactual swaps, of ``evaluation.fairness``."""
    lines = [
        "| swap | texts | largest mean shift of the log-odds | between | decisions changed |",
        "|---|---|---|---|---|",
    ]
    for name, one in result["swaps"].items():
        between = f"{one['lowest']} and {one['highest']}"
        lines.append(
            f"| {name} | {one['texts']} | {one['largest_gap']:.2f} | {between} | {one['decisions_changed']:.3f} |"
        )
    return f"<h2>Fairness</h2><p>{html.escape(result['what'])}</p>" + as_html("\n".join(lines))


def gallery(rows: Sequence[Row], risk: Floats) -> str:
    """The worst errors on batch two: ordinary texts with the highest risk, lures with the lowest."""
    parts = []
    for label, title in ((0, "Ordinary texts with the highest risk"), (1, "Lures with the lowest risk")):
        places = [n for n, row in enumerate(rows) if row["source"] == "corpus" and row["label"] == label]
        places.sort(key=lambda n: risk[n] if label else -risk[n])
        parts.append(f"<h3>{title}</h3>")
        for number in places[:GALLERY]:
            row = rows[number]
            note = f"{row['id']}, {row['register']}, risk {risk[number]:.2f}"
            note += f", {', '.join(row['schemes'])}" if row["schemes"] else ""
            parts.append(f'<blockquote dir="auto">{html.escape(row["text"])}<br><small>{note}</small></blockquote>')
    return "\n".join(parts)


def page(result: dict[str, Any], rows: Sequence[Row], risks: dict[str, Floats], folder: Path) -> str:
    authored = np.array([row["source"] == "corpus" for row in rows])
    labels = np.array([float(row["label"]) for row in rows])
    ours = {name: risk[authored] for name, risk in risks.items()}
    parts = [
        "<h1>tipscan: what was measured</h1>",
        f"<p>{result['texts']} frozen texts, digest {result['digest']}; <code>{html.escape(result['command'])}</code>. "
        "Batch two is authored for this project, its twins look alike, and no native speaker has reviewed it.</p>",
        as_html(table(result)),
        *(["<h2>Wanted and reached</h2>" + as_html(targets(result))] if set(TIERS) <= set(result["systems"]) else []),
        "<h2>Precision and recall, batch two</h2>" + precision_recall(labels[authored], ours),
        "<h2>Calibration, batch two</h2>" + calibration(labels[authored], ours),
        "<h2>Languages</h2>" + languages(result),
        *(f"<h2>By {kind}</h2>" + as_html(slice_table(result, kind)) for kind in ("set", "form", "scheme", "register")),
        "<h2>Alarms on genuine texts, balanced policy</h2>" + as_html(alarm_table(result)),
        *(robustness(found) for found in [of_same_model(folder / "robustness.json", result)] if found),
        *(fairness(found) for found in [of_same_model(folder / "fairness.json", result)] if found),
        "<h2>Errors of the first system</h2>" + gallery(rows, next(iter(risks.values()))),
    ]
    head = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>tipscan: evaluation</title><style>{STYLE}</style>'
    )
    return head + "\n".join(parts) + "</html>\n"


def write(result: dict[str, Any], rows: Sequence[Row], risks: dict[str, Floats], folder: Path, *, readme: bool) -> None:
    """``report.html`` in ``folder``, and where ``readme`` says so the table between the marks of the README."""
    (folder / "report.html").write_text(page(result, rows, risks, folder), encoding="utf-8")
    if readme:
        put_in_readme(table(result), ROOT / "README.md")


def put_in_readme(made: str, path: Path) -> None:
    begin, end = "<!-- figures: written by evaluation.run -->", "<!-- end of figures -->"
    before, _, rest = path.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(end)
    if rest:
        path.write_text(f"{before}{begin}\n{made}\n{end}{after}", encoding="utf-8")
