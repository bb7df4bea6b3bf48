"""What rules, extractors and language identification find in one text, before anything is scored."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tipscan.entities import Entities, extract
from tipscan.finding import Indicator
from tipscan.indicators import assess, find_indicators
from tipscan.indicators.assessment import Dimension
from tipscan.indicators.matcher import Matcher
from tipscan.indicators.packs import load_packs, version_of
from tipscan.indicators.pay import HIGH_PAY, PAY_RULE, too_high
from tipscan.text import Language, NormalizedText, identify
from tipscan.text.language import Identifier


@dataclass(frozen=True, slots=True)
class Reading:
    """One normalized text and everything found in it."""

    text: NormalizedText
    language: Language
    indicators: tuple[Indicator, ...]
    shadow: tuple[Indicator, ...]
    entities: Entities
    dimensions: tuple[Dimension, ...]

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(indicator.code for indicator in self.indicators)

    @property
    def assessment(self) -> dict[str, dict[str, int | bool]]:
        """The ILO–EC dimensions touched, by name."""
        return {dimension.name: dimension.to_dict() for dimension in self.dimensions}

    @property
    def positive_dimensions(self) -> int:
        return sum(dimension.positive for dimension in self.dimensions)


class Reader:
    """Reads texts with the rule packs of a user (a file or a directory) beside the built-in ones."""

    def __init__(
        self,
        packs: Path | None = None,
        identifier: Identifier | None = None,
        languages: Collection[str] | None = None,
    ) -> None:
        self.packs = packs
        self.identifier = identifier
        self.languages = languages

    def __getstate__(self) -> dict[str, object]:
        # Both are made anew: the packs may have changed where the reader arrives.
        return {name: value for name, value in self.__dict__.items() if name not in ("matcher", "rules")}

    @cached_property
    def matcher(self) -> Matcher:
        return Matcher(load_packs(self.packs))

    @cached_property
    def rules(self) -> str:
        """Version of the rule packs in use, as findings carry it."""
        return version_of(self.matcher.packs)

    def read(self, text: NormalizedText) -> Reading:
        language = identify(text, identifier=self.identifier, languages=self.languages)
        found = find_indicators(text, self.matcher, language.code)
        entities = extract(text, language.code)
        counted = (*found.counted, *_high_pay(text, found.counted, entities))
        dimensions = assess(indicator.code for indicator in counted)
        return Reading(text, language, counted, found.shadow, entities, dimensions)


def _high_pay(text: NormalizedText, found: Sequence[Indicator], entities: Entities) -> tuple[Indicator, ...]:
    """A promise far above what published figures say such work pays, unless a rule has said so already."""
    codes = {indicator.code for indicator in found}
    promise = None if HIGH_PAY in codes else too_high(entities.money, entities.facts, codes)
    if promise is None:
        return ()
    start, end = promise.money.start, promise.money.end
    return (Indicator(HIGH_PAY, start, end, text.original[start:end], PAY_RULE, "medium", 0.0, "rule"),)
