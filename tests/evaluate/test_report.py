"""``tipscan evaluate``: what is read, what is said, what is refused."""

from __future__ import annotations

import argparse
import csv
import html
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fakes import MODEL, FakeScanner

import tipscan
from tipscan.errors import InputError
from tipscan.evaluate import page, plots, tables
from tipscan.evaluate.cli import add_parser
from tipscan.evaluate.figures import advice
from tipscan.evaluate.labeled import Example, Table
from tipscan.evaluate.scored import Sample, Scored, score
from tipscan.evaluate.summary import Options, evaluate
from tipscan.finding import Decision, Finding
from tipscan.scoring import Policy, decide

POLICY = Policy("balanced", 0.5, 0.8)
#: (risk the scanner will see, label, group)
ROWS = [(0.9, 1, "a"), (0.7, 1, "a"), (0.3, 1, "b"), (0.6, 0, "b"), (0.2, 0, "a"), (0.1, 0, "a")]
WORDS = {1: "flag 😊 ថៅកែ", 0: "fine <b>"}


class Numbers:
    """Reads its risk in the text: ``0.7 flag me`` has 0.7."""

    def __init__(self, *places: Any, clear_below: float | None = None, **settings: Any) -> None:
        self.fake = FakeScanner()
        self.identities = [MODEL]
        self.reader = SimpleNamespace(rules="2026.11.1")
        self.tiers = [SimpleNamespace(name="fast", policy=POLICY)] * (1 if clear_below is None else 2)
        self.clear_below = clear_below
        self.made_with = (places, settings)

    def scan_many(self, texts: Iterable[str]) -> Iterator[Finding]:
        for finding, text in zip(map(self.fake.scan, texts := list(texts)), texts, strict=True):
            if finding.error is not None:
                yield finding
            else:
                risk = float(text.split()[0])
                yield replace(finding, risk=risk, decision=self.decision(risk))

    def decision(self, risk: float) -> Decision:
        return decide(POLICY, risk, 1.0, 2)


class Opposite(Numbers):
    """Sees the least risk where the other sees most."""

    def scan_many(self, texts: Iterable[str]) -> Iterator[Finding]:
        for finding in super().scan_many(texts):
            risk = None if finding.risk is None else 1 - finding.risk
            yield finding if risk is None else replace(finding, risk=risk, decision=self.decision(risk))


def written(folder: Path, rows: Iterable[dict[str, Any]]) -> str:
    path = folder / "in.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def rows() -> list[dict[str, Any]]:
    return [
        {"id": f"r{n}", "text": f"{risk} {WORDS[label]}", "y": label, "g": group}
        for n, (risk, label, group) in enumerate(ROWS)
    ]


def command(*words: object) -> int:
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers(required=True))
    args = parser.parse_args(["evaluate", *map(str, words)])
    return int(args.command(args))


@pytest.mark.parametrize(
    ("lure", "ordinary"),
    [
        (1, 0),
        (True, False),
        (1.0, 0.0),
        ("lure", "ordinary"),
        ("deceptive", "ordinary"),
        ("Yes", "NO "),
        ("TRUE", "false"),
        ("1", "0.0"),
    ],
)
@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".tsv", ".parquet"])
def test_labels(tmp_path: Path, lure: object, ordinary: object, ending: str) -> None:
    """Numbers, truth values and words are read from every format, with group and id."""
    path, values = tmp_path / f"in{ending}", [lure, ordinary]
    texts, groups = ["😊 one", "ថៅកែ, two"], ["x", "y"]
    if ending == ".parquet":
        pq.write_table(pa.table({"id": [7, 8], "text": texts, "y": values, "g": groups}), path)
    elif ending == ".jsonl":
        lines = zip([7, 8], texts, values, groups, strict=True)
        path.write_text(
            "".join(json.dumps(dict(zip(("id", "text", "y", "g"), one, strict=True))) + "\n" for one in lines)
        )
    else:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, delimiter="," if ending == ".csv" else "\t")
            writer.writerows([("id", "text", "y", "g"), *zip([7, 8], texts, values, groups, strict=True)])
    table = Table(str(path), "y", group_column="g")
    found = table.examples()
    assert [one.lure for one in found] == [True, False]
    assert [(str(one.id), one.group) for one in found] == [("7", "x"), ("8", "y")]
    assert table.texts({2}) == {2: "ថៅកែ, two"}


