"""A finding in plain sentences, for the person beside the screen and the person in front of it.

Victim-centred: no blame, no verdict on anybody, no word that something is harmless. What was seen is quoted, what it
may mean is said with its source, what is not stated becomes a question to ask, never evidence.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from tipscan.errors import TEXT_ERRORS, InputError
from tipscan.finding import Finding, Indicator
from tipscan.indicators import codes

LANGUAGES = ("en",)
WIDTH = 100
_OPENING = {
    "flag": "Several things here, taken together, are known from offers that harm people. "
    "Please look closely before anyone answers, pays or travels.",
    "review": "Some things here are worth a closer look before anyone answers, pays or travels.",
    "clear": "Nothing was found. That is no proof that the offer is good: the questions below still help.",
}
_SCHEMES = {
    "forced_criminality": "being made to commit scams or other crime",
    "forced_labour": "forced labour",
    "sexual_exploitation": "sexual exploitation",
    "forced_marriage": "forced marriage",
    "organ_removal": "removal of an organ for money",
    "smuggling": "a crossing without papers",
    "advance_fee": "a fee for work that may not exist",
    "task_scam": "a task scam, where money paid in is lost",
    "identity_theft": "theft of identity or account data",
    "money_mule": "use of one's account or address to move others' money or goods",
}
_HARM = {
    "worker": "A person may be at risk, not only money.",
    "money": "As far as the text shows, money or data are at risk.",
    "both": "A person may be at risk, and money too.",
}
# What an offer of work ordinarily states: (signs that it is stated, the question if it is not).
_STATED: tuple[tuple[frozenset[str], str, str], ...] = (
    (frozenset({"MITIGATION.employer", "fact.employer"}), "the employer", "What is the employer's registered name?"),
    (frozenset({"fact.destination"}), "the place of work", "What is the full address of the place of work?"),
    (
        frozenset({"money.pay"}),
        "the pay",
        "What is the pay per month, and on which day does it reach your own account?",
    ),
    (
        frozenset({"MITIGATION.contract_first", "CONTROL.late_contract"}),
        "when the contract is signed",
        "Can you have the signed contract, in your language, before you travel?",
    ),
    (
        frozenset({"MITIGATION.employer_pays", "family.FEE"}),
        "who pays for visa, travel and placement",
        "Who pays for visa, travel and placement, and is anything taken from the wage later?",
    ),
    (
        frozenset({"MITIGATION.documents_kept", "DOC.passport_kept"}),
        "who holds the passport",
        "Will you hold your own passport every day?",
    ),
    (
        frozenset({"MITIGATION.free_to_leave", "family.DEBT", "CONTROL.movement"}),
        "what happens if one leaves early",
        "May you leave the job, and does leaving cost anything?",
    ),
    (
        frozenset({"MITIGATION.licence", "fact.licence", "IDENT.no_licence"}),
        "a licence",
        "Is the recruiter in the official register of licensed agencies?",
    ),
)
_NEXT = (
    "Keep the text and the numbers; a screenshot is enough.",
    "Show the offer to somebody you trust, or to a hotline, before you answer. There is time for that.",
    "Look the employer and the agency up yourself, on a number or page you found elsewhere.",
    "A worker does not owe money for a job: under the ILO's principles the employer pays recruitment costs.",
)
RECRUITS = 0.5


def not_stated(finding: Finding) -> list[tuple[str, str]]:
    """(what the text does not state, the question to ask). Empty for texts that recruit nobody."""
    if finding.recruits is None or finding.recruits < RECRUITS:
        return []
    found = {indicator.code for indicator in finding.indicators}
    stated = found | {f"family.{code.partition('.')[0]}" for code in found}
    stated |= {f"fact.{name}" for name in finding.facts} | {f"money.{money.role}" for money in finding.money}
    return [(what, question) for signs, what, question in _STATED if not signs & stated]


def explain(finding: Finding, text: str, lang: str = "en") -> str:
    """The finding as text for a terminal, lines of at most ``WIDTH`` characters.

    Args:
        finding: What a scan returned for ``text``.
        text: The text that was scanned; contacts and money are quoted from it.
        lang: Language of the reader.

    Raises:
        InputError: No explanations exist in ``lang``.
    """
    if lang not in LANGUAGES:
        raise InputError(f"explanations exist in {', '.join(LANGUAGES)}; not yet in {lang!r}")
    if finding.error is not None:
        return f"Could not be scored: {TEXT_ERRORS[finding.error]} ({finding.error}).\n"
    return "\n".join(_lines(finding, text)) + "\n"


def _lines(finding: Finding, text: str) -> Iterator[str]:
    yield f"{(finding.decision or '').upper()}   risk {finding.risk:.2f}   language {finding.language}"
    yield from _wrap(_OPENING[finding.decision or "clear"])
    if finding.harm:
        yield from _wrap(_HARM[finding.harm])
    if finding.recruits is not None and finding.recruits < RECRUITS:
        yield from _wrap("The text reads like one that recruits nobody: news, a warning, a question or a chat.")
    warnings = [i for i in finding.indicators if not i.code.startswith("MITIGATION.")]
    lowering = [i for i in finding.indicators if i.code.startswith("MITIGATION.")]
    yield from _section("What was seen", _signs(warnings))
    yield from _section("What speaks for the offer", _signs(lowering))
    yield from _section("What it may point to", _schemes(finding))
    yield from _section("The ILO–EC indicators", _dimensions(finding))
    yield from _section("Contacts, money and facts", _entities(finding, text))
    yield from _section("Not stated, worth asking (this is no sign against the offer)", _questions(finding))
    if finding.decision != "clear":
        yield from _section("What one can do", [line for advice in _NEXT for line in _wrap(f"· {advice}", "  ")])
    yield ""
    model = finding.model
    yield f"model {model['name']} {model['version']} ({model['sha256']}), rules {finding.rules}"
    yield "A score is a reason to look, not a fact about anybody."


def _section(title: str, lines: list[str]) -> list[str]:
    return ["", title, *lines] if lines else []


def _wrap(sentence: str, indent: str = "") -> list[str]:
    return textwrap.wrap(sentence, WIDTH, initial_indent=indent, subsequent_indent=indent)


def _signs(indicators: list[Indicator]) -> list[str]:
    """One entry a code, heaviest first, with every quote of it."""
    table = codes()
    quotes: dict[str, list[Indicator]] = {}
    for indicator in indicators:
        quotes.setdefault(indicator.code, []).append(indicator)
    lines: list[str] = []
    for code, group in sorted(quotes.items(), key=lambda item: -sum(abs(i.weight) for i in item[1])):
        quoted = ", ".join(dict.fromkeys(f"“{_short(indicator.text)}”" for indicator in group))
        lines += _wrap(f"· {quoted}", "  ")
        grade = "" if group[0].source == "model" else f", {group[0].strength}"
        lines += _wrap(f"The text {table[code].seen}. ({code}{grade}; {table[code].cites[0]})", "    ")
    return lines


def _short(quote: str, limit: int = 140) -> str:
    flat = " ".join(quote.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def _schemes(finding: Finding) -> list[str]:
    if finding.decision == "clear":
        return []
    ranked = sorted(finding.schemes.items(), key=lambda item: -item[1])
    likely = [item for item in ranked if item[1] >= 0.3][:3] or ranked[:1]
    return [f"  · {_SCHEMES[code]} ({code} {probability:.2f})" for code, probability in likely]


def _dimensions(finding: Finding) -> list[str]:
    return [
        f"  · {name.replace('_', ' ')}: {grades['strong']} strong, {grades['medium']} medium, {grades['weak']} weak"
        f" → {'positive' if grades['positive'] else 'not positive'}"
        for name, grades in finding.assessment.items()
    ]


def _entities(finding: Finding, text: str) -> list[str]:
    lines = [f"  · {contact.kind}: {_short(contact.value)}" for contact in finding.contacts]
    for money in finding.money:
        period = f" a {money.period}" if money.period else ""
        lines.append(f"  · {money.role}: {_short(text[money.start : money.end])}{period}")
    for name, fact in finding.facts.items():
        lines.append(f"  · {name.replace('_', ' ')}: {fact.value}")
    return lines


def _questions(finding: Finding) -> list[str]:
    asked = [f"· {question}" for _, question in not_stated(finding)]
    return [line for question in asked for line in _wrap(question, "  ")]
