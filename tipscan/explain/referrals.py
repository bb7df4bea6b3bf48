"""Whom to call or ask: hotlines, registers of licensed agencies and lines for citizens abroad, each with its date.

The entries are in ``data/referrals.toml``. A user's own file, or a directory of them, has the same form:

```toml
[[entry]]
country = "TH"                 # ISO 3166, "*" for all countries
kind = "hotline"               # hotline, register, ngo, embassy-line
name = "Social assistance centre 1300"
phone = "1300"                 # phone or url, or both
checked = "2026-11-20"         # year, year-month or date
source = "https://…"           # the page that says so
hidden = true                  # instead of all but country and name: takes the built-in entry away
```

An entry of the same country and name replaces the built-in one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from tipscan.errors import InputError

#: Kinds of entries, in the order they are shown.
KINDS = ("hotline", "embassy-line", "ngo", "register")
#: The country of entries that serve people everywhere.
EVERYWHERE = "*"
_COUNTRY = re.compile(r"[A-Z]{2}|\*")
_URL = re.compile(r"https?://[^\s/]+\.\S+")
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_REQUIRED = ("country", "kind", "name", "checked", "source")


@dataclass(frozen=True, slots=True)
class Referral:
    """One place to turn to, as its ``source`` described it at ``checked``.

    Attributes:
        country: ISO 3166 country whose people or territory it serves, or ``"*"``.
        kind: One of :data:`KINDS`.
        name: Its own name, in its own language.
        checked: The date the source states: year, year-month or date.
        source: The page the entry rests on.
        phone: Numbers as they are dialled there.
        url: Its own site.
        languages: BCP-47 codes, where the source states them.
        hours: ``"24/7"`` or days and times.
        note: One or two sentences in English.
    """

    country: str
    kind: str
    name: str
    checked: str
    source: str
    phone: str = ""
    url: str = ""
    languages: tuple[str, ...] = ()
    hours: str = ""
    note: str = ""

    def line(self, as_of: str = "as of") -> str:
        """The entry in one line, with its date: ``Tổng đài 111: 111 · 24/7 (as of 2025-09-20)``.

        Args:
            as_of: The words before the date, in the reader's language.
        """
        ways = " · ".join(part for part in (self.phone, self.url, self.hours) if part)
        return f"{self.name}: {ways} ({as_of} {self.checked})"

    def to_dict(self) -> dict[str, Any]:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return values | {"languages": list(self.languages)}


def referrals(countries: Sequence[str], *, directory: Path | None = None) -> tuple[Referral, ...]:
    """The entries for ``countries``, in their order; international ones at the end when a country has none.

    Args:
        countries: ISO 3166 codes, such as the destination an advert states and the reader's own country.
        directory: A user's own file, or a directory of ``*.toml`` files.

    Raises:
        InputError: The user's entries cannot be read or have faults; the message lists them all.
    """
    entries = _with_own(directory)
    wanted = list(dict.fromkeys(country.upper() for country in countries))
    found = {country: _of(country, entries) for country in wanted}
    if not wanted or not all(found.values()):
        found[EVERYWHERE] = _of(EVERYWHERE, entries)
    return tuple(entry for group in found.values() for entry in group)


def _of(country: str, entries: Mapping[tuple[str, str], Referral]) -> list[Referral]:
    """The entries of a country by kind, the newest first."""
    own = [entry for entry in entries.values() if entry.country == country]
    own.sort(key=lambda entry: entry.checked, reverse=True)
    return sorted(own, key=lambda entry: KINDS.index(entry.kind))


@cache
def _builtin() -> Mapping[tuple[str, str], Referral]:
    text = files("tipscan.explain").joinpath("data/referrals.toml").read_text(encoding="utf-8")
    return _merged({}, [("referrals.toml", text)])


def _with_own(path: Path | None) -> Mapping[tuple[str, str], Referral]:
    return _builtin() if path is None else _merged(_builtin(), _sources(path))


def _sources(path: Path) -> list[tuple[str, str]]:
    """(file name, TOML text) of a file, or of every ``*.toml`` in a directory."""
    paths = sorted(path.glob("*.toml")) if path.is_dir() else [path]
    if not paths:
        raise InputError(f"{path}: no *.toml files here")
    try:
        return [(str(one), one.read_text(encoding="utf-8")) for one in paths]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: {error}") from None


def _merged(
    known: Mapping[tuple[str, str], Referral], sources: Sequence[tuple[str, str]]
) -> Mapping[tuple[str, str], Referral]:
    """``known`` with the entries of ``sources`` added, replaced or taken away."""
    entries, faults = dict(known), []
    for name, text in sources:
        seen: set[tuple[str, str]] = set()
        for place, entry in _read(name, text):
            found = list(_faults(entry))
            key = (str(entry.get("country")), str(entry.get("name")))
            if key in seen:
                found.append("this country and name stand in the file already")
            seen.add(key)
            faults += [f"{place}: {fault}" for fault in found]
            if found:
                continue
            if entry.get("hidden"):
                entries.pop(key, None)
            else:
                entries[key] = _referral(entry)
    if faults:
        raise InputError("\n".join(faults))
    return entries


def _read(name: str, text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(place, entry) for each entry of a file."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{name}: {error}") from None
    entries = data.get("entry")
    if set(data) != {"entry"} or not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise InputError(f"{name}: the file holds [[entry]] tables and nothing else")
    for number, entry in enumerate(entries, start=1):
        yield f"{name}: entry {number} ({entry.get('country', '?')}, {entry.get('name', '?')})", entry


def _referral(entry: Mapping[str, Any]) -> Referral:
    values = {key: value for key, value in entry.items() if key != "hidden"}
    return Referral(**values | {"languages": tuple(values.get("languages", ()))})


def _faults(entry: Mapping[str, Any]) -> Iterator[str]:
    known = {field.name for field in fields(Referral)}
    if unknown := sorted(set(entry) - known - {"hidden"}):
        yield f"unknown field {unknown[0]!r}"
    if not isinstance(entry.get("hidden", False), bool):
        yield "hidden is true or false"
    hidden = entry.get("hidden") is True
    if missing := [key for key in (("country", "name") if hidden else _REQUIRED) if not entry.get(key)]:
        yield f"the field {missing[0]!r} is missing"
    texts = {key: value for key, value in entry.items() if key in known - {"languages"}}
    if wrong := sorted(key for key, value in texts.items() if not isinstance(value, str)):
        yield f"{wrong[0]!r} is a text in quotes"
    elif not missing:
        yield from _faults_of_values(entry, hidden=hidden)


def _faults_of_values(entry: Mapping[str, Any], *, hidden: bool) -> Iterator[str]:
    if not _COUNTRY.fullmatch(entry["country"]):
        yield f"country {entry['country']!r} is not an ISO 3166 code in capitals or '*'"
    if hidden:
        return
    if entry["kind"] not in KINDS:
        yield f"kind {entry['kind']!r} is none of {', '.join(KINDS)}"
    if not entry.get("phone") and not entry.get("url"):
        yield "neither phone nor url"
    for key in ("url", "source"):
        if entry.get(key) and not _URL.fullmatch(entry[key]):
            yield f"{key} is not an http address"
    if not _is_past(entry["checked"]):
        yield f"checked {entry['checked']!r} is not a past year, year-month or date such as 2026-11-20"
    languages = entry.get("languages", [])
    if not isinstance(languages, list) or not all(isinstance(one, str) and one for one in languages):
        yield "languages is a list of codes"


def _is_past(text: str) -> bool:
    match = _DATE.fullmatch(text)
    if match is None:
        return False
    year, month, day = (int(part) if part else 1 for part in match.groups())
    try:
        return date(year, month, day) <= date.today()
    except ValueError:
        return False
