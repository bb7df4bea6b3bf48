"""Handles after the name of their channel, and bare ones."""

from __future__ import annotations

import pytest

from tipscan.entities import extract
from tipscan.text.normalize import normalize

HANDLES = [
    ("en", "Telegram: @Anna_Example", "telegram", "@Anna_Example", "anna_example"),
    ("en", "telegram anna555", "telegram", "anna555", "anna555"),
    ("en", "write to us in telegram for details @hr_anna", "telegram", "@hr_anna", "hr_anna"),
    ("en", "@hr_anna (telegram)", "telegram", "@hr_anna", "hr_anna"),
    ("en", "IG: @anna.ex", "instagram", "@anna.ex", "anna.ex"),
    ("en", "LINE ID: anna.ex", "line", "anna.ex", "anna.ex"),
    ("en", "add line @anna555", "line", "@anna555", "anna555"),
    ("en", "my wechat id anna_wx", "wechat", "anna_wx", "anna_wx"),
    ("zh", "加V：abc123", "wechat", "abc123", "abc123"),
    ("zh", "微信号abc_12", "wechat", "abc_12", "abc_12"),
    ("zh", "威信 hr8888", "wechat", "hr8888", "hr8888"),
    ("zh", "飞机@hr_anna", "telegram", "@hr_anna", "hr_anna"),
    ("th", "ไอดีไลน์: job_555", "line", "job_555", "job_555"),
    ("th", "แอดไลน์ @anna555", "line", "@anna555", "anna555"),
    ("ru", "тг @hr_anna", "telegram", "@hr_anna", "hr_anna"),
    ("ru", "Пишите в телеграмм: hr_anna", "telegram", "hr_anna", "hr_anna"),
    ("en", "ask @hr_anna", "other", "@hr_anna", "hr_anna"),
]

NOT_HANDLES = [
    "Telegram: join our group",  # the next word of the sentence
    "production line: packaging",  # an everyday word
    "the line manager and a strong signal",
    "Instagram marketing experience",
    "fast-growing WhatsApp2",
    "a @ b, 3@4",
]


@pytest.mark.parametrize(("language", "text", "kind", "value", "normalized"), HANDLES)
def test_a_handle_takes_the_kind_of_its_channel(
    language: str, text: str, kind: str, value: str, normalized: str
) -> None:
    """A handle is found with the channel the text names, in lower case and without its mark."""
    [contact] = extract(normalize(text), language).contacts
    assert (kind, value, normalized) == (contact.kind, contact.value, contact.normalized)


@pytest.mark.parametrize("text", NOT_HANDLES)
def test_the_next_word_is_not_a_handle(text: str) -> None:
    """A channel's name followed by ordinary words announces no handle."""
    assert extract(normalize(text), "en").contacts == ()