@pytest.mark.parametrize("label", ["maybe", 2, None, "", 0.5, [1]])
def test_a_wrong_label_names_its_row(tmp_path: Path, label: object) -> None:
    """Anything else than a label ends the command before a text is scored; the message tells the line."""
    path = written(tmp_path, [*rows(), {"text": "x", "y": label}])
    with pytest.raises(InputError, match=r"in\.jsonl, line 7: the label .* is none of 1/0, true/false"):
        Table(path, "y").examples()


def test_a_wrong_label_column_shows_no_advert(tmp_path: Path) -> None:
    """Where the text is taken for the label, the message tells its length only."""
    path = written(tmp_path, [{"text": "Cook wanted in Oslo, permanent", "y": 0}])
    with pytest.raises(InputError, match=r"the label \(a value of 30 characters\) is none of") as caught:
        Table(path, "text").examples()
    assert "Oslo" not in str(caught.value)


def test_no_such_column(tmp_path: Path) -> None:
    """A missing label or group column is named, with those that are there."""
    path = written(tmp_path, rows())
    for columns in ({"label_column": "label"}, {"label_column": "y", "group_column": "label"}):
        with pytest.raises(InputError, match="no column 'label'; found: 'id', 'text', 'y', 'g'"):
            Table(path, **columns).examples()


def test_rows_without_a_score_are_counted_and_listed(tmp_path: Path) -> None:
    """Blank, missing and broken rows stand in the report with place, label and reason; the others are scored."""
    path = tmp_path / "in.jsonl"
    written(tmp_path, [*rows(), {"id": "e1", "text": " ", "y": 1}, {"id": "e2", "text": None, "y": "no"}])
    with path.open("ab") as file:
        file.write(b"{broken\n")
    result = evaluate(Table(str(path), "y"), Numbers())
    assert result["rows"] == {"read": 9, "scored": 6, "unscored": {"empty": 1, "missing": 1, "bad_row": 1}}
    assert [(one["row"], one["id"], one["label"], one["error"]) for one in result["unscored"]] == [
        (7, "e1", 1, "empty"),
        (8, "e2", 0, "missing"),
        (9, None, None, "bad_row"),
    ]
    assert result["unscored"][2]["place"] == f"{path}, line 9"
    assert "; 3 could not be scored: 1 empty (the text is empty" in tables.counts(result)
    assert "<td>bad_row</td>" in page.page(result)


def test_no_score_at_all(tmp_path: Path) -> None:
    """A file of blank texts has no figures."""
    with pytest.raises(InputError, match="no row could be scored"):
        evaluate(Table(written(tmp_path, [{"text": " ", "y": 1}]), "y"), Numbers())


def test_figures_by_hand(tmp_path: Path) -> None:
    """Six texts: 8 of 9 couples ordered, two of three lures found with one false alarm in three."""
    result = evaluate(Table(written(tmp_path, rows()), "y", group_column="g"), Numbers())
    whole = result["overall"]
    assert (whole["texts"], whole["lures"], whole["ordinary"]) == (6, 3, 3)
    assert whole["auroc"]["value"] == pytest.approx(8 / 9, abs=1e-4)
    review = whole["review"]
    assert (review["right"], review["false"], review["missed"], review["left"]) == (2, 1, 1, 2)
    assert review["recall"]["value"] == pytest.approx(2 / 3, abs=1e-4)
    assert review["precision"]["value"] == pytest.approx(2 / 3, abs=1e-4)
    assert review["false_per_1000"]["value"] == pytest.approx(1000 / 3, abs=1e-3)
    assert (whole["flag"]["right"], whole["flag"]["false"]) == (1, 0)
    slices = result["slices"]["column g"]
    assert {name: (one["texts"], one["lures"], one["small"]) for name, one in slices.items()} == {
        "a": (4, 2, True),
        "b": (2, 1, True),
    }
    assert slices["a"]["auroc"]["value"] == 1.0
    assert slices["b"]["auroc"]["value"] == 0.0
    assert list(result["slices"]["language"]) == ["en"]


def test_one_class_only(tmp_path: Path) -> None:
    """Ordinary texts alone still tell false positives and a threshold; what needs lures is left open."""
    table = Table(written(tmp_path, [row for row in rows() if row["y"] == 0]), "y")
    result = evaluate(table, Numbers(), options=Options(0.34), compare=Opposite())
    assert result["overall"]["auroc"] == {"value": None, "low": None, "high": None}
    assert result["overall"]["review"]["false"] == 1
    assert result["advice"]["gives"]["false"] == 1
    assert "auroc" not in result["comparison"]
    assert "false positives per 1,000" in tables.short(result)
    assert "<svg" not in page.page(result)


