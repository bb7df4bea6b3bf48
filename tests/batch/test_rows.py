"""Rows of every format: nothing lost, nothing invented, every fault under its code."""

from __future__ import annotations

import gzip
import io
import json
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipscan.batch import lines
from tipscan.batch.rows import Row, read_rows
from tipscan.errors import InputError

Short = tuple[Any, str | None, str | None]


def write(path: Path, content: str | bytes) -> str:
    path.write_bytes(content.encode("utf-8", "surrogatepass") if isinstance(content, str) else content)
    return str(path)


def short(rows: list[Row]) -> list[Short]:
    """(id, text, error) of each row."""
    return [(row.id, row.text, row.error) for row in rows]


def read(path: Path, content: str | bytes, **options: Any) -> list[Short]:
    return short(list(read_rows([write(path, content)], **options)))


CSV_CASES: list[tuple[str, str | bytes, list[Short]]] = [
    ("plain", "id,text\n7,a\n8,b\n", [("7", "a", None), ("8", "b", None)]),
    ("no id column: numbered from 1", "text\na\nb\n", [(1, "a", None), (2, "b", None)]),
    ("no newline at the end", "id,text\n7,a", [("7", "a", None)]),
    ("CRLF", b"id,text\r\n7,a\r\n", [("7", "a", None)]),
    ("byte order mark", b"\xef\xbb\xbfid,text\n7,a\n", [("7", "a", None)]),
    ("header only", "id,text\n", []),
    ("no bytes", "", []),
    ("NUL is a character like others", b"id,text\n7,a\0b\n", [("7", "a\0b", None)]),
    ("line break in quotes", b'id,text\n7,"a\r\nb"\n8,c\n', [("7", "a\r\nb", None), ("8", "c", None)]),
    ("doubled quotes", 'id,text\n7,"say ""hi"""\n', [("7", 'say "hi"', None)]),
    ("blank lines hold no row", "id,text\n\n7,a\n\n", [("7", "a", None)]),
    ("empty field is a text of length 0", "id,text\n7,\n", [("7", "", None)]),
    ("too few fields: no text", "id,text\n7\n", [("7", None, "missing")]),
    ("too many fields: text would be cut", "id,text\n7,a,b\n", [("7", None, "bad_row")]),
    (
        "invalid UTF-8 costs its own row, not its id",
        b"id,text\n7,\xff\n8,b\n",
        [("7", None, "bad_encoding"), ("8", "b", None)],
    ),
    (
        "a quote that never ends costs its own row",
        'id,text\n7,"a\n8,b\n9,c\n',
        [(None, None, "bad_row"), ("8", "b", None), ("9", "c", None)],
    ),
    (
        "a quote that ends in the wrong row costs its own row",
        'id,text\n7,"a\n8,"b"\n9,c\n',
        [(None, None, "bad_row"), ("8", "b", None), ("9", "c", None)],
    ),
    ("semicolons of a decimal-comma spreadsheet", 'id;text\n7;"a;b"\n', [("7", "a;b", None)]),
    ("names in capitals", "ID,Text\n7,a\n", [("7", "a", None)]),
    ("earlier names of the list win", "body,text\nx,a\n", [(1, "a", None)]),
    ("duplicate ids stay", "id,text\n7,a\n7,b\n", [("7", "a", None), ("7", "b", None)]),
    ("longer than the default limit of the csv module", f"text\n{'x' * 200_000}\n", [(1, "x" * 200_000, None)]),
]


@pytest.mark.parametrize(("content", "expected"), [case[1:] for case in CSV_CASES], ids=[case[0] for case in CSV_CASES])
def test_csv(tmp_path: Path, content: str | bytes, expected: list[Short]) -> None:
    """Each CSV gives exactly these rows."""
    assert read(tmp_path / "a.csv", content) == expected


