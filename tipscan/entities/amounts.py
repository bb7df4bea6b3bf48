"""Numbers with their scale, currency and range: what money, ages and hours are read from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import NamedTuple

from tipscan.entities.numerals import find_numerals
from tipscan.entities.reading import Reading
from tipscan.entities.words import Hit, glued_letter, neighbours, table

#: Numbers read per text.
MAX_NUMBERS = 1000
_NUMBER = re.compile(
    r"[0-9](?:[0-9]{0,2}(?: [0-9]{3}){1,4}(?![0-9])(?:[.,][0-9]{1,2}(?![0-9]))?"
    r"|[0-9]{0,14}(?:[.,'’][0-9]{1,15}){0,5})"
)
_HAN_NUMBER = re.compile(
    r"[一二两三四五六七八九十百千]{1,7}万?(?=元|块|塊|圆|円|美元|美金|港币|人民币)|[一二两三四五六七八九十]{1,3}[万千](?![余多人名个])"
)
# "500,700,1000" are three numbers.
_SEVERAL = re.compile(r"[0-9]+(?:,[0-9]+)*,[0-9]{4,}|[0-9]{4,}(?:,[0-9]{3,})+")
_HAN_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"两": 2}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}
_RANGE_MARK = re.compile(r"[-–—~〜]")
_NO_GAPS, _NO_SEPARATORS = str.maketrans("", "", " '’"), str.maketrans("", "", ".,")
#: Currencies with three decimals: there ``150.000`` is a hundred and fifty.
_THREE_DECIMALS = frozenset({"BHD", "KWD", "OMR", "JOD", "TND"})
#: Everyday units that are no currency of their own: ten rials are a toman.
_UNITS = {"toman": ("IRR", 10.0)}
#: Less than this after a currency's name or letter is something else: "PHP 7", "R12".
_LEAST_AFTER = {"PHP": 20, "ZAR": 50}
#: "$80-130,000": the thousands stand once, after numbers of at least this size.
_LEAST_SHORT, _LEAST_LONG = 10, 10_000
#: Characters between the ends of a range, at most.
_GAP = 12


class Amount(NamedTuple):  # a tuple for speed, as Hit
    """A number or range at ``[start, end)``; ``high`` is None for a single number.

    ``first`` and ``last`` delimit the number without its currency. ``factor`` is what words such as "million" or
    ``k`` multiplied it by; ``implied`` the currency such a word implies in the text's language.
    """

    low: float
    high: float | None
    start: int
    end: int
    first: int
    last: int
    factor: float = 1.0
    currency: str | None = None
    implied: str | None = None


def read_amounts(reading: Reading) -> list[Amount]:
    """All numbers of a text with what belongs to them; at most ``MAX_NUMBERS``.

    >>> from tipscan.text.normalize import normalize
    >>> [amount] = read_amounts(Reading.of(normalize("$1.2k-2k a month"), "en"))
    >>> amount.low, amount.high, amount.currency
    (1200.0, 2000.0, 'USD')
    """
    amounts: list[Amount] = []
    for amount in _singles(reading):
        joined = _join(reading, amounts[-1], amount) if amounts else None
        if joined is not None:
            amounts[-1] = joined
        else:
            amounts.append(amount)
    return amounts


def parse_number(token: str, *, three_decimals: bool = False) -> float:
    """A number in any convention of separators.

    >>> [parse_number(token) for token in ("1.000.000", "1,00,000.50", "1.5", "1 200", "0.125", "2.500")]
    [1000000.0, 100000.5, 1.5, 1200.0, 0.125, 2500.0]
    """
    if token.isdigit():
        return float(token)
    token = token.translate(_NO_GAPS)
    points, commas = token.count("."), token.count(",")
    if not points and not commas:
        return float(token)
    decimal = "." if token.rfind(".") > token.rfind(",") else ","
    whole, _, fraction = token.rpartition(decimal)
    thousands = len(fraction) == 3 and not token.startswith("0") and not three_decimals
    if (token.count(decimal) > 1 and len(fraction) == 3) or (thousands and not (points and commas)):
        whole, fraction = whole + fraction, ""
    return float(f"{whole.translate(_NO_SEPARATORS)}.{fraction or 0}")


def _singles(reading: Reading) -> Iterator[Amount]:
    """Numbers one by one, each with the currency before or after it that no earlier number took."""
    scales_before = reading.words["scale_before"]
    free_from = 0
    for token in _tokens(reading):
        first, last = token.start, token.end
        scale = _beside(reading, "scale", last) or scales_before.last(first, 1)
        if scale is not None:
            first, last = min(first, scale.start), max(last, scale.end)
        before = _currency_before(reading, first, free_from)
        currency = before or _currency_after(reading, last)
        if before is not None and before.value in _LEAST_AFTER and _is_small(token.value, before.value):
            currency = None
        code, unit, start, end = None, 1.0, first, last
        if currency is not None:
            code, unit = _UNITS.get(currency.value, (currency.value, 1.0))
            start, end = min(first, currency.start), max(last, currency.end)
        factor = unit * (float(scale.value) if scale else 1.0)
        implied = _implied(reading, scale) if scale else None
        value = parse_number(token.value, three_decimals=code in _THREE_DECIMALS) * factor
        yield Amount(value, None, start, end, first, last, factor, code, implied)
        free_from = end


def _is_small(number: str, currency: str) -> bool:
    return number.isdigit() and int(number) < _LEAST_AFTER[currency]


def _tokens(reading: Reading) -> list[Hit]:
    """The digits of numbers, and number words where a scale or a currency follows them."""
    tokens: list[Hit] = []
    for match in islice(_NUMBER.finditer(reading.plain), MAX_NUMBERS):
        number = match[0]
        if "," in number and _SEVERAL.fullmatch(number):
            tokens += _split(number, match.start())
        else:
            tokens.append(Hit(match.start(), match.end(), number))
    words = list(find_numerals(reading))
    if reading.language in ("zh", "ja") and (reading.words["currency"] or reading.words["role"]):
        han = (Hit(*match.span(), _han_value(match[0])) for match in _HAN_NUMBER.finditer(reading.plain))
        words += islice(han, MAX_NUMBERS)
    return sorted([*tokens, *words]) if words else tokens


def _split(numbers: str, start: int) -> Iterator[Hit]:
    """The numbers of a list that commas without spaces hold together."""
    for part in numbers.split(","):
        yield Hit(start, start + len(part), part)
        start += len(part) + 1


def _han_value(numeral: str) -> str:
    """三千五 is read as 3,005: people write the last unit only where the number is round."""
    total, digit = 0, 0
    myriads = numeral.endswith("万")
    for char in numeral.removesuffix("万"):
        if char in _HAN_UNITS:
            total += (digit or 1) * _HAN_UNITS[char]
            digit = 0
        else:
            digit = _HAN_DIGITS[char]
    return str((total + digit) * (10_000 if myriads else 1))


def _beside(reading: Reading, table_name: str, position: int) -> Hit | None:
    """A word of a table right after ``position``, or after one space."""
    hit = reading.words[table_name].next(position, 1)
    spaced = reading.plain.startswith(" ", position)
    if hit is not None and (hit.start == position or spaced):
        return hit
    return glued_letter(table_name, reading.folded, position + spaced, reading.language)


def _currency_before(reading: Reading, start: int, free_from: int) -> Hit | None:
    hit = reading.words["currency"].last(start, 2)
    if hit is not None:
        soft = not reading.plain[hit.end : start].strip(" .:")
        return hit if soft and hit.start >= free_from else None
    if start < 1 or not reading.plain[start].isdigit() or reading.plain[max(0, start - 2) : start - 1].isalnum():
        return None
    return glued_letter("currency_before", reading.folded, start - 1, reading.language)


def _currency_after(reading: Reading, end: int) -> Hit | None:
    if reading.plain.startswith("/-", end):  # the Indian way to close an amount
        end += 2
    elif reading.folded.startswith((" de ", " di "), end):  # "2 millones de pesos"
        end += 3
    return _beside(reading, "currency", end)


def _implied(reading: Reading, scale: Hit) -> str | None:
    implied = table("list")["implied_currency"].get(reading.language, [None])[0]
    own = reading.folded[scale.start : scale.end] in _own_scales(reading.language)
    return implied if own else None


@cache
def _own_scales(language: str) -> frozenset[str]:
    """The scale words that only this language has."""
    return frozenset(word for languages in table("scale").values() for word in languages.get(language, ()))


def _join(reading: Reading, low: Amount, high: Amount) -> Amount | None:
    """The range two neighbouring numbers make, or None."""
    if low.high is not None or (low.currency and high.currency and low.currency != high.currency):
        return None
    if high.start - low.end > _GAP:
        return None
    between = reading.folded[low.end : high.start].strip()
    if not _RANGE_MARK.fullmatch(between) and between not in _range_words():
        return None
    factor = max(low.factor, high.factor)
    bottom = low.low * high.factor if low.factor == 1.0 and low.low <= high.low / high.factor else low.low
    if bottom > high.low:
        return None
    if factor == 1.0 and _LEAST_SHORT <= bottom < 1000 and high.low >= _LEAST_LONG and bottom * 1000 <= high.low:
        bottom *= 1000
    currency = low.currency or high.currency
    implied = low.implied or high.implied
    return Amount(bottom, high.low, low.start, high.end, low.first, high.last, factor, currency, implied)


@cache
def _range_words() -> frozenset[str]:
    return frozenset(word.strip() for word in neighbours("range"))
