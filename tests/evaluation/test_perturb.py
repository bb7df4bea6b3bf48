"""Operators change what they say, by the strength asked for, and nothing else."""

from __future__ import annotations

import random

import pytest

from evaluation.perturb import OPERATORS, ZERO_WIDTH, padded

TEXT = "Waiters wanted in Doha. Salary 1200 a month! The passport stays with the owner."


@pytest.mark.parametrize("name", OPERATORS)
def test_strength_runs_from_nothing_to_much(name: str) -> None:
    """Strength 0 leaves the text; strength 1 changes it; the draw alone decides in between."""
    operator = OPERATORS[name]
    untouched = operator(TEXT, 0.0, random.Random(1))
    assert untouched == TEXT
    changed = {operator("Привет " + TEXT, 1.0, random.Random(seed)) for seed in range(5)}
    assert changed != {"Привет " + TEXT}
    assert operator(TEXT, 0.5, random.Random(3)) == operator(TEXT, 0.5, random.Random(3))


EXPECTED = [
    ("homoglyphs", "Pay", "Рау"),
    ("homoglyphs", "рос", "poc"),
    ("leet", "test", "7357"),
    ("spacing", "the visa", "the v i s a"),
    ("zero-width", "visa", ZERO_WIDTH.join("visa")),
    ("emoji digits", "a 12", "a 1\ufe0f\u20e32\ufe0f\u20e3"),
    ("transliteration", "виза được", "viza duoc"),
]


@pytest.mark.parametrize(("name", "text", "expected"), EXPECTED, ids=[f"{n}-{t}" for n, t, _ in EXPECTED])
def test_what_an_operator_does(name: str, text: str, expected: str) -> None:
    """At full strength every letter, word or digit is changed."""
    assert OPERATORS[name](text, 1.0, random.Random(0)) == expected


def test_typos_and_order_keep_the_material() -> None:
    """A typo changes a word by one letter or a swap; shuffling keeps every sentence."""
    typo = OPERATORS["typos"]("passport", 1.0, random.Random(0))
    assert typo != "passport"
    assert abs(len(typo) - len("passport")) <= 1
    shuffled = OPERATORS["sentence order"](TEXT, 1.0, random.Random(4))
    assert sorted(shuffled.split()) == sorted(TEXT.split())


def test_padding_surrounds_the_text() -> None:
    """The text stays whole between fillers, up to three times its length."""
    made = padded("the advert", 1.0, ["a neighbour sells a bicycle"], random.Random(2))
    assert "the advert" in made
    assert 3 * len("the advert") <= len(made) - len("the advert") - made.count("\n")
    assert padded("the advert", 0.0, ["x"], random.Random(2)) == "the advert"