JSONL_CASES: list[tuple[str, str | bytes, list[Short]]] = [
    ("plain", '{"id": "x", "text": "a"}\n{"id": "y", "text": "b"}\n', [("x", "a", None), ("y", "b", None)]),
    ("whole numbers stay numbers", '{"id": 7, "text": "a"}', [(7, "a", None)]),
    ("other ids become JSON text", '{"id": [1, true], "text": "a"}', [("[1, true]", "a", None)]),
    ("no id column: numbered from 1", '{"text": "a"}\n{"text": "b"}\n', [(1, "a", None), (2, "b", None)]),
    ("an id that is not there is null", '{"id": 7, "text": "a"}\n{"text": "b"}', [(7, "a", None), (None, "b", None)]),
    ("blank lines hold no row", '\n{"text": "a"}\n \n\n', [(1, "a", None)]),
    ("broken JSON", '{"text": "a"}\n{"text": \n', [(1, "a", None), (2, None, "bad_row")]),
    ("broken JSON before the first object", '{"te\n{"id": 7, "text": "a"}', [(None, None, "bad_row"), (7, "a", None)]),
    ("nothing but broken JSON", "x\ny\n", [(1, None, "bad_row"), (2, None, "bad_row")]),
    ("JSON that is no object", '{"text": "a"}\n["b"]\n', [(1, "a", None), (2, None, "bad_row")]),
    ("null", '{"text": null}', [(1, None, "missing")]),
    ("absent", '{"text": "a"}\n{"id": 8}', [(None, "a", None), (8, None, "missing")]),
    ("the text column of later lines", '{"message": "a"}\n{"text": "b"}', [(1, None, "missing"), (2, "b", None)]),
    ("number", '{"text": 5}', [(1, None, "not_a_string")]),
    ("list", '{"text": ["a"]}', [(1, None, "not_a_string")]),
    ("false", '{"text": false}', [(1, None, "not_a_string")]),
    ("lone surrogate in an escape", r'{"text": "a\ud83d"}', [(1, "a\ud83d", None)]),
    ("paired surrogates are one character", r'{"text": "\ud83d\ude00"}', [(1, "\U0001f600", None)]),
    ("invalid UTF-8", b'{"id": 7, "text": "\xff"}', [(7, None, "bad_encoding")]),
    ("surrogate in the bytes", b'{"id": 7, "text": "\xed\xa0\xbd"}', [(7, None, "bad_encoding")]),
    ("nested too deep", '{"text": ' + "[" * 100_000, [(1, None, "bad_row")]),
    ("a number of 5,000 digits", '{"text": ' + "9" * 5_000 + "}", [(1, None, "bad_row")]),
    ("byte order mark and CRLF", b'\xef\xbb\xbf{"text": "a"}\r\n', [(1, "a", None)]),
    ("no bytes", "", []),
    ("a byte order mark alone", b"\xef\xbb\xbf", []),
]


@pytest.mark.parametrize(
    ("content", "expected"), [case[1:] for case in JSONL_CASES], ids=[case[0] for case in JSONL_CASES]
)
def test_jsonl(tmp_path: Path, content: str | bytes, expected: list[Short]) -> None:
    """Each file of JSON lines gives exactly these rows."""
    assert read(tmp_path / "a.jsonl", content) == expected


TXT_CASES: list[tuple[str, bytes, list[Short]]] = [
    ("one text a line", b"a\nb", [(1, "a", None), (2, "b", None)]),
    ("a last newline adds no row", b"a\n", [(1, "a", None)]),
    ("a blank line is a row", b"a\n\nb\n", [(1, "a", None), (2, "", None), (3, "b", None)]),
    ("CRLF", b"a\r\nb\r\n", [(1, "a", None), (2, "b", None)]),
    ("only LF ends a line", "a\u2028b\x0bc\x85\n".encode(), [(1, "a\u2028b\x0bc\x85", None)]),
    ("invalid UTF-8", b"a\n\xc3\x28\n", [(1, "a", None), (2, None, "bad_encoding")]),
    ("commas and quotes mean nothing", b'x,"y\n', [(1, 'x,"y', None)]),
    ("no bytes", b"", []),
]


@pytest.mark.parametrize(("content", "expected"), [case[1:] for case in TXT_CASES], ids=[case[0] for case in TXT_CASES])
def test_txt(tmp_path: Path, content: bytes, expected: list[Short]) -> None:
    """Each text file gives exactly these rows."""
    assert read(tmp_path / "a.txt", content) == expected


