"""What is chosen to be annotated, and why."""

from __future__ import annotations

from typing import Any

import pytest

from tipscan.errors import InputError
from tipscan.export.sampling import choose, thresholds


def row(
    risk: float | None, decision: str | None, *weights: float, text: str = "", language: str = "en"
) -> dict[str, Any]:
    signs = [{"code": f"FEE.{n}", "weight": weight, "source": "rule"} for n, weight in enumerate(weights)]
    return {"risk": risk, "decision": decision, "indicators": signs, "text": text, "language": language}


FINDINGS = [
    row(0.02, "clear"),
    row(0.28, "clear"),
    row(0.32, "review"),
    row(0.68, "review", 0.5),
    row(0.72, "flag", 0.4),
    row(0.99, "flag", 1.0),
    row(None, None),
]


def test_thresholds_are_read_from_the_decisions() -> None:
    """Halfway between the last of one decision and the first of the next."""
    assert thresholds(FINDINGS) == pytest.approx((0.3, 0.7))
    assert thresholds(FINDINGS[:1]) == (0.5,)


def test_uncertainty() -> None:
    """The risks beside the thresholds come first, the sure ones last, those without a risk never."""
    picks = choose(FINDINGS, 9, by=["uncertainty"])
    assert {pick.index for pick in picks[:4]} == {1, 2, 3, 4}
    assert [pick.index for pick in picks[4:]] == [0, 5] or [pick.index for pick in picks[4:]] == [5, 0]
    assert "risk 0.28, the threshold is 0.30" in {pick.reason for pick in picks}


def test_disagreement() -> None:
    """Rules against the model, the model against the rules, the widest gap first; agreement is no reason."""
    findings = [
        row(0.5, "review", 2.0),  # rules +2.0, the rest -2.0
        row(0.9, "flag"),  # no rule, logit 2.2
        row(0.9, "flag", 0.5),  # both warn
        row(0.1, "clear"),  # neither
        row(0.6, "review", -1.0),  # a mitigation, the rest +1.4
    ]
    picks = choose(findings, 5, by=["disagreement"])
    assert [(pick.index, pick.reason) for pick in picks] == [
        (1, "rules bring +0.0 log-odds, the rest +2.2"),
        (0, "rules bring +2.0 log-odds, the rest -2.0"),
        (4, "rules bring -1.0 log-odds, the rest +1.4"),
    ]


def test_a_code_in_several_places_weighs_once() -> None:
    """Its weight stands at each place and is brought once."""
    finding = row(0.5, "review", 1.0)
    finding["indicators"] *= 3
    [pick] = choose([finding], 1, by=["disagreement"])
    assert pick.reason == "rules bring +1.0 log-odds, the rest -1.0"


KHMER = "ត្រូវការកម្មករសំណង់ទៅធ្វើការនៅប្រទេសថៃ"


def test_diversity() -> None:
    """Copies of one advert are chosen once before they are chosen twice."""
    texts = ["Maids wanted in Kuwait, call now"] * 3 + [KHMER] * 2 + ["Earn 😊 $300 a day liking videos"]
    picks = choose([row(0.5, "review", text=text) for text in texts], 6, by=["diversity"])
    assert len({texts[pick.index] for pick in picks[:3]}) == 3
    assert picks[0].reason == "most like all others"
    assert picks[3].reason == "likeness 1.00 to the nearest before it"


def test_strategies_take_turns_and_quotas_hold() -> None:
    """No row twice, no language above its quota, and the same picks again."""
    findings = [
        row(
            0.05 + 0.9 * n / 40,
            "flag" if n > 20 else "clear",
            text=f"advert {n} {'abc' * n}",
            language="km" if n % 4 else "en",
        )
        for n in range(40)
    ]
    picks = choose(findings, 12, quotas={"km": 5, "*": 4})
    assert picks == choose(findings, 12, quotas={"km": 5, "*": 4})
    languages = [findings[pick.index]["language"] for pick in picks]
    assert (languages.count("km"), languages.count("en")) == (5, 4)
    assert len({pick.index for pick in picks}) == 9
    assert [pick.by for pick in picks[:3]] == ["uncertainty", "disagreement", "diversity"]


def test_faults() -> None:
    """An unknown strategy, and texts that are not there."""
    with pytest.raises(InputError, match="no strategy 'luck', only uncertainty"):
        choose(FINDINGS, 1, by=["luck"])
    with pytest.raises(InputError, match="with --texts"):
        choose([row(0.5, "review") | {"text": None}], 3)
    assert choose([], 3) == []
