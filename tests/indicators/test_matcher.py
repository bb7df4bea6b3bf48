"""Rules match whole words in their order, inside one sentence, in every kind of script."""

from __future__ import annotations

import pytest

from tipscan.indicators.matcher import Matcher
from tipscan.indicators.packs import Pack
from tipscan.text import normalize

PACK = """
pack = "t"
version = "2026.1.1"
languages = ["en", "th", "hi", "ar"]

[negation]
before = ["no", "never"]
after = ["नहीं"]

[[rule]]
id = "pay_first"
code = "FEE.upfront"
parts = [["pay*", "send"], ["first", "before"]]
within = 40
hits = []
misses = []

[[rule]]
id = "passport"
code = "DOC.passport_kept"
phrases = ["passport", "เก็บพาสปอร์ต", "पासपोर्ट रख"]
hits = []
misses = []

[[rule]]
id = "age"
code = "REQ.age"
parts = [["aged", "age"], ["#"]]
within = 12
negatable = false
hits = []
misses = []
"""


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher([Pack("t.toml", PACK)])


TABLE = [
    # text, [(rule, quoted place)]
    ("You pay 50 first.", [("pay_first", "pay 50 first")]),
    ("Payment comes first", [("pay_first", "Payment comes first")]),  # pay* goes on
    ("first you pay", []),  # the other order
    ("You pay. First day is Monday.", []),  # another sentence
    ("You never pay first", []),  # negated before
    ("You pay " + "very " * 10 + "first", []),  # too far apart
    ("passports", []),  # the word goes on
    ("your pass-port, PASSPORT!", [("passport", "PASSPORT")]),
    ("p\u0430ssport", [("passport", "p\u0430ssport")]),  # hidden, quoted as it stands
    ("เราจะเก็บพาสปอร์ตไว้ให้", [("passport", "เก็บพาสปอร์ต")]),  # no spaces in Thai
    ("हम पासपोर्ट रखेंगे", []),  # a vowel sign continues the word
    ("हम पासपोर्ट रख लेंगे", [("passport", "पासपोर्ट रख")]),
    ("हम पासपोर्ट रख नहीं लेंगे", []),  # negated after
    ("No visa, passport kept", [("passport", "passport")]),  # negation ends with its clause
    ("you pay $380. First come", []),
    ("pay $380. Now", []),
    ("在passport处", [("passport", "passport")]),  # Han beside Latin is an edge
    ("pay！先 first", []),  # a wide exclamation mark ends the sentence, no space needed
    ("girls aged 18.", [("age", "aged 18")]),  # the full stop is no part of the number
    ("girls aged 18 to 25", [("age", "aged 18")]),
    ("no age 18", [("age", "age 18")]),  # not negatable
]


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_places(matcher: Matcher, text: str, expected: list[tuple[str, str]]) -> None:
    """Exactly these rules, quoting exactly these words of the original."""
    found = [(match.rule.id, text[match.start : match.end]) for match in matcher.find(normalize(text), "en")]
    assert found == expected


def test_a_pack_serves_its_languages(matcher: Matcher) -> None:
    """A pack without English serves only the languages it names, and every text of unknown language."""
    only_thai = Matcher([Pack("t.toml", PACK.replace('["en", "th", "hi", "ar"]', '["th"]'))])
    text = normalize("passport")
    assert [len(only_thai.find(text, language)) for language in ("th", "und", "fr")] == [1, 1, 0]


def test_repetition_is_bounded(matcher: Matcher) -> None:
    """A megabyte of one word gives a bounded number of matches."""
    assert len(matcher.find(normalize("passport " * 100_000), "en")) == 50
