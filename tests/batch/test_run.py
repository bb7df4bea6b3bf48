"""The job: one row out for one row in, and an interrupted run ends as if it had not been."""

from __future__ import annotations

import errno
import gzip
import io
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
import zlib
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fakes import FakeScanner
from hypothesis import given, settings
from hypothesis import strategies as st

from tipscan.batch.columns import Columns
from tipscan.batch.parts import Parts
from tipscan.batch.rows import Row, RowId, read_rows, rows_of
from tipscan.batch.run import SHARD_ROWS, Job, run, score
from tipscan.batch.source import Meter, find_sources
from tipscan.batch.tally import IdWatch
from tipscan.errors import TEXT_ERRORS, InputError, TipscanError
from tipscan.progress import show_progress

BAD_ROWS = b"""{"id": "a", "text": "flag me"}
{"id": "b", "text": null}
{"id": "c", "text": 5}

{"id": "d", "text": "\xff"}
{"id": "e", "text":
{"id": "f", "text": " "}
{"id": "a", "text": "fine"}
"""


def table(path: Path, rows: int) -> str:
    path.write_text("id,text\n" + "".join(f"n{number},text {number}\n" for number in range(rows)))
    return str(path)


def job(tmp_path: Path, rows: int = 95, name: str = "out.jsonl", **changes: Any) -> Job:
    options: dict[str, Any] = {"inputs": (table(tmp_path / "in.csv", rows),), "shard_rows": 10} | changes
    return Job(output=tmp_path / name, **options)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_rows_and_findings_stay_together(tmp_path: Path) -> None:
    """Each row meets its own finding, whatever the scanner reads ahead, and keeps its own error."""
    path = tmp_path / "in.jsonl"
    path.write_bytes(BAD_ROWS)
    for ahead in (1, 3, 100):
        scored = list(score(read_rows([str(path)]), FakeScanner(ahead=ahead)))
        assert [(row.id, finding.error) for row, finding in scored] == [
            ("a", None),
            ("b", "missing"),
            ("c", "not_a_string"),
            ("d", "bad_encoding"),
            (None, "bad_row"),
            ("f", "empty"),
            ("a", None),
        ]


def test_a_scanner_that_leaves_out_rows_is_an_error(tmp_path: Path) -> None:
    """Fewer findings than texts end the run, they do not shift rows."""

    class Short(FakeScanner):
        def scan_many(self, texts: Any) -> Any:
            return super().scan_many(list(texts)[:-1])

    with pytest.raises(TipscanError, match="the scanner left out"):
        list(score(read_rows([table(tmp_path / "in.csv", 3)]), Short()))


def test_output_rejects_and_summary(tmp_path: Path) -> None:
    """One output row for each input row in order; every error is listed with its line; the summary counts all."""
    path = tmp_path / "in.jsonl"
    path.write_bytes(BAD_ROWS)
    summary = run(Job(inputs=(str(path),), output=tmp_path / "out.jsonl", shard_rows=3), FakeScanner())
    assert [row["id"] for row in lines(tmp_path / "out.jsonl")] == ["a", "b", "c", "d", None, "f", "a"]
    expected = [(2, "b", "missing"), (3, "c", "not_a_string"), (5, "d", "bad_encoding"), (6, None, "bad_row")]
    assert lines(tmp_path / "out.jsonl.rejects.jsonl") == [
        {"line": line, "id": row_id, "source": str(path), "reason": reason, "meaning": TEXT_ERRORS[reason]}
        for line, row_id, reason in [*expected, (7, "f", "empty")]
    ]
    counts = json.loads((tmp_path / "out.jsonl.summary.json").read_text())
    assert counts == summary.to_dict()
    assert (counts["rows"], counts["duplicate_ids"]) == (7, 1)
    assert counts["decisions"] == {"clear": 1, "flag": 1}
    assert counts["languages"] == {"en": 2}
    assert counts["errors"] == dict.fromkeys(("bad_encoding", "bad_row", "empty", "missing", "not_a_string"), 1)


