"""Which columns hold the text and the id, and the record every reader yields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from tipscan.errors import InputError

#: Names under which the text is looked for, in this order, letter case ignored.
TEXT_COLUMNS: Final = (
    "text",
    "advert",
    "advert_text",
    "ad",
    "ad_text",
    "message",
    "description",
    "job_description",
    "body",
    "content",
    "post",
)
#: Names under which the id is looked for, letter case ignored.
ID_COLUMNS: Final = ("id",)

#: Stands for the id of a record whose table has no id column.
ROW_NUMBER: Final = object()

#: In a file without a header the "names" are an advert: what is long or unlike a name is never shown.
_LONGEST_NAME_SHOWN = 40
_NAMES_SHOWN = 20
_LIKE_UNDERSCORE = str.maketrans(" -.", "___")


@dataclass(frozen=True, slots=True)
class Record:
    """One row as its reader found it: the line (in Parquet the row) in its file, the values as they are, the fault."""

    line: int
    value: object = None
    id: object = ROW_NUMBER
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns asked for; None means: look for one of the usual names."""

    text: str | None = None
    id: str | None = None

    def text_in(self, found: Iterable[str]) -> str | None:
        """The column that holds the text, None if there is none."""
        return _pick(self.text, TEXT_COLUMNS, found)

    def settled_by(self, found: Iterable[str]) -> bool:
        """Whether further names would change nothing: the first choice of both is there."""
        names = set(found)
        usual = (self.text, TEXT_COLUMNS[:1]), (self.id, ID_COLUMNS)
        return all(_pick(asked, first, names) is not None for asked, first in usual)

    def choose(self, found: Sequence[str]) -> tuple[str, str | None]:
        """The text column and, where the table has one, the id column.

        Raises:
            InputError: No text column, or not the id column asked for; the message names the columns found.
        """
        text = self.text_in(found)
        if text is None:
            wanted = f"no column {self.text!r}" if self.text else "no text column, name it with --text-column"
            raise InputError(f"{wanted}; found: {_shown(found)}")
        identity = _pick(self.id, ID_COLUMNS, found)
        if identity is None and self.id is not None:
            raise InputError(f"no column {self.id!r}; found: {_shown(found)}")
        return text, identity


def _pick(asked: str | None, usual: Sequence[str], found: Iterable[str]) -> str | None:
    if asked is not None:
        return asked if asked in found else None
    by_name = {name.strip().lower(): name for name in reversed(list(found))}
    return next((by_name[name] for name in usual if name in by_name), None)


def _shown(found: Sequence[str]) -> str:
    shown = [repr(name) if _is_name(name) else f"(a name of {len(name)} characters)" for name in found[:_NAMES_SHOWN]]
    return ", ".join(shown) + (f" and {len(found) - _NAMES_SHOWN} more" if len(found) > _NAMES_SHOWN else "")


def _is_name(name: str) -> bool:
    return len(name) <= _LONGEST_NAME_SHOWN and name.translate(_LIKE_UNDERSCORE).isidentifier()
