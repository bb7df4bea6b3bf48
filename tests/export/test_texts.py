"""Findings meet their texts by id, whatever their formats make of an id that is empty."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest
from fakes import FakeScanner

from tipscan.batch.rows import Row
from tipscan.batch.run import Job, run
from tipscan.errors import InputError
from tipscan.export.cli import add_parsers
from tipscan.export.rows import with_texts

TEXTS = ["cook wanted in Rome", "waiter in Oslo", "flag me"]
INPUTS = {
    "in.csv": f"id,text\n,{TEXTS[0]}\nb,{TEXTS[1]}\n,{TEXTS[2]}\n",
    "in.jsonl": "".join(
        json.dumps(row) + "\n" for row in [{"id": None, "text": TEXTS[0]}, {"id": "b", "text": TEXTS[1]}]
    )
    + json.dumps({"id": "", "text": TEXTS[2]}),
}


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
@pytest.mark.parametrize("name", INPUTS)
@pytest.mark.parametrize("command", [["export", "--to", "prodigy"], ["sample", "--by", "uncertainty"]])
def test_rows_without_an_id_keep_their_texts(tmp_path: Path, name: str, ending: str, command: list[str]) -> None:
    """Every finding of rows with an empty id, or none, has the text it was found in."""
    source, findings, output = (tmp_path / file for file in (name, f"out.{ending}", "x.jsonl"))
    source.write_text(INPUTS[name])
    run(Job(inputs=(str(source),), output=findings), FakeScanner())
    parser = argparse.ArgumentParser()
    add_parsers(parser.add_subparsers(required=True))
    args = parser.parse_args([command[0], str(findings), *command[1:], "--texts", str(source), "-o", str(output)])
    assert args.command(args) == 0
    assert sorted(json.loads(line)["text"] for line in output.read_text().splitlines()) == sorted(TEXTS)


def test_the_word_none_is_an_id_like_others() -> None:
    """It is not taken for a row without one."""
    with pytest.raises(InputError, match="no text with the id None"):
        list(with_texts([{"id": None}], [Row(1, "None", "x", None, "a.csv", 2)]))