def test_tsv(tmp_path: Path) -> None:
    """Tabs separate, commas are text."""
    assert read(tmp_path / "a.tsv", "id\ttext\n7\ta, b\n") == [("7", "a, b", None)]


def test_parquet(tmp_path: Path) -> None:
    """Strings, null and ids of a Parquet file, with rows counted as lines."""
    table = pa.table({"id": [7, None, 9], "text": ["a", None, "ក"], "other": [0.5, 0.5, 0.5]})
    pq.write_table(table, tmp_path / "a.parquet")
    rows = list(read_rows([str(tmp_path / "a.parquet")]))
    assert short(rows) == [(7, "a", None), (None, None, "missing"), (9, "ក", None)]
    assert [row.line for row in rows] == [1, 2, 3]


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pa.array([b"a", b"\xff"], pa.binary()), [("a", None), (None, "bad_encoding")]),
        (
            pa.Array.from_buffers(pa.string(), 2, pa.array([b"a", b"\xff"], pa.binary()).buffers()),
            [("a", None), (None, "bad_encoding")],
        ),
        (pa.array(["a", "b"]).dictionary_encode(), [("a", None), ("b", None)]),
        (pa.array([5, 6]), [(None, "not_a_string"), (None, "not_a_string")]),
        (pa.array([["a"], None]), [(None, "not_a_string"), (None, "missing")]),
    ],
    ids=["bytes", "string with invalid UTF-8", "dictionary", "numbers", "lists"],
)
def test_parquet_column_types(tmp_path: Path, column: pa.Array, expected: list[tuple[str | None, str | None]]) -> None:
    """Whatever its type, the text column gives a text or a code for every row."""
    pq.write_table(pa.table({"text": column}), tmp_path / "a.parquet")
    rows = read_rows([str(tmp_path / "a.parquet")])
    assert [(row.text, row.error) for row in rows] == expected


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (pa.array([Decimal(12345), None], pa.decimal128(38, 0)), ["12345", None]),
        (pa.array([date(2026, 1, 2), None]), ["2026-01-02", None]),
        (pa.array([b"a", b"\xff\x01"], pa.binary()), ["a", "ff01"]),
        (pa.array([0.5, None]), ["0.5", None]),
    ],
    ids=["decimal", "date", "bytes", "float"],
)
def test_parquet_ids_say_what_stands_there(tmp_path: Path, column: pa.Array, expected: list[str | None]) -> None:
    pq.write_table(pa.table({"id": column, "text": ["a", "b"]}), tmp_path / "a.parquet")
    assert [row.id for row in read_rows([str(tmp_path / "a.parquet")])] == expected


def test_line_numbers_are_those_of_an_editor(tmp_path: Path) -> None:
    """``line`` is where a record starts, header, blank and continued lines counted."""
    path = write(tmp_path / "a.csv", 'text\n\n"a\nb"\nc\n')
    assert [row.line for row in read_rows([path])] == [3, 5]


def test_numbers_run_on_over_inputs(tmp_path: Path) -> None:
    """Without ids the second file goes on counting where the first ended."""
    first, second = write(tmp_path / "1.txt", "a\nb\n"), write(tmp_path / "2.jsonl", '{"text": "c"}')
    rows = [(row.number, row.id, row.source, row.line) for row in read_rows([first, second])]
    assert rows == [(1, 1, first, 1), (2, 2, first, 2), (3, 3, second, 1)]


@pytest.mark.parametrize(("name", "head"), [("a.txt", b""), ("a.csv", b"text\n"), ("a.jsonl", b'{"text": "a"}\n')])
def test_a_line_over_the_limit_is_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, head: bytes
) -> None:
    """A line over the limit is one row, ``too_long``, and the next row is whole."""
    monkeypatch.setattr(lines, "MAX_ROW_BYTES", 100)
    monkeypatch.setattr(lines, "_SKIPPED_AT_ONCE", 7)
    tail = b'{"text": "b"}\n' if name == "a.jsonl" else b"b\n"
    found = read(tmp_path / name, head + b"x" * 1000 + b"\n" + tail)
    assert [row[1:] for row in found[-2:]] == [(None, "too_long"), ("b", None)]


