"""The directory of people to call: complete, dated, in the order asked for, and correctable by its user."""

from __future__ import annotations

import re
import tomllib
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tipscan
from tipscan.errors import InputError
from tipscan.explain.referrals import KINDS, Referral, referrals

DATA = Path(tipscan.__file__).parent / "explain/data/referrals.toml"
ENTRIES = tomllib.loads(DATA.read_text(encoding="utf-8"))["entry"]
COUNTRIES = {entry["country"] for entry in ENTRIES} - {"*"}
ALL = referrals([*sorted(COUNTRIES), "*"])

OWN = """
[[entry]]
country = "VN"
kind = "hotline"
name = "Tổng đài 111"
phone = "1111"
checked = "2026-01"
source = "https://example.org/vn"

[[entry]]
country = "KH"
kind = "ngo"
name = "សម្ព័ន្ធ 🇰🇭"
phone = "+855 12 345 678"
languages = ["km", "en"]
checked = "2025"
source = "https://example.org/kh"

[[entry]]
country = "TR"
name = "YİMER 157, Foreigners Communication Centre"
hidden = true
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    return path


def test_at_least_twenty_five_countries() -> None:
    """And an international entry for all others."""
    assert len(COUNTRIES) >= 25
    assert len(ALL) == len(ENTRIES)
    assert referrals(["ZZ"]) == tuple(entry for entry in ALL if entry.country == "*") != ()


@pytest.mark.parametrize("entry", ALL, ids=lambda entry: f"{entry.country} {entry.name[:30]}")
def test_an_entry_is_dated_sourced_and_reachable(entry: Referral) -> None:
    """A page, a past date, a number or an address; the line shows both the date and the way."""
    assert re.fullmatch(r"https?://\S+", entry.source)
    assert "2015" <= entry.checked[:4] <= str(date.today().year)
    assert entry.phone or entry.url
    assert entry.kind in KINDS
    assert entry.line().endswith(f"(as of {entry.checked})")
    assert entry.phone in entry.line()
    assert entry.url in entry.line()
    assert not entry.phone or any(character.isdigit() for character in entry.phone)


NUMBERS = [
    ("GB", "08000 121 700"),
    ("US", "1-888-373-7888"),
    ("TH", "1300"),
    ("VN", "111"),
    ("PH", "1343"),
    ("KH", "117"),
    ("IT", "800 290 290"),
    ("ZA", "0800 222 777"),
    ("TW", "1955"),
    ("ET", "8797"),
]


@pytest.mark.parametrize(("country", "number"), NUMBERS)
def test_numbers_are_those_of_the_sources(country: str, number: str) -> None:
    """Numbers that a person can compare with the source, digit by digit."""
    assert any(number in entry.phone for entry in referrals([country]))


def test_registers_of_licensed_agencies() -> None:
    """Where many are recruited for work abroad, the register to look an agency up in."""
    registers = {entry.country: entry.url for entry in ALL if entry.kind == "register"}
    assert registers.keys() >= {"IN", "PH", "LK", "PK", "HK", "SG", "GB"}
    assert registers["IN"] == "https://emigrate.gov.in"
    assert registers["PH"] == "https://dmw.gov.ph"


def test_the_order_is_that_of_the_countries_then_of_the_kinds() -> None:
    """Hotlines before registers, the newest first, a country once, small letters as well."""
    found = referrals(["hk", "DE", "HK"])
    assert [entry.country for entry in found] == ["HK", "HK", "DE", "DE", "DE"]
    assert [entry.kind for entry in found] == ["hotline", "register", "hotline", "hotline", "ngo"]
    assert found[2].checked > found[3].checked


@given(st.lists(st.sampled_from([*sorted(COUNTRIES), "ZZ", "*"]), max_size=6))
def test_nobody_is_left_without_an_entry(countries: list[str]) -> None:
    """The entries of the countries, and the international ones when one of them has none or none is named."""
    found = referrals(countries)
    assert {entry.country for entry in found} - {"*"} == set(countries) & COUNTRIES
    asked = "*" in countries or "ZZ" in countries or not countries
    assert any(entry.country == "*" for entry in found) is asked
    assert len(set(found)) == len(found)


def test_own_entries_replace_add_and_hide(own: Path) -> None:
    """Same country and name replaces, ``hidden`` takes away, the built-in directory stays as it is."""
    assert [entry.phone for entry in referrals(["VN"], directory=own)] == ["1111"]
    assert [entry.kind for entry in referrals(["KH"], directory=own)] == ["hotline", "ngo"]
    assert referrals(["KH"], directory=own)[1].line() == "សម្ព័ន្ធ 🇰🇭: +855 12 345 678 (as of 2025)"
    assert [entry.country for entry in referrals(["TR"], directory=own)] == ["*"]
    assert [entry.phone for entry in referrals(["VN"])] == ["111"]
    assert referrals(["VN", "KH", "TR"], directory=own.parent) == referrals(["VN", "KH", "TR"], directory=own)


def test_a_referral_goes_round_as_a_dictionary(own: Path) -> None:
    """``to_dict`` holds every field, the date among them; the object itself does not change."""
    entry = referrals(["KH"], directory=own)[1]
    data = entry.to_dict()
    assert Referral(**data | {"languages": tuple(data["languages"])}) == entry
    assert data["checked"] == "2025"
    with pytest.raises(FrozenInstanceError):
        entry.checked = ""  # type: ignore[misc]


def test_the_line_speaks_the_reader_s_language(own: Path) -> None:
    """The words before the date are the caller's; the date cannot be left out."""
    assert referrals(["VN"], directory=own)[0].line("令和") == "Tổng đài 111: 1111 (令和 2026-01)"
    assert "2026-01" in referrals(["VN"], directory=own)[0].line("")


