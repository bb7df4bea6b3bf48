"""The job: rows of the inputs through the scanner into the output, restartable shard by shard."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, count, islice
from pathlib import Path
from time import monotonic
from typing import Any, Final, Protocol, TextIO

from tipscan.batch.columns import Columns
from tipscan.batch.parts import Parts, Plan, written_by
from tipscan.batch.rows import Row, rows_of
from tipscan.batch.schema import COLUMNS, TEXT_COLUMN, scored_row
from tipscan.batch.source import InputFormat, Meter, Source, find_sources
from tipscan.batch.tally import IdWatch, Summary, Tally
from tipscan.batch.writers import OutputFormat, open_writer, output_format_of
from tipscan.errors import InputError, TipscanError
from tipscan.finding import Finding
from tipscan.progress import show_progress

SHARD_ROWS: Final = 1000
_ROWS_AT_ONCE = 32

ScoredRow = tuple[Row, Finding]


class TextScanner(Protocol):
    """The part of ``tipscan.Scanner`` that a job needs."""

    @property
    def identities(self) -> list[dict[str, str]]: ...
    def scan(self, text: str) -> Finding: ...
    def scan_many(self, texts: Iterable[Any]) -> Iterator[Finding]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What to read and where to write; ``output`` None is standard output.

    ``settings`` are those of the scanner that decide scores (tier, policy, …): a run resumes only under the same.
    """

    inputs: tuple[str, ...]
    output: Path | None = None
    text_column: str | None = None
    id_column: str | None = None
    input_format: InputFormat | None = None
    output_format: OutputFormat | None = None
    with_text: bool = False
    resume: bool = False
    settings: Mapping[str, Any] = field(default_factory=dict)
    shard_rows: int = SHARD_ROWS

    @property
    def asked(self) -> Columns:
        """The columns to read."""
        return Columns(self.text_column, self.id_column)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the output."""
        return (*COLUMNS, TEXT_COLUMN) if self.with_text else COLUMNS


def run(job: Job, scanner: TextScanner, *, terminal: TextIO | None = None) -> Summary:
    """Scores every row and writes it; progress is shown on ``terminal``.

    Raises:
        InputError: Something to read is missing or unreadable, or something to write is in the way.
        TipscanError: The output cannot be written; what is finished stays, to be resumed.
    """
    session = _Session(job, scanner, terminal)
    if job.output is None:
        return session.to_stdout()
    plan = _plan(session, scanner)
    parts = Parts.resume(job.output, plan) if job.resume else Parts.start(job.output, plan)
    try:
        summary = session.to_file(job.output, parts)
    except BaseException:
        if not session.resumable:
            parts.remove()
        raise
    else:
        parts.remove()
    finally:
        parts.close()
    return summary


def score(rows: Iterable[Row], scanner: TextScanner) -> Iterator[ScoredRow]:
    """Each row with its finding; a row that could not be read keeps its own error, and nothing is left out."""
    waiting: deque[Row] = deque()

    def texts() -> Iterator[str | None]:
        for row in rows:
            waiting.append(row)
            yield row.text

    for finding in scanner.scan_many(texts()):
        row = waiting.popleft()
        yield row, finding if row.error is None else replace(finding, error=row.error)
    if waiting:
        raise TipscanError(f"the scanner left out {len(waiting)} rows")


class _Session:
    """One go at a job: its inputs checked, its rows ready to be read, its clock running."""

    def __init__(self, job: Job, scanner: TextScanner, terminal: TextIO | None) -> None:
        self.job = job
        self.output_format = job.output_format or output_format_of(job.output)
        self.sources = _checked_sources(job)
        self._ids = IdWatch()
        self._meter = Meter(self.sources)
        self._rows = self._ids.watch(rows_of(self.sources, job.asked, self._meter))
        self._scanner = scanner
        self._terminal = terminal
        self._started = monotonic()

    @property
    def resumable(self) -> bool:
        """Whether all rows can be read a second time."""
        return all(source.rereadable for source in self.sources)

    def to_file(self, output: Path, parts: Parts) -> Summary:
        """Writes the shards that are missing, then the output and what goes with it."""
        shards_done = parts.finished()
        rows_done = shards_done * self.job.shard_rows
        scored = self._scored(rows_done)
        for index in count(shards_done):
            shard = islice(scored, self.job.shard_rows)
            first = next(shard, None)
            if first is None:
                break
            parts.write(index, chain([first], shard), with_text=self.job.with_text)
        summary = self._summary(parts.tally(), rows_done)
        parts.join(output, self.output_format, self.job.columns, summary)
        return summary

    def to_stdout(self) -> Summary:
        """Writes row by row, without shards; what is printed cannot be taken back, or resumed."""
        tally = Tally()
        scored = self._scored(0)
        try:
            writer = open_writer(sys.stdout.buffer, self.output_format, self.job.columns)
            while batch := list(islice(scored, _ROWS_AT_ONCE)):
                writer.write([scored_row(row, finding, with_text=self.job.with_text) for row, finding in batch])
                sys.stdout.buffer.flush()
                for _, finding in batch:
                    tally.add(finding)
            writer.close()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise TipscanError(f"cannot write to standard output: {error.strerror or 'no reason given'}") from error
        return self._summary(tally, 0)

    def _scored(self, rows_done: int) -> Iterator[ScoredRow]:
        scored = score(islice(self._rows, rows_done, None), self._scanner)
        if self._terminal is None:
            return scored
        return show_progress(scored, self._terminal, done=rows_done, fraction=self._meter.fraction)

    def _summary(self, tally: Tally, rows_done: int) -> Summary:
        scored = max(0, tally.rows - rows_done)
        return Summary(tally, self._ids.duplicates, scored, monotonic() - self._started)


def _checked_sources(job: Job) -> tuple[Source, ...]:
    """The inputs, each opened once, so that a wrong column in the last one is told before the first row is scored."""
    if job.output is None:
        sources = find_sources(job.inputs, job.input_format)
    else:
        sources = find_sources(job.inputs, job.input_format, left_out=written_by(job.output))
    for source in sources:
        if job.output is None and source.is_standard_output():
            raise InputError(f"{source.path} is where the result goes: write it to another directory")
        if source.rereadable:
            next(rows_of([source], job.asked), None)
        elif job.resume:
            raise InputError(f"--resume needs files: {source.path} cannot be read a second time")
    return sources


def _plan(session: _Session, scanner: TextScanner) -> Plan:
    """All that decides the result. Every finding carries the version of the rules, that of an empty text as well."""
    job = session.job
    return {
        "inputs": [source.fingerprint() for source in session.sources],
        "text_column": job.text_column,
        "id_column": job.id_column,
        "output_format": session.output_format,
        "with_text": job.with_text,
        "shard_rows": job.shard_rows,
        "models": scanner.identities,
        "rules": scanner.scan("").rules,
        **job.settings,
    }
