"""A finding in plain sentences, for the person beside the screen and the person in front of it.

What was seen is quoted, what it may mean is said with its source, what is not stated becomes a question to ask, never
evidence.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tipscan.errors import TEXT_ERRORS
from tipscan.explain import messages
from tipscan.explain.catalog import RIGHT_TO_LEFT, base, translator
from tipscan.explain.referrals import Referral, referrals
from tipscan.finding import Fact, Finding, Indicator
from tipscan.indicators import codes
from tipscan.indicators.pay import PAY_RULE, too_high
from tipscan.text.printable import printable

WIDTH = 100
RECRUITS = 0.5
ADULT = 18
#: Isolates: quotes, codes and numbers keep their own direction inside a sentence of the other one.
_OPEN, _CLOSE = "\u2068", "\u2069"


def not_stated(finding: Finding) -> list[str]:
    """Questions, in English, about what an offer ordinarily states and this text does not.

    None for texts that recruit nobody.
    """
    if finding.recruits is None or finding.recruits < RECRUITS:
        return []
    found = {indicator.code for indicator in finding.indicators}
    stated = found | {f"family.{code.partition('.')[0]}" for code in found}
    stated |= {f"fact.{name}" for name in finding.facts} | {f"money.{money.role}" for money in finding.money}
    return [question for question, signs in messages.QUESTIONS.items() if not signs & stated]


def explain(
    finding: Finding,
    text: str | None,
    lang: str = "en",
    *,
    countries: Sequence[str] = (),
    directory: Path | None = None,
) -> str:
    """The finding as text for a terminal, lines of at most ``WIDTH`` characters where the script has spaces.

    Args:
        finding: What a scan returned for ``text``.
        text: The text that was scanned, to quote money from it; None to name the amounts.
        lang: Language of the reader.
        countries: ISO 3166 codes of places whose hotlines and registers help the reader, beside the destination.
        directory: Referral entries of the user's own; see ``tipscan.explain.referrals``.

    Raises:
        InputError: No explanations exist in ``lang``, or the user's referral entries have faults.
    """
    stated = [str(finding.facts[name].value) for name in ("destination", "transit") if name in finding.facts]
    places = referrals([*countries, *stated], directory=directory)
    return "\n".join(_Explanation(finding, text, lang, places).lines()) + "\n"


class _Explanation:
    def __init__(self, finding: Finding, text: str | None, lang: str, places: Sequence[Referral]) -> None:
        self.finding = finding
        self.text = text
        self.say: Callable[[str], str] = translator(lang)
        self.places = places
        self.mirrored = base(lang) in RIGHT_TO_LEFT

    def lines(self) -> Iterator[str]:
        finding, say = self.finding, self.say
        if finding.error is not None:
            reason = say(TEXT_ERRORS[finding.error])
            yield say(messages.NOT_SCORED).format(reason=f"{reason} ({self.own(finding.error)})")
            yield from self.section(messages.ENTITIES, self.entities())
            return
        risk = say(messages.RISK).format(risk=self.own(f"{finding.risk:.2f}"))
        language = say(messages.LANGUAGE).format(language=self.own(finding.language))
        warnings = [one for one in finding.indicators if not one.code.startswith("MITIGATION.")]
        lowering = [one for one in finding.indicators if one.code.startswith("MITIGATION.")]
        decision = finding.decision or "clear"
        # "Nothing was found" is not to stand above a sign that was: a reader is told to look, whatever the threshold.
        if decision == "clear" and any(one.strength != "weak" for one in warnings):
            decision = "review"
        yield f"{say(messages.HEADLINES[decision])}   {risk}   {language}"
        yield from self.wrap(say(messages.OPENINGS[decision]))
        if finding.harm:
            yield from self.wrap(say(messages.HARM[finding.harm]))
        if finding.recruits is not None and finding.recruits < RECRUITS:
            yield from self.wrap(say(messages.RECRUITS_NOBODY))
        if any(_is_minor(finding.facts[name]) for name in ("age_min", "age_max") if name in finding.facts):
            yield from self.wrap(say(messages.UNDER_AGE))
        yield from self.section(messages.SEEN, self.signs(warnings))
        yield from self.section(messages.MITIGATING, self.signs(lowering))
        yield from self.section(messages.SCHEMES_TITLE, self.schemes())
        yield from self.section(messages.DIMENSIONS_TITLE, self.dimensions())
        yield from self.section(messages.ENTITIES, self.entities())
        yield from self.section(messages.NOT_STATED, self.points(not_stated(finding)))
        if decision != "clear":
            yield from self.section(messages.ADVICE_TITLE, self.points(messages.ADVICE))
            yield from self.section(messages.REFERRALS_TITLE, self.referred())
        yield ""
        model = finding.model
        name = self.own(f"{model['name']} {model['version']} ({model['sha256']})")
        yield say(messages.VERSIONS).format(name=name, rules=self.own(finding.rules))
        yield from self.wrap(say(messages.CLOSING))

    def own(self, piece: str) -> str:
        """A piece that is not of the reader's language, in its own direction."""
        return f"{_OPEN}{piece}{_CLOSE}" if self.mirrored else piece

    def section(self, title: str, lines: list[str]) -> list[str]:
        return ["", self.say(title), *lines] if lines else []

    def wrap(self, sentence: str, indent: str = "") -> list[str]:
        # Scripts without spaces are left to the terminal, which knows where to break them.
        return textwrap.wrap(
            sentence,
            WIDTH,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def points(self, sentences: list[str] | tuple[str, ...]) -> list[str]:
        return [line for sentence in sentences for line in self.wrap(f"· {self.say(sentence)}", "  ")]

    def signs(self, indicators: list[Indicator]) -> list[str]:
        """One entry a code, heaviest first, with every quote of it."""
        quotes: dict[str, list[Indicator]] = {}
        for indicator in indicators:
            quotes.setdefault(indicator.code, []).append(indicator)
        lines: list[str] = []
        for code, group in sorted(quotes.items(), key=lambda item: -sum(abs(one.weight) for one in item[1])):
            quoted = ", ".join(dict.fromkeys(self.own(f"“{_short(one.text)}”") for one in group))
            lines += self.wrap(f"· {quoted}", "  ")
            grade = "" if group[0].source == "model" else f", {self.say(group[0].strength)}"
            source = self.own(f"{code}{grade}; {codes()[code].cites[0]}")
            lines += self.wrap(f"{self.say(messages.sign(code))} ({source})", "    ")
            if any(one.rule == PAY_RULE for one in group):
                lines += self.wrap(self.compared(), "    ")
        return lines

    def compared(self) -> str:
        """How many times the published figure, or minimum wage, the promised pay is, with its source."""
        found = {indicator.code for indicator in self.finding.indicators}
        pay = too_high(self.finding.money, self.finding.facts, found)
        if pay is None:
            return ""
        ratio, source = self.own(f"{pay.ratio:.1f}"), self.own(pay.figure.source)
        sentence = messages.PAY_RATIO_MINIMUM if pay.figure.measure == "minimum" else messages.PAY_RATIO
        return self.say(sentence).format(ratio=ratio, year=self.own(str(pay.figure.year)), source=source)

    def referred(self) -> list[str]:
        """Where to call or ask, each entry with the date it was true at."""
        as_of = self.say(messages.AS_OF)
        lines = [line for place in self.places for line in self.wrap(f"· {self.own(place.line(as_of))}", "  ")]
        return [*lines, *self.wrap(self.say(messages.REFERRALS_NOTE), "  ")] if lines else []

    def schemes(self) -> list[str]:
        if self.finding.decision == "clear":
            return []
        ranked = sorted(self.finding.schemes.items(), key=lambda item: -item[1])
        likely = [item for item in ranked if item[1] >= 0.3][:3] or ranked[:1]
        return [
            f"  · {self.say(messages.SCHEMES[code])} ({self.own(f'{code} {probability:.2f}')})"
            for code, probability in likely
        ]

    def dimensions(self) -> list[str]:
        lines = []
        for name, grades in self.finding.assessment.items():
            counts = self.say(messages.COUNTS).format(**{grade: grades[grade] for grade in messages.GRADES})
            outcome = self.say(messages.POSITIVE if grades["positive"] else messages.NOT_POSITIVE)
            lines.append(f"  · {self.say(messages.DIMENSIONS[name])}: {counts} → {outcome}")
        return lines

    def entities(self) -> list[str]:
        say, finding = self.say, self.finding
        lines = []
        for contact in finding.contacts:
            kind = say(messages.CONTACTS[contact.kind]) if contact.kind in messages.CONTACTS else contact.kind
            lines.append(f"  · {kind}: {self.own(_short(contact.value))}")
        for money in finding.money:
            period = f" {say(messages.PERIODS[money.period])}" if money.period else ""
            whole = f"{money.amount:,.2f}".removesuffix(".00")
            amount = f"{whole} {money.currency or ''}".strip()
            quoted = amount if self.text is None else _short(self.text[money.start : money.end])
            lines.append(f"  · {say(messages.ROLES[money.role])}: {self.own(quoted)}{period}")
        for name, fact in finding.facts.items():
            lines.append(f"  · {say(messages.FACTS[name])}: {self.own(_short(str(fact.value)))}")
        return lines


def _is_minor(age: Fact) -> bool:
    """Whether an age is below 18; one that stands masked in a findings file says nothing."""
    value = str(age.value)
    return value.isdecimal() and int(value) < ADULT


def _short(quote: str, limit: int = 140) -> str:
    flat = printable(quote)
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
