"""Which rows are learned from, and what a user's own rows may look like."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from training import sources

LONG = "Harvest helpers wanted near the river from May to August, tents and meals given, the foreman keeps the papers. "


def row(name: str, text: str, *, use: str = "learn", pair: str | None = None, source: str = "corpus") -> dict[str, Any]:
    return {"id": name, "text": text, "use": use, "pair": pair, "source": source}


def test_copies_of_texts_kept_apart_are_not_learned_from() -> None:
    """Nor the twin of such a copy; the kept texts stay where they are, in pairs and alone."""
    pytest.importorskip("datasketch")
    rows = [
        row("t1", LONG * 2, use="test"),
        row("t2", "Night guards for a car park, uniform given. " * 6, use="test", pair="p"),
        row("t3", "Quite another text about a tram depot and its canteen. " * 6, use="calibrate", pair="p"),
        row("own-1", LONG * 2 + "Call us.", source="own"),
        row("own-2", "Night guards for a car park, uniform given. " * 6, source="own", pair="own-a"),
        row("own-3", "The choir meets on Thursdays behind the town hall. " * 6, source="own", pair="own-a"),
        row("own-4", "Bus drivers for the night line, two weeks of training are paid. " * 6, source="own"),
    ]
    folds = {one["id"]: one["fold"] for one in sources.assign_folds(rows)}
    assert [folds[name] for name in ("t1", "t2", "t3")] == ["test", "test", "calibrate"]
    assert [folds[f"own-{number}"] for number in (1, 2, 3, 4)] == ["dev", "dev", "dev", "train"]


def test_own_rows_get_defaults(tmp_path: Path) -> None:
    """Blank lines and a byte order mark are no matter; null is as good as absent; pairs are the user's own."""
    path = tmp_path / "mine.jsonl"
    lines = [
        '{"text": "a job", "label": 0, "schemes": null, "pair": 7}',
        "",
        '{"text": "pay 1", "label": 1, "schemes": ["smuggling"], "indicators": [{"code": "X", "start": 0, "end": 3}]}',
        '{"text": "pay", "label": 1, "recruits": null}',
    ]
    path.write_text("\ufeff" + "\n".join(lines), encoding="utf-8")
    first, second, third = sources.own_rows(path)
    assert [one["id"] for one in (first, second, third)] == ["own-1", "own-3", "own-4"]
    assert (first["source"], first["schemes"], first["pair"], third["recruits"]) == ("own", [], "own-7", True)
    assert [one["schemes_known"] for one in (first, second, third)] == [True, True, False]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('{"text": "no label"}', "needs a text and a label of 0 or 1"),
        ("[1, 2]", "needs a text and a label of 0 or 1"),
        ('{"text": ', "not JSON"),
        ('{"text": "a", "label": 1, "schemes": ["fraud"]}', "schemes are some of forced_criminality"),
        ('{"text": "a", "label": 1, "recruits": "yes"}', "recruits is neither true nor false"),
        ('{"text": "a", "label": 1, "lang": 5}', "lang is not text"),
        ('{"text": "a", "label": 1, "indicators": [{"code": "X", "start": 0, "end": 2}]}', "an end inside the text"),
    ],
)
def test_faults_of_own_rows_name_their_line(line: str, fault: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    path.write_text('{"text": "a job", "label": 0}\n\n' + line, encoding="utf-8")
    with pytest.raises(ValueError, match=rf"mine\.jsonl, line 3: .*{fault}"):
        list(sources.own_rows(path))


def test_a_licence_that_no_source_is_under_is_refused() -> None:
    """Leaving nothing out in silence would let the card say what is not so."""
    rows = [{"licence": "MIT"}, {"licence": "unknown"}]
    sources.check_licences(rows, ["unknown"])
    with pytest.raises(ValueError, match="no source is under CC0; there are MIT, unknown"):
        sources.check_licences(rows, ["unknown", "CC0"])


def test_folds_on_record_are_those_of_the_corpus() -> None:
    """Every row on record exists, and no test or calibration text is missing from the record."""
    folds = json.loads((Path(sources.__file__).parents[1] / "evaluation" / "folds.json").read_text(encoding="utf-8"))
    rows = list(sources.corpus_rows())
    held = {name: {one for one in ids if not one.startswith("shared-")} for name, ids in folds.items()}
    for use in ("test", "calibrate"):
        assert held[use] == {one["id"] for one in rows if one["use"] == use}
    assert held["dev"] <= {one["id"] for one in rows if one["use"] == "learn"}
