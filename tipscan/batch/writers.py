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

_FORMATS: Final[dict[str, OutputFormat]] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".parquet": "parquet",
}


class Writer(Protocol):
    """Takes rows in order; ``close`` finishes the file's content and leaves the stream open."""

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
    """One row group per call of ``write``."""

    def __init__(self, stream: BinaryIO, columns: Sequence[str]) -> None:
        self._schema = arrow_schema(columns)
        import pyarrow.parquet as pq

        self._parquet = pq.ParquetWriter(stream, self._schema, compression="zstd")

    def write(self, rows: Sequence[Scored]) -> None:
        import pyarrow as pa

        self._parquet.write_table(pa.Table.from_batches([arrow_batch(rows, self._schema)]))

    def close(self) -> None:
        self._parquet.close()


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return well_formed(value)
    return to_json(value) if isinstance(value, dict | list) else value
