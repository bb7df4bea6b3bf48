"""Examples with what a scanner said of them, as columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TextIO

import numpy as np
import numpy.typing as npt

from tipscan.evaluate.labeled import Example, Table
from tipscan.evaluate.metrics import Floats
from tipscan.finding import Decision, Finding, Indicator
from tipscan.progress import show_progress

#: Signs kept of each text: those that moved its risk most, either way.
SIGNS: Final = 5


class Scans(Protocol):
    """What is needed of a scanner."""

    def scan_many(self, texts: Iterable[str]) -> Iterator[Finding]: ...


@dataclass(frozen=True, slots=True)
class Scored:
    """An example with its risk; ``lure`` is known, and the text is not kept."""

    example: Example
    lure: bool
    risk: float
    decision: Decision
    language: str
    signs: tuple[Indicator, ...]

    @property
    def raised(self) -> bool:
        return self.decision != "clear"


@dataclass(frozen=True, slots=True)
class Unscored:
    """An example that could not be scored, and why (a code of ``errors.TEXT_ERRORS``)."""

    example: Example
    error: str

    def to_dict(self) -> dict[str, Any]:
        one = self.example
        label = None if one.lure is None else int(one.lure)
        return {"row": one.row, "id": one.id, "place": one.place, "label": label, "error": self.error}


class Sample:
    """Scored texts, in the order of the file."""

    def __init__(self, scored: Sequence[Scored]) -> None:
        self.scored = scored
        self.labels: Floats = np.array([one.lure for one in scored], dtype=np.float64)
        self.risk: Floats = np.array([one.risk for one in scored], dtype=np.float64)
        self.raised: npt.NDArray[np.bool_] = np.array([one.raised for one in scored], dtype=bool)
        self.flagged: npt.NDArray[np.bool_] = np.array([one.decision == "flag" for one in scored], dtype=bool)

    def __len__(self) -> int:
        return len(self.scored)

    @property
    def lures(self) -> int:
        return int(self.labels.sum())

    @property
    def ordinary(self) -> int:
        return len(self) - self.lures

    @property
    def has_both(self) -> bool:
        return 0 < self.lures < len(self)

    def groups(self, key: Callable[[Scored], str]) -> dict[str, Sample]:
        """Samples of the texts with the same key, largest first."""
        parts: dict[str, list[Scored]] = {name: [] for name, _ in Counter(map(key, self.scored)).most_common()}
        for one in self.scored:
            parts[key(one)].append(one)
        return {name: Sample(part) for name, part in parts.items()}

    def only(self, rows: frozenset[int]) -> Sample:
        return Sample([one for one in self.scored if one.example.row in rows])


def score(
    table: Table, examples: Sequence[Example], scanner: Scans, terminal: TextIO | None = None
) -> tuple[Sample, list[Unscored]]:
    """Every example with its risk, or with the reason why it has none; progress goes to ``terminal``."""
    findings = scanner.scan_many(row.text or "" for row in table.rows())
    if terminal is not None:
        findings = show_progress(findings, terminal)
    scored: list[Scored] = []
    unscored: list[Unscored] = []
    for example, finding in zip(examples, findings, strict=True):
        error = example.error or finding.error
        if error is not None or example.lure is None or finding.risk is None or finding.decision is None:
            unscored.append(Unscored(example, error or "bad_row"))
        else:
            heaviest = sorted(finding.indicators, key=lambda sign: (-abs(sign.weight), sign.start))
            signs = tuple(heaviest[:SIGNS])
            scored.append(Scored(example, example.lure, finding.risk, finding.decision, finding.language, signs))
    return Sample(scored), unscored
