"""Rows of any input, one after another, in constant memory; a fault of a row is its ``error`` and stops nothing."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO, Final

from tipscan.batch.columns import ROW_NUMBER, Columns, Record
from tipscan.batch.delimited import read_csv, read_tsv
from tipscan.batch.lines import read_jsonl, read_txt
from tipscan.batch.parquet import read_parquet
from tipscan.batch.source import STDIN, InputFormat, Meter, Source, find_sources
from tipscan.errors import InputError

RowId = str | int | None

_READERS: Final[dict[InputFormat, Callable[[BinaryIO, Columns], Iterator[Record]]]] = {
    "csv": read_csv,
    "tsv": read_tsv,
    "jsonl": read_jsonl,
    "parquet": read_parquet,
    "txt": read_txt,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the input; ``text`` is None exactly when ``error``, a code of ``TEXT_ERRORS``, is set.

    ``number`` counts from 1 over all inputs, ``line`` within ``source`` (rows in Parquet). ``id`` is the row's own,
    None where it cannot be read; in a table without an id column it is ``number``.
    """

    number: int
    id: RowId
    text: str | None
    error: str | None
    source: str
    line: int


def read_rows(
    inputs: Iterable[str],
    *,
    text_column: str | None = None,
    id_column: str | None = None,
    input_format: InputFormat | None = None,
) -> Iterator[Row]:
    """All rows of files, globs, directories or ``-``, in order.

    Raises:
        InputError: A file is missing, unreadable or damaged, or has no such column.
    """
    return rows_of(find_sources(inputs, input_format), Columns(text_column, id_column))


def rows_of(sources: Iterable[Source], columns: Columns, meter: Meter | None = None) -> Iterator[Row]:
    """All rows of the sources, in order; see :func:`read_rows`. ``meter`` is told how far the reading is."""
    return numbered((source.path, record) for source in sources for record in _records(source, columns, meter))


def numbered(records: Iterable[tuple[str, Record]]) -> Iterator[Row]:
    """(source, record) as rows: numbered from 1, each with its text or the reason why it has none."""
    for number, (path, record) in enumerate(records, 1):
        error = record.error or _fault(record.value)
        text = record.value if error is None and isinstance(record.value, str) else None
        row_id = number if record.id is ROW_NUMBER else _plain_id(record.id)
        yield Row(number, row_id, text, error, path, record.line)


def _records(source: Source, columns: Columns, meter: Meter | None) -> Iterator[Record]:
    """Records of one source, every fault of the file told as an InputError that names it."""
    try:
        stream = source.open()
        if meter is not None:
            meter.begin(stream)
        if source.path == STDIN:
            yield from _READERS[source.format](stream, columns)
        else:
            with closing(stream):
                yield from _READERS[source.format](stream, columns)
        if meter is not None:
            meter.end()
    except InputError as error:
        raise InputError(f"{source.path}: {error}") from None
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise InputError(f"{source.path}: the compressed file is damaged or cut short") from None
    except OSError as error:
        raise InputError(f"{source.path}: {error.strerror or 'cannot be read'}") from None


def _fault(value: object) -> str | None:
    if value is None:
        return "missing"
    return None if isinstance(value, str) else "not_a_string"


def _plain_id(value: object) -> RowId:
    if value is None or (isinstance(value, str | int) and not isinstance(value, bool)):
        return value
    if isinstance(value, dict | list | bool | float):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)  # a date or a decimal number, as Parquet has them
