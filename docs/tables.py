"""Reference pages made from the data of the package: taxonomy, rules, languages, hotlines, commands."""

from __future__ import annotations

import argparse
import functools
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tipscan.explain import LANGUAGES as EXPLAINED
from tipscan.explain.messages import SCHEMES as SCHEME_WORDS
from tipscan.explain.referrals import EVERYWHERE, Referral, referrals
from tipscan.indicators import SCHEMES, codes
from tipscan.indicators.packs import Pack, Rule, load_packs
from tipscan.indicators.taxonomy import FAMILIES, WORKER_SCHEMES

ROOT = Path(__file__).parent.parent
#: What the codes of a family are about.
FAMILY_WORDS = {
    "PAY": "What is promised",
    "FEE": "Money the worker is asked for",
    "DOC": "Papers and data",
    "VISA": "The right to enter and to work",
    "TRAVEL": "The way there",
    "HOUSE": "Lodging",
    "ROLE": "The work itself",
    "REQ": "Who is wanted",
    "CONTACT": "How to get in touch",
    "PRESSURE": "Hurry and secrecy",
    "IDENT": "Who is behind the offer",
    "DEBT": "Debts and bonds",
    "CONTROL": "Freedom, hours and wages",
    "TASK": "Paid clicks and top-ups",
    "EVADE": "Hidden writing",
    "MITIGATION": "What speaks for an offer",
    "MODEL": "What the model finds by itself",
}
_SHOWN_LITERALS = 6


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines) + "\n"


def _cell(value: object) -> str:
    return str(value).replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def taxonomy() -> str:
    """Schemes, frameworks and every indicator code."""
    table_of_schemes = table(
        ("code", "what it may point to", "who or what is at stake"),
        (
            (f"`{code}`", SCHEME_WORDS[code], "a person" if code in WORKER_SCHEMES else "money or data")
            for code in SCHEMES
        ),
    )
    families = "\n".join(_family(family) for family in FAMILIES)
    works = "\n".join(
        f"* {cited}" for cited in dict.fromkeys(cited for code in codes().values() for cited in code.cites)
    )
    return f"""# Taxonomy

Made from `tipscan/indicators/taxonomy.toml`. {len(SCHEMES)} schemes, {len(codes())} indicator codes in
{len(FAMILIES)} families. The wording is the
project's own; what it rests on is cited with each code.

## Schemes

A text can point to several. A scheme is a probability, not a finding about anybody.

{table_of_schemes}
## Indicator codes

*Strength* and *dimension* follow the ILO–EC Operational Indicators of Trafficking in Human Beings (2009) for adults.
A code without a
dimension is a known red flag of adverts that those indicators do not list. How the strengths add up is said
under [How scores are made](../scores.md#the-iloec-rule).

{families}
## What the codes cite

{works}
"""


def _family(family: str) -> str:
    members = [code for code in codes().values() if code.family == family]
    rows = [
        (
            f"`{code.name}`",
            f"The text {code.seen}.",
            code.strength,
            _plain(code.dimension),
            "; ".join(code.cites),
            code.ask,
        )
        for code in members
    ]
    head = ("code", "meaning", "strength", "dimension", "cites", "a question to ask")
    return f"### {family}: {FAMILY_WORDS[family]}\n\n{table(head, rows)}"


def _plain(name: str | None) -> str:
    return "" if name is None else name.replace("_", " ")


def rules() -> str:
    """Counts of every pack, and what its rules found in the measured texts."""
    measured = _measured()["languages"]
    rows = []
    for pack in load_packs():
        counts = Counter(rule.code for rule in pack.rules)
        rows.append(
            (f"[{pack.name}](rules/{pack.name}.md)", pack.version, len(pack.rules), len(counts), *_hit(measured, pack))
        )
    total = sum(len(pack.rules) for pack in load_packs())
    head = ("pack", "version", "rules", "codes", "lures with a sign", "ordinary texts with a sign")
    return f"""# Rules

{total:,} rules in {len(load_packs())} packs, made from `tipscan/indicators/packs/*.toml`. A rule is data: words that
have to stand near each other in
one sentence, examples it has to find, and near-misses it has to leave alone. [Own rules](../how-to/rules.md) says how
to write one.

The last two columns are shares of the project's own test texts in that language in which at least one warning rule
fires
(`evaluation/results/rules.json`). They show why one sign alone never flags: ordinary adverts carry signs too. The
texts are authored, and no native
speaker has reviewed them or the rules.

{table(head, rows)}"""


def _hit(measured: Mapping[str, Any], pack: Pack) -> tuple[str, str]:
    found = [measured[language] for language in pack.languages if language in measured]
    if not found:
        return "–", "–"
    [counts] = found[:1]
    return f"{counts['lures_hit'] / counts['lures']:.2f}", f"{counts['ordinary_hit'] / counts['ordinary']:.2f}"


def rule_pages() -> dict[str, str]:
    """One page for each pack: name of the pack -> Markdown."""
    measured = _measured()["rules"]
    return {pack.name: _pack_page(pack, measured) for pack in load_packs()}


