"""The explainable aggregate beside the model's score: the strong / medium / weak rule of the ILO–EC indicators.

Source: ILO and European Commission, Operational Indicators of Trafficking in Human Beings (2009): a dimension is
positive on two strong indicators; one strong and one medium or weak; three medium; or two medium and one weak.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tipscan.indicators.taxonomy import codes


@dataclass(frozen=True, slots=True)
class Dimension:
    """One dimension with the distinct indicators found in it, and whether they add up."""

    name: str
    strong: int
    medium: int
    weak: int

    @property
    def positive(self) -> bool:
        return (
            self.strong >= 2
            or (self.strong == 1 and self.medium + self.weak >= 1)
            or self.medium >= 3
            or (self.medium == 2 and self.weak >= 1)
        )

    def to_dict(self) -> dict[str, int | bool]:
        return {"strong": self.strong, "medium": self.medium, "weak": self.weak, "positive": self.positive}


def assess(found: Iterable[str]) -> tuple[Dimension, ...]:
    """Dimensions touched by the indicator codes ``found``; a code counts once however often it stands in the text."""
    table = codes()
    counts: dict[str, Counter[str]] = {}
    for name in sorted(set(found)):
        dimension = table[name].dimension
        if dimension is not None:
            counts.setdefault(dimension, Counter())[table[name].strength] += 1
    return tuple(Dimension(name, count["strong"], count["medium"], count["weak"]) for name, count in counts.items())