FAULTY = [
    # what is changed, the word the fault has to name
    (('"VN"', '"Vietnam"'), "country 'Vietnam'"),
    (('kind = "hotline"', 'kind = "phone"'), "kind 'phone'"),
    (('phone = "1111"', ""), "neither phone nor url"),
    (('"2026-01"', '"2999-01"'), "checked '2999-01'"),
    (('"2026-01"', '"2026-13"'), "checked '2026-13'"),
    (('"2026-01"', '"January"'), "checked 'January'"),
    (('checked = "2026-01"', ""), "'checked' is missing"),
    (('"https://example.org/vn"', '"a friend"'), "source is not"),
    (('phone = "1111"', "phone = 1111"), "'phone' is a text in quotes"),
    (('phone = "1111"', 'telephone = "1111"'), "unknown field 'telephone'"),
    (('languages = ["km", "en"]', 'languages = "km"'), "languages is a list"),
    (("hidden = true", 'hidden = "yes"'), "hidden is true or false"),
    (
        ('country = "KH"\nkind = "ngo"\nname = "សម្ព័ន្ធ 🇰🇭"', 'country = "VN"\nkind = "ngo"\nname = "Tổng đài 111"'),
        "already",
    ),
]


@pytest.mark.parametrize(("change", "message"), FAULTY)
def test_a_fault_names_its_file_and_entry(tmp_path: Path, change: tuple[str, str], message: str) -> None:
    """The message has the file, the number and name of the entry, and the reason."""
    assert change[0] in OWN
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace(*change), encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        referrals(["VN"], directory=path)
    assert re.search(r"own\.toml: entry [123] \(", str(caught.value))


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """One reading of the message is enough to repair the file."""
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace('"VN"', '"vn"').replace('"2025"', '"soon"'), encoding="utf-8")
    with pytest.raises(InputError, match=r"entry 1 .*\n.*entry 2 "):
        referrals([], directory=path)


UNREADABLE = [
    ("[[entry", "own.toml"),
    ("[entries]", "nothing else"),
    ("entry = 5", "nothing else"),
]


@pytest.mark.parametrize(("text", "message"), UNREADABLE)
def test_a_file_that_is_no_directory_of_entries(tmp_path: Path, text: str, message: str) -> None:
    """Broken TOML and other tables are refused by name."""
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        referrals(["VN"], directory=path)


def test_a_place_without_files(tmp_path: Path) -> None:
    """A missing file and an empty directory are faults, not silence."""
    with pytest.raises(InputError, match=r"no \*\.toml files"):
        referrals(["VN"], directory=tmp_path)
    with pytest.raises(InputError, match=r"missing\.toml"):
        referrals(["VN"], directory=tmp_path / "missing.toml")
