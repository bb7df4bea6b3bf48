"""The report: one result as an HTML page and as JSON."""

from __future__ import annotations

import html
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from tipscan.batch.files import whole_file
from tipscan.errors import TipscanError
from tipscan.evaluate import plots, tables
from tipscan.evaluate.tables import Grid

_STYLE: Final = """body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;margin:1rem 0}td,th{border-bottom:1px solid #ddd;padding:.25rem .7rem;text-align:right}
td:first-child,th:first-child{text-align:left}blockquote{margin:.5rem 0;padding:.3rem .8rem;border-left:3px solid #bbb;
white-space:pre-wrap}svg{max-width:100%;height:auto}small{color:#666}pre{background:#f4f4f4;padding:.5rem .8rem}"""
_UNSCORED_SHOWN: Final = 100
_NOTES: Final = (
    "Intervals of ranking and calibration come from {draws:,} resamplings within each class, those of recall, "
    "precision and false positives from Wilson's formula. Precision, Brier score and calibration error hold for "
    "the share of lures in this file; “classes alike” gives both classes one half of the weight, which is what the "
    "risk was fitted for."
)


def write(result: dict[str, Any], folder: Path) -> None:
    """``report.html`` and ``report.json`` in the folder, which is made where it is missing.

    Raises:
        TipscanError: The place cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TipscanError(f"cannot write {folder}: {error.strerror}") from error
    data = json.dumps(result, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    with whole_file(folder / "report.json") as file:
        file.write(data.encode("utf-8", "backslashreplace"))  # a lone surrogate, in the form JSON has for it
    with whole_file(folder / "report.html") as file:
        file.write(page(result).encode("utf-8", "replace"))


def page(result: dict[str, Any]) -> str:
    """The whole page; it loads nothing."""
    parts = [
        f"<h1>tipscan on {_escaped(Path(result['file']).name)}</h1>",
        _paragraph(f"{tables.counts(result)}."),
        _paragraph(f"{tables.system(result['system'])}."),
        _grid(tables.main_table(result)),
        f"<p><small>{_escaped(_NOTES.format(**result['method']))}</small></p>",
        "<h2>Which threshold to take</h2>",
        *_advice(result),
        *_plots(result),
        *_slices(result),
        *_comparison(result),
        *_errors("False alarms, the riskiest first", result["errors"]["false_alarms"]),
        *_errors("Misses, the least risky first", result["errors"]["misses"]),
        *_unscored(result["unscored"]),
    ]
    head = f'<meta charset="utf-8"><title>tipscan: evaluation</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="en">{head}' + "\n".join(parts) + "</html>\n"


def _advice(result: dict[str, Any]) -> Iterator[str]:
    yield from map(_paragraph, tables.advised(result))
    if "policy" in result["advice"]:
        line = f"from tipscan import Policy, Scanner\n\nscanner = Scanner(policy={result['advice']['policy']})"
        yield f"<pre>{_escaped(line)}</pre>"


def _plots(result: dict[str, Any]) -> Iterator[str]:
    if result["precision_recall"]:
        yield "<h2>Precision and recall</h2>" + plots.precision_recall(result)
        yield "<h2>Calibration</h2>" + plots.calibration(result)


def _slices(result: dict[str, Any]) -> Iterator[str]:
    for grid in tables.slice_tables(result):
        yield f"<h2>{_escaped(grid.title)}</h2>" + _grid(grid)
    yield "<p><small>Recall and false positives are those of “review or flag”.</small></p>"
    if tables.has_small(result):
        yield f"<p><small>{tables.SMALL_SLICES}</small></p>"


def _comparison(result: dict[str, Any]) -> Iterator[str]:
    compared = result["comparison"]
    if compared is not None:
        yield "<h2>Comparison</h2>"
        yield _paragraph(f"Second: {tables.system(compared['system'])}; {compared['texts']:,} texts scored by both.")
        yield from map(_grid, tables.comparison_tables(result))


def _errors(title: str, errors: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield f"<h2>{title}</h2>"
    items = list(errors)
    if not items:
        yield _paragraph("None.")
    for one in items:
        name = "" if one["id"] is None else f"id {one['id']}, "
        yield _paragraph(f"{name}{one['place']}, {one['language']}, risk {one['risk']:.3f}, {one['decision']}")
        if "text" in one:
            yield f'<blockquote dir="auto">{_escaped(one["text"])}</blockquote>'
        if one["signs"]:
            yield "<ul>" + "".join(f"<li>{_sign(sign)}</li>" for sign in one["signs"]) + "</ul>"


def _sign(sign: dict[str, Any]) -> str:
    quoted = f" <q dir='auto'>{_escaped(sign['text'])}</q>" if "text" in sign else ""
    where = f"characters {sign['start']} to {sign['end']}, {sign['rule']}, {sign['strength']}"
    return f"{_escaped(sign['code'])} {sign['weight']:+.2f} <small>({_escaped(where)})</small>{quoted}"


def _unscored(rows: list[dict[str, Any]]) -> Iterator[str]:
    if rows:
        yield "<h2>Rows without a score</h2>"
        lines = [(one["place"], str(one["id"]), str(one["label"]), one["error"]) for one in rows[:_UNSCORED_SHOWN]]
        yield _grid(Grid("", ("place", "id", "label", "reason"), tuple(lines)))
        if len(rows) > _UNSCORED_SHOWN:
            yield _paragraph(f"{len(rows) - _UNSCORED_SHOWN:,} more are in report.json.")


def _grid(grid: Grid) -> str:
    head = "".join(f"<th>{_escaped(cell)}</th>" for cell in grid.head)
    body = ("<tr>" + "".join(f"<td>{_escaped(cell)}</td>" for cell in row) + "</tr>" for row in grid.rows)
    return f"<table><tr>{head}</tr>" + "\n".join(body) + "</table>"


def _paragraph(words: str) -> str:
    return f"<p>{_escaped(words)}</p>"


def _escaped(words: str) -> str:
    return html.escape(words)
