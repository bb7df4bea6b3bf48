"""What holds for every text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tipscan.entities import Entities, extract
from tipscan.entities.contacts import MAX_CONTACTS
from tipscan.entities.money import MAX_MONEY
from tipscan.text.normalize import normalize

LANGUAGES = "en zh es id ms vi th lo km my tl ru uk hi bn ur ne ta si ar fa tr pt fr sw am ja ko de und".split()
PIECES = (
    "salary WhatsApp +66 81 555 0123 $900 a month t.me/anna_example @hr_anna 18-25 years girls Dubai licence no. 12/3 "
    "Acme Ltd 工资8000元 微信:abc_123 年龄18岁 ไลน์ ๕๐๐ บาท راتب ٣٠٠٠ ريال उम्र १८ साल 0️⃣9️⃣ 1️⃣7️⃣ 12 hours a day ﷺ ㎏ ½ ① "
    "a@b.co www.example.com/x . , - / : \n \u200b \u202e p\u0430y \ud800 0x 1A1z bc1q k тыс. 5"
).split(" ")
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=30).map("".join),
)


@settings(max_examples=400, deadline=None)
@given(text=TEXTS, language=st.sampled_from(LANGUAGES))
def test_any_text_gives_sound_spans(text: str, language: str) -> None:
    """Nothing raises, every span lies in the original, values are slices of it, contacts never overlap."""
    found = extract(normalize(text), language)
    assert [contact.value for contact in found.contacts] == [text[c.start : c.end] for c in found.contacts]
    for spans in (found.contacts, found.money, tuple(found.facts.values())):
        assert all(0 <= item.start < item.end <= len(text) for item in spans)
    ends = [0, *(contact.end for contact in found.contacts)]
    assert all(end <= contact.start for end, contact in zip(ends, found.contacts, strict=False))


@settings(max_examples=100, deadline=None)
@given(text=TEXTS)
def test_the_same_text_gives_the_same_entities(text: str) -> None:
    """Extraction has no memory."""
    assert extract(normalize(text), "en") == extract(normalize(text), "en")


@pytest.mark.parametrize("text", ["", " \n", "hello there", "."])
def test_a_text_without_entities_has_none(text: str) -> None:
    """Nothing stated, nothing found."""
    assert Entities((), (), {}) == extract(normalize(text), "en")


def test_the_most_specific_contact_wins() -> None:
    """A wa.me link is one WhatsApp contact, neither a web address nor a telephone number as well."""
    contacts = extract(normalize("WhatsApp: https://wa.me/15551234567"), "en").contacts
    assert [(contact.kind, contact.normalized) for contact in contacts] == [("whatsapp", "+15551234567")]


def test_hidden_contacts_are_found_in_the_original() -> None:
    """Zero-width characters inside a number do not hide it, and the span covers them."""
    text = "call +1 202\u200b 555 0142"
    [contact] = extract(normalize(text), "en").contacts
    assert (contact.value, contact.normalized) == ("+1 202\u200b 555 0142", "+12025550142")


@pytest.mark.parametrize(
    "piece",
    [
        "0917 555 0142 ",
        "a@b.co ",
        "$5 ",
        "a.",
        "@",
        "1",
        "(",
        "12 hours ",
        "月薪八千元",
        "line id: ab1 ",
        "Dubai ",
        "for over ",
        "five thousand dollars ",
    ],
)
def test_long_texts_take_linear_time_and_bounded_room(piece: str) -> None:
    """200,000 characters of anything are read within seconds of computing, and lists stay capped."""
    text = normalize(piece * (200_000 // len(piece)))
    started = time.process_time()
    found = extract(text, "en")
    assert time.process_time() - started < 5
    assert len(found.contacts) <= MAX_CONTACTS
    assert len(found.money) <= MAX_MONEY
