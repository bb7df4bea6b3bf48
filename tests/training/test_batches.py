"""What training reads of a text: annotated phrases on tokens, and gaps that leave them alone."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("torch", reason="training needs the extra 'train'")

from training.batches import Encoded, Gaps, encode, thin

GAPS = Gaps()


def text_of(words: int, *, label: int = 1, marks: dict[int, int] | None = None) -> Encoded:
    """Sentences of five tokens, numbered from 100, with the marks given."""
    row: dict[str, Any] = {"label": label, "lang": "en", "indicators": []}
    found = [(marks or {}).get(place, 0) for place in range(words)]
    return Encoded(row, list(range(100, 100 + words)), found, [place // 5 for place in range(words)])


@given(st.integers(1, 80), st.integers(0, 10**6), st.sampled_from([0, 1]), st.data())
def test_gaps_leave_annotated_phrases_and_the_order(words: int, seed: int, label: int, data: st.DataObject) -> None:
    """What is left is a subsequence with every annotated token, and at least a third of the text."""
    marks = data.draw(st.dictionaries(st.integers(0, words - 1), st.sampled_from([-1, 1]), max_size=6))
    text = text_of(words, label=label, marks=marks)
    left = thin(text, GAPS, random.Random(seed))
    assert left.ids == sorted(set(left.ids))
    assert set(left.ids) <= set(text.ids)
    assert {100 + place for place in marks} <= set(left.ids)
    assert len(left.ids) >= words // 3
    assert [text.marks[number - 100] for number in left.ids] == left.marks
    assert [text.sentences[number - 100] for number in left.ids] == left.sentences


def test_a_lure_without_annotation_keeps_its_sentences() -> None:
    """Nobody can tell which sentence makes it a lure: of a hundred readings none loses a sentence of five tokens."""
    rng = random.Random(7)
    lost = sum(len(set(thin(text_of(100), GAPS, rng).sentences)) < 20 for _ in range(100))
    ordinary = sum(len(set(thin(text_of(100, label=0), GAPS, rng).sentences)) < 20 for _ in range(100))
    assert lost <= 2
    assert ordinary >= 50


def test_some_texts_are_read_whole() -> None:
    """About the share that is promised, and a few that by chance lose nothing."""
    rng = random.Random(7)
    whole = sum(len(thin(text_of(400), GAPS, rng).ids) == 400 for _ in range(1000)) / 1000
    assert GAPS.whole - 0.05 <= whole <= GAPS.whole + 0.1


def test_sentences_and_phrases_land_on_tokens() -> None:
    """Two sentences and an annotated phrase in the second; Thai clauses end at spaces."""
    from tokenizers import Tokenizer

    from tipscan.classify import Bundle

    tokenizer = Tokenizer.from_file(str(Bundle.load(None).path / "tokenizer.json"))
    said = "Good pay. We keep your passport. Call now!"
    row = {
        "text": said,
        "lang": "en",
        "label": 1,
        "indicators": [{"code": "DOC.passport_kept", "start": 10, "end": 31}],
    }
    [english] = encode(tokenizer, [row])
    assert sorted(set(english.sentences)) == [0, 1, 2]
    assert {number for number, mark in zip(english.sentences, english.marks, strict=True) if mark} == {1}
    [thai] = encode(tokenizer, [{"text": "รับสมัครงาน เงินดี มีที่พัก", "lang": "th", "label": 0, "indicators": []}])
    assert sorted(set(thai.sentences)) == [0, 1, 2]
