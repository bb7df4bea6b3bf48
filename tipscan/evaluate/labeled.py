"""Labeled rows of a file, read with the readers of ``scan``."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import Final

from tipscan.batch.rows import Row, RowId, read_rows
from tipscan.batch.source import InputFormat, find_sources
from tipscan.errors import InputError

#: What a label may be, letter case ignored; data frames write 1.0 where a column of numbers has gaps.
LABELS: Final = {
    **dict.fromkeys(("1", "1.0", "true", "yes", "lure", "deceptive"), True),
    **dict.fromkeys(("0", "0.0", "false", "no", "ordinary"), False),
}
_LONGEST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Example:
    """A row and what a person says of it; ``lure`` is None only where the row cannot be read (``error``)."""

    row: int
    id: RowId
    place: str
    lure: bool | None
    group: str | None
    error: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """A file of labeled texts and its columns; None for a column means what it means for ``scan``.

    It is read several times, one column beside the text at a time: labels first, so that a wrong one is told before
    hours of scoring.
    """

    path: str
    label_column: str
    text_column: str | None = None
    id_column: str | None = None
    group_column: str | None = None
    input_format: InputFormat | None = None

    def examples(self) -> list[Example]:
        """All rows without their texts.

        Raises:
            InputError: The file cannot be read, a column is not there, or a label is none; the message names the row.
        """
        if not all(source.rereadable for source in find_sources([self.path], self.input_format)):
            raise InputError(f"{self.path}: the file is read more than once, so it cannot be a pipe")
        labels = self._read(self.label_column)
        groups = repeat(None) if self.group_column is None else map(_name, self._read(self.group_column))
        return [
            Example(row.number, row.id, f"{row.source}, line {row.line}", _label(label), group, row.error)
            for row, label, group in zip(self.rows(), labels, groups, strict=False)
        ]

    def rows(self) -> Iterator[Row]:
        return self._read(self.id_column)

    def texts(self, numbers: Container[int]) -> dict[int, str]:
        """The texts of some rows, by row number."""
        return {row.number: row.text for row in self.rows() if row.number in numbers and row.text is not None}

    def _read(self, id_column: str | None) -> Iterator[Row]:
        """The rows, with any column one likes as their id: the readers give a plain value of whatever is there."""
        return read_rows([self.path], text_column=self.text_column, id_column=id_column, input_format=self.input_format)


def _label(row: Row) -> bool | None:
    if row.id is None and row.error is not None:
        return None
    value = str("" if row.id is None else row.id).strip()
    if value.lower() not in LABELS:
        # In a wrong column the value may be an advert.
        shown = repr(value) if len(value) <= _LONGEST_SHOWN else f"(a value of {len(value)} characters)"
        raise InputError(
            f"{row.source}, line {row.line}: the label {shown} is none of 1/0, true/false, yes/no, lure/ordinary, "
            "deceptive/ordinary"
        )
    return LABELS[value.lower()]


def _name(row: Row) -> str | None:
    return None if row.id is None else str(row.id)
