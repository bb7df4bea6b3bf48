"""What a run writes is never its input, and what lies in its place is told by name."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeScanner

from tipscan.batch.parts import Parts, written_by
from tipscan.batch.run import Job, run
from tipscan.batch.source import find_sources
from tipscan.errors import InputError


def inputs(folder: Path) -> None:
    """25 rows in two files, one of the rows rejected."""
    (folder / "below").mkdir()
    rows = [{"id": n, "text": f"advert {n}" if n else None} for n in range(25)]
    for name, part in (("a.jsonl", rows[:15]), ("below/b.jsonl", rows[15:])):
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in part))


@pytest.mark.parametrize(("given", "rows"), [("**/*.jsonl", 25), (".", 15)])
@pytest.mark.parametrize("syncs", [5, 6, 7])
def test_a_run_resumes_beside_its_own_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str, rows: int, syncs: int
) -> None:
    """Broken off among the shards or at the results, it goes on with the inputs it began with."""
    monkeypatch.chdir(tmp_path)
    inputs(tmp_path)
    job = Job(inputs=(given,), output=Path("out.jsonl"), shard_rows=10)
    sync, calls = os.fsync, iter(range(100))

    def stopped(descriptor: int) -> None:
        if next(calls) >= syncs:
            raise KeyboardInterrupt
        sync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", stopped)
        with pytest.raises(KeyboardInterrupt):
            run(job, FakeScanner())
    assert Path("out.jsonl.parts/000000.jsonl").exists()
    assert run(replace(job, resume=True), FakeScanner()).tally.rows == rows
    assert len(Path("out.jsonl").read_bytes().splitlines()) == rows


def test_own_files_are_left_out_of_what_is_expanded(tmp_path: Path) -> None:
    """All of them under any format, also by a link or half written; files of like names and named ones stay."""
    own = ["out.csv", "out.csv.rejects.jsonl", "out.csv.summary.json", "out.csv.tmp", "out.csv.parts/0/000000.jsonl"]
    others = ["a.jsonl", "out.csv.partsX", "out.csv.rejects.csv", "loop"]
    folder = tmp_path / "adverts"
    for name in own + others[:-1]:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    (folder / "loop").symlink_to("loop")
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    left_out = written_by(tmp_path / "link" / "out.csv")
    found = find_sources([f"{folder}/**", f"{tmp_path}/link/*", str(folder)], "txt", left_out=left_out)
    assert {Path(source.path).name for source in found} == set(others)
    named = [str(folder / name) for name in own]
    assert [source.path for source in find_sources(named, "txt", left_out=left_out)] == named
    with pytest.raises(InputError, match=r"out\.csv\*s/\*\*/\*\.jsonl: only files that this run writes"):
        find_sources([f"{folder}/out.csv*s/**/*.jsonl"], left_out=left_out)


def job(folder: Path, **changes: Any) -> Job:
    (folder / "in.txt").write_text("cook wanted\n")
    return Job(inputs=(str(folder / "in.txt"),), output=folder / "out.jsonl", **changes)


@pytest.mark.parametrize("resume", [False, True])
def test_a_file_or_a_folder_in_the_place_of_the_parts(tmp_path: Path, resume: bool) -> None:
    """It is named, and left as it is."""
    place = tmp_path / "out.jsonl.parts"
    place.write_text("mine")
    with pytest.raises(InputError, match=r"out\.jsonl\.parts is no interrupted run: choose another output"):
        run(job(tmp_path, resume=resume), FakeScanner())
    assert place.read_text() == "mine"
    place.unlink()
    place.mkdir()
    (place / "thesis.txt").touch()
    with pytest.raises(InputError, match=r"out\.jsonl\.parts is no interrupted run: choose another output"):
        run(job(tmp_path, resume=resume), FakeScanner())
    assert [file.name for file in place.iterdir()] == ["thesis.txt"]


def failing_locks(monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    def flock(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("fcntl.flock", flock)


@pytest.mark.parametrize("resume", [False, True])
@pytest.mark.parametrize("code", [errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_file_system_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, resume: bool) -> None:
    """The run goes on unlocked, and leaves no parts."""
    failing_locks(monkeypatch, code)
    if resume:
        (tmp_path / "out.jsonl.parts").mkdir()
    assert run(job(tmp_path, resume=resume), FakeScanner()).tally.rows == 1
    assert not (tmp_path / "out.jsonl.parts").exists()


@pytest.mark.parametrize("resume", [False, True])
def test_a_lock_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, resume: bool) -> None:
    """The message says why; a directory made for the run is gone, one that was there keeps its shards."""
    failing_locks(monkeypatch, errno.EIO)
    parts = tmp_path / "out.jsonl.parts"
    with pytest.raises(InputError, match=r"cannot lock .*out\.jsonl\.parts: Input/output error"):
        run(job(tmp_path, resume=resume), FakeScanner())
    assert not parts.exists()
    parts.mkdir()
    (parts / "run.json").write_text("{}")
    with pytest.raises(InputError, match=r"cannot lock .*out\.jsonl\.parts: Input/output error"):
        run(job(tmp_path, resume=resume), FakeScanner())
    assert (parts / "run.json").exists()


def test_a_directory_that_another_run_locked_first_is_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between making the directory and locking it another run may come; nobody deletes what it writes."""
    failing_locks(monkeypatch, errno.EAGAIN)
    with pytest.raises(InputError, match="another run is writing"):
        Parts.start(tmp_path / "out.jsonl", {})
    assert (tmp_path / "out.jsonl.parts").is_dir()
