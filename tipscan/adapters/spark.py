"""Spark: a data frame of texts -> a data frame of scored rows.

tipscan has to be installed on the workers; the model ships inside it. Each Python worker of Spark loads it once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from tipscan.adapters.arrow import output_schema, scored_batches
from tipscan.adapters.options import Options, scanner_of
from tipscan.batch.columns import Columns
from tipscan.errors import MissingExtraError

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql import DataFrame


def scan_dataframe(df: DataFrame, text_column: str, id_column: str | None = None, **options: Any) -> DataFrame:
    """One scored row for each row, with the columns of ``tipscan scan``, nested ones as real nested types.

    Args:
        df: Any Spark data frame.
        text_column: Column with the texts.
        id_column: Column with the ids; without it the column ``id``, else Spark's ``monotonically_increasing_id``.
        options: Those of ``Scanner``, ``packs`` among them, whose texts travel to the workers. ``threads`` is 1 unless
            given: Spark runs one Python worker a core.

    Raises:
        InputError: No such column.
        MissingExtraError: PySpark is not installed.
        PackError: A rule pack of your own has faults.
    """
    try:
        from pyspark.sql import functions
        from pyspark.sql.pandas.types import from_arrow_schema
    except ImportError:
        raise MissingExtraError("pyspark", "spark") from None

    text, identity = Columns(text_column, id_column).choose(df.columns)
    ids = functions.monotonically_increasing_id() if identity is None else functions.col(_quoted(identity))
    chosen = df.select(functions.col(_quoted(text)).alias("text"), ids.alias("id"))
    scan = partial(_scan, options=Options.of(**{"threads": 1} | options).pinned())
    return chosen.mapInArrow(scan, from_arrow_schema(output_schema()))


def _scan(batches: Iterable[pa.RecordBatch], *, options: Options) -> Iterator[pa.RecordBatch]:
    return scored_batches(batches, Columns("text", "id"), scanner_of(options))


def _quoted(name: str) -> str:
    """The column of exactly this name, dots and all."""
    return f"`{name.replace('`', '``')}`"