def test_nothing_but_the_results_is_left(tmp_path: Path) -> None:
    """A run without errors leaves the output and its summary, no rejects, no parts."""
    (tmp_path / "out.jsonl.rejects.jsonl").write_text("of an earlier run")
    run(job(tmp_path), FakeScanner())
    assert names(tmp_path) == ["in.csv", "out.jsonl", "out.jsonl.summary.json"]
    assert [row["id"] for row in lines(tmp_path / "out.jsonl")] == [f"n{number}" for number in range(95)]


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.parquet"])
def test_an_empty_input_is_an_empty_output(tmp_path: Path, name: str) -> None:
    """No rows are no fault."""
    (tmp_path / "in.txt").write_bytes(b"")
    summary = run(Job(inputs=(str(tmp_path / "in.txt"),), output=tmp_path / name), FakeScanner())
    assert (summary.tally.rows, summary.tally.errors.total()) == (0, 0)
    assert list(read_rows([str(tmp_path / name)], text_column="id")) == []


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.parquet"])
@pytest.mark.parametrize("stop_after", [0, 9, 10, 37, 94])
def test_an_interrupted_run_resumes_to_the_same_bytes(tmp_path: Path, name: str, stop_after: int) -> None:
    """Stopped after any number of rows, a resumed run writes the bytes of a whole one and redoes a shard at most."""
    whole = job(tmp_path, name=f"whole-{name}", with_text=True)
    run(whole, FakeScanner())
    halves = job(tmp_path, name=name, with_text=True)
    os.utime(tmp_path / "in.csv", (1, 1))
    with pytest.raises(KeyboardInterrupt):
        run(halves, FakeScanner(stop_after=stop_after))
    assert not (tmp_path / name).exists()
    second = FakeScanner()
    summary = run(replace(halves, resume=True), second)
    assert (tmp_path / name).read_bytes() == (tmp_path / f"whole-{name}").read_bytes()
    assert summary.tally.rows == 95
    assert second.scanned == summary.scored <= 95 - stop_after // 10 * 10 + 5
    assert not (tmp_path / f"{name}.parts").exists()


def test_a_killed_process_resumes_to_the_same_bytes(tmp_path: Path) -> None:
    """After ``kill -9`` in mid-run the finished shards are used and the output is that of an undisturbed run."""
    run(job(tmp_path, rows=3500, name="whole.jsonl", shard_rows=SHARD_ROWS), FakeScanner())
    command = [sys.executable, str(Path(__file__).with_name("slow_scan.py")), "scan", "in.csv", "-o", "out.jsonl"]
    process = subprocess.Popen(command, cwd=tmp_path, env=environment(0.0005))
    mark = tmp_path / "out.jsonl.parts" / "000001.json"
    deadline = time.monotonic() + 60
    while not mark.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert mark.exists()
    assert not (tmp_path / "out.jsonl").exists()
    done = subprocess.run([*command, "--resume"], cwd=tmp_path, env=environment(0), check=False)
    assert done.returncode == 0
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


@pytest.mark.parametrize("seed", range(20))
def test_killed_anywhere_nothing_is_lost_or_doubled(tmp_path: Path, seed: int) -> None:
    """``kill -9`` at a random moment, twenty times over, and the resumed output is that of an undisturbed run."""
    run(job(tmp_path, rows=2300, name="whole.csv", shard_rows=SHARD_ROWS), FakeScanner())
    command = [sys.executable, str(Path(__file__).with_name("slow_scan.py")), "scan", "in.csv", "-o", "out.csv"]
    process = subprocess.Popen(command, cwd=tmp_path, env=environment(0.0001))
    parts = tmp_path / "out.csv.parts"
    wait_for(parts, process)
    time.sleep(random.Random(seed).uniform(0, 0.5))
    process.kill()
    process.wait()
    if not (tmp_path / "out.csv").exists():  # else it was done before the signal came
        done = subprocess.run([*command, "--resume"], cwd=tmp_path, env=environment(0), check=False)
        assert done.returncode == 0
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_two_runs_on_one_output(tmp_path: Path) -> None:
    """While a run is at work a second one is refused with the reason; the first is not disturbed."""
    first = interrupted(tmp_path)
    plan = json.loads((tmp_path / "out.jsonl.parts" / "run.json").read_text())
    held = Parts.resume(tmp_path / "out.jsonl", plan)
    for again in (first, replace(first, resume=False)):
        with pytest.raises(InputError, match=r"another run is writing .*out\.jsonl\.parts: wait for it"):
            run(again, FakeScanner())
    held.close()
    assert run(first, FakeScanner()).tally.rows == 95


