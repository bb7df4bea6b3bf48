"""Every way to reach the recruiter that a text names."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tipscan.entities.links import find_links
from tipscan.entities.phones import find_phones
from tipscan.entities.reading import Reading
from tipscan.entities.wallets import find_wallets
from tipscan.finding import Contact

#: Contacts kept per text; a list longer than this is no advert.
MAX_CONTACTS = 256
_GATE = re.compile(r"[0-9@.]")
# Between a channel's name and the handle: "ID", "is", a colon, an @ …
_TO_HANDLE = re.compile(
    r"(?P<mark> ?(?:user ?name|handle|account|akun|id|no|ไอดี|号码?|號|账号|帳號|аккаунт|ник)(?![^\W\d_]))?"
    r"(?P<gap>[ :=\-–>'\"(]{0,5})(?P<at>@?)(?P<handle>[A-Za-z0-9_][A-Za-z0-9._-]{2,31})",
    re.IGNORECASE,
)
_ID_WORD = re.compile(r"id|ไอดี|号|號|:")
_AT_HANDLE = re.compile(r"(?<![\w.@/])@([A-Za-z0-9_][A-Za-z0-9_.]{1,31})")
_WORD_FOLLOWS = re.compile(r" [^\W\d_]")
#: Channel names that are also everyday words: without a mark they count in capitals only.
_EVERYDAY = frozenset({"line", "signal"})
_NOT_HANDLES = frozenset({"phone", "email"})


class _Candidate(NamedTuple):
    start: int
    end: int
    kind: str
    normalized: str


def find_contacts(reading: Reading) -> tuple[Contact, ...]:
    """All contacts in the order of the text, none overlapping another; the more specific reading wins."""
    if not (_GATE.search(reading.plain) or reading.words["channel"] or " dot " in reading.folded):
        return ()
    kept: list[Contact] = []
    taken: set[int] = set()
    for candidate in _candidates(reading):
        start, end = reading.source.span(candidate.start, candidate.end)
        if start >= end or not taken.isdisjoint(range(start, end)):
            continue
        taken.update(range(start, end))
        kept.append(Contact(candidate.kind, reading.source.original[start:end], candidate.normalized, start, end))
        if len(kept) == MAX_CONTACTS:
            break
    return tuple(sorted(kept, key=lambda contact: contact.start))


def overlaps(contacts: Sequence[Contact], start: int, end: int) -> bool:
    """Whether ``[start, end)`` of the original touches one of the contacts, given in the order of the text."""
    index = bisect_left(contacts, end, key=lambda contact: contact.start) - 1
    return index >= 0 and contacts[index].end > start


def _candidates(reading: Reading) -> Iterator[_Candidate]:
    """All readings, the most specific first."""
    if len(reading.plain) > 25:
        for start, end, address in find_wallets(reading.plain):
            yield _Candidate(start, end, "wallet", address)
    for link in find_links(reading):
        yield _Candidate(*link)
    for phone in find_phones(reading):
        yield _Candidate(*phone)
    yield from _named_handles(reading)
    if "@" in reading.plain:
        yield from _bare_handles(reading)


def _named_handles(reading: Reading) -> Iterator[_Candidate]:
    """Handles after the name of their channel: ``Telegram: x``, ``LINE ID x``, ``加V x``."""
    for word in reading.words["channel"]:
        if word.value in _NOT_HANDLES:
            continue
        match = _TO_HANDLE.match(reading.plain, word.end)
        if match is None or not _is_handle(reading, word.start, word.end, match):
            continue
        if reading.plain.startswith(("://", "@"), match.end("handle")):
            continue  # a web or mail address
        handle = match["handle"].rstrip(".-_" if not match["at"] else ".-")
        if word.value == "whatsapp" and not match["at"] and not handle.isdigit():
            continue  # an account there is a number
        start = match.start("at")
        end = match.start("handle") + len(handle)
        yield _Candidate(start, end, word.value, handle.lower())


def _is_handle(reading: Reading, start: int, end: int, match: re.Match[str]) -> bool:
    """Whether what follows a channel's name is a handle and not the next word of the sentence."""
    marked = bool(match["mark"] or match["at"]) or bool(_ID_WORD.search(reading.folded, start, end))
    if reading.folded[start:end] in _EVERYDAY and not marked and not reading.plain[start:end].isupper():
        return False
    handle = match["handle"].rstrip(".-")
    if match["at"]:
        return True
    if handle.isdigit():
        return len(handle) >= 6 and (marked or ":" in match["gap"])
    if not marked and ":" not in match["gap"]:
        return bool(re.search(r"\d", handle)) and (bool(re.match(r"[A-Za-z]", handle)) or "_" in handle)
    if re.search(r"[\d_.-]", handle):
        return True
    return len(handle) >= 4 and handle.isalpha() and not _WORD_FOLLOWS.match(reading.plain, match.end())


def _bare_handles(reading: Reading) -> Iterator[_Candidate]:
    """``@handle`` with the channel named in the same clause, else of kind ``other``."""
    channels = reading.words["channel"]
    for match in _AT_HANDLE.finditer(reading.plain):
        handle = match[1].rstrip(".")
        end = match.start(1) + len(handle)
        if len(handle) < 3 or handle.isdigit():
            continue
        left, _ = reading.clause(match.start(), end, 40)
        before, after = channels.last(match.start(), match.start() - left), channels.next(end, 5)
        named = next((word.value for word in (before, after) if word and word.value not in _NOT_HANDLES), "other")
        yield _Candidate(match.start(), end, named, handle.lower())
