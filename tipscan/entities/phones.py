"""Telephone numbers: a cheap pattern proposes, libphonenumber confirms, the words around say what it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

import phonenumbers

from tipscan.entities.reading import Reading
from tipscan.entities.words import Hit, table

#: Candidates tried per text; adverts have a handful, and a million digits must not cost a minute.
MAX_CANDIDATES = 200
_MAX_REGIONS = 6
_MESSENGERS = frozenset({"whatsapp", "line", "telegram", "zalo", "viber", "signal", "wechat"})

#: Types of numbers a person gives; premium-rate numbers and pagers are digits that happen to fit.
_PERSONAL_TYPES = frozenset(
    getattr(phonenumbers.PhoneNumberType, name)
    for name in ("FIXED_LINE", "MOBILE", "FIXED_LINE_OR_MOBILE", "TOLL_FREE", "VOIP", "PERSONAL_NUMBER", "UAN")
)

# Groups of digits; two numbers side by side are told apart afterwards.
_CANDIDATE = re.compile(r"[+(0-9](?<![0-9][0-9])(?:(?:\) ?|[ .\-–·]| \(|\(| - | – )?[0-9]){6,40}(?![0-9])")
_LIST_GAP = re.compile(r"[ ,/;|\n]{1,3}|,? ?(?:or|and|или|và|dan|o|atau|หรือ|或) ?")
_GROUP = re.compile(r"[0-9]+")
_DATE = re.compile(r"(?:(?:19|20)\d{2}([-./])\d{1,2}\1\d{1,2}|\d{1,2}([-./])\d{1,2}\2(?:19|20)\d{2})(?!\d)")
_YEARS_OR_HOURS = re.compile(r"(?:19|20)\d{2} ?[-–.] ?(?:19|20)\d{2}|\d{1,2}[.:]\d{2} ?[-–] ?\d{1,2}[.:]\d{2}")
_GROUPED_AMOUNT = re.compile(r"[1-9]\d{0,2}(?:([ .])\d{3})(?:\1\d{3}){0,3}(?:[-– ]{1,3}\d{1,3}(?:[ .]\d{3}){1,4})?")
_SMALL_RANGE_FIRST = re.compile(r"\d{1,2} ?[-–] ?\d{1,2} (?=0|\+)")
_RANGE = re.compile(r"[1-9]\d{2,7}( ?[-–] ?)\d{3,8}")
_AMERICAN = re.compile(r"\([2-9]\d{2}\) ?\d{3}[-. ]\d{4}")
# A word such as "no." or "id" says that the digits name a paper, not a telephone.
_PAPER = re.compile(
    r"(?:№|#|no\.?|nos?|id|ref\.?|reg\.?|lic\.?|licen[cs]e|permit|passport|invoice|order|code|pin|inn|инн|огрн|код"
    r"|nik|otp|nib|siup|mst|证号|号码?|编号|编码|邮编|số|номер|рег\.|кпп)[ :.#-]{0,3}$"
)


def find_phones(reading: Reading) -> Iterator[tuple[int, int, str, str]]:
    """Yield ``(start, end, kind, E.164)`` for every telephone number.

    A number without a country code is read in the regions of the text's language, those its currencies and places
    point to first. Where libphonenumber knows a number only as possible (reserved ranges, new ones), a leading ``+``
    or a word such as "call" just before it decides.
    """
    regions: tuple[str, ...] | None = None
    word, previous = None, -9
    for candidate in islice(_CANDIDATE.finditer(reading.plain), MAX_CANDIDATES):
        listed = word if _LIST_GAP.fullmatch(reading.plain, previous, candidate.start()) else None
        word = _channel(reading, candidate.start(), candidate.end()) or listed
        if _is_something_else(reading, candidate, told=word is not None):
            continue
        regions = regions if regions is not None else _regions(reading)
        tried = ("VN", *regions) if word is not None and word.value == "zalo" else regions
        for start, end, number in _numbers(candidate, tried, told=word is not None):
            yield start, end, word.value if word and word.value in _MESSENGERS else "phone", number
            previous = end


def _channel(reading: Reading, start: int, end: int) -> Hit | None:
    """The contact word a number belongs to; a messenger wins over "call" in "call/WhatsApp"."""
    channels = reading.words["channel"]
    before = channels.last(start, 24)
    if before is not None and not re.search(r"\d|\n", reading.plain[before.end : start]):
        other = channels.last(before.start, 6)
        return other if other and before.value not in _MESSENGERS and other.value in _MESSENGERS else before
    after = channels.next(end, 3)
    return after if after is not None and after.value in _MESSENGERS else None


def _is_something_else(reading: Reading, candidate: re.Match[str], *, told: bool) -> bool:
    """Whether a candidate is rather a date, a time, an amount or the number of a paper."""
    text = candidate[0]
    words, start, end = reading.words, candidate.start(), candidate.end()
    priced = start > 0 and unicodedata.category(reading.plain[start - 1]) == "Sc"
    if priced or _DATE.match(text) or _YEARS_OR_HOURS.match(text):
        return True
    if told or text.startswith("+"):
        return False
    if words["currency"].last(start, 2) or words["currency"].next(end, 1) or words["scale"].next(end, 1):
        return True
    if _GROUPED_AMOUNT.fullmatch(text) or _RANGE.fullmatch(text) or reading.plain[end : end + 1] == "%":
        return True
    return bool(_PAPER.search(reading.folded, max(0, start - 14), start) or words["licence"].last(start, 12))


def _numbers(candidate: re.Match[str], regions: tuple[str, ...], *, told: bool) -> Iterator[tuple[int, int, str]]:
    """The numbers inside a candidate: the whole of it, or its groups of digits put together from the left."""
    text, offset = candidate[0], candidate.start()
    if ages := _SMALL_RANGE_FIRST.match(text):  # "20-30 085 …": ages, then a number
        text, offset = text[ages.end() :], offset + ages.end()
    groups = [group.span() for group in _GROUP.finditer(text)]
    first = 0
    for _ in range(4):  # at most four numbers in one run of digits
        for last in range(len(groups), first, -1):
            start, end = 0 if first == 0 else groups[first][0], groups[last - 1][1]
            # The front of a longer run counts only where it is valid: cut anywhere, some part is always possible.
            number = _read(text[start:end], regions, told=told and last == len(groups))
            if number is not None:
                yield offset + start, offset + end, number
                first = last
                break
        else:
            return
        if first == len(groups):
            return


def _read(text: str, regions: tuple[str, ...], *, told: bool) -> str | None:
    digits = "".join(_GROUP.findall(text))
    if not 7 <= len(digits) <= 15:
        return None
    if text.startswith("+") or digits.startswith("00"):
        digits = digits.lstrip("0") if digits.startswith("00") else digits
        return e164(f"+{digits}", None) or e164(f"+{digits}", None, possible=True)
    if not told and len(digits) < 9:
        return None  # too many other things have eight digits
    if _AMERICAN.fullmatch(text):
        regions = ("US", *regions)
    valid = (e164(digits, region) for region in regions)
    strict = next((number for number in valid if number), None)
    if strict or not told:
        return strict
    abroad = e164(f"+{digits}", None) if len(digits) > 9 and digits[0] != "0" else None
    return abroad or next((number for region in regions if (number := e164(digits, region, possible=True))), None)


@lru_cache(maxsize=8192)
def e164(digits: str, region: str | None, *, possible: bool = False) -> str | None:
    """A number in E.164 if it is valid in ``region`` (None: it has its ``+``), or at least ``possible``."""
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None
    national = phonenumbers.national_significant_number(number)
    if possible:
        reason = phonenumbers.is_possible_number_with_reason(number)
        # A zero that is still there is the trunk prefix of some other country.
        accepted = reason == phonenumbers.ValidationResult.IS_POSSIBLE and not national.startswith("0")
    else:
        accepted = phonenumbers.number_type(number) in _PERSONAL_TYPES
    return f"+{number.country_code}{national}" if accepted else None


def _regions(reading: Reading) -> tuple[str, ...]:
    """The regions to read a national number in, likeliest first."""
    evidence = [hit.value[:2] for hit in reading.words["currency"] if hit.value not in ("USD", "EUR", "USDT")]
    evidence += [hit.value for hit in reading.words["place"]]
    spoken = table("list")["phone_regions"]
    home = spoken.get(reading.language, spoken["any"])
    likely = [region for region in home if region in evidence]
    rest = [region for region in home if region not in likely]
    abroad = [region for region in evidence if region in phonenumbers.SUPPORTED_REGIONS]
    return tuple(dict.fromkeys([*likely, *rest[:3], *abroad]))[:_MAX_REGIONS]
