"""Rules find what is written in leet, say so, and leave product codes alone."""

from __future__ import annotations

import re
from functools import cache

import pytest

from tipscan.indicators import find_indicators
from tipscan.indicators.matcher import Matcher
from tipscan.indicators.packs import Rule, load_packs
from tipscan.reading import Reader
from tipscan.text import normalize

# A whole word of plain letters, beside nothing that would make it a part of an address or a compound.
WORD = re.compile(r"(?<![^\s(\"'])[a-z]{5,30}(?![^\s,;)\"'])", re.IGNORECASE)
SIGNS = {"o": "0", "e": "3", "a": "4", "s": "5", "t": "7"}
ORDINARY = (
    "Model S10, 4G phone, B2B sales, 8h shift, 5k a month, 3am, room101, PS5, mp3 and H2S training, 4x4 driver, "
    "A4 paper, flat 3B, KIA K5, iPhone 15, vitamin B12, 2nd floor, W3C, CO2, Form I9, H1B"
)
LATIN = "en es fr pt id ms tl vi tr sw".split()


def in_leet(text: str) -> str:
    """One letter of each long word as a digit."""

    def write(hit: re.Match[str]) -> str:
        word = hit[0]
        place = next((index for index, char in enumerate(word) if index and char.lower() in SIGNS), None)
        return word if place is None else word[:place] + SIGNS[word[place].lower()] + word[place + 1 :]

    return WORD.sub(write, text)


@cache
def all_packs() -> Matcher:
    return Matcher(load_packs())


@pytest.mark.parametrize("language", LATIN)
def test_rules_find_leet(language: str) -> None:
    """Every hit of the Latin packs, with a digit in each longer word, is found by its rule, from the same place on."""
    pack = next(pack for pack in load_packs() if pack.languages[0] == language)
    matcher = Matcher([pack])
    pairs = [(rule, hit, in_leet(hit)) for rule in pack.rules for hit in rule.hits]
    hidden = [(rule, hit, leet) for rule, hit, leet in pairs if leet != hit]
    assert len(hidden) > 20
    lost = [leet for rule, hit, leet in hidden if not places(matcher, rule, hit) <= places(matcher, rule, leet)]
    assert lost == []


def places(matcher: Matcher, rule: Rule, text: str) -> set[int]:
    found = find_indicators(normalize(text), matcher, matcher.packs[0].languages[0])
    return {one.start for one in (*found.counted, *found.shadow) if one.rule == rule.name}


FOUND = [
    ("Your p4ssport stays with us", "DOC.passport_kept", "p4ssport stays with us", ["p4ssport"]),
    ("👋 No exper1ence needed", "REQ.no_experience", "No exper1ence", ["exper1ence"]),
    ("ការងារ! Pay a registrat10n fee first", "FEE.upfront", "Pay a registrat10n fee first", ["registrat10n"]),
]


@pytest.mark.parametrize(("text", "code", "quoted", "hidden"), FOUND)
def test_leet_is_quoted_as_written(text: str, code: str, quoted: str, hidden: list[str]) -> None:
    """The rule and the hidden word stand at their places of the original."""
    found = find_indicators(normalize(text), all_packs(), "en").counted
    assert (code, quoted) in [(one.code, one.text) for one in found]
    assert [one.text for one in found if one.code == "EVADE.homoglyph"] == hidden
    assert all(text[one.start : one.end] == one.text for one in found)


def test_units_and_models_are_no_leet() -> None:
    """Ordinary codes, units and names of models give no sign of hiding."""
    found = find_indicators(normalize(ORDINARY), all_packs(), "en").counted
    assert [one.text for one in found if one.code.startswith("EVADE")] == []


def test_leet_that_means_nothing_to_the_rules_is_no_sign() -> None:
    """A word that undoing makes into no literal of a rule is left alone."""
    assert find_indicators(normalize("My nickname is gr4pefru1t"), all_packs(), "en").counted == ()


def test_the_model_reads_what_was_written() -> None:
    """Undoing leet leaves the text of the reading as it was, extractors and language with it."""
    text = "W0rk from h0me, no exper1ence, p4ssport kept, s@lary 900 USD"
    reading = Reader().read(normalize(text))
    assert reading.text.text == text
    assert [one.code for one in reading.indicators].count("EVADE.homoglyph") >= 3