@pytest.mark.parametrize(("rate", "threshold", "recall"), [(0.01, 0.65, 2 / 3), (0.34, 0.25, 1.0)])
def test_advice(tmp_path: Path, rate: float, threshold: float, recall: float) -> None:
    """The threshold is in the middle of the gap that keeps the rate, and the policy line makes a policy."""
    result = evaluate(Table(written(tmp_path, rows()), "y"), Numbers(), options=Options(rate))
    found = result["advice"]
    assert found["threshold"]["value"] == threshold
    assert found["threshold"]["low"] <= threshold <= found["threshold"]["high"]
    assert found["gives"]["recall"]["value"] == pytest.approx(recall, abs=1e-4)
    assert eval(found["policy"], {"Policy": Policy}) == Policy("own", threshold, 0.8)
    assert ("collect more" in " ".join(tables.advised(result))) == (rate == 0.01)


def test_advice_that_cannot_be_kept(tmp_path: Path) -> None:
    """Where an ordinary text has risk 1, no threshold keeps a small rate, and the report says so."""
    path = written(tmp_path, [*rows(), {"text": "1.0 fine", "y": 0}])
    result = evaluate(Table(path, "y"), Numbers())
    assert result["advice"]["threshold"] is None
    assert tables.advised(result) == ["No threshold for 1 % false positives: ties at the top forbid it."]


def test_advice_interval_covers_other_files() -> None:
    """The interval from 400 ordinary texts holds the threshold of the population they come from, 0.95."""
    example = Example(1, 1, "in.csv, line 2", False, None, None)
    risks = np.random.default_rng(2).random(400).tolist()
    sample = Sample([Scored(example, False, risk, "clear", "en", ()) for risk in risks])
    found = advice(sample, 0.05, POLICY)["threshold"]
    assert found["low"] < 0.95 < found["high"]
    assert found["high"] - found["low"] < 0.08


@pytest.mark.parametrize(("clear_below", "same"), [(0.1, True), (0.55, False)])
def test_a_threshold_that_changes_the_cascade_says_so(tmp_path: Path, clear_below: float, same: bool) -> None:
    """With two tiers the policy decides which texts go on; where that changes, the advice says how to be sure."""
    result = evaluate(Table(written(tmp_path, rows()), "y"), Numbers(clear_below=clear_below))
    assert result["advice"]["same_cascade"] is same
    assert ("--tier accurate" in " ".join(tables.advised(result))) is not same


@pytest.mark.parametrize("with_text", [True, False])
def test_errors_and_texts(tmp_path: Path, with_text: bool) -> None:
    """The one false alarm and the one miss are listed with their signs; texts and quotes only where asked for."""
    table = Table(written(tmp_path, rows()), "y")
    result = evaluate(table, Numbers(), options=Options(with_text=with_text))
    assert [one["id"] for one in result["errors"]["false_alarms"]] == ["r3"]
    assert [one["id"] for one in result["errors"]["misses"]] == ["r2"]
    (sign,) = result["errors"]["misses"][0]["signs"]
    assert (sign["code"], sign["rule"], sign["weight"]) == ("FEE.upfront", "en.fee@1", 1.5)
    page.write(result, tmp_path / "new" / "report")
    for name in ("report.html", "report.json"):
        content = (tmp_path / "new" / "report" / name).read_text(encoding="utf-8")
        assert ("ថៅកែ" in content) is with_text
        assert ("0.3 f" in content) is with_text
    if with_text:
        text = result["errors"]["misses"][0]["text"]
        assert text[sign["start"] : sign["end"]] == sign["text"]
        assert "fine &lt;b&gt;" in page.page(result)


def test_a_lone_surrogate_is_written(tmp_path: Path) -> None:
    """A text that is no valid Unicode comes back whole from the JSON, and the page is valid UTF-8."""
    path = written(tmp_path, [*rows(), {"text": "0.99 \ud800 x", "y": 0}])
    page.write(evaluate(Table(path, "y"), Numbers(), options=Options(with_text=True)), tmp_path)
    found = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert found["errors"]["false_alarms"][0]["text"] == "0.99 \ud800 x"
    assert "0.99 ? x" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_comparison(tmp_path: Path) -> None:
    """The second system on the same rows: difference of AUROC, and who alone is right."""
    result = evaluate(Table(written(tmp_path, rows()), "y"), Numbers(), compare=Opposite())
    compared = result["comparison"]
    assert compared["auroc"]["first"] == pytest.approx(8 / 9, abs=1e-4)
    assert compared["auroc"]["second"] == pytest.approx(1 / 9, abs=1e-4)
    assert compared["auroc"]["difference"]["value"] == pytest.approx(-7 / 9, abs=1e-4)
    decided = compared["decisions"]
    assert (decided["both_right"], decided["only_first_right"], decided["only_second_right"]) == (0, 4, 2)
    assert decided["p"] == pytest.approx(0.6875)
    assert "only first right" in tables.short(result)
    assert "<h2>Comparison</h2>" in page.page(result)


