"""Every output format gives back what was written, nested values included."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fakes import FakeScanner
from hypothesis import given, settings
from hypothesis import strategies as st

from tipscan.batch.rows import Row, read_rows
from tipscan.batch.schema import COLUMNS, arrow_schema, scored_row
from tipscan.batch.writers import OutputFormat, open_writer, output_format_of, to_json
from tipscan.errors import InputError
from tipscan.indicators.taxonomy import SCHEMES

ALL = (*COLUMNS, "text")


def scored(text: str | None, row_id: str | int | None = "x") -> dict[str, Any]:
    return scored_row(Row(1, row_id, text, None, "a", 1), FakeScanner().scan(text), with_text=True)


def written(output_format: OutputFormat, *batches: list[dict[str, Any]]) -> bytes:
    stream = io.BytesIO()
    writer = open_writer(stream, output_format, ALL)
    for batch in batches:
        writer.write(batch)
    writer.close()
    return stream.getvalue()


def test_the_columns_are_those_of_the_contract() -> None:
    """The contract's columns in its order; ours stand after ``schemes`` and after ``facts``."""
    contract = "id risk decision harm schemes indicators contacts money facts language language_confidence tier model"
    added = ("recruits", "assessment", "shadow")
    assert [name for name in COLUMNS if name not in added] == [*contract.split(), "rules", "error"]
    assert tuple(scored("hello")) == ALL
    assert COLUMNS[4:7] == ("schemes", "recruits", "assessment")
    assert COLUMNS[10:12] == ("facts", "shadow")


def test_jsonl_gives_back_the_row() -> None:
    """One line of JSON a row, equal to the row."""
    rows = [scored("hello"), scored(None), scored("ក\u2028", 7)]
    lines = written("jsonl", rows[:1], rows[1:]).split(b"\n")
    assert [json.loads(line) for line in lines[:-1]] == rows
    assert lines[-1] == b""


def test_jsonl_escapes_what_utf8_cannot_hold() -> None:
    """A line with a lone surrogate is ASCII and reads back with it; other lines keep their script."""
    row = scored("a\ud83dក")
    line = written("jsonl", [row])
    assert line.isascii()
    assert json.loads(line) == row
    assert "ក".encode() in written("jsonl", [scored("ក")])


def test_csv_gives_back_the_row() -> None:
    """Plain values as they are, nested ones as JSON, None as an empty field."""
    rows = [scored('say "hi",\r\nflag'), scored(None), scored("=1+1\0", 7)]
    header, *found = csv.reader(io.StringIO(written("csv", rows).decode(), newline=""))
    assert tuple(header) == ALL
    nested = {"schemes", "assessment", "indicators", "contacts", "money", "facts", "model"}
    for row, cells in zip(rows, found, strict=True):
        for name, cell in zip(ALL, cells, strict=True):
            if name in nested:
                assert json.loads(cell) == row[name]
            else:
                assert cell == ("" if row[name] is None else str(row[name]))


def test_parquet_has_the_declared_types() -> None:
    """The file's schema is the declared one: structs, lists of structs and a map, not text."""
    schema = pq.read_schema(io.BytesIO(written("parquet", [scored("hello")])))
    assert schema.equals(arrow_schema(ALL))
    assert [field.name for field in schema.field("schemes").type] == list(SCHEMES)
    span = [("start", pa.int32()), ("end", pa.int32())]
    assert schema.field("facts").type == pa.map_(pa.string(), pa.struct([("value", pa.string()), *span]))
    assert schema.field("money").type.value_type.field("amount").type == pa.float64()


def test_parquet_gives_back_the_row() -> None:
    """Nested values come back equal; ids and values of facts as strings."""
    rows = [scored("hello flag", 7), scored("second", None)]
    found = pq.read_table(io.BytesIO(written("parquet", rows[:1], rows[1:]))).to_pylist(maps_as_pydicts="strict")
    facts = {"age_min": {"value": "18", "start": 0, "end": 4}, "sector": {"value": "domestic", "start": 0, "end": 4}}
    assert found == [rows[0] | {"facts": facts, "id": "7"}, rows[1] | {"facts": facts}]


def test_parquet_of_a_row_with_an_error() -> None:
    """No score is null, in each scheme too; lists are empty."""
    (found,) = pq.read_table(io.BytesIO(written("parquet", [scored(None)]))).to_pylist()
    assert (found["risk"], found["error"], found["indicators"], found["facts"]) == (None, "missing", [], [])
    assert found["schemes"] == dict.fromkeys(SCHEMES)


@pytest.mark.parametrize("output_format", ["csv", "parquet"])
def test_a_lone_surrogate_keeps_its_place(output_format: OutputFormat) -> None:
    """In a plain cell it becomes one U+FFFD, so that the spans stay true."""
    data = written(output_format, [scored("a\ud83db\udc00\ud83d")])
    if output_format == "csv":
        (row,) = csv.DictReader(io.StringIO(data.decode(), newline=""))
        text = row["text"]
    else:
        (row,) = pq.read_table(io.BytesIO(data)).to_pylist()
        text = row["text"]
        assert row["indicators"][0]["text"] == text[0:4]
    assert text == "a\ufffdb\ufffd\ufffd"


@pytest.mark.parametrize("output_format", ["jsonl", "csv", "parquet"])
def test_no_rows(output_format: OutputFormat) -> None:
    """Without rows a file has its header or schema and nothing else."""
    data = written(output_format)
    if output_format == "parquet":
        assert pq.read_table(io.BytesIO(data)).num_rows == 0
    else:
        assert data == ((",".join(ALL) + "\r\n").encode() if output_format == "csv" else b"")


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), min_size=1))
def test_the_output_is_an_input(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    """Output written with texts is read back, in every format, with the same ids and texts."""
    folder = tmp_path_factory.mktemp("out")
    rows = [scored(text, str(number)) for number, text in enumerate(texts)]
    for output_format in ("jsonl", "csv", "parquet"):
        path = folder / f"a.{output_format}"
        path.write_bytes(written(output_format, rows))
        assert [(row.id, row.text) for row in read_rows([str(path)])] == [(row["id"], row["text"]) for row in rows]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("a.jsonl", "jsonl"), ("a.ndjson", "jsonl"), ("A.CSV", "csv"), ("a.parquet", "parquet"), (None, "jsonl")],
)
def test_format_by_name(name: str | None, expected: str) -> None:
    """The ending tells the format; standard output is JSON lines."""
    assert output_format_of(None if name is None else Path(name)) == expected


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a", "a.txt"])
def test_unclear_name(name: str) -> None:
    """A name that does not tell is an error, not a guess."""
    with pytest.raises(InputError, match="the format is not clear, add --output-format jsonl, csv or parquet"):
        output_format_of(Path(name))


@given(st.recursive(st.none() | st.floats(allow_nan=False) | st.text("aក\u2028\n\ud83d"), st.lists))
def test_json_always_encodes(value: object) -> None:
    """Any value, lone surrogates included, is one line of UTF-8 that reads back equal."""
    line = to_json(value)
    assert json.loads(line.encode("utf-8")) == value
    assert "\n" not in line
