"""Digits and signs that stand for letters are undone; whoever reads the result decides which of it counts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipscan.text import normalize
from tipscan.text.leet import undo_leet

UNDONE = [
    ("p4ssport", "passport"),
    ("v1sa fr33", "visa free"),
    ("s@lary 0ffer jo8!", "salary offer job!"),
    ("pa$$port, $alary", "passport, salary"),
    ("раб0та", "работа"),  # a Cyrillic word gets Cyrillic letters
    ("រកការងារ w0rk 🙂 h0me", "រកការងារ work 🙂 home"),
]
KEPT = [
    "8h 5k 4x4 B2B H2S A4 S10 4G covid19 0812abc 12345",
    "US$500 $500 €20 a!",
    "@adm1n me@g00gle.com http://x.c0m/p4ss x.p4ss #c0de user=p4ss",
    "chic@s, niñ@s y tod@s",
    "dа0дxz",  # two scripts in a word
]


@pytest.mark.parametrize(("text", "plain"), UNDONE)
def test_words_are_undone(text: str, plain: str) -> None:
    """The first reading has letters for digits and signs, and nothing else has moved."""
    first = next(undo_leet(normalize(text)))
    assert first.text.text == plain
    assert first.text.original == text


@pytest.mark.parametrize("text", KEPT)
def test_other_things_are_kept(text: str) -> None:
    """Units, sums, addresses, handles and names of models are no leet."""
    assert list(undo_leet(normalize(text))) == []


def test_a_one_is_read_twice() -> None:
    """As an i, and as an l; without a 1 there is one reading."""
    assert [plain.text.text for plain in undo_leet(normalize("sk1ll"))] == ["skill", "sklll"]
    assert [plain.text.text for plain in undo_leet(normalize("sk3tch"))] == ["sketch"]


@given(st.text(alphabet="aeiostABé@$!013457. \u200bкаб🙂ក", max_size=40))
def test_places_stay(text: str) -> None:
    """Every reading is as long as the text, keeps all but its words, and leads back to the same places."""
    normalized = normalize(text)
    before = normalized.text
    for plain in undo_leet(normalized):
        assert len(plain.text.text) == len(before)
        outside = [place for place in range(len(before)) if not any(s <= place < e for s, e in plain.words)]
        assert all(plain.text.text[place] == before[place] for place in outside)
        assert [plain.text.span(*word) for word in plain.words] == [normalized.span(*word) for word in plain.words]
    assert normalized.text == before
