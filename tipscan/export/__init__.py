"""Findings out to annotation tools, annotations back in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from tipscan.errors import InputError
from tipscan.export import brat, doccano, labelstudio, prodigy, webanno
from tipscan.export.annotated import Annotated, Span, documents

__all__ = ["FORMATS", "Annotated", "Exported", "Format", "Span", "export", "load"]


@dataclass(frozen=True, slots=True)
class Format:
    """A tool: what writes its files and what reads them, and whether they are a folder."""

    write: Callable[[Iterable[Annotated], Path], None]
    load: Callable[[Path], Iterator[Annotated]]
    folder: bool = False


FORMATS: Final[Mapping[str, Format]] = {
    "labelstudio": Format(labelstudio.write, labelstudio.load),
    "doccano": Format(doccano.write, doccano.load),
    "prodigy": Format(prodigy.write, prodigy.load),
    "brat": Format(brat.write, brat.load, folder=True),
    "webanno": Format(webanno.write, webanno.load, folder=True),
}


@dataclass(frozen=True, slots=True)
class Exported:
    """How many documents were written, and how many rows had no text to write."""

    written: int
    skipped: int

    def __str__(self) -> str:
        skipped = f", {self.skipped:,} rows without a text left out" if self.skipped else ""
        return f"{self.written:,} texts written{skipped}"


def export(rows: Iterable[Mapping[str, Any]], to: str, output: Path) -> Exported:
    """Writes rows for an annotation tool.

    Args:
        rows: Scored rows with their ``text``, annotations, or rows to adjudicate.
        to: A name in ``FORMATS``.
        output: The file, or the folder, to write.

    Raises:
        InputError: An unknown format, a row of another kind, or a folder with files in it.
    """
    form = _format(to)
    counts = {"written": 0, "skipped": 0}

    def counted() -> Iterator[Annotated]:
        for row in rows:
            found = documents(row)
            counts["written" if found else "skipped"] += 1
            yield from found

    form.write(counted(), output)
    return Exported(**counts)


def load(path: Path, from_: str) -> Iterator[Annotated]:
    """Annotations of a tool's files, every span in code points.

    Raises:
        InputError: An unknown format, or a file that is not the tool's; the message names the place.
    """
    return _format(from_).load(path)


def _format(name: str) -> Format:
    if name not in FORMATS:
        raise InputError(f"no format {name!r}, only {', '.join(FORMATS)}")
    return FORMATS[name]
