"""What hides a word from a reader of characters does not hide it from the rules."""

from __future__ import annotations

import re
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tipscan.indicators.matcher import Matcher
from tipscan.indicators.packs import Pack, Rule, load_packs
from tipscan.text import normalize

LATIN = frozenset("en es fr pt id ms tl vi tr sw".split())
FULLWIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
MATHEMATICAL = str.maketrans(
    {chr(65 + i): chr(0x1D400 + i) for i in range(26)} | {chr(97 + i): chr(0x1D41A + i) for i in range(26)}
)
CYRILLIC = str.maketrans(dict(zip("aeocpxABEKMHOPCTX", "аеосрхАВЕКМНОРСТХ", strict=True)))
KEYCAPS = str.maketrans({str(digit): f"{digit}\ufe0f\u20e3" for digit in range(10)})


@cache
def examples() -> list[tuple[Pack, Rule, str]]:
    """Every hit of every pack."""
    return [(pack, rule, hit) for pack in load_packs() for rule in pack.rules for hit in rule.hits]


@cache
def matcher(pack: Pack) -> Matcher:
    return Matcher([pack])


def found(pack: Pack, rule: Rule, text: str) -> bool:
    language = "und" if "*" in pack.languages else pack.languages[0]
    return any(match.rule is rule for match in matcher(pack).find(normalize(text), language))


def zero_width(text: str) -> str:
    return re.sub(r"(?<=[^\W\d_])(?=[^\W\d_])", "\u200b", text)


def look_alikes(text: str) -> str:
    """Cyrillic letters into words that keep a letter only Latin has."""
    return re.sub(r"[A-Za-z]{4,40}", lambda word: mixed(word[0]), text)


def mixed(word: str) -> str:
    changed = word.translate(CYRILLIC)
    ends_latin = changed[-1].isascii() and changed[0].isascii()
    return changed if ends_latin and not changed.isascii() else word


HIDDEN = {
    "full width": lambda text: text.translate(FULLWIDTH),
    "mathematical letters": lambda text: text.translate(MATHEMATICAL),
    "zero width": zero_width,
    "digits as emoji": lambda text: text.translate(KEYCAPS),
    "look-alike letters": look_alikes,
    "capitals": str.upper,
}


@pytest.mark.parametrize("operator", HIDDEN)
@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_hidden_hit_is_a_hit(operator: str, data: st.DataObject) -> None:
    """In languages written in Latin letters every rule finds its own examples behind each way of hiding."""
    latin = [one for one in examples() if not LATIN.isdisjoint(one[0].languages)]
    pack, rule, hit = data.draw(st.sampled_from(latin))
    assert found(pack, rule, HIDDEN[operator](hit)), (rule.name, HIDDEN[operator](hit))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_spaced_out_word_is_found(data: st.DataObject) -> None:
    """One long word of a hit written with a sign between its letters is still found."""
    latin = [one for one in examples() if not {"en", "es", "id", "tl", "sw"}.isdisjoint(one[0].languages)]
    pack, rule, hit = data.draw(st.sampled_from(latin))
    words = list(re.finditer(r"(?<![\w'-])[a-z]{4,20}(?![\w'-])", hit))
    if not words:
        return
    word = data.draw(st.sampled_from(words))
    gap = data.draw(st.sampled_from([".", "-", "*", "·"]))
    hidden = hit[: word.start()] + gap.join(word[0]) + hit[word.end() :]
    assert found(pack, rule, hidden), (rule.name, hidden)
    assert any(evasion.kind == "spacing" for evasion in normalize(hidden).evasions)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_normalizing_twice_changes_nothing(data: st.DataObject) -> None:
    """The normalized form of a hit, in any script and hidden in any way, is its own normalized form."""
    _, _, hit = data.draw(st.sampled_from(examples()))
    text = data.draw(st.sampled_from(list(HIDDEN.values())))(hit)
    once = normalize(text).text
    assert normalize(once).text == once
