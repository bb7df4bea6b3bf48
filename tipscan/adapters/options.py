"""Which scanner an adapter runs: a value that travels to other processes, and the one scanner each makes of it."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from tipscan.errors import BundleError, PackError
from tipscan.indicators.packs import own_packs
from tipscan.scanner import Scanner
from tipscan.scoring import Policy

_SCANNERS_KEPT = 8


@dataclass(frozen=True, slots=True)
class Options:
    """The arguments of ``Scanner`` that can be sent, compared and hashed; ``versions`` are those of the sender.

    ``packs`` are (file name, TOML) of the user's own rule packs: their texts travel, for other machines do not have the
    files. ``model`` is a path, which every machine has to have.
    """

    model: str | None = None
    tier: str = "auto"
    policy: str | Policy = "balanced"
    languages: tuple[str, ...] | None = None
    threads: int | None = None
    redact: bool = False
    packs: tuple[tuple[str, str], ...] = ()
    versions: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        *,
        model: str | Path | None = None,
        languages: Any = None,
        packs: str | Path | None = None,
        **others: Any,
    ) -> Self:
        """From arguments as ``Scanner`` takes them.

        Raises:
            PackError: There are no such rule packs.
        """
        path = None if model is None else str(model)
        known = None if languages is None else tuple(languages)
        return cls(path, languages=known, packs=_texts(packs) if packs else (), **others)

    def pinned(self) -> Options:
        """The same with the versions of this process, which every other that uses it then has to have as well."""
        return replace(self, versions=_versions(scanner_of(replace(self, versions=()))))


def scanner_of(options: Options) -> Scanner:
    """The scanner of this process for these options, made on the first call.

    Raises:
        BundleError: The options come from a process with another model or other rules.
        PackError: A rule pack of the user's has faults.
    """
    # A forked child inherits the scanner without the threads it works on: it makes its own.
    scanner = _make(replace(options, versions=()), os.getpid())
    if options.versions and options.versions != (found := _versions(scanner)):
        raise BundleError(
            f"this process has model and rules {' '.join(found)}, its caller {' '.join(options.versions)}: "
            "install the same tipscan on all machines"
        )
    return scanner


@lru_cache(maxsize=_SCANNERS_KEPT)
def _make(options: Options, _process: int) -> Scanner:
    one = (options.model, options.tier, options.policy, options.languages, options.threads, options.redact)
    if not options.packs:
        return Scanner(*one)
    with TemporaryDirectory(prefix="tipscan-packs-") as folder:
        for name, text in options.packs:
            Path(folder, name).write_text(text, encoding="utf-8")
        scanner = Scanner(*one, packs=folder)
        try:
            scanner.reader.matcher, scanner.reader.rules  # noqa: B018 - reads the packs while the files are there
        except PackError as error:
            raise PackError(str(error).replace(f"{folder}{os.sep}", "")) from None
    return scanner


def _texts(packs: str | Path) -> tuple[tuple[str, str], ...]:
    """(file name, TOML) of the packs of a file or a directory; only ``*.toml`` is read of a directory."""
    files = [Path(pack.source) for pack in own_packs(Path(packs))]
    return tuple((file.with_suffix(".toml").name, file.read_text(encoding="utf-8")) for file in files)


def _versions(scanner: Scanner) -> tuple[str, ...]:
    return (*(identity["sha256"] for identity in scanner.identities), scanner.reader.rules)
