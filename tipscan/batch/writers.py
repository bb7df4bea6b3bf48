"""Scored rows as JSON lines, CSV or Parquet."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, Protocol

from tipscan.batch.schema import LONE_SURROGATE, Scored, arrow_batch, arrow_schema, well_formed
from tipscan.errors import InputError

OutputFormat = Literal["jsonl", "csv", "parquet"]

#: Bytes in memory of a row group of Parquet. The writer keeps the place of every column of every group until the end.
ROW_GROUP_BYTES: Final = 16 * 1024 * 1024

_FORMATS: Final[dict[str, OutputFormat]] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
}


class Writer(Protocol):
    """Takes rows in order; ``close``, also after an error, finishes the content and leaves the stream open."""

    def write(self, rows: Sequence[Scored]) -> None: ...
    def close(self) -> None: ...


def output_format_of(output: Path | None) -> OutputFormat:
    """The format a name stands for; JSON lines on standard output (None).

    Raises:
        InputError: The name does not tell.
    """
    named = "jsonl" if output is None else _FORMATS.get(output.suffix.lower())
    if named is None:
        raise InputError(f"{output}: the format is not clear, add --output-format jsonl, csv or parquet")
    return named


def open_writer(stream: BinaryIO, output_format: OutputFormat, columns: Sequence[str]) -> Writer:
    """A writer of these columns to a stream."""
    if output_format == "csv":
        return _CsvWriter(stream, columns)
    return _ParquetWriter(stream, columns) if output_format == "parquet" else _JsonlWriter(stream)


def to_json(value: Any) -> str:
    """JSON on one line; escaped where lone surrogates could not be encoded as UTF-8."""
    line = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return json.dumps(value, separators=(",", ":")) if LONE_SURROGATE.search(line) else line


class _JsonlWriter:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, rows: Sequence[Scored]) -> None:
        self._stream.writelines(f"{to_json(row)}\n".encode() for row in rows)

    def close(self) -> None:
        pass


class _CsvWriter:
    """RFC 4180 with a header; nested values are JSON, None is an empty field."""

    def __init__(self, stream: BinaryIO, columns: Sequence[str]) -> None:
        self._csv = csv.writer(_Utf8(stream))
        self._csv.writerow(columns)

    def write(self, rows: Sequence[Scored]) -> None:
        self._csv.writerows(map(_cell, row.values()) for row in rows)

    def close(self) -> None:
        pass


class _Utf8:
    """Takes text for a byte stream; unlike ``io.TextIOWrapper`` it does not close the stream with itself."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(text.encode())


class _ParquetWriter:
    """Row groups of about ``ROW_GROUP_BYTES``, whatever comes in one call of ``write``."""

    def __init__(self, stream: BinaryIO, columns: Sequence[str]) -> None:
        self._schema = arrow_schema(columns)
        self._waiting: list[Any] = []
        self._size = 0
        import pyarrow.parquet as pq

        self._parquet = pq.ParquetWriter(stream, self._schema, compression="zstd")

    def write(self, rows: Sequence[Scored]) -> None:
        batch = arrow_batch(rows, self._schema)
        self._waiting.append(batch)
        self._size += batch.nbytes
        if self._size >= ROW_GROUP_BYTES:
            self._write_group()

    def close(self) -> None:
        try:
            self._write_group()
            self._parquet.close()
        except BaseException:
            self._parquet.is_open = False  # or it tries once more when it is collected, and complains on the terminal
            raise

    def _write_group(self) -> None:
        import pyarrow as pa

        if self._waiting:
            table = pa.Table.from_batches(self._waiting)
            self._parquet.write_table(table, row_group_size=max(1, table.num_rows))
        self._waiting, self._size = [], 0


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return well_formed(value)
    return to_json(value) if isinstance(value, dict | list) else value
