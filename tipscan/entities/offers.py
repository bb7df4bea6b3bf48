"""What an offer asks for besides work, and what it gives: papers, looks, a place to sleep, a way there."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from tipscan.entities.reading import Reading
from tipscan.entities.words import Hit, is_unspaced, neighbours, table
from tipscan.finding import Fact
from tipscan.text.normalize import normalize

_SEND_REACH = 48
#: Words further apart than this are not shown as one place.
_SPREAD = 80


def find_documents(reading: Reading) -> dict[str, Fact]:
    """The papers a text asks for: passport, id, photo, selfie, bank_card. One that is only mentioned is not asked."""
    asked = [hit for hit in reading.words["document"] if _is_asked(reading, hit)]
    return _listed(reading, "documents", asked)


def find_looks(reading: Reading) -> dict[str, Fact]:
    """What a text says about the looks of the worker: appearance, height, figure, skin."""
    return _listed(reading, "looks", list(reading.words["looks"]))


def find_accommodation(reading: Reading) -> dict[str, Fact]:
    """A place to sleep: "provided" where the text says that it is given, "named" where it only speaks of one."""
    hits = list(reading.words["accommodation"])
    hit = next((hit for hit in hits if hit.value == "provided"), hits[0] if hits else None)
    return {} if hit is None else {"accommodation": reading.fact(hit.value, hit.start, hit.end)}


def find_transit(reading: Reading, places: Sequence[Hit]) -> dict[str, Fact]:
    """The first country that the way leads through."""
    through = neighbours("through")
    hit = next((place for place in places if reading.lead(place.start).endswith(through)), None)
    return {} if hit is None else {"transit": reading.fact(hit.value, hit.start, hit.end)}


def _is_asked(reading: Reading, hit: Hit) -> bool:
    left, right = reading.clause(hit.start, hit.end, _SEND_REACH)
    clause = f" {reading.folded[left : hit.start]} {reading.folded[hit.end : right]}"
    return any(word in clause for word in _asking(reading.language))


@cache
def _asking(language: str) -> tuple[str, ...]:
    """The words that ask for papers in a language; those of English, which adverts mix in, count in every text."""
    spoken = table("lead")["send"]
    words = {normalize(word).folded for word in (*spoken.get(language, ()), *spoken["en"])}
    return tuple(sorted(word if is_unspaced(word) else f" {word}" for word in words))


def _listed(reading: Reading, name: str, hits: Sequence[Hit]) -> dict[str, Fact]:
    """One fact for several words: their codes in the order of the text, the place from the first word on."""
    if not hits:
        return {}
    near = [hit for hit in hits if hit.end - hits[0].start <= _SPREAD]
    value = ", ".join(dict.fromkeys(hit.value for hit in hits))
    return {name: reading.fact(value, hits[0].start, near[-1].end if near else hits[0].end)}
