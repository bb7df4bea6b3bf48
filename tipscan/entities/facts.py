"""What a text states about the worker, the place and the work. Only what is stated; nothing is inferred."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from tipscan.entities.amounts import Amount
from tipscan.entities.contacts import overlaps
from tipscan.entities.offers import find_accommodation, find_documents, find_looks, find_transit
from tipscan.entities.papers import find_employer, find_licence
from tipscan.entities.reading import Reading
from tipscan.entities.words import Hit, Hits, Words, neighbours
from tipscan.finding import Contact, Fact

#: Ages an advert may state; a child's age counts as much as an adult's.
_AGES = frozenset(range(5, 81))  # a range would compare a float with every member
_HOURS = frozenset(range(4, 25))
_REACH = 16
_ASK_REACH = 32
_PAIR_REACH = 24
_DIGIT = re.compile(r"\d")
_NEW_SUBJECT = re.compile(r"[\d.;,\n]")
_NOT_SAME = re.compile(r"[).;:\n]")
_NO_UNIT = re.compile(r"\s*(?:[.,;!)\n]|$)")
#: Years below this are a time, unless the text says that they are an age.
_LEAST_AGE = 10
_ADULT = 18


def find_facts(reading: Reading, amounts: Sequence[Amount], contacts: Sequence[Contact]) -> dict[str, Fact]:
    """All facts of a text by name.

    ``age_min``, ``age_max`` and ``hours`` (of a day) are whole numbers; where hours are a range the longer day counts.
    ``gender`` is female, male or any; ``destination`` and ``transit`` are ISO 3166 countries; ``sector`` is a code of
    ``data/work.toml``; ``documents`` and ``looks`` list codes of ``data/offers.toml``; ``accommodation`` is
    provided or named; ``licence`` and ``employer`` are as written. What stands inside a contact states
    nothing: ``@age_16_club`` is a name.
    """
    plain_numbers = [amount for amount in amounts if amount.currency is None and amount.factor == 1.0]
    if contacts:
        span = reading.source.span
        plain_numbers = [one for one in plain_numbers if not overlaps(contacts, *span(one.first, one.last))]
        reading = replace(reading, words=_WordsOutside(reading, contacts))
    facts = find_ages(reading, plain_numbers)
    facts |= _hours(reading, plain_numbers)
    facts |= _gender(reading, facts)
    facts |= _places(reading)
    facts |= _sector(reading)
    facts |= find_looks(reading) | find_documents(reading) | find_accommodation(reading)
    return facts | find_licence(reading) | find_employer(reading)


class _WordsOutside(Words):
    """The words of a text that are no part of a contact; a table is sifted when it is first asked for."""

    def __init__(self, reading: Reading, contacts: Sequence[Contact]) -> None:
        super().__init__()
        self._reading, self._contacts = reading, contacts

    def __missing__(self, table: str) -> Hits:
        span = self._reading.source.span
        hits = self._reading.words[table]
        self[table] = Hits(hit for hit in hits if not overlaps(self._contacts, *span(hit.start, hit.end)))
        return self[table]


def find_ages(reading: Reading, amounts: Sequence[Amount]) -> dict[str, Fact]:
    """``age_min`` and ``age_max``; where several ages are stated, the lowest and the highest.

    An upper limit below 18 stands as ``age_min`` too: whoever looks there for a child must find one.
    """
    facts: dict[str, Fact] = {}
    for amount in amounts:
        for name, value in _stated_ages(reading, amount):
            known = facts.get(name)
            if known is None or (int(known.value) > value) == (name == "age_min"):
                facts[name] = reading.fact(value, amount.first, amount.last)
    if "age_max" in facts and int(facts["age_max"].value) < _ADULT:
        facts.setdefault("age_min", facts["age_max"])
    return facts


def _stated_ages(reading: Reading, amount: Amount) -> Iterator[tuple[str, int]]:
    low, high = amount.low, amount.high
    if low not in _AGES or (high is not None and high not in _AGES):
        return
    limit = _limit(reading, amount)
    label = _age_label(reading, amount, limited=limit is not None)
    plus = reading.plain.startswith("+", amount.last) and not reading.plain[amount.last + 1 : amount.last + 2].isdigit()
    if label is None and not (plus and low in (14, 15, 16, 17, 18, 21) and not _counts(reading, amount.last + 1)):
        return
    # "25 years" alone is a time; a limit makes it an age, and so does a child's age: that must never be missed.
    bounded = high is not None or plus or limit in ("min", "max")
    minor = high is None and _LEAST_AGE <= low < _ADULT and limit is None
    if label == "unit" and not ((bounded or minor) and low >= _LEAST_AGE and not _is_experience(reading, amount)):
        return
    if high is not None:
        yield "age_min", int(low)
        yield "age_max", int(high)
    else:
        yield ("age_max" if limit == "max" and not plus else "age_min"), int(low)


def _age_label(reading: Reading, amount: Amount, *, limited: bool) -> str | None:
    """``"age"`` where the text says it is an age, ``"unit"`` where it only counts years."""
    words = reading.words
    after = words["age_after"].next(amount.last, 2)
    if after is not None and after.value == "age":
        return "age"
    before = words["age"].last(amount.first, _REACH)
    if before is not None and before.value == "you":
        before = before if amount.first - before.end <= 1 and _LEAST_AGE <= amount.low <= 30 else None
    if before is not None and not _NEW_SUBJECT.search(reading.plain, before.end, amount.first):
        return "age"
    if amount.low >= _LEAST_AGE and after is None and words["gender"]:
        # "girls 15-17", "ladies only, under 30."
        beside = amount.high is not None and words["gender"].last(amount.first, 6) is not None
        if beside or (limited and _NO_UNIT.match(reading.plain, amount.last)):
            return "age"
    following = words["age"].next(amount.last, 4)
    joined = following is not None and not _NOT_SAME.search(reading.plain, amount.last, following.start)
    return "age" if joined else "unit" if after is not None else None


def _limit(reading: Reading, amount: Amount) -> str | None:
    """``"min"`` or ``"max"`` from a word such as "over" or 以下 beside the number."""
    before = reading.words["limit"].last(amount.first, 10)
    if before is not None and not _DIGIT.search(reading.plain, before.end, amount.first):
        return before.value
    after = reading.words["limit_after"].next(amount.last, 12)
    if after is not None and not _DIGIT.search(reading.plain, amount.last, after.start):
        return after.value
    return "min" if reading.lead(amount.first).endswith(neighbours("from")) else None


def _counts(reading: Reading, position: int) -> bool:
    """Whether a word for people, hours or days says what the number counts."""
    return any(reading.words[name].next(position, 1) for name in ("count", "hour", "period"))


def _is_experience(reading: Reading, amount: Amount) -> bool:
    unit = reading.words["age_after"].next(amount.last, 2)
    if unit is not None and f"{reading.folded[unit.end : unit.end + 24]} ".startswith(_career()):
        return True
    left, right = reading.clause(amount.start, amount.end, 24)
    experience = reading.words["experience"]
    return (
        experience.last(amount.start, amount.start - left) is not None
        or experience.next(amount.end, right - amount.end) is not None
    )


@cache
def _career() -> tuple[str, ...]:
    return tuple(f"{word} " for word in neighbours("career"))


def _hours(reading: Reading, amounts: Sequence[Amount]) -> dict[str, Fact]:
    """Hours of a working day, where the text says that they are a day's."""
    by_end = {amount.last: amount for amount in amounts}
    for hour in reading.words["hour"]:
        amount = by_end.get(hour.start) or by_end.get(hour.start - 1)
        if amount is None:
            continue
        hours = amount.low if amount.high is None else amount.high
        day = _daily(reading, amount.first, hour.end)
        if hours in _HOURS and day is not None:
            start, end = min(amount.first, day.start), max(hour.end, day.end)
            return {"hours": reading.fact(int(hours), start, end)}
    return {}


