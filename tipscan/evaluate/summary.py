"""One evaluation as plain values, from which every rendering is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, TextIO

from tipscan.errors import InputError
from tipscan.evaluate import figures
from tipscan.evaluate.chance import DRAWS, SEED
from tipscan.evaluate.labeled import Table
from tipscan.evaluate.scored import Sample, Scored, Unscored, score
from tipscan.scanner import Scanner

SCHEMA_VERSION: Final = "1.0"
#: Errors listed of each kind, the worst first.
WORST: Final = 20


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked beside the figures: a wanted rate of false positives, and texts in the report."""

    false_positives: float = 0.01
    with_text: bool = False


def evaluate(
    table: Table,
    scanner: Scanner,
    *,
    options: Options | None = None,
    compare: Scanner | None = None,
    terminal: TextIO | None = None,
) -> dict[str, Any]:
    """Scores the table and returns everything the report says, ready for JSON.

    Args:
        table: The labeled texts.
        scanner: What is evaluated.
        options: Defaults where None.
        compare: A second scanner, run on the same texts.
        terminal: Where progress is shown.

    Raises:
        InputError: The table cannot be read, a label is none, or no row could be scored.
    """
    options = options or Options()
    examples = table.examples()
    sample, unscored = score(table, examples, scanner, terminal)
    if not len(sample):
        raise InputError(f"{table.path}: no row could be scored")
    policy = scanner.tiers[-1].policy
    result = {
        "schema_version": SCHEMA_VERSION,
        "file": table.path,
        "columns": {"label": table.label_column, "text": table.text_column, "group": table.group_column},
        "system": _system(scanner),
        "method": {"draws": DRAWS, "seed": SEED, "interval": 0.95},
        "rows": {"read": len(examples), "scored": len(sample), "unscored": _reasons(unscored)},
        "overall": figures.overall(sample),
        "slices": _slices(sample, table.group_column),
        **figures.curves(sample),
        "advice": figures.advice(sample, options.false_positives, policy),
        "errors": _errors(sample, table, with_text=options.with_text),
        "unscored": [one.to_dict() for one in unscored],
        "comparison": None,
    }
    _note_cascade(result["advice"], scanner)
    if compare is not None:
        result["comparison"] = _comparison(sample, compare, *score(table, examples, compare, terminal))
    return result


def _system(scanner: Scanner) -> dict[str, Any]:
    policy = scanner.tiers[-1].policy
    return {
        "tiers": [tier.name for tier in scanner.tiers],
        "models": scanner.identities,
        "rules": scanner.reader.rules,
        "policy": {"name": policy.name, "review": policy.review, "flag": policy.flag},
    }


def _reasons(unscored: Sequence[Unscored]) -> dict[str, int]:
    return dict(Counter(one.error for one in unscored).most_common())


def _slices(sample: Sample, group_column: str | None) -> dict[str, Any]:
    """Figures by detected language, and by the group column where there is one."""
    kinds = {"language": sample.groups(lambda one: one.language)}
    if group_column is not None:
        kinds[f"column {group_column}"] = sample.groups(lambda one: one.example.group or "(none)")
    return {kind: {name: figures.sliced(part) for name, part in groups.items()} for kind, groups in kinds.items()}


def _errors(sample: Sample, table: Table, *, with_text: bool) -> dict[str, Any]:
    """The worst false alarms and misses; what quotes the texts is there only where texts are asked for."""
    alarms = [one for one in sample.scored if one.raised and not one.lure]
    misses = [one for one in sample.scored if one.lure and not one.raised]
    alarms.sort(key=lambda one: -one.risk)
    misses.sort(key=lambda one: one.risk)
    worst = {"false_alarms": alarms[:WORST], "misses": misses[:WORST]}
    rows = {one.example.row for some in worst.values() for one in some}
    texts = table.texts(rows) if with_text else {}
    return {kind: [_error(one, texts.get(one.example.row)) for one in some] for kind, some in worst.items()}


def _error(one: Scored, text: str | None) -> dict[str, Any]:
    signs = [sign.to_dict() for sign in one.signs]
    if text is None:
        for sign in signs:
            del sign["text"]
    place = {"row": one.example.row, "id": one.example.id, "place": one.example.place, "language": one.language}
    found = {"risk": round(one.risk, 6), "decision": one.decision, "signs": signs}
    return place | found | ({} if text is None else {"text": text})


def _note_cascade(advice: dict[str, Any], scanner: Scanner) -> None:
    """Says whether the advised policy would hand on other texts to the accurate tier, and so change their risks."""
    if advice["threshold"] is not None and len(scanner.tiers) > 1:
        bounds = {
            min(scanner.clear_below, bound) for bound in (scanner.tiers[0].policy.review, advice["threshold"]["value"])
        }
        advice["same_cascade"] = len(bounds) == 1


def _comparison(first: Sample, scanner: Scanner, second: Sample, unscored: Sequence[Unscored]) -> dict[str, Any]:
    """The second system beside the first, on the texts that both could score."""
    rows = frozenset(one.example.row for one in first.scored) & {one.example.row for one in second.scored}
    if not rows:
        raise InputError("there is no row that both systems could score")
    compared = figures.compared(first.only(rows), second.only(rows))
    return {"system": _system(scanner), "unscored": _reasons(unscored), **compared}
