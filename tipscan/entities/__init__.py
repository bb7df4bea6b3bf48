"""Contacts, sums of money and stated facts, each with its place in the original text.

Everything is read by patterns and word tables: no model, no network. Time is linear in the length of the text, and
the number of contacts and sums kept is capped (``contacts.MAX_CONTACTS``, ``money.MAX_MONEY``).
"""

from __future__ import annotations

from dataclasses import dataclass

from tipscan.entities.amounts import read_amounts
from tipscan.entities.contacts import find_contacts
from tipscan.entities.facts import find_facts
from tipscan.entities.money import find_money
from tipscan.entities.reading import Reading
from tipscan.finding import Contact, Fact, Money
from tipscan.text.normalize import NormalizedText

__all__ = ["Entities", "extract"]


@dataclass(frozen=True, slots=True)
class Entities:
    """What a text names; all spans are code points of the original."""

    contacts: tuple[Contact, ...]
    money: tuple[Money, ...]
    facts: dict[str, Fact]


def extract(text: NormalizedText, language: str) -> Entities:
    """Read the contacts, money and facts of one text.

    Args:
        text: The normalized text.
        language: Its BCP-47 code; decides between meanings of a word ("peso", "Rs") and where a telephone number
            without a country code may belong. ``"und"`` is fine.

    >>> from tipscan.text.normalize import normalize
    >>> found = extract(normalize("Girls 18-25, salary $900 a month, WhatsApp +66 81 555 0123"), "en")
    >>> found.contacts[0].kind, found.contacts[0].normalized
    ('whatsapp', '+66815550123')
    >>> found.money[0].amount, found.money[0].currency, found.money[0].period, found.facts["age_min"].value
    (900.0, 'USD', 'month', 18)
    """
    reading = Reading.of(text, language)
    contacts = find_contacts(reading)
    amounts = read_amounts(reading)
    return Entities(contacts, find_money(reading, amounts, contacts), find_facts(reading, amounts, contacts))
