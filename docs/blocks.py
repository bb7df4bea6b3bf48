"""The code blocks of a page, and what they print when they are run in order: for the tests and for the site.

* ``python`` blocks of a page share their names; ``shell`` blocks run their ``tipscan`` lines through the command line.
  A line that ends in ``# exit status N`` has to end with it.
* A block with ``title="NAME"`` is a file that the blocks after it find.
* ``<!-- output -->`` after a block stands where the site shows what the block printed.
* ``needs:`` at the head of a page names modules and programs without which its blocks cannot run.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
OUTPUT_MARK = "<!-- output -->"
#: Commands that are shown and not run: they install, train, or start what a page cannot.
NOT_RUN = ("pip install", "python3 -m venv", "source ", "python -m training.", "spark-submit", "make ")
_FENCE = re.compile(
    r"^```(?P<language>\w+)?(?P<rest>[^\n]*)\n(?P<code>.*?)^```$(?P<after>\n+<!-- output -->)?", re.M | re.S
)
_TITLE = re.compile(r'title="([^"]+)"')
_STATUS = re.compile(r"\s+# exit status (\d)$")
_NEEDS = re.compile(r"\A---\n(?:.*\n)*?needs: \[([^\]]*)\]\n(?:.*\n)*?---\n")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: ``title`` names the file it is, ``shown`` says that its output belongs on the page."""

    language: str
    code: str
    line: int
    title: str | None
    shown: bool


class BlockError(AssertionError):
    """A block that does not do what the page says; the message names page and line."""


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    return [
        Block(
            language=match["language"] or "",
            code=match["code"],
            line=page.count("\n", 0, match.start()) + 1,
            title=title[1] if (title := _TITLE.search(match["rest"])) else None,
            shown=match["after"] is not None,
        )
        for match in _FENCE.finditer(page)
    ]


def missing(page: str) -> list[str]:
    """What the page needs and this machine does not have."""
    needs = match[1] if (match := _NEEDS.match(page)) else ""
    names = [name.strip() for name in needs.split(",") if name.strip()]
    return [name for name in names if find_spec(name) is None and shutil.which(name) is None]


def run(page: str, name: str) -> list[str]:
    """What each block printed, run in order in a folder of their own that holds ``examples/``.

    Args:
        page: The Markdown.
        name: What errors call it.

    Raises:
        BlockError: A command ends with another status than the page says, or is none the page may hold.
    """
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        shutil.copytree(ROOT / "examples", "examples")
        names: dict[str, Any] = {"__name__": "__main__"}
        return [_run(block, names, f"{name}, line {block.line}") for block in blocks(page)]


def with_outputs(page: str, name: str) -> str:
    """The page with the output of its blocks where it is asked for."""
    if OUTPUT_MARK not in page or missing(page):
        return page
    printed = iter(output for block, output in zip(blocks(page), run(page, name), strict=True) if block.shown)
    return re.sub(OUTPUT_MARK, lambda _: f'```text title="output"\n{next(printed).rstrip()}\n```', page)


def _run(block: Block, names: dict[str, Any], place: str) -> str:
    if block.title is not None:
        path = Path(block.title)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.code, encoding="utf-8")
        return ""
    if block.language not in ("python", "shell"):
        return ""
    # With bytes below: findings go to standard output as bytes.
    printed = io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True)
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        if block.language == "python":
            # The lines keep their numbers on the page, in a traceback as well.
            exec(compile("\n" * block.line + block.code, place, "exec"), names)
        else:
            for command in _commands(block.code):
                if (fault := _run_command(command)) is not None:
                    raise BlockError(f"{place}: {fault}\n{_text(printed)}")
    return _text(printed)


def _text(printed: io.TextIOWrapper) -> str:
    assert isinstance(printed.buffer, io.BytesIO)
    return printed.buffer.getvalue().decode("utf-8")


def _commands(code: str) -> Iterator[str]:
    for line in code.replace("\\\n", " ").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()


def _run_command(command: str) -> str | None:
    """Runs a command; what is wrong with it, or None."""
    expected = int(match[1]) if (match := _STATUS.search(command)) else 0
    words = shlex.split(command, comments=True)
    if command.startswith(NOT_RUN):
        return None
    if words[0] != "tipscan":
        return f"{words[0]!r} is a command that no test runs"
    with _redirected(words) as arguments:
        status = _tipscan(arguments)
    return None if status == expected else f"{command!r} ended with {status}, not {expected}"


@contextlib.contextmanager
def _redirected(words: Sequence[str]) -> Iterator[list[str]]:
    """The arguments of a command, with ``< FILE`` as its standard input."""
    arguments = list(words[1:])
    if "<" not in arguments:
        yield arguments
        return
    place = arguments.index("<")
    with open(arguments[place + 1], encoding="utf-8") as source:
        before, sys.stdin = sys.stdin, source
        try:
            yield arguments[:place] + arguments[place + 2 :]
        finally:
            sys.stdin = before


def _tipscan(arguments: list[str]) -> int:
    from tipscan.cli import main

    with _plain_terminal():
        try:
            return main(arguments)
        except SystemExit as error:  # --help, and arguments that are none
            return int(error.code or 0)


@contextlib.contextmanager
def _plain_terminal() -> Iterator[None]:
    """Lines of argparse break at the width of the terminal, which pages do not have."""
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "100"
    try:
        yield
    finally:
        os.environ.pop("COLUMNS") if before is None else os.environ.update(COLUMNS=before)
