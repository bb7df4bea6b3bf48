"""Annotated phrases and sentences on tokens."""

from __future__ import annotations

import pytest

pytest.importorskip("torch", reason="training needs the extra 'train'")

from training.batches import encode


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
