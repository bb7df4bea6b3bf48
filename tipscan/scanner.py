"""The facade: arranges text, rules, extractors, classifier and scoring; the work is theirs."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from tipscan.classify import Bundle, Classifier, Scores
from tipscan.entities import Entities, extract
from tipscan.errors import BundleError
from tipscan.finding import Finding, Indicator
from tipscan.indicators import MODEL_EVIDENCE, SCHEMES, assess, codes, find_indicators
from tipscan.indicators.assessment import Dimension
from tipscan.indicators.matcher import Matcher
from tipscan.indicators.packs import load_packs, version_of
from tipscan.progress import show_progress
from tipscan.redact import redact_finding
from tipscan.scoring import Fusion, Policy, decide, features, phrases
from tipscan.scoring.fusion import sigmoid
from tipscan.scoring.harm import harm_of
from tipscan.text import Language, NormalizedText, identify, normalize
from tipscan.text.language import Identifier

#: Texts handled at a time: enough to keep the workers busy, few enough to keep memory flat.
CHUNK = 64
MAX_LENGTH = 1_000_000
TIERS = ("fast", "accurate", "auto")


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the rooms found in one text before scoring."""

    text: NormalizedText
    language: Language
    indicators: tuple[Indicator, ...]
    entities: Entities
    dimensions: tuple[Dimension, ...]


