"""Label Studio: tasks with predictions, the labelling configuration, and annotations from its JSON export.

Offsets are code points: since 1.4 the editor converts JavaScript's UTF-16 units on the way in and out
(``charsToCodePoints`` in its selection-tools.js). Older versions kept the units; the text that is stored with every
span tells which of the two was meant.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from tipscan.batch.files import whole_file
from tipscan.errors import InputError
from tipscan.export.annotated import LABELS, Annotated, Span, ordered_schemes, sign_codes
from tipscan.export.files import by_text, read_text, with_ending, write_text
from tipscan.export.units import Utf16
from tipscan.indicators.taxonomy import SCHEMES

SIGNS, LABEL, KINDS, TEXT = "signs", "label", "schemes", "text"
#: Hues of the families, so that related signs look alike.
_COLORS = ("#e57373", "#ffb74d", "#fff176", "#aed581", "#4db6ac", "#64b5f6", "#9575cd", "#f06292", "#a1887f")


def write(items: Iterable[Annotated], output: Path) -> None:
    """Tasks to import, and beside them the configuration of the project (``OUT.config.xml``)."""
    with whole_file(output) as file:
        mark = b"[\n"
        for versions in by_text(items):
            file.write(mark + json.dumps(_task(versions), ensure_ascii=False).encode())
            mark = b",\n"
        file.write(b"[]\n" if mark == b"[\n" else b"\n]\n")
    write_text(with_ending(output, ".config.xml"), config())


def config() -> str:
    """The labelling configuration, in Label Studio's XML: codes of the taxonomy for spans, choices for the text."""
    families = list(dict.fromkeys(code.partition(".")[0] for code in sign_codes()))
    labels = "".join(
        f"    <Label value={quoteattr(code)} background={quoteattr(_COLORS[families.index(family) % len(_COLORS)])}/>\n"
        for code in sign_codes()
        if (family := code.partition(".")[0])
    )
    return (
        "<View>\n"
        f'  <Text name="{TEXT}" value="${TEXT}" granularity="symbol"/>\n'
        f'  <Labels name="{SIGNS}" toName="{TEXT}" showInline="true">\n{labels}  </Labels>\n'
        f"{_choices(LABEL, 'single', LABELS)}{_choices(KINDS, 'multiple', SCHEMES)}"
        "</View>\n"
    )


def load(path: Path) -> Iterator[Annotated]:
    """Annotations of a JSON export, cancelled ones left out; of a file of tasks, the predictions.

    Raises:
        InputError: Not Label Studio's JSON, or a span that lies outside its text.
    """
    try:
        tasks = json.loads(read_text(path))
    except ValueError:
        raise InputError(f"{path}: not JSON") from None
    for number, task in enumerate(tasks if isinstance(tasks, list) else [tasks], 1):
        place = f"{path}, task {number}"
        if not isinstance(task, dict) or not isinstance(task.get("data"), dict):
            raise InputError(f"{place}: no task with data; export as JSON, not as JSON-MIN or CSV")
        yield from _versions(task, place)


def _choices(name: str, choice: str, values: Iterable[str]) -> str:
    options = "".join(f"    <Choice value={quoteattr(value)}/>\n" for value in values)
    return f'  <Choices name="{name}" toName="{TEXT}" choice="{choice}">\n{options}  </Choices>\n'


def _task(versions: list[Annotated]) -> dict[str, Any]:
    first = versions[0]
    return {"data": {TEXT: first.text, "id": first.id}, "predictions": [_prediction(item) for item in versions]}


def _prediction(item: Annotated) -> dict[str, Any]:
    result = [_region(index, span, item.text) for index, span in enumerate(item.spans)]
    if item.label is not None:
        result.append(_choice(LABEL, [item.label]))
    if item.schemes:
        result.append(_choice(KINDS, list(item.schemes)))
    score = {} if item.score is None else {"score": item.score}
    return {"model_version": item.model or item.annotator or "tipscan", **score, "result": result}


def _region(index: int, span: Span, text: str) -> dict[str, Any]:
    score = {} if span.score is None else {"score": span.score}
    place = {"start": span.start, "end": span.end, "text": text[span.start : span.end]}
    value = place | {"labels": [span.code]}
    return {"id": f"s{index}", "from_name": SIGNS, "to_name": TEXT, "type": "labels", "value": value, **score}


def _choice(name: str, values: list[str]) -> dict[str, Any]:
    return {"id": name, "from_name": name, "to_name": TEXT, "type": "choices", "value": {"choices": values}}


def _versions(task: Mapping[str, Any], place: str) -> Iterator[Annotated]:
    data = task["data"]
    if not isinstance(data.get(TEXT), str):
        raise InputError(f"{place}: no text in its data")
    name, text = str(data.get("id", task.get("id"))), data[TEXT]
    if "annotations" not in task:  # a file of tasks, not an export
        for version in task.get("predictions", ()):
            model = version.get("model_version")
            yield _annotated(name, text, version["result"], place, model=model, score=version.get("score"))
        return
    for version in task["annotations"]:
        if not version.get("was_cancelled"):
            yield _annotated(name, text, version["result"], place, annotator=_who(version.get("completed_by")))


def _annotated(name: str, text: str, result: Iterable[Mapping[str, Any]], place: str, **who: Any) -> Annotated:
    spans: set[Span] = set()
    chosen: dict[str, list[str]] = {}
    units = Utf16(text)
    for region in result:
        value = region.get("value", {})
        if region.get("type") == "labels":
            start, end = _offsets(value, text, units)
            spans |= {Span(start, end, code, region.get("score")) for code in value.get("labels", ())}
        elif region.get("type") == "choices":
            chosen.setdefault(str(region.get("from_name")), []).extend(value["choices"])
    labels = chosen.get(LABEL, [])
    if len(set(labels)) > 1:
        raise InputError(f"{place}: {len(labels)} labels for one text")
    schemes = ordered_schemes(chosen.get(KINDS, ()))
    return Annotated(name, text, tuple(sorted(spans)), labels[0] if labels else None, schemes, **who)


def _offsets(value: Mapping[str, Any], text: str, units: Utf16) -> tuple[int, int]:
    """Code points; from UTF-16 units where only these lead to the text that is stored with the span."""
    start, end = int(value["start"]), int(value["end"])
    marked = value.get("text")
    if isinstance(marked, str) and not _same(text[start:end], marked):
        other = units.points(start), units.points(end)
        if _same(text[other[0] : other[1]], marked):
            return other
    return start, end


def _same(found: str, marked: str) -> bool:
    # The editor writes a line break as backslash and n.
    return found == marked or found.replace("\r", "\\n").replace("\n", "\\n") == marked


def _who(completed_by: Any) -> str | None:
    if isinstance(completed_by, Mapping):
        completed_by = completed_by.get("email") or completed_by.get("id")
    return None if completed_by is None else str(completed_by)