def test_plots_are_svg_with_a_point_for_each_bin(tmp_path: Path) -> None:
    """Both plots are well-formed, inside their frame, and show what the result says."""
    result = evaluate(Table(written(tmp_path, rows()), "y"), Numbers())
    calibration, curve = (ET.fromstring(draw(result)) for draw in (plots.calibration, plots.precision_recall))
    space = "{http://www.w3.org/2000/svg}"
    assert len(calibration.findall(f"{space}circle")) == 6 + 6 + 2  # bins, bins with classes alike, legend
    dots = [(float(one.get("cx", 0)), float(one.get("cy", 0))) for one in curve.findall(f"{space}circle")]
    assert (round(54 + 310 * 2 / 3, 1), round(14 + 310 / 3, 1)) in dots  # recall and precision 2/3
    assert all(0 <= x <= 490 and 0 <= y <= 380 for x, y in dots)


def test_the_page_loads_nothing_and_says_the_numbers_of_the_json(tmp_path: Path) -> None:
    """No script, no link; each figure of the table stands in the page."""
    result = evaluate(Table(written(tmp_path, rows()), "y"), Numbers())
    content = page.page(result)
    assert re.findall(r"<script|<link|src=|href=", content) == []
    for row in tables.main_table(result).rows:
        assert "".join(f"<td>{html.escape(cell)}</td>" for cell in row) in content


def test_a_pipe_is_refused() -> None:
    """Standard input cannot be read twice, and the message says so."""
    with pytest.raises(InputError, match="read more than once"):
        Table("-", "y", input_format="csv").examples()


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures go to stdout, the report to the folder; the status tells whether every row was scored."""
    monkeypatch.setattr("tipscan.scanner.Scanner", Numbers)
    path = written(tmp_path, rows())
    assert command(path, "--label-column", "y", "-o", tmp_path / "out", "--compare", "fast") == 0
    out, err = capsys.readouterr()
    assert out.startswith("6 texts scored: 3 lures, 3 ordinary\nfake 1; rules 2026.11.1; policy balanced")
    assert '\n  Policy("own", review=0.65, flag=0.8)\n' in out
    assert "0.889" in out and err == ""
    assert json.loads((tmp_path / "out/report.json").read_text())["overall"]["auroc"]["value"] == 0.8889
    path = written(tmp_path, [*rows(), {"text": "", "y": 0}])
    assert command(path, "--label-column", "y") == 1


@pytest.mark.parametrize("rate", ["0", "1", "-1", "x"])
def test_a_rate_is_between_0_and_1(rate: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Another one is a fault of usage."""
    with pytest.raises(SystemExit) as caught:
        command("in.csv", "--label-column", "y", f"--false-positives={rate}")
    assert caught.value.code == 2
    assert "--false-positives" in capsys.readouterr().err


def test_an_unknown_policy(tmp_path: Path) -> None:
    """The scanner's own complaint comes as a fault of the input."""
    with pytest.raises(InputError, match="policy 'lax' is not one of"):
        command(written(tmp_path, rows()), "--label-column", "y", "--policy", "lax", "--tier", "fast")


def test_scores_are_those_of_the_scanner(tmp_path: Path) -> None:
    """The bundled model gives the same risks here as in ``Scanner.scan``, one text at a time."""
    texts = {
        "Cook wanted in a hotel in Oslo, union contract, pay by tariff. Apply at the reception.": 0,
        "😊 Easy job abroad!! Pay $300 deposit first, we keep your passport. Write on Telegram @quick_jobs": 1,
        "ត្រូវការអ្នករកស៊ីនៅកម្ពុជា ប្រាក់ខែ ២០០០ ដុល្លារ មិនចាំបាច់មានបទពិសោធន៍ ទាក់ទង Telegram @boss": 1,
    }
    path = written(tmp_path, [{"text": text, "y": label} for text, label in texts.items()])
    scanner = tipscan.Scanner(tier="fast", threads=1)
    table = Table(path, "y")
    sample, unscored = score(table, table.examples(), scanner)
    assert unscored == []
    alone = [scanner.scan(text) for text in texts]
    assert [one.risk for one in sample.scored] == pytest.approx([one.risk for one in alone], abs=1e-6)
    assert [one.decision for one in sample.scored] == [one.decision for one in alone]