@pytest.mark.parametrize("options", [[], ["--resume"]])
def test_two_processes_on_one_output(tmp_path: Path, options: list[str]) -> None:
    """The second command ends with status 2 and says why, scored nothing, and the output of the first is whole."""
    run(job(tmp_path, rows=2300, name="whole.csv", shard_rows=SHARD_ROWS), FakeScanner())
    command = [sys.executable, str(Path(__file__).with_name("slow_scan.py")), "scan", "in.csv", "-o", "out.csv"]
    first = subprocess.Popen(command, cwd=tmp_path, env=environment(0.001), stderr=subprocess.DEVNULL)
    wait_for(tmp_path / "out.csv.parts" / "run.json", first)
    second = subprocess.run(
        [*command, *options], cwd=tmp_path, env=environment(0), capture_output=True, text=True, check=False
    )
    assert second.returncode == 2
    assert "another run is writing out.csv.parts: wait for it, or choose another output" in second.stderr
    assert first.wait() == 0
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


def wait_for(path: Path, process: subprocess.Popen[Any]) -> None:
    """Until the file is there, the process has ended, or a minute is over."""
    deadline = time.monotonic() + 60
    while not path.exists() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.parquet"])
@pytest.mark.parametrize("damage", [b"", b"{}\n", None])
def test_a_damaged_shard_is_told_and_scored_again(tmp_path: Path, name: str, damage: bytes | None) -> None:
    """A finished shard that was cut, changed or deleted never enters the output; the message is the way out."""
    run(job(tmp_path, name=f"whole-{name}"), FakeScanner())
    halves = job(tmp_path, name=name)
    with pytest.raises(KeyboardInterrupt):
        run(halves, FakeScanner(stop_after=35))
    again, shard = replace(halves, resume=True), tmp_path / f"{name}.parts" / "000001.jsonl"
    if damage is None:
        shard.unlink()
    else:
        shard.write_bytes(damage or shard.read_bytes()[:-100])
    with pytest.raises(TipscanError, match=r"000001\.jsonl is damaged: delete .*000001\.json, and --resume"):
        run(again, FakeScanner())
    assert not (tmp_path / name).exists()
    shard.with_suffix(".json").unlink()
    scanner = FakeScanner()
    run(again, scanner)
    assert (tmp_path / name).read_bytes() == (tmp_path / f"whole-{name}").read_bytes()
    assert scanner.scanned == 85  # all but the first shard


def test_a_parquet_file_damaged_in_the_middle(tmp_path: Path) -> None:
    """It stops the run with its name; rows before the damage stay finished, and there is no output to mistake."""
    texts = [f"advert {number} {random.Random(number).random()}" for number in range(5000)]
    pq.write_table(pa.table({"text": texts}), tmp_path / "in.parquet", row_group_size=1000)
    content = bytearray((tmp_path / "in.parquet").read_bytes())
    middle = len(content) // 2
    content[middle : middle + 200] = bytes(200)
    (tmp_path / "in.parquet").write_bytes(content)
    broken = Job(inputs=(str(tmp_path / "in.parquet"),), output=tmp_path / "out.jsonl", shard_rows=100)
    with pytest.raises(InputError, match=r"in\.parquet: "):
        run(broken, FakeScanner())
    assert len(list((tmp_path / "out.jsonl.parts").glob("*.jsonl"))) >= 10
    assert not (tmp_path / "out.jsonl").exists()


def test_a_link_that_leads_nowhere(tmp_path: Path) -> None:
    """A folder in which one link has no file behind it is told before anything is scored or written."""
    folder = tmp_path / "adverts"
    folder.mkdir()
    table(folder / "1.csv", 5)
    (folder / "2.csv").symlink_to(tmp_path / "gone.csv")
    scanner = FakeScanner()
    with pytest.raises(InputError, match=r"2\.csv: (No such file|no such file)"):
        run(job(tmp_path, inputs=(str(folder / "*.csv"),)), scanner)
    assert (scanner.scanned, (tmp_path / "out.jsonl.parts").exists()) == (0, False)


