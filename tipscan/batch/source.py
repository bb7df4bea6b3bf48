"""Where rows come from: files, globs, directories and standard input, with the format told by the name."""

from __future__ import annotations

import glob
import gzip
import io
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

from tipscan.errors import InputError

InputFormat = Literal["csv", "tsv", "jsonl", "parquet", "txt"]

STDIN = "-"

_FORMATS: dict[str, InputFormat] = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".txt": "txt",
}
_COMPRESSED = (".gz", ".zst")


@dataclass(frozen=True, slots=True)
class Source:
    """One input: a path, or ``-`` for standard input, and the format it is read as."""

    path: str
    format: InputFormat

    @property
    def rereadable(self) -> bool:
        """Whether a second reading gives the same rows: true of regular files, not of pipes.

        True as well of a link that leads nowhere, so that it is looked into, and found out, before a run begins.
        """
        path = Path(self.path)
        return self.path != STDIN and (path.is_file() or not path.exists())

    def is_standard_output(self) -> bool:
        """Whether what is printed goes into this very file, which would never end."""
        try:
            return self.path != STDIN and os.path.samestat(os.fstat(1), Path(self.path).stat())
        except OSError:
            return False

    def open(self) -> BinaryIO:
        """The decompressed bytes.

        Raises:
            InputError: Parquet from standard input, which cannot be searched.
            OSError: The file cannot be opened.
        """
        if self.path == STDIN:
            if self.format == "parquet":
                raise InputError("parquet cannot be read from standard input: give the file's name")
            return sys.stdin.buffer
        name = self.path.lower()  # as the format is told
        if name.endswith(".gz"):
            return cast(BinaryIO, gzip.open(self.path, "rb"))
        return _open_zstandard(self.path) if name.endswith(".zst") else open(self.path, "rb")

    def fingerprint(self) -> dict[str, Any]:
        """What tells a changed file on resume: absolute path, format, size in bytes, time of change in ns."""
        if not self.rereadable:
            return {"path": self.path, "format": self.format}
        path = Path(self.path).resolve()
        status = path.stat()
        return {"path": str(path), "format": self.format, "size": status.st_size, "mtime_ns": status.st_mtime_ns}


class Meter:
    """How much of the inputs has been read, by bytes on disk."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._sizes = [Path(source.path).stat().st_size if source.rereadable else None for source in sources]
        self._read = 0
        self._stream: Any = None

    def begin(self, stream: BinaryIO) -> None:
        """The next source is open."""
        # A compressed file is told by the file below it; what has none (Zstandard) by the sources before it.
        file = getattr(stream, "fileobj", None) or stream
        self._stream = file if isinstance(getattr(file, "raw", None), io.FileIO) else None

    def end(self) -> None:
        """That source has been read."""
        self._stream = None
        self._read += 1

    def fraction(self) -> float | None:
        """Share of the inputs that has been read, or None where it cannot be known: pipes, nothing to read."""
        known = [size for size in self._sizes if size is not None]
        if len(known) < len(self._sizes) or not sum(known):
            return None
        here = self._stream.tell() if self._stream is not None and not self._stream.closed else 0
        return min(1.0, (sum(known[: self._read]) + here) / sum(known))


def find_sources(
    inputs: Iterable[str],
    input_format: InputFormat | None = None,
    *,
    left_out: Callable[[str], bool] = lambda _: False,
) -> tuple[Source, ...]:
    """Expands paths, globs (``**`` included), directories (their own files, not those below) and ``-``.

    Matches of a glob and files of a directory come sorted by name, without those that are ``left_out``; a file given
    by its own name is always taken. ``input_format`` overrides what the names say.

    Raises:
        InputError: Nothing matches, or a name does not tell its format.
    """
    return tuple(
        Source(path, input_format or _format_of(path))
        for given in inputs
        for path in _expand(given, input_format, left_out)
    )


def _expand(given: str, input_format: InputFormat | None, left_out: Callable[[str], bool]) -> list[str]:
    path = Path(given)
    try:
        if given == STDIN or (path.exists() and not path.is_dir()):
            return [given]
        found, fault = _listed(path, given, input_format)
    except OSError as error:  # a name too long, a directory one may not enter
        raise InputError(f"{given}: {error.strerror}") from None
    kept = [file for file in found if not left_out(file)]
    if not kept:
        raise InputError(f"{given}: {'only files that this run writes' if found else fault}")
    return kept


def _listed(path: Path, given: str, input_format: InputFormat | None) -> tuple[list[str], str]:
    """What a directory or a pattern stands for, and what is wrong where that is nothing."""
    if path.is_dir():
        found = sorted(str(file) for file in path.iterdir() if _is_table(file, input_format))
        fault = "the directory holds no file with a known ending"
    else:
        matches = glob.glob(given, recursive=True)  # noqa: PTH207 - Path.glob takes no absolute pattern
        found = sorted(match for match in matches if not Path(match).is_dir())
        fault = "no such file"
    return found, fault


def _is_table(file: Path, input_format: InputFormat | None) -> bool:
    known = input_format is not None or _named_format(file.name) is not None
    return known and file.is_file() and not file.name.startswith(".")


def _format_of(path: str) -> InputFormat:
    named = _stdin_format() if path == STDIN else _named_format(path)
    if named is None:
        what = "standard input" if path == STDIN else path
        raise InputError(f"{what}: the format is not clear, add --input-format csv, tsv, jsonl, parquet or txt")
    return named


def _named_format(name: str) -> InputFormat | None:
    path = Path(name.lower())
    return _FORMATS.get(Path(path.stem).suffix if path.suffix in _COMPRESSED else path.suffix)


def _stdin_format() -> InputFormat | None:
    """JSON lines begin with a brace; CSV and plain lines cannot be told apart, so they have to be named."""
    stream = sys.stdin.buffer
    head = stream.peek(64) if isinstance(stream, io.BufferedReader) else b"?"
    return "jsonl" if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"") else None


def _open_zstandard(path: str) -> BinaryIO:
    import pyarrow as pa

    return cast(BinaryIO, io.BufferedReader(pa.input_stream(path, compression="zstd")))
