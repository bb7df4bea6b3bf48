"""What an epoch varies: gaps leave annotated phrases alone, another scene leaves the twins' difference alone."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("torch", reason="training needs the extra 'train'")

from training.augment import Scenes, Variation, difference, thin, vary
from training.batches import Encoded

HOW = Variation()


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
    left = thin(text, HOW, random.Random(seed))
    assert left.ids == sorted(set(left.ids))
    assert set(left.ids) <= set(text.ids)
    assert {100 + place for place in marks} <= set(left.ids)
    assert len(left.ids) >= words // 3
    assert [text.marks[number - 100] for number in left.ids] == left.marks
    assert [text.sentences[number - 100] for number in left.ids] == left.sentences


def test_a_lure_without_annotation_keeps_its_sentences() -> None:
    """Nobody can tell which sentence makes it a lure: of a hundred readings none loses a sentence of five tokens."""
    rng = random.Random(7)
    lost = sum(len(set(thin(text_of(100), HOW, rng).sentences)) < 20 for _ in range(100))
    ordinary = sum(len(set(thin(text_of(100, label=0), HOW, rng).sentences)) < 20 for _ in range(100))
    assert lost <= 2
    assert ordinary >= 50


def test_some_texts_are_read_whole() -> None:
    """About the share that is promised, and a few that by chance lose nothing."""
    rng = random.Random(7)
    whole = sum(len(thin(text_of(400), HOW, rng).ids) == 400 for _ in range(1000)) / 1000
    assert HOW.whole - 0.05 <= whole <= HOW.whole + 0.1


def sentences(name: str, parts: list[str], label: int = 0, mark: int | None = None, lang: str = "en") -> Encoded:
    """A text whose tokens are its letters; ``mark`` is the number of the annotated sentence."""
    letters = [(ord(letter), number) for number, part in enumerate(parts) for letter in part]
    row = {"pair": name or None, "label": label, "lang": lang, "source": "corpus", "recruits": True, "indicators": []}
    return Encoded(row, [code for code, _ in letters], [int(n == mark) for _, n in letters], [n for _, n in letters])


def said(text: Encoded) -> str:
    return "".join(map(chr, text.ids))


def moved(seed: int, scenes: list[Encoded]) -> list[Encoded]:
    """The twins in one of the scenes, which is never their own."""
    found = Scenes([LURE, TWIN, *scenes], Variation())
    rng = random.Random(seed)
    while (pair := found.move([LURE, TWIN], rng)) == [LURE, TWIN]:
        pass
    return pair


LURE = sentences("p", ["Cook wanted. ", "We hold the passport. ", "Call now."], 1, mark=1)
TWIN = sentences("p", ["Cook wanted. ", "You hold the passport. ", "Call now."])
HOST = sentences("", ["Van driver. ", "Nine to five. ", "Ask for Ana."])


def test_the_difference_of_twins_is_their_own_sentences() -> None:
    """Shared sentences are the scene; the others are what decides."""
    found = difference(LURE, TWIN)
    assert found is not None
    assert "".join(chr(LURE.ids[place]) for place in found.lure) == "We hold the passport. "
    assert "".join(chr(TWIN.ids[place]) for place in found.twin) == "You hold the passport. "


def test_no_difference_where_the_phrase_is_shared_or_everything_differs() -> None:
    """An annotated phrase in both twins, or twins without a common sentence, cannot be set into another scene."""
    shared = sentences("p", ["Cook wanted. ", "We hold the passport. ", "Call now."], 1, mark=0)
    assert difference(shared, TWIN) is None
    assert difference(sentences("p", ["All new.", "Nothing alike."], 1, mark=0), TWIN) is None


@given(st.integers(0, 10**6))
def test_both_twins_get_the_same_scene(seed: int) -> None:
    """The moved twins differ in what they differed in, at the same sentence boundary; label, marks and pair stay."""
    spanish = sentences("", ["Taller en Quito."], lang="es")
    lure, twin = moved(seed, [HOST, spanish])
    assert said(lure).replace("We hold the passport. ", "") == said(HOST)
    assert said(twin).replace("You hold the passport. ", "") == said(HOST)
    marked = [chr(code) for code, mark in zip(lure.ids, lure.marks, strict=True) if mark]
    assert "".join(marked) == "We hold the passport. "
    assert [lure.row, twin.row] == [LURE.row, TWIN.row]
    assert said(lure).index("We hold") == said(twin).index("You hold")


def test_a_language_without_ordinary_texts_moves_nothing() -> None:
    """No scene of another language is taken."""
    spanish = [Encoded(text.row | {"lang": "es"}, text.ids, text.marks, text.sentences) for text in (LURE, TWIN)]
    scenes = Scenes([spanish[0], HOST], Variation())
    assert scenes.move(spanish, random.Random(1)) == spanish


def test_the_promised_share_is_moved() -> None:
    """With every text whole, the share of pairs in another scene is that of the setting."""
    scenes, rng = Scenes([LURE, TWIN, HOST], Variation(whole=1.0, moved=0.4)), random.Random(3)
    elsewhere = sum("Van" in said(vary([LURE, TWIN], scenes, rng)[0]) for _ in range(1000))
    # The pair's own ordinary twin is one of the two scenes there are, and is never taken.
    assert 160 <= elsewhere <= 240


def test_a_student_reads_twins_in_another_scene_as_a_pair_of_their_own() -> None:
    """The label is left to the teacher, and the originals stay what they were."""
    from training.distill import Config, moved_twins

    # With nine of ten scenes the van's, a draw other than the pair's own is all but sure.
    lure, twin = moved_twins([LURE, TWIN, *[HOST] * 9], Config(variation=Variation(moved=1.0), seed=1))
    assert (lure.row["pair"], twin.row["pair"]) == ("p moved", "p moved")
    assert (lure.row["label"], lure.row["whole"], LURE.row["pair"]) == (1, False, "p")
    assert "We hold the passport. " in said(lure)
    assert "Van driver. " in said(lure)
    assert moved_twins([LURE, TWIN, HOST], Config(variation=Variation(moved=0.0))) == []


def test_a_pair_of_more_than_two_stays_where_it_is() -> None:
    """Of three texts under one name nobody knows which differ in what: none is set into another scene."""
    third = sentences("p", ["Cook."])
    assert LURE.row["pair"] in Scenes([LURE, TWIN, HOST], Variation()).differences
    for unit in ([LURE, TWIN, third], [third, TWIN, LURE], [LURE, LURE], [TWIN, third]):
        scenes = Scenes([*unit, HOST], Variation())
        assert all(scenes.move(unit, random.Random(seed)) is unit for seed in range(20))
