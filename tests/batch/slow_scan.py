"""``tipscan`` with a scanner that takes ``PAUSE`` seconds a text: a process to kill in its middle."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any


def main() -> int:
    """Puts the slow scanner in the place of the real one and runs the command line."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from fakes import FakeScanner

    from tipscan.cli import main as tipscan_main

    def slow_scanner(**settings: Any) -> FakeScanner:
        return FakeScanner(pause=float(os.environ["PAUSE"]), **settings)

    module = ModuleType("tipscan.scanner")
    module.Scanner = slow_scanner  # type: ignore[attr-defined]
    sys.modules["tipscan.scanner"] = module
    return tipscan_main()


if __name__ == "__main__":
    sys.exit(main())
