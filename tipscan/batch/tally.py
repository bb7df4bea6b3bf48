"""What a run counted, and the rows it could not score."""

from __future__ import annotations

import mmap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tipscan.batch.rows import Row
from tipscan.errors import TEXT_ERRORS
from tipscan.finding import Finding

#: Ids are watched for duplicates up to this many, which bounds the memory taken to 16 MB.
MAX_IDS_WATCHED: Final = 1_000_000
_PLACES: Final = 2 * 1024 * 1024
#: What is counted over the rows, in the order of the report.
COUNTED: Final = ("decisions", "languages", "schemes", "shadow", "errors")


@dataclass(slots=True)
class Tally:
    """Counts over rows; tallies of the parts of a run add up to the tally of the whole."""

    rows: int = 0
    decisions: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    #: Schemes more likely than not, of the rows that are not clear.
    schemes: Counter[str] = field(default_factory=Counter)
    #: Hits of rules on trial, by rule and the decision that was made without them.
    shadow: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)

    def add(self, finding: Finding) -> None:
        """Counts one row: under its error, or under its decision and language."""
        self.rows += 1
        if finding.error is not None:
            self.errors[finding.error] += 1
        else:
            self.decisions[str(finding.decision)] += 1
            self.languages[finding.language] += 1
            if finding.decision != "clear":
                self.schemes.update(code for code, likely in finding.schemes.items() if likely >= 0.5)
            self.shadow.update({f"{indicator.rule} {finding.decision}" for indicator in finding.shadow})

    def merge(self, other: Mapping[str, Any]) -> None:
        """Adds the counts of another tally, given as its ``to_dict``."""
        self.rows += other["rows"]
        self.decisions.update(other["decisions"])
        self.languages.update(other["languages"])
        self.schemes.update(other["schemes"])
        self.shadow.update(other["shadow"])
        self.errors.update(other["errors"])

    def to_dict(self) -> dict[str, Any]:
        """Plain values, the most frequent first."""
        counted = {name: getattr(self, name) for name in COUNTED}
        ordered = {name: dict(sorted(counts.items(), key=_by_count)) for name, counts in counted.items()}
        return {"rows": self.rows} | ordered


@dataclass(frozen=True, slots=True)
class Summary:
    """The end of a run: the tally of all rows, and how fast the ``scored`` rows of this session went."""

    tally: Tally
    duplicate_ids: int
    scored: int
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        speed = {"seconds": round(self.seconds, 3), "rows_per_second": round(self.rows_per_second, 1)}
        return self.tally.to_dict() | {"duplicate_ids": self.duplicate_ids} | speed

    @property
    def rows_per_second(self) -> float:
        return self.scored / self.seconds if self.seconds > 0 else 0.0

    def __str__(self) -> str:
        counts = self.tally.to_dict()
        lines = [f"{self.tally.rows:,} rows, {self.rows_per_second:,.1f} rows/s"]
        lines += [f"{name}: {_listed(counts[name])}" for name in COUNTED if counts[name]]
        if self.duplicate_ids:
            lines.append(f"notice: {self.duplicate_ids:,} rows repeat an id")
        return "\n".join(lines)


class IdWatch:
    """Counts rows whose id an earlier row had, among the first ``MAX_IDS_WATCHED`` ids."""

    def __init__(self) -> None:
        self.duplicates = 0
        # A table of hashes in which a place is looked for step by step: a set of so many takes six times the memory.
        # Pages of the map that are never written to take none.
        self._seen = memoryview(mmap.mmap(-1, 8 * _PLACES)).cast("q")
        self._count = 0

    def watch(self, rows: Iterable[Row]) -> Iterator[Row]:
        """The same rows, looked at in passing."""
        for row in rows:
            if row.id is not None:
                # As text with its kind: of numbers -1 and -2 have one hash, and so have 0 and "".
                self._look(hash((isinstance(row.id, str), str(row.id))))
            yield row

    def _look(self, key: int) -> None:
        key = key or -1  # 0 is an empty place, and -1 is the hash of nothing
        place = key % _PLACES
        while (found := self._seen[place]) not in (0, key):
            place = (place + 1) % _PLACES
        if found:
            self.duplicates += 1
        elif self._count < MAX_IDS_WATCHED:
            self._seen[place] = key
            self._count += 1


def reject(row: Row, reason: str) -> dict[str, Any]:
    """The entry of a row in the list of rejects; it holds nothing of the text."""
    return {
        "line": row.line,
        "id": row.id,
        "source": row.source,
        "reason": reason,
        "meaning": TEXT_ERRORS.get(reason, reason),
    }


def _by_count(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())
