"""The facade: arranges reading, networks and scoring; the work is theirs."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

from tipscan.classify import Scores, Workers
from tipscan.classify.bundle import find_bundles
from tipscan.errors import BundleError
from tipscan.finding import Finding
from tipscan.progress import show_progress
from tipscan.reading import Reader, Reading
from tipscan.redact import redact_finding
from tipscan.scoring import Policy
from tipscan.text import UNKNOWN, normalize
from tipscan.text.language import MAX_READ, RELATIVES, Identifier
from tipscan.tiers import Tier

#: Texts under way at a time: enough to keep the workers busy, few enough to keep memory flat.
AHEAD = 64
#: Their characters together, once normalized, which is where long ones weigh.
AHEAD_CHARACTERS = 2_000_000
#: Distinct texts whose findings are remembered: of texts that are equal and not further apart, one is scored.
REMEMBERED = 4096
MAX_LENGTH = 1_000_000
TIERS = ("fast", "accurate", "auto")
#: A text with this many letters, in a language of which the identifier is this sure, is not scored where the model has
#: not learned the language. One text of 35,000 in supported languages is taken for a foreign one at these bounds.
SURE_OF_LANGUAGE, LETTERS_TO_BE_SURE = 0.9, 120


@dataclass(slots=True)
class _Work:
    """A text on its way: its scores are being computed, or its finding stands; equal texts share one."""

    reading: Reading | None = None
    tier: Tier | None = None
    scores: Future[Scores] | None = None
    finding: Finding | None = None

    def done(self, finding: Finding) -> Finding:
        """Keep the finding, and nothing else."""
        self.reading = self.tier = self.scores = None
        self.finding = finding
        return finding


class Scanner:
    """Scores adverts and recruitment messages. Offline; the model loads with the first text.

    Args:
        model: A bundle directory, a directory that holds bundles for several tiers, or None for the bundled models.
        tier: ``"accurate"``, ``"fast"``, or ``"auto"``: the fast tier, and the accurate one for every text of which the
            fast one is not sure that there is nothing to find. With one bundle only, auto is that bundle's tier.
        policy: ``"strict"``, ``"balanced"``, ``"sensitive"`` or a ``Policy`` of your own.
        languages: Languages your texts can be in (BCP-47); others are then reported as ``und``.
        threads: CPU threads for the networks; None for all.
        redact: Mask contacts, and anything that repeats them, in the findings.
        packs: Rule packs of your own, a file or a directory, read beside the built-in ones.
        identifier: Another statistical language identifier, such as ``tipscan.text.language.Langdetect``.

    Raises:
        BundleError: A bundle is missing or damaged, or there is none for the tier.
        ValueError: An unknown tier or policy, a thread count below one, or languages that are one text.

    A scanner can be pickled (Spark, joblib): its configuration travels, the loaded networks do not.
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
        packs: str | Path | None = None,
        identifier: Identifier | None = None,
    ) -> None:
        if tier not in TIERS:
            raise ValueError(f"tier {tier!r} is not one of {', '.join(TIERS)}")
        if threads is not None and threads < 1:
            raise ValueError("threads has to be at least 1")
        if isinstance(languages, str):
            raise ValueError(f"languages has to be a list of codes, not the text {languages!r}")
        bundles = find_bundles(model)
        if tier != "auto" and tier not in bundles:
            raise BundleError(f"no bundle for the tier {tier!r} here, only for {', '.join(bundles)}")
        wanted = [name for name in ("fast", "accurate") if name in bundles and tier in (name, "auto")]
        workers = Workers(threads or os.cpu_count() or 1)
        #: The tiers in the order a text meets them.
        self.tiers = [Tier(bundles[name], policy, workers) for name in wanted]
        if len(wanted) > 1 and "cascade" not in self.tiers[0].scoring:
            raise BundleError(f"{self.tiers[0].bundle.path}: no cascade was fitted for this fast bundle")
        own, known = packs and Path(packs), None if languages is None else frozenset(languages)
        self.reader = Reader(own or None, identifier, known)
        self.redact = redact

    @property
    def identities(self) -> list[dict[str, str]]:
        """Name, version and sha256 prefix of every bundle that takes part, in the order a text meets them."""
        return [tier.identity for tier in self.tiers]

    @property
    def identity(self) -> dict[str, str]:
        """Name, version and sha256 prefix of the bundle that has the last word."""
        return self.tiers[-1].identity

    @cached_property
    def supported(self) -> frozenset[str]:
        """Languages the model has learned, as BCP-47 codes."""
        return frozenset(self.tiers[-1].bundle.manifest["languages"])

    @cached_property
    def clear_below(self) -> float:
        """Fast risk below which a text of the cascade is not handed on, whatever the policy."""
        return float(self.tiers[0].scoring["cascade"]["clear_below"])

    def scan(self, text: str) -> Finding:
        """Score one text. A value that cannot be scored gives a Finding with ``error``; nothing is raised for it."""
        return next(self.scan_many([text]))

    def scan_many(self, texts: Iterable[str], progress: bool = False) -> Iterator[Finding]:
        """Score a stream of texts, in order, in flat memory.

        Args:
            texts: Any iterable; it is read ``AHEAD`` texts, or ``AHEAD_CHARACTERS``, ahead at most.
            progress: Show a line of progress on stderr.
        """
        findings = self._stream(texts)
        return show_progress(findings, sys.stderr) if progress else findings

    def _stream(self, texts: Iterable[object]) -> Iterator[Finding]:
        waiting: deque[_Work] = deque()
        try:
            yield from self._queue(texts, waiting)
        finally:  # nobody waits for the rest of an abandoned stream
            for left in waiting:
                if left.scores is not None:
                    left.scores.cancel()

    def _queue(self, texts: Iterable[object], waiting: deque[_Work]) -> Iterator[Finding]:
        looked_at = 0  # texts at the head of the queue that are known to be with their final tier
        remembered: OrderedDict[bytes, _Work] = OrderedDict()
        for value in texts:
            waiting.append(self._once(value, remembered))
            # The fast tier has answered most of those by now: the rest goes on while rules read the next texts.
            while looked_at < len(waiting) - AHEAD // 2:
                self._escalate(waiting[looked_at])
                looked_at += 1
            while len(waiting) == AHEAD or sum(map(_size, waiting)) > AHEAD_CHARACTERS:
                if looked_at:
                    looked_at -= 1
                else:
                    self._escalate(waiting[0])
                yield self._finish(waiting.popleft())
        for place in range(looked_at, len(waiting)):
            self._escalate(waiting[place])
        while waiting:
            yield self._finish(waiting.popleft())

    def _once(self, value: object, remembered: OrderedDict[bytes, _Work]) -> _Work:
        """Work on a text, or that on an equal text before it."""
        if not isinstance(value, str) or len(value) > MAX_LENGTH:
            return self._begin(value)
        key = blake2b(value.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if (known := remembered.get(key)) is not None:
            remembered.move_to_end(key)
            return known
        work = remembered[key] = self._begin(value)
        if len(remembered) > REMEMBERED:
            remembered.popitem(last=False)
        return work

    def _begin(self, value: object) -> _Work:
        """Start the first network, then read: the network works while the rules do."""
        if (error := text_error(value)) is not None:
            return _Work(finding=self._failed(error))
        text = normalize(str(value))
        scores = self.tiers[0].classifier.submit(text)
        reading = self.reader.read(text)
        if self._is_foreign(reading):
            scores.cancel()
            return _Work(finding=self._failed("unsupported_language", reading))
        return _Work(reading, self.tiers[0], scores)

    def _is_foreign(self, reading: Reading) -> bool:
        """Whether the text is surely in a language that the model has not learned, nor a close relative of."""
        language = reading.language
        if language.code == UNKNOWN or language.code in self.supported or language.code in RELATIVES:
            return False
        letters = sum(char.isalpha() for char in reading.text.text[:MAX_READ])
        return language.confidence >= SURE_OF_LANGUAGE and letters >= LETTERS_TO_BE_SURE

    def _escalate(self, work: _Work) -> None:
        """Hand a text on to the accurate tier unless the fast one sees clearly nothing in it."""
        first, last = self.tiers[0], self.tiers[-1]
        if work.reading is None or work.scores is None or work.tier is last:
            return
        if first.risk(work.reading, work.scores.result()) >= min(self.clear_below, first.policy.review):
            work.tier, work.scores = last, last.classifier.submit(work.reading.text)

    def _finish(self, work: _Work) -> Finding:
        if work.reading is None or work.tier is None or work.scores is None:
            return work.finding or self._failed("empty")
        reading, scores = work.reading, work.scores.result()
        if not len(scores.shares):
            return work.done(self._failed("empty"))
        finding = work.tier.judge(reading, scores, self.reader.rules)
        return work.done(redact_finding(finding, reading.text.original) if self.redact else finding)

    def _failed(self, error: str, reading: Reading | None = None) -> Finding:
        """A finding without a score; what rules and extractors found stays in it."""
        finding = Finding(
            risk=None,
            decision=None,
            harm=None,
            recruits=None,
            schemes={},
            indicators=() if reading is None else self.tiers[-1].weighed(reading.indicators),
            contacts=() if reading is None else reading.entities.contacts,
            money=() if reading is None else reading.entities.money,
            facts={} if reading is None else reading.entities.facts,
            language=UNKNOWN if reading is None else reading.language.code,
            language_confidence=0.0 if reading is None else reading.language.confidence,
            tier=None,
            model=self.identity,
            rules=self.reader.rules,
            assessment={} if reading is None else reading.assessment,
            shadow=() if reading is None else reading.shadow,
            error=error,
        )
        return redact_finding(finding, reading.text.original) if self.redact and reading is not None else finding


def _size(work: _Work) -> int:
    return 0 if work.reading is None else len(work.reading.text.text)


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
