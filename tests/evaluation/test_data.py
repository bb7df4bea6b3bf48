"""What is measured on what: slices of the frozen texts, and their identity."""

from __future__ import annotations

from typing import Any

import numpy as np

from evaluation.data import TEST_BATCH, corpus_rows, digest, frozen, read_rows, slices, twins

CORPUS = corpus_rows()


def row(number: int, **changed: Any) -> dict[str, Any]:
    base = {
        "id": f"r{number}",
        "text": f"text {number}",
        "lang": "en",
        "label": 0,
        "source": "corpus",
        "weak": False,
        "pair": None,
        "subtle": False,
        "obfuscated": False,
        "schemes": [],
        "register": "advert",
    }
    return base | changed


ROWS = [
    row(0, label=1, pair="p", subtle=True, schemes=["advance_fee"]),
    row(1, pair="p"),
    row(2, label=1, schemes=["task_scam"], lang="th", obfuscated=True),
    row(3, lang="th"),
    row(4, source="board"),
    row(5, source="telegram", weak=True, label=1, lang="ru"),
    row(6, source="comments", lang="ru"),
    row(7, source="emscad", label=1),
    row(8, source="emscad"),
]


def members(kind: str, name: str) -> list[int]:
    return np.flatnonzero(slices(ROWS)[kind][name]).tolist()


def test_slices_hold_the_texts_their_name_says() -> None:
    """Authored and public texts apart, a scheme's lures with all ordinary texts, weak labels beside their language."""
    assert members("set", "batch two") == [0, 1, 2, 3]
    assert members("set", "batch two, twins") == [0, 1]
    assert members("set", "public: emscad") == [7, 8]
    assert members("set", "weak labels: telegram") == [5, 6]
    assert members("language", "th") == [2, 3]
    assert members("scheme", "task_scam") == [1, 2, 3]
    assert members("form", "subtle") == [0, 1, 3]
    assert members("form", "obfuscated") == [2]
    assert "public: board" not in slices(ROWS)["set"]


def test_twins_are_whole_pairs() -> None:
    """Each pair as (place of the lure, place of its twin); a text alone is no pair."""
    assert twins(ROWS) == [(0, 1)]
    assert twins(ROWS[1:]) == []


def test_the_frozen_texts_are_the_test_batch_without_the_shared_data() -> None:
    """Without public data, batch two and nothing else; its twins are whole."""
    chosen = frozen(read_rows(None))
    assert {one["batch"] for one in chosen} == {TEST_BATCH}
    assert len(chosen) == sum(one["batch"] == TEST_BATCH for one in CORPUS) == 2800
    assert len(twins(chosen)) == sum(one["pair"] is not None for one in chosen) // 2


def test_a_digest_names_texts_and_labels() -> None:
    """Order does not matter; a changed text or label does."""
    assert digest(ROWS) == digest(ROWS[::-1])
    assert digest(ROWS) != digest([*ROWS[:-1], ROWS[-1] | {"label": 1}])
    assert digest(ROWS) != digest([*ROWS[:-1], ROWS[-1] | {"text": "other"}])