def _daily(reading: Reading, start: int, end: int) -> Hit | None:
    """The word for "a day" (or a shift) beside the hours."""
    periods = reading.words["period"]
    after = periods.next(end, 12)
    if after is not None and after.value == "day" and not _NEW_SUBJECT.search(reading.plain, end, after.start):
        return after
    before = periods.last(start, 14)
    return before if before is not None and before.value == "day" else None


def _gender(reading: Reading, ages: dict[str, Fact]) -> dict[str, Fact]:
    """Whom the text asks for: a word for women or men near one that asks, or beside an age."""
    hits = list(reading.words["gender"])
    asked = [hit for hit in hits if _is_asked(reading, hit)] or (hits if ages else [])
    if not asked:
        return {}
    first = next((hit for hit in asked if hit.value == "any"), asked[0])
    other = next((hit for hit in asked if hit.value != first.value and 0 <= hit.start - first.end <= _PAIR_REACH), None)
    if first.value == "any" or other is None:
        return {"gender": reading.fact(first.value, first.start, first.end)}
    return {"gender": reading.fact("any", first.start, other.end)}


def _is_asked(reading: Reading, hit: Hit) -> bool:
    left, right = reading.clause(hit.start, hit.end, _ASK_REACH)
    asks = reading.words["ask"]
    before, after = asks.last(hit.start, hit.start - left), asks.next(hit.end, max(0, right - hit.end))
    return hit.value == "any" or before is not None or after is not None


def _places(reading: Reading) -> dict[str, Fact]:
    """Transit, and where the work is: the first place after a word such as "to", else the only country named."""
    places = reading.words["place"]
    if not places:
        return {}
    facts = find_transit(reading, places)
    skipped = (*neighbours("origin"), *neighbours("through"))
    away = [hit for hit in places if not reading.lead(hit.start).endswith(skipped)]
    toward = next((hit for hit in away if reading.lead(hit.start).endswith(neighbours("toward"))), None)
    chosen = toward or (away[0] if len({hit.value for hit in away}) == 1 else None)
    return facts | ({"destination": reading.fact(chosen.value, chosen.start, chosen.end)} if chosen else {})


def _sector(reading: Reading) -> dict[str, Fact]:
    """The sector most words point to; of equals, the one named first."""
    hits = reading.words["sector"]
    if not hits:
        return {}
    counts = Counter([hit.value for hit in hits])
    chosen = hits[0] if len(counts) == 1 else max(hits, key=lambda hit: (counts[hit.value], -hit.start))
    return {"sector": reading.fact(chosen.value, chosen.start, chosen.end)}
