"""Normalization undoes hiding, and every span leads back to the original."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipscan.text import Evasion, normalize

PLAIN = [
    # original, normalized
    ("plain English, nothing to do", "plain English, nothing to do"),
    ("Ｗｈａｔｓ　Ａｐｐ", "Whats App"),  # full width
    ("𝗪𝗲 𝗮𝗿𝗲 hiring", "We are hiring"),  # mathematical bold
    ("What\u200bsApp", "WhatsApp"),  # zero-width space inside a word
    ("pass\u00adport", "passport"),  # soft hyphen
    ("p\u0430ssp\u043ert", "passport"),  # Cyrillic a and o inside Latin
    ("зaрaбoтoк", "заработок"),  # Latin a and o inside Cyrillic
    ("W-h-a-t-s-A-p-p me", "WhatsApp me"),
    ("п е р е в о д денег", "перевод денег"),
    ("兼 职 招 聘", "兼职招聘"),
    ("call 0️⃣9️⃣1️⃣7️⃣", "call 0917"),
    ("①②③ ❶❷ ⓿", "123 12 0"),
    ("🅰🅱", "AB"),
    ("s\u0336c\u0336a\u0336m", "scam"),  # struck out
    ("Z\u0300\u0301\u0302\u0303\u0304ero", "Z\u0300\u0301ero"),  # piled-up marks
    ("ﾊﾞｲﾄ募集", "バイト募集"),  # half-width kana with a separate voicing mark
    ("cafe\u0301", "café"),
    ("a\x00b\x07c", "a b c"),  # control characters
    ("lone \ud800 surrogate", "lone \ufffd surrogate"),
    # what has to stay as it is
    ("น้ำตาลและจำนวน", "น้ำตาลและจำนวน"),  # Thai AM stays one letter
    ("IT-специалист и SIM-карта", "IT-специалист и SIM-карта"),
    ("TikTokда ишлаш", "TikTokда ишлаш"),  # a brand with a suffix is no disguise
    ("I a m", "I a m"),  # three letters are no pattern
    ("ພະນັກງານ ຈຳນວນ", "ພະນັກງານ ຈຳນວນ"),
]


@pytest.mark.parametrize(("original", "expected"), PLAIN)
def test_hidden_words_come_out_plain(original: str, expected: str) -> None:
    """Each trick is undone, and ordinary writing is left alone."""
    assert normalize(original).text == expected


SPANS = [
    # original, phrase in the normalized text, the same place in the original
    ("send your p\u0430ssport now", "passport", "p\u0430ssport"),
    ("on W.h.a.t.s.A.p.p now", "WhatsApp", "W.h.a.t.s.A.p.p"),
    ("tel 0️⃣9️⃣1️⃣ ok", "091", "0️⃣9️⃣1️⃣"),
    ("ช่วย\u200bงาน ส่งพาสปอร์ต", "พาสปอร์ต", "พาสปอร์ต"),
    ("ﷺ then passport", "passport", "passport"),
    ("\u200b\u200bpassport\u200b", "passport", "passport"),
    ("👩‍👩‍👧 family visa", "visa", "visa"),
    ("တယ်လီဂရမ် Ｔｅｌｅ", "Tele", "Ｔｅｌｅ"),
]


@pytest.mark.parametrize(("original", "phrase", "expected"), SPANS)
def test_spans_lead_back(original: str, phrase: str, expected: str) -> None:
    """A phrase found in the normalized text is quoted from the original, whole and without what surrounds it."""
    text = normalize(original)
    start = text.text.index(phrase)
    low, high = text.span(start, start + len(phrase))
    assert original[low:high] == expected


EVASIONS = [
    ("p\u0430ssport", [Evasion("homoglyph", 0, 8)]),
    ("W-h-a-t-s-A-p-p", [Evasion("spacing", 0, 15)]),
    ("call 0️⃣9️⃣1️⃣", [Evasion("digits", 5, 14)]),
    ("W\u200bhats", [Evasion("spacing", 1, 2)]),
    ("می‌خواهم کار کنم", []),  # a joiner that Persian spelling asks for
    ("1️⃣ first 2️⃣ second", []),  # a list, not a hidden number
    ("𝗕𝗼𝗹𝗱 heading", []),  # style
    ("Москва, офис", []),
]


@pytest.mark.parametrize(("original", "expected"), EVASIONS)
def test_evasions_are_reported_where_they_stand(original: str, expected: list[Evasion]) -> None:
    """Hiding is reported with its place in the original; lawful spelling is not hiding."""
    assert list(normalize(original).evasions) == expected


alphabet = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("аеорсухAaBbEe ..--  0️⃣1️⃣\u200b\u200d\u0301\u0336兼职ำກကა\U0001f170①ﷺﾞ\ud800"),
    ),
    max_size=60,
)


@given(alphabet)
def test_every_span_slices_the_original(original: str) -> None:
    """For any text and any character of its normalization, the span lies inside the original and is ordered."""
    text = normalize(original)
    last = 0
    for index in range(len(text.text)):
        start, end = text.span(index, index + 1)
        assert 0 <= start <= end <= len(original)
        assert start >= last or end >= last
        last = start


@given(alphabet)
def test_folded_keeps_offsets(original: str) -> None:
    """Lower case has the same length, so that one span serves both."""
    text = normalize(original)
    assert len(text.folded) == len(text.text)


@given(st.text(max_size=80))
def test_the_whole_is_nfkc_but_for_am(original: str) -> None:
    """What comes out has nothing left for NFKC to do, except the Thai and Lao letter AM, which is kept."""
    text = normalize(original).text.replace("\u0e33", "").replace("\u0eb3", "")
    assert unicodedata.is_normalized("NFKC", text)


@given(alphabet)
def test_normalizing_twice_changes_nothing(original: str) -> None:
    """Normalization is idempotent."""
    once = normalize(original).text
    assert normalize(once).text == once


@pytest.mark.parametrize("marks", ["\u1ab0\u1ab5", "\u0301", "\u0e48", "\u064b\u0650"])
def test_marks_pile_up_no_higher_than_thirty(marks: str) -> None:
    """Putting n marks in order takes the square of n: those beyond thirty on one letter go, the rest stays."""
    original = f"a{marks * 50_000} z"
    normalized = normalize(original)
    assert len(normalized.text) <= 1 + 30 + 2
    assert (normalized.text[0], normalized.text[-1]) in {("a", "z"), ("á", "z")}
    at = len(normalized.text) - 1
    assert normalized.span(at, at + 1) == (len(original) - 1, len(original))


def test_the_turkish_capital_folds_to_one_letter() -> None:
    """İ becomes i, and offsets stay those of the text."""
    text = normalize("İŞ KİRALAMA")
    assert text.folded == "iş kiralama"
    assert len(text.folded) == len(text.text)
