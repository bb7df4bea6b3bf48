"""Files of the tools: names that stand for ids, JSON lines, folders that are not written over."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from tipscan.batch.files import whole_file
from tipscan.batch.writers import to_json
from tipscan.errors import InputError, TipscanError
from tipscan.export.annotated import Annotated

#: File systems take 255 bytes; endings and the names of annotators come on top.
_LONGEST_NAME = 200


def file_name(name: str) -> str:
    """A file name that stands for an id, and for no other; :func:`id_of` reads it.

    Raises:
        InputError: The id is too long for a file name.
    """
    encoded = quote(name, safe=" ").replace(".", "%2E") if name.startswith(".") else quote(name, safe=" ")
    if not 0 < len(encoded) <= _LONGEST_NAME:
        raise InputError(f"an id of {len(name)} characters makes no file name: give the rows shorter ids")
    return encoded


def id_of(stem: str) -> str:
    """The id that a file name without its ending stands for."""
    return unquote(stem)


def new_folder(folder: Path) -> Path:
    """The folder, made where it is missing.

    Raises:
        InputError: There are files in it already, which an annotator may have worked on.
    """
    if folder.is_dir() and any(folder.iterdir()):
        raise InputError(f"{folder}: the folder is not empty")
    return made(folder)


def made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TipscanError(f"cannot write {folder}: {error.strerror}") from error
    return folder


def write_new(path: Path, content: str) -> None:
    """A file of a folder, as UTF-8 to the byte.

    Raises:
        InputError: There is one: two texts have the same id.
    """
    try:
        with path.open("xb") as file:
            file.write(content.encode("utf-8"))
    except FileExistsError:
        raise InputError(f"{path}: two texts have the same id") from None
    except OSError as error:
        raise TipscanError(f"cannot write {path}: {error.strerror}") from error


def write_lines(path: Path, values: Iterable[Any]) -> int:
    """JSON lines; returns how many."""
    count = 0
    with whole_file(path) as file:
        for value in values:
            file.write(to_json(value).encode() + b"\n")
            count += 1
    return count


def write_text(path: Path, content: str) -> None:
    with whole_file(path) as file:
        file.write(content.encode())


def read_text(path: Path, encoding: str = "utf-8-sig") -> str:
    """The text of a file, its line ends as they are; with ``utf-8``, a byte order mark stays a character of it.

    Raises:
        InputError: It cannot be read or is not UTF-8.
    """
    try:
        return path.read_bytes().decode(encoding)
    except UnicodeDecodeError:
        raise InputError(f"{path}: not valid UTF-8") from None
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}") from None


def read_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Place and object of every line that is not blank.

    Raises:
        InputError: A line is not a JSON object; the message names it.
    """
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if line.strip():
            try:
                value = json.loads(line)
            except ValueError:
                value = None
            if not isinstance(value, dict):
                raise InputError(f"{path}, line {number}: not a JSON object")
            yield f"{path}, line {number}", value


def files_below(path: Path, ending: str) -> list[Path]:
    """The file itself, or all files with the ending below a folder, sorted.

    Raises:
        InputError: There are none.
    """
    found = [path] if path.is_file() else sorted(file for file in path.rglob(f"*{ending}") if file.is_file())
    if not found:
        raise InputError(f"{path}: no {ending} file here")
    return found


def with_ending(path: Path, ending: str) -> Path:
    """The file beside another that goes with it: ``tasks.json`` and ``tasks.config.xml``."""
    return path.with_name(f"{path.stem}{ending}")


def by_text(items: Iterable[Annotated]) -> Iterator[list[Annotated]]:
    """Versions of one text that follow each other, together."""
    group: list[Annotated] = []
    for item in items:
        if group and (item.id, item.text) != (group[0].id, group[0].text):
            yield group
            group = []
        group.append(item)
    if group:
        yield group
