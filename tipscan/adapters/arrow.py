"""Arrow in, Arrow out: what Spark, Ray Data, Dask, DuckDB and Polars share.

reader = duckdb.sql("SELECT id, text FROM 'adverts.parquet'").to_arrow_reader()
scored = pa.RecordBatchReader.from_batches(output_schema(), scan_batches(reader, "text", "id"))
duckdb.sql("SELECT id, risk FROM scored WHERE decision = 'flag'")
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from tipscan.adapters.options import Options, scanner_of
from tipscan.batch.columns import ROW_NUMBER, Columns, Record
from tipscan.batch.parquet import record_of, values_of
from tipscan.batch.rows import numbered
from tipscan.batch.run import TextScanner, score
from tipscan.batch.schema import COLUMNS, arrow_batch, arrow_schema, scored_row

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH_ROWS: Final = 256


def output_schema() -> pa.Schema:
    """The declared schema of scored rows, that of ``tipscan scan -o out.parquet``."""
    return arrow_schema(COLUMNS)


def scan_batches(
    batches: Iterable[pa.RecordBatch], text_column: str, id_column: str | None = None, **options: Any
) -> Iterator[pa.RecordBatch]:
    """Scored rows of a stream of record batches, one for each row, in order, in flat memory.

    Args:
        batches: What an Arrow reader, a table's ``to_batches()`` or ``mapInArrow`` gives.
        text_column: Column with the texts; a row without a text carries its ``error``.
        id_column: Column with the ids, kept as strings; without it the column ``id``, else the number of the row.
        options: Those of ``Scanner``: model, tier, policy, languages, threads, redact, packs.

    Raises:
        InputError: A batch has no such column.
        PackError: A rule pack of your own has faults.
    """
    return scored_batches(batches, Columns(text_column, id_column), scanner_of(Options.of(**options)))


def scored_batches(
    batches: Iterable[pa.RecordBatch], columns: Columns, scanner: TextScanner
) -> Iterator[pa.RecordBatch]:
    """As :func:`scan_batches`, by a scanner at hand."""
    schema = output_schema()
    scored = score(numbered(_records(batches, columns)), scanner)
    while chunk := list(islice(scored, _BATCH_ROWS)):
        yield arrow_batch([scored_row(row, finding, with_text=False) for row, finding in chunk], schema)


def _records(batches: Iterable[pa.RecordBatch], columns: Columns) -> Iterator[tuple[str, Record]]:
    for batch in batches:
        text, identity = columns.choose(batch.schema.names)
        ids = [ROW_NUMBER] * batch.num_rows if identity is None else values_of(batch.column(identity))
        pairs = zip(values_of(batch.column(text)), ids, strict=True)
        yield from (("arrow", record_of(line, value, row_id)) for line, (value, row_id) in enumerate(pairs, 1))
