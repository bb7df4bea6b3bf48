"""``OUT.parts``: the plan of a run and its finished shards, from which an interrupted run goes on.

``run.json`` holds what the result depends on. A shard is ``NNNNNN.jsonl``, so many rows of the result, and
``NNNNNN.json``, its counts, rejects and checksum. The second is written last: where it exists the shard is finished.
Shards are JSON lines whatever the format of the output.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count, takewhile
from pathlib import Path
from typing import Any, BinaryIO, Final
from zlib import crc32

from tipscan.batch.files import unfinished, whole_file
from tipscan.batch.rows import Row
from tipscan.batch.schema import scored_row
from tipscan.batch.tally import Summary, Tally, reject
from tipscan.batch.writers import OutputFormat, open_writer, to_json
from tipscan.errors import InputError, TipscanError
from tipscan.finding import Finding

try:
    import fcntl
except ImportError:  # Windows: two runs on one output are not told apart there
    fcntl = None  # type: ignore[assignment]

Plan = dict[str, Any]

#: What the system says of a lock on a file system that has none, as some network ones do.
_NO_LOCKS: Final = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP)


def parts_of(output: Path) -> Path:
    """Where the parts of an output lie until it is whole."""
    return output.with_name(f"{output.name}.parts")


def written_by(output: Path) -> Callable[[str], bool]:
    """Tells whether a path leads to a file that a run with this output writes."""
    whole = (output, _rejects_of(output), _summary_of(output))
    # Not Path.resolve, to which a link that leads to itself is a RuntimeError.
    own = {os.path.realpath(file) for path in whole for file in (path, unfinished(path))}
    parts = Path(os.path.realpath(parts_of(output)))

    def is_own(path: str) -> bool:
        real = os.path.realpath(path)
        return real in own or parts in Path(real).parents

    return is_own


def _rejects_of(output: Path) -> Path:
    return output.with_name(f"{output.name}.rejects.jsonl")


def _summary_of(output: Path) -> Path:
    return output.with_name(f"{output.name}.summary.json")


@dataclass(frozen=True)
class Parts:
    """The directory of one run."""

    directory: Path
    _locks: list[BinaryIO] = field(default_factory=list, repr=False, compare=False)

    @classmethod
    def start(cls, output: Path, plan: Plan) -> Parts:
        """A fresh directory with its plan.

        Raises:
            InputError: The output or its parts exist, or cannot be written.
        """
        directory = parts_of(output)
        parts = cls(directory)
        if _exists(directory):
            parts._check_ours()
            parts._lock()  # tells a run at work, whose parts nobody should delete
            parts.close()
            raise InputError(f"{directory} holds an interrupted run: go on with --resume, or delete it to start anew")
        _check_free(output)
        try:
            directory.mkdir()
        except OSError as error:
            raise InputError(f"cannot write beside {output}: {error.strerror}") from None
        parts._lock(fresh=True)
        with whole_file(directory / "run.json") as file:
            file.write(json.dumps(plan, indent=2).encode())
        return parts

    @classmethod
    def resume(cls, output: Path, plan: Plan) -> Parts:
        """The directory of an interrupted run, or a fresh one where there is none.

        Raises:
            InputError: The run was started with other inputs, settings or versions; the message names them.
        """
        parts = cls(parts_of(output))
        path = parts.directory / "run.json"
        if _exists(parts.directory):
            parts._check_ours()
            parts._lock()
        if not path.exists():
            parts.remove()
            parts.close()
            return cls.start(output, plan)
        changed = _differences(parts._plan(), json.loads(json.dumps(plan)))
        if changed:
            parts.close()
            raise InputError(
                f"cannot resume, {parts.directory} was started otherwise: {'; '.join(changed)}. "
                "Undo the change, or delete that directory to start anew"
            )
        return parts

    def finished(self) -> int:
        """How many shards are done."""
        return sum(1 for _ in self._marks())

    def write(self, index: int, scored: Iterable[tuple[Row, Finding]], *, with_text: bool) -> None:
        """Writes the shard of this index, its mark last."""
        name = f"{index:06d}"
        tally, checksum = Tally(), 0
        rejects = []
        with whole_file(self.directory / f"{name}.jsonl") as file:
            for row, finding in scored:
                line = f"{to_json(scored_row(row, finding, with_text=with_text))}\n".encode()
                checksum = crc32(line, checksum)
                file.write(line)
                tally.add(finding)
                if finding.error is not None:
                    rejects.append(reject(row, finding.error))
        with whole_file(self.directory / f"{name}.json") as file:
            file.write(to_json({"tally": tally.to_dict(), "rejects": rejects, "crc32": checksum}).encode())

    def tally(self) -> Tally:
        """The counts of all finished shards."""
        tally = Tally()
        for mark in self._marks():
            tally.merge(_read(mark)["tally"])
        return tally

    def join(self, output: Path, output_format: OutputFormat, columns: Sequence[str], summary: Summary) -> None:
        """Writes the rejects, if there are any, the summary, and last the output itself; the parts stay.

        Raises:
            TipscanError: A shard is not what was written.
        """
        rejected = _rejects_of(output)
        with whole_file(rejected) as file:
            for mark in self._marks():
                file.writelines(f"{to_json(entry)}\n".encode() for entry in _read(mark)["rejects"])
        if not summary.tally.errors:
            rejected.unlink()
        with whole_file(_summary_of(output)) as file:
            file.write(json.dumps(summary.to_dict(), indent=2).encode())
        with whole_file(output) as file:
            self._join_shards(file, output_format, columns)

    def _join_shards(self, file: BinaryIO, output_format: OutputFormat, columns: Sequence[str]) -> None:
        with closing(open_writer(file, output_format, columns)) as writer:
            for mark in self._marks():
                lines = _shard(mark)
                if output_format == "jsonl":
                    file.writelines(lines)
                else:
                    writer.write([json.loads(line) for line in lines])

    def _plan(self) -> Any:
        try:
            return _read(self.directory / "run.json")
        except TipscanError:
            self.close()
            raise

    def _lock(self, *, fresh: bool = False) -> None:
        """Keeps other runs away for as long as this process lives; the system lets go of it whatever happens.

        Where the file system has no locks, two runs on one output are not told apart. A ``fresh`` directory that
        cannot be locked is deleted.

        Raises:
            InputError: Another run is at work here, or the directory cannot be locked.
        """
        if fcntl is None:
            return
        try:
            self._locks.append((self.directory / "lock").open("wb"))
            fcntl.flock(self._locks[-1], fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:  # the directory, even a fresh one, is the other run's now
            self.close()
            raise InputError(
                f"another run is writing {self.directory}: wait for it, or choose another output"
            ) from None
        except OSError as error:
            if error.errno in _NO_LOCKS:
                return
            self.close()
            if fresh:
                self.remove()
            raise InputError(f"cannot lock {self.directory}: {error.strerror}") from None

    def _check_ours(self) -> None:
        """Makes sure that a run made the directory, though it may have broken off before it wrote its plan.

        Raises:
            InputError: It is a file, or there is something else in it, or it cannot be read.
        """
        try:
            there = {file.name for file in self.directory.iterdir()} if self.directory.is_dir() else None
        except OSError as error:
            raise InputError(f"cannot read {self.directory}: {error.strerror}") from None
        if there is None or ("run.json" not in there and there - {"lock", "run.json.tmp"}):
            raise InputError(f"{self.directory} is no interrupted run: choose another output")

    def remove(self) -> None:
        """Deletes the directory."""
        shutil.rmtree(self.directory, ignore_errors=True)

    def close(self) -> None:
        """Lets other runs in."""
        for lock in self._locks:
            lock.close()

    def _marks(self) -> Iterator[Path]:
        return takewhile(Path.exists, (self.directory / f"{index:06d}.json" for index in count()))


def _check_free(output: Path) -> None:
    """Makes sure that nothing is overwritten.

    Raises:
        InputError: The output exists, or its directory does not.
    """
    if _exists(output):
        raise InputError(f"{output} exists: choose another name, or delete it first")
    if not output.absolute().parent.is_dir():
        raise InputError(f"{output}: its directory does not exist")


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError as error:  # a name too long, a directory one may not enter
        raise InputError(f"cannot write {path}: {error.strerror}") from None


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        raise TipscanError(f"{path} is damaged: delete {path.parent} to start anew") from None


def _shard(mark: Path) -> list[bytes]:
    """The lines of a finished shard, which a disk or a person may have changed since."""
    path = mark.with_suffix(".jsonl")
    try:
        lines = path.read_bytes().splitlines(keepends=True)
    except OSError:
        lines = []
    if crc32(b"".join(lines)) != _read(mark).get("crc32") or not lines:
        raise TipscanError(f"{path} is damaged: delete {mark}, and --resume scores its rows and those after it again")
    return lines


def _differences(before: Plan, now: Plan) -> list[str]:
    faults = []
    for name in sorted(before.keys() | now.keys()):
        then, current = before.get(name), now.get(name)
        if then == current:
            continue
        if name == "inputs":
            faults.append("the input files have changed")
        else:
            faults.append(f"{name} was {json.dumps(then)}, is {json.dumps(current)}")
    return faults
