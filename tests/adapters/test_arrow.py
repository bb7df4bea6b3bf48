"""Record batches in, scored record batches out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes import FakeScanner
from tipscan import Scanner
from tipscan.adapters.arrow import output_schema, scan_batches, scored_batches
from tipscan.batch.columns import Columns
from tipscan.errors import InputError

LURE = "😀 The office keeps your passport. ការិយាល័យទុកលិខិតឆ្លងដែន"
FAST = {"tier": "fast", "threads": 1}


def test_rows_are_those_of_the_scanner() -> None:
    """Risk, decision and spans are those of ``scan``; a row without a text carries its error; ids become strings."""
    table = pa.table({"text": [LURE, None, "", "Cook wanted"], "nr": [7, 8, 9, None]})
    scored = pa.Table.from_batches(scan_batches(table.to_batches(2), "text", "nr", **FAST))
    assert scored.schema == output_schema()
    rows, finding = scored.to_pylist(), Scanner(**FAST).scan(LURE)
    assert [row["id"] for row in rows] == ["7", "8", "9", None]
    assert [row["error"] for row in rows] == [None, "missing", "empty", None]
    assert rows[0]["risk"] == round(finding.risk or 0, 6)
    assert rows[0]["indicators"] == [indicator.to_dict() for indicator in finding.indicators]
    for span in rows[0]["indicators"]:
        assert LURE[span["start"] : span["end"]] == span["text"]


@given(st.lists(st.lists(st.none() | st.text(max_size=6), max_size=40), max_size=6))
def test_no_row_is_lost_however_they_come(parts: list[list[str | None]]) -> None:
    """One row out for each row in, in order, whatever the sizes of the batches, empty ones among them."""
    batches = [pa.record_batch({"text": pa.array(part, pa.string())}) for part in parts]
    scored = [row for batch in scored_batches(batches, Columns("text"), FakeScanner()) for row in batch.to_pylist()]
    assert [row["id"] for row in scored] == [str(number) for number in range(1, sum(map(len, parts)) + 1)]
    missing = [text is None for part in parts for text in part]
    assert [row["error"] == "missing" for row in scored] == missing


def test_the_stream_is_read_as_it_is_used() -> None:
    """Of an endless stream, the first scored rows come."""

    def endless() -> Iterator[pa.RecordBatch]:
        while True:
            yield pa.record_batch({"advert": ["flag this"] * 100})

    first = next(scored_batches(endless(), Columns("advert"), FakeScanner()))
    assert set(first.column("decision").to_pylist()) == {"flag"}


@pytest.mark.parametrize("kind", [pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())])
def test_every_string_type_is_read(kind: pa.DataType) -> None:
    """Texts are texts, however Arrow holds them: Polars and DuckDB have types of their own."""
    texts = pa.array(["flag", "clear"]).cast(kind)
    [batch] = scored_batches([pa.record_batch({"text": texts})], Columns("text"), FakeScanner())
    assert batch.column("decision").to_pylist() == ["flag", "clear"]


def test_a_column_that_is_not_there() -> None:
    """The fault names the column asked for and those found."""
    with pytest.raises(InputError, match="no column 'texts'; found: 'text'"):
        next(scored_batches([pa.record_batch({"text": ["a"]})], Columns("texts"), FakeScanner()))


def test_duckdb_queries_the_scored_rows() -> None:
    """A query gives the rows, another reads the scored ones with their nested columns, and nothing is copied out."""
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE adverts AS SELECT range AS nr, 'The office keeps your passport' AS text FROM range(700)"
        )
        reader = connection.cursor().sql("SELECT * FROM adverts ORDER BY nr DESC").to_arrow_reader()
        scored = pa.RecordBatchReader.from_batches(output_schema(), scan_batches(reader, "text", "nr", **FAST))
        connection.register("scored", scored)
        query = "SELECT id, indicators[1].code FROM scored WHERE risk > 0"
        rows = connection.sql(query).fetchall()
    assert rows == [(str(number), "DOC.passport_kept") for number in reversed(range(700))]


TABLE = {"nr": [*range(60)], "text": [LURE, None, "ការិយាល័យទុកលិខិតឆ្លងដែន 😀", "Cook wanted, 18+"] * 15}


def test_polars_gives_and_takes_tables() -> None:
    """A frame's own batches go in, and a frame with nested columns comes out, equal to the local rows."""
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame(TABLE)
    batches = frame.select("nr", "text").to_arrow().to_batches()
    table = pa.Table.from_batches(scan_batches(batches, "text", "nr", **FAST), output_schema())
    scored = polars.from_arrow(table)
    assert scored["id"].to_list() == [str(number) for number in range(60)]
    local = local_rows()
    for name in ("risk", "decision", "indicators", "contacts", "schemes", "error"):
        assert scored[name].to_list() == [row[name] for row in local], name
    joined = frame.join(scored.with_columns(polars.col("id").cast(polars.Int64)), left_on="nr", right_on="id")
    assert joined.filter(polars.col("error") == "missing")["nr"].to_list() == [*range(1, 60, 4)]


@pytest.mark.filterwarnings("ignore")  # of what Dask and pandas plan to change
def test_dask_scores_partition_by_partition() -> None:
    """``map_partitions`` with a declared ``meta``: rows and order are the local ones, whatever the partitions."""
    pandas, frames = pytest.importorskip("pandas"), pytest.importorskip("dask.dataframe")
    kinds = pandas.ArrowDtype

    def scan(part: Any) -> Any:
        batches = pa.Table.from_pandas(part, preserve_index=False).to_batches()
        scored = pa.Table.from_batches(scan_batches(batches, "text", "nr", **FAST), output_schema())
        return scored.to_pandas(types_mapper=kinds)

    meta = output_schema().empty_table().to_pandas(types_mapper=kinds)
    adverts = frames.from_pandas(pandas.DataFrame(TABLE), npartitions=3)
    scored = adverts.map_partitions(scan, meta=meta).compute(scheduler="threads")
    table = pa.Table.from_pandas(scored, schema=output_schema(), preserve_index=False)
    assert table.to_pylist() == local_rows()


def local_rows() -> list[dict[str, Any]]:
    return pa.Table.from_batches(scan_batches(pa.table(TABLE).to_batches(), "text", "nr", **FAST)).to_pylist()
