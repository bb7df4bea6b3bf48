"""Lines of a byte stream, each bounded in size, and the readers of the two formats that are one line a row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, BinaryIO, Final

from tipscan.batch.columns import ROW_NUMBER, TEXT_COLUMNS, Columns, Record
from tipscan.errors import InputError

#: A row of a text format may take this many bytes; a longer one is ``too_long``. The longest text that is scored,
#: 1,000,000 characters, takes 12 bytes a character at most: a pair of ``\\uXXXX`` escapes in JSON.
MAX_ROW_BYTES: Final = 16 * 1024 * 1024

_SKIPPED_AT_ONCE = 1024 * 1024
_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")

#: JSON has no header: the columns are looked for in this many first lines.
_LINES_SEARCHED = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its end; ``data`` is None when it is longer than ``MAX_ROW_BYTES``. Numbers start at 1."""

    number: int
    data: bytes | None


def bounded_lines(stream: BinaryIO) -> Iterator[Line]:
    """The lines of a stream, no more than ``MAX_ROW_BYTES`` of it in memory, without its byte order mark.

    Raises:
        InputError: The stream is UTF-16, as spreadsheets write "Unicode text".
    """
    number = 0
    while data := stream.readline(MAX_ROW_BYTES + 1):
        number += 1
        if number == 1:
            data = _without_mark(data)
        if len(data) > MAX_ROW_BYTES and not data.endswith(b"\n"):
            _skip_line(stream)
            yield Line(number, None)
        elif data:
            yield Line(number, data)


def _without_mark(data: bytes) -> bytes:
    if data.startswith(_UTF16_MARKS):
        raise InputError("the file is UTF-16: save it as UTF-8")
    return data.removeprefix(_UTF8_MARK)


def _skip_line(stream: BinaryIO) -> None:
    while data := stream.readline(_SKIPPED_AT_ONCE):
        if data.endswith(b"\n"):
            return


def decode(data: bytes) -> tuple[str, str | None]:
    """The text and None, or what can be read of it and ``"bad_encoding"``."""
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError:
        return data.decode("utf-8", errors="replace"), "bad_encoding"


def read_txt(stream: BinaryIO, columns: Columns) -> Iterator[Record]:
    """Every line is a row, blank ones too, in a table with the one column ``text``."""
    columns.choose(TEXT_COLUMNS[:1])
    for line in bounded_lines(stream):
        if line.data is None:
            yield Record(line.number, error="too_long")
        else:
            text, error = decode(line.data.removesuffix(b"\n").removesuffix(b"\r"))
            yield Record(line.number, text, error=error)


@dataclass(frozen=True, slots=True)
class _Object:
    line: int
    fields: dict[str, Any]
    error: str | None


def read_jsonl(stream: BinaryIO, columns: Columns) -> Iterator[Record]:
    """Every line that is not blank is a row; an absent key reads as null, so that sparse objects are welcome."""
    objects = _objects(stream)
    head, text, identity = _find_columns(objects, columns)
    for row in chain(head, objects):
        row_id = row.fields.get(identity) if identity else ROW_NUMBER
        yield Record(row.line, row.fields.get(text), row_id, row.error)


def _objects(stream: BinaryIO) -> Iterator[_Object]:
    for line in bounded_lines(stream):
        if line.data is None:
            yield _Object(line.number, {}, "too_long")
        elif not line.data.isspace():
            text, encoding_error = decode(line.data)
            fields = _parse(text)
            error = encoding_error or ("bad_row" if fields is None else None)
            yield _Object(line.number, fields or {}, error)


def _parse(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _find_columns(objects: Iterator[_Object], columns: Columns) -> tuple[list[_Object], str, str | None]:
    """Reads ahead until both columns are found; returns what was read and their names.

    Objects may be sparse: where one has a message and the next a text, the text is read of all, as in a table.
    """
    head: list[_Object] = []
    names: dict[str, None] = {}
    for row in islice(objects, _LINES_SEARCHED):
        head.append(row)
        names.update(dict.fromkeys(row.fields))
        if columns.settled_by(names):
            break
    if not names:
        return head, columns.text or TEXT_COLUMNS[0], columns.id
    return head, *columns.choose(list(names))
