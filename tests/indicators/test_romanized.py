"""Chats in Latin letters are read by their rules whatever language they are taken for."""

from __future__ import annotations

from collections import Counter

import pytest

from tipscan.indicators.matcher import Matcher
from tipscan.indicators.packs import Pack, load_packs
from tipscan.text import normalize


@pytest.fixture(scope="module")
def pack() -> Pack:
    return next(pack for pack in load_packs() if pack.name == "romanized")


def test_each_language_has_its_rules(pack: Pack) -> None:
    """At least ten rules for Hindi and Urdu, five for each of the others."""
    sizes = Counter(rule.id.partition("_")[0] for rule in pack.rules)
    assert sizes["hi"] >= 10
    assert all(sizes[language] >= 5 for language in ("bn", "ne", "ta", "ar", "ru"))


@pytest.mark.parametrize("language", ["en", "id", "sw", "hi", "xx", "und"])
def test_found_whatever_the_identifier_says(pack: Pack, language: str) -> None:
    """Every hit of every rule is found under any language."""
    matcher = Matcher(load_packs())
    for rule in pack.rules:
        for hit in rule.hits:
            assert rule in [match.rule for match in matcher.find(normalize(hit), language)], (rule.id, hit)


ORDINARY = [
    # the genuine twin of a lure, and other languages that share words
    "Passport aapke paas rahega, company ticket deti hai, koi fees nahi.",
    "Apni marzi se bahar ja sakte ho, salary har mahine bank mein.",
    "Bahire jawa nijer iccha, passport nijer kache thakbe.",
    "Passport afai sanga rakhne, visit visa hoina, work permit.",
    "Visit visa illa, direct work visa mattum. Passport namma kitta dhan.",
    "Pasport vsegda u vas, predoplata ne nuzhna.",
    "Bring your passport and a deposit receipt to the office.",
    "Gaji 5 juta, kerja dari rumah, tanpa deposit.",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_texts_are_left_alone(pack: Pack, text: str) -> None:
    """What says the opposite of a lure, or is of another language, meets no rule of the pack."""
    assert [match.rule.id for match in Matcher([pack]).find(normalize(text), "und")] == []
