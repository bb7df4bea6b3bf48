"""Turn authored drafts, with indicator phrases marked inline, into corpus rows with code-point spans.

A draft is JSON Lines; inside ``text`` an indicator is written ``[[FEE.upfront|the phrase itself]]``.

    python -m training.draft drafts/vi.jsonl --batch 3        # check only: counts and every fault with its line
    python -m training.draft drafts/vi.jsonl --batch 3 -o training/corpus/vi.jsonl   # replaces all rows of that batch
"""

from __future__ import annotations

import argparse
import collections
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tipscan.indicators.taxonomy import SCHEMES, codes

MARK = re.compile(r"\[\[([A-Z]{2,12}\.[a-z_]{2,24})\|([^\[\]]{1,400})\]\]")
FACTS = set(
    "fee_payer fee_timing contract_timing document_holder freedom_to_leave exit_cost employer_checkable travel_route "
    "visa_kind wage_control money_direction account_use job_truth secrecy confinement age_consent body_marriage "
    "platform_task".split()
)
REGISTERS = set(
    "advert sms chat_opening chat referral comment corporate awareness advice news testimony smalltalk spam".split()
)
#: The batches of writing, by how ids begin after the language, and how their rows serve (``sources.corpus_rows``).
BATCHES = {"1": "learn", "3": "learn", "1c": "calibrate", "2": "test"}
MAX_SIMILARITY = 0.5
FIELDS = ("pair", "label", "recruits", "schemes", "register", "subtle", "obfuscated", "channel", "sector", "facts")


def parse_marked(marked: str) -> tuple[str, list[dict[str, object]]]:
    """Strip the inline marks: (plain text, [{code, start, end}] in code points of the plain text)."""
    plain: list[str] = []
    spans: list[dict[str, object]] = []
    length = position = 0
    for match in MARK.finditer(marked):
        before = marked[position : match.start()]
        plain += [before, match[2]]
        start = length + len(before)
        length = start + len(match[2])
        spans.append({"code": match[1], "start": start, "end": length})
        position = match.end()
    plain.append(marked[position:])
    return "".join(plain), spans


def shingles(text: str, size: int = 5) -> set[str]:
    folded = re.sub(r"\s+", " ", text.casefold())
    return {folded[i : i + size] for i in range(max(1, len(folded) - size + 1))}


def jaccard(left: set[str], right: set[str]) -> float:
    return len(left & right) / max(1, len(left | right))


def faults_of(row: dict, text: str, spans: list[dict]) -> list[str]:
    faults = [f"missing field {name}" for name in FIELDS if name not in row]
    if faults:
        return faults
    if "[[" in text or "]]" in text:
        faults.append("broken mark")
    faults += [f"unknown indicator {span['code']}" for span in spans if span["code"] not in codes()]
    faults += [f"unknown scheme {code}" for code in row["schemes"] if code not in SCHEMES]
    faults += [f"unknown fact {code}" for code in row["facts"] if code not in FACTS]
    if row["register"] not in REGISTERS:
        faults.append(f"unknown register {row['register']}")
    if row["label"] not in (0, 1) or not isinstance(row["recruits"], bool):
        faults.append("label must be 0 or 1, recruits true or false")
    if row["label"] == 1 and not (row["recruits"] and row["schemes"]):
        faults.append("a deceptive text recruits and names a scheme")
    if row["label"] == 0 and row["schemes"]:
        faults.append("a benign text names no scheme")
    if row["pair"] and not row["facts"]:
        faults.append("a pair names its decisive facts")
    return faults


