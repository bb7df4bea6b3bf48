"""The commands, on files that ``tipscan scan`` writes."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest
from fakes import FakeScanner

from tipscan.batch.run import Job, run
from tipscan.errors import InputError
from tipscan.export import load
from tipscan.export.cli import add_parsers
from tipscan.export.files import read_lines, write_lines
from tipscan.export.rows import read_findings

TEXTS = {"a": "😊 flag me, now", "b": "ថៅកែ flag ទុក", "c": " ", "d": "fine"}


def tipscan(*words: object) -> int:
    parser = argparse.ArgumentParser()
    add_parsers(parser.add_subparsers(required=True))
    args = parser.parse_args([str(word) for word in words])
    return int(args.command(args))


def scanned(folder: Path, *, ending: str, with_text: bool) -> tuple[Path, Path]:
    """The input and the findings of it."""
    source, output = folder / "in.jsonl", folder / f"out{ending}"
    source.write_text("".join(json.dumps({"id": name, "text": text}) + "\n" for name, text in TEXTS.items()))
    run(Job(inputs=(str(source),), output=output, with_text=with_text), FakeScanner())
    return source, output


@pytest.mark.parametrize("ending", [".jsonl", ".csv", ".parquet"])
@pytest.mark.parametrize("with_text", [True, False])
def test_export(tmp_path: Path, capsys: pytest.CaptureFixture[str], ending: str, with_text: bool) -> None:
    """Texts come from the findings or from the input; the blank one is left out, and the count says so."""
    source, findings = scanned(tmp_path, ending=ending, with_text=with_text)
    texts = () if with_text else ("--texts", source)
    assert tipscan("export", findings, *texts, "--to", "brat", "-o", tmp_path / "out") == 0
    assert capsys.readouterr().err == "3 texts written, 1 rows without a text left out\n"
    items = {item.id: item for item in load(tmp_path / "out", "brat")}
    assert {name: item.text for name, item in items.items()} == {name: TEXTS[name] for name in "abd"}
    assert [(s.start, s.end, s.code) for s in items["a"].spans] == [(0, 4, "FEE.upfront")]
    assert (items["a"].label, items["d"].label) == ("deceptive", "ordinary")


def test_texts_have_to_be_those_that_were_scanned(tmp_path: Path) -> None:
    """Another text under the same id, and an id that is not there, are refused by name."""
    source, findings = scanned(tmp_path, ending=".jsonl", with_text=False)
    source.write_text(source.read_text().replace("flag me", "hide me").replace("\\ud83d", "\\ud83e"))
    with pytest.raises(InputError, match="the text with the id a is not the one that was scanned"):
        tipscan("export", findings, "--texts", source, "--to", "doccano", "-o", tmp_path / "o")
    source.write_text(json.dumps({"id": "z", "text": "z"}))
    with pytest.raises(InputError, match="no text with the id a"):
        tipscan("export", findings, "--texts", source, "--to", "doccano", "-o", tmp_path / "o")


def test_findings_that_are_none(tmp_path: Path) -> None:
    """The message names the line."""
    path = tmp_path / "f.jsonl"
    path.write_text('{"id": 1, "text": "a"}\n[1]\n')
    with pytest.raises(InputError, match=r"^1: neither a scored row nor an annotation"):
        tipscan("export", path, "--to", "doccano", "-o", tmp_path / "o")
    path.write_text("\n[1]\n")
    with pytest.raises(InputError, match=r"f\.jsonl, line 2: not a row of findings"):
        tipscan("export", path, "--to", "doccano", "-o", tmp_path / "o")


def test_from_findings_to_adjudication(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Sample, export, import, compare, adjudicate, export again: each command takes what the last one gave."""
    _, findings = scanned(tmp_path, ending=".jsonl", with_text=True)
    assert tipscan("sample", findings, "-n", 2, "--by", "uncertainty", "diversity", "-o", tmp_path / "s.jsonl") == 0
    assert capsys.readouterr().err == "2 of 4 rows chosen\n"
    assert tipscan("export", tmp_path / "s.jsonl", "--to", "doccano", "-o", tmp_path / "ann.jsonl") == 0
    rows = [json.loads(line) for line in (tmp_path / "ann.jsonl").read_text().splitlines()]
    rows[0]["entities"] = []
    (tmp_path / "bo.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for who in ("ann", "bo"):
        assert (
            tipscan("import", tmp_path / f"{who}.jsonl", "--from", "doccano", "-o", tmp_path / f"{who}.imported") == 0
        )
    capsys.readouterr()
    files = (tmp_path / "ann.jsonl", tmp_path / "bo.jsonl")
    adjudicate = tmp_path / "adjudicate.jsonl"
    assert tipscan("agreement", *files, "--from", "doccano", "--json", "--adjudicate", adjudicate) == 0
    out, err = capsys.readouterr()
    assert (json.loads(out)["texts"], json.loads(out)["pairs"][0]["exact"]) == (2, pytest.approx(2 / 3))
    assert err == "1 texts to adjudicate\n"
    assert tipscan("export", adjudicate, "--to", "labelstudio", "-o", tmp_path / "tasks.json") == 0
    [task] = json.loads((tmp_path / "tasks.json").read_text())
    assert [version["model_version"] for version in task["predictions"]] == ["ann", "bo"]
    assert (tmp_path / "tasks.config.xml").exists()


def test_half_a_surrogate_pair_is_written_escaped(tmp_path: Path) -> None:
    """A text that UTF-8 cannot hold costs nobody the file."""
    assert write_lines(tmp_path / "a.jsonl", [{"text": "a\ud83d"}, {"text": "b"}]) == 2
    assert [value["text"] for _, value in read_lines(tmp_path / "a.jsonl")] == ["a\ud83d", "b"]


@pytest.mark.parametrize(
    ("name", "data"), [("a.csv", "id,text\n1,café\n".encode("cp1252")), ("a.jsonl.gz", b"\x1f\x8b\x08")]
)
def test_damaged_findings_are_the_file_s_fault(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=rf"{name}: cannot be read"):
        list(read_findings(str(tmp_path / name)))
