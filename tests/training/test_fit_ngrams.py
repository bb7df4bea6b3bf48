"""N-grams learn what tells lures from other texts, and little of who wrote them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tokenizers import Tokenizer

from tipscan.classify.bundle import shipped
from tipscan.classify.ngrams import NGrams
from training import ngrams

SIZE = 2**16
PLACES = "the harbour, a bakery, our hotel, some farm, this school, a clinic, your shop, one factory".split(", ")


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(shipped() / "accurate" / "tokenizer.json"))


def row(text: str, label: int, source: str) -> dict[str, Any]:
    return {"text": text, "label": label, "source": source, "weak": False}


def rows() -> list[dict[str, Any]]:
    """Authored texts say "ciao", half of them are lures and say "wuzzle"; public ones say "bonjour" and none is."""
    authored = [
        row(f"ciao, work at {place}{' wuzzle' * label}", label, "corpus") for place in PLACES for label in (0, 1)
    ]
    return authored * 5 + [row(f"bonjour, work at {place}", 0, "board") for place in PLACES] * 20


def gap(table: NGrams, one: str, other: str) -> float:
    return table.score(f"{one} work at the mill") - table.score(f"{other} work at the mill")


def test_what_tells_sources_apart_is_in_part_the_sources_own(
    tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a column for each source, the word of the source that has all the lures counts more."""
    with_columns = ngrams.fit(rows(), tokenizer, SIZE)
    monkeypatch.setattr(ngrams, "SOURCE", 0.0)
    without = ngrams.fit(rows(), tokenizer, SIZE)
    told = [gap(table, "ciao", "bonjour") / gap(table, "wuzzle", "") for table in (with_columns, without)]
    assert 0 < told[0] < 0.8 * told[1]


def test_weak_labels_count_for_nothing(tokenizer: Tokenizer) -> None:
    """A row with a weak label might not be there."""
    table = ngrams.fit(rows(), tokenizer, SIZE)
    again = ngrams.fit([*rows(), row("bonjour wuzzle", 0, "board") | {"weak": True}], tokenizer, SIZE)
    np.testing.assert_array_equal(again.weights, table.weights)


def test_a_word_is_learned_as_the_classifier_reads_it(tokenizer: Tokenizer) -> None:
    """With digits for letters or without: the same n-grams."""
    hidden = [one | {"text": one["text"].replace("school", "sch00l")} for one in rows()]
    one, other = (ngrams.fit(texts, tokenizer, SIZE) for texts in (rows(), hidden))
    np.testing.assert_array_equal(one.weights, other.weights)


def test_texts_of_one_label_teach_nothing(tokenizer: Tokenizer) -> None:
    with pytest.raises(ValueError, match="texts of both labels"):
        ngrams.fit([one for one in rows() if not one["label"]], tokenizer, SIZE)
