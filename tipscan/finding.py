"""What a scan returns: frozen values, every span in code points of the original text."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

#: Version of the dictionary and JSON form; raised when a field changes its meaning.
SCHEMA_VERSION = "1.0"

Decision = Literal["clear", "review", "flag"]
Harm = Literal["worker", "money", "both"]


class Span(Protocol):
    """Anything with a place in the original text: ``text[start:end]``."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Indicator:
    """One sign in the text, from a rule or from the model, with what it weighs.

    ``weight`` is the share in log-odds of the risk (negative for mitigations); ``strength`` is the ILO–EC grade
    ``"strong"``, ``"medium"`` or ``"weak"``; ``rule`` is ``pack.rule@version``, or ``model.`` and
    the version of the bundle.
    """

    code: str
    start: int
    end: int
    text: str
    rule: str
    strength: str
    weight: float
    source: Literal["rule", "model"]

    def with_weight(self, weight: float) -> Indicator:
        return replace(self, weight=weight)

    def to_dict(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "start": self.start,
            "end": self.end,
            "text": self.text,
            "rule": self.rule,
            "strength": self.strength,
            "weight": round(self.weight, 4),
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class Contact:
    """A way to reach the recruiter; ``normalized`` is the form to link adverts by (E.164, bare handle, host…)."""

    kind: str
    value: str
    normalized: str
    start: int
    end: int

    def to_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "value": self.value,
            "normalized": self.normalized,
            "start": self.start,
            "end": self.end,
        }


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of money.

    ``currency`` is ISO 4217, USDT, BTC, ETH, TRX or None; ``period`` hour, day, week, month, year, task or None;
    ``role`` pay, fee, deposit, debt or other. Of a range, the amount is the lower end and the span the whole.
    """

    amount: float
    currency: str | None
    period: str | None
    role: str
    start: int
    end: int

    def to_dict(self) -> dict[str, Any]:
        return {
            "amount": self.amount,
            "currency": self.currency,
            "period": self.period,
            "role": self.role,
            "start": self.start,
            "end": self.end,
        }


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing the text states (an age limit, a destination, a sector), with its place."""

    value: str | int
    start: int
    end: int

    def to_dict(self) -> dict[str, Any]:
        return {"value": self.value, "start": self.start, "end": self.end}


@dataclass(frozen=True, slots=True)
class Finding:
    """The result for one text. ``risk`` is None exactly when ``error`` is set.

    A finding is a reason to look, never a statement of fact about a person, and ``"clear"`` means that nothing was
    found, not that an offer is safe.
    """

    risk: float | None
    decision: Decision | None
    harm: Harm | None
    recruits: float | None
    schemes: Mapping[str, float]
    indicators: tuple[Indicator, ...]
    contacts: tuple[Contact, ...]
    money: tuple[Money, ...]
    facts: Mapping[str, Fact]
    language: str
    language_confidence: float
    tier: str | None
    model: Mapping[str, str]
    rules: str
    assessment: Mapping[str, Any] = field(default_factory=dict)
    #: What rules on trial (``shadow = true`` in their pack) would have said; nothing above rests on it.
    shadow: tuple[Indicator, ...] = ()
    error: str | None = None
    schema_version: str = SCHEMA_VERSION

    def top_evidence(self, count: int = 3) -> tuple[Indicator, ...]:
        """The ``count`` indicators that raised the score most, heaviest first."""
        raising = [indicator for indicator in self.indicators if indicator.weight > 0]
        return tuple(sorted(raising, key=lambda indicator: (-indicator.weight, indicator.start))[:count])

    def explain(self, lang: str = "en", text: str | None = None, *, countries: Sequence[str] = ()) -> str:
        """The finding in plain sentences, in the reader's language (BCP-47).

        Args:
            lang: Language of the reader, one of ``tipscan.explain.LANGUAGES``.
            text: The text that was scanned, to quote amounts as they stand there.
            countries: ISO 3166 codes of places whose hotlines and registers help the reader, beside the destination.

        Raises:
            InputError: No explanations exist in ``lang``.
        """
        from tipscan.explain import explain

        return explain(self, text, lang, countries=countries)

    def to_dict(self) -> dict[str, Any]:
        """Plain Python values in the order of the output row, ready for JSON."""
        return {
            "risk": None if self.risk is None else round(self.risk, 6),
            "decision": self.decision,
            "harm": self.harm,
            "recruits": None if self.recruits is None else round(self.recruits, 6),
            "schemes": {code: round(value, 6) for code, value in self.schemes.items()},
            "indicators": [indicator.to_dict() for indicator in self.indicators],
            "contacts": [contact.to_dict() for contact in self.contacts],
            "money": [money.to_dict() for money in self.money],
            "facts": {name: fact.to_dict() for name, fact in self.facts.items()},
            "assessment": dict(self.assessment),
            "shadow": [indicator.to_dict() for indicator in self.shadow],
            "language": self.language,
            "language_confidence": round(self.language_confidence, 4),
            "tier": self.tier,
            "model": dict(self.model),
            "rules": self.rules,
            "error": self.error,
            "schema_version": self.schema_version,
        }

    def to_json(self) -> str:
        """One line of JSON; lone surrogates of the original are escaped, so that it always encodes as UTF-8."""
        line = json.dumps(self.to_dict(), ensure_ascii=False, separators=(",", ":"))
        try:
            line.encode("utf-8")
        except UnicodeEncodeError:
            return json.dumps(self.to_dict(), separators=(",", ":"))
        return line
