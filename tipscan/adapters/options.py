"""Which scanner an adapter runs: a value that travels to other processes, and the one scanner each makes of it."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from tipscan.errors import BundleError
from tipscan.scanner import Scanner
from tipscan.scoring import Policy

_SCANNERS_KEPT = 8


@dataclass(frozen=True, slots=True)
class Options:
    """The arguments of ``Scanner`` that can be sent, compared and hashed; ``versions`` are those of the sender."""

    model: str | None = None
    tier: str = "auto"
    policy: str | Policy = "balanced"
    languages: tuple[str, ...] | None = None
    threads: int | None = None
    redact: bool = False
    versions: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        *,
        model: str | Path | None = None,
        languages: Any = None,
        **others: Any,
    ) -> Self:
        """From arguments as ``Scanner`` takes them."""
        path = None if model is None else str(model)
        return cls(path, languages=None if languages is None else tuple(languages), **others)

    def pinned(self) -> Options:
        """The same with the versions of this process, which every other that uses it then has to have as well."""
        return replace(self, versions=_versions(scanner_of(replace(self, versions=()))))


def scanner_of(options: Options) -> Scanner:
    """The scanner of this process for these options, made on the first call.

    Raises:
        BundleError: The options come from a process with another model or other rules.
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
    return Scanner(options.model, options.tier, options.policy, options.languages, options.threads, options.redact)


def _versions(scanner: Scanner) -> tuple[str, ...]:
    return (*(identity["sha256"] for identity in scanner.identities), scanner.reader.rules)
