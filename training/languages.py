"""Check the language labels with two identifiers; where one of them disagrees, a person looks.

    python -m training.languages --shared ../shared/data

Identifiers: tipscan's own (script, then CLD2) and langdetect (seeded), the latter only for languages it knows. Writes
``training/language_disagreements.jsonl``: id, label, both answers. Ids only, no text.
"""

from __future__ import annotations

import argparse
import collections
from pathlib import Path

from datasets import Dataset
from langdetect import DetectorFactory
from langdetect.detector_factory import PROFILES_DIRECTORY

from tipscan.text import identify, normalize
from tipscan.text.language import Langdetect
from training import sources

OUTPUT = Path(__file__).with_name("language_disagreements.jsonl")


def known_to_langdetect() -> set[str]:
    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    return {code.partition("-")[0] for code in factory.get_lang_list()}


def with_answers(data: Dataset) -> Dataset:
    """The rows with both identifiers' answers; langdetect's is None where it does not know the labelled language."""
    second, known = Langdetect(), known_to_langdetect()

    def answers(row: dict[str, str]) -> dict[str, str | None]:
        text = normalize(row["text"]).text
        other = second.identify(text).code if row["lang"] in known else None
        return {"tipscan": identify(text).code, "langdetect": other}

    return data.map(answers, remove_columns=[name for name in data.column_names if name not in ("id", "lang")])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path)
    args = parser.parse_args()
    rows = [*(sources.shared_rows(args.shared) if args.shared else ()), *sources.corpus_rows()]
    for row in rows:
        row |= {"cluster": None, "fold": None}
    answered = with_answers(sources.as_dataset(rows))
    differing = answered.filter(lambda row: {row["tipscan"], row["langdetect"] or row["lang"]} != {row["lang"]})
    differing.to_json(OUTPUT, force_ascii=False)
    counts = collections.Counter(answered["lang"])
    for lang, count in sorted(collections.Counter(differing["lang"]).items()):
        print(f"{lang:4s} {count:5d} of {counts[lang]:5d} texts: one identifier disagrees")


if __name__ == "__main__":
    main()
