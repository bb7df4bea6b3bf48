"""Comma- and tab-separated rows, read so that one broken quote costs one row and not the rest of the file.

The first row is the header. Blank lines hold no row. A row with fewer fields than the header lacks its last ones; a
row with more is a ``bad_row``, because a part of its text would be lost. Quotes follow RFC 4180: a record that does
not, or is longer than ``MAX_ROW_BYTES``, is rejected as its first line alone, and reading goes on with the next line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO, Final

from tipscan.batch.columns import ROW_NUMBER, Columns, Record
from tipscan.batch.lines import MAX_ROW_BYTES, Line, bounded_lines, decode
from tipscan.errors import InputError

#: A record may span this many lines wherever it stands; one that spans more has to be paid for (see ``_Feed``).
FREE_LINES: Final = 100


@dataclass(frozen=True, slots=True)
class _Fields:
    line: int
    fields: list[str]
    error: str | None = None


def read_csv(stream: BinaryIO, columns: Columns) -> Iterator[Record]:
    """Commas, or semicolons when the header has some and no comma, as spreadsheets write where the comma is decimal."""
    lines = bounded_lines(stream)
    header = next(lines, None)
    if header is not None:
        semicolons = b";" in (header.data or b"") and b"," not in (header.data or b"")
        yield from _read(chain([header], lines), columns, ";" if semicolons else ",")


def read_tsv(stream: BinaryIO, columns: Columns) -> Iterator[Record]:
    """Tabs; quotes as in CSV."""
    yield from _read(bounded_lines(stream), columns, "\t")


def _read(lines: Iterator[Line], columns: Columns, delimiter: str) -> Iterator[Record]:
    # The limit is the process's own; its default of 131,072 characters would refuse long adverts.
    csv.field_size_limit(max(MAX_ROW_BYTES, csv.field_size_limit()))
    rows = _rows(lines, delimiter)
    header = next(rows, None)
    if header is None:
        return
    if header.error:
        raise InputError(f"the header cannot be read ({header.error})")
    text, identity = columns.choose(header.fields)
    text_at = header.fields.index(text)
    id_at = None if identity is None else header.fields.index(identity)
    for row in rows:
        too_many = "bad_row" if len(row.fields) > len(header.fields) else None
        row_id = ROW_NUMBER if id_at is None else _field(row.fields, id_at)
        yield Record(row.line, _field(row.fields, text_at), row_id, row.error or too_many)


def _field(fields: list[str], at: int) -> str | None:
    return fields[at] if at < len(fields) else None


def _rows(lines: Iterator[Line], delimiter: str) -> Iterator[_Fields]:
    feed = _Feed(lines)
    while (line := feed.peek()) is not None:
        if line.data is None:
            feed.skip()
            yield _Fields(line.number, [], "too_long")
            continue
        try:
            fields = next(csv.reader(feed.record(), delimiter=delimiter, strict=True), [])
        except csv.Error:
            feed.give_back_all_but_first()
            yield _Fields(line.number, [], "bad_row")
            continue
        if fields:
            yield _Fields(line.number, fields, feed.error)


class _Feed:
    """Lines for one record after another; those of a record that failed can be read again.

    Where each line opens a quote that never ends, each would be followed to the end of the file. So a file pays for
    what is read again: it has ``MAX_ROW_BYTES`` to begin with and earns each byte that is read for the first time. A
    record of new lines is thus never cut below that size, and the work stays in proportion to the file.
    """

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._fresh: Line | None = None
        # What may be read again, as bytes: an object for each of a million short lines would take far more.
        self._buffer = io.BytesIO()
        self._number = 1
        self._second = (0, 0)
        self._budget = MAX_ROW_BYTES
        self.error: str | None = None

    def peek(self) -> Line | None:
        """The next line, left in its place."""
        at = self._buffer.tell()
        if data := self._buffer.readline():
            self._buffer.seek(at)
            return Line(self._number, data)
        if self._fresh is None and (line := next(self._lines, None)) is not None:
            self._fresh = line
        return self._fresh

    def skip(self) -> None:
        """Drops the line that ``peek`` gave, which is too long to be kept."""
        self._fresh = None
        self._number += 1

    def record(self) -> Iterator[str]:
        """The next lines as text, as far as one record may reach; ``error`` tells whether they were valid UTF-8."""
        self.error = None
        self._forget()
        size = taken = 0
        while (line := self.peek()) is not None and line.data is not None:
            size += len(line.data)
            earned = len(line.data) if line is self._fresh else 0
            affordable = taken < FREE_LINES or size <= self._budget + earned
            if taken and not (affordable and size <= MAX_ROW_BYTES):
                return
            self._take(line.data, fresh=line is self._fresh)
            taken += 1
            if taken == 1:
                self._second = self._buffer.tell(), self._number
            text, error = decode(line.data)
            self.error = self.error or error
            yield text

    def give_back_all_but_first(self) -> None:
        """Goes back to the second line of the last record; its first is dealt with."""
        at, self._number = self._second
        self._budget = max(0, self._budget - (self._buffer.tell() - at))
        self._buffer.seek(at)

    def _take(self, data: bytes, *, fresh: bool) -> None:
        self._number += 1
        if fresh:
            self._buffer.write(data)  # at its end, or the line would have come out of it
            self._budget += len(data)
            self._fresh = None
        else:
            self._buffer.seek(len(data), io.SEEK_CUR)

    def _forget(self) -> None:
        """Drops what lies before the next line, though not at every line, so that little is copied."""
        at = self._buffer.tell()
        if at > MAX_ROW_BYTES or at == self._buffer.getbuffer().nbytes:
            self._buffer = io.BytesIO(self._buffer.read())
