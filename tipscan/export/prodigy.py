"""Prodigy: tasks for ``spans.manual`` with tokens, and what ``db-out`` writes.

Offsets are code points. A span of Prodigy covers whole tokens, so the borders of the proposed spans are borders of
tokens; ``token_end`` is the last token, not the one after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tipscan.errors import InputError
from tipscan.export.annotated import Annotated, Span, sign_codes, tag_codes, without_tags
from tipscan.export.files import read_lines, with_ending, write_lines, write_text
from tipscan.export.units import tokens

_ID, _ANNOTATOR = "tipscan_id", "_annotator_id"


def write(items: Iterable[Annotated], output: Path) -> None:
    """Tasks, and beside them the span labels (``OUT.labels.txt``, for ``--label``).

    Label and schemes are the accepted options, which a ``choice`` block shows.
    """
    write_lines(output, map(_task, items))
    write_text(with_ending(output, ".labels.txt"), "".join(f"{code}\n" for code in sign_codes()))


def load(path: Path) -> Iterator[Annotated]:
    """The accepted examples; rejected and ignored ones are no annotations."""
    for place, task in read_lines(path):
        if task.get("answer", "accept") == "accept":
            try:
                yield _annotated(task, place)
            except (KeyError, TypeError, ValueError) as error:
                raise InputError(f"{place}: not Prodigy's ({type(error).__name__})") from None


def _task(item: Annotated) -> dict[str, Any]:
    pieces = _pieces(item)
    first = {piece["start"]: piece["id"] for piece in pieces}
    last = {piece["end"]: piece["id"] for piece in pieces}
    spans = [
        {
            "start": span.start,
            "end": span.end,
            "label": span.code,
            "token_start": first[span.start],
            "token_end": last[span.end],
        }
        for span in item.spans
    ]
    who = {} if item.annotator is None else {_ANNOTATOR: item.annotator}
    return {
        "text": item.text,
        "tokens": pieces,
        "spans": spans,
        "options": [{"id": name, "text": name} for name in tag_codes()],
        "accept": list(item.tags),
        "meta": {} if item.score is None else {"risk": item.score},
        _ID: item.id,
        **who,
    }


def _pieces(item: Annotated) -> list[dict[str, Any]]:
    """Prodigy's tokens; one space after a token is its ``ws``, all other white space is a token."""
    starts, ends = {span.start for span in item.spans}, {span.end for span in item.spans}
    pieces: list[dict[str, Any]] = []
    for token in tokens(item.text, starts | ends):
        text = item.text[token.start : token.end]
        free = token.start not in starts and token.end not in ends
        if text == " " and free and pieces and not pieces[-1]["ws"]:
            pieces[-1]["ws"] = True
        else:
            pieces.append({"text": text, "start": token.start, "end": token.end, "id": len(pieces), "ws": False})
    return pieces


def _annotated(task: Mapping[str, Any], place: str) -> Annotated:
    label, schemes = without_tags(task.get("accept", ()), place)
    spans = {Span(int(span["start"]), int(span["end"]), str(span["label"])) for span in task.get("spans", ())}
    return Annotated(
        id=str(task[_ID] if _ID in task else task["_input_hash"]),
        text=task["text"],
        spans=tuple(sorted(spans)),
        label=label,
        schemes=schemes,
        annotator=task.get(_ANNOTATOR),
    )
