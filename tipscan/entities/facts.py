"""What a text states about the worker, the place and the work. Only what is stated; nothing is inferred."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from tipscan.entities.amounts import Amount
from tipscan.entities.papers import find_employer, find_licence
from tipscan.entities.reading import Reading
from tipscan.entities.words import Hit, neighbours
from tipscan.finding import Contact, Fact

#: Ages an advert may state; a child's age counts as much as an adult's.
_AGES = range(5, 81)
_HOURS = range(4, 25)
_REACH = 16


def find_facts(reading: Reading, amounts: Sequence[Amount], contacts: Sequence[Contact]) -> dict[str, Fact]:
    """All facts of a text by name.

    ``age_min``, ``age_max`` and ``hours_per_day`` are whole numbers; where hours are a range the longer day counts.
    ``gender`` is female, male or any; ``destination`` an ISO 3166 country; ``sector`` a code of
    ``data/sectors.toml``; ``licence`` and ``employer`` are as written.
    """
    plain_numbers = [amount for amount in amounts if amount.currency is None and amount.factor == 1.0]
    facts = find_ages(reading, plain_numbers)
    facts |= _hours(reading, plain_numbers)
    facts |= _gender(reading, facts)
    facts |= _destination(reading, contacts)
    facts |= _sector(reading)
    return facts | find_licence(reading) | find_employer(reading)


def find_ages(reading: Reading, amounts: Sequence[Amount]) -> dict[str, Fact]:
    """``age_min`` and ``age_max``; where several ages are stated, the lowest and the highest."""
    words = reading.words
    if not amounts or not (words["age"] or words["age_after"] or words["limit"] or "+" in reading.plain):
        return {}
    facts: dict[str, Fact] = {}
    for amount in amounts:
        for name, value in _stated_ages(reading, amount):
            known = facts.get(name)
            if known is None or (int(known.value) > value) == (name == "age_min"):
                facts[name] = reading.fact(value, amount.first, amount.last)
    return facts


def _stated_ages(reading: Reading, amount: Amount) -> Iterator[tuple[str, int]]:
    low, high = amount.low, amount.high
    if low not in _AGES or (high is not None and high not in _AGES):
        return
    limit, label = _limit(reading, amount), _age_label(reading, amount)
    plus = reading.plain.startswith("+", amount.last) and not reading.plain[amount.last + 1 : amount.last + 2].isdigit()
    if label is None and not (plus and low in (14, 15, 16, 17, 18, 21)):
        return
    # "5 years" alone is a time; a range or a limit of working age makes it an age.
    bounded = high is not None or plus or limit is not None
    if label == "unit" and not (bounded and low >= 12 and not _is_experience(reading, amount)):
        return
    if high is not None:
        yield "age_min", int(low)
        yield "age_max", int(high)
    else:
        yield ("age_max" if limit == "max" and not plus else "age_min"), int(low)


def _age_label(reading: Reading, amount: Amount) -> str | None:
    """``"age"`` where the text says it is an age, ``"unit"`` where it only counts years."""
    words = reading.words
    after = words["age_after"].next(amount.last, 2)
    if after is not None and after.value == "age":
        return "age"
    before = words["age"].last(amount.first, _REACH)
    if before is not None and not any(char.isdigit() or char in ".;\n" for char in reading.plain[before.end : amount.first]):
        return "age"
    person = words["gender"].last(amount.first, 6)
    if amount.high is not None and person is not None and amount.low >= 12:
        return "age"
    following = words["age"].next(amount.last, 4)
    return "age" if following is not None else "unit" if after is not None else None


def _limit(reading: Reading, amount: Amount) -> str | None:
    """``"min"`` or ``"max"`` from a word such as "over" or 以下 beside the number."""
    limits = reading.words["limit"]
    before = limits.last(amount.first, 10)
    if before is not None and not any(char.isdigit() for char in reading.plain[before.end : amount.first]):
        return before.value
    after = reading.words["limit_after"].next(amount.last, 12)
    return after.value if after is not None else None


def _is_experience(reading: Reading, amount: Amount) -> bool:
    left, right = reading.clause(amount.start, amount.end, 24)
    experience = reading.words["experience"]
    return experience.last(amount.start, amount.start - left) is not None or experience.next(
        amount.end, right - amount.end
    ) is not None


def _hours(reading: Reading, amounts: Sequence[Amount]) -> dict[str, Fact]:
    """Hours of a working day, where the text says that they are a day's."""
    for hour in reading.words["hour"]:
        amount = next((amount for amount in amounts if 0 <= hour.start - amount.last <= 1), None)
        if amount is None:
            continue
        hours = amount.low if amount.high is None else amount.high
        day = _daily(reading, amount.first, hour.end)
        if hours in _HOURS and day is not None:
            start, end = min(amount.first, day.start), max(hour.end, day.end)
            return {"hours_per_day": reading.fact(int(hours), start, end)}
    return {}


def _daily(reading: Reading, start: int, end: int) -> Hit | None:
    """The word for "a day" (or a shift) beside the hours."""
    periods = reading.words["period"]
    after = periods.next(end, 12)
    if after is not None and after.value == "day" and not any(char in ".,;\n" for char in reading.plain[end : after.start]):
        return after
    before = periods.last(start, 14)
    return before if before is not None and before.value == "day" else None


def _gender(reading: Reading, ages: dict[str, Fact]) -> dict[str, Fact]:
    """Whom the text asks for: a word for women or men near one that asks, or beside an age."""
    asked = [hit for hit in reading.words["gender"] if ages or _is_asked(reading, hit)]
    if not asked:
        return {}
    both = {hit.value for hit in asked} >= {"female", "male"}
    mixed = next((hit for hit in asked if hit.value == "any"), None)
    if mixed is not None:
        return {"gender": reading.fact("any", mixed.start, mixed.end)}
    first, last = asked[0], asked[-1] if both else asked[0]
    return {"gender": reading.fact("any" if both else first.value, first.start, last.end)}


def _is_asked(reading: Reading, hit: Hit) -> bool:
    left, right = reading.clause(hit.start, hit.end, 48)
    asks = reading.words["ask"]
    before, after = asks.last(hit.start, hit.start - left), asks.next(hit.end, max(0, right - hit.end))
    return before is not None or after is not None


def _destination(reading: Reading, contacts: Sequence[Contact]) -> dict[str, Fact]:
    """The place of work: the first place after a word such as "in" or "to", else the only country named."""
    places = [hit for hit in reading.words["place"] if not _is_inside(reading, hit, contacts)]
    away = [hit for hit in places if not reading.lead(hit.start).endswith(neighbours("origin"))]
    toward = next((hit for hit in away if reading.lead(hit.start).endswith(neighbours("toward"))), None)
    chosen = toward or (away[0] if len({hit.value for hit in away}) == 1 else None)
    return {"destination": reading.fact(chosen.value, chosen.start, chosen.end)} if chosen else {}


def _is_inside(reading: Reading, hit: Hit, contacts: Sequence[Contact]) -> bool:
    start, end = reading.source.span(hit.start, hit.end)
    return any(contact.start < end and start < contact.end for contact in contacts)


def _sector(reading: Reading) -> dict[str, Fact]:
    """The sector most words point to; of equals, the one named first."""
    hits = list(reading.words["sector"])
    if not hits:
        return {}
    counts = Counter(hit.value for hit in hits)
    chosen = max(hits, key=lambda hit: (counts[hit.value], -hit.start))
    return {"sector": reading.fact(chosen.value, chosen.start, chosen.end)}
