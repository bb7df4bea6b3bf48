"""The strong / medium / weak rule of the ILO–EC operational indicators (2009)."""

from __future__ import annotations

import pytest

from tipscan.indicators.assessment import Dimension, assess
from tipscan.indicators.taxonomy import FAMILIES, STRENGTHS, codes

RULE = [
    # strong, medium, weak, positive
    (0, 0, 0, False),
    (1, 0, 0, False),
    (2, 0, 0, True),
    (1, 1, 0, True),
    (1, 0, 1, True),
    (0, 2, 0, False),
    (0, 3, 0, True),
    (0, 2, 1, True),
    (0, 1, 5, False),
    (0, 0, 9, False),
]


@pytest.mark.parametrize(("strong", "medium", "weak", "positive"), RULE)
def test_the_published_rule(strong: int, medium: int, weak: int, positive: bool) -> None:
    """2 strong; 1 strong + 1 medium or weak; 3 medium; 2 medium + 1 weak. Nothing else."""
    assert Dimension("deceptive_recruitment", strong, medium, weak).positive is positive


def test_codes_count_once_in_their_own_dimension() -> None:
    """The same code twice counts once; codes without a dimension count nowhere."""
    found = ["DOC.passport_kept", "DOC.passport_kept", "DEBT.bond", "PAY.per_task", "VISA.tourist"]
    assert assess(found) == (
        Dimension("coercive_recruitment", 1, 1, 0),
        Dimension("deceptive_recruitment", 0, 1, 0),
    )


def test_every_code_is_complete() -> None:
    """Each code has a family, a strength, a source and, unless it is a mitigation or the model's, a question."""
    for code in codes().values():
        assert code.family in FAMILIES
        assert code.strength in STRENGTHS
        assert code.cites
        assert bool(code.ask) is (code.family not in ("MITIGATION", "MODEL")), code.name
