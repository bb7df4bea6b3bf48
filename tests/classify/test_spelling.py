"""The network reads words with digits for letters as a person does, and leaves numbers and names alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from tipscan.classify import Bundle, Classifier, Workers
from tipscan.classify.bundle import shipped
from tipscan.classify.spelling import readable
from tipscan.text import normalize


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer.from_file(str(shipped() / "accurate" / "tokenizer.json"))


READ = [
    ("Send the p4ssport by Monday", "Send the passport by Monday"),
    ("BUTUH PINJ4M4N CEPAT", "BUTUH PINJAMAN CEPAT"),  # capitals stay capitals
    ("No tax, s@l@ry daily", "No tax, salary daily"),
    ("р4бота рядом", "работа рядом"),
    ("w3ekly p4y, fr33 r00m, m0re 1ater", "weekly pay, free room, more later"),  # an l, not an i
]
LEFT = [
    "from 7am to 8pm, room5",
    "H1B and B2B, an A10 and an mp3",
    "50kg bags, 100km, 5000kr, 12hrs",
    "niñ@s y tod@s",
    "write to j0hn@m4il.example.com or @b3lla_example",
    "0812 555 0101",
    "",
]


@pytest.mark.parametrize(("written", "meant"), READ)
def test_words_are_read(written: str, meant: str, tokenizer: Tokenizer) -> None:
    assert readable(normalize(written), tokenizer) == meant


@pytest.mark.parametrize("text", LEFT)
def test_numbers_names_and_addresses_stay(text: str, tokenizer: Tokenizer) -> None:
    assert readable(normalize(text), tokenizer) == text


@given(text=st.text(st.sampled_from("aeiostlbrn АБвго0134578@$!€ .,"), max_size=120))
def test_every_character_keeps_its_place(tokenizer: Tokenizer, text: str) -> None:
    """As many characters as before, and only digits and signs become something else."""
    normalized = normalize(text)
    said = readable(normalized, tokenizer)
    assert len(said) == len(normalized.text.rstrip())
    assert all(a == b or a in "01345678@$!€" for a, b in zip(normalized.text, said, strict=False))


def test_what_is_read_is_bounded(tokenizer: Tokenizer) -> None:
    """A word behind the last character that is read costs nothing, and one across it is cut."""
    text = "p4ssport " * 20_000
    said = readable(normalize(text), tokenizer)
    assert said == ("passport " * 20_000)[:99_999] + "p"
    assert readable(normalize("12\u00f7 1\u00f72 hours  \n"), tokenizer) == "12\u00f7 1\u00f72 hours"


def test_the_network_reads_both_spellings_alike() -> None:
    """Same logits, same tokens at the same places."""
    hidden, open_ = Classifier(Bundle.load(), Workers(1)).score(
        [normalize("We keep your p4ssp0rt at the office."), normalize("We keep your passport at the office.")]
    )
    np.testing.assert_array_equal(hidden.logits, open_.logits)
    np.testing.assert_array_equal(hidden.offsets, open_.offsets)
    assert hidden.ngrams == open_.ngrams
