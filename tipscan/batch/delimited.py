"""Comma- and tab-separated rows, read so that one broken quote costs one row and not the rest of the file.

The first row is the header. Blank lines hold no row. A row with fewer fields than the header lacks its last ones; a
row with more is a ``bad_row``, because a part of its text would be lost. Quotes follow RFC 4180: a record that does
not is rejected as its first line alone, and reading goes on with the next line.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import BinaryIO, Final

from tipscan.batch.columns import ROW_NUMBER, Columns, Record
from tipscan.batch.lines import MAX_ROW_BYTES, Line, bounded_lines, decode
from tipscan.errors import InputError

#: A record may span this many lines, which bounds the search for the end of a quote that never ends.
MAX_RECORD_LINES: Final = 2_000


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
    """Lines for one record after another; those of a record that failed can be read again."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._waiting: deque[Line] = deque()
        self._taken: list[Line] = []
        self.error: str | None = None

    def peek(self) -> Line | None:
        """The next line, left in its place."""
        if not self._waiting:
            self._waiting.extend(islice(self._lines, 1))
        return self._waiting[0] if self._waiting else None

    def skip(self) -> None:
        """Drops the line that ``peek`` gave."""
        self._waiting.popleft()

    def record(self) -> Iterator[str]:
        """The next lines as text, as far as one record may reach; ``error`` tells whether they were valid UTF-8."""
        self._taken, self.error = [], None
        size = 0
        while len(self._taken) < MAX_RECORD_LINES and (line := self.peek()) is not None and line.data is not None:
            size += len(line.data)
            if size > MAX_ROW_BYTES:
                return
            self._taken.append(self._waiting.popleft())
            text, error = decode(line.data)
            self.error = self.error or error
            yield text

    def give_back_all_but_first(self) -> None:
        """Puts the lines of the last record back, except its first, which is then dealt with."""
        self._waiting.extendleft(reversed(self._taken[1:]))
