"""Faults of rule packs, all at once, each with its file and rule.

Every rule brings texts it must find and near-misses it must leave alone; lint runs them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tipscan.indicators.matcher import NUMBER
from tipscan.indicators.packs import MAX_PARTS, MAX_WITHIN, Pack, Rule
from tipscan.indicators.taxonomy import MODEL_EVIDENCE, STRENGTHS, codes
from tipscan.indicators.trial import own_examples
from tipscan.text import normalize

_ID = re.compile(r"[a-z][a-z0-9_]{1,60}")
_VERSION = re.compile(r"\d{4}\.\d{1,2}\.\d{1,3}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,8})?|\*")
MIN_LITERAL = 2
MIN_EXAMPLES = 2


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a pack, and what to do about it."""

    source: str
    rule: str
    message: str
    #: Not so where a rule can be run, and only its examples do not come out as they should.
    structural: bool = True

    def __str__(self) -> str:
        return f"{self.source}: {self.rule}: {self.message}" if self.rule else f"{self.source}: {self.message}"


def lint(packs: Sequence[Pack], *, beside: Sequence[Pack] = ()) -> list[Fault]:
    """Faults of ``packs``, which are to stand ``beside`` others; empty when all is well."""
    faults = [fault for pack in packs for fault in _pack_faults(pack)]
    names = [pack.name for pack in (*packs, *beside)]
    faults += [
        Fault(pack.source, "", f"another pack is called {pack.name!r}") for pack in packs if names.count(pack.name) > 1
    ]
    return faults if faults else [fault for pack in packs for fault in _example_faults(pack)]


def _pack_faults(pack: Pack) -> Iterable[Fault]:
    if not _VERSION.fullmatch(pack.version):
        yield Fault(pack.source, "", f"version {pack.version!r} is not of the form 2026.11.1")
    if not pack.languages:
        yield Fault(pack.source, "", "languages is empty: name a language code or '*'")
    for language in pack.languages:
        if not _LANGUAGE.fullmatch(language):
            yield Fault(pack.source, "", f"language {language!r} is not a language code or '*'")
    for side, words in (("before", pack.negation_before), ("after", pack.negation_after)):
        for message in (message for word in words for message in _negation_faults(word)):
            yield Fault(pack.source, "", f"negation.{side}: {message}")
    seen: set[str] = set()
    for rule in pack.rules:
        if rule.id in seen:
            yield Fault(pack.source, rule.id, "another rule of the pack has this id")
        seen.add(rule.id)
        for message in _rule_faults(rule):
            yield Fault(pack.source, rule.id, message)


def _rule_faults(rule: Rule) -> Iterable[str]:
    if not _ID.fullmatch(rule.id):
        yield "the id has to be lower-case letters, digits and underscores"
    if rule.code not in codes() or rule.code == MODEL_EVIDENCE:
        yield f"unknown indicator code {rule.code!r}: see 'tipscan/indicators/taxonomy.toml'"
    if rule.strength not in ("", *STRENGTHS):
        yield f"strength {rule.strength!r} is not one of {', '.join(STRENGTHS)}"
    if not 1 <= len(rule.parts) <= MAX_PARTS or not all(rule.parts):
        yield f"a rule has one to {MAX_PARTS} parts, none of them empty"
    if not 1 <= rule.within <= MAX_WITHIN:
        yield f"within has to be between 1 and {MAX_WITHIN} characters"
    for literal in (literal for part in rule.parts for literal in part if literal != NUMBER):
        yield from _literal_faults(literal, MIN_LITERAL)
    if rule.parts[:1] == ((NUMBER,),):
        yield "the first part cannot be a bare number"
    if len(rule.hits) < MIN_EXAMPLES or len(rule.misses) < MIN_EXAMPLES:
        yield f"give at least {MIN_EXAMPLES} hits and {MIN_EXAMPLES} near-misses"


def _negation_faults(word: str) -> Iterable[str]:
    if word == NUMBER:
        yield "a bare number denies nothing"
    else:
        yield from _literal_faults(word, least=1)  # k is "not" in Vietnamese chats


def _literal_faults(literal: str, least: int) -> Iterable[str]:
    plain = normalize(literal.strip("*")).folded
    if len(plain) < (1 if plain > "\u2e80" else least):
        yield f"the literal {literal!r} is too short to mean anything"
    if normalize(literal).evasions:
        yield f"write the literal {literal!r} plainly: hidden forms are undone before matching"
    if plain != plain.strip() or "*" in plain:
        yield f"the literal {literal!r} has a space or star out of place"


def _example_faults(pack: Pack) -> Iterable[Fault]:
    for trial in own_examples(pack):
        for example in trial.missed:
            yield Fault(pack.source, trial.rule.id, f"does not find {example!r}", structural=False)
        for example in trial.taken:
            yield Fault(pack.source, trial.rule.id, f"finds the near-miss {example!r}", structural=False)
