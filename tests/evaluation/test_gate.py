"""Floors hold, rise by themselves, and fall only with a reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evaluation.gate import HELD, check, pin


def result(value: float, digest: str = "texts") -> dict[str, Any]:
    """Figures with ``value`` everywhere; where less is better, with as much less as ``value`` is more."""
    figures: dict[str, Any] = {"groups": {"language": {"xx": {"texts": 3}}}}  # of one class, without an AUROC
    worth = {"calibration_error": 1 - value, "flags_per_1000": 60 * (1 - value)}
    for path in HELD:
        here = figures
        *steps, last = path.replace("*", "th").split("/")
        for step in steps:
            here = here.setdefault(step, {})
        here[last] = worth.get(last, value)
    figures["genuine_adverts"]["th"]["texts"] = 300
    figures["genuine_adverts"]["fr"] = {"texts": 45, "flags_per_1000": 22.0}  # one of them
    return {"digest": digest, "systems": {"accurate": figures}}


@pytest.fixture
def floors(tmp_path: Path) -> Path:
    path = tmp_path / "floors.json"
    pin(result(0.9), path)
    return path


def test_a_figure_below_its_floor_is_named(floors: Path) -> None:
    """Within the margin all is well, below it every figure is named with both numbers."""
    assert check(result(0.9), floors) == []
    assert check(result(0.895), floors) == []
    failures = check(result(0.8), floors)
    assert len(failures) == len(HELD)
    assert "accurate: twins/all/ordered is 0.8000, below its floor 0.8800" in failures
    assert "accurate: groups/language/th/auroc is 0.8000, below its floor 0.8500" in failures
    assert "accurate: groups/set/batch two/calibration_error is 0.2000, above its ceiling 0.1100" in failures
    assert "accurate: genuine_adverts/th/flags_per_1000 is 12.0000, above its ceiling 10.0000" in failures


def test_pinning_a_worse_result_leaves_the_floors(floors: Path) -> None:
    """Floors never fall by pinning, and rise with a better result."""
    pin(result(0.5), floors)
    assert check(result(0.9), floors) == []
    assert check(result(0.5), floors)
    pin(result(0.95), floors)
    assert check(result(0.9), floors)


def test_a_floor_falls_only_with_a_reason(floors: Path) -> None:
    """After pinning, that floor and no other is lower; the reason stays on record and serves once."""
    data = json.loads(floors.read_text())
    data["lowered"]["accurate/recruits_auroc"] = "a harder definition of recruiting"
    floors.write_text(json.dumps(data))
    pin(result(0.5), floors)
    failures = check(result(0.5), floors)
    assert len(failures) == len(HELD) - 1
    assert not any("recruits_auroc" in failure for failure in failures)
    assert json.loads(floors.read_text())["history"] == [data["lowered"]]
    pin(result(0.2), floors)
    assert len(check(result(0.2), floors)) == len(HELD)


def test_a_floor_lowered_by_hand_is_refused(floors: Path) -> None:
    """The seal sees it."""
    data = json.loads(floors.read_text())
    data["floors"]["accurate"]["recruits_auroc"] = 0.1
    floors.write_text(json.dumps(data))
    assert "changed by hand" in check(result(0.9), floors)[0]
    with pytest.raises(ValueError, match="changed by hand"):
        pin(result(0.95), floors)


def test_a_run_of_one_tier_keeps_the_floors_of_the_others(floors: Path) -> None:
    """Pinning the fast tier leaves the accurate one's floors where they are."""
    pin({"digest": "texts", "systems": {"fast": result(0.7)["systems"]["accurate"]}}, floors)
    assert len(check(result(0.5), floors)) == len(HELD)


def test_other_texts_need_new_floors(floors: Path) -> None:
    """Figures of other texts are not compared; the old floors are kept beside the new ones."""
    assert "the floors are for texts" in check(result(0.99, "others"), floors)[0]
    pin(result(0.95, "others"), floors)
    assert check(result(0.95, "others"), floors) == []
    assert json.loads(floors.read_text())["before"]["digest"] == "texts"


def test_the_committed_figures_stand_above_the_committed_floors() -> None:
    """What the README shows has passed the gate."""
    results = Path(__file__).parents[2] / "evaluation" / "results" / "metrics.json"
    assert check(json.loads(results.read_text(encoding="utf-8"))) == []


def test_a_figure_without_a_floor_is_named(floors: Path) -> None:
    """A language that joined is not held in silence; one that is gone from new texts has fallen."""
    more = result(0.9)
    more["systems"]["accurate"]["groups"]["language"]["lo"] = {"auroc": 0.9}
    assert check(more, floors) == ["accurate: groups/language/lo/auroc has no floor: run evaluation.run with --pin"]
    pin(more, floors)
    assert check(more, floors) == []
    with pytest.raises(ValueError, match="on the new texts lower: accurate/groups/language/lo/auroc"):
        pin(result(0.99, "others"), floors)


def test_new_texts_lower_a_floor_only_with_a_reason(floors: Path) -> None:
    """What was reached on the old texts stays on record; without a reason a lower figure is refused."""
    with pytest.raises(ValueError, match="on the new texts lower: accurate/overall/mean_auroc_of_languages"):
        pin(result(0.7, "other texts"), floors)
    assert check(result(0.9), floors) == []
    data = json.loads(floors.read_text())
    data["lowered"]["texts"] = "harder ones"
    floors.write_text(json.dumps(data))
    pin(result(0.7, "other texts"), floors)
    assert check(result(0.7, "other texts"), floors) == []
    pin(result(0.8, "other texts"), floors)
    before = json.loads(floors.read_text())["before"]
    assert (before["digest"], before["lowered"]) == ("texts", {"texts": "harder ones"})
