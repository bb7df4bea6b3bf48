"""The findings of ``evaluation.speed`` as JSON, as Markdown tables and as one plot."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from evaluation.mixes import MIXES

COLOURS = {"messages": "#0b5d7a", "adverts": "#b0483c"}


def write(result: dict[str, Any], folder: Path) -> None:
    """``speed.json``, ``speed.md`` and ``speed.svg`` in ``folder``."""
    (folder / "speed.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    (folder / "speed.md").write_text(page(result), encoding="utf-8")
    (folder / "speed.svg").write_text(plot(result), encoding="utf-8")


def page(result: dict[str, Any]) -> str:
    parts = [
        "# Speed",
        f"`{result['command']}`: {_sentence(result)}",
        table(result),
        *_notes(result),
        "## One text at a time, in milliseconds",
        latency_table(result),
        "## Share of each stage",
        stage_table(result),
        "The network is read as what scoring takes beyond tokenizing; the cascade runs the fast network on every text. "
        + _compiling(result["packs"]),
        "## How it grows",
        "Language, rules and extractors alone. Growth is time for each character in the longest text over that in the "
        "next longest: 1 where time is linear.",
        growth_table("text of", result["lengths"]),
        growth_table("repeats", result["slow_texts"]),
        thread_table(result),
        row_table(result),
        "Adverts are posted again and again: in the next table only some rows are distinct, and the nth most common of "
        "them has a share in proportion to 1/n. A text that is known is not scored again, so this is what reading, "
        "bookkeeping and writing cost `tipscan scan`, from CSV to Parquet.",
        repost_table(result),
    ]
    return "\n\n".join(parts) + "\n"


def table(result: dict[str, Any]) -> str:
    """Throughput, memory and cold start of every system."""
    head = ["system"]
    for mix in MIXES:
        head += [f"{mix}: texts/s", "MB/s", "of auto"]
    lines = []
    for one in result["systems"].values():
        cells = [one["title"]]
        for mix in MIXES:
            ratio = f"{one[mix]['ratio']:.2f} ×" if "ratio" in one[mix] else "–"
            cells += [f"{one[mix]['texts_per_second']:.1f}", f"{one[mix]['mb_per_second']:.3f}", ratio]
        lines.append([*cells, f"{one['peak_mb']:.0f}", f"{one['cold_start']:.2f}"])
    return _markdown([*head, "peak MB", "cold start, s"], lines)


def latency_table(result: dict[str, Any]) -> str:
    head = ["system", *(f"{mix}: {place}" for mix in MIXES for place in ("p50", "p95", "p99", "texts"))]
    lines = [
        [one["title"], *(f"{one[mix]['latency_ms'][p]:g}" for mix in MIXES for p in ("p50", "p95", "p99", "texts"))]
        for one in result["systems"].values()
    ]
    return _markdown(head, lines)


def stage_table(result: dict[str, Any]) -> str:
    """Microseconds and share of each stage on one thread."""
    columns = {f"{tier}, {mix}": spent for tier, mixes in result["stages"].items() for mix, spent in mixes.items()}
    lines = []
    for stage in next(iter(columns.values())):
        cells = [
            f"{spent[stage]:.0f} µs, {100 * spent[stage] / sum(spent.values()):.1f} %" for spent in columns.values()
        ]
        lines.append([stage, *cells])
    return _markdown(["stage", *columns], lines)


def growth_table(title: str, found: dict[str, Any]) -> str:
    sizes = list(next(iter(found.values()))["seconds"])
    lines = [
        [name, *(f"{1000 * one['seconds'][size]:.2f}" for size in sizes), f"{one['growth']:.2f}"]
        for name, one in found.items()
    ]
    return _markdown([title, *(f"{int(size):,} characters, ms" for size in sizes), "growth"], lines)


def thread_table(result: dict[str, Any]) -> str:
    found = result["threads"]
    counts = list(next(iter(found.values())))
    lines = [[tier, *(f"{one[count]['texts_per_second']:.1f}" for count in counts)] for tier, one in found.items()]
    return _markdown(["messages/s", *(f"{count} {'thread' if count == '1' else 'threads'}" for count in counts)], lines)


def row_table(result: dict[str, Any]) -> str:
    lines = [
        [f"{one['rows']:,}", f"{one['seconds']:.1f}", f"{one['rows_per_second']:.1f}", f"{one['peak_mb']:.0f}"]
        for one in result["rows"]["streams"]
    ]
    title = f"distinct messages in one stream, {result['rows']['tier']} tier"
    return _markdown([title, "s", "rows/s", "peak MB"], lines)


def repost_table(result: dict[str, Any]) -> str:
    """Time, memory, and how fast the rows went that a table has more than the one before it."""
    found = result["reposts"]
    lines, before = [], {"rows": 0, "seconds": 0.0}
    for one in found["tables"]:
        more = (one["rows"] - before["rows"]) / max(one["seconds"] - before["seconds"], 1e-9)
        lines.append([f"{one['rows']:,}", f"{one['seconds']:.1f}", f"{one['rows_per_second']:.0f}"])
        lines[-1] += [f"{more:.0f}" if before["rows"] else "–", f"{one['peak_mb']:.0f}"]
        before = one
    title = f"rows, {found['distinct']:,} distinct texts at most, {found['tier']} tier"
    return _markdown([title, "s", "rows/s", "rows/s of those beyond the line above", "peak MB"], lines)


def _compiling(milliseconds: dict[str, float]) -> str:
    """The cost that no stage shows, in a sentence."""
    whole = sum(milliseconds.values())
    return (
        "Not in the table: the rules of a language are compiled with its first text, "
        f"{whole / len(milliseconds):.0f} ms a language, {whole / 1000:.1f} s for {len(milliseconds)} languages, "
        "once in a process."
    )


def _markdown(head: Iterable[str], lines: Iterable[Iterable[str]]) -> str:
    titles = list(head)
    rule = ["---", *("---:" for _ in titles[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (titles, rule, *lines))


def _sentence(result: dict[str, Any]) -> str:
    """Machine, texts and manner in a few words."""
    box, plan, texts = result["machine"], result["plan"], result["texts"]
    english = "EMSCAD's own in English" if texts["emscad"] else "joined corpus texts in English too"
    return (
        f"{plan['rounds']} rounds in turn, medians; {box['processor']}, {box['cores']} cores "
        f"({', '.join(box['flags'])}), Python {box['python']}, load {box['load_before']} before the run. "
        f"20 languages, {texts['lures']} texts a lure; messages have {texts['messages']['mean_characters']:.0f} "
        f"characters on average, adverts {texts['adverts']['mean_characters']:.0f} ({english}). "
        f"Each system scores what it begins within {plan['seconds']:g} s."
    )


def _notes(result: dict[str, Any]) -> list[str]:
    """What a reader has to know of the peers in the table."""
    notes = {
        "encoder": "The encoder in transformers has random weights and cuts texts at 512 tokens; tipscan reads on.",
        "xlmr": "XLM-R has random weights, 512 tokens, and 65,000 rows of vocabulary instead of 250,002: less memory "
        "than the real one, the same time.",
        "presidio": "Presidio runs without a model for named entities; it is to be held against the extractors alone.",
        "products": "The matrix products have a normalization a layer between them and nothing else of the network.",
    }
    auto = result["systems"].get("auto")
    if auto is not None:
        handed = [f"{_handed_on(auto[mix]):.0f} % of the {mix}" for mix in MIXES]
        notes["auto"] = f"The cascade handed {' and '.join(handed)} to the accurate network; its speed hangs on that."
    said = [note for name, note in notes.items() if name in result["systems"]]
    said += [f"Left out: {name}, without {', '.join(missing)}." for name, missing in result["left_out"].items()]
    return ["\n".join(f"* {note}" for note in said)] if said else []


def _handed_on(figures: dict[str, Any]) -> float:
    decided: dict[str, int] = figures["decided_by"]
    return 100 * decided.get("accurate", 0) / max(1, sum(decided.values()))


def plot(result: dict[str, Any]) -> str:
    """Throughput of all systems, time over length, memory over rows."""
    from evaluation.report import as_svg, figure

    drawing, axes = figure(14, 5)
    axes.remove()
    bars, reading, memory = drawing.subplots(1, 3, width_ratios=[1.4, 1, 1])
    systems = list(result["systems"].values())[::-1]
    for number, mix in enumerate(MIXES):
        places = [place + 0.2 - 0.4 * number for place in range(len(systems))]
        bars.barh(places, [one[mix]["texts_per_second"] for one in systems], 0.38, label=mix, color=COLOURS[mix])
    bars.set_yticks(range(len(systems)), [one["title"].replace(", ", ",\n") for one in systems])
    bars.set(xscale="log", xlabel="texts a second")
    bars.legend()
    for name, one in result["lengths"].items():
        reading.plot([*map(int, one["seconds"])], [*one["seconds"].values()], marker="o", label=f"ordinary, {name}")
    for name, one in result["slow_texts"].items():
        reading.plot([*map(int, one["seconds"])], [*one["seconds"].values()], lw=0.8, ls="--", label=name)
    reading.set(
        xscale="log", yscale="log", xlabel="characters", ylabel="processor seconds: language, rules, extractors"
    )
    reading.legend(fontsize=7)
    curves = {f"distinct, {result['rows']['tier']}": result["rows"]["streams"]}
    curves[f"reposts, {result['reposts']['tier']}, CSV to Parquet"] = result["reposts"]["tables"]
    for (label, points), color in zip(curves.items(), ("#7a5d0b", "#0b5d7a"), strict=True):
        rows, peaks = ([one[name] for one in points] for name in ("rows", "peak_mb"))
        memory.plot(rows, peaks, marker="o", color=color, label=label)
    memory.set(xscale="log", ylim=(0, None), xlabel="rows", ylabel="peak MB")
    memory.legend(fontsize=7)
    return as_svg(drawing)
