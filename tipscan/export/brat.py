"""brat: a folder with a ``.txt`` and an ``.ann`` for each text, and the configuration of the collection.

Offsets are code points of the ``.txt``. An annotation stands on one line, so one that crosses a line break is written
in fragments, ``T1 FEE_upfront 3 9;10 14``. brat knows nothing that is said of a whole text: label and schemes are
annotations of its first word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from tipscan.errors import InputError
from tipscan.export.annotated import Annotated, Span, sign_codes, tag_codes
from tipscan.export.files import file_name, files_below, id_of, made, new_folder, read_text, write_new
from tipscan.export.tagged import tagged_spans, untagged

#: What ends a line for brat, which reads with Python's line ends, and the tab between its fields.
_BREAKS = re.compile("[\t\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_FAMILY = re.compile(r"[A-Z]+(?=\.)")
_TYPE = re.compile(r"[\w-]+")
_LINE = re.compile(r"T\d+\t(?P<type>\S+) (?P<places>\d+ \d+(?:;\d+ \d+)*)(?:\t.*)?")
_OVERLAP: Final = "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>\n"


def write(items: Iterable[Annotated], output: Path) -> None:
    """A collection; annotations of several annotators go to a folder for each.

    Raises:
        InputError: The folder is not empty, two texts have the same id, or a code is none that brat can name.
    """
    new_folder(output)
    write_new(output / "annotation.conf", _annotation_conf())
    write_new(output / "visual.conf", _visual_conf())
    for item in items:
        folder = output if item.annotator is None else made(output / file_name(item.annotator))
        name = file_name(item.id)
        write_new(folder / f"{name}.txt", item.text)
        write_new(folder / f"{name}.ann", "".join(_lines(item)))


def load(path: Path) -> Iterator[Annotated]:
    """Every text of a collection that has an ``.ann``; the folder below ``path`` is the annotator.

    Raises:
        InputError: A text is missing, or an annotation is not brat's or lies outside its text.
    """
    for file in files_below(path, ".ann"):
        text = read_text(file.with_suffix(".txt"), "utf-8")  # places count from its first character
        spans, label, schemes = untagged(_spans(file, text), str(file))
        below = file.parent != path and path.is_dir()
        annotator = id_of(file.parent.name) if below else None
        yield Annotated(id_of(file.stem), text, spans, label, schemes, annotator)


def _lines(item: Annotated) -> Iterator[str]:
    number = 0
    for span in tagged_spans(item):
        if fragments := _fragments(item.text, span.start, span.end):
            number += 1
            places = ";".join(f"{start} {end}" for start, end in fragments)
            quote = " ".join(item.text[start:end] for start, end in fragments)
            yield f"T{number}\t{_type(span.code)} {places}\t{quote}\n"


def _fragments(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The pieces of a span between line breaks, those of white space only left out."""
    breaks = [(found.start(), found.end()) for found in _BREAKS.finditer(text, start, end)]
    starts, ends = [start, *(after for _, after in breaks)], [*(before for before, _ in breaks), end]
    return [(first, last) for first, last in zip(starts, ends, strict=True) if text[first:last].strip()]


def _spans(file: Path, text: str) -> Iterator[Span]:
    for number, line in enumerate(read_text(file).split("\n"), 1):
        if not line.startswith("T"):
            continue  # relations, events, attributes and notes say nothing about signs
        found = _LINE.fullmatch(line.rstrip("\r"))
        if found is None:
            raise InputError(f"{file}, line {number}: not an annotation of brat's")
        places = [tuple(map(int, place.split())) for place in found["places"].split(";")]
        for start, end in _joined(text, places):
            yield Span(start, end, _code(found["type"]))


def _joined(text: str, places: Iterable[tuple[int, ...]]) -> list[tuple[int, int]]:
    """Fragments that only white space parts are one span; others are spans of their own."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if joined and not text[joined[-1][1] : start].strip():
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _type(code: str) -> str:
    """Brat's names are letters, digits, ``_`` and ``-``: the dot after the family is an underscore."""
    name = code.replace(".", "_", 1) if _FAMILY.match(code) else code
    if not _TYPE.fullmatch(name):
        raise InputError(f"{code!r} is no name of a type in brat")
    return name


def _code(name: str) -> str:
    family, mark, rest = name.partition("_")
    return f"{family}.{rest}" if mark and family.isupper() else name


def _annotation_conf() -> str:
    types = "".join(f"{_type(code)}\n" for code in (*tag_codes(), *sign_codes()))
    return f"[entities]\n{types}[relations]\n{_OVERLAP}[events]\n[attributes]\n"


def _visual_conf() -> str:
    labels = "".join(f"{_type(code)} | {code}\n" for code in (*tag_codes(), *sign_codes()))
    return f"[labels]\n{labels}[drawing]\n"