def _pack_page(pack: Pack, measured: Mapping[str, Any]) -> str:
    rows = [
        (
            f"`{rule.id}`",
            f"`{rule.code}`",
            rule.strength or codes()[rule.code].strength,
            _parts(rule),
            *_found(measured, rule),
        )
        for rule in pack.rules
    ]
    head = ("rule", "code", "strength", "has to stand in one sentence, in this order", "in lures", "in ordinary texts")
    negations = len(pack.negation_before) + len(pack.negation_after)
    return f"""# Rules of the pack {pack.name}

Version {pack.version}, for texts in: {", ".join(pack.languages)}. {len(pack.rules)} rules, {negations} words of
negation. Long lists of words are cut here; the file
`tipscan/indicators/packs/{pack.name}.toml` has all of them. The last two columns count the project's own test texts;
a dash says that the rule was
not in the packs that were measured.

{table(head, rows)}"""


def _parts(rule: Rule) -> str:
    return " … ".join(_literals(part) for part in rule.parts)


def _literals(part: Sequence[str]) -> str:
    shown = " / ".join(
        "(number)" if literal == "#" else literal.replace("*", "\\*") for literal in part[:_SHOWN_LITERALS]
    )
    return shown + (f" / {len(part) - _SHOWN_LITERALS} more" if len(part) > _SHOWN_LITERALS else "")


def _found(measured: Mapping[str, Any], rule: Rule) -> tuple[object, object]:
    counts = measured.get(rule.name)
    return ("–", "–") if counts is None else (counts["lures"], counts["ordinary"])


def _measured() -> Any:
    return json.loads((ROOT / "evaluation" / "results" / "rules.json").read_text(encoding="utf-8"))


def languages() -> str:
    """What exists for each language."""
    manifest = json.loads((ROOT / "models" / "accurate" / "manifest.json").read_text(encoding="utf-8"))
    packs: dict[str, list[Pack]] = {}
    for pack in load_packs():
        for language in pack.languages:
            packs.setdefault(language, []).append(pack)
    for_all = packs.pop("*", [])
    shared = [f"[{len(pack.rules)} more rules](rules/{pack.name}.md) serve all languages." for pack in for_all]
    every = sorted({*manifest["languages"], *packs, *EXPLAINED})
    rows = [
        (
            f"`{code}`",
            "yes" if code in manifest["languages"] else "",
            ", ".join(f"[{len(pack.rules)} rules](rules/{pack.name}.md)" for pack in packs.get(code, ())),
            "yes" if code in EXPLAINED else "",
        )
        for code in every
    ]
    head = ("language", "learned by the model", "rules", "explanations")
    return f"""# Languages

The model has learned {len(manifest["languages"])} languages, {len(packs)} have rules, explanations exist in
{len(EXPLAINED)}. {" ".join(shared)}
Nothing of it has been reviewed by native speakers. How well the model does in each language is under
[Results](results.md#languages).

A longer text that is surely in another language gets no score but the error `unsupported_language`; rules and
extractors still read it.

{table(head, rows)}"""


def hotlines() -> str:
    """The referral directory, by country."""
    from babel import Locale

    names = Locale("en").territories
    countries = sorted({entry.country for entry in _referrals()} - {EVERYWHERE}, key=lambda code: names[code])
    parts = [f"## {names[country]} ({country})\n\n{_entries(country)}" for country in countries]
    return f"""# Hotlines and registers

{len(_referrals())} entries for {len(countries)} countries and for all, made from
`tipscan/explain/data/referrals.toml`. **Every entry is as of its date. Numbers change: call
and check before you hand one on.** An entry that no public page confirmed was left out, so a country that is missing
may well have a hotline.
[Explain one offer](../how-to/explain.md#your-own-directory) says how to put your own directory in its place.

## Everywhere

{_entries(EVERYWHERE)}
{"".join(parts)}"""


@functools.cache
def _referrals() -> tuple[Referral, ...]:
    from tipscan.explain.referrals import _builtin

    return tuple(_builtin().values())


def _entries(country: str) -> str:
    entries = [entry for entry in referrals([country]) if entry.country == country]
    rows = [
        (entry.kind, f"[{entry.name}]({entry.source})", entry.phone, entry.url, entry.hours, entry.checked, entry.note)
        for entry in entries
    ]
    return table(("kind", "name, with the page that says so", "phone", "site", "hours", "as of", "note"), rows) + "\n"


def commands() -> str:
    """``--help`` of every command."""
    from tipscan.cli import _parser

    parts = [
        f"## {' '.join(words)}\n\n```text\n{text.rstrip()}\n```\n" for words, text in _helps(_parser(), ("tipscan",))
    ]
    return f"""# Command line

Exit status: 0 all rows scored · 1 finished, some rows or rules have faults · 2 usage, or something that cannot be
read or written ·
3 interrupted, and to be resumed where there is an output file.

{chr(10).join(parts)}"""


def _helps(parser: argparse.ArgumentParser, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not groups:
        parser.formatter_class = functools.partial(argparse.HelpFormatter, width=100)
        parser.prog = " ".join(words)
        yield words, parser.format_help()
    for group in groups:
        for name, child in group.choices.items():
            yield from _helps(child, (*words, name))
