"""Turn authored drafts, with indicator phrases marked inline, into corpus rows with code-point spans.

A draft is JSON Lines; inside ``text`` an indicator is written ``[[FEE.upfront|the phrase itself]]``.

    python -m training.draft drafts/vi.jsonl                  # check only: counts and every fault with its line
    python -m training.draft drafts/vi.jsonl -o training/corpus/vi.jsonl
"""

from __future__ import annotations

import argparse
import collections
import json
import re
import sys
from pathlib import Path

MARK = re.compile(r"\[\[([A-Z]{2,12}\.[a-z_]{2,24})\|([^\[\]]{1,400})\]\]")
CODES = {
    "PAY": "too_high vague per_task guaranteed",
    "FEE": "upfront training medical processing deposit broker uniform activation",
    "DOC": "passport_kept id_by_chat bank_details",
    "VISA": "tourist not_needed arranged overstay lie_to_officer",
    "TRAVEL": "free_ticket escorted border undisclosed third_country irregular",
    "HOUSE": "tied confined",
    "ROLE": "vague scam_title looks bride donor account_rental reshipping study_bait changes",
    "REQ": "no_experience age minor gender looks nationality",
    "CONTACT": "chat_only off_platform no_address",
    "PRESSURE": "urgency secrecy",
    "IDENT": "no_employer no_licence impersonation",
    "DEBT": "advance deduction bond exit_fee",
    "CONTROL": "movement threat overtime withheld_pay late_contract phone",
    "TASK": "rating recharge unlock",
    "EVADE": "homoglyph spacing digits codeword",
    "MITIGATION": "licence employer employer_pays contract_first documents_kept free_to_leave days_off verified_channel",
}
INDICATORS = {f"{family}.{name}" for family, names in CODES.items() for name in names.split()}
SCHEMES = (
    "forced_criminality forced_labour sexual_exploitation forced_marriage organ_removal smuggling "
    "advance_fee task_scam identity_theft money_mule"
).split()
FACTS = set(
    "fee_payer fee_timing contract_timing document_holder freedom_to_leave exit_cost employer_checkable travel_route "
    "visa_kind wage_control money_direction account_use job_truth secrecy confinement age_consent body_marriage "
    "platform_task".split()
)
REGISTERS = set(
    "advert sms chat_opening chat referral comment corporate awareness advice news testimony smalltalk spam".split()
)
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
    faults += [f"unknown indicator {span['code']}" for span in spans if span["code"] not in INDICATORS]
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


def build(lines: list[str], lang: str, batch: int) -> tuple[list[dict], list[str]]:
    rows: list[dict] = []
    faults: list[str] = []
    pairs: dict[str, list[dict]] = collections.defaultdict(list)
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
        if found:
            continue
        row = {"id": f"{lang}-{batch}-{len(rows) + 1:03d}", "text": text, "lang": lang, "batch": batch}
        row |= {name: draft[name] for name in FIELDS}
        row["pair"] = f"{lang}-{batch}-{draft['pair']}" if draft["pair"] else None
        row |= {"indicators": spans, "authored": True, "native_review": False}
        rows.append(row)
        if row["pair"]:
            pairs[row["pair"]].append(row)
    for pair, twins in pairs.items():
        if sorted(twin["label"] for twin in twins) != [0, 1]:
            faults.append(f"pair {pair}: needs one deceptive and one benign text")
    sets = [shingles(row["text"]) for row in rows]
    for i, left in enumerate(rows):
        for j in range(i):
            if left["pair"] and left["pair"] == rows[j]["pair"]:
                continue
            if jaccard(sets[i], sets[j]) > 0.5:
                faults.append(f"{left['id']} is a near-duplicate of {rows[j]['id']}")
    return rows, faults


def summary(rows: list[dict]) -> str:
    lure = [row for row in rows if row["label"]]
    benign = [row for row in rows if not row["label"]]
    paired = [row for row in lure if row["pair"]]
    schemes = collections.Counter(code for row in lure for code in row["schemes"])
    mean = lambda group: sum(len(row["text"]) for row in group) / max(1, len(group))  # noqa: E731
    share = lambda group, test: sum(map(test, group)) / max(1, len(group))  # noqa: E731
    digits = lambda row: any(c.isdigit() for c in row["text"])  # noqa: E731
    return "\n".join(
        [
            f"deceptive {len(lure)} benign {len(benign)} pairs {len(paired)}",
            f"subtle {sum(r['subtle'] for r in lure)}/{len(lure)}  obfuscated {sum(r['obfuscated'] for r in lure)} vs {sum(r['obfuscated'] for r in benign)}",
            f"mean length {mean(lure):.0f} vs {mean(benign):.0f}  with digits {share(lure, digits):.2f} vs {share(benign, digits):.2f}",
            "schemes " + " ".join(f"{code}:{schemes[code]}" for code in SCHEMES),
            "registers 1 " + str(dict(collections.Counter(r["register"] for r in lure))),
            "registers 0 " + str(dict(collections.Counter(r["register"] for r in benign))),
            "facts " + str(dict(collections.Counter(f for r in paired for f in r["facts"]))),
        ]
    )


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("draft", type=Path)
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--batch", type=int, default=1)
    args = parser.parse_args(argv)
    lang = args.draft.stem.split(".")[0]
    rows, faults = build(args.draft.read_text(encoding="utf-8").splitlines(), lang, args.batch)
    print(summary(rows))
    for fault in faults:
        print(fault, file=sys.stderr)
    if args.output and not faults:
        args.output.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in rows), encoding="utf-8")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
