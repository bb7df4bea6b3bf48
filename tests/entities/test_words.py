"""The word tables: whole words in every script, the language of the text, the longest word."""

from __future__ import annotations

import re
import tomllib
from importlib import resources

import pytest

from tipscan.entities.words import Words
from tipscan.entities.words import find_words as find
from tipscan.text.characters import classes, letters

CODES = {
    "currency": r"[A-Z]{3,4}|toman",
    "place": r"[A-Z]{2}",
    "scale": r"10+",
    "period": "hour|day|week|month|year|task",
    "role": "pay|fee|deposit|debt",
    "gender": "female|male|any",
}


def find_words(folded: str, language: str) -> Words:
    return find(folded, letters(classes(folded)), language)


@pytest.mark.parametrize(
    ("text", "table", "expected"),
    [
        ("the salary is", "role", ["pay"]),
        ("salaryman", "role", []),  # part of a word
        ("salary advances", "role", ["pay"]),  # the longer literal is no whole word here
        ("หนึ่งวันวันละ", "period", ["day", "day"]),  # no spaces in Thai
        ("कमाई", "role", ["pay"]),
        ("बेतनका", "role", []),  # another word
        ("বেতনের", "role", ["pay"]),  # an ending written together
        ("بالراتب", "role", ["pay"]),  # an article written together
        ("በዱባይ", "place", ["AE"]),
        ("зарплатой", "role", ["pay"]),  # a stem
        ("hong kong dollar in hong kong", "place", ["HK", "HK"]),
    ],
)
def test_words_are_whole_in_every_script(text: str, table: str, expected: list[str]) -> None:
    """Where a word begins and ends depends on its script."""
    assert expected == [hit.value for hit in find_words(text, "und")[table]]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "rs", ["INR"]),
        ("ne", "rs", ["NPR"]),
        ("ur", "rs", ["PKR"]),
        ("es", "pesos", ["MXN"]),
        ("tl", "pesos", ["PHP"]),
    ],
)
def test_the_language_decides_between_meanings(language: str, text: str, expected: list[str]) -> None:
    """A shared word is read as the text's language means it."""
    assert expected == [hit.value for hit in find_words(text, language)["currency"]]


def test_short_latin_words_count_in_their_own_language() -> None:
    """The word "an" is a year in French and nothing in English."""
    assert [len(find_words("un an", language)["period"]) for language in ("fr", "en")] == [1, 0]


def test_every_table_holds_known_codes_and_clean_words() -> None:
    """Codes have the form their table asks for; words are lower case, without stray spaces, and used once a list."""
    faults: list[tuple[str, ...]] = []
    for path in resources.files("tipscan.entities").joinpath("data").iterdir():
        if not path.name.endswith(".toml"):
            continue
        for table, values in tomllib.loads(path.read_text(encoding="utf-8")).items():
            for value, languages in values.items():
                if table in CODES and not re.fullmatch(CODES[table], value):
                    faults.append((path.name, table, value))
                for language, words in languages.items():
                    clean = all(word == word.strip() and word for word in words) and len(words) == len(set(words))
                    if not clean or (table != "list" and any(word != word.lower() for word in words)):
                        faults.append((path.name, table, value, language))
    assert faults == []
