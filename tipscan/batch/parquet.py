"""Rows of a Parquet file; pyarrow is imported on first use."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat
from typing import Any, BinaryIO

from tipscan.batch.columns import ROW_NUMBER, Columns, Record
from tipscan.errors import InputError

_BATCH_ROWS = 256


def read_parquet(stream: BinaryIO, columns: Columns) -> Iterator[Record]:
    """Only the two columns are read, a few hundred rows at a time; ``line`` is the row within the file.

    Raises:
        InputError: Not a Parquet file, or a damaged one.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(stream)
        text, identity = columns.choose(file.schema_arrow.names)
        for line, (value, row_id) in enumerate(_pairs(file, text, identity), 1):
            yield record_of(line, value, row_id)
    except (pa.ArrowException, ValueError, KeyError, OverflowError) as error:  # odd times, a name that stands twice
        raise InputError(f"not a readable Parquet file ({type(error).__name__})") from None


def _pairs(file: Any, text: str, identity: str | None) -> Iterator[tuple[object, object]]:
    for batch in file.iter_batches(_BATCH_ROWS, columns=[text] if identity is None else [text, identity]):
        ids = repeat(ROW_NUMBER) if identity is None else values_of(batch.column(identity))
        yield from zip(values_of(batch.column(text)), ids, strict=False)


def values_of(column: Any) -> Iterator[object]:
    """The values of an Arrow column; strings come as bytes: one that is not valid UTF-8 would cost the whole batch."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        column = column.cast(pa.large_binary())
    return iter(column.to_pylist())


def record_of(line: int, value: object, row_id: object) -> Record:
    """The record of a row read from Arrow."""
    if isinstance(row_id, bytes):
        try:
            name = row_id.decode("utf-8")
        except UnicodeDecodeError:
            name = row_id.hex()  # other bytes, another id
        row_id = name
    if isinstance(value, bytes):
        try:
            value = value.decode("utf-8")
        except UnicodeDecodeError:
            return Record(line, id=row_id, error="bad_encoding")
    return Record(line, value, row_id)
