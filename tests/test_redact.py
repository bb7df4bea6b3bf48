"""Redaction: what a finding still shows when the people in it are to stay out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from fakes import FakeScanner

from tipscan import Finding, Scanner
from tipscan.entities import extract
from tipscan.finding import Contact, Fact, Indicator, Money
from tipscan.redact import redact_finding
from tipscan.text.normalize import normalize


def found(contacts: Sequence[Contact], **changed: Any) -> Finding:
    """A finding with these contacts and nothing that a text states."""
    return replace(FakeScanner().scan("flag"), contacts=tuple(contacts), money=(), facts={}, **changed)


def test_redaction_hides_contacts_wherever_they_are_repeated() -> None:
    """With ``redact`` no contact of the text is in the finding, and its place still is."""
    text = "Send 100 USD first to +1 202 555 0123 or mail maria@example.com, passport kept by us"
    finding = Scanner(policy="sensitive", redact=True).scan(text)
    line = finding.to_json()
    assert "maria" not in line and "0123" not in line and "2025550123" not in line
    assert [(contact.kind, text[contact.start : contact.end]) for contact in finding.contacts] == [
        ("phone", "+1 202 555 0123"),
        ("email", "maria@example.com"),
    ]


def test_redaction_hides_contacts_in_facts() -> None:
    """A licence that is somebody's telephone number is no licence to show."""
    text = "Waiters for Doha, licence 081234567890 WA"
    finding, open_ = Scanner(redact=True).scan(text), Scanner().scan(text)
    assert open_.facts["licence"].value == "081234567890"
    assert "081234567890" not in finding.to_json()
    assert finding.facts["destination"] == open_.facts["destination"]


REPEATED = [
    # the whole text, and what of it a reader without the contact may see
    (
        "Contact our Telegram boss_lin88 pay visa fee to boss_lin88 only",
        "Contact our Telegram ██████████ pay visa fee to ██████████ only",
    ),
    ("Telegram: @boss_lin88 or BOSS_LIN88, t.me/boss_lin88", "Telegram: ███████████ or ██████████, ███████████████"),
    ("telegram boss_lin88加ｂoss_lin88微", "telegram ██████████加██████████微"),  # no gap, a wide letter
    ("telegram boss_lin88 xboss_lin88", "telegram ██████████ xboss_lin88"),  # another name
    ("IG: @anna then Joanna or anna", "IG: █████ then Joanna or ████"),
    ("IG: @ann then ann", "IG: ████ then ann"),  # three letters repeat by chance
    ("https://t.me/boss_lin88 is boss_lin88 \ud800", "███████████████████████ is ██████████ \ud800"),
    ("wa.me/12025550142 fee 0 2025550142x", "█████████████████ fee ████████████x"),
]


@pytest.mark.parametrize(("text", "shown"), REPEATED)
def test_a_second_mention_is_hidden_like_the_contact(text: str, shown: str) -> None:
    """A bare handle or number that no extractor takes for a contact is hidden in quotes, other names are not."""
    read = extract(normalize(text), "en")
    sign = Indicator("FEE.processing", 0, len(text), text, "en.fee@1", "medium", 1.0, "rule")
    assert shown == redact_finding(found(read.contacts, indicators=(sign,), shadow=(sign,)), text).indicators[0].text


def test_a_number_with_other_gaps_is_hidden() -> None:
    """Trunk zeros, brackets, the country code and the digits of other scripts make it no other number."""
    known = Contact("phone", "+66 81 555 0123", "+66815550123", 0, 15)
    for written in (
        "081-555-0123",
        "(081) 555.0123",
        "0066 81 5550123",
        "+66 (0)81 555 0123",
        "๐๘๑๕๕๕๐๑๒๓",
        "WA0815550123",
    ):
        text = f"+66 81 555 0123 / / / / {written}!"
        sign = Indicator("FEE.processing", 24, len(text), text[24:], "en.fee@1", "medium", 1.0, "rule")
        shown = redact_finding(found((known,), indicators=(sign,)), text).indicators[0].text
        assert not any(char.isdigit() for char in shown), written
    other = "+66 81 555 0123 / / / / 081 555 01234"
    sign = Indicator("FEE.processing", 24, len(other), other[24:], "en.fee@1", "medium", 1.0, "rule")
    assert redact_finding(found((known,), indicators=(sign,)), other).indicators[0].text == "081 555 01234"


def test_a_repeated_contact_is_in_no_finding() -> None:
    """The advert that shows a handle twice, through the whole house."""
    text = "Contact our Telegram boss_lin88 pay visa fee to boss_lin88 only"
    finding = Scanner(policy="sensitive", redact=True, tier="fast").scan(text)
    assert "visa fee to ██████████" in [one.text for one in finding.indicators]
    assert "lin88" not in finding.to_json()


def test_a_redacted_finding_explains_itself() -> None:
    """Whatever a handle looks like."""
    finding = Scanner(redact=True, tier="fast").scan("Waitress wanted, good salary. Telegram: @age_18 now")
    assert "age_min" not in finding.facts
    assert "age_18" not in finding.explain()


def test_a_number_that_touches_a_contact_leaves_the_finding() -> None:
    """Ages stay numbers or go, codes go with the words they rest on, sums that are an account go."""
    text = "@age_18 Dubai 18 years, 20 years, licence 12 @age_18, pay 12345678"
    contacts = (Contact("telegram", "@age_18", "age_18", 0, 7), Contact("line", "12345678", "12345678", 58, 66))
    facts = {
        "age_min": Fact(18, 5, 7),
        "age_max": Fact(20, 24, 32),
        "hours": Fact(12, 42, 52),
        "gender": Fact("any", 0, 5),
        "documents": Fact("photo, id", 0, 32),
        "destination": Fact("AE", 8, 13),
        "licence": Fact("12 @age_18", 42, 52),
    }
    money = (Money(12345678.0, None, None, "fee", 58, 66), Money(20.0, None, None, "pay", 24, 26))
    finding = redact_finding(replace(found(contacts), facts=facts, money=money), text)
    assert {name: fact.value for name, fact in finding.facts.items()} == {
        "age_max": 20,
        "documents": "photo, id",
        "destination": "AE",
        "licence": "12 @██████",
    }
    assert [one.amount for one in finding.money] == [20.0]
    assert "20" in finding.explain()


@pytest.mark.parametrize(
    ("names", "piece"),
    [
        ([f"{'a-' * 13}{'xyz'[i % 3]}{i}" for i in range(256)], "a-"),
        ([f"{'a' * (4 + i % 29)}{i}" for i in range(256)], "aaaa "),
        ([f"+66815551{i:03}" for i in range(256)], "+66 81 555 9-"),
    ],
)
def test_hiding_takes_linear_time(names: list[str], piece: str) -> None:
    """256 contacts that nearly stand everywhere in 200,000 characters are sought within seconds of computing."""
    text = piece * (200_000 // len(piece))
    contacts = tuple(Contact("telegram", text[:1], name, 0, 1) for name in names)
    started = time.process_time()
    redact_finding(found(contacts), text)
    assert time.process_time() - started < 2
