"""Which language identifier? Accuracy and time of each on the authored corpus.

    python -m evaluation.language

Compares what tipscan does (script first, then CLD2) with CLD2, py3langid and langdetect alone. The label of a text is
the language it was written for; romanized and code-mixed texts count, and are hard for all. Writes
``evaluation/results/language.json``.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import py3langid

from tipscan.text import identify, normalize
from tipscan.text.language import Cld2, Langdetect

HERE = Path(__file__).parent
SYSTEMS: dict[str, Callable[[str], str]] = {
    "tipscan": lambda text: identify(text).code,
    "cld2": lambda text: Cld2().identify(text).code,
    "py3langid": lambda text: str(py3langid.classify(text)[0]),
    "langdetect": lambda text: LANGDETECT.identify(text).code,
}
LANGDETECT = Langdetect()
PER_LANGUAGE = 40


def main() -> None:
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    texts: dict[str, list[str]] = {}
    for path in sorted((HERE.parent / "training" / "corpus").glob("*.jsonl")):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        texts[path.stem] = [normalize(row["text"]).text for row in rows[:PER_LANGUAGE]]
    result: dict[str, Any] = {"command": "python -m evaluation.language", "texts": sum(map(len, texts.values()))}
    for name, system in SYSTEMS.items():
        system("warm up, so that loading is not counted")
        started = time.perf_counter()
        right = {lang: sum(system(text) == lang for text in group) / len(group) for lang, group in texts.items()}
        seconds = time.perf_counter() - started
        result[name] = {
            "accuracy": round(sum(right.values()) / len(right), 4),
            "microseconds_a_text": round(1e6 * seconds / result["texts"]),
            "by_language": {lang: round(share, 3) for lang, share in right.items()},
        }
        print(name, result[name]["accuracy"], result[name]["microseconds_a_text"])
    (HERE / "results" / "language.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
