"""Fusion, policies, harm and evidence: numbers that can be checked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tipscan.scoring import FEATURES, Fusion, Policy, decide, features, phrases
from tipscan.scoring.evidence import MAX_TOKENS, best_run
from tipscan.scoring.fusion import sigmoid
from tipscan.scoring.harm import harm_of

#: Risk, recruits, and ten schemes.
LOGITS = [1.5, 2.0, -4.0, 0.7, *[-6.0] * 8]
POLICY = Policy("test", review=0.4, flag=0.8)


def fusion(**weights: float) -> Fusion:
    return Fusion(
        {name: weights.get(name.replace(".", "_"), 0.0) for name in FEATURES}, bias=-1.0, languages={"th": 0.5}
    )


def test_features_count_distinct_codes_of_a_family_up_to_two() -> None:
    """Repeats count once, a third code of a family adds nothing; of the schemes the strongest counts."""
    values = dict(
        zip(
            FEATURES,
            features(LOGITS, 0.3, ["FEE.upfront", "FEE.upfront", "FEE.medical", "FEE.broker", "DOC.id_by_chat"], 1),
            strict=True,
        )
    )
    assert (values["model.recruits"], values["model.scheme"]) == (2.0, 0.7)
    assert (values["FEE"], values["DOC"], values["PAY"], values["model.risk"], values["dimensions"]) == (
        2,
        1,
        0,
        1.5,
        1,
    )


def test_indicator_weights_add_up_to_what_rules_bring() -> None:
    """The weights shown for the codes sum to the log-odds that their families add."""
    fused = fusion(model_risk=1.0, FEE=0.6, MITIGATION=-0.9)
    found = ["FEE.upfront", "FEE.medical", "FEE.broker", "MITIGATION.licence"]
    added = fused.log_odds(features(LOGITS, 0.3, found, 0), "en") - fused.log_odds(features(LOGITS, 0.3, [], 0), "en")
    assert math.isclose(sum(fused.indicator_weights(found).values()), added)


def test_a_group_of_languages_has_its_own_bias() -> None:
    """Languages of a group get its bias, all others none."""
    fused, values = fusion(model_risk=1.0), features(LOGITS, 0.3, [], 0)
    assert math.isclose(fused.log_odds(values, "th") - fused.log_odds(values, "und"), 0.5)
    made = Fusion.from_json(
        {"weights": fused.weights, "bias": -1.0, "groups": {"a": {"languages": ["th", "lo"], "bias": 0.5}}}
    )
    assert made.log_odds(values, "lo") == fused.log_odds(values, "th")


@given(st.floats(-700, 700))
def test_sigmoid_never_overflows(value: float) -> None:
    """Any finite log-odds gives a probability, and the two tails mirror each other."""
    assert 0 <= sigmoid(value) <= 1
    assert math.isclose(sigmoid(value) + sigmoid(-value), 1)


DECISIONS = [
    # risk, model risk, families with a warning, decision
    (0.39, 0.39, 3, "clear"),
    (0.40, 0.10, 1, "review"),
    (0.79, 0.50, 5, "review"),
    (0.80, 0.10, 1, "review"),  # one family of rules alone never flags
    (0.80, 0.10, 2, "flag"),
    (0.80, 0.40, 0, "flag"),  # the model sees a case by itself
]


@pytest.mark.parametrize(("risk", "model_risk", "families", "decision"), DECISIONS)
def test_decisions(risk: float, model_risk: float, families: int, decision: str) -> None:
    """Thresholds are inclusive, and a single kind of sign is capped at review."""
    assert decide(POLICY, risk, model_risk, families) == decision


@pytest.mark.parametrize(("review", "flag"), [(0.8, 0.4), (-0.1, 0.5), (0.5, 1.1)])
def test_impossible_policies_are_refused(review: float, flag: float) -> None:
    """Thresholds outside [0, 1] or in the wrong order are an error that names the policy."""
    with pytest.raises(ValueError, match="policy 'mine'"):
        Policy("mine", review=review, flag=flag)


HARM = [
    ({"forced_labour": 0.9, "advance_fee": 0.1}, "worker"),
    ({"forced_labour": 0.9, "advance_fee": 0.3}, "both"),
    ({"task_scam": 0.7, "forced_labour": 0.2}, "money"),
    ({"task_scam": 0.2, "forced_labour": 0.25}, "both"),  # none is likely: those half as likely count too
    ({"task_scam": 0.25, "forced_labour": 0.1}, "money"),
]


@pytest.mark.parametrize(("schemes", "harm"), HARM)
def test_harm(schemes: dict[str, float], harm: str) -> None:
    """Worker, money or both, by the schemes that are likely."""
    assert harm_of(schemes) == harm


def test_phrases_are_the_heavy_runs() -> None:
    """The run that carries the logit is quoted, with its exact share, trimmed of punctuation."""
    text = "good day, we keep the passport. bye"
    shares = np.array([0, 0, 0.3, 0.4, 0.3, 0.4, 0, 0], np.float32)
    offsets = np.array([(0, 4), (5, 9), (10, 12), (13, 17), (18, 21), (22, 31), (31, 32), (32, 35)], np.int32)
    [(start, end, share)] = phrases(text, shares, offsets, scale=0.5)
    assert text[start:end] == "we keep the passport"
    assert math.isclose(share, 0.7, rel_tol=1e-6)


@given(st.lists(st.floats(-5, 5), max_size=60))
def test_best_run_is_positive_and_short(values: list[float]) -> None:
    """No run of at most the allowed length has a larger sum, and none is given where nothing is positive."""
    start, end = best_run(np.array(values))
    assert end - start <= MAX_TOKENS
    runs = [(i, j) for i in range(len(values)) for j in range(i + 1, min(len(values), i + MAX_TOKENS) + 1)]
    largest = max([0.0, *(sum(values[i:j]) for i, j in runs)])
    assert sum(values[start:end]) == pytest.approx(largest, abs=1e-6)
