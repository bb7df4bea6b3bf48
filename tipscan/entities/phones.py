"""Telephone numbers: a cheap pattern proposes, libphonenumber confirms, the words around say what it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import islice

import phonenumbers

from tipscan.entities.reading import Reading
from tipscan.entities.words import Hit, table

#: Candidates tried per text; adverts have a handful, and a million digits must not cost a minute.
MAX_CANDIDATES = 200
_MAX_REGIONS = 6
_MESSENGERS = frozenset({"whatsapp", "line", "telegram", "zalo", "viber", "signal", "wechat"})
#: After these words digits are a telephone number; after the others they may as well be an account.
_NUMBER_WORDS = frozenset({"phone", "whatsapp", "zalo", "viber", "signal"})
#: Languages of one country: there a place named abroad does not say where a number belongs.
_FEW_REGIONS = 3

#: Types of numbers a person gives; premium-rate numbers and pagers are digits that happen to fit.
_PERSONAL_TYPES = frozenset(
    getattr(phonenumbers.PhoneNumberType, name)
    for name in ("FIXED_LINE", "MOBILE", "FIXED_LINE_OR_MOBILE", "TOLL_FREE", "VOIP", "PERSONAL_NUMBER", "UAN")
)

# Groups of digits, in Germany with a slash after the area code; two numbers side by side are told apart afterwards.
_CANDIDATE = re.compile(
    r"[+(0-9](?<![0-9][0-9])(?:(?:\) ?|[ .\-–·]| \(|\(| - | – "
    r"|(?:(?<=(?<!\d)0\d\d)|(?<=(?<!\d)0\d{3})|(?<=(?<!\d)0\d{4}))/(?=\d{6,9}(?!\d)))?[0-9]){6,40}(?![0-9])"
)
_LIST_GAP = re.compile(r"[ ,/;|\n]{1,3}|,? ?(?:or|and|или|và|dan|o|atau|หรือ|或) ?")
_GROUP = re.compile(r"[0-9]+")
_NOT_BESIDE = re.compile(r"[\d\n]")
_DATE = re.compile(r"(?:(?:19|20)\d{2}([-./])\d{1,2}\1\d{1,2}|\d{1,2}([-./])\d{1,2}\2(?:19|20)\d{2})(?!\d)")
_YEARS_OR_HOURS = re.compile(r"(?:19|20)\d{2} ?[-–.] ?(?:19|20)\d{2}|\d{1,2}[.:]\d{2} ?[-–] ?\d{1,2}[.:]\d{2}")
_GROUPED_AMOUNT = re.compile(r"[1-9]\d{0,2}(?:([ .])\d{3})(?:\1\d{3}){0,3}(?:[-– ]{1,3}\d{1,3}(?:[ .]\d{3}){1,4})?")
# "20-30 085 …": ages, then a number; "19104(215) …": a postal code.
_NOT_OF_NUMBER = re.compile(r"\d{1,2} ?[-–] ?\d{1,2} (?=0|\+)|\d{4,6} ?(?=\()")
_RANGE = re.compile(r"([1-9]\d{2,7}) ?[-–] ?(\d{3,8})")
_INDIAN = re.compile(r"[6-9]\d{4}-\d{5}")
#: The upper end of a range of pay is at most so many times the lower.
_WIDEST_RANGE = 20
_AMERICAN = re.compile(r"\([2-9]\d{2}\) ?\d{3}[-. ]\d{4}")
# A word such as "no." or "id" says that the digits name a paper, not a telephone.
# Ofcom's numbers for drama, which no plan knows: https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbers-for-drama
_DRAMA = re.compile(r"(?:7700900|2079460|1632960|8081570|9098790|3069990|(?:11[3-8]|1[2-6]1)4960|1914980)\d{3}")
_BRITAIN = 44
#: Where a number is always written with its zero; in China a mobile has none.
_WITH_TRUNK = frozenset({"GB", "FR", "DE", "AU", "TH", "PH", "MY", "CN"})
_PAPER = re.compile(
    r"(?:№|#|no\.?|nos?|id|ref\.?|reg\.?|lic\.?|licen[cs]e|permit|passport|invoice|order|code|pin|inn|инн|огрн|код"
    r"|nik|otp|nib|siup|mst|qq|订单|单号|证号|号码?|编号|编码|邮编|số|номер|рег\.|кпп)[ :.#-]{0,3}$"
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
        told = word is not None and word.value in _NUMBER_WORDS
        for start, end, number in _numbers(candidate, tried, told=told):
            yield start, end, word.value if word and word.value in _MESSENGERS else "phone", number
            previous = end


def _channel(reading: Reading, start: int, end: int) -> Hit | None:
    """The contact word a number belongs to; a messenger wins over "call" in "call/WhatsApp"."""
    channels = reading.words["channel"]
    before = channels.last(start, 24)
    if before is not None and not _NOT_BESIDE.search(reading.plain, before.end, start):
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
    if _GROUPED_AMOUNT.fullmatch(text) or _is_range(text, reading.language) or reading.plain[end : end + 1] == "%":
        return True
    return bool(_PAPER.search(reading.folded, max(0, start - 14), start) or words["licence"].last(start, 12))


def _is_range(text: str, language: str) -> bool:
    """Whether two numbers of a size stand with a hyphen between: pay, though in India 98140-12345 is a mobile."""
    ends = _RANGE.fullmatch(text)
    if ends is None or (_INDIAN.fullmatch(text) and table("list")["phone_regions"].get(language, [""])[0] == "IN"):
        return False
    low, high = sorted((int(ends[1]), int(ends[2])))
    return high <= low * _WIDEST_RANGE


def _numbers(candidate: re.Match[str], regions: tuple[str, ...], *, told: bool) -> Iterator[tuple[int, int, str]]:
    """The numbers inside a candidate: the whole of it, or its groups of digits put together from the left."""
    text, offset = candidate[0], candidate.start()
    if before := _NOT_OF_NUMBER.match(text):
        text, offset = text[before.end() :], offset + before.end()
    if text.startswith("(") and ")" not in text:
        text, offset = text[1:], offset + 1
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
        return _abroad(digits) or e164(f"+{digits}", None, possible=True)
    if _AMERICAN.fullmatch(text) and ("US" in regions or told):
        return e164(digits, "US") or e164(digits, "US", possible=True)
    # Too many other things have eight digits.
    return _national(digits, regions, told=told) if told or len(digits) > 8 else None


def _national(digits: str, regions: tuple[str, ...], *, told: bool) -> str | None:
    """A number without a plus: valid in a region, or with its country code, or, if told, possible in a region."""
    valid = (e164(digits, region, trunk=not told) for region in regions)
    strict = next((number for number in valid if number), None)
    if strict or (not told and not digits.startswith("0")):
        return strict
    abroad = _abroad(digits.lstrip("0")) if len(digits) > 9 else None
    if told:
        possible = (e164(digits, region, possible=True) for region in regions)
        return abroad or next((number for number in possible if number), None)
    codes = tuple(_country_code(region) for region in regions)
    return abroad if abroad and abroad.startswith(codes) else None


def _abroad(digits: str) -> str | None:
    """A valid number that begins with its country code; Mexico dropped a 1 that people still write after theirs."""
    if digits.startswith("521") and len(digits) == 13:
        digits = f"52{digits[3:]}"
    return e164(f"+{digits}", None)


@cache
def _country_code(region: str) -> str:
    return f"+{phonenumbers.country_code_for_region(region)}"


@lru_cache(maxsize=8192)
def e164(digits: str, region: str | None, *, possible: bool = False, trunk: bool = False) -> str | None:
    """A number in E.164 if it is valid in ``region`` (None: it has its ``+``), or at least ``possible``.

    With ``trunk``, a number without the zero that its country writes before it is none.
    """
    number = _parsed(digits, region)
    if number is None:
        return None
    national = phonenumbers.national_significant_number(number)
    if possible:
        reason = phonenumbers.is_possible_number_with_reason(number)
        # A zero that is still there is the trunk prefix of some other country.
        accepted = reason == phonenumbers.ValidationResult.IS_POSSIBLE and not national.startswith("0")
    elif number.country_code == _BRITAIN and _DRAMA.fullmatch(national):
        accepted = True
    else:
        kind = phonenumbers.number_type(number)
        accepted = kind in _PERSONAL_TYPES and not (trunk and _lacks_trunk(digits, region, kind))
    return f"+{number.country_code}{national}" if accepted else None


@lru_cache(maxsize=8192)
def _parsed(digits: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    """What libphonenumber reads; valid and possible are asked one after the other."""
    try:
        return phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None


def _lacks_trunk(digits: str, region: str | None, kind: int) -> bool:
    if digits.startswith("0") or region is None or digits.startswith(_country_code(region)[1:]):
        return False
    return region in _WITH_TRUNK and (region != "CN" or kind != phonenumbers.PhoneNumberType.MOBILE)


def _regions(reading: Reading) -> tuple[str, ...]:
    """The regions to read a national number in, likeliest first."""
    evidence = [hit.value[:2] for hit in reading.words["currency"] if hit.value not in ("USD", "EUR", "USDT")]
    evidence += [hit.value for table_name in ("city", "place") for hit in reading.words[table_name]]
    spoken = table("list")["phone_regions"]
    home = spoken.get(reading.language, spoken["any"])
    likely = [region for region in home if region in evidence]
    rest = [region for region in home if region not in likely][:_FEW_REGIONS]
    abroad = [region for region in evidence if region in phonenumbers.SUPPORTED_REGIONS]
    rest = [*abroad, *rest] if len(home) > _FEW_REGIONS else [*rest, *abroad]
    return tuple(dict.fromkeys([*likely, *rest]))[:_MAX_REGIONS]