def build(lines: list[str], lang: str, batch: str = "1") -> tuple[list[dict], list[str]]:
    """Rows and faults of one draft of a batch (a key of ``BATCHES``)."""
    rows: list[dict] = []
    faults: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            draft = json.loads(line)
        except json.JSONDecodeError as error:
            faults.append(f"line {number}: {error}")
            continue
        text, spans = parse_marked(draft.get("text", ""))
        found = faults_of(draft, text, spans)
        faults += [f"line {number}: {fault}" for fault in found]
        if not found:
            identity = {"lang": lang, "use": BATCHES[batch], "batch": int(batch[0])}
            rows.append(_row(draft, text, spans, f"{lang}-{batch}", len(rows) + 1) | identity)
    pairs: dict[str, list[int]] = collections.defaultdict(list)
    for row in rows:
        if row["pair"]:
            pairs[row["pair"]].append(row["label"])
    for pair, labels in pairs.items():
        if sorted(labels) != [0, 1]:
            faults.append(f"pair {pair}: needs one deceptive and one benign text")
    faults += [f"{one} is a near-duplicate of {other} ({share:.2f})" for one, other, share in copies(rows)]
    return rows, faults


def _row(draft: dict, text: str, spans: list[dict], prefix: str, number: int) -> dict:
    row = {"id": f"{prefix}-{number:03d}", "text": text} | {name: draft[name] for name in FIELDS}
    row["pair"] = f"{prefix}-{draft['pair']}" if draft["pair"] else None
    return row | {"indicators": spans, "authored": True, "native_review": False}


def batch_of(row: dict) -> str:
    return str(row["id"]).split("-")[1]


def copies(rows: list[dict]) -> Iterator[tuple[str, str, float]]:
    """Pairs of texts, twins apart, whose sets of character 5-grams overlap by more than ``MAX_SIMILARITY``."""
    grams = [shingles(row["text"]) for row in rows]
    for i, left in enumerate(rows):
        for j in range(i):
            small, large = sorted((len(grams[i]), len(grams[j])))
            twins = left["pair"] and left["pair"] == rows[j]["pair"]
            if twins or small <= MAX_SIMILARITY * large:
                continue
            similarity = jaccard(grams[i], grams[j])
            if similarity > MAX_SIMILARITY:
                yield left["id"], rows[j]["id"], similarity


def summary(rows: list[dict]) -> str:
    """Counts by class, so that a writer sees at a glance what is out of balance (deceptive first, benign second)."""
    groups = [[row for row in rows if row["label"] == label] for label in (1, 0)]

    def both(figure: Callable[[list[dict]], object]) -> str:
        return " / ".join(str(figure(group)) for group in groups)

    def share_with_digits(group: list[dict]) -> str:
        return f"{sum(any(char.isdigit() for char in row['text']) for row in group) / max(1, len(group)):.2f}"

    pairs = {row["pair"] for row in rows if row["pair"]}
    schemes = collections.Counter(code for row in groups[0] for code in row["schemes"])
    facts = collections.Counter(fact for row in groups[0] for fact in row["facts"])
    lines = [
        f"texts {both(len)}  pairs {len(pairs)}  subtle {sum(row['subtle'] for row in groups[0])}",
        f"obfuscated {both(lambda group: sum(row['obfuscated'] for row in group))}",
        f"mean length {both(lambda group: sum(len(row['text']) for row in group) // max(1, len(group)))}",
        f"with digits {both(share_with_digits)}",
        "schemes " + " ".join(f"{code}:{schemes[code]}" for code in SCHEMES),
        f"registers {both(lambda group: dict(collections.Counter(row['register'] for row in group)))}",
        f"facts {dict(facts)}",
    ]
    return "\n".join(lines)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("draft", type=Path)
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--batch", choices=BATCHES, required=True, help="of the draft; with -o its rows are replaced")
    args = parser.parse_args(argv)
    lang = args.draft.stem.split(".")[0]
    rows, faults = build(args.draft.read_text(encoding="utf-8").splitlines(), lang, args.batch)
    print(summary(rows))
    for fault in faults:
        print(fault, file=sys.stderr)
    if args.output and not faults:
        kept = args.output.read_text(encoding="utf-8").splitlines() if args.output.exists() else []
        others = [row for row in map(json.loads, kept) if batch_of(row) != args.batch]
        every = sorted(others + rows, key=lambda row: list(BATCHES).index(batch_of(row)))
        args.output.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in every), encoding="utf-8")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
