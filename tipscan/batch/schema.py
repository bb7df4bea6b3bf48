"""The columns of a scored row and their Arrow types."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from tipscan.batch.rows import Row
from tipscan.finding import Finding
from tipscan.indicators.taxonomy import SCHEMES

#: One scored row: column -> value, nested values as plain dicts and lists.
Scored = dict[str, Any]

#: The columns every output has, in order; ``text`` follows when it is asked for.
COLUMNS: Final = (
    "id",
    "risk",
    "decision",
    "harm",
    "schemes",
    "recruits",
    "assessment",
    "indicators",
    "contacts",
    "money",
    "facts",
    "shadow",
    "language",
    "language_confidence",
    "tier",
    "model",
    "rules",
    "error",
)
TEXT_COLUMN: Final = "text"
LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def scored_row(row: Row, finding: Finding, *, with_text: bool) -> Scored:
    """The output row, its keys in the order of ``COLUMNS``."""
    values = finding.to_dict()
    scored = {"id": row.id} | {name: values[name] for name in COLUMNS[1:]}
    return scored | {TEXT_COLUMN: row.text} if with_text else scored


def arrow_schema(columns: Sequence[str]) -> Any:
    """The declared Arrow schema (a ``pyarrow.Schema``) of these columns.

    Ids and the values of facts are strings in every file, whatever they were in the input, so that files can be
    joined.
    """
    import pyarrow as pa

    types = _arrow_types(pa)
    return pa.schema([pa.field(name, types[name]) for name in columns])


def arrow_batch(rows: Sequence[Scored], schema: Any) -> Any:
    """Scored rows as a ``pyarrow.RecordBatch`` of ``arrow_schema``."""
    import pyarrow as pa

    plain = [_arrow_row(row) for row in rows]
    try:
        return pa.RecordBatch.from_pylist(plain, schema=schema)
    except UnicodeEncodeError:
        return pa.RecordBatch.from_pylist([well_formed(row) for row in plain], schema=schema)


def well_formed(value: Any) -> Any:
    """Every lone surrogate, which nothing in UTF-8 can hold, becomes one U+FFFD, so that spans stay true."""
    if isinstance(value, str):
        return LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {name: well_formed(item) for name, item in value.items()}
    return type(value)(map(well_formed, value)) if isinstance(value, list | tuple) else value


def _arrow_row(row: Scored) -> Scored:
    facts = {name: fact | {"value": str(fact["value"])} for name, fact in row["facts"].items()}
    identity = None if row["id"] is None else str(row["id"])
    return row | {"id": identity, "assessment": list(row["assessment"].items()), "facts": list(facts.items())}


def _arrow_types(pa: Any) -> dict[str, Any]:
    string, real = pa.string(), pa.float64()
    span = [("start", pa.int32()), ("end", pa.int32())]
    text_names = ("id", "decision", "harm", "language", "tier", "rules", "error", TEXT_COLUMN)
    reals = dict.fromkeys(("risk", "recruits", "language_confidence"), real)
    indicator = [("code", string), *span, ("text", string), ("rule", string), ("strength", string)]
    indicators = pa.list_(pa.struct([*indicator, ("weight", real), ("source", string)]))
    contact = [("kind", string), ("value", string), ("normalized", string), *span]
    money = [("amount", real), ("currency", string), ("period", string), ("role", string), *span]
    dimension = [("strong", pa.int32()), ("medium", pa.int32()), ("weak", pa.int32()), ("positive", pa.bool_())]
    nested = {
        "schemes": pa.struct([(code, real) for code in SCHEMES]),
        "assessment": pa.map_(string, pa.struct(dimension)),
        "indicators": indicators,
        "shadow": indicators,
        "contacts": pa.list_(pa.struct(contact)),
        "money": pa.list_(pa.struct(money)),
        "facts": pa.map_(string, pa.struct([("value", string), *span])),
        "model": pa.struct([("name", string), ("version", string), ("sha256", string)]),
    }
    return dict.fromkeys(text_names, string) | reals | nested
