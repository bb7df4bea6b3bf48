"""A second annotator beside the writers."""

from __future__ import annotations

from typing import Any

import pytest

from evaluation.agreement import compare, second_labels
from evaluation.data import TEST_BATCH, corpus_rows


def row(name: str, label: int, **changed: Any) -> dict[str, Any]:
    return {"id": name, "lang": "en", "label": label, "recruits": True, "pair": None} | changed


ROWS = [
    row("a", 1, pair="p"),
    row("b", 0, pair="p"),
    row("c", 1),
    row("d", 0, recruits=False),
    row("e", 0, lang="th"),
]
SAID = {
    "a": {"label": 1, "recruits": 1, "unclear": 0},
    "b": {"label": 0, "recruits": 1, "unclear": 0},
    "c": {"label": 0, "recruits": 1, "unclear": 1},
    "d": {"label": 0, "recruits": 0, "unclear": 0},
    "e": {"label": 1, "recruits": 1, "unclear": 0},
}


def test_the_second_annotator_is_compared_and_read_as_a_detector() -> None:
    """One lure missed and one ordinary text named: recall 1/2, false positives 1/3, two of five labels differ."""
    found = compare(ROWS, SAID)
    assert (found["recall"], found["false_positive_rate"], found["twins_separated"]) == (0.5, 0.3333, 1.0)
    assert (found["label"]["differ"], found["recruits"]["differ"], found["unclear"]) == (2, 0, 1)
    assert found["recruits"]["alpha"] == 1.0
    # Three of five equal, where one half would be by chance: 1 - (2/5) / (2 * 2/5 * 3/5) by Cohen.
    assert found["label"]["kappa"] == pytest.approx(1 / 6, abs=1e-4)
    assert found["languages"]["th"]["label"]["differ"] == 1


def test_every_text_of_batch_two_has_a_second_label() -> None:
    """One each, of the values that there are."""
    second = second_labels()
    assert set(second) == {row["id"] for row in corpus_rows() if row["batch"] == TEST_BATCH}
    assert all(set(said) == {"label", "recruits", "unclear"} for said in second.values())
    assert {value for said in second.values() for value in said.values()} == {0, 1}
