"""The committed corpus keeps the promises of its guidelines."""

from __future__ import annotations

import collections
import json
from pathlib import Path
from typing import Any

import pytest

from evaluation import data
from tipscan.entities import extract
from tipscan.indicators import SCHEMES, codes
from tipscan.text import normalize
from training import checks
from training.draft import copies

CORPUS = sorted((Path(__file__).parent.parent / "training" / "corpus").glob("*.jsonl"))
Row = dict[str, Any]


def test_what_is_checked_and_what_is_measured_are_the_same_languages() -> None:
    """Training and evaluation, which never import one another, mean the same by a main language."""
    assert set(checks.MAIN) == set(data.MAIN)


def rows_of(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_form(path: Path) -> None:
    """Ids are unique, spans are tight and inside their text, codes are known, labels agree with one another."""
    rows = rows_of(path)
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert row["lang"] == path.stem
        assert row["authored"] is True and row["native_review"] is False
        assert set(row["schemes"]) <= set(SCHEMES)
        assert bool(row["schemes"]) is bool(row["label"])
        assert row["recruits"] or not row["label"]
        for span in row["indicators"]:
            quote = row["text"][span["start"] : span["end"]]
            assert quote and quote == quote.strip(), row["id"]
            assert span["code"] in codes()


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_twins_come_in_pairs(path: Path) -> None:
    """A pair is one deceptive and one benign text of one batch, and names its decisive facts."""
    pairs: dict[str, list[Row]] = collections.defaultdict(list)
    for row in rows_of(path):
        if row["pair"]:
            pairs[row["pair"]].append(row)
    for twins in pairs.values():
        assert sorted(row["label"] for row in twins) == [0, 1]
        assert len({row["batch"] for row in twins}) == 1
        assert all(row["facts"] for row in twins)


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_contacts_are_invented(path: Path) -> None:
    """Every contact found is a reserved one: 555-01xx, example.com / .net / .org, a handle with "example"."""
    for row in rows_of(path):
        for contact in extract(normalize(row["text"]), row["lang"]).contacts:
            digits = "".join(char for char in contact.normalized if char.isdigit())
            mentioned = contact.kind == "other" and "_" not in contact.value  # "@Maria" in a comment is a person's name
            assert mentioned or "55501" in digits or "example" in contact.normalized.casefold(), row["id"]


GROUPS = {path.stem: rows_of(path) for path in CORPUS}


def test_languages_are_those_promised() -> None:
    """26 main languages and 15 more."""
    assert sorted(GROUPS) == sorted([*checks.MAIN, *checks.MINOR])


@pytest.mark.parametrize("lang", GROUPS)
def test_there_is_enough_of_everything(lang: str) -> None:
    """Texts of both classes, pairs, subtle texts, and in main languages every scheme and enough decisive facts."""
    assert list(checks.count_faults(GROUPS[lang], lang)) == []


@pytest.mark.parametrize("lang", GROUPS)
def test_no_text_is_a_copy_of_another(lang: str) -> None:
    """Within and across batches, no two texts but twins share more than half of their character 5-grams."""
    assert list(copies(GROUPS[lang])) == []


@pytest.mark.parametrize("lang", checks.MAIN)
def test_surface_does_not_tell_the_class(lang: str) -> None:
    """Length, digits, emoji, punctuation, channel words and hiding leave a classifier near chance."""
    assert checks.surface_probe(GROUPS[lang]) < checks.MAX_PROBE


@pytest.mark.parametrize("lang", checks.MAIN)
def test_single_words_do_not_tell_the_twins(lang: str) -> None:
    """A word-presence Naive Bayes trained on the other pairs cannot order the twins of a pair in an edited batch."""
    _, ordered, telling = checks.twin_probe([row for row in GROUPS[lang] if row["batch"] in checks.EDITED])
    assert ordered < checks.MAX_PROBE, telling


def test_characters_of_other_scripts_do_not_tell_the_class() -> None:
    """A bag-of-characters model from languages of other scripts stays near chance in every main language."""
    figures = checks.characters_probe(GROUPS)
    assert {lang: round(value, 2) for lang, value in figures.items() if lang in checks.MAIN and value >= 0.65} == {}
