"""N-grams of characters: which there are, where they go, what they add up to."""

from __future__ import annotations

import json
import math
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipscan.classify import Classifier, Workers
from tipscan.classify.bundle import find_bundles
from tipscan.classify.ngrams import LONGEST, NGrams, buckets
from tipscan.text import normalize

SIZE = 2**20
CORPUS = sorted((Path(__file__).parents[2] / "training" / "corpus").glob("*.jsonl"))


def test_every_string_of_up_to_five_characters_counts() -> None:
    """``ab`` between its blanks: three letters, three pairs, two triples and the whole; the blank counts twice."""
    where, values = buckets("ab", SIZE)
    assert len(where) == 9
    parts = sorted(values / values.min())
    assert parts == pytest.approx([1.0] * 8 + [1 + math.log(2)])


def test_the_hash_never_changes() -> None:
    """A shipped table means what it meant when it was fitted."""
    assert buckets("a", SIZE)[0].tolist() == [48991, 222552, 269244, 504605, 551111]


def test_no_number_is_learned_by_heart() -> None:
    """Digits of any script are the same digit, and capitals are no letters of their own."""
    one, other = buckets("Call 555-0101", SIZE), buckets("call ٧٢٣-९८७६", SIZE)
    np.testing.assert_array_equal(one[0], other[0])
    np.testing.assert_array_equal(one[1], other[1])


@given(st.text(st.characters(), max_size=300), st.integers(1, 2**20))
def test_a_text_is_a_vector_of_length_one(text: str, size: int) -> None:
    """Of any text, even one with half a surrogate pair: distinct buckets within the table, in order."""
    where, values = buckets(text, size)
    assert (np.diff(where) > 0).all()
    assert 0 <= where[0] <= where[-1] < size
    assert len(where) <= LONGEST * (len(text.lower()) + 2)
    assert float(values @ values) == pytest.approx(1, abs=1e-4)


def test_the_score_is_the_weighted_sum() -> None:
    """One bucket with a weight: its value times the weight's steps."""
    where, values = buckets("fee", SIZE)
    weights = np.zeros(SIZE, np.int8)
    weights[where[3]] = -100
    assert NGrams(weights, 0.5).score("fee") == pytest.approx(-50 * float(values[3]))


def test_a_table_comes_back_as_it_was_saved(tmp_path: Path) -> None:
    """Arrays and nothing else are in the file."""
    table = NGrams(np.arange(-128, 128).astype(np.int8), 0.25)
    table.save(tmp_path / "ngrams.npz")
    again = NGrams.load(tmp_path / "ngrams.npz")
    np.testing.assert_array_equal(again.weights, table.weights)
    assert again.scale == table.scale
    with zipfile.ZipFile(tmp_path / "ngrams.npz") as archive:
        assert sorted(archive.namelist()) == ["scale.npy", "weights.npy"]


@pytest.mark.parametrize("tier", ["accurate", "fast"])
def test_scores_carry_the_bundle_s_n_grams(tier: str) -> None:
    """What the classifier says of a text's n-grams is what the table says; nothing is said of nothing."""
    bundle = find_bundles()[tier]
    text = normalize("Kitchen helpers wanted. The agency keeps your passport until the loan is paid back.")
    scores, empty = Classifier(bundle, Workers(1)).score([text, normalize("")])
    assert scores.ngrams == NGrams.load(bundle.path / "ngrams.npz").score(text.text)
    assert empty.ngrams == 0


def test_the_shipped_table_tells_lures_from_other_texts() -> None:
    """On batch two, which nothing learned from: four lures in five stand above an ordinary text."""
    rows = [json.loads(line) for path in CORPUS for line in path.read_text(encoding="utf-8").splitlines()]
    test = [row for row in rows if row["use"] == "test"]
    table = NGrams.load(find_bundles()["accurate"].path / "ngrams.npz")
    said = np.array([table.score(normalize(row["text"]).text) for row in test])
    labels = np.array([row["label"] for row in test], dtype=bool)
    ranks = said.argsort().argsort()
    above = (ranks[labels].sum() - labels.sum() * (labels.sum() - 1) / 2) / (labels.sum() * (~labels).sum())
    assert above > 0.78
