"""Two plots as SVG, written by hand: no drawing library is needed for a few lines and dots."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import Any, Final

_WIDTH: Final = 490
_HEIGHT: Final = 380
_LEFT: Final = 54
_TOP: Final = 14
_SIDE: Final = 310  # of the square in which 0 to 1 is drawn, both ways
_TICKS: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
BLUE: Final = "#0b5d7a"
RED: Final = "#b0483c"

Point = tuple[float, float]


def calibration(result: dict[str, Any]) -> str:
    """Risk given against share of lures: as the file is, with intervals, and with both classes weighing alike."""
    bins = result["calibration"]
    shapes = [_line([(0, 0), (1, 1)], "#999", dashes="4 4")]
    shapes += [_line([(one["risk"], one["share"]["low"]), (one["risk"], one["share"]["high"])], BLUE) for one in bins]
    shapes += _dotted(((one["risk"], one["share"]["value"]) for one in bins), BLUE)
    shapes += _dotted(((one["risk"], one["share"]) for one in result["balanced_calibration"]), RED)
    shapes += _legend([(BLUE, "as the file is"), (RED, "classes alike")])
    return _plot("Calibration", "risk given", "share of lures", shapes)


def precision_recall(result: dict[str, Any]) -> str:
    """Precision against recall over all thresholds, with dots where the policy stands."""
    shapes = [_line([(one["recall"], one["precision"]) for one in result["precision_recall"]], BLUE)]
    legend = []
    for step, color in (("review", RED), ("flag", "#333")):
        one = result["overall"][step]
        if one["precision"]["value"] is not None and one["recall"]["value"] is not None:
            shapes.append(_dot((one["recall"]["value"], one["precision"]["value"]), color, radius=5))
            legend.append((color, "review or flag" if step == "review" else "flag"))
    return _plot("Precision and recall", "recall", "precision", shapes + _legend(legend))


def _plot(title: str, across: str, upward: str, shapes: Iterable[str]) -> str:
    middle, bottom = _TOP + _SIDE / 2, _TOP + _SIDE
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{html.escape(title)}" '
        f'viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f"<title>{html.escape(title)}</title>",
        f'<rect x="{_LEFT}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#ccc"/>',
    ]
    for tick in _TICKS:
        x, y = _at((tick, tick))
        parts.append(f'<text x="{x}" y="{bottom + 16}" text-anchor="middle">{tick:g}</text>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:g}" text-anchor="end">{tick:g}</text>')
    parts.append(f'<text x="{_LEFT + _SIDE / 2}" y="{bottom + 36}" text-anchor="middle">{across}</text>')
    parts.append(f'<text transform="translate(14 {middle}) rotate(-90)" text-anchor="middle">{upward}</text>')
    return "\n".join([*parts, *shapes, "</svg>"])


def _at(point: Point) -> Point:
    return round(_LEFT + _SIDE * point[0], 1), round(_TOP + _SIDE * (1 - point[1]), 1)


def _line(points: Sequence[Point], color: str, *, dashes: str = "") -> str:
    places = " ".join(f"{x},{y}" for x, y in map(_at, points))
    style = f' stroke-dasharray="{dashes}"' if dashes else ""
    return f'<polyline points="{places}" fill="none" stroke="{color}" stroke-width="1.5"{style}/>'


def _dot(point: Point, color: str, *, radius: float = 3.5) -> str:
    x, y = _at(point)
    return f'<circle cx="{x}" cy="{y}" r="{radius:g}" fill="{color}"/>'


def _dotted(points: Iterable[Point], color: str) -> list[str]:
    places = list(points)
    return [_line(places, color), *(_dot(point, color) for point in places)]


def _legend(entries: Iterable[tuple[str, str]]) -> list[str]:
    shapes = []
    for place, (color, name) in enumerate(entries):
        y = _TOP + 14 + 18 * place
        shapes.append(f'<circle cx="{_LEFT + _SIDE + 12}" cy="{y - 4}" r="4" fill="{color}"/>')
        shapes.append(f'<text x="{_LEFT + _SIDE + 20}" y="{y}">{html.escape(name)}</text>')
    return shapes
