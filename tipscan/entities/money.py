"""Amounts of money, what they are for and how often they are paid."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tipscan.entities.amounts import Amount
from tipscan.entities.contacts import overlaps
from tipscan.entities.reading import Reading
from tipscan.entities.words import Hit, glued_letter, neighbours
from tipscan.finding import Contact, Money

#: Sums kept per text.
MAX_MONEY = 256
_PAY_REACH, _ROLE_REACH, _PERIOD_REACH = 24, 48, 20
_DIGIT = re.compile(r"\d")
_NUMERAL = re.compile("[0-9一二两三四五六七八九十百千]")
_SLASH = re.compile(r"(?:/-)? ?/ ?")
#: A bare number below this is a count of something, not a wage.
_LEAST_BARE = 100
#: One above this is the number of something.
_MOST_BARE = 1_000_000_000
_YEARS = frozenset(range(1990, 2041))


def find_money(reading: Reading, amounts: Sequence[Amount], contacts: Sequence[Contact]) -> tuple[Money, ...]:
    """All sums in the order of the text.

    A range gives one ``Money`` with its lower end as the amount and a span over the whole range: an advert must be
    judged by what it promises at least. A number without a currency counts where a pay word stands before it or a
    period is joined to it (``0.6-1.3万/月``). Crypto-currencies, which have no ISO 4217 code, go by their ticker.
    """
    found: list[Money] = []
    free_from = 0
    for amount in amounts:
        currency = _currency(reading, amount)
        if currency is None and not _is_bare_pay(reading, amount):
            continue
        start, end = reading.source.span(amount.start, amount.end)
        if start >= end or overlaps(contacts, start, end) or _is_weight(reading, amount):
            continue
        period = _period(reading, amount, free_from)
        role = _role(reading, amount) or ("pay" if period else "other")
        found.append(Money(amount.low, currency, period.value if period else None, role, start, end))
        free_from = max(amount.end, period.end) if period else amount.end
        if len(found) == MAX_MONEY:
            break
    return tuple(found)


def _is_weight(reading: Reading, amount: Amount) -> bool:
    """Whether pounds are what somebody has to lift."""
    if amount.currency != "GBP" or reading.plain[amount.start] == "£" or not reading.words["weight"]:
        return False
    left, right = reading.clause(amount.start, amount.end, _ROLE_REACH)
    weight = reading.words["weight"]
    return (
        weight.last(amount.start, amount.start - left) is not None
        or weight.next(amount.end, max(0, right - amount.end)) is not None
    )


def _currency(reading: Reading, amount: Amount) -> str | None:
    """The currency stated, or the one that the word for the thousands implies."""
    if amount.currency or amount.implied is None or _counts_something(reading, amount):
        return amount.currency
    return amount.implied


def _is_bare_pay(reading: Reading, amount: Amount) -> bool:
    """Whether a number without a currency is a sum all the same."""
    value = amount.low
    if not _LEAST_BARE <= value <= _MOST_BARE * amount.factor or reading.plain.startswith("%", amount.end):
        return False
    if _counts_something(reading, amount):
        return False
    if _joined_period(reading, amount) or (amount.factor > 1 and _period_after(reading, amount)):
        return True
    if reading.plain[max(0, amount.start - 1) : amount.start].isalpha() and reading.plain[amount.start - 1].isascii():
        return False  # A4, H2B
    word = reading.words["role"].last(amount.start, _PAY_REACH)
    if word is None or (value in _YEARS and amount.high is None and amount.start - word.end > 3):
        return False
    return _same_clause(reading, word.end, amount.start)


def _joined_period(reading: Reading, amount: Amount) -> bool:
    slash = _SLASH.match(reading.plain, amount.end)
    return slash is not None and _period_at(reading, slash.end(), 1) is not None


def _counts_something(reading: Reading, amount: Amount) -> bool:
    """Whether a unit that is no money follows: hours, years, people."""
    if reading.plain.startswith("/", amount.end):
        return False
    return any(reading.words[name].next(amount.end, 1) for name in ("hour", "age_after", "count"))


def _same_clause(reading: Reading, start: int, end: int) -> bool:
    return reading.clause(end, end, _ROLE_REACH)[0] <= start and not _DIGIT.search(reading.plain, start, end)


def _role(reading: Reading, amount: Amount) -> str | None:
    """The role word of the clause: a label right after the sum, else the last before it, else the first after it."""
    left, right = reading.clause(amount.start, amount.end, _ROLE_REACH)
    roles = reading.words["role"]
    before = roles.last(amount.start, amount.start - left)
    after = roles.next(amount.end, right - amount.end - 1)
    if before is not None and before.start < left:
        before = None
    if after is not None and after.start <= amount.end + 1 and not _labels_next(reading, after, 4):
        return after.value
    chosen = before or after
    return chosen.value if chosen else None


def _period(reading: Reading, amount: Amount, free_from: int) -> Hit | None:
    """``800/month``, ``800 a month``, ``monthly salary 800``; not a period that an earlier sum took."""
    after = _period_after(reading, amount)
    if after is not None:
        return after
    before = reading.words["period"].last(amount.start, min(_PERIOD_REACH, amount.start - free_from))
    return before if before is not None and _same_clause(reading, before.end, amount.start) else None


def _period_after(reading: Reading, amount: Amount) -> Hit | None:
    after = _period_at(reading, amount.end, 16)
    if after is None or not _leads_to(reading, amount.end, after.start):
        return None
    loose = reading.plain[amount.end : after.start].isspace()
    return None if loose and _labels_next(reading, after, 2) else after


def _labels_next(reading: Reading, word: Hit, reach: int) -> bool:
    """Whether a word after a sum rather belongs to the next one, as in "800 deposit 300"."""
    return _NUMERAL.search(reading.plain, word.end, word.end + reach) is not None


def _period_at(reading: Reading, position: int, reach: int) -> Hit | None:
    hit = reading.words["period"].next(position, reach)
    if hit is not None:
        return hit
    slash = _SLASH.match(reading.plain, position)
    return glued_letter("period", reading.folded, slash.end(), reading.language) if slash else None


def _leads_to(reading: Reading, end: int, start: int) -> bool:
    """Whether the text between a sum and a period joins them: nothing, punctuation, or a word such as "per"."""
    between = reading.folded[end:start]
    if _DIGIT.search(between) or "\n" in between:
        return False
    bare = between.strip(" /.-+*()=:")
    return not bare or f" {bare}".endswith(neighbours("per"))
