"""How long until tipscan answers: import and first result, in fresh processes.

    python -m evaluation.startup

Each line is the best of several fresh interpreters (other work on the machine only slows down), in seconds above the
bare interpreter's. Writes ``evaluation/results/startup.json``.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

RUNS = 7
CODE = {
    "interpreter": "pass",
    "import numpy": "import numpy",
    "import tipscan": "import tipscan",
    "import the scanner": "from tipscan import Scanner",
    "first result": "from tipscan import Scanner; Scanner().scan('Typist wanted abroad, contract on arrival')",
}


def seconds(code: str) -> float:
    best = float("inf")
    for _ in range(RUNS):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        best = min(best, time.perf_counter() - started)
    return best


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    best = {name: seconds(code) for name, code in CODE.items()}
    bare = best.pop("interpreter")
    result = {name: round(value - bare, 3) for name, value in best.items()}
    result["import tipscan beyond numpy"] = round(result["import tipscan"] - result["import numpy"], 3)
    result["import the scanner beyond numpy"] = round(result["import the scanner"] - result["import numpy"], 3)
    print(json.dumps(result, indent=2))
    output = Path(__file__).parent / "results" / "startup.json"
    output.write_text(
        json.dumps({"command": "python -m evaluation.startup", **result}, indent=1) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
