"""The committed corpus keeps the promises of its guidelines."""

from __future__ import annotations

import collections
import json
from pathlib import Path
from typing import Any

import pytest

from tipscan.entities import extract
from tipscan.indicators import SCHEMES, codes
from tipscan.text import normalize

CORPUS = sorted((Path(__file__).parent.parent / "training" / "corpus").glob("*.jsonl"))
Row = dict[str, Any]


def rows_of(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_form(path: Path) -> None:
    """Ids are unique, spans are tight and inside their text, codes are known, labels agree with one another."""
    rows = rows_of(path)
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert row["lang"] == path.stem
        assert row["authored"] is True and row["native_review"] is False
        assert set(row["schemes"]) <= set(SCHEMES)
        assert bool(row["schemes"]) is bool(row["label"])
        assert row["recruits"] or not row["label"]
        for span in row["indicators"]:
            quote = row["text"][span["start"] : span["end"]]
            assert quote and quote == quote.strip(), row["id"]
            assert span["code"] in codes()


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_twins_come_in_pairs(path: Path) -> None:
    """A pair is one deceptive and one benign text of one batch, and names its decisive facts."""
    pairs: dict[str, list[Row]] = collections.defaultdict(list)
    for row in rows_of(path):
        if row["pair"]:
            pairs[row["pair"]].append(row)
    for twins in pairs.values():
        assert sorted(row["label"] for row in twins) == [0, 1]
        assert len({row["batch"] for row in twins}) == 1
        assert all(row["facts"] for row in twins)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_contacts_are_invented(path: Path) -> None:
    """Every contact found is a reserved one: 555-01xx, example.com / .net / .org, a handle with "example"."""
    for row in rows_of(path):
        for contact in extract(normalize(row["text"]), row["lang"]).contacts:
            digits = "".join(char for char in contact.normalized if char.isdigit())
            mentioned = contact.kind == "other" and "_" not in contact.value  # "@Maria" in a comment is a person's name
            assert mentioned or "55501" in digits or "example" in contact.normalized.casefold(), row["id"]