def test_a_line_is_never_in_memory_beyond_the_limit() -> None:
    """Of a line of 100 MB no more than the limit and a byte is asked for at once."""
    asked: list[int] = []

    class LongLine(io.BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            asked.append(size or 0)
            return b"x" * (size or 0) if sum(asked) < 100_000_000 else b""

    assert [line.data for line in lines.bounded_lines(LongLine())] == [None]
    assert max(asked) == lines.MAX_ROW_BYTES + 1


def test_gzip_and_zstandard(tmp_path: Path) -> None:
    """Compressed files read like plain ones, the format told by the inner ending."""
    (tmp_path / "a.csv.gz").write_bytes(gzip.compress(b"text\na\n"))
    with pa.output_stream(str(tmp_path / "a.jsonl.zst"), compression="zstd") as stream:
        stream.write(b'{"text": "b"}\n')
    rows = read_rows([str(tmp_path / "a.csv.gz"), str(tmp_path / "a.jsonl.zst")])
    assert [row.text for row in rows] == ["a", "b"]


@pytest.mark.parametrize("cut", [1, 12, -4])
def test_damaged_gzip(tmp_path: Path, cut: int) -> None:
    """A gzip file cut short is an InputError that names the file."""
    path = write(tmp_path / "a.txt.gz", gzip.compress(b"a\n" * 1000)[:cut])
    with pytest.raises(InputError, match=r"a\.txt\.gz: the compressed file is damaged or cut short"):
        list(read_rows([path]))


def test_globs_and_directories(tmp_path: Path) -> None:
    """Both give their files sorted by name; a directory leaves out hidden files, unknown endings and subfolders."""
    for name in ("b.txt", "a.txt", "c.csv.gz", ".hidden.txt", "notes.md"):
        write(tmp_path / name, gzip.compress(b"text\nc.csv.gz\n") if name.endswith("gz") else f"{name}\n")
    (tmp_path / "below").mkdir()
    write(tmp_path / "below" / "d.txt", "below\n")
    assert [row.text for row in read_rows([str(tmp_path)])] == ["a.txt", "b.txt", "c.csv.gz"]
    assert [row.text for row in read_rows([f"{tmp_path}/*.txt"])] == ["a.txt", "b.txt"]
    assert [row.text for row in read_rows([f"{tmp_path}/**/*.txt"])] == ["a.txt", "b.txt", "below"]


def stdin_of(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    stream = io.TextIOWrapper(io.BufferedReader(io.BytesIO(content)))  # type: ignore[type-var]
    monkeypatch.setattr(sys, "stdin", stream)


@pytest.mark.parametrize("content", [b'{"text": "a"}\n', b'\xef\xbb\xbf\n {"text": "a"}'])
def test_standard_input_that_begins_with_a_brace_is_jsonl(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    """JSON lines need no --input-format."""
    stdin_of(monkeypatch, content)
    assert [(row.text, row.source) for row in read_rows(["-"])] == [("a", "-")]


def test_standard_input_of_unclear_format(monkeypatch: pytest.MonkeyPatch) -> None:
    """CSV and plain lines look alike, so they have to be named."""
    stdin_of(monkeypatch, b"text\na\n")
    with pytest.raises(InputError, match="standard input: the format is not clear, add --input-format"):
        list(read_rows(["-"]))
    stdin_of(monkeypatch, b"text\na\n")
    assert [row.text for row in read_rows(["-"], input_format="csv")] == ["a"]


UNUSABLE: list[tuple[str, str | bytes, dict[str, Any], str]] = [
    ("a.csv", "id,wage\n1,2\n", {}, r"a\.csv: no text column, name it with --text-column; found: 'id', 'wage'$"),
    ("a.csv", "id,text\n1,2\n", {"text_column": "txet"}, r"no column 'txet'; found: 'id', 'text'$"),
    ("a.csv", "id,text\n1,2\n", {"id_column": "key"}, r"no column 'key'; found: 'id', 'text'$"),
    ("a.jsonl", '{"wage": 1}\n{"id": 2}\n', {}, r"no text column, name it with --text-column; found: 'wage', 'id'$"),
    ("a.txt", "a\n", {"text_column": "body"}, r"no column 'body'; found: 'text'$"),
    ("a.csv", b"\xff\xfei\0d\0", {}, r"a\.csv: the file is UTF-16: save it as UTF-8$"),
    ("a.csv", b'"id\n', {}, r"a\.csv: the header cannot be read \(bad_row\)$"),
    ("a.csv", b"id,\xff\n", {}, r"a\.csv: the header cannot be read \(bad_encoding\)$"),
    ("a.parquet", b"PAR1", {}, r"a\.parquet: not a readable Parquet file \(ArrowInvalid\)$"),
    ("a.dat", b"x", {}, r"a\.dat: the format is not clear, add --input-format"),
]


@pytest.mark.parametrize(("name", "content", "options", "message"), UNUSABLE)
def test_unusable_files(tmp_path: Path, name: str, content: str | bytes, options: dict[str, Any], message: str) -> None:
    """A file that cannot be used is an InputError that says why."""
    with pytest.raises(InputError, match=message):
        read(tmp_path / name, content, **options)


@pytest.mark.parametrize("advert", ["Kitchen helpers wanted at once and passport stays with us", "+66 81 234 5678"])
def test_a_text_in_place_of_a_header_is_not_shown(tmp_path: Path, advert: str) -> None:
    """The first line of a file without a header may be an advert, and stays out of the message."""
    with pytest.raises(InputError, match=rf"found: \(a name of {len(advert)} characters\)$"):
        read(tmp_path / "a.csv", f"{advert}\nx\n")


def test_missing_inputs(tmp_path: Path) -> None:
    """A path, a glob and a directory without files are told apart."""
    for given_path, message in (("no.csv", "no such file"), ("*.csv", "no such file"), ("", "holds no file with a")):
        with pytest.raises(InputError, match=message):
            read_rows([str(tmp_path / given_path)])


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(st.lists(texts))
def test_jsonl_gives_back_every_text(tmp_path_factory: pytest.TempPathFactory, expected: list[str]) -> None:
    """Any list of texts written as JSON lines is read back equal, escaped or not."""
    path = tmp_path_factory.mktemp("rows") / "a.jsonl"
    for ascii_only in (True, False):
        content = "".join(json.dumps({"text": text}, ensure_ascii=ascii_only) + "\n" for text in expected)
        assert read(path, content) == [(number, text, None) for number, text in enumerate(expected, 1)]


@given(st.lists(st.binary(max_size=30)))
def test_any_bytes_give_one_row_a_line(tmp_path_factory: pytest.TempPathFactory, content: list[bytes]) -> None:
    """Whatever the bytes, every line of a text file is a row with a text or an error, never both, never neither."""
    path = tmp_path_factory.mktemp("rows") / "a.txt"
    data = b"x\n" + b"".join(content)
    rows = read(path, data)
    assert len(rows) == data.count(b"\n") + (not data.endswith(b"\n"))
    assert all((text is None) != (error is None) for _, text, error in rows)


@given(st.sampled_from(["csv", "tsv", "jsonl", "parquet", "txt.gz", "csv.zst"]), st.binary(max_size=200))
def test_no_bytes_crash_a_reader(tmp_path_factory: pytest.TempPathFactory, ending: str, content: bytes) -> None:
    """Whatever a file holds, it is rows with a text or an error, or an InputError."""
    path = write(tmp_path_factory.mktemp("rows") / f"a.{ending}", content)
    try:
        rows = list(read_rows([path]))
    except InputError:
        rows = []
    assert all((row.text is None) != (row.error is None) for row in rows)


@given(st.lists(st.text('ab",\n\r', max_size=12), max_size=8))
def test_no_csv_stops_the_reader(tmp_path_factory: pytest.TempPathFactory, content: list[str]) -> None:
    """Whatever the quotes, a CSV is read to its end, each row starting on its own line, in order."""
    path = tmp_path_factory.mktemp("rows") / "a.csv"
    rows = list(read_rows([write(path, "id,text\n" + "\n".join(content) + "\nlast,row\n")]))
    assert (rows[-1].id, rows[-1].text) == ("last", "row")
    assert [row.line for row in rows] == sorted({row.line for row in rows})
