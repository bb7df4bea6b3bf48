"""Files that are either whole or not there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from tipscan.errors import TipscanError


def unfinished(path: Path) -> Path:
    """The name of a file while it is written; after a kill it stays."""
    return path.with_name(f"{path.name}.tmp")


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write under another name, which takes its own when the block ends well; otherwise nothing is left.

    Raises:
        TipscanError: The disk is full or the place cannot be written.
    """
    halfway = unfinished(path)
    try:
        try:
            with halfway.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            halfway.replace(path)
        except BaseException:
            halfway.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise TipscanError(f"cannot write {path}: {error.strerror or 'no reason given'}") from error
