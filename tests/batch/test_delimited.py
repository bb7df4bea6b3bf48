"""Records of many lines are one row each, and quotes that never end cost neither rows nor time."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipscan.batch import delimited, lines
from tipscan.batch.rows import read_rows

ADVERT = "\n".join(f"passport line {n}, call 0812{n}" for n in range(2_100))
#: In such a line a quote opens at the end, whether one is open at its beginning or not.
ALWAYS_OPEN = b'x","y\n'

Found = list[tuple[Any, str | None, str | None]]


def read(path: Path, content: bytes) -> Found:
    path.write_bytes(content)
    return [(row.id, row.text, row.error) for row in read_rows([str(path)])]


def table(*rows: tuple[str, str], name: str = "a.csv") -> bytes:
    """Rows as a spreadsheet writes them."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter="\t" if name.endswith("tsv") else ",").writerows([("id", "text"), *rows])
    return stream.getvalue().encode()


@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
def test_a_record_of_thousands_of_lines_is_one_row(tmp_path: Path, name: str) -> None:
    """What a spreadsheet wrote comes back row for row, whatever the number of lines in a text."""
    rows = [("1", "cook wanted"), ("2", ADVERT), ("3", "\n" * 200_000), ("4", "waiter")]
    assert read(tmp_path / name, table(*rows, name=name)) == [(*row, None) for row in rows]


def test_lines_after_a_long_record_keep_their_numbers(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(table(("1", ADVERT)) + b'2,"open\n' + table(("3", ADVERT), ("4", "x"))[9:])
    assert [row.line for row in read_rows([str(tmp_path / "a.csv")])] == [2, 2102, 2103, 4203]


def test_a_quote_that_never_ends_costs_one_row_before_a_long_record(tmp_path: Path) -> None:
    """The lines it swallowed are read again, and a long record among them is whole."""
    rows = [(str(n), f"advert {n}") for n in range(5_000)]
    unquoted, quoted = table(*rows).removeprefix(b"id,text\r\n"), table(("long", ADVERT))
    found = read(tmp_path / "a.csv", quoted + b'open,"a\n' + unquoted + quoted.removeprefix(b"id,text\r\n"))
    whole: Found = [("long", ADVERT, None)]
    assert found == [*whole, (None, None, "bad_row"), *((*row, None) for row in rows), *whole]


def test_an_open_quote_is_given_up_at_the_limit_of_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record of ``MAX_ROW_BYTES`` is a row; of one byte more, its lines are read again as rows."""
    monkeypatch.setattr(delimited, "MAX_ROW_BYTES", 8)
    found = [(text, error) for _, text, error in read(tmp_path / "a.csv", b'text\n"a\nb\nc"\n"a\nb\ncd"\n')]
    assert found == [("a\nb\nc", None), (None, "bad_row"), ("b", None), ('cd"', None)]


@pytest.mark.parametrize("size", [0, 1])
def test_a_line_at_the_limit_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """The newline counts for nothing: a line as long as the limit is a row like others."""
    for module in ("delimited", "lines"):
        monkeypatch.setattr(f"tipscan.batch.{module}.MAX_ROW_BYTES", 20)
    text = "x" * (19 + size)
    assert read(tmp_path / "a.csv", f"text\n{text}\ny\n".encode()) == [(1, text, None), (2, "y", None)]


@pytest.mark.parametrize("filler", [b"", b"y" * 40])
def test_the_work_grows_with_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, filler: bytes) -> None:
    """Where every line opens a quote without an end, no line is read more than ``FREE_LINES`` times, and a few."""
    monkeypatch.setattr(delimited, "MAX_ROW_BYTES", 4_000)
    monkeypatch.setattr(delimited, "FREE_LINES", 5)
    read_lines = [0]

    def counted(data: bytes) -> tuple[str, str | None]:
        read_lines[0] += 1
        return lines.decode(data)

    monkeypatch.setattr(delimited, "decode", counted)
    work = []
    for count in (1_000, 2_000, 4_000):
        read_lines[0] = 0
        found = read(tmp_path / "a.csv", b"text\n" + (filler + ALWAYS_OPEN) * count)
        assert {error for _, _, error in found} == {"bad_row"}
        work.append(read_lines[0] / count)
    assert max(work) < 5 + 4
    assert work[2] <= work[0]


def test_a_long_record_after_a_spent_budget_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines that are new pay for themselves, so that broken ones before them cost only their own rows."""
    monkeypatch.setattr(delimited, "MAX_ROW_BYTES", 10_000)
    text = ADVERT[:9_000]
    content = b"id,text\n" + ALWAYS_OPEN * 3_000 + b"x,y\n" * 3_000 + table(("1", text))[9:]
    found = read(tmp_path / "a.csv", content)
    assert [error for *_, error in found] == ["bad_row"] * 3_000 + [None] * 3_001
    assert found[-2:] == [("x", "y", None), ("1", text, None)]


@given(st.lists(st.tuples(st.text("a\r\n,\"';", max_size=20), st.text("b\r\n,\"';", max_size=20)), max_size=12))
def test_whatever_csv_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    """Any fields, with quotes and line ends in them, come back row for row, even where nothing is left to pay with."""
    path = tmp_path_factory.mktemp("rows") / "a.csv"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delimited, "FREE_LINES", 0)
        assert read(path, table(*rows)) == [(*row, None) for row in rows]
