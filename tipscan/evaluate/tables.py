"""Tables of a result, the same in the terminal and in the report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from tipscan.errors import TEXT_ERRORS

_MAIN: Final = {
    "auroc": "AUROC",
    "average_precision": "average precision",
    "recall_at_1": "recall at 1 % false positives",
    "recall_at_5": "recall at 5 % false positives",
    "brier": "Brier score",
    "calibration_error": "calibration error",
    "balanced_brier": "Brier score, classes alike",
    "balanced_calibration_error": "calibration error, classes alike",
}
_DECISIONS: Final = {
    "recall": "recall",
    "precision": "precision",
    "false_per_1000": "false positives per 1,000 ordinary texts",
}
_NOTHING: Final = "–"
SMALL_SLICES: Final = "* fewer than 30 lures or 30 ordinary texts: too few to rest a decision on"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of words: a title, the heads of the columns, the rows."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        widths = [max(map(len, column)) for column in zip(self.head, *self.rows, strict=True)]
        lines = [self.title] if self.title else []
        for row in (self.head, *self.rows):
            cells = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
            lines.append("  ".join((row[0].ljust(widths[0]), *cells)).rstrip())
        return "\n".join(lines)


def number(value: float | None, places: int = 3) -> str:
    return _NOTHING if value is None else f"{value:.{places}f}"


def interval(figure: dict[str, Any], places: int = 3) -> str:
    return _NOTHING if figure["low"] is None else f"{figure['low']:.{places}f} to {figure['high']:.{places}f}"


def places_of(name: str) -> int:
    return 1 if name == "false_per_1000" else 3


def counts(result: dict[str, Any]) -> str:
    """How many texts there are of each kind, and why some have no score."""
    whole, rows = result["overall"], result["rows"]
    line = f"{whole['texts']:,} texts scored: {whole['lures']:,} lures, {whole['ordinary']:,} ordinary"
    missing = rows["read"] - rows["scored"]
    reasons = ", ".join(f"{count:,} {error} ({TEXT_ERRORS[error]})" for error, count in rows["unscored"].items())
    return line + (f"; {missing:,} could not be scored: {reasons}" if missing else "")


def system(one: dict[str, Any]) -> str:
    """Which models, rules and policy made the scores."""
    policy = one["policy"]
    models = ", ".join(f"{model['name']} {model['version']}" for model in one["models"])
    bounds = f"review from {policy['review']}, flag from {policy['flag']}"
    return f"{models}; rules {one['rules']}; policy {policy['name']} ({bounds})"


def main_table(result: dict[str, Any]) -> Grid:
    """Every figure of the whole file with its interval."""
    whole = result["overall"]
    rows = [(title, number(whole[name]["value"]), interval(whole[name])) for name, title in _MAIN.items()]
    for step, what in (("review", "review or flag"), ("flag", "flag")):
        for name, title in _DECISIONS.items():
            figure, places = whole[step][name], places_of(name)
            rows.append((f"{what}: {title}", number(figure["value"], places), interval(figure, places)))
    return Grid("", ("figure", "value", "95 % interval"), tuple(rows))


def slice_tables(result: dict[str, Any]) -> Iterator[Grid]:
    """One table for each kind of slice; an asterisk stands at the small ones."""
    head = ("texts", "lures", "AUROC", "95 % interval", "recall", "95 % interval", "false per 1,000", "95 % interval")
    for kind, slices in result["slices"].items():
        rows = []
        for name, one in slices.items():
            cells = [f"{name}{'*' if one['small'] else ''}", f"{one['texts']:,}", f"{one['lures']:,}"]
            review = one["review"]
            for figure, places in ((one["auroc"], 3), (review["recall"], 3), (review["false_per_1000"], 1)):
                cells += [number(figure["value"], places), interval(figure, places)]
            rows.append(tuple(cells))
        yield Grid(f"By {kind}", (kind, *head), tuple(rows))


def has_small(result: dict[str, Any]) -> bool:
    return any(one["small"] for slices in result["slices"].values() for one in slices.values())


def advised(result: dict[str, Any]) -> list[str]:
    """The advice on the threshold, in sentences; the policy line is not among them."""
    advice, ordinary = result["advice"], result["overall"]["ordinary"]
    rate = f"{100 * advice['false_positives']:g} %"
    if advice["threshold"] is None:
        why = "ties at the top forbid it" if ordinary else "there is no ordinary text in the file"
        return [f"No threshold for {rate} false positives: {why}."]
    threshold, gives = advice["threshold"], advice["gives"]
    lines = [
        f"For at most {rate} false positives: review from {threshold['value']!r} "
        f"(95 % interval {interval(threshold)}).",
        f"On these texts that gives recall {number(gives['recall']['value'])} ({interval(gives['recall'])}) and "
        f"{gives['false']:,} false positives in {ordinary:,} ordinary texts. It was chosen on the same texts: "
        "on others expect a little less.",
    ]
    if ordinary < advice["enough_ordinary"]:
        lines.append(f"With {ordinary:,} ordinary texts no false positive is allowed at all: collect more of them.")
    if advice.get("same_cascade") is False:
        lines.append("Under this policy other texts reach the accurate tier: evaluate with --tier accurate.")
    return lines


def comparison_tables(result: dict[str, Any]) -> Iterator[Grid]:
    """The second system beside the first."""
    compared = result["comparison"]
    ranked = [name for name in ("auroc", "average_precision") if name in compared]
    if ranked:
        head = ("figure", "first", "second", "difference, 95 % interval", "p")
        yield Grid("", head, tuple(_compared(_MAIN[name], compared[name]) for name in ranked))
    decided = compared["decisions"]
    kinds = ("both right", "only first right", "only second right", "both wrong")
    cells = (f"{decided[kind.replace(' ', '_')]:,}" for kind in kinds)
    yield Grid("", ("decisions", *kinds, "p (McNemar, exact)"), (("review or flag", *cells, number(decided["p"])),))


def _compared(title: str, one: dict[str, Any]) -> tuple[str, ...]:
    values = (number(one["first"]), number(one["second"]))
    change = f"{one['difference']['value']:+.3f}, {interval(one['difference'])}"
    return title, *values, change, number(one["p"])


def short(result: dict[str, Any]) -> str:
    """What the terminal shows."""
    parts = [counts(result), system(result["system"]), "", str(main_table(result)), "", *advised(result)]
    if "policy" in result["advice"]:
        parts.append(f"  {result['advice']['policy']}")
    for grid in slice_tables(result):
        parts += ["", str(grid)]
    if has_small(result):
        parts.append(SMALL_SLICES)
    if result["comparison"] is not None:
        parts += ["", f"Second: {system(result['comparison']['system'])}"]
        for grid in comparison_tables(result):
            parts += [str(grid), ""]
    return "\n".join(parts).rstrip()
