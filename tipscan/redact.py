"""Mask contacts in a finding, so that it can be shared without the people in it."""

from __future__ import annotations

from dataclasses import replace

from tipscan.finding import Fact, Finding

MASK = "█"


def redact_finding(finding: Finding, text: str) -> Finding:
    """Contacts keep their kind and place and lose their value; quotes and facts lose the part that repeats one.

    ``text[start:end]`` still leads to the original for whoever holds it.
    """
    hidden = [False] * len(text)
    for contact in finding.contacts:
        hidden[contact.start : contact.end] = [True] * (contact.end - contact.start)

    def mask(start: int, end: int) -> str:
        return "".join(MASK if hidden[index] else text[index] for index in range(start, end))

    def fact(one: Fact) -> Fact:
        shown = mask(one.start, one.end) if any(hidden[one.start : one.end]) else one.value
        return replace(one, value=shown)

    return replace(
        finding,
        contacts=tuple(replace(c, value=mask(c.start, c.end), normalized=f"{c.kind}:{MASK}") for c in finding.contacts),
        indicators=tuple(replace(i, text=mask(i.start, i.end)) for i in finding.indicators),
        facts={name: fact(one) for name, one in finding.facts.items()},
        shadow=tuple(replace(i, text=mask(i.start, i.end)) for i in finding.shadow),
    )
