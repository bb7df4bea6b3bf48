"""Web addresses, e-mail addresses and the links of messengers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from publicsuffixlist import PublicSuffixList

from tipscan.entities.reading import Reading
from tipscan.entities.words import neighbours, table

_NAME = "a-z0-9\u00c0-\u024f\u0400-\u04ff"  # no script without spaces: there a word would grow into the host
_URL = re.compile(
    rf"(?<![{_NAME}_@.-])(?P<scheme>https?://)?(?P<host>(?:[{_NAME}][{_NAME}_-]{{0,62}}\.){{1,6}}"
    rf"(?:xn--[a-z0-9-]{{2,40}}|[a-z\u0400-\u04ff]{{2,24}}))(?![{_NAME}_@-])(?::[0-9]{{2,5}})?"
    r"(?P<tail>[/?#][^\s<>\"“”«»\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uac00-\ud7a3]{0,300})?",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"\.[a-zA-Z\u0400-\u04ff]{2}")
_APP_LINK = re.compile(r"(?<![a-z])(tg|viber|whatsapp)://([a-z]{2,20})/?\?([^\s<>\"]{3,200})", re.IGNORECASE)
_LOCAL = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._%+-"
_DOMAIN = re.compile(rf"(?:[{_NAME}][{_NAME}-]{{0,62}}\.){{1,6}}[a-z]{{2,24}}(?![{_NAME}_-])", re.IGNORECASE)
_DOT_WORD = r"(?: ?[(\[{] ?dot ?[)\]}] ?| dot )"
# "name (at) example.com", "name at example dot com"; a bare "at" with a bare "." is a sentence.
_SPELLED = re.compile(
    rf"(?<![\w.%+-])(?P<local>[a-z0-9][a-z0-9._%+-]{{0,63}})(?:"
    rf" ?[(\[{{] ?at ?[)\]}}] ?(?P<marked>(?:[a-z0-9-]{{1,63}}(?:{_DOT_WORD}|\.)){{1,4}}[a-z]{{2,24}})"
    rf"| at (?P<plain>(?:[a-z0-9-]{{1,63}}{_DOT_WORD}){{1,4}}[a-z]{{2,24}}))(?![\w-])",
    re.IGNORECASE,
)
_SPELLED_SIGNS = ("(at", "[at", "{at", "( at", "[ at", " dot ")
_DOT = re.compile(_DOT_WORD, re.IGNORECASE)
_TRACKING = re.compile(r"utm_.*|fbclid|gclid|yclid|msclkid|igshid|igsh|si|ref|mibextid|_ga|mc_[ce]id", re.IGNORECASE)
_NUMBER_KINDS = frozenset({"whatsapp", "viber", "signal", "zalo"})
#: Path parts that only say what follows, by kind.
_PATH_WORDS = {
    "line": frozenset({"ti", "p", "r", "g", "g2"}),
    "telegram": frozenset({"s"}),
    "whatsapp": frozenset({"channel", "message", "qr", "c", "invite"}),
    "messenger": frozenset({"t", "people", "j"}),
    "zalo": frozenset({"g"}),
    "viber": frozenset({"invite", "add"}),
    "wechat": frozenset({"u"}),
    "instagram": frozenset({"u"}),
    "discord": frozenset({"invite"}),
    "signal": frozenset({"p", "eu"}),
}
_NUMBERED = re.compile(r"[0-9-]")
_LINE_END = re.compile(r"[ .,;!)]{0,3}(?:\n|$)")


class Link(NamedTuple):
    """A link at ``[start, end)``: ``kind`` is ``email``, ``url`` or a messenger."""

    start: int
    end: int
    kind: str
    normalized: str


def find_links(reading: Reading) -> Iterator[Link]:
    """E-mail addresses, then app links, then web addresses; a caller keeps the first of those that overlap."""
    text = reading.plain
    if "@" in text:
        yield from _emails(text)
    if any(sign in reading.folded for sign in _SPELLED_SIGNS):
        yield from _spelled_emails(text)
    if "://" in text:
        yield from _app_links(text)
    if _DOTTED.search(text):
        yield from _urls(reading)


def is_shortened(normalized: str) -> bool:
    """Whether the normalized form of a url contact hides where it leads.

    >>> is_shortened("bit.ly/AbC12")
    True
    """
    return normalized.partition("/")[0] in _listed("shorteners")


def _emails(text: str) -> Iterator[Link]:
    at = text.find("@")
    while at >= 0:
        before = text[max(0, at - 64) : at]
        local = before[len(before.rstrip(_LOCAL)) :].lstrip(".-")
        domain = _DOMAIN.match(text, at + 1)
        if local and domain and registered_domain(domain[0].lower()):
            yield Link(at - len(local), domain.end(), "email", f"{local}@{domain[0]}".lower())
        at = text.find("@", at + 1)


def _spelled_emails(text: str) -> Iterator[Link]:
    for match in _SPELLED.finditer(text):
        domain = _DOT.sub(".", match["marked"] or match["plain"]).lower()
        if registered_domain(domain):
            yield Link(match.start(), match.end(), "email", f"{match['local'].lower()}@{domain}")


def _app_links(text: str) -> Iterator[Link]:
    for match in _APP_LINK.finditer(text):
        kind = "telegram" if match[1].lower() == "tg" else match[1].lower()
        query = dict(parse_qsl(match[3]))
        who = query.get("domain") or query.get("phone") or query.get("number") or query.get("invite")
        if who:
            yield Link(match.start(), match.end(), kind, _identity(kind, who))


def _urls(reading: Reading) -> Iterator[Link]:
    for match in _URL.finditer(reading.plain):
        host, tail = match["host"], _trim(match["tail"] or "")
        if not _is_address(reading, match, bare=not tail.strip("/?#")):
            continue
        end = match.end() - len(match["tail"] or "") + len(tail)
        yield Link(match.start(), end, *_read(host.lower().removeprefix("www."), tail))


def _trim(tail: str) -> str:
    """The tail without the punctuation of the sentence, or of Markdown, around it."""
    tail = tail.partition("](")[0].rstrip(".,;:!?'*_~]}>|")
    return tail if "(" in tail else tail.rstrip(").,;:!?")


def _is_address(reading: Reading, match: re.Match[str], *, bare: bool) -> bool:
    """Whether a host is registered under a public suffix and, without a scheme, looks meant as one."""
    host = match["host"]
    lowered = host.lower()
    if match["scheme"] or lowered.startswith("www."):
        return registered_domain(lowered.removeprefix("www.")) is not None
    if not bare and (lowered in _kinds() or lowered in _listed("shorteners")):
        return True
    top = host.rpartition(".")[2]
    if top != top.lower() and (host != host.upper() or top.lower() not in _listed("bare_tlds")):
        return False  # "the pay.No fee" is two sentences, "PT.ET" a part of a number
    if lowered in _listed("not_domains"):
        return False
    if bare and not _may_stand_bare(reading, match, lowered):
        return False
    domain = registered_domain(lowered)
    # One or two letters before a short ending are a split word ("cha.ku.la") or an abbreviation more often than a site.
    return domain is not None and len(domain.partition(".")[0]) > (2 if bare else 1)


def _may_stand_bare(reading: Reading, match: re.Match[str], host: str) -> bool:
    """Whether the ending alone, or what stands around it, makes a dotted word an address: "aud.io" is a split word."""
    rest, _, top = host.rpartition(".")
    name, _, second = rest.rpartition(".")
    if top in _listed("bare_tlds") or (name and len(top) == 2 and second in _listed("second_level")):
        return True
    if top not in _listed("announced_tlds"):
        return False
    start = match.start()
    alone = start == 0 or reading.plain[start - 1] == "\n"
    return (
        bool(_NUMBERED.search(rest))
        or (alone and _LINE_END.match(reading.plain, match.end()) is not None)
        or reading.lead(start).endswith(neighbours("site"))
    )


def _read(host: str, tail: str) -> tuple[str, str]:
    """Kind and normalized form of a link from its lower-case host and the rest."""
    path, _, query = tail.partition("#")[0].partition("?")
    kind = _kinds().get(host)
    if kind == "signal":
        path = path.strip("/") or tail.partition("#")[2]  # the account stands behind the hash
    if kind is not None and (who := _who(kind, path, query)):
        return kind, who if host in _listed("code_hosts") else _identity(kind, who)
    kept = urlencode([pair for pair in parse_qsl(query) if not _TRACKING.fullmatch(pair[0])])
    return "url", host + path.rstrip("/") + (f"?{kept}" if kept else "")


def _who(kind: str, path: str, query: str) -> str | None:
    """The account, number or invitation a messenger link leads to."""
    parts = [part for part in path.split("/") if part and part.lower() not in _PATH_WORDS.get(kind, ())]
    if not parts or parts[0].lower() in ("send", "profile.php"):
        named = dict(parse_qsl(query))
        return named.get("phone") or named.get("id")
    first = parts[0].lower()
    if first in ("joinchat", "addlist") and len(parts) > 1:
        return "+" + parts[1]
    return None if first in _listed("no_account") else parts[0]


def _identity(kind: str, who: str) -> str:
    """A handle in lower case without its mark; a number in E.164; an invitation code as it is."""
    digits = re.sub(r"[+ -]", "", who)
    if kind in _NUMBER_KINDS and digits.isascii() and digits.isdigit():
        return f"+84{digits[1:]}" if kind == "zalo" and digits.startswith("0") else f"+{digits}"
    return who if who.startswith("+") else who.lstrip("@~").lower()


def registered_domain(host: str) -> str | None:
    """The domain somebody registered, by the public suffix list, or None for what is no domain."""
    try:
        domain = _public_suffixes().privatesuffix(host)
    except (UnicodeError, ValueError):
        return None
    return domain if isinstance(domain, str) else None


@cache
def _public_suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)


@cache
def _kinds() -> dict[str, str]:
    return {host: kind for kind, groups in table("host").items() for hosts in groups.values() for host in hosts}


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(word for words in table("list")[name].values() for word in words)
