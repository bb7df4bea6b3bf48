"""``python -m tipscan``."""

from __future__ import annotations

import sys

from tipscan.cli import main

if __name__ == "__main__":
    sys.exit(main())
