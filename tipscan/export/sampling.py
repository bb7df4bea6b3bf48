"""What to annotate next: the texts from which the model, the rules and the evaluation learn most.

Deterministic: the same findings give the same picks. All findings are in memory.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tipscan.errors import InputError

Finding = Mapping[str, Any]

#: Rows the search for different texts looks at, evenly spread; its memory and time grow with them.
POOL: Final = 4_000
_BUCKETS: Final = 1 << 11
_GRAM: Final = 3
#: Characters that are compared; adverts are shorter, pasted web pages are not.
_LONGEST: Final = 4_000
_EDGE: Final = 1e-6
#: The quota of languages that have none of their own.
OTHERS: Final = "*"


@dataclass(frozen=True, slots=True)
class Pick:
    """A row to annotate, and why."""

    index: int
    by: str
    reason: str


def choose(
    findings: Sequence[Finding],
    count: int,
    *,
    by: Sequence[str] = ("uncertainty", "disagreement", "diversity"),
    quotas: Mapping[str, int] | None = None,
) -> list[Pick]:
    """Up to ``count`` rows, from each strategy in turn.

    Args:
        findings: Scored rows; ``diversity`` needs their ``text``. Rows without a risk are passed over.
        count: How many rows.
        by: Names in ``STRATEGIES``.
        quotas: The most rows of a language; ``"*"`` is the quota of each language not named.

    Raises:
        InputError: An unknown strategy, or diversity without texts.
    """
    if unknown := [name for name in by if name not in STRATEGIES]:
        raise InputError(f"no strategy {unknown[0]!r}, only {', '.join(STRATEGIES)}")
    queues = {name: STRATEGIES[name](findings) for name in dict.fromkeys(by)}
    picks: dict[int, Pick] = {}
    taken: Counter[str] = Counter()
    for name in cycle(list(queues)):
        if len(picks) >= count or not queues:
            return list(picks.values())
        if name not in queues:
            continue
        pick = _next(queues[name], findings, picks, taken, quotas or {})
        if pick is None:
            del queues[name]
        else:
            picks[pick.index] = pick
            taken[findings[pick.index]["language"]] += 1
    return list(picks.values())


def thresholds(findings: Sequence[Finding]) -> tuple[float, ...]:
    """The risks at which the decisions change: halfway between the last of one and the first of the next.

    0.5 where there is one decision only.
    """
    risks = {
        decision: [float(row["risk"]) for row in findings if row["risk"] is not None and row["decision"] == decision]
        for decision in ("clear", "review", "flag")
    }
    seen = [values for values in risks.values() if values]
    return tuple((max(low) + min(high)) / 2 for low, high in pairwise(seen)) or (0.5,)


def _next(
    queue: Iterator[Pick],
    findings: Sequence[Finding],
    picks: Mapping[int, Pick],
    taken: Mapping[str, int],
    quotas: Mapping[str, int],
) -> Pick | None:
    for pick in queue:
        language = findings[pick.index]["language"]
        quota = quotas.get(language, quotas.get(OTHERS))
        if pick.index not in picks and (quota is None or taken[language] < quota):
            return pick
    return None


def _uncertain(findings: Sequence[Finding]) -> Iterator[Pick]:
    """Risks nearest a threshold first, in log-odds, where a step at the edge counts as it should."""
    borders = thresholds(findings)
    near = [
        min((abs(_logit(row["risk"]) - _logit(border)), index, border) for border in borders)
        for index, row in enumerate(findings)
        if row["risk"] is not None
    ]
    for _distance, index, border in sorted(near):
        yield Pick(index, "uncertainty", f"risk {findings[index]['risk']:.2f}, the threshold is {border:.2f}")


def _disputed(findings: Sequence[Finding]) -> Iterator[Pick]:
    """Rules that warn where the model by itself sees nothing, and the reverse, the widest gap first."""
    gaps: list[tuple[float, int, str]] = []
    for index, row in enumerate(findings):
        if row["risk"] is None:
            continue
        rules = _brought_by_rules(row)
        model = _logit(row["risk"]) - rules
        if rules > 0 > model or model > 0 >= rules:
            gap = min(rules, -model) if rules > 0 else model
            gaps.append((-gap, index, f"rules bring {rules:+.1f} log-odds, the rest {model:+.1f}"))
    yield from (Pick(index, "disagreement", reason) for _gap, index, reason in sorted(gaps))


def _brought_by_rules(row: Finding) -> float:
    """Log-odds of all signs from rules; a code that stands in several places brings its weight once."""
    return sum({sign["code"]: float(sign["weight"]) for sign in row["indicators"] if sign["source"] == "rule"}.values())


def _diverse(findings: Sequence[Finding]) -> Iterator[Pick]:
    """Each next text is the one least like all before it (farthest first, cosine of hashed character trigrams)."""
    able = [index for index, row in enumerate(findings) if row["risk"] is not None]
    if able and any(not isinstance(findings[index].get("text"), str) for index in able):
        raise InputError("diversity compares texts: scan --with-text, or give them with --texts")
    pool = able[:: max(1, math.ceil(len(able) / POOL))]
    if not pool:
        return
    vectors = np.stack([_vector(findings[index]["text"]) for index in pool])
    nearest = np.full(len(pool), -np.inf, dtype=np.float32)
    chosen = int(np.argmax(vectors @ vectors.mean(axis=0)))  # the most ordinary text of all
    for _turn in pool:
        likeness = nearest[chosen]
        reason = (
            "most like all others" if np.isneginf(likeness) else f"likeness {likeness:.2f} to the nearest before it"
        )
        yield Pick(pool[chosen], "diversity", reason)
        nearest = np.maximum(nearest, vectors @ vectors[chosen])
        nearest[chosen] = np.inf
        chosen = int(np.argmin(nearest))


def _vector(text: str) -> npt.NDArray[np.float32]:
    """Counts of hashed character trigrams, of length 1."""
    points = np.frombuffer(text[:_LONGEST].lower().encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    points = np.pad(points.astype(np.uint64), _GRAM - 1)
    hashed = (
        points[:-2] * np.uint64(0x9E3779B1) ^ points[1:-1] * np.uint64(0x85EBCA77) ^ points[2:] * np.uint64(0xC2B2AE3D)
    )
    hashed = (hashed ^ hashed >> np.uint64(15)) * np.uint64(0x27D4EB2F) >> np.uint64(7)
    counts = np.bincount((hashed % np.uint64(_BUCKETS)).astype(np.int64), minlength=_BUCKETS).astype(np.float32)
    return counts / np.float32(max(float(np.linalg.norm(counts)), _EDGE))


def _logit(risk: float) -> float:
    inside = min(max(float(risk), _EDGE), 1 - _EDGE)
    return math.log(inside / (1 - inside))


#: Strategies by name: from findings to picks, the best first.
STRATEGIES: Final[Mapping[str, Callable[[Sequence[Finding]], Iterator[Pick]]]] = {
    "uncertainty": _uncertain,
    "disagreement": _disputed,
    "diversity": _diverse,
}
