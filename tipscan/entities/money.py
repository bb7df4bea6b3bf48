"""Amounts of money, what they are for and how often they are paid."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from tipscan.entities.amounts import Amount
from tipscan.entities.reading import Reading
from tipscan.entities.words import Hit, glued_letter, neighbours
from tipscan.finding import Contact, Money

#: Sums kept per text.
MAX_MONEY = 256
_PAY_REACH, _ROLE_REACH, _PERIOD_REACH = 24, 48, 20
_DIGIT = re.compile(r"\d")
_SLASH = re.compile(r"(?:/-)? ?/ ?")
#: A bare number below this is a count of something, not a wage.
_LEAST_BARE = 100
_YEARS = range(1990, 2041)


def find_money(reading: Reading, amounts: Sequence[Amount], contacts: Sequence[Contact]) -> tuple[Money, ...]:
    """All sums in the order of the text.

    A range gives one ``Money`` with its lower end as the amount and a span over the whole range: an advert must be
    judged by what it promises at least. A number without a currency counts where a pay word stands before it or a
    period is joined to it (``0.6-1.3万/月``). Crypto-currencies, which have no ISO 4217 code, go by their ticker.
    """
    found: list[Money] = []
    starts = [contact.start for contact in contacts]
    for amount in amounts:
        start, end = reading.source.span(amount.start, amount.end)
        index = bisect_right(starts, end - 1) - 1
        if index >= 0 and contacts[index].end > start:
            continue
        money = _money(reading, amount, start, end)
        if money is not None and start < end:
            found.append(money)
            if len(found) == MAX_MONEY:
                break
    return tuple(found)


def _money(reading: Reading, amount: Amount, start: int, end: int) -> Money | None:
    currency = amount.currency or amount.implied
    if currency is None and not _is_bare_pay(reading, amount):
        return None
    period = _period(reading, amount)
    role = _role(reading, amount) or ("pay" if period else "other")
    return Money(amount.low, currency, period, role, start, end)


def _is_bare_pay(reading: Reading, amount: Amount) -> bool:
    """Whether a number without a currency is a sum all the same."""
    value = amount.low
    if value < _LEAST_BARE or reading.plain.startswith("%", amount.end):
        return False
    if _joined_period(reading, amount):
        return True
    if reading.plain[max(0, amount.start - 1) : amount.start].isalpha() and reading.plain[amount.start - 1].isascii():
        return False  # A4, H2B
    word = reading.words["role"].last(amount.start, _PAY_REACH)
    if word is None or (value in _YEARS and amount.high is None and amount.start - word.end > 3):
        return False
    return _same_clause(reading, word.end, amount.start) and not _counts_something(reading, amount)


def _joined_period(reading: Reading, amount: Amount) -> bool:
    slash = _SLASH.match(reading.plain, amount.end)
    return slash is not None and _period_at(reading, slash.end(), 1) is not None


def _counts_something(reading: Reading, amount: Amount) -> bool:
    """Whether a unit that is no money follows: hours, days, years, people."""
    return any(reading.words[name].next(amount.end, 1) for name in ("hour", "period", "age_after", "count"))


def _same_clause(reading: Reading, start: int, end: int) -> bool:
    return reading.clause(end, end, _ROLE_REACH)[0] <= start and not _DIGIT.search(reading.plain, start, end)


def _role(reading: Reading, amount: Amount) -> str | None:
    """The role word of the clause: a label right after the sum, else the last before it, else the first after it."""
    left, right = reading.clause(amount.start, amount.end, _ROLE_REACH)
    roles = reading.words["role"]
    before = roles.last(amount.start, amount.start - left)
    after = roles.next(amount.end, right - amount.end)
    if after is not None and after.start >= right:
        after = None
    if before is not None and before.start < left:
        before = None
    if after is not None and after.start <= amount.end + 1 and not _DIGIT.search(reading.plain, after.end, after.end + 4):
        return after.value
    chosen = before or after
    return chosen.value if chosen else None


def _period(reading: Reading, amount: Amount) -> str | None:
    """``800/month``, ``800 a month``, ``monthly salary 800``."""
    after = _period_at(reading, amount.end, 16)
    if after is not None and _leads_to(reading, amount.end, after.start):
        return after.value
    before = reading.words["period"].last(amount.start, _PERIOD_REACH)
    return before.value if before is not None and _same_clause(reading, before.end, amount.start) else None


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
