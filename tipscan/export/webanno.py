"""WebAnno TSV 3.3, which INCEpTION reads and writes: a file for each text, a line for each token.

Offsets are UTF-16 units. Signs are values of the layer every project has, ``NamedEntity``, so nothing has to be set up;
label and schemes are values on the first word. White space between tokens has no line: a span that begins or ends in
it begins or ends with the next token inside. The format cannot hold white space before the first word; it comes back
as spaces. Written after INCEpTION's own reader and writer (``Tsv3XDeserializer``, ``Tsv3XSerializer``).
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tipscan.errors import InputError
from tipscan.export.annotated import Annotated, Span
from tipscan.export.files import file_name, files_below, id_of, made, new_folder, read_text, write_new
from tipscan.export.tagged import tagged_spans, untagged
from tipscan.export.units import Token, Utf16, tokens

LAYER: Final = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
FEATURE: Final = "value"
ENDING: Final = ".tsv"

_HEADER: Final = f"#FORMAT=WebAnno TSV 3.3\n#T_SP={LAYER}|{FEATURE}\n\n"
_TEXT: Final = "#Text="
_RESERVED = re.compile(r"->|[\\\[\]|_;\t\n*]")
_NAMED: Final = {"\t": "t", "\n": "n", "\f": "f", "\r": "r", "\b": "b", "\\": "\\"}
_OF_NAME: Final = {name: char for char, name in _NAMED.items()}
_CONTROL = re.compile("[\x00-\x0a\x0c-\x1f\\\\]")
_ESCAPED = re.compile(r"\\(->|.)", re.DOTALL)
_STACKED = re.compile(r"(?<!\\)\|")
_VALUE = re.compile(r"(?P<value>.*?)(?:(?<!\\)\[(?P<number>\d+)\])?", re.DOTALL)


def write(items: Iterable[Annotated], output: Path) -> None:
    """``OUT/ID.tsv``, or as INCEpTION exports them ``OUT/ID.tsv/ANNOTATOR.tsv``.

    Raises:
        InputError: The folder is not empty, or two texts have the same id.
    """
    new_folder(output)
    for item in items:
        path = output / f"{file_name(item.id)}{ENDING}"
        if item.annotator is not None:
            path = made(path) / f"{file_name(item.annotator)}{ENDING}"
        write_new(path, to_tsv(item))


def load(path: Path) -> Iterator[Annotated]:
    """Every TSV file of a folder, in the layout that :func:`write` gives and INCEpTION exports.

    Raises:
        InputError: Not WebAnno TSV 3, or a file without the layer ``NamedEntity``.
    """
    for file in files_below(path, ENDING):
        exported = file.parent.suffix == ENDING
        name = file.parent.stem if exported else file.stem
        annotator = id_of(file.stem) if exported else None
        text, spans = _Reader(file).read()
        plain, label, schemes = untagged(spans, str(file))
        yield Annotated(id_of(name), text, plain, label, schemes, annotator)


def to_tsv(item: Annotated) -> str:
    """The file of one text."""
    spans = tagged_spans(item)
    words = [word for word in tokens(item.text, _borders(spans)) if not word.white]
    cells = _cells(spans, words)
    units = Utf16(item.text)
    lines = [_HEADER]
    for number, sentence in enumerate(_sentences(item.text, words), 1):
        text = item.text[sentence.start : sentence.end]
        lines += ["\n", *(f"{_TEXT}{_escape_text(line)}\n" for line in text.split("\n"))]
        for place, index in enumerate(sentence.words, 1):
            word = words[index]
            offsets = f"{units.units(word.start)}-{units.units(word.end)}"
            lines.append(f"{number}-{place}\t{offsets}\t{item.text[word.start : word.end]}\t{cells[index]}\t\n")
    return "".join(lines)


def _borders(spans: Iterable[Span]) -> set[int]:
    return {border for span in spans for border in (span.start, span.end)}


def _cells(spans: Sequence[Span], words: list[Token]) -> list[str]:
    """The value of each token; what covers several tokens or shares one is told apart by a number."""
    starts, ends = [word.start for word in words], [word.end for word in words]
    covered = [range(bisect_left(starts, span.start), bisect_right(ends, span.end)) for span in spans]
    shared = Counter(index for indexes in covered for index in indexes)
    values: list[list[str]] = [[] for _ in words]
    number = 0
    for span, indexes in zip(spans, covered, strict=True):
        suffix = ""
        if len(indexes) > 1 or any(shared[index] > 1 for index in indexes):
            number += 1
            suffix = f"[{number}]"
        for index in indexes:
            values[index].append(_escape_value(span.code) + suffix)
    return ["|".join(value) or "_" for value in values]


@dataclass(frozen=True, slots=True)
class _Sentence:
    start: int
    end: int
    words: range


def _sentences(text: str, words: list[Token]) -> list[_Sentence]:
    """A line each. Lines that begin with white space belong to the one before: a sentence begins with a token."""
    starts = [i for i, word in enumerate(words) if i == 0 or text[word.start - 1] == "\n"]
    ends = [*(words[i].start - 1 for i in starts[1:]), len(text)]
    ranges = [range(first, last) for first, last in zip(starts, [*starts[1:], len(words)], strict=True)]
    return [_Sentence(words[part[0]].start, end, part) for part, end in zip(ranges, ends, strict=True)]


class _Reader:
    """One file, read as INCEpTION does: sentences give the text, tokens and sub-tokens the annotations."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lines = [line.removesuffix("\r") for line in read_text(file).split("\n")]
        self._text: list[str] = []
        self._length = 0  # of the text so far, in units
        self._found: dict[object, tuple[int, int, str]] = {}

    def read(self) -> tuple[str, list[Span]]:
        if not self._lines[0].startswith("#FORMAT=WebAnno TSV 3"):
            raise InputError(f"{self._file}: not WebAnno TSV 3")
        column = 3 + self._column()
        sentence: list[str] = []
        for number, line in enumerate(self._lines[1:], 2):
            if line.startswith(_TEXT):
                sentence.append(_unescape(line.removeprefix(_TEXT)) + "\n")
            elif line and not line.startswith("#"):
                fields = line.split("\t")
                start, end = self._offsets(fields, number)
                if sentence:
                    self._begin(start, "".join(sentence), number)
                    sentence = []
                if len(fields) <= column:
                    raise self._fault(number, "too few columns")
                self._annotations(fields[column], start, end, number)
        text = "".join(self._text).removesuffix("\n")
        units = Utf16(text)
        return text, [Span(units.points(start), units.points(end), code) for start, end, code in self._found.values()]

    def _column(self) -> int:
        """Place of the layer's feature among the columns after the token."""
        place, layers = 0, []
        for line in self._lines:
            if line.startswith(("#T_SP=", "#T_CH=", "#T_RL=")):
                layer, *features = line.partition("=")[2].split("|")
                if layer == LAYER and FEATURE in features:
                    return place + features.index(FEATURE)
                layers.append(layer)
                place += max(1, len(features))
        raise InputError(f"{self._file}: no layer {LAYER}, only {', '.join(layers) or 'none'}")

    def _begin(self, start: int, sentence: str, number: int) -> None:
        """A sentence that follows without a line break takes the last one's; a gap is filled with spaces."""
        if self._length == start + 1:
            self._text[-1] = self._text[-1].removesuffix("\n")
        elif self._length > start:
            raise self._fault(number, "the sentence begins inside the one before")
        self._text += [" " * (start - self._length), sentence]
        self._length = start + len(sentence.encode("utf-16-le")) // 2

    def _annotations(self, cell: str, start: int, end: int, number: int) -> None:
        if cell == "_":
            return
        for place, stacked in enumerate(_STACKED.split(cell)):
            found = _VALUE.fullmatch(stacked)
            if found is None or found["value"] == "*":
                raise self._fault(number, "an annotation without a value")
            key: object = found["number"] or (number, place)
            first, last, _ = self._found.get(key, (start, end, ""))
            self._found[key] = (min(first, start), max(last, end), _unescape(found["value"], values=True))

    def _offsets(self, fields: list[str], number: int) -> tuple[int, int]:
        try:
            start, end = map(int, fields[1].split("-"))
        except (ValueError, IndexError):
            raise self._fault(number, "no offsets") from None
        return start, end

    def _fault(self, number: int, what: str) -> InputError:
        return InputError(f"{self._file}, line {number}: {what}")


def _escape_text(line: str) -> str:
    return _CONTROL.sub(lambda found: "\\" + _NAMED.get(found[0], found[0]), line)


def _escape_value(value: str) -> str:
    return _RESERVED.sub(lambda found: "\\" + _NAMED.get(found[0], found[0]), value)


def _unescape(text: str, *, values: bool = False) -> str:
    names = {"t": "\t", "n": "\n"} if values else _OF_NAME
    return _ESCAPED.sub(lambda found: names.get(found[1], found[1]), text)
