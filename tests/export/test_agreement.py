"""Agreement against published examples, scikit-learn, and sums done by hand."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from tipscan.errors import InputError
from tipscan.export import Annotated, Span
from tipscan.export.agreement import cohen_kappa, group, krippendorff_alpha, measure, to_adjudicate
from tipscan.export.annotated import documents

NONE = "*"
#: Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability": his examples B, C and E, with his results.
PUBLISHED = [
    (("0100000010", "1110010000"), 0.095),
    (("aabbdcccedda", "babbbccceddd"), 0.692),
    (("123321412***", "1233224125*3", "*3332342251*", "12332441251*"), 0.743),
]


@pytest.mark.parametrize(("observers", "alpha"), PUBLISHED)
def test_alpha_of_published_examples(observers: tuple[str, ...], alpha: float) -> None:
    """Two values, five values, and four observers with missing values."""
    units = [[None if value == NONE else value for value in unit] for unit in zip(*observers, strict=True)]
    assert krippendorff_alpha(units) == pytest.approx(alpha, abs=0.0005)


def test_alpha_by_hand() -> None:
    """The four observers, summed by hand: 1 - (40 - 1) * 8 / 1216.

    Units 2 and 8 have one odd value of four (6 disagreeing ordered pairs / 3 = 2 each), unit 6 has four different ones
    (12 / 3 = 4). The values 1 to 5 stand 9, 13, 10, 5 and 3 times among the 40 that are paired; 40² less the sum of
    their squares is 1216.
    """
    units = [[None if value == NONE else value for value in unit] for unit in zip(*PUBLISHED[2][0], strict=True)]
    assert krippendorff_alpha(units) == pytest.approx(1 - 39 * 8 / 1216)


def test_what_is_not_defined_is_none() -> None:
    """Nobody to compare, or only one value ever given."""
    assert krippendorff_alpha([["a", None], [None, "b"]]) is None
    assert krippendorff_alpha([["a", "a"], ["a", "a"]]) is None
    assert cohen_kappa([]) is None
    assert cohen_kappa([("a", "a"), ("a", "a")]) is None


VALUES = st.sampled_from("abc")


@given(st.lists(st.tuples(VALUES, VALUES), min_size=2, max_size=30))
def test_kappa_is_that_of_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    """Wherever it is defined."""
    kappa = cohen_kappa(pairs)
    if kappa is not None:
        assert kappa == pytest.approx(cohen_kappa_score(*zip(*pairs, strict=True)))
    else:
        assert len({value for pair in pairs for value in pair}) == 1


@given(st.lists(st.lists(VALUES, min_size=3, max_size=3), min_size=2, max_size=20))
def test_alpha_does_not_ask_who(units: list[list[str]]) -> None:
    """The order of the annotators within a unit changes nothing, and 1 means that all agree."""
    alpha = krippendorff_alpha(units)
    assert alpha == pytest.approx(krippendorff_alpha([unit[::-1] for unit in units]))
    assert (alpha == 1) == (alpha is not None and all(len(set(unit)) == 1 for unit in units))


TEXT = "🚨 pay $200 first, passport kept"


def version(
    who: str | None, label: str | None, *spans: Span, name: str = "1", schemes: tuple[str, ...] = ()
) -> Annotated:
    return Annotated(name, TEXT, spans, label, schemes, who)


FEE, SHORT, DOC = Span(2, 10, "FEE.upfront"), Span(6, 10, "FEE.upfront"), Span(18, 31, "DOC.passport_kept")
ITEMS = (
    version("ann", "deceptive", FEE, DOC, schemes=("forced_labour",)),
    version("bo", "deceptive", SHORT, DOC, schemes=("forced_labour", "advance_fee")),
    version("ann", "ordinary", name="2"),
    version("bo", "ordinary", name="2"),
    version("cy", "unsure", name="2"),
    version("cy", "unsure", name="3"),
)


def test_spans_and_points() -> None:
    """Of two signs each one is the same: exact 2*1/4; 4 + 13 shared code points of 21 and 17: overlap 34/38."""
    pair = measure(group(ITEMS)).pairs["ann", "bo"]
    assert (pair.texts, pair.kappa, pair.exact) == (2, 1.0, 0.5)
    assert pair.overlap == pytest.approx(34 / 38)


def test_the_report() -> None:
    """Readable lines and JSON say the same; texts with one annotator do not count."""
    result = measure(group(ITEMS))
    assert str(result).splitlines() == [
        "2 texts, 3 annotators",
        "label: alpha 0.500",
        "forced_labour: alpha 1.000",
        "advance_fee: alpha 0.000",
        "ann and bo: 2 texts, label kappa 1.000, signs exact F1 0.500, overlap F1 0.895",
        "ann and cy: 1 texts, label kappa 0.000, signs exact F1 not defined, overlap F1 not defined",
        "bo and cy: 1 texts, label kappa 0.000, signs exact F1 not defined, overlap F1 not defined",
    ]
    data = json.loads(json.dumps(result.to_dict()))
    assert data["label_alpha"] == 0.5
    assert data["pairs"][0]["annotators"] == ["ann", "bo"]


def test_adjudication_holds_all_versions_and_exports() -> None:
    """A row for each text seen differently, with what differs; it is read as the versions it holds."""
    rows = list(to_adjudicate(group(ITEMS)))
    assert [(row["id"], row["differs"]) for row in rows] == [("1", ["schemes", "spans"]), ("2", ["label"])]
    assert documents(json.loads(json.dumps(rows[0]))) == list(ITEMS[:2])
    assert [item.annotator for item in documents(rows[1])] == ["ann", "bo", "cy"]


@pytest.mark.parametrize(
    ("items", "message"),
    [
        ((version(None, "unsure"),), "1: nobody is named"),
        ((ITEMS[0], ITEMS[0]), "1: ann has annotated it twice"),
        ((ITEMS[0], Annotated("1", "other", annotator="bo")), "1: the annotators had different texts"),
    ],
)
def test_versions_that_cannot_be_compared(items: tuple[Annotated, ...], message: str) -> None:
    """The message names the text, never quotes it."""
    with pytest.raises(InputError, match=message):
        group(items)
