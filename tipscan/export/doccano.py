"""doccano: JSON lines for sequence labelling and for intent detection with slot filling, and what it exports.

Offsets are code points. A project in grapheme mode counts otherwise: leave "Count grapheme clusters as one
character" off.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tipscan.errors import InputError
from tipscan.export.annotated import Annotated, Span, sign_codes, tag_codes, without_tags
from tipscan.export.files import files_below, read_lines, with_ending, write_lines, write_text

_ID, _ANNOTATOR = "tipscan_id", "annotator"
#: What doccano calls the file of a project in which all work on one set of annotations.
_SHARED = "all"


def write(items: Iterable[Annotated], output: Path) -> None:
    """JSON lines to import, and beside them the labels (``OUT.labels.json``, ``OUT.categories.json``).

    They are those of an intent detection and slot filling project, in which the label of the text can be changed too.
    A sequence labelling project reads them with ``entities`` given as the label column.
    """
    write_lines(output, map(_line, items))
    write_text(with_ending(output, ".labels.json"), _types(sign_codes()))
    write_text(with_ending(output, ".categories.json"), _types(tag_codes()))


def load(path: Path) -> Iterator[Annotated]:
    """Every text of an exported JSONL file, or of a folder with one file for each annotator."""
    for file in files_below(path, ".jsonl"):
        annotator = file.stem if path.is_dir() and file.stem != _SHARED else None
        for place, row in read_lines(file):
            try:
                yield _annotated(row, annotator, place)
            except (KeyError, TypeError, ValueError) as error:
                raise InputError(f"{place}: not doccano's ({type(error).__name__})") from None


def _line(item: Annotated) -> dict[str, Any]:
    spans = [[span.start, span.end, span.code] for span in item.spans]
    who = {} if item.annotator is None else {_ANNOTATOR: item.annotator}
    return {"text": item.text, "entities": spans, "cats": list(item.tags), _ID: item.id, **who}


def _types(names: Iterable[str]) -> str:
    return json.dumps([{"text": name} for name in names], indent=1) + "\n"


def _annotated(row: Mapping[str, Any], annotator: str | None, place: str) -> Annotated:
    label, schemes = without_tags(row.get("cats", ()), place)
    return Annotated(
        id=str(row[_ID] if _ID in row else row["id"]),
        text=row["text"],
        spans=tuple(sorted({_span(span) for span in row.get("label", row.get("entities", ()))})),
        label=label,
        schemes=schemes,
        annotator=annotator or row.get(_ANNOTATOR),
    )


def _span(value: Any) -> Span:
    """``[start, end, label]``, or the object that projects with relations export."""
    if isinstance(value, Mapping):
        value = (value["start_offset"], value["end_offset"], value["label"])
    start, end, code = value
    return Span(int(start), int(end), str(code))
