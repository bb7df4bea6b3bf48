"""A scanner without a model: its findings can be told from the text by hand."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any

from tipscan.finding import Contact, Fact, Finding, Indicator, Money
from tipscan.indicators.taxonomy import SCHEMES

MODEL = {"name": "fake", "version": "1", "sha256": "0" * 12}


class FakeScanner:
    """Finds a sign in every text, ``flag`` where the text says so, and reads ``ahead`` as a batching scanner does."""

    def __init__(self, *, ahead: int = 5, stop_after: int | None = None, pause: float = 0.0, **settings: Any) -> None:
        self.ahead = ahead
        self.stop_after = stop_after
        self.pause = pause
        self.settings = settings
        self.model = MODEL
        self.scanned = 0

    @property
    def identities(self) -> list[dict[str, str]]:
        return [self.model]

    def scan(self, text: object) -> Finding:
        if not isinstance(text, str):
            return self._failed("missing" if text is None else "not_a_string")
        return self._failed("empty") if not text.strip() else self._scored(text)

    def scan_many(self, texts: Iterable[object]) -> Iterator[Finding]:
        waiting: list[object] = []
        for text in texts:
            waiting.append(text)
            if len(waiting) == self.ahead:
                yield from map(self._one, waiting)
                waiting = []
        yield from map(self._one, waiting)

    def _one(self, text: object) -> Finding:
        if self.scanned == self.stop_after:
            raise KeyboardInterrupt
        self.scanned += 1
        time.sleep(self.pause)
        return self.scan(text)

    def _scored(self, text: str) -> Finding:
        end = min(4, len(text))
        return Finding(
            risk=0.9 if "flag" in text else 0.1,
            decision="flag" if "flag" in text else "clear",
            harm="worker" if "flag" in text else None,
            recruits=0.75,
            schemes=dict.fromkeys(SCHEMES, 0.25),
            indicators=(Indicator("FEE.upfront", 0, end, text[:end], "en.fee@1", "medium", 1.5, "rule"),),
            contacts=(Contact("phone", text[:end], "+100", 0, end),),
            money=(Money(12.5, None, "month", "pay", 0, end),),
            facts={"age_min": Fact(18, 0, end), "sector": Fact("domestic", 0, end)},
            language="en",
            language_confidence=0.5,
            tier="fast",
            model=self.model,
            rules="2026.11.1",
            assessment={"deceptive_recruitment": {"strong": 0, "medium": 1, "weak": 0, "positive": False}},
        )

    def _failed(self, error: str) -> Finding:
        empty: dict[str, Any] = {"indicators": (), "contacts": (), "money": (), "schemes": {}, "facts": {}}
        nothing = dict.fromkeys(("risk", "decision", "harm", "recruits", "tier"))
        versions = {"model": self.model, "rules": "2026.11.1"}
        return Finding(**empty, **nothing, **versions, language="und", language_confidence=0.0, error=error)