@pytest.mark.parametrize("name", ["out.jsonl", "out.csv", "out.parquet"])
def test_a_column_that_changes_its_type(tmp_path: Path, name: str) -> None:
    """From file to file texts become numbers and ids become texts: every row is there, under one declared schema."""
    pq.write_table(pa.table({"id": [1, 2], "text": ["flag me", "fine"]}), tmp_path / "1.parquet")
    pq.write_table(pa.table({"id": ["x", None], "text": [7.5, None]}), tmp_path / "2.parquet")
    pq.write_table(pa.table({"id": [1.5], "text": pa.array(["ការងារ 😀"], pa.large_string())}), tmp_path / "3.parquet")
    (tmp_path / "4.jsonl").write_text('{"id": [4], "text": "a"}\n{"id": 5, "text": {"a": 1}}\n', encoding="utf-8")
    inputs = tuple(str(tmp_path / file) for file in ("1.parquet", "2.parquet", "3.parquet", "4.jsonl"))
    summary = run(Job(inputs=inputs, output=tmp_path / name, shard_rows=2), FakeScanner())
    found = [
        (None if row.id in (None, "") else str(row.id), row.text or None)
        for row in read_rows([str(tmp_path / name)], text_column="error")
    ]
    assert found == [
        ("1", None),
        ("2", None),
        ("x", "not_a_string"),
        (None, "missing"),
        ("1.5", None),
        ("[4]", None),
        ("5", "not_a_string"),
    ]
    assert (summary.tally.rows, summary.tally.errors.total()) == (7, 3)