class Scanner:
    """Scores adverts and recruitment messages. Offline; the model loads with the first text.

    Args:
        model: A bundle directory, or None for the bundled model.
        tier: ``"accurate"``; ``"auto"`` takes the best tier the bundle has. ``"fast"`` needs a bundle with that tier.
        policy: ``"strict"``, ``"balanced"``, ``"sensitive"`` or a ``Policy`` of your own.
        languages: Languages your texts can be in (BCP-47); others are then reported as ``und``.
        threads: CPU threads for the network; None for all.
        redact: Mask contacts, and anything that repeats them, in the findings.
        packs: A directory with rule packs of your own, read beside the built-in ones.
        identifier: Another statistical language identifier, such as ``tipscan.text.language.Langdetect``.

    Raises:
        BundleError: The bundle is missing, damaged, or lacks the tier.
        ValueError: An unknown tier, policy or a thread count below one.

    A scanner can be pickled (Spark, joblib): its configuration travels, the loaded network does not.
    """

    def __init__(
        self,
        model: str | Path | None = None,
        tier: str = "auto",
        policy: str | Policy = "balanced",
        languages: Iterable[str] | None = None,
        threads: int | None = None,
        redact: bool = False,
        *,
        packs: Path | None = None,
        identifier: Identifier | None = None,
    ) -> None:
        if tier not in TIERS:
            raise ValueError(f"tier {tier!r} is not one of {', '.join(TIERS)}")
        if threads is not None and threads < 1:
            raise ValueError("threads has to be at least 1")
        self.bundle = Bundle.load(model)
        self.identity = self.bundle.identity
        if tier == "fast":
            raise BundleError(f"the bundle {self.bundle.manifest['name']!r} has no fast tier: use 'accurate' or 'auto'")
        self.tier = "accurate"
        self.languages = None if languages is None else frozenset(languages)
        self.redact = redact
        self.packs = packs
        self.identifier = identifier
        self.policy = policy if isinstance(policy, Policy) else self._named_policy(policy)
        self.classifier = Classifier(self.bundle, threads=threads or os.cpu_count() or 1)

    def _named_policy(self, name: str) -> Policy:
        known = self._scoring["policies"]
        if name not in known:
            raise ValueError(f"policy {name!r} is not one of {', '.join(known)}")
        return Policy.from_json(name, known[name])

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in ("matcher", "fusion")}

    @cached_property
    def _scoring(self) -> Any:
        return self.bundle.read_json("scoring.json")

    @cached_property
    def fusion(self) -> Fusion:
        return Fusion.from_json(self._scoring["fusion"])

    @cached_property
    def matcher(self) -> Matcher:
        return Matcher(load_packs(self.packs))

    @cached_property
    def rules(self) -> str:
        """Version of the rule packs in use, as findings carry it."""
        return version_of(load_packs(self.packs))

    def scan(self, text: str) -> Finding:
        """Score one text. A value that cannot be scored gives a Finding with ``error``; nothing is raised for it."""
        return next(self.scan_many([text]))

    def scan_many(self, texts: Iterable[str], progress: bool = False) -> Iterator[Finding]:
        """Score a stream of texts, in order, in flat memory.

        Args:
            texts: Any iterable; it is read ``CHUNK`` texts ahead at most.
            progress: Show a line of progress on stderr.
        """
        findings = self._stream(iter(texts))
        return show_progress(findings, sys.stderr) if progress else findings

    def _stream(self, texts: Iterator[str]) -> Iterator[Finding]:
        while chunk := list(islice(texts, CHUNK)):
            yield from self._scan_chunk(chunk)

    def _scan_chunk(self, chunk: Sequence[object]) -> Iterator[Finding]:
        errors = [text_error(value) for value in chunk]
        texts = [normalize(str(value)) for value, error in zip(chunk, errors, strict=True) if error is None]
        futures = self.classifier.submit(texts)  # the network works while the rules do
        results = iter(
            [self._finding(*pair) for pair in zip([self._read(text) for text in texts], futures, strict=True)]
        )
        for error in errors:
            yield self._failed(error) if error is not None else next(results)

    def _read(self, text: NormalizedText) -> _Reading:
        language = identify(text.text, identifier=self.identifier, languages=self.languages)
        indicators = find_indicators(text, self.matcher, language.code)
        entities = extract(text, language.code)
        return _Reading(text, language, indicators, entities, assess(found.code for found in indicators))

    def _finding(self, reading: _Reading, future: Future[Scores]) -> Finding:
        scores = future.result()
        if not len(scores.shares):
            return self._failed("empty")
        found = {indicator.code for indicator in reading.indicators}
        positive = sum(dimension.positive for dimension in reading.dimensions)
        logit, recruits = float(scores.logits[0]), float(scores.logits[1])
        risk = self.fusion.risk(features(logit, recruits, found, positive))
        model_risk = self.fusion.risk(features(logit, recruits, (), 0))
        warnings = {code.partition(".")[0] for code in found} - {"MITIGATION"}
        decision = decide(self.policy, risk, model_risk, len(warnings))
        schemes = {code: sigmoid(float(value)) for code, value in zip(SCHEMES, scores.logits[2:], strict=True)}
        indicators = self._weighed(reading.indicators) + (
            () if decision == "clear" else self._evidence(reading, scores)
        )
        finding = Finding(
            risk=risk,
            decision=decision,
            harm=None if decision == "clear" else harm_of(schemes),
            recruits=sigmoid(recruits),
            schemes=schemes,
            indicators=tuple(
                sorted(indicators, key=lambda indicator: (indicator.start, indicator.end, indicator.code))
            ),
            contacts=reading.entities.contacts,
            money=reading.entities.money,
            facts=reading.entities.facts,
            language=reading.language.code,
            language_confidence=reading.language.confidence,
            tier=self.tier,
            model=self.identity,
            rules=self.rules,
            assessment={dimension.name: dimension.to_dict() for dimension in reading.dimensions},
        )
        return redact_finding(finding, reading.text.original) if self.redact else finding

    def _weighed(self, indicators: tuple[Indicator, ...]) -> tuple[Indicator, ...]:
        weights = self.fusion.indicator_weights([indicator.code for indicator in indicators])
        return tuple(indicator.with_weight(weights[indicator.code]) for indicator in indicators)

    def _evidence(self, reading: _Reading, scores: Scores) -> tuple[Indicator, ...]:
        """The phrases behind the network's logit, as indicators with source "model"."""
        text = reading.text
        places = phrases(text.text, scores.shares, scores.offsets, scale=self.fusion.weights["model.risk"])
        rule, strength = f"model.{self.bundle.manifest['version']}", codes()[MODEL_EVIDENCE].strength
        spans = [(*text.span(start, end), share) for start, end, share in places]
        return tuple(
            Indicator(MODEL_EVIDENCE, start, end, text.original[start:end], rule, strength, share, "model")
            for start, end, share in spans
        )

    def _failed(self, error: str) -> Finding:
        return Finding(
            risk=None,
            decision=None,
            harm=None,
            recruits=None,
            schemes={},
            indicators=(),
            contacts=(),
            money=(),
            facts={},
            language="und",
            language_confidence=0.0,
            tier=None,
            model=self.identity,
            rules=self.rules,
            error=error,
        )


def text_error(value: object) -> str | None:
    """Code of ``errors.TEXT_ERRORS`` for a value that cannot be scored, or None."""
    if value is None:
        return "missing"
    if not isinstance(value, str):
        return "not_a_string"
    if len(value) > MAX_LENGTH:
        return "too_long"
    visible = any(unicodedata.category(char)[0] not in "CZ" for char in value)
    return None if visible else "empty"
