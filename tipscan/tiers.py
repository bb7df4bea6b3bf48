"""A tier: one bundle, and the scoring that was fitted to it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from tipscan.classify import Bundle, Classifier, Scores, Workers
from tipscan.finding import Finding, Indicator
from tipscan.indicators import MODEL_EVIDENCE, SCHEMES, codes
from tipscan.reading import Reading
from tipscan.scoring import Fusion, Policy, decide, features, phrases
from tipscan.scoring.fusion import sigmoid
from tipscan.scoring.harm import harm_of


class Tier:
    """Turns a reading and the network's scores into a finding.

    Args:
        bundle: Network, tokenizer, n-grams and ``scoring.json``.
        policy: A named operating point of the bundle, or a ``Policy`` of the caller's own.
        workers: Threads for the network.

    Raises:
        ValueError: The bundle has no operating point of that name.
    """

    def __init__(self, bundle: Bundle, policy: str | Policy, workers: Workers) -> None:
        self.bundle = bundle
        self.name: str = bundle.manifest["tier"]
        self.identity = bundle.identity
        self.policy = policy if isinstance(policy, Policy) else self._named(policy)
        self.classifier = Classifier(bundle, workers)

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in ("fusion", "scoring")}

    def _named(self, name: str) -> Policy:
        known = self.scoring["policies"]
        if name not in known:
            raise ValueError(f"policy {name!r} is not one of {', '.join(known)}")
        return Policy.from_json(name, known[name])

    @cached_property
    def scoring(self) -> Any:
        return self.bundle.read_json("scoring.json")

    @cached_property
    def fusion(self) -> Fusion:
        return Fusion.from_json(self.scoring["fusion"])

    def risk(self, reading: Reading, scores: Scores) -> float:
        """The calibrated risk of network, n-grams and rules together."""
        values = features(scores.logits, scores.ngrams, reading.codes, reading.positive_dimensions)
        return self.fusion.risk(values, reading.language.code)

    def judge(self, reading: Reading, scores: Scores, rules: str) -> Finding:
        """The finding on one text.

        Args:
            reading: What was found in the text.
            scores: What the network says to it.
            rules: Version of the rule packs that made the reading.
        """
        found, language = reading.codes, reading.language
        risk = self.risk(reading, scores)
        model_risk = self.fusion.risk(features(scores.logits, scores.ngrams, (), 0), language.code)
        warnings = {code.partition(".")[0] for code in found} - {"MITIGATION"}
        decision = decide(self.policy, risk, model_risk, len(warnings))
        schemes = {code: sigmoid(float(value)) for code, value in zip(SCHEMES, scores.logits[2:], strict=True)}
        evidence = () if decision == "clear" else self._evidence(reading, scores)
        indicators = (*self.weighed(reading.indicators), *evidence)
        return Finding(
            risk=risk,
            decision=decision,
            harm=None if decision == "clear" else harm_of(schemes),
            recruits=sigmoid(float(scores.logits[1])),
            schemes=schemes,
            indicators=tuple(sorted(indicators, key=lambda one: (one.start, one.end, one.code))),
            contacts=reading.entities.contacts,
            money=reading.entities.money,
            facts=reading.entities.facts,
            language=language.code,
            language_confidence=language.confidence,
            tier=self.name,
            model=self.identity,
            rules=rules,
            assessment=reading.assessment,
            shadow=reading.shadow,
        )

    def weighed(self, indicators: tuple[Indicator, ...]) -> tuple[Indicator, ...]:
        """The rules' indicators, each with its share in the log-odds."""
        weights = self.fusion.indicator_weights([indicator.code for indicator in indicators])
        return tuple(indicator.with_weight(weights[indicator.code]) for indicator in indicators)

    def _evidence(self, reading: Reading, scores: Scores) -> tuple[Indicator, ...]:
        """The phrases behind the network's logit, as indicators with source "model"."""
        text = reading.text
        places = phrases(text.text, scores.shares, scores.offsets, scale=self.fusion.weights["model.risk"])
        rule, strength = f"model.{self.bundle.manifest['version']}", codes()[MODEL_EVIDENCE].strength
        spans = [(*text.span(start, end), share) for start, end, share in places]
        return tuple(
            Indicator(MODEL_EVIDENCE, start, end, text.original[start:end], rule, strength, share, "model")
            for start, end, share in spans
        )
