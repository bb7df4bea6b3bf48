"""Web addresses, e-mail addresses and messenger links."""

from __future__ import annotations

import pytest

from tipscan.entities import extract
from tipscan.entities.links import registered_domain
from tipscan.text.normalize import normalize

LINKS = [
    ("see https://www.Example.com/Jobs/", "url", "https://www.Example.com/Jobs/", "example.com/Jobs"),
    (
        "see example.com/a?utm_source=x&id=5&fbclid=y#top",
        "url",
        "example.com/a?utm_source=x&id=5&fbclid=y#top",
        "example.com/a?id=5",
    ),
    ("go to bit.ly/AbC12.", "url", "bit.ly/AbC12", "bit.ly/AbC12"),  # a shortener's path keeps its case
    ("go to example.com, please", "url", "example.com", "example.com"),
    ("www.example.co.uk:8080/x", "url", "www.example.co.uk:8080/x", "example.co.uk/x"),
    ("公司网站：www.example.cn公司电话", "url", "www.example.cn", "example.cn"),  # no space before or after
    ("сайт пример.рф тут", "url", "пример.рф", "пример.рф"),
    ("(https://example.org/a_(b))", "url", "https://example.org/a_(b))", "example.org/a_(b))"),
    ("mail Anna.HR@Example.com!", "email", "Anna.HR@Example.com", "anna.hr@example.com"),
    ("anna.hr (at) example (dot) com", "email", "anna.hr (at) example (dot) com", "anna.hr@example.com"),
    ("anna [at] example.com", "email", "anna [at] example.com", "anna@example.com"),
    ("anna at example dot co dot uk", "email", "anna at example dot co dot uk", "anna@example.co.uk"),
    ("t.me/Anna_Example", "telegram", "t.me/Anna_Example", "anna_example"),
    ("加t.me/anna_example吧", "telegram", "t.me/anna_example", "anna_example"),
    ("https://t.me/+AbCdEf12345", "telegram", "https://t.me/+AbCdEf12345", "+AbCdEf12345"),
    ("t.me/joinchat/AbCd", "telegram", "t.me/joinchat/AbCd", "+AbCd"),
    ("tg://resolve?domain=Anna_Ex", "telegram", "tg://resolve?domain=Anna_Ex", "anna_ex"),
    ("wa.me/15551234567", "whatsapp", "wa.me/15551234567", "+15551234567"),
    (
        "api.whatsapp.com/send?phone=84915550123&text=hi",
        "whatsapp",
        "api.whatsapp.com/send?phone=84915550123&text=hi",
        "+84915550123",
    ),
    ("chat.whatsapp.com/AbCdEF12", "whatsapp", "chat.whatsapp.com/AbCdEF12", "AbCdEF12"),
    ("line.me/ti/p/~anna_ex", "line", "line.me/ti/p/~anna_ex", "anna_ex"),
    ("lin.ee/AbC12", "line", "lin.ee/AbC12", "AbC12"),
    ("zalo.me/0915550123", "zalo", "zalo.me/0915550123", "+84915550123"),
    ("viber://chat?number=%2B959555012345", "viber", "viber://chat?number=%2B959555012345", "+959555012345"),
    ("m.me/AnnaEx", "messenger", "m.me/AnnaEx", "annaex"),
    ("facebook.com/profile.php?id=100012345", "messenger", "facebook.com/profile.php?id=100012345", "100012345"),
    ("instagram.com/anna_ex/", "instagram", "instagram.com/anna_ex/", "anna_ex"),
    ("tiktok.com/@AnnaEx", "tiktok", "tiktok.com/@AnnaEx", "annaex"),
    ("discord.gg/AbC", "discord", "discord.gg/AbC", "AbC"),
]

NOT_LINKS = [
    "the pay.No fee",  # two sentences
    "paid weekly.it is good",
    "ASP.NET and Node.js",  # products
    "e.g. 4.100 and 5.30pm",
    "file.txt and report.pdf",
    "8000 kwa siku, cha.ku.la bure",  # a word split by dots
    "look at that dot over there",  # no name before "at"
    "at example.invalidtld/x",  # not a public suffix
]


@pytest.mark.parametrize(("text", "kind", "value", "normalized"), LINKS)
def test_a_link_is_found(text: str, kind: str, value: str, normalized: str) -> None:
    """A link is found whole, with the channel it leads to and the form to compare it by."""
    [contact] = extract(normalize(text), "en").contacts
    assert (kind, value, normalized) == (contact.kind, contact.value, contact.normalized)


@pytest.mark.parametrize("text", NOT_LINKS)
def test_a_dot_is_not_an_address(text: str) -> None:
    """Sentences, products and files with a dot are no web addresses."""
    assert extract(normalize(text), "en").contacts == ()


def test_the_registered_domain_follows_the_public_suffix_list() -> None:
    """co.uk is a suffix, and a name without a known suffix is no domain."""
    assert [registered_domain(host) for host in ("a.b.example.co.uk", "пример.рф", "co.uk", "node.js")] == [
        "example.co.uk",
        "пример.рф",
        None,
        None,
    ]