def test_a_file_that_breaks_off_in_the_middle(tmp_path: Path) -> None:
    """An input that cannot be read to its end stops the run with its name; finished shards stay to be resumed."""
    draw = random.Random(1)
    whole = gzip.compress("".join(f"advert number {n} {draw.random()}\n" for n in range(5000)).encode())
    (tmp_path / "in.txt.gz").write_bytes(whole[: len(whole) // 2])
    broken = Job(inputs=(str(tmp_path / "in.txt.gz"),), output=tmp_path / "out.jsonl", shard_rows=100)
    with pytest.raises(InputError, match=r"in\.txt\.gz: the compressed file is damaged or cut short"):
        run(broken, FakeScanner())
    assert len(list((tmp_path / "out.jsonl.parts").glob("*.json"))) > 10
    assert not (tmp_path / "out.jsonl").exists()


def test_odd_rows_in_the_middle_stop_nothing(tmp_path: Path) -> None:
    """Bad encoding, a number among texts, a line of 100 MB: each is a row with its reason, the others are scored."""
    content = [b'{"id": %d, "text": "advert %d"}' % (n, n) for n in range(6)]
    content[1] = b'{"id": 1, "text": "caf\xe9"}'
    content[3] = b'{"id": 3, "text": 42}'
    content[4] = b'{"id": 4, "text": "' + b"x" * 100_000_000 + b'"}'
    (tmp_path / "in.jsonl").write_bytes(b"\n".join(content) + b"\n")
    summary = run(Job(inputs=(str(tmp_path / "in.jsonl"),), output=tmp_path / "out.jsonl"), FakeScanner())
    assert [row["error"] for row in lines(tmp_path / "out.jsonl")] == [
        None,
        "bad_encoding",
        None,
        "not_a_string",
        "too_long",
        None,
    ]
    rejects = [(reject["line"], reject["reason"]) for reject in lines(tmp_path / "out.jsonl.rejects.jsonl")]
    assert rejects == [(2, "bad_encoding"), (4, "not_a_string"), (5, "too_long")]
    assert summary.tally.rows == 6


def test_progress_tells_the_time_left(tmp_path: Path) -> None:
    """A plain or gzip-compressed file says how much of it has been read; an empty one does not."""
    content = "".join(f"advert {n}\n" for n in range(200_000)).encode()
    (tmp_path / "a.txt").write_bytes(content)
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(content))
    sources = find_sources([str(tmp_path / "a.txt"), str(tmp_path / "b.txt.gz")])
    meter = Meter(sources)
    rows = rows_of(sources, Columns(None, None), meter)
    seen = [meter.fraction() for _ in islice(rows, 0, None, 50_000)]
    assert seen == sorted(share for share in seen if share is not None)
    assert (seen[0] or 0) < 0.1
    assert meter.fraction() == 1.0
    terminal = io.StringIO()
    clock, shares = iter([0.0, 1.0, 2.0, 3.0]), iter([0.0, 0.25, 0.5, 0.5])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tipscan.progress.monotonic", lambda: next(clock))
        list(show_progress([1, 2], terminal, fraction=lambda: next(shares)))
    assert "1 rows, 1 rows/s, about 0:00:03 left" in terminal.getvalue()
    (tmp_path / "empty.txt").write_bytes(b"")
    assert Meter(find_sources([str(tmp_path / "empty.txt")])).fraction() is None


def test_zstandard_is_told_by_the_files_before_it(tmp_path: Path) -> None:
    """Its stream knows no place on disk; names in capitals are what they are in small letters."""
    (tmp_path / "a.txt").write_text("one\n")
    with pa.CompressedOutputStream(str(tmp_path / "B.TXT.ZST"), "zstd") as stream:
        stream.write(b"two\nthree\n")
    (tmp_path / "C.TXT.GZ").write_bytes(gzip.compress(b"four\n"))
    sources = find_sources([str(tmp_path / name) for name in ("a.txt", "B.TXT.ZST", "C.TXT.GZ")])
    meter, texts, shares = Meter(sources), [], []
    for row in rows_of(sources, Columns(None, None), meter):
        texts.append(row.text)
        shares.append(meter.fraction() or 0)
    assert texts == ["one", "two", "three", "four"]
    assert shares[1] == shares[2] < shares[3] <= meter.fraction() == 1.0


def test_a_directory_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    """What --resume finds without a plan is removed only if a run left it."""
    theirs = tmp_path / "out.jsonl.parts"
    theirs.mkdir()
    (theirs / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="is no interrupted run: choose another output"):
        run(job(tmp_path, resume=True), FakeScanner())
    assert [file.name for file in theirs.iterdir()] == ["thesis.txt"]
    (theirs / "thesis.txt").rename(theirs / "run.json.tmp")
    assert run(job(tmp_path, resume=True), FakeScanner()).tally.rows == 95


@pytest.mark.parametrize("place", ["inputs", "output"])
def test_a_name_that_is_too_long_is_an_error_of_the_input(tmp_path: Path, place: str) -> None:
    long = str(tmp_path / ("x" * 300))
    changes: dict[str, Any] = {"inputs": (long,)} if place == "inputs" else {"name": f"{'x' * 300}.jsonl"}
    with pytest.raises(InputError, match="File name too long"):
        run(job(tmp_path, **changes), FakeScanner())


def test_what_is_printed_into_an_input_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``tipscan scan folder > folder/out.jsonl`` would read its own findings without end."""
    out = tmp_path / "out.jsonl"
    out.touch()
    table(tmp_path / "in.csv", 3)
    monkeypatch.setattr("os.fstat", lambda _: out.stat())
    with pytest.raises(InputError, match=r"out\.jsonl is where the result goes"):
        run(Job(inputs=(str(tmp_path),)), FakeScanner())


def environment(pause: float) -> dict[str, str]:
    return os.environ | {"PAUSE": str(pause), "PYTHONPATH": str(Path(__file__).parents[2])}


def interrupted(tmp_path: Path) -> Job:
    """A job that was stopped after its third shard, ready to be resumed."""
    halves = job(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        run(halves, FakeScanner(stop_after=35))
    return replace(halves, resume=True)


def test_a_shard_is_written_whole(tmp_path: Path) -> None:
    """After an interruption the parts hold the plan and three whole shards with their counts, nothing half done."""
    interrupted(tmp_path)
    parts = tmp_path / "out.jsonl.parts"
    shards = [f"00000{number}.{ending}" for number in range(3) for ending in ("json", "jsonl")]
    assert names(parts) == [*shards, "lock", "run.json"]
    assert [len(lines(parts / f"00000{number}.jsonl")) for number in range(3)] == [10, 10, 10]
    tally = {"rows": 10, "decisions": {"clear": 10}, "languages": {"en": 10}, "schemes": {}, "shadow": {}, "errors": {}}
    crc = zlib.crc32((parts / "000002.jsonl").read_bytes())
    assert json.loads((parts / "000002.json").read_text()) == {"tally": tally, "rejects": [], "crc32": crc}


def test_a_changed_input_is_refused(tmp_path: Path) -> None:
    """An input of another size or time is not mixed with shards of the old one."""
    again = interrupted(tmp_path)
    table(tmp_path / "in.csv", 96)
    with pytest.raises(InputError, match="the input files have changed"):
        run(again, FakeScanner())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"settings": {"tier": "fast"}}, 'tier was null, is "fast"'),
        ({"with_text": True}, "with_text was false, is true"),
        ({"shard_rows": 20}, "shard_rows was 10, is 20"),
        ({"text_column": "id"}, 'text_column was null, is "id"'),
    ],
)
def test_changed_settings_are_refused(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    """The message of a refused resume says what is different."""
    again = interrupted(tmp_path)
    with pytest.raises(InputError, match=message):
        run(replace(again, **change), FakeScanner())


def test_a_changed_model_is_refused(tmp_path: Path) -> None:
    """Rows of two models never stand in one output."""
    again = interrupted(tmp_path)
    newer = FakeScanner()
    newer.model = newer.model | {"version": "2"}
    with pytest.raises(InputError, match=r'models was .*"version": "1".*, is .*"version": "2"'):
        run(again, newer)


def test_a_damaged_plan_is_refused(tmp_path: Path) -> None:
    """Parts whose plan cannot be read are named, with the way out."""
    again = interrupted(tmp_path)
    (tmp_path / "out.jsonl.parts" / "run.json").write_text("{")
    with pytest.raises(TipscanError, match=r"run\.json is damaged: delete .*out\.jsonl\.parts to start anew"):
        run(again, FakeScanner())


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """An output that exists, and parts without --resume, are errors that say what to do."""
    again = interrupted(tmp_path)
    with pytest.raises(InputError, match="go on with --resume, or delete it to start anew"):
        run(replace(again, resume=False), FakeScanner())
    run(again, FakeScanner())
    for resume in (True, False):
        with pytest.raises(InputError, match=r"out\.jsonl exists: choose another name, or delete it first"):
            run(replace(again, resume=resume), FakeScanner())


def test_resume_of_nothing_starts(tmp_path: Path) -> None:
    """--resume can be given from the first time on."""
    assert run(job(tmp_path, resume=True), FakeScanner()).tally.rows == 95


def test_no_such_directory(tmp_path: Path) -> None:
    """The place of the output is checked before anything is scored."""
    scanner = FakeScanner()
    with pytest.raises(InputError, match="its directory does not exist"):
        run(job(tmp_path, name="no/out.jsonl"), scanner)
    assert scanner.scanned == 0


def test_the_last_file_is_looked_at_first(tmp_path: Path) -> None:
    """A column missing in the last input is told before the first row is scored, and leaves no parts."""
    (tmp_path / "z.csv").write_text("wage\n1\n")
    inputs = (table(tmp_path / "in.csv", 5), str(tmp_path / "z.csv"))
    scanner = FakeScanner()
    with pytest.raises(InputError, match=r"z\.csv: no text column"):
        run(job(tmp_path, inputs=inputs), scanner)
    assert (scanner.scanned, (tmp_path / "out.jsonl.parts").exists()) == (0, False)


@pytest.mark.parametrize("writes_before", [1, 4, 20, 21, 22])
def test_a_full_disk_is_told_and_resumable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes_before: int) -> None:
    """Wherever the disk fills up, the message says so, no half file stays, and a resumed run is whole."""
    sync, calls = os.fsync, iter(range(1000))

    def full(descriptor: int) -> None:
        if next(calls) >= writes_before:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(descriptor)

    run(job(tmp_path, name="whole.jsonl"), FakeScanner())
    halves = job(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(TipscanError, match=r"cannot write .*out\.jsonl.*: No space left on device"):
            run(halves, FakeScanner())
    assert list(tmp_path.rglob("*.tmp")) == []
    run(replace(halves, resume=True), FakeScanner())
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_a_file_system_that_takes_no_more(tmp_path: Path, name: str) -> None:
    """A write that fails half way, by the limit of the system itself: status 2, how to go on, and then all is there."""
    run(job(tmp_path, rows=2300, name=f"whole-{name}", shard_rows=SHARD_ROWS), FakeScanner())
    scan = [sys.executable, str(Path(__file__).with_name("slow_scan.py")), "scan", "in.csv", "-o", name]
    # In the first case there is room for every shard and not for the whole, in the second not even for a shard.
    room = (tmp_path / f"whole-{name}").stat().st_size // 2 // 1024
    limited = ["bash", "-c", f'ulimit -f {room} && exec "$@"', "bash", *scan]
    failed = subprocess.run(limited, cwd=tmp_path, env=environment(0), capture_output=True, text=True, check=False)
    assert failed.returncode == 2
    assert re.search(r"cannot write .*: File too large\nto go on, run: tipscan scan --resume in\.csv", failed.stderr)
    assert "Exception ignored" not in failed.stderr
    assert list(tmp_path.rglob("*.tmp")) == []
    assert not (tmp_path / name).exists()
    subprocess.run([*scan, "--resume"], cwd=tmp_path, env=environment(0), capture_output=True, check=True)
    assert (tmp_path / name).read_bytes() == (tmp_path / f"whole-{name}").read_bytes()


def test_a_pipe_cannot_be_resumed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows of standard input are gone after an interruption: no parts stay, and --resume is refused."""
    content = b'{"text": "a"}\n' * 95
    from_pipe = Job(inputs=("-",), output=tmp_path / "out.jsonl", input_format="jsonl", shard_rows=10)
    for scanner, expected in ((FakeScanner(stop_after=50), KeyboardInterrupt), (FakeScanner(), None)):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
        if expected:
            with pytest.raises(expected):
                run(from_pipe, scanner)
            assert names(tmp_path) == []
        else:
            assert run(from_pipe, scanner).tally.rows == 95
    with pytest.raises(InputError, match="--resume needs files: - cannot be read a second time"):
        run(replace(from_pipe, resume=True), FakeScanner())


def test_row_groups_are_bounded_in_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small shards share a row group, large ones have their own: neither many groups nor large ones take memory."""
    run(job(tmp_path, name="shared.parquet"), FakeScanner())
    monkeypatch.setattr("tipscan.batch.writers.ROW_GROUP_BYTES", 1)
    run(job(tmp_path, name="single.parquet"), FakeScanner())
    shared, single = (pq.ParquetFile(tmp_path / f"{name}.parquet") for name in ("shared", "single"))
    assert (shared.num_row_groups, single.num_row_groups) == (1, 10)
    assert shared.read().equals(single.read())


def test_progress_is_one_line_that_is_cleared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The terminal sees rows, speed and time left, and an empty line in the end."""
    monkeypatch.setattr("tipscan.progress._SECONDS_BETWEEN", 0)
    terminal = io.StringIO()
    run(job(tmp_path), FakeScanner(), terminal=terminal)
    assert "\r\x1b[K95 rows, " in terminal.getvalue()
    assert re.search(r"rows/s(, about 0:00:00 left)?\r\x1b\[K$", terminal.getvalue())
    assert "text" not in terminal.getvalue()


def test_the_memory_for_ids_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the first ids are watched for duplicates."""
    monkeypatch.setattr("tipscan.batch.tally.MAX_IDS_WATCHED", 2)
    (tmp_path / "in.csv").write_text("id,text\n" + "".join(f"{row_id},x\n" for row_id in "abccab"))
    again = Job(inputs=(str(tmp_path / "in.csv"),), output=tmp_path / "out.jsonl")
    assert run(again, FakeScanner()).duplicate_ids == 2


@settings(deadline=None)
@given(st.lists(st.integers(-3, 12) | st.sampled_from(["", "0", "-1", "a", "😀"]) | st.none(), max_size=60))
def test_ids_that_come_again_are_counted(ids: list[RowId]) -> None:
    """As many as there are ids beyond the distinct ones; rows without an id do not count."""
    watch = IdWatch()
    rows = [Row(number, row_id, "x", None, "a.csv", number) for number, row_id in enumerate(ids)]
    assert list(watch.watch(rows)) == rows
    known = [row_id for row_id in ids if row_id is not None]
    assert watch.duplicates == len(known) - len(set(known))
