"""The gate: figures may not fall below their pinned floors, and floors may not be lowered in silence.

    python -m evaluation.gate        # check results/metrics.json against floors.json

A floor is a figure once reached, less a margin for the noise of the sample; where less is better it is a ceiling, and
"lower" here means worse. ``pin`` raises floors and lowers only those
that an entry of ``lowered`` in ``floors.json`` ("system/path": reason) names; on other texts all of them, if the entry
"texts" gives a reason. ``check`` refuses floors whose seal does not match their values, and results measured on other
texts than the floors were.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import sys
from pathlib import Path
from typing import Any

from evaluation.data import TIERS

HERE = Path(__file__).parent
FLOORS = HERE / "floors.json"
#: What is held, by system: path into the system's figures -> margin below what was reached. ``*`` is every name there.
HELD: dict[str, float] = {
    "overall/mean_auroc_of_languages": 0.01,
    "overall/lowest_auroc_of_main_languages": 0.03,
    "twins/all/ordered": 0.02,
    "twins/all/separated": 0.03,
    "groups/set/batch two/auroc": 0.01,
    "groups/set/batch two/recall_at_5": 0.03,
    "groups/set/batch two/calibration_error": 0.01,
    "groups/set/public: emscad/average_precision": 0.02,
    "groups/form/subtle/recall_at_5": 0.04,
    "groups/language/*/auroc": 0.05,  # of 19 or 43 lures
    "genuine_adverts/*/flags_per_1000": 0.1,
    "schemes/macro_f1": 0.03,
    "recruits_auroc": 0.01,
}
LESS_IS_BETTER = ("calibration_error", "flags_per_1000")
#: Flags among 1,000 genuine adverts are not held below what is wanted, nor where one text is more than half of that.
WANTED_FLAGS, ENOUGH_ADVERTS = 10.0, 200
PIN = "run evaluation.run with --pin"
CHANGED = f"floors.json was changed by hand: name what is to fall, and why, under 'lowered', then {PIN}"


def figure(system: dict[str, Any], path: str) -> float:
    return float(_at(system, path))


def bounds(system: dict[str, Any]) -> dict[str, float]:
    """Path of each figure that is held -> what it would be pinned at."""
    found: dict[str, float] = {}
    for path, margin in HELD.items():
        before, star, after = path.partition("/*/")
        there = _at(system, before) if star else {}
        names = [f"{before}/{name}/{after}" for name in there if after in there[name]] if star else [path]
        found |= {name: round(figure(system, name) - sign(name) * margin, 4) for name in names}
    for name, entry in system.get("genuine_adverts", {}).items():
        key = f"genuine_adverts/{name}/flags_per_1000"
        found[key] = max(WANTED_FLAGS, found[key])
        if entry["texts"] < ENOUGH_ADVERTS:
            del found[key]
    return found


def _at(figures: Any, path: str) -> Any:
    for step in path.split("/"):
        figures = figures[step]
    return figures


def sign(path: str) -> int:
    """1 where more is better, -1 where less is."""
    return -1 if path.endswith(LESS_IS_BETTER) else 1


def seal(floors: dict[str, Any]) -> str:
    """Identity of the pinned values and of the texts they were measured on."""
    held = {key: floors[key] for key in ("digest", "floors")}
    return hashlib.sha256(json.dumps(held, sort_keys=True).encode("utf-8")).hexdigest()[:16]


def pin(result: dict[str, Any], path: Path = FLOORS) -> None:
    """Raise floors to this result; new texts start new floors, with the old ones kept under ``before``.

    Raises:
        ValueError: The floors were changed by hand, or lie lower on new texts and no reason is given.
    """
    old = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
    if old is not None and old["seal"] != seal(old):
        raise ValueError(CHANGED)
    same = old is not None and old["digest"] == result["digest"]
    floors: dict[str, dict[str, float]] = {name: dict(held) for name, held in old["floors"].items()} if same else {}
    lowered = old["lowered"] if same else {}
    for name in TIERS:
        if name in result["systems"]:
            held = floors.setdefault(name, {})
            for key, reached in bounds(result["systems"][name]).items():
                better = sign(key) * reached >= sign(key) * held.get(key, reached)
                held[key] = reached if better or f"{name}/{key}" in lowered else held[key]
    if old is not None and not same and "texts" not in old["lowered"]:
        fallen = [
            f"{name}/{key}"
            for name, held in old["floors"].items()
            for key, floor in held.items()
            if name in floors and sign(key) * floors[name].get(key, -sign(key) * math.inf) < sign(key) * floor
        ]
        if fallen:
            raise ValueError(f"on the new texts lower: {', '.join(fallen)}; say why under 'lowered', as \"texts\"")
    made: dict[str, Any] = {"digest": result["digest"], "floors": floors, "lowered": {}}
    # A reason serves once; it stays on record.
    made["history"] = [*(old.get("history", []) if same else []), *([lowered] if lowered else [])]
    if old is not None and "before" in old:
        made["before"] = old["before"]
    if old is not None and not same:
        made["before"] = {key: old[key] for key in ("digest", "floors", "history", "lowered", "before") if key in old}
    path.write_text(json.dumps(made | {"seal": seal(made)}, indent=1) + "\n", encoding="utf-8")


def check(result: dict[str, Any], path: Path = FLOORS) -> list[str]:
    """Everything that is wrong, one sentence each; nothing when all floors hold."""
    if not path.exists():
        return [f"no floors are pinned yet: {PIN}"]
    floors = json.loads(path.read_text(encoding="utf-8"))
    if floors["seal"] != seal(floors):
        return [CHANGED]
    if floors["digest"] != result["digest"]:
        return [f"measured on texts {result['digest']}, the floors are for {floors['digest']}: pin them again"]
    failures = []
    for name, held in floors["floors"].items():
        if name in result["systems"]:
            unheld = sorted(bounds(result["systems"][name]).keys() - held.keys())
            failures += [f"{name}: {key} has no floor: {PIN}" for key in unheld]
            for key, floor in held.items():
                value = figure(result["systems"][name], key)
                if sign(key) * value < sign(key) * floor:
                    where = "below its floor" if sign(key) > 0 else "above its ceiling"
                    failures.append(f"{name}: {key} is {value:.4f}, {where} {floor:.4f}")
    return failures


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    if failures := check(json.loads((HERE / "results" / "metrics.json").read_text(encoding="utf-8"))):
        sys.exit("\n".join(failures))
    print("all floors hold")


if __name__ == "__main__":
    main()
