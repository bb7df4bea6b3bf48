"""Rows of a findings file, as ``tipscan scan`` writes them, with their texts."""

from __future__ import annotations

import csv
import io
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, nullcontext
from typing import Any, BinaryIO, Final

from tipscan.batch.lines import MAX_ROW_BYTES
from tipscan.batch.rows import Row
from tipscan.batch.source import STDIN, find_sources
from tipscan.errors import InputError
from tipscan.redact import MASK

#: One row of findings: column -> value, nested values as plain dicts and lists.
Finding = dict[str, Any]

_REALS: Final = ("risk", "recruits", "language_confidence")
_NESTED: Final = ("schemes", "assessment", "indicators", "shadow", "contacts", "money", "facts", "model")
_PAIRS: Final = ("assessment", "facts")
#: Characters that stand for others in a findings file: contacts that were hidden, lone surrogates.
_STAND_INS: Final = f"{MASK}\ufffd"


def read_findings(path: str) -> Iterator[Finding]:
    """Rows of JSONL, CSV or Parquet files, compressed or not, or of standard input.

    Raises:
        InputError: A file cannot be read; the message names the place.
    """
    for source in find_sources([path]):
        if source.format not in _READERS:
            raise InputError(f"{source.path}: findings are JSONL, CSV or Parquet")
        try:
            stream = source.open()
            with nullcontext(stream) if source.path == STDIN else closing(stream):
                yield from _READERS[source.format](stream, source.path)
        except (OSError, EOFError, UnicodeDecodeError, csv.Error, zlib.error) as error:
            raise InputError(f"{source.path}: cannot be read ({type(error).__name__})") from None


def with_texts(findings: Iterable[Finding], rows: Iterable[Row]) -> Iterator[Finding]:
    """Findings with the texts they were found in, joined by id.

    Both are read along: where the findings are in the order of the input, few texts are in memory at a time.

    Raises:
        InputError: An id is not in the input, or the signs quote another text than the one there.
    """
    ahead, waiting = iter(rows), dict[str, str | None]()
    for finding in findings:
        key = _key(finding.get("id"))
        while key not in waiting and (row := next(ahead, None)) is not None:
            waiting[_key(row.id)] = row.text
        if key not in waiting:
            raise InputError(f"no text with the id {finding.get('id')}")
        text = waiting.pop(key)
        if text is not None:
            _check_quotes(finding, text)
        yield finding | {"text": text}


def _key(row_id: object) -> str:
    """An id as text; none and an empty one are the same, because CSV does not tell them apart."""
    return "" if row_id is None else str(row_id)


def _check_quotes(finding: Finding, text: str) -> None:
    for sign in finding.get("indicators", ()):
        found, quoted = text[sign["start"] : sign["end"]], sign["text"]
        if len(found) != len(quoted) or any(b not in (a, *_STAND_INS) for a, b in zip(found, quoted, strict=True)):
            raise InputError(f"the text with the id {finding['id']} is not the one that was scanned")


def _jsonl(stream: BinaryIO, path: str) -> Iterator[Finding]:
    for number, line in enumerate(stream, 1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError:
                row = None
            if not isinstance(row, dict) or "id" not in row:
                raise InputError(f"{path}, line {number}: not a row of findings")
            yield row


def _csv(stream: BinaryIO, path: str) -> Iterator[Finding]:
    csv.field_size_limit(max(MAX_ROW_BYTES, csv.field_size_limit()))
    lines = io.TextIOWrapper(stream, "utf-8-sig", newline="")
    try:
        reader = csv.DictReader(lines)
        for row in reader:
            try:
                yield _typed(row)
            except (ValueError, KeyError, TypeError):
                raise InputError(f"{path}, line {reader.line_num}: not a row of findings") from None
    finally:
        lines.detach()  # the stream is not ours to close


def _typed(row: dict[str, Any]) -> Finding:
    typed: Finding = {name: value or None for name, value in row.items()}
    typed |= {name: float(typed[name]) for name in _REALS if typed[name] is not None}
    return typed | {name: json.loads(typed[name]) for name in _NESTED}


def _parquet(stream: BinaryIO, path: str) -> Iterator[Finding]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        for batch in pq.ParquetFile(stream).iter_batches(256):
            for row in batch.to_pylist():
                yield row | {name: dict(row[name]) for name in _PAIRS}
    except (pa.ArrowException, KeyError) as error:
        raise InputError(f"{path}: not a Parquet file of findings ({type(error).__name__})") from None


_READERS: Final[dict[str, Callable[[BinaryIO, str], Iterator[Finding]]]] = {
    "jsonl": _jsonl,
    "csv": _csv,
    "parquet": _parquet,
}
